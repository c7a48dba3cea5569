"""The rows behind the headline figures. Every count is a parameter: a figure that did not count rows would be caught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership

from .acts import Planned, Writer
from .world import Size, World


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each thing to make; the defaults are the texts' own figures (余, 多: a number inside the range)."""

    lectures: int = 116
    talks: int = 56
    trips: int = 52
    reflections: int = 1437
    class_floor: int = 3
    committee_meetings: int = 5
    notices: int = 6
    rural_general_elections: int = 7
    branch_elections: int = 67
    dispatches: int = 29
    cadre_moves: int = 14
    experts: int = 10
    backbones: int = 30
    admitted: int = 52
    special_units: int = 58
    special_fen: int = 500_000  # for each unit
    branch_members: int = 24
    branch_titled: int = 8
    branch_in_posts: int = 18


def sized(size: Size, counts: Counts) -> Size:
    """The bureau as its text wants it: the first branch of Huaibei has so many members (B38)."""
    return replace(size, first_branch=counts.branch_members) if size.code == "huaibei" else size


def spread(first: date, last: date, number: int, of: int) -> date:
    """The ``number``-th of ``of`` days laid evenly over a window, on a weekday."""
    day = first + timedelta(days=(last - first).days * number // max(1, of))
    return day - timedelta(days=max(0, day.weekday() - 4))


def roster(world: World, body: Org) -> list[tuple[object, str]]:
    return [
        (row.person, row.standing)
        for row in Membership.objects.filter(org=body).select_related("person").order_by("id")
    ]


def yunyang(world: World, writer: Writer, counts: Counts) -> None:
    """2021: lectures by secretaries, talks, site trips, reflections received, lessons in every class (B09 B12 B13 B14 F38)."""
    first, last = date(2021, 3, 8), date(2021, 12, 10)
    rosters = {branch.pk: roster(world, branch) for branch in world.branches}

    def plan(number: int, of: int, kind: str, theme: str, tags: tuple[str, ...], **more: object) -> Planned:
        branch = world.branches[number % len(world.branches)]
        secretary = world.secretary[branch.pk]
        if kind == "lecture":
            more |= {"lecture_title": theme, "lecturer": secretary, "lecturer_post": "SECRETARY"}
        return Planned(
            body=branch,
            kind=kind,
            theme=theme,
            held_on=spread(first, last, number, of),
            roster=rosters[branch.pk],  # type: ignore[arg-type]
            tags=tags,
            recorder=world.organiser[branch.pk],
            chair=secretary,
            topic="party_history",
            place="党员活动室",
            **more,  # type: ignore[arg-type]
        )

    for number in range(counts.lectures):
        writer.add(
            plan(
                number, counts.lectures, "lecture", "党史专题党课", ("lecture", "secretary_lecture"), parts=("lecture",)
            )
        )
    for number in range(counts.talks):
        writer.add(
            plan(
                number,
                counts.talks,
                "talk",
                "党史专题宣讲",
                ("talk",),
                parts=("talk",),
                outputs=(("listeners", 40 + number),),
            )
        )
    for number in range(counts.trips):
        writer.add(plan(number, counts.trips, "site_trip", "红色基地研学", ("site_trip",), parts=("visit",)))
    groups = min(len(world.branches), max(1, counts.reflections))
    for number in range(groups if counts.reflections else 0):
        share = counts.reflections // groups + (1 if number < counts.reflections % groups else 0)
        writer.add(
            plan(
                number,
                groups,
                "study",
                "党史学习",
                ("study", "reflections"),
                parts=("study",),
                outputs=(("reflections", share),),
            )
        )
    for number, room in enumerate(world.classes):
        school = world.schools[number % len(world.schools)]
        teacher = next(iter(world.staff.get(school.pk, [])), None)
        for lesson in range(counts.class_floor + number % 2):
            writer.add(
                Planned(
                    body=room,
                    kind="class_lesson",
                    theme=f"党史专题思政课第{lesson + 1}节",
                    held_on=spread(first, last, lesson * 7 + number % 7, 40),
                    roster=[],
                    tags=("class_lesson",),
                    recorder=teacher,
                    topic="party_history",
                    minutes=40,
                    place="本班教室",
                )
            )


def huaibei(world: World, writer: Writer, counts: Counts) -> None:
    """2020: numbered committee meetings, the last together with the leading group's first plenary; safety notices (A01 A02 K05)."""
    members = [(who, "MEMBER") for who in world.members[world.committee.pk]]
    chair = world.secretary[world.committee.pk]
    # One sitting, two bodies: half of the leaders sit for the leading group, so that it has attenders of its own.
    writer.homes |= {who.pk: world.leading_group.pk for who, _standing in members[len(members) // 2 :]}
    for number in range(counts.committee_meetings):
        last = number == counts.committee_meetings - 1
        writer.add(
            Planned(
                body=world.committee,
                kind="party_committee",
                theme="研究党建工作要点和联系点制度" if last else "研究党建有关工作",
                held_on=spread(date(2020, 1, 15), date(2020, 7, 20), number + 1, counts.committee_meetings),
                roster=members,
                tags=("party_committee",),
                recorder=chair,
                chair=chair,
                place="局会议室",
                decision="按会议要求分工落实",
                also=((world.leading_group, "leading_group", ("leading_group",)),) if last else (),
                absent_share=0,
            )
        )
    Document.objects.bulk_create(
        [
            Document(
                bureau=world.bureau,
                issuer=world.root,
                kind=Document.Kind.NOTICE,
                topic="safety",
                number=f"教安〔2020〕{number + 11}号",
                title=f"关于做好暑期校园安全工作的通知（之{number + 1}）",
                status=Document.Status.ISSUED,
                issued_on=date(2020, 5, 6) + timedelta(days=11 * number),
                created_at=timezone.now(),
            )
            for number in range(counts.notices)
        ]
    )
