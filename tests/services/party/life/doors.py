"""Who gets what at each address of the yearly meetings."""

from __future__ import annotations

from typing import Any

from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
ABOVE = (
    "party_office", "section_officer", "district_officer", "school_secretary", "branch_secretary", "organiser",
    "inspector", "deputy",
)  # fmt: skip
KEEPERS = ("school_secretary", "branch_secretary", "organiser", "deputy")


def seen_by(status: int, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(ABOVE, status) | others)


def kept(status: int) -> dict[str, int]:
    return seen_by(403, **dict.fromkeys(KEEPERS, status))


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def the_year(it: Any) -> dict[str, Any]:
    return {"org": it.branch.pk, "year": 2026}


def the_step(it: Any) -> dict[str, Any]:
    return the_year(it) | {"code": "study"}


def the_report(it: Any) -> dict[str, Any]:
    return the_year(it) | {"person": it.branch_secretary.person.pk}


COUNTS = {
    "held_on": "2026-06-15", "took_part": 9, "probationary": 1, "excellent": 3, "qualified": 5, "basic": 0,
    "unqualified": 0,
}  # fmt: skip

DOORS = [
    Door("party:life_list", "GET", READERS, make=shipped),
    Door("party:life_export", "GET", READERS, make=shipped),
    Door("party:life_paper", "GET", READERS, make=shipped),
    Door("party:life_branch", "GET", seen_by(200), make=shipped, kwargs=the_year),
    Door("party:life_sheet", "GET", seen_by(200), make=shipped, kwargs=the_year),
    Door("party:life_count", "GET", kept(200), make=shipped, kwargs=the_year),
    Door("party:life_count", "POST", kept(302), make=shipped, kwargs=the_year, data=lambda it: COUNTS),
    Door("party:life_tick", "POST", kept(302), make=shipped, kwargs=the_step, data=lambda it: {"done_on": "2026-06-15"}),
    Door("party:life_untick", "POST", kept(302), make=shipped, kwargs=the_step),
    Door("party:life_debriefs", "GET", READERS, make=shipped),
    Door("party:life_debriefs_export", "GET", READERS, make=shipped),
    Door("party:life_debriefs_sheet", "GET", READERS, make=shipped),
    Door(
        "party:life_debrief", "GET", seen_by(403, party_office=200, district_officer=200), make=shipped, kwargs=the_report
    ),
    Door(
        "party:life_debrief", "POST", seen_by(403, party_office=302, district_officer=302), make=shipped,
        kwargs=the_report, data=lambda it: {"received_on": "2026-06-15"},
    ),
]  # fmt: skip
