"""Training plans and classes: doors, layers, who is short of hours, one person's transcript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.credits import queries as credits
from hongzhu.core.credits.models import Credit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import PARTY_KINDS, Bureau, Org
from hongzhu.core.people.models import Membership, Person, Post, PostKind, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.services.party import rules
from hongzhu.services.party.models import Admission, AdmissionStep, Trainee, TrainingClass, TrainingLayer, TrainingPlan
from hongzhu.services.party.rules.posts import PARTY

from . import admission, roster, sending

Who = TrainingLayer.Who
# The tag of the yearly floor of study (obligations.study_hours of the pack): acts and classes add up under it.
STUDY_TAG = "study_hours"
TRAINING = "training"  # the step of the way into the Party that a class for candidates is
OFFICES = (
    PostKind.DEPUTY_SECRETARY, PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE, PostKind.COMMITTEE_MEMBER,
    PostKind.PARTY_CLERK,
)  # fmt: skip
# Layers with a floor of hours, the strictest first: somebody is asked for the first they belong to.
LAYERS = (Who.SECRETARIES, Who.AFFAIRS, Who.MEMBERS)


def plans(user: Any) -> QuerySet[TrainingPlan]:
    if not access.may(user, rules.VIEW):
        return TrainingPlan.objects.none()
    rows = TrainingPlan.objects.filter(bureau=access.bureau_of(user)).select_related("document", "bureau")
    return rows.prefetch_related("layers").annotate(classes_n=Count("classes")).order_by("-from_year", "id")


def open_plan(user: Any, pk: int, *, change: bool = False) -> TrainingPlan:
    row: TrainingPlan = get_object_or_404(plans(user), pk=pk)
    if change:
        sending.require_office(user)
    return row


def visible_to(user: Any) -> QuerySet[TrainingClass]:
    """Held by bodies of the user's part, or with trainees from there; ``people_n`` and ``absent_n`` counted."""
    if not access.may(user, rules.VIEW):
        return TrainingClass.objects.none()
    there = Trainee.objects.filter(access.within(user, rules.VIEW, "org")).values("training")
    seen = access.within(user, rules.VIEW, "host") | Q(pk__in=there)
    return (
        TrainingClass.objects.filter(seen, bureau=access.bureau_of(user))
        .select_related("host", "plan", "bureau")
        .annotate(people_n=Count("trainees"), absent_n=Count("trainees", filter=Q(trainees__absent=True)))
        .order_by("-from_on", "-id")
    )


def open_class(user: Any, pk: int, *, change: bool = False) -> TrainingClass:
    """The one door; a class is kept by those who keep its host's registers."""
    row: TrainingClass = get_object_or_404(visible_to(user), pk=pk)
    if change and not sending.keeps(user, row.host):
        access.check(user, rules.KEEP, row.host)
    return row


def narrowed(
    rows: QuerySet[TrainingClass], today: date, *, who: str = "", state: str = "", year: int | None = None, text: str = ""
) -> QuerySet[TrainingClass]:  # fmt: skip
    """``state``: open (not closed yet), due (over and not closed), closed, voided."""
    live = Q(voided_at__isnull=True)
    states = {
        "open": live & Q(closed_at__isnull=True),
        "due": live & Q(closed_at__isnull=True, to_on__lt=today),
        "closed": live & Q(closed_at__isnull=False),
        "voided": ~live,
    }
    if state in states:
        rows = rows.filter(states[state])
    if who:
        rows = rows.filter(who=who)
    if year:
        rows = rows.filter(from_on__year=year)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(host__name__icontains=text))
    return rows


def trainees_of(user: Any, training: TrainingClass) -> QuerySet[Trainee]:
    """All of a class for those above its host; of a class held elsewhere only one's own people."""
    rows = training.trainees.select_related("person", "org").order_by("org__sort", "org_id", "person__name", "pk")
    if access.holds(user, rules.VIEW, training.host):
        return rows
    return rows.filter(access.within(user, rules.VIEW, "org"))


def open_trainee(user: Any, pk: int, person: int) -> Trainee:
    """One trainee of a class the user keeps."""
    training = open_class(user, pk, change=True)
    row: Trainee = get_object_or_404(training.trainees.select_related("training", "person"), pk=person)
    return row


