"""Who may ask, see and answer tables, what a table costs, and what may happen to one next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import RANK, RECORDERS, by_another
from hongzhu.core.orgs.models import Kind
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Every, Period, full_text
from hongzhu.kit.perms import Perm, Verdict

from .models import Asked, Part, PlanItem, Request, Return
from .pack import CollectionsSection

OFFICES = (Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER)
UNITS = (Role.SCHOOL_SECRETARY, *RECORDERS)

VIEW = registry.perm("collections.view", gettext_lazy("查看收表"), roles=(*OFFICES, *UNITS, Role.INSPECTOR))
ASK = registry.perm("collections.ask", gettext_lazy("发起收表、退回、催报、汇总"), roles=OFFICES)
# A district's officer answers for the body of the grant alone (queries.returns.answers_for).
ANSWER = registry.perm("collections.answer", gettext_lazy("填报表格和报告"), roles=(*UNITS, Role.DISTRICT_OFFICER))
BUDGET = registry.perm("collections.budget", gettext_lazy("设定收表年度预算"), roles=(Role.PARTY_OFFICE,))

# Bodies that have somebody to answer for them; sections ask, they are not asked. Rows of people are of units and branches.
OFFICE_KINDS = (Kind.DISTRICT, Kind.COMMITTEE, Kind.GENERAL_BRANCH)
ASKED_KINDS = (Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TRAINING, Kind.BRANCH, Kind.JOINT_BRANCH, *OFFICE_KINDS)
ASKER_KINDS = (Kind.BUREAU, Kind.PARTY_GROUP, Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.DISTRICT, Kind.SECTION)

NAMED = 3

# Computed by the sheet itself or numbered by us: nobody types them, and they are no sign of a repeated table.
UNASKED = (Asked.Type.ORDER, Asked.Type.FORMULA)
COUNTED = (Asked.Type.NUMBER, Asked.Type.MONEY)
OPEN = (Return.Status.WAITING, Return.Status.PREFILLED, Return.Status.RETURNED)
HANDED_IN = (Return.Status.SUBMITTED, Return.Status.MERGED, Return.Status.NONE)

CHIPS = {
    Return.Status.WAITING: ("plain", "ring"),
    Return.Status.PREFILLED: ("go", "half"),
    Return.Status.SUBMITTED: ("ok", "tick"),
    Return.Status.RETURNED: ("mind", "dia"),
    Return.Status.MERGED: ("ok", "dot"),
    Return.Status.NONE: ("plain", "dash"),
}
REQUEST_CHIPS = {
    Request.Status.DRAFT: ("plain", "ring"),
    Request.Status.OUT: ("go", "half"),
    Request.Status.CLOSED: ("ok", "tick"),
    Request.Status.WITHDRAWN: ("plain", "dash"),
}


def named(names: Sequence[str]) -> str:
    """The first few names; a list that was cut says so."""
    told = _("、").join(names[:NAMED])
    return _("%s等") % told if len(names) > NAMED else told


def kind_choices() -> list[tuple[str, Any]]:
    """Kinds of unit that may be asked, with their names."""
    return [(kind.value, kind.label) for kind in ASKED_KINDS]


def chip_of(answer: Return) -> Chip:
    """The status of a return as people see it; of one that is not wanted any more, that."""
    if answer.request.status == Request.Status.WITHDRAWN:
        return request_chip(answer.request)
    tone, shape = CHIPS[answer.status]  # type: ignore[index]
    return Chip(answer.get_status_display(), tone, shape)


def submitter(answer: Return) -> str:
    """Who handed it in; "" while nothing is: who saved a draft last stands in the same field."""
    return answer.handed_in_by if answer.status in HANDED_IN else ""


def request_chip(request: Request) -> Chip:
    """The status of a request as people see it."""
    tone, shape = REQUEST_CHIPS[request.status]  # type: ignore[index]
    return Chip(request.get_status_display(), tone, shape)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request costs: cells by hand and by the machine for the average unit, and minutes of each unit."""

    typed: int
    filled: int
    each: tuple[int, ...]

    @property
    def units(self) -> int:
        return len(self.each)

    @property
    def minutes(self) -> int:
        """Minutes of the average unit, rounded up."""
        return ceil(self.total / len(self.each)) if self.each else 0

    @property
    def most(self) -> int:
        """Minutes of the unit with most rows."""
        return max(self.each, default=0)

    @property
    def total(self) -> int:
        """Minutes of all units together."""
        return sum(self.each)

    @property
    def hours(self) -> int:
        """The same in hours, rounded up."""
        return ceil(self.total / 60)


