"""One typed cell: read as people type it, handed on as it is kept (queries.cells)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hongzhu.core.collections.models import Asked
from hongzhu.core.collections.queries import cells
from hongzhu.kit.dates import DateRefused, parse_date

Type = Asked.Type
LONGEST = 200
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,4})?")
_COUNTER = re.compile(  # zh: words behind a number
    r"(人|名|个|次|所|项|条|件|元|岁|班|户|台|套|间|份|场|学时|课时|小时|分钟|平方米|%)$"
)


class DayCell(forms.DateField):
    """A day as people type it, kept as 2026-11-20."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return cells.kept(parse_date(value))
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class NumberCell(forms.CharField):
    """A number, full-width digits, thousands and the counter behind it read; ``money``: yuan, kept in fen."""

    def __init__(self, *, money: bool = False, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.money = money
        self.widget.attrs.update({"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").replace(" ", "")
        text = _COUNTER.sub("", text)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(_("“%s”不是数字，请只写数字。") % str(value)[:20])
        number = Decimal(text)
        if not self.money:
            return cells.kept(number)
        if number * 100 % 1:
            raise ValidationError(_("金额最多写到分，请核对。"))
        return int(number * 100)

    def validate(self, value: Any) -> None:
        """Zero is an answer: only nothing is missing."""
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The length was that of the text."""


def field_for(column: Asked, *, required: bool) -> forms.Field:
    """The input of a typed cell."""
    more: dict[str, Any] = {"label": column.title, "required": required}
    if column.type in (Type.NUMBER, Type.MONEY):
        return NumberCell(money=column.type == Type.MONEY, **more)
    if column.type == Type.DATE:
        return DayCell(**more)
    if column.type in (Type.CHOICE, Type.TEXT) and column.options:
        blank = [] if required and len(column.options) <= 4 else [("", "—")]
        widget = forms.RadioSelect if len(column.options) <= 4 else forms.Select
        return forms.ChoiceField(choices=[*blank, *((one, one) for one in column.options)], widget=widget, **more)
    return forms.CharField(max_length=LONGEST, **more)
