"""Changing a draft piece by piece, and saying in words what two versions differ in."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from hongzhu.kit import registry
from hongzhu.kit.packs import Item, Sourced, Text

from .schema import problem_of
from .source import Node, PackRefused


@dataclass(frozen=True, slots=True)
class Edit:
    """Set ``field`` of one item to ``value``: ("obligations", "duties", "theme_day_monthly", "count", 2).

    ``listing`` and ``code`` are "" for a field of the section itself; ``field`` may then be a way down to it, lists by
    code or place: "dues.tables.SALARIED.brackets.0.rate".
    """

    section: str
    listing: str
    code: str
    field: str
    value: Any

    @property
    def place(self) -> str:
        return ".".join(part for part in (self.section, self.listing, self.code, self.field) if part)


def apply(body: dict[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """A changed copy of a body. KeyError when an edit names an item that is not there."""
    made = copy.deepcopy(body)
    for edit in edits:
        holder = made.setdefault(edit.section, {})
        if edit.listing:
            holder = next((item for item in holder.get(edit.listing, []) if item.get("code") == edit.code), None)
            if holder is None:
                raise KeyError(edit.place)
        *above, field = edit.field.split(".") if not edit.listing else [edit.field]
        for step in above:
            holder = _below(holder, step, edit.place)
        if edit.value is None:
            holder.pop(field, None)
        else:
            holder[field] = edit.value
    return made


def _below(holder: Any, step: str, place: str) -> Any:
    """One step down: a field, an item by its code, a part of a list by its place."""
    if isinstance(holder, dict):
        return holder.setdefault(step, {})
    found = [item for item in holder if isinstance(item, dict) and item.get("code") == step]
    if not found and step.isdecimal() and int(step) < len(holder):
        found = [holder[int(step)]]
    if not found:
        raise KeyError(place)
    return found[0]


def check(body: dict[str, Any]) -> dict[str, BaseModel]:
    """The typed sections of a changed body. PackRefused says what does not fit, with its place."""
    made: dict[str, BaseModel] = {}
    problems = []
    for name, part in body.items():
        section = registry.book.sections.get(name)
        if section is None:
            continue
        try:
            made[name] = section.schema.model_validate(part)
        except ValidationError as error:
            tree = _tree(part)
            problems += [problem_of(detail, name, tree, section.schema) for detail in error.errors()]
    if problems:
        raise PackRefused(problems)
    return made


def _tree(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({str(key): _tree(below) for key, below in value.items()}, "", 0)
    if isinstance(value, list):
        return Node([_tree(below) for below in value], "", 0)
    return Node(value, "", 0)


# --- what differs -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: an item that came or went, or a field of it. ``field`` is the schema's name."""

    section: str
    listing: str
    code: str
    title: str
    field: str
    kind: str  # added, removed, changed
    before: Any = None
    after: Any = None


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """The differences of two packs' sections, item by item, in the order of the new one."""
    found: list[Difference] = []
    for name in [*new, *(name for name in old if name not in new)]:
        found += _compare_section(name, old.get(name), new.get(name))
    return found


def _compare_section(section: str, old: Any, new: Any) -> Iterator[Difference]:
    schema = type(new if new is not None else old)
    old = old if old is not None else schema()
    new = new if new is not None else schema()
    yield from _compare_fields(section, "", old, new)


def _compare_fields(section: str, part: str, old: BaseModel, new: BaseModel) -> Iterator[Difference]:
    """The fields and lists of a section, or of one part of it."""
    for listing in type(new).model_fields:
        before, after = getattr(old, listing), getattr(new, listing)
        if before == after:
            continue
        if _items(before) and _items(after):
            yield from _compare_items(section, f"{part}.{listing}" if part else listing, before, after)
        elif not part and _part(before) and _part(after):
            yield from _compare_fields(section, listing, before, after)
        else:
            yield Difference(section, part, "", "", listing, "changed", before, after)


def _compare_items(section: str, listing: str, old: Any, new: Any) -> Iterator[Difference]:
    was, now = {item.code: item for item in old}, {item.code: item for item in new}
    for code, item in now.items():
        if code not in was:
            yield Difference(section, listing, code, str(item.title), "", "added", None, item)
            continue
        for field in type(item).model_fields:
            before, after = getattr(was[code], field), getattr(item, field)
            if before != after:
                yield Difference(section, listing, code, str(item.title), field, "changed", before, after)
    for code, item in was.items():
        if code not in now:
            yield Difference(section, listing, code, str(item.title), "", "removed", item, None)


def _part(value: Any) -> bool:
    """A part of a section with fields and lists of its own: not one sourced value."""
    return isinstance(value, BaseModel) and not isinstance(value, Item | Text | Sourced)


def _items(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Item) for item in value)
