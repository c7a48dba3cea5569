"""Dues as pages show them: the sheet of a year, what may be paid, what is behind, the list of bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit.dates import day_text, month_text
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, DuesNotice, Receipt
from hongzhu.services.party.rules import dues as dues_rules

from .dues import Member, amount_of, first_month, limits_on, members_of

# --- the sheet of a year --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One member on the sheet of a year: base, rate, what a month costs now, the twelve months, and the sums."""

    person: Person
    standing: str
    retired: bool
    base: DuesBase | None
    rate: str
    monthly: int | None
    cells: tuple[engine.Cell | None, ...]
    note: str

    @property
    def owed(self) -> int:
        return sum(cell.owed or 0 for cell in self.cells if cell)

    @property
    def paid(self) -> int:
        return sum(cell.paid for cell in self.cells if cell)

    @property
    def paid_words(self) -> str:
        """Which months were paid, in words: a phone has no room for twelve columns."""
        return month_words([cell.month for cell in self.cells if cell and cell.paid])


@dataclass(frozen=True, slots=True)
class Sheet:
    """党费收缴登记表 of one body and year."""

    org: Org
    year: int
    lines: tuple[Line, ...]
    large: int = 0

    @property
    def months(self) -> list[int]:
        """What came in for each month."""
        columns = ((line.cells[n] for line in self.lines) for n in range(12))
        return [sum(cell.paid for cell in column if cell) for column in columns]

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.lines)

    @property
    def paid(self) -> int:
        return sum(line.paid for line in self.lines)

    @property
    def without_base(self) -> int:
        return sum(1 for line in self.lines if line.base is None and any(line.cells))


def rate_text(scales: Mapping[str, engine.Scale], base: DuesBase | None) -> str:
    """1.5%, or 定额 where an amount and not a rate is set."""
    scale = scales.get(base.table) if base else None
    if base is None or scale is None:
        return ""
    rate = scale.rate(base.base)
    return _("定额") if rate is None else f"{rate / 100:g}%"


def sheet(org: Org, year: int, on: date) -> Sheet:
    """Every member of the body in a year with the months owed to it. Six queries and the pack."""
    first, last = date(year, 1, 1), date(year, 12, 1)
    lines = []
    for one in members_of(org.bureau, [org.pk], first, last).values():
        mine: list[engine.Cell | None] = [None] * 12
        for cell in one.cells:
            if cell.body in (org.pk, 0):
                mine[cell.month.month - 1] = cell
        row = [row for row in one.rows if row.org_id == org.pk][-1]
        months = [cell.month for cell in mine if cell]
        # Who owes nothing here this year (paid before they came) is shown with the base they will pay by.
        base = one.base_on(months[-1] if months else max(last, engine.month_of(one.stays_at(org.pk)[-1].begins)))
        lines.append(
            Line(
                person=one.person,
                standing=row.standing,
                retired=row.retired,
                base=base,
                rate=rate_text(one.scales, base),
                monthly=amount_of(base, one.scales) if base else None,
                cells=tuple(mine),
                note=_note(one, org.pk, year),
            )
        )
    large = Receipt.objects.filter(org=org, large=True, paid_on__year=year, voided_at__isnull=True)
    return Sheet(org, year, tuple(lines), sum(large.values_list("fen", flat=True)))


def _note(one: Member, body: int, year: int) -> str:
    """Facts of the last column: since when, until when, a relief. A change of standing in the body is neither."""
    words = []
    for stay in one.stays_at(body):
        # Who came from outside owes from the month after their letter's; the day they came is the day they came.
        came = stay.from_on if stay.owes_on else stay.begins
        if came.year == year:
            words.append(_("%(day)s起") % {"day": day_text(came)})
        if stay.owes_on and engine.month_of(stay.owes_on) != engine.month_of(came) and came.year == year:
            words.append(_("转入前交至%(month)s") % {"month": month_text(engine.after(stay.owes_on, -1))})
        if stay.to_on and stay.to_on.year == year:
            words.append(_("%(day)s转出") % {"day": day_text(stay.to_on)})
    for relief in one.reliefs:
        if relief.from_on.year <= year <= engine.after(relief.to_on, -1).year:
            last = engine.after(relief.to_on, -1)
            words.append(_("减免至%(month)s") % {"month": month_text(last)})
    return _("；").join(words)


# --- what may be paid, what is behind -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """What one member may pay now: open months up to the one chosen, oldest first."""

    person: Person
    cells: tuple[engine.Cell, ...]
    known: bool

    @property
    def fen(self) -> int:
        return sum(cell.open for cell in self.cells)

    @property
    def months(self) -> dict[date, int]:
        return {cell.month: cell.open for cell in self.cells}


def payable(org: Org, through: date, on: date, *, person: int = 0) -> list[Open]:
    """Members with open months of this body up to ``through``; ``known`` False where no base is set. Five queries."""
    found = []
    for one in members_of(org.bureau, [org.pk], first_month(on), through, person=person).values():
        mine = [cell for cell in one.cells if cell.body == org.pk]
        cells = tuple(cell for cell in mine if cell.open)
        # A base counts from the month the office began to keep it; only a member without any has nothing to say.
        if cells or (mine and not one.bases):
            found.append(Open(one.person, cells, bool(one.bases)))
    return found


@dataclass(frozen=True, slots=True)
class Arrear:
    """Whole months that passed unpaid, as a fact: which, how much, how many in a row, which warning it reaches."""

    org_id: int
    person: Person
    months: tuple[date, ...]
    fen: int
    run: int
    level: int


