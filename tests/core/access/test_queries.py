"""Scope on random dated trees against an oracle slow enough to be obvious; and doors, account reach, my data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hongzhu.core.access import queries, rules
from hongzhu.core.access.models import Acting, Device, Grant, Role
from hongzhu.core.orgs.models import Bureau, Hosting, Org, Placement, Superior
from hongzhu.core.orgs.queries import segment
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Post
from hongzhu.kit import registry
from tests.properties import examples

TODAY = timezone.localdate()
PERMS = (rules.VIEW_ORGS, rules.VIEW_PEOPLE, rules.CHANGE_ORGS, rules.MANAGE_GRANTS, rules.DELEGATE)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


# A period is (from, to) in days from today; to None is open. The edges lie around today on purpose.
PERIODS = st.tuples(st.sampled_from([-900, -30, -1, 0, 1, 20]), st.sampled_from([None, 1, 2, 40, 300])).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)


def holds_today(period: tuple[int, int | None]) -> bool:
    start, end = period
    return start <= 0 and (end is None or end > 0)


@dataclass
class World:
    """The oracle's own memory of what was put into the database: plain lists, no paths."""

    parents: dict[int, list[tuple[int | None, tuple[int, int | None]]]] = field(default_factory=dict)
    hosts: list[tuple[int, int, tuple[int, int | None]]] = field(default_factory=list)
    above: list[tuple[int, int, tuple[int, int | None]]] = field(default_factory=list)
    belongs: list[tuple[int, int, tuple[int, int | None]]] = field(default_factory=list)

    def chain(self, org: int) -> set[int]:
        """The body and all that stand above it today; empty when it has no place today."""
        seen: set[int] = set()
        here: int | None = org
        while here is not None:
            places = [parent for parent, period in self.parents.get(here, []) if holds_today(period)]
            if not places:
                return seen if here != org else set()
            seen.add(here)
            here = places[0]
        return seen

    def reached(self, top: int) -> set[int]:
        inside = {org for org in self.parents if top in self.chain(org)}
        hosted = {org for org, unit, period in self.hosts if unit in inside and holds_today(period)}
        below = {org for org, superior, period in self.above if superior in inside and holds_today(period)}
        return inside | hosted | below

    def people(self, orgs: set[int]) -> set[int]:
        return {person for person, org, period in self.belongs if org in orgs and holds_today(period)}


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Shapes only; ``build`` turns them into rows. Two bureaus, up to twelve bodies in each, moved and merged ones too."""
    size = draw(st.integers(3, 12))
    bodies = [
        {
            "parent": draw(st.integers(0, index)),
            "moved_to": draw(st.one_of(st.none(), st.integers(0, index))),
            "moved": draw(st.sampled_from([-20, -1, 0, 1, 10])),
            "merged": draw(st.sampled_from([None, None, None, -5, 0, 1])),
        }
        for index in range(size)
    ]
    places = st.integers(0, size)
    return {
        "bodies": bodies,
        "hosts": draw(st.lists(st.tuples(places, places, PERIODS), max_size=5)),
        "above": draw(st.lists(st.tuples(places, places, st.sampled_from(["BELONGS", "GUIDES"]), PERIODS), max_size=5)),
        "people": draw(st.lists(st.tuples(places, st.sampled_from(["member", "post", "work"]), PERIODS), max_size=8)),
        "grants": draw(
            st.lists(
                st.tuples(st.sampled_from(Role.values), places, PERIODS, st.one_of(st.none(), PERIODS)),
                min_size=1,
                max_size=4,
            )
        ),
        "chosen": draw(st.one_of(st.none(), st.integers(0, 3))),
        "gap": draw(st.integers(0, 14)),
    }


class Build:
    """One bureau of a plan in the database, and the oracle's memory of it."""

    def __init__(self, plan: dict[str, Any], code: str, world: World) -> None:
        self.world = world
        self.bureau = Bureau.objects.create(code=code, name=code)
        self.orgs: list[Org] = []
        self.place(self.org("BUREAU"), None, (-1000, None))
        for body in plan["bodies"]:
            self.body(body)
        for org, unit, period in self.once(plan["hosts"], 2):
            Hosting.objects.create(org=self.orgs[org], unit=self.orgs[unit], **self.dates(period))
            world.hosts.append((self.orgs[org].pk, self.orgs[unit].pk, period))
        for org, superior, relation, period in self.once(plan["above"], 0, 2):
            Superior.objects.create(
                org=self.orgs[org], superior=self.orgs[superior], relation=relation, **self.dates(period)
            )
            world.above.append((self.orgs[org].pk, self.orgs[superior].pk, period))
        for org, kind, period in plan["people"]:
            self.person(self.orgs[org], kind, period)

    @staticmethod
    def once(rows: list[Any], *keys: int) -> list[Any]:
        """Of rows that would break "one open relation" only the first; the whole pair for hostings."""
        found: dict[Any, Any] = {}
        for row in rows:
            found.setdefault(row[:2] if keys == (2,) else tuple(row[key] for key in keys), row)
        return list(found.values())

    def org(self, kind: str = "SCHOOL") -> Org:
        org = Org.objects.create(bureau=self.bureau, kind=kind, name=f"{kind}{len(self.orgs)}", opened_on=day(-1000))
        self.orgs.append(org)
        return org

    @staticmethod
    def dates(period: tuple[int, int | None]) -> dict[str, Any]:
        return {"from_on": day(period[0]), "to_on": None if period[1] is None else day(period[1])}

    def path(self, org: Org, on: int) -> str:
        row = Placement.objects.filter(org=org, from_on__lte=day(on)).exclude(to_on__lte=day(on)).first()
        return row.path if row else ""

    def place(self, org: Org, parent: Org | None, period: tuple[int, int | None], path: str = "") -> None:
        Placement.objects.create(org=org, parent=parent, path=path + segment(org.pk), **self.dates(period))
        self.world.parents.setdefault(org.pk, []).append((parent.pk if parent else None, period))

    def body(self, body: dict[str, Any]) -> None:
        parent, moved_to = self.orgs[body["parent"]], body["moved_to"]
        target = None if moved_to is None else self.orgs[moved_to]
        moved, ends = body["moved"], body["merged"]
        org = self.org()
        # A new body goes under one that stands today, as orgs.actions sees to it; else under the root.
        if not holds_today(self.world.parents[parent.pk][-1][1]):
            parent = self.orgs[0]
        if target is not None and self.path(target, 0) and (ends is None or moved < ends):
            self.place(org, parent, (-900, moved), self.path(parent, 0))
            self.place(org, target, (moved, ends), self.path(target, 0))
        else:
            self.place(org, parent, (-900, ends), self.path(parent, 0))

    def person(self, org: Org, kind: str, period: tuple[int, int | None]) -> Person:
        person = Person.objects.create(bureau=self.bureau, name="某人")
        dates = self.dates(period)
        if kind == "member":
            Membership.objects.create(person=person, org=org, standing="FULL", **dates)
        elif kind == "post":
            Post.objects.create(person=person, org=org, kind="TEACHER", **dates)
        else:
            Engagement.objects.create(person=person, unit=org, relation="WORKPLACE", **dates)
        self.world.belongs.append((person.pk, org.pk, period))
        return person


