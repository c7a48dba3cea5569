"""每月工作提示: the issued guide of a month, and what its pages show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import rules
from hongzhu.core.policies.models import MonthlyGuide
from hongzhu.kit.dates import Period
from hongzhu.kit.perms import Perm

from .versions import pack_for

LISTS = ("themes", "readings", "meetings", "reports")


def guides_visible_to(user: Any) -> QuerySet[MonthlyGuide]:
    """The bureau's issued guides; drafts for those who may issue where they were drafted."""
    if not access.may(user, rules.READ_GUIDE):
        return MonthlyGuide.objects.none()
    seen = Q(status=MonthlyGuide.Status.ISSUED)
    if access.may(user, rules.GUIDE):
        seen |= access.within(user, rules.GUIDE, "issuer")
    return (
        MonthlyGuide.objects.filter(seen, bureau=access.bureau_of(user))
        .select_related("issuer")
        .order_by("-month_on", "id")
    )


def open_guide(user: Any, pk: int, perm: Perm = rules.READ_GUIDE) -> MonthlyGuide:
    """The door to a guide: unseen is 404, seen but not permitted is 403."""
    guide = get_object_or_404(guides_visible_to(user), pk=pk)
    if perm != rules.READ_GUIDE:
        access.check(user, perm, guide.issuer)
    return guide


def guide_for(body: Org, month_on: date) -> MonthlyGuide | None:
    """The issued guide for a body in the month a day lies in: its own, else that of the nearest above it."""
    return guides_for(body, [month_on]).get(month_on.replace(day=1))


def guides_for(body: Org, months: Iterable[date]) -> dict[date, MonthlyGuide]:
    """The same for several months, by the first of the month; who stands above is asked for the last of them."""
    firsts = sorted(month.replace(day=1) for month in months)
    issued = MonthlyGuide.objects.filter(bureau=body.bureau_id, month_on__in=firsts, status=MonthlyGuide.Status.ISSUED)
    waiting = {(guide.issuer_id, guide.month_on): guide for guide in issued.select_related("issuer")}
    found: dict[date, MonthlyGuide] = {}
    if not waiting:
        return found
    for issuer in orgs.above(body, Period.covering("month", firsts[-1]).last_day):
        for month in firsts:
            if month not in found and (issuer, month) in waiting:
                found[month] = waiting[issuer, month]
        if len(found) == len({month for _issuer, month in waiting}):
            break
    return found


def guide_of(issuer: Org, month_on: date) -> MonthlyGuide | None:
    """The guide of one issuer and month, issued or not."""
    return MonthlyGuide.objects.filter(issuer=issuer, month_on=month_on.replace(day=1)).first()


def guide_issuers(user: Any, on: date) -> QuerySet[Org]:
    """Bodies in whose name the user may issue a guide: the bureau and its Party committees and general branches."""
    return (
        access.orgs_where(user, rules.GUIDE)
        .filter(orgs.existing(on), kind__in=["BUREAU", "COMMITTEE", "GENERAL_BRANCH", "PARTY_GROUP"])
        .order_by("sort", "id")
    )


def theme_kinds(guide: MonthlyGuide) -> list[tuple[str, str]]:
    """Kinds of act a theme may be set for: what branches and schools hold (E04), by the pack of that month."""
    kinds = pack_for(guide.bureau, guide.month_on).section("activities").kinds
    held = [
        kind for kind in kinds if kind.active and set(kind.scope) & {"BRANCH", "JOINT_BRANCH", "SCHOOL", "KINDERGARTEN"}
    ]
    return [(kind.code, str(kind.title)) for kind in sorted(held, key=lambda kind: kind.order)]


def guide_to_copy(issuer: Org, month_on: date, source: str) -> dict[str, list[dict[str, Any]]]:
    """What a new guide begins with: last month's (``month``), last year's same month (``year``), or nothing.

    Dates are left behind: a due day of another month would be wrong.
    """
    month = month_on.replace(day=1)
    if source == "month":
        month = (
            month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)
        )
    elif source == "year":
        month = month.replace(year=month.year - 1)
    else:
        return {}
    guide = guide_of(issuer, month)
    if guide is None:
        return {}
    return {
        name: [{key: value for key, value in row.items() if key != "due_on"} for row in getattr(guide, name)]
        for name in LISTS
    }


@dataclass(frozen=True, slots=True)
class GuideReading:
    """A guide as its page shows it: kinds in words, days as dates."""

    themes: list[tuple[str, str]]
    readings: list[tuple[str, date | None]]
    meetings: list[tuple[str, date | None]]
    reports: list[tuple[str, date | None]]


def guide_reading(guide: MonthlyGuide) -> GuideReading:
    titles = dict(theme_kinds(guide))
    return GuideReading(
        themes=[(titles.get(row.get("kind", ""), ""), row["theme"]) for row in guide.themes],
        readings=[(row["title"], _day(row.get("issued_on"))) for row in guide.readings],
        meetings=[(row["text"], _day(row.get("due_on"))) for row in guide.meetings],
        reports=[(row["text"], _day(row.get("due_on"))) for row in guide.reports],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
