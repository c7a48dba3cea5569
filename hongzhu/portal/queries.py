"""What the portal's own pages read: who waits for what, who stands where, what matches a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, Hosting, Org, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Post, PostKind, Standing
from hongzhu.kit import registry
from hongzhu.kit.registry import Due, Hit

LEADING_POSTS = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.PRINCIPAL,
    PostKind.VICE_PRINCIPAL,
    PostKind.ORGANISER,
    PostKind.PARTY_CLERK,
    PostKind.DIRECTOR,
    PostKind.DEPUTY_DIRECTOR,
)
SHORTEST_WORD = 1
HITS = 8


def above(user: Any, org: Org, on: date) -> list[tuple[Org, bool]]:
    """From the root down to the parent, each with whether this user may open its page. Three queries."""
    chain = orgs.ancestors_of(org, on)
    opened = set(access.visible_orgs(user).filter(pk__in=[one.pk for one in chain]).values_list("pk", flat=True))
    return [(one, one.pk in opened) for one in chain]


@dataclass(frozen=True, slots=True)
class Relations:
    """The two superiors of a Party organisation on a day (隶属, 指导), and the units it lives in."""

    belongs: Org | None
    guides: Org | None
    hosts: tuple[Org, ...]


def relations(org: Org, on: date) -> Relations:
    """Two queries."""
    above = {
        row.relation: row.superior
        for row in Superior.objects.filter(orgs.on_day(on), org=org).select_related("superior")
    }
    hosts = tuple(row.unit for row in Hosting.objects.filter(orgs.on_day(on), org=org).select_related("unit"))
    return Relations(above.get(Superior.Relation.BELONGS), above.get(Superior.Relation.GUIDES), hosts)


def relations_of(org: Org, branches: list[Org], on: date) -> Relations:
    """A Party organisation's own superiors; for a unit those of its one branch. Several branches: nobody's."""
    if org.kind not in PARTY_KINDS and len(branches) == 1:
        return relations(branches[0], on)
    return relations(org, on)


def branches_of(unit: Org, on: date) -> QuerySet[Org]:
    """The branches that live in a unit on a day; a Party organisation is its own."""
    if unit.kind in PARTY_KINDS:
        return Org.objects.filter(pk=unit.pk)
    hosted = Hosting.objects.filter(orgs.on_day(on), unit=unit).values("org")
    return Org.objects.filter(orgs.existing(on), pk__in=hosted, kind__in=PARTY_KINDS).order_by("sort", "id")


def leaders(unit: Org, on: date) -> list[Post]:
    """Leading posts held on a day in a unit and in the Party organisations that live there."""
    bodies = [unit.pk, *branches_of(unit, on).values_list("pk", flat=True)]
    found = Post.objects.filter(orgs.on_day(on), org__in=bodies, kind__in=LEADING_POSTS).select_related("person", "org")
    return sorted(found, key=lambda post: (LEADING_POSTS.index(PostKind(post.kind)), post.from_on, post.pk))


def staff_counts(unit: Org, on: date) -> dict[str, int]:
    """People on the books of a unit and of what lies under it, and how many of them work elsewhere (借调、支教)."""
    inside, held = orgs.reach(orgs.path_of(unit, on), on, "unit"), orgs.on_day(on)
    on_books = Engagement.objects.filter(held, inside, relation=Engagement.Relation.PERSONNEL)
    away = Engagement.objects.filter(
        held, relation=Engagement.Relation.WORKPLACE, person__in=on_books.values("person")
    ).exclude(inside)
    return {"staff": on_books.count(), "away": away.count()}


def member_counts(org: Org, on: date) -> dict[str, int]:
    """Members by standing of the branches of a unit or Party organisation and of all below it, in one query."""
    inside = orgs.reach(orgs.path_of(org, on), on, "org")
    held = Membership.objects.filter(orgs.on_day(on), inside, org__kind__in=BRANCH_KINDS)
    return held.aggregate(
        full=Count("id", filter=Q(standing=Standing.FULL)),
        probationary=Count("id", filter=Q(standing=Standing.PROBATIONARY)),
        activists=Count("id", filter=Q(standing=Standing.ACTIVIST)),
    )


def waiting_for(user: Any, today: date) -> dict[str, list[Due]]:
    """What waits for the user, room by room, each in order of its day. A fixed number of queries for each room."""
    found = {name: entry.items(user, today) for name, entry in registry.book.waiting.items()}
    return {name: sorted(items, key=_by_day) for name, items in found.items() if items}


def year_page(org: Org, on: date) -> str:
    """The address of a body's whole year (全年一览)."""
    return reverse("obligations:year", args=[org.pk, on.year])


def _by_day(item: Due) -> tuple[bool, date]:
    return (item.due_on is None, item.due_on or date.max)


def recent_at(user: Any, org: Org, limit: int = 3) -> list[Due]:
    return [item for find in registry.book.recents.values() for item in find(user, org, limit)][:limit]


def panels_for(user: Any, org: Org, on: date) -> list[tuple[registry.Panel, registry.PanelData]]:
    """Every room's card about a body, in their order; rooms with nothing to say about it are left out."""
    found = []
    for panel in sorted(registry.book.panels.values(), key=lambda panel: panel.order):
        if (data := panel.build(user, org, on)) is not None:
            found.append((panel, data))
    return found


def search(user: Any, text: str) -> list[tuple[registry.Search, list[Hit]]]:
    """What the user may open that matches the words, room by room; nothing for an empty word."""
    text = text.strip()
    if len(text) < SHORTEST_WORD:
        return []
    found = [(entry, entry.find(user, text, HITS)) for entry in registry.book.searches.values()]
    return [(entry, hits) for entry, hits in found if hits]


def find_orgs(user: Any, text: str, limit: int) -> list[Org]:
    """Bodies by name, full pinyin or initials."""
    word = text.lower().strip()
    match = Q(name__contains=text) | Q(short_name__contains=text) | Q(search_key__contains=word)
    return list(access.visible_orgs(user).filter(match, closed_on__isnull=True)[:limit])


def find_people(user: Any, text: str, limit: int) -> list[tuple[Person, list[Org]]]:
    """Persons by name, full pinyin or initials, among those the user may see people of, with the bodies they
    belong to today that the user may open. Two queries."""
    if not access.may(user, access_rules.VIEW_PEOPLE):
        return []
    word = text.lower().strip()
    match = Q(name__contains=text) | Q(search_key__contains=word)
    people = list(access.visible_people(user).filter(match)[:limit])
    held = Membership.objects.filter(
        orgs.on_day(timezone.localdate()),
        access.within(user, access_rules.VIEW_ORGS, "org"),
        person__in=[person.pk for person in people],
    )
    bodies: dict[int, list[Org]] = {}
    for row in held.select_related("org").order_by("from_on", "id"):
        bodies.setdefault(row.person_id, []).append(row.org)
    return [(person, bodies.get(person.pk, [])) for person in people]
