"""A transfer step by step. Nobody consents for both sides; a refusal changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.engine import transfers as engine
from hongzhu.services.party.models import Admission, DuesBase, DuesMonth, Receipt, Transfer, TransferBatch
from hongzhu.services.party.queries import transfers as queries
from tests.cast import person as somebody

from . import stage
from .stage import ASKED, LET_GO, RECEIVED, SENT, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shipped(db: Any) -> None:
    policies.ship()


def everything() -> tuple[Any, ...]:
    return tuple(
        list(model._default_manager.order_by("pk").values()) for model in (Transfer, TransferBatch, Membership, Entry)
    )


def refused(words: str, action: Any, *args: Any, **given: Any) -> None:
    before = everything()
    with pytest.raises(ValidationError, match=words):
        action(*args, **given)
    assert everything() == before


def test_from_asking_to_reception_the_membership_moves_once(cast: Any) -> None:
    line = stage.sent(cast)
    mover = cast.people[5]
    entries = Entry.objects.filter(did__startswith="party.").count()
    stage.receive(cast, line)

    rows = list(Membership.objects.filter(person=mover).order_by("from_on").values_list("org", "from_on", "to_on"))
    assert rows == [(cast.branch.pk, date(2019, 1, 1), RECEIVED), (cast.other_branch.pk, RECEIVED, None)]
    line.refresh_from_db()
    assert (line.status, line.received_on, line.number) == ("RECEIVED", RECEIVED, "青教转〔2026〕12号")
    assert Entry.objects.filter(did__startswith="party.").count() == entries + 1
    refused("刷新", stage.receive, cast, line)


def test_every_step_leaves_one_entry(cast: Any) -> None:
    stage.receive(cast, stage.sent(cast))
    did = list(Entry.objects.filter(did__contains="transfer").order_by("seq").values_list("did", flat=True))
    assert did == [
        "party.ask_transfer",
        "party.let_go_transfer",
        "party.send_transfer",
        "people.transfer",
        "party.receive_transfer",
    ]


def test_nobody_consents_for_both_sides(cast: Any) -> None:
    """Who let go does not receive, though a grant of both branches would let them; nor does who wrote the letter."""
    line = stage.sent(cast)
    refused("罗与归", stage.receive, cast, line, by=cast.actor("branch_secretary"))
    refused("罗与归", stage.receive, cast, line, by=cast.actor("district_officer"))


def test_a_running_admission_goes_with_the_member_received(cast: Any) -> None:
    line = stage.sent(cast)
    running = Admission.objects.create(
        bureau=cast.bureau, person=line.person, org=cast.branch, applied_on=date(2024, 3, 1)
    )
    contact = running.helpers.create(person=cast.people[1], role="CONTACT", from_on=date(2024, 4, 1))
    introducer = running.helpers.create(person=cast.people[2], role="INTRODUCER", from_on=date(2025, 9, 1))
    over = Admission.objects.create(
        bureau=cast.bureau, person=cast.people[4], org=cast.branch, applied_on=date(2024, 3, 1), outcome="STOPPED",
        ended_on=date(2025, 1, 1),
    )  # fmt: skip
    stage.receive(cast, line)
    for row in (running, contact, introducer, over):
        row.refresh_from_db()
    assert running.org == cast.other_branch
    assert (contact.to_on, introducer.to_on) == (stage.RECEIVED, None)
    assert over.org == cast.branch


def test_nobody_lets_themselves_go_or_receives_themselves(cast: Any) -> None:
    line = stage.asked(cast, place=0)  # the secretary moves
    refused("唐见山|周予安", actions.let_go, lines=[line], by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)
    line = actions.let_go(lines=[line], by=cast.actor("organiser"), on=LET_GO, today=TODAY)[0]
    stage.send(cast, line)
    refused("不能自己接收", stage.receive, cast, line, by=cast.actor("branch_secretary"))


def test_a_dissolved_branch_is_refused_at_every_step_and_the_successor_named(cast: Any) -> None:
    first = stage.asked(cast)
    second = stage.let_go(cast, place=6)
    third = stage.sent(cast, place=7)
    people.dissolve(
        org=cast.other_branch, successor=cast.general_branch, by=cast.actor("party_office"), on=date(2026, 9, 5)
    )
    words = "“双桥小学党支部”已于2026年9月5日撤销，由“柳林学区党总支”承接，请改选“柳林学区党总支”"
    later = date(2026, 9, 6)
    refused(words, stage.asked, cast, place=4, on=later)
    refused(words, actions.let_go, lines=[first], by=cast.actor("branch_secretary"), on=later, today=TODAY)
    refused(words, stage.send, cast, second, on=later)
    refused(words, stage.receive, cast, third, by=cast.actor("party_office"))


def test_without_a_successor_another_branch_is_asked_for(cast: Any) -> None:
    Membership.objects.filter(org=cast.other_branch).update(to_on=date(2026, 8, 1))
    people.dissolve(org=cast.other_branch, by=cast.actor("party_office"), on=date(2026, 8, 20))
    refused("请另选一个现有的党组织", stage.asked, cast)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place": 8, "from_org": "other_branch"}, "不在所选的转出党组织"),
        ({"to_org": "branch"}, "同一个党组织"),
        ({"to_org": None}, "请写明转出和转入"),
        ({"reason": " "}, "转接原因"),
        ({"way": "OUT", "outside": " "}, "局外的写全称"),
        ({"way": "IN", "outside": "某县教育局党委"}, "已在本局"),
    ],
)
def test_what_cannot_be_asked(cast: Any, given: dict[str, Any], words: str) -> None:
    for name in ("from_org", "to_org"):
        if given.get(name):
            given = given | {name: getattr(cast, given[name])}
    refused(words, stage.asked, cast, **given)


def test_one_transfer_at_a_time(cast: Any) -> None:
    line = stage.asked(cast)
    refused("正在办", stage.asked, cast)
    actions.cancel(line=line, by=cast.actor("branch_secretary"), on=LET_GO)
    assert stage.asked(cast).pk != line.pk


def test_the_letter_has_a_number_and_a_term(cast: Any) -> None:
    line = stage.let_go(cast)
    refused("介绍信编号", stage.send, cast, line, number=" ")
    refused("还没有到", stage.send, cast, line, on=TODAY + timedelta(days=1))
    refused("早于转出支部同意", stage.send, cast, line, on=LET_GO - timedelta(days=1))
    refused("有效期", stage.send, cast, line, valid_to=SENT - timedelta(days=1))
    refused("有效期", stage.send, cast, line, valid_to=SENT + timedelta(days=91))
    assert stage.send(cast, line, valid_to=SENT + timedelta(days=90)).valid_to == SENT + timedelta(days=90)


def test_dues_paid_to_is_known_from_the_receipts(cast: Any) -> None:
    line = stage.let_go(cast)
    facts = {"bureau": cast.bureau, "org": cast.branch, "person": cast.people[5], "voucher": "1", "paid_on": ASKED,
             "fen": 3000, "collected_by": "周予安", "recorded_at": "2026-09-01T00:00:00Z"}  # fmt: skip
    good = Receipt.objects.create(number="1", **facts)
    bad = Receipt.objects.create(number="2", voided_at="2026-09-01T00:00:00Z", void_reason="重复", **facts)
    DuesMonth.objects.create(receipt=good, month=date(2026, 8, 1), fen=3000)
    DuesMonth.objects.create(receipt=bad, month=date(2026, 12, 1), fen=3000)
    assert stage.send(cast, line).dues_to == date(2026, 8, 1)


def test_the_letter_says_paid_to_before_the_first_open_month(cast: Any) -> None:
    """August to October are open: that November was paid alone does not make the letter say November."""
    lines = [stage.let_go(cast, place=place) for place in (5, 6)]
    for place, line in zip((5, 6), lines, strict=True):
        who = cast.people[place]
        DuesBase.objects.create(person=who, table="SALARIED", base=500_100, from_on=date(2026, 1, 1))
        receipt = Receipt.objects.create(
            bureau=cast.bureau, org=cast.branch, person=who, voucher="1", paid_on=ASKED, fen=7502, collected_by="周予安",
            number=str(place), recorded_at="2026-09-01T00:00:00Z",
        )  # fmt: skip
        months = [*range(1, 8), 11] if place == 5 else range(1, 12)
        for month in months:
            DuesMonth.objects.create(receipt=receipt, month=date(2026, month, 1), fen=7502)
        assert queries.dues_paid_to([who.pk], TODAY) == {who.pk: date(2026, 7 if place == 5 else 11, 1)}
        assert line.dues_to is None
    made = actions.send_many(
        lines=lines, first="青教转〔2026〕12号", by=cast.actor("district_officer"), on=SENT, today=TODAY
    )
    assert [line.dues_to for line in made] == [date(2026, 7, 1), date(2026, 11, 1)]


def test_steps_keep_their_order(cast: Any) -> None:
    line = stage.asked(cast)
    refused("待上级同意", stage.send, cast, line)
    refused("待接收", stage.receive, cast, line)
    sent = stage.sent(cast, place=6)
    refused("待转出支部同意", actions.let_go, lines=[sent], by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)
    refused("退回", actions.cancel, line=sent, by=cast.actor("branch_secretary"), on=LET_GO)


def test_consent_is_dated_between_the_asking_and_today(cast: Any) -> None:
    line = stage.asked(cast)
    given = {"lines": [line], "by": cast.actor("branch_secretary"), "today": TODAY}
    refused("早于提出转接", actions.let_go, on=ASKED - timedelta(days=1), **given)
    refused("还没有到", actions.let_go, on=TODAY + timedelta(days=1), **given)
    actions.let_go(on=ASKED, **given)


def test_reception_is_dated_between_the_letter_and_today(cast: Any) -> None:
    line = stage.sent(cast)
    refused("早于开具介绍信", stage.receive, cast, line, on=SENT - timedelta(days=1))
    refused("还没有到", stage.receive, cast, line, on=TODAY + timedelta(days=1))
    stage.receive(cast, line, on=SENT)


def test_returned_with_a_reason_the_membership_stays(cast: Any) -> None:
    line = stage.sent(cast)
    refused("原因", actions.send_back, line=line, reason=" ", by=cast.actor("neighbour"), on=RECEIVED)
    actions.send_back(line=line, reason="实际到任单位有变", by=cast.actor("neighbour"), on=RECEIVED)
    assert Membership.objects.get(person=cast.people[5]).org == cast.branch
    refused("办结", actions.send_back, line=line, reason="再退", by=cast.actor("neighbour"), on=RECEIVED)


def test_a_member_who_belongs_elsewhere_by_now_is_not_moved_again(cast: Any) -> None:
    line = stage.sent(cast)
    people.transfer(
        membership=Membership.objects.get(person=cast.people[5]), org=cast.general_branch,
        by=cast.actor("party_office"), on=date(2026, 9, 6),
    )  # fmt: skip
    refused("现在不在“柳林中心小学党支部”", stage.receive, cast, line)


def test_many_lines_at_once_all_or_none(cast: Any) -> None:
    """One entry for a branch's consent to several; one of them out of order and nothing is done."""
    lines = [stage.asked(cast, place=place) for place in (4, 5, 6)]
    done = stage.let_go(cast, place=7)
    refused("刷新", actions.let_go, lines=[*lines, done], by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)
    before = Entry.objects.count()
    actions.let_go(lines=lines, by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)
    assert Entry.objects.count() == before + 1
    assert set(Transfer.objects.values_list("status", flat=True)) == {"LET_GO"}
    refused("至少选一人", actions.let_go, lines=[], by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)


