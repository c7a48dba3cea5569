"""The whole door table on PostgreSQL, where the daily run asks a sample of each row. On SQLite it does so anyway."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.architecture.test_doors import DOORS, quiet, run

__all__ = ["quiet"]

if connection.vendor == "postgresql":

    @pytest.mark.deep
    @pytest.mark.django_db
    @pytest.mark.usefixtures("quiet")
    def test_every_member_at_every_door(cast: Any) -> None:
        assert [said for door in DOORS for said in run(door, cast)] == []
