"""党统预检: what will not balance, where it is mended, the count of the national system."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import precheck as actions
from hongzhu.services.party.engine import precheck as engine
from hongzhu.services.party.forms.precheck import CheckForm, CountForm
from hongzhu.services.party.queries import precheck as queries
from hongzhu.services.party.queries import roster

ON_A_PAGE = 50


def _asked(request: HttpRequest) -> tuple[Bureau, date, str, list[queries.Finding], list[queries.Finding]]:
    """The bureau, the day, the check chosen, everything found, and what of it is shown."""
    access.require(request.user, rules.VIEW)
    form = CheckForm(request.GET)
    form.is_valid()
    told = form.cleaned_data
    bureau = get_object_or_404(Bureau, pk=access.bureau_of(request.user))
    on = told.get("on") or timezone.localdate()
    text = told.get("q", "").strip()
    found = [row for row in queries.findings(request.user, bureau, on) if text in row.org or text in row.name]
    check = told.get("check", "")
    check = check if check in queries.CHECKS else ""
    return bureau, on, check, found, [row for row in found if row.check == check] if check else found


@reads
def precheck(request: HttpRequest) -> HttpResponse:
    """The list, one kind of finding after the other."""
    bureau, on, check, found, shown = _asked(request)
    context = {
        "on": on, "check": check, "found": found, "tallied": queries.tallied(found), "checks": queries.CHECKS,
        "page": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")), "text": request.GET.get("q", ""),
        "closes": engine.next_closing(on, queries.windows(bureau, on)), "bodies": _counting(request),
    }  # fmt: skip
    return render(request, "party/precheck.html", context)


def _counting(request: HttpRequest) -> list[tuple[int, str]]:
    """The one body whose count somebody of a branch enters; the office reaches them through the list."""
    grant = access.acting_grant(request.user)
    if grant is None or not access.may(request.user, rules.KEEP):
        return []
    return [(pk, name) for pk, name in roster.bodies(request.user) if pk == grant.org_id]


@reads
def precheck_export(request: HttpRequest) -> HttpResponse:
    _bureau, on, _check, _found, shown = _asked(request)
    return download(queries.findings_xlsx(shown), sheets.file_name(_("党统预检清单"), f"{on:%Y%m%d}", ext="xlsx"))


@fills
def precheck_count(request: HttpRequest, org: int) -> HttpResponse:
    """How many members the national system shows for a body."""
    body = queries.open_body(request.user, org)
    today = timezone.localdate()
    form = CountForm(request.POST or None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.count(org=body, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记系统内人数。"))
            return redirect("party:precheck")
    return render(request, "party/precheck_count.html", {"form": form, "org": body})
