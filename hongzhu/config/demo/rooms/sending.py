"""Posts, promises, people sent out, moved, chosen and led, training, nominations and links of a demo bureau. All invented."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World
from hongzhu.core.credits.models import Credit
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person, PostKind
from hongzhu.core.registers.models import Honour, Link, Name, Nomination
from hongzhu.kit.dates import SHANGHAI
from hongzhu.services.party.models import (
    Admission,
    CadreMove,
    Community,
    CommunityService,
    Cultivation,
    Dispatch,
    DispatchVisit,
    MemberPost,
    PostPlace,
    Promise,
    Reserve,
    Talent,
    TalentTask,
    Trainee,
    TrainingClass,
    TrainingCourse,
    TrainingLayer,
    TrainingPlan,
)
from hongzhu.services.party.queries.training import STUDY_TAG

SERVED = ("农机合作社", "商贸公司", "养老服务中心", "培训学校联合会", "物流公司", "社会工作服务中心")
POSTS = (
    ("DEMONSTRATION", "教学质量示范岗", "承担一节公开课，带一名青年教师"),
    ("VANGUARD", "班级管理先锋岗", "带好一个班，做好家访"),
    ("AREA", "教学楼安全责任区", "每周巡查一次，发现问题当天报"),
)
FREE_PLACE = ("AREA", "操场安全责任区", "大课间在场，器材每月查一次")
ITEMS = ("上一节公开课", "结对一名青年教师", "家访十户以上", "每月参加一次志愿服务", "帮助两名学习有困难的学生")
DEED = "按承诺做完，记录在支部台账"
COMMUNITIES = ("柳荫社区", "清河社区", "东关社区", "新村社区", "北园社区")
SERVICES = ("文明劝导", "课业辅导", "环境整治", "防溺水宣传")
DIRECTIONS = ("把骨干教师培养成党员", "把党员教师培养成骨干教师")
CALL = "关于遴选党建专家团队和骨干团队的通知"
TALENT_FROM, TALENT_TO = date(2020, 4, 1), date(2099, 12, 31)
PLANS = (
    ("BUSINESS", "教学质量提升工作方案"),
    ("BUSINESS", "校园安全整治工作方案"),
    ("BUSINESS", "教师队伍建设工作方案"),
    ("PARTY", "党建工作要点实施方案"),
    ("PARTY", "党员教师队伍建设方案"),
)


@dataclass
class _Desk:
    """One bureau's registers being filled; every choice comes from its own seed."""

    world: World
    counts: Counts
    today: date
    random: random.Random

    @property
    def people(self) -> list[tuple[Person, Org]]:
        world = self.world
        return [(person, branch) for branch in world.branches for person in world.members[branch.pk]]

    def before(self, days: int) -> date:
        return self.today - timedelta(days=days)


def add(world: World, counts: Counts, today: date) -> None:
    """Sensible rows for every size; rows behind the figures of 郧阳 (A24), 任城 (A21) and 济南 (B35)."""
    desk = _Desk(world, counts, today, random.Random(f"sending:{world.size.code}"))
    posts(desk)
    promises(desk)
    dispatches(desk)
    cadres(desk)
    talents(desk)
    cultivations(desk)
    communities(desk)
    training(desk)
    nominations(desk)
    links(desk)


def posts(desk: _Desk) -> None:
    """Three posts in each branch; one claimed and not agreed to, one not looked at for a year, in every seventh.

    Each stands in the branch's catalogue, and beside them one nobody has claimed yet.
    """
    offers, rows = [], []
    for number, branch in enumerate(desk.world.branches):
        members = desk.world.members[branch.pk]
        since = max(branch.opened_on, desk.before(200 + number % 90))
        for place, (kind, title, duty) in enumerate(POSTS):
            if place >= len(members):
                continue
            odd = number % 7 == 3
            start = max(branch.opened_on, desk.before(500)) if odd and place == 1 else since
            offers.append(
                PostPlace(bureau=desk.world.bureau, org=branch, kind=kind, title=title, duty=duty, from_on=start)
            )
            rows.append(
                MemberPost(
                    bureau=desk.world.bureau, org=branch, place=offers[-1], person=members[-1 - place], kind=kind,
                    title=title, duty=duty, from_on=start, agreed_on=None if odd and place == 2 else start,
                    reviewed_on=desk.before(30 + number) if place == 0 and desk.before(30 + number) > start else None,
                )
            )  # fmt: skip
        kind, title, duty = FREE_PLACE
        offers.append(PostPlace(bureau=desk.world.bureau, org=branch, kind=kind, title=title, duty=duty, from_on=since))
    PostPlace.objects.bulk_create(offers, batch_size=2000)
    MemberPost.objects.bulk_create(rows, batch_size=2000)


