"""Menu, links, the door of attachments, search and cards of the registers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.dates import full_text
from hongzhu.kit.registry import Due, Fact, Hit, PanelData

from . import rules
from .models import Honour
from .queries import contacts, honours

registry.menu(
    registry.Menu(
        name="registers",
        title=gettext_lazy("登记册"),
        url_name="registers:register_list",
        order=70,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="list",
    )
)


@registry.link("registers.honour")
def honour_url(pk: int) -> str:
    return reverse("registers:honour_page", args=[pk])


@registry.door("registers.honour")
def honour_door(user: Any, pk: int) -> Honour:
    return honours.open_honour(user, pk)


@registry.door("registers.honour:change")
def honour_change_door(user: Any, pk: int) -> Honour:
    return honours.open_honour(user, pk, rules.KEEP)


@registry.waiting("contacts")
def contacts_waiting(user: Any, today: date) -> list[Due]:
    """Bodies somebody was asked to answer for and has not confirmed. One query."""
    rows = [row for row in contacts.own(user.person_id) if row.confirmed_at is None]
    if not rows:
        return []
    names = _("、").join(row.body.name for row in rows[:3])
    text = names if len(rows) <= 3 else _("%(names)s等%(n)s个单位") % {"names": names, "n": len(rows)}
    return [Due(title=_("联系点待确认"), text=text, url=reverse("registers:contact_own"), action=_("确认"))]


@registry.search("honours", title=gettext_lazy("荣誉"))
def find_honours(user: Any, text: str, limit: int) -> list[Hit]:
    rows = honours.narrowed(honours.visible_to(user), text=text)[:limit]
    return [
        Hit(label=row.title, url=honour_url(row.pk), text=f"{row.org or row.person} {full_text(row.granted_on)}")
        for row in rows
    ]


@registry.panel("contacts", title=gettext_lazy("联系领导"), order=40)
def contacts_panel(user: Any, org: Org, on: date) -> PanelData | None:
    """Who answers for this body on the day. One query."""
    rows = contacts.visible_to(user).filter(orgs.on_day(on), body=org)
    lines = tuple(Fact(row.get_scheme_display(), row.person.name) for row in rows)
    return PanelData(lines=lines) if lines else None


@registry.panel("honours", title=gettext_lazy("本年荣誉"), order=70)
def honours_panel(user: Any, org: Org, on: date) -> PanelData | None:
    """What the body was granted this year. One query beyond the user's scope."""
    rows = list(honours.of_year(user, org, on)[:5])
    if not rows:
        return None
    items = tuple(Due(title=row.title, text=row.get_level_display(), url=honour_url(row.pk)) for row in rows)
    return PanelData(items=items, note=_("登记册"), note_url=reverse("registers:honour_list"))


@registry.link("registers.nomination")
def nomination_url(pk: int) -> str:
    return reverse("registers:nomination_page", args=[pk])
