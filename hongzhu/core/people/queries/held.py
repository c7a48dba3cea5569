"""What the rooms of persons hold for tables that would otherwise ask for it: figures of a body, facts of a person.

A figure that rests on something not on file for everybody (sex, birthday, education) is left out: missing is not zero.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, Count, DateField, F, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import PARTY_KINDS, Kind
from hongzhu.core.people.models import Engagement, Membership, Person, Post, PostKind, Standing

from .identity import age_on

_Ed = Person.Education
PARTY = (Standing.FULL, Standing.PROBATIONARY)
BACHELOR = (_Ed.BACHELOR, _Ed.MASTER, _Ed.DOCTOR)
COLLEGE = (_Ed.COLLEGE, *BACHELOR)
COMMITTEE = (
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE,
    PostKind.COMMITTEE_MEMBER,
)  # fmt: skip
YOUNG = 35  # at most: the usual line of the Party's statistics
OLD = 60

# Columns of the one query, by number; each part fills those it has.
NUMBERS, NAMES = 16, 8
_HOSTED = "org__hostings__unit"
_ABOVE = "org__superiors__superior"
_TWICE_ABOVE = f"{_ABOVE}__superiors__superior"


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``people.*`` of bodies as of a day: a Party body with those under it, a unit by the bodies that live in it. One query."""
    wanted = list(ids)
    parts = _parts(wanted, on)
    sums: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    for body, part, *columns in parts[0].union(*parts[1:], all=True):
        row = sums[body].setdefault(part, [0] * NUMBERS)
        row[:NUMBERS] = [before + now for before, now in zip(row, columns[:NUMBERS], strict=False)]
        row[NUMBERS:] = columns[NUMBERS:]
    return {
        body: {code: value for code, value in _told(found).items() if code in codes and value not in (None, "")}
        for body, found in sums.items()
    }


def _parts(ids: list[int], on: date) -> list[QuerySet[Any, Any]]:
    """Members, staff and posts by body: its own, of what it hosts, and of the two levels that belong to it."""
    member, post = Membership.objects.filter(orgs.on_day(on)), Post.objects.filter(orgs.on_day(on), acting=False)
    hosted = orgs.on_day(on, "org__hostings__") & Q(**{f"{_HOSTED}__in": ids}, org__kind__in=PARTY_KINDS)
    alone = ~Q(org__kind=Kind.JOINT_BRANCH)  # its members are of several units: nobody's figure alone
    below = orgs.on_day(on, "org__superiors__") & Q(**{f"{_ABOVE}__in": ids, "org__superiors__relation": "BELONGS"})
    under = orgs.on_day(on, f"{_ABOVE}__superiors__") & orgs.on_day(on, "org__superiors__") & Q(
        **{
            f"{_TWICE_ABOVE}__in": ids, f"{_ABOVE}__superiors__relation": "BELONGS", "org__superiors__relation": "BELONGS",
        }
    )  # fmt: skip
    staff = Engagement.objects.filter(orgs.on_day(on), relation=Engagement.Relation.WORKPLACE, unit__in=ids).exclude(
        reason=Engagement.Reason.RETIRED
    )
    members, secretary = _members(on), Q(kind=PostKind.SECRETARY)
    days = Min("from_on", filter=secretary), Min("person__born_on", filter=secretary)
    return [
        _shaped(member.filter(org__in=ids), "org", "members", members),
        _shaped(member.filter(hosted, alone), _HOSTED, "members", members),
        _shaped(member.filter(below), _ABOVE, "members", members),
        _shaped(member.filter(under), _TWICE_ABOVE, "members", members),
        _shaped(staff, "unit", "staff", _staff(on)),
        _shaped(post.filter(org__in=ids), "org", "posts", _posts(), _names(), days=days),
        _shaped(post.filter(hosted, alone), _HOSTED, "hosted", _posts(), _names(), days=days),
    ]


def _shaped(
    rows: QuerySet[Any], key: str, part: str, numbers: dict[str, Any], names: dict[str, Any] | None = None, *,
    days: tuple[Any, Any] | None = None,
) -> QuerySet[Any, Any]:  # fmt: skip
    """One part of the union: body, part, sixteen numbers, eight names, two days."""
    since, born = days or (Cast(Value(None), DateField()), Cast(Value(None), DateField()))
    counted = dict(zip((f"n{n}" for n in range(NUMBERS)), numbers.values(), strict=False))
    counted |= {f"n{n}": Value(0) for n in range(len(numbers), NUMBERS)}
    words = dict(zip((f"t{n}" for n in range(NAMES)), (names or {}).values(), strict=False))
    words |= {f"t{n}": Value("", output_field=CharField()) for n in range(len(names or {}), NAMES)}
    made: QuerySet[Any, Any] = (
        rows.order_by().values(body=F(key)).annotate(part=Value(part), **counted, **words, d0=since, d1=born)
        .values_list("body", "part", *(f"n{n}" for n in range(NUMBERS)), *(f"t{n}" for n in range(NAMES)), "d0", "d1")
    )  # fmt: skip
    return made


