"""From which month a member owes here: who comes with a letter from outside, whose standing changes in the same body."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.people.models import Membership, Person
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions.dues import BaseSet
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, Receipt
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers
from hongzhu.services.party.queries import held
from tests.cast import person
from tests.services.party.transfers import stage

from .conftest import BASE, MONTHLY, TODAY, m, pay
from .test_recomputed import recomputed

pytestmark = pytest.mark.django_db
JANUARY, DECEMBER = m(1), m(12)


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def arrives(cast: Any, on: date, dues_to: date | None, *, joined_on: date = JANUARY, standing: str = "PROBATIONARY",
            who: Person | None = None) -> Person:  # fmt: skip
    """One from outside, with their letter, received into the branch."""
    who = who or person(cast.bureau, "闻人初")
    line = stage.asked(
        cast, person=who, way="IN", from_org=None, to_org=cast.branch, outside="白石县教育局党委",
        by=cast.actor("branch_secretary"),
    )  # fmt: skip
    line = stage.send(cast, line, by=cast.actor("party_office"), dues_to=dues_to)
    full_on = joined_on if standing == "FULL" else None
    by = cast.actor("branch_secretary")
    stage.receive(cast, line, by=by, on=on, standing=standing, joined_on=joined_on, full_on=full_on)
    return who


def base_from(cast: Any, who: Person, from_on: date) -> None:
    actions.set_base(
        org=cast.branch, base=BaseSet(person=who, table="SALARIED", base=BASE), from_on=from_on,
        by=cast.actor("organiser"), on=TODAY,
    )  # fmt: skip


def line_of(cast: Any, who: Person, year: int = 2026) -> lines.Line:
    return next(line for line in lines.sheet(cast.branch, year, TODAY).lines if line.person == who)


def owed(cast: Any, who: Person, last: date = DECEMBER) -> list[date]:
    """The months that are owed to the branch, of two years."""
    one = queries.members_of(cast.bureau, [cast.branch.pk], m(1, 2025), last, person=who.pk).get(who.pk)
    return [cell.month for cell in one.cells if cell.body == cast.branch.pk] if one else []


def asked_for(cast: Any, who: Person, through: date) -> list[date]:
    """What the pay page asks for."""
    found = lines.payable(cast.branch, through, TODAY, person=who.pk)
    return [cell.month for row in found for cell in row.cells]


def agrees(cast: Any, who: Person) -> None:
    """The files say the same as the sheet."""
    told = {
        month: int((owed or 0) * 100)
        for (pk, month), (body, owed, _paid) in recomputed(papers.data([cast.branch], 2026)).items()
        if pk == str(who.pk) and body == str(cast.branch.pk)
    }
    line = line_of(cast, who)
    assert told == {cell.month.month: cell.owed or 0 for cell in line.cells if cell}
    assert line.owed == sum(told.values())


@pytest.mark.parametrize(
    ("dues_to", "first", "note"),
    [
        (date(2026, 10, 1), 11, "11月10日起"),
        (date(2026, 11, 1), 12, "11月10日起；转入前交至2026年11月"),
        (date(2026, 9, 30), 10, "11月10日起；转入前交至2026年9月"),
        (None, 11, "11月10日起"),
    ],
)
def test_who_comes_from_outside_owes_after_the_letter(ready: Any, dues_to: date | None, first: int, note: str) -> None:
    who = arrives(ready, date(2026, 11, 10), dues_to)
    base_from(ready, who, m(1))
    assert owed(ready, who) == [m(month) for month in range(first, 13)]
    line = line_of(ready, who)
    assert (line.owed, line.note) == ((13 - first) * MONTHLY, note)
    assert asked_for(ready, who, m(12)) == [m(month) for month in range(first, 13)]
    behind = {row.person: row.months for row in lines.arrears(ready.bureau, [ready.branch.pk], date(2027, 3, 5))}
    assert behind[who] == (*[m(month) for month in range(first, 13)], m(1, 2027), m(2, 2027))
    agrees(ready, who)


def test_a_meeting_here_is_owed_from_its_month_as_ever(ready: Any) -> None:
    """Who was taken in by a meeting of the branch and entered later owes from the meeting."""
    who = person(ready.bureau, "闻人初")
    Membership.objects.create(
        person=who, org=ready.branch, standing="PROBATIONARY", joined_on=m(9), from_on=date(2026, 11, 10)
    )
    assert owed(ready, who)[0] == m(9)
    assert line_of(ready, who).note == "9月1日起"


def test_paid_to_the_end_of_the_year_nothing_is_asked_before_january(ready: Any, client: Any) -> None:
    who = arrives(ready, date(2026, 11, 18), m(12), standing="FULL", joined_on=m(7, 2015))
    assert not asked_for(ready, who, m(12)) and owed(ready, who, m(3, 2027)) == [m(1, 2027), m(2, 2027), m(3, 2027)]
    ready.login(client, "organiser")
    page = text(client.get(url("dues_member_base", ready.branch.pk, who.pk)))
    assert '<option value="2027-01-01" selected>' in page and "2026-12-01" not in page
    client.post(
        url("dues_member_base", ready.branch.pk, who.pk),
        {"table": "SALARIED", "base": "5001", "flat": "", "from_on": "2027-01-01"},
    )
    assert DuesBase.objects.get(person=who).from_on == m(1, 2027)
    assert who.name not in text(client.get(url("dues_pay", ready.branch.pk)))
    line = line_of(ready, who)
    assert (line.owed, line.monthly, line.note) == (0, MONTHLY, "11月18日起；转入前交至2026年12月")
    assert lines.unconfirmed_bases([ready.branch.pk], TODAY) == {}
    assert lines.sheet(ready.branch, 2026, TODAY).without_base == 0
    agrees(ready, who)


@pytest.mark.parametrize(
    ("dues_to", "first"),
    [(date(2026, 10, 1), "2026-11-01"), (date(2025, 12, 1), "2026-01-01"), (m(10, 2025), "2026-01-01")],
)
def test_a_first_base_begins_with_the_first_month_here(ready: Any, client: Any, dues_to: date, first: str) -> None:
    who = arrives(ready, date(2026, 11, 10), dues_to)
    ready.login(client, "organiser")
    page = text(client.get(url("dues_member_base", ready.branch.pk, who.pk)))
    assert f'<option value="{first}" selected>' in page
    wanted = [BaseSet(person=who, table="SALARIED", base=BASE)]
    actions.confirm_bases(org=ready.branch, year=2026, bases=wanted, by=ready.actor("organiser"), on=TODAY)
    assert DuesBase.objects.get(person=who).from_on == date.fromisoformat(first)


@pytest.mark.parametrize(("dues_to", "there"), [(m(11, 2025), True), (m(12, 2025), False)])
def test_what_the_letter_left_open_last_year_stands_on_last_years_sheet(ready: Any, dues_to: date, there: bool) -> None:
    """Neither is anybody on the sheet of a year before they came, although they joined the Party in it."""
    who = arrives(ready, date(2026, 11, 10), dues_to, joined_on=date(2025, 12, 20))
    assert (m(12, 2025) in owed(ready, who)) is there
    assert [line.person == who for line in lines.sheet(ready.branch, 2025, TODAY).lines].count(True) == int(there)
    base_from(ready, who, m(12, 2025))
    if there:
        (made,) = pay(ready, who, months={m(12, 2025): MONTHLY}, approved_late=True)
        assert made.fen == MONTHLY


def test_what_was_paid_outside_stays_paid_after_a_move_within(ready: Any) -> None:
    who = arrives(ready, date(2026, 11, 3), m(12), standing="FULL", joined_on=m(7, 2015))
    Membership.objects.filter(person=who).update(to_on=date(2026, 11, 17))
    Membership.objects.create(person=who, org=ready.other_branch, standing="FULL", from_on=date(2026, 11, 17))
    both = [ready.branch.pk, ready.other_branch.pk]
    one = queries.members_of(ready.bureau, both, m(1), m(3, 2027))[who.pk]
    assert [(cell.month, cell.body) for cell in one.cells] == [
        (month, ready.other_branch.pk) for month in (m(1, 2027), m(2, 2027), m(3, 2027))
    ]


@pytest.mark.parametrize(("dues_to", "first"), [(m(5), m(7)), (m(6), m(7)), (m(7), m(8))])
def test_the_months_before_somebody_left_are_not_asked_twice(ready: Any, dues_to: date, first: date) -> None:
    """Away in June and back in November: June is owed to whom they left, the letter speaks of what came after."""
    who = ready.people[5]
    Membership.objects.filter(person=who).update(to_on=date(2026, 6, 10), org=ready.other_branch)
    arrives(ready, date(2026, 11, 10), dues_to, who=who, standing="FULL", joined_on=m(7, 2015))
    assert owed(ready, who)[0] == first
    assert line_of(ready, who).note.startswith("11月10日起")
    agrees(ready, who)


def test_questions_do_not_grow_with_letters(ready: Any, django_assert_num_queries: Any) -> None:
    for name in ("闻人初", "闻人再"):
        arrives(ready, date(2026, 11, 10), m(10), who=person(ready.bureau, name))
        with django_assert_num_queries(6):
            queries.members_of(ready.bureau, [ready.branch.pk], m(1), m(12))


# --- a change of standing in the same body


def changed(cast: Any, who: Person, on: date, **more: Any) -> None:
    """The row ends and the next begins the same day, as when somebody is left out for illness."""
    Membership.objects.filter(person=who, to_on=None).update(to_on=on)
    facts = {"org": cast.branch, "standing": "FULL", "from_on": on}
    Membership.objects.create(person=who, **(facts | more))


def test_a_change_in_the_same_body_is_no_beginning(ready: Any) -> None:
    who = ready.people[3]
    DuesBase.objects.filter(person=who).delete()
    changed(ready, who, date(2026, 6, 10), left_out="ILL")
    wanted = [BaseSet(person=who, table="SALARIED", base=BASE)]
    actions.confirm_bases(org=ready.branch, year=2026, bases=wanted, by=ready.actor("organiser"), on=TODAY)
    assert DuesBase.objects.get(person=who).from_on == m(1)
    line = line_of(ready, who)
    assert (line.owed, line.note) == (12 * MONTHLY, "")


def test_one_day_between_is_a_new_beginning(ready: Any) -> None:
    who = ready.people[3]
    DuesBase.objects.filter(person=who).delete()
    Membership.objects.filter(person=who).update(to_on=date(2026, 6, 9))
    Membership.objects.create(person=who, org=ready.branch, standing="FULL", from_on=date(2026, 6, 10))
    wanted = [BaseSet(person=who, table="SALARIED", base=BASE)]
    actions.confirm_bases(org=ready.branch, year=2026, bases=wanted, by=ready.actor("organiser"), on=TODAY)
    assert DuesBase.objects.get(person=who).from_on == m(6)
    assert line_of(ready, who).note == "6月9日转出；6月10日起"


def test_who_moves_on_is_noted_once_on_either_side(ready: Any) -> None:
    who = ready.people[3]
    changed(ready, who, date(2026, 6, 10), left_out="ILL")
    changed(ready, who, date(2026, 8, 20), org=ready.other_branch)
    assert line_of(ready, who).note == "8月20日转出"
    (there,) = [one for one in lines.sheet(ready.other_branch, 2026, TODAY).lines if one.person == who]
    assert there.note == "8月20日起"


# --- 交至


def paid_months(cast: Any, who: Person, *months: int) -> None:
    pay(cast, who, months={m(month): MONTHLY for month in months}, approved_late=True)


@pytest.mark.parametrize(
    ("months", "through"),
    [
        (range(1, 8), m(7)),
        ([*range(1, 8), 11], m(7)),  # August to October are open
        (range(1, 12), m(11)),
        (range(1, 13), m(12)),  # paid ahead to the end of the quarter
        ([*range(1, 11), 12], m(10)),
        ([2], m(12, 2025)),
        ([], None),
    ],
)
def test_paid_to_stops_before_the_first_open_month(ready: Any, months: Collection[int], through: date | None) -> None:
    who = ready.people[3]
    if months:
        paid_months(ready, who, *months)
    assert queries.paid_through([who.pk], TODAY).get(who.pk) == through


@pytest.mark.parametrize(("fen", "through"), [(MONTHLY - 1, m(9)), (MONTHLY, m(10)), (MONTHLY + 1, m(10))])
def test_a_month_paid_in_part_is_open(ready: Any, fen: int, through: date) -> None:
    who = ready.people[3]
    paid_months(ready, who, *range(1, 10))
    pay(ready, who, months={m(10): MONTHLY})
    Receipt.objects.filter(months__month=m(10)).get().months.update(fen=fen)
    assert queries.paid_through([who.pk], TODAY)[who.pk] == through


def test_a_letter_from_outside_is_a_record(ready: Any) -> None:
    who = arrives(ready, date(2026, 11, 10), m(10))
    assert queries.paid_through([who.pk], TODAY) == {who.pk: m(10)}
    base_from(ready, who, m(11))
    assert queries.paid_through([who.pk], TODAY) == {who.pk: m(10)}
    pay(ready, who)
    assert queries.paid_through([who.pk], TODAY) == {who.pk: m(11)}


def test_what_is_handed_to_tables_says_the_same(ready: Any) -> None:
    who = ready.people[3]
    paid_months(ready, who, *range(1, 8), 11)
    codes = [f"party.dues_{name}" for name in ("paid_to", "paid", "month_11")]
    row = held.dues_of_persons([who.pk], TODAY, codes)[who.pk]
    assert [row[code] for code in codes] == [m(7), 8 * MONTHLY, MONTHLY]


def test_paid_to_of_many_is_a_fixed_number_of_questions(ready: Any, django_assert_num_queries: Any) -> None:
    for who in ready.people:
        paid_months(ready, who, 10, 11) if who == ready.people[-1] else paid_months(ready, who, 1)
    queries.paid_through([ready.people[0].pk], TODAY)
    for people in (ready.people[:1], ready.people):
        with django_assert_num_queries(5):
            queries.paid_through([who.pk for who in people], TODAY)


# --- pure


def test_stays_are_joined_where_nothing_lies_between() -> None:
    def stay(body: int, first: date, last: date | None = None) -> engine.Stay:
        return engine.Stay(body, first, last)

    day = date(2026, 6, 10)
    assert engine.joined([stay(1, m(1), day), stay(1, day)]) == [stay(1, m(1))]
    assert len(engine.joined([stay(1, m(1), day), stay(1, date(2026, 6, 11))])) == 2
    assert len(engine.joined([stay(1, m(1), day), stay(2, day)])) == 2
    assert engine.joined([]) == []


@pytest.mark.parametrize(
    ("letter", "left", "begins"),
    [
        (m(10), None, m(11)),
        (m(12), None, m(1, 2027)),
        (m(4), date(2026, 6, 1), m(6)),  # left on the first: June is nobody's there
        (m(4), date(2026, 6, 2), m(7)),
        (m(12), date(2026, 11, 9), m(1, 2027)),
    ],
)
def test_from_when_a_letter_lets_one_owe(letter: date, left: date | None, begins: date) -> None:
    assert engine.owes_from(letter, date(2026, 11, 10), left) == begins