def arrears(bureau: Bureau, body_ids: Iterable[int], on: date) -> list[Arrear]:
    """Members of the bodies who reached a warning on a day, the longest first. Five queries and the pack.

    For the secretary alone: whoever calls this has asked for ``rules.ARREARS`` at these bodies.
    """
    limits = limits_on(bureau, on)
    wanted = set(body_ids)
    found = []
    for one in members_of(bureau, list(wanted), first_month(on), engine.month_of(on)).values():
        # A month stays with the body it was owed to, also when the member has moved on.
        for body in wanted.intersection(cell.body for cell in one.cells):
            state = engine.behind([cell for cell in one.cells if cell.body == body], on)
            level = engine.level(state.run, limits.warn_first, limits.warn_second)
            if level:
                found.append(Arrear(body, one.person, state.months, state.fen, state.run, level))
    return sorted(found, key=lambda row: (-row.level, -row.run, row.person.pk))


# --- lists ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One body on the list: what it took in this year, what of it has not gone up, what is still to do."""

    org: Org
    collected: int
    unhanded: int
    without_base: int
    published_on: date | None


def body_rows(found: Sequence[Org], year: int, on: date) -> list[BodyRow]:
    """The list of bodies with sums and no names. Four queries for any number."""
    ids = [org.pk for org in found]
    collected: dict[int, int] = defaultdict(int)
    unhanded: dict[int, int] = defaultdict(int)
    receipts = Receipt.objects.filter(org__in=ids, voided_at__isnull=True)
    for org_id, fen in receipts.filter(paid_on__year=year).values_list("org", "fen"):
        collected[org_id] += fen
    for org_id, fen in receipts.filter(handing__isnull=True, large=False).values_list("org", "fen"):
        unhanded[org_id] += fen
    none: dict[int, int] = defaultdict(int)
    bases = DuesBase.objects.filter(person=OuterRef("person"), to_on__isnull=True)
    members = Membership.objects.filter(orgs.on_day(on), org__in=ids, standing__in=dues_rules.PAYERS)
    for org_id in members.filter(~Exists(bases)).values_list("org", flat=True):
        none[org_id] += 1
    posted = dict(DuesNotice.objects.filter(org__in=ids, year=year).values_list("org", "posted_on"))
    return [BodyRow(org, collected[org.pk], unhanded[org.pk], none[org.pk], posted.get(org.pk)) for org in found]


def unconfirmed_bases(org_ids: Iterable[int], on: date) -> dict[int, int]:
    """How many members' bases of each body were not confirmed this year yet: no base, or none confirmed since January.

    A base set during the year counts as confirmed by that. One query.
    """
    settled = DuesBase.objects.filter(
        Q(confirmed_on__year=on.year) | Q(from_on__gte=date(on.year, 1, 1)),
        person=OuterRef("person"),
        to_on__isnull=True,
    )
    rows = Membership.objects.filter(orgs.on_day(on), org__in=org_ids, standing__in=dues_rules.PAYERS)
    found: dict[int, int] = defaultdict(int)
    for org_id in rows.filter(~Exists(settled)).values_list("org", flat=True):
        found[org_id] += 1
    return dict(found)


def with_bases(org_ids: Iterable[int]) -> QuerySet[Membership, int]:
    """Ids of the bodies where some member's base was ever set. One query."""
    bases = DuesBase.objects.filter(person=OuterRef("person"))
    rows = Membership.objects.filter(Exists(bases), org__in=org_ids, standing__in=dues_rules.PAYERS)
    return rows.order_by().values_list("org", flat=True).distinct()


def current_members(org: Org, on: date) -> list[tuple[Membership, DuesBase | None]]:
    """Today's payers of a body with their open base, in the order of the roster. Two queries."""
    rows = list(
        Membership.objects.filter(orgs.on_day(on), org=org, standing__in=dues_rules.PAYERS)
        .select_related("person")
        .order_by("id")
    )
    bases = {
        base.person_id: base
        for base in DuesBase.objects.filter(person__in=[row.person_id for row in rows], to_on__isnull=True)
    }
    return [(row, bases.get(row.person_id)) for row in rows]


def first_months(org: Org, on: date, *, person: int = 0) -> dict[int, date]:
    """person → from which month today's members owe to the body, their unbroken stay in it taken as one."""
    month = engine.month_of(on)
    found = {}
    for who, one in members_of(org.bureau, [org.pk], month, month, person=person).items():
        stay = next((s for s in one.stays_at(org.pk) if s.from_on <= on and (s.to_on is None or on < s.to_on)), None)
        if stay is not None:
            found[who] = engine.month_of(stay.begins)
    return found


def receipts_of(org: Org, person: Person) -> QuerySet[Receipt]:
    """One member's receipts at a body, newest first, voided ones too."""
    return Receipt.objects.filter(org=org, person=person).prefetch_related("months").order_by("-paid_on", "-id")


def month_words(months: Sequence[date]) -> str:
    """9月至11月, 3月、5月; the year where it is not the same for all."""
    if not months:
        return ""
    runs: list[list[date]] = []
    for month in sorted(months):
        if runs and engine.after(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    one_year = len({month.year for month in months}) == 1
    return _("、").join(_run_words(run, one_year=one_year) for run in runs)


def _run_words(run: list[date], *, one_year: bool) -> str:
    def said(month: date) -> str:
        return _("%(month)s月") % {"month": month.month} if one_year else month_text(month)

    if len(run) == 1:
        return said(run[0])
    return _("%(first)s至%(last)s") % {"first": said(run[0]), "last": said(run[-1])}
