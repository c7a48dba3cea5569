"""What follows a record: what it counts for, what is still lacking, make-up study, the papers, the copy card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.activities import actions, queries, rules
from hongzhu.core.activities.forms import MakeUpForm
from hongzhu.core.activities.models import ABSENT, Act, TagClaim
from hongzhu.core.activities.pack import ActivitiesSection
from hongzhu.core.activities.queries import paper
from hongzhu.core.activities.queries.worth import titled, worth_of
from hongzhu.core.documents.queries import sheets
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor

from .asked import download

STILL = 3
EVERY = "all"  # the code of the paper that holds all others
OWN = "own-"  # before the code of a paper of the bureau's own


@reads
def act_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """The page after saving: 本次计入 with each tag's condition, 还差, 补学, 转录, 记录表."""
    act, bodies = queries.open_act_to_confirm(request.user, pk)
    if not rules.can_be_confirmed(act):
        return redirect("activities:act", act.pk)  # voided: its own page says so, and there is nothing left to confirm
    section = queries.section_of(act.bureau, act.held_on)
    kind = by_code(section.kinds).get(act.kind)
    absent = list(act.attendances.filter(state__in=ABSENT, made_up_on__isnull=True).select_related("person"))
    lines = worth_of(act, bodies)
    return render(
        request,
        "activities/act_saved.html",
        {
            "act": act,
            "kind": kind,
            "body_row": act.bodies.filter(org=act.body_id).first(),
            "worth": lines,
            "several": len({row.org.pk for row in lines}) > 1,
            "waiting": any(row.state == TagClaim.State.PROPOSED for row in lines),
            "cards": _still(request.user, bodies[0], {row.tag for row in lines if row.ticked and row.org == bodies[0]}),
            "absent": absent,
            "missed": act.due_roster - act.attended,
            "papers": papers_of(act, section),
            "card_fields": sum(len(system.fields) for system in queries.systems_of(act)[:1]),
            "copied": queries.copied(act),
            "chip": queries.chip_of_act(act),
        },
    )


def _still(user: Any, body: Org, about_to: set[str]) -> list[tuple[Any, str, str]]:
    """What the body still lacks beyond what this act is about to meet, each with where that is recorded; "" where it is
    for others to record."""
    today = timezone.localdate()
    cards = [row for row in obligations.due_cards(body, today) if row.duty.tag not in about_to][:STILL]
    section = queries.section_of(body.bureau, today)
    return [
        (
            card,
            titled(str(card.duty.title), card.duty.every, card.due.opens),
            obligations.record_url(user, section, body, card.due, today),
        )
        for card in cards
    ]


@acts
def act_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认计入: what is ticked counts, the rest does not."""
    act, bodies = queries.open_act_to_confirm(request.user, pk)
    counted = set()
    for value in request.POST.getlist("counts"):
        org, _colon, tag = value.partition(":")
        if org.isascii() and org.isdigit():
            counted.add((int(org), tag))
    try:
        actions.confirm(
            act=act, counted=counted, bodies=[body.pk for body in bodies], by=Actor.of(request.user), now=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("activities:act_saved", act.pk)
    messages.success(request, _("已确认，计入%s项。") % len(counted))
    return redirect("activities:act", act.pk)


@fills
def act_make_up(request: HttpRequest, pk: int) -> HttpResponse:
    """补学: who made it up, when, how, who saw to it."""
    act, bodies = queries.open_act_to_confirm(request.user, pk)
    absent = list(
        act.attendances.filter(org__in=bodies, state__in=(*ABSENT, "LEFT_OUT")).select_related("person").order_by("pk")
    )
    waiting = [row for row in absent if row.made_up_on is None and row.state in ABSENT]
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = MakeUpForm(data, absent=absent, today=today, initial={"people": [str(row.person_id) for row in waiting]})
    if form.is_valid():
        told = form.cleaned_data
        try:
            count = actions.make_up(
                act=act, people=told["people"], on=told["on"], way=told["way"],
                seen_to_by=told["seen_to_by"] or str(request.user), by=Actor.of(request.user), today=today,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已记下%s人补学，学时随之计入。") % count)
            return redirect("activities:act", act.pk)
    return render(request, "activities/act_make_up.html", {"act": act, "form": form, "absent": absent})


@acts
def act_transcribed(request: HttpRequest, pk: int, system: str) -> HttpResponse:
    """已转录: it was typed into this upper system by the card."""
    act = queries.open_act_to_change(request.user, pk)
    if system not in {row.code for row in queries.systems_of(act)}:
        raise Http404
    actions.transcribed(act=act, system=system, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("已标记转录。"))
    return redirect("activities:act_card", act.pk)


@reads
def act_card(request: HttpRequest, pk: int) -> HttpResponse:
    """上级平台转录卡: the upper system's fields in its order, a copy button each."""
    act = queries.open_act(request.user, pk)
    section = queries.section_of(act.bureau, act.held_on)
    values = _to_copy(act, section)
    systems = queries.systems_of(act)
    marks = queries.marks_of(act, systems)
    cards = [(system, sheets.transcription(system, values), marks.get(system.code)) for system in systems]
    may = queries.may_record(request.user, act.body)
    return render(request, "activities/act_card.html", {"act": act, "cards": cards, "may_record": may})


