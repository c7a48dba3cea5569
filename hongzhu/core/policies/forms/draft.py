"""A pack as a form: numbers, titles, switches and lists of names, for somebody who has never seen a schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.policies.pack.words import Line, Reader, field_words, listing_words
from hongzhu.kit.packs import Amount, Text

EDITABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "obligations": {
        "duties": ("active", "title", "short", "count", "lock_days", "clause"),
        "campaigns": ("active", "title", "from_on", "to_on"),
        "terms_of_office": ("years", "notify_days", "clause"),
        "study_hours": ("hours", "clause"),
    },
    "activities": {
        "kinds": ("active", "title", "minutes", "needs_review"),
        "tags": ("active", "title", "shown"),
        "parts": ("title",),
    },
    "people": {"seats": ("active", "seats", "clause"), "limits": ("value", "clause")},
    "registers": {"schemes": ("active", "title", "most"), "lists": ("items",)},
    "documents": {"kinds": ("active", "title", "prefix", "receipts")},
}
OWN: dict[str, tuple[str, ...]] = {"activities": ("max_tags_per_act", "minutes_per_hour")}
LONG = ("clause", "shown")


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the form: how it reads now, and its fields."""

    line: Line
    fields: list[forms.BoundField]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: list[Row]


class DraftForm(forms.Form):
    """One section of a draft."""

    def __init__(self, section: str, sections: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        self.initial[key] = _shown(value)

    def groups(self) -> Iterator[Group]:
        """Lists in the order of the schema, each item with its fields."""
        own = [self[name] for name in OWN.get(self.section, ())]
        blocks = self.reader.blocks(self.section)
        if own:
            lines = {line.code: line for block in blocks if not block.name for line in block.lines}
            rows = [
                Row(
                    lines.get(field.name) or Line(field.name, field_words(field.name), "", (), "", "", "", True),
                    [field],
                )
                for field in own
            ]
            yield Group(_("总的规定"), rows)
        for block in blocks:
            rows = []
            for line in block.lines:
                keys = [key for key, place in self.places.items() if place[:2] == (block.name, line.code)]
                if keys and block.name:
                    rows.append(Row(line, [self[key] for key in keys]))
            if rows:
                yield Group(listing_words(block.name), rows)

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
        if name in {"title", "short", "clause", "shown"}:
            return {"zh": value.strip()}
        return value

    def _amount(self, name: str, value: int | None) -> dict[str, Any] | None:
        if value is None:
            return None
        now = getattr(self.typed, name)
        clause = now.clause.model_dump() if now else {"zh": _("本局规定")}
        return {"value": value, "clause": clause, "confidence": now.confidence if now else "certain"}


def _shown(value: Any) -> Any:
    if isinstance(value, Text):
        return value.zh
    if isinstance(value, tuple):
        return "\n".join(str(getattr(part, "zh", part)) for part in value)
    return value


def _bounds(info: Any) -> dict[str, Any]:
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
            label=label, required=required and not empty, help_text=_("空着表示不限") if empty else "", **_bounds(info)
        )
    widget = forms.Textarea(attrs={"rows": 2}) if name in LONG else forms.TextInput()
    return forms.CharField(label=label, required=name != "prefix", max_length=400, widget=widget)
