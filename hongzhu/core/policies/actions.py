"""Shipping and drafting packs, exceptions from the guard, calendars and terms, number series, monthly guides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.china import workdays
from hongzhu.kit.refs import Actor, Ref

from . import queries, rules
from .models import CalendarDay, GuardException, MonthlyGuide, NumberSeries, PackVersion, SchoolTerm
from .pack import change, folder, schema
from .pack.source import PackRefused

SYSTEM = Actor.system("hongzhu")
FIRST_CALENDAR_YEAR = 2015
Status = PackVersion.Status


# --- packs we ship --------------------------------------------------------------------------------------


@transaction.atomic
def ship(*, root: Path = folder.PACKS, by: Actor = SYSTEM, now: datetime | None = None) -> list[PackVersion]:
    """Load the packs lying under ``root`` as published versions. Idempotent; returns the versions that are new.

    A published version never changes: ValidationError when a file says something else than the version
    already loaded under its number.
    """
    moment = now or timezone.now()
    known = {
        (name, number): digest
        for name, number, digest in PackVersion.objects.filter(bureau__isnull=True).values_list(
            "name", "version", "digest"
        )
    }
    made = []
    for editions in folder.shipped(root).values():
        for edition in editions:
            there = known.get((edition.name, edition.version))
            if there == edition.digest:
                continue
            if there is not None:
                raise ValidationError(
                    _(
                        "制度包 %(name)s 第%(version)s版已经发布，内容却改了。请在 pack.yaml 加一个新版本，改动写进 v%(next)s 文件夹。"
                    )
                    % {"name": edition.name, "version": edition.version, "next": edition.version + 1}
                )
            made.append(
                PackVersion(
                    bureau=None,
                    name=edition.name,
                    version=edition.version,
                    status=Status.PUBLISHED,
                    extends=edition.extends,
                    title=edition.title,
                    basis=edition.basis,
                    body=edition.body,
                    digest=edition.digest,
                    valid_from=edition.valid_from,
                    published_at=moment,
                    published_by=by.label,
                )
            )
    if not made:
        return []  # no entry: everything was loaded before
    for version in made:
        version.save(force_insert=True)
    audit.record(by=by, did="policies.ship", bureau=0, versions=[f"{v.name}@{v.version}" for v in made])
    return made


# --- a bureau's own edition ---------------------------------------------------------------------------


@transaction.atomic
def draft(*, bureau: Bureau, by: Actor, on: date) -> PackVersion:
    """A draft that begins as a copy of the version in force; the bureau's open draft, when there is one."""
    Bureau.objects.select_for_update(of=("self",)).get(pk=bureau.pk)
    open_draft = PackVersion.objects.filter(bureau=bureau, status=Status.DRAFT).first()
    if open_draft is not None:
        return open_draft  # no entry: the draft begun before is handed out again
    base = PackVersion.objects.get(pk=queries.version_on(bureau, on).pk)
    latest = (
        PackVersion.objects.filter(name=base.name)
        .filter(queries.own_or_shipped(bureau))
        .aggregate(latest=Max("version"))["latest"]
    )
    made = PackVersion.objects.create(
        bureau=bureau,
        name=base.name,
        version=int(latest or 0) + 1,
        extends=f"{base.name}@{base.version}",
        title=_("%(bureau)s制度包") % {"bureau": bureau.name},
        body=base.body,
        digest=base.digest,
        edited_by=by.label,
        edited_at=timezone.now(),
    )
    audit.record(by=by, did="policies.draft", to=Ref.to(made), bureau=bureau.pk, extends=made.extends)
    return made


@transaction.atomic
def edit(*, version: PackVersion, edits: Iterable[change.Edit], by: Actor, now: datetime) -> PackVersion:
    """Put changes into a draft. ValidationError names what does not fit; nothing is changed then."""
    version = PackVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not (verdict := rules.can_be_edited(version)):
        raise ValidationError(verdict.reason)
    edits = list(edits)
    body = change.apply(version.body, edits)
    try:
        change.check(body)
    except PackRefused as refused:
        raise ValidationError(
            [_("没有保存：%(what)s。已填内容还在。") % {"what": problem.message} for problem in refused.problems]
        ) from None
    version.body = body
    version.digest = schema.digest(body)
    version.edited_by = by.label
    version.edited_at = now
    version.save(update_fields=["body", "digest", "edited_by", "edited_at"])
    audit.record(
        by=by,
        did="policies.edit",
        to=Ref.to(version),
        bureau=version.bureau_id,
        places=[edit.place for edit in edits][:50],
    )
    return version


