"""The figures of people sent out, moved and chosen: the demo is asked for random counts, and each figure counts its rows."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import Size
from hongzhu.core.credits import queries as credits
from hongzhu.core.measures import queries
from hongzhu.core.orgs.models import Bureau
from hongzhu.services.party.models import CadreMove, Dispatch, Talent

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SIZES = {
    code: Size(code, f"{code}教育局", short, schools=4, kindergartens=1, branches=5, generals=1)
    for code, short in (("yunyang", "郧阳"), ("rencheng", "任城"), ("jinan", "济南"))
}


def computed(code: str) -> dict[str, Any]:
    found = queries.figures(Bureau.objects.get(code=code), timezone.now())
    return {figure.code: figure.computed for figure in found}


def behind(code: str, figure: str) -> list[Any]:
    bureau, now = Bureau.objects.get(code=code), timezone.now()
    return list(queries.rows_behind(queries.open_figure(bureau, figure, now), now))


def counts(seed: int) -> Counts:
    rng = random.Random(seed)
    return Counts(
        lectures=3, talks=3, trips=3, reflections=9, notices=3, dispatches=rng.randint(5, 40),
        cadre_moves=rng.randint(3, 30), experts=rng.randint(2, 8), backbones=rng.randint(3, 9),
    )  # fmt: skip


def filled(code: str, asked: Counts) -> Bureau:
    fill.fill(TODAY, sizes=(SIZES[code],), counts=asked)
    return Bureau.objects.get(code=code)


@pytest.mark.parametrize("seed", [11, 47])
def test_person_times_are_rows_and_not_persons(seed: int) -> None:
    asked = counts(seed)
    bureau = filled("yunyang", asked)
    assert computed("yunyang")["A24"] == asked.dispatches
    rows = Dispatch.objects.filter(bureau=bureau, from_on__lt=date(2022, 1, 1))
    assert len(behind("yunyang", "A24")) == asked.dispatches == rows.count()
    assert rows.values("person").distinct().count() < asked.dispatches
    # A row outside the period changes nothing, a row taken away changes the figure.
    Dispatch.objects.filter(bureau=bureau, from_on__gte=date(2022, 1, 1)).delete()
    assert computed("yunyang")["A24"] == asked.dispatches
    first = rows.order_by("pk")[0]
    first.visits.all().delete()
    first.delete()
    assert computed("yunyang")["A24"] == asked.dispatches - 1


@pytest.mark.parametrize("seed", [11, 47])
def test_cadre_moves_count_when_they_took_effect_in_the_year(seed: int) -> None:
    asked = counts(seed)
    bureau = filled("rencheng", asked)
    assert computed("rencheng")["A21"] == asked.cadre_moves == len(behind("rencheng", "A21"))
    # One on its way does not count, nor does one voided or of another year.
    done = CadreMove.objects.filter(bureau=bureau, effective_on__year=2020).order_by("pk")
    CadreMove.objects.filter(pk=done[0].pk).update(voided_at=timezone.now())
    assert computed("rencheng")["A21"] == asked.cadre_moves - 1
    CadreMove.objects.filter(pk=done[1].pk).update(effective_on=date(2021, 1, 1))
    assert computed("rencheng")["A21"] == asked.cadre_moves - 2


@pytest.mark.parametrize("seed", [11, 47])
def test_tiers_count_who_is_on_the_roster(seed: int) -> None:
    asked = counts(seed)
    bureau = filled("jinan", asked)
    found = computed("jinan")
    assert (found["B35_experts"], found["B35_backbones"]) == (asked.experts, asked.backbones)
    assert len(behind("jinan", "B35_experts")) == asked.experts
    # Those nominated and not chosen, and those who have left, do not count.
    assert Talent.objects.filter(bureau=bureau, chosen=False).exists()
    one = Talent.objects.filter(bureau=bureau, tier="EXPERT", chosen=True).order_by("pk")[0]
    one.ended_on = date(2020, 12, 1)
    one.save()
    assert computed("jinan")["B35_experts"] == asked.experts - 1


def test_the_demo_of_training_agrees_with_its_credits() -> None:
    bureau = filled("jinan", counts(11))
    assert not credits.compare(bureau.pk)
