"""What entering a sheet does: the same rows as step by step, all at once, once only, and by two hands."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.access.models import Grant, Role
from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Superior
from hongzhu.core.people.models import Account, Membership
from hongzhu.services.party.actions import admission_past as actions
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionPaper,
    AdmissionStep,
    Helper,
    PastSheet,
    Source,
)
from hongzhu.services.party.queries import admission as admissions
from hongzhu.services.party.queries import admission_paper as papers
from hongzhu.services.party.queries import admission_past as queries
from tests.cast import FOUNDED, SYSTEM
from tests.services.party.admission.conftest import PART, TODAY, applied, at, do, led
from tests.services.party.admission_past.conftest import (
    CODES,
    SUPERIOR,
    another,
    confirmed,
    entered,
    looked,
    reach,
    row,
)

pytestmark = pytest.mark.django_db
D = date
TABLES = (Admission, AdmissionStep, AdmissionNotice, AdmissionPaper, Helper, Source, Membership, PastSheet, Entry)


def rows_of_everything() -> list[Any]:
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


def refused(match: str, write: Any, *args: Any, **given: Any) -> None:
    before = rows_of_everything()
    with pytest.raises(ValidationError, match=match):
        write(*args, **given)
    assert rows_of_everything() == before


def last_entry() -> tuple[str, dict[str, Any]]:
    entry = Entry.objects.order_by("-seq").first()
    assert entry is not None
    return entry.did, json.loads(entry.detail)


def shape(admission: Admission) -> tuple[Any, ...]:
    """All that is on file of one way, without who entered it and when."""
    return (
        admission.applied_on, admission.outcome, admission.ended_on,
        sorted(admission.steps.values_list("code", "round", "on", "entitled", "present", "in_favour", "against", "abstained",
                                           "written", "fewer_for", "passed", "decision", "until", "hours", "moved")),
        sorted(admission.notices.values_list("point", "posted_on", "days", "objections", "closed_on", "held_up")),
        sorted(admission.papers.values_list("code")),
        sorted(admission.helpers.values_list("person__name", "role", "from_on", "to_on")),
        list(Membership.objects.filter(person=admission.person).order_by("from_on")
             .values_list("standing", "org", "joined_on", "full_on", "from_on", "to_on")),
    )  # fmt: skip


@pytest.mark.parametrize("upto", ["apply", "observed", "candidate", "training", "admit_vote", "full_vote", "filed"])
def test_a_sheet_enters_what_step_by_step_enters(past: Any, upto: str) -> None:
    """The same way once by hand, once by a sheet and the superior's word: the same rows, and the engine says the same."""
    live = led(past, upto)
    other = another(past, "江望月", born=D(1996, 5, 4))
    entered(past, row("江望月", upto=upto))
    if CODES.index(upto) >= CODES.index("candidate_filed"):
        confirmed(past)
    made = Admission.objects.get(person=other)
    assert shape(made) == shape(live)
    ways = [admissions.way_of(one, TODAY) for one in (made, live)]
    assert [(p.step.code, p.state) for p in ways[0].places] == [(p.step.code, p.state) for p in ways[1].places]


def test_each_hand_is_named_and_every_step_is_marked(past: Any) -> None:
    done = entered(past, row(upto="filed"))
    assert done == actions.Entered(1, 8, 1, 0)
    one = PastSheet.objects.get()
    assert (one.state, one.rows, one.org, one.people) == ("WAITING", [2], past.committee, 1)
    assert confirmed(past).steps == 18
    steps = AdmissionStep.objects.all()
    assert {step.sheet_id for step in steps} == {one.pk}
    branch, superior = past.actor("branch_secretary").label, past.actor("party_office").label
    assert {step.code: step.recorded_by for step in steps} == {
        code: superior if code in SUPERIOR else branch for code in CODES
    }
    assert set(AdmissionNotice.objects.values_list("sheet", "closed_by")) == {(one.pk, branch)}
    one.refresh_from_db()
    assert (one.state, bytes(one.sealed), one.closed_by) == ("DONE", b"", superior)


