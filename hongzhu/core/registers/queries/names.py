"""Lists that are only names, with what the bureau has filled in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Name
from hongzhu.core.registers.pack import NameList
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Perm


@dataclass(frozen=True, slots=True)
class Filled:
    """A list of the pack: its names in the pack itself, and those the bureau added."""

    spec: NameList
    names: tuple[Name, ...]

    @property
    def missing(self) -> int:
        """How many names its title promises and nobody has given (五好: 5)."""
        return max((self.spec.expected or 0) - len(self.spec.items) - len(self.names), 0)


def lists(bureau: Any, on: date) -> list[Filled]:
    """All lists of the bureau's pack on a day. One query beside the pack."""
    held: dict[str, list[Name]] = defaultdict(list)
    for name in Name.objects.filter(orgs.on_day(on), bureau=bureau).order_by("order", "id"):
        held[name.list].append(name)
    specs = policies.pack_for(bureau, on).section("registers").lists
    return [Filled(spec, tuple(held[spec.code])) for spec in specs]


def list_of(bureau: Any, code: str, on: date) -> NameList:
    """One list of the pack; 404 when the pack has none of that code."""
    found: NameList | None = by_code(policies.pack_for(bureau, on).section("registers").lists).get(code)
    if found is None:
        raise Http404
    return found


def open_name(user: Any, pk: int, perm: Perm = rules.ASSIGN) -> Name:
    """The door of one name: another bureau's is 404."""
    name: Name = get_object_or_404(Name, pk=pk, bureau=access.bureau_of(user))
    if not access.may(user, rules.VIEW):
        raise Http404
    access.require(user, perm)
    return name
