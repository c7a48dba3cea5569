"""一人一页: what the nouns of 党务, and the rooms below, know of one member on a day. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.activities.queries.life import Life, life_of
from hongzhu.core.credits import queries as credits
from hongzhu.core.documents.queries import sheets
from hongzhu.core.documents.queries.sheets.words import hours_text
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.core.people.rules import PARTY_STANDING
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Honour, Title
from hongzhu.kit import registry
from hongzhu.kit.packs import by_code
from hongzhu.services.party import rules
from hongzhu.services.party.models import (
    Admission,
    AdmissionStep,
    Community,
    Cultivation,
    Dispatch,
    DuesMonth,
    MemberPost,
    Promise,
    Trainee,
    Transcribed,
)

from . import admission, community, roster, settings


@dataclass(frozen=True, slots=True)
class Place:
    """One of the three dated facts: 组织关系, 人事关系, 工作单位. They may differ (借调, 支教)."""

    title: str
    at: str
    since: date | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Dues:
    """Dues of the year: the last month paid, and how much was paid for the year's months (fen)."""

    paid_to: date | None
    paid: int


@dataclass(frozen=True, slots=True)
class Done:
    """One step of the way into the Party, in words."""

    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Member:
    """Everything of the page. ``dues`` None: not for this reader. Hours in hundredths; ``floor`` None: no rule."""

    person: Person
    membership: Membership | None
    places: Sequence[Place]
    differ: bool
    posts: Sequence[Post]
    life: Life
    months: Sequence[tuple[int, int, int]]
    hours: int | None
    floor: int | None
    dues: Dues | None
    titles: Sequence[Title]
    honours: Sequence[Honour]
    admission: Admission | None
    steps: Sequence[Done]
    member_posts: Sequence[MemberPost]
    promises: Sequence[Promise]
    trainings: Sequence[Trainee]
    dispatches: Sequence[Dispatch]
    cultivations: Sequence[Cultivation]
    community: Community | None

    @property
    def shown_hours(self) -> str:
        return hours_text(self.hours or 0)

    @property
    def shown_floor(self) -> str:
        return hours_text(self.floor or 0)


def open_member(user: Any, pk: int) -> Person:
    """The door of a person's page: unseen is 404. Oneself one may always look at, and whoever sees a way into the Party
    also whom it leads: an applicant belongs to no body yet."""
    led = admission.visible_to(user).filter(admission.running(), person=pk).first()
    person = led.person if led is not None else access.open_person(user, pk)
    if person.pk != getattr(user, "person_id", None):
        access.require(user, rules.VIEW)
    return person


def in_part(user: Any, person: Person) -> bool:
    """Whether the register of people opens for the user. One query."""
    return access.visible_people(user).filter(pk=person.pk).exists()


def member_on(person: Person, on: date) -> Membership | None:
    """The Party membership (or that of an activist) on a day."""
    rows = Membership.objects.filter(orgs.on_day(on), person=person, standing__in=PARTY_STANDING)
    return rows.select_related("org").order_by("-from_on", "-pk").first()


def told(user: Any, person: Person, on: date) -> Member:
    """The page of one person. Sees the dues: oneself, and who keeps them where the member belongs."""
    membership = member_on(person, on)
    posts = list(Post.objects.filter(orgs.on_day(on), person=person).select_related("org").order_by("from_on", "pk"))
    places, differ = three_places(person, membership, on)
    life = life_of(person, on.year)
    study = roster.floors(person.bureau, on)
    _words, officers = roster.posts_of([person.pk], on)
    way = Admission.objects.filter(person=person).select_related("org").order_by("-applied_on", "-pk").first()
    money = person.pk == getattr(user, "person_id", None) or (
        membership is not None and access.holds(user, rules.KEEP, membership.org)
    )
    return Member(
        person=person,
        membership=membership,
        places=places,
        differ=differ,
        posts=posts,
        life=life,
        months=_months(life, on),
        hours=credits.hours_of([person.pk], on.year, tags=study.tags).get(person.pk),
        floor=study.officer if person.pk in officers else study.member,
        dues=_dues(person, on) if money else None,
        titles=list(Title.objects.filter(orgs.on_day(on), person=person).order_by("from_on", "pk")),
        honours=list(
            Honour.objects.filter(person=person, granted_on__lte=on)
            .filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))
            .order_by("-granted_on", "-pk")
        ),
        admission=way,
        steps=_steps(way, on),
        member_posts=list(
            MemberPost.objects.filter(person=person).filter(Q(to_on__isnull=True) | Q(to_on__gt=on)).order_by("from_on")
        ),
        promises=list(Promise.objects.filter(person=person, year__lte=on.year).order_by("-year")[:3]),
        trainings=list(
            Trainee.objects.filter(person=person, training__from_on__lte=on)
            .select_related("training")
            .order_by("-training__from_on")[:12]
        ),
        dispatches=list(Dispatch.objects.filter(person=person).order_by("-from_on", "-pk")[:6]),
        cultivations=list(
            Cultivation.objects.filter(person=person).select_related("contact").order_by("-from_on", "-pk")[:6]
        ),
        community=community.own(person.pk),
    )