def test_one_entry_for_each_act_without_names(past: Any) -> None:
    another(past, "江望月")
    before = Entry.objects.count()
    entered(past, row(upto="candidate_filed"), row("江望月", upto="talk"))
    did, detail = last_entry()
    one = PastSheet.objects.get()
    assert (did, Entry.objects.count()) == ("party.enter_past", before + 1)
    assert detail == {
        "on": "2026-11-20", "sha256": one.sha256, "sheets": [one.pk], "people": 2, "steps": 10, "waiting": 1,
    }  # fmt: skip
    confirmed(past)
    assert last_entry() == (
        "party.confirm_past",
        {"org": past.committee.pk, "on": "2026-11-20", "people": 1, "steps": 1},
    )
    assert Entry.objects.count() == before + 2


def test_the_same_sheet_again_enters_nothing(past: Any) -> None:
    entered(past, row(upto="filed"))
    before = rows_of_everything()
    assert entered(past, row(upto="filed")) == actions.Entered(0, 0, 0, 0)
    assert rows_of_everything() == before  # what waits is not sent twice
    confirmed(past)
    before = rows_of_everything()
    assert entered(past, row(upto="filed")) == actions.Entered(0, 0, 0, 0)
    assert rows_of_everything() == before


def test_a_sheet_that_grew_enters_only_what_is_new(past: Any) -> None:
    entered(past, row(upto="talk"))
    assert entered(past, row(upto="contacts")).steps == 3
    codes = Admission.objects.get().steps.order_by("id").values_list("code", flat=True)
    assert list(codes) == CODES[:5]
    assert PastSheet.objects.count() == 2


def test_rows_refused_enter_nothing_and_the_others_do(past: Any) -> None:
    another(past, "江望月")
    done = entered(past, row(upto="talk"), row("江望月", upto="talk") | {"paper:application": ""})
    assert done == actions.Entered(1, 2, 0, 1)
    assert Admission.objects.get().person == past.applicant
    before = rows_of_everything()
    assert entered(past, row("江望月", upto="talk") | {"on:apply": ""}).refused == 1
    assert rows_of_everything() == before


def test_papers_alone_are_entered_and_sources_kept(past: Any) -> None:
    told = row(upto="talk") | {"sources": "班主任", "league": "是"}
    entered(past, told)
    made = Admission.objects.get()
    assert made.league and list(made.sources.values_list("code", flat=True)) == ["class_teacher"]
    line = looked(past, told | {"paper:contact_records": "√"}).lines[0]
    assert queries.told(line) == "登记已填的材料和公示"
    assert entered(past, told | {"paper:contact_records": "√"}) == actions.Entered(1, 0, 0, 0)
    assert made.papers.filter(code="contact_records").exists()


# --- the register -------------------------------------------------------------------------------------------


def test_the_register_follows_and_goes_back_with_the_last_step(past: Any) -> None:
    entered(past, row(upto="filed"))
    confirmed(past)
    held = list(
        Membership.objects.filter(person=past.applicant).order_by("from_on").values_list("standing", "from_on", "to_on")
    )
    assert held == [
        ("ACTIVIST", D(2024, 3, 3), D(2025, 6, 10)),
        ("PROBATIONARY", D(2025, 6, 10), D(2026, 7, 1)),
        ("FULL", D(2026, 7, 1), None),
    ]
    made = Admission.objects.get()
    assert (made.outcome, made.ended_on) == ("CONFIRMED", D(2026, 7, 1))
    assert Membership.objects.get(person=past.applicant, to_on=None).full_on == D(2026, 6, 10)


def test_a_way_on_file_is_ended_by_a_sheet(past: Any) -> None:
    led(past, "full_vote", decision=engine.CANCEL)
    told = row(upto="full_approved") | {"decision:full_vote": "取消预备党员资格"}
    entered(past, told)
    confirmed(past)
    made = Admission.objects.get()
    assert (made.outcome, made.ended_on) == ("CANCELLED", D(2026, 7, 1))
    assert not Membership.objects.filter(person=past.applicant, to_on=None).exists()


def test_members_made_by_a_sheet_are_no_roll_of_a_day_before_the_roster(past: Any) -> None:
    """At go-live the roster begins today: the first probationary member entered as past must not make the roll of last year."""
    Membership.objects.filter(org=past.branch).update(from_on=D(2026, 11, 1), full_on=D(2015, 7, 1))
    another(past, "江望月")
    entered(past, row(upto="superior_talk"))
    confirmed(past)
    line = looked(past, row("江望月", upto="admit_vote")).lines[0]
    assert line.faults == [] and "没有和名册核对" in line.notes[0]


# --- the superior's hand --------------------------------------------------------------------------------------


