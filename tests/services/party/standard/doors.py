"""Who gets what at each address of the standard's sheet."""

from __future__ import annotations

from typing import Any

from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


DOORS = [
    Door("party:standard", "GET", READERS, make=shipped),
    Door("party:standard_export", "GET", READERS, make=shipped),
]
