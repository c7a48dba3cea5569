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
from django.db.models import Count, Exists, Func, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as trail
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org, Superior
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues_account as engine
from hongzhu.services.party.models import AllotmentLine, AllotmentUse, DuesCheck, Handing, Receipt
from hongzhu.services.party.rules import dues_checks as check_rules

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
    voucher: str | Func = "voucher"
    org: str = "org"
    fen: str = "fen"


def _quarter(day: date) -> str:
    return Period.covering("quarter", day).title


def _receipt_words(number: str, large: bool, name: str = "") -> str:
    words = _("大额党费，收据%(number)s") if large else _("党费，收据%(number)s")
    return words % {"number": number} + (_("，%(name)s") % {"name": name} if name else "")


def _forward_words(number: str) -> str:
    return _("上缴大额党费，收据%(number)s") % {"number": number}


def _below_words(name: str, quarter_on: date) -> str:
    return _("收%(org)s上缴，%(quarter)s") % {"org": name, "quarter": _quarter(quarter_on)}


def _up_words(name: str, quarter_on: date) -> str:
    return _("上缴到%(org)s，%(quarter)s") % {"org": name, "quarter": _quarter(quarter_on)}


def _allotted_words(title: str) -> str:
    return _("收到下拨：%(title)s") % {"title": title}


def _used_words(used_for: str) -> str:
    return _("使用下拨党费：%(what)s") % {"what": used_for}


def _flows(*, named: bool = False) -> list[_Flow]:
    """Every way but the giving down of allotments, which is one body's of a bureau alone."""
    receipts = Receipt.objects.filter(voided_at__isnull=True)
    handings = Handing.objects.filter(voided_at__isnull=True)
    lines = AllotmentLine.objects.filter(allotment__voided_at__isnull=True)
    unsplit = lines.filter(~Exists(AllotmentUse.objects.filter(line=OuterRef("pk"))), used__gt=0)
    # The receiver's own slip where there is one, else the voucher of who handed it up.
    slip = Coalesce(NullIf("received_number", Value("")), "voucher")
    said = ("number", "large", "person__name") if named else ("number", "large")
    return [
        _Flow("receipt", receipts, 1, "paid_on", _receipt_words, said),
        _Flow("forward", receipts, -1, "forwarded_on", _forward_words, ("number",), voucher="forward_voucher"),
        _Flow("below", handings, 1, "received_on", _below_words, ("org__name", "quarter_on"), slip, org="superior"),
        _Flow("up", handings, -1, "handed_on", _up_words, ("superior__name", "quarter_on")),
        _Flow("allotted", lines, 1, "received_on", _allotted_words, ("allotment__title",)),
        _Flow("use", AllotmentUse.objects.all(), -1, "reported_on", _used_words, ("used_for",), org="line__org"),
        _Flow("used", unsplit, -1, "reported_on", _used_words, ("used_for",), voucher="used_voucher", fen="used"),
    ]  # fmt: skip


