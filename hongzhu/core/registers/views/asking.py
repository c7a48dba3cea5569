"""What every register page needs: the filters of its address, the day it is asked for, an Excel of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.documents.queries import sheets
from hongzhu.core.registers.forms import FilterForm
from hongzhu.kit.http import download
from hongzhu.kit.tables.write import write_xlsx


def chosen(request: HttpRequest) -> dict[str, Any]:
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    return form.cleaned_data


def day_of(filters: dict[str, Any]) -> date:
    """The day a register is asked for: today unless the address says another."""
    return filters.get("on") or timezone.localdate()


def excel(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    name = sheets.file_name(title, f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(title, header, rows), name)


def tell(request: HttpRequest, error: ValidationError) -> None:
    for sentence in error.messages:
        messages.error(request, sentence)


def again(request: HttpRequest, page: str, pk: int) -> HttpResponse:
    """Back to the list as it was looked at, with the day typed for row ``pk`` still in its field: it was refused."""
    query = request.GET.copy()
    query["ending"], query["typed"] = str(pk), request.POST.get("on", "")[:20]
    return redirect(f"{reverse(page)}?{query.urlencode()}")


def back_to(request: HttpRequest, page: str) -> HttpResponse:
    """The list as it was looked at, without what was refused before."""
    query = request.GET.copy()
    for name in ("ending", "typed"):
        query.pop(name, None)
    return redirect(f"{reverse(page)}?{query.urlencode()}" if query else reverse(page))


def tell_form(request: HttpRequest, form: Any) -> None:
    """A short form inside a page shows its errors above it."""
    for name, errors in form.errors.items():
        messages.error(request, f"{form.fields[name].label}: {errors[0]}" if name in form.fields else errors[0])
