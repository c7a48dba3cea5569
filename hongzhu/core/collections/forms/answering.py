"""What a unit fills in: typed cells beside the held ones, or the parts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import RANK
from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.models import Asked, PlanItem, Request, Return
from hongzhu.core.collections.queries import cells, fields, returns
from hongzhu.core.collections.queries.prefill import Row
from hongzhu.kit import registry
from hongzhu.kit.dates import DateRefused, parse_date

from .cell import field_for

BLANK_ROWS = 2  # rows offered beyond those filled, where the number of rows is free
MOST_ROWS = 300
MOST_ITEMS = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the page: held with where it is corrected, or an input. ``told``: what stands in it, to be read.

    ``elsewhere``: who corrects it, where this user may not.
    """

    column: Asked
    told: str
    correct: str = ""
    bound: Any = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the page: whose it is, and its cells, held first."""

    number: int
    person: Any
    held: list[Cell]
    typed: list[Cell]


class AnswerForm(forms.Form):
    """The typed cells of every row. Cells the platform holds are shown, not asked."""

    def __init__(
        self, answer: Return, sheet: returns.Sheet, data: Any = None, *, user: Any, more: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.answer, self.sheet, self.user = answer, sheet, user
        self.free = answer.request.about == Request.About.FREE
        about = answer.request.about
        self.known = {field.code: (source.of, field) for source in fields.sources(about) for field in source.fields}
        self.asked = [column for column in sheet.columns if column.type not in rules.UNASKED]
        self.place_types = {str(column.place): column.type for column in self.asked}
        self.keyed = self._keyed(more=more)
        for key, row in self.keyed:
            for column in self.asked:
                place = str(column.place)
                if place not in row.held:
                    # Whether a free row is filled at all is known only when it is read.
                    field = field_of(column, free=self.free)
                    field.initial = cells.shown(row.given.get(place), column.type)
                    if field.initial:
                        _may_be_emptied(field)
                    self.fields[self.name(key, place)] = field

    def _keyed(self, *, more: bool) -> list[tuple[int, Row]]:
        rows = self.sheet.rows
        if not self.free:
            return [(row.person_id if row.person_id is not None else n, row) for n, row in enumerate(rows)]
        count = len(rows) + (BLANK_ROWS if rules.can_be_answered(self.answer) else 0)
        if self.data:
            sent = str(self.data.get("rows", ""))
            count = int(sent) if sent.isascii() and sent.isdigit() else count
            count = min(max(count, 1), MOST_ROWS - BLANK_ROWS) + (BLANK_ROWS if more else 0)
        unit = self.sheet.unit
        empty = [Row(None, dict(unit.held), kept_at=unit.kept_at) for _row in range(max(0, count - len(rows)))]
        return list(enumerate([*rows, *empty]))

    @staticmethod
    def name(key: int, place: str) -> str:
        return f"r{key}_{place}"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.free:
            return given
        for key, row in self.keyed:
            names = {
                self.name(key, str(column.place)): column for column in self.asked if str(column.place) not in row.held
            }
            if all(cells.is_blank(given.get(name)) for name in names):
                continue
            for name, column in names.items():
                if column.required and cells.is_blank(given.get(name)) and name not in self.errors:
                    self.add_error(name, _("还没有填，请补上"))
        return given

    def given(self) -> dict[int, dict[str, Any]]:
        """What was typed, by row and column place, as it is kept; what could not be read is left out."""
        found: dict[int, dict[str, Any]] = {}
        for key, _row in self.keyed:
            found[key] = {
                str(column.place): value
                for column in self.asked
                if not cells.is_blank(value := self.cleaned_data.get(self.name(key, str(column.place))))
            }
        return found

    def standing(self) -> dict[int, dict[str, str]]:
        """What stands in the cells, read or not: as sent; of a cell that was not sent, as saved before."""
        found: dict[int, dict[str, str]] = {}
        for key, row in self.keyed:
            for column in self.asked:
                place = str(column.place)
                if (name := self.name(key, place)) in self.fields:
                    text = self.data.get(name, cells.shown(row.given.get(place), column.type)).strip()
                    found.setdefault(key, {}).update({place: text} if text else {})
        return found

    def put_theirs(self) -> None:
        """Into each cell that was left empty here: what somebody else has saved in it since. Said beside it, too."""
        self.say_theirs(self.sheet.rows)
        data = self.data.copy()
        for key, row in self.keyed:
            for place, value in row.given.items():
                name = self.name(key, place)
                if name in self.fields and not str(data.get(name, "")).strip():
                    data[name] = cells.shown(value, self.place_types[place])
        self.data = data

    def forgive_missing(self) -> None:
        """Nothing is missing on a page that was not to be handed in filled."""
        for name, errors in self.errors.as_data().items():
            if all(error.code == "required" for error in errors):
                del self.errors[name]

    def rows(self) -> Iterator[FormRow]:
        """The page, row by row."""
        seen = self._seen()
        for number, (key, row) in enumerate(self.keyed, start=1):
            held, typed = [], []
            for column in self.asked:
                place = str(column.place)
                told = cells.read(row.held.get(place, row.given.get(place)), column.type)
                if place in row.held:
                    held.append(self._held(column, told, row.kept_at.get(place), seen))
                else:
                    typed.append(Cell(column, told, bound=self[self.name(key, place)]))
            yield FormRow(number, row.person, held, typed)

    def _held(self, column: Asked, told: str, kept_at: int | None, seen: dict[str, set[int]]) -> Cell:
        """A held cell with the way to its source, where there is one that this user may go."""
        of, field = self.known.get(column.field, ("", None))
        if field is None or field.correct is None or kept_at is None:
            return Cell(column, told)
        if kept_at not in seen[of]:
            return Cell(column, told, elsewhere=_("请所在单位更正"))
        if field.perm and not access.may(self.user, perm := registry.book.perms[field.perm]):
            who = _("、").join(str(role.label) for role in RANK if role in perm.roles)
            return Cell(column, told, elsewhere=_("请%s更正") % who)
        return Cell(column, told, field.correct(kept_at))

    def _seen(self) -> dict[str, set[int]]:
        """Of those whose records fill the table, the bodies and persons this user may see. Two queries at most."""
        kept: dict[str, set[int]] = {"unit": set(), "person": set()}
        for _key, row in self.keyed:
            for column in self.asked:
                if (pk := row.kept_at.get(str(column.place))) is not None:
                    kept[self.known[column.field][0]].add(pk)
        found = {"unit": access.visible_orgs(self.user), "person": access.visible_people(self.user)}
        return {
            of: set(found[of].filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
            for of, ids in kept.items()
        }

    def say_theirs(self, stored: Sequence[Row]) -> None:
        """Beside each cell that somebody else filled otherwise: what they filled. What was typed here stays."""
        theirs = {row.person_id if row.person_id is not None else n: row.given for n, row in enumerate(stored)}
        for key, _row in self.keyed:
            for column in self.asked:
                name = self.name(key, str(column.place))
                value = theirs.get(key, {}).get(str(column.place))
                told = cells.shown(value, column.type)
                if name in self.fields and told and told != str(self.data.get(name, "")).strip():
                    self[name].help_text = _("对方填的是：%s") % cells.read(value, column.type)


def field_of(column: Asked, *, free: bool) -> forms.Field:
    """The input of a column; in free rows nothing is required before a row is begun."""
    return field_for(column, required=column.required and not free)


def _may_be_emptied(field: forms.Field) -> None:
    """A required choice of a few shows no blank one: once it is saved, it is offered, or it could not be taken back."""
    if isinstance(field, forms.ChoiceField) and all(value for value, _label in field.choices):
        field.choices = [("", "—"), *field.choices]


class ReportForm(forms.Form):
    """The unit's words under each part, and the items of its plan."""

    def __init__(
        self, parts: Sequence[returns.PartText], plan: Sequence[PlanItem], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.parts, self.items = parts, max(MOST_ITEMS, len(plan) + 1)
        for one in parts:
            self.fields[f"t{one.part.pk}"] = forms.CharField(
                label=one.part.title, initial=one.text, required=False, max_length=4000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip
        self.plans = any(one.part.plan for one in parts)
        for number in range(self.items if self.plans else 0):
            item = plan[number] if number < len(plan) else None
            self.fields[f"p{number}_text"] = forms.CharField(
                label=gettext_lazy("事项"), max_length=200, required=False, initial=item.text if item else ""
            )
            self.fields[f"p{number}_owner"] = forms.CharField(
                label=gettext_lazy("责任人"), max_length=60, required=False, initial=item.owner if item else ""
            )
            self.fields[f"p{number}_due"] = forms.CharField(
                label=gettext_lazy("时限"), max_length=20, required=False,
                initial=item.due_on.isoformat() if item else "", widget=forms.DateInput(attrs={"type": "date"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for number in range(self.items if self.plans else 0):
            text, due = given.get(f"p{number}_text", ""), given.get(f"p{number}_due", "")
            if not text and not due and not given.get(f"p{number}_owner"):
                continue
            if not text:
                self.add_error(f"p{number}_text", _("写了时限或责任人，还没有写事项。"))
            try:
                given[f"p{number}_due"] = parse_date(due)
            except DateRefused as refused:
                self.add_error(f"p{number}_due", str(refused))
        return given

    def texts(self) -> dict[int, str]:
        """The words by part."""
        return {one.part.pk: self.cleaned_data.get(f"t{one.part.pk}", "") for one in self.parts}

    def plan(self) -> list[actions.Planned]:
        """The items that were written."""
        given = self.cleaned_data
        return [
            actions.Planned(text=given[f"p{n}_text"], due_on=given[f"p{n}_due"], owner=given.get(f"p{n}_owner", ""))
            for n in range(self.items if self.plans else 0)
            if given.get(f"p{n}_text")
        ]

    def bound_parts(self) -> Iterator[tuple[returns.PartText, Any, list[tuple[Any, Any, Any]]]]:
        """Each part with its input, and under the plan its items."""
        for one in self.parts:
            items = [
                (self[f"p{n}_text"], self[f"p{n}_owner"], self[f"p{n}_due"])
                for n in range(self.items if one.part.plan else 0)
            ]
            yield one, self[f"t{one.part.pk}"], items
