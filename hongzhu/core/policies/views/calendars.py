"""Days off, make-up days and school terms."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.forms.small import DayForm, TermForm
from hongzhu.kit.http import acts, fills, reads, whole
from hongzhu.kit.refs import Actor


@reads
def calendar_page(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.READ)
    asked = whole(request.GET.get("year", ""))
    year = asked if asked is not None and 1900 < asked < 2200 else timezone.localdate().year
    return render(
        request,
        "policies/calendar.html",
        {
            "year": year,
            "years": [year - 1, year, year + 1],
            "known": year in queries.calendar(bureau).years,
            "runs": queries.calendar_runs(bureau, year),
            "terms": queries.terms(bureau),
            "may_change": access.may(request.user, rules.CALENDAR),
        },
    )


@fills
def day_add(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.CALENDAR)
    form = DayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            day = actions.set_day(bureau=bureau, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect(f"{_calendar_url()}?year={day.on.year}")
    return render(request, "policies/day_form.html", {"form": form})


@acts
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.CALENDAR)
    day = get_object_or_404(queries.all_days(bureau), pk=pk)
    year = day.on.year
    try:
        actions.remove_day(day=day, by=Actor.of(request.user))
    except ValidationError as error:
        messages.error(request, error.message)
    return redirect(f"{_calendar_url()}?year={year}")


@fills
def term_add(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.CALENDAR)
    form = TermForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_term(bureau=bureau, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("policies:calendar_page")
    return render(request, "policies/term_form.html", {"form": form})


@acts
def term_remove(request: HttpRequest, pk: int) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.CALENDAR)
    term = get_object_or_404(queries.terms(bureau), pk=pk)
    actions.remove_term(term=term, by=Actor.of(request.user))
    return redirect("policies:calendar_page")


def _calendar_url() -> str:
    return reverse("policies:calendar_page")
