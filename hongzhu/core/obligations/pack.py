"""The obligations section of a policy pack: who owes what, how often, from when; campaigns and terms of office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.packs import (
    Code,
    Finding,
    Item,
    Mistake,
    MonthDay,
    MonthNumber,
    PackModel,
    Sourced,
    Words,
    among,
    one_code_each,
)

LOCK_DAYS = 10  # architecture.md, rule 6: where the pack is silent


OrgKindCode = Annotated[str, among(OrgKind.values, gettext_lazy("机构类别"))]
SectorCode = Annotated[str, among(Org.Sector.values, gettext_lazy("办学性质"))]
StageCode = Annotated[str, among(Org.Stage.values, gettext_lazy("学段"))]
Every = Literal["month", "quarter", "half", "year", "term", "once"]


class Applies(PackModel):
    """To which bearers a duty applies; what is not given asks nothing. Probationary members are not full members."""

    min_full_members: int | None = Field(default=None, ge=0)
    max_full_members: int | None = Field(default=None, ge=0)
    needs_teams: bool | None = Field(default=None, description="true: only where Party groups exist")
    needs_committee: bool | None = Field(default=None, description="true: only where committee posts are filled")
    retired: bool | None = Field(default=None, description="true: retired branches only; false: all others")
    sectors: tuple[SectorCode, ...] = ()
    stages: tuple[StageCode, ...] = ()


class Window(PackModel):
    """When an act that belongs to a year may be held: month-day; ``+1-`` means in the following year."""

    from_: MonthDay = Field(alias="from")
    to: MonthDay


class Duty(Item, Sourced):
    """One duty: so many acts with ``tag`` by each bearer in each period."""

    short: Words
    tag: Code
    bearers: tuple[OrgKindCode, ...] = Field(min_length=1)
    applies: Applies = Applies()
    every: Every
    count: int = Field(default=1, ge=1, le=60)
    only_months: tuple[MonthNumber, ...] = ()
    not_months: tuple[MonthNumber, ...] = ()
    belonging: Literal["date", "own"] = "date"
    window: Window | None = None
    campaign: Code | None = None
    lock_days: int = Field(default=LOCK_DAYS, ge=0, le=366)
    owes_after_days: int = Field(default=0, ge=0, le=366, description="a new body owes only after so many days")
    group: Words
    order: int = 0
    show_in_grid: bool = True
    statutory: bool = Field(default=False, description="a floor set by Party rules or law, not by the bureau")
    not_applicable: Words | None = None
    active: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.window and self.every != "year":
            raise Mistake(_("window 只用于 every: year"), "window")
        if (self.belonging == "own") != bool(self.window):
            raise Mistake(_("belonging: own 和 window 要一起写"), "belonging")
        if self.only_months and self.not_months:
            raise Mistake(_("only_months 和 not_months 只能写一个"), "not_months")
        if (self.only_months or self.not_months) and self.every != "month":
            raise Mistake(_("only_months、not_months 只用于 every: month"), "every")
        if self.every == "once" and not self.campaign:
            raise Mistake(_("every: once 要写 campaign，期限取自该专题"), "every")
        return self


class CampaignOutput(PackModel):
    """What a campaign counts. ``count`` is the target of each bearer; none given: counted, no target."""

    tag: Code
    title: Words
    bearers: tuple[OrgKindCode, ...] = Field(min_length=1)
    count: int | None = Field(default=None, ge=1)
    by: Literal["acts", "output"] = "acts"
    output: Code | None = None


class Campaign(Item, Sourced):
    """A study campaign: fixed dates, or opening itself every year in ``yearly_month``."""

    from_on: date | None = None
    to_on: date | None = Field(default=None, description="last day")
    yearly_month: MonthNumber | None = None
    outputs: tuple[CampaignOutput, ...] = ()
    report_headings: tuple[Words, ...] = ()
    active: bool = True

    @model_validator(mode="after")
    def _dated(self) -> Self:
        fixed = self.from_on is not None and self.to_on is not None
        if fixed == (self.yearly_month is not None):
            raise Mistake(_("写 from_on 和 to_on，或者写 yearly_month"))
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise Mistake(_("结束日期早于开始日期"), "to_on")
        return self


class TermOfOffice(Item, Sourced):
    """How long a body's officers serve. Notify before, overdue only with approval and a new date."""

    bearers: tuple[OrgKindCode, ...] = Field(min_length=1)
    years: int = Field(ge=1, le=10)
    shift_years: int = Field(
        default=1, ge=0, le=3, description="earlier or later by at most so many years, with approval"
    )
    notify_days: int = Field(default=180, ge=0, le=730)