def test_whoever_sent_it_does_not_confirm_it(past: Any) -> None:
    entered(past, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    refused("换一个人", confirmed, past, one, name="branch_secretary")
    assert not queries.may_confirm(past.branch_secretary, one, TODAY)
    PastSheet.objects.update(account=past.party_office)
    one.refresh_from_db()
    assert "不能自己确认" in str(queries.may_confirm(past.party_office, one, TODAY).reason)
    assert queries.may_confirm(a_second(past), one, TODAY)


def test_who_wrote_for_the_branch_does_not_answer_for_the_superior(past: Any) -> None:
    admission = applied(past)
    entry = Entry.objects.get(did="party.open_admission")
    Entry.objects.filter(pk=entry.pk).update(actor=past.party_office.pk)
    entered(past, row(upto="candidate_filed"))
    refused("换一个人确认", confirmed, past)
    a_second(past)
    assert confirmed(past, name="section_officer").steps == 1
    assert admission.steps.count() == 9


def test_nobody_confirms_their_own_way(past: Any) -> None:
    entered(past, row(upto="candidate_filed"))
    Account.objects.filter(pk=past.party_office.pk).update(person=past.applicant)
    past.party_office.refresh_from_db()
    refused("就是你本人", confirmed, past)


def test_a_later_step_done_live_knows_the_hand_of_the_sheet(past: Any) -> None:
    """Who entered the branch's steps by a sheet does not approve the next one live (A19)."""
    entered(past, row(upto="candidate_filed"))
    made = Admission.objects.get()
    assert not admissions.by_other_hand(made, past.branch_secretary.pk, TODAY)
    assert admissions.by_other_hand(made, past.party_office.pk, TODAY)


def test_what_changed_since_is_not_confirmed_but_returned(past: Any) -> None:
    entered(past, row(upto="candidate_filed"))
    AdmissionStep.objects.filter(code="candidate").update(on=D(2025, 4, 2))
    refused("现在不能登记，第一处是第2行", confirmed, past)
    one = PastSheet.objects.get()
    given = {"sheet": one, "by": past.actor("party_office"), "now": at(TODAY)}
    refused("请写退回的原因", actions.return_past, reason=" ", **given)
    actions.return_past(reason="日期请核对", **given)
    assert last_entry() == ("party.return_past", {"org": past.committee.pk, "reason": "日期请核对"})
    one.refresh_from_db()
    assert (one.state, one.returned_for, bytes(one.sealed)) == ("RETURNED", "日期请核对", b"")
    refused("不用再办", actions.return_past, reason="再退", **given)
    refused("不用再办", confirmed, past, one)
    assert AdmissionStep.objects.count() == 8  # the branch's own steps stay


def test_whoever_sent_a_sheet_takes_it_back(past: Any) -> None:
    entered(past, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    given = {"sheet": one, "by": past.actor("branch_secretary"), "now": at(TODAY)}
    actions.withdraw_past(**given)
    assert last_entry()[0] == "party.withdraw_past"
    refused("不用再办", actions.withdraw_past, **given)
    assert entered(past, row(upto="candidate_filed")).waiting == 1  # and may be sent again


def a_second(past: Any) -> Account:
    """Another hand in the Party office."""
    Grant.objects.filter(person=past.section_officer.person).update(role=Role.PARTY_OFFICE)
    return Account.objects.get(pk=past.section_officer.pk)


def test_each_superior_gets_its_own_sheet(past: Any) -> None:
    """A file holds two branches; another committee decides on the members of one of them."""
    group = orgs.set_up(
        kind="COMMITTEE", name="双桥教育集团党委", bureau=past.bureau, parent=past.committee, by=SYSTEM, on=FOUNDED
    )
    Superior.objects.filter(org=past.other_branch, relation="BELONGS").update(superior=group)
    Grant.objects.filter(person=past.school_secretary.person).update(org=past.root)
    Grant.objects.filter(person=past.district_officer.person).update(org=group)
    another(past, "江望月", unit=past.other_school)
    told = row("江望月", "双桥小学党支部", upto="candidate_filed") | {"who:CONTACT": "罗与归"}
    done = entered(past, row(upto="candidate_filed"), told, name="school_secretary")
    assert done == actions.Entered(2, 16, 2, 0)
    assert {one.org: one.rows for one in PastSheet.objects.all()} == {past.committee: [2], group: [3]}
    mine = PastSheet.objects.get(org=group)
    district = Account.objects.get(pk=past.district_officer.pk)
    assert list(queries.visible_to(district)) == [mine]
    found = queries.looked_at(district, mine, TODAY, answers=True)
    assert [(line.told.row, line.state) for line in found.lines] == [(3, "ready")]


# --- size and races -----------------------------------------------------------------------------------------


def many(past: Any, count: int) -> list[dict[str, Any]]:
    names = [f"江听雨{number}" for number in range(count)]
    for name in names:
        another(past, name)
    return [row(name, upto="filed") for name in names]


def test_as_many_queries_for_fifty_rows_as_for_one(past: Any) -> None:
    """Looking asks the same for any number of rows; writing asks the same too, and inserts in pieces of many rows."""
    rows = many(past, 51)
    reach(past)  # the acting role is read once for an account

    def asked(write: Any) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as found:
            write()
        looks = sum(one["sql"].startswith("SELECT") for one in found)
        return looks, len(found) - looks

    looked_at = [asked(lambda data=data: looked(past, *data)) for data in (rows[:1], rows[1:])]
    assert looked_at[0] == looked_at[1]
    one = asked(lambda: entered(past, rows[0])), asked(lambda: confirmed(past))
    many_rows = asked(lambda: entered(past, *rows[1:])), asked(lambda: confirmed(past))
    assert [looks for looks, _writes in one] == [looks for looks, _writes in many_rows]
    assert all(writes <= 45 for _looks, writes in many_rows)
    assert AdmissionStep.objects.count() == 51 * 26


def test_somebody_else_was_quicker(past: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    check = queries.checked

    def late(*args: Any) -> Any:
        found = check(*args)
        applied(past)
        return found

    monkeypatch.setattr(queries, "checked", late)
    with pytest.raises(ValidationError, match="刚刚有人登记了表里的人"):
        entered(past, row(upto="talk"))


def test_papers_and_the_live_way_go_on(past: Any) -> None:
    entered(past, row(upto="candidate_filed"))
    confirmed(past)
    made = Admission.objects.get()
    for code in ("review_form", "index"):
        assert papers.write(made, code, TODAY) is not None
    do(past, made, "political_review", D(2025, 4, 10))
    assert made.steps.get(code="political_review").sheet is None
    assert {paper.code for paper in PART.papers if paper.before in CODES[:8]} == set(
        made.papers.values_list("code", flat=True)
    )


def test_one_ended_way_is_told_from_a_new_application(past: Any) -> None:
    """The sheet of a way that was ended is still the same sheet; another day of application begins another way."""
    admission = led(past, "talk")
    Admission.objects.filter(pk=admission.pk).update(outcome="WITHDRAWN", ended_on=D(2024, 6, 1), ended_for="本人提出")
    assert looked(past, row(upto="talk")).lines[0].state == "same"
    more = looked(past, row(upto="talk") | {"paper:review_form": "√"}).lines[0]
    assert "已经结束" in more.faults[0]
    again = row(upto="talk") | {"on:apply": D(2025, 1, 8), "on:talk": D(2025, 2, 5)}
    assert entered(past, again).steps == 2
    assert Admission.objects.filter(person=past.applicant).count() == 2


def test_the_secretary_of_a_school_with_a_committee_answers_for_its_branches(past: Any) -> None:
    """As live: whoever leads the committee; the branch's own sender is still another hand."""
    own = orgs.set_up(
        kind="COMMITTEE", name="柳林中心小学党委", bureau=past.bureau, parent=past.school, by=SYSTEM, on=FOUNDED
    )
    Superior.objects.filter(org=past.branch, relation="BELONGS").update(superior=own)
    entered(past, row(upto="candidate_filed"))
    one = PastSheet.objects.get(org=own)
    assert queries.may_confirm(past.school_secretary, one, TODAY)
    assert list(queries.waiting_for(past.school_secretary)) == [one]
    assert not queries.may_confirm(past.organiser, one, TODAY) and not queries.visible_to(past.organiser).exists()
    assert confirmed(past, name="school_secretary").steps == 1


def test_a_branch_that_belongs_to_none_is_answered_where_it_is_approved(past: Any) -> None:
    Superior.objects.filter(org=past.branch).delete()
    entered(past, row(upto="candidate_filed"))
    one = PastSheet.objects.get(org=past.branch)
    assert not queries.may_confirm(past.school_secretary, one, TODAY)  # who keeps the branch does not answer for it
    assert not queries.visible_to(past.school_secretary).exists()
    assert confirmed(past, one).steps == 1
