"""What the record of acts publishes, and what its credits are recomputed from. ``scope`` has ``orgs(field) -> Q``.

An act is counted once, at the body that recorded it, on its first day; a joint act is not counted twice. A body
without a row is unknown, not zero; only the floor of classes knows its zeros, because the classes are on record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row

from . import queries
from .models import Act, ActBody, Output, TagClaim
from .queries.held import held_by_persons, held_by_units

registry.visits("activities")(queries.visits)


@registry.credit_source("activities.act")
def credits_of_acts(bureau_id: int) -> Iterable[tuple[Any, ...]]:
    """Every credit the bureau's acts have earned, from claims, bodies and attendance alone. Two queries."""
    return queries.earned_rows(TagClaim.objects.filter(act__bureau=bureau_id))


def act_rows(
    scope: Any,
    period: Period,
    known_at: datetime,
    *,
    kind: str = "",
    tag: str = "",
    part: str = "",
    topic: str = "",
) -> QuerySet[Act]:
    """The acts behind :func:`acts`: held in the period, recorded by ``known_at``, not voided by then."""
    rows = Act.objects.filter(
        scope.orgs("body"),
        Q(voided_at__isnull=True) | Q(voided_at__gt=known_at),
        held_on__gte=period.start,
        held_on__lt=period.end,
        recorded_at__lte=known_at,
    )
    if kind:
        rows = rows.filter(kind=kind)
    if topic:
        rows = rows.filter(extra__topic=topic)
    if part:
        # Lists in JSON cannot be searched on SQLite; the code with its quotes is found in the text on both.
        rows = rows.annotate(parts_text=Cast("parts", TextField())).filter(parts_text__contains=f'"{part}"')
    if tag:
        claimed = TagClaim.objects.filter(act=OuterRef("pk"), tag=tag, state=TagClaim.State.CONFIRMED)
        rows = rows.filter(Exists(claimed))
    return rows.select_related("body").order_by("held_on", "id")


@registry.measure(
    "activities.acts", title=_("活动次数"), unit=_("次"), basis=_("清单 B12 B13，云阳 2021年"), rows=act_rows
)
def acts(scope: Any, period: Period, known_at: datetime, **asked: str) -> Iterable[Row]:
    """Acts by body, by kind, confirmed tag, part included and topic, whichever are asked."""
    return _counted(act_rows(scope, period, known_at, **asked))


def _counted(rows: QuerySet[Act]) -> list[Row]:
    found = rows.select_related(None).order_by().values_list("body").annotate(n=Count("pk"))
    return [Row(org_id=org, value=n) for org, n in found]


def lecture_rows(
    scope: Any, period: Period, known_at: datetime, *, post: str = "", tag: str = "", topic: str = ""
) -> QuerySet[Act]:
    """The lectures behind :func:`lectures_by`: acts with a lecture, given by a holder of ``post`` on the day."""
    rows = act_rows(scope, period, known_at, tag=tag, topic=topic).exclude(lecture_title="")
    return rows.filter(lecturer_post=post) if post else rows


@registry.measure(
    "activities.lectures_by",
    title=_("党课节数（按主讲人职务）"),
    unit=_("节"),
    basis=_("清单 B09，云阳 2021年"),
    rows=lecture_rows,
)
def lectures_by(scope: Any, period: Period, known_at: datetime, **asked: str) -> Iterable[Row]:
    """Lectures by body and by the post the lecturer held on the day (PostKind; SECRETARY for B09)."""
    return _counted(lecture_rows(scope, period, known_at, **asked))


def output_rows(
    scope: Any, period: Period, known_at: datetime, *, output: str, kind: str = "", tag: str = "", topic: str = ""
) -> QuerySet[Output]:
    """The counts behind :func:`outputs`, each with its act."""
    known = act_rows(scope, period, known_at, kind=kind, tag=tag, topic=topic).order_by().values("pk")
    return Output.objects.filter(kind=output, act__in=known).select_related("act__body").order_by("act__held_on", "id")


@registry.measure(
    "activities.outputs", title=_("活动成果数量"), unit="", basis=_("清单 B14，云阳 2021年"), rows=output_rows
)
def outputs(scope: Any, period: Period, known_at: datetime, **asked: Any) -> Iterable[Row]:
    """The sum of one output (Output.kind) by body: reflections received, hours of service, listeners."""
    rows = output_rows(scope, period, known_at, **asked).select_related(None).order_by()
    counted = rows.values_list("act__body").annotate(n=Sum("count"))
    return [Row(org_id=org, value=n) for org, n in counted]


def ordinal_rows(scope: Any, period: Period, known_at: datetime, *, kind: str) -> QuerySet[ActBody]:
    """The sittings behind :func:`ordinal`, the highest number first."""
    return (
        ActBody.objects.filter(
            scope.orgs("org"),
            Q(act__voided_at__isnull=True) | Q(act__voided_at__gt=known_at),
            kind=kind,
            act__held_on__gte=period.start,
            act__held_on__lt=period.end,
            act__recorded_at__lte=known_at,
        )
        .select_related("act", "org")
        .order_by("-number", "id")
    )