def promises(desk: _Desk) -> None:
    """This year's promises: nearly everybody signed, most kept; a few have none yet, some wait for the branch's word."""
    rows = []
    year = desk.today.year
    signed = min(desk.today, date(year, 3, 10))
    for number, (person, branch) in enumerate(desk.people):
        if number % 29 == 7:
            continue
        on = None if number % 23 == 5 or branch.opened_on > signed else signed
        done = on is not None and desk.today > date(year, 9, 1) and number % 3 != 0
        reported = on is not None and not done and number % 27 == 3
        rows.append(
            Promise(
                bureau=desk.world.bureau, org=branch, person=person, year=year, item=ITEMS[number % len(ITEMS)],
                signed_on=on, done_on=min(desk.today, date(year, 9, 20)) if done else None,
                checked_by=str(desk.world.secretary[branch.pk]) if done else "",
                reported_on=min(desk.today, date(year, 9, 18)) if reported else None,
                deed=DEED if reported else "",
            )
        )  # fmt: skip
    Promise.objects.bulk_create(rows, batch_size=2000)


def dispatches(desk: _Desk) -> None:
    """郧阳: so many person-times up to 2021, some of them the same person twice. Everywhere a batch of this year."""
    world = desk.world
    people = [world.members[branch.pk][-1] for branch in world.branches]
    past = desk.counts.dispatches if world.size.code == "yunyang" else 0
    rows = []
    for number in range(past):
        start = date(2019, 3, 1) + timedelta(days=30 * number % 990)
        # Every fourth goes out a second time: person-times, not persons.
        who = people[(number - 4 if number % 4 == 3 else number) % len(people)]
        rows.append(_sending(desk, who, number, start, ended=start + timedelta(days=365)))
    for number in range(min(6, len(people))):
        start = desk.before(150 + number)
        due = desk.today + timedelta(days=(-5, 12, 200, 200, 200, 200)[number])
        rows.append(_sending(desk, people[number], number + 100, start, due=due))
    Dispatch.objects.bulk_create(rows)
    visits = []
    for row in Dispatch.objects.filter(bureau=world.bureau).order_by("pk"):
        last = min(row.ended_on or desk.today, desk.today)
        visits += [
            DispatchVisit(
                dispatch=row, on=row.from_on + timedelta(days=30 * place), outcome="指导规范组织生活，解决一项实际困难",
                outputs=1 + place % 2,
            )
            for place in range(1, 4)
            if row.from_on + timedelta(days=30 * place) <= last
        ]  # fmt: skip
    DispatchVisit.objects.bulk_create(visits, batch_size=1000)


def _sending(
    desk: _Desk, who: Person, number: int, start: date, *, ended: date | None = None, due: date | None = None
) -> Dispatch:
    sector = Dispatch.Sector.SOCIAL if number % 2 else Dispatch.Sector.ECONOMIC
    return Dispatch(
        bureau=desk.world.bureau, person=who, served=f"{desk.world.size.short}{SERVED[number % len(SERVED)]}{number + 1}",
        sector=sector, batch=f"{start.year}年第{1 + (start.month > 6)}批", from_on=start, to_on=due or ended, ended_on=ended,
    )  # fmt: skip


