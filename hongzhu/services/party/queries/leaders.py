"""双带头 (B25): secretaries of teachers' branches with both sides of their qualifications, against the bureau's tests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind
from hongzhu.core.people.models import Membership, Person, Post, PostKind
from hongzhu.core.registers.models import Title
from hongzhu.services.party import rules
from hongzhu.services.party.engine.leaders import Asked, Told, meets, side
from hongzhu.services.party.pack.sending import LeaderTest
from hongzhu.services.party.rules.posts import PARTY

from .settings import section_on

TEACHING = (Kind.SCHOOL, Kind.KINDERGARTEN)


@dataclass(frozen=True, slots=True)
class Leader:
    """One secretary: what is held of both sides, the tests not met, the tests that cannot be judged."""

    post: Post
    told: Told
    titles: tuple[str, ...]
    party: bool | None
    professional: bool | None
    lacking: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def person(self) -> Person:
        return self.post.person

    @property
    def both(self) -> bool:
        return self.party is True and self.professional is True

    @property
    def education(self) -> str:
        return str(Person.Education(self.told.education).label) if self.told.education else ""


def tests_of(bureau: Bureau, on: date) -> tuple[LeaderTest, ...]:
    """The tests the bureau has set; () while it has set none: the text gives the project's name only."""
    return section_on(bureau, on).sending.leader_tests


def leaders(user: Any, on: date, tests: tuple[LeaderTest, ...]) -> list[Leader]:
    """Secretaries of branches that live in schools and kindergartens. Three queries beside the scope."""
    posts = list(
        Post.objects.filter(
            orgs.on_day(on), access.within(user, rules.VIEW, "org"), kind=PostKind.SECRETARY,
            org__bureau=access.bureau_of(user), org__kind__in=BRANCH_KINDS, org__retired=False, acting=False,
            org__hostings__unit__kind__in=TEACHING,
        ).select_related("person", "org").distinct().order_by("org__sort", "org_id", "id")
    )  # fmt: skip
    people = [post.person_id for post in posts]
    joined = dict(
        Membership.objects.filter(orgs.on_day(on), person__in=people, standing__in=PARTY)
        .values_list("person", "joined_on")
    )  # fmt: skip
    held: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.filter(orgs.on_day(on), person__in=people).order_by("person", "from_on"):
        held[title.person_id].append(title)
    return [_leader(post, joined.get(post.person_id), held[post.person_id], tests, on) for post in posts]


def _leader(post: Post, joined_on: date | None, held: list[Title], tests: tuple[LeaderTest, ...], on: date) -> Leader:
    told = Told(
        joined_on=joined_on,
        secretary_since=post.from_on,
        education=post.person.education,
        titles=frozenset(title.kind for title in held),
    )
    results = [(test, meets(_asked(test), told, on)) for test in tests]
    return Leader(
        post=post,
        told=told,
        titles=tuple(f"{title.get_level_display()}{title.get_kind_display()}" for title in held),
        party=side([result for test, result in results if test.side == "party"]),
        professional=side([result for test, result in results if test.side == "professional"]),
        lacking=tuple(str(test.title) for test, result in results if result is False),
        unknown=tuple(str(test.title) for test, result in results if result is None),
    )


def _asked(test: LeaderTest) -> Asked:
    return Asked(needs=test.needs, years=test.years, titles=frozenset(test.titles), education=frozenset(test.education))


def share(rows: list[Leader]) -> str:
    """Secretaries who meet both tests, of all, in per cent."""
    return f"{100 * sum(row.both for row in rows) / len(rows):.1f}%" if rows else ""
