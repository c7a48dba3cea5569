"""收表 of a demo bureau: one closed, one running with a unit sent back and a zero report by the machine, a draft, a report."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Answer, Asked, Budget, Line, Part, PlanItem, Request, Return
from hongzhu.core.collections.queries import fields, prefill, requests, returns
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.kit.dates import SHANGHAI, Period

# zh-file: a demo bureau's own texts
BRANCHES = [Kind.BRANCH.value, Kind.JOINT_BRANCH.value]
YEAR_MINUTES = 600
LIST = ("序号", "姓名", "性别", "出生年月", "学历", "入党时间", "本年度培训需求", "备注")
BASICS = ("序号", "党组织名称", "书记", "党员数", "党员活动室面积", "活动室何时启用", "备注")
DEVICES = ("序号", "党组织名称", "书记", "取暖设备台数", "已检修台数", "备注")
TYPES = {
    "党员活动室面积": "NUMBER", "活动室何时启用": "DATE", "取暖设备台数": "NUMBER", "已检修台数": "NUMBER",
    "本年度培训需求": "CHOICE",
}  # fmt: skip
NEEDS = ("党务实务", "师德师风", "教育教学", "信息技术")
WORDS = {
    "主要做法": (
        "主题党日与教研活动一并安排。",
        "党员教师与年轻教师结对，每月听评课一次。",
        "设立党员先锋岗，包年级、包班级。",
    ),
    "存在问题": ("年轻党员参加党务培训偏少。", "离退休党员外出较多，补学靠上门。", "活动形式偏单一。"),
}
PLANS = ("举办一期支部委员培训", "完成活动室更新", "开展一次联合主题党日", "补齐党员学习档案")


@dataclass
class _Desk:
    """One bureau's requests being made; every choice comes from its own seed."""

    world: World
    today: date
    chance: random.Random

    def at(self, day: date, hour: int = 9) -> datetime:
        return datetime.combine(day, time(hour, self.chance.randrange(60)), SHANGHAI)

    def request(self, title: str, *, sent: date | None, due: date, as_of: date, **more: Any) -> Request:
        owner = self.world.officers["dangban"]
        return Request.objects.create(
            bureau=self.world.bureau, asker=self.world.root, owner=owner, title=title, as_of=as_of, due_on=due,
            audience={"under": more.pop("under", None), "kinds": BRANCHES}, created_at=self.at(sent or self.today, 8),
            created_by=owner.name, sent_at=self.at(sent) if sent else None,
            status=Request.Status.OUT if sent else Request.Status.DRAFT, **more,
        )  # fmt: skip

    def columns(self, request: Request, titles: Sequence[str]) -> list[Asked]:
        made = []
        for place, (title, met) in enumerate(zip(titles, fields.match(titles, request.about), strict=True), start=1):
            field = met.field if met.sure and not fields.is_order(title) else None
            kind = "ORDER" if fields.is_order(title) else TYPES.get(title, "TEXT")
            made.append(
                Asked(
                    request=request, place=place, title=title, field=field.code if field else "",
                    type=fields.column_type(field) if field else kind, options=list(NEEDS) if kind == "CHOICE" else [],
                    required=kind in ("NUMBER", "CHOICE"), summed=kind == "NUMBER",
                )
            )  # fmt: skip
        return Asked.objects.bulk_create(made)

    def ask(self, request: Request, columns: list[Asked]) -> dict[int, list[prefill.Row]]:
        """Returns of every unit as sending makes them, and their rows as the platform fills them."""
        assert request.sent_at is not None
        sent = request.sent_at.astimezone(SHANGHAI).date()
        units = requests.audience(request, sent)
        rows = prefill.rows(request, columns, units, sent)
        made = []
        for place, pk in enumerate(units, start=1):
            row = Return(request=request, org_id=pk, place=place)
            if request.about in fields.PEOPLE and not rows[pk]:
                row.status, row.by_machine, row.handed_in_at = Return.Status.NONE, True, request.sent_at
            elif any(one.held for one in rows[pk]):
                row.status = Return.Status.PREFILLED
            made.append(row)
        asked = [column for column in columns if column.type not in rules.UNASKED]
        held = sum(1 for column in asked if column.field)
        section = requests.section_on(request.bureau, sent)
        counts = [len(rows[pk]) for pk in units]
        cost = rules.cost_of(section, typed=len(asked) - held, held=held, rows=counts)
        for row, minutes in zip(made, cost.each, strict=True):
            row.planned = minutes
        Return.objects.bulk_create(made)
        request.minutes = cost.minutes
        request.save(update_fields=["minutes"])
        return rows

    def value(self, column: Asked) -> Any:
        if column.type == "NUMBER":
            return self.chance.randrange(2, 60)
        if column.type == "CHOICE":
            return self.chance.choice(NEEDS)
        if column.type == "DATE":
            return date(2012 + self.chance.randrange(12), 9, 1).isoformat()
        return "" if self.chance.random() < 0.8 else "已核对"

    def hand_in(
        self, request: Request, columns: list[Asked], rows: dict[int, list[prefill.Row]], *, last: date, leave: int
    ) -> list[Return]:
        """All but the last ``leave`` of the waiting units (a third of them at most) hand in, spread over the days up to ``last``."""
        assert request.sent_at is not None
        waiting = list(Return.objects.filter(request=request, status__in=rules.OPEN).order_by("place"))
        going = waiting[: len(waiting) - min(leave, len(waiting) // 3)]
        days = max(1, (last - request.sent_at.astimezone(SHANGHAI).date()).days)
        section = requests.section_on(request.bureau, last)
        lines = []
        for answer in going:
            for place, row in enumerate(rows[answer.org_id], start=1):
                typed = {
                    str(column.place): value
                    for column in columns
                    if column.type not in rules.UNASKED and str(column.place) not in row.held
                    and (value := self.value(column)) != ""
                }  # fmt: skip
                lines.append(Line(answer=answer, place=place, person=row.person, held=row.held, given=typed))
                answer.typed += len(typed)
                answer.filled += len(row.held)
            answer.minutes = rules.minutes_of(section, typed=answer.typed, filled=answer.filled)
            answer.status = Return.Status.SUBMITTED
            answer.handed_in_at = self.at(last - timedelta(days=self.chance.randrange(days)), 16)
            who = self.world.organiser.get(answer.org_id)
            answer.handed_in_by, answer.version = who.name if who else "", 1
        Line.objects.bulk_create(lines, batch_size=1000)
        names = ["status", "typed", "filled", "minutes", "handed_in_at", "handed_in_by", "version"]
        Return.objects.bulk_update(going, names, batch_size=200)
        return going


def add(world: World, counts: Counts, today: date) -> None:
    """Requests, answers and budgets; the two running bureaus have every case, the others one small table."""
    desk = _Desk(world, today, random.Random(f"collections:{world.size.code}"))
    if not world.size.edge_cases:
        _small(desk)
        return
    _closed(desk)
    _running(desk)
    _draft(desk)
    _report(desk)
    Budget.objects.create(bureau=world.bureau, year=today.year, minutes=YEAR_MINUTES)
    Budget.objects.create(bureau=world.bureau, org=world.special["small"], year=today.year, minutes=YEAR_MINUTES // 2)


def _small(desk: _Desk) -> None:
    sent = desk.today - timedelta(days=5)
    request = desk.request(
        "冬季取暖设备排查表", sent=sent, due=desk.today + timedelta(days=6), as_of=sent, basis="县安委办冬季安全通知"
    )
    columns = desk.columns(request, DEVICES)
    rows = desk.ask(request, columns)
    desk.hand_in(request, columns, rows, last=desk.today - timedelta(days=1), leave=max(2, len(rows) // 3))


def _closed(desk: _Desk) -> None:
    """Closed two months ago: everybody handed in but three."""
    sent, due = desk.today - timedelta(days=75), desk.today - timedelta(days=62)
    request = desk.request(
        "党员活动室基本情况表",
        sent=sent,
        due=due,
        as_of=sent,
        basis="市委组织部阵地建设通知",
        asked_by_upper="市委组织部",
    )
    columns = desk.columns(request, BASICS)
    rows = desk.ask(request, columns)
    going = desk.hand_in(request, columns, rows, last=due, leave=3)
    Return.objects.filter(pk__in=[row.pk for row in going]).update(status=Return.Status.MERGED)
    Request.objects.filter(pk=request.pk).update(
        status=Request.Status.CLOSED, closed_at=desk.at(due + timedelta(days=2), 10)
    )


def _running(desk: _Desk) -> None:
    """A row for each member as of a day before the May branch was founded: its zero report is the machine's."""
    as_of = desk.world.special["may"].opened_on - timedelta(days=8)
    sent, due = desk.today - timedelta(days=6), desk.today + timedelta(days=3)
    request = desk.request(
        "党员教育培训需求表", sent=sent, due=due, as_of=as_of, about=Request.About.MEMBER, basis="县委组织部培训计划通知",
        asked_by_upper="县委组织部", note="培训需求选一项；没有特别说明的备注不用填。",
    )  # fmt: skip
    columns = desk.columns(request, LIST)
    rows = desk.ask(request, columns)
    going = desk.hand_in(request, columns, rows, last=desk.today - timedelta(days=1), leave=14)
    # The one in the middle is sent back; a small bureau may have nobody to ask.
    Return.objects.filter(pk__in=[answer.pk for answer in going[len(going) // 2 :][:1]]).update(
        status=Return.Status.RETURNED, returned_for="两名党员的培训需求与上报的培训班名单不一致，请核对。", version=2
    )
    missing = Return.objects.filter(request=request, status=Return.Status.PREFILLED)
    missing.filter(place__lte=len(rows) - 4).update(reminded_at=desk.at(desk.today - timedelta(days=1), 15))


def _draft(desk: _Desk) -> None:
    request = desk.request(
        "冬季取暖设备排查表",
        sent=None,
        due=desk.today + timedelta(days=10),
        as_of=desk.today,
        basis="县安委办冬季安全通知",
    )
    desk.columns(request, DEVICES)


def _report(desk: _Desk) -> None:
    """The half-year report of one part of the tree: all accepted but one to be read and one missing; plans partly done."""
    now = Period.covering("half", desk.today)
    half = now.prev()
    general = desk.world.generals[0]
    sent = half.last_day - timedelta(days=12)
    half_word = "上" if half.start.month == 1 else "下"
    request = desk.request(
        f"{half.start.year}年{half_word}半年党建工作报告", sent=sent, due=half.last_day + timedelta(days=10), as_of=half.last_day,
        kind=Request.Kind.REPORT, under=general.pk, basis="年度党建工作安排",
    )  # fmt: skip
    parts = Part.objects.bulk_create(
        [
            Part(request=request, place=1, title="党员队伍", source="collections.members"),
            Part(request=request, place=2, title="组织生活", source="collections.life"),
            Part(request=request, place=3, title="主要做法"),
            Part(request=request, place=4, title="存在问题"),
            Part(request=request, place=5, title="下步计划", plan=True),
        ]
    )
    units = requests.audience(request, sent)
    made = Return.objects.bulk_create(
        [
            Return(request=request, org_id=pk, place=place, status=Return.Status.PREFILLED)
            for place, pk in enumerate(units, start=1)
        ]
    )
    section = requests.section_on(request.bureau, sent)
    Request.objects.filter(pk=request.pk).update(minutes=rules.minutes_of(section, typed=0, filled=0, parts=len(parts)))
    bodies, there = Org.objects.in_bulk(units), made[:-1]
    for number, answer in enumerate(there, start=1):
        answer.org, answer.request = bodies[answer.org_id], request
        _write(desk, answer, parts, due=half.last_day + timedelta(days=4), accepted=number < len(there))


def _write(desk: _Desk, answer: Return, parts: Sequence[Part], *, due: date, accepted: bool) -> None:
    section = requests.section_on(answer.request.bureau, due)
    Answer.objects.bulk_create(
        [
            Answer(
                answer=answer, part=part, machine=returns.paragraph(part, answer),
                text=desk.chance.choice(WORDS.get(part.title, ("",))),
            )
            for part in parts
        ]
    )  # fmt: skip
    later = due + timedelta(days=90 + 14 * desk.chance.randrange(6))
    for number, text in enumerate(desk.chance.sample(PLANS, 2)):
        PlanItem.objects.create(
            answer=answer, text=text, owner=desk.world.secretary[answer.org_id].name, due_on=later + timedelta(days=30 * number),
            done_on=later - timedelta(days=10) if accepted and not number else None,
        )  # fmt: skip
    who = desk.world.secretary[answer.org_id]
    answer.status = Return.Status.MERGED if accepted else Return.Status.SUBMITTED
    answer.handed_in_at, answer.handed_in_by, answer.version = desk.at(due, 16), who.name, 1
    answer.typed, answer.filled = 2, 2
    answer.minutes = rules.minutes_of(section, typed=0, filled=0, parts=2)
    answer.save()
