"""What the registers hold for tables that would otherwise ask for it: honours, contacts, titles. One query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, DateField, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Engagement
from hongzhu.core.registers.models import Contact, Honour, Title

_Level = Honour.Level
HIGH = (_Level.NATIONAL, _Level.PROVINCIAL, _Level.CITY)
RANKS = (Title.Kind.SENIOR, Title.Kind.FULL_SENIOR)


def _granted(on: date) -> Q:
    return Q(granted_on__lte=on) & (Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``registers.*`` of bodies as of a day. One query.

    Honours are known in full, so none is 0; a contact or a holder of a title that is not on file is left out.
    """
    wanted = list(ids)
    this_year = Q(granted_on__gte=date(on.year, 1, 1))
    parts = [
        _shaped(
            Honour.objects.filter(_granted(on), org__in=wanted), "org", "honours",
            (Count("pk"), Count("pk", filter=this_year), Count("pk", filter=Q(level__in=HIGH))),
        ),
        _shaped(
            Contact.objects.filter(orgs.on_day(on), body__in=wanted, scheme=Contact.Scheme.CONTACT), "body", "contact",
            (Count("person", distinct=True),), name=Min("person__name"),
        ),
        _shaped(
            Title.objects.filter(
                orgs.on_day(on), orgs.on_day(on, "person__engagements__"), person__engagements__unit__in=wanted,
                person__engagements__relation=Engagement.Relation.PERSONNEL,
            ), "person__engagements__unit", "titles",
            tuple(_holders(kinds) for kinds in (
                (Title.Kind.BACKBONE,), (Title.Kind.SUBJECT_LEADER,), (Title.Kind.MASTER_TEACHER,), RANKS,
            )),
        ),
    ]  # fmt: skip
    told: dict[int, dict[str, Any]] = {
        pk: dict.fromkeys(("honours", "honours_year", "honours_high"), 0) for pk in wanted
    }
    for body, part, n0, n1, n2, n3, name, last in parts[0].union(*parts[1:], all=True):
        if part == "honours":
            told[body] |= {"honours": n0, "honours_year": n1, "honours_high": n2, "last_honour": last}
        elif part == "contact":
            told[body]["contact"] = name if n0 == 1 else None
        else:
            told[body] |= {"backbone": n0 or None, "leaders": n1 or None, "masters": n2 or None, "seniors": n3 or None}
    return _chosen(told, codes)


def _holders(kinds: Collection[str]) -> Count:
    return Count("person", filter=Q(kind__in=list(kinds)), distinct=True)


def _shaped(
    rows: QuerySet[Any], key: str, part: str, numbers: tuple[Any, ...], *, name: Any = None
) -> QuerySet[Any, Any]:
    """One part of the union: body, part, four numbers, a name, a day."""
    counted = {f"n{place}": numbers[place] if place < len(numbers) else Value(0) for place in range(4)}
    last = Max("granted_on") if part == "honours" else Cast(Value(None), DateField())
    made: QuerySet[Any, Any] = (
        rows.order_by().values(about=F(key))
        .annotate(part=Value(part), **counted, name_=Coalesce(name, Value("")) if name else Value(""), last_=last)
        .values_list("about", "part", "n0", "n1", "n2", "n3", "name_", "last_")
    )  # fmt: skip
    return made


def held_by_persons(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``registers.*`` of persons as of a day. Two queries."""
    wanted = list(ids)
    told: dict[int, dict[str, Any]] = {pk: {"person_honours": 0, "person_honours_year": 0} for pk in wanted}
    titles: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.filter(orgs.on_day(on), person__in=wanted).order_by("from_on", "pk"):
        titles[title.person_id].append(title)
    for person, held in titles.items():
        names = [one.name or str(one.get_kind_display()) for one in held]
        ranks = [one for one in held if one.kind in RANKS]
        told[person] |= {
            "person_titles": "、".join(dict.fromkeys(names)),  # zh: a list in a table
            "title_since": held[-1].from_on,
            "rank": str(ranks[-1].get_kind_display()) if ranks else None,
            "rank_since": ranks[-1].from_on if ranks else None,
        }
    honours = Honour.objects.filter(_granted(on), person__in=wanted).order_by("granted_on", "pk")
    for honour in honours:
        row = told[honour.person_id or 0]
        row["person_honours"] += 1
        row["person_honours_year"] += honour.granted_on.year == on.year
        row["person_last_honour"] = honour.title
    return _chosen(told, codes)


def _chosen(told: dict[int, dict[str, Any]], codes: Collection[str]) -> dict[int, dict[str, Any]]:
    return {
        pk: {
            code: value
            for name, value in row.items()
            if (code := f"registers.{name}") in codes and value not in (None, "")
        }
        for pk, row in told.items()
    }
