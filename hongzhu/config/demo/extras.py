"""What a lived-in bureau also has: contact points, honours, notices with receipts, mass organisations, waivers, corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from hongzhu.core.activities import actions as activities
from hongzhu.core.activities import queries as activity_queries
from hongzhu.core.activities.models import Act, Resolution, TagClaim
from hongzhu.core.documents.models import Document, Recipient
from hongzhu.core.obligations.models import Waiver
from hongzhu.core.orgs.models import Hosting, Org
from hongzhu.core.people.models import Engagement, Post, PostKind
from hongzhu.core.registers.models import Contact, Honour, Strength
from hongzhu.kit.dates import SHANGHAI, Period
from hongzhu.kit.refs import Actor

from .acts import Planned, Writer
from .world import FOUNDED, World

HONOURS = (
    ("先进基层党组织", "COUNTY"),
    ("文明校园", "CITY"),
    ("平安校园", "COUNTY"),
    ("书香校园", "CITY"),
    ("优秀党务工作者", "COUNTY"),
    ("教育工作先进集体", "PROVINCIAL"),
)
NOTICES = (
    ("关于做好组织生活会和民主评议党员工作的通知", "party"),
    ("关于开展春季学期党课的通知", "party"),
    ("关于做好暑期校园安全工作的通知", "safety"),
    ("关于报送下半年工作计划的通知", "party"),
)


def add(world: World, writer: Writer, today: date) -> None:
    """Everything besides people and acts; set-based, save the few edge acts that take the real way."""
    contacts(world, writer, today)
    honours(world, today)
    notices(world, writer, today)
    mass_organisations(world, today)
    staff_of_private_schools(world)
    if world.size.edge_cases:
        waivers(world, today)
        corrections(world, writer, today)


FOUND = ("党员活动记录不及时", "党建公示栏内容没有更新", "党小组学习计划没有分解到月")
VISITED_EVERY = 6  # of so many contact points one was gone to; the others are on the list of those to visit


def contacts(world: World, writer: Writer, today: date) -> None:
    """Each leader is the contact of some branches, of which a few were visited and what was found was written down.

    The last three branches have nobody yet (the orphan list).
    """
    leaders = world.members[world.committee.pk]
    rows = [
        Contact(
            bureau=world.bureau,
            scheme=Contact.Scheme.CONTACT,
            person=leaders[number % len(leaders)],
            body=branch,
            duties="联系指导党建工作",
            from_on=date(today.year, 1, 10) if today > date(today.year, 1, 10) else FOUNDED,
        )
        for number, branch in enumerate(world.branches[:-3])
    ]
    Contact.objects.bulk_create(rows)
    for number, row in enumerate(rows[::VISITED_EVERY]):
        held_on = today - timedelta(days=7 * (1 + number % 20))
        if held_on.weekday() > 4:
            held_on -= timedelta(days=2)
        if held_on < row.from_on:
            continue
        writer.add(
            Planned(
                body=world.committee, kind="contact_visit", theme=f"到{row.body.short_name or row.body.name}调研指导党建工作",
                held_on=held_on, roster=[], tags=("contact_visit",), recorder=row.person,
                chair=leaders[(number * VISITED_EVERY + 1) % len(leaders)], contact=row, parts=("guidance",),
                place="学校会议室", decision=FOUND[number % len(FOUND)] if number % 2 == 0 else "",
                decided=Resolution.Kind.PROBLEM,
            )
        )  # fmt: skip
    writer.flush()


def honours(world: World, today: date) -> None:
    rows = []
    for number, school in enumerate(world.schools):
        title, level = HONOURS[number % len(HONOURS)]
        granted = date(today.year - number % 3, 1 + number % min(12, today.month), 15)
        if number % 2 == 0 and granted <= today:
            rows.append(
                Honour(
                    bureau=world.bureau,
                    org=school,
                    title=title,
                    level=level,
                    granted_by=f"{world.size.short}教育主管部门",
                    granted_on=granted,
                    valid_to=granted.replace(year=granted.year + 3),
                    document=f"教发〔{granted.year}〕{number + 1}号",
                )
            )
    Honour.objects.bulk_create(rows)


def notices(world: World, writer: Writer, today: date) -> None:
    """Notices of the running year, read by most branches and not yet by a few."""
    for number, (title, topic) in enumerate(NOTICES):
        on = date(today.year, 2 + number * 2, 6)
        if on > today:
            continue
        document = Document.objects.create(
            bureau=world.bureau,
            issuer=world.root,
            kind=Document.Kind.NOTICE,
            topic=topic,
            title=title,
            number=f"教党〔{today.year}〕{number + 1}号",
            status=Document.Status.ISSUED,
            issued_on=on,
            text="请各党支部结合实际抓好落实，有关事项见附件安排。",
            reply_by=on + timedelta(days=14),
            created_at=datetime.combine(on, time(9), tzinfo=SHANGHAI),
            signed_by="局长",
        )
        Recipient.objects.bulk_create(
            [
                Recipient(
                    document=document,
                    org=branch,
                    read_at=None
                    if place % 17 == number
                    else writer.at(min(today, on + timedelta(days=1 + place % 4)), 17),
                    read_by="" if place % 17 == number else str(world.organiser[branch.pk]),
                )
                for place, branch in enumerate(world.branches)
                if branch.opened_on <= on
            ]
        )


def mass_organisations(world: World, today: date) -> None:
    """A union in every fourth school and Young Pioneers in its primary schools, with leaders and strength (A29)."""
    for number, school in enumerate(world.schools[::4]):
        staff = world.staff.get(school.pk)
        if not staff:
            continue
        kinds = [("UNION", "工会", PostKind.UNION_CHAIR, len(staff) + 20)]
        if school.stage == "PRIMARY":
            kinds.append(("PIONEERS", "少先队大队", PostKind.PIONEER_COUNSELLOR, 420 + number * 7))
        for kind, word, post, strength in kinds:
            made = Org.objects.create(
                bureau=world.bureau, kind=kind, name=f"{school.name}{word}", opened_on=FOUNDED, sort=school.sort + 1
            )
            Hosting.objects.create(org=made, unit=school, from_on=FOUNDED)
            Post.objects.create(person=staff[-1], org=made, kind=post, from_on=FOUNDED)
            Strength.objects.create(org=made, on=date(today.year, 1, 1), count=strength)


def staff_of_private_schools(world: World) -> None:
    """Instructors sent to the private schools that have no branch of their own (A23)."""
    hosted = set(Hosting.objects.filter(org__bureau=world.bureau).values_list("unit", flat=True))
    free = [
        unit for unit in [*world.schools, *world.kindergartens] if unit.sector == "PRIVATE" and unit.pk not in hosted
    ]
    lenders = [people[-1] for people in list(world.staff.values())[: len(free)]]
    Post.objects.bulk_create(
        [
            Post(person=who, org=unit, kind=PostKind.INSTRUCTOR, from_on=FOUNDED)
            for unit, who in zip(free[::2], lenders, strict=False)
        ]
    )


def waivers(world: World, today: date) -> None:
    """Two branches were excused from one month, with the reason."""
    month = Period.month(today.year, 2)
    if month.last_day >= today:
        return
    Waiver.objects.bulk_create(
        [
            Waiver(
                bureau=world.bureau,
                duty="theme_day_monthly",
                body=branch,
                period=month.code,
                period_from=month.start,
                reason="寒假全员外出培训，经批准顺延",
                basis=f"教党〔{today.year}〕1号",
                granted_by="党建工作办公室",
                granted_at=timezone.now(),
            )
            for branch in world.branches[11:13]
        ]
    )


def corrections(world: World, writer: Writer, today: date) -> None:
    """One act corrected twice and one voided, by the very actions a secretary uses."""
    branch = world.branches[0]
    by = Actor(id=0, label=str(world.organiser[branch.pk]), bureau=world.bureau.pk)
    now = timezone.now()
    act = Act.objects.filter(body=branch, kind="theme_day").order_by("-held_on").first()
    for place in ("三楼会议室", "报告厅"):
        if act is None:
            break
        told = replace(activity_queries.told_of(act), place=place)
        made = activities.correct(
            act=act, told=told, revision=act.revision, reason="地点写错", by=by, on=today, now=now
        )
        act = made if isinstance(made, Act) else None
    if act is not None:
        open_claims = act.claims.exclude(state=TagClaim.State.STRUCK).values_list("org", "tag")
        activities.confirm(act=act, counted=list(open_claims), by=by, now=now)
    doubled = Act.objects.filter(body=branch, kind="service").order_by("-held_on").first()
    if doubled:
        activities.void(act=doubled, reason="与另一次重复记录", by=by, now=now)
    # One member works elsewhere for the year (借调): personnel relation and workplace differ.
    work = Engagement.objects.filter(person=world.members[branch.pk][-1], relation="WORKPLACE")
    own = set(work.values_list("unit", flat=True))
    elsewhere = next((school for school in reversed(world.schools) if school.pk not in own), None)
    if elsewhere is not None:
        work.update(unit=elsewhere, reason="SECONDED")