def hosts(user: Any, on: date) -> QuerySet[Org]:
    """Bodies in whose name the user may hold a class."""
    perm = rules.APPROVE if access.may(user, rules.APPROVE) else rules.KEEP
    rows = access.orgs_where(user, perm).filter(orgs.existing(on))
    return rows.filter(kind__in=("BUREAU", "SCHOOL", "KINDERGARTEN", *PARTY_KINDS)).exclude(kind="TEAM")


def to_enrol(user: Any, training: TrainingClass, *, whole: bool, people: Iterable[Person]) -> list[tuple[int, int]]:
    """(person, branch) of those named, and of the whole layer in the host's and the user's part when asked for.

    ValidationError for somebody who belongs to no branch: their hours would belong nowhere; and for a layer that has
    nobody. Four queries at most.
    """
    on = training.from_on
    found: dict[int, int] = {}
    if whole:
        path = orgs.path_of(training.host, on)
        within = access.within(user, rules.VIEW, "org") & orgs.reach(path, on, "org") if path else Q(pk__in=[])
        found = {asked.person_id: asked.org_id for asked in layer(training.who, within, training.bureau_id, on)}
    named = {person.pk: person for person in people}
    homes = branches_of(named, on)
    lost = [person.name for pk, person in named.items() if pk not in homes]
    if lost:
        raise ValidationError(
            _("没有报名：%(names)s在开班那天没有组织关系，请先登记党员或积极分子。已填内容还在。")
            % {"names": _("、").join(lost)}
        )
    if not found and not homes:
        raise ValidationError(
            _("没有报名：主办范围内在开班那天没有“%s”，请核对主办、培训对象和日期，或填写姓名。已填内容还在。")
            % training.get_who_display()
        )
    return list((found | homes).items())


def ways_to_enter(user: Any, training: TrainingClass) -> list[tuple[Admission, bool]]:
    """Ways into the Party of who was there and has the short training still before them, which the user enters steps of;
    with whether for the superior."""
    on = training.to_on
    steps = [one for one in admission.part_on(training.bureau, on).steps if one.code == TRAINING]
    rows = ways_before(user, training)
    return [
        (way, admission.as_superior(user, way, TRAINING, on))
        for way in rows.select_related("person", "org", "bureau")
        if any(admission.may_enter(user, way, step, on) for step in steps)
    ]


def ways_before(user: Any, training: TrainingClass) -> QuerySet[Admission]:
    """Open ways, seen by the user, of who was there and has the short training still before them."""
    there = training.trainees.filter(absent=False).values("person")
    done = AdmissionStep.objects.filter(admission=OuterRef("pk"), code=TRAINING, passed=True, voided_at__isnull=True)
    return admission.visible_to(user).filter(~Exists(done), outcome="", person__in=there)


# Layers, hours


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of a layer on a day, and the branch they are counted in."""

    person_id: int
    name: str
    org_id: int
    org: str


def layer(who: str, within: Q, bureau: int, on: date) -> list[Asked]:
    """The people of a layer on a day, each once. ``within``: a condition on ``org``. One query."""
    if who in (Who.SECRETARIES, Who.AFFAIRS):
        kinds = (PostKind.SECRETARY,) if who == Who.SECRETARIES else OFFICES
        rows: Any = Post.objects.filter(orgs.on_day(on), within, kind__in=kinds, org__kind__in=PARTY_KINDS)
    elif who == Who.MEMBERS:
        rows = Membership.objects.filter(orgs.on_day(on), within, standing__in=PARTY, left_out="")
    elif who == Who.ACTIVISTS:
        rows = Membership.objects.filter(orgs.on_day(on), within, standing=Standing.ACTIVIST)
    else:
        rows = Admission.objects.filter(within, Q(ended_on__isnull=True) | Q(ended_on__gt=on), applied_on__lte=on)
        rows = rows.filter(roster.passed("candidate", on)).exclude(roster.passed(TRAINING, on))
        rows = rows.exclude(roster.passed(admission.ADMIT, on))
    told = rows.filter(org__bureau=bureau).order_by("org__sort", "org_id", "person__name", "person_id")
    found: dict[int, Asked] = {}
    for person, name, org, org_name in told.values_list("person", "person__name", "org", "org__name"):
        found.setdefault(person, Asked(person, name, org, org_name))
    return list(found.values())


def branches_of(people: Iterable[int], on: date) -> dict[int, int]:
    """person → the branch they belong to on a day (activists too). One query."""
    standings = (*PARTY, Standing.ACTIVIST)
    rows = Membership.objects.filter(orgs.on_day(on), person__in=list(people), standing__in=standings)
    return dict(rows.values_list("person", "org"))


def floor(bureau: Bureau, who: str, year: int, today: date) -> int | None:
    """Hundredths of a class hour a layer should reach in a year: the pack's floor, or the plan's when it asks more."""
    pack = policies.pack_for(bureau, min(today, date(year, 12, 31)))
    kind = "member" if who == Who.MEMBERS else "officer"
    asked = [item.hours * 100 for item in pack.section("obligations").study_hours if item.who == kind]
    planned = TrainingLayer.objects.filter(
        plan__bureau=bureau, plan__from_year__lte=year, plan__to_year__gte=year, who=who, hours__isnull=False
    )
    asked += [hours for hours in planned.values_list("hours", flat=True) if hours]
    return max(asked, default=None)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Somebody, the hours a year asks of them and the hours there are; all in hundredths."""

    asked: Asked
    who: str
    floor: int
    hours: int

    @property
    def short(self) -> int:
        return max(0, self.floor - self.hours)


