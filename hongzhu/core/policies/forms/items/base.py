"""What every form of one new item shares: plain questions, choices from what the pack has, its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.policies.pack import adding
from hongzhu.core.policies.pack.words import CHOICES, CONFIDENCE
from hongzhu.kit.packs import Item, Text

MOST_TITLE = 60
NOBODY = frozenset({OrgKind.UPPER})  # bodies above us: they are linked to, nothing is asked of them


class ItemForm(forms.Form):
    """One item of one list, asked question by question.

    A subclass says which list it adds to, builds its questions in ``ask`` and gives the item in ``told``.
    ``item``: the item of the draft that is changed; None when it is a new one.
    """

    section: ClassVar[str]
    listing: ClassVar[str]
    finer: ClassVar[tuple[str, ...]] = ()  # questions with a good answer already: behind 再细一点

    def __init__(
        self, sections: Mapping[str, Any], item: Any = None, *args: Any, like: str = "", **kwargs: Any
    ) -> None:
        """``like``: which of ``variants`` a new item begins from."""
        super().__init__(*args, **kwargs)
        self.sections, self.item, self.like = sections, item, like
        self.fields["title"] = forms.CharField(label=_("名称"), max_length=MOST_TITLE)
        self.ask()
        if item is not None:
            self.initial.update({"title": item.title.zh, **self.asked(item)})

    @classmethod
    def takes(cls, item: Any) -> bool:
        """Whether this form can ask for everything of an item there already."""
        return True

    def variants(self) -> list[tuple[str, str]]:
        """(code, title) of what a new item may begin from, where there is more than one; the first unless asked."""
        return []

    def ask(self) -> None:
        """Add the questions of this list."""
        raise NotImplementedError

    def asked(self, item: Any) -> dict[str, Any]:
        """What the questions show for an item there already: fields of its own name, unless a form knows better."""
        return {
            name: shown(getattr(item, name), as_lines=isinstance(field.widget, forms.Textarea))
            for name, field in self.fields.items()
            if name in type(item).model_fields
        }

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        """The item's fields as the pack keeps them, from clean answers; None: said nothing."""
        raise NotImplementedError

    def along(self, given: dict[str, Any]) -> list[adding.Addition]:
        """Items that come before this one in the same saving (NewCode(0) …)."""
        return []

    def after(self, given: dict[str, Any]) -> list[adding.Addition]:
        """Items that come after this one and point to it."""
        return []

    def offered_in(self, given: dict[str, Any]) -> tuple[str, ...]:
        """The codes of the items that shall offer this one."""
        return ()

    def addition(self) -> adding.Addition:
        """This item alone. Call after ``is_valid``."""
        given = self.cleaned_data
        fields = {"title": words(given["title"], getattr(self.item, "title", None)), **self.told(given)}
        return adding.Addition(self.section, self.listing, fields, self.offered_in(given))

    def additions(self) -> list[adding.Addition]:
        """Everything this saving adds, in order."""
        return [*self.along(self.cleaned_data), self.addition(), *self.after(self.cleaned_data)]

    # --- for the page -------------------------------------------------------------------------------

    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.finer]

    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.finer]

    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """Questions asked once for each column of a paper, row by row."""
        return []

    @property
    def details_wrong(self) -> bool:
        return any(bound.errors for bound in self.details())

    # --- questions ------------------------------------------------------------------------------------

    def sourced(self) -> None:
        """依据 and how sure one is of it."""
        self.fields["clause"] = forms.CharField(
            label=_("依据"),
            max_length=300,
            help_text=_("哪份文件、第几条"),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["confidence"] = forms.ChoiceField(
            label=_("依据核对过吗"), choices=list(CONFIDENCE.items()), widget=forms.RadioSelect
        )

    def source(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "clause": words(given["clause"], getattr(self.item, "clause", None)),
            "confidence": given["confidence"],
        }

    def items(self, section: str, listing: str, keep: Iterable[str] = ()) -> list[Any]:
        """The items of a list that are in use, and those whose codes are to be kept."""
        kept = set(keep)
        found = getattr(self.sections.get(section), listing, ())
        return [item for item in found if getattr(item, "active", True) or item.code in kept]

    def choices(self, section: str, listing: str, keep: Iterable[str] = ()) -> list[tuple[str, str]]:
        return [(item.code, str(item.title)) for item in self.items(section, listing, keep)]

    def several(
        self, label: Any, choices: Iterable[tuple[Any, Any]], *, hint: Any = "", required: bool = False
    ) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=label, choices=list(choices), required=required, help_text=hint, widget=forms.CheckboxSelectMultiple
        )

    def bodies(self, label: Any, hint: Any = "", among: Iterable[str] | None = None) -> forms.MultipleChoiceField:
        wanted = set(OrgKind.values if among is None else among) - NOBODY
        return self.several(
            label, [(code, name) for code, name in OrgKind.choices if code in wanted], hint=hint, required=True
        )


def number(
    label: Any, least: int, most: int, *, initial: int | None = None, hint: Any = "", required: bool = True
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, initial=initial, required=required, help_text=hint
    )


def tick(label: Any, *, hint: Any = "", initial: bool = False) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, initial=initial, help_text=hint)


def day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Choices for values of the schema that have a name of their own."""
    return [(code, str(CHOICES.get(code, code))) for code in codes]


def literal(model: Any, field: str) -> list[tuple[str, str]]:
    """Choices for a field that is one of a few words."""
    return named(model.model_fields[field].annotation.__args__)


def words(text: str, before: Text | None = None) -> dict[str, str]:
    """A text as a pack keeps it; the English stays while the Chinese does."""
    text = " ".join(text.split())
    if before is not None and before.zh == text:
        return before.model_dump(exclude_defaults=True)
    return {"zh": text}


def both(text: Any, **values: Any) -> dict[str, str]:
    """A lazy text as a pack keeps it, in both languages whatever the page's is; texts among ``values`` follow."""
    made = {}
    for key, language in (("zh", settings.LANGUAGE_CODE), ("en", "en")):
        with translation.override(language):
            made[key] = str(text) % {
                name: (value.get(key) or value["zh"]) if isinstance(value, Mapping) else value
                for name, value in values.items()
            }
    return made


def lines(text: str) -> list[str]:
    return list(_written(text))


def _written(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip():
            yield " ".join(line.split())


def shown(value: Any, *, as_lines: bool = False) -> Any:
    """A field of an item as a form shows it; ``as_lines``: a list of texts, one on each line."""
    if isinstance(value, Text):
        return value.zh
    if isinstance(value, tuple) and as_lines:
        return "\n".join(text.zh for text in value)
    if isinstance(value, tuple):
        return [part.code if isinstance(part, Item) else part for part in value]
    return value
