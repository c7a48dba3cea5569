"""One check and one scope for the whole house, and the doors of the rooms below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit.models import Refusal
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Post
from hongzhu.kit import registry
from hongzhu.kit.perms import Perm, Verdict

from . import engine, rules
from .models import ADMIN_ROLES, Acting, Device, Draft, Grant

AccountRule = Callable[..., Verdict]  # (by_role, roles, *, oneself)


class SecondFactorNeeded(PermissionDenied):
    """The role carries the permission, this sign-in has not passed the second factor: the answer is a way to it."""


def grants_on(person_id: int | None, on: date) -> QuerySet[Grant]:
    """Grants of one person that hold on a day; a deputy's holds only while the grant it stands on does."""
    return Grant.objects.filter(holding(on), person_id=person_id or 0).select_related("org", "delegated_by__person")


def holding(on: date) -> Q:
    """Grants that hold on a day, and whose delegator's grant holds too."""
    return orgs.on_day(on) & (Q(delegated_by__isnull=True) | orgs.on_day(on, "delegated_by__"))


def acting_grant(user: Any) -> Grant | None:
    """The one grant the user acts under today. Kept on the user object for one request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if not hasattr(user, "_acting_grant"):
        grants = own_grants(user)
        chosen = Acting.objects.filter(account=user.pk).first() if len(grants) > 1 else None
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


def left_out(user: Any, perm: Perm) -> QuerySet[Org] | None:
    """Where the user holds ``perm`` at the root: the few bodies of the bureau it does not reach. None elsewhere."""
    path = scope_path(user, perm)
    if path is None or len(path) != orgs.STEP:
        return None
    return orgs.out_of_tree(bureau_of(user), path, timezone.localdate(), past=perm.past)


def within(user: Any, perm: Perm, field: str) -> Q:
    """A condition on a foreign key to Org: only bodies where the user holds ``perm`` today (and of the own bureau)."""
    path = scope_path(user, perm)
    return Q(pk__in=[]) if path is None else _part(path, perm, field)


def _part(path: str, perm: Perm, field: str = "") -> Q:
    """The part under ``path``, for a permission of the past also bodies that closed there."""
    today = timezone.localdate()
    there = orgs.reach(path, today, field)
    return there | orgs.reach_closed(path, today, field) if perm.past else there


def orgs_where(user: Any, perm: Perm) -> QuerySet[Org]:
    """Bodies where the user holds ``perm`` today; use as ``field__in``."""
    return Org.objects.filter(within(user, perm, "")).order_by("sort", "id")


def holds(user: Any, perm: Perm, org: Org) -> bool:
    """Whether the user holds ``perm`` at this body."""
    path = scope_path(user, perm)
    return path is not None and Org.objects.filter(_part(path, perm), pk=org.pk).exists()


def check(user: Any, perm: Perm, org: Org) -> None:
    """Raise PermissionDenied (403) unless the user holds ``perm`` at ``org``. The refusal is logged by the middleware."""
    if not holds(user, perm, org):
        raise PermissionDenied(_("你现在的角色不能“%s”。需要时请联系上级党组织。") % perm.title)
    _second_factor(user, perm)


def require(user: Any, perm: Perm) -> None:
    """Raise PermissionDenied unless the acting role carries ``perm`` at all (for pages that belong to no single body)."""
    if not may(user, perm):
        raise PermissionDenied(_("你现在的角色不能“%s”。需要时请联系上级党组织。") % perm.title)
    _second_factor(user, perm)


def _second_factor(user: Any, perm: Perm) -> None:
    """``user.second_factor`` is set by config/middleware/sessions.py from what the sign-in has passed."""
    if perm.second_factor and not getattr(user, "second_factor", False):
        raise SecondFactorNeeded(_("“%s”要先用动态口令核对身份。") % perm.title)


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
    """The one door to a person: unseen is 404, seen but not permitted is 403. Oneself one may always look at."""
    oneself = pk == getattr(user, "person_id", None)
    person = get_object_or_404(Person.objects.all() if oneself else visible_people(user), pk=pk)
    if not (oneself and perm == rules.VIEW_PEOPLE):
        require(user, perm)
    return person


def accounts_at(org_ids: Any, perm: Perm, on: date) -> QuerySet[Account]:
    """Active accounts that hold a role carrying ``perm`` exactly at the given bodies (whom to remind)."""
    return Account.objects.filter(
        is_active=True,
        person__in=Grant.objects.filter(holding(on), org__in=org_ids, role__in=perm.roles).values("person"),
    )


def names_over(org: Org, perm: Perm, on: date, *, but: Iterable[int] = ()) -> list[str]:
    """Who holds ``perm`` at a body, wherever their grant stands, but for some accounts: whom else to ask. Five queries."""
    held = Grant.objects.filter(holding(on), org__in=orgs.covering(org, on), role__in=perm.roles)
    near = Account.objects.filter(is_active=True, bureau=org.bureau_id, person__in=held.values("person"))
    return list(near.exclude(pk__in=list(but)).order_by("pk").values_list("person__name", flat=True))


# Accounts, grants, devices.


def own_grants(user: Any) -> list[Grant]:
    """The grants one may act under today, by rank. Kept on the user object for one request."""
    if not hasattr(user, "_own_grants"):
        held = list(grants_on(user.person_id, timezone.localdate()))
        user._own_grants = sorted(held, key=lambda grant: (rules.RANK.index(grant.role), grant.pk))  # type: ignore[arg-type]
    own: list[Grant] = user._own_grants
    return own


def roles_of(person_id: int | None, on: date) -> list[str]:
    """The roles a person holds on a day or will hold later."""
    if person_id is None:
        return []
    return list(Grant.objects.filter(_open(on), person_id=person_id).values_list("role", flat=True))


def _open(on: date) -> Q:
    """Not yet ended, begun or not: a grant of next week counts when rank is compared."""
    return Q(to_on__isnull=True) | Q(to_on__gt=on)


def people_with_accounts(user: Any, perm: Perm) -> QuerySet[Person]:
    """Persons whose account or grants the user may look at in this work.

    System and security administrators see everybody of their bureau by name and account, and nothing else of them.
    """
    role = role_of(user)
    if not may(user, perm):
        return Person.objects.none()
    if role in ADMIN_ROLES:
        return Person.objects.filter(bureau=bureau_of(user)).order_by("id")
    granted = Grant.objects.filter(_open(timezone.localdate()), within(user, perm, "org"), bureau=bureau_of(user))
    return Person.objects.filter(
        Q(pk__in=visible_people(user).order_by().values("pk")) | Q(pk__in=granted.values("person")),
        bureau=bureau_of(user),
    ).order_by("id")


def open_holder(user: Any, pk: int, perm: Perm) -> Person:
    """The door to a person in account and grant work: unseen is 404, not permitted is 403."""
    require(user, perm)
    return get_object_or_404(people_with_accounts(user, perm).select_related("account", "bureau"), pk=pk)


def check_manages(user: Any, person: Person) -> None:
    """Raise PermissionDenied unless the user may open, stop or reset this person's account."""
    _check_account(user, person, rules.MANAGE_ACCOUNTS, rules.can_manage_account)


