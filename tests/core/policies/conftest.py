"""The shipped packs in the database, the Party office signed in, and its draft."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hongzhu.core.policies import actions
from hongzhu.core.policies.models import PackVersion


@pytest.fixture
def shipped(db: None) -> list[PackVersion]:
    """Every pack we ship, published."""
    actions.ship()
    return list(PackVersion.objects.filter(bureau__isnull=True).defer("body").order_by("name", "version"))


@pytest.fixture
def office(cast, client, shipped):
    cast.login(client, "party_office")
    return client


@pytest.fixture
def draft(cast, shipped):
    return actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=timezone.localdate())
