"""A cell as it is kept (JSON), as a page shows it and as a workbook takes it. Pure.

Kept: text and choices as text, numbers as int or, with decimals, as text, money in fen, days as 2026-11-20.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hongzhu.core.collections.models import Asked
from hongzhu.kit.dates import day_of, full_text

Type = Asked.Type
# What a registered field holds, as a type of column.
OF_FIELD = {"text": Type.TEXT, "number": Type.NUMBER, "money": Type.MONEY, "date": Type.DATE}


def kept(value: Any) -> Any:
    """A value of a field source as it is kept; None and "" are nothing."""
    if isinstance(value, datetime):
        return day_of(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    if isinstance(value, bool | int) or value is None:
        return value
    text = str(value).strip()
    return text or None


def is_blank(value: Any) -> bool:
    """Nothing was said. Zero is something."""
    return value is None or value == ""


def shown(value: Any, kind: str) -> str:
    """The value as a page writes it; also what an input takes back."""
    if is_blank(value):
        return ""
    if kind == Type.MONEY:
        return f"{Decimal(str(value)) / 100:.2f}"
    return str(value)


def read(value: Any, kind: str) -> str:
    """The value as a page tells it where nothing is typed: a day as 2026年11月20日, money with commas."""
    if is_blank(value):
        return ""
    if kind == Type.DATE:
        return full_text(date.fromisoformat(value))
    if kind == Type.MONEY:
        return f"{Decimal(str(value)) / 100:,.2f}"
    return str(value)


def cell(value: Any, kind: str) -> Any:
    """The value as a workbook takes it: days as days, numbers as numbers, money in yuan; None for nothing."""
    if is_blank(value):
        return None
    if kind == Type.MONEY:
        return Decimal(str(value)) / 100
    if kind == Type.NUMBER:
        return Decimal(value) if isinstance(value, str) else value
    if kind == Type.DATE:
        return date.fromisoformat(value)
    return str(value)


def total(value: Decimal, kind: str) -> str:
    """A sum of :func:`amount` as a page tells it: money to the fen, a number without zeros behind it."""
    return f"{value:,.2f}" if kind == Type.MONEY else f"{value.normalize():,f}"


def amount(value: Any, kind: str) -> Decimal:
    """The value as a number to be summed, in the unit of :func:`cell`; 0 for nothing."""
    found = cell(value, kind) if kind in (Type.MONEY, Type.NUMBER) else None
    return Decimal(found) if found is not None else Decimal(0)