class RandomTrees(TestCase):
    """Nobody reads or writes outside their part; and sees all of it."""

    @examples(12)
    @given(plan=plans(), other=plans())
    def test_scope_equals_the_oracle(self, plan: dict[str, Any], other: dict[str, Any]) -> None:
        world = World()
        # Ids of the two bureaus are interleaved with holes, so that paths of one begin like paths of the other.
        mine = Build(plan, "mine", world)
        Org.objects.bulk_create(
            [Org(bureau=mine.bureau, kind="OTHER", name=f"gap{n}", opened_on=day(-1000)) for n in range(plan["gap"])]
        )
        Build(other, "theirs", world)
        someone = Person.objects.create(bureau=mine.bureau, name="本人")
        account = Account.objects.create(username="someone", person=someone, bureau=mine.bureau)
        held = []
        for role, place, period, delegation in plan["grants"]:
            org = mine.orgs[place]
            if Grant.objects.filter(person=someone, role=role, org=org).exists():
                continue
            delegated_by, counts = None, holds_today(period)
            if delegation is not None:
                chief = Person.objects.create(bureau=mine.bureau, name="委托人")
                delegated_by = Grant.objects.create(
                    bureau=mine.bureau, person=chief, role=role, org=org, **Build.dates(delegation)
                )
                counts = counts and holds_today(delegation)
            grant = Grant.objects.create(
                bureau=mine.bureau, person=someone, role=role, org=org, delegated_by=delegated_by, **Build.dates(period)
            )
            held.append((grant, counts))
        if plan["chosen"] is not None and plan["chosen"] < len(held):
            Acting.objects.create(account=account, grant=held[plan["chosen"]][0])

        for perm in PERMS:
            self.compare(Account.objects.get(pk=account.pk), perm, plan, held, world)

    def compare(self, user: Any, perm: Any, plan: Any, held: Any, world: World) -> None:
        now = [grant for grant, counts in held if counts]
        chosen = held[plan["chosen"]][0] if plan["chosen"] is not None and plan["chosen"] < len(held) else None
        ranked = sorted(now, key=lambda grant: (rules.RANK.index(grant.role), grant.pk))
        acting = chosen if chosen in now else next(iter(ranked), None)
        self.assertEqual(queries.acting_grant(user), acting)
        reach: set[int] = set()
        if acting is not None and acting.role in perm.roles and world.chain(acting.org_id):
            reach = world.reached(acting.org_id)
        seen = set(queries.orgs_where(user, perm).values_list("pk", flat=True))
        self.assertEqual(seen, reach)
        for org in Org.objects.all():
            self.assertEqual(queries.holds(user, perm, org), org.pk in reach)
        if perm == rules.VIEW_ORGS:
            self.assertEqual(set(queries.visible_orgs(user).values_list("pk", flat=True)), reach)
        if perm == rules.VIEW_PEOPLE:
            stands = acting is not None and acting.role in perm.roles and world.chain(acting.org_id)
            got = set(queries.visible_people(user).values_list("pk", flat=True))
            self.assertEqual(got, world.people(reach) if stands else {user.person_id})
        for org_id in world.parents:
            rows = Membership.objects.filter(queries.within(user, perm, "org"), org=org_id)
            if org_id not in reach:
                self.assertFalse(rows.exists())


