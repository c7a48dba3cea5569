"""What the registers of people sent out share: who keeps what belongs to the whole bureau, names the bureau has filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Org
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Name
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules

DIRECTIONS, SERVICES = "dual_cultivation", "community_services"


def office(user: Any, perm: Perm = rules.APPROVE) -> bool:
    """Whether the user holds ``perm`` at the bureau's root: what belongs to the whole bureau is kept there."""
    path = access.scope_path(user, perm)
    return path is not None and len(path) == orgs.STEP


def require_office(user: Any, perm: Perm = rules.APPROVE) -> None:
    """403 unless :func:`office`."""
    if not office(user, perm):
        raise PermissionDenied(_("你现在的角色不能办理，这一项由教育局党建部门统一登记。"))


def mine(user: Any, field: str = "person") -> Q:
    """Rows about people the user may see; all rows of the bureau at its root."""
    if office(user, rules.VIEW):
        return Q(bureau=access.bureau_of(user))
    return Q(bureau=access.bureau_of(user)) & Q(**{f"{field}__in": access.visible_people(user).order_by().values("pk")})


def keeps(user: Any, org: Org) -> bool:
    """Whether the user keeps the registers of this body: its own people, or those who approve for it."""
    return access.holds(user, rules.KEEP, org) or access.holds(user, rules.APPROVE, org)


def branches(user: Any, perm: Perm, on: date) -> Any:
    """Branches that exist on a day, of the user's part."""
    return access.orgs_where(user, perm).filter(orgs.existing(on), kind__in=BRANCH_KINDS)


def names(bureau: Bureau, code: str, on: date) -> list[str]:
    """What the bureau has filled into a list that its pack leaves open (B24, J10); [] while nothing is filled in."""
    spec: Any = by_code(policies.pack_for(bureau, on).section("registers").lists).get(code)
    held = Name.objects.filter(orgs.on_day(on), bureau=bureau, list=code).order_by("order", "id")
    return [*(str(item) for item in (spec.items if spec else ())), *held.values_list("text", flat=True)]
