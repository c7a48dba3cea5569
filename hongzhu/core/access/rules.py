"""Permissions of this room and of the rooms below it, and which roles may carry what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.perms import Perm, Verdict

from .models import ADMIN_ROLES, Role

# Groups of roles that rooms name when they declare a permission.
READERS_ABOVE = (Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY, Role.INSPECTOR)
RECORDERS = (Role.BRANCH_SECRETARY, Role.ORGANISER)
BRANCH = (Role.BRANCH_SECRETARY, Role.ORGANISER, Role.MEMBER)
EVERYONE = (*READERS_ABOVE, *BRANCH)

VIEW_ORGS = registry.perm("orgs.view", _("查看机构"), roles=(*EVERYONE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))
CHANGE_ORGS = registry.perm("orgs.change", _("设立、调整、撤销机构"), roles=(Role.PARTY_OFFICE,))
VIEW_PEOPLE = registry.perm("people.view", _("查看人员"), roles=(*READERS_ABOVE, *RECORDERS))
CHANGE_PEOPLE = registry.perm(
    "people.change", _("登记、修改人员"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, *RECORDERS)
)
# Where somebody belongs is moved by both sides and their superior; only a wrong entry is put right by one hand.
CORRECT_PLACE = registry.perm("people.correct_place", _("更正组织关系所在党组织"), roles=(Role.PARTY_OFFICE,))
# Who becomes a member is voted on and approved step by step; what happened before all that is entered by one office.
CORRECT_STANDING = registry.perm("people.correct_standing", _("补登以前的党员身份"), roles=(Role.PARTY_OFFICE,))
REVEAL = registry.perm(
    "people.reveal", _("查看证件号码和电话"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY), second_factor=True
)
IMPORT = registry.perm("people.import", _("导入机构和人员"), roles=(Role.PARTY_OFFICE,))
VIEW_AUDIT = registry.perm("audit.view", _("查看留痕"), roles=(Role.AUDIT_ADMIN,), second_factor=True)
MANAGE_ACCOUNTS = registry.perm(
    "access.accounts",
    _("开通、停用账号，发一次性密码"),
    roles=(Role.SYSTEM_ADMIN, Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY),
)
# 三员分立: whoever resets passwords of every rank does not take second factors off as well.
REMOVE_FACTOR = registry.perm(
    "access.remove_factor",
    _("解除丢失的动态口令"),
    roles=(Role.SECURITY_ADMIN, Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY),
)
MANAGE_GRANTS = registry.perm("access.grants", _("授权"), roles=(Role.SECURITY_ADMIN, Role.PARTY_OFFICE))
DELEGATE = registry.perm(
    "access.delegate", _("委托代办"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, Role.BRANCH_SECRETARY)
)

# Who comes first when somebody holds several grants and has not chosen one.
RANK = (
    Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY, Role.BRANCH_SECRETARY,
    Role.ORGANISER, Role.INSPECTOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.MEMBER,
)  # fmt: skip


def can_hold(held: Iterable[str], wanted: str) -> Verdict:
    """三员分立: nobody holds two administrator roles, and an administrator holds no business role beside (GB/T 22239-2019)."""
    roles = set(held)
    if wanted in ADMIN_ROLES and roles - {wanted, Role.MEMBER}:
        return Verdict(False, _("管理员不能兼任其他角色：系统、安全、审计三员分设，请换一个人。"))
    if wanted != Role.MEMBER and roles & set(ADMIN_ROLES) - {wanted}:
        return Verdict(False, _("这个人是管理员，不能再兼任业务角色，请换一个人。"))
    return Verdict(True)


def can_grant(by_role: str, wanted: str, *, oneself: bool) -> Verdict:
    """Who may hand out which role. Nobody to themselves; administrators' roles only by the security administrator;
    the Party office only roles below its own (GB/T 22239-2019, level 3: grants are a duty of their own)."""
    if oneself:
        return Verdict(False, _("不能给自己授权，请由另一位有授权权限的人办理。"))
    if by_role == Role.SECURITY_ADMIN:
        return Verdict(True)
    if wanted in ADMIN_ROLES:
        return Verdict(False, _("管理员角色只能由安全管理员授予。"))
    if by_role not in MANAGE_GRANTS.roles or not _below(by_role, wanted):
        return Verdict(False, _("只能授予低于自己的角色，请联系安全管理员。"))
    return Verdict(True)


def grantable(by_role: str) -> tuple[str, ...]:
    """The roles somebody acting as ``by_role`` may hand to others, in order of rank."""
    return tuple(role for role in RANK if can_grant(by_role, role, oneself=False))


def can_manage_account(by_role: str, roles: Iterable[str], *, oneself: bool) -> Verdict:
    """Opening, stopping, resetting an account that holds ``roles``: never one's own, never upward, never one's equal.

    The system administrator keeps accounts of every rank (and sees no business data); the others only below them.
    """
    if oneself:
        return Verdict(False, _("自己的账号请在“我的数据”里改密码；忘了密码请上级发一次性口令。"))
    if by_role == Role.SYSTEM_ADMIN:
        return Verdict(True)
    if by_role not in MANAGE_ACCOUNTS.roles or not all(_below(by_role, role) for role in roles):
        return Verdict(False, _("这个账号不归你管：只能管理下级的账号，请联系系统管理员。"))
    return Verdict(True)


def can_remove_factor(by_role: str, roles: Iterable[str], *, oneself: bool) -> Verdict:
    """Taking a lost second factor off an account that holds ``roles``: never one's own, else a stolen session could.

    The security administrator does it for every rank, a superior who resets passwords for those below.
    """
    if oneself:
        return Verdict(False, _("自己的动态口令不能由自己解除，请另一位安全管理员或上级当面办理。"))
    if by_role == Role.SECURITY_ADMIN:
        return Verdict(True)
    if by_role not in REMOVE_FACTOR.roles or not all(_below(by_role, role) for role in roles):
        return Verdict(False, _("这个账号不归你管：只能给下级解除动态口令，请联系安全管理员。"))
    return Verdict(True)


def can_delegate(role: str, *, deputy: bool, oneself: bool, to_roles: Iterable[str]) -> Verdict:
    """A secretary or officer lets somebody act for them; a deputy hands nothing on."""
    if deputy:
        return Verdict(False, _("代办的人不能再委托别人，请本人来委托。"))
    if role not in DELEGATE.roles:
        return Verdict(False, _("这个角色不能委托代办。"))
    if oneself:
        return Verdict(False, _("不能委托给自己，请选另一位同志。"))
    return can_hold(to_roles, role)


def may_be_remembered(roles: Iterable[str]) -> bool:
    """A remembered device is not for administrators: they sign in each time."""
    return not set(roles) & set(ADMIN_ROLES)


def _below(by_role: str, role: str) -> bool:
    return role not in ADMIN_ROLES and RANK.index(role) > RANK.index(by_role)  # type: ignore[arg-type]


def declared() -> Iterable[Perm]:
    """Every permission any room has declared."""
    return registry.book.perms.values()


NAMED = 3  # so many colleagues are named; more would be a list to read


def by_another(*, own: bool, step: str, others: Sequence[str]) -> Verdict:
    """Nothing closes without somebody else's check (A19): ``step`` is not for whose work it is, and who can do it instead.

    ``others``: names of those who hold the permission as well; none in a small office: whom to ask for a second one.
    """
    if not own:
        return Verdict(True)
    if others:
        return Verdict(
            False,
            _("自己办的不能自己%(step)s，请换一个人。可以请%(names)s办理。")
            % {"step": step, "names": _("、").join(others[:NAMED])},
        )
    return Verdict(
        False,
        _("自己办的不能自己%(step)s，现在没有别人有这个权限。请安全管理员在“授权”里给另一人授权，再由他办理。")
        % {"step": step},
    )