def hours(user: Any, year: int, today: date) -> list[HoursLine]:
    """Everybody of the three layers in the user's part with the year's hours, acts and classes together.

    At most three queries for the layers, six for the floors, one for the hours.
    """
    bureau = Bureau.objects.get(pk=access.bureau_of(user))
    on = today if year == today.year else date(year, 12, 31)
    within = access.within(user, rules.VIEW, "org")
    seen: set[int] = set()
    people: list[tuple[str, int, Asked]] = []
    for one in LAYERS:
        least = floor(bureau, one, year, today)
        for asked in layer(one, within, bureau.pk, on):
            if asked.person_id not in seen and least is not None:
                people.append((one, least, asked))
            seen.add(asked.person_id)
    reached = credits.hours_of((asked.person_id for _who, _least, asked in people), year, tags=(STUDY_TAG,))
    return [HoursLine(asked, one, least, reached.get(asked.person_id, 0)) for one, least, asked in people]


def narrowed_hours(
    lines: list[HoursLine], *, who: str = "", short_only: bool = True, text: str = ""
) -> list[HoursLine]:
    """Lines of one layer, of those short of hours, of a name or a branch."""
    return [
        line
        for line in lines
        if (not who or line.who == who)
        and (line.short or not short_only)
        and (text in line.asked.name or text in line.asked.org)
    ]


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One layer: how many people, how many of them have reached the floor."""

    who: str
    title: str
    floor: int
    people: int
    reached: int


def by_layer(lines: list[HoursLine]) -> list[LayerLine]:
    """The layers that have people, with how far they are; ``lines`` unfiltered."""
    found = []
    for one in LAYERS:
        part = [line for line in lines if line.who == one]
        if part:
            done = sum(not line.short for line in part)
            found.append(LayerLine(one, str(one.label), part[0].floor, len(part), done))
    return found


def transcript(person_id: int) -> QuerySet[Trainee]:
    """Every closed class of one person, newest first."""
    return (
        Trainee.objects.filter(person=person_id, training__closed_at__isnull=False, training__voided_at__isnull=True)
        .select_related("training__host").order_by("-training__from_on", "-pk")
    )  # fmt: skip


def years_of(person_id: int) -> list[tuple[int, int, int]]:
    """(year, hundredths of all study, of them from classes), newest first. One query."""
    kind = TrainingClass._meta.label_lower
    sums: dict[int, list[int]] = {}
    rows = Credit.objects.filter(person=person_id, tag=STUDY_TAG, voided_at__isnull=True)
    for day, source, amount in rows.values_list("belongs_on", "kind", "amount"):
        year = sums.setdefault(day.year, [0, 0])
        year[0] += amount
        year[1] += amount if source == kind else 0
    return [(year, total, taught) for year, (total, taught) in sorted(sums.items(), reverse=True)]


def own_hours(trainee: Trainee) -> int:
    """Hundredths somebody got: the class's, or what was noted; 0 when absent."""
    if trainee.absent:
        return 0
    return trainee.training.hours if trainee.hours is None else trainee.hours