def _paying(bureau_id: int, on: date) -> int | None:
    """The body whose dues are given down: the one committee that belongs to no body of the bureau. One query."""
    inside = Superior.objects.filter(
        orgs.on_day(on), org=OuterRef("pk"), relation=Superior.Relation.BELONGS
    ).exclude(superior__kind=Kind.UPPER)  # fmt: skip
    tops = Org.objects.filter(orgs.existing(on), ~Exists(inside), bureau=bureau_id, kind=Kind.COMMITTEE)
    found = list(tops.order_by("pk").values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _sent(bureau_id: int) -> QuerySet[AllotmentLine]:
    return AllotmentLine.objects.filter(
        allotment__bureau=bureau_id, allotment__voided_at__isnull=True, sent_on__isnull=False
    )


def net_by_day(org: Org, today: date) -> dict[date, int]:
    """How much more came in than went out on each day of a body. Eight queries, nine for the paying body."""
    days: dict[date, int] = defaultdict(int)
    for flow in _flows():
        rows = flow.rows.filter(**{flow.org: org.pk, f"{flow.on}__isnull": False})
        for on, fen in rows.order_by().values_list(flow.on).annotate(n=Sum(flow.fen)):
            days[on] += flow.sign * int(fen)
    if _paying(org.bureau_id, today) == org.pk:
        for on, fen in _sent(org.bureau_id).order_by().values_list("sent_on").annotate(n=Sum("fen")):
            days[on] -= int(fen)
    return dict(days)


def _moves(org: Org, period: Period, today: date, *, named: bool) -> list[engine.Move]:
    found = []
    for flow in _flows(named=named):
        rows = flow.rows.filter(
            **{flow.org: org.pk, f"{flow.on}__gte": period.start, f"{flow.on}__lt": period.end}
        )  # fmt: skip
        for on, pk, voucher, fen, *about in rows.values_list(flow.on, "pk", flow.voucher, flow.fen, *flow.about):
            found.append(engine.Move(on, flow.source, pk, voucher, flow.words(*about), flow.sign * fen))
    if _paying(org.bureau_id, today) == org.pk:
        # One transfer pays many units: what one voucher sent of one batch on one day is one movement.
        sent = _sent(org.bureau_id).filter(sent_on__gte=period.start, sent_on__lt=period.end)
        groups = sent.order_by().values_list("sent_on", "voucher", "allotment__title", "allotment")
        for on, voucher, title, _batch, first, units, fen in groups.annotate(
            first=Min("pk"), units=Count("pk"), n=Sum("fen")
        ):
            what = _("下拨%(n)s个单位：%(title)s") % {"n": units, "title": title}
            found.append(engine.Move(on, "sent", first, voucher, what, -int(fen)))
    return found


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one body and period: what was there, each movement with the balance after it."""

    org: Org
    period: Period
    opening: int
    lines: tuple[engine.Line, ...]

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
    return Account(org, period, opening, tuple(engine.running(opening, _moves(org, period, today, named=named))))


def computed(org: Org, on: date, today: date) -> int:
    """The balance at the end of a day, as the rows say it now."""
    return engine.balance_at(net_by_day(org, today), on)


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
    """The last check of each body, in their order. Nine queries for any number of bodies of one bureau, one more where the paying body was checked."""
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
    for flow in _flows():
        until = DuesCheck.objects.filter(pk__in=ids, org=OuterRef(flow.org), on__gte=OuterRef(flow.on))
        rows = flow.rows.filter(Exists(until), **{f"{flow.org}__in": list(by_org)})
        for org_id, fen in rows.order_by().values_list(flow.org).annotate(n=Sum(flow.fen)):
            sums[org_id] += flow.sign * int(fen)
    payer = _paying(bureau_id, today)
    if payer in by_org:
        sent = _sent(bureau_id).filter(sent_on__lte=by_org[payer].on).aggregate(n=Sum("fen"))["n"]
        sums[payer] -= int(sent or 0)
    return dict(sums)


def handles(user: Any, org: Org) -> bool:
    """Who checks another's entry: whoever keeps the dues of the body, or leads above it."""
    return access.holds(user, keeps(org), org) or access.holds(user, rules.LEAD, org)


def open_check(user: Any, pk: int, on: date) -> DuesCheck:
    """The door to one check: unseen is 404, neither keeping nor leading is 403."""
    seen = DuesCheck.objects.filter(org__in=bodies(user, on).order_by().values("pk"))
    check: DuesCheck = get_object_or_404(seen.select_related("org__bureau"), pk=pk)
    if not handles(user, check.org):
        raise PermissionDenied(_("要由管这个党组织党费的人或上级党组织办理。"))
    return check


def may_confirm_check(check: DuesCheck, account: int, today: date) -> Verdict:
    """Whether this account may confirm a check, and if not, who may."""
    made = trail.who_did(Ref.to(check), "party.check_dues")
    own = account in made
    others: list[str] = []
    if own:
        near = access.names_over(check.org, keeps(check.org), today, but=made)
        others = list(dict.fromkeys([*near, *access.names_over(check.org, rules.LEAD, today, but=made)]))
    now = computed(check.org, check.on, today)
    return check_rules.can_confirm_check(check, computed=now, own=own, others=others)


def checks_waiting(user: Any, today: date) -> QuerySet[DuesCheck]:
    """Checks that wait for another person, of bodies whose dues the user keeps."""
    kept = Q(access.within(user, rules.KEEP, "org"))
    return (
        DuesCheck.objects.filter(kept, org__in=bodies(user, today).order_by().values("pk"))
        .filter(confirmed_at__isnull=True, voided_at__isnull=True)
        .select_related("org")
        .order_by("on", "id")
    )
