"""What waits in the registers of people sent out: terms near their end, moves on their way, reviews; an instructor's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit import registry
from hongzhu.kit.dates import full_text
from hongzhu.kit.registry import Due, Fact
from hongzhu.services.party import rules
from hongzhu.services.party.models import CadreMove, Cultivation, Dispatch, Talent
from hongzhu.services.party.queries import cadres, community, dispatch, sending, talent
from hongzhu.services.party.queries.settings import section_on


@registry.link("party.dispatch")
def dispatch_url(pk: int) -> str:
    return reverse("party:sending_dispatch_page", args=[pk])


@registry.link("party.cadremove")
def move_url(pk: int) -> str:
    return reverse("party:sending_cadre_page", args=[pk])


@registry.link("party.talent")
def talent_url(pk: int) -> str:
    return reverse("party:sending_talent_page", args=[pk])


@registry.waiting("party_sending")
def waiting(user: Any, today: date) -> list[Due]:
    """For the office: terms, moves and reviews. For those who keep registers: communities not confirmed, not registered.

    At most six queries beside the scope.
    """
    found: list[Due] = []

    def put(count: int, title: str, url: str, action: str) -> None:
        if count:
            found.append(Due(title=title, text=_("%(n)s条") % {"n": count}, url=url, action=action))

    if sending.office(user):
        remind = section_on(Bureau.objects.get(pk=access.bureau_of(user)), today).sending.remind_days
        ending = dispatch.narrowed(dispatch.visible_to(user), today, remind, state="ending").count()
        put(ending, _("党建指导员快到期或已到期"), f"{reverse('party:sending_dispatch_list')}?state=ending", _("去看"))
        running = cadres.narrowed(cadres.visible_to(user), state="running").count()
        put(running, _("办理中的干部任免"), f"{reverse('party:sending_cadre_list')}?state=running", _("办理"))
        names = talent.visible_to(user)
        waiting_n = talent.narrowed(names, today, remind, state="waiting").count()
        put(waiting_n, _("党建人才待评审"), f"{reverse('party:sending_talent_list')}?state=waiting", _("评审"))
        due = talent.narrowed(names, today, remind, state="ending").count()
        put(due, _("党建人才快届满或已届满"), f"{reverse('party:sending_talent_list')}?state=ending", _("去看"))
    if access.may(user, rules.KEEP):
        rows = community.narrowed(community.visible_to(user, today), state="unconfirmed").count()
        put(rows, _("社区报到待确认"), f"{reverse('party:sending_community_list')}?state=unconfirmed", _("登记确认"))
        missing = community.unregistered(user, today).count()
        put(missing, _("还没有到社区报到的党员"), f"{reverse('party:sending_community_list')}?state=missing", _("去看"))
    return found


@registry.personal("party_community", title=gettext_lazy("社区报到"), order=48)
def own_community(person: Any, on: date) -> list[Fact]:
    """Where a member is registered, and what was served there; a member in post who is not is led to the form. Two queries."""
    url = reverse("party:sending_community_own")
    if (row := community.own(person.pk)) is None:
        there = community.in_post(person.pk, on)
        return [Fact(_("社区报到"), _("还没有报到，登记报到"), url)] if there else []
    facts = [Fact(_("社区（村）"), row.community, url), Fact(_("报到日期"), full_text(row.registered_on))]
    if row.service:
        facts.append(Fact(_("认领服务"), row.service))
    minutes = sum(row.services.values_list("minutes", flat=True))
    return [*facts, Fact(_("服务时长"), _("%(n)s分钟") % {"n": minutes})]


@registry.personal("party_growth", title=gettext_lazy("培养、人才和任免"), order=49)
def own_growth(person: Any, on: date) -> list[Fact]:
    """双培养, the teams of talent and cadre moves, as far as they are public. Three queries."""
    led = Cultivation.objects.filter(person=person).order_by("-from_on", "pk")
    facts = [Fact(_("双培养：%s") % row.direction, full_text(row.from_on)) for row in led]
    chosen = Talent.objects.filter(person=person, chosen=True).order_by("-from_on", "pk")
    facts += [Fact(row.get_tier_display(), full_text(row.from_on)) for row in chosen if row.from_on]
    moves = CadreMove.objects.filter(person=person, voided_at__isnull=True, effective_on__isnull=False)
    return facts + [
        Fact(row.get_kind_display(), full_text(row.effective_on))
        for row in moves.order_by("-effective_on", "pk")
        if row.effective_on
    ]


@registry.personal("party_sending", title=gettext_lazy("党建指导员"), order=46)
def own_facts(person: Any, on: date) -> list[Fact]:
    """Where somebody is sent as an instructor, each opening the page where a visit is written down. One query."""
    rows = Dispatch.objects.filter(person=person, ended_on__isnull=True).order_by("-from_on", "id")
    return [Fact(row.served, _("登记到访"), dispatch_url(row.pk)) for row in rows]
