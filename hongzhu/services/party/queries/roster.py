"""党员名册 and its five sisters on a day: rows with what other nouns know of each person. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.activities.queries.roster import COMMITTEE_POSTS
from hongzhu.core.credits import queries as credits
from hongzhu.core.documents.queries.sheets.words import hours_text
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Engagement, Membership, Post, PostKind, Standing
from hongzhu.core.people.rules import HOLDING
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Honour, Title
from hongzhu.services.party import rules
from hongzhu.services.party.models import Admission, AdmissionStep

from .dues import paid_through

ON_A_PAGE = 50
PARTY = (Standing.FULL, Standing.PROBATIONARY)
AWAY = (Engagement.Reason.SECONDED, Engagement.Reason.AID_TEACHING, Engagement.Reason.ROTATION)
# Sisters that are not members yet: they stand on the way of admission, between these two of its steps.
ON_THE_WAY: dict[str, tuple[str, str]] = {
    "applicants": ("", "activist"), "activists": ("activist", "candidate"), "candidates": ("candidate", "admit_vote"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to: which list, as of which day, a body, a name, a title or a post held (``has``)."""

    on: date
    who: str = ""
    org: int | None = None
    text: str = ""
    has: str = ""

    @property
    def on_the_way(self) -> bool:
        return self.who in ON_THE_WAY


@dataclass(frozen=True, slots=True)
class Floors:
    """Hours of study a year that members and officers of a Party body should reach, in hundredths; None: no rule."""

    member: int | None
    officer: int | None
    tags: tuple[str, ...]


@dataclass(slots=True)
class Row:
    """One member on the page. Hours in hundredths; ``paid_to`` through which month dues are paid; None where nothing is recorded."""

    membership: Membership
    posts: str = ""
    due: int = 0
    attended: int = 0
    hours: int | None = None
    floor: int | None = None
    paid_to: date | None = None
    honours: int = 0
    places: str = ""

    @property
    def shown_hours(self) -> str:
        return hours_text(self.hours or 0)

    @property
    def shown_floor(self) -> str:
        return hours_text(self.floor or 0)


@dataclass(slots=True)
class Way:
    """One person on the way into the Party: the days of the steps that make them activist and candidate."""

    admission: Admission
    activist_on: date | None = None
    candidate_on: date | None = None
    posts: str = ""


