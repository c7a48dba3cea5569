"""The shipped packs: without them a bureau is not set up, and rooms that ask their pack say so."""

from __future__ import annotations

import pytest

from hongzhu.core.policies import actions


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    actions.ship()
