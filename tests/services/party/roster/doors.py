"""Who gets what at each address of the roster."""

from __future__ import annotations

from typing import Any

from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
# A thing of the branch in the school: seen by those above it and in it.
ABOVE = (
    "party_office", "section_officer", "district_officer", "school_secretary", "branch_secretary", "organiser",
    "inspector", "deputy",
)  # fmt: skip


def seen_by(status: int, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(ABOVE, status) | others)


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def the_branch(it: Any) -> dict[str, int]:
    return {"org": it.branch.pk}


def a_colleague(it: Any) -> dict[str, int]:
    """A member of the branch who has no account."""
    return {"pk": it.people[5].pk}


DOORS = [
    Door("party:index", "GET", READERS, make=shipped),
    Door("party:roster", "GET", READERS, make=shipped),
    Door("party:roster_export", "GET", READERS, make=shipped),
    Door("party:roster_paper", "GET", READERS, make=shipped),
    Door("party:roster_structure", "GET", READERS, make=shipped),
    Door("party:roster_structure_export", "GET", READERS, make=shipped),
    Door("party:roster_branch", "GET", seen_by(200), make=shipped, kwargs=the_branch),
    Door("party:roster_person", "GET", seen_by(200), make=shipped, kwargs=a_colleague),
    Door("party:roster_card", "GET", seen_by(200), make=shipped, kwargs=a_colleague),
    Door(
        "party:roster_transcribed", "POST",
        seen_by(403, school_secretary=302, branch_secretary=302, organiser=302, deputy=302),
        make=shipped, kwargs=lambda it: a_colleague(it) | {"system": "upper_member"},
    ),
]  # fmt: skip
