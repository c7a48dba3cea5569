"""What dues show elsewhere: the room's tab, what waits for whom, a member's own part, links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit import registry
from hongzhu.kit.dates import Period, full_text
from hongzhu.kit.refs import Actor
from hongzhu.kit.registry import Due, Fact
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, DuesMonth, DuesNotice, Handing, Receipt
from hongzhu.services.party.queries import allotments, terms
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.queries.dues_papers import yuan

PUBLISHING = 3  # to the end of March last year's publication is asked for
MOST = 20  # branches one person keeps; more than a few is a school with a committee


@registry.link("party.allotmentline")
def line_url(pk: int) -> str:
    return reverse("party:dues_line", args=[pk])


@registry.link("party.allotment")
def allotment_url(pk: int) -> str:
    return reverse("party:dues_allotment", args=[pk])


@registry.link("party.duescheck")
def check_url(pk: int) -> str:
    return reverse("party:dues_check", args=[pk])


@registry.link("party.duesopening")
def opening_url(pk: int) -> str:
    return reverse("party:dues_opening", args=[pk])


@registry.waiting("party_dues")
def waiting(user: Any, today: date) -> list[Due]:
    """What is to be done about dues; a fixed number of queries."""
    if not access.may(user, rules.VIEW):
        return []
    found: list[Due] = []
    if access.may(user, rules.KEEP):
        kept = list(queries.collecting(user, today).select_related("bureau")[:MOST])
        # A branch that has never set a base does not keep its dues here: nothing waits for it.
        begun = set(lines.with_bases([org.pk for org in kept]))
        kept = [org for org in kept if org.pk in begun]
        if access.may(user, rules.ARREARS):
            found += _arrears(kept, today)
        found += _bases(kept, today)
        found += _to_hand(kept, today)
        found += _large(kept)
        found += _to_publish(kept, today)
        found += _units(user)
        found += _to_open(user, today)
        found += _to_check(user, today)
    if terms.leads(user, today):
        found += _to_confirm(user, today)
    return found


def _arrears(kept: list[Org], today: date) -> Iterator[Due]:
    """For the secretary alone: that somebody is behind, and how many; the names stand on the page."""
    if not kept:
        return
    rows = lines.arrears(kept[0].bureau, [org.pk for org in kept], today)
    limits = queries.limits_on(kept[0].bureau, today)
    for org in kept:
        mine = [row for row in rows if row.org_id == org.pk]
        if mine:
            yield Due(
                title=_("未交党费提醒"),
                text=_("%(org)s有%(n)s名党员连续%(m)s个月以上没有交纳")
                % {"org": org.name, "n": len(mine), "m": limits.warn_first},
                url=reverse("party:dues_arrears", args=[org.pk]),
                action=_("查看"),
                urgent=any(row.level == 2 for row in mine),
            )


def _bases(kept: list[Org], today: date) -> Iterator[Due]:
    open_ones = lines.unconfirmed_bases([org.pk for org in kept], today) if kept else {}
    for org in kept:
        if count := open_ones.get(org.pk):
            yield Due(
                title=_("党费基数待核定"),
                text=_("%(org)s还有%(n)s人") % {"org": org.name, "n": count},
                url=reverse("party:dues_bases", args=[org.pk]),
                action=_("核定"),
            )


def _to_hand(kept: list[Org], today: date) -> Iterator[Due]:
    """Money of a quarter that has ended and did not go up yet."""
    begun = engine.quarter_of(today)
    held = Receipt.objects.filter(
        org__in=[org.pk for org in kept], handing__isnull=True, voided_at__isnull=True, large=False, paid_on__lt=begun
    )
    waiting_at = set(held.values_list("org", flat=True))
    last = engine.after(begun, -3)
    for org in kept:
        if org.pk in waiting_at:
            yield Due(
                title=_("党费待上缴"),
                text=_("%(org)s，%(quarter)s")
                % {"org": org.name, "quarter": Period.quarter(last.year, last.month // 3 + 1).title},
                url=reverse("party:dues_hand", args=[org.pk]),
                action=_("上缴"),
            )


def _large(kept: list[Org]) -> Iterator[Due]:
    """Large payments that have not gone up yet."""
    rows = Receipt.objects.filter(
        org__in=[org.pk for org in kept], large=True, voided_at__isnull=True, forwarded_on__isnull=True
    )
    for receipt in rows.select_related("org").order_by("paid_on", "id")[:MOST]:
        yield Due(
            title=_("大额党费待上缴"),
            text=_("%(org)s，%(number)s") % {"org": receipt.org.name, "number": receipt.number},
            url=reverse("party:dues_receipt_forward", args=[receipt.pk]),
            action=_("上缴"),
        )


def _to_publish(kept: list[Org], today: date) -> Iterator[Due]:
    """In the first quarter: last year's dues that were not published to the members yet (每年公布一次)."""
    if not kept or today.month > PUBLISHING:
        return
    part = queries.part_on(kept[0].bureau, today)
    if part.published is None or not part.published.value:
        return
    year = today.year - 1
    ids = [org.pk for org in kept]
    done = set(DuesNotice.objects.filter(org__in=ids, year=year).values_list("org", flat=True))
    paid = Receipt.objects.filter(org__in=ids, voided_at__isnull=True, paid_on__year=year)
    collected = set(paid.values_list("org", flat=True))
    for org in kept:
        if org.pk in collected - done:
            yield Due(
                title=_("党费待公示"),
                text=_("%(org)s，%(year)s年") % {"org": org.name, "year": year},
                url=reverse("party:dues_publish", args=[org.pk, year]),
                action=_("公示"),
            )


