"""What waits in training: classes over and not closed; a person's own hours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Due, Fact
from hongzhu.services.party import rules
from hongzhu.services.party.queries import training
from hongzhu.services.party.queries.training_paper import hours_text


@registry.link("party.trainingclass")
def class_url(pk: int) -> str:
    return reverse("party:training_page", args=[pk])


@registry.waiting("party_training")
def waiting(user: Any, today: date) -> list[Due]:
    """Classes over and not closed, of hosts whose registers the user keeps. One query beside the scope."""
    keeps = Q(access.within(user, rules.KEEP, "host")) | Q(access.within(user, rules.APPROVE, "host"))
    rows = training.narrowed(training.visible_to(user), today, state="due").filter(keeps)
    return [
        Due(title=_("培训班待登记结业"), text=row.title, url=class_url(row.pk), action=_("登记结业"), due_on=row.to_on)
        for row in rows[:5]
    ]


@registry.personal("party_training", title=gettext_lazy("教育培训"), order=47)
def own_facts(person: Any, on: date) -> list[Fact]:
    """Hours of study this year, acts and classes together. One query."""
    year = next((line for line in training.years_of(person.pk) if line[0] == on.year), None)
    total, taught = (year[1], year[2]) if year else (0, 0)
    return [
        Fact(_("今年学时"), hours_text(total) if total else "0"),
        Fact(_("其中培训班"), hours_text(taught) if taught else "0"),
    ]
