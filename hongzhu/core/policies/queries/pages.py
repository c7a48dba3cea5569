"""What the pages of packs show: versions by date, a section in words, differences in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import rules
from hongzhu.core.policies.models import GuardException, PackVersion
from hongzhu.core.policies.pack import adding, change, columns, guard
from hongzhu.core.policies.pack.words import CONFIDENCE, Block, Line, Reader, field_words, listing_words, section_words
from hongzhu.kit.chips import Chip
from hongzhu.kit.packs import Finding, by_code

from .versions import excepted, exceptions, findings, own_or_shipped, typed, version_on, visible_to

# What a remedy adds for those who write packs as files: （listed: true）.
IN_FILES = re.compile(r"\s*[（(][a-z_]+: [a-z0-9_]+[^）)]*[）)]")  # zh: full-width brackets, never shown


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: PackVersion
    chip: Chip
    own: bool


def version_rows(user: Any, bureau: Bureau, on: date) -> list[VersionRow]:
    """The versions that govern, governed or will govern the bureau, and its draft; newest first."""
    governing = version_on(bureau, on)
    rows = []
    for version in (
        visible_to(user)
        .filter(own_or_shipped(bureau))
        .defer("body")
        .order_by("-version", F("bureau").desc(nulls_last=True))
    ):
        if version.status == PackVersion.Status.DRAFT:
            chip = Chip(_("草稿"), "plain", "ring")
        elif version.pk == governing.pk:
            chip = Chip(_("现行"), "ok", "tick")
        elif version.valid_from and version.valid_from > on:
            chip = Chip(_("未到施行日期"), "go", "half")
        else:
            chip = Chip(_("已由新版代替"), "plain", "dash")
        rows.append(VersionRow(version, chip, version.bureau_id is not None))
    return rows


def other_packs(user: Any, bureau: Bureau) -> QuerySet[PackVersion]:
    """Packs shipped for other places: to read and compare."""
    return (
        visible_to(user)
        .filter(bureau__isnull=True)
        .exclude(name=bureau.pack)
        .defer("body")
        .order_by("name", "-version")
    )


@dataclass(frozen=True, slots=True)
class SectionReading:
    name: str
    title: str
    blocks: list[Block]


def reading(version: PackVersion, section: str | None) -> SectionReading | None:
    """One section in words; the duties when none is named; None for a section the pack does not have."""
    sections = typed(version).sections
    name = section or ("obligations" if "obligations" in sections else next(iter(sections), ""))
    if name not in sections:
        return None
    return SectionReading(name, section_words(name), Reader(sections).blocks(name))


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding of the guard as a page shows it; ``remedy`` without the words of the file format."""

    finding: Finding
    remedy: str
    chip: Chip
    sure: str
    rule_words: str
    excepted: bool


def finding_rows(version: PackVersion, on: date, section: str = "") -> list[FindingRow]:
    """What the guard says about a version, or one section of it, with the exceptions of its bureau on a day."""
    lifted = excepted(version.bureau, on)
    rows = []
    for finding in findings(typed(version).sections):
        if section and finding.path.partition(".")[0] != section:
            continue
        off = finding.rule in lifted and not finding.lasting
        chip = (
            Chip(_("已登记例外"), "plain", "dash")
            if off
            else Chip(_("不允许"), "now", "tri")
            if finding.level == "refuse"
            else Chip(_("请注意"), "mind", "dia")
        )
        remedy = IN_FILES.sub("", str(finding.remedy))
        rows.append(
            FindingRow(finding, remedy, chip, str(CONFIDENCE[finding.confidence]), guard.rule_words(finding.rule), off)
        )
    return rows


def comparable(user: Any, version: PackVersion) -> QuerySet[PackVersion]:
    """Versions a version may be laid beside."""
    return (
        visible_to(user)
        .exclude(pk=version.pk)
        .defer("body")
        .order_by("name", "-version", F("bureau").desc(nulls_last=True))
    )


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    title: str
    words: str
    before: str
    after: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    title: str
    rows: list[DifferenceRow]


def differences(old: PackVersion, new: PackVersion) -> list[DifferenceGroup]:
    """What changed from one version to another, in words, list by list."""
    was, now = typed(old).sections, typed(new).sections
    return in_words(change.compare(was, now), Reader(was), Reader(now))


def in_words(found: Sequence[change.Difference], was: Reader, now: Reader) -> list[DifferenceGroup]:
    groups: dict[str, list[DifferenceRow]] = {}
    for difference in found:
        listing = listing_words(difference.listing) if difference.listing else _("总的规定")
        section = section_words(difference.section)
        title = (
            section if section == listing else _("%(section)s：%(listing)s") % {"section": section, "listing": listing}
        )
        groups.setdefault(title, []).extend(_rows(difference, was, now))
    return [DifferenceGroup(title, rows) for title, rows in groups.items()]


def _rows(difference: change.Difference, was: Reader, now: Reader) -> list[DifferenceRow]:
    """One row, but of a paper's columns one for each that changed."""
    paper = (difference.section, difference.listing) in adding.WHOLE and difference.field in {"columns", "fields"}
    if difference.kind != "changed" or not paper:
        return [_row(difference, was, now)]
    old, new = (
        by_code(getattr(reader.sections[difference.section], difference.listing))[difference.code]
        for reader in (was, now)
    )
    return [_column(difference, one) for one in columns.changes(old, new, difference.field)]


def _column(difference: change.Difference, one: columns.ColumnChange) -> DifferenceRow:
    if not one.before:
        chip = Chip(_("新增"), "go", "plus")
    elif not one.after:
        chip = Chip(_("已去掉"), "mind", "dash")
    else:
        chip = Chip(_("改动"), "plain", "dot")
    return DifferenceRow(difference.title, field_words("columns"), one.before or _("无"), one.after or _("无"), chip)


def _row(difference: change.Difference, was: Reader, now: Reader) -> DifferenceRow:
    if difference.kind == "added":
        after = now.line(difference.after)
        return DifferenceRow(difference.title, "", _("无"), _in_short(after), Chip(_("新增"), "go", "plus"))
    if difference.kind == "removed":
        before = was.line(difference.before)
        return DifferenceRow(difference.title, "", _in_short(before), _("无"), Chip(_("已去掉"), "mind", "dash"))
    return _changed(difference, was, now)


def _in_short(line: Line) -> str:
    """An item in one cell: its sentence, else its facts."""
    facts = [_("%(label)s：%(words)s") % {"label": fact.label, "words": fact.words} for fact in line.facts]
    return line.sentence or _("；").join(facts)


def _changed(difference: change.Difference, was: Reader, now: Reader) -> DifferenceRow:
    return DifferenceRow(
        difference.title or field_words(difference.field),
        field_words(difference.field) if difference.title else "",
        was.words(difference.before, difference.field),
        now.words(difference.after, difference.field),
        Chip(_("改动"), "plain", "dot"),
    )


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    exception: GuardException
    words: str
    counts: bool
    chip: Chip


def exception_rows(bureau: Bureau, on: date) -> list[ExceptionRow]:
    """The bureau's exceptions, those in force first."""
    rows = []
    for exception in exceptions(bureau):
        counts = rules.counts(exception, on)
        chip = Chip(_("有效"), "mind", "dot") if counts else Chip(_("已到期"), "plain", "dash")
        rows.append(ExceptionRow(exception, guard.rule_words(exception.rule), counts, chip))
    return rows
