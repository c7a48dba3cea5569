"""The list of acts and the page of one act; what the bureau and the recorder do with it."""

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
from hongzhu.core.access import rules as access_rules
from hongzhu.core.activities import actions, queries, rules
from hongzhu.core.activities.models import ABSENT, Act
from hongzhu.core.activities.queries import paper
from hongzhu.core.activities.queries.worth import worth_of
from hongzhu.core.files import actions as files
from hongzhu.core.files import queries as file_queries
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.dates import Period
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor, Ref
from hongzhu.kit.tables.write import write_xlsx

from .asked import download, number, year_of
from .saved import papers_of

PER_PAGE = 50
MOST_EXPORTED = 20_000


def _asked(request: HttpRequest) -> tuple[queries.Filter, dict[str, Any]]:
    """What the list was asked for, and the same for the form that shows it."""
    year = year_of(request)
    month = number(request, "m")
    period = Period.month(year, month) if month and 1 <= month <= 12 else Period.year(year)
    asked = queries.Filter(
        org=number(request, "org"),
        kind=request.GET.get("kind", "")[:40],
        period=period,
        status=request.GET.get("status", "")[:10],
        words=request.GET.get("q", "").strip()[:40],
        tag=request.GET.get("tag", "")[:60],
        field=next((told for told in request.GET.getlist("field") if told), "")[:80],
    )
    return asked, {"year": year, "month": month, "period": period}


def _bureau(request: HttpRequest, org: Org | None) -> Bureau | None:
    """The bureau whose kinds the list names."""
    user: Any = request.user
    bureau: Bureau | None = org.bureau if org else user.bureau
    return bureau


@reads
def act_list(request: HttpRequest) -> HttpResponse:
    """Acts the user may see, by body, kind, month, state and words of the theme."""
    access.require(request.user, rules.VIEW)
    asked, shown = _asked(request)
    org = queries.open_body(request.user, asked.org) if asked.org else None
    bureau = _bureau(request, org)
    page = Paginator(queries.listing(request.user, asked).only(*queries.LISTED), PER_PAGE).get_page(
        request.GET.get("page")
    )
    titles = queries.kind_titles(bureau, timezone.localdate()) if bureau else {}
    chips = {state: queries.chip_of_status(*state) for state in {(act.status, act.revision) for act in page}}
    numbers = queries.numbers_of([act.pk for act in page], asked.org)
    rows = [(act, titles.get(act.kind, act.kind), chips[act.status, act.revision], numbers.get(act.pk)) for act in page]
    kind = queries.kind_of(bureau, timezone.localdate(), asked.kind) if bureau and asked.kind else None
    fields = queries.field_choices(request.user, asked, kind)
    tables = [
        (title, choices, queries.units_by_field(request.user, asked, choices)) for title, choices in fields
    ]  # fmt: skip
    return render(
        request,
        "activities/act_list.html",
        {
            "page": page,
            "rows": rows,
            "org": org,
            "kinds": titles,
            "fields": fields,
            "tables": tables,
            "statuses": Act.Status.choices,
            "asked": asked,
            "months": [(month, _("%(m)s月") % {"m": month}) for month in range(1, 13)],
            "years": [
                (year, _("%(y)s年") % {"y": year})
                for year in range(shown["year"] - 2, max(shown["year"], timezone.localdate().year) + 1)
            ],
            "may_record": any(
                access.may(request.user, perm) for perm in (rules.RECORD, rules.RECORD_SCHOOL, rules.RECORD_OFFICE)
            ),
            "may_compare": not org and access.may(request.user, rules.COMPARE),
            "may_count": not org and access.may(request.user, rules.LECTURES),
            "may_check": bool(org and access.holds(request.user, rules.CHECK_OWN, org)),
            "may_see_people": access.may(request.user, access_rules.VIEW_PEOPLE),
            **shown,
        },
    )


@reads
def act_export(request: HttpRequest) -> HttpResponse:
    """The same list in Excel."""
    access.require(request.user, rules.VIEW)
    asked, shown = _asked(request)
    bureau = _bureau(request, queries.open_body(request.user, asked.org) if asked.org else None)
    titles = queries.kind_titles(bureau, timezone.localdate()) if bureau else {}
    header = [
        _("日期"),
        _("党组织"),
        _("类型"),
        _("次序"),
        _("主题"),
        _("地点"),
        _("应到"),
        _("实到"),
        _("党课题目"),
        _("记录人"),
        _("记录时间"),
        _("状态"),
    ]
    found = queries.listing(request.user, asked)
    numbers = queries.numbers_of(found.order_by().values("pk"), asked.org)
    rows = (
        [
            act.held_on,
            act.body.name,
            titles.get(act.kind, act.kind),
            numbers.get(act.pk),
            act.theme,
            act.place,
            act.due_roster,
            act.attended,
            act.lecture_title,
            act.recorder.name if act.recorder else "",
            timezone.localtime(act.recorded_at).strftime("%Y-%m-%d %H:%M"),
            str(queries.chip_of_act(act).word),
        ]
        for act in found.only(*queries.LISTED)[:MOST_EXPORTED]
    )
    title = _("活动")
    return download(write_xlsx(title, header, rows), title, str(shown["period"]), ext="xlsx")


