"""党统预检: what will not balance when the statistics are closed, each row with where it is mended. Seven queries in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.activities.queries.roster import COMMITTEE_POSTS
from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Org
from hongzhu.core.people.models import Membership, Post, PostKind, Standing
from hongzhu.core.people.rules import HOLDING
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Perm
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.engine import precheck as engine
from hongzhu.services.party.models import Admission, SystemCount

from . import admission, settings

PARTY = (Standing.FULL, Standing.PROBATIONARY)
# What is looked for, in the order of the page: code → (what, how it is mended).
CHECKS: dict[str, tuple[Any, Any]] = {
    "education": (gettext_lazy("没有填学历"), gettext_lazy("更正本人信息，填学历")),
    "born": (gettext_lazy("没有填出生日期"), gettext_lazy("更正本人信息，填出生日期")),
    "ethnic": (gettext_lazy("没有填民族"), gettext_lazy("更正本人信息，填民族")),
    "sex": (gettext_lazy("没有填性别"), gettext_lazy("更正本人信息，填性别")),
    "joined": (gettext_lazy("没有填入党日期"), gettext_lazy("更正本人信息，填入党日期")),
    "full": (gettext_lazy("正式党员没有填转正日期"), gettext_lazy("更正本人信息，填转正日期")),
    "order": (gettext_lazy("转正日期早于入党日期"), gettext_lazy("核对两个日期，更正本人信息")),
    "age": (gettext_lazy("入党时不满18岁"), gettext_lazy("核对出生日期和入党日期，更正本人信息")),
    "probation": (gettext_lazy("预备期已满未转正"), gettext_lazy("按程序讨论转正；已办的登记转正")),
    "two": (gettext_lazy("组织关系同时在两个党组织"), gettext_lazy("核对后结束其中一个")),
    "dissolved": (gettext_lazy("组织关系在已撤销的党组织"), gettext_lazy("把组织关系转到现在的党组织")),
    "post": (gettext_lazy("支部委员的组织关系不在本支部"), gettext_lazy("核对任职或组织关系")),
    "system": (gettext_lazy("名册人数与系统内人数不一致"), gettext_lazy("逐人核对名册和系统，再登记系统内人数")),
    "uncounted": (gettext_lazy("本期还没有登记系统内人数"), gettext_lazy("查全国党员管理信息系统，登记人数和日期")),
}
OF_PERSON = {"education", "born", "ethnic", "sex", "joined", "full", "order", "age"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that will not balance: who or which body, what is known, and the page that mends it ("" when not for you)."""

    check: str
    name: str
    org: str
    text: str
    url: str

    @property
    def what(self) -> Any:
        return CHECKS[self.check][0]

    @property
    def how(self) -> Any:
        """How it is mended."""
        return CHECKS[self.check][1]


def windows(bureau: Bureau, on: date) -> dict[str, str]:
    """Closing day → first day of its run-up, from the pack."""
    return {row.day: row.remind_from for row in settings.section_on(bureau, on).life.closings}


def scope(user: Any, field: str) -> Q:
    """A foreign key to Org: the user's part, and for the bureau's own office also the bodies that are closed."""
    inside = access.within(user, rules.VIEW, field)
    outside = access.left_out(user, rules.VIEW)
    return inside if outside is None else inside | Q(**{f"{field}__in": outside})


def findings(user: Any, bureau: Bureau, on: date) -> list[Finding]:
    """Everything in the user's part that will not balance on a day, in the order of CHECKS."""
    mend = access.may(user, access_rules.CHANGE_PEOPLE)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in (
        *_members(user, on, limits_on(bureau, on), mend=mend), *_twice(user, on, mend=mend), *_dissolved(user, on, mend=access.may(user, access_rules.CORRECT_PLACE)),
        *_posts(user, on, mend=mend), *_counts(user, bureau, on),
    ):  # fmt: skip
        found[finding.check].append(finding)
    return [finding for check in CHECKS for finding in found[check]]


