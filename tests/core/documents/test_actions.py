from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.documents import actions, queries
from hongzhu.core.documents.models import Document, Message, Recipient, SignUp
from hongzhu.core.orgs import actions as orgs
from tests.core.documents.conftest import NOW, ON, drafted, issued, signed, wording

FIRST = "青禾县教育局〔2026〕1号"


def test_the_whole_life_leaves_an_entry_at_each_step(stage):
    document = issued(stage)

    assert document.status == "ISSUED"
    assert document.number.endswith("〔2026〕1号")
    verbs = Entry.objects.filter(kind="documents.document", object_id=document.pk).order_by("seq")
    assert [entry.did for entry in verbs] == [
        "documents.draft", "documents.submit", "documents.approve", "documents.sign", "documents.issue",
    ]  # fmt: skip


def test_issue_freezes_the_addressees(stage):
    document = issued(stage)
    names = {row.org.name for row in document.recipients.all()}
    assert names == {"柳林中心小学", "双桥小学", "柳林中心小学党支部", "双桥小学党支部"}

    orgs.set_up(
        bureau=stage.bureau, kind="SCHOOL", name="新建小学", parent=stage.root, by=stage.actor("party_office"), on=ON
    )

    assert document.recipients.count() == 4


def test_an_audience_keeps_to_the_chosen_part(stage):
    document = issued(stage, under=stage.general_branch)
    assert {row.org.name for row in document.recipients.all()} == {"柳林中心小学党支部"}


def test_nobody_of_another_bureau_is_addressed(stage):
    assert not issued(stage).recipients.filter(org__bureau=stage.far_bureau).exists()


def test_issue_tells_those_who_may_receive_once(stage):
    document = issued(stage)
    told = {
        message.account.username
        for message in Message.objects.filter(key__startswith=f"documents.document:{document.pk}:")
    }
    assert told == {"school_secretary", "branch_secretary", "deputy", "organiser", "neighbour"}


def test_numbers_follow_without_gaps_and_a_failed_issue_takes_none(stage):
    first = issued(stage)
    late = signed(stage, reply_by=ON - timedelta(days=1))
    with pytest.raises(ValidationError, match="回复期限"):
        actions.issue(document=late, by=stage.actor("party_office"), on=ON, now=NOW)
    assert Recipient.objects.filter(document=late).count() == 0
    second = issued(stage)
    assert [document.number.split("〕")[1] for document in (first, second)] == ["1号", "2号"]


def test_a_number_already_given_is_refused_in_words(stage):
    first = issued(stage)
    other = signed(stage)
    with pytest.raises(ValidationError, match="已经用过"):
        actions.issue(document=other, by=stage.actor("party_office"), on=ON, now=NOW, number=first.number)
    other.refresh_from_db()
    assert (other.status, other.number, other.recipients.count()) == ("SIGNED", "", 0)


@pytest.mark.parametrize(
    ("step", "made"),
    [
        (lambda it, by: actions.approve(document=it, by=by, on=ON), drafted),
        (lambda it, by: actions.sign(document=it, signed_by="陆望舒", by=by, on=ON), drafted),
        (lambda it, by: actions.issue(document=it, by=by, on=ON, now=NOW), drafted),
        (lambda it, by: actions.submit(document=it, by=by), signed),
        (lambda it, by: actions.revise_draft(document=it, wording=wording(), by=by, now=NOW), signed),
        (lambda it, by: actions.withdraw_draft(document=it, by=by), issued),
        (lambda it, by: actions.send_back(document=it, reason="改", by=by), issued),
        (lambda it, by: actions.take_effect(document=it, by=by, on=ON), issued),
        (lambda it, by: actions.remind(document=it, by=by, on=ON, now=NOW), signed),
    ],
)
def test_a_step_out_of_order_changes_nothing(stage, step, made):
    document = made(stage)
    before, entries = Document.objects.values().get(pk=document.pk), Entry.objects.count()
    with pytest.raises(ValidationError):
        step(document, stage.actor("party_office"))
    assert Document.objects.values().get(pk=document.pk) == before
    assert Entry.objects.count() == entries


def test_a_leader_signs_only_what_was_reviewed(stage):
    document = drafted(stage)
    actions.submit(document=document, by=stage.actor("party_office"))
    with pytest.raises(ValidationError, match="审阅"):
        actions.sign(document=document, signed_by="陆望舒", by=stage.actor("party_office"), on=ON)


def test_sending_back_names_the_reason_and_opens_the_draft(stage):
    document = actions.send_back(document=signed(stage), reason="期限太短", by=stage.actor("party_office"))
    assert (document.status, document.returned_for, document.signed_by, document.reviewed_by) == (
        "DRAFT",
        "期限太短",
        "",
        "",
    )
    actions.revise_draft(
        document=document, wording=wording(title="改过的通知"), by=stage.actor("party_office"), now=NOW
    )
    document.refresh_from_db()
    assert document.title == "改过的通知"