def born_after(on: date, years: int) -> date:
    """Who is at most ``years`` old on a day was born after this one."""
    year = max(on.year - years - 1, 1)
    leap = (on.month, on.day) == (2, 29) and not calendar.isleap(year)
    return date(year, on.month, 28 if leap else on.day)


def _members(on: date) -> dict[str, Any]:
    party = Q(standing__in=PARTY)

    def many(condition: Q) -> Count:
        return Count("pk", filter=condition)

    return {
        "full": many(Q(standing=Standing.FULL)),
        "probationary": many(Q(standing=Standing.PROBATIONARY)),
        "activists": many(Q(standing=Standing.ACTIVIST)),
        "retired": many(party & Q(retired=True)),
        "left_out": many(party & ~Q(left_out="")),
        "women": many(party & Q(person__sex=Person.Sex.FEMALE)),
        "minority": many(party & ~Q(person__ethnic__in=("", "汉族", "汉"))),  # zh: the majority's name in the register
        "young": many(party & Q(person__born_on__gt=born_after(on, YOUNG))),
        "old": many(party & Q(person__born_on__lte=born_after(on, OLD - 1))),
        "bachelor": many(party & Q(person__education__in=BACHELOR)),
        "college": many(party & Q(person__education__in=COLLEGE)),
        "no_sex": many(party & Q(person__sex=Person.Sex.UNKNOWN)),
        "no_ethnic": many(party & Q(person__ethnic="")),
        "no_birthday": many(party & Q(person__born_on__isnull=True)),
        "no_education": many(party & Q(person__education="")),
    }


def _staff(on: date) -> dict[str, Any]:
    return {
        "staff": Count("person", distinct=True),
        "women": Count("person", filter=Q(person__sex=Person.Sex.FEMALE), distinct=True),
        "no_sex": Count("person", filter=Q(person__sex=Person.Sex.UNKNOWN), distinct=True),
        "young": Count("person", filter=Q(person__born_on__gt=born_after(on, YOUNG)), distinct=True),
        "no_birthday": Count("person", filter=Q(person__born_on__isnull=True), distinct=True),
        "bachelor": Count("person", filter=Q(person__education__in=BACHELOR), distinct=True),
        "no_education": Count("person", filter=Q(person__education=""), distinct=True),
    }


_NAMED = (
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE,
    PostKind.PRINCIPAL,
)  # fmt: skip


def _posts() -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "committee": Count("person", filter=Q(kind__in=COMMITTEE), distinct=True),
        "secretary_id": Coalesce(Min("person", filter=Q(kind=PostKind.SECRETARY)), 0),
        "principal_id": Coalesce(Min("person", filter=Q(kind=PostKind.PRINCIPAL)), 0),
    }
    numbers |= {f"n_{kind}": Count("person", filter=Q(kind=kind), distinct=True) for kind in _NAMED}
    return numbers


def _names() -> dict[str, Any]:
    """Names by post, then sex and education of the secretary."""
    named = {str(kind): Coalesce(Min("person__name", filter=Q(kind=kind)), Value("")) for kind in _NAMED}
    secretary = Q(kind=PostKind.SECRETARY)
    return named | {
        "secretary_sex": Coalesce(Min("person__sex", filter=secretary), Value("")),
        "secretary_education": Coalesce(Min("person__education", filter=secretary), Value("")),
    }


_NUMBERS_OF = {"members": tuple(_members(date.max)), "staff": tuple(_staff(date.max)), "posts": tuple(_posts())}