def test_a_path_that_begins_alike_is_not_below(db: None) -> None:
    """The trap of a prefix without end: 0000000a1… is not under 0000000a, and f-ending ids meet the upper bound."""
    bureau = Bureau.objects.create(code="x", name="x")
    root = Org.objects.create(pk=0xAB, bureau=bureau, kind="BUREAU", name="根", opened_on=day(-9))
    schools = [
        Org.objects.create(pk=pk, bureau=bureau, kind="SCHOOL", name=f"校{pk}", opened_on=day(-9))
        for pk in (0xA, 0xA0, 0xAF, 0xB0, 0xFFFFFFF, 0x10000000)
    ]
    Placement.objects.create(org=root, path=segment(root.pk), from_on=day(-9))
    for school in schools:
        Placement.objects.create(org=school, parent=root, path=segment(root.pk) + segment(school.pk), from_on=day(-9))
    person = Person.objects.create(bureau=bureau, name="甲")
    account = Account.objects.create(username="a", person=person, bureau=bureau)
    for school in schools:
        Grant.objects.filter(person=person).delete()
        Grant.objects.create(bureau=bureau, person=person, role=Role.SCHOOL_SECRETARY, org=school, from_on=day(-1))
        user = Account.objects.get(pk=account.pk)
        assert list(queries.orgs_where(user, rules.VIEW_ORGS)) == [school]


def test_doors_of_orgs_and_people(cast: Any) -> None:
    assert queries.open_org(cast.school_secretary, cast.branch.pk) == cast.branch
    with pytest.raises(Http404):
        queries.open_org(cast.school_secretary, cast.other_branch.pk)
    with pytest.raises(PermissionDenied):
        queries.open_org(cast.school_secretary, cast.branch.pk, rules.CHANGE_ORGS)
    assert queries.open_person(cast.branch_secretary, cast.member.person_id) == cast.member.person
    with pytest.raises(Http404):
        queries.open_person(cast.neighbour, cast.member.person_id)


def test_oneself_may_be_looked_at_not_changed(cast: Any) -> None:
    assert queries.open_person(cast.member, cast.member.person_id) == cast.member.person
    with pytest.raises(PermissionDenied):
        queries.open_person(cast.member, cast.member.person_id, rules.CHANGE_PEOPLE)


def test_second_factor_is_asked_by_check_and_require(cast: Any) -> None:
    with pytest.raises(queries.SecondFactorNeeded):
        queries.require(cast.audit_admin, rules.VIEW_AUDIT)
    with pytest.raises(queries.SecondFactorNeeded):
        queries.check(cast.school_secretary, rules.REVEAL, cast.branch)
    cast.audit_admin.second_factor = cast.school_secretary.second_factor = True
    queries.require(cast.audit_admin, rules.VIEW_AUDIT)
    queries.check(cast.school_secretary, rules.REVEAL, cast.branch)
    cast.member.second_factor = True
    with pytest.raises(PermissionDenied) as refused:
        queries.require(cast.member, rules.VIEW_AUDIT)
    assert not isinstance(refused.value, queries.SecondFactorNeeded)


