"""What may be done to a body, and what to think of first. Pure; permissions on bodies are declared in access."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from hongzhu.kit.perms import Verdict

from .models import BRANCH_KINDS, PARTY_KINDS, UNIT_KINDS, Kind, Org

# 中国共产党支部工作条例（试行）, 2018 (rules.md 1.1, marked W1?): shown as a caution, never a refusal.
FEWEST_FULL_MEMBERS, MANY_MEMBERS, MOST_UNITS = 3, 50, 5
GENERAL_BRANCH_OVER, COMMITTEE_OVER = 50, 100

FAMILIES = (
    tuple(UNIT_KINDS),
    tuple(kind for kind in PARTY_KINDS if kind != Kind.TEAM),
    (Kind.TEAM,),
    (Kind.CLASS,),
    (Kind.UNION,),
    (Kind.LEAGUE,),
    (Kind.PIONEERS,),
    (Kind.LEADING_GROUP, Kind.TASK_FORCE, Kind.STUDY_GROUP),
    (Kind.UPPER,),
)


def family(kind: str) -> tuple[str, ...]:
    """Kinds that can take over from one another: a school from a school, a branch from a branch."""
    return next((tuple(str(k) for k in kinds) for kinds in FAMILIES if kind in kinds), (kind,))


def can_change(org: Org, on: date) -> Verdict:
    """A body that exists on the day may be changed from that day on."""
    if on < org.opened_on:
        return Verdict(False, _("日期早于设立日期%(day)s，请改日期。") % {"day": org.opened_on.isoformat()})
    if org.closed_on is not None:
        return Verdict(False, _("“%(name)s”已经撤销，不能再改。") % {"name": org.name})
    return Verdict(True)


def can_end(org: Org, on: date) -> Verdict:
    """A body ends after it began; the bureau itself does not end here."""
    if org.kind == Kind.BUREAU:
        return Verdict(False, _("教育局本身不能撤销。"))
    if on <= org.opened_on:
        return Verdict(False, _("日期要晚于设立日期%(day)s，请改日期。") % {"day": org.opened_on.isoformat()})
    return can_change(org, on)


def can_succeed(org: Org, successor: Org, on: date) -> Verdict:
    """Who takes over: another open body of the same bureau and of the same family of kinds."""
    if successor.pk == org.pk:
        return Verdict(False, _("承接的不能是它自己，请另选一个。"))
    if successor.bureau_id != org.bureau_id:
        return Verdict(False, _("承接的要在同一个教育局，请另选一个。"))
    if successor.closed_on is not None or successor.opened_on > on:
        return Verdict(False, _("“%(name)s”在那一天不存在，请另选一个。") % {"name": successor.name})
    if successor.kind not in family(org.kind):
        return Verdict(False, _("“%(name)s”不是同一类机构，不能承接，请另选一个。") % {"name": successor.name})
    return Verdict(True)


def can_lie_under(org: Org, path: str, parent: Org, parent_path: str, on: date) -> Verdict:
    """Where a body may be moved: under an open body of its bureau that does not lie under itself."""
    if parent.bureau_id != org.bureau_id:
        return Verdict(False, _("上级要在同一个教育局，请另选一个。"))
    if not parent_path or (parent.closed_on is not None and parent.closed_on <= on):
        return Verdict(False, _("“%(name)s”在那一天不存在，请另选一个。") % {"name": parent.name})
    if parent_path.startswith(path):
        return Verdict(False, _("不能挂到自己或自己的下级下面，请另选一个。"))
    return Verdict(True)


def cautions(kind: str, *, full_members: int | None = None, members: int | None = None, units: int = 0) -> list[str]:
    """What the rules on branches ask one to think of, with the clause; nothing here stops anybody.

    ``full_members`` and ``members`` None: not known yet.
    """
    found = []
    if kind == Kind.BRANCH and full_members is not None and full_members < FEWEST_FULL_MEMBERS:
        found.append(
            _(
                "正式党员%(count)s人，不足3人。一般有3名以上正式党员才成立党支部，不足的可与邻近单位联合（支部工作条例）。"
            )
            % {"count": full_members}
        )
    if kind in BRANCH_KINDS and members is not None and members > MANY_MEMBERS:
        found.append(
            _("党员%(count)s人，超过50人。一个党支部一般不超过50人，请考虑分设（支部工作条例）。") % {"count": members}
        )
    if kind == Kind.JOINT_BRANCH and units > MOST_UNITS:
        found.append(_("覆盖%(count)s个单位。联合党支部一般不超过5个单位（支部工作条例）。") % {"count": units})
    if kind == Kind.GENERAL_BRANCH and full_members is not None and full_members <= GENERAL_BRANCH_OVER:
        found.append(
            _("正式党员%(count)s人。党总支一般在正式党员50人以上时设立，不足的要上级批准。") % {"count": full_members}
        )
    if kind == Kind.COMMITTEE and members is not None and members <= COMMITTEE_OVER:
        found.append(_("党员%(count)s人。基层党委一般在党员100人以上时设立，不足的要上级批准。") % {"count": members})
    return [str(text) for text in found]
