"""Titles, school posts and honours of members, the rows behind B38, a few facts missing for the pre-check."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import FOUNDED, World
from hongzhu.core.people.models import Membership, Person, Post, PostKind
from hongzhu.core.registers.models import Honour, Title
from hongzhu.services.party.models import Transcribed

SCHOOL_POSTS = (
    PostKind.CLASS_TEACHER, PostKind.CLASS_TEACHER, PostKind.TEACHER, PostKind.TEACHER, PostKind.TEACHER,
    PostKind.GRADE_HEAD, PostKind.MIDDLE_MANAGER,
)  # fmt: skip
LED = (PostKind.MIDDLE_MANAGER, PostKind.GRADE_HEAD, PostKind.CLASS_TEACHER)
TITLES = ("SUBJECT_LEADER", "BACKBONE", "EXPERT_TEACHER", "SENIOR", "MASTER_TEACHER")
COUNTED = TITLES[:3]
HONOURS = ("优秀共产党员", "优秀教师", "师德标兵", "优秀班主任", "教学能手竞赛一等奖")
ETHNIC = ("回族", "满族", "壮族", "土家族")


def add(world: World, counts: Counts, today: date) -> None:
    """A third of the members hold a title, most a post in their school; the first branch of Huaibei as its text says."""
    rng = random.Random(f"roster:{world.size.code}")
    posts: list[Post] = []
    titles: list[Title] = []
    honours: list[Honour] = []
    for branch in world.branches:
        group, unit = world.members[branch.pk], world.host_of[branch.pk]
        if world.size.first_branch and branch.pk == world.branches[0].pk:
            _as_told(world, counts, posts, titles)
            continue
        for who in group:
            if rng.random() < 0.7:
                posts.append(
                    Post(person=who, org=unit, kind=rng.choice(SCHOOL_POSTS), from_on=_after(branch.opened_on, rng))
                )
            if rng.random() < 0.3:
                kind, level = rng.choice(TITLES), rng.choice(("COUNTY", "COUNTY", "CITY", "PROVINCIAL"))
                titles.append(_title(world, who, kind, level, date(rng.randint(2012, 2024), 9, 1)))
            if rng.random() < 0.08:
                honours.append(_honour(world, who, rng, today))
    Post.objects.bulk_create(posts, batch_size=2000)
    Title.objects.bulk_create(titles, batch_size=2000)
    Honour.objects.bulk_create(honours, batch_size=2000)
    _gaps(world, rng)
    _carried_over(world, today)


def _after(opened: date, rng: random.Random) -> date:
    return opened + timedelta(days=rng.randint(0, 60))


def _title(world: World, who: Person, kind: str, level: str, on: date) -> Title:
    by = {"COUNTY": f"{world.size.short}教育局", "CITY": "市教育局", "PROVINCIAL": "省教育厅"}[level]
    return Title(bureau=world.bureau, person=who, kind=kind, level=level, granted_by=by, from_on=on)


def _honour(world: World, who: Person, rng: random.Random, today: date) -> Honour:
    granted = date(rng.randint(today.year - 4, today.year - 1), rng.choice((7, 9)), 1)
    return Honour(
        bureau=world.bureau, person=who, title=rng.choice(HONOURS), level="COUNTY", granted_on=granted,
        granted_by=f"{world.size.short}教育局", document=f"教发〔{granted.year}〕{rng.randint(20, 60)}号",
    )  # fmt: skip


def _as_told(world: World, counts: Counts, posts: list[Post], titles: list[Title]) -> None:
    """B38: so many of the branch's members hold a title, so many a post; the two overlap, and some hold two of each."""
    branch = world.branches[0]
    group, unit = world.members[branch.pk], world.host_of[branch.pk]
    for place, who in enumerate(group[: counts.branch_titled]):
        titles.append(_title(world, who, COUNTED[place % 3], ("CITY", "COUNTY")[place % 2], date(2017, 9, 1)))
        if place % 4 == 0:
            titles.append(_title(world, who, COUNTED[(place + 1) % 3], "COUNTY", date(2018, 9, 1)))
    for place, who in enumerate(
        reversed(group[len(group) - counts.branch_in_posts :] if counts.branch_in_posts else [])
    ):
        posts.append(Post(person=who, org=unit, kind=LED[place % 3], from_on=FOUNDED))
        if place % 6 == 0:
            posts.append(Post(person=who, org=unit, kind=LED[(place + 1) % 3], from_on=FOUNDED))


def _gaps(world: World, rng: random.Random) -> None:
    """What the pre-check finds: a few without education, birthday or day of confirmation; not everybody is Han."""
    people = [who.pk for branch in world.branches for who in world.members[branch.pk]]
    Person.objects.filter(pk__in=people[7::90]).update(education="")
    Person.objects.filter(pk__in=people[11::140]).update(born_on=None)
    Person.objects.filter(pk__in=people[13::120]).update(ethnic="")
    for place, word in enumerate(ETHNIC):
        Person.objects.filter(pk__in=people[17 + 5 * place :: 97]).update(ethnic=word)
    rows = Membership.objects.filter(org__in=world.branches, standing="FULL").order_by("pk")
    chosen = list(rows.values_list("pk", flat=True))[rng.randint(3, 9) :: 80]
    Membership.objects.filter(pk__in=chosen).update(full_on=None)


def _carried_over(world: World, today: date) -> None:
    """The first branch has typed its members into the upper system."""
    branch = world.branches[0]
    keeper = str(world.organiser[branch.pk])
    Transcribed.objects.bulk_create(
        [
            Transcribed(
                bureau=world.bureau, person=who, system="upper_member", on=today - timedelta(days=30), by=keeper
            )
            for who in world.members[branch.pk][:-2]
        ]
    )
