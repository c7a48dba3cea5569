"""What the room shows elsewhere: menu, what waits, search by theme, a card on a unit's page, links, doors of files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Role
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit import registry
from hongzhu.kit.dates import Period, day_text, weekday_day_text
from hongzhu.kit.registry import Due, Fact, Hit, PanelData

from . import queries, rules
from .models import Act, ActBody, Resolution

SHOWN = 5
SOON = timedelta(days=7)
LOOK_BACK = timedelta(days=366)


def _records(user: Any) -> bool:
    return any(access.may(user, perm) for perm in (rules.RECORD, rules.RECORD_SCHOOL, rules.RECORD_OFFICE))


registry.menu(
    registry.Menu(
        name="activities",
        title=gettext_lazy("活动"),
        url_name="activities:act_list",
        order=20,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="calendar",
        tab=True,
    )
)
registry.menu(
    registry.Menu(
        name="activities_items",
        title=gettext_lazy("议定事项"),
        url_name="activities:item_list",
        order=25,
        shown=lambda user: access.may(user, rules.VIEW) and access.role_of(user) != Role.MEMBER,
        icon="check",
    )
)


@registry.link("activities.act")
def act_url(pk: int) -> str:
    return reverse("activities:act", args=[pk])


@registry.link("activities.resolution")
def item_url(pk: int) -> str:
    return reverse("activities:item", args=[pk])


@registry.door("activities.act")
def act_door(user: Any, pk: int) -> Act:
    return queries.open_act(user, pk)


@registry.door("activities.act:change")
def act_change_door(user: Any, pk: int) -> Act:
    return queries.open_act_to_change(user, pk)


@registry.waiting("activities")
def waiting(user: Any, today: date) -> list[Due]:
    """待确认计入, 退回补正, 待补学, items due within a week: of the bodies the user records for. Four queries at most."""
    found: list[Due] = []
    if _records(user):
        bodies = list(queries.bodies_to_record(user).values_list("pk", flat=True)[:200])
        found += _to_confirm(user, bodies) + _returned(user, bodies) + _to_make_up(user, bodies, today)
        soon = queries.but_confidential(user, queries.due_soon(bodies, today + SOON))
        found += _items(soon[:SHOWN], today)
    elif getattr(user, "person_id", None):
        mine = queries.visible_items(user).filter(owner=user.person_id, state=Resolution.State.OPEN)
        found += _items(mine.select_related("act", "org", "owner").order_by("due_on", "pk")[:SHOWN], today)
    return found


def _to_confirm(user: Any, bodies: list[int]) -> list[Due]:
    return [
        Due(
            title=_("确认计入：%s") % act.theme,
            text=_("%s记录，待确认计入") % day_text(act.held_on),
            url=reverse("activities:act_saved", args=[act.pk]),
            action=_("确认计入"),
        )
        for act in queries.but_confidential(user, queries.to_confirm(bodies), "")[:SHOWN]
    ]


def _returned(user: Any, bodies: list[int]) -> list[Due]:
    rows = Act.objects.filter(body__in=bodies, status=Act.Status.RETURNED).order_by("reviewed_at")
    return [
        Due(
            title=_("退回补正：%s") % act.theme,
            text=act.review_note,
            url=reverse("activities:act_correct", args=[act.pk]),
            action=_("更正"),
            urgent=True,
        )
        for act in queries.but_confidential(user, rows, "")[:SHOWN]
    ]


def _to_make_up(user: Any, bodies: list[int], today: date) -> list[Due]:
    """One line a body, however many are absent."""
    rows = (
        queries.but_confidential(user, queries.not_made_up(bodies, today - LOOK_BACK))
        .select_related(None)
        .order_by()
        .values_list("org", "org__name")
        .annotate(n=Count("pk"))
    )
    return [
        Due(
            title=_("待补学：%s人次") % n,
            text=name,
            url=reverse("activities:absent_list", args=[org]),
            action=_("补学"),
        )
        for org, name, n in rows
    ]


def _items(rows: Any, today: date) -> list[Due]:
    return [
        Due(
            title=row.matter,
            text=_("%(owner)s，%(org)s")
            % {"owner": row.owner.name if row.owner else _("没有负责人"), "org": row.org.name},
            url=item_url(row.pk),
            action=_("报进展"),
            due_on=row.due_on,
            urgent=bool(row.due_on and row.due_on <= today),
            chip=queries.chip_of(row, today),
        )
        for row in rows
    ]


@registry.recent("activities")
def recent(user: Any, org: Org, limit: int) -> list[Due]:
    """The acts a body held last, with how many came. Two queries."""
    if not access.may(user, rules.VIEW):
        return []
    acts = list(queries.listing(user, queries.Filter(org=org.pk)).only(*queries.LISTED)[:limit])
    titles = queries.kind_titles(org.bureau, timezone.localdate()) if acts else {}
    return [
        Due(
            title=_("%(kind)s：%(theme)s") % {"kind": titles.get(act.kind, act.kind), "theme": act.theme},
            text=_("%(day)s，到会%(n)s人") % {"day": weekday_day_text(act.held_on), "n": act.attended}
            if act.due_roster
            else weekday_day_text(act.held_on),
            url=act_url(act.pk),
            chip=queries.chip_of_status(act.status, act.revision),
        )
        for act in acts
    ]


@registry.search("activities", title=gettext_lazy("活动"))
def find_acts(user: Any, text: str, limit: int) -> list[Hit]:
    """By theme or title of the lecture, only what the user may see; newest first."""
    if not access.may(user, rules.VIEW):
        return []
    rows = queries.listing(user, queries.Filter(words=text))[:limit]
    return [Hit(label=act.theme, url=act_url(act.pk), text=f"{day_text(act.held_on)} {act.body.name}") for act in rows]


@registry.panel("activities", title=gettext_lazy("组织生活"), order=40)
def panel(user: Any, org: Org, on: date) -> PanelData | None:
    """This year's acts of the unit and the bodies it hosts, those not confirmed, open and overdue items. Four queries."""
    if not access.may(user, rules.VIEW):
        return None
    bodies = [org.pk, *org.hosted.filter(to_on__isnull=True).values_list("org", flat=True)]
    year = Period.year(on.year)
    acts = ActBody.objects.filter(org__in=bodies, act__held_on__gte=year.start, act__held_on__lte=on).exclude(
        act__status=Act.Status.VOIDED
    )
    counted = acts.aggregate(n=Count("act", distinct=True))
    if not counted["n"]:
        return None
    items = Resolution.objects.filter(org__in=bodies, state__in=("OPEN", "REPORTED")).exclude(act__status="VOIDED")
    left = items.aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    latest = Act.objects.filter(pk__in=acts.values("act"), confidential=False).order_by("-held_on", "-pk")[:3]
    address = f"{reverse('activities:act_list')}?org={bodies[-1]}&year={on.year}"
    return PanelData(
        figures=(
            Fact(_("本年活动"), counted["n"], url=address if len(bodies) <= 2 else "", unit=_("次")),
            Fact(_("办理中事项"), left["n"], unit=_("项")),
            Fact(_("逾期"), left["late"], unit=_("项")),
        ),
        items=tuple(Due(title=act.theme, text=day_text(act.held_on), url=act_url(act.pk)) for act in latest),
    )


@registry.personal("activities", title=gettext_lazy("组织生活"), order=30)
def personal(person: Person, on: date) -> list[Fact]:
    """What a member's own page says: how often due, there, made up, and the hours. Two queries."""
    life = queries.life_of(person, on.year)
    if not life.acts:
        return []
    hours = f"{life.hours / 100:.2f}".rstrip("0").rstrip(".")
    return [
        Fact(pgettext("count", "应参加"), life.due, unit=_("次")),
        Fact(_("到会"), life.attended, unit=_("次")),
        Fact(_("已补学"), life.made_up, unit=_("次")),
        Fact(_("待补学"), life.absent, unit=_("次")),
        Fact(_("学时"), hours, unit=_("学时")),
    ]