def _units(user: Any) -> Iterator[Due]:
    """Sums of the user's own units to be received, or whose use is to be reported."""
    open_ones = Q(received_on__isnull=True) | Q(reported_on__isnull=True)
    mine = allotments.visible_lines(user).filter(access.within(user, rules.KEEP, "org"), open_ones)
    for line in mine.filter(sent_on__isnull=False)[:MOST]:
        arrived = line.received_on is not None
        yield Due(
            title=_("下拨党费待报使用") if arrived else _("下拨党费待确认收到"),
            text=_("%(org)s，%(title)s") % {"org": line.org.name, "title": line.allotment.title},
            url=line_url(line.pk),
            action=_("报告") if arrived else _("确认收到"),
        )


def _to_check(user: Any, today: date) -> Iterator[Due]:
    """Checks of the user's own bodies that another person entered and nobody has confirmed."""
    for check in accounts.checks_waiting(user, today).exclude(made_by=Actor.of(user).label[:120])[:MOST]:
        yield Due(
            title=_("党费对账待核对"),
            text=_("%(org)s，%(day)s") % {"org": check.org.name, "day": full_text(check.on)},
            url=check_url(check.pk),
            action=_("核对"),
        )


def _to_open(user: Any, today: date) -> Iterator[Due]:
    """Openings of the user's own bodies that another person entered and nobody has confirmed."""
    for opening in openings.openings_waiting(user, today).exclude(made_by=Actor.of(user).label[:120])[:MOST]:
        yield Due(
            title=_("党费期初余额待核对"),
            text=_("%(org)s，%(day)s") % {"org": opening.org.name, "day": full_text(opening.on)},
            url=opening_url(opening.pk),
            action=_("核对"),
        )


def _to_confirm(user: Any, today: date) -> Iterator[Due]:
    """Hand-overs and reliefs of bodies below that wait for the user."""
    waits = Handing.objects.filter(
        access.within(user, rules.LEAD, "superior"), voided_at__isnull=True, received_on__isnull=True
    ).count()
    if waits:
        yield Due(
            title=_("党费上缴待确认"), text=_("%(n)s笔") % {"n": waits},
            url=reverse("party:dues_handings") + "?show=waiting", action=_("确认收到"),
        )  # fmt: skip
    asked = handings.reliefs_to_answer(user, today).count()
    if asked:
        yield Due(
            title=_("党费减免待批准"), text=_("%(n)s人") % {"n": asked}, url=reverse("party:dues_reliefs"), action=_("答复")
        )  # fmt: skip


@registry.personal("dues", title=gettext_lazy("党费"), order=35)
def my_dues(person: Person, on: date) -> list[Fact]:
    """A member's own base and what they paid this year. Two queries."""
    base = DuesBase.objects.filter(person=person, to_on__isnull=True).first()
    paid = list(
        DuesMonth.objects.filter(
            receipt__person=person, receipt__voided_at__isnull=True, month__year=on.year
        ).values_list("month", "fen")
    )
    if base is None and not paid:
        return []
    facts = []
    if base is not None:
        facts.append(Fact(_("缴纳类别"), base.get_table_display()))
        if base.base:
            facts.append(Fact(_("计算基数"), _("%(n)s元") % {"n": yuan(base.base)}))
        amount = queries.amount_of(base, queries.scales_of(queries.part_on(person.bureau, on)))
        facts.append(Fact(_("月应交"), _("%(n)s元") % {"n": yuan(amount)} if amount is not None else None))
    facts.append(Fact(_("今年已交"), _("%(n)s元") % {"n": yuan(sum(fen for _month, fen in paid))}))
    if paid:
        facts.append(Fact(_("已交月份"), lines.month_words(sorted({month for month, _fen in paid}))))
    return facts
