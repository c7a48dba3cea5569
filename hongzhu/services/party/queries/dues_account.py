"""收支明细账 and 对账: what moved through the dues of a body, out of the rows alone, and its checks against the book.

Money that only was decided, or whose row is voided, never moved. What is on its way between two bodies has left the
one and not yet reached the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Count, Exists, Expression, F, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as trail
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues_account as engine
from hongzhu.services.party.models import (
    Allotment,
    AllotmentLine,
    AllotmentUse,
    DuesCheck,
    DuesOpening,
    Handing,
    Receipt,
)
from hongzhu.services.party.rules import dues_checks as check_rules

from . import allotments
from .dues import bodies
from .dues_handing import keeps

SHOWN = 12  # checks on the page of an account


# --- what moves -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Flow:
    """One way money comes or goes: the rows, whose, when, how much, and what of a row its words are made of."""

    source: str
    rows: QuerySet[Any]
    sign: int
    on: str
    words: Callable[..., str]
    about: tuple[str, ...]
    voucher: str | Expression = "voucher"
    org: str = "org"
    fen: str = "fen"


def _quarter(day: date) -> str:
    return Period.covering("quarter", day).title


def _opening_words(basis: str) -> str:
    return _("期初余额，依据：%(basis)s") % {"basis": basis}


def _receipt_words(number: str, large: bool, name: str = "") -> str:
    words = _("大额党费，收据%(number)s") if large else _("党费，收据%(number)s")
    return words % {"number": number} + (_("，%(name)s") % {"name": name} if name else "")


def _forward_words(number: str) -> str:
    return _("上缴大额党费，收据%(number)s") % {"number": number}


def _below_words(name: str, quarter_on: date, opening: int) -> str:
    return _("收%(org)s上缴，%(quarter)s") % {"org": name, "quarter": _quarter(quarter_on)} + opening_words(opening)


def _up_words(name: str, quarter_on: date, opening: int) -> str:
    return _("上缴到%(org)s，%(quarter)s") % {"org": name, "quarter": _quarter(quarter_on)} + opening_words(opening)


def opening_words(fen: int) -> str:
    """What a hand-over took of the opening cash, to stand behind its words; nothing where it took none."""
    return _("，其中期初余额%(fen)s元") % {"fen": engine.yuan(fen)} if fen else ""


def _allotted_words(title: str) -> str:
    return _("收到下拨：%(title)s") % {"title": title}


def _used_words(used_for: str) -> str:
    return _("使用下拨党费：%(what)s") % {"what": used_for}


def _sent_words(units: int, title: str) -> str:
    return _("下拨%(n)s个单位：%(title)s") % {"n": units, "title": title}


def _flows(bureau_id: int, today: date, *, named: bool = False) -> list[_Flow]:
    """Every way, of the bodies of a bureau. One query: who pays what names no payer."""
    begun = DuesOpening.objects.filter(voided_at__isnull=True, confirmed_at__isnull=False)
    receipts = Receipt.objects.filter(voided_at__isnull=True)
    handings = Handing.objects.filter(voided_at__isnull=True)
    lines = AllotmentLine.objects.filter(allotment__voided_at__isnull=True)
    unsplit = lines.filter(~Exists(AllotmentUse.objects.filter(line=OuterRef("pk"))), used__gt=0)
    only = allotments.only_payer(bureau_id, today)
    payer = Coalesce("allotment__payer", Value(only), output_field=BigIntegerField()) if only else F("allotment__payer")
    sent = lines.filter(allotment__bureau=bureau_id).annotate(paid_by=payer)
    # The receiver's own slip where there is one, else the voucher of who handed it up.
    slip = Coalesce(NullIf("received_number", Value("")), "voucher")
    said = ("number", "large", "person__name") if named else ("number", "large")
    with_it = ("quarter_on", "opening_fen")
    return [
        _Flow("opening", begun, 1, "on", _opening_words, ("basis",), Value("")),
        _Flow("receipt", receipts, 1, "paid_on", _receipt_words, said),
        _Flow("forward", receipts, -1, "forwarded_on", _forward_words, ("number",), voucher="forward_voucher"),
        _Flow("below", handings, 1, "received_on", _below_words, ("org__name", *with_it), slip, org="superior"),
        _Flow("up", handings, -1, "handed_on", _up_words, ("superior__name", *with_it)),
        _Flow("allotted", lines, 1, "received_on", _allotted_words, ("allotment__title",)),
        _Flow("use", AllotmentUse.objects.all(), -1, "reported_on", _used_words, ("used_for",), org="line__org"),
        _Flow("used", unsplit, -1, "reported_on", _used_words, ("used_for",), voucher="used_voucher", fen="used"),
        _Flow("sent", sent, -1, "sent_on", _sent_words, ("allotment__title", "allotment"), org="paid_by"),
    ]  # fmt: skip


def net_by_day(org: Org, today: date) -> dict[date, int]:
    """How much more came in than went out on each day of a body. Ten queries."""
    days: dict[date, int] = defaultdict(int)
    for flow in _flows(org.bureau_id, today):
        rows = flow.rows.filter(**{flow.org: org.pk, f"{flow.on}__isnull": False})
        for on, fen in rows.order_by().values_list(flow.on).annotate(n=Sum(flow.fen)):
            days[on] += flow.sign * int(fen)
    return dict(days)


def sent_down(org: Org, today: date) -> int:
    """What a body has given down so far, of batches that stand. Two queries."""
    (flow,) = [flow for flow in _flows(org.bureau_id, today) if flow.source == "sent"]
    rows = flow.rows.filter(**{flow.org: org.pk, f"{flow.on}__isnull": False})
    return int(rows.aggregate(n=Sum(flow.fen, default=0))["n"])


def _moves(org: Org, period: Period, today: date, *, named: bool) -> list[engine.Move]:
    found: list[engine.Move] = []
    for flow in _flows(org.bureau_id, today, named=named):
        rows = flow.rows.filter(
            **{flow.org: org.pk, f"{flow.on}__gte": period.start, f"{flow.on}__lt": period.end}
        )  # fmt: skip
        if flow.source == "sent":
            found += _batches(flow, rows)
            continue
        for on, pk, voucher, fen, *about in rows.values_list(flow.on, "pk", flow.voucher, flow.fen, *flow.about):
            found.append(engine.Move(on, flow.source, pk, voucher, flow.words(*about), flow.sign * fen))
    return found


def _batches(flow: _Flow, rows: QuerySet[Any]) -> Iterable[engine.Move]:
    """One transfer pays many units: what one voucher sent of one batch on one day is one movement."""
    groups = rows.order_by().values_list(flow.on, flow.voucher, *flow.about)
    for on, voucher, title, _batch, first, units, fen in groups.annotate(
        first=Min("pk"), units=Count("pk"), n=Sum(flow.fen)
    ):
        yield engine.Move(on, flow.source, first, voucher, flow.words(units, title), flow.sign * int(fen))


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one body and period: what was there, each movement with the balance after it.

    ``begun``: the period in which the account began here has what was in hand that day for its opening.
    """

    org: Org
    period: Period
    opening: int
    lines: tuple[engine.Line, ...]
    begun: engine.Move | None = None

    @property
    def came(self) -> int:
        return sum(line.move.came or 0 for line in self.lines)

    @property
    def went(self) -> int:
        return sum(line.move.went or 0 for line in self.lines)

    @property
    def closing(self) -> int:
        return self.lines[-1].balance if self.lines else self.opening


