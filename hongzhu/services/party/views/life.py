"""民主评议, the checklist of the organisation-life meeting, 述职评议."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities.queries.acts import SEES_CONFIDENTIAL
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Person
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import life as actions
from hongzhu.services.party.forms.life import AppraisalForm, DebriefForm, StepForm, YearForm, usual_day
from hongzhu.services.party.models import Appraisal, Debrief
from hongzhu.services.party.queries import life as queries
from hongzhu.services.party.queries import life_paper, settings

ON_A_PAGE = 50


def _asked(request: HttpRequest) -> tuple[int, str, str]:
    """The year, a part of a name, and which rows (missing) were asked for."""
    form = YearForm(request.GET)
    form.is_valid()
    told = form.cleaned_data
    year = told.get("year") or queries.usual_year(timezone.localdate())
    return year, told.get("q", "").strip(), told.get("show", "")


def _part(bureau: Bureau, year: int) -> Any:
    """The rules of a year's appraisal: those in force today for this year and later, else at its end."""
    today = timezone.localdate()
    return settings.section_on(bureau, min(today.replace(year=year, month=12, day=28), today)).life


def _bureau(request: HttpRequest) -> Bureau:
    return get_object_or_404(Bureau, pk=access.bureau_of(request.user))


def _lines(request: HttpRequest) -> tuple[int, list[queries.Line], Any, str]:
    access.require(request.user, rules.VIEW)
    year, text, show = _asked(request)
    part = _part(_bureau(request), year)
    rows = [org for org in queries.branches(request.user, year) if text in org.name]
    lines = queries.lines(rows, year, part)
    if show == "missing":
        lines = [line for line in lines if line.appraisal is None]
    return year, lines, part, show


@reads
def life_list(request: HttpRequest) -> HttpResponse:
    """Each branch of a year: counts of its appraisal, steps of its organisation-life meeting."""
    year, lines, part, show = _lines(request)
    today = timezone.localdate()
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "year": year, "years": range(today.year, today.year - 6, -1), "page": page, "show": show, "part": part,
        "text": request.GET.get("q", ""), "may_keep": access.may(request.user, rules.KEEP),
        "counted": sum(line.appraisal is not None for line in lines),
    }  # fmt: skip
    return render(request, "party/life_list.html", context)


@reads
def life_export(request: HttpRequest) -> HttpResponse:
    year, lines, part, _show = _lines(request)
    name = sheets.file_name(_("%s年度民主评议党员情况汇总表") % year, ext="xlsx")
    return download(life_paper.summary_xlsx(lines, year, part), name)


@reads
def life_paper_file(request: HttpRequest) -> HttpResponse:
    year, lines, part, _show = _lines(request)
    name = sheets.file_name(_("%s年度民主评议党员情况汇总表") % year, ext="docx")
    return download(life_paper.summary_docx(lines, year, part, _bureau(request).name), name)


