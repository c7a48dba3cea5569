"""What transfers show elsewhere: what waits for one's word, and the member's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit import registry
from hongzhu.kit.registry import Due, Fact
from hongzhu.services.party.actions.admission import follow_moves, pass_over
from hongzhu.services.party.models import Transfer
from hongzhu.services.party.queries import dues_closing, terms, transfers
from hongzhu.services.party.rules import transfers as rules

Status, Way = Transfer.Status, Transfer.Way


@registry.link("party.transfer")
def transfer_url(pk: int) -> str:
    return reverse("party:transfer_page", args=[pk])


def _waits(people: Collection[int]) -> dict[int, str]:
    """Why a place may not be changed just now: the person's move is on its way."""
    return {
        line.person_id: _("%(name)s有一次组织关系转接正在办（%(status)s），请先在“组织关系转接”里办完、退回或撤回。")
        % {"name": line.person.name, "status": line.get_status_display()}
        for line in transfers.under_way(people)
    }


def _pass_over(org: int, successor: int | None, on: date) -> None:
    """A body ends with its money settled, and hands on whom it leads into the Party."""
    body = Org.objects.get(pk=org)
    if left := dues_closing.left_behind(body, timezone.localdate()):
        raise ValidationError(
            _(
                "没有保存：%(name)s的党费还没有结清：%(what)s。请先在“党费-上缴”里交清、请上级确认，再办撤销或合并。已填内容还在。"
            )
            % {"name": body.name, "what": _("、").join(left)}
        )
    pass_over(org, successor, on)


registry.mover(
    registry.Mover(
        name="party_transfers", waits=_waits, follow=follow_moves, pass_over=_pass_over,
        ask=lambda person: reverse("party:transfer_new") + f"?person={person}",
    )
)  # fmt: skip


@registry.waiting("party_transfer")
def transfers_waiting(user: Any, today: date) -> list[Due]:
    """For a branch: whom to let go, whom to receive. For a superior: letters to write, and the lost in between."""
    found = _letters(user, today) if terms.leads(user, today) else []
    kept = transfers.kept_bodies(user)
    if not kept:
        return found
    leaving = Transfer.objects.filter(from_org__in=kept, status=Status.ASKED).exclude(way=Way.IN).count()
    coming = Transfer.objects.filter(to_org__in=kept, status=Status.SENT).exclude(way=Way.OUT).count()
    url = reverse("party:transfer_list") + "?show=open"
    if leaving:
        text = ngettext("%(n)s人等本支部同意转出", "%(n)s人等本支部同意转出", leaving) % {"n": leaving}
        found.append(Due(title=_("组织关系转出"), text=text, url=url, action=_("同意转出")))
    if coming:
        text = ngettext("%(n)s人等本支部接收", "%(n)s人等本支部接收", coming) % {"n": coming}
        found.append(Due(title=_("组织关系转入"), text=text, url=url, action=_("接收")))
    return found


def _letters(user: Any, today: date) -> list[Due]:
    found = []
    if n := transfers.letters_for(user, today).count():
        text = ngettext("%(n)s人等上级同意", "%(n)s人等上级同意", n) % {"n": n}
        url = reverse("party:transfer_list") + "?show=open"
        found.append(Due(title=_("组织关系介绍信"), text=text, url=url, action=_("开介绍信")))
    if n := transfers.lost(user, today).count():
        text = ngettext("%(n)s人转出后没有接收", "%(n)s人转出后没有接收", n) % {"n": n}
        found.append(
            Due(title=_("转出未接收"), text=text, url=reverse("party:transfer_lost"), action=_("查看"), urgent=True)
        )
    return found


@registry.personal("party_transfers", title=gettext_lazy("组织关系转接"), order=45)
def own_transfers(person: Person, on: date) -> list[Fact]:
    """The member's own, last three. One query."""
    rows = Transfer.objects.filter(person=person).select_related("from_org", "to_org").order_by("-asked_on", "-id")[:3]
    url = reverse("party:transfer_own")
    return [
        Fact(label=str(row.to_org or row.outside), value=row.asked_on, url=url, chip=rules.chip(row)) for row in rows
    ]
