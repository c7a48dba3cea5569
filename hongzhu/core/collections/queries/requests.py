"""Requests: who sees which, what else asks the same, what the year has cost, and what is known before one is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Role
from hongzhu.core.audit import queries as audit
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Asked, Budget, Part, Request, Return
from hongzhu.core.collections.pack import CollectionsSection
from hongzhu.core.documents import queries as documents
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Hosting, Kind, Org
from hongzhu.core.people.models import Person
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import SHANGHAI, Period, day_of
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref

from . import fields, prefill
from .duplicates import Earlier, asked_before, earlier

Status = Request.Status
WROTE = ("collections.draft", "collections.revise", "collections.lay_out", "collections.lay_parts")


def section_on(bureau: Bureau, on: date) -> CollectionsSection:
    """The section of the pack in force; where that is older than the section, the first that has it."""
    packs = [policies.pack_for(bureau, on), *(pack for _start, pack in policies.timeline(bureau).packs)]
    found = [pack.sections["collections"] for pack in packs if "collections" in pack.sections]
    return found[0] if found else CollectionsSection()


# Doors.


def asks_for(user: Any, field: str = "asker") -> Q:
    """Askers in whose name the user asks: a section officer only for a section, or for the very body of the grant."""
    mine = access.within(user, rules.ASK, field)
    grant = access.acting_grant(user)
    if grant is None or grant.role != Role.SECTION_OFFICER:
        return mine
    return mine & (Q(**{f"{field}__kind": Kind.SECTION}) | Q(**{field: grant.org_id}))


def askers(user: Any, on: date) -> QuerySet[Org]:
    """Bodies the user may ask for, on a day."""
    grant = access.acting_grant(user)
    own = grant.org_id if grant else 0
    found = access.orgs_where(user, rules.ASK).filter(orgs.existing(on))
    kinds = (Kind.SECTION,) if grant and grant.role == Role.SECTION_OFFICER else rules.ASKER_KINDS
    return found.filter(Q(kind__in=kinds) | Q(pk=own))


def parts_of_tree(user: Any, on: date) -> QuerySet[Org]:
    """Parts of the tree an audience may be narrowed to: the whole bureau's, for a district officer their own."""
    grant = access.acting_grant(user)
    kinds = (Kind.DISTRICT, Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.SCHOOL)
    found = Org.objects.filter(orgs.existing(on), bureau=access.bureau_of(user))
    if reaches_all(user):
        return found.filter(kind__in=kinds).order_by("sort", "id")
    own = grant.org_id if grant else 0
    return found.filter(access.within(user, rules.ASK, "")).filter(Q(kind__in=kinds) | Q(pk=own)).order_by("sort", "id")


def reaches_all(user: Any) -> bool:
    """Whether the user may ask every unit of the bureau: the Party office and the sections; a district only its own."""
    return access.role_of(user) in (Role.PARTY_OFFICE, Role.SECTION_OFFICER)


def visible_to(user: Any) -> QuerySet[Request]:
    """Offices and inspectors see what is asked anywhere in their bureau, so that nobody asks twice; units what they got.

    Drafts are their asker's alone. What the units answered is another door (queries.returns).
    """
    rows = Request.objects.filter(bureau=access.bureau_of(user)).select_related("asker", "owner", "repeats__asker")
    if not access.may(user, rules.VIEW):
        return rows.none()
    if access.role_of(user) in (*rules.OFFICES, Role.INSPECTOR):
        seen = ~Q(status=Status.DRAFT) | asks_for(user)
    else:
        asked = Return.objects.filter(access.within(user, rules.VIEW, "org")).values("request")
        seen = ~Q(status=Status.DRAFT) & Q(pk__in=asked)
    return rows.filter(seen).order_by(F("sent_at").desc(nulls_first=True), "-id")


def own(user: Any) -> QuerySet[Request]:
    """What the user's own body asks, drafts included."""
    return visible_to(user).filter(asks_for(user))


def open_request(user: Any, pk: int, perm: Perm = rules.VIEW) -> Request:
    """The one door: unseen is 404; seen, but asked by another body, is 403 for what only its asker does."""
    request: Request = get_object_or_404(visible_to(user).select_related("bureau", "document"), pk=pk)
    if perm is rules.BUDGET:
        access.check(user, rules.BUDGET, request.asker)
    elif perm is not rules.VIEW:
        access.require(user, perm)
        if not is_own(user, request):
            raise PermissionDenied(_("这是%s收的表，要由他们办理。") % request.asker)
    return request


def is_own(user: Any, request: Request) -> bool:
    """Whether the user asks for the body that asks this."""
    return access.may(user, rules.ASK) and Request.objects.filter(asks_for(user), pk=request.pk).exists()


# Lists.