def limits_on(bureau: Bureau, on: date) -> engine.Limits | None:
    """Age and probation by the admission rules of the day."""
    part = settings.section_on(bureau, on).admission
    if part.min_age is None or part.probation is None:
        return None
    return engine.Limits(part.min_age.value, part.probation.months.value)


def _members(user: Any, on: date, limits: engine.Limits | None, *, mend: bool) -> Iterable[Finding]:
    """Faults of single rows. Three queries."""
    extended = admission.extended_to(on)
    ranks = access.may(user, access_rules.CORRECT_STANDING)
    led = dict(
        Admission.objects.filter(outcome=Admission.Outcome.OPEN, bureau=access.bureau_of(user)).values_list(
            "person", "pk"
        )
    )
    rows = Membership.objects.filter(orgs.on_day(on), scope(user, "org"), standing__in=PARTY).order_by(
        "org__sort", "org_id", "person__search_key", "pk"
    )
    for pk, person, name, org, standing, sex, ethnic, born_on, education, joined_on, full_on in rows.values_list(
        "pk", "person", "person__name", "org__name", "standing", "person__sex", "person__ethnic", "person__born_on",
        "person__education", "joined_on", "full_on",
    ):  # fmt: skip
        fact = engine.Fact(standing, sex, ethnic, born_on, education, joined_on, full_on)
        for check in engine.faults(fact, on, limits, extended_to=extended.get(person)):
            url = _mended(check, person, pk, led.get(person), ranks=ranks) if mend else ""
            yield Finding(check, name, org, _known(check, fact), url)


def _known(check: str, fact: engine.Fact) -> str:
    """The dates a reader needs to see what is wrong."""
    if check in ("probation", "order", "age"):
        days = (
            (_("出生"), fact.born_on if check == "age" else None), (_("入党"), fact.joined_on),
            (_("转正"), fact.full_on if check == "order" else None),
        )  # fmt: skip
        return _("，").join(f"{what}{full_text(day)}" for what, day in days if day)
    return ""


def _mended(check: str, person: int, membership: int, way: int | None, *, ranks: bool) -> str:
    """The page that mends it: a probation ends by the steps of the way, past steps are entered as such (补录)."""
    if check in OF_PERSON:
        return reverse("people:person_amend", args=[person])
    if way is not None:
        return reverse("party:admission_page", args=[way])
    return reverse("people:membership_state", args=[membership]) if ranks else reverse("party:admission_past")


def _twice(user: Any, on: date, *, mend: bool) -> Iterable[Finding]:
    """People with two open Party memberships. One query for who, one for where."""
    rows = Membership.objects.filter(orgs.on_day(on), scope(user, "org"), standing__in=PARTY)
    doubled = rows.order_by().values("person").annotate(n=Count("pk")).filter(n__gt=1).values("person")
    where: dict[tuple[int, str], list[str]] = defaultdict(list)
    for person, name, org in (
        rows.filter(person__in=doubled)
        .order_by("person__search_key", "pk")
        .values_list("person", "person__name", "org__name")
    ):
        where[person, name].append(org)
    for (person, name), bodies in where.items():
        url = reverse("people:person", args=[person]) if mend else ""
        yield Finding("two", name, bodies[0], _("、").join(bodies), url)


def _dissolved(user: Any, on: date, *, mend: bool) -> Iterable[Finding]:
    """Open memberships in bodies that are closed. One query."""
    rows = Membership.objects.filter(orgs.on_day(on), scope(user, "org"), standing__in=PARTY, org__closed_on__lte=on)
    for pk, name, org, closed in rows.order_by("org_id", "pk").values_list(
        "pk", "person__name", "org__name", "org__closed_on"
    ):
        text = _("%s撤销") % (full_text(closed) if closed else "")
        yield Finding("dissolved", name, org, text, reverse("people:membership_transfer", args=[pk]) if mend else "")