def check_removes_factor(user: Any, person: Person) -> None:
    """Raise PermissionDenied unless the user may take a lost second factor off this person's account."""
    _check_account(user, person, rules.REMOVE_FACTOR, rules.can_remove_factor)


def _check_account(user: Any, person: Person, perm: Perm, rule: AccountRule) -> None:
    require(user, perm)
    roles = roles_of(person.pk, timezone.localdate())
    if not (verdict := rule(role_of(user), roles, oneself=person.pk == user.person_id)):
        raise PermissionDenied(verdict.reason)
    if person.pk not in _in_hand(user, [person], perm, rule):
        raise PermissionDenied(_("这个人在你的范围之外还有职责，请由上级或系统管理员办理。"))


def manageable(user: Any, people: Iterable[Person]) -> set[int]:
    """Of these persons the ids whose account the user may open, stop or reset; two queries for any number."""
    return _in_hand(user, people, rules.MANAGE_ACCOUNTS, rules.can_manage_account)


def factor_removable(user: Any, people: Iterable[Person]) -> set[int]:
    """Of these persons the ids who have a second factor that the user may take off; three queries for any number."""
    if not may(user, rules.REMOVE_FACTOR):
        return set()
    found = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__person__in=list(people))
    having = set(found.values_list("user__person_id", flat=True))
    return _in_hand(
        user, [person for person in people if person.pk in having], rules.REMOVE_FACTOR, rules.can_remove_factor
    )