def test_whom_to_remind_leaves_out_ended_deputies(cast: Any) -> None:
    on = timezone.localdate()
    perm = rules.CHANGE_PEOPLE
    found = {account.username for account in queries.accounts_at([cast.branch.pk], perm, on)}
    assert found == {"branch_secretary", "organiser", "deputy"}
    Grant.objects.filter(person=cast.branch_secretary.person).update(to_on=on)
    found = {account.username for account in queries.accounts_at([cast.branch.pk], perm, on)}
    assert found == {"organiser"}


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("school_secretary", {"branch_secretary", "organiser", "member", "deputy", "school_secretary"}),
        ("branch_secretary", set()),
        ("outsider", set()),
    ],
)
def test_whose_accounts_one_sees(cast: Any, who: str, names: set[str]) -> None:
    rows = queries.account_rows(getattr(cast, who))
    assert {person.account.username for person in rows} == names


def test_system_administrator_sees_accounts_of_the_bureau_only(cast: Any) -> None:
    names = {person.account.username for person in queries.account_rows(cast.system_admin)}
    assert names == set(cast.accounts) - {"outsider"}
    assert not queries.visible_people(cast.system_admin).exclude(pk=cast.system_admin.person_id).exists()


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("school_secretary", "branch_secretary", True),
        ("school_secretary", "member", True),
        ("school_secretary", "school_secretary", False),
        ("party_office", "school_secretary", True),
        ("party_office", "system_admin", False),
        ("party_office", "audit_admin", False),
        ("party_office", "party_office", False),
        ("system_admin", "party_office", True),
        ("system_admin", "audit_admin", True),
        ("system_admin", "system_admin", False),
        ("branch_secretary", "member", False),
        ("security_admin", "member", False),
    ],
)
def test_who_manages_whose_account(cast: Any, who: str, whom: str, allowed: bool) -> None:
    user, person = getattr(cast, who), getattr(cast, whom).person
    if allowed:
        queries.check_manages(user, person)
    else:
        with pytest.raises(PermissionDenied):
            queries.check_manages(user, person)


@pytest.mark.parametrize("begins", [-5, 0, 5])
def test_a_school_does_not_reset_whom_it_shares(cast: Any, begins: int) -> None:
    """A member of the school's branch who is (or will be) organiser of another: a reset here would open the other."""
    Grant.objects.create(
        bureau=cast.bureau, person=cast.member.person, role=Role.ORGANISER, org=cast.other_branch, from_on=day(begins)
    )
    with pytest.raises(PermissionDenied):
        queries.check_manages(cast.school_secretary, cast.member.person)
    queries.check_manages(cast.party_office, cast.member.person)


def test_my_data_costs_the_same_with_one_row_and_with_many(
    cast: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # Two grants to begin with: whoever holds one has nothing to choose, and that question is not asked.
    Grant.objects.create(
        bureau=cast.bureau, person=cast.member.person, role=Role.MEMBER, org=cast.committee, from_on=day(-3)
    )
    cast.login(client, "member")
    client.get(reverse("access:me"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("access:me"))
    person = cast.member.person
    for body in (cast.school, cast.class_one, cast.other_branch):
        Post.objects.create(person=person, org=body, kind="TEACHER", from_on=day(-3))
        Grant.objects.create(bureau=cast.bureau, person=person, role=Role.ORGANISER, org=body, from_on=day(-3))
        now = timezone.now()
        Device.objects.create(
            account=cast.member, label="x", created_at=now, seen_at=now, expires_at=now + timedelta(1)
        )
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("access:me"))
    assert len(many) == len(few) <= 30


def test_rooms_add_their_part(cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = [registry.Fact("到会", "9次", "/x/")]
    part = registry.Personal(name="t", title="组织生活", order=1, facts=lambda person, on: facts)
    monkeypatch.setitem(registry.book.personal, "t", part)
    empty = registry.Personal(name="u", title="没有内容", order=2, facts=lambda person, on: [])
    monkeypatch.setitem(registry.book.personal, "u", empty)
    cast.login(client, "member")
    page = client.get(reverse("access:me")).content.decode()
    assert "组织生活" in page and "9次" in page and 'href="/x/"' in page and "没有内容" not in page


@pytest.mark.parametrize(("sealed", "tail", "said"), [("", "", ""), ("x", "X", "•" * 17 + "X"), ("x", "", "•" * 18)])
def test_masks_show_one_character_at_most(sealed: str, tail: str, said: str) -> None:
    assert queries.masked(Person(id_sealed=sealed, id_tail=tail)).id_number == said


def test_lists_cost_the_same_with_one_row_and_with_three(cast: Any, client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts: dict[str, set[int]] = {"access:accounts": set(), "access:grants": set()}
    for user, name in (("system_admin", "access:accounts"), ("security_admin", "access:grants")):
        for text in ("xqy", ""):
            cast.login(client, user)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(name), {"q": text} if name == "access:accounts" else {})
            counts[name].add(len(asked))
    assert all(len(found) == 1 for found in counts.values())
