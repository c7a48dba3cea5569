"""Doors of the measures room: those who look at numbers in the whole bureau."""

from __future__ import annotations

from typing import Any

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect

OFFICERS = {"party_office": 200, "section_officer": 200, "inspector": 200}


def with_figures(cast: Any) -> Any:
    """The bureau's pack is one that declares headline figures."""
    policies.ship()
    Bureau.objects.filter(pk=cast.bureau.pk).update(pack="rencheng")
    return cast


DOORS = [
    Door("measures:figures", "GET", expect(rest=403, anonymous=302, **OFFICERS), make=with_figures),
    Door("measures:figures", "GET", expect(rest=403, anonymous=302, **OFFICERS), case="no pack yet"),
    Door("measures:figures_export", "GET", expect(rest=403, anonymous=302, **OFFICERS), make=with_figures),
    Door(
        "measures:rows",
        "GET",
        expect(rest=403, anonymous=302, **OFFICERS),
        make=with_figures,
        kwargs=lambda it: {"code": "B29_general_branches"},
    ),
    Door(
        "measures:rows",
        "GET",
        expect(rest=403, anonymous=302, party_office=404, section_officer=404, inspector=404),
        make=with_figures,
        kwargs=lambda it: {"code": "Z99"},
        case="no such figure",
    ),
]