def bodies(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the bodies whose members the user may see, in their order. One query beside the acting grant."""
    mine = Org.objects.filter(access.within(user, rules.VIEW, ""), kind__in=HOLDING)
    return list(mine.order_by("sort", "id").values_list("pk", "name"))


def members(among: Iterable[int], on: date) -> QuerySet[Membership]:
    """Party members of these bodies on a day, probationary ones too."""
    return Membership.objects.filter(orgs.on_day(on), org__in=list(among), standing__in=PARTY)


def narrowed(rows: QuerySet[Membership], asked: Asked) -> QuerySet[Membership]:
    """The members of one list: 在职, 离退休, 预备, 外派, 流动; of a name; who hold a title or a post."""
    if asked.who:
        rows = rows.filter(_in_list(asked.who, asked.on))
    if asked.has:
        rows = rows.filter(person__in=holders(asked.has, asked.on))
    named: QuerySet[Membership] = _of_name(rows, asked.text)
    return named


def _in_list(who: str, on: date) -> Q:
    away = Engagement.objects.filter(orgs.on_day(on), relation=Engagement.Relation.WORKPLACE, reason__in=AWAY)
    gone = (Membership.LeftOut.AWAY, Membership.LeftOut.ABROAD)
    return {
        "working": Q(retired=False),
        "retired": Q(retired=True),
        "probationary": Q(standing=Standing.PROBATIONARY),
        "away": Q(person__in=away.values("person")),
        "mobile": Q(left_out__in=gone),
    }.get(who, Q())


def _of_name(rows: Any, text: str) -> Any:
    text = text.strip()
    if not text:
        return rows
    return rows.filter(Q(person__name__icontains=text) | Q(person__search_key__contains=text.lower()))


def holders(has: str, on: date) -> QuerySet[Any]:
    """Persons (ids) who on a day hold a title or a post: ``TITLE:BACKBONE@CITY,COUNTY+SENIOR@CITY`` or ``POST:A+B``."""
    what, _colon, codes = has.partition(":")
    if what == "POST":
        return Post.objects.filter(orgs.on_day(on), kind__in=codes.split("+")).values("person")
    kinds, _at, levels = codes.partition("@")
    found = Title.objects.filter(orgs.on_day(on), kind__in=kinds.split("+"))
    return (found.filter(level__in=levels.split(",")) if levels else found).values("person")


def ordered(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """As the office keeps the book: by body, then by name."""
    return rows.select_related("person", "org").order_by("org__sort", "org_id", "person__search_key", "pk")


def floors(bureau: Bureau, on: date) -> Floors:
    """The hours asked for by the pack in force on a day."""
    rules_of_study = policies.pack_for(bureau, on).section("obligations").study_hours
    by_whom = {row.who: row.hours * 100 for row in rules_of_study}
    return Floors(by_whom.get("member"), by_whom.get("officer"), tuple({row.tag for row in rules_of_study}))


def told(memberships: Sequence[Membership], on: date, study: Floors, *, dues: bool) -> list[Row]:
    """The page's rows with the five derived columns and the three places. Eleven queries, six without ``dues``."""
    people = [row.person_id for row in memberships]
    held, officers = posts_of(people, on)
    there = attendance_of(people, on)
    hours = credits.hours_of(people, on.year, tags=study.tags)
    paid = paid_to(people, on) if dues else {}
    honours = honours_of(people, on)
    places = places_of(people, on)
    found = []
    for membership in memberships:
        who = membership.person_id
        due, attended = there.get(who, (0, 0))
        found.append(
            Row(
                membership, held.get(who, ""), due, attended, hours.get(who),
                study.officer if who in officers else study.member, paid.get(who), honours.get(who, 0),
                places.get(who, ""),
            )
        )  # fmt: skip
    return found


def posts_of(people: Collection[int], on: date) -> tuple[dict[int, str], set[int]]:
    """person → the posts held on a day in words; and who sits on the committee of a Party body. One query."""
    words = dict(PostKind.choices)
    held: dict[int, list[str]] = {}
    officers = set()
    rows = Post.objects.filter(orgs.on_day(on), person__in=people).order_by("from_on", "pk")
    for person, kind, acting, at in rows.values_list("person", "kind", "acting", "org__kind"):
        word = str(words[kind])
        held.setdefault(person, []).append(_("%(post)s（主持工作）") % {"post": word} if acting else word)
        if kind in COMMITTEE_POSTS and at in HOLDING:
            officers.add(person)
    return {person: _("、").join(dict.fromkeys(kinds)) for person, kinds in held.items()}, officers


def attendance_of(people: Collection[int], on: date) -> dict[int, tuple[int, int]]:
    """person → (times due, times there) from 1 January to ``on``; excused and observers are not due. One query."""
    rows = (
        Attendance.objects.filter(
            person__in=people, act__held_on__gte=date(on.year, 1, 1), act__held_on__lte=on,
        )
        .exclude(act__status=Act.Status.VOIDED)
        .exclude(state__in=(Attendance.State.LEFT_OUT, Attendance.State.OBSERVER))
        .order_by()
        .values_list("person")
        .annotate(due=Count("pk"), there=Count("pk", filter=Q(state=Attendance.State.PRESENT)))
    )  # fmt: skip
    return {person: (due, there) for person, due, there in rows}


def paid_to(people: Collection[int], on: date) -> dict[int, date]:
    """person → through which month dues are paid by receipts up to a day. Four queries and the pack."""
    return paid_through(people, on)


def honours_of(people: Collection[int], on: date) -> dict[int, int]:
    """person → honours granted by a day and not revoked. One query."""
    rows = Honour.objects.filter(person__in=people, granted_on__lte=on).filter(
        Q(revoked_on__isnull=True) | Q(revoked_on__gt=on)
    )
    return {
        person: number for person, number in rows.order_by().values_list("person").annotate(n=Count("pk")) if person
    }


def places_of(people: Collection[int], on: date) -> dict[int, str]:
    """person → 人事关系 and 工作单位 in words, only where the two differ. One query."""
    rows = Engagement.objects.filter(orgs.on_day(on), person__in=people).select_related("unit")
    at: dict[int, dict[str, Engagement]] = {}
    for row in rows:
        at.setdefault(row.person_id, {})[row.relation] = row
    return {person: words for person, both in at.items() if (words := _differ(both))}


def _differ(both: Mapping[str, Engagement]) -> str:
    own, work = both.get(Engagement.Relation.PERSONNEL), both.get(Engagement.Relation.WORKPLACE)
    if own is None or work is None or (own.unit_id == work.unit_id and not work.reason):
        return ""
    why = str(work.get_reason_display()) if work.reason else _("工作单位")
    if own.unit_id == work.unit_id:
        return why
    return _("人事关系%(own)s，%(why)s%(work)s") % {"own": own.unit.name, "why": why, "work": work.unit.name}


# The sisters who are on their way.


def on_the_way(among: Iterable[int], asked: Asked) -> QuerySet[Admission]:
    """申请人, 积极分子 or 发展对象 of these bodies on a day: past one step of the way, not yet past the next."""
    past, before = ON_THE_WAY[asked.who]
    rows = Admission.objects.filter(org__in=list(among), applied_on__lte=asked.on).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=asked.on)
    )
    if past:
        rows = rows.filter(passed(past, asked.on))
    rows = rows.exclude(passed(before, asked.on))
    named: QuerySet[Admission] = _of_name(rows, asked.text)
    return named.select_related("person", "org").order_by("org__sort", "org_id", "applied_on", "pk")


def passed(code: str, on: date) -> Exists:
    """Of ways into the Party: the step was done with success by a day."""
    done = AdmissionStep.objects.filter(
        admission=OuterRef("pk"), code=code, on__lte=on, passed=True, voided_at__isnull=True
    )
    return Exists(done)


def told_way(admissions: Sequence[Admission], on: date) -> list[Way]:
    """The page's rows with the days of their steps and their posts. Two queries."""
    steps = AdmissionStep.objects.filter(
        admission__in=[row.pk for row in admissions], code__in=("activist", "candidate"), passed=True,
        voided_at__isnull=True, on__lte=on,
    )  # fmt: skip
    days = {(admission, code): day for admission, code, day in steps.values_list("admission", "code", "on")}
    posts, _officers = posts_of([row.person_id for row in admissions], on)
    return [
        Way(row, days.get((row.pk, "activist")), days.get((row.pk, "candidate")), posts.get(row.person_id, ""))
        for row in admissions
    ]
