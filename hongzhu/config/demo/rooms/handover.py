"""The branch whose secretary changed on 20 August: its list, printed and signed two days later."""

from __future__ import annotations

from datetime import date, timedelta

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import HANDOVER, World
from hongzhu.core.people.models import Post, PostKind
from hongzhu.services.party.models import Handover
from hongzhu.services.party.queries import handover as queries


def add(world: World, counts: Counts, today: date) -> None:
    """Only where the edge case is; the list holds what was open that day by the records of today."""
    branch = world.special.get("handover")
    if branch is None:
        return
    left = Post.objects.filter(org=branch, kind=PostKind.SECRETARY, to_on=HANDOVER).select_related("person").first()
    if left is None:
        return
    Handover.objects.create(
        bureau=world.bureau, org=branch, leaving=left.person, coming=world.secretary[branch.pk], on=HANDOVER,
        witness=str(world.organiser[branch.pk]), seal_kept_by=str(world.secretary[branch.pk]),
        archive_place="二楼档案柜", items=queries.frozen(queries.sections(branch, HANDOVER)),
        signed_on=min(today, HANDOVER + timedelta(days=2)),
    )  # fmt: skip
