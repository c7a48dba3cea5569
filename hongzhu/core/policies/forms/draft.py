"""A pack as a form: numbers, titles, switches and lists of names, for somebody who has never seen a schema."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.policies.pack.adding import WHOLE, Place
from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.policies.pack.words import (
    CONFIDENCE,
    NUMBER_PARTS,
    Line,
    Reader,
    field_words,
    listing_words,
    number_kept,
    number_words,
)
from hongzhu.kit.packs import Amount, by_code

from .items import FORMS
from .items.base import both, shown
from .items.duties import OWN_GROUP

SOURCE = ("clause", "confidence")
EDITABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "obligations": {
        "duties": ("active", "title", "short", "count", "lock_days", *SOURCE),
        "campaigns": ("active", "title", "from_on", "to_on"),
        "terms_of_office": ("years", "notify_days", *SOURCE),
        "study_hours": ("hours", *SOURCE),
        "inspections": ("title", "times_a_year", "notice_days", *SOURCE),
    },
    "activities": {
        "kinds": ("active", "title", "minutes", "needs_review"),
        "tags": ("active", "title", "shown"),
        "parts": ("title",),
        "topics": ("title",),
        "outputs": ("title", "unit"),
        "decisions": ("title", *SOURCE),
    },
    "people": {"seats": ("active", "seats", *SOURCE), "limits": ("value", *SOURCE)},
    "registers": {
        "schemes": ("active", "title", "most", "visits_a_year", "clause"),
        "lists": ("items",),
    },
    "documents": {
        "kinds": ("active", "title", "number", "prefix", "series", "receipts"),
        "sheets": (),
        "upper_systems": ("active",),
    },
    # Lists the program itself knows: their numbers alone (numbers.py).
    "party": {},
    "collections": {},
}
OWN: dict[str, tuple[str, ...]] = {"activities": ("max_tags_per_act", "minutes_per_hour")}
LONG = ("clause", "shown")
TEXTS = ("title", "short", "clause", "shown", "unit")
# Numbers that may be left out, and what that means.
NOTHING = {
    "most": gettext_lazy("空着表示不限"),
    "max_tags_per_act": gettext_lazy("空着表示不限"),
    "visits_a_year": gettext_lazy("空着表示不定次数"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the form: how it reads now, and its fields."""

    line: Line
    fields: list[forms.BoundField]
    added: bool = False
    whole: bool = False  # a paper: laid out on a page of its own

    @property
    def wrong(self) -> bool:
        return any(bound.errors for bound in self.fields)


@dataclass(frozen=True, slots=True)
class Group:
    """One list of the section. ``name`` is "" for the section's own fields; ``addable``: items may be added."""

    name: str
    title: str
    rows: list[Row]
    addable: bool