def with_progress(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Annotate ``sent_n``, ``in_n``, ``typed_n``, ``filled_n``, ``minutes_n``: no query per row."""
    mine = Return.objects.filter(request=OuterRef("pk")).order_by().values("request")
    there = mine.filter(status__in=rules.HANDED_IN)
    return rows.annotate(
        sent_n=_number(mine.annotate(n=Count("pk"))),
        in_n=_number(there.annotate(n=Count("pk"))),
        typed_n=_number(mine.annotate(n=Sum("typed"))),
        filled_n=_number(mine.annotate(n=Sum("filled"))),
        minutes_n=_number(mine.annotate(n=Sum("minutes"))),
    )


def _number(counted: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def filled_share(typed: int, filled: int) -> int | None:
    """Per cent of cells the machine filled, rounded down; None where there are none yet."""
    return filled * 100 // (typed + filled) if typed + filled else None


# The audience.


def audience(request: Request, on: date) -> list[int]:
    """Ids of the units the request is meant for on a day, in the asker's order, then as they stand. Three queries."""
    places = {name: place for place, name in enumerate(_order(request))}
    found = list(_addressed(request, on).values_list("pk", "name", "short_name"))
    last = len(places)
    # The sort is stable: who is not in the asker's list keeps the order of the tree, behind it.
    found.sort(key=lambda row: min(places.get(row[1], last), places.get(row[2], last)))
    return [pk for pk, _name, _short in found]


def unknown_names(request: Request, on: date) -> list[str]:
    """Names of the asker's order that no unit of the audience goes by. Three queries, none without an order."""
    if not (wanted := _order(request)):
        return []
    there = {name for row in _addressed(request, on).values_list("name", "short_name") for name in row}
    return [name for name in wanted if name not in there]


def _order(request: Request) -> list[str]:
    return list((request.audience or {}).get("order") or [])


def _addressed(request: Request, on: date) -> QuerySet[Org]:
    chosen = request.audience or {}
    kinds = [kind for kind in chosen.get("kinds") or [] if kind in rules.ASKED_KINDS]
    if not kinds:
        return Org.objects.none()
    found = documents.addressees(bureau_id=request.bureau_id, kinds=kinds, under_id=chosen.get("under"), on=on)
    # Nobody asks themselves, and a bureau's own committee is the bureau.
    ours = Hosting.objects.filter(orgs.on_day(on), org__kind=Kind.COMMITTEE, unit__kind=Kind.BUREAU).values("org")
    return found.exclude(pk=request.asker_id).exclude(pk__in=ours)


# Budget.

# What a return counts for in its unit's year: what was said at sending, or what it took where that was more.
BOOKED = Greatest(Coalesce(F("planned"), F("request__minutes")), F("minutes"))


def year_of(year: int) -> tuple[datetime, datetime]:
    """The instants a calendar year begins and ends, in Shanghai."""
    period = Period.year(year)
    return tuple(datetime.combine(day, time.min, SHANGHAI) for day in (period.start, period.end))  # type: ignore[return-value]


def budgets(bureau: Bureau, year: int) -> tuple[int | None, dict[int, int]]:
    """Minutes a unit may be asked for in a year: the bureau's (or its pack's), and those of single units. One query."""
    general, single = None, dict[int, int]()
    for org, minutes in Budget.objects.filter(bureau=bureau, year=year).values_list("org_id", "minutes"):
        if org is None:
            general = minutes
        else:
            single[org] = minutes
    if general is None:
        general = section_on(bureau, date(year, 12, 31)).budget_minutes
    return general, single


def used(bureau_id: int, year: int, units: Collection[int] | None = None) -> dict[int, int]:
    """Minutes each unit has been asked for in a year: what was said at sending, or what it took where that was more.

    Withdrawn ones do not count. One query.
    """
    first, last = year_of(year)
    rows = Return.objects.filter(
        request__bureau=bureau_id,
        request__status__in=(Status.OUT, Status.CLOSED),
        request__sent_at__gte=first,
        request__sent_at__lt=last,
    )
    if units is not None:
        rows = rows.filter(org__in=units)
    return dict(rows.order_by().values_list("org").annotate(n=Sum(BOOKED)))


def over_budget(request: Request, minutes: Mapping[int, int], on: date) -> list[rules.Over]:
    """Units whose year would cost more than allowed with their ``minutes`` of this request, the fullest first. Three queries."""
    general, single = budgets(request.bureau, on.year)
    if general is None and not single:
        return []
    had = used(request.bureau_id, on.year, list(minutes))
    names = dict(Org.objects.filter(pk__in=list(minutes)).values_list("pk", "name"))
    found = []
    for pk, asked in minutes.items():
        budget = single.get(pk, general)
        if budget is not None and had.get(pk, 0) + asked > budget:
            found.append(rules.Over(names[pk], had.get(pk, 0), asked, budget))
    return sorted(found, key=lambda over: over.budget - over.used)


# Before sending.


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """One column before sending: the field that fills it, else None, who asked for it last, and what becomes of held values
    under the superior's list."""

    column: Asked
    field: Any
    proposed: Any
    before: Request | None
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What an asker sees before anything is sent."""

    columns: list[ColumnCheck]
    parts: list[Part]
    units: list[int]
    cost: rules.Cost
    earlier: list[Earlier]
    over: list[rules.Over]
    ready: Verdict
    twice: str = ""

    @property
    def first(self) -> Request | None:
        """The first request that is the same table."""
        return next((found.request for found in self.earlier if found.same), None)

    @property
    def continues(self) -> Request | None:
        """The latest request that is the same table of another period."""
        return next((found.request for found in reversed(self.earlier) if found.continued), None)

    @property
    def minutes(self) -> dict[int, int]:
        """Minutes of each unit."""
        return dict(zip(self.units, self.cost.each, strict=True))

    @property
    def held(self) -> list[ColumnCheck]:
        """Columns the platform fills itself."""
        return [one for one in self.columns if one.field]

    @property
    def asked(self) -> list[ColumnCheck]:
        """Columns nobody holds: these are typed."""
        return [one for one in self.columns if not one.field and one.column.type not in rules.UNASKED]


def check(request: Request, on: date, withheld: Mapping[str, str] | None = None) -> Check:
    """Everything known about a draft on a day; ``withheld``: what who looks may not ask for. A fixed number of queries."""
    columns, parts = columns_of(request), list(request.parts.order_by("place"))
    units = audience(request, on)
    section = section_on(request.bureau, on)
    known = fields.known(request.about)
    before = earlier(request, columns, parts, units, on=on, section=section)
    askers_of = asked_before(request, units) if columns else {}
    lists = prefill.listed(request, columns, units, on)
    told = [
        ColumnCheck(
            column,
            known.get(column.field),
            known.get(column.proposed) if not column.field else None,
            askers_of.get(column.field or fields.key_of(column.title)) if column.type not in rules.UNASKED else None,
            rules.listed_words(lists[column.place].under, lists[column.place].left) if column.place in lists else "",
        )
        for column in columns
    ]
    asked = [column for column in columns if column.type not in rules.UNASKED]
    held = sum(1 for column in asked if column.field in known)
    people = _people(request, units, on)
    cost = rules.cost_of(
        section,
        typed=len(asked) - held,
        held=held,
        rows=[1 if people is None else len(people[pk]) for pk in units],
        parts=len(parts),
    )
    over = over_budget(request, dict(zip(units, cost.each, strict=True)), on)
    ready = rules.can_be_sent(
        request, columns=columns, parts=len(parts), units=len(units), on=on, withheld=withheld or {}
    )
    return Check(told, parts, units, cost, before, over, ready, _twice(units, people, on))


def _people(request: Request, units: Collection[int], on: date) -> dict[int, list[Person]] | None:
    """Whom the rows of each unit are about; None where rows are not of people."""
    if request.about not in fields.PEOPLE or request.kind == Request.Kind.REPORT:
        return None
    return prefill.people_of(units, request.about, prefill.day_for(request, on))


def _twice(units: Collection[int], people: dict[int, list[Person]] | None, on: date) -> str:
    """What is said where a unit and a body that lives in it are both asked. One query."""
    both = Hosting.objects.filter(orgs.on_day(on), org__in=units, unit__in=units)
    rows = [person.pk for some in (people or {}).values() for person in some]
    return rules.asked_twice(both.values("org").distinct().count(), len(rows) - len(set(rows)))


def columns_of(request: Request) -> list[Asked]:
    """The columns in the order they stand. One query."""
    return list(request.columns.order_by("place"))


def withheld_from(user: Any, request: Request, at: Org | None = None) -> dict[str, str]:
    """What of the columns is not the user's to ask for (``at``: to see at a unit), by field, each with why. Two queries,
    one where no column is such."""
    codes = set(request.columns.exclude(field="").values_list("field", flat=True))
    return fields.withheld(user, request.about, at or request.asker, among=codes)


def may_allow(request: Request, account: int, on: date) -> Verdict:
    """Whether this account may let the draft go beyond the budget, and if not, who may (A19)."""
    wrote = audit.who_did(Ref.to(request), *WROTE)
    if account not in wrote:
        return rules.can_allow(request, own=False, others=())
    return rules.can_allow(request, own=True, others=access.names_over(request.asker, rules.BUDGET, on, but=wrote))


def period_of(request: Request) -> Period:
    """The half-year a report is about: the one its day lies in."""
    return Period.covering("half", request.as_of)


def sent_on(request: Request) -> date | None:
    """The day a request went out."""
    return day_of(request.sent_at) if request.sent_at else None
