"""Permissions of this room and of the rooms below it, and which roles may carry what. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.perms import Verdict

from .models import ADMIN_ROLES, Role

# Groups of roles that rooms name when they declare a permission.
READERS_ABOVE = (Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY, Role.INSPECTOR)
RECORDERS = (Role.BRANCH_SECRETARY, Role.ORGANISER)
BRANCH = (Role.BRANCH_SECRETARY, Role.ORGANISER, Role.MEMBER)
EVERYONE = (*READERS_ABOVE, *BRANCH)

VIEW_ORGS = registry.perm("orgs.view", _("查看机构"), roles=(*EVERYONE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))
CHANGE_ORGS = registry.perm("orgs.change", _("设立、调整、撤销机构"), roles=(Role.PARTY_OFFICE,))
VIEW_PEOPLE = registry.perm(
    "people.view", _("查看人员"), roles=(*READERS_ABOVE, *RECORDERS)
)
CHANGE_PEOPLE = registry.perm(
    "people.change", _("登记、修改人员"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, *RECORDERS)
)
REVEAL = registry.perm(
    "people.reveal", _("查看证件号码和电话"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY), second_factor=True
)
IMPORT = registry.perm("people.import", _("导入机构和人员"), roles=(Role.PARTY_OFFICE,))
VIEW_AUDIT = registry.perm("audit.view", _("查看留痕"), roles=(Role.AUDIT_ADMIN,), second_factor=True)
MANAGE_ACCOUNTS = registry.perm(
    "access.accounts", _("开通、停用账号，发一次性密码"), roles=(Role.SYSTEM_ADMIN, Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY)
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
