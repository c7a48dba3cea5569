"""A new secretary: the list of what is open is asked for; a list that was printed wants its signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.kit import registry
from hongzhu.kit.registry import Due
from hongzhu.services.party.queries import handover as queries


@registry.waiting("party_handover")
def after_a_change(user: Any, today: date) -> list[Due]:
    """For whoever keeps the affairs of the body. Three queries at most."""
    org = queries.own_body(user)
    if org is None:
        return []
    made = queries.prepared(org)
    if made is not None:
        text = _("%s的交接清单打印后还没有登记签字") % made.leaving.name
        url = reverse("party:handover_page", args=[made.pk])
        return [
            Due(title=_("书记交接"), text=text, url=url, action=_("登记签字"), due_on=made.on, urgent=today >= made.on)
        ]
    new = queries.changed(org, today)
    if new is None:
        return []
    text = _("%s接任书记，还没有交接清单") % new.person.name
    return [Due(title=_("书记交接"), text=text, url=reverse("party:handover_new", args=[org.pk]), action=_("列清单"))]