class Inspection(Item, Sourced):
    """One line of the yearly list of inspections that schools meet."""

    comprehensive: bool = False
    times_a_year: int = Field(default=1, ge=1, le=60)
    notice_days: int = Field(default=30, ge=0, le=366)
    listed: bool = Field(default=True, description="on the yearly list filed at the start of the year")


class StudyHours(Item, Sourced):
    """How many hours of study a person should reach in a year; the hours come from credits of ``tag``."""

    who: Literal["member", "officer"]
    hours: int = Field(ge=1, le=400)
    tag: Code


class ObligationsSection(PackModel):
    """Duties, campaigns, terms of office, hours of study, and the yearly list of inspections."""

    duties: tuple[Duty, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    terms_of_office: tuple[TermOfOffice, ...] = ()
    study_hours: tuple[StudyHours, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    ranking: Literal["none", "deciding_body", "public"] = "none"

    @model_validator(mode="after")
    def _names_meet(self) -> Self:
        for items in (self.duties, self.campaigns, self.terms_of_office, self.study_hours, self.inspections):
            one_code_each(items)
        campaigns = {campaign.code for campaign in self.campaigns}
        for duty in self.duties:
            if duty.campaign and duty.campaign not in campaigns:
                raise Mistake(
                    _("没有编码为 %(codes)s 的项") % {"codes": duty.campaign},
                    "duties",
                    duty.code,
                    "campaign",
                    remedy=_("改编码，或先在本节里加上这一项"),
                )
        return self


def guard(section: ObligationsSection) -> Iterator[Finding]:
    """Public ranking, a second comprehensive inspection of one school a year, inspections outside the list."""
    if section.ranking == "public":
        yield Finding(
            "refuse",
            "public_ranking",
            _("国办函〔2026〕12号，五个严禁之二：不得积分排名"),
            "likely",
            "ranking",
            _("把各单位的落实情况公开排名"),
            _("改成不排序（ranking: none）；评定会议要用时，只给作决定的组织看（ranking: deciding_body）"),
        )
    comprehensive = 0
    for inspection in section.inspections:
        if inspection.comprehensive:
            comprehensive += inspection.times_a_year
            if comprehensive > 1:
                yield Finding(
                    "refuse",
                    "second_comprehensive_inspection",
                    _("教师厅〔2025〕2号：县级及以上对同一学校的综合性督导检查每年最多1次"),
                    "likely",
                    f"inspections.{inspection.code}.times_a_year",
                    _("加上“%(title)s”，同一学校一年有%(times)s次综合性检查")
                    % {"title": inspection.title, "times": comprehensive},
                    _("合并为一次，或改为专项检查"),
                )
        if not inspection.listed:
            yield Finding(
                "refuse",
                "unlisted_inspection",
                _("教师厅〔2025〕2号：督导检查实行年度清单管理，清单之外不得开展"),
                "likely",
                f"inspections.{inspection.code}.listed",
                _("“%(title)s”不在年度清单上") % {"title": inspection.title},
                _("先报入年度清单，再登记为已列入（listed: true）"),
            )
        if inspection.notice_days < 30:
            yield Finding(
                "warn",
                "short_notice_inspection",
                _("教师厅〔2025〕2号：检查的内容、范围、方式提前1个月公布"),
                "likely",
                f"inspections.{inspection.code}.notice_days",
                _("“%(title)s”只提前%(days)s天告知") % {"title": inspection.title, "days": inspection.notice_days},
                _("写成30天以上"),
            )


registry.pack_section("obligations", ObligationsSection, guard=guard, title=gettext_lazy("应办事项"))