def account(org: Org, period: Period, today: date, *, named: bool) -> Account:
    """收支明细账. ``named``: whether the payers' names stand in the words, for who keeps the dues of the body alone."""
    opening = sum(fen for on, fen in net_by_day(org, today).items() if on < period.start)
    moves = _moves(org, period, today, named=named)
    begun = next((move for move in moves if move.source == "opening"), None)
    opening += begun.fen if begun else 0
    lines = engine.running(opening, [move for move in moves if move is not begun])
    return Account(org, period, opening, tuple(lines), begun)


def computed(org: Org, on: date, today: date) -> int:
    """The balance at the end of a day, as the rows say it now."""
    return engine.balance_at(net_by_day(org, today), on)


@dataclass(frozen=True, slots=True)
class Unowned:
    """Money given down that stands on nobody's account: in how many transfers to units, and how much."""

    units: int
    fen: int


def on_nobodys_account(org: Org, period: Period, today: date) -> Unowned | None:
    """What was given down in a period by batches that name no payer, for a committee that is one of several at the top."""
    if org.kind != Kind.COMMITTEE:
        return None
    tops = list(allotments.payers(org.bureau_id, today).values_list("pk", flat=True))
    if len(tops) < 2 or org.pk not in tops:
        return None
    rows = AllotmentLine.objects.filter(
        allotment__bureau=org.bureau_id, allotment__payer__isnull=True, allotment__voided_at__isnull=True,
        sent_on__gte=period.start, sent_on__lt=period.end,
    )  # fmt: skip
    found = rows.aggregate(units=Count("pk"), fen=Sum("fen", default=0))
    return Unowned(found["units"], int(found["fen"])) if found["units"] else None


@dataclass(frozen=True, slots=True)
class Purse:
    """What a committee has in its account on a day, and what a batch still takes out of it; in fen."""

    org: Org
    balance: int
    waiting: int

    @property
    def after(self) -> int:
        return self.balance - self.waiting