def minutes_of(section: CollectionsSection, *, typed: int, filled: int, parts: int = 0) -> int:
    """Minutes for one unit, rounded up: opening the table, each cell typed, each looked over, each part written."""
    seconds = section.seconds_opening + typed * section.seconds_typed + filled * section.seconds_checked
    return ceil((seconds + parts * section.seconds_part) / 60)


def cost_of(section: CollectionsSection, *, typed: int, held: int, rows: Sequence[int], parts: int = 0) -> Cost:
    """``typed`` and ``held`` are columns; ``rows`` is how many rows each unit has: one without any has nothing to do."""
    each = tuple(minutes_of(section, typed=typed * n, filled=held * n, parts=parts) if n else 0 for n in rows)
    average = max(1, ceil(sum(rows) / len(rows))) if rows else 1
    return Cost(typed=typed * average, filled=held * average, each=each)


def same_share(asked: Collection[str], earlier: Collection[str]) -> int:
    """How many per cent (rounded down) of the columns now asked an earlier request asked already; 0 for no columns."""
    wanted = set(asked)
    return len(wanted & set(earlier)) * 100 // len(wanted) if wanted else 0


def is_same(asked: Collection[str], earlier: Collection[str], percent: int) -> bool:
    """Whether a request asks again for what an earlier one asked: ``percent`` of its columns or more."""
    wanted = set(asked)
    return bool(wanted) and len(wanted & set(earlier)) * 100 >= percent * len(wanted)


def can_be_changed(request: Request) -> Verdict:
    """A draft is open to its asker; what was sent keeps its columns."""
    if request.status == Request.Status.DRAFT:
        return Verdict(True)
    return _no(request, _("修改"), _("需要改动时请撤回后重新发起。"))


def withheld_words(title: str, perm: Perm, instead: str) -> str:
    """Why a field is not every asker's to ask for: who may, and what to ask for instead."""
    who = _("、").join(str(role.label) for role in RANK if role in perm.roles & ASK.roles)
    return _("“%(field)s”是个人的信息，只有%(who)s可以收。") % {"field": title, "who": who} + instead


def can_be_sent(
    request: Request, *, columns: Sequence[Asked], parts: int, units: int, on: date, withheld: Mapping[str, str]
) -> Verdict:
    """Whole, dated, addressed to somebody, every proposed match answered, nothing asked that is not the sender's to ask."""
    if request.status != Request.Status.DRAFT:
        return _no(request, _("发出"))
    lacks = _lacks(request, columns=columns, parts=parts, units=units, on=on, withheld=withheld)
    return Verdict(not lacks, lacks)


