"""A date as people type it, a clock time, and one of a short list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hongzhu.kit.dates import DateRefused, parse_date

# 11月31日 or 11-31: a day without its year belongs to the year of the form.
_NO_YEAR = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")  # zh: dates as people type them


class DayField(forms.DateField):
    """A day; 11月31日 is refused with the sentence that says so. ``year``: where only month and day were typed."""

    def __init__(self, *, year: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.year = year

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, str) and self.year:
            found = _NO_YEAR.fullmatch(unicodedata.normalize("NFKC", value).strip())
            if found:
                value = f"{self.year}-{found[1]}-{found[2]}"
        try:
            return parse_date(value)
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class CountField(forms.IntegerField):
    """A plain count; full-width digits are read as digits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        options.setdefault("max_value", 9_999_999)
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "numeric", "min": "0"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


class PickField(forms.TypedChoiceField):
    """One of those offered, by id: a person, a body."""

    def __init__(self, *, offered: Iterable[tuple[int, str]], **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(
            choices=[("", _("未选")), *[(str(pk), name) for pk, name in offered]],
            coerce=int,
            empty_value=None,
            **options,
        )
