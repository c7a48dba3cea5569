"""Campaigns: what each body owes, what was counted, who is short; unranked, in the bureau's own order (B11, B22, F38)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities.models import Act, Output
from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import rules
from hongzhu.core.obligations.pack import Campaign, CampaignOutput
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.dates import SHANGHAI, Period, full_text

from .duties import Book
from .pages import labels_of


@dataclass(frozen=True, slots=True)
class Running:
    """One campaign with the dates it runs this time."""

    campaign: Campaign
    period: Period


@dataclass(frozen=True, slots=True)
class OutputTotal:
    """One required output over all bodies: counted, targets, and how many bodies are short."""

    output: CampaignOutput
    counted: int
    target: int | None
    bodies: int
    short: int


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One body: (output number, counted, target) for each output it bears; ``short`` where any is below its target."""

    org: Org
    counts: list[tuple[int, int | None] | None]
    short: bool


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Everything the campaign page shows. ``rows``: only bodies the user may see; ``hidden``: how many more."""

    running: Running
    outputs: list[OutputTotal]
    rows: list[CampaignRow]
    short: int
    hidden: int
    known_at: datetime


def campaigns_on(bureau: Bureau, today: date, book: Book | None = None) -> list[Running]:
    """Every campaign begun by a day, running or long over, newest first; a yearly one opens itself when its month begins.

    Each as the version in force on its first day has it; as far back as the bureau's versions go. One query.
    """
    read = book or Book(bureau)
    found: dict[tuple[str, date], Running] = {}
    first = read.timeline.packs[0][0].year
    for section in {id(s): s for s in (pack.section("obligations") for _from_on, pack in read.timeline.packs)}.values():
        for campaign in section.campaigns:
            for period in _runs(campaign, first, today.year):
                if campaign.active and period.start <= today and read.section(period.start) is section:
                    found[campaign.code, period.start] = Running(campaign, period)
    return sorted(found.values(), key=lambda running: running.period.start, reverse=True)


def _runs(campaign: Campaign, first: int, last: int) -> list[Period]:
    """When a campaign runs: once, or in its month of each year."""
    if campaign.yearly_month:
        return [Period.month(year, campaign.yearly_month) for year in range(first, last + 1)]
    return [Period.span(campaign.from_on, campaign.to_on)] if campaign.from_on and campaign.to_on else []


def campaign_page(user: Any, bureau: Bureau, running: Running, known_at: datetime) -> CampaignPage:
    """The page of one campaign, counted from ordinary records by tag. Five queries, whatever the number of bodies."""
    campaign, period = running.campaign, running.period
    today = min(known_at.astimezone(SHANGHAI).date(), period.last_day)
    path = access.scope_path(user, rules.GAP) or "-"
    kinds = {kind for output in campaign.outputs for kind in output.bearers}
    inside = Org.objects.filter(orgs.existing(today), orgs.reach(path, today), bureau=bureau, kind__in=kinds)
    bodies = list(inside.order_by("sort", "id"))
    seen = set(
        access.orgs_where(user, rules.VIEW).filter(pk__in=[org.pk for org in bodies]).values_list("pk", flat=True)
    )
    counts = _counts(bureau, campaign, period, known_at)
    rows, sums = [], [[0, 0, 0, 0] for _output in campaign.outputs]
    for org in bodies:
        made: list[tuple[int, int | None] | None] = []
        for number, output in enumerate(campaign.outputs):
            if org.kind not in output.bearers:
                made.append(None)
                continue
            n = counts[number].get(org.pk, 0)
            made.append((n, output.count))
            lacks = output.count is not None and n < output.count
            for place, value in enumerate((n, output.count or 0, 1, int(lacks))):
                sums[number][place] += value
        rows.append(CampaignRow(org, made, any(pair and pair[1] is not None and pair[0] < pair[1] for pair in made)))
    outputs = [
        OutputTotal(output, counted, target if output.count is not None else None, borne, short)
        for output, (counted, target, borne, short) in zip(campaign.outputs, sums, strict=True)
    ]
    shown = [row for row in rows if row.org.pk in seen]
    return CampaignPage(running, outputs, shown, sum(row.short for row in rows), len(rows) - len(shown), known_at)


def _stood(bureau: Bureau, period: Period, known_at: datetime) -> QuerySet[Credit]:
    """Credits of bodies in the campaign's days, as they stood."""
    stood = Q(recorded_at__lte=known_at) & (Q(voided_at__isnull=True) | Q(voided_at__gt=known_at))
    stood &= Q(entered_at__isnull=True) | Q(entered_at__lte=known_at)
    days = Q(belongs_on__gte=period.start, belongs_on__lt=period.end)
    return Credit.objects.filter(stood, days, bureau=bureau, person__isnull=True)


