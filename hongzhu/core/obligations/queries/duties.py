"""The duties in force in a bureau on a day, read from its policy pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hongzhu.core.obligations.engine import Applies, Duty
from hongzhu.core.obligations.pack import Campaign, ObligationsSection
from hongzhu.core.obligations.pack import Duty as PackDuty
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries as policies
from hongzhu.core.policies.models import SchoolTerm


def engine_duty(duty: PackDuty, campaigns: dict[str, Campaign]) -> Duty:
    """The engine's plain form of a duty of a pack."""
    campaign = campaigns.get(duty.campaign) if duty.campaign and duty.every == "once" else None
    return Duty(
        code=duty.code,
        tag=duty.tag,
        bearers=tuple(duty.bearers),
        every=duty.every,
        applies=Applies(**{name: getattr(duty.applies, name) for name in Applies.__slots__}),
        count=duty.count,
        only_months=tuple(duty.only_months),
        not_months=tuple(duty.not_months),
        window=(duty.window.from_, duty.window.to) if duty.window else None,
        span=(campaign.from_on, campaign.to_on) if campaign and campaign.from_on and campaign.to_on else None,
        yearly_month=campaign.yearly_month if campaign else None,
        campaign=duty.campaign or "",
        lock_days=duty.lock_days,
        owes_after_days=duty.owes_after_days,
        order=duty.order,
        show_in_grid=duty.show_in_grid,
        title=duty.title,
        short=duty.short,
        group=duty.group,
        not_applicable=duty.not_applicable,
        clause=duty.clause,
    )


def section_duties(section: ObligationsSection) -> tuple[Duty, ...]:
    """The active duties of one version of the section; those of a resting campaign rest with it."""
    campaigns = {campaign.code: campaign for campaign in section.campaigns if campaign.active}
    return tuple(
        engine_duty(duty, campaigns)
        for duty in section.duties
        if duty.active and (duty.every != "once" or duty.campaign in campaigns)
    )


class Book:
    """``book(day)``: the duties of the version in force on ``day``. One query, however many days are asked for."""

    def __init__(self, bureau: Bureau) -> None:
        self.timeline = policies.timeline(bureau)
        self.duties: dict[int, tuple[Duty, ...]] = {}

    def section(self, day: date) -> ObligationsSection:
        section: ObligationsSection = self.timeline.on(day).section("obligations")
        return section

    def __call__(self, day: date) -> tuple[Duty, ...]:
        section = self.section(day)
        if id(section) not in self.duties:
            self.duties[id(section)] = section_duties(section)
        return self.duties[id(section)]


def terms_of(bureau: Bureau) -> Sequence[tuple[date, date]]:
    """The school terms of a bureau, half-open."""
    return list(SchoolTerm.objects.filter(bureau=bureau).order_by("from_on").values_list("from_on", "to_on"))


def duty_titles(bureau: Bureau, on: date) -> dict[str, str]:
    """What the duties in force on a day are called, by code."""
    return {duty.code: str(duty.title) for duty in Book(bureau)(on)}
