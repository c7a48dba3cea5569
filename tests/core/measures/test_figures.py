"""Proof against faking: the demo is asked for random counts, and every figure counts its rows.

A row outside the scope or the period changes nothing; a row taken away changes the figure.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import Size
from hongzhu.core.activities.models import Act, Output
from hongzhu.core.documents.models import Document
from hongzhu.core.measures import queries
from hongzhu.core.orgs.models import Bureau, Change, Org

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SIZES = {
    "yunyang": Size("yunyang", "十堰市郧阳区教育局", "郧阳", schools=4, kindergartens=1, branches=5, generals=1, classes=6),
    "huaibei": Size("huaibei", "淮北市教育局", "淮北", schools=3, kindergartens=1, branches=3, generals=1),
    "rencheng": Size("rencheng", "任城区教育和体育局", "任城", schools=5, kindergartens=1, branches=6, generals=3,
                     rural_generals=2, new_generals_2020=1, new_branches_2020=2),
}  # fmt: skip


def computed(code: str) -> dict[str, Any]:
    """Every headline figure of one bureau by the row of the inventory and its own code."""
    found = queries.figures(Bureau.objects.get(code=code), timezone.now())
    return {figure.code: figure.computed for figure in found}


def behind(code: str, figure: str) -> list[Any]:
    """The records that a figure of the bureau opens."""
    bureau, now = Bureau.objects.get(code=code), timezone.now()
    return list(queries.rows_behind(queries.open_figure(bureau, figure, now), now))


def counts(seed: int) -> Counts:
    rng = random.Random(seed)
    return Counts(
        lectures=rng.randint(3, 25), talks=rng.randint(3, 20), trips=rng.randint(3, 20), reflections=rng.randint(9, 300),
        class_floor=rng.randint(1, 4), committee_meetings=rng.randint(2, 8), notices=rng.randint(3, 9),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [11, 47])
def test_yunyang_figures_are_the_counts_asked_for(seed: int) -> None:
    asked = counts(seed)
    fill.fill(TODAY, sizes=(SIZES["yunyang"],), counts=asked)

    assert computed("yunyang") == {
        "A24": asked.dispatches,
        "B09": asked.lectures,
        "B12": asked.talks,
        "B13": asked.trips,
        "B14": asked.reflections,
        "F38": asked.class_floor,
    }


@pytest.mark.parametrize("seed", [11, 47])
def test_huaibei_figures_are_the_counts_asked_for(seed: int) -> None:
    asked = counts(seed)
    fill.fill(TODAY, sizes=(SIZES["huaibei"],), counts=asked)
    found = computed("huaibei")

    assert found["A01"] == asked.committee_meetings
    assert found["A02"] == 1
    assert found["G02"] == asked.notices
    assert found["K05"] == asked.notices


@pytest.mark.parametrize(("generals", "branches"), [(1, 2), (2, 4)])
def test_rencheng_figures_are_the_counts_asked_for(generals: int, branches: int) -> None:
    size = replace(SIZES["rencheng"], new_generals_2020=generals, new_branches_2020=branches)
    fill.fill(TODAY, sizes=(size,))
    found = computed("rencheng")
    assert (found["B29_general_branches"], found["B29_branches"]) == (generals, branches)


def test_rows_outside_scope_or_period_change_nothing_and_a_row_gone_changes_the_figure() -> None:
    """A lecture held a year later, a talk of another bureau, a trip voided, a count gone, a class without lessons."""
    fill.fill(TODAY, sizes=(SIZES["yunyang"], SIZES["huaibei"]), counts=counts(5))
    before = computed("yunyang")
    elsewhere = Org.objects.filter(bureau__code="huaibei", kind="BRANCH").first()
    lecture, talk, trip, count, lesson = (behind("yunyang", code)[0] for code in ("B09", "B12", "B13", "B14", "F38"))

    def left(code: str) -> int | None:
        now = computed("yunyang")
        assert {key for key in now if now[key] != before[key]} <= {code}
        before.update(now)
        return now[code]

    whole = dict(before)
    Act.objects.filter(pk=lecture.pk).update(held_on=date(2022, 3, 1), held_to=date(2022, 3, 1))
    assert left("B09") == whole["B09"] - 1
    Act.objects.filter(pk=talk.pk).update(body=elsewhere)
    assert left("B12") == whole["B12"] - 1
    Act.objects.filter(pk=trip.pk).update(voided_at=timezone.now())
    assert left("B13") == whole["B13"] - 1
    Output.objects.filter(pk=count.pk).delete()
    assert left("B14") == whole["B14"] - count.count
    Act.objects.filter(body=lesson.body).update(held_on=date(2022, 3, 1), held_to=date(2022, 3, 1))
    assert left("F38") == 0


def test_more_rows_of_another_year_bureau_or_kind_change_nothing() -> None:
    """Everything the one bureau did is done again by the other, and again a year earlier by itself."""
    fill.fill(TODAY, sizes=(SIZES["yunyang"], SIZES["huaibei"]), counts=counts(7))
    before = computed("yunyang")
    elsewhere = Bureau.objects.get(code="huaibei")
    body = Org.objects.filter(bureau=elsewhere, kind="BRANCH").first()
    acts = list(Act.objects.filter(bureau__code="yunyang", held_on__year=2021))
    for act in acts:
        act.pk, act.uuid, act.bureau, act.body = None, uuid.uuid4(), elsewhere, body
    Act.objects.bulk_create(acts)
    again = list(Act.objects.filter(bureau__code="yunyang", held_on__year=2021))
    for act in again:
        act.pk, act.uuid, act.held_on = None, uuid.uuid4(), act.held_on - timedelta(days=365)
    Act.objects.bulk_create(again)

    assert len(acts) == len(again) > 20
    assert computed("yunyang") == before


def test_documents_and_steps_count_rows_too() -> None:
    fill.fill(TODAY, sizes=(SIZES["huaibei"], SIZES["rencheng"]), counts=counts(3))
    huaibei, rencheng = computed("huaibei"), computed("rencheng")

    Document.objects.filter(pk=behind("huaibei", "G02")[0].pk).update(issued_on=date(2021, 6, 1))
    assert computed("huaibei")["G02"] == huaibei["G02"] - 1
    Change.objects.filter(pk=behind("rencheng", "B29_branches")[0].pk).delete()
    assert computed("rencheng")["B29_branches"] == rencheng["B29_branches"] - 1
    Change.objects.filter(org__bureau__code="huaibei", step="SET_UP").update(on=date(2020, 3, 1))
    assert computed("rencheng")["B29_branches"] == rencheng["B29_branches"] - 1
