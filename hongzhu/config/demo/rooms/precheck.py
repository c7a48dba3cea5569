"""What the national system showed at the last half-year: most branches agree, two do not, some have not looked; one odd post."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World
from hongzhu.core.people.models import Membership, Post, PostKind
from hongzhu.services.party.models import SystemCount


def add(world: World, counts: Counts, today: date) -> None:
    """As of the last closing before today."""
    on = date(today.year, 6, 28) if today > date(today.year, 6, 30) else date(today.year - 1, 12, 20)
    full: Counter[int] = Counter()
    probationary: Counter[int] = Counter()
    rows = Membership.objects.filter(org__in=world.branches, from_on__lte=on, standing__in=("FULL", "PROBATIONARY"))
    for org, standing, to_on in rows.values_list("org", "standing", "to_on"):
        if to_on is None or to_on > on:
            (full if standing == "FULL" else probationary)[org] += 1
    made = []
    for place, branch in enumerate(world.branches):
        if branch.opened_on > on or place % 9 == 4:
            continue
        members = full[branch.pk] + probationary[branch.pk] + (1 if place in (6, 12) else 0)
        made.append(
            SystemCount(
                bureau=world.bureau, org=branch, on=on, members=members, probationary=probationary[branch.pk],
                entered_by=str(world.organiser[branch.pk]),
            )
        )  # fmt: skip
    SystemCount.objects.bulk_create(made, batch_size=2000)
    if world.size.edge_cases and len(world.branches) > 15:
        # Moved in summer, still named on the committee of the branch before.
        moved, before = world.members[world.branches[14].pk][-1], world.branches[13]
        Post.objects.create(person=moved, org=before, kind=PostKind.COMMITTEE_MEMBER, from_on=before.opened_on)