@registry.measure(
    "activities.ordinal",
    title=_("会议次序"),
    unit=_("次"),
    basis=_("清单 A01 A02，淮北 2020年"),
    rows=ordinal_rows,
    combine="max",
)
def ordinal(scope: Any, period: Period, known_at: datetime, *, kind: str) -> Iterable[Row]:
    """The highest ordinal each body reached in the period (第5次会议)."""
    rows = ordinal_rows(scope, period, known_at, kind=kind).select_related(None).order_by()
    return [Row(org_id=org, value=n) for org, n in rows.values_list("org").annotate(n=Max("number"))]


def lesson_rows(
    scope: Any, period: Period, known_at: datetime, *, kind: str = "class_lesson", topic: str = ""
) -> QuerySet[Act]:
    """The lessons behind :func:`class_floor`."""
    return act_rows(scope, period, known_at, kind=kind, topic=topic).filter(body__kind=Kind.CLASS)


@registry.measure(
    "activities.class_floor",
    title=_("各班节数的最小值"),
    unit=_("节"),
    basis=_("清单 F38，云阳 2021年"),
    rows=lesson_rows,
    combine="min",
)
def class_floor(scope: Any, period: Period, known_at: datetime, **asked: str) -> Iterable[Row]:
    """Lessons of every class that existed on the period's last day; a class without a lesson is 0, not unknown."""
    counted = {row.org_id: row.value for row in _counted(lesson_rows(scope, period, known_at, **asked))}
    classes = Org.objects.filter(scope.orgs(""), orgs.existing(period.last_day), kind=Kind.CLASS)
    return [Row(org_id=pk, value=counted.get(pk, 0)) for pk in classes.values_list("pk", flat=True)]


_SINCE_JANUARY = _("当年1月1日至数据截至日已记录、未作废的活动；当年没有任何记录的不填")
_OF_PERSON = _("当年1月1日至数据截至日，免予参加和列席不计应参加")


def _year_page(pk: int) -> str:
    return f"{reverse('activities:act_list')}?org={pk}"


def _person_page(pk: int) -> str:
    return reverse("people:person", args=[pk])


def _unit_field(code: str, title: Any, names: str, *, kind: str = "number") -> registry.Field:
    return registry.Field(f"activities.{code}", title, kind, _SINCE_JANUARY, tuple(names.split()), correct=_year_page)


def _person_field(code: str, title: Any, names: str) -> registry.Field:
    return registry.Field(f"activities.{code}", title, "number", _OF_PERSON, tuple(names.split()), correct=_person_page)


registry.fields(  # zh: titles people write over such columns
    "activities.units",
    of="unit",
    holds=(
        _unit_field("acts", _("今年活动次数"), "组织生活次数 开展组织生活次数 活动总次数"),
        _unit_field("theme_days", _("今年主题党日次数"), "主题党日 主题党日次数 主题党日·次数 主题党日·已开展"),
        _unit_field("theme_days_quarter", _("本季度主题党日次数"), "本季度主题党日 季度主题党日次数"),
        _unit_field("theme_days_month", _("本月主题党日次数"), "本月主题党日 当月主题党日次数"),
        _unit_field("members_meetings", _("今年党员大会次数"), "党员大会 支部党员大会 党员大会次数 党员大会·次数 支部党员大会次数"),
        _unit_field("committee_meetings", _("今年支委会次数"), "支委会 支部委员会会议 支委会次数 支委会·次数 支部委员会次数"),
        _unit_field("team_meetings", _("今年党小组会次数"), "党小组会 党小组会次数 党小组会·次数"),
        _unit_field("lectures", _("今年党课次数"), "党课 党课次数 党课·次数 讲党课次数"),
        _unit_field("lectures_quarter", _("本季度党课次数"), "本季度党课 季度党课次数"),
        _unit_field("centre_studies", _("今年中心组学习次数"), "中心组学习 理论学习中心组学习次数 中心组学习次数"),
        _unit_field("org_lives", _("今年组织生活会次数"), "组织生活会 组织生活会次数 组织生活会·已开"),
        _unit_field("last_on", _("最近一次活动日期"), "最近活动时间 最近一次组织生活时间", kind="date"),
        _unit_field("last_theme_day", _("最近一次主题党日日期"), "最近主题党日时间 主题党日·最近时间", kind="date"),
    ),
)(held_by_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "activities.persons",
    of="person",
    holds=(
        _person_field("due", _("应参加次数"), "应参加 应到次数 组织生活·应参加"),
        _person_field("attended", _("实参加次数"), "实参加 实到次数 参加次数 组织生活·实参加"),
        _person_field("leave", _("请假次数"), "请假 组织生活·请假"),
        _person_field("absent", _("缺席次数"), "缺席 无故缺席 未请假次数 组织生活·缺席"),
        _person_field("made_up", _("补学次数"), "补学 组织生活·补学"),
        _person_field("rate", _("参加率（%）"), "参加率 到会率 出勤率"),
        _person_field("hours", _("今年学时"), "学时 累计 累计学时 学时累计 已完成学时 年度学时 教育培训学时 全年学时 完成学时"),
    ),
)(held_by_persons)  # fmt: skip