def _in_hand(user: Any, people: Iterable[Person], perm: Perm, rule: AccountRule) -> set[int]:
    ids = [person.pk for person in people]
    grants = Grant.objects.filter(_open(timezone.localdate()), person__in=ids)
    held: dict[int, list[str]] = {pk: [] for pk in ids}
    for person_id, role in grants.values_list("person_id", "role"):
        held[person_id].append(role)
    mine = role_of(user)
    outside: set[int] = set()
    if mine not in ADMIN_ROLES:
        inside = within(user, perm, "org")
        outside = set(grants.exclude(inside).values_list("person_id", flat=True))
    return {pk for pk, roles in held.items() if pk not in outside and rule(mine, roles, oneself=pk == user.person_id)}


def named(text: str) -> Q:
    """Persons by a part of the name, pinyin or initials, the staff number or the account."""
    return (
        Q(name__icontains=text)
        | Q(search_key__contains=text.lower())
        | Q(staff_no__iexact=text)
        | Q(account__username=text.lower())
    )


def account_rows(user: Any, *, text: str = "", without: bool = False) -> QuerySet[Person]:
    """The list of accounts: persons in reach, with or without an account, found by name, pinyin, staff number."""
    people = people_with_accounts(user, rules.MANAGE_ACCOUNTS).filter(account__isnull=without)
    if text:
        people = people.filter(named(text))
    return people.select_related("account").order_by("name", "id")


def grant_rows(user: Any, *, text: str = "") -> QuerySet[Grant]:
    """Grants that hold or will hold where the user may grant, of the user's bureau."""
    today = timezone.localdate()
    found = Grant.objects.filter(_open(today), bureau=bureau_of(user)).filter(within(user, rules.MANAGE_GRANTS, "org"))
    if text:
        found = found.filter(
            Q(person__name__icontains=text) | Q(person__search_key__contains=text.lower())
            | Q(org__name__icontains=text)
        )  # fmt: skip
    return found.select_related("person", "org", "delegated_by__person").order_by("role", "org__sort", "org_id", "id")


def open_grant(user: Any, pk: int) -> Grant:
    """The door to a grant: one's own delegations, or those where the user may grant."""
    grants = Grant.objects.select_related("person", "org", "delegated_by")
    mine = Q(delegated_by__person_id=user.person_id)
    reached = within(user, rules.MANAGE_GRANTS, "org") & Q(bureau=bureau_of(user))
    grant = get_object_or_404(grants.filter(mine | reached), pk=pk)
    if grant.delegated_by is None or grant.delegated_by.person_id != user.person_id:
        require(user, rules.MANAGE_GRANTS)
        verdict = rules.can_grant(role_of(user), grant.role, oneself=grant.person_id == user.person_id)
        if not verdict:
            raise PermissionDenied(verdict.reason)
    return grant


def delegates(user: Any, on: date) -> QuerySet[Person]:
    """Who may act for the user: persons of the very body the acting grant is for, with an account, not oneself."""
    grant = acting_grant(user)
    if grant is None or not rules.can_delegate(
        grant.role, deputy=grant.delegated_by_id is not None, oneself=False, to_roles=()
    ):
        return Person.objects.none()
    there = Org.objects.filter(pk=grant.org_id).values("pk")
    belongs = (
        Q(pk__in=_persons("memberships", "org", there, on))
        | Q(pk__in=_persons("posts", "org", there, on))
        | Q(pk__in=_persons("engagements", "unit", there, on))
    )
    same = Grant.objects.filter(_open(on), person=OuterRef("pk"), role=grant.role, org=grant.org)
    admin = Grant.objects.filter(_open(on), person=OuterRef("pk"), role__in=ADMIN_ROLES)
    return (
        Person.objects.filter(belongs, account__is_active=True, bureau=grant.bureau_id)
        .exclude(pk=user.person_id)
        .exclude(Exists(same))
        .exclude(Exists(admin))
        .order_by("name", "id")
    )