def _told(found: dict[str, list[Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if "members" in found:
        told |= _of_members(dict(zip(_NUMBERS_OF["members"], found["members"], strict=False)))
    if "staff" in found:
        staff = dict(zip(_NUMBERS_OF["staff"], found["staff"], strict=False))
        told["staff"] = staff["staff"]
        for code, lacking in (("women", "no_sex"), ("young", "no_birthday"), ("bachelor", "no_education")):
            told[f"staff_{code}"] = None if staff[lacking] else staff[code]
    own, hosted = _holders(found.get("posts")), _holders(found.get("hosted"))
    party = own if own.get("n_SECRETARY") or not hosted else hosted
    told |= {
        "secretary": party.get(PostKind.SECRETARY),
        "secretary_since": party.get("since"),
        "secretary_sex": party.get("sex"),
        "secretary_born_on": party.get("born_on"),
        "secretary_education": party.get("education"),
        "deputy_secretary": party.get(PostKind.DEPUTY_SECRETARY),
        "organiser": party.get(PostKind.ORGANISER),
        "publicity": party.get(PostKind.PUBLICITY),
        "discipline": party.get(PostKind.DISCIPLINE),
        "committee": party.get("committee") or None,
        "principal": own.get(PostKind.PRINCIPAL),
        "combined": _combined(party, own),
    }
    return {f"people.{code}": value for code, value in told.items()}


def _of_members(row: dict[str, int]) -> dict[str, Any]:
    party = row["full"] + row["probationary"]
    told: dict[str, Any] = {"members": party, "working": party - row["retired"]}
    told |= {code: row[code] for code in ("full", "probationary", "activists", "retired", "left_out")}
    for code, lacking in (
        ("women", "no_sex"), ("minority", "no_ethnic"), ("young", "no_birthday"), ("old", "no_birthday"),
        ("bachelor", "no_education"), ("college", "no_education"),
    ):  # fmt: skip
        told[code] = None if row[lacking] else row[code]
    told["men"] = None if told["women"] is None else party - told["women"]
    return told


def _holders(row: list[Any] | None) -> dict[str, Any]:
    """Posts of one body: how many hold each, and by name where it is one alone."""
    if row is None:
        return {}
    found: dict[str, Any] = dict(zip(_NUMBERS_OF["posts"], row, strict=False))
    for place, kind in enumerate(_NAMED):
        found[kind] = row[NUMBERS + place] if found[f"n_{kind}"] == 1 else None
    if found["n_SECRETARY"] == 1:
        sex, education = row[NUMBERS + len(_NAMED) : NUMBERS + NAMES]
        found["sex"] = str(Person.Sex(sex).label) if sex != Person.Sex.UNKNOWN else None
        found["education"] = str(Person.Education(education).label) if education else None
        found["since"], found["born_on"] = row[NUMBERS + NAMES :]
    return found


def _combined(party: dict[str, Any], unit: dict[str, Any]) -> str | None:
    """一肩挑: whether secretary and principal are one person; None unless both posts have one holder."""
    if party.get("n_SECRETARY") != 1 or unit.get("n_PRINCIPAL") != 1:
        return None
    return "是" if party["secretary_id"] == unit["principal_id"] else "否"  # zh: a value of a table


# Persons


def held_by_persons(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``people.*`` of persons as of a day. Four queries: the person, memberships, places, posts."""
    wanted = list(ids)
    told: dict[int, dict[str, Any]] = {
        person.pk: _of_person(person, on) for person in Person.objects.filter(pk__in=wanted)
    }
    rows = Membership.objects.filter(orgs.on_day(on), person__in=wanted, standing__in=(*PARTY, Standing.ACTIVIST))
    for row in rows.select_related("org").order_by("from_on", "pk"):
        told[row.person_id] |= _of_membership(row, on)
    places = Engagement.objects.filter(orgs.on_day(on), person__in=wanted).select_related("unit").order_by("from_on")
    for place in places:
        own = place.relation == Engagement.Relation.PERSONNEL
        told[place.person_id]["personnel" if own else "workplace"] = place.unit.name
        if not own:
            told[place.person_id]["placed_as"] = str(place.get_reason_display())
    held: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(orgs.on_day(on), person__in=wanted).order_by("from_on", "pk"):
        held[post.person_id].append(post)
    for person, posts in held.items():
        told[person] |= _of_posts(posts)
    return {
        pk: {
            code: value
            for name, value in row.items()
            if (code := f"people.{name}") in codes and value not in (None, "")
        }
        for pk, row in told.items()
    }


def _of_person(person: Person, on: date) -> dict[str, Any]:
    return {
        "name": person.name,
        "sex": str(person.get_sex_display()) if person.sex != Person.Sex.UNKNOWN else None,
        "ethnic": person.ethnic,
        "born_on": person.born_on,
        "age": age_on(person.born_on, on) if person.born_on else None,
        "education": str(person.get_education_display()) if person.education else None,
        "subject": person.subject,
        "staff_no": person.staff_no,
    }


def _of_membership(row: Membership, on: date) -> dict[str, Any]:
    party = row.standing in PARTY
    return {  # zh: values of a table
        "standing": str(row.get_standing_display()),
        "working_or_retired": ("离退休" if row.retired else "在职") if party else None,
        "relation": str(row.get_left_out_display()) if row.left_out else "正常",
        "body": row.org.name,
        "joined_on": row.joined_on if party else None,
        "full_on": row.full_on if row.standing == Standing.FULL else None,
        "party_age": age_on(row.joined_on, on) if row.standing == Standing.FULL and row.joined_on else None,
        "member_here_since": row.from_on,
    }


def _of_posts(posts: list[Post]) -> dict[str, Any]:
    acting = "（主持工作）"  # zh: a value of a table
    words = [f"{one.get_kind_display()}{acting if one.acting else ''}" for one in posts]
    return {
        "posts": "、".join(dict.fromkeys(words)),  # zh: a list in a table
        "post_since": min(one.from_on for one in posts),
    }