def three_places(person: Person, membership: Membership | None, on: date) -> tuple[list[Place], bool]:
    """The three dated facts, and whether books and work differ. One query."""
    rows = Engagement.objects.filter(orgs.on_day(on), person=person).select_related("unit")
    at = {row.relation: row for row in rows}
    own, work = at.get(Engagement.Relation.PERSONNEL), at.get(Engagement.Relation.WORKPLACE)
    found = [
        Place(_("组织关系"), membership.org.name if membership else "", membership.from_on if membership else None)
    ]
    for title, row in ((_("人事关系"), own), (_("工作单位"), work)):
        why = str(row.get_reason_display()) if row and row.reason else ""
        found.append(Place(title, row.unit.name if row else "", row.from_on if row else None, why))
    return found, bool(own and work and (own.unit_id != work.unit_id or work.reason))


def _months(life: Life, on: date) -> list[tuple[int, int, int]]:
    """(month, there, due) for each month of the year up to the day."""
    there, due = dict.fromkeys(range(1, 13), 0), dict.fromkeys(range(1, 13), 0)
    for took in life.acts:
        if took.held_on <= on and took.state not in ("LEFT_OUT", "OBSERVER"):
            due[took.held_on.month] += 1
            there[took.held_on.month] += took.state == "PRESENT"
    return [(month, there[month], due[month]) for month in range(1, on.month + 1)]


def _dues(person: Person, on: date) -> Dues:
    months = DuesMonth.objects.filter(
        receipt__person=person, receipt__voided_at__isnull=True, month__year=on.year, receipt__paid_on__lte=on
    )
    paid = months.aggregate(sum=Sum("fen"))["sum"] or 0
    return Dues(roster.paid_to([person.pk], on).get(person.pk), paid)


def _steps(admission: Admission | None, on: date) -> list[Done]:
    if admission is None:
        return []
    titles = {code: str(step.title) for code, step in by_code(_admission_steps(admission, on)).items()}
    rows = AdmissionStep.objects.filter(admission=admission, voided_at__isnull=True, passed=True, on__lte=on)
    found = [Done(titles.get(row.code, row.code), row.on) for row in rows.order_by("on", "pk")]
    return [Done(_("申请入党"), admission.applied_on), *(row for row in found if row.title != titles.get("apply"))]


def _admission_steps(admission: Admission, on: date) -> Sequence[Any]:
    return settings.section_on(admission.bureau, on).admission.steps


# 上级平台转录卡 of a person.


def systems(person: Person, on: date) -> list[Any]:
    """The upper systems of the bureau's pack that describe a person."""
    documents = policies.pack_for(person.bureau, on).section("documents")
    return [row for row in documents.upper_systems if row.active and row.per == "person"]


# What a person's card can show, by the names an officer chooses from; filled in by ``values`` below.
CARD = {
    "name": gettext_lazy("姓名"),
    "sex": gettext_lazy("性别"),
    "ethnic": gettext_lazy("民族"),
    "born": gettext_lazy("出生日期"),
    "education": gettext_lazy("学历"),
    "staff_no": gettext_lazy("工号"),
    "standing": gettext_lazy("人员类别"),
    "body": gettext_lazy("所在党支部"),
    "since": gettext_lazy("进入现支部日期"),
    "applied": gettext_lazy("申请入党日期"),
    "joined": gettext_lazy("入党日期"),
    "full": gettext_lazy("转正日期"),
    "posts": gettext_lazy("职务"),
    "personnel_unit": gettext_lazy("人事关系所在单位"),
    "workplace": gettext_lazy("工作单位"),
    "away": gettext_lazy("在岗情况（借调、支教等）"),
    "retired": gettext_lazy("在职或离退休"),
}
registry.paper_values("card.person", CARD)


@sheets.in_chinese
def values(person: Person, on: date) -> dict[str, str]:
    """What a person's card is filled with, by source name. Identity number and phone are never copied from here."""
    membership = member_on(person, on)
    places, _differ = three_places(person, membership, on)
    posts, _officers = roster.posts_of([person.pk], on)
    applied = Admission.objects.filter(person=person).order_by("-applied_on").values_list("applied_on", flat=True)
    return {
        "name": person.name,
        "sex": str(person.get_sex_display()) if person.sex != "0" else "",
        "ethnic": person.ethnic,
        "born": _day(person.born_on),
        "education": str(person.get_education_display()) if person.education else "",
        "staff_no": person.staff_no,
        "standing": str(membership.get_standing_display()) if membership else "",
        "joined": _day(membership.joined_on if membership else None),
        "full": _day(membership.full_on if membership else None),
        "applied": _day(applied.first()),
        "body": places[0].at,
        "since": _day(places[0].since),
        "personnel_unit": places[1].at,
        "workplace": places[2].at,
        "away": places[2].why,
        "retired": "" if membership is None else _("离退休") if membership.retired else _("在职"),
        "posts": posts.get(person.pk, ""),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def transcribed(person: Person) -> dict[str, Transcribed]:
    """system → when the person was last carried over. One query."""
    return {row.system: row for row in Transcribed.objects.filter(person=person)}


def may_transcribe(user: Any, person: Person, on: date) -> bool:
    """Whoever keeps Party affairs where the person belongs marks the card."""
    membership = member_on(person, on)
    return membership is not None and access.holds(user, rules.KEEP, membership.org)
