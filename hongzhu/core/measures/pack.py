"""The measures section of a policy pack: the headline figures of a text, and indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import Confidence, Finding, Item, Mistake, PackModel, Words, one_code_each

Param = str | int | bool


class Figure(Item):
    """One number of a public text, and the measure that must give it again.

    ``text`` is the figure as printed; ``reading`` how it is meant: exact, over (余, 多: more, up to the last
    non-zero digit), least (以上: that or more).
    """

    row: str = Field(pattern=r"^[A-M]\d{2}$", description="row of the inventory")
    text: str = Field(min_length=1, max_length=60)
    number: int = Field(ge=0)
    reading: Literal["exact", "over", "least"] = "exact"
    counts: Words
    measure: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    params: dict[str, Param] = Field(default_factory=dict)
    scope: str = Field(
        default="bureau", description="bureau, or a kind of organisation: the bureau's one body of that kind"
    )
    period: str = Field(description="code of a period: 2020, 2021H1, 2020-07-01..2020-08-31")
    source: str = Field(default="", max_length=120)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        try:
            Period.parse(self.period)
        except ValueError:
            raise Mistake(
                _("看不懂期间“%(code)s”") % {"code": self.period},
                "period",
                remedy=_("写成 2020、2021H1、2020Q3、2020-07 或 2020-07-01..2020-08-31"),
            ) from None
        # A figure in ten thousands is not written out: its number is taken as given.
        scaled = "万" in self.text  # zh: the sign for ten thousand
        if (found := re.search(r"\d+", self.text)) and not scaled and int(found[0]) != self.number:
            raise Mistake(_("number 与原文里的%(found)s不一致") % {"found": found[0]}, "number")
        return self


class Indicator(Item):
    """Something that may count in an assessment. ``grows_with``: what one more of raises it."""

    measure: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    params: dict[str, Param] = Field(default_factory=dict)
    grows_with: Literal[
        "nothing", "acts", "meetings", "papers", "ledgers", "traces", "photos", "log_ins", "online_time", "likes"
    ] = "nothing"
    floor: bool = Field(default=False, description="only whether a statutory floor is met; needs its clause")
    shown_to: Literal["unit", "deciding_body", "public"] = "unit"
    clause: Words | None = None
    confidence: Confidence = "check"

    @model_validator(mode="after")
    def _floor_has_clause(self) -> Self:
        if self.floor and self.clause is None:
            raise Mistake(_("法定底线要写明条款 clause"), "clause")
        return self


class MeasuresSection(PackModel):
    figures: tuple[Figure, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        one_code_each(self.figures)
        one_code_each(self.indicators)
        return self


VOLUME = ("meetings", "papers", "ledgers", "traces", "photos", "log_ins", "likes")


def guard(section: MeasuresSection) -> Iterator[Finding]:
    """Evaluation by volume, online time, indicators that grow with the number of acts, public ranking by points."""
    for indicator in section.indicators:
        where, title = f"indicators.{indicator.code}", {"title": indicator.title}
        if indicator.grows_with == "acts":
            yield Finding(
                "refuse",
                "grows_with_acts",
                _("整治形式主义为基层减负若干规定：开会次数、发文数量不是工作好坏的尺度"),
                "likely",
                f"{where}.grows_with",
                _("“%(title)s”办得越多分越高") % title,
                _("改成只看法定底线是否达到（floor: true），并写明条款"),
            )
        elif indicator.grows_with == "online_time":
            yield Finding(
                "refuse",
                "online_time",
                _("国办函〔2026〕12号，五个严禁之二、之四：不得统计在线时长，不得以学习时长评价"),
                "likely",
                f"{where}.grows_with",
                _("“%(title)s”按在线时长评价") % title,
                _("删去这项指标"),
            )
        elif indicator.grows_with in VOLUME:
            yield Finding(
                "refuse",
                "volume_as_merit",
                _("教师厅〔2025〕2号：文件、会议、留痕材料、台账不得作为评价依据"),
                "likely",
                f"{where}.grows_with",
                _("“%(title)s”按会议、材料、台账、照片等数量评价") % title,
                _("删去这项指标，或改为只看法定底线是否达到"),
            )
        if indicator.shown_to == "public":
            yield Finding(
                "refuse",
                "public_ranking",
                _("国办函〔2026〕12号，五个严禁之二：不得积分排名"),
                "likely",
                f"{where}.shown_to",
                _("“%(title)s”的分数公开给所有人看") % title,
                _("改成只给本单位或作决定的组织看（shown_to: unit 或 deciding_body）"),
            )


registry.pack_section("measures", MeasuresSection, guard=guard, title=gettext_lazy("指标"))