def _posts(user: Any, on: date, *, mend: bool) -> Iterable[Finding]:
    """Posts of a branch's committee held by somebody whose membership is not there. One query."""
    there = Membership.objects.filter(
        orgs.on_day(on), org=OuterRef("org"), person=OuterRef("person"), standing__in=PARTY
    )
    rows = Post.objects.filter(
        orgs.on_day(on), scope(user, "org"), ~Exists(there), kind__in=COMMITTEE_POSTS, org__kind__in=BRANCH_KINDS
    )
    for person, name, org, kind in rows.order_by("org__sort", "org_id", "pk").values_list(
        "person", "person__name", "org__name", "kind"
    ):
        url = reverse("people:person", args=[person]) if mend else ""
        yield Finding("post", name, org, str(PostKind(kind).label), url)


def _counts(user: Any, bureau: Bureau, on: date) -> Iterable[Finding]:
    """The roster against what the system showed, on the day it showed it; and who has not looked. Three queries."""
    bodies = list(
        Org.objects.filter(access.within(user, rules.VIEW, ""), orgs.existing(on), kind__in=BRANCH_KINDS)
        .order_by("sort", "id")
        .values_list("pk", "name")
    )
    keep = access.may(user, rules.KEEP)
    counts = SystemCount.objects.filter(org__in=[pk for pk, _name in bodies], on__lte=on).order_by("on", "pk")
    latest = {row.org_id: row for row in counts}
    members: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    for held, standing, from_on, to_on in Membership.objects.filter(org__in=latest, standing__in=PARTY).values_list(
        "org", "standing", "from_on", "to_on"
    ):
        members[held].append((standing, from_on, to_on))
    begins = _run_up(bureau, on)
    for pk, name in bodies:
        url = reverse("party:precheck_count", args=[pk]) if keep else ""
        row = latest.get(pk)
        if row is not None:
            here = [one for one, start, end in members[pk] if start <= row.on and (end is None or end > row.on)]
            told = (len(here), here.count(Standing.PROBATIONARY))
            if told != (row.members, row.probationary):
                words = {
                    "day": full_text(row.on),
                    "n": told[0],
                    "new": told[1],
                    "m": row.members,
                    "old": row.probationary,
                }
                text = _("%(day)s名册%(n)s人（预备%(new)s人），系统%(m)s人（预备%(old)s人）") % words
                yield Finding("system", "", name, text, url)
        if begins is not None and (row is None or row.on < begins):
            yield Finding("uncounted", "", name, full_text(row.on) if row else "", url)


def _run_up(bureau: Bureau, on: date) -> date | None:
    """The first day of the run-up that the day is in; None outside."""
    limits = windows(bureau, on)
    closes = engine.closing_of(on, limits)
    if closes is None:
        return None
    month_day = limits[f"{closes:%m-%d}"]
    return date(closes.year, int(month_day[:2]), int(month_day[3:]))


def tallied(rows: Sequence[Finding]) -> list[tuple[str, Any, Any, int]]:
    """(code, what, how mended, how many) for every check that found something."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.check] += 1
    return [(code, what, mend, counts[code]) for code, (what, mend) in CHECKS.items() if counts[code]]


@in_chinese
def findings_xlsx(rows: Iterable[Finding]) -> bytes:
    """党统预检清单."""
    header = [_("序号"), _("问题"), _("党组织"), _("姓名"), _("情况"), _("怎么补正")]
    told = [
        (number, str(row.what), row.org, row.name, row.text, str(row.how)) for number, row in enumerate(rows, start=1)
    ]
    return write_xlsx(_("党统预检清单"), header, told)


def open_body(user: Any, pk: int, perm: Perm = rules.KEEP) -> Org:
    """The door of a body whose count is entered."""
    seen = Org.objects.filter(access.within(user, rules.VIEW, ""), kind__in=HOLDING)
    org: Org = get_object_or_404(seen.select_related("bureau"), pk=pk)
    access.check(user, perm, org)
    return org
