"""Cadre moves (A21), structure before and after, and the list of candidates. What is not public stays with the office."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import UNIT_KINDS, Bureau, Hosting, Kind, Org
from hongzhu.core.people.models import Person, Post, PostKind
from hongzhu.core.people.queries.words import SUBJECTS
from hongzhu.core.people.rules import HOLDING
from hongzhu.core.policies import queries as policies
from hongzhu.services.party import rules
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.engine.cadres import BANDS, band_of
from hongzhu.services.party.models import CadreMove, FurtherPost, Reserve

from . import sending
from .settings import sections_on

# Whose structure the page shows: heads and deputies of units and Party organisations.
CADRES = (
    PostKind.DIRECTOR, PostKind.DEPUTY_DIRECTOR, PostKind.SECTION_HEAD, PostKind.PRINCIPAL, PostKind.VICE_PRINCIPAL,
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.MIDDLE_MANAGER,
)  # fmt: skip


def visible_to(user: Any) -> QuerySet[CadreMove]:
    """All for the office; what has been publicised or taken effect for the others who read the whole bureau."""
    if not sending.office(user, rules.VIEW):
        return CadreMove.objects.none()
    rows = CadreMove.objects.filter(bureau=access.bureau_of(user))
    if not sending.office(user):
        rows = rows.filter(Q(posted_on__isnull=False) | Q(effective_on__isnull=False), voided_at__isnull=True)
    further = Prefetch("further", FurtherPost.objects.select_related("from_org", "to_org").order_by("pk"))
    rows = rows.select_related("person", "from_org", "to_org", "bureau").prefetch_related(further)
    # What is under way first: a descending day puts an empty one last on SQLite and first on PostgreSQL.
    return rows.order_by(F("effective_on").desc(nulls_first=True), "-id")


def open_move(user: Any, pk: int, *, change: bool = False) -> CadreMove:
    row: CadreMove = get_object_or_404(visible_to(user), pk=pk)
    if change:
        sending.require_office(user)
    return row


def narrowed(
    rows: QuerySet[CadreMove], *, kind: str = "", state: str = "", year: int | None = None, text: str = ""
) -> QuerySet[CadreMove]:
    """``state``: running, done, voided."""
    running = Q(voided_at__isnull=True, effective_on__isnull=True)
    states = {"running": running, "done": Q(effective_on__isnull=False), "voided": Q(voided_at__isnull=False)}
    if state in states:
        rows = rows.filter(states[state])
    if kind:
        rows = rows.filter(kind=kind)
    if year:
        rows = rows.filter(effective_on__year=year)
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text) | Q(to_org__name__icontains=text) | Q(from_org__name__icontains=text)
        )
    return rows


def leaves(move: CadreMove) -> list[tuple[Org, str]]:
    """The posts a move ends: its own, then those that go along."""
    own = [(move.from_org, move.from_post)] if move.from_org is not None and move.from_post else []
    return own + [(one.from_org, one.kind) for one in move.further.all()]


def takes(move: CadreMove) -> list[tuple[Org, str]]:
    """The posts a move begins."""
    own = [(move.to_org, move.to_post)] if move.to_org is not None and move.to_post else []
    return own + [(one.to_org, one.kind) for one in move.further.all() if one.to_org is not None]


def further_posts(person: Person, org: Org, kind: str, to_org: Org | None) -> list[Post]:
    """Posts that may go along when somebody leaves a post for ``to_org``, or for nothing: those at the same unit.

    At the unit itself, and at the Party organisations that live in it. None where somebody stays in the unit: there
    one post changes. Four queries at most.
    """
    units = _units_of(org)
    if to_org is not None and units & _units_of(to_org):
        return []
    there = Q(org__in=units) | Q(org__in=_living(units)) | Q(org=org)
    rows = Post.objects.filter(there, person=person, to_on__isnull=True).exclude(org=org, kind=kind)
    return list(rows.select_related("org").order_by("from_on", "pk"))


def landing(to_org: Org) -> tuple[list[Org], list[Org]]:
    """Where posts that go along may begin at ``to_org``: units, and the Party organisations that lead there.

    A unit with the highest Party organisations that live in it; a Party organisation with the units it lives in. One query.
    """
    if to_org.kind in UNIT_KINDS:
        found = list(Org.objects.filter(pk__in=_living({to_org.pk}), closed_on__isnull=True).order_by("sort", "pk"))
        first = next((kind for kind in RANK if any(one.kind == kind for one in found)), None)
        return [to_org], [one for one in found if one.kind == first]
    return list(Org.objects.filter(pk__in=_units_of(to_org)).order_by("sort", "pk")), [to_org]


# Highest first: a school's general branch leads its branches.
RANK = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH)


def _units_of(org: Org) -> set[int]:
    """The unit itself, or the units in which a Party organisation lives."""
    if org.kind in UNIT_KINDS:
        return {org.pk}
    return set(Hosting.objects.filter(org=org, to_on__isnull=True).values_list("unit", flat=True))


def _living(units: set[int]) -> QuerySet[Any, Any]:
    """Ids of the Party organisations that live in the units."""
    return Hosting.objects.filter(unit__in=units, to_on__isnull=True, org__kind__in=HOLDING).values("org")


def notices(bureau: Bureau) -> dict[int, When]:
    """Move → the last day of its notice: as stored, or reckoned now where it lay past the published calendar. Three queries."""
    rows = CadreMove.objects.filter(bureau=bureau, posted_on__isnull=False).order_by()
    told: dict[int, When] = {}
    waiting: list[tuple[int, Any]] = []
    for pk, posted_on, posted_to in rows.values_list("pk", "posted_on", "posted_to"):
        if posted_to is not None:
            told[pk] = When(posted_to)
        else:
            waiting.append((pk, posted_on))
    if waiting:
        calendar = policies.calendar(bureau)
        for (pk, day), part in zip(waiting, sections_on(bureau, [day for _pk, day in waiting]), strict=True):
            told[pk] = When(*calendar.add(day, part.sending.posting_days.value))
    return told


@dataclass(frozen=True, slots=True)
class StructureLine:
    """One band of age, one sex or one subject: how many cadres before and after. ``code`` opens who they are."""

    code: str
    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Cadre:
    """Somebody counted in the structure, with the posts that make them a cadre."""

    person: Person
    posts: list[Post]


EVERYBODY = "all"


def structure(bureau: int, before: date, after: date) -> list[StructureLine]:
    """Cadres in post on two days, by age, sex and subject taught; each person once. Two queries."""
    then, now = (Counter(code for one in _people(bureau, on) for code in _codes(one, on)) for on in (before, after))
    subjects = {code.removeprefix(_SUBJECT) for code in (*then, *now) if code.startswith(_SUBJECT)}
    told = [(EVERYBODY, _("合计"))]
    told += [(_age_code(band), _age_word(band)) for band in (*BANDS, None)]
    told += [(f"{_SEX}{sex}", str(Person.Sex(sex).label)) for sex in ("1", "2", "0")]
    told += [(f"{_SUBJECT}{subject}", _subject_word(subject)) for subject in sorted(subjects, key=_subject_order)]
    return [StructureLine(code, title, then[code], now[code]) for code, title in told if then[code] or now[code]]


def counted(bureau: int, code: str, on: date, text: str = "") -> list[Cadre]:
    """Who stands in one line of the structure on a day, by name; ``text`` narrows to a name. Two queries."""
    found = {one.pk: Cadre(one, []) for one in _people(bureau, on) if code in _codes(one, on) and text in one.name}
    held = Post.objects.filter(orgs.on_day(on), org__bureau=bureau, kind__in=CADRES).select_related("org")
    for post in held.order_by("org__sort", "org_id", "kind"):
        if post.person_id in found:
            found[post.person_id].posts.append(post)
    return sorted(found.values(), key=lambda cadre: (cadre.person.search_key, cadre.person.pk))


_AGE, _SEX, _SUBJECT = "age:", "sex:", "subject:"


def _codes(one: Person, on: date) -> tuple[str, ...]:
    """The lines a cadre is counted in."""
    return EVERYBODY, _age_code(band_of(one.born_on, on)), f"{_SEX}{one.sex}", f"{_SUBJECT}{one.subject}"


def _age_code(band: tuple[int, int] | None) -> str:
    return f"{_AGE}{band[0]}-{band[1]}" if band else _AGE


def title_of(code: str) -> str:
    """What a line is called; "" for a code that is none."""
    kind, _colon, rest = code.partition(":")
    if kind == "subject":
        return _subject_word(rest)
    bands = {_age_code(band): _age_word(band) for band in (*BANDS, None)}
    sexes = {f"{_SEX}{sex}": str(label) for sex, label in Person.Sex.choices}
    return ({EVERYBODY: _("合计")} | bands | sexes).get(code, "")


def _people(bureau: int, on: date) -> list[Person]:
    held = Post.objects.filter(orgs.on_day(on), org__bureau=bureau, kind__in=CADRES).values("person")
    return list(Person.objects.filter(pk__in=held).only("name", "search_key", "sex", "born_on", "subject"))


def _subject_order(subject: str) -> tuple[bool, int, str]:
    """The usual subjects in their usual order, then the others; last who has none on file."""
    return not subject, SUBJECTS.index(subject) if subject in SUBJECTS else len(SUBJECTS), subject


def _subject_word(subject: str) -> str:
    return _("任教%s") % subject if subject else _("任教学科未登记")


def _age_word(band: tuple[int, int] | None) -> str:
    if band is None:
        return _("年龄未填")
    low, high = band
    if not low:
        return _("%(age)s岁及以下") % {"age": high}
    return _("%(age)s岁及以上") % {"age": low} if high > 100 else _("%(low)s—%(high)s岁") % {"low": low, "high": high}


def reserves(user: Any) -> QuerySet[Reserve]:
    """The list of candidates, for the office alone."""
    if not sending.office(user):
        return Reserve.objects.none()
    rows = Reserve.objects.filter(bureau=access.bureau_of(user)).select_related("person")
    return rows.order_by("kind", "person__name", "id")


def open_reserve(user: Any, pk: int) -> Reserve:
    row: Reserve = get_object_or_404(reserves(user), pk=pk)
    return row


def narrowed_reserves(rows: QuerySet[Reserve], *, kind: str = "", state: str = "", text: str = "") -> QuerySet[Reserve]:
    if state in ("in", "out"):
        rows = rows.filter(to_on__isnull=state == "in")
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(person__name__icontains=text) if text else rows
