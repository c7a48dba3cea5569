"""The numbers of a section whose lists the program itself knows (admission, dues, elections, tables): every number that
may differ from bureau to bureau, with its source; nothing is added and nothing is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from hongzhu.core.policies.pack.adding import Place
from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.policies.pack.words import CONFIDENCE, HUNDREDTHS, SOURCE, Reader, field_words
from hongzhu.kit.packs import Item, Text

from .draft import Group, Row, bare, bounds
from .items.base import words

Path = tuple[str | int, ...]
FIXED = frozenset({"number", "order"})  # places in a list, not rules
# In the dues part also money, in fen; elsewhere a number of persons.
FLAT = {"least": gettext_lazy("每月最少（元）"), "most": gettext_lazy("每月最多（元）")}
SHARE = re.compile(r"^\s*(\d{1,3})\s*/\s*(\d{1,3})\s*$")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that can be typed: where it stands below the section, what the schema says of it, its value now."""

    path: Path
    info: Any
    value: Any
    under: str = ""  # of what, inside an item or a part of its own: 时限 第1项

    @property
    def key(self) -> str:
        return "--".join(str(step) for step in self.path)

    @property
    def name(self) -> str:
        """The field; of an amount (``{value, clause}``) the field that holds it."""
        return str(self.path[-2] if self.path[-1] == "value" else self.path[-1])


def leaves(model: BaseModel, path: Path = (), under: str = "") -> Iterator[Leaf]:
    """The numbers, shares and sources below a model, in the order of the schema."""
    for name, info in type(model).model_fields.items():
        value, here = getattr(model, name), (*path, name)
        if name in FIXED or isinstance(value, bool):
            continue
        if isinstance(value, int) or name in {"clause", "confidence"} or _share(value):
            yield Leaf(here, info, value, under)
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, Item):
                    yield from leaves(part, (*here, part.code))
                elif isinstance(part, BaseModel) and not isinstance(part, Text):
                    yield from leaves(part, (*here, place), _("第%(n)s项") % {"n": place + 1})
        elif isinstance(value, BaseModel) and not isinstance(value, Text):
            yield from leaves(value, here, field_words(name) if len(path) > 1 else "")


def _share(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value)


class NumbersForm(forms.Form):
    """One section of a draft, number by number."""

    def __init__(
        self, section: str, sections: dict[str, Any], added: Collection[Place], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.typed, self.reader = section, sections[section], Reader(sections)
        found = list(leaves(self.typed))
        numbered = {leaf.path[:-1] for leaf in found if leaf.path[-1] not in {"clause", "confidence"}}
        # A source stands beside the numbers it is the source of; what has only words is read, not typed.
        self.leaves = {
            leaf.key: leaf
            for leaf in found
            if leaf.path[:-1] in numbered or any(path[: len(leaf.path) - 1] == leaf.path[:-1] for path in numbered)
        }
        for key, leaf in self.leaves.items():
            self.fields[key] = _field(leaf)
            self.initial[key] = _shown(leaf)

    def groups(self) -> list[Group]:
        """Part by part: the part's own numbers, then its lists, each item with its numbers."""
        made: list[Group] = []
        for block in self.reader.blocks(self.section):
            rows = []
            for line in block.lines:
                start: Path = (*(name for name in block.name.split(".") if name), line.code)
                below = [key for key, leaf in self.leaves.items() if leaf.path[: len(start)] == start]
                if below:
                    below.sort(key=lambda key: self.leaves[key].path[-1] in SOURCE)  # numbers first
                    rows.append(Row(line, [self[key] for key in below]))
            if rows:
                made.append(Group(block.name, block.title, rows, addable=False))
        shown = {bound.name for group in made for row in group.rows for bound in row.fields}
        if rest := [Row(bare(leaf.name), [self[key]]) for key, leaf in self.leaves.items() if key not in shown]:
            made.append(Group("", _("总的规定"), rest, addable=False))
        return made

    def edits(self) -> list[Edit]:
        """What was changed, as edits of the draft's body; with each its neighbours (number, source), which a pack that
        is silent so far needs together.
        """
        touched = {self.leaves[key].path[:-1] for key in self.changed_data}
        return [
            Edit(self.section, "", "", ".".join(map(str, leaf.path)), _told(leaf, self.cleaned_data[key]))
            for key, leaf in self.leaves.items()
            if leaf.path[:-1] in touched and (len(leaf.path) > 1 or key in self.changed_data)
        ]


def _hundredths(leaf: Leaf) -> bool:
    return leaf.name in HUNDREDTHS or _flat(leaf)


def _flat(leaf: Leaf) -> bool:
    return leaf.path[0] == "dues" and leaf.name in FLAT


def _label(leaf: Leaf) -> str:
    own = str(FLAT[leaf.name]) if _flat(leaf) else field_words(leaf.name)
    if leaf.under in {"", own}:
        return own
    return _("%(under)s：%(label)s") % {"under": leaf.under, "label": own}


def _shown(leaf: Leaf) -> Any:
    if isinstance(leaf.value, Text):
        return leaf.value.zh
    if isinstance(leaf.value, tuple):
        return f"{leaf.value[0]}/{leaf.value[1]}"
    if isinstance(leaf.value, int) and _hundredths(leaf):
        return Decimal(leaf.value) / 100
    return leaf.value


def _told(leaf: Leaf, value: Any) -> Any:
    if isinstance(leaf.value, Text):
        return words(value, leaf.value)
    if isinstance(leaf.value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return int(value * 100)
    return value


def _field(leaf: Leaf) -> forms.Field:
    label, name = _label(leaf), leaf.path[-1]
    if name == "confidence":
        return forms.ChoiceField(label=label, choices=list(CONFIDENCE.items()))
    if name == "clause":
        return forms.CharField(label=label, max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    if isinstance(leaf.value, tuple):
        return ShareField(label=label, help_text=_("写成 1/2 这样"))
    limits = bounds(leaf.info)
    if _hundredths(leaf):
        limits = {side: Decimal(limit) / 100 for side, limit in limits.items()}
        return forms.DecimalField(label=label, decimal_places=2, max_digits=12, **limits)
    return forms.IntegerField(label=label, **limits)


class ShareField(forms.CharField):
    """Two numbers: 4/5."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = SHARE.match(text)
        if found is None or not 0 < int(found[1]) <= int(found[2]):
            raise ValidationError(_("看不懂这个比例，请写成 4/5 这样，前面的数不大于后面的"))
        return int(found[1]), int(found[2])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return "".join(str(data or "").split()) != initial
