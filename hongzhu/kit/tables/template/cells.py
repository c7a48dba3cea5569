"""Values as cells of a sheet, in the look the template gives them. Text can never become a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from hongzhu.kit.tables.read import TableRefused
from hongzhu.kit.tables.write import is_dangerous

from .formulas import CannotTell, Fault
from .package import Styles, tag

TEXT_FORMAT, TWO_DECIMALS, DAY_FORMAT = 49, 2, "yyyy\\-mm\\-dd"
LONGEST = 32_767

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NUMERIC = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_LOOKS_NUMERIC = re.compile(r"[\d.,+\-/:eE% ]+", re.ASCII)
_EDGE_BLANKS = (" ", "\n", "\t")
_BASE, _BASE_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST_SURE_DAY = date(1900, 3, 1)

Writer = Callable[[Any], str]


def escaped(text: str) -> str:
    """Text as it stands in XML of a workbook: characters XML forbids are left out."""
    if not text.isascii() or not text.isprintable():
        text = _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    if _SPECIAL.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def number_in(value: Any) -> int | Decimal | None:
    """The number somebody typed or the platform holds; None for anything that is not surely one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**15 else None
    if isinstance(value, float):
        return Decimal(repr(value)) if abs(value) < 1e15 else None
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value) < 10**15 else None
    if isinstance(value, str):
        if not value.isascii():
            value = unicodedata.normalize("NFKC", value)
        text = value.replace(",", "").strip()
        if _NUMERIC.fullmatch(text):
            return Decimal(text) if "." in text else int(text)
    return None


def money_in(value: Any) -> Decimal | None:
    """Yuan: a whole number is fen as the platform holds it, words are yuan as somebody typed them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) / 100
    number = number_in(value)
    return None if number is None else Decimal(number)


def day_in(value: Any) -> date | None:
    """A day: a date, or text in the form 2026-11-20."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def figure(number: int | Decimal | float) -> str:
    """A number as a sheet keeps it."""
    if isinstance(number, int):
        return str(number)
    text = repr(float(number))
    return text.removesuffix(".0")


class Cells:
    """Writers of cells by type and base style. A writer gives everything behind the address of ``<c r="A1"``."""

    def __init__(self, styles: Styles, *, from_1904: bool) -> None:
        self._styles = styles
        self._first_day = _BASE_1904 if from_1904 else _BASE
        self._writers: dict[tuple[str, int], Writer] = {}

    def writer(self, kind: str, style: int) -> Writer:
        key = (kind, style)
        if key not in self._writers:
            make = {"NUMBER": self._numbers, "ORDER": self._numbers, "MONEY": self._money, "DATE": self._days}
            self._writers[key] = make.get(kind, self._texts)(style)
        return self._writers[key]

    def seen(self, kind: str, value: Any) -> Any:
        """A value as a formula sees it: numbers, days as the number of the day, words; None for a blank."""
        if value is None or value == "":
            return None
        if kind == "DATE" and (day := day_in(value)) is not None:
            return (day - self._first_day).days
        if kind in {"MONEY", "NUMBER"} or not isinstance(value, str):
            found = money_in(value) if kind == "MONEY" else number_in(value)
            return _words(value) if found is None and not isinstance(value, bool) else found
        return value

    def blank(self, style: int) -> str:
        return f' s="{style}"/>' if style else "/>"

    def _texts(self, style: int) -> Writer:
        styles, blank, known = self._styles, self.blank(style), dict[str, str]()
        as_text, general = styles.is_text(style), styles.is_general(style)

        def write(value: Any) -> str:
            if value is None or value == "":
                return blank
            if not isinstance(value, str):
                if not as_text and isinstance(value, int | float | Decimal) and number_in(value) is not None:
                    return f' s="{style}"><v>{figure(value)}</v></c>'
                value = _words(value)
            done = known.get(value)
            if done is None:
                look = style
                if is_dangerous(value):
                    look = styles.variant(style, number=TEXT_FORMAT if general else None, quoted=True)
                elif general and _LOOKS_NUMERIC.fullmatch(value):
                    look = styles.variant(style, number=TEXT_FORMAT)
                done = _text_cell(look, value)
                if len(known) < 10_000:
                    known[value] = done
            return done

        return write

    def _numbers(self, style: int) -> Writer:
        text, head = self.writer("TEXT", style), f' s="{style}"><v>' if style else "><v>"

        def write(value: Any) -> str:
            if type(value) is int and -(10**15) < value < 10**15:
                return f"{head}{value}</v></c>"
            number = number_in(value)
            return text(value) if number is None else f"{head}{figure(number)}</v></c>"

        return write

    def _money(self, style: int) -> Writer:
        look = self._styles.variant(style, number=TWO_DECIMALS) if self._styles.is_general(style) else style
        text, head = self.writer("TEXT", style), f' s="{look}"><v>'

        def write(value: Any) -> str:
            yuan = money_in(value)
            return text(value) if yuan is None else f"{head}{figure(yuan)}</v></c>"

        return write

    def _days(self, style: int) -> Writer:
        text, known = self.writer("TEXT", style), dict[date, str]()
        if self._styles.is_text(style):
            return lambda value: text(value.isoformat() if isinstance(value, date) else value)
        look = style if self._styles.is_date(style) else self._styles.variant(style, number=DAY_FORMAT)

        def write(value: Any) -> str:
            day = day_in(value)
            if day is None or day < max(_FIRST_SURE_DAY, self._first_day):
                return text(value.isoformat() if isinstance(value, date) else value)
            done = known.get(day)
            if done is None:
                done = known[day] = f' s="{look}"><v>{(day - self._first_day).days}</v></c>'
            return done

        return write


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"  # zh: as every table has it
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _text_cell(style: int, text: str) -> str:
    if len(text) > LONGEST:
        raise TableRefused(_("有单元格的文字太长（超过3万字），请删短后再汇总"))
    kept = (
        ' xml:space="preserve"' if text.startswith(_EDGE_BLANKS) or text.endswith(_EDGE_BLANKS) or "\n" in text else ""
    )
    look = f' s="{style}"' if style else ""
    return f'{look} t="inlineStr"><is><t{kept}>{escaped(text)}</t></is></c>'


def set_result(cell: Any, ask: Callable[[], Any]) -> bool:
    """Write what a formula gives into its cell; True where it could not be worked out."""
    for child in cell.findall(tag("v")):
        cell.remove(child)
    cell.attrib.pop("t", None)
    try:
        value = ask()
    except CannotTell:
        return True
    except Fault as fault:
        cell.set("t", "e")
        value = str(fault)
    else:
        if isinstance(value, bool):
            cell.set("t", "b")
            value = str(int(value))
        elif isinstance(value, str):
            cell.set("t", "str")
        else:
            value = figure(value or 0)
    etree.SubElement(cell, tag("v")).text = value
    return False
