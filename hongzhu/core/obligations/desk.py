"""What the room shows elsewhere: menu, what waits for a recorder, a card on a unit's page, links."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries as activities
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind, Org
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Due, Fact, PanelData

from . import queries, rules
from .models import Waiver

SHOWN = 8
PARTS = (Kind.BUREAU, Kind.DISTRICT, Kind.COMMITTEE, Kind.GENERAL_BRANCH)

registry.menu(
    registry.Menu(
        name="obligations",
        title=gettext_lazy("组织生活落实"),
        url_name="obligations:gap",
        order=15,
        shown=lambda user: access.may(user, rules.GAP),
        icon="grid",
        tab=True,
    )
)
registry.menu(
    registry.Menu(
        name="obligations_year",
        title=gettext_lazy("全年一览"),
        url_name="obligations:mine",
        order=16,
        shown=lambda user: access.may(user, rules.VIEW) and not access.may(user, rules.GAP),
        icon="grid",
        tab=True,
    )
)


@registry.waiting("obligations")
def waiting(user: Any, today: date) -> list[Due]:
    """本月要办 of the bodies whose records the user keeps: the branch, or the office, school or committee one sits in."""
    grant = access.acting_grant(user)
    near = queries.bodies_answered_for(user, grant.org, today) if grant else []
    if grant is None or not near:
        return []
    bodies = {body.pk: body for body in near}
    found = []
    section = activities.section_of(grant.bureau, today)
    for card in queries.due_cards_of(near, today):
        body = bodies[card.body]
        url = queries.record_url(user, section, body, card.due, today)
        if not url:
            continue
        said = [] if body == grant.org else [body.name]
        said += [queries.period_words(card.due), _("还差%s次") % card.lacking]
        found.append(
            Due(
                title=card.duty.short,
                text=_("，").join(said),
                url=url,
                action=_("补记") if card.over else _("记一次"),
                due_on=card.due_on,
                urgent=card.over or card.due_on == today,
                chip=rules.chip_of(card.cell.status, card.duty.every),
            )
        )
    return found[:SHOWN]


@registry.panel("obligations", title=gettext_lazy("党支部组织生活"), order=30)
def panel(user: Any, org: Org, on: date) -> PanelData | None:
    """This year's figures of the branches that live in the unit, or of the branch itself."""
    if not access.may(user, rules.VIEW):
        return None
    if org.kind in PARTS and access.may(user, rules.GAP):
        return _part(org, on)
    hosted = Org.objects.filter(pk=org.pk) if org.kind in BRANCH_KINDS else Org.objects.filter(
        pk__in=_hosted(org, on), kind__in=BRANCH_KINDS
    )  # fmt: skip
    bodies = list(queries.visible_to(user).filter(pk__in=hosted).select_related("bureau")[:6])
    if not bodies:
        return None
    question = queries.ask(bodies[0].bureau, Period.year(on.year), timezone.now(), grid_only=True)
    by_body = queries.totals(question, queries.Scope(bodies[0].bureau_id, bodies=tuple(body.pk for body in bodies)))
    figures, lines = queries.total(list(by_body.values())), []
    for body in bodies:
        found = by_body.get(body.pk, queries.Totals())
        url = reverse("obligations:year", args=[body.pk, on.year])
        lines.append(Fact(body.name, _("已开%(held)s，应开%(due)s") % {"held": found.held, "due": found.due}, url=url))
    rows = f"{reverse('obligations:cell')}?body={bodies[0].pk}&period={on.year}" if len(bodies) == 1 else ""
    return PanelData(
        figures=tuple(
            Fact(word, value, url=f"{rows}&what={what}" if rows else "", unit=_("次"))
            for word, what, value in (
                (_("应开"), "due", figures.due), (_("已开"), "held", figures.held), (_("未见记录"), "unseen", figures.unseen)
            )
        ),
        lines=tuple(lines),
    )  # fmt: skip


def _part(org: Org, on: date) -> PanelData | None:
    """What the grid shows for everything under a body, January to the end of last month: the same numbers, one query."""
    period = rules.to_last_month(on)
    question = queries.ask(org.bureau, period, timezone.now(), grid_only=True)
    under = orgs.path_of(org, min(question.today, period.last_day))
    by_body = queries.totals(question, queries.Scope(org.bureau_id, under)) if under else {}
    if not by_body:
        return None
    made = queries.total(list(by_body.values()))
    asked = urlencode({"period": period.code} | ({} if org.kind == Kind.BUREAU else {"general": org.pk}))
    rows, short = reverse("obligations:cell"), sum(1 for found in by_body.values() if found.unseen)
    return PanelData(
        figures=tuple(
            Fact(word, value, url=f"{rows}?{asked}&what={what}", unit=_("次"))
            for word, what, value in (
                (_("应开"), "due", made.due), (_("已开"), "held", made.held), (_("未见记录"), "unseen", made.unseen)
            )
        ),
        lines=(
            Fact(_("有未见记录"), _("%s个组织") % short, url=f"{reverse('obligations:gap')}?{asked}&short=1"),
        ),
        note=rules.months_title(period),
        note_url=f"{reverse('obligations:gap')}?{asked}",
    )  # fmt: skip


def _hosted(org: Org, on: date) -> list[int]:
    """Bodies that live in a unit on a day."""
    rows = org.hosted.filter(from_on__lte=on).exclude(to_on__lte=on)
    return list(rows.values_list("org", flat=True))


@registry.link("obligations.waiver")
def waiver_url(pk: int) -> str:
    return reverse("obligations:waiver_list")


@registry.door("obligations.waiver")
def waiver_door(user: Any, pk: int) -> Waiver:
    return queries.open_waiver(user, pk, rules.VIEW)
