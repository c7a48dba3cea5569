"""One request as a page: before sending what is known about it, after sending how far it is. A refused step draws it again
with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.collections import rules
from hongzhu.core.collections.forms import ReasonForm, SendForm
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import cells, papers, requests, returns
from hongzhu.core.files import queries as files
from hongzhu.kit.refs import Ref


def step(
    request: HttpRequest, form: Any, act: Callable[[dict[str, Any]], Any], *, done: str, back: str,
    again: Callable[[], HttpResponse],
) -> HttpResponse:  # fmt: skip
    """One step of a short form inside a page: do it, say so and go back; or say why not on the page as it was, ``again``,
    with what was typed."""
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return again()
    try:
        act(form.cleaned_data)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return again()
    messages.success(request, done)
    return redirect(back)


def show_request(request: HttpRequest, asked: Request, **bound: Any) -> HttpResponse:
    """The page; ``bound``: the short form that was refused, under the name the template knows."""
    context: dict[str, Any] = {
        "asked": asked,
        "chip": rules.request_chip(asked),
        "own": requests.is_own(request.user, asked),
        "attachments": files.of(Ref.to(asked), papers.TEMPLATE),
        "report": asked.kind == Request.Kind.REPORT,
    }
    if asked.status == Request.Status.DRAFT:
        return render(request, "collections/request_check.html", context | _before(request, asked) | bound)
    return render(request, "collections/request_page.html", context | _running(request, asked) | bound)


def _before(request: HttpRequest, asked: Request) -> dict[str, Any]:
    """Step 2: what the platform holds already, who asked before, what it costs."""
    today = timezone.localdate()
    check = requests.check(asked, today, requests.withheld_from(request.user, asked))
    leader = bool(check.over) and access.holds(request.user, rules.BUDGET, asked.asker)
    return {
        "check": check,
        "unknown": requests.unknown_names(asked, today),
        "send_form": SendForm(),
        "reason_form": ReasonForm(),
        "over_verdict": rules.within_budget(check.over, asked.over_budget_reason),
        "allow": requests.may_allow(asked, request.user.pk, today) if leader else None,
        "kinds": _("、").join(
            str(label) for value, label in rules.kind_choices() if value in (asked.audience or {}).get("kinds", [])
        ),
    }


def _running(request: HttpRequest, asked: Request) -> dict[str, Any]:
    columns = requests.columns_of(asked)
    sums = returns.totals(asked, columns)
    return {
        "columns": columns,
        "parts": list(asked.parts.order_by("place")),
        "progress": returns.progress(asked),
        "sums": [
            (column.title, cells.total(sums[column.place], column.type)) for column in columns if column.place in sums
        ],
        "missing": list(returns.of_request(request.user, asked, "missing")[:8]),
        "remind_n": returns.to_remind(asked, timezone.localdate()).count(),
        "reason_form": ReasonForm(),
        "open": asked.status == Request.Status.OUT,
        "mine": list(returns.own(request.user).filter(request=asked)[:8]),
        "overdue": asked.due_on < timezone.localdate(),
    }