@reads
def life_branch(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """One branch and year: the counts, the checklist, the unit's own improvements."""
    body = queries.open_branch(request.user, org)
    part = _part(body.bureau, year)
    row = Appraisal.objects.filter(org=body, year=year).select_related("act").first()
    today = timezone.localdate()
    context = {
        "org": body, "year": year, "row": row, "steps": queries.steps_of(body, year, part), "part": part,
        "over": row is not None and life_paper.over_cap(row, part), "form": StepForm(initial=usual_day(today)),
        "may_keep": access.holds(request.user, rules.KEEP, body),
        "opens_acts": access.role_of(request.user) in SEES_CONFIDENTIAL,
        "items": f"{reverse('activities:item_list')}?org={body.pk}&kind=IMPROVEMENT&state=all",
    }  # fmt: skip
    return render(request, "party/life_branch.html", context)


@reads
def life_sheet(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """测评表, blank, to print."""
    body = queries.open_branch(request.user, org)
    part = _part(body.bureau, year)
    made = life_paper.blank_sheet(body, year, timezone.localdate(), part)
    return download(made, sheets.file_name(body.name, _("%s年度民主评议党员测评表") % year, ext="docx"))


@fills
def life_count(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """The counts of the appraisal, entered or corrected."""
    body = queries.open_branch(request.user, org, rules.KEEP)
    today = timezone.localdate()
    row = Appraisal.objects.filter(org=body, year=year).first()
    meetings = list(queries.acts_of(body, year))
    form = AppraisalForm(request.POST or None, acts=meetings, initial=_initial(row, meetings))
    if request.method == "POST" and form.is_valid():
        members, _probationary = queries.roll(body, form.cleaned_data["held_on"])
        try:
            actions.appraise(
                org=body, told=form.told(year, members), act=form.cleaned_data["act"], by=Actor.of(request.user),
                today=today, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记测评票数。"))
            return redirect("party:life_branch", org=org, year=year)
    on = form["held_on"].value() if request.method == "GET" else None
    members, probationary = queries.roll(body, on or today)
    context = {"form": form, "org": body, "year": year, "members": members, "probationary": probationary}
    return render(request, "party/life_count.html", context)


def _initial(row: Appraisal | None, meetings: list[Any]) -> dict[str, Any]:
    """What stands, or the year's meeting and nothing else."""
    if row is not None:
        names = (
            "held_on", "took_part", "absent_for", "probationary", "excellent", "qualified", "basic", "unqualified",
            "cap_reason",
        )  # fmt: skip
        return {name: getattr(row, name) for name in names} | {"act": str(row.act_id or "")}
    if meetings:
        return {"act": str(meetings[0].pk), "held_on": meetings[0].held_on, "took_part": meetings[0].attended or None}
    return {}


@acts
def life_tick(request: HttpRequest, org: int, year: int, code: str) -> HttpResponse:
    """One step done."""
    body = queries.open_branch(request.user, org, rules.KEEP)
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("party:life_branch", org=org, year=year)
    try:
        actions.tick(
            org=body, year=year, code=code, by=Actor.of(request.user), today=timezone.localdate(), **form.cleaned_data
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已登记。"))
    return redirect("party:life_branch", org=org, year=year)


@acts
def life_untick(request: HttpRequest, org: int, year: int, code: str) -> HttpResponse:
    """A step ticked by mistake is open again."""
    body = queries.open_branch(request.user, org, rules.KEEP)
    actions.untick(org=body, year=year, code=code, by=Actor.of(request.user))
    messages.success(request, _("已取消，留痕里有原来的日期。"))
    return redirect("party:life_branch", org=org, year=year)


# 述职评议.


def _reporters(request: HttpRequest) -> tuple[int, list[queries.Reporter], str]:
    access.require(request.user, rules.VIEW)
    year, text, show = _asked(request)
    rows = queries.reporters(request.user, year, timezone.localdate())
    rows = [row for row in rows if text in row.org.name or text in row.person.name]
    if show == "missing":
        rows = [row for row in rows if row.debrief is None or row.debrief.received_on is None]
    return year, rows, show


@reads
def life_debriefs(request: HttpRequest) -> HttpResponse:
    """Secretaries of a year: report received, test, problems fed back."""
    year, rows, show = _reporters(request)
    today = timezone.localdate()
    context = {
        "year": year, "years": range(today.year, today.year - 6, -1), "show": show, "text": request.GET.get("q", ""),
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "may_approve": access.may(request.user, rules.APPROVE),
        "received": sum(bool(row.debrief and row.debrief.received_on) for row in rows),
    }  # fmt: skip
    return render(request, "party/life_debriefs.html", context)


@reads
def life_debriefs_export(request: HttpRequest) -> HttpResponse:
    year, rows, _show = _reporters(request)
    name = sheets.file_name(_("%s年度述职评议情况") % year, ext="xlsx")
    return download(life_paper.debriefs_xlsx(rows, year), name)


@reads
def life_debriefs_sheet(request: HttpRequest) -> HttpResponse:
    """述职测评表, blank, to print."""
    year, rows, _show = _reporters(request)
    name = sheets.file_name(_("%s年度述职评议测评表") % year, ext="docx")
    return download(life_paper.debrief_sheet(rows, year, _bureau(request).name), name)


@fills
def life_debrief(request: HttpRequest, org: int, person: int, year: int) -> HttpResponse:
    """What is known of one secretary's report."""
    body = queries.open_body(request.user, org)
    today = timezone.localdate()
    who = get_object_or_404(Person, pk=person, bureau=body.bureau_id)
    if not queries.was_secretary(body, who, year, today):
        raise Http404
    row = Debrief.objects.filter(org=body, person=who, year=year).first()
    names = DebriefForm.base_fields
    form = DebriefForm(request.POST or None, initial={name: getattr(row, name) for name in names} if row else {})
    if request.method == "POST" and form.is_valid():
        try:
            actions.debrief(org=body, person=who, year=year, told=form.told(), by=Actor.of(request.user), today=today)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记。"))
            return redirect(f"{reverse('party:life_debriefs')}?year={year}")
    return render(request, "party/life_debrief.html", {"form": form, "org": body, "person": who, "year": year})