def test_out_of_the_bureau_the_membership_ends_with_the_receipt(cast: Any) -> None:
    line = stage.let_go(cast, way="OUT", to_org=None, outside="白石县教育局党委")
    line = stage.send(cast, line)
    stage.receive(cast, line, by=cast.actor("party_office"))
    assert Membership.objects.get(person=cast.people[5]).to_on == RECEIVED


def test_into_the_bureau_the_membership_begins(cast: Any) -> None:
    newcomer = somebody(cast.bureau, "闻人初")
    line = stage.asked(
        cast, person=newcomer, way="IN", from_org=None, outside="白石县教育局党委", by=cast.actor("neighbour")
    )
    refused("刷新", actions.let_go, lines=[line], by=cast.actor("branch_secretary"), on=LET_GO, today=TODAY)
    line = stage.send(cast, line, by=cast.actor("party_office"))
    refused("党员类别", stage.receive, cast, line)
    refused(
        "转正日期", stage.receive, cast, line, standing="FULL", joined_on=date(2020, 1, 1), full_on=date(2019, 1, 1)
    )
    stage.receive(cast, line, standing="FULL", joined_on=date(2015, 7, 1), full_on=date(2016, 7, 1))
    made = Membership.objects.get(person=newcomer)
    assert (made.org, made.from_on, made.standing, made.joined_on) == (
        cast.other_branch,
        RECEIVED,
        "FULL",
        date(2015, 7, 1),
    )


