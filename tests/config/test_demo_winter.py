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
