"""换届: the list of terms, one body, one election from its beginning to the superior's reply, its papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules as perms
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.forms.terms import (
    AnswerForm,
    AskForm,
    DelayForm,
    FilterForm,
    HoldForm,
    RegisterForm,
    ReportForm,
    StartForm,
    VoidForm,
)
from hongzhu.services.party.models import Election
from hongzhu.services.party.queries import filings, terms
from hongzhu.services.party.queries import terms_line as line
from hongzhu.services.party.queries import terms_paper as paper
from hongzhu.services.party.rules import filings as filing_rules
from hongzhu.services.party.rules import terms as rules

PAGE = 60
# What a list may be narrowed to: its name in the address and the states it holds.
SHOWS: dict[str, tuple[str, ...]] = {
    "due": ("soon", "early", "delayed", "overdue"), "overdue": ("overdue",), "delayed": ("delayed",), "unknown": ("unknown",),
}  # fmt: skip


def _found(request: HttpRequest) -> dict[str, Any]:
    """The list asked for: every body's term, counts of each state, completed elections of the year."""
    today = timezone.localdate()
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    asked = form.cleaned_data
    bodies = terms.bodies(request.user, today)
    if asked.get("kind"):
        bodies = bodies.filter(kind=asked["kind"])
    if text := (asked.get("q") or "").strip():
        bodies = bodies.filter(name__icontains=text)
    rows = terms.standings(bodies, request.user.bureau, today)
    counts = {name: sum(row.term.state in states for row in rows) for name, states in SHOWS.items()}
    counts |= {"running": sum(row.running is not None for row in rows), "all": len(rows)}
    show = asked.get("show") or ""
    if show == "running":
        rows = [row for row in rows if row.running is not None]
    elif show in SHOWS:
        rows = [row for row in rows if row.term.state in SHOWS[show]]
    year = asked.get("year") or today.year
    return {
        "today": today,
        "rows": rows,
        "counts": counts,
        "show": show,
        "kind": asked.get("kind") or "",
        "q": text,
        "year": year,
        "completed": terms.completed(request.user, date(year, 1, 1), date(year, 12, 31)),
    }


@reads
def election_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    facts = _found(request)
    page = Paginator(facts.pop("rows"), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "party/election_list.html",
        facts | {"page": page, "kinds": [(kind.value, kind.label) for kind in rules.ELECTING],
                 "years": range(facts["today"].year, facts["today"].year - 8, -1),
                 "may_answer": terms.leads(request.user, facts["today"])},
    )  # fmt: skip


@reads
def election_export(request: HttpRequest) -> HttpResponse:
    """换届台账 as the list is narrowed."""
    access.require(request.user, perms.VIEW)
    facts = _found(request)
    name = sheets.file_name("换届台账", f"{facts['today']:%Y%m%d}", ext="xlsx")  # zh: papers are Chinese
    return download(paper.ledger(facts["rows"], facts["today"]), name)


@reads
def election_inbox(request: HttpRequest) -> HttpResponse:
    """待批复: requests and results of the bodies the user answers for."""
    today = timezone.localdate()
    if not terms.leads(request.user, today):
        access.require(request.user, perms.APPROVE)
    rows = [(row, rules.step_chip(row)) for row in terms.to_answer(request.user, today)]
    asked = [(row, filing_rules.chip(row)) for row in filings.to_answer(request.user, today)]
    return render(request, "party/election_inbox.html", {"rows": rows, "filings": asked})


@reads
def election_body(request: HttpRequest, pk: int) -> HttpResponse:
    return _body(request, terms.open_body(request.user, pk))


