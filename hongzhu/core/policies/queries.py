"""Which pack governs which day, what the guard finds, calendars, terms, guides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit import registry
from hongzhu.kit.china import workdays
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import Finding
from hongzhu.kit.perms import Perm

from . import rules
from .models import CalendarDay, GuardException, MonthlyGuide, PackVersion, SchoolTerm
from .pack import guard, schema
from .pack.typed import Pack, Timeline

BODIES_KEPT = 64  # parsed bodies kept in a process: six packs in a few versions each


class NoPack(ObjectDoesNotExist):
    """The bureau's pack is not in the database: run ``hongzhu policy ship`` (the upgrade does it)."""


# --- which version ------------------------------------------------------------------------------------


@lru_cache(maxsize=BODIES_KEPT)
def _sections(version_id: int, digest: str) -> dict[str, Any]:
    """The typed sections of one stored body. A published body never changes, so its digest is its name."""
    body = PackVersion.objects.values_list("body", flat=True).get(pk=version_id)
    return schema.typed_body(body)


def own_or_shipped(bureau: Bureau) -> Q:
    """The bureau's own editions and the shipped versions of its pack."""
    return Q(bureau=bureau) | Q(bureau__isnull=True, name=bureau.pack)


def _published(bureau: Bureau) -> QuerySet[PackVersion]:
    """Published versions that may govern the bureau, oldest first; without their bodies."""
    return (
        PackVersion.objects.filter(own_or_shipped(bureau), status=PackVersion.Status.PUBLISHED)
        .defer("body")
        .order_by("valid_from", F("bureau").asc(nulls_first=True), "version")
    )


def _governing(bureau: Bureau) -> list[tuple[date, PackVersion]]:
    """Each governing version with its first day. A bureau's own edition governs from its day on for good."""
    found: list[tuple[date, PackVersion]] = []
    own = False
    for version in _published(bureau):
        assert version.valid_from is not None
        if version.bureau_id is None and own:
            continue
        own = own or version.bureau_id is not None
        if found and found[-1][0] == version.valid_from:
            found.pop()
        found.append((version.valid_from, version))
    if not found:
        raise NoPack(bureau.pack)
    return found


def version_on(bureau: Bureau, day: date) -> PackVersion:
    """The version in force on a day; before the first version, the first. NoPack when nothing is shipped."""
    governing = _governing(bureau)
    found = governing[0][1]
    for start, version in governing:
        if start <= day:
            found = version
    return found


def typed(version: PackVersion) -> Pack:
    """A stored version ready for use. A draft is read anew each time, a published one is kept by its digest."""
    if version.status == PackVersion.Status.PUBLISHED:
        sections = _sections(version.pk, version.digest)
    else:
        sections = schema.typed_body(version.body)
    return Pack(
        version_id=version.pk,
        name=version.name,
        version=version.version,
        title=version.title,
        valid_from=version.valid_from,
        digest=version.digest,
        sections=sections,
    )


def pack_for(bureau: Bureau, on: date) -> Pack:
    """The pack that governs a bureau on a day, typed. One light query; bodies are parsed once in a process."""
    return typed(version_on(bureau, on))


def timeline(bureau: Bureau) -> Timeline:
    """All governing versions of a bureau in one query, for work over many days."""
    return Timeline([(start, typed(version)) for start, version in _governing(bureau)])


def pack_of(version_id: int) -> Pack:
    """The pack a record was made under."""
    return typed(PackVersion.objects.get(pk=version_id))


# --- what a user may read ----------------------------------------------------------------------------


def bureau_for(user: Any, perm: Perm) -> Bureau:
    """The user's bureau, when the acting role carries ``perm``; 403, or 404 without a bureau.

    Drafting, exceptions and calendars govern the whole bureau: those are held at its root or not at all.
    """
    access.require(user, perm)
    bureau = get_object_or_404(Bureau, pk=access.bureau_of(user))
    if perm in rules.BUREAU_WIDE:
        root = Org.objects.filter(bureau=bureau, placements__parent__isnull=True, placements__to_on__isnull=True)
        access.check(user, perm, get_object_or_404(root))
    return bureau


def visible_to(user: Any) -> QuerySet[PackVersion]:
    """What we ship and what the user's bureau has made; drafts only for those who may draft."""
    if not access.may(user, rules.READ):
        return PackVersion.objects.none()
    bureau = access.bureau_of(user)
    seen = Q(bureau__isnull=True) | Q(bureau=bureau, status=PackVersion.Status.PUBLISHED)
    if access.may(user, rules.DRAFT):
        seen |= Q(bureau=bureau)
    return PackVersion.objects.filter(seen).order_by("name", "-version", "-bureau_id")