def _yields(bureau: Bureau, period: Period, known_at: datetime) -> QuerySet[Output]:
    """What acts of the campaign's days yielded; confirmed for the body that recorded them, so that none counts twice."""
    return Output.objects.filter(
        act__bureau=bureau, act__claims__state="CONFIRMED", act__belongs_on__gte=period.start, act__belongs_on__lt=period.end,
        act__recorded_at__lte=known_at, act__claims__org=F("act__body"),
    ).exclude(act__status=Act.Status.VOIDED)  # fmt: skip


def _counts(bureau: Bureau, campaign: Campaign, period: Period, known_at: datetime) -> list[dict[int, int]]:
    """For each output, what was counted by body: acts that carry the tag, or the sum of what they yielded."""
    tags = {output.tag for output in campaign.outputs}
    acts: dict[str, dict[int, int]] = defaultdict(dict)
    rows = _stood(bureau, period, known_at).filter(tag__in=tags).order_by()
    for tag, body, n in rows.values_list("tag", "body").annotate(n=Count("pk")):
        acts[tag][body] = n
    yielded: dict[tuple[str | None, str], dict[int, int]] = defaultdict(dict)
    wanted = {output.output for output in campaign.outputs if output.by == "output" and output.output}
    if wanted:
        outputs = _yields(bureau, period, known_at).filter(kind__in=wanted, act__claims__tag__in=tags).order_by()
        for kind, tag, body, n in outputs.values_list("kind", "act__claims__tag", "act__body").annotate(n=Sum("count")):
            yielded[kind, tag][body] = n
    return [
        yielded[output.output, output.tag] if output.by == "output" else acts[output.tag] for output in campaign.outputs
    ]


def campaign_rows(
    user: Any, running: Running, number: int, body: Org, known_at: datetime
) -> list[tuple[date, str, str, int]]:
    """The rows behind one number of the page: (day, theme, address, how many it counts). Three queries."""
    output, period, bureau = running.campaign.outputs[number], running.period, body.bureau
    found: list[tuple[date, str, str, int]] = []
    if output.by == "output":
        rows = _yields(bureau, period, known_at).filter(kind=output.output, act__claims__tag=output.tag, act__body=body)
        listed = [("activities.act", row.act_id, row.act.held_on, row.count) for row in rows.select_related("act")]
    else:
        credits = _stood(bureau, period, known_at).filter(tag=output.tag, body=body).order_by("held_on", "pk")
        listed = [(credit.kind, credit.source, credit.held_on, 1) for credit in credits]
    labels = labels_of(user, {(kind, source) for kind, source, _on, _n in listed})
    for kind, source, on, n in listed:
        found.append((on, *labels.get((kind, source), ("", "")), n))
    return found


def report_text(page: CampaignPage, bureau: Bureau) -> str:
    """The campaign's paragraph with its figures, to paste: nothing but what was counted, as of a day.

    The headings the pack wants the report to have follow, a line each, for its author to fill.
    """
    period = page.running.period
    day = min(page.known_at.astimezone(SHANGHAI).date(), period.end - timedelta(days=1))
    lines = []
    for total in page.outputs:
        words = {"title": total.output.title, "n": total.counted, "bodies": total.bodies, "short": total.short}
        if total.target is None:
            lines.append(_("%(title)s%(n)s次") % words)
        elif total.short:
            lines.append(_("%(title)s%(n)s次，应开展的%(bodies)s个单位中%(short)s个还差") % words)
        else:
            lines.append(_("%(title)s%(n)s次，应开展的%(bodies)s个单位都已达到") % words)
    figures = _("%(campaign)s（%(period)s）：截至%(day)s，%(bureau)s%(lines)s。") % {
        "campaign": page.running.campaign.title, "period": period.title, "day": full_text(day), "bureau": bureau.name,
        "lines": _("；").join(lines) or _("尚无要求的项目"),
    }  # fmt: skip
    return "\n".join([figures, *(_("%s：") % heading for heading in page.running.campaign.report_headings)])


def campaign_table(page: CampaignPage) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the campaign's Excel: what was counted and, where there is one, the target; the sum at the end."""
    header: list[str] = [_("单位")]
    last: list[Any] = [_("合计")]
    for total in page.outputs:
        header += [str(total.output.title)] + (
            [_("%s（要求）") % total.output.title] if total.target is not None else []
        )
        last += [total.counted] + ([total.target] if total.target is not None else [])
    rows: list[list[Any]] = []
    for row in page.rows:
        line: list[Any] = [row.org.name]
        for pair, total in zip(row.counts, page.outputs, strict=True):
            counted, target = pair or (_("不适用"), None)
            line += [counted] + ([target] if total.target is not None else [])
        rows.append(line)
    return header, [*rows, last]
