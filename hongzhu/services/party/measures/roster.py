"""What the roster publishes (B38): members of a body, those with titles, those in posts, on the last day of a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Membership, Post, Standing
from hongzhu.core.registers.models import Title
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row

PARTY = (Standing.FULL, Standing.PROBATIONARY)


def _codes(text: str) -> list[str]:
    return [code for code in text.split(",") if code]


def _counted(rows: QuerySet[Membership]) -> Iterable[Row]:
    told = rows.order_by().values("org").annotate(n=Count("person", distinct=True))
    return [Row(org_id=row["org"], value=row["n"]) for row in told]


def member_rows(scope: Any, period: Period, known_at: datetime) -> QuerySet[Membership]:
    """Full and probationary members of the scope's bodies on the period's last day."""
    found = Membership.objects.filter(orgs.on_day(period.last_day), scope.orgs("org"), standing__in=PARTY)
    return found.select_related("person", "org").order_by("org__sort", "org_id", "person__search_key", "pk")


@registry.measure("party.members", title=_("党员"), unit=_("名"), basis=_("淮北，清单 B38"), rows=member_rows)
def members(scope: Any, period: Period, known_at: datetime) -> Iterable[Row]:
    """How many members each body has on the period's last day."""
    return _counted(member_rows(scope, period, known_at))


def titled_rows(
    scope: Any, period: Period, known_at: datetime, *, kinds: str = "", levels: str = ""
) -> QuerySet[Membership]:
    """Members who hold on that day one or more of the titles (codes with commas, "" for all), of one of the levels."""
    titles = Title.objects.filter(orgs.on_day(period.last_day))
    if kinds:
        titles = titles.filter(kind__in=_codes(kinds))
    if levels:
        titles = titles.filter(level__in=_codes(levels))
    return member_rows(scope, period, known_at).filter(person__in=titles.values("person"))


@registry.measure(
    "party.titled", title=_("持有专业称号的党员"), unit=_("人"), basis=_("淮北，清单 B38；一人持有几项只计一次"),
    rows=titled_rows,
)  # fmt: skip
def titled(scope: Any, period: Period, known_at: datetime, *, kinds: str = "", levels: str = "") -> Iterable[Row]:
    """Members with at least one of the titles; one who holds several counts once."""
    return _counted(titled_rows(scope, period, known_at, kinds=kinds, levels=levels))


def in_posts_rows(scope: Any, period: Period, known_at: datetime, *, kinds: str = "") -> QuerySet[Membership]:
    """Members who hold on that day one or more of the posts, wherever."""
    posts = Post.objects.filter(orgs.on_day(period.last_day))
    if kinds:
        posts = posts.filter(kind__in=_codes(kinds))
    return member_rows(scope, period, known_at).filter(person__in=posts.values("person"))


@registry.measure(
    "party.in_posts", title=_("担任有关职务的党员"), unit=_("人"), basis=_("淮北，清单 B38；一人担任几职只计一次"),
    rows=in_posts_rows,
)  # fmt: skip
def in_posts(scope: Any, period: Period, known_at: datetime, *, kinds: str = "") -> Iterable[Row]:
    """Members with at least one of the posts; one who holds several counts once."""
    return _counted(in_posts_rows(scope, period, known_at, kinds=kinds))
