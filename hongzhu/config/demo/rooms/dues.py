"""Dues of a demo bureau: bases and receipts of the running year, hand-overs, reliefs, allotments (B26 B27)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.names import TOWNS
from hongzhu.config.demo.world import FOUNDED, World
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org, Placement, Superior
from hongzhu.core.people.models import Account, Membership
from hongzhu.core.policies.models import NumberSeries
from hongzhu.kit import bulk
from hongzhu.kit.dates import SHANGHAI
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor
from hongzhu.services.party.actions.dues import SERIES
from hongzhu.services.party.actions.dues_checks import check_dues, confirm_check
from hongzhu.services.party.actions.dues_opening import confirm_opening, set_opening
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import (
    Allotment,
    AllotmentLine,
    DuesBase,
    DuesMonth,
    Handing,
    Receipt,
    Relief,
)
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_account as accounts

# zh-file: a demo bureau's own texts
PAY = (380_000, 462_000, 489_900, 535_000, 598_050, 612_300, 701_000, 765_400, 829_000, 912_600, 1_080_000)
PENSIONS = (386_000, 452_500, 500_000, 538_000, 611_000)
SPECIAL_2020 = date(2020, 2, 24)


def add(world: World, counts: Counts, today: date) -> None:
    """Bases and receipts of every branch; in Jinan also the special dues of 2020."""
    rng = random.Random(f"dues:{world.size.code}")
    book = _Book(world, today, rng)
    book.fill()
    if world.size.code == "jinan":
        special(world, counts)
    elif world.size.edge_cases:
        running(world, today)
        began(world, today)
        checked(world, today)


def at(day: date, hour: int = 16) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


@dataclass
class _Book:
    """The rows of one bureau, kept column by column until they are written."""

    world: World
    today: date
    rng: random.Random
    receipts: list[Receipt] = field(default_factory=list)
    months: list[tuple[int, date, int]] = field(default_factory=list)  # place of the receipt, month, fen

    def fill(self) -> None:
        world, today = self.world, self.today
        first = date(today.year, 1, 1)
        scales = queries.scales_of(queries.part_on(world.bureau, today))
        # Members of today: activists pay nothing, and an ended row is somebody's earlier standing.
        rows = Membership.objects.filter(
            orgs.on_day(today), org__in=[branch.pk for branch in world.branches], standing__in=("FULL", "PROBATIONARY")
        ).select_related("person")
        members: dict[int, list[Membership]] = {}
        for row in rows.order_by("id"):
            members.setdefault(row.org_id, []).append(row)
        bases: list[DuesBase] = []
        edge = self._edges(members)
        reliefs = self._relief(members, edge, first)
        for number, branch in enumerate(world.branches):
            collector = str(world.organiser[branch.pk])
            every = 3 if number % 3 == 2 else 1  # some branches collect by the quarter
            for row in members.get(branch.pk, []):
                base = self._base(row, first)
                monthly = engine.monthly(scales[base.table], base.base)
                bases.append(base)
                cut = edge.get(row.person_id)
                less = reliefs if row.person_id == getattr(reliefs, "person_id", 0) else None
                self._pay(
                    branch, row, monthly, every, collector, begins=engine.month_of(base.from_on), cut=cut, less=less
                )
        bulk.insert_objects(bases)
        if reliefs is not None:
            reliefs.save()
        self._write()

    def _edges(self, members: dict[int, list[Membership]]) -> dict[int, int]:
        """Of one branch two members are behind: three months, and six."""
        branch = self.world.branches[0]
        rows = members.get(branch.pk, [])
        return {rows[3].person_id: 3, rows[4].person_id: 6} if len(rows) > 5 and self.world.size.edge_cases else {}

    def _relief(self, members: dict[int, list[Membership]], edge: dict[int, int], first: date) -> Relief | None:
        branch = self.world.branches[min(5, len(self.world.branches) - 1)]
        rows = [row for row in members.get(branch.pk, []) if row.person_id not in edge]
        if not rows or not self.world.size.edge_cases or self.today < first + timedelta(days=75):
            return None
        return Relief(
            person=rows[-1].person, org=branch, monthly=1000, from_on=engine.after(first, 2),
            to_on=engine.after(first, 12), studied_on=first + timedelta(days=40), approved_on=first + timedelta(days=49),
            number=f"教党〔{first.year}〕3号",
        )  # fmt: skip

    def _base(self, row: Membership, first: date) -> DuesBase:
        begins = max(
            first, engine.month_of(row.joined_on if row.standing == "PROBATIONARY" and row.joined_on else row.from_on)
        )
        retired = row.retired
        return DuesBase(
            person=row.person, table=DuesBase.Table.RETIRED if retired else DuesBase.Table.SALARIED,
            base=self.rng.choice(PENSIONS if retired else PAY) + 100 * self.rng.randint(0, 99), from_on=begins,
            confirmed_on=first + timedelta(days=9) if first + timedelta(days=9) <= self.today else None,
        )  # fmt: skip

    def _pay(
        self, branch: Org, row: Membership, monthly: int, every: int, collector: str, *, begins: date, cut: int | None,
        less: Relief | None,
    ) -> None:  # fmt: skip
        """A receipt for each month, or for each quarter; ``cut``: the last so many whole months are not paid."""
        last = engine.after(engine.month_of(self.today), -1 - (cut or 0))
        due = list(engine.months(begins, last))
        for start in range(0, len(due), every):
            months = due[start : start + every]
            day = min(months[-1] + timedelta(days=9 + branch.sort // 10 % 14), self.today)
            sums = [less.monthly if less and less.from_on <= month < less.to_on else monthly for month in months]
            self._receipt(branch, row.person_id, sum(sums), day, collector)
            self.months += [(len(self.receipts) - 1, month, fen) for month, fen in zip(months, sums, strict=True)]

    def _receipt(self, branch: Org, person: int, fen: int, day: date, collector: str) -> None:
        number = len(self.receipts) + 1
        self.receipts.append(
            Receipt(
                bureau_id=self.world.bureau.pk, org_id=branch.pk, person_id=person, paid_on=day, fen=fen,
                number=engine.receipt_number(self.today.year, number), voucher=f"记{day.month}-{branch.sort % 89 + 1}",
                collected_by=collector, recorded_at=at(day),
            )
        )  # fmt: skip

    def _write(self) -> None:
        world, today = self.world, self.today
        if not self.receipts:
            return
        voided = self.receipts[0]
        if world.size.edge_cases:
            # The first receipt was written wrongly and written again.
            again = len(self.receipts)
            self._receipt(world.branches[0], voided.person_id, voided.fen, voided.paid_on, voided.collected_by)
            self.months += [(again, month, fen) for place, month, fen in self.months if place == 0]
            voided.voided_at, voided.void_reason = at(voided.paid_on, 17), "金额写错，已重开"
        self._hand()
        ids = bulk.reserve(Receipt, len(self.receipts))
        for pk, receipt in zip(ids, self.receipts, strict=True):
            receipt.pk = pk
        names = [f.attname for f in Receipt._meta.concrete_fields]
        bulk.insert(Receipt, {name: [getattr(one, name) for one in self.receipts] for name in names})
        bulk.insert(
            DuesMonth,
            {
                "receipt_id": [ids[place] for place, _month, _fen in self.months],
                "month": [month for _place, month, _fen in self.months],
                "fen": [fen for _place, _month, fen in self.months],
            },
        )
        NumberSeries.objects.create(bureau=world.bureau, key=SERIES, year=today.year, last=len(self.receipts))

    def _hand(self) -> None:
        """Every quarter that has ended went up; of the last one branch's waits to be confirmed, another's is missing."""
        world, today = self.world, self.today
        above = dict(
            Superior.objects.filter(orgs.on_day(today), relation="BELONGS", org__in=world.branches).values_list(
                "org", "superior"
            )
        )
        quarters = [date(today.year, month, 1) for month in (1, 4, 7, 10) if date(today.year, month, 1) <= today]
        ended = [quarter for quarter in quarters if engine.after(quarter, 3) <= today]
        by_body: dict[tuple[int, date], list[Receipt]] = {}
        for receipt in self.receipts:
            quarter = engine.quarter_of(receipt.paid_on)
            if receipt.voided_at is None and quarter in ended:
                by_body.setdefault((receipt.org_id, quarter), []).append(receipt)
        handings = []
        for (body, quarter), receipts in by_body.items():
            branch = world.branches.index(Org(pk=body))
            newest = quarter == ended[-1] and world.size.edge_cases
            if newest and branch == 7:
                continue
            day = min(engine.after(quarter, 3) + timedelta(days=4 + branch % 5), today)
            waits = newest and branch in (0, 6)
            handings.append(
                Handing(
                    bureau=world.bureau, org_id=body, superior_id=above[body], quarter_on=quarter,
                    fen=sum(receipt.fen for receipt in receipts), voucher=f"付{day.month}-{branch + 1}", handed_on=day,
                    recorded_at=at(day), received_on=None if waits else min(day + timedelta(days=3), today),
                    received_at=None if waits else at(min(day + timedelta(days=3), today), 17),
                    received_by="" if waits else "党费管理人",
                )
            )  # fmt: skip
        made = Handing.objects.bulk_create(handings, batch_size=1000)
        self._pass_on(made, ended, above)
        for handing in made:
            for receipt in by_body[handing.org_id, handing.quarter_on]:
                receipt.handing_id = handing.pk

    def _pass_on(self, made: list[Handing], ended: list[date], above: dict[int, int]) -> None:
        """General branches hand on what reached them; the first has not yet for the newest quarter."""
        world, today = self.world, self.today
        for number, general in enumerate(world.generals):
            for quarter in ended:
                below = [
                    one for one in made
                    if one.superior_id == general.pk and one.quarter_on == quarter and one.received_on is not None
                ]  # fmt: skip
                if not below or (quarter == ended[-1] and number == 0 and world.size.edge_cases):
                    continue
                day = min(engine.after(quarter, 3) + timedelta(days=16), today)
                passed = Handing.objects.create(
                    bureau=world.bureau, org=general, superior=world.committee, quarter_on=quarter,
                    fen=sum(one.fen for one in below), voucher=f"付{day.month}-{200 + number}", handed_on=day,
                    recorded_at=at(day), received_on=min(day + timedelta(days=2), today),
                    received_at=at(min(day + timedelta(days=2), today), 17), received_by="党费管理人",
                )  # fmt: skip
                Handing.objects.filter(pk__in=[one.pk for one in below]).update(within=passed)


def running(world: World, today: date) -> None:
    """A sum of this year that some units have not reported the use of.

    Nothing of last year is published: the demo has no receipts of it, and a publication keeps what they came to.
    """
    decided = date(today.year, 3, 16)
    if decided + timedelta(days=40) > today:
        return
    allotment = Allotment.objects.create(
        bureau=world.bureau, kind=Allotment.Kind.SPECIAL, title="支持乡村学校党员活动室的专项党费", year=today.year,
        payer=world.committee, flat=300_000, decided_on=decided, recorded_at=at(decided),
    )  # fmt: skip
    lines = []
    for number, unit in enumerate(world.schools[:12]):
        line = AllotmentLine(
            allotment=allotment, org=unit, fen=300_000, sent_on=decided + timedelta(days=4), voucher="付3-21",
            sent_at=at(decided + timedelta(days=4)), received_on=decided + timedelta(days=6),
        )  # fmt: skip
        if number % 4:
            line.used, line.used_for, line.used_voucher = (
                300_000 - 1_250 * number,
                "购买学习资料和展板",
                f"支4-{number}",
            )
            line.reported_on = decided + timedelta(days=30 + number % 5)
        lines.append(line)
    AllotmentLine.objects.bulk_create(lines)


def began(world: World, today: date) -> None:
    """What the first branch had in hand when its account began here on 1 January, seen by its secretary too."""
    branch = world.branches[0]
    first = date(today.year, 1, 1)
    maker, checker = _keepers(world, branch)
    made = set_opening(
        org=branch, opened_on=first, fen=36_850, basis=f"现金日记账{today.year - 1}年末结余", by=maker, on=today, now=at(first),
    )  # fmt: skip
    confirm_opening(opening=made, by=checker, on=today, now=at(first, 17))


def _keepers(world: World, branch: Org) -> tuple[Actor, Actor]:
    """The branch's organiser and its secretary."""
    first, second = (
        Actor.of(Account.objects.get(person=people[branch.pk])) for people in (world.organiser, world.secretary)
    )
    return first, second


