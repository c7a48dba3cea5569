"""Mass organisations of a school: leaders, strength as of a day (A29)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import MASS_KINDS, Hosting, Org
from hongzhu.core.people.models import Post, PostKind
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Strength
from hongzhu.kit.perms import Perm

LEADERS = (PostKind.UNION_CHAIR, PostKind.LEAGUE_SECRETARY, PostKind.PIONEER_COUNSELLOR)


def visible_to(user: Any) -> QuerySet[Org]:
    return access.orgs_where(user, rules.VIEW).filter(kind__in=MASS_KINDS)


def open_mass(user: Any, pk: int, perm: Perm = rules.VIEW) -> Org:
    """The door of one mass organisation."""
    org: Org = get_object_or_404(visible_to(user), pk=pk)
    access.check(user, perm, org)
    return org


@dataclass(frozen=True, slots=True)
class Mass:
    """One mass organisation on a day: where it lives, who leads it, how many belong to it as last stated."""

    org: Org
    unit: str
    leaders: str
    count: int | None
    stated_on: date | None


def on_day(user: Any, on: date, *, kind: str = "", text: str = "") -> list[Mass]:
    """Mass organisations of the user's part. Three queries."""
    stated = Strength.objects.filter(org=OuterRef("pk"), on__lte=on).order_by("-on")
    hosts = Hosting.objects.filter(orgs.on_day(on), org=OuterRef("pk")).order_by("id")
    rows = (
        visible_to(user)
        .filter(orgs.existing(on))
        .annotate(
            count_n=Subquery(stated.values("count")[:1]),
            count_on=Subquery(stated.values("on")[:1]),
            unit_name=Subquery(hosts.values("unit__name")[:1]),
        )
    )
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(name__icontains=text)
    bodies = list(rows)
    leaders: dict[int, list[str]] = defaultdict(list)
    posts = Post.objects.filter(orgs.on_day(on), org__in=[org.pk for org in bodies]).select_related("person")
    for post in posts.order_by("from_on", "id"):
        leaders[post.org_id].append(post.person.name)
    return [
        Mass(org, org.unit_name or "", "、".join(leaders[org.pk]), org.count_n, org.count_on)  # zh: a list of names
        for org in bodies
    ]
