"""Acts a user may see, the doors to one act, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import RECORDERS, VIEW_PEOPLE
from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import ABSENT, Act, ActBody, Attendance, FieldValue, Reading, Resolution, TagClaim
from hongzhu.core.activities.pack import ActivitiesSection, ActKind
from hongzhu.core.audit import queries as audit
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind, Org
from hongzhu.core.people.models import Account
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Contact
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref
from hongzhu.kit.registry import Visit

from .groups import completing, group_of_act

# A confidential kind is open to those who took part, to their superior and to inspectors.
SEES_CONFIDENTIAL = (
    Role.PARTY_OFFICE,
    Role.DISTRICT_OFFICER,
    Role.SCHOOL_SECRETARY,
    Role.INSPECTOR,
    *RECORDERS,
)


def visible_to(user: Any) -> QuerySet[Act]:
    """Acts of bodies where the user may see acts, voided ones too; newest first."""
    outside = access.left_out(user, rules.VIEW)
    if outside is not None:
        # Nearly every act is inside: put aside the few of bodies outside, then ask whether those had another body.
        aside = ActBody.objects.filter(org__in=outside).values("act")
        another = Exists(ActBody.objects.filter(act=OuterRef("pk")).exclude(org__in=outside))
        found = Act.objects.filter(~Q(pk__in=aside) | another, bureau=access.bureau_of(user))
    else:
        found = Act.objects.filter(pk__in=ActBody.objects.filter(access.within(user, rules.VIEW, "org")).values("act"))
    if access.role_of(user) not in SEES_CONFIDENTIAL:
        mine = Attendance.objects.filter(
            act=OuterRef("pk"), person=getattr(user, "person_id", None), state=Attendance.State.PRESENT
        )
        found = found.filter(Q(confidential=False) | Exists(mine))
    return found.order_by("-held_on", "-id")


def but_confidential(user: Any, rows: QuerySet[Any], act: str = "act__") -> QuerySet[Any]:
    """Rows of acts (attendance, items, claims) as a list may tell them to the user: see :data:`SEES_CONFIDENTIAL`."""
    return rows if access.role_of(user) in SEES_CONFIDENTIAL else rows.filter(**{f"{act}confidential": False})


def kinds_to_record(user: Any, body: Org, on: date) -> list[ActKind]:
    """The kinds a recorder is offered for a body: none whose record they could not open again."""
    kinds = rules.kinds_for(section_of(body.bureau, on), body.kind)
    return [kind for kind in kinds if may_write_kind(user, kind)]


def may_write_kind(user: Any, kind: ActKind) -> bool:
    """Nobody writes a record they may not read."""
    return not kind.confidential or access.role_of(user) in SEES_CONFIDENTIAL


def check_kind(user: Any, kind: ActKind) -> None:
    """403 with whom to ask where somebody would write a record they may not read."""
    if not may_write_kind(user, kind):
        raise PermissionDenied(_("“%s”只给参加人、上级和巡察看，请由党建办或本组织的书记记录。") % kind.title)


def open_act(user: Any, pk: int, perm: Perm = rules.VIEW) -> Act:
    """The one door to an act: unseen is 404, seen but not permitted is 403 (asked at the body that recorded it)."""
    act = get_object_or_404(visible_to(user).select_related("body", "bureau", "chair", "lecturer", "recorder"), pk=pk)
    if perm is not rules.VIEW:
        access.check(user, perm, act.body)
    return act


def open_act_to_change(user: Any, pk: int) -> Act:
    """The door for whoever writes: recorders of the body that recorded it."""
    act = open_act(user, pk)
    access.check(user, rules.record_perm(act.body.kind), act.body)
    return act


def own_bodies(user: Any, act: Act) -> list[Org]:
    """The bodies of an act that the user records for: each body confirms its own tags."""
    return [row.org for row in act.bodies.select_related("org").order_by("pk") if may_record(user, row.org)]


def open_act_to_confirm(user: Any, pk: int) -> tuple[Act, list[Org]]:
    """The door for whoever says what counts: recorders of any of its bodies."""
    act = open_act(user, pk)
    bodies = own_bodies(user, act)
    if not bodies:
        access.check(user, rules.record_perm(act.body.kind), act.body)
    return act, bodies


WROTE = ("activities.record", "activities.correct")


def may_be_reviewed(act: Act, account: int, on: date) -> Verdict:
    """Whether this account may pass the act, and if not, who may: not who recorded or corrected it (A19)."""
    wrote = audit.who_did(Ref.to(act), *WROTE)
    wrote |= set(Account.objects.filter(person__isnull=False, person=act.recorder_id).values_list("pk", flat=True))
    own = account in wrote
    others = access.names_over(act.body, rules.REVIEW, on, but=wrote) if own else []
    return rules.can_be_reviewed(act, own=own, others=others)


def may_record(user: Any, body: Org) -> bool:
    """Whether the user records for this body."""
    return access.holds(user, rules.record_perm(body.kind), body)


def open_body_to_record(user: Any, pk: int) -> Org:
    """The body a new act is for: unseen is 404, seen but not the user's to record is 403."""
    body = get_object_or_404(access.orgs_where(user, rules.VIEW).select_related("bureau"), pk=pk)
    access.check(user, rules.record_perm(body.kind), body)
    return body


