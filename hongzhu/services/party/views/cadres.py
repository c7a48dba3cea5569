"""Cadre moves step by step, structure before and after, candidates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import PostKind
from hongzhu.kit.dates import full_text
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import cadres as actions
from hongzhu.services.party.forms.cadres import EffectForm, MoveForm, ReserveForm, StructureForm
from hongzhu.services.party.forms.sending import OnForm, ReasonForm, VoidForm
from hongzhu.services.party.models import CadreMove
from hongzhu.services.party.queries import cadres, sending
from hongzhu.services.party.queries import sending_paper as papers
from hongzhu.services.party.rules import cadres as cadre_rules

from .sending import (
    Choice,
    Column,
    Listing,
    Refused,
    act,
    chosen,
    excel,
    fill,
    short,
    show_list,
    show_page,
    years_from,
)


def _place(org: Any, post: str) -> str:
    return f"{org.name} {PostKind(post).label}"


def _left(move: CadreMove) -> str:
    return _("、").join(_place(org, post) for org, post in cadres.leaves(move))


def _taken(move: CadreMove) -> str:
    return _("、").join(_place(org, post) for org, post in cadres.takes(move))


def _until(until: Any) -> Any:
    """A day that is fixed as a day, one that may still move in words that say so."""
    return cadre_rules.until_words(until) if until is not None and until.provisional else until and until.day


def _columns(user: Any) -> list[Column]:
    today, ends = timezone.localdate(), cadres.notices(user.bureau)
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("类别"), lambda row: row.get_kind_display()),
        Column(_("状态"), lambda row: cadre_rules.chip(row, today, ends.get(row.pk)), "hz-sum"),
        Column(_("原任职务"), _left),
        Column(_("新任职务"), _taken),
        Column(_("考察"), lambda row: row.inspected_on, "hz-drop"),
        Column(_("讨论决定"), lambda row: row.deliberated_on, "hz-drop"),
        Column(_("公示截止"), lambda row: _until(ends.get(row.pk)), "hz-drop"),
        Column(_("任免日期"), lambda row: row.effective_on, "hz-drop"),
        Column(_("文号"), lambda row: row.number, "hz-drop"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    rows = cadres.narrowed(
        cadres.visible_to(request.user), kind=filters.get("kind", ""), state=filters.get("state", ""),
        year=filters.get("year"), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def cadre_list(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user, rules.VIEW)
    filters, rows = _rows(request)
    today = timezone.localdate()
    year = filters.get("year") or today.year
    office = sending.office(request.user)
    listing = Listing(
        title=_("干部任免"), columns=_columns(request.user), export="party:sending_cadre_export",
        back=reverse("party:sending_index"),
        empty=(_("还没有干部任免"), _("登记之后按考察、讨论决定、公示、任免逐步办理")),
        filters=[
            Choice("state", _("状态"), [("", _("全部")), ("running", _("办理中")), ("done", _("已办结")),
                                      ("voided", _("已作废"))], filters.get("state", "")),
            Choice("kind", _("类别"), [("", _("全部类别")), *CadreMove.Kind.choices], filters.get("kind", "")),
            Choice("year", _("任免年份"), [("", _("全部年份")), *years_from(today)], filters.get("year") or ""),
        ],
        new=(_("登记任免"), reverse("party:sending_cadre_new")) if office else None,
        buttons=[
                 (_("结构前后对照"), f"{reverse('party:sending_cadre_structure')}?year={year}")],
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:sending_cadre_page", args=[row.pk]))


@reads
def cadre_export(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user, rules.VIEW)
    return excel(_("干部任免登记"), _columns(request.user), _rows(request)[1])


def _structure_columns(before: date, after: date) -> list[Column]:
    return [
        Column(_("项目"), lambda line: line.title),
        Column(_("年初"), lambda line: line.before, "hz-r", _opens(before)),
        Column(_("年末或今天"), lambda line: line.after, "hz-r", _opens(after)),
    ]


def _opens(on: date) -> Callable[[Any], str]:
    """Who is behind a number of a day."""
    rows = reverse("party:sending_cadre_structure_rows")
    return lambda line: f"{rows}?{urlencode({'line': line.code, 'on': on.isoformat()})}"


def _structure(request: HttpRequest) -> tuple[int, date, date]:
    """The year asked for, its first day, and its last or today."""
    today = timezone.localdate()
    year = chosen(request).get("year") or today.year
    return year, date(year, 1, 1), today if year == today.year else date(year, 12, 31)


@reads
def cadre_structure(request: HttpRequest) -> HttpResponse:
    """Cadres by age, sex and subject at both ends of a year."""
    sending.require_office(request.user, rules.VIEW)
    year, before, after = _structure(request)
    listing = Listing(
        title=_("干部结构前后对照"), columns=_structure_columns(before, after), export="party:sending_cadre_structure_export",
        back=reverse("party:sending_cadre_list"), note=_("按任职情况实时统计，一人只算一次；任教学科在“人员”里登记"),
        empty=(_("没有干部任职"), _("先在人员里登记任职")),
        filters=[Choice("year", _("年份"), years_from(timezone.localdate()), year)], finds=False,
    )  # fmt: skip
    return show_list(request, listing, cadres.structure(access.bureau_of(request.user), before, after))


def _counted_columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("任职"), lambda row: _("、").join(_place(post.org, post.kind) for post in row.posts)),
        Column(_("性别"), lambda row: row.person.get_sex_display()),
        Column(_("出生日期"), lambda row: row.person.born_on),
        Column(_("任教学科"), lambda row: row.person.subject),
    ]


def _counted(request: HttpRequest) -> tuple[str, date, Any]:
    """The title of the line asked for, the day, and who is in it; 404 for a line there is none of."""
    form = StructureForm(request.GET)
    if not form.is_valid() or not (title := cadres.title_of(form.cleaned_data["line"])):
        raise Http404
    told = form.cleaned_data
    rows = cadres.counted(access.bureau_of(request.user), told["line"], told["on"], told["q"])
    return title, told["on"], rows


@reads
def cadre_structure_rows(request: HttpRequest) -> HttpResponse:
    """Who is behind one number of the structure."""
    sending.require_office(request.user, rules.VIEW)
    title, on, rows = _counted(request)
    asked = [(name, request.GET[name]) for name in ("line", "on")]
    listing = Listing(
        title=_("干部结构：%s") % title, columns=_counted_columns(), export="party:sending_cadre_structure_rows_export",
        back=f"{reverse('party:sending_cadre_structure')}?year={on.year}",
        note=_("%(day)s在任的%(n)s人") % {"day": full_text(on), "n": len(rows)},
        empty=(_("这一天没有人"), _("任职在“人员”里登记")), asked=asked,
    )  # fmt: skip
    sees = access.may(request.user, access_rules.VIEW_PEOPLE)
    return show_list(
        request, listing, rows, (lambda row: reverse("people:person", args=[row.person.pk])) if sees else None
    )


@reads
def cadre_structure_rows_export(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user, rules.VIEW)
    title, _on, rows = _counted(request)
    return excel(_("干部结构：%s") % title, _counted_columns(), rows)


@reads
def cadre_structure_export(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user, rules.VIEW)
    _year, before, after = _structure(request)
    lines = cadres.structure(access.bureau_of(request.user), before, after)
    return excel(_("干部结构前后对照"), _structure_columns(before, after), lines)


@fills
def cadre_new(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    rows = access.orgs_where(request.user, rules.APPROVE).filter(orgs.existing(timezone.localdate()))
    form = MoveForm(request.POST or None, user=request.user, rows=rows.exclude(kind="CLASS"))
    write = partial(actions.open_move, bureau=request.user.bureau, by=Actor.of(request.user))
    return fill(
        request, form, write, title=_("登记任免"), back=reverse("party:sending_cadre_list"),
        done=_("已登记，下一步登记考察。"), goes=lambda row: reverse("party:sending_cadre_page", args=[row.pk]),
    )  # fmt: skip


@reads
def cadre_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, cadres.open_move(request.user, pk))


# Each step: its words, its form, its action.
def _step(code: str) -> tuple[str, Any, Callable[..., Any]]:
    steps: dict[str, tuple[str, Any, Callable[..., Any]]] = {
        "inspect": (_("登记考察"), OnForm, actions.inspect_cadre),
        "deliberate": (_("登记讨论决定"), OnForm, actions.deliberate_move),
        "publicise": (_("开始任前公示"), OnForm, actions.publicise_move),
        "effect": (_("办结任免"), EffectForm, actions.effect_move),
    }
    if code not in steps:
        raise Http404
    return steps[code]


def _next_steps(move: CadreMove) -> list[str]:
    if move.inspected_on is None:
        return ["inspect"]
    if move.deliberated_on is None:
        return ["deliberate"]
    return ["effect"] if move.posted_on is not None else ["publicise", "effect"]


def _page(request: HttpRequest, move: CadreMove, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    office, until = sending.office(request.user), cadres.notices(move.bureau).get(move.pk)
    forms = []
    if office and move.voided_at is None and move.effective_on is None:
        for place, code in enumerate(_next_steps(move)):
            title, form, _write = _step(code)
            forms.append(
                short(
                    code,
                    title,
                    form(initial={"on": today}, auto_id=f"id_{code}_%s"),
                    reverse("party:sending_cadre_step", args=[move.pk, code]),
                    title,
                    refused=refused,
                    opened=place == 0,
                )
            )
        forms.append(
            short(
                "void",
                _("作废"),
                VoidForm(auto_id="id_void_%s"),
                reverse("party:sending_cadre_void", args=[move.pk]),
                _("作废"),
                refused=refused,
            )
        )
    pairs = [
        (_("类别"), move.get_kind_display()), (_("原任职务"), _left(move)),
        (_("新任职务") if move.effective_on else _("拟任职务"), _taken(move)), (_("考察日期"), move.inspected_on),
        (_("讨论决定日期"), move.deliberated_on), (_("任前公示开始"), move.posted_on),
        (_("任前公示截止"), _until(until)), (_("任免日期"), move.effective_on), (_("任免文号"), move.number),
        (_("作废原因"), move.void_reason),
    ]  # fmt: skip
    shown = []
    if office:
        shown.append((_("任免请示"), reverse("party:sending_cadre_request", args=[move.pk])))
        if move.posted_on is not None:
            shown.append((_("任前公示"), reverse("party:sending_cadre_notice", args=[move.pk])))
    return show_page(
        request, title=move.person.name, subtitle=move.get_kind_display(), back=reverse("party:sending_cadre_list"),
        pairs=pairs, chip=cadre_rules.chip(move, today, until), forms=forms, papers=shown, refused=refused,
    )  # fmt: skip


@acts
def cadre_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    move = cadres.open_move(request.user, pk, change=True)
    title, form, action = _step(step)
    write = partial(action, move=move, by=Actor.of(request.user), today=timezone.localdate())
    return act(
        request, form(request.POST, auto_id=f"id_{step}_%s"), write,
        back=reverse("party:sending_cadre_page", args=[pk]), done=_("已保存：%(step)s。") % {"step": title},
        again=lambda typed: _page(request, move, (step, typed)),
    )  # fmt: skip


@acts
def cadre_void(request: HttpRequest, pk: int) -> HttpResponse:
    move = cadres.open_move(request.user, pk, change=True)
    write = partial(actions.void_move, move=move, by=Actor.of(request.user), now=timezone.now())
    return act(
        request, VoidForm(request.POST, auto_id="id_void_%s"), write,
        back=reverse("party:sending_cadre_page", args=[pk]), done=_("已作废。"),
        again=lambda form: _page(request, move, ("void", form)),
    )  # fmt: skip


@reads
def cadre_request(request: HttpRequest, pk: int) -> HttpResponse:
    """任免请示 in Word."""
    move = cadres.open_move(request.user, pk, change=True)
    return download(
        papers.move_request(move, timezone.localdate()), sheets.file_name(_("任免请示"), move.person.name)
    )  # zh: name of a paper


@reads
def cadre_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """任前公示 in Word; 404 before the notice has begun."""
    move = cadres.open_move(request.user, pk, change=True)
    if move.posted_on is None:
        raise Http404
    return download(
        papers.move_notice(move, cadres.notices(move.bureau).get(move.pk)),
        sheets.file_name("任前公示", move.person.name),  # zh: name of a paper
    )


# Candidates


def _reserve_columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("后备职务"), lambda row: row.get_kind_display()),
        Column(_("入库日期"), lambda row: row.from_on),
        Column(_("出库日期"), lambda row: row.to_on),
        Column(_("出库原因"), lambda row: row.ended_for, "hz-sum"),
    ]


def _reserves(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    rows = cadres.narrowed_reserves(
        cadres.reserves(request.user), kind=filters.get("kind", ""), state=filters.get("state") or "in",
        text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def reserve_list(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    filters, rows = _reserves(request)
    listing = Listing(
        title=_("后备人选"), columns=_reserve_columns(), export="party:sending_reserve_export",
        back=reverse("party:sending_index"), note=_("只有教育局党建部门看得到"),
        empty=(_("还没有后备人选"), _("入库之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("in", _("在库")), ("out", _("已出库")), ("all", _("全部"))], filters.get("state") or "in"),
            Choice("kind", _("后备职务"), [("", _("全部职务")), *PostKind.choices], filters.get("kind", "")),
        ],
        new=(_("入库"), reverse("party:sending_reserve_new")),
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:sending_reserve_page", args=[row.pk]))


@reads
def reserve_export(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    return excel(_("后备人选名单"), _reserve_columns(), _reserves(request)[1])


@fills
def reserve_new(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    form = ReserveForm(request.POST or None, user=request.user, initial={"from_on": timezone.localdate()})
    write = partial(actions.list_reserve, bureau=request.user.bureau, by=Actor.of(request.user))
    return fill(request, form, write, title=_("入库"), back=reverse("party:sending_reserve_list"), done=_("已入库。"))


@reads
def reserve_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _reserve_page(request, cadres.open_reserve(request.user, pk))


def _reserve_page(request: HttpRequest, row: Any, refused: Refused = None) -> HttpResponse:
    forms = []
    if row.to_on is None:
        form = ReasonForm(initial={"on": timezone.localdate()}, auto_id="id_end_%s")
        forms.append(
            short(
                "end",
                _("出库"),
                form,
                reverse("party:sending_reserve_end", args=[row.pk]),
                _("出库"),
                refused=refused,
                opened=True,
            )
        )
    pairs = [
        (_("后备职务"), row.get_kind_display()),
        (_("入库日期"), row.from_on),
        (_("出库日期"), row.to_on),
        (_("出库原因"), row.ended_for),
    ]
    return show_page(
        request, title=row.person.name, back=reverse("party:sending_reserve_list"), pairs=pairs, forms=forms,
        refused=refused,
    )  # fmt: skip


@acts
def reserve_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = cadres.open_reserve(request.user, pk)
    write = partial(actions.end_reserve, reserve=row, by=Actor.of(request.user))
    return act(
        request, ReasonForm(request.POST, auto_id="id_end_%s"), write,
        back=reverse("party:sending_reserve_page", args=[pk]), done=_("已出库。"),
        again=lambda form: _reserve_page(request, row, ("end", form)),
    )  # fmt: skip
