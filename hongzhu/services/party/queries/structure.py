"""B38: members of a branch, those with titles, those in posts. One person may count in several; never a partition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Post, PostKind
from hongzhu.core.registers.models import Honour, Title
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.pack.life import Structure

from . import roster


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing a member may have beside others: how many have it; ``has`` opens them in the roster."""

    title: str
    count: int
    has: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How many members a body has on a day, how many hold any of the titles, how many any of the posts."""

    members: int = 0
    titled: int = 0
    in_posts: int = 0


def has_titles(spec: Structure, kinds: Iterable[str] = ()) -> str:
    return f"TITLE:{'+'.join(kinds or spec.titles)}@{','.join(spec.levels)}"


def has_posts(spec: Structure, kinds: Iterable[str] = ()) -> str:
    return f"POST:{'+'.join(kinds or spec.posts)}"


def titled_on(spec: Structure, on: date) -> QuerySet[Title]:
    return Title.objects.filter(orgs.on_day(on), kind__in=spec.titles, level__in=spec.levels)


def in_posts_on(spec: Structure, on: date) -> QuerySet[Post]:
    return Post.objects.filter(orgs.on_day(on), kind__in=spec.posts)


def shapes(among: Iterable[int], spec: Structure, on: date) -> dict[int, Shape]:
    """body → its three counts on a day; bodies without members are left out. Three queries for any number of bodies."""
    here = roster.members(among, on).order_by().values_list("org")
    everybody = dict(here.annotate(n=Count("person", distinct=True)))
    with_titles = here.filter(person__in=titled_on(spec, on).values("person"))
    titled = dict(with_titles.annotate(n=Count("person", distinct=True)))
    with_posts = here.filter(person__in=in_posts_on(spec, on).values("person"))
    posted = dict(with_posts.annotate(n=Count("person", distinct=True)))
    return {pk: Shape(number, titled.get(pk, 0), posted.get(pk, 0)) for pk, number in everybody.items()}


def attributes(org: int, spec: Structure, on: date) -> list[Attribute]:
    """Each title and each post of the line with how many members hold it. Two queries."""
    people = roster.members([org], on).values("person")
    titles = dict(
        titled_on(spec, on).filter(person__in=people).order_by().values_list("kind")
        .annotate(n=Count("person", distinct=True))
    )  # fmt: skip
    posts = dict(
        in_posts_on(spec, on).filter(person__in=people).order_by().values_list("kind")
        .annotate(n=Count("person", distinct=True))
    )  # fmt: skip
    return [
        *(
            Attribute(str(Title.Kind(kind).label), titles.get(kind, 0), has_titles(spec, [kind]))
            for kind in spec.titles
        ),
        *(Attribute(str(PostKind(kind).label), posts.get(kind, 0), has_posts(spec, [kind])) for kind in spec.posts),
    ]


@in_chinese
def shapes_xlsx(title: str, rows: Iterable[tuple[int, str, Shape]], spec: Structure) -> bytes:
    """One line for each body. Columns overlap: there is no total of a row."""
    stop = _("、")
    titles = stop.join(str(Title.Kind(kind).label) for kind in spec.titles)
    posts = stop.join(str(PostKind(kind).label) for kind in spec.posts)
    header = [_("序号"), _("党组织"), _("党员数"), titles, posts]
    told = [
        (number, name, shape.members, shape.titled, shape.in_posts)
        for number, (_pk, name, shape) in enumerate(rows, start=1)
    ]
    return write_xlsx(
        title, header, told, notes=[_("一名党员可以同时持有几项称号、担任几项职务，各列各计各的，不能相加。")]
    )


@in_chinese
def line(shape: Shape, spec: Structure) -> str:
    """The structure line as reports print it: 党员24名；市级、县（区）级学科带头人、骨干教师、教学能手8人；担任…18人."""
    stop = _("、")
    told = {
        "members": shape.members,
        "levels": stop.join(str(Honour.Level(level).label) for level in spec.levels),
        "titles": stop.join(str(Title.Kind(kind).label) for kind in spec.titles),
        "titled": shape.titled,
        "posts": stop.join(str(PostKind(kind).label) for kind in spec.posts),
        "in_posts": shape.in_posts,
    }
    return (
        _(
            "党员%(members)s名，其中%(levels)s%(titles)s%(titled)s人，担任%(posts)s等工作%(in_posts)s人（一人可同时计入几项）。"
        )
        % told
    )