def of_kind(body: Org, kind: str) -> QuerySet[Act]:
    """Acts of one body and kind that hold, newest first. For a page whose own door has opened the body."""
    return Act.objects.filter(body=body, kind=kind).exclude(status=Act.Status.VOIDED).order_by("-held_on", "-pk")


def of_day(body: Org, kind: str, day: date) -> QuerySet[Act]:
    """Acts of one body and kind held on one day."""
    return of_kind(body, kind).filter(held_on=day)


def daily_kind(body: Org, on: date) -> ActKind | None:
    """The kind of one line a day that this body keeps, where the pack has one (A25)."""
    kinds = rules.kinds_for(section_of(body.bureau, on), body.kind)
    return next((kind for kind in kinds if kind.daily), None)


def one_line(kind: ActKind, line: str, day: date) -> engine.Told:
    """What is told by a single sentence about a day."""
    return engine.Told(kind=kind.code, theme=line, held_on=day)


def open_body(user: Any, pk: int) -> Org:
    """The body whose acts are looked at."""
    return get_object_or_404(access.orgs_where(user, rules.VIEW).select_related("bureau"), pk=pk)


def open_own_body(user: Any, pk: int) -> Org:
    """The body whose recorders check themselves: 404 for everybody above, who must not even know (users.md 2)."""
    body = get_object_or_404(access.orgs_where(user, rules.VIEW).select_related("bureau"), pk=pk)
    if not access.holds(user, rules.CHECK_OWN, body):
        raise Http404
    return body


def bodies_to_record(user: Any) -> QuerySet[Org]:
    """Bodies the user may record for, in the bureau's order."""
    wanted = Q(pk__in=[])
    branch_like = (*BRANCH_KINDS, Kind.TEAM)
    if access.may(user, rules.RECORD):
        wanted |= access.within(user, rules.RECORD, "") & Q(kind__in=branch_like)
    if access.may(user, rules.RECORD_SCHOOL):
        wanted |= access.within(user, rules.RECORD_SCHOOL, "") & Q(kind__in=rules.SCHOOL_KINDS)
    if access.may(user, rules.RECORD_OFFICE):
        wanted |= access.within(user, rules.RECORD_OFFICE, "") & ~Q(kind__in=(*branch_like, *rules.SCHOOL_KINDS))
    return Org.objects.filter(wanted, closed_on__isnull=True).order_by("sort", "id")


def section_of(bureau: Bureau, on: date) -> ActivitiesSection:
    section: ActivitiesSection = policies.pack_for(bureau, on).section("activities")
    return section


