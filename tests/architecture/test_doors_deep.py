"""The whole door table: every member at every door. The daily run asks fewer of those who are let in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.test_doors import DOORS, quiet, run

__all__ = ["quiet"]


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
def test_every_member_at_every_door(cast: Any) -> None:
    assert [said for door in DOORS for said in run(door, cast)] == []