def test_an_empty_text_is_not_submitted(stage):
    with pytest.raises(ValidationError, match="正文"):
        actions.submit(document=drafted(stage, text=" "), by=stage.actor("party_office"))


def test_a_later_document_revises_the_earlier_one_from_its_day(stage):
    old = issued(stage, kind="MEASURE", title="考评实施办法（试行）", trial=True)
    assert old.status == "TRIAL"
    new = issued(stage, kind="MEASURE", title="考评实施办法", supersedes=old, valid_from=date(2027, 1, 1))

    old.refresh_from_db()
    assert (old.status, old.valid_to, new.status) == ("REVISED", date(2027, 1, 1), "IN_FORCE")
    assert [link.pk for link in queries.chain_of(stage.party_office, new)] == [old.pk, new.pk]
    with pytest.raises(ValidationError, match="已修订"):
        drafted(stage, supersedes=old)


def test_trial_takes_effect_and_ends(stage):
    document = issued(stage, kind="STANDARD", trial=True)
    actions.take_effect(document=document, by=stage.actor("party_office"), on=ON)
    document = actions.repeal(document=document, by=stage.actor("party_office"), on=date(2027, 3, 1))
    assert (document.status, document.repealed_on, document.trial) == ("REPEALED", date(2027, 3, 1), False)


def test_enter_registers_an_old_document_silently(stage):
    before = Message.objects.count()
    document = actions.enter(
        issuer=stage.root, wording=wording(kind="OPINION", kinds=()), number="青教〔2019〕7号", issued_on=date(2019, 5, 6),
        by=stage.actor("party_office"), now=NOW, to=(stage.school.pk,),
    )  # fmt: skip
    assert (document.status, document.valid_from, document.recipients.count()) == ("IN_FORCE", date(2019, 5, 6), 1)
    assert Message.objects.count() == before


def test_the_first_reading_counts(stage):
    document = issued(stage)
    row = document.recipients.get(org=stage.branch)
    entries = Entry.objects.count()
    actions.read(recipient=row, by=stage.actor("branch_secretary"), now=NOW)
    actions.read(recipient=row, by=stage.actor("deputy"), now=NOW + timedelta(days=1))
    row.refresh_from_db()
    assert (row.read_at, row.read_by) == (NOW, "唐见山")
    assert Entry.objects.count() == entries + 1


@pytest.mark.parametrize(("text", "word"), [("  ", "无此情况"), ("字" * 501, "最多500字")])
def test_a_reply_has_words_but_not_too_many(stage, text, word):
    row = issued(stage, needs_reply=True).recipients.get(org=stage.branch)
    with pytest.raises(ValidationError, match=word):
        actions.reply(recipient=row, text=text, by=stage.actor("branch_secretary"), now=NOW)
    row.refresh_from_db()
    assert row.replied_at is None and row.read_at is None


def test_a_reply_of_500_reads_as_well(stage):
    row = issued(stage, needs_reply=True).recipients.get(org=stage.branch)
    actions.reply(recipient=row, text="字" * 500, by=stage.actor("branch_secretary"), now=NOW)
    row.refresh_from_db()
    assert row.replied_at == row.read_at == NOW


def test_remind_reaches_the_silent_alone_once_before_and_once_after(stage):
    document = issued(stage, reply_by=ON + timedelta(days=3), needs_reply=True)
    answered = document.recipients.get(org=stage.branch)
    actions.reply(recipient=answered, text="无此情况", by=stage.actor("branch_secretary"), now=NOW)
    by = stage.actor("party_office")

    assert actions.remind(document=document, by=by, on=ON + timedelta(days=1), now=NOW + timedelta(days=1)) == 3
    assert actions.remind(document=document, by=by, on=ON + timedelta(days=2), now=NOW + timedelta(days=2)) == 0
    assert actions.remind(document=document, by=by, on=ON + timedelta(days=4), now=NOW + timedelta(days=4)) == 3
    assert actions.remind(document=document, by=by, on=ON + timedelta(days=5), now=NOW + timedelta(days=5)) == 0

    early = Message.objects.filter(key=f"documents.document:{document.pk}:early")
    assert {message.account.username for message in early} == {"school_secretary", "neighbour"}
    assert Entry.objects.filter(did="documents.remind").count() == 2


def test_an_appeal_counts_each_person_once(stage):
    appeal = issued(stage, kind="APPEAL", title="志愿服务倡议书", valid_to=ON + timedelta(days=10))
    facts = {
        "document": appeal,
        "person": stage.member.person,
        "org": stage.branch,
        "by": stage.actor("member"),
        "now": NOW,
    }
    actions.sign_up(on=ON, **facts)
    actions.sign_up(on=ON, **facts)
    assert SignUp.objects.count() == 1
    with pytest.raises(ValidationError, match="已经结束"):
        actions.sign_up(on=ON + timedelta(days=10), **facts)
    with pytest.raises(ValidationError, match="倡议"):
        actions.sign_up(on=ON, **facts | {"document": issued(stage)})
