"""党小组会: one Party group's meeting brings that group; the branch has met when each of its groups has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hongzhu.core.activities.engine import Seat
from hongzhu.core.activities.models import Act, ActBody, FieldValue, TagClaim
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org, Placement
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import MONTHS_OF, Every, Period

# The field of the national pack that names the group. An act that names none is of all groups together.
GROUP_FIELD = "team"


def group_of_act() -> Subquery:
    """For annotating claims with the group that their act names, None where it names none."""
    return Subquery(FieldValue.objects.filter(act=OuterRef("act"), code=GROUP_FIELD).values("number")[:1])


def within(found: list[Seat], group: int | None, on: date) -> list[Seat]:
    """Those of the seats who are in the group; a group that nobody was put into brings everybody. One query."""
    if not group:
        return found
    inside = set(Membership.objects.filter(orgs.on_day(on), org=group).values_list("person", flat=True))
    return [seat for seat in found if seat.person in inside] or found


def next_group(body: Org, kind: str, month_on: date, offered: Iterable[int]) -> int | None:
    """The first of the groups offered that has no meeting of this kind in the month yet. One query."""
    period = Period.covering("month", month_on)
    met = set(
        FieldValue.objects.filter(
            code=GROUP_FIELD, act__body=body, act__kind=kind, act__voided_at__isnull=True,
            act__held_on__gte=period.start, act__held_on__lt=period.end,
        ).values_list("number", flat=True)
    )  # fmt: skip
    return next((group for group in offered if group not in met), None)


def completing(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Of ``rows`` of one bureau, each (act, tag, body, …, belongs_on at 4, …), those by which every group had met.

    Meetings count in the order they became known: the one that brings the last group to its n-th meeting of the
    period earns the branch its n-th. Three queries and the packs, none where there are no rows.
    """
    if not rows:
        return
    days = [row[4] for row in rows]
    bodies = {row[2] for row in rows}
    counted = _Count(bodies, date(min(days).year, 1, 1), date(max(days).year, 12, 31))
    yield from (row for row in rows if row[:3] in counted.earning)


def to_meet(act: Act, body: Org, tag: str) -> list[str]:
    """Names of the groups of the body still to meet in the period of this act, for it to count; none where it names no group."""
    own = act.field_values.filter(code=GROUP_FIELD).values_list("number", flat=True).first()
    if own is None:
        return []
    counted = _Count({body.pk}, date(act.belongs_on.year, 1, 1), date(act.belongs_on.year, 12, 31))
    met = counted.met[counted.key(body.pk, tag, act.belongs_on)]
    return [name for group, name in counted.standing(body.pk, act.held_on) if not met[group] and group != own]


def with_rounds(act: Act, *years: int) -> list[Act]:
    """Acts of groups, itself among them, whose worth hangs on this one: same kind and body, in these years."""
    spans = [date(year, month, day) for year in years for month, day in ((1, 1), (12, 31))]
    return list(
        Act.objects.filter(
            kind=act.kind,
            body=act.body_id,
            belongs_on__gte=min(spans),
            belongs_on__lte=max(spans),
            field_values__code=GROUP_FIELD,
        ).order_by("pk")
    )


class _Count:
    """How often each group of the bodies met, and the claims that earn."""

    def __init__(self, bodies: set[int], first: date, last: date) -> None:
        self.every: dict[tuple[date, str], Any] = {}
        self.groups: dict[int, list[tuple[Any, ...]]] = {}
        for body, *row in (
            Placement.objects.filter(parent__in=bodies, org__kind=Kind.TEAM)
            .order_by("org__sort", "org")
            .values_list("parent", "org", "org__name", "from_on", "to_on", "org__opened_on", "org__closed_on")
        ):
            self.groups.setdefault(body, []).append(tuple(row))
        self.timeline = policies.timeline(Org.objects.select_related("bureau").get(pk=min(bodies)).bureau)
        self.met: dict[tuple[int, str, Period], Counter[int]] = {}
        self.earning: set[tuple[int, str, int]] = set()
        self._count(_claims(bodies, first, last))

    def key(self, body: int, tag: str, day: date) -> tuple[int, str, Period]:
        """The period in which a tag of a body counts: that of the duty that asks for it, else the month."""
        duties = self.timeline.on(day).section("obligations").duties
        every: Every = next((duty.every for duty in duties if duty.tag == tag and duty.every in MONTHS_OF), "month")
        found = (body, tag, Period.covering(every, day))
        self.met.setdefault(found, Counter())
        return found

    def standing(self, body: int, on: date) -> list[tuple[int, str]]:
        """(id, name) of the groups of a body on a day."""
        return [
            (group, name)
            for group, name, from_on, to_on, opened, closed in self.groups.get(body, [])
            if max(from_on, opened) <= on and (to_on is None or to_on > on) and (closed is None or closed > on)
        ]

    def _count(self, claims: Iterable[tuple[Any, ...]]) -> None:
        given: Counter[tuple[int, str, Period]] = Counter()
        for act, tag, body, held_on, belongs_on, group in claims:
            key = self.key(body, tag, belongs_on)
            met = self.met[key]
            met[group] += 1
            least = min((met[each] for each, _name in self.standing(body, held_on)), default=met.total())
            if least > given[key]:
                given[key] = least
                self.earning.add((act, tag, body))


def _claims(bodies: set[int], first: date, last: date) -> QuerySet[TagClaim, tuple[Any, ...]]:
    """Confirmed claims of groups' meetings to the tag of their own kind, in the order they became known."""
    takes_part = ActBody.objects.filter(act=OuterRef("act"), org=OuterRef("org"), takes_part=True)
    return (
        TagClaim.objects.filter(
            Exists(takes_part),
            org__in=bodies,
            tag=F("act__kind"),
            act__body=F("org"),
            state=TagClaim.State.CONFIRMED,
            act__belongs_on__gte=first,
            act__belongs_on__lte=last,
        )
        .exclude(act__status=Act.Status.VOIDED)
        .annotate(group=group_of_act(), known=Coalesce("known_at", "act__recorded_at"))
        .filter(group__isnull=False)
        .order_by("known", "act", "org")
        .values_list("act", "tag", "org", "act__held_on", "act__belongs_on", "group")
    )
