"""Who gets what at each address of the statistics pre-check."""

from __future__ import annotations

from typing import Any

from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
SEE = ("party_office", "section_officer", "district_officer", "inspector")
KEEP = ("school_secretary", "branch_secretary", "organiser", "deputy")


def kept(status: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(SEE, 403) | dict.fromkeys(KEEP, status))


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def the_branch(it: Any) -> dict[str, int]:
    return {"org": it.branch.pk}


DOORS = [
    Door("party:precheck", "GET", READERS, make=shipped),
    Door("party:precheck_export", "GET", READERS, make=shipped),
    Door("party:precheck_count", "GET", kept(200), make=shipped, kwargs=the_branch),
    Door(
        "party:precheck_count", "POST", kept(302), make=shipped, kwargs=the_branch,
        data=lambda it: {"on": "2026-06-15", "members": 9, "probationary": 1},
    ),
]  # fmt: skip
