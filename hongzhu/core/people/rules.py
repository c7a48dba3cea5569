"""What may be done with posts, memberships and places of work. Pure; permissions on people are declared in access."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import PARTY_KINDS, Kind, Org
from hongzhu.kit.perms import Verdict

from .models import Membership, Post, Standing

PARTY_STANDING = (Standing.FULL, Standing.PROBATIONARY, Standing.ACTIVIST)
# Where a Party membership may stand; a team (党小组) is part of its branch.
HOLDING = tuple(kind for kind in PARTY_KINDS if kind not in (Kind.TEAM, Kind.PARTY_GROUP))
GROUP_STANDING = (Standing.HEAD, Standing.DEPUTY_HEAD, Standing.MEMBER)
ADULT = 18


def can_belong(org: Org, on: date) -> Verdict:
    """A body somebody joins, is transferred to or works at exists on that day."""
    if org.closed_on is not None and org.closed_on <= on:
        return Verdict(False, _("“%(name)s”已经撤销，请另选一个。") % {"name": org.name})
    if org.opened_on > on:
        return Verdict(False, _("“%(name)s”在那一天还没有设立，请改日期。") % {"name": org.name})
    return Verdict(True)


def can_join(org: Org, standing: str, held: Iterable[Membership], on: date) -> Verdict:
    """One open Party membership for each person; a group may have the same person beside it."""
    if not (verdict := can_belong(org, on)):
        return verdict
    party = standing in PARTY_STANDING
    if party and org.kind not in HOLDING:
        return Verdict(False, _("党员的组织关系只能在党支部、党总支或党委，请另选一个。"))
    for row in held:
        if party and row.standing in PARTY_STANDING:
            return Verdict(
                False, _("组织关系已在“%(name)s”，请办组织关系转接，不要再登记一次。") % {"name": row.org.name}
            )
        if row.org_id == org.pk:
            return Verdict(False, _("已经在“%(name)s”里。") % {"name": row.org.name})
    return Verdict(True)


def can_sit(group: Org, standing: str, held: Membership | None, on: date) -> Verdict:
    """Who may sit on a group (领导小组, 专项工作组) from a day on, and in what standing; ``held``: the seat they have."""
    if standing not in GROUP_STANDING:
        return Verdict(False, _("小组里只有组长、副组长和成员，请重选身份。"))
    if held is not None and held.from_on > on:
        return Verdict(False, _("%(day)s才加入，请用更晚的日期。") % {"day": held.from_on.isoformat()})
    return can_belong(group, on)


def can_transfer(membership: Membership, org: Org, on: date) -> Verdict:
    """An open Party membership may go to another body that exists, later than it began."""
    if membership.to_on is not None:
        return Verdict(False, _("这段组织关系已经结束，请刷新页面。"))
    if membership.standing not in PARTY_STANDING or org.kind not in HOLDING:
        return Verdict(False, _("党员的组织关系只能在党支部、党总支或党委，请另选一个。"))
    if org.pk == membership.org_id:
        return Verdict(False, _("已经在“%(name)s”里，请另选一个。") % {"name": org.name})
    if on <= membership.from_on:
        return Verdict(False, _("日期要晚于转入日期%(day)s，请改日期。") % {"day": membership.from_on.isoformat()})
    return can_belong(org, on)


def dates_of_membership(
    standing: str, *, born_on: date | None, joined_on: date | None, full_on: date | None, on: date
) -> Verdict:
    """The order of a member's dates: 18 on joining, full membership not before joining, nothing in the future."""
    if joined_on and joined_on > on:
        return Verdict(False, _("入党日期还没有到，请改日期。"))
    if joined_on and born_on and joined_on < _birthday(born_on, ADULT):
        return Verdict(False, _("按出生日期，入党时不满18岁，请核对。"))
    if full_on and full_on > on:
        return Verdict(False, _("转正日期还没有到，请改日期。"))
    if full_on and joined_on and full_on < joined_on:
        return Verdict(False, _("转正日期早于入党日期，请改日期。"))
    if full_on and standing != Standing.FULL:
        return Verdict(False, _("只有正式党员填转正日期。"))
    return Verdict(True)


def _birthday(born_on: date, years: int) -> date:
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:  # born on 29 February
        return date(born_on.year + years, 3, 1)


def can_end(from_on: date, to_on: date | None, on: date) -> Verdict:
    """Something that is still running ends later than it began."""
    if to_on is not None:
        return Verdict(False, _("已经结束，请刷新页面。"))
    if on <= from_on:
        return Verdict(False, _("日期要晚于开始日期%(day)s，请改日期。") % {"day": from_on.isoformat()})
    return Verdict(True)


def can_appoint(org: Org, kind: str, held: Iterable[Post], on: date) -> Verdict:
    """A post in a body that exists; nobody holds the same post twice."""
    if not (verdict := can_belong(org, on)):
        return verdict
    for post in held:
        if post.org_id == org.pk and post.kind == kind:
            return Verdict(False, _("已经在这个职务上。"))
    return Verdict(True)
