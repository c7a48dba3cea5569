"""Hand-overs of a quarter: the branch's form, the superior's list with who is missing, the confirmation."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import BRANCH_KINDS, Org
from hongzhu.kit.dates import Period
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dues_handing as actions
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.forms.dues import ArrivedForm, HandForm, VoidForm
from hongzhu.services.party.models import Handing
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.queries import dues_papers as papers


def _quarters(today: date) -> list[date]:
    """This quarter and the seven before it, newest first."""
    return [engine.after(engine.quarter_of(today), -3 * n) for n in range(8)]


def _asked(request: HttpRequest, today: date) -> date:
    """The quarter the address asks for; else the last one that has ended."""
    code = request.GET.get("quarter", "")
    return next((day for day in _quarters(today) if day.isoformat() == code), _quarters(today)[1])


def _rows(request: HttpRequest) -> tuple[date, date, str, list[handings.HandRow]]:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    quarter = _asked(request, today)
    show = request.GET.get("show", "")
    rows = handings.hand_rows(list(queries.bodies(request.user, today)), quarter)
    if show == "missing":
        return today, quarter, show, [row for row in rows if row.missing]
    if show == "waiting":
        return today, quarter, show, [row for row in rows if row.handing and row.handing.received_on is None]
    return today, quarter, "", rows


@reads
def dues_handings(request: HttpRequest) -> HttpResponse:
    """A quarter of all bodies in the user's part: sums, who has not handed up, what waits to be confirmed."""
    today, quarter, show, rows = _rows(request)
    everything = handings.hand_rows(list(queries.bodies(request.user, today)), quarter) if show else rows
    waiting = sum(1 for row in everything if row.handing and row.handing.received_on is None)
    mine = queries.bodies(request.user, today).filter(access.within(request.user, rules.LEAD, ""))
    approves = set(mine.order_by().values_list("pk", flat=True))
    return render(
        request, "party/dues_handings.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "quarter": quarter, "show": show,
         "quarters": [(day, Period.quarter(day.year, day.month // 3 + 1).title) for day in _quarters(today)],
         "totals": handings.totals(everything), "waiting": waiting, "all": len(everything), "approves": approves,
         "kept": set(queries.collecting(request.user, today).order_by().values_list("pk", flat=True)),
         "branch_kinds": BRANCH_KINDS},
    )  # fmt: skip


@reads
def dues_handings_export(request: HttpRequest, kind: str) -> HttpResponse:
    """上缴汇总表 as Excel or Word."""
    today, quarter, _show, rows = _rows(request)
    title = Period.quarter(quarter.year, quarter.month // 3 + 1).title
    name = sheets.file_name(title, _("党费上缴汇总表"), f"{today:%Y%m%d}", ext=kind)
    if kind == "xlsx":
        return download(papers.handed_xlsx(rows, quarter), name)
    root = get_object_or_404(Org, bureau=access.bureau_of(request.user), kind="BUREAU", closed_on__isnull=True)
    return download(papers.handed_docx(root, rows, quarter, today), name)


@fills
def dues_hand(request: HttpRequest, org: int) -> HttpResponse:
    """上缴: the sum is what has come in; quarter, day and voucher are asked, and what goes of the opening cash."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.VIEW, today)
    access.check(request.user, handings.keeps(body), body)
    quarters = _quarters(today)
    last = next((day for day in quarters[1:2] if not _handed(body, day)), quarters[0])
    opened = openings.standing(body.pk) is not None or "opening_fen" in request.POST  # nothing typed is dropped
    form = HandForm(
        request.POST or None, quarters=quarters[:4], opened=opened, initial={"quarter_on": last, "handed_on": today}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_up(org=body, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记上缴，等上级确认收到。"))
            return redirect("party:dues_handings")
    own = handings.receipts_to_hand(body, today)
    below = handings.handings_to_pass_on(body, today).select_related("org")
    return render(
        request, "party/dues_hand.html",
        {"body": body, "form": form, "superior": queries.superior_of(body, today), "own_n": own.count(),
         "fen": handings.to_hand(body, today), "below": below, "today": today,
         "left": openings.left_of(body, today)},
    )  # fmt: skip


def _handed(body: Org, quarter: date) -> bool:
    return Handing.objects.filter(org=body, quarter_on=quarter, voided_at__isnull=True).exists()


@fills
def dues_handing_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The superior says that it arrived; where the superior is outside, the branch enters its receipt."""
    today = timezone.localdate()
    handing = handings.open_handing(request.user, pk, today)
    handings.check_answers(request.user, handing.org, handing.superior)
    form = ArrivedForm(request.POST or None, initial={"received_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_handing(
                handing=handing, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已确认收到。"))
            return redirect("party:dues_handings")
    return render(
        request, "party/dues_handing_confirm.html",
        {"handing": handing, "form": form, "outside": queries.is_outside(handing.superior),
         "quarter": Period.quarter(handing.quarter_on.year, handing.quarter_on.month // 3 + 1).title},
    )  # fmt: skip


@fills
def dues_handing_void(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong hand-over: by the branch before it is confirmed, by the superior also after."""
    handing = handings.open_handing(request.user, pk, timezone.localdate())
    superior = handings.answers_for(request.user, handing.org, handing.superior)
    if not superior and not access.holds(request.user, handings.keeps(handing.org), handing.org):
        raise PermissionDenied(_("要由登记上缴的支部或上级党组织办理。"))
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_handing(
                handing=handing, superior=superior, reason=form.cleaned_data["reason"], by=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废，收据可以重新上缴。"))
            return redirect("party:dues_handings")
    return render(
        request, "party/dues_void.html",
        {"form": form, "back": reverse("party:dues_handings"), "title": _("作废上缴"), "what": handing.org.name},
    )  # fmt: skip
