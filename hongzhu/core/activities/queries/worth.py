"""本次计入: every tag an act could count for, with its condition, for each of the user's bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import Act, FixedDay, TagClaim
from hongzhu.core.activities.pack import ActivitiesSection
from hongzhu.core.activities.queries.groups import to_meet
from hongzhu.core.activities.queries.snapshot import proposals, told_of
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import by_code


@dataclass(frozen=True, slots=True)
class Worth:
    """One line of 本次计入. ``ticked``: counts, or is proposed to; ``open``: the recorder may change it."""

    org: Org
    tag: str
    title: str
    why: str
    ticked: bool
    open: bool
    state: str


def worth_of(act: Act, bodies: Iterable[Org]) -> list[Worth]:
    """The lines for the bodies given, met ones first; an unmet tag only where a duty of the pack asks for it."""
    pack = policies.pack_for(act.bureau, act.held_on)
    section: ActivitiesSection = pack.section("activities")
    duties = {duty.tag: duty for duty in pack.section("obligations").duties if duty.active}
    kinds = {row.org_id: row.kind for row in act.bodies.all()}
    wanted = {body.pk: body for body in bodies if body.pk in kinds}
    fixed = {row.body_id: row for row in FixedDay.objects.filter(body__in=wanted)}
    claims = {(claim.org_id, claim.tag): claim for claim in act.claims.filter(org__in=wanted)}
    told, tags, known = told_of(act), by_code(section.tags), by_code(section.kinds)
    lines: list[Worth] = []
    for pk, body in wanted.items():
        kind = known.get(kinds[pk])
        if kind is None:
            continue
        found = {row.tag: row for row in proposals(told, kind, section, fixed.get(pk), post=act.lecturer_post)}
        claimed = {code: claim for (org, code), claim in claims.items() if org == pk}
        for code in dict.fromkeys([*found, *claimed]):
            proposal, claim = found.get(code), claimed.get(code)
            if code not in tags or (claim is None and proposal and not proposal.met and code not in duties):
                continue
            amount = claim.amount if claim else proposal.amount if proposal else 0
            every = duties[code].every if code in duties else ""
            state = claim.state if claim else ""
            lines.append(
                Worth(
                    org=body,
                    tag=code,
                    title=titled(str(tags[code].title), every, act.belongs_on, amount),
                    why=_why(act, tags[code], proposal, claim, section),
                    ticked=state in (TagClaim.State.PROPOSED, TagClaim.State.CONFIRMED),
                    open=claim is not None and state != TagClaim.State.STRUCK and not (proposal and proposal.lacks),
                    state=state,
                )
            )
    lines.sort(key=lambda row: (row.org.pk != act.body_id, not row.ticked, not row.open))
    return lines


def _why(
    act: Act, tag: Any, proposal: engine.Proposal | None, claim: TagClaim | None, section: ActivitiesSection
) -> str:
    """The condition under a tag: why it counts, or why not."""
    if claim and claim.state == TagClaim.State.STRUCK:
        return _("已取消计入：%s") % claim.reason
    if claim and claim.reason:
        return claim.reason
    if proposal is not None and not proposal.met:
        return rules.reason_of(proposal, section)
    if claim and tag.code == act.kind and claim.org_id == act.body_id and (names := to_meet(act, claim.org, tag.code)):
        return _("各党小组都开过才计入，还差%s") % _("、").join(names)
    if tag.amount == "hours" and section.minutes_per_hour:
        minutes = section.minutes_per_hour.value
        return _("按1学时%(minutes)s分钟，实到%(n)s人各记") % {"minutes": minutes, "n": act.attended}
    return str(tag.shown)


def titled(title: str, every: str, day: date, hundredths: int = 0) -> str:
    """11月主题党日, 四季度党课, 集中学习学时1.5: the tag with the period it counts in."""
    if hundredths:
        return _("%(title)s %(hours)s学时") % {
            "title": title.removesuffix("学时"),  # zh: the word stands once
            "hours": f"{hundredths / 100:.2f}".rstrip("0").rstrip("."),
        }
    if every == "month":
        return _("%(month)s月%(title)s") % {"month": day.month, "title": title, "mon": day.strftime("%b")}
    if every == "quarter":
        number = Period.covering("quarter", day).number
        words = (_("一季度%s"), _("二季度%s"), _("三季度%s"), _("四季度%s"))
        return words[number - 1] % title
    if every == "half":
        return (_("上半年%s") if day.month <= 6 else _("下半年%s")) % title
    if every == "year":
        return _("%(year)s年度%(title)s") % {"year": day.year, "title": title}
    return title
