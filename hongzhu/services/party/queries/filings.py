"""Requests to set up, rename, change, merge and dissolve Party bodies: who sees them, who answers, what to think of."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.audit import queries as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs import rules as orgs_rules
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind, Org
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules as perms
from hongzhu.services.party.models import Filing
from hongzhu.services.party.rules.terms import keep_perm

from .terms import is_outside, roll

Want = Filing.Want


def visible_to(user: Any) -> QuerySet[Filing]:
    """Requests about bodies the user may see, made at units of theirs, or addressed to bodies they may see."""
    seen = Q()
    for field in ("org", "host", "superior"):
        seen |= access.within(user, perms.VIEW, field)
    return Filing.objects.filter(seen).select_related("org", "into", "superior", "host", "bureau")


def open_filing(user: Any, pk: int) -> Filing:
    return get_object_or_404(visible_to(user), pk=pk)


def open_to_answer(user: Any, pk: int) -> Filing:
    """The superior's door; where it is outside the bureau, that of the body which enters its letter."""
    filing = open_filing(user, pk)
    if is_outside(filing.superior):
        check_asks(user, filing.org or filing.host, filing.superior)
    else:
        access.check(user, perms.LEAD, filing.superior)
    return filing


def open_to_finish(user: Any, pk: int) -> Filing:
    """Whoever writes it into the register of organisations: the superior, or the Party office for one outside."""
    filing = open_filing(user, pk)
    if is_outside(filing.superior):
        access.require(user, access_rules.CHANGE_ORGS)
    else:
        access.check(user, perms.LEAD, filing.superior)
    return filing


def check_asks(user: Any, place: Org | None, superior: Org) -> None:
    """403 unless the user keeps the papers of the body or unit that asks, or approves at its superior."""
    if place is not None and access.holds(
        user, keep_perm(place.kind) if place.kind in BRANCH_KINDS else perms.KEEP, place
    ):
        return
    if access.holds(user, perms.LEAD, superior) or (place is not None and access.holds(user, perms.APPROVE, place)):
        return
    raise PermissionDenied(_("你现在的角色不能在这里请示。需要时请联系上级党组织。"))


def may_ask(user: Any) -> bool:
    return access.may(user, perms.KEEP) or access.may(user, perms.APPROVE)


def others_over(filing: Filing, account: int, on: date) -> tuple[bool, list[str]]:
    """Whether the account asked, and who else may answer for the superior (A19)."""
    if is_outside(filing.superior):
        return False, []
    wrote = audit.who_did(Ref.to(filing), "party.ask_filing")
    if account not in wrote:
        return False, []
    return True, access.names_over(filing.superior, perms.LEAD, on, but=wrote)


def to_answer(user: Any, on: date) -> QuerySet[Filing]:
    """待批复: addressed to bodies the user approves for."""
    above = access.orgs_where(user, perms.LEAD).order_by().values("pk")
    return (
        visible_to(user)
        .filter(status=Filing.Status.ASKED, superior__in=above)
        .exclude(superior__kind=Kind.UPPER)
        .order_by("asked_on", "id")
    )


def committee_of(bureau: Bureau, on: date) -> Org | None:
    """The bureau's own committee: it guides every body, and new ones stand under it where the superior is outside."""
    found = Org.objects.filter(orgs.existing(on), bureau=bureau, kind=Kind.COMMITTEE)
    return found.order_by("sort", "id").first()


def cautions(
    want: str, *, org: Org | None, into: Org | None, kind: str, members: int | None, units: int, on: date
) -> list[str]:
    """What the rules on branches ask one to think of before asking; nothing here stops anybody."""
    if want == Want.SET_UP:
        return orgs_rules.cautions(kind, full_members=members, members=members, units=units)
    if org is None:
        return []
    held = roll(org, on)
    if want == Want.CHANGE:
        return orgs_rules.cautions(
            kind, full_members=held.full, members=held.members, units=max(units, held.units)
        )  # fmt: skip
    if want == Want.MERGE and into is not None:
        there = roll(into, on)
        return orgs_rules.cautions(
            into.kind, full_members=held.full + there.full, members=held.members + there.members,
            units=held.units + there.units,
        )  # fmt: skip
    found = []
    if want == Want.DISSOLVE and org.kind == Kind.BRANCH and held.full >= orgs_rules.FEWEST_FULL_MEMBERS:
        found.append(
            _("正式党员%(n)s人。有3名以上正式党员的单位应当成立党支部，撤销前请再核对（支部工作条例）。")
            % {"n": held.full}
        )
    if want == Want.DISSOLVE and held.members and into is None:
        found.append(_("还有%(n)s名党员，办结前要写明由谁承接，或先把组织关系转出。") % {"n": held.members})
    return found