def checked(world: World, today: date) -> None:
    """The first branch held its bank slip against the account: last quarter's is confirmed, a newer one waits for that."""
    branch = world.branches[0]
    ended = engine.quarter_of(today) - timedelta(days=1)
    newer = min(max(engine.month_of(today) - timedelta(days=1), ended + timedelta(days=4)), today)
    maker, checker = _keepers(world, branch)
    made = [
        check_dues(
            org=branch, checked_on=day, book_fen=accounts.computed(branch, day, today), note="", by=maker, on=today,
            now=at(day),
        )
        for day in (ended, newer)
    ]  # fmt: skip
    confirm_check(check=made[0], by=checker, on=today, now=at(ended, 17))


def special(world: World, counts: Counts) -> None:
    """2020: the same sum for each of so many schools (B27). Where the demo has fewer units, it gets more of them."""
    units = [*world.schools, *world.kindergartens][: counts.special_units]
    units += more_units(world, counts.special_units - len(units))
    if not units:
        return
    allotment = Allotment.objects.create(
        bureau=world.bureau, kind=Allotment.Kind.SPECIAL, title="支持疫情防控专项党费", year=2020,
        payer=world.committee, flat=counts.special_fen, decided_on=SPECIAL_2020, recorded_at=at(SPECIAL_2020),
    )  # fmt: skip
    sent = SPECIAL_2020 + timedelta(days=3)
    AllotmentLine.objects.bulk_create(
        [
            AllotmentLine(
                allotment=allotment, org=unit, fen=counts.special_fen, sent_on=sent, sent_at=at(sent), voucher="付2-17",
                received_on=sent + timedelta(days=1 + number % 3),
                **(
                    {"used": counts.special_fen - 100 * (number % 9), "used_for": "购买防护、消毒用品",
                     "used_voucher": f"支4-{number + 1}", "reported_on": date(2020, 4, 10 + number % 15)}
                    if number % 12 != 11 else {}
                ),
            )
            for number, unit in enumerate(units)
        ]
    )  # fmt: skip


def more_units(world: World, count: int) -> Sequence[Org]:
    """Schools right under the bureau, as many as are lacking."""
    sort = 150_000
    made = Org.objects.bulk_create(
        [
            Org(
                bureau=world.bureau, kind="SCHOOL", name=f"{world.size.short}{TOWNS[n % len(TOWNS)]}第{n // len(TOWNS) + 1}实验学校",
                search_key=search_key(f"{world.size.short}{TOWNS[n % len(TOWNS)]}实验学校"), opened_on=FOUNDED,
                sector="PUBLIC", stage="NINE_YEAR", sort=sort + n,
            )
            for n in range(max(count, 0))
        ]
    )  # fmt: skip
    root = orgs.path_of(world.root, FOUNDED)
    Placement.objects.bulk_create(
        [Placement(org=one, parent=world.root, path=root + orgs.segment(one.pk), from_on=FOUNDED) for one in made]
    )
    return made