def kind_of(bureau: Bureau, on: date, code: str) -> ActKind | None:
    return by_code(section_of(bureau, on).kinds).get(code)


def kind_titles(bureau: Bureau, on: date) -> dict[str, str]:
    return {kind.code: str(kind.title) for kind in section_of(bureau, on).kinds}


SHOWN_AS = {
    Act.Status.RECORDED: ("ok", "tick"),
    Act.Status.REVIEWING: ("go", "half"),
    Act.Status.REVIEWED: ("ok", "dot"),
    Act.Status.RETURNED: ("mind", "dia"),
    Act.Status.VOIDED: ("plain", "dash"),
}


def chip_of_act(act: Act) -> Chip:
    """The state of an act as people see it; 已更正(第n次) where it is otherwise plain."""
    return chip_of_status(act.status, act.revision)


def chip_of_status(status: str, revision: int) -> Chip:
    """The same for a state and how often it was corrected: lists ask once for all acts alike."""
    state = Act.Status(status)
    if state == Act.Status.RECORDED and revision:
        return Chip(_("已更正(第%s次)") % revision, "go", "dot")
    return Chip(str(state.label), *SHOWN_AS[state])


def chip_of_state(row: Attendance) -> Chip:
    """How one person attended, as people see it."""
    if row.made_up_on:
        return Chip(_("已补学"), "ok", "plus")
    shown = {
        Attendance.State.PRESENT: ("ok", "tick"),
        Attendance.State.OBSERVER: ("plain", "dot"),
        Attendance.State.POSTED: ("go", "dot"),
        Attendance.State.LEFT_OUT: ("plain", "sq"),
        Attendance.State.UNEXCUSED: ("now", "tri"),
    }
    tone, shape = shown.get(Attendance.State(row.state), ("mind", "half"))
    return Chip(row.get_state_display(), tone, shape)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of acts is asked for; None and "" ask nothing. ``tag``: only acts confirmed for it.

    ``field``: code and value of a field the kind is filtered by, as "level:CITY".
    """

    org: int | None = None
    kind: str = ""
    period: Period | None = None
    status: str = ""
    words: str = ""
    part: str = ""
    tag: str = ""
    recorded_by: datetime | None = None
    field: str = ""


# What a line of a list shows; the long texts of an act stay in the database.
LISTED = (
    "bureau", "body__name", "kind", "theme", "place", "held_on", "due_roster", "attended", "lecture_title", "status",
    "revision", "recorder__name", "recorded_at",
)  # fmt: skip


def listing(user: Any, asked: Filter) -> QuerySet[Act]:
    """A list of acts with what its row shows: one query for the page, whatever the number of rows."""
    rows = visible_to(user).select_related("body", "recorder")
    if asked.org:
        rows = rows.filter(pk__in=ActBody.objects.filter(org=asked.org).values("act"))
    if asked.kind:
        rows = rows.filter(pk__in=ActBody.objects.filter(kind=asked.kind).values("act"))
    if asked.period:
        rows = rows.filter(held_on__gte=asked.period.start, held_on__lt=asked.period.end)
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.words:
        rows = rows.filter(Q(theme__icontains=asked.words) | Q(lecture_title__icontains=asked.words))
    if asked.tag:
        rows = rows.filter(pk__in=TagClaim.objects.filter(tag=asked.tag, state="CONFIRMED").values("act"))
    if asked.field:
        code, _colon, value = asked.field.partition(":")
        rows = rows.filter(pk__in=FieldValue.objects.filter(code=code, text=value).values("act"))
    if asked.recorded_by:
        rows = rows.filter(recorded_at__lte=asked.recorded_by)
    return rows


def to_confirm(body_ids: Any) -> QuerySet[Act]:
    """Acts of these bodies whose tags nobody has confirmed yet."""
    waiting = TagClaim.objects.filter(org__in=body_ids, state=TagClaim.State.PROPOSED).values("act")
    return Act.objects.filter(pk__in=waiting).exclude(status=Act.Status.VOIDED).order_by("held_on")


def not_made_up(body_ids: Any, since: date) -> QuerySet[Attendance]:
    """People absent since ``since`` whose make-up study has not been written down."""
    return (
        Attendance.objects.filter(org__in=body_ids, state__in=ABSENT, made_up_on__isnull=True, act__held_on__gte=since)
        .exclude(act__status=Act.Status.VOIDED)
        .select_related("act", "person")
        .order_by("act__held_on", "id")
    )


def absent_of(user: Any, body: Org, since: date) -> QuerySet[Attendance]:
    """待补学 of one body, of acts the user may open; who may not see its people gets the own lines alone."""
    acts = visible_to(user).order_by().values("pk")
    rows = not_made_up([body.pk], since).filter(act__in=acts)
    if not access.holds(user, VIEW_PEOPLE, body):
        rows = rows.filter(person=getattr(user, "person_id", None) or 0)
    return rows


def counts_by_kind(org_ids: Any, period: Period) -> dict[tuple[int, str], int]:
    """(body, kind) → acts that stand, by the period they belong to. One query."""
    rows = (
        ActBody.objects.filter(org__in=org_ids, act__belongs_on__gte=period.start, act__belongs_on__lt=period.end)
        .exclude(act__status=Act.Status.VOIDED)
        .values_list("org", "kind")
        .annotate(n=Count("pk"))
    )
    return {(org, kind): n for org, kind, n in rows}


def earned_rows(claims: QuerySet[TagClaim]) -> Iterable[tuple[Any, ...]]:
    """What confirmed claims of one bureau are worth, from the tables alone: two queries, some more for groups' meetings.

    Yields (act, tag, body, person | None, held_on, belongs_on, recorded_at, amount). A body earns only with an
    attender of its own, and by the meetings of its Party groups when each has met; a person earns by being there, or
    from the day the make-up study was written down.
    """
    standing = claims.filter(state=TagClaim.State.CONFIRMED).exclude(act__status=Act.Status.VOIDED)
    takes_part = ActBody.objects.filter(act=OuterRef("act"), org=OuterRef("org"), takes_part=True)
    bodies = standing.filter(Exists(takes_part)).order_by("act", "tag", "org")
    known_at = Coalesce("known_at", "act__recorded_at")
    of_group = Case(When(tag=F("act__kind"), act__body=F("org"), then=group_of_act()))
    met: list[tuple[Any, ...]] = []
    for row in bodies.values_list("act", "tag", "org", "act__held_on", "act__belongs_on", known_at, "amount", of_group):
        if row[7]:
            met.append(row[:7])
        else:
            yield *row[:3], None, *row[3:7]
    for row in completing(met):
        yield *row[:3], None, *row[3:]
    there = Q(act__attendances__state=Attendance.State.PRESENT) | Q(act__attendances__made_up_on__isnull=False)
    counted = Q(per_person=True) | Q(amount__gt=0)
    people = standing.filter(there, counted, act__attendances__org=F("org")).order_by("act", "tag", "org")
    yield from people.values_list(
        "act",
        "tag",
        "org",
        "act__attendances__person",
        "act__held_on",
        "act__belongs_on",
        Coalesce("act__attendances__made_up_at", "known_at", "act__recorded_at"),
        "amount",
    )


def visits(contact_ids: Iterable[int], period: Period) -> dict[int, Visit]:
    """Visits to contact points inside the period: how many, and the last (A09). One query."""
    rows = (
        Act.objects.filter(contact__in=list(contact_ids), held_on__gte=period.start, held_on__lt=period.end)
        .exclude(status=Act.Status.VOIDED)
        .order_by("held_on")
        .values_list("contact", "held_on")
    )
    found: dict[int, list[date]] = {}
    for contact, held_on in rows:
        found.setdefault(contact, []).append(held_on)
    return {contact: Visit(last_on=days[-1], count=len(days)) for contact, days in found.items()}


def visits_to(user: Any, contact_id: int, period: Period) -> QuerySet[Act]:
    """The visits behind the count of :func:`visits` that the user may open, newest first, with what was found (A09)."""
    found = Resolution.objects.exclude(state=Resolution.State.DROPPED).select_related("owner").order_by("pk")
    return (
        visible_to(user)
        .filter(contact=contact_id, held_on__gte=period.start, held_on__lt=period.end)
        .exclude(status=Act.Status.VOIDED)
        .select_related("body", "recorder")
        .prefetch_related(Prefetch("resolutions", found))
    )


def readings_of(act: Act) -> list[tuple[Reading, int | None]]:
    """What was studied, with the days from issue to study where the paper's date is known and not after it (B19)."""
    return [
        (row, (act.held_on - row.issued_on).days if row.issued_on and row.issued_on <= act.held_on else None)
        for row in act.readings.order_by("pk")
    ]


