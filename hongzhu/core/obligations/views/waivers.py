"""准予免开: given, listed, taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.obligations import actions, queries, rules
from hongzhu.core.obligations.forms import RevokeForm, WaiveForm
from hongzhu.core.obligations.models import Waiver
from hongzhu.kit.dates import Period
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx


@fills
def waive(request: HttpRequest, pk: int, duty: str, period: str) -> HttpResponse:
    """说明免开 for one body, duty and period."""
    body = queries.open_body(request.user, pk, rules.WAIVE)
    due = queries.find_due(body.bureau, duty, period)
    if due is None:
        raise Http404
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive(
                body=body, duty=duty, period=period, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已准予免开，落实表里同时改过来了。"))
            return redirect("obligations:waiver_list")
    return render(
        request,
        "obligations/waive.html",
        {"form": form, "body": body, "due": due, "period_title": queries.period_words(due)},
    )


def _waivers(request: HttpRequest, waivers: Iterable[Waiver]) -> list[tuple[Waiver, str, str]]:
    """Each waiver with the words of its duty and period."""
    names = queries.duty_titles(queries.bureau_for(request.user), timezone.localdate())
    return [(waiver, names.get(waiver.duty, waiver.duty), Period.parse(waiver.period).title) for waiver in waivers]


@reads
def waiver_list(request: HttpRequest) -> HttpResponse:
    """Every waiver the user may see, taken back ones too."""
    access.require(request.user, rules.GAP)
    page = Paginator(queries.visible_waivers(request.user), 100).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _waivers(request, page), "may_waive": access.may(request.user, rules.WAIVE)}
    return render(request, "obligations/waiver_list.html", context)


@reads
def waiver_export(request: HttpRequest) -> HttpResponse:
    """The same as Excel."""
    access.require(request.user, rules.GAP)
    header = (
        _("党组织"), _("应办事项"), _("期间"), _("原因"), _("依据"), _("准予人"), _("准予时间"), _("撤回时间"),
    )  # fmt: skip
    rows = (
        (
            waiver.body.name, title, period, waiver.reason, waiver.basis, waiver.granted_by, waiver.granted_at,
            waiver.revoked_at,
        )
        for waiver, title, period in _waivers(request, queries.visible_waivers(request.user))
    )  # fmt: skip
    name = sheets.file_name(_("准予免开"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(_("准予免开"), header, rows), name)


@fills
def waiver_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiver back, with a reason."""
    waiver = queries.open_waiver(request.user, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_waiver(
                waiver=waiver, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已撤回，这一项重新应开。"))
            return redirect("obligations:waiver_list")
    title = queries.duty_titles(waiver.body.bureau, timezone.localdate()).get(waiver.duty, waiver.duty)
    context = {"form": form, "waiver": waiver, "title": title, "period_title": Period.parse(waiver.period).title}
    return render(request, "obligations/waiver_revoke.html", context)
