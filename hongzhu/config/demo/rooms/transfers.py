"""Transfers of a demo bureau: the August batch in all its states, two of them lost in between, one returned."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.core.people.models import Engagement, Membership, Post, Standing
from hongzhu.services.party.models import Transfer, TransferBatch

# zh-file: a demo bureau's own texts
Status = Transfer.Status
# What became of each line of the batch; the smaller bureaus have the first of them.
STATES = (
    "received", "lost", "asked", "received", "returned", "received", "lost", "received", "on the way", "let go",
    "received", "received",
)  # fmt: skip
BESIDE = 2  # moved in personnel as well, and not yet in any batch: to be proposed
FIRST = 16  # branches before it have stories of their own
LEAST = 8  # members of a branch somebody leaves


def add(world: World, counts: Counts, today: date) -> None:
    """Twelve lines where the bureau has its edge cases, five elsewhere."""
    wanted = len(STATES) if world.size.edge_cases else 5
    _Book(world, today).write(STATES[:wanted])


@dataclass(slots=True)
class _Move:
    """Somebody from one branch to the next."""

    row: Membership
    to_org: Org


class _Book:
    def __init__(self, world: World, today: date) -> None:
        self.world, self.today = world, today
        self.rng = random.Random(f"transfers:{world.size.code}")
        self.moved_on = date(today.year if today.month >= 9 else today.year - 1, 8, 20)
        above = Superior.objects.filter(org__in=world.branches, relation="BELONGS", to_on__isnull=True)
        self.above = dict(above.values_list("org", "superior__name"))

    def moves(self, wanted: int) -> list[_Move]:
        """Plain members of the larger branches, each to a branch in another unit. Three queries."""
        branches = self.world.branches[FIRST:] or self.world.branches
        busy = set(Post.objects.filter(org__in=branches, to_on__isnull=True).values_list("person", flat=True))
        taken = set(Membership.objects.filter(org__kind="TEAM", to_on__isnull=True).values_list("person", flat=True))
        rows = Membership.objects.filter(
            org__in=branches, to_on__isnull=True, standing=Standing.FULL, retired=False, left_out="",
            from_on__lt=self.moved_on,
        )  # fmt: skip
        of_branch: dict[int, list[Membership]] = {}
        for row in rows.select_related("person", "org").order_by("id"):
            of_branch.setdefault(row.org_id, []).append(row)
        found: list[_Move] = []
        for place, branch in enumerate(branches):
            members = of_branch.get(branch.pk, [])
            free = [row for row in members[::-1] if row.person_id not in busy | taken]
            target = branches[(place + 5) % len(branches)]
            if len(members) < LEAST or not free or self.world.host_of[target.pk] == self.world.host_of[branch.pk]:
                continue
            found.append(_Move(free[0], target))
            if len(found) == wanted:
                break
        return found

    def write(self, states: tuple[str, ...]) -> None:
        moves = self.moves(len(states) + BESIDE)
        self.engage(moves)
        lines = list(zip(moves, states, strict=False))
        if not lines:
            return
        batch = TransferBatch.objects.create(
            bureau=self.world.bureau,
            title=f"{self.moved_on.year}年暑期调动",
            opened_on=self.moved_on + timedelta(days=8),
        )
        last = dict(
            Act.objects.filter(body__in=self.world.branches)
            .values_list("body")
            .annotate(last=Max("held_on"))
            .order_by()
        )
        rows, fresh, ended = [], [], []
        for number, (move, state) in enumerate(lines, start=1):
            line = self.line(batch, move, state, number)
            if state == "received":
                # The day after the last act of both branches: rosters of the acts on record stay true.
                since = max(last.get(move.row.org_id, self.moved_on), last.get(move.to_org.pk, self.moved_on))
                line.received_on = min(since + timedelta(days=1), self.today)
                line.received_by = f"{self.world.secretary[move.to_org.pk].name}（书记）"
                line.sent_on = line.received_on - timedelta(days=self.rng.randint(5, 12))
                line.let_go_on = line.sent_on - timedelta(days=3)
                line.valid_to = line.sent_on + timedelta(days=60)
                move.row.to_on = line.received_on
                ended.append(move.row)
                fresh.append(
                    Membership(
                        person=move.row.person, org=move.to_org, standing=move.row.standing, joined_on=move.row.joined_on,
                        full_on=move.row.full_on, from_on=line.received_on,
                    )
                )  # fmt: skip
            rows.append(line)
        Membership.objects.bulk_update(ended, ["to_on"])
        Membership.objects.bulk_create(fresh)
        Transfer.objects.bulk_create(rows)

    def engage(self, moves: list[_Move]) -> None:
        """人事关系 and 工作单位 went with the summer."""
        people = [move.row.person_id for move in moves]
        Engagement.objects.filter(person__in=people, to_on__isnull=True).update(to_on=self.moved_on)
        Engagement.objects.bulk_create(
            [
                Engagement(
                    person=move.row.person,
                    unit=self.world.host_of[move.to_org.pk],
                    relation=relation,
                    from_on=self.moved_on,
                )
                for move in moves
                for relation in Engagement.Relation.values
            ]
        )

    def line(self, batch: TransferBatch, move: _Move, state: str, number: int) -> Transfer:
        day = timedelta(days=1)
        line = Transfer(
            bureau=self.world.bureau, batch=batch, person=move.row.person, way=Transfer.Way.WITHIN, from_org=move.row.org,
            to_org=move.to_org, reason="工作调动", asked_on=batch.opened_on,
        )  # fmt: skip
        if state == "asked":
            return line
        line.let_go_on, line.status = batch.opened_on + 9 * day, Status.LET_GO
        line.let_go_by = f"{self.world.organiser[move.row.org_id].name}（组织委员）"
        if state == "let go":
            return line
        line.sent_on = self.today - 9 * day if state == "on the way" else batch.opened_on + 16 * day
        line.sent_by, line.number = (
            self.above.get(move.row.org_id, "上级党组织"),
            f"教转〔{line.sent_on.year}〕{number:03d}号",
        )
        line.valid_to, line.status = line.sent_on + 30 * day, Status.SENT
        line.dues_to = line.sent_on.replace(day=1)
        if state == "returned":
            line.status, line.returned_for = Status.RETURNED, "实际到任单位有变，请核对后重开介绍信"
        elif state == "received":
            line.status = Status.RECEIVED
        return line