@transaction.atomic
def publish(*, version: PackVersion, valid_from: date, basis: str, by: Actor, now: datetime) -> PackVersion:
    """Publish a draft: from ``valid_from`` it governs the bureau, and it never changes again."""
    version = PackVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    assert version.bureau is not None
    sections = schema.typed_body(version.body)
    on = timezone.localdate(now)
    open_findings = rules.still_open(queries.findings(sections), queries.excepted(version.bureau, on))
    latest = PackVersion.objects.filter(bureau=version.bureau, status=Status.PUBLISHED).aggregate(
        latest=Max("valid_from")
    )["latest"]
    verdict = rules.can_be_published(version, open_findings, valid_from=valid_from, basis=basis, latest=latest)
    if not verdict:
        raise ValidationError(verdict.reason)
    version.status = Status.PUBLISHED
    version.valid_from = valid_from
    version.basis = basis.strip()
    version.digest = schema.digest(version.body)
    version.published_at = now
    version.published_by = by.label
    version.save(update_fields=["status", "valid_from", "basis", "digest", "published_at", "published_by"])
    audit.record(
        by=by,
        did="policies.publish",
        to=Ref.to(version),
        bureau=version.bureau_id,
        version=version.version,
        valid_from=valid_from.isoformat(),
        basis=version.basis,
        digest=version.digest,
    )
    return version


@transaction.atomic
def discard(*, version: PackVersion, by: Actor, on: date) -> None:
    """Throw a draft away. Drafts may be deleted; published versions never."""
    version = PackVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not (verdict := rules.can_be_edited(version)):
        raise ValidationError(verdict.reason)
    ref = Ref.to(version)
    bureau = version.bureau_id
    version.delete()
    audit.record(by=by, did="policies.discard", to=ref, bureau=bureau, on=on.isoformat())


# --- exceptions from the guard --------------------------------------------------------------------------


@transaction.atomic
def allow_exception(
    *, bureau: Bureau, rule: str, basis: str, owner: str, expires_on: date, by: Actor, on: date, lasting: bool = False
) -> GuardException:
    """Lift one rule of the guard for a bureau, on a document, by a named owner, until a day (at most a year)."""
    verdict = rules.can_be_excepted(lasting=lasting, basis=basis, owner=owner, expires_on=expires_on, on=on)
    if not verdict:
        raise ValidationError(verdict.reason)
    made = GuardException.objects.create(
        bureau=bureau,
        rule=rule,
        basis=basis.strip(),
        owner=owner.strip(),
        expires_on=expires_on,
        created_at=timezone.now(),
    )
    audit.record(
        by=by,
        did="policies.allow_exception",
        to=Ref.to(made),
        bureau=bureau.pk,
        rule=rule,
        basis=made.basis,
        expires_on=expires_on.isoformat(),
    )
    return made


@transaction.atomic
def end_exception(*, exception: GuardException, by: Actor, on: date) -> GuardException:
    """End an exception before its day: from ``on`` it lifts nothing."""
    exception = GuardException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if not rules.counts(exception, on):
        raise ValidationError(_("这条例外已经到期。"))
    exception.expires_on = on - timedelta(days=1)
    exception.save(update_fields=["expires_on"])
    audit.record(
        by=by, did="policies.end_exception", to=Ref.to(exception), bureau=exception.bureau_id, rule=exception.rule
    )
    return exception


# --- calendars and terms --------------------------------------------------------------------------------


@transaction.atomic
def seed_calendar(*, years: Iterable[int] = (), by: Actor = SYSTEM) -> int:
    """Load the country's holidays and make-up days the installed package knows; days already kept stay as they are."""
    wanted = list(years) or list(range(FIRST_CALENDAR_YEAR, timezone.localdate().year + 3))
    known = set(CalendarDay.objects.filter(bureau__isnull=True).values_list("on", flat=True))
    made = []
    for year in wanted:
        arrangement = workdays.seed(year)
        if arrangement is None:
            continue
        for kind, days in (
            (CalendarDay.Kind.HOLIDAY, arrangement.off),
            (CalendarDay.Kind.WORKDAY, arrangement.makeup),
        ):
            made += [
                CalendarDay(bureau=None, on=day, kind=kind, name=str(CalendarDay.Kind(kind).label))
                for day in sorted(days)
                if day not in known
            ]
    if not made:
        return 0  # no entry: every day was known
    CalendarDay.objects.bulk_create(made)
    last = max(day.on for day in made).isoformat()
    audit.record(by=by, did="policies.seed_calendar", bureau=0, days=len(made), last=last)
    return len(made)