def cadres(desk: _Desk) -> None:
    """任城: so many cadre moves of 2020, all steps in order. Everywhere one move on its way, and candidates."""
    world = desk.world
    schools = world.schools
    people = [person for branch in world.branches for person in world.members[branch.pk][5:6]]
    done = desk.counts.cadre_moves if world.size.code == "rencheng" else 0
    kinds = (CadreMove.Kind.PROMOTE, CadreMove.Kind.APPOINT, CadreMove.Kind.EXCHANGE)
    rows = []
    for number in range(done):
        step = date(2020, 3, 2) + timedelta(days=14 * (number % 18))
        kind = kinds[number % len(kinds)]
        moved = kind == CadreMove.Kind.EXCHANGE
        rows.append(
            CadreMove(
                bureau=world.bureau, person=people[number % len(people)], kind=kind,
                from_org=schools[number % len(schools)] if moved else None,
                from_post=PostKind.MIDDLE_MANAGER if moved else "",
                to_org=schools[(number + 3) % len(schools)], to_post=PostKind.VICE_PRINCIPAL, inspected_on=step,
                deliberated_on=step + timedelta(days=10), posted_on=step + timedelta(days=11),
                posted_to=step + timedelta(days=20), effective_on=step + timedelta(days=24),
                number=f"教党任〔2020〕{number + 1}号",
            )
        )  # fmt: skip
    if people:
        rows.append(
            CadreMove(
                bureau=world.bureau, person=people[-1], kind=CadreMove.Kind.PROMOTE, to_org=schools[0],
                to_post=PostKind.VICE_PRINCIPAL, inspected_on=desk.before(20), deliberated_on=desk.before(9),
            )
        )  # fmt: skip
    CadreMove.objects.bulk_create(rows)
    Reserve.objects.bulk_create(
        [
            Reserve(
                bureau=world.bureau, person=person, from_on=desk.before(300),
                kind=PostKind.SECRETARY if number % 2 else PostKind.PRINCIPAL,
            )
            for number, person in enumerate(people[:8])
        ]
    )  # fmt: skip


def talents(desk: _Desk) -> None:
    """济南: experts and backbone members chosen in 2020. Everywhere some on the roster, one waiting, one not chosen."""
    world = desk.world
    jinan = world.size.code == "jinan"
    wanted = {
        Talent.Tier.EXPERT: desk.counts.experts if jinan else 2,
        Talent.Tier.BACKBONE: desk.counts.backbones if jinan else 4,
    }
    pool = list(desk.people)
    rows = []
    for tier, count in wanted.items():
        for number in range(count + 2):
            person, branch = pool[(number * 5 + (0 if tier == Talent.Tier.EXPERT else 2)) % len(pool)]
            row = Talent(
                bureau=world.bureau, person=person, tier=tier, call=f"{CALL}{number}", nominated_by=branch,
                nominated_on=date(2020, 2, 20),
            )  # fmt: skip
            if number <= count:
                row.reviewed_on, row.chosen = date(2020, 3, 20), number < count
            if row.chosen:
                row.from_on, row.to_on = TALENT_FROM, TALENT_TO
            rows.append(row)
    for row in rows:
        row.call = CALL
    unique = {(row.person.pk, row.tier): row for row in reversed(rows)}
    # A small bureau's people come round again: the next who is free takes the place.
    spare = [(person, branch) for person, branch in pool if all((person.pk, tier) not in unique for tier in wanted)]
    kept = set(map(id, unique.values()))
    for row in rows:
        if id(row) not in kept and spare:
            row.person, row.nominated_by = spare.pop()
            unique[row.person.pk, row.tier] = row
    Talent.objects.bulk_create(unique.values())
    TalentTask.objects.bulk_create(
        [
            TalentTask(talent=row, on=day, title=title)
            for row in Talent.objects.filter(bureau=world.bureau, chosen=True).order_by("pk")
            for day, title in ((date(2020, 6, 18), "到基层讲一次党课"), (date(2020, 10, 22), "参加党建督查"))
        ],
        batch_size=1000,
    )