def open_version(user: Any, pk: int, perm: Perm = rules.READ) -> PackVersion:
    """The door to a version: unseen is 404, seen but not permitted is 403."""
    version = get_object_or_404(visible_to(user), pk=pk)
    bureau_for(user, perm)
    if perm != rules.READ and version.bureau_id is None:
        raise PermissionDenied(_("随系统提供的制度包不能改，请先起草本局的一版。"))
    return version


# --- guard ---------------------------------------------------------------------------------------------


def findings(sections: dict[str, Any]) -> list[Finding]:
    """What the regulation guard says about a pack's sections, refusals first."""
    return guard.findings(sections)


def excepted(bureau: Bureau | None, on: date) -> frozenset[str]:
    """The rules a bureau's exceptions lift on a day; an expired exception lifts nothing."""
    if bureau is None:
        return frozenset()
    return frozenset(GuardException.objects.filter(bureau=bureau, expires_on__gte=on).values_list("rule", flat=True))


def exceptions(bureau: Bureau) -> QuerySet[GuardException]:
    return GuardException.objects.filter(bureau=bureau).order_by("-expires_on", "rule")


# --- preview -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Movement:
    """What one room says a changed pack would move."""

    title: Any
    rows: list[registry.Moved]


def preview(changed: Pack, bureau: Bureau, period: Period) -> list[Movement]:
    """What a changed pack would move in a past or running period, asked of every room that has something to say."""
    old = pack_for(bureau, period.start)
    return [
        Movement(title=hook.title or name, rows=list(hook.run(bureau, old, changed, period)))
        for name, hook in registry.book.previews.items()
    ]


# --- calendars ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and make-up days of one bureau, the country's with the bureau's own on top."""

    off: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        return workdays.is_workday(day, off=self.off, makeup=self.makeup)

    def add(self, day: date, count: int) -> tuple[date, bool]:
        """The day, and whether it is 暂定: a year on the way has no published holidays yet."""
        found = workdays.add_workdays(day, count, off=self.off, makeup=self.makeup)
        years = range(min(day, found).year, max(day, found).year + 1)
        return found, any(year not in self.years for year in years)


def calendar(bureau: Bureau) -> Calendar:
    """The bureau's calendar in one query; for work over many days keep it."""
    kinds: dict[date, str] = {}
    years: set[int] = set()
    rows = CalendarDay.objects.filter(Q(bureau__isnull=True) | Q(bureau=bureau)).order_by(
        F("bureau").asc(nulls_first=True), "on"
    )
    for row in rows:
        kinds[row.on] = row.kind
        if row.bureau_id is None:
            years.add(row.on.year)
    return Calendar(
        off=frozenset(day for day, kind in kinds.items() if kind == CalendarDay.Kind.HOLIDAY),
        makeup=frozenset(day for day, kind in kinds.items() if kind == CalendarDay.Kind.WORKDAY),
        years=frozenset(years),
    )


def is_workday(bureau: Bureau, day: date) -> bool:
    """Whether people work that day, by the country's calendar with the bureau's own days on top."""
    return calendar(bureau).is_workday(day)


def add_workdays(bureau: Bureau, day: date, n: int) -> tuple[date, bool]:
    """The n-th working day after ``day`` and whether it is 暂定; the first day is not counted (Civil Code art. 201)."""
    return calendar(bureau).add(day, n)


def calendar_days(bureau: Bureau, year: int) -> QuerySet[CalendarDay]:
    """One year's days off and make-up days, the country's and the bureau's own."""
    return CalendarDay.objects.filter(Q(bureau__isnull=True) | Q(bureau=bureau), on__year=year).order_by("on")


def terms(bureau: Bureau, from_on: date | None = None, to_on: date | None = None) -> QuerySet[SchoolTerm]:
    """School terms, those that touch [from_on, to_on) when given."""
    found = SchoolTerm.objects.filter(bureau=bureau)
    if from_on is not None:
        found = found.filter(to_on__gt=from_on)
    if to_on is not None:
        found = found.filter(from_on__lt=to_on)
    return found.order_by("from_on")


def term_of(bureau: Bureau, day: date) -> SchoolTerm | None:
    """The term a day lies in; None in the holidays or where no term is kept."""
    return SchoolTerm.objects.filter(bureau=bureau, from_on__lte=day, to_on__gt=day).order_by("from_on").first()


# --- monthly guides ----------------------------------------------------------------------------------


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


def guide_for(bureau: Bureau, month_on: date, issuers: Iterable[int] | None = None) -> MonthlyGuide | None:
    """The issued guide of the month a day lies in; of the given issuers only, nearest first, when they are given."""
    month = month_on.replace(day=1)
    found = list(
        MonthlyGuide.objects.filter(bureau=bureau, month_on=month, status=MonthlyGuide.Status.ISSUED).order_by("id")
    )
    if issuers is not None:
        order = {issuer: number for number, issuer in enumerate(issuers)}
        found = sorted((g for g in found if g.issuer_id in order), key=lambda g: order[g.issuer_id])
    return found[0] if found else None


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
