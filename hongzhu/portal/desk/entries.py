"""The portal's own entries, searches and cards: those that belong to no single room above people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs.models import PARTY_KINDS, UNIT_KINDS, Org
from hongzhu.kit import registry
from hongzhu.kit.dates import day_text, month_text
from hongzhu.kit.registry import Fact, Hit, PanelData
from hongzhu.portal import queries, rules


def _on_branch(user: Any) -> bool:
    return access.role_of(user) in rules.BRANCH_ROLES


registry.menu(
    registry.Menu(
        name="home", title=_("首页"), url_name="portal:home", order=0, shown=_on_branch, icon="home", tab=True
    )
)
registry.menu(
    registry.Menu(
        name="desk",
        title=_("工作台"),
        url_name="portal:home",
        order=0,
        shown=lambda user: not _on_branch(user),
        icon="home",
        tab=True,
    )
)


def _since(first: date, on: date) -> str:
    """The day within the year looked at, the month of an earlier one."""
    return day_text(first) if first.year == on.year else month_text(first)


@registry.link("orgs.org")
def org_url(pk: int) -> str:
    return reverse("portal:unit", args=[pk])


@registry.search("orgs", title=_("单位"))
def find_orgs(user: Any, text: str, limit: int) -> list[Hit]:
    return [
        Hit(label=org.name, url=org_url(org.pk), text=org.get_kind_display())
        for org in queries.find_orgs(user, text, limit)
    ]


@registry.search("persons", title=_("人员"))
def find_people(user: Any, text: str, limit: int) -> list[Hit]:
    """Persons with the bodies they belong to; without a page of their own they open at the first of these."""
    page = registry.book.links.get("people.person")
    hits = []
    for person, bodies in queries.find_people(user, text, limit):
        url = page(person.pk) if page else org_url(bodies[0].pk) if bodies else ""
        if url:
            hits.append(Hit(label=person.name, url=url, text=gettext("、").join(body.name for body in bodies)))
    return hits


@registry.panel("leaders", title=_("班子"), order=10)
def leaders(user: Any, org: Org, on: date) -> PanelData | None:
    """Who leads the unit and its Party organisation; one person holding both posts is one line (一肩挑)."""
    if org.kind not in (*UNIT_KINDS, *PARTY_KINDS):
        return None
    held: dict[int, list[Any]] = {}
    for post in queries.leaders(org, on):
        held.setdefault(post.person_id, []).append(post)
    lines = tuple(
        Fact(
            label=gettext("、").join(dict.fromkeys(str(post.get_kind_display()) for post in posts)),
            value=gettext("%(name)s，%(day)s任") % {"name": posts[0].person.name, "day": _since(posts[0].from_on, on)},
        )
        for posts in held.values()
    )
    return PanelData(lines=lines, empty=_("还没有登记任职"))


@registry.panel("people", title=_("人员"), order=20)
def people(user: Any, org: Org, on: date) -> PanelData | None:
    """Staff on the books, those away, and members by standing."""
    if not access.may(user, access_rules.VIEW_PEOPLE) or org.kind not in (*UNIT_KINDS, *PARTY_KINDS):
        return None
    members = queries.member_counts(org, on)
    figures = [
        Fact(_("党员"), members["full"] + members["probationary"], unit=_("人")),
        Fact(_("预备"), members["probationary"], unit=_("人")),
        Fact(_("积极分子"), members["activists"], unit=_("人")),
    ]
    if org.kind in UNIT_KINDS:
        staff = queries.staff_counts(org, on)
        figures += [Fact(_("教职工"), staff["staff"], unit=_("人")), Fact(_("借调在外"), staff["away"], unit=_("人"))]
    return PanelData(figures=tuple(figures))
