"""Contact points and guarantees: who answers for whom on a day, and the gaps (A09, S03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind, Org
from hongzhu.core.people.models import Membership, Person, Post
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Contact
from hongzhu.core.registers.pack import Scheme
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Perm
from hongzhu.kit.registry import Visit, book

# Whom a scheme may leave without anybody: schools and kindergartens, and branches for those who assign by branch.
UNITS = (Kind.SCHOOL, Kind.KINDERGARTEN)


def visible_to(user: Any) -> QuerySet[Contact]:
    """Assignments of bodies in the user's part, ended ones too."""
    return (
        Contact.objects.filter(access.within(user, rules.VIEW, "body"))
        .select_related("person", "body")
        .order_by("person__name", "body__sort", "body__name", "id")
    )


def open_contact(user: Any, pk: int, perm: Perm = rules.VIEW) -> Contact:
    """The door of one assignment: unseen is 404, seen but not permitted is 403."""
    contact: Contact = get_object_or_404(visible_to(user), pk=pk)
    access.check(user, perm, contact.body)
    return contact


def own(person_id: int | None) -> QuerySet[Contact]:
    """What one person answers for now or will, theirs to confirm; not yet confirmed first."""
    return (
        Contact.objects.filter(person=person_id or 0, to_on__isnull=True)
        .select_related("person", "body")
        .order_by(F("confirmed_at").asc(nulls_first=True), "scheme", "body__sort", "body__name", "id")
    )


def open_page(user: Any, pk: int) -> Contact:
    """The door of the page of one assignment: those who see the body, and whoever answers for it; else 404."""
    seen = Q(pk__in=visible_to(user).order_by().values("pk")) | Q(person=user.person_id or 0)
    contact: Contact = get_object_or_404(Contact.objects.filter(seen).select_related("person", "body"), pk=pk)
    return contact


def open_own(user: Any, pk: int) -> Contact:
    """The door of whoever answers: what is neither theirs nor seen by them is 404, seen but another's is 403."""
    contact = open_page(user, pk)
    if contact.person_id != user.person_id:
        raise PermissionDenied(rules.can_confirm(contact, user.person_id).reason)
    return contact


def chip_of(contact: Contact) -> Chip:
    """待确认 or 已确认."""
    if contact.confirmed_at is None:
        return Chip(_("待确认"), "go", "half")
    return Chip(_("已确认"), "ok", "tick")


def on_day(user: Any, scheme: str, on: date) -> QuerySet[Contact]:
    """Who answers for whom on a day."""
    return visible_to(user).filter(orgs.on_day(on), scheme=scheme)


def scheme_of(bureau: Any, scheme: str, on: date) -> Scheme | None:
    """The scheme as the bureau's pack has it; None where the pack is silent."""
    return by_code(policies.pack_for(bureau, on).section("registers").schemes).get(scheme)


def visits_of(contacts: Iterable[Contact], period: Period) -> dict[int, Visit]:
    """Visits of each assignment in the period, from whoever records them. One call for all."""
    ids = [contact.pk for contact in contacts]
    total: dict[int, Visit] = {}
    for told in book.visits.values():
        for pk, visit in told(ids, period).items():
            before = total.get(pk, Visit())
            days = [day for day in (before.last_on, visit.last_on) if day]
            total[pk] = Visit(last_on=max(days) if days else None, count=before.count + visit.count)
    return total


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment with its visits in the period."""

    contact: Contact
    visit: Visit
    least: int = 1  # visits a year the bureau asks for; one where its pack gives no number

    @property
    def chip(self) -> Chip:
        return chip_of(self.contact)

    @property
    def lacking(self) -> int:
        """Visits still to make in the year."""
        return max(0, self.least - self.visit.count)


def lines(user: Any, scheme: str, on: date, period: Period, *, least: int | None = None) -> list[Line]:
    """Assignments on a day with their visits in a period. Two queries and what the visits take.

    ``least``: visits a year asked for (A09); None: the bureau has set none, one is enough.
    """
    rows = list(on_day(user, scheme, on))
    seen = visits_of(rows, period)
    return [Line(contact, seen.get(contact.pk, Visit()), least or 1) for contact in rows]


def unvisited(found: Iterable[Line]) -> list[Line]:
    """Assignments short of visits in the period: nobody went, or less often than the bureau asks."""
    return [line for line in found if line.lacking]


def orphans(user: Any, scheme: str, on: date, *, kinds: tuple[str, ...] = UNITS) -> QuerySet[Org]:
    """Bodies nobody answers for on a day.

    A school counts as answered for when somebody answers for it or for a Party organisation it hosts.
    """
    held = Contact.objects.filter(orgs.on_day(on), scheme=scheme)
    hosted = held.filter(orgs.on_day(on, "body__hostings__"), body__hostings__unit=OuterRef("pk"))
    return (
        access.orgs_where(user, rules.VIEW)
        .filter(orgs.existing(on), kind__in=kinds)
        .filter(~Exists(held.filter(body=OuterRef("pk"))), ~Exists(hosted))
    )


@dataclass(frozen=True, slots=True)
class Load:
    """How many bodies one person answers for."""

    person: Person
    held: int


def overloaded(found: Iterable[Line], most: int | None) -> list[Load]:
    """Persons who answer for more than ``most`` bodies; None: the bureau sets no limit."""
    rows = list(found)
    held = Counter(line.contact.person_id for line in rows)
    people = {line.contact.person_id: line.contact.person for line in rows}
    return [Load(people[pk], n) for pk, n in held.items() if most is not None and n > most]


def choices(user: Any, on: date) -> tuple[QuerySet[Person], QuerySet[Org]]:
    """Whom and what may be chosen when assigning: post holders of the bureau, and bodies in the user's part."""
    people = Person.objects.filter(
        Q(posts__in=_posts_above(user, on)) | Q(memberships__in=_groups(user, on)), bureau=access.bureau_of(user)
    ).distinct()
    bodies = access.orgs_where(user, rules.ASSIGN).filter(orgs.existing(on), kind__in=(*UNITS, *BRANCH_KINDS))
    return people.order_by("name", "id"), bodies


def _posts_above(user: Any, on: date) -> Any:
    above = (Kind.BUREAU, Kind.SECTION, Kind.DISTRICT, Kind.COMMITTEE, Kind.PARTY_GROUP, Kind.GENERAL_BRANCH)
    return Post.objects.filter(orgs.on_day(on), org__kind__in=above, org__bureau=access.bureau_of(user)).values("pk")


def _groups(user: Any, on: date) -> Any:
    return Membership.objects.filter(
        orgs.on_day(on), org__kind__in=rules.GROUP_KINDS, org__bureau=access.bureau_of(user)
    ).values("pk")
