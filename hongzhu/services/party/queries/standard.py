"""支部标准·党员管理 (B02, member side): what a standard branch has in order, judged from the rows alone; nobody fills anything in.

Each point is met, not met (with how many rows are in the way) or does not apply. The bodies are told side by side and
are not ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Org
from hongzhu.core.people.models import Membership, Standing
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as dues_engine
from hongzhu.services.party.engine import precheck as engine
from hongzhu.services.party.models import Admission, Helper

from . import admission, dues_handing, life, settings, terms
from .precheck import PARTY, limits_on

# code → (what a standard branch has, short head of the column)
POINTS: dict[str, tuple[Any, Any]] = {
    "roster": (gettext_lazy("党员信息没有空缺"), gettext_lazy("信息")),
    "places": (gettext_lazy("组织关系只在一个党组织"), gettext_lazy("关系")),
    "contacts": (gettext_lazy("入党积极分子都有培养联系人"), gettext_lazy("联系人")),
    "probation": (gettext_lazy("预备期满的都已讨论转正"), gettext_lazy("转正")),
    "dues": (gettext_lazy("上季度的党费已经上缴"), gettext_lazy("党费")),
    "life": (gettext_lazy("上年度的民主评议已登记"), gettext_lazy("评议")),
    "term": (gettext_lazy("没有逾期未换届"), gettext_lazy("换届")),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of one branch: ``n`` None does not apply, 0 is met, else how many rows are in the way; where they are."""

    code: str
    n: int | None
    url: str

    @property
    def what(self) -> Any:
        return POINTS[self.code][0]

    @property
    def words(self) -> str:
        if self.n is None:
            return _("不适用")
        return _("差%(n)s") % {"n": self.n} if self.n else _("达标")