def numbers_of(acts: QuerySet[Any, Any] | list[int], org: int | None = None) -> dict[int, int]:
    """Act → its ordinal of the year (A01) for ``org``, else for the body that recorded it. One query."""
    rows = ActBody.objects.filter(act__in=acts)
    rows = rows.filter(org=org) if org else rows.filter(org=F("act__body"))
    return dict(rows.values_list("act", "number"))


def field_choices(user: Any, asked: Filter, kind: ActKind | None) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Fields of the kind by which its list is narrowed (K07: 级别), each choice with its number of acts.

    One query for each field that the pack marks ``filter`` and gives choices to; none for the other kinds.
    """
    found = []
    for field in kind.fields if kind else ():
        if field.filter and field.choices:
            acts = listing(user, replace(asked, field="")).order_by().values("pk")
            rows = FieldValue.objects.filter(code=field.code, act__in=acts).values_list("text")
            counted = dict(rows.annotate(n=Count("pk")))
            told = [(f"{field.code}:{row.code}", str(row.title), counted.get(row.code, 0)) for row in field.choices]
            found.append((str(field.title), told))
    return found


def units_by_field(
    user: Any, asked: Filter, choices: list[tuple[str, str, int]]
) -> list[tuple[int, str, list[tuple[str, str, int]]]]:
    """The counts of one field of :func:`field_choices` by unit (K07: 单位和级别): id, name, (choice, its title, number of acts).

    Units the user may open, in the bureau's own order; those without such an act have no line. An act of several
    units stands with each, as the list narrowed to the unit has it. One query.
    """
    code = choices[0][0].partition(":")[0]
    acts = listing(user, replace(asked, field="")).order_by().values("pk")
    rows = ActBody.objects.filter(access.within(user, rules.VIEW, "org"), act__in=acts, act__field_values__code=code)
    if asked.org:
        rows = rows.filter(org=asked.org)
    counted: dict[tuple[int, str], dict[str, int]] = {}
    told = rows.order_by("org__sort", "org").values_list("org", "org__name", "act__field_values__text")
    for org, name, text, n in told.annotate(n=Count("pk")):
        counted.setdefault((org, name), {})[f"{code}:{text}"] = n
    return [
        (org, name, [(value, title, found.get(value, 0)) for value, title, _n in choices])
        for (org, name), found in counted.items()
    ]


def contacts_of(person_id: int | None, body: Org, on: date) -> QuerySet[Contact]:
    """Contact points of the bureau on a day, the recorder's own first (for the form of a visit)."""
    open_on = Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gt=on))
    return (
        Contact.objects.filter(open_on, bureau=body.bureau_id)
        .annotate(own=Exists(Contact.objects.filter(pk=OuterRef("pk"), person=person_id)))
        .select_related("person", "body")
        .order_by("-own", "id")
    )
