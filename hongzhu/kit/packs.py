"""Building blocks of policy packs: two-language texts, rules with their clause, findings of the guard.

A room's ``pack.py`` builds its section from these; the policies room loads, merges and checks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Confidence = Literal["certain", "likely", "check"]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(\+1-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
MonthNumber = Annotated[int, Field(ge=1, le=12)]


class Mistake(ValueError):
    """A pack says something that cannot be: ``path`` leads to the place, list items by their code."""

    def __init__(self, message: str, *path: str, remedy: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.remedy = remedy


class PackModel(BaseModel):
    """A part of a pack: unknown keys are errors, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(PackModel):
    """What users read, in Chinese and perhaps in English. ``str(text)`` follows the language of the page."""

    zh: str = Field(min_length=1, max_length=400)
    en: str = Field(default="", max_length=800)

    def __str__(self) -> str:
        return self.en if self.en and (get_language() or "zh").startswith("en") else self.zh


def _text(value: Any) -> Any:
    return {"zh": value} if isinstance(value, str) else value


# In YAML a text may be a plain string (Chinese only) or {zh: …, en: …}.
Words = Annotated[Text, BeforeValidator(_text)]


class Sourced(PackModel):
    """A rule with its source: the clause that says so, and how sure we are of it (certain, likely, check)."""

    clause: Words
    confidence: Confidence


class Amount(Sourced):
    """One parameter that is a number."""

    value: int = Field(ge=0, le=10_000_000)


class Item(PackModel):
    """Anything a pack lists: found and overridden by its ``code``, which is never reused for another meaning."""

    code: Code
    title: Words


Level = Literal["refuse", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the regulation guard says about one place of a pack.

    ``rule`` is the name under which an exception may be granted; ``path`` points into the section
    (``kinds.theme_day.photos``). ``lasting`` rules are boundaries of the product: no exception lifts them.
    """

    level: Level
    rule: str
    article: Any
    confidence: Confidence
    path: str
    message: Any
    remedy: Any
    lasting: bool = False


Coded = TypeVar("Coded", bound=Item)


def by_code(items: Iterable[Coded]) -> dict[str, Coded]:
    """The items by their code."""
    return {item.code: item for item in items}


def one_code_each(items: Iterable[Item]) -> None:
    """Mistake when two items of one list carry one code."""
    seen: set[str] = set()
    for item in items:
        if item.code in seen:
            raise Mistake(_("编码“%(code)s”用了两次") % {"code": item.code}, remedy=_("换一个没有用过的编码"))
        seen.add(item.code)


def among(values: Iterable[str], noun: Any) -> AfterValidator:
    """A text that must be one of ``values``; the error lists them."""
    known = tuple(value for value in values if value)

    def check(value: str) -> str:
        if value not in known:
            raise Mistake(
                _("没有叫“%(value)s”的%(noun)s") % {"value": value, "noun": noun},
                remedy=_("可选：%(known)s") % {"known": _("、").join(known)},
            )
        return value

    return AfterValidator(check)
