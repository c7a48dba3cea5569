"""The field registry: what the platform holds already, and which column of a table means which field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import override

from hongzhu.core.access import queries as access
from hongzhu.core.collections import rules
from hongzhu.core.collections.engine import titles
from hongzhu.core.collections.models import Asked, Request
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.registry import Field, FieldSource

from . import cells

NEAR = 0.6  # likeness from which a field is proposed
PEOPLE = (Request.About.MEMBER, Request.About.STAFF)
_ORDER = ("序号", "序", "编号", "no", "no.")  # zh: titles of a column that only counts the rows
_REMARK = ("备注", "说明", "其他说明")  # zh: titles of a column every table has, whatever it asks


@dataclass(frozen=True, slots=True)
class Match:
    """What a column's title means: ``sure`` by name or alias, else only alike and for the officer to confirm.

    ``withheld``: what it means is not for this asker to ask for.
    """

    title: str
    field: Field | None
    sure: bool = False
    withheld: Field | None = None

    @property
    def code(self) -> str:
        """The field's code where it is sure, "" otherwise."""
        return self.field.code if self.field and self.sure else ""

    @property
    def proposed(self) -> str:
        """The field's code where it is only alike."""
        return self.field.code if self.field and not self.sure else ""


def sources(about: str) -> list[FieldSource]:
    """Sources that can fill a row of such a table, the nearest first: of persons before those of their unit."""
    found = [source for source in registry.book.fields.values() if source.of == "person" and about in PEOPLE]
    return found + [source for source in registry.book.fields.values() if source.of == "unit"]


def known(about: str) -> dict[str, Field]:
    """Every field such a table may be filled from, by code."""
    return {field.code: field for source in sources(about) for field in source.fields}


def guarded(about: str) -> dict[str, Field]:
    """Fields of such a table that not every asker may ask for, by code."""
    return {code: field for code, field in known(about).items() if field.ask_perm}


def withheld(user: Any, about: str, at: Org | None = None, *, among: Iterable[str] | None = None) -> dict[str, str]:
    """Fields the user may not ask for in the name of a body, by code, each with the sentence that says who may.

    ``at`` None: in the name of any. ``among``: of these codes alone. One query for each permission they name.
    """
    wanted = guarded(about)
    if among is not None:
        wanted = {code: wanted[code] for code in among if code in wanted}
    perms = {code: registry.book.perms[code] for code in {field.ask_perm for field in wanted.values()}}
    held = {
        code for code, perm in perms.items()
        if (access.may(user, perm) if at is None else access.holds(user, perm, at))
    }  # fmt: skip
    return {
        code: rules.withheld_words(str(field.title), perms[field.ask_perm], str(field.ask_instead))
        for code, field in wanted.items()
        if field.ask_perm not in held
    }


def key_of(title: str) -> str:
    """A title as two requests are compared by: every level of a merged head, without units, hints and punctuation."""
    return "".join(titles.normal_title(level) for level in title.split(titles.LEVELS)) or title.strip().lower()


def match(written: Sequence[str], about: str, but: Collection[str] = ()) -> list[Match]:
    """Each title to the field it means. A field is sure for one column only; the second of its name is proposed.

    ``but``: codes that are not this asker's to ask for; a title that means one of them means nothing else instead.
    """
    fields = known(about)
    names = {code: _names(field) for code, field in fields.items()}
    made, taken = [], set[str]()
    for title in written:
        met = None if is_order(title) else titles.closest(title, names, least=NEAR)
        if met is not None and met.key in but:
            made.append(Match(title, None, withheld=fields[met.key]))
            continue
        sure = met is not None and met.score == titles.EXACT and met.key not in taken
        if met is not None and sure:
            taken.add(met.key)
        made.append(Match(title, fields[met.key] if met else None, sure))
    return made


def is_order(title: str) -> bool:
    """Whether a column only counts the rows."""
    return key_of(title) in _ORDER


def is_remark(title: str) -> bool:
    """Whether a column only leaves room for a remark."""
    return key_of(title) in _REMARK


def _names(field: Field) -> list[str]:
    with override("zh-hans"):
        chinese = str(field.title)
    return list(dict.fromkeys((chinese, str(field.title), *field.names)))


def column_type(field: Field) -> str:
    """The type of a column that is filled from a field."""
    return str(cells.OF_FIELD.get(field.type, Asked.Type.TEXT))


def values(
    codes: Collection[str], about: str, *, units: Iterable[int], people: Iterable[int], on: date
) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """What is held: by unit and by person, {id: {code: value as kept}}. One question to each source that is needed."""
    ids = {"unit": list(units), "person": list(people)}
    found: dict[str, dict[int, dict[str, Any]]] = {"unit": {}, "person": {}}
    for source in sources(about):
        wanted = [field.code for field in source.fields if field.code in codes]
        if not wanted or not ids[source.of]:
            continue
        for pk, row in source.values(ids[source.of], on, wanted).items():
            told = {code: value for code, raw in row.items() if not cells.is_blank(value := cells.kept(raw))}
            found[source.of].setdefault(pk, {}).update(told)
    return found["unit"], found["person"]