@dataclass(frozen=True, slots=True)
class Line:
    org: Org
    marks: tuple[Mark, ...]

    @property
    def lacking(self) -> int:
        """How many points are not met."""
        return sum(bool(mark.n) for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All branches of the user's part, and how many meet each point of those it applies to."""

    points: dict[str, tuple[Any, Any]]
    lines: tuple[Line, ...]

    @property
    def whole(self) -> int:
        """Branches with nothing lacking."""
        return sum(not line.lacking for line in self.lines)

    @property
    def tallied(self) -> list[tuple[str, Any, int, int]]:
        """(code, what, met, applies) for each point."""
        found = []
        for place, (code, (what, _head)) in enumerate(self.points.items()):
            judged = [line.marks[place].n for line in self.lines if line.marks[place].n is not None]
            found.append((code, what, judged.count(0), len(judged)))
        return found


def sheet(user: Any, bureau: Bureau, on: date) -> Sheet:
    """The branches the user may see, on a day. A fixed number of queries for any number of them.

    Who may not look at dues is not told of them.
    """
    points = {code: told for code, told in POINTS.items() if code != "dues" or access.may(user, rules.MONEY)}
    found = Org.objects.filter(access.within(user, rules.VIEW, ""), orgs.existing(on), kind__in=BRANCH_KINDS)
    rows = list(found.order_by("sort", "id"))
    members = Membership.objects.filter(orgs.on_day(on), org__in=[org.pk for org in rows], standing__in=PARTY)
    short: dict[str, dict[int, int | None]] = {
        "roster": _counted(rows, members.filter(_gaps())),
        "places": _counted(rows, _twice(members, on)),
        "contacts": _contacts(rows, on),
        "probation": _probation(rows, members, bureau, on),
        "dues": _dues(rows, on),
        "life": _life(rows, bureau, on),
        "term": _term(found, bureau, on),
    }
    urls = _urls(on)
    made = [Line(org, tuple(Mark(code, short[code].get(org.pk), urls[code](org)) for code in points)) for org in rows]
    return Sheet(points, tuple(made))


def _urls(on: date) -> dict[str, Callable[[Org], str]]:
    """Where the rows in the way are: the pages that list them, narrowed to the branch where they can be."""

    def narrowed(name: str, **asked: Any) -> Callable[[Org], str]:
        return lambda org: f"{reverse(name)}?{urlencode({**asked, 'q': org.name})}"

    return {
        "roster": narrowed("party:precheck", on=on.isoformat()),
        "places": narrowed("party:precheck", on=on.isoformat(), check="two"),
        "contacts": lambda org: f"{reverse('party:admission_list')}?{urlencode({'org': org.pk})}",
        "probation": narrowed("party:precheck", on=on.isoformat(), check="probation"),
        "dues": lambda _org: reverse("party:dues_handings"),
        "life": lambda org: reverse("party:life_branch", args=[org.pk, on.year - 1]),
        "term": narrowed("party:election_list"),
    }


def _counted(rows: Iterable[Org], found: QuerySet[Any]) -> dict[int, int | None]:
    """How many of these rows each body has; 0 where it has none. One query."""
    counts = dict(found.order_by().values_list("org").annotate(n=Count("person", distinct=True)))
    return {org.pk: counts.get(org.pk, 0) for org in rows}


def _gaps() -> Q:
    """A Party member of whom something the statistics ask is not filled in."""
    bare = Q(person__education="") | Q(person__ethnic="") | Q(person__sex="") | Q(person__born_on__isnull=True)
    return bare | Q(joined_on__isnull=True) | Q(standing=Standing.FULL, full_on__isnull=True)


def _twice(members: QuerySet[Membership], on: date) -> QuerySet[Membership]:
    """Members whose relation stands in another body too."""
    other = Membership.objects.filter(orgs.on_day(on), person=OuterRef("person"), standing__in=PARTY)
    return members.filter(Exists(other.exclude(org=OuterRef("org"))))


def _contacts(rows: Sequence[Org], on: date) -> dict[int, int | None]:
    """Activists on their way without anybody who accompanies them; a branch without activists is not asked. Two queries."""
    ids = [org.pk for org in rows]
    activists = Membership.objects.filter(orgs.on_day(on), org=OuterRef("org"), person=OuterRef("person"))
    ways = Admission.objects.filter(
        Exists(activists.filter(standing=Standing.ACTIVIST)), org__in=ids, outcome=Admission.Outcome.OPEN
    )
    helped = Helper.objects.filter(orgs.on_day(on), admission=OuterRef("pk"), role=Helper.Role.CONTACT)
    alone = Counter(ways.filter(~Exists(helped)).order_by().values_list("org", flat=True))
    return {pk: alone[pk] for pk in set(ways.order_by().values_list("org", flat=True))}


def _probation(rows: Sequence[Org], members: QuerySet[Membership], bureau: Bureau, on: date) -> dict[int, int | None]:
    """Probationary members whose year is over; not asked where nobody is on probation, or no rule says how long. Two queries."""
    limits = limits_on(bureau, on)
    if limits is None:
        return {}
    extended = admission.extended_to(on, admission__org__in=[org.pk for org in rows])
    found: dict[int, int | None] = {}
    there = members.filter(standing=Standing.PROBATIONARY)
    for org, person, joined_on in there.values_list("org", "person", "joined_on"):
        over = engine.over(joined_on, on, limits.probation, extended.get(person))
        found[org] = (found.get(org) or 0) + over
    return found


def _dues(rows: Sequence[Org], on: date) -> dict[int, int | None]:
    """1 where money came in last quarter and nothing was handed up; not asked where none came in. Three queries."""
    this = dues_engine.quarter_of(on)
    told = dues_handing.hand_rows(rows, dues_engine.after(this, -3))
    return {row.org.pk: int(row.missing) for row in told if row.collected or row.handing}


def _life(rows: Sequence[Org], bureau: Bureau, on: date) -> dict[int, int | None]:
    """1 where last year's appraisal is not on record; a branch set up since is not asked. Three queries.

    Appraisals of a year are held into the first quarter of the next (users.md, the year): until then none is missing.
    """
    year = on.year - 1
    part = settings.section_on(bureau, on).life
    old = [org for org in rows if org.opened_on.year < year + 1]
    over = on >= date(on.year, 4, 1)
    return {line.org.pk: int(line.appraisal is None) for line in life.lines(old, year, part) if over or line.appraisal}


def _term(found: QuerySet[Org], bureau: Bureau, on: date) -> dict[int, int | None]:
    """1 where the term is over and nothing moved it; not asked where no end is known. Four queries."""
    told = terms.standings(found.order_by("sort", "id"), bureau, on)
    return {row.org.pk: int(row.term.state == "overdue") for row in told if row.term.state != "unknown"}


@in_chinese
def sheet_xlsx(told: Sheet) -> bytes:
    """支部标准（党员管理）: one line for each branch, the points in words."""
    header = [_("序号"), _("党支部"), *(str(what) for what, _head in told.points.values()), _("未达标项")]
    rows = [
        (number, line.org.name, *(mark.words for mark in line.marks), line.lacking)
        for number, line in enumerate(told.lines, start=1)
    ]
    return write_xlsx(_("支部标准（党员管理）"), header, rows)
