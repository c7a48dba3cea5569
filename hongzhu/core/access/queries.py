"""One check and one scope for the whole house, and the doors of the rooms below."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Person
from hongzhu.kit.perms import Perm

from . import rules
from .models import Grant


def grants_on(person_id: int | None, on: date) -> QuerySet[Grant]:
    """Grants of one person that hold on a day; a deputy's holds only while the grant it stands on does."""
    return (
        Grant.objects.filter(orgs.on_day(on), person_id=person_id)
        .filter(Q(delegated_by__isnull=True) | orgs.on_day(on, "delegated_by__"))
        .select_related("org", "delegated_by__person")
    )


def acting_grant(user: Any) -> Grant | None:
    """The one grant the user acts under today. Kept on the user object for one request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if not hasattr(user, "_acting_grant"):
        grants = list(grants_on(user.person_id, timezone.localdate()))
        chosen = getattr(user, "acting", None) if grants else None
        grants.sort(key=lambda grant: (rules.RANK.index(grant.role), grant.pk))
        found = [grant for grant in grants if chosen and grant.pk == chosen.grant_id] or grants[:1]
        user._acting_grant = found[0] if found else None
        grant = user._acting_grant
        user.acting_label = str(grant.delegated_by.person) if grant and grant.delegated_by else ""
    acting: Grant | None = user._acting_grant
    return acting


def role_of(user: Any) -> str:
    """The role the user acts in, "" for none."""
    grant = acting_grant(user)
    return grant.role if grant else ""


def may(user: Any, perm: Perm) -> bool:
    """Whether the acting role carries the permission at all, wherever."""
    grant = acting_grant(user)
    return bool(grant and grant.role in perm.roles)


def scope_path(user: Any, perm: Perm) -> str | None:
    """The path under which the user holds ``perm`` today; None where nowhere."""
    grant = acting_grant(user)
    if grant is None or grant.role not in perm.roles:
        return None
    if not hasattr(grant, "_path"):
        grant._path = orgs.path_of(grant.org, timezone.localdate())  # type: ignore[attr-defined]
    return grant._path or None  # type: ignore[attr-defined, no-any-return]


def within(user: Any, perm: Perm, field: str) -> Q:
    """A condition on a foreign key to Org: only bodies where the user holds ``perm`` today (and of the own bureau)."""
    path = scope_path(user, perm)
    if path is None:
        return Q(pk__in=[])
    return orgs.reach(path, timezone.localdate(), field)


def orgs_where(user: Any, perm: Perm) -> QuerySet[Org]:
    """Bodies where the user holds ``perm`` today; use as ``field__in``."""
    return Org.objects.filter(within(user, perm, "")).order_by("sort", "id")


def holds(user: Any, perm: Perm, org: Org) -> bool:
    """Whether the user holds ``perm`` at this body."""
    path = scope_path(user, perm)
    return path is not None and Org.objects.filter(orgs.reach(path, timezone.localdate()), pk=org.pk).exists()


def check(user: Any, perm: Perm, org: Org) -> None:
    """Raise PermissionDenied (403) unless the user holds ``perm`` at ``org``. The refusal is logged by the middleware."""
    if not holds(user, perm, org):
        raise PermissionDenied(_("你现在的角色不能“%s”。需要时请联系上级党组织。") % perm.title)


def require(user: Any, perm: Perm) -> None:
    """Raise PermissionDenied unless the acting role carries ``perm`` at all (for pages that belong to no single body)."""
    if not may(user, perm):
        raise PermissionDenied(_("你现在的角色不能“%s”。需要时请联系上级党组织。") % perm.title)


def bureau_of(user: Any) -> int:
    """Id of the user's bureau; 0 for an account that belongs to none."""
    return int(getattr(user, "bureau_id", 0) or 0)


# Doors of the rooms below: orgs and people.


def visible_orgs(user: Any) -> QuerySet[Org]:
    """Bodies the user may see."""
    return orgs_where(user, rules.VIEW_ORGS)


def open_org(user: Any, pk: int, perm: Perm = rules.VIEW_ORGS) -> Org:
    """The one door to a body: unseen is 404, seen but not permitted is 403."""
    org = get_object_or_404(visible_orgs(user), pk=pk)
    check(user, perm, org)
    return org


def visible_people(user: Any, on: date | None = None) -> QuerySet[Person]:
    """Persons who belong to, hold a post in, or work at a body the user may see people of."""
    on = on or timezone.localdate()
    path = scope_path(user, rules.VIEW_PEOPLE)
    if path is None:
        return Person.objects.filter(account=user.pk) if getattr(user, "pk", None) else Person.objects.none()
    reached = Org.objects.filter(orgs.reach(path, on)).values("pk")
    return Person.objects.filter(
        Q(pk__in=_persons("memberships", "org", reached, on))
        | Q(pk__in=_persons("posts", "org", reached, on))
        | Q(pk__in=_persons("engagements", "unit", reached, on))
    ).order_by("id")


def _persons(relation: str, field: str, reached: Any, on: date) -> Any:
    held = Person._meta.get_field(relation).related_model
    return held._default_manager.filter(orgs.on_day(on), **{f"{field}__in": reached}).values("person")  # type: ignore[union-attr]


def open_person(user: Any, pk: int, perm: Perm = rules.VIEW_PEOPLE) -> Person:
    """The one door to a person: unseen is 404, seen but not permitted is 403."""
    person = get_object_or_404(visible_people(user), pk=pk)
    if person.pk != getattr(user, "person_id", None):
        require(user, perm)
    return person


def accounts_at(org_ids: Any, perm: Perm, on: date) -> QuerySet[Account]:
    """Active accounts that hold a role carrying ``perm`` exactly at the given bodies (whom to remind)."""
    return Account.objects.filter(
        is_active=True,
        person__grants__in=Grant.objects.filter(orgs.on_day(on), org__in=org_ids, role__in=perm.roles),
    ).distinct()