def _lacks(
    request: Request, *, columns: Sequence[Asked], parts: int, units: int, on: date, withheld: Mapping[str, str]
) -> str:
    """The first thing a draft still lacks, in a sentence; "" for a whole one."""
    report = request.kind == Request.Kind.REPORT
    people = request.about in (Request.About.MEMBER, Request.About.STAFF)
    offices = people and not report and set(OFFICE_KINDS) & set((request.audience or {}).get("kinds") or ())
    barred = [column for column in columns if column.field in withheld]
    unsure = [column.title for column in columns if column.proposed and not column.field]
    told = (
        (not request.basis.strip(), _("没有发出：请写明依据。已填内容还在。")),
        (
            request.due_on < on,
            _("没有发出：截止日期%(day)s已经过了，请改日期。已填内容还在。") % {"day": full_text(request.due_on)},
        ),
        (not units, _("没有发出：所选范围里今天没有要填的单位，请改发给哪些单位。")),
        (
            bool(offices),
            _("没有发出：每人一行的表由学校和党支部填，请不要勾选学区、党委、党总支，或把“一行是什么”改成行数不定。"),
        ),
        (report and not parts, _("没有发出：报告还没有部分，请先写各部分的标题。")),
        (not report and not columns, _("没有发出：表里还没有列，请先上传表格或选列。")),
        (
            bool(barred),
            _("没有发出：请改“%(column)s”这一列。%(why)s")
            % {"column": barred[0].title if barred else "", "why": withheld[barred[0].field] if barred else ""},
        ),
        (
            bool(unsure),
            _("没有发出：有%(n)s列可能平台已有，请先确认：%(names)s。") % {"n": len(unsure), "names": named(unsure)},
        ),
    )
    return next((words for lacking, words in told if lacking), "")


def asked_twice(bodies: int, persons: int) -> str:
    """A unit and a Party body that lives in it are both asked: the sentence that says so; "" where none is."""
    if not bodies:
        return ""
    told = ngettext("有%(n)s个党组织和所在的学校都要填", "有%(n)s个党组织和所在的学校都要填", bodies) % {"n": bodies}
    if persons:
        told += ngettext("，有%(n)s人的行会报两次", "，有%(n)s人的行会报两次", persons) % {"n": persons}
    return _("%s。同一件事请只发给学校或只发给党支部。") % told


def listed_words(under: Mapping[str, str], left: Mapping[str, int]) -> str:
    """What becomes of held values under the superior's own list, for the look before sending; "" for nothing to say."""
    told = []
    if under:
        pairs = _("、").join(f"{value}→{option}" for value, option in under.items())
        told.append(_("按上级的选项填：%s。") % pairs)
    if left:
        words, n = named(list(left)), sum(left.values())
        told.append(
            ngettext("%(words)s不在选项里，这%(n)s格由单位自己选。", "%(words)s不在选项里，这%(n)s格由单位自己选。", n)
            % {"words": words, "n": n}
        )
    return "".join(told)


def is_another_period(request: Request, earlier: Request) -> bool:
    """Whether the day a request is about lies in another month (a report's: another half-year) than an earlier one's."""
    every: Every = "half" if request.kind == Request.Kind.REPORT else "month"
    return Period.covering(every, request.as_of) != Period.covering(every, earlier.as_of)


def may_repeat(first: Request | None, reason: str) -> Verdict:
    """A table that was asked already is not asked again without a written reason; the first one is named."""
    if first is None or reason.strip():
        return Verdict(True)
    assert first.sent_at is not None
    return Verdict(
        False,
        _(
            "没有发出：%(asker)s已在%(day)s收过同样的表《%(title)s》。请直接向其索取；确需再收，请写明原因，原因会给各单位看到。"
        )
        % {"asker": first.asker, "day": full_text(first.sent_at.date()), "title": first.title},
    )


@dataclass(frozen=True, slots=True)
class Over:
    """A unit whose year would cost more than its budget: minutes used, asked now, and allowed."""

    name: str
    used: int
    asked: int
    budget: int


def within_budget(over: Iterable[Over], allowed_for: str) -> Verdict:
    """Nobody is asked beyond the year's budget unless a leader has said why."""
    found = list(over)
    if not found or allowed_for.strip():
        return Verdict(True)
    first = found[0]
    return Verdict(
        False,
        ngettext(
            "没有发出：有%(n)s个单位超出年度收表预算，如%(name)s：预算%(budget)s分钟，已用%(used)s分钟，这次%(asked)s分钟。"
            "请删去一些列，或请领导写明原因后再发。",
            "没有发出：有%(n)s个单位超出年度收表预算，如%(name)s：预算%(budget)s分钟，已用%(used)s分钟，这次%(asked)s分钟。"
            "请删去一些列，或请领导写明原因后再发。",
            len(found),
        )
        % {"n": len(found), "name": first.name, "budget": first.budget, "used": first.used, "asked": first.asked},
    )


