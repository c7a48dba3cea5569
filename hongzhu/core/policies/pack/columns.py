"""What changed in the columns of a paper: which came, went, were renamed, filled otherwise or moved. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.kit import registry


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column of a paper before and after, in words; "" where it is not there."""

    before: str
    after: str


def paper_of(item: Any) -> str:
    """Which paper's values fill the item in: a key of ``registry.paper_values``."""
    return f"card.{item.per}" if hasattr(item, "fields") else str(item.like or item.code)


def changes(old: Any, new: Any, field: str) -> list[ColumnChange]:
    """What differs between the columns of one paper in two versions, in the order of the new one, then what went."""
    was, now = getattr(old, field), getattr(new, field)
    keys, keep = _keys(was), _keys(now)
    both = [key for key in keep if key in keys]
    stayed = set()
    for block in SequenceMatcher(
        None, [key for key in keys if key in keep], both, autojunk=False
    ).get_matching_blocks():
        stayed |= set(both[block.b : block.b + block.size])
    found = []
    for place, key in enumerate(keep):
        after = _words(now[place], place, paper_of(new))
        if key not in keys:
            found.append(ColumnChange("", after))
        elif key not in stayed or _name(was[keys.index(key)]) != _name(now[place]):
            found.append(ColumnChange(_words(was[keys.index(key)], keys.index(key), paper_of(old)), after))
    gone = [place for place, key in enumerate(keys) if key not in keep]
    return [*found, *(ColumnChange(_words(was[place], place, paper_of(old)), "") for place in gone)]


def _keys(columns: Sequence[Any]) -> list[Any]:
    """What tells a column from the others: what fills it in, else its name, and the how manyth of its kind it is."""
    found: list[Any] = []
    for column in columns:
        key = column.source or _name(column)
        found.append((bool(column.source), key, sum(one[:2] == (bool(column.source), key) for one in found)))
    return found


def _name(column: Any) -> str:
    return str(getattr(column, "label", None) or column.title)


def _words(column: Any, place: int, paper: str) -> str:
    name = _name(column)
    said = {"n": place + 1, "name": name}
    if column.source is None:
        return _("第%(n)s栏 %(name)s（留空手写）") % said
    value = str(registry.book.paper_values.get(paper, {}).get(column.source, name))
    if value == name:
        return _("第%(n)s栏 %(name)s") % said
    return _("第%(n)s栏 %(name)s（填%(value)s）") % (said | {"value": value})