def cultivations(desk: _Desk) -> None:
    """Two directions that the bureau filled in itself (the texts name none), and people in each."""
    world = desk.world
    Name.objects.bulk_create(
        [
            Name(bureau=world.bureau, list=code, order=place, text=text, from_on=desk.before(320))
            for code, texts in (("dual_cultivation", DIRECTIONS), ("community_services", SERVICES))
            for place, text in enumerate(texts, start=1)
        ]
    )
    rows = []
    for number, branch in enumerate(world.branches[::2]):
        members = world.members[branch.pk]
        start = max(branch.opened_on, desk.before(280))
        reached = desk.before(20) if number % 5 == 0 else None
        rows.append(
            Cultivation(
                bureau=world.bureau, org=branch, person=members[-1], contact=members[0],
                direction=DIRECTIONS[1], plan="每月听评课一次，承担一个教研课题", from_on=start,
                reached_on=reached, to_on=reached,
            )
        )  # fmt: skip
    ways = Admission.objects.filter(bureau=world.bureau, outcome="", sources__code="dual_cultivation")
    for way in ways.select_related("person", "org").prefetch_related("helpers__person", "steps").order_by("id"):
        helper = next(iter(way.helpers.all()), None)  # whoever helps them on is the contact
        contact = helper.person if helper else world.members[way.org_id][0]
        joined = next((step.on for step in way.steps.all() if step.code == "admit_vote" and step.passed), None)
        start = way.applied_on if joined else max(way.applied_on, desk.before(280))
        rows.append(
            Cultivation(
                bureau=world.bureau, org=way.org, person=way.person, contact=contact, direction=DIRECTIONS[0],
                plan="每季度谈一次，参加支部主题党日", from_on=start, reached_on=joined, to_on=joined,
            )
        )  # fmt: skip
    Cultivation.objects.bulk_create(rows)


def communities(desk: _Desk) -> None:
    """Most members in post are registered; some wait for the community, some are registered nowhere."""
    start = desk.before(240)
    rows = []
    for number, (person, _branch) in enumerate(desk.people):
        if number % 11 == 4:
            continue
        rows.append(
            Community(
                bureau=desk.world.bureau, person=person, community=COMMUNITIES[number % len(COMMUNITIES)],
                registered_on=start, service=SERVICES[number % len(SERVICES)],
                confirmed_on=None if number % 13 == 2 else start + timedelta(days=6),
                confirmed_by="" if number % 13 == 2 else "社区值班人员",
            )
        )  # fmt: skip
    Community.objects.bulk_create(rows, batch_size=2000)
    CommunityService.objects.bulk_create(
        [
            CommunityService(
                community=row, on=start + timedelta(days=40), title=row.service, minutes=60 + 30 * (row.pk % 3),
                confirmed_on=start + timedelta(days=41), confirmed_by=row.confirmed_by,
            )
            for row in Community.objects.filter(bureau=desk.world.bureau, confirmed_on__isnull=False).order_by("pk")
            if row.pk % 2
        ],
        batch_size=2000,
    )  # fmt: skip


def training(desk: _Desk) -> None:
    """A plan of five years with its three layers (济南 2019—2023), and classes closed, running and to come."""
    world = desk.world
    first = 2019 if world.size.code == "jinan" else desk.today.year - 2
    plan = TrainingPlan.objects.create(
        bureau=world.bureau, title=f"{first}—{first + 4}年{world.size.short}教育系统党员教育培训工作实施方案",
        from_year=first, to_year=first + 4,
    )  # fmt: skip
    Who = TrainingLayer.Who
    TrainingLayer.objects.bulk_create(
        [TrainingLayer(plan=plan, who=who) for who in (Who.SECRETARIES, Who.AFFAIRS, Who.MEMBERS)]
    )
    secretaries = [(world.secretary[branch.pk], branch) for branch in world.branches]
    affairs = [(world.organiser[branch.pk], branch) for branch in world.branches]
    inside = plan if first + 4 >= desk.today.year else None
    _class(desk, "党支部书记培训班", Who.SECRETARIES, secretaries, days=190, hours=2400, plan=inside)
    _class(desk, "党务工作者业务培训班", Who.AFFAIRS, affairs, days=120, hours=1600, plan=inside)
    for number, branch in enumerate(world.branches[:5]):
        members = [(person, branch) for person in world.members[branch.pk]]
        _class(
            desk,
            f"党员教师专题培训（第{number + 1}期）",
            Who.MEMBERS,
            members,
            days=90 - number,
            hours=800,
            plan=inside,
        )
    _class(
        desk, "党支部书记暑期轮训班", Who.SECRETARIES, secretaries[:20], days=3, hours=800, plan=inside, closed=False
    )


