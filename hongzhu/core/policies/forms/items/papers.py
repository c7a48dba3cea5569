"""New items of the documents section: cards for upper systems, papers of the bureau's own; and how papers there already
are laid out. Columns are chosen by the names their rooms gave them (``registry.paper_values``), ordered by plain numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from hongzhu.core.documents import rules as documents
from hongzhu.core.policies.pack import adding
from hongzhu.kit import registry
from hongzhu.kit.packs import Text, by_code

from .base import ItemForm, lines, tick, words

MOST_ROWS = 40
SPARE_ROWS = 4
INK = "-"  # no source: the column is left for ink
# What a paper of the bureau's own may be made like: both are printed from one act.
LIKE = ("meeting_record", "sign_in_blank")


@dataclass(frozen=True, slots=True)
class Given:
    """One column as it is or shall be; ``source`` None: left for ink."""

    title: Text
    source: str | None
    wide: bool = False


class PaperForm(ItemForm):
    """A paper whose columns are named, chosen and put in order, row by row."""

    inked: ClassVar[bool]  # a column may be left for ink

    def paper(self) -> str:
        """Which values there are to choose from: a key of ``registry.paper_values``."""
        raise NotImplementedError

    def there(self) -> list[Given]:
        """The columns the form begins with."""
        raise NotImplementedError

    def names(self) -> Mapping[str, Any]:
        return registry.book.paper_values.get(self.paper(), {})

    def lay_out(self) -> None:
        """Add the rows: those there, and some to spare."""
        self.before = self.there()
        kept = {one.source: one.source for one in self.before if one.source}  # what only a file can have named
        values = kept | {code: str(name) for code, name in self.names().items()}
        choices = [("", _("不要这一栏")), *([(INK, _("留空手写"))] if self.inked else []), *values.items()]
        for n in range(self._count()):
            one = self.before[n] if n < len(self.before) else None
            self.fields[f"row-{n}-place"] = forms.IntegerField(
                label=_("次序"), min_value=1, max_value=MOST_ROWS, required=False, initial=n + 1 if one else None
            )
            self.fields[f"row-{n}-title"] = forms.CharField(
                label=_("栏目名"), max_length=40, required=False, initial=one.title.zh if one else ""
            )
            self.fields[f"row-{n}-source"] = forms.ChoiceField(
                label=_("填什么"), choices=choices, required=False, initial=(one.source or INK) if one else ""
            )

    def _count(self) -> int:
        if not self.is_bound:
            return min(len(self.before) + SPARE_ROWS, MOST_ROWS)
        sent = [n for n in range(MOST_ROWS) if f"row-{n}-source" in self.data]
        return max(sent, default=-1) + 1

    def _numbers(self) -> range:
        return range(sum(name.endswith("-source") and name.startswith("row-") for name in self.fields))

    # --- for the page -------------------------------------------------------------------------------

    def main(self) -> list[forms.BoundField]:
        return [bound for bound in super().main() if not bound.name.startswith("row-")]

    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        return [(self[f"row-{n}-place"], self[f"row-{n}-title"], self[f"row-{n}-source"]) for n in self._numbers()]

    # --- the answers ----------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        names, seen = self.names(), set()
        for n in self._numbers():
            title, source = given.get(f"row-{n}-title", ""), given.get(f"row-{n}-source", "")
            if not source:
                continue
            if source == INK and not title:
                self.add_error(f"row-{n}-title", _("留空手写的栏要写栏目名，或者选“不要这一栏”"))
            if not (verdict := documents.can_be_column(title)):
                self.add_error(f"row-{n}-title", verdict.reason)
            if source in seen:
                self.add_error(
                    f"row-{n}-source", _("“%(name)s”选了两次，请留一栏") % {"name": names.get(source, source)}
                )
            seen |= {source} - {INK}
        if self._numbers() and not self.errors and not list(self._kept(given)):
            self.add_error(None, _("没有保存：一栏也没有了，请至少留一栏。已填内容还在。"))
        return given

    def _kept(self, given: dict[str, Any]) -> Iterator[tuple[tuple[float, int, int], Given]]:
        """The columns that stay, each with where it goes.

        Who moves a column to a place means that place: upward it goes before the column there, downward after it.
        """
        for n in self._numbers():
            if not (source := given[f"row-{n}-source"]):
                continue
            place, was = given[f"row-{n}-place"] or MOST_ROWS + 1, n + 1 if n < len(self.before) else MOST_ROWS + 1
            before = self.before[n] if n < len(self.before) else None
            title = words(
                given[f"row-{n}-title"] or str(self.names().get(source, source)), before.title if before else None
            )
            kept = Given(Text(**title), None if source == INK else source, bool(before and before.wide))
            yield (place, (place > was) - (place < was), n), kept

    def columns(self, given: dict[str, Any]) -> list[Given]:
        """The columns in their new order."""
        return [column for _key, column in sorted(self._kept(given), key=lambda one: one[0])]


class UpperSystemForm(PaperForm):
    """上级平台转录卡: the fields of one system's own form, in its order."""

    section, listing = "documents", "upper_systems"
    finer = ("kinds", "note")
    inked = False

    def variants(self) -> list[tuple[str, str]]:
        return [("act", _("转录一次活动")), ("person", _("转录一名党员"))]

    def _per(self) -> str:
        if self.item is not None:
            return str(self.item.per)
        return "person" if self.like == "person" else "act"

    def paper(self) -> str:
        return f"card.{self._per()}"

    def there(self) -> list[Given]:
        cards = self.items("documents", "upper_systems")
        begun = self.item or next((card for card in cards if card.per == self._per()), None)
        if begun is None:
            return [Given(Text(zh=str(name)), code) for code, name in self.names().items()]
        return [Given(field.label, field.source) for field in begun.fields]

    def ask(self) -> None:
        self.like = self._per()
        self.fields["title"].help_text = _("例如 省党员教育平台")
        if self.item is not None:
            self.fields["active"] = tick(_("本局在用"))
        self.lay_out()
        if self._per() == "act":
            kept = getattr(self.item, "kinds", ())
            self.fields["kinds"] = self.several(
                _("只收哪些活动"), self.choices("activities", "kinds", kept), hint=_("不选就是每种活动都收")
            )
        self.fields["note"] = forms.CharField(
            label=_("写在卡下面的提示"),
            max_length=200,
            required=False,
            help_text=_("例如 从哪个菜单进去填"),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {"note": item.note.zh if item.note else ""}

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        note = given["note"].strip()
        return {
            "per": self._per(),
            "fields": [
                {"label": column.title.model_dump(exclude_defaults=True), "source": column.source}
                for column in self.columns(given)
            ],
            "kinds": given.get("kinds", []),
            "note": words(note, getattr(self.item, "note", None)) if note else None,
            "active": given.get("active", True),
        }


class SheetForm(PaperForm):
    """表单: title, columns and foot of a paper; of a new one also which acts it is printed for."""

    section, listing = "documents", "sheets"
    finer = ("foot",)
    inked = True

    @classmethod
    def takes(cls, item: Any) -> bool:
        """Papers whose columns are the kinds of the year themselves, or plain sentences, have nothing to lay out."""
        return (item.like or item.code) in registry.book.paper_values

    def variants(self) -> list[tuple[str, str]]:
        known = by_code(self.items("documents", "sheets"))
        return [(code, _("照%(sheet)s做") % {"sheet": known[code].title}) for code in LIKE if code in known]

    def _like(self) -> str:
        if self.item is not None:
            return str(self.item.like or self.item.code)
        return self.like if self.like in LIKE else LIKE[0]

    def paper(self) -> str:
        return self._like()

    def _own(self) -> bool:
        return self.item is None or bool(self.item.like)

    def there(self) -> list[Given]:
        begun = self.item or by_code(self.items("documents", "sheets")).get(self._like())
        if begun is None:
            return [Given(Text(zh=str(name)), code) for code, name in self.names().items()]
        return [Given(column.title, column.source, column.wide) for column in begun.columns]

    def ask(self) -> None:
        self.like = self._like()
        self.fields["title"].help_text = _("印在表的上头")
        if self.paper() == "meeting_record" and not self._own():
            self.fields["title"].help_text = _("各种会议印的是“某某会记录”，这个名称只在制度里用")
        if self._own():
            kinds = self.choices("activities", "kinds", self._offered())
            self.fields["offered"] = self.several(_("哪些活动要打印这张表"), kinds, required=True)
        self.lay_out()
        if self.paper() != "meeting_notice":
            self.fields["foot"] = forms.CharField(
                label=_("表下面的说明"),
                required=False,
                max_length=600,
                help_text=_("一行一条，例如 填表说明"),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def _offered(self) -> Iterable[str]:
        if self.item is None:
            return ()
        return adding.offering(self.sections, (self.section, self.listing, self.item.code))

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | ({"offered": list(self._offered())} if self._own() else {})

    def offered_in(self, given: dict[str, Any]) -> tuple[str, ...]:
        return tuple(given["offered"] if self._own() else self._offered())

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        known = {text.zh: text for text in getattr(self.item, "foot", ())}
        made: dict[str, Any] = {
            "columns": [
                {"title": column.title.model_dump(exclude_defaults=True), "source": column.source}
                | ({"wide": True} if column.wide else {})
                for column in self.columns(given)
            ]
        }
        if "foot" in given:
            made["foot"] = [words(line, known.get(line)) for line in lines(given["foot"])]
        if self.item is None:
            like = by_code(self.items("documents", "sheets"))[self._like()]
            made |= {"layout": like.layout, "per": like.per, "like": self._like()}
        return made
