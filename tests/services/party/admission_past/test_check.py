"""What the check says of each row: legal ones, and every reason why not, on both sides of each edge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.services.party.admission.conftest import WAY, staged
from tests.services.party.admission_past.conftest import CODES, another, looked, row

pytestmark = pytest.mark.django_db
D = date


def only(found: Any) -> Any:
    assert len(found.lines) == 1
    return found.lines[0]


@pytest.mark.parametrize("upto", CODES)
def test_the_whole_way_is_legal_as_far_as_any_step(past: Any, upto: str) -> None:
    line = only(looked(past, row(upto=upto)))
    assert line.faults == []
    assert [op.step.code for op in line.steps if op.step] == sorted(
        [op.step.code for op in line.steps if op.step], key=lambda code: WAY.get(code, D(2024, 9, 2))
    )
    assert len(line.steps) == CODES.index(upto) + 1 + (CODES.index(upto) >= CODES.index("observed"))
    assert line.state == ("ready" if CODES.index(upto) < CODES.index("candidate_filed") else "part")
