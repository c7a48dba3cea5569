"""党员名册 and its sisters, the structure line of a branch (B38), one person's page and their upper-system card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.http import acts, download, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import roster as actions
from hongzhu.services.party.forms.roster import LISTS, SISTERS, RosterForm
from hongzhu.services.party.queries import person as people
from hongzhu.services.party.queries import roster as queries
from hongzhu.services.party.queries import roster_paper, settings, structure


def _asked(request: HttpRequest) -> tuple[queries.Asked, list[tuple[int, str]], list[int]]:
    """What was asked for, the bodies to choose from, and those whose people are shown."""
    access.require(request.user, rules.VIEW)
    bodies = queries.bodies(request.user)
    asked = RosterForm(request.GET, bodies=bodies).asked(timezone.localdate())
    return asked, bodies, [asked.org] if asked.org else [pk for pk, _name in bodies]


def _bureau(request: HttpRequest) -> Bureau:
    return get_object_or_404(Bureau, pk=access.bureau_of(request.user))


@reads
def roster(request: HttpRequest) -> HttpResponse:
    """The list on a day, fifty to a page, with what the other nouns know of each."""
    asked, bodies, among = _asked(request)
    dues = access.may(request.user, rules.KEEP)  # months paid by name are for who collects them
    context: dict[str, Any] = {
        "asked": asked, "bodies": bodies, "lists": LISTS, "sisters": SISTERS, "dues": dues, "title": _title(asked),
        "filtered": any(request.GET.get(name) for name in ("who", "org", "q", "has")),
    }  # fmt: skip
    if asked.on_the_way:
        page = Paginator(queries.on_the_way(among, asked), queries.ON_A_PAGE).get_page(request.GET.get("page"))
        rows: list[Any] = queries.told_way(list(page), asked.on)
        return render(request, "party/roster_way.html", {**context, "page": page, "rows": rows})
    found = queries.narrowed(queries.members(among, asked.on), asked)
    page = Paginator(queries.ordered(found), queries.ON_A_PAGE).get_page(request.GET.get("page"))
    study = queries.floors(_bureau(request), asked.on)
    rows = queries.told(list(page), asked.on, study, dues=dues)
    return render(request, "party/roster.html", {**context, "page": page, "rows": rows})


def _title(asked: queries.Asked) -> str:
    named = {
        "retired": _("离退休党员名册"), "probationary": _("预备党员名册"), "mobile": _("流动党员名册"),
        "away": _("外派党员名册"), "applicants": _("入党申请人名册"), "activists": _("入党积极分子名册"),
        "candidates": _("发展对象名册"),
    }  # fmt: skip
    return named.get(asked.who, _("党员名册"))


@reads
def roster_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, as Excel; numbers masked."""
    asked, _bodies, among = _asked(request)
    title = _title(asked)
    if asked.on_the_way:
        rows = queries.told_way(list(queries.on_the_way(among, asked)), asked.on)
        made = roster_paper.way_xlsx(rows, title)
    else:
        made = roster_paper.roster_xlsx(queries.narrowed(queries.members(among, asked.on), asked), asked.on, title)
    return download(made, sheets.file_name(title, f"{asked.on:%Y%m%d}", ext="xlsx"))


@reads
def roster_paper_file(request: HttpRequest) -> HttpResponse:
    """The same as Word, A4 across, to print and bind."""
    asked, bodies, among = _asked(request)
    title = _title(asked)
    only = bodies[0][1] if len(bodies) == 1 else _bureau(request).name
    body = dict(bodies).get(asked.org or 0, only)
    if asked.on_the_way:
        rows = queries.told_way(list(queries.on_the_way(among, asked)), asked.on)
        made = roster_paper.way_docx(rows, asked.on, title, body)
    else:
        found = queries.narrowed(queries.members(among, asked.on), asked)
        made = roster_paper.roster_docx(found, asked.on, title, body)
    return download(made, sheets.file_name(body, title, f"{asked.on:%Y%m%d}", ext="docx"))


def _structure(request: HttpRequest) -> tuple[queries.Asked, Any, list[tuple[int, str, structure.Shape]]]:
    """The day, the pack's titles and posts, and each body that has members with its counts."""
    asked, bodies, among = _asked(request)
    spec = settings.section_on(_bureau(request), asked.on).life.structure
    shapes = structure.shapes(among, spec, asked.on)
    named = [(pk, name, shapes[pk]) for pk, name in bodies if pk in shapes and asked.text in name]
    return asked, spec, named


@reads
def roster_structure(request: HttpRequest) -> HttpResponse:
    """Members, titles and posts of each body: counts that overlap and are never added up (B38)."""
    asked, spec, rows = _structure(request)
    page = Paginator(rows, queries.ON_A_PAGE).get_page(request.GET.get("page"))
    told = {"has_titles": structure.has_titles(spec), "has_posts": structure.has_posts(spec)}
    return render(request, "party/roster_structure.html", {"asked": asked, "page": page, **told})


@reads
def roster_structure_export(request: HttpRequest) -> HttpResponse:
    asked, spec, rows = _structure(request)
    title = _("党员岗位结构")
    made = structure.shapes_xlsx(title, rows, spec)
    return download(made, sheets.file_name(title, f"{asked.on:%Y%m%d}", ext="xlsx"))


@reads
def roster_branch(request: HttpRequest, org: int) -> HttpResponse:
    """The structure line of one body, to print or copy, with each title and post by itself."""
    body = get_object_or_404(Org.objects.filter(access.within(request.user, rules.VIEW, "")), pk=org)
    asked, _bodies, _among = _asked(request)
    spec = settings.section_on(body.bureau, asked.on).life.structure
    shape = structure.shapes([body.pk], spec, asked.on).get(body.pk, structure.Shape())
    context = {
        "asked": asked, "org": body, "shape": shape, "line": structure.line(shape, spec),
        "attributes": structure.attributes(body.pk, spec, asked.on), "has_titles": structure.has_titles(spec),
        "has_posts": structure.has_posts(spec),
    }  # fmt: skip
    return render(request, "party/roster_branch.html", context)


@reads
def roster_person(request: HttpRequest, pk: int) -> HttpResponse:
    """一人一页."""
    person = people.open_member(request.user, pk)
    today = timezone.localdate()
    context = {
        "it": people.told(request.user, person, today), "person": person, "today": today,
        "others": access.may(request.user, rules.VIEW), "in_part": people.in_part(request.user, person),
    }  # fmt: skip
    return render(request, "party/roster_person.html", context)


@reads
def roster_card(request: HttpRequest, pk: int) -> HttpResponse:
    """上级平台转录卡 of a person: the upper system's fields in its order, a copy button each."""
    person = people.open_member(request.user, pk)
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    values, marks = people.values(person, today), people.transcribed(person)
    cards = [(row, sheets.transcription(row, values), marks.get(row.code)) for row in people.systems(person, today)]
    context = {"person": person, "cards": cards, "may_keep": people.may_transcribe(request.user, person, today)}
    return render(request, "party/roster_card.html", context)


@acts
def roster_transcribed(request: HttpRequest, pk: int, system: str) -> HttpResponse:
    """已转录: typed into the upper system by the card, today."""
    person = people.open_member(request.user, pk)
    today = timezone.localdate()
    membership = people.member_on(person, today)
    if membership is None or system not in {row.code for row in people.systems(person, today)}:
        raise Http404
    access.check(request.user, rules.KEEP, membership.org)
    actions.transcribe(person=person, system=system, on=today, by=Actor.of(request.user))
    messages.success(request, _("已标记转录。"))
    return redirect("party:roster_card", pk=pk)