@transaction.atomic
def set_day(*, bureau: Bureau, on: date, kind: str, name: str, by: Actor) -> CalendarDay:
    """A day off or a make-up day of the bureau's own; it stands above the country's calendar."""
    if CalendarDay.objects.filter(bureau=bureau, on=on).exists():
        raise ValidationError(_("没有保存：这一天已经登记过，请先删去原来的。已填内容还在。"))
    made = CalendarDay.objects.create(bureau=bureau, on=on, kind=kind, name=name.strip())
    audit.record(by=by, did="policies.set_day", bureau=bureau.pk, on=on.isoformat(), kind=kind)
    return made


@transaction.atomic
def remove_day(*, day: CalendarDay, by: Actor) -> None:
    """Take one of the bureau's own days away; the country's calendar stays."""
    if day.bureau_id is None:
        raise ValidationError(_("国家公布的节假日不能删，可以另加一天本局的安排盖过它。"))
    audit_bureau, on = day.bureau_id, day.on
    day.delete()
    audit.record(by=by, did="policies.remove_day", bureau=audit_bureau, on=on.isoformat())


@transaction.atomic
def set_term(*, bureau: Bureau, name: str, from_on: date, to_on: date, by: Actor) -> SchoolTerm:
    """A school term; ``to_on`` is the first day of the holidays. Terms of one bureau do not overlap."""
    if to_on <= from_on:
        raise ValidationError(_("没有保存：结束日期不晚于开学日期，请改日期。已填内容还在。"))
    if queries.terms(bureau, from_on, to_on).exists():
        raise ValidationError(_("没有保存：与已有的学期重叠，请改日期。已填内容还在。"))
    made = SchoolTerm.objects.create(bureau=bureau, name=name.strip(), from_on=from_on, to_on=to_on)
    audit.record(by=by, did="policies.set_term", bureau=bureau.pk, name=made.name, from_on=from_on.isoformat())
    return made


@transaction.atomic
def remove_term(*, term: SchoolTerm, by: Actor) -> None:
    """Take a term away that was entered by mistake."""
    bureau, name, from_on = term.bureau_id, term.name, term.from_on
    term.delete()
    audit.record(by=by, did="policies.remove_term", bureau=bureau, name=name, from_on=from_on.isoformat())


# --- number series --------------------------------------------------------------------------------------


def next_number(*, bureau: Bureau, key: str, year: int) -> int:
    """The next number of a series, without gaps: it belongs to the caller's transaction and goes back with it.

    Take several series in the sorted order of their keys. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction of the act that uses the number")
    series: dict[str, Any] = {"bureau": bureau, "key": key, "year": year}
    if not NumberSeries.objects.filter(**series).update(last=F("last") + 1):
        NumberSeries.objects.get_or_create(**series)
        NumberSeries.objects.filter(**series).update(last=F("last") + 1)
    # The UPDATE holds the row's lock until commit, so nobody else stands between it and this read.
    return NumberSeries.objects.values_list("last", flat=True).get(**series)


# --- monthly guides -------------------------------------------------------------------------------------


@transaction.atomic
def write_guide(
    *, bureau: Bureau, issuer: Org, month_on: date, content: Mapping[str, list[dict[str, Any]]], by: Actor
) -> MonthlyGuide:
    """Write or rewrite one month's guide of one issuer; an issued one changes for every branch at once."""
    month = month_on.replace(day=1)
    guide = MonthlyGuide.objects.select_for_update(of=("self",)).filter(issuer=issuer, month_on=month).first()
    if guide is None:
        guide = MonthlyGuide(bureau=bureau, issuer=issuer, month_on=month)
    for name in ("themes", "readings", "meetings", "reports"):
        setattr(guide, name, list(content.get(name, [])))
    if guide.status == MonthlyGuide.Status.ISSUED and not any(
        (guide.themes, guide.readings, guide.meetings, guide.reports)
    ):
        raise ValidationError(_("没有保存：已经印发的工作提示不能清空。已填内容还在。"))
    guide.save()
    audit.record(by=by, did="policies.write_guide", to=Ref.to(guide), bureau=bureau.pk, month=month.isoformat()[:7])
    return guide


@transaction.atomic
def issue_guide(*, guide: MonthlyGuide, by: Actor, on: date) -> MonthlyGuide:
    """Issue a guide: from now on it pre-fills every branch's month."""
    guide = MonthlyGuide.objects.select_for_update(of=("self",)).get(pk=guide.pk)
    if not (verdict := rules.can_be_issued(guide)):
        raise ValidationError(verdict.reason)
    guide.status = MonthlyGuide.Status.ISSUED
    guide.issued_on = on
    guide.save(update_fields=["status", "issued_on"])
    audit.record(by=by, did="policies.issue_guide", to=Ref.to(guide), bureau=guide.bureau_id, on=on.isoformat())
    return guide