# Lost in between.


@pytest.mark.parametrize(
    ("valid_to", "first"),
    [(None, date(2026, 10, 5)), (date(2026, 9, 20), date(2026, 9, 21)), (date(2026, 12, 1), date(2026, 10, 5))],
)
def test_the_first_day_of_being_lost(valid_to: date | None, first: date) -> None:
    assert engine.lost_since(SENT, valid_to, 30) == first


def test_the_list_of_the_lost_on_both_sides_of_its_day(cast: Any) -> None:
    line = stage.sent(cast)  # 90 days valid: the thirtieth day decides
    assert list(queries.lost(cast.party_office, date(2026, 10, 4))) == []
    assert list(queries.lost(cast.party_office, date(2026, 10, 5))) == [line]
    Transfer.objects.update(valid_to=date(2026, 9, 20))
    assert list(queries.lost(cast.party_office, date(2026, 9, 20))) == []
    assert list(queries.lost(cast.party_office, date(2026, 9, 21))) == [line]
    stage.receive(cast, line)
    assert list(queries.lost(cast.party_office, TODAY)) == []


# Proposed from moves of personnel.


def test_who_moved_in_personnel_and_not_in_membership_is_proposed(cast: Any) -> None:
    mover, other = cast.people[5], cast.people[6]
    for one in (mover, other):
        people.engage(
            person=one,
            relation="PERSONNEL",
            unit=cast.other_school,
            by=cast.actor("party_office"),
            on=date(2026, 8, 15),
        )
    found = list(queries.proposals(cast.party_office, date(2026, 7, 1), TODAY))
    assert [(row.person, row.unit_name, row.target, row.moved_on) for row in found] == [
        (row, "双桥小学", cast.other_branch.pk, date(2026, 8, 15))
        for row in sorted((mover, other), key=lambda who: who.name)
    ]
    assert list(queries.proposals(cast.party_office, date(2026, 8, 16), TODAY)) == []
    batch = actions.open_batch(bureau=cast.bureau, title="2026年暑期调动", by=cast.actor("party_office"), on=ASKED)
    made = actions.add_moved(
        batch=batch, chosen=[(mover, cast.other_branch)], reason="工作调动", by=cast.actor("party_office"), on=ASKED
    )
    assert (made[0].from_org, made[0].status) == (cast.branch, "ASKED")
    assert [row.person for row in queries.proposals(cast.party_office, date(2026, 7, 1), TODAY)] == [other]


def test_seconded_members_are_not_proposed(cast: Any) -> None:
    """借调 moves the workplace, not the personnel relation."""
    people.engage(
        person=cast.people[5], relation="WORKPLACE", unit=cast.other_school, reason="SECONDED",
        by=cast.actor("party_office"), on=date(2026, 8, 15),
    )  # fmt: skip
    assert list(queries.proposals(cast.party_office, date(2026, 7, 1), TODAY)) == []


def test_proposals_are_one_query_for_any_number(cast: Any, django_assert_num_queries: Any) -> None:
    user = cast.party_office
    queries.visible_to(user)  # the grant is looked up once
    for n in (1, 3):
        for place in range(3, 3 + n):
            people.engage(
                person=cast.people[place], relation="PERSONNEL", unit=cast.other_school, by=cast.actor("party_office"),
                on=date(2026, 8, 15),
            )  # fmt: skip
        with django_assert_num_queries(1):
            assert len(queries.proposals(user, date(2026, 7, 1), TODAY)) == n