def _class(
    desk: _Desk, title: str, who: str, people: list[tuple[Person, Org]], *, days: int, hours: int,
    plan: TrainingPlan | None, closed: bool = True,
) -> None:  # fmt: skip
    world = desk.world
    start = desk.before(days)
    people = [(person, branch) for person, branch in people if branch.opened_on <= start]
    if not people:
        return
    at = datetime.combine(start + timedelta(days=3), time(17), tzinfo=SHANGHAI)
    row = TrainingClass.objects.create(
        bureau=world.bureau, plan=plan, host=world.root, who=who, title=title, from_on=start,
        to_on=start + timedelta(days=2), hours=hours, tested=closed, closed_at=at if closed else None,
        feedback=len(people) - 2 if closed and len(people) > 2 else None,
    )  # fmt: skip
    TrainingCourse.objects.bulk_create(
        [
            TrainingCourse(
                training=row, on=start + timedelta(days=place), title=course, teacher="党校教师", hours=hours // 3
            )
            for place, course in enumerate(("党章和党内法规", "支部工作实务", "组织生活记录和档案"))
        ]
    )
    trainees = [
        Trainee(
            training=row, person=person, org=branch, absent=closed and number % 17 == 9,
            certificate=f"党训{start.year}-{row.pk:03d}-{number + 1:03d}" if closed and number % 17 != 9 else "",
        )
        for number, (person, branch) in enumerate(people)
    ]  # fmt: skip
    Trainee.objects.bulk_create(trainees, batch_size=2000)
    if closed:
        Credit.objects.bulk_create(
            [
                Credit(
                    bureau=world.bureau, tag=STUDY_TAG, body_id=one.org_id, person_id=one.person_id, held_on=start,
                    belongs_on=start, recorded_at=at, amount=hours, kind="party.trainingclass", source=row.pk,
                )
                for one in trainees
                if not one.absent
            ],
            batch_size=2000,
        )  # fmt: skip


def nominations(desk: _Desk) -> None:
    """This year's: granted with their honours, posted, waiting, not granted."""
    world = desk.world
    year = desk.today.year
    proposed = date(year, 1, 8) if desk.today > date(year, 6, 30) else desk.before(60)
    Status = Nomination.Status
    states = (Status.GRANTED, Status.GRANTED, Status.DECLINED, Status.PROPOSED)
    for number, branch in enumerate(world.branches[:12]):
        person = world.members[branch.pk][-1] if number % 2 else None
        title = "优秀党员教师" if person else "先进基层党组织"
        status = states[number % len(states)]
        row = Nomination(
            bureau=world.bureau, year=year, title=title, level=Honour.Level.COUNTY, nominated_by=branch,
            org=None if person else branch, person=person, facts="完成年度任务，群众认可", proposed_on=proposed, status=status,
        )  # fmt: skip
        if status != Status.PROPOSED:
            row.reviewed_on = proposed + timedelta(days=12)
        if status == Status.GRANTED:
            row.posted_on, row.posted_to = proposed + timedelta(days=14), proposed + timedelta(days=23)
            row.honour = Honour.objects.create(
                bureau=world.bureau, org=row.org, person=person, title=title, level=row.level,
                granted_by=f"{world.size.short}教育系统党委", granted_on=proposed + timedelta(days=30),
                document=f"教党发〔{year}〕{number + 20}号",
            )  # fmt: skip
        elif status == Status.DECLINED:
            row.reason = "名额已满"
        row.save()


def links(desk: _Desk) -> None:
    """Plans of both sides: two pairs, one business plan without a counterpart, one Party plan without."""
    world = desk.world
    on = desk.before(250)
    made = [
        Document.objects.create(
            bureau=world.bureau, issuer=world.root if side == "BUSINESS" else world.committee, kind=Document.Kind.PLAN,
            title=f"{desk.today.year}年{title}", status=Document.Status.IN_FORCE, issued_on=on, valid_from=on,
            created_at=datetime.combine(on, time(9), tzinfo=SHANGHAI), signed_by="局长",
        )
        for side, title in PLANS
    ]  # fmt: skip
    pairs = ((0, 3, Link.Step.DEPLOYED), (0, 3, Link.Step.IMPLEMENTED), (1, 3, Link.Step.DEPLOYED))
    Link.objects.bulk_create(
        [
            Link(bureau=world.bureau, business=made[one], party=made[other], step=step, linked_on=on)
            for one, other, step in pairs
        ]
    )
