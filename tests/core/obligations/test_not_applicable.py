"""不适用 is judged, and explained, on each period's own reference day: neither before nor after the change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.obligations import queries, rules
from hongzhu.core.obligations.engine import Applies, Duty, Lack, Status, between
from hongzhu.core.obligations.queries import pages
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership, Post
from tests.cast import FOUNDED, SYSTEM
from tests.core.obligations.conftest import NOW, TODAY


def months_owed(cast: Any, code: str) -> list[int]:
    """The months of 2026 in which the branch owes a monthly duty."""
    _question, placed = queries.cells_of(cast.branch, 2026, NOW)
    rows = [row for row in placed if row.due.duty.code == code]
    assert len(rows) == 12
    return [row.due.start.month for row in rows if row.cell.status != Status.NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("opened", "closed", "owed"),
    [
        (date(2026, 6, 30), None, range(6, 13)),
        (date(2026, 7, 1), None, range(7, 13)),
        (FOUNDED, date(2026, 7, 31), range(1, 7)),
        (FOUNDED, date(2026, 8, 1), range(1, 8)),
        (date(2026, 3, 1), date(2026, 9, 1), range(3, 9)),
    ],
)
def test_a_party_group_counts_from_the_month_at_whose_end_it_is_there(
    shipped: Any, opened: date, closed: date | None, owed: range
) -> None:
    assert months_owed(shipped, "team_meeting_monthly") == []
    team = orgs.set_up(
        bureau=shipped.bureau, kind="TEAM", name="第一党小组", parent=shipped.branch, by=SYSTEM, on=opened
    )  # fmt: skip
    Org.objects.filter(pk=team.pk).update(closed_on=closed)
    assert months_owed(shipped, "team_meeting_monthly") == list(owed)


@pytest.mark.parametrize(("joined", "owed"), [(date(2026, 6, 30), range(6, 13)), (date(2026, 7, 1), range(7, 13))])
def test_the_seventh_member_counts_from_the_month_at_whose_end_he_is_there(
    shipped: Any, joined: date, owed: range
) -> None:
    members = Membership.objects.filter(org=shipped.branch, standing="FULL")
    for surplus in members[6:]:
        surplus.delete()
    assert members.count() == 6
    assert months_owed(shipped, "committee_meeting_monthly") == []
    someone = shipped.accounts["outsider"].person
    Membership.objects.filter(person=someone).delete()
    Membership.objects.create(person=someone, org=shipped.branch, standing="FULL", from_on=joined)
    assert months_owed(shipped, "committee_meeting_monthly") == list(owed)


@pytest.fixture
def plain_words(shipped: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two monthly duties for which the pack has no words of its own: one needs a committee, the other none."""
    duties = tuple(
        Duty(code=code, tag=code, bearers=("BRANCH",), every="month", applies=Applies(needs_committee=needs), order=order,
             title=code, short=code)
        for order, (code, needs) in enumerate([("with", True), ("without", False)])
    )  # fmt: skip
    dues = between(lambda _day: duties, date(2026, 1, 1), date(2026, 12, 31))
    monkeypatch.setattr(pages, "ask", lambda bureau, *_args, **_kwargs: queries.asking(bureau, dues, NOW))
    Post.objects.filter(org=shipped.branch, kind="ORGANISER").update(from_on=date(2026, 7, 1))
    return shipped


def test_the_year_sheet_explains_each_month_by_its_own_day(plain_words: Any) -> None:
    made = queries.year_of(plain_words.accounts["organiser"], plain_words.branch, 2026, NOW)
    said = {
        (cell.due.duty.code, cell.due.start.month): (cell.span, str(cell.reason))
        for _month, cells, _others in made.rows
        for cell in cells
        if cell.due and cell.reason
    }
    assert said == {
        ("with", 1): (6, str(rules.REASONS[Lack.NO_COMMITTEE])),
        ("without", 7): (6, str(rules.REASONS[Lack.HAS_COMMITTEE])),
    }
    assert made.members == Membership.objects.filter(org=plain_words.branch, to_on=None).count()


def test_the_rows_behind_say_the_same(plain_words: Any, django_assert_num_queries: Any) -> None:
    user = plain_words.accounts["party_office"]
    question = pages.ask(plain_words.bureau)  # type: ignore[call-arg]
    found = queries.lines_of(user, question, queries.body_scope(plain_words.branch), "not_applicable")
    with django_assert_num_queries(2):
        queries.fill(user, question, found.lines)
    assert [(line.due.duty.code, line.due.start.month, str(line.note)) for line in found.lines] == [
        *[("with", month, "未设支委会") for month in range(1, 7)],
        *[("without", month, "已设支委会") for month in range(7, 13)],
    ]


def test_the_grid_explains_what_never_applied_and_shows_what_did(plain_words: Any, monkeypatch: Any) -> None:
    """A duty of spring only is explained by its last month, not by the committee of July."""
    spring = Duty(
        code="spring", tag="s", bearers=("BRANCH",), every="month", only_months=(3, 4),
        applies=Applies(needs_committee=True), title="spring", short="spring",
    )  # fmt: skip
    always = Duty(code="always", tag="a", bearers=("BRANCH",), every="month", title="always", short="always")
    duties = (spring, always)
    dues = between(lambda _day: duties, date(2026, 1, 1), TODAY - timedelta(days=20))
    monkeypatch.setattr(pages, "ask", lambda bureau, *_args, **_kwargs: queries.asking(bureau, dues, NOW))
    grid = queries.gap(plain_words.accounts["party_office"], plain_words.bureau, pages.Period.year(2026), NOW)
    row = next(row for row in grid.rows if row.org == plain_words.branch)
    assert {cell.duty.code: str(cell.reason) for cell in row.cells} == {"spring": "未设支委会", "always": ""}


def test_the_page_shows_it_in_the_months_before(shipped: Any, client: Any) -> None:
    orgs.set_up(
        bureau=shipped.bureau, kind="TEAM", name="第一党小组", parent=shipped.branch, by=SYSTEM, on=date(2026, 7, 1)
    )  # fmt: skip
    shipped.login(client, "organiser")
    html = client.get(reverse("obligations:year", args=[shipped.branch.pk, 2026])).content.decode()
    assert 'rowspan="6" class="is-na">不适用<br><small>未设党小组</small>' in html