@sheets.in_chinese
def _to_copy(act: Act, section: ActivitiesSection) -> Any:
    """What the upper system's fields are filled with."""
    return sheets.transcription_values(paper.act_sheet(act, section), paper.lecture_sheet(act, section))


@reads
def act_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Text to paste: the brief with its figures (信息简讯稿) and the record in plain words."""
    act = queries.open_act(request.user, pk)
    section = queries.section_of(act.bureau, act.held_on)
    own = request.GET.get("own", "")[:1000]
    return render(
        request,
        "activities/act_text.html",
        {"act": act, "brief": sheets.brief(paper.brief_of(act, section, own)), "own": own},
    )


def papers_of(act: Act, section: Any) -> list[tuple[str, str]]:
    """(code, title) of the papers this act yields: its record first, all of them in one file last."""
    found = [("record", _("%s记录表") % _kind_word(act, section))]
    if act.lecture_title and any(part.sheet == "lecture_record" for part in section.parts if part.code in act.parts):
        found = [("lecture", _("党课记录表"))] if act.kind == "lecture" else [*found, ("lecture", _("党课记录表"))]
    if act.due_roster:
        found.append(("sign_in", _("签到表")))
    if act.due_roster > act.attended:
        found.append(("make_up", _("补学记录表")))
    found += [(f"{OWN}{sheet.code}", sheet.title.zh) for sheet in paper.own_papers(act, section)]
    return [*found, (EVERY, _("全部记录表"))] if len(found) > 1 else found


def _kind_word(act: Act, section: Any) -> str:
    kind = by_code(section.kinds).get(act.kind)
    return str(kind.title) if kind else act.kind


@reads
def act_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The record sheets as they print: the act on one page, the lecture on a page of its own."""
    act = queries.open_act(request.user, pk)
    pack = policies.pack_for(act.bureau, act.held_on)
    section, layouts = pack.section("activities"), by_code(pack.section("documents").sheets)
    return render(
        request,
        "activities/act_sheets.html",
        {
            "act": act,
            "drawn": _drawn(act, section, layouts),
            "sheet": paper.act_sheet(act, section),
            "lecture": paper.lecture_sheet(act, section),
            "papers": papers_of(act, section),
            "kind": _kind_word(act, section),
        },
    )


def _drawn(act: Act, section: Any, layouts: dict[str, Any]) -> dict[str, Any]:
    """The pages that a bureau has laid out itself, by what they stand for; the rest is drawn as usual."""
    record = "theme_day_record" if act.kind == "theme_day" else "meeting_record"
    papers = [name for name, _title in papers_of(act, section)]
    drawn: dict[str, Any] = {
        name: page_of(name, act, section, layouts)
        for name, code in (("record", record), ("lecture", "lecture_record"))
        if name in papers and sheets.departs(layouts.get(code))
    }
    own = [page_of(name, act, section, layouts) for name in papers if name.startswith(OWN)]
    return drawn | {"own": own}


@reads
def act_paper(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One paper of the act in Word, or all of them in one file; their columns as the pack lays them out."""
    act = queries.open_act(request.user, pk)
    pack = policies.pack_for(act.bureau, act.held_on)
    section = pack.section("activities")
    layouts = by_code(pack.section("documents").sheets)
    titles = dict(papers_of(act, section))
    if code not in titles:
        raise Http404
    wanted = [one for one in titles if one != EVERY] if code == EVERY else [code]
    pages = [page_of(one, act, section, layouts) for one in wanted]
    title = titles[code]
    made = sheets.together(pages, about=f"{act.body.name} {title}")
    return download(made, f"{act.held_on:%Y-%m-%d}", title, act.body.name, ext="docx")


@sheets.in_chinese
def page_of(code: str, act: Act, section: Any, layouts: dict[str, Any]) -> Any:
    """One paper of :func:`papers_of` as a sheet of the documents room."""
    if code == "lecture" and (lecture := paper.lecture_sheet(act, section)):
        return sheets.lecture_page(lecture, layout=layouts.get("lecture_record"))
    if code == "sign_in":
        return _sign_in(act, section, layouts.get("sign_in_blank"))
    if code == "make_up":
        rows = act.attendances.filter(state__in=ABSENT).select_related("person", "act").order_by("pk")
        return sheets.make_up_page(paper.make_up_sheet(act.body, rows), layout=layouts.get("make_up_record"))
    if code.startswith(OWN):
        return _own_page(layouts[code.removeprefix(OWN)], act, section)
    record = paper.act_sheet(act, section)
    if act.kind == "theme_day":
        return sheets.theme_day_page(record, layout=layouts.get("theme_day_record"))
    return sheets.meeting_page(record, layout=layouts.get("meeting_record"))


def _own_page(layout: Any, act: Act, section: Any) -> Any:
    """A paper of the bureau's own, filled like the one it was made after."""
    if layout.like == "sign_in_blank":
        return _sign_in(act, section, layout)
    return sheets.own_page(paper.act_sheet(act, section), layout=layout)


def _sign_in(act: Act, section: Any, layout: Any) -> Any:
    return sheets.sign_in_page(paper.sign_in_of(act, by_code(section.kinds)[act.kind]), layout=layout)
