"""Permissions of the policies room, and what may be published, excepted or issued. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Role
from hongzhu.kit import registry
from hongzhu.kit.packs import Finding, Item
from hongzhu.kit.perms import Verdict

from .models import GuardException, MonthlyGuide, PackVersion

READ = registry.perm(
    "policies.read",
    _("查看制度包"),
    roles=(
        Role.PARTY_OFFICE,
        Role.SECTION_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.SCHOOL_SECRETARY,
        Role.BRANCH_SECRETARY,
        Role.ORGANISER,
        Role.INSPECTOR,
    ),
)
DRAFT = registry.perm("policies.draft", _("起草、发布制度包"), roles=(Role.PARTY_OFFICE,))
EXCEPT = registry.perm("policies.except", _("登记减负规定的例外"), roles=(Role.PARTY_OFFICE,))
CALENDAR = registry.perm("policies.calendar", _("维护节假日和学期"), roles=(Role.PARTY_OFFICE,))
GUIDE = registry.perm("policies.guide", _("印发每月工作提示"), roles=(Role.PARTY_OFFICE,))
READ_GUIDE = registry.perm(
    "policies.read_guide",
    _("查看每月工作提示"),
    roles=(
        Role.PARTY_OFFICE,
        Role.SECTION_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.SCHOOL_SECRETARY,
        Role.BRANCH_SECRETARY,
        Role.ORGANISER,
        Role.MEMBER,
        Role.INSPECTOR,
    ),
)

BUREAU_WIDE = (DRAFT, EXCEPT, CALENDAR)
MOST_EXCEPTION_DAYS = 366


def can_be_edited(version: PackVersion) -> Verdict:
    """A published version never changes; a change is a new version."""
    if version.status != PackVersion.Status.DRAFT:
        return Verdict(False, _("已发布的版本不能再改，请另起草一版。"))
    return Verdict(True)


def can_be_saved_over(version: PackVersion, seen: str) -> Verdict:
    """Two people may work on one draft; neither takes the other's work back without knowing. "": not asked."""
    if seen and seen != version.digest:
        return Verdict(
            False,
            _("没有保存：您打开以后，%(who)s改过这份草稿。您填的还在，请核对；要以您填的为准，再按一次保存。")
            % {"who": version.edited_by},
        )
    return Verdict(True)


def can_be_added(others: Iterable[Item], title: str) -> Verdict:
    """One name once in a list: two items of one name cannot be told apart on any page."""
    for other in others:
        if other.title.zh == title:
            if getattr(other, "active", True):
                return Verdict(
                    False, _("没有保存：已经有一项叫“%(title)s”，请换个名称。已填内容还在。") % {"title": title}
                )
            return Verdict(
                False,
                _(
                    "没有保存：已经有一项叫“%(title)s”，只是没有启用。请回草稿勾上“本局在用”，或者换个名称。已填内容还在。"
                )
                % {"title": title},
            )
    return Verdict(True)


def can_be_removed(users: Iterable[Item]) -> Verdict:
    """An item others stand on stays until they are changed."""
    names = _("、").join(dict.fromkeys(_("“%s”") % user.title for user in users))
    if names:
        return Verdict(False, _("没有去掉：%(names)s要用到它。请先去掉或改好%(names)s，再回来。") % {"names": names})
    return Verdict(True)


def can_be_published(
    version: PackVersion,
    findings: Iterable[Finding],
    *,
    valid_from: date,
    basis: str,
    latest: date | None,
    sealed: date | None,
) -> Verdict:
    """A draft with a basis, dated after the version it replaces, and nothing the guard refuses left open.

    ``sealed``: a day in the last closed period; what holds from then on back would move values already taken.
    """
    if not (verdict := can_be_edited(version)):
        return verdict
    if not basis.strip():
        return Verdict(False, _("没有发布：请写明依据的文件。草稿还在。"))
    if latest is not None and valid_from <= latest:
        return Verdict(
            False,
            _("没有发布：施行日期要晚于现行版本的%(day)s。草稿还在。") % {"day": latest.isoformat()},
        )
    if sealed is not None and valid_from <= sealed:
        return Verdict(
            False,
            _("没有发布：%(month)s及以前已经封账，按新办法会改动已定的结果。请把施行日期改到%(day)s以后。草稿还在。")
            % {
                "month": _("%(year)s年%(month)s月") % {"year": sealed.year, "month": sealed.month},
                "day": sealed.isoformat(),
            },
        )
    if any(finding.level == "refuse" for finding in findings):
        return Verdict(False, _("没有发布：有几处是减负规定不允许的，请先改掉或登记例外。草稿还在。"))
    return Verdict(True)


def still_open(findings: Iterable[Finding], excepted: Collection[str]) -> list[Finding]:
    """The findings that no exception in force lifts; lasting ones are never lifted."""
    return [finding for finding in findings if finding.lasting or finding.rule not in excepted]


def can_be_excepted(*, lasting: bool, basis: str, owner: str, expires_on: date, on: date) -> Verdict:
    """An exception names a document, an owner and a last day no more than a year away; boundaries have none."""
    if lasting:
        return Verdict(False, _("这一条是平台的边界，不能登记例外，请改制度包。"))
    if not basis.strip() or not owner.strip():
        return Verdict(False, _("没有保存：依据文件和负责人都要写。已填内容还在。"))
    if expires_on < on:
        return Verdict(False, _("没有保存：到期日已经过去，请改日期。已填内容还在。"))
    if (expires_on - on).days > MOST_EXCEPTION_DAYS:
        return Verdict(False, _("没有保存：例外最长一年，请把到期日提前。已填内容还在。"))
    return Verdict(True)


def counts(exception: GuardException, on: date) -> bool:
    """In force on a day: up to and including its last day."""
    return exception.expires_on >= on


def can_be_issued(guide: MonthlyGuide) -> Verdict:
    """A guide is issued once, and not empty."""
    if guide.status == MonthlyGuide.Status.ISSUED:
        return Verdict(False, _("这个月的工作提示已经印发。"))
    if not any((guide.themes, guide.readings, guide.meetings, guide.reports)):
        return Verdict(False, _("没有印发：工作提示还是空的，请先写一项。"))
    return Verdict(True)