def _body(request: HttpRequest, org: Org, refused: Any = None) -> HttpResponse:
    """One body's term, its elections, and what may be begun or approved; with the form that was refused."""
    today = timezone.localdate()
    held = terms.standing(org, today)
    superior = terms.superior_of(org, today)
    keeps = access.holds(request.user, rules.keep_perm(org.kind), org)
    answers = (
        keeps if superior is None or superior.kind == Kind.UPPER else access.holds(request.user, perms.LEAD, superior)
    )

    def form(kind: type[Any], **initial: Any) -> Any:
        return refused if isinstance(refused, kind) else kind(initial=initial, auto_id=f"id_{kind.__name__.lower()}_%s")

    return render(
        request, "party/election_body.html",
        {"org": org, "held": held, "superior": superior, "refused": refused, "today": today,
         "late": rules.late_words(held.term, today, terms.shift_years(org, today)),
         "roll": terms.roll(org, today), "history": [(row, rules.step_chip(row)) for row in terms.history(org)],
         "start_form": form(StartForm) if keeps and held.running is None else None,
         "delay_form": form(DelayForm, on=today) if answers and held.term.due_on else None,
         "register_form": form(RegisterForm) if answers else None},
    )  # fmt: skip


@acts
def election_start(request: HttpRequest, pk: int) -> HttpResponse:
    org = terms.open_body_to_keep(request.user, pk)
    form = StartForm(request.POST, auto_id="id_startform_%s")
    if form.is_valid():
        try:
            election = actions.start(
                org=org, cause=form.cleaned_data["cause"], by=Actor.of(request.user), on=timezone.localdate()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已开始，下一步写请示。"))
            return redirect("party:election_page", pk=election.pk)
    return _body(request, org, form)


@acts
def election_delay(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    org = terms.open_body_to_answer(request.user, pk, today)
    form = DelayForm(request.POST, auto_id="id_delayform_%s")
    return _at_body(request, org, form, partial(actions.delay, org=org, today=today), _("已登记批准的日期。"))


@acts
def election_register(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    org = terms.open_body_to_answer(request.user, pk, today)
    form = RegisterForm(request.POST, auto_id="id_registerform_%s")
    return _at_body(request, org, form, partial(actions.register, org=org, today=today), _("已补登上届选举。"))


def _at_body(request: HttpRequest, org: Org, form: Any, write: Callable[..., Any], done: str) -> HttpResponse:
    if form.is_valid():
        try:
            write(by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("party:election_body", pk=org.pk)
    return _body(request, org, form)


@reads
def election_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, terms.open_election(request.user, pk))


def _page(request: HttpRequest, election: Election, refused: Any = None) -> HttpResponse:
    """The election as a line, with the short form of its next step where the user may take it."""
    today = timezone.localdate()
    superior = terms.superior_of(election.org, today)
    outside = terms.is_outside(superior)
    keeps = access.holds(request.user, rules.keep_perm(election.org.kind), election.org)
    answers = keeps if superior is None or outside else access.holds(request.user, perms.LEAD, superior)
    coming, rows = rules.step_of(election), terms.candidates(election)
    form = None
    if coming in {"allow", "confirm"} and answers:
        form = refused if isinstance(refused, AnswerForm) else AnswerForm(initial={"on": today})
    elif coming == "report" and keeps:
        form = refused if isinstance(refused, ReportForm) else ReportForm(initial={"on": today})
    void_form = None
    if keeps and coming not in {"done", "void"}:
        void_form = refused if isinstance(refused, VoidForm) else VoidForm(auto_id="id_void_%s")
    roll = terms.roll(election.org, election.held_on or today)
    return render(
        request, "party/election_page.html",
        {"election": election, "org": election.org, "superior": superior, "outside": outside, "chip": rules.step_chip(election),
         "steps": line.steps(election, rows), "coming": coming, "rows": rows, "keeps": keeps, "form": form,
         "void_form": void_form, "refused": refused, "roll": roll,
         "cautions": terms.cautions(election.org, election.seats or 0, today) if coming in {"allow", "hold"} else [],
         "papers": [(name, paper.PAPERS[name][0]) for name in paper.ready(election)]},
    )  # fmt: skip


@fills
def election_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """请示: shown again with what to think of before it is sent."""
    election = terms.open_to_keep(request.user, pk)
    today = timezone.localdate()
    form = AskForm(request.POST or None, election=election, today=today, initial=_asked(election, today))
    cautions: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        cautions = terms.cautions(election.org, given["seats"], today)
        if not cautions or given["seen"]:
            try:
                actions.ask(
                    election=election, number=given["number"], seats=given["seats"], planned_on=given["planned_on"],
                    candidates=form.candidates, by=Actor.of(request.user), on=given["on"], today=today,
                )  # fmt: skip
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("已登记请示，等上级批复。"))
                return redirect("party:election_page", pk=election.pk)
    return render(
        request, "party/election_ask.html",
        {"form": form, "election": election, "org": election.org, "cautions": cautions, "roll": terms.roll(election.org, today)},
    )  # fmt: skip


def _asked(election: Election, today: date) -> dict[str, Any]:
    """What the request says so far."""
    known: dict[str, Any] = {
        "on": election.asked_on or today, "number": election.asked_number, "seats": election.seats,
        "planned_on": election.planned_on,
    }  # fmt: skip
    for place, row in enumerate(terms.candidates(election), start=1):
        known |= {f"name_{place}": row.person.name, f"kind_{place}": row.kind}
    return known


@fills
def election_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """登记选举: counts and votes; refused counts stay as they were typed."""
    election = terms.open_to_keep(request.user, pk)
    today = timezone.localdate()
    form = HoldForm(request.POST or None, election=election, today=today, initial=_held(election, today))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.hold(
                election=election, tally=form.tally(), votes=form.votes(), by=Actor.of(request.user), on=given["on"],
                today=today, act=given["act"], others=form.others(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记选举结果。"))
            return redirect("party:election_page", pk=election.pk)
    return render(
        request, "party/election_hold.html",
        {"form": form, "election": election, "org": election.org, "roll": terms.roll(election.org, election.held_on or today),
         "rule": terms.part_of(election.bureau, today).attendance_on(today)},
    )  # fmt: skip


def _held(election: Election, today: date) -> dict[str, Any]:
    known: dict[str, Any] = {
        "on": election.held_on or election.planned_on or today, "act": election.act_id, "entitled": election.entitled,
        "present": election.present, "issued": election.issued, "returned": election.returned, "valid": election.valid,
        "fewer": election.fewer_for,
    }  # fmt: skip
    rows = terms.candidates(election)
    for row in rows:
        known |= {f"votes_{row.pk}": row.votes, f"again_{row.pk}": row.again, f"kind_{row.pk}": row.kind}
    for n, row in enumerate((row for row in rows if row.written_in), start=1):
        known |= {
            f"other_name_{n}": row.person.name, f"other_votes_{n}": row.votes, f"other_again_{n}": row.again,
            f"other_kind_{n}": row.kind,
        }  # fmt: skip
    return known


@acts
def election_allow(request: HttpRequest, pk: int) -> HttpResponse:
    election = terms.open_to_answer(request.user, pk, timezone.localdate())
    return _step(request, election, AnswerForm(request.POST), actions.allow, _("已批复。"))


@acts
def election_report(request: HttpRequest, pk: int) -> HttpResponse:
    election = terms.open_to_keep(request.user, pk)
    return _step(request, election, ReportForm(request.POST), actions.report, _("已登记结果报告，等上级批复。"))


@acts
def election_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    election = terms.open_to_answer(request.user, pk, timezone.localdate())
    return _step(request, election, AnswerForm(request.POST), actions.confirm, _("已批复结果，当选人自选举日起任职。"))


def _step(request: HttpRequest, election: Election, form: Any, write: Callable[..., Any], done: str) -> HttpResponse:
    if form.is_valid():
        try:
            write(election=election, by=Actor.of(request.user), today=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("party:election_page", pk=election.pk)
    return _page(request, election, form)


@acts
def election_void(request: HttpRequest, pk: int) -> HttpResponse:
    election = terms.open_to_keep(request.user, pk)
    form = VoidForm(request.POST, auto_id="id_void_%s")
    if form.is_valid():
        try:
            actions.void(
                election=election, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废。"))
            return redirect("party:election_body", pk=election.org_id)
    return _page(request, election, form)


@reads
def election_paper(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One paper of the election in Word; 404 before there is something to put on it."""
    election = terms.open_election(request.user, pk)
    if what not in paper.ready(election):
        raise Http404
    title, build = paper.PAPERS[what]
    return download(build(election), sheets.file_name(election.org.name, title, ext="docx"))