def can_allow(request: Request, *, own: bool, others: Sequence[str]) -> Verdict:
    """A leader lets a draft go beyond the budget; not for a draft of their own (A19)."""
    if request.status != Request.Status.DRAFT:
        return _no(request, _("批准超出预算"))
    return by_another(own=own, step=_("批准超出预算"), others=others)


def can_be_withdrawn(request: Request, reason: str) -> Verdict:
    if request.status != Request.Status.OUT:
        return _no(request, _("撤回"))
    return Verdict(True) if reason.strip() else Verdict(False, _("没有撤回：请写明撤回原因。"))


def can_be_discarded(request: Request) -> Verdict:
    """A draft nobody has seen may be deleted."""
    return Verdict(True) if request.status == Request.Status.DRAFT else _no(request, _("删除"), _("已发出的请撤回。"))


def can_be_closed(request: Request, *, handed_in: int, unread: int) -> Verdict:
    """Closed when somebody has handed something in; whoever is missing stays on the page as missing.

    ``unread``: reports neither accepted nor sent back.
    """
    if request.status != Request.Status.OUT:
        return _no(request, _("汇总"))
    if unread:
        return Verdict(
            False,
            ngettext("没有汇总：还有%(n)s份报告没有采用或退回。", "没有汇总：还有%(n)s份报告没有采用或退回。", unread)
            % {"n": unread},
        )
    return Verdict(True) if handed_in else Verdict(False, _("没有汇总：还没有单位提交。"))


def can_remind(request: Request) -> Verdict:
    return Verdict(True) if request.status == Request.Status.OUT else _no(request, _("提醒"))


def can_be_answered(answer: Return) -> Verdict:
    """While the request runs and the return is not merged; a late answer is still an answer."""
    if answer.request.status != Request.Status.OUT:
        return Verdict(
            False,
            _("没有提交：“%(title)s”%(status)s，不能再填。需要改动请联系%(asker)s。")
            % {
                "title": answer.request.title,
                "status": answer.request.get_status_display(),
                "asker": answer.request.asker,
            },
        )
    if answer.status == Return.Status.MERGED:
        return Verdict(False, _("没有提交：这份已经汇总。需要改动请联系%s退回修改。") % answer.request.asker)
    return Verdict(True)


def is_current(answer: Return, version: int) -> Verdict:
    """Nobody else of the unit has saved since the page was opened."""
    if answer.version == version:
        return Verdict(True)
    who = answer.handed_in_by or _("本单位另一位同志")
    return Verdict(
        False,
        _("没有保存：%(who)s刚刚保存过这份表，对方填的列在每格下面。你填的还在，核对后再提交一次即可。") % {"who": who},
    )


def has_nothing(answer: Return, *, cells: int, people: int) -> Verdict:
    """无此情况 wipes nothing: no cell is filled, and no row of a person was handed in, which the unit cannot empty itself."""
    if cells:
        return Verdict(
            False,
            ngettext(
                "没有报：这张表里已填了%(n)s格。确实没有要报的，请先清空再报。已填内容还在。",
                "没有报：这张表里已填了%(n)s格。确实没有要报的，请先清空再报。已填内容还在。",
                cells,
            )
            % {"n": cells},
        )
    if people and answer.status in HANDED_IN:
        return Verdict(
            False,
            ngettext(
                "没有报：这张表已经提交，里面有%(n)s人。确实没有要报的，请联系%(asker)s退回修改后再报。已填内容还在。",
                "没有报：这张表已经提交，里面有%(n)s人。确实没有要报的，请联系%(asker)s退回修改后再报。已填内容还在。",
                people,
            )
            % {"n": people, "asker": answer.request.asker},
        )
    return Verdict(True)


