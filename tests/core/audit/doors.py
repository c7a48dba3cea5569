"""Doors of the audit room: the audit administrator alone."""

from tests.doors import Door, expect

ALONE = expect(rest=403, anonymous=302, audit_admin=200)

DOORS = [
    Door("audit:entry_list", "GET", ALONE),
    Door("audit:refusal_list", "GET", ALONE),
]
