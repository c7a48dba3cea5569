"""Doors of the portal: everybody's home and search; a unit's page for those who may see the unit."""

from __future__ import annotations

from typing import Any

from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect


def set_up(cast: Any) -> Any:
    """The shipped packs are there: rooms that show themselves here ask their pack."""
    policies.ship()
    return cast


EVERYBODY = expect(rest=200, anonymous=302)

DOORS = [
    Door("portal:home", "GET", EVERYBODY, make=set_up),
    Door("portal:search", "GET", EVERYBODY, make=set_up, data=lambda it: {"q": "柳林"}),
    Door(
        "portal:unit",
        "GET",
        expect(rest=200, anonymous=302, audit_admin=404, outsider=404, neighbour=404),
        make=set_up,
        kwargs=lambda cast: {"pk": cast.branch.pk},
    ),
    Door(
        "portal:unit",
        "GET",
        expect(
            rest=404, anonymous=302, system_admin=200, security_admin=200, party_office=200, section_officer=200,
            inspector=200, neighbour=404, outsider=404,
        ),
        make=set_up,
        kwargs=lambda cast: {"pk": cast.other_school.pk},
        case="the other school",
    ),
    Door("portal:unit", "GET", expect(rest=404, anonymous=302), make=set_up, kwargs=lambda cast: {"pk": 999999}, case="nowhere"),
]  # fmt: skip