def purse_of(allotment: Allotment, today: date) -> Purse | None:
    """The account a batch is paid from; None where nobody's is. It may lag behind the book, so it stops nothing."""
    payer = allotment.payer_id or allotments.only_payer(allotment.bureau_id, today)
    if payer is None:
        return None
    org = Org.objects.get(pk=payer)
    waiting = allotment.lines.filter(sent_on__isnull=True).aggregate(n=Sum("fen", default=0))["n"]
    return Purse(org, computed(org, today, today), int(waiting))


# --- checks against the book ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check, or that there is none, beside what is computed now of its day."""

    check: DuesCheck | None
    computed: int

    @property
    def chip(self) -> Chip:
        return check_rules.check_chip(self.check, self.computed)

    @property
    def changed(self) -> bool:
        """A row was voided or entered late since the check was made."""
        return self.check is not None and self.check.voided_at is None and self.check.computed_fen != self.computed

    @property
    def gap(self) -> int:
        return self.check.book_fen - self.check.computed_fen if self.check else 0


def checks_of(org: Org, today: date) -> list[CheckRow]:
    """The latest checks of a body, voided ones too, newest first."""
    days = net_by_day(org, today)
    rows = DuesCheck.objects.filter(org=org).order_by("-on", "-id")[:SHOWN]
    return [CheckRow(check, engine.balance_at(days, check.on)) for check in rows]


def check_row(check: DuesCheck, today: date) -> CheckRow:
    """One check beside what is computed now."""
    return CheckRow(check, computed(check.org, check.on, today))


def last_checks(found: Sequence[Org], today: date) -> list[CheckRow]:
    """The last check of each body, in their order. Eleven queries for any number of bodies of one bureau."""
    last: dict[int, DuesCheck] = {}
    for check in DuesCheck.objects.filter(org__in=[org.pk for org in found], voided_at__isnull=True).order_by("on"):
        last[check.org_id] = check
    sums = _sums_at(last.values(), found[0].bureau_id, today) if found else {}
    return [CheckRow(last.get(org.pk), sums.get(org.pk, 0)) for org in found]


def _sums_at(checks: Iterable[DuesCheck], bureau_id: int, today: date) -> dict[int, int]:
    """The balance of each check's body at the end of the check's day: one check for each body."""
    by_org = {check.org_id: check for check in checks}
    ids = [check.pk for check in by_org.values()]
    sums: dict[int, int] = defaultdict(int)
    for flow in _flows(bureau_id, today):
        until = DuesCheck.objects.filter(pk__in=ids, org=OuterRef(flow.org), on__gte=OuterRef(flow.on))
        rows = flow.rows.filter(Exists(until), **{f"{flow.org}__in": list(by_org)})
        for org_id, fen in rows.order_by().values_list(flow.org).annotate(n=Sum(flow.fen)):
            sums[org_id] += flow.sign * int(fen)
    return dict(sums)


def handles(user: Any, org: Org) -> bool:
    """Who checks another's entry: whoever keeps the dues of the body, or leads above it."""
    return access.holds(user, keeps(org), org) or access.holds(user, rules.LEAD, org)


def open_check(user: Any, pk: int, on: date) -> DuesCheck:
    """The door to one check: unseen is 404, neither keeping nor leading is 403."""
    seen = DuesCheck.objects.filter(org__in=bodies(user, on).order_by().values("pk"))
    check: DuesCheck = get_object_or_404(seen.select_related("org__bureau"), pk=pk)
    check_handles(user, check.org)
    return check


def check_handles(user: Any, org: Org) -> None:
    """403 with who does it, where it is not this user."""
    if not handles(user, org):
        raise PermissionDenied(_("要由管这个党组织党费的人或上级党组织办理。"))


def may_confirm_check(check: DuesCheck, account: int, today: date) -> Verdict:
    """Whether this account may confirm a check, and if not, who may."""
    own, others = another(check.org, trail.who_did(Ref.to(check), "party.check_dues"), account, today)
    now = computed(check.org, check.on, today)
    return check_rules.can_confirm_check(check, computed=now, own=own, others=others)


def another(org: Org, made: set[int], account: int, today: date) -> tuple[bool, list[str]]:
    """Whether this account made the entry itself, and then who else handles the dues of the body."""
    if account not in made:
        return False, []
    near = access.names_over(org, keeps(org), today, but=made)
    return True, list(dict.fromkeys([*near, *access.names_over(org, rules.LEAD, today, but=made)]))


def checks_waiting(user: Any, today: date) -> QuerySet[DuesCheck]:
    """Checks that wait for another person, of bodies whose dues the user keeps."""
    kept = Q(access.within(user, rules.KEEP, "org"))
    return (
        DuesCheck.objects.filter(kept, org__in=bodies(user, today).order_by().values("pk"))
        .filter(confirmed_at__isnull=True, voided_at__isnull=True)
        .select_related("org")
        .order_by("on", "id")
    )
