"""The documents section of a policy pack: kinds of document and their numbers, columns of sheets, upper systems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.documents.models import Document
from hongzhu.kit import registry
from hongzhu.kit.packs import Code, Finding, Item, Mistake, PackModel, Text, Words, among, one_code_each

DocumentKindCode = Annotated[str, among(Document.Kind.values, gettext_lazy("文种"))]
PLACEHOLDERS = ("prefix", "year", "number")


class DocumentKind(Item):
    """One kind of document. ``number``: 文号 with {prefix}, {year}, {number}; empty: not numbered. Its code is Document.Kind."""

    code: DocumentKindCode
    number: str = Field(default="", max_length=60)
    prefix: str = Field(default="", max_length=20, description="the words before the year; the bureau fills in its own")
    series: Code | None = Field(default=None, description="kinds that share one counter name the same series")
    receipts: bool = False
    active: bool = True

    @model_validator(mode="after")
    def _pattern(self) -> Self:
        for name in re.findall(r"{(.*?)}", self.number):
            if name not in PLACEHOLDERS:
                raise Mistake(_("文号只能用 {prefix}、{year}、{number}，没有 {%(name)s}") % {"name": name}, "number")
        if self.number and "{number}" not in self.number:
            raise Mistake(_("文号里要有 {number}"), "number")
        return self


class Column(PackModel):
    """One column or row label of a sheet; ``source`` is the value's name, known to the room that prints it."""

    title: Words
    source: Code | None = Field(default=None, description="none: left empty, for ink")
    wide: bool = False


class Sheet(Item):
    """One paper: ``form`` is a table of label and value, ``list`` one row per thing, ``text`` paragraphs to paste."""

    layout: Literal["form", "list", "text"]
    per: Literal["act", "part", "month", "year", "person", "body", "bureau"]
    across: bool = Field(default=False, description="A4 landscape")
    columns: tuple[Column, ...] = Field(min_length=1)
    like: Code | None = Field(
        default=None, description="a paper of the bureau's own: code of the sheet whose values fill it in"
    )
    foot: tuple[Words, ...] = ()


class UpperField(PackModel):
    label: Words
    source: Code


class UpperSystem(Item):
    """上级平台转录卡: fields of one act, or of one person, in the order of the upper system's form, a copy button each."""

    per: Literal["act", "person"] = "act"
    fields: tuple[UpperField, ...] = Field(min_length=1)
    kinds: tuple[Code, ...] = Field(default=(), description="kinds of act it takes; empty: all")
    note: Words | None = None
    active: bool = True


class DocumentsSection(PackModel):
    kinds: tuple[DocumentKind, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    upper_systems: tuple[UpperSystem, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        for items in (self.kinds, self.sheets, self.upper_systems):
            one_code_each(items)
        return self


# Columns no record sheet may carry (users.md, section 5: never on the form).
NEVER = (  # zh: words looked for in titles of columns, never shown
    "心得",
    "体会",
    "批评意见",
    "思想汇报",
    "发言内容",
    "签到时间",
    "定位",
    "在线时长",
    "积分",
    "排名",
)


def barred(title: str) -> bool:
    """Whether a column of this name asks for what somebody said, or for check-in, online time, points or rank."""
    return any(word in title for word in NEVER)


def guard(section: DocumentsSection) -> Iterator[Finding]:
    """A sheet or a copy card with a column that no paper may carry."""
    for sheet in section.sheets:
        for number, column in enumerate(sheet.columns):
            if barred(column.title.zh):
                yield _never(f"sheets.{sheet.code}.columns.{number}", sheet, column.title)
    for system in section.upper_systems:
        for number, field in enumerate(system.fields):
            if barred(field.label.zh):
                yield _never(f"upper_systems.{system.code}.fields.{number}", system, field.label)


def _never(path: str, item: Item, column: Text) -> Finding:
    return Finding(
        "refuse",
        "barred_column",
        _("整治形式主义为基层减负若干规定；国办函〔2026〕12号，五个严禁之二、之四；本平台边界"),
        "likely",
        path,
        _("“%(sheet)s”有一栏“%(column)s”") % {"sheet": item.title, "column": column},
        _("删去这一栏"),
        lasting=True,
    )


registry.pack_section("documents", DocumentsSection, guard=guard, title=gettext_lazy("文书"))