def can_be_kept(answer: Return) -> Verdict:
    """A draft beside what was handed in would change it unseen: that is corrected by submitting again."""
    if not (verdict := can_be_answered(answer)):
        return verdict
    if answer.status in OPEN:
        return Verdict(True)
    return Verdict(False, _("没有保存草稿：这份已经提交过。要更正请改好后直接提交。已填内容还在。"))


def is_what_was_seen(now_held: str, seen: str) -> Verdict:
    """The machine's cells are still those the unit has looked over."""
    if now_held == seen:
        return Verdict(True)
    return Verdict(False, _("没有提交：平台里的数据刚刚有更新，已换成新的，请核对后再提交。你填的还在。"))


def is_whole(columns: Sequence[Asked], rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Verdict:
    """Every required cell is held or typed, in at least one row; (held, given) of each row by column place."""
    if not rows:
        return Verdict(False, _("没有提交：表里还没有一行。没有要报的，请按“无此情况”。"))
    wanted = [column for column in columns if column.required and column.type not in UNASKED]
    lacking: dict[str, int] = {}
    for held, given in rows:
        for column in wanted:
            place = str(column.place)
            if held.get(place) in (None, "") and given.get(place) in (None, ""):
                lacking[column.title] = lacking.get(column.title, 0) + 1
    if not lacking:
        return Verdict(True)
    return Verdict(
        False,
        _("没有提交：必填的%(names)s还有%(n)s格没有填。已填内容还在。")
        % {"names": named(list(lacking)), "n": sum(lacking.values())},
    )


def report_is_whole(told: Sequence[tuple[Part, str, str]], *, planned: int, due: Sequence[date], on: date) -> Verdict:
    """Something stands under every part (the machine's paragraph or the unit's words); a plan has items, none of them past."""
    for part, machine, text in told:
        if part.plan and not planned:
            return Verdict(False, _("没有提交：“%s”还没有事项，请至少写一项。已填内容还在。") % part.title)
        if not part.plan and not machine and not text:
            return Verdict(False, _("没有提交：“%s”还没有写。已填内容还在。") % part.title)
    if past := [day for day in due if day < on]:
        return Verdict(False, _("没有提交：计划事项的时限%s已经过了，请改日期。已填内容还在。") % full_text(min(past)))
    return Verdict(True)


def can_be_finished(item: PlanItem) -> Verdict:
    """What is planned becomes a task when the report is accepted."""
    if item.answer.status == Return.Status.MERGED:
        return Verdict(True)
    return Verdict(False, _("这份报告还没有采用，计划事项还不是任务。"))


def can_send_back(answer: Return, reason: str) -> Verdict:
    """退回修改: what was handed in, while the request runs, with the reason."""
    if answer.request.status != Request.Status.OUT or answer.status not in HANDED_IN:
        return Verdict(False, _("“%(status)s”的填报不能退回。") % {"status": answer.get_status_display()})
    return Verdict(True) if reason.strip() else Verdict(False, _("没有退回：请写明要改什么。"))


def can_accept(answer: Return, *, own: bool, others: Sequence[str]) -> Verdict:
    """A report that was handed in, read by another than who wrote it (A13, A19)."""
    report = answer.request.kind == Request.Kind.REPORT
    if not report or answer.request.status != Request.Status.OUT or answer.status != Return.Status.SUBMITTED:
        return Verdict(False, _("只有已提交的报告可以采用。"))
    return by_another(own=own, step=_("采用"), others=others)


def _no(request: Request, step: str, next_step: Any = "") -> Verdict:
    words = _("“%(status)s”的收表不能%(step)s。") % {"status": request.get_status_display(), "step": step}
    return Verdict(False, f"{words}{next_step}")