def own_delegations(user: Any, on: date) -> QuerySet[Grant]:
    """Whom the user lets act for them today or later."""
    return (
        Grant.objects.filter(_open(on), delegated_by__person_id=user.person_id)
        .select_related("person", "org")
        .order_by("from_on", "id")
    )


def own_devices(user: Any) -> QuerySet[Device]:
    """Where the user is signed in, last used first."""
    return Device.objects.filter(account=user.pk, expires_at__gt=timezone.now()).order_by("-seen_at", "-id")


def own_drafts(user: Any) -> QuerySet[Draft]:
    return Draft.objects.filter(account=user.pk).order_by("-saved_at", "-id")


def draft(user: Any, key: str) -> Draft | None:
    """What the user had typed into the form named ``key`` and not saved."""
    return Draft.objects.filter(account=user.pk, key=key).first()


def looks_at(person_id: int | None) -> QuerySet[Refusal]:
    """Who looked at a person's identity number or phone, newest first."""
    return Refusal.objects.filter(
        kind=Refusal.Kind.REVEAL, object_kind="people.person", object_id=person_id or 0
    ).order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Masked:
    """What of a person's numbers may stand on a page: the last character, or that there is one, or nothing."""

    id_number: str
    phone: str


def masked(person: Person) -> Masked:
    """The identity number keeps its last character, the phone shows only that it is there."""
    return Masked(
        id_number=f"{'•' * 17}{person.id_tail or '•'}" if person.id_sealed else "",
        phone="•" * 11 if person.phone_sealed else "",
    )


def why_over(user: Any, *, begun: float, seen: float, now: float, remembered: bool) -> str:
    """Why a sign-in is over by this deployment's limits: "killed", "longest", "idle"; "" while it lasts."""
    limits = engine.Limits(
        idle=settings.IDLE_MINUTES * 60,
        longest=settings.SESSION_HOURS * 3600,
        remembered_idle=settings.REMEMBER_IDLE_DAYS * 86400,
    )
    valid_from = user.sessions_valid_from.timestamp() if user.sessions_valid_from else None
    return engine.why_over(begun=begun, seen=seen, now=now, valid_from=valid_from, remembered=remembered, limits=limits)


def no_accounts_yet() -> bool:
    """Whether nobody has ever signed in here: the first-run pages are open."""
    return not Account.objects.exists()


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether one of the roles carries a permission that asks for the second factor."""
    held = set(roles)
    return any(perm.second_factor and perm.roles & held for perm in rules.declared())


def has_second_factor(user: Any) -> bool:
    """Whether the account has an authenticator."""
    return bool(Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.TOTP).exists())


def shipped_packs() -> list[str]:
    """Names of the policy packs that come with the house, ``national`` first."""
    folder = Path(settings.PACKAGE) / "packs"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))
    return sorted(names, key=lambda name: name != "national") or ["national"]


# My data.


def places_of(person: Person, on: date) -> dict[str, Any]:
    """Posts, memberships, personnel relation and workplace of one person on a day; three queries."""
    return {
        "posts": list(Post.objects.filter(orgs.on_day(on), person=person).select_related("org").order_by("from_on")),
        "memberships": list(
            Membership.objects.filter(orgs.on_day(on), person=person).select_related("org").order_by("from_on")
        ),
        "engagements": list(
            Engagement.objects.filter(orgs.on_day(on), person=person).select_related("unit").order_by("relation")
        ),
    }


def personal_parts(person: Person, on: date) -> list[tuple[Any, list[registry.Fact]]]:
    """What the rooms above hold about one person: (title, facts), in their order; empty parts are left out."""
    parts = sorted(registry.book.personal.values(), key=lambda part: (part.order, part.name))
    return [(part.title, facts) for part in parts if (facts := part.facts(person, on))]
