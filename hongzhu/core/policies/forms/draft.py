"""A pack as a form: numbers, titles, switches and lists of names, for somebody who has never seen a schema."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hongzhu.core.policies.pack.adding import Place
from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.policies.pack.words import CONFIDENCE, Line, Reader, field_words, listing_words
from hongzhu.kit.packs import Amount

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
    "registers": {"schemes": ("active", "title", "most"), "lists": ("items",)},
    "documents": {"kinds": ("active", "title", "prefix", "receipts")},
    # Lists the program itself knows: their numbers alone (numbers.py).
    "party": {},
    "collections": {},
}
OWN: dict[str, tuple[str, ...]] = {"activities": ("max_tags_per_act", "minutes_per_hour")}
LONG = ("clause", "shown")
TEXTS = ("title", "short", "clause", "shown", "unit")


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the form: how it reads now, and its fields."""

    line: Line
    fields: list[forms.BoundField]
    added: bool = False

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
        self.fields[key] = _field(place[2], value, info, required=required)
        self.initial[key] = shown(value, as_lines=place[2] == "items")

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
            if addable or any(row.fields for row in rows):
                found.append(Group(listing, listing_words(listing), [row for row in rows if row.fields], addable))
        return found

    def _row(self, listing: str, line: Line) -> Row:
        keys = [key for key, place in self.places.items() if place[:2] == (listing, line.code)]
        return Row(line, [self[key] for key in keys], (self.section, listing, line.code) in self.added)

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
            return {"zh": value.strip()}
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
    if isinstance(value, int) or name in {"most", "max_tags_per_act"}:
        empty = name in {"most", "max_tags_per_act"}
        return forms.IntegerField(
            label=label, required=required and not empty, help_text=_("空着表示不限") if empty else "", **bounds(info)
        )
    widget = forms.Textarea(attrs={"rows": 2}) if name in LONG else forms.TextInput()
    return forms.CharField(label=label, required=name != "prefix", max_length=400, widget=widget)
