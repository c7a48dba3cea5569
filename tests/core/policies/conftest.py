"""The shipped packs in the database."""

from __future__ import annotations

import pytest

from hongzhu.core.policies import actions
from hongzhu.core.policies.models import PackVersion


@pytest.fixture
def shipped(db: None) -> list[PackVersion]:
    """Every pack we ship, published."""
    actions.ship()
    return list(PackVersion.objects.filter(bureau__isnull=True).order_by("name", "version"))