class DraftForm(forms.Form):
    """One section of a draft."""

    def __init__(
        self, section: str, sections: dict[str, Any], added: Collection[Place], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.added = added
        self.section, self.typed, self.reader = section, sections[section], Reader(sections)
        self.places: dict[str, tuple[str, str, str]] = {}
        for own in OWN.get(section, ()):
            amount = getattr(self.typed, own)
            info = Amount.model_fields["value"]
            self._add(("", "", own), info, amount.value if amount else None, required=amount is not None)
        for listing, names in EDITABLE.get(section, {}).items():
            for item in getattr(self.typed, listing):
                for name in names:
                    if name not in {"from_on", "to_on"} or not item.yearly_month:
                        self._add((listing, item.code, name), type(item).model_fields[name], getattr(item, name))

    def _add(self, place: tuple[str, str, str], info: Any, value: Any, *, required: bool = True) -> None:
        key = "--".join(part for part in place if part)
        self.places[key] = place
        self.fields[key] = (
            forms.TypedChoiceField(
                label=field_words("series"), choices=self._series(), required=False, empty_value=None
            )
            if place[2] == "series"
            else _field(place[2], value, info, required=required)
        )
        self.initial[key] = number_words(value) if place[2] == "number" else shown(value, as_lines=place[2] == "items")

    def _series(self) -> list[tuple[str, str]]:
        """The counters there are, by the kinds of document that share them."""
        shared: dict[str, list[str]] = {}
        for kind in self.typed.kinds:
            if kind.series:
                shared.setdefault(kind.series, []).append(str(kind.title))
        common = [(code, _("与%(kinds)s一起编号") % {"kinds": _("、").join(kinds)}) for code, kinds in shared.items()]
        return [("", _("单独编号")), *common]

    def groups(self) -> list[Group]:
        """The section's own fields, then its lists in the order of the schema, each item with its fields."""
        blocks = {block.name: block for block in self.reader.blocks(self.section)}
        found = []
        if own := [self[name] for name in OWN.get(self.section, ())]:
            lines = {line.code: line for line in blocks[""].lines} if "" in blocks else {}
            rows = [Row(lines.get(field.name, bare(field.name)), [field]) for field in own]
            found.append(Group("", _("总的规定"), rows, addable=False))
        for listing in type(self.typed).model_fields:
            lines_of = blocks[listing].lines if listing in blocks else ()
            rows = [self._row(listing, line) for line in lines_of if listing in EDITABLE.get(self.section, {})]
            addable = (self.section, listing) in FORMS
            rows = [row for row in rows if row.fields or row.whole]
            if addable or rows:
                found.append(Group(listing, listing_words(listing), rows, addable))
        return found

    def _row(self, listing: str, line: Line) -> Row:
        keys = [key for key, place in self.places.items() if place[:2] == (listing, line.code)]
        own = (self.section, listing, line.code) in self.added
        return Row(line, [self[key] for key in keys], own, own or self._whole(listing, line.code))

    def _whole(self, listing: str, code: str) -> bool:
        if (self.section, listing) not in WHOLE:
            return False
        return FORMS[self.section, listing].takes(by_code(getattr(self.typed, listing))[code])

    def edits(self) -> list[Edit]:
        """What was changed, as edits of the draft's body."""
        made = []
        for key in self.changed_data:
            listing, code, name = self.places[key]
            made.append(
                Edit(self.section, listing, code, name, self._value(listing, code, name, self.cleaned_data[key]))
            )
        return made

    def _value(self, listing: str, code: str, name: str, value: Any) -> Any:
        if not listing:
            return self._amount(name, value)
        if isinstance(value, date):
            return value.isoformat()
        if name == "items":
            item = next(item for item in getattr(self.typed, listing) if item.code == code)
            known = {text.zh: text for text in item.items}
            lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
            return [known[line].model_dump() if line in known else {"zh": line} for line in lines]
        if name in TEXTS:
            return {"zh": value.strip()} if value.strip() else None
        return value

    def _amount(self, name: str, value: int | None) -> dict[str, Any] | None:
        if value is None:
            return None
        now = getattr(self.typed, name)
        clause = now.clause.model_dump() if now else both(OWN_GROUP)
        return {"value": value, "clause": clause, "confidence": now.confidence if now else "certain"}


def bare(name: str) -> Line:
    """A field of the section that says nothing yet."""
    return Line(name, field_words(name), "", (), "", "", "", True)


def bounds(info: Any) -> dict[str, Any]:
    """min_value and max_value as the schema has them, so that the form says so first."""
    found: dict[str, Any] = {}
    for constraint in info.metadata:
        if getattr(constraint, "ge", None) is not None:
            found["min_value"] = constraint.ge
        if getattr(constraint, "le", None) is not None:
            found["max_value"] = constraint.le
    return found


def _field(name: str, value: Any, info: Any, *, required: bool) -> forms.Field:
    label = field_words(name)
    if name in {"active", "needs_review", "receipts"}:
        return forms.BooleanField(label=label, required=False)
    if name == "confidence":
        return forms.ChoiceField(label=label, choices=list(CONFIDENCE.items()))
    if name in {"from_on", "to_on"}:
        return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if name == "items":
        return forms.CharField(
            label=label,
            required=False,
            help_text=_("一行一项；文件没有列出的先空着"),
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    if isinstance(value, int) or name in NOTHING:
        hint = NOTHING.get(name, "")
        return forms.IntegerField(label=label, required=required and not hint, help_text=hint, **bounds(info))
    return _text_field(name, label, info)


class NumberField(forms.CharField):
    """How a document is numbered: written with Chinese names for what the program fills in, kept as the pack has it."""

    def clean(self, value: Any) -> Any:
        pattern = number_kept(super().clean(value))
        for name in re.findall(r"{.*?}", pattern):
            if name not in {kept for _said, kept in NUMBER_PARTS}:
                raise ValidationError(
                    _("文号里只能用 {代字}、{年份}、{序号}，没有 %(name)s，请改一下") % {"name": name}
                )
        if pattern and "{number}" not in pattern:
            raise ValidationError(_("文号里要有 {序号}，不然每一份都是同一个号"))
        return pattern


def _text_field(name: str, label: str, info: Any) -> forms.Field:
    if name == "number":
        hint = _("写成 {代字}〔{年份}〕{序号}号 这样；空着就不编文号")
        return NumberField(label=label, required=False, max_length=40, help_text=hint)
    widget = forms.Textarea(attrs={"rows": 2}) if name in LONG else forms.TextInput()
    empty = name == "prefix" or (name == "clause" and not info.is_required())
    return forms.CharField(label=label, required=not empty, max_length=400, widget=widget)
