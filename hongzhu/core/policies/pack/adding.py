"""Adding items to a draft, changing and taking away what the draft itself added. Pure; the body stays as it was.

An addition is stored where the schema reads it: as one more item of its list in the draft's own body. A bureau's
edition governs with its whole body and is not merged again, so nothing else has to know of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from hongzhu.kit import pinyin
from hongzhu.kit.packs import Item

MOST_LETTERS = 40  # kit.packs.Code
NAMELESS = "xiang"

# Which list a field's codes point into: one code may name a kind, a tag and a part at once.
POINTS_INTO = {
    "parts": "parts",
    "usual": "parts",
    "parts_any": "parts",
    "parts_all": "parts",
    "kinds": "kinds",
    "kind": "kinds",
    "tag": "tags",
    "topics": "topics",
    "topics_any": "topics",
    "topic": "topics",
    "outputs": "outputs",
    "output": "outputs",
    "sheet": "sheets",
    "sheets": "sheets",
    "like": "sheets",
    "campaign": "campaigns",
}
# Lists in which an item is merely offered: section, list, fields. It leaves them with the item.
OFFERED_IN: dict[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {
    ("activities", "parts"): ("activities", "kinds", ("parts", "usual")),
    ("activities", "topics"): ("activities", "kinds", ("topics",)),
    ("activities", "outputs"): ("activities", "parts", ("outputs",)),
    ("documents", "sheets"): ("activities", "kinds", ("sheets",)),
}
# Lists whose items are papers: laid out anew as a whole, also those that were there before the draft.
WHOLE = frozenset({("documents", "sheets"), ("documents", "upper_systems")})

Place = tuple[str, str, str]  # section, list, code
Taken = Callable[[str, str], Collection[str]]


@dataclass(frozen=True, slots=True)
class NewCode:
    """Stands in the fields of an addition for the code another addition of the same batch will get."""

    number: int


@dataclass(frozen=True, slots=True)
class Addition:
    """One item to add; its code is made from its title. ``offered_in``: codes of the items that shall offer it."""

    section: str
    listing: str
    fields: Mapping[str, Any]
    offered_in: tuple[str, ...] = ()


def new_code(title: str, taken: Collection[str]) -> str:
    """The title in pinyin, numbered where that is taken: 读书分享会 gives dushufenxianghui."""
    letters = "".join(c for c in pinyin.full(title) if c.isascii() and c.isalnum()) or NAMELESS
    stem = letters if letters[0].isalpha() else f"{NAMELESS}{letters}"
    code, number = stem[:MOST_LETTERS], 1
    while code in taken:
        number += 1
        code = f"{stem[: MOST_LETTERS - len(str(number)) - 1]}_{number}"
    return code


def add(body: dict[str, Any], additions: Sequence[Addition], taken: Taken) -> tuple[dict[str, Any], list[str]]:
    """A copy of ``body`` with the additions at the end of their lists, and their codes.

    ``taken(section, listing)``: codes that ever meant something, which are never used again.
    """
    made, codes = copy.deepcopy(body), []
    for addition in additions:
        items = made.setdefault(addition.section, {}).setdefault(addition.listing, [])
        used = {item["code"] for item in items} | set(taken(addition.section, addition.listing))
        code = new_code(addition.fields["title"]["zh"], used)
        codes.append(code)
        items.append({"code": code, **_filled(addition.fields, codes)})
        _offer(made, (addition.section, addition.listing, code), addition.offered_in)
    return made, codes


def change(body: dict[str, Any], code: str, changed: Addition, codes: Sequence[str] = ()) -> dict[str, Any]:
    """A copy of ``body`` with fields of one item set anew; None takes a field away. KeyError: no such item.

    ``codes``: of the items added along with the change, for its NewCode.
    """
    place = changed.section, changed.listing, code
    made = copy.deepcopy(body)
    item = _find(made, place)
    for name, value in changed.fields.items():
        if value is None:
            item.pop(name, None)
        else:
            item[name] = _filled(value, codes)
    _offer(made, place, changed.offered_in)
    return made


def remove(body: dict[str, Any], place: Place) -> dict[str, Any]:
    """A copy of ``body`` without one item, nor any list offering it. KeyError: no such item."""
    made = copy.deepcopy(body)
    made[place[0]][place[1]].remove(_find(made, place))
    _offer(made, place, ())
    return made


def own(base: Mapping[str, Any], sections: Mapping[str, Any]) -> frozenset[Place]:
    """(section, list, code) of the items that ``sections`` has and ``base`` has not."""
    return frozenset(_codes(sections)) - frozenset(_codes(base))


def users(sections: Mapping[str, Any], place: Place) -> list[Item]:
    """The items that cannot do without this one; lists that merely offer it are not asked."""
    section, listing, code = place
    *holder, fields = OFFERED_IN.get((section, listing), ("", "", ()))
    found = []
    for name, part in sections.items():
        for other in type(part).model_fields:
            for item in _items(part, other):
                skipped = fields if [name, other] == holder else ()
                itself = (name, other, item.code) == place
                if not itself and _names(item, listing, code, skipped):
                    found.append(item)
    return found


def offering(sections: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """The codes of the items that offer this one."""
    section, listing, code = place
    holding, holder, fields = OFFERED_IN[section, listing]
    offers = _items(sections.get(holding), holder)
    return tuple(item.code for item in offers if code in getattr(item, fields[0]))


def _find(body: dict[str, Any], place: Place) -> dict[str, Any]:
    section, listing, code = place
    items: list[dict[str, Any]] = body.get(section, {}).get(listing, [])
    found = next((item for item in items if item["code"] == code), None)
    if found is None:
        raise KeyError(".".join(place))
    return found


def _filled(value: Any, codes: Sequence[str]) -> Any:
    """``value`` with the codes known by now in place of NewCode, and without fields that say nothing."""
    if isinstance(value, NewCode):
        return codes[value.number]
    if isinstance(value, Mapping):
        return {key: _filled(below, codes) for key, below in value.items() if below is not None}
    if isinstance(value, list | tuple):
        return [_filled(below, codes) for below in value]
    return value


def _offer(body: dict[str, Any], place: Place, holders: Collection[str]) -> None:
    section, listing, code = place
    if (section, listing) not in OFFERED_IN:
        return
    other, holding, (main, *more) = OFFERED_IN[section, listing]
    for item in body.get(other, {}).get(holding, []):
        offered = item.get(main, [])
        if item["code"] in holders and code not in offered:
            item[main] = [*offered, code]
        elif item["code"] not in holders:
            for name in (main, *more):
                if code in item.get(name, []):
                    item[name] = [other for other in item[name] if other != code]


def _items(section: Any, listing: str) -> Iterator[Item]:
    value = getattr(section, listing, ())
    if isinstance(value, tuple):
        yield from (item for item in value if isinstance(item, Item))


def _codes(sections: Mapping[str, Any]) -> Iterator[Place]:
    for name, section in sections.items():
        for listing in type(section).model_fields:
            yield from ((name, listing, item.code) for item in _items(section, listing))


def _names(value: Any, listing: str, code: str, skipped: Collection[str] = ()) -> bool:
    """Whether a model, or any model inside it, points to the item."""
    if isinstance(value, tuple | list):
        return any(_names(part, listing, code) for part in value)
    if not isinstance(value, BaseModel):
        return False
    for field in type(value).model_fields:
        if field in skipped:
            continue
        below = getattr(value, field)
        if POINTS_INTO.get(field) == listing and (below == code or (isinstance(below, tuple) and code in below)):
            return True
        if _names(below, listing, code):
            return True
    return False
