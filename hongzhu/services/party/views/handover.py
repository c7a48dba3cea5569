"""交接清单: computed, saved as it stood, printed, signed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import handover as actions
from hongzhu.services.party.forms.handover import HandoverForm, SignForm
from hongzhu.services.party.queries import handover as queries

ON_A_PAGE = 50


def _rows(request: HttpRequest) -> Any:
    access.require(request.user, rules.VIEW)
    rows = queries.visible_to(request.user)
    text = request.GET.get("q", "").strip()[:40]
    return rows.filter(org__name__icontains=text) if text else rows


@reads
def handover_list(request: HttpRequest) -> HttpResponse:
    """Lists that were made, newest first."""
    page = Paginator(_rows(request), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": request.GET.get("q", ""), "own": queries.own_body(request.user)}
    return render(request, "party/handover_list.html", context)


@reads
def handover_export(request: HttpRequest) -> HttpResponse:
    name = sheets.file_name(_("交接清单"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(queries.handovers_xlsx(_rows(request)), name)


@fills
def handover_new(request: HttpRequest, org: int) -> HttpResponse:
    """What is open today, above the few things a machine does not know; saved, it is frozen."""
    body = queries.open_body(request.user, org)
    today = timezone.localdate()
    posts = queries.secretaries(body, today)
    form = HandoverForm(request.POST or None, user=request.user, posts=posts, initial=_initial(posts, today, body))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.prepare(org=body, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已生成交接清单，请打印签字。"))
            return redirect("party:handover_page", pk=row.pk)
    context = {"form": form, "org": body, "sections": queries.sections(body, today), "today": today}
    return render(request, "party/handover_form.html", context)


def _initial(posts: list[Any], today: Any, body: Any) -> dict[str, Any]:
    """Two secretaries on file: the elder hands over to the younger; one: they are the one to leave."""
    made = queries.prepared(body)
    if made is not None:
        kept = {name: getattr(made, name) for name in ("witness", "on", "seal_kept_by", "archive_place")}
        return kept | {"leaving": str(made.leaving_id), "coming": made.coming.name}
    if len(posts) > 1 and posts[1].to_on is not None:
        return {"leaving": str(posts[1].person_id), "coming": posts[0].person.name, "on": posts[0].from_on}
    return {"on": today}


@reads
def handover_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it was saved."""
    row = queries.open_handover(request.user, pk)
    context = {
        "row": row, "may_keep": access.holds(request.user, rules.KEEP, row.org),
        "form": SignForm(initial={"on": timezone.localdate()}),
    }  # fmt: skip
    return render(request, "party/handover_page.html", context)


@reads
def handover_paper(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.open_handover(request.user, pk)
    name = sheets.file_name(row.org.name, _("交接清单"), f"{row.on:%Y%m%d}", ext="docx")
    return download(queries.handover_docx(row), name)


@acts
def handover_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """All three signed on paper."""
    row = queries.open_handover(request.user, pk, rules.KEEP)
    form = SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("party:handover_page", pk=pk)
    try:
        actions.sign(handover=row, on=form.cleaned_data["on"], by=Actor.of(request.user), today=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已登记签字。"))
    return redirect("party:handover_page", pk=pk)
