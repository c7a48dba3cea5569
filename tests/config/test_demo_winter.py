"""In January and February the demo writes last year too, and a bureau is there all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hongzhu.config.demo import fill
from hongzhu.core.activities.models import Act, FixedDay

SMALL = replace(fill.QUICK[0], schools=14, kindergartens=4, branches=20, generals=8)


@pytest.mark.django_db
def test_two_years_are_written_and_every_branch_has_one_fixed_day() -> None:
    fill.fill(date(2027, 2, 10), sizes=(SMALL,))

    years = set(Act.objects.values_list("held_on__year", flat=True))
    assert {2026, 2027} <= years
    bodies = list(FixedDay.objects.values_list("body", flat=True))
    assert bodies
    assert len(bodies) == len(set(bodies))


@pytest.mark.django_db
def test_what_a_pack_keeps_to_those_who_took_part_is_kept_in_the_demo_too() -> None:
    """组织生活会 and 民主评议 are confidential by their kind, and keep no text of what was said."""
    fill.fill(date(2027, 2, 10), sizes=(SMALL,))

    closed, kinds = Act.objects.filter(confidential=True), ("org_life", "appraisal", "democratic_life")
    assert closed.filter(kind="org_life").exists()
    assert not closed.exclude(kind__in=kinds).exists()
    assert not Act.objects.filter(kind__in=kinds, confidential=False).exists()
    assert not closed.exclude(process="").exists()
