"""Cadre moves (A21), structure before and after, and the list of candidates. What is not public stays with the office."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Person, Post, PostKind
from hongzhu.core.policies import queries as policies
from hongzhu.services.party import rules
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.engine.cadres import BANDS, band_of
from hongzhu.services.party.models import CadreMove, Reserve

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
    return rows.select_related("person", "from_org", "to_org", "bureau").order_by("-effective_on", "-id")


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
    """One band of age, or one sex: how many cadres before and after."""

    title: str
    before: int
    after: int


def structure(bureau: int, before: date, after: date) -> list[StructureLine]:
    """Cadres in post on two days, by age and sex; each person once. Subjects are not held, so they are not shown."""
    then, now = _people(bureau, before), _people(bureau, after)
    ages, sexes = (_ages(then, before), _ages(now, after)), (_sexes(then), _sexes(now))
    lines = [StructureLine(_("合计"), len(then), len(now))]
    lines += [StructureLine(_age_word(band), ages[0][band], ages[1][band]) for band in (*BANDS, None)]
    lines += [StructureLine(str(Person.Sex(sex).label), sexes[0][sex], sexes[1][sex]) for sex in ("1", "2", "0")]
    return [line for line in lines if line.before or line.after]


def _people(bureau: int, on: date) -> list[Person]:
    held = Post.objects.filter(orgs.on_day(on), org__bureau=bureau, kind__in=CADRES).values("person")
    return list(Person.objects.filter(pk__in=held).only("sex", "born_on"))


def _ages(people: list[Person], on: date) -> Counter[tuple[int, int] | None]:
    return Counter(band_of(one.born_on, on) for one in people)


def _sexes(people: list[Person]) -> Counter[str]:
    return Counter(one.sex for one in people)


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
