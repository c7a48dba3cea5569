"""Proof against faking (B28): the demo is asked for other counts, and the figures count its rows. And what the demo shows."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import Size
from hongzhu.core.measures import queries
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Post
from hongzhu.services.party.models import Delay, Election, ElectionSeat, Filing
from hongzhu.services.party.queries import terms

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SIZE = Size(
    "rencheng", "任城区教育和体育局", "任城", schools=16, kindergartens=4, branches=20, generals=6, rural_generals=5
)


def computed() -> dict[str, Any]:
    found = queries.figures(Bureau.objects.get(code="rencheng"), timezone.now())
    return {figure.code: figure.computed for figure in found if figure.row == "B28"}


@pytest.mark.parametrize("seed", [28, 67])
def test_the_figures_are_the_counts_asked_for_and_rows_make_them(seed: int) -> None:
    rng = random.Random(seed)
    asked = replace(Counts(), rural_general_elections=rng.randint(2, 4), branch_elections=rng.randint(5, 15))
    fill.fill(TODAY, sizes=(SIZE,), counts=asked)
    assert computed() == {"B28_general_branches": asked.rural_general_elections, "B28_branches": asked.branch_elections}

    of_2020 = Election.objects.filter(held_on__year=2020, cause="TERM", org__kind="BRANCH").order_by("id")
    one, two, three, four = of_2020[:4]
    Election.objects.filter(pk=one.pk).update(held_on=date(2021, 1, 1))
    Election.objects.filter(pk=two.pk).update(confirmed_on=None)
    Election.objects.filter(pk=three.pk).update(voided_at=timezone.now() - timedelta(days=1))
    Election.objects.filter(pk=four.pk).update(cause="BY")
    general = Election.objects.filter(held_on__year=2020, org__kind="GENERAL_BRANCH").first()
    assert general is not None
    Org.objects.filter(pk=general.org_id).update(area="城区")
    assert computed() == {
        "B28_general_branches": asked.rural_general_elections - 1, "B28_branches": asked.branch_elections - 4
    }  # fmt: skip


def test_elections_of_another_year_bureau_or_kind_change_nothing() -> None:
    asked = replace(Counts(), rural_general_elections=3, branch_elections=8)
    other = Size("yongkang", "永康市教育局", "永康", schools=5, kindergartens=1, branches=6, generals=1)
    fill.fill(TODAY, sizes=(SIZE, other), counts=asked)
    before = computed()
    bureau = Bureau.objects.get(code="yongkang")
    for body in Org.objects.filter(bureau=bureau, kind__in=("BRANCH", "GENERAL_BRANCH")):
        Election.objects.create(
            bureau=bureau,
            org=body,
            started_on=date(2020, 6, 1),
            held_on=date(2020, 6, 1),
            confirmed_on=date(2020, 6, 9),
        )
    for body in Org.objects.filter(bureau__code="rencheng", kind="BRANCH"):
        Election.objects.create(
            bureau=body.bureau,
            org=body,
            started_on=date(2019, 6, 1),
            held_on=date(2019, 6, 1),
            confirmed_on=date(2019, 6, 9),
        )
    assert computed() == before


def test_the_demo_keeps_the_rules_and_shows_every_story() -> None:
    """Every demo election reaches its quorum; one overdue with approval, one without, some due, one of each step."""
    size = replace(SIZE, schools=44, kindergartens=6, branches=44, edge_cases=True)
    fill.fill(TODAY, sizes=(size,))
    bureau = Bureau.objects.get(code="rencheng")
    for election in Election.objects.filter(entitled__isnull=False):
        counts = (election.entitled, election.present, election.issued, election.returned, election.valid)
        assert None not in counts and list(counts) == sorted(counts, reverse=True), election  # type: ignore[type-var]
        assert (election.present or 0) * 5 >= (election.entitled or 0) * 4
    assert not ElectionSeat.objects.filter(elected=True, votes__isnull=True).exists()
    for seat in ElectionSeat.objects.filter(votes__isnull=False).select_related("election"):
        assert seat.elected is ((seat.votes or 0) * 2 > (seat.election.present or 0))
    rows = terms.standings(Org.objects.filter(bureau=bureau, kind__in=terms.rules.ELECTING), bureau, TODAY)
    states = [row.term.state for row in rows]
    assert states.count("delayed") == Delay.objects.count() == 1
    assert states.count("overdue") == 1
    assert states.count("soon") >= 8
    assert "unknown" not in states
    steps = {terms.rules.step_of(row.running) for row in rows if row.running}
    assert steps == {"allow", "hold", "confirm"}
    by = Election.objects.get(cause="BY")
    assert Post.objects.filter(org=by.org, kind="COMMITTEE_MEMBER", from_on=by.held_on).count() == 1
    assert Filing.objects.get().status == "ASKED"


@pytest.mark.parametrize("today", [date(2027, 3, 10), date(2027, 9, 1)])
def test_the_demo_of_another_day_has_the_same_stories(today: date) -> None:
    size = replace(SIZE, schools=36, kindergartens=6, branches=36, edge_cases=True)
    fill.fill(today, sizes=(size,))
    bureau = Bureau.objects.get(code="rencheng")
    rows = terms.standings(Org.objects.filter(bureau=bureau, kind__in=terms.rules.ELECTING), bureau, today)
    states = [row.term.state for row in rows]
    assert (states.count("delayed"), states.count("overdue"), states.count("unknown")) == (1, 1, 0)
    assert not Election.objects.filter(held_on__gt=today).exists()
    assert not Election.objects.filter(confirmed_on__gt=today).exists()
