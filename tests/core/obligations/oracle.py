"""The slow, obvious way to the same figures: loops over every body, duty, period, credit and waiver, one at a time."""

from __future__ import annotations

from datetime import date, datetime, time

from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations.engine import Body, Cell, DuePeriod, Facts, Heir, inherits, stand, why_not
from hongzhu.core.obligations.models import Waiver
from hongzhu.core.obligations.queries import Scope
from hongzhu.core.orgs.models import Hosting, Org, Placement, Superior
from hongzhu.core.people.models import Membership, Post
from hongzhu.kit.dates import SHANGHAI

COMMITTEE = {"ORGANISER", "PUBLICITY", "DISCIPLINE", "COMMITTEE_MEMBER"}


def holds(row: object, on: date) -> bool:
    return row.from_on <= on and (row.to_on is None or row.to_on > on)  # type: ignore[attr-defined]


def body_on(org: Org, on: date) -> Body:
    members = [m for m in Membership.objects.filter(org=org, standing="FULL") if holds(m, on)]
    teams = [
        p.org
        for p in Placement.objects.filter(parent=org).select_related("org")
        if holds(p, on)
        and p.org.kind == "TEAM"
        and p.org.opened_on <= on
        and (not p.org.closed_on or p.org.closed_on > on)
    ]
    posts = [p for p in Post.objects.filter(org=org) if holds(p, on) and p.kind in COMMITTEE]
    units = [h.unit for h in Hosting.objects.filter(org=org).select_related("unit") if holds(h, on)]
    units += [p.parent for p in Placement.objects.filter(org=org).select_related("parent") if holds(p, on) and p.parent]
    return Body(
        kind=org.kind,
        opened=org.opened_on,
        closed=org.closed_on,
        full_members=len(members),
        teams=bool(teams),
        committee=bool(posts),
        retired=org.retired,
        sectors=frozenset([org.sector] if org.sector else [unit.sector for unit in units if unit.sector]),
        stages=frozenset([org.stage] if org.stage else [unit.stage for unit in units if unit.stage]),
    )


def place(org: Org, on: date) -> str:
    return next((p.path for p in Placement.objects.filter(org=org) if holds(p, on)), "")


def inside(org: Org, scope: Scope, on: date) -> bool:
    if scope.body is not None or scope.bodies:
        return org.pk in ((scope.body,) if scope.body is not None else scope.bodies)
    if not scope.path and not scope.relation:
        return True

    def under(other: Org) -> bool:
        path = place(other, on)
        return bool(path) and path.startswith(scope.path)

    above = [s for s in Superior.objects.filter(org=org).select_related("superior") if holds(s, on)]
    if scope.relation:
        return any(s.relation == scope.relation and s.superior.kind != "UPPER" and under(s.superior) for s in above)
    hosts = [h.unit for h in Hosting.objects.filter(org=org).select_related("unit") if holds(h, on)]
    return under(org) or any(under(s.superior) for s in above) or any(under(unit) for unit in hosts)


def stood(credit: Credit, known_at: datetime) -> bool:
    return (
        credit.person_id is None
        and credit.recorded_at <= known_at
        and (credit.entered_at is None or credit.entered_at <= known_at)
        and (credit.voided_at is None or credit.voided_at > known_at)
    )


def credits_of(org: int, due: DuePeriod, known_at: datetime) -> list[Credit]:
    return [
        credit
        for credit in Credit.objects.filter(body=org, tag=due.duty.tag)
        if stood(credit, known_at) and due.start <= credit.belongs_on < due.stop
    ]


def facts_of(org: Org, due: DuePeriod, known_at: datetime, heirs: list[Heir]) -> Facts:
    own = credits_of(org.pk, due, known_at)
    seen = {(credit.kind, credit.source) for credit in own}
    taken: dict[tuple[str, int], Credit] = {}
    for heir in heirs:
        if heir.heir == org.pk and inherits(heir, due):
            for credit in credits_of(heir.source, due, known_at):
                if credit.held_on < heir.before and (credit.kind, credit.source) not in seen:
                    taken[credit.kind, credit.source] = credit
    good = made_up = late = both = 0
    locks = datetime.combine(due.locks, time.min, tzinfo=SHANGHAI)
    for credit in [*own, *taken.values()]:
        if credit.held_on >= due.closes:
            late += 1
            both += credit.recorded_at >= locks
        elif credit.recorded_at >= locks:
            made_up += 1
        else:
            good += 1
    return Facts(good, made_up, late, both)


def cell(org: Org, due: DuePeriod, known_at: datetime, heirs: list[Heir]) -> Cell | None:
    """None: the body is not there, so there is no cell at all."""
    today = known_at.astimezone(SHANGHAI).date()
    body = body_on(org, due.reference_day(today))
    lack = why_not(body, due, today)
    if lack == "not_there":
        return None
    waived = any(
        waiver.granted_at <= known_at and (waiver.revoked_at is None or waiver.revoked_at > known_at)
        for waiver in Waiver.objects.filter(body=org, duty=due.duty.code, period=due.code)
    )
    return stand(facts_of(org, due, known_at, heirs), due, today, owed=lack is None, waived=waived)


def cells(
    bureau: int, dues: list[DuePeriod], scope: Scope, known_at: datetime, heirs: list[Heir]
) -> dict[tuple[int, str, str], Cell]:
    today = known_at.astimezone(SHANGHAI).date()
    found = {}
    for org in Org.objects.filter(bureau=bureau):
        for due in dues:
            if inside(org, scope, due.reference_day(today)):
                made = cell(org, due, known_at, heirs)
                if made is not None:
                    found[org.pk, due.duty.code, due.code] = made
    return found