@reads
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act on one page: facts, roster, what it counts for and why, revisions, resolutions, media, papers."""
    user: Any = request.user
    act = queries.open_act(user, pk)
    section = queries.section_of(act.bureau, act.held_on)
    kind = by_code(section.kinds).get(act.kind)
    parts, topics = by_code(section.parts), by_code(section.topics)
    bodies = list(act.bodies.select_related("org").order_by("pk"))
    rows = list(act.attendances.select_related("person").order_by("pk"))
    own = queries.own_bodies(user, act)
    today = timezone.localdate()
    outputs, words = by_code(section.outputs), queries.item_words(section)
    may_review = access.holds(user, rules.REVIEW, act.body)
    to_review = act.status not in (Act.Status.VOIDED, Act.Status.REVIEWED)
    return render(
        request,
        "activities/act.html",
        {
            "act": act,
            "kind": kind,
            "chip": queries.chip_of_act(act),
            "bodies": bodies,
            "parts": [parts[code].title for code in act.parts if code in parts],
            "topic": topics[act.extra["topic"]].title if act.extra.get("topic") in topics else "",
            "extra": list(paper.extra_rows(act, kind)) if kind else [],
            "away": [(row, queries.chip_of_state(row)) for row in rows if row.state != "PRESENT"],
            "there": [row for row in rows if row.state == "PRESENT"],
            "to_make_up": sum(row.state in ABSENT and row.made_up_on is None for row in rows),
            "readings": queries.readings_of(act),
            "spoken": bool(rules.SPOKEN & set(act.parts)),
            "outputs": [(outputs[row.kind], row.count) for row in act.outputs.order_by("kind") if row.kind in outputs],
            "votes": paper.act_sheet(act, section).votes,
            "items": [
                (row, queries.chip_of(row, today), words.category(row), words.lacks_opinion(row))
                for row in act.resolutions.select_related("owner").order_by("pk")
            ],
            "media": list(act.media.order_by("pk")),
            "files": list(file_queries.of(Ref.to(act))),
            "worth": worth_of(act, [row.org for row in bodies]),
            "several": len(bodies) > 1,
            "revisions": list(act.revisions.order_by("-number")),
            "papers": papers_of(act, section),
            "copied": queries.copied(act),
            "bare": bool(kind and rules.is_bare(kind)),
            "may_change": act.body in own,
            "may_change_files": act.body in own and act.status != Act.Status.VOIDED,
            "may_confirm": bool(own),
            "may_review": may_review,
            "not_own": queries.may_be_reviewed(act, user.pk, today).reason if may_review and to_review else "",
            "may_strike": access.holds(user, rules.STRIKE, act.body),
        },
    )


def _one_line(request: HttpRequest, template: str, change: Any, done: str, act: Act) -> HttpResponse:
    """A page with one sentence to write (作废, 退回补正, 取消计入): says what follows, keeps what was typed."""
    typed = request.POST.get("reason", "") if request.method == "POST" else ""
    problem = ""
    if request.method == "POST":
        try:
            change(typed)
        except ValidationError as error:
            problem = str(error.message)
        else:
            messages.success(request, done)
            return redirect("activities:act", act.pk)
    return render(request, template, {"act": act, "typed": typed, "problem": problem, "chip": queries.chip_of_act(act)})


@fills
def act_void(request: HttpRequest, pk: int) -> HttpResponse:
    """作废, after a page that names the consequence."""
    act = queries.open_act_to_change(request.user, pk)

    def change(reason: str) -> None:
        actions.void(act=act, reason=reason, by=Actor.of(request.user), now=timezone.now())

    return _one_line(request, "activities/act_void.html", change, _("已作废，不再计入；记录仍可查看。"), act)


@acts
def act_review(request: HttpRequest, pk: int) -> HttpResponse:
    """审阅通过."""
    act = queries.open_act(request.user, pk, rules.REVIEW)
    try:
        actions.review(act=act, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("审阅通过。"))
    return redirect("activities:act", act.pk)


@fills
def act_return(request: HttpRequest, pk: int) -> HttpResponse:
    """退回补正, with what to complete."""
    act = queries.open_act(request.user, pk, rules.REVIEW)

    def change(note: str) -> None:
        actions.send_for_correction(act=act, note=note, by=Actor.of(request.user), now=timezone.now())

    return _one_line(request, "activities/act_return.html", change, _("已退回补正，支部首页会看到。"), act)


@fills
def act_strike(request: HttpRequest, pk: int, body: int, tag: str) -> HttpResponse:
    """取消计入 of one tag, with the reason the branch reads."""
    act = queries.open_act(request.user, pk, rules.STRIKE)
    org = next((row.org for row in act.bodies.select_related("org") if row.org_id == body), act.body)

    def change(reason: str) -> None:
        actions.strike(act=act, org=org, tag=tag, reason=reason, by=Actor.of(request.user), now=timezone.now())

    return _one_line(request, "activities/act_strike.html", change, _("已取消计入，原因支部看得到。"), act)


@acts
def act_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """One more file for an act already recorded (讲稿, 图片)."""
    act = queries.open_act_to_change(request.user, pk)
    kind = queries.kind_of(act.bureau, act.held_on, act.kind)
    upload = request.FILES.get("file")
    try:
        if kind is None or not (verdict := rules.takes_files(kind)):
            raise ValidationError(verdict.reason if kind else _("这类活动不收附件。"))
        if upload is None:
            raise ValidationError(_("没有选文件。"))
        files.attach(
            owner=Ref.to(act), slot="paper", name=upload.name or "", data=upload.read(), by=Actor.of(request.user),
            bureau=act.bureau, now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("附件已存。"))
    return redirect("activities:act", act.pk)
