"""What the roster declares upward: the way from a person's page, and from one's own data, to 一人一页."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.people.models import Membership
from hongzhu.kit import registry
from hongzhu.kit.registry import Fact
from hongzhu.services.party.queries import person as people


@registry.personal("party_roster", title=gettext_lazy("党员一人一页"), order=25)
def page_of_member(person: Any, on: date) -> list[Fact]:
    """For Party members: the page with attendance, hours, dues, posts and steps. One query."""
    membership: Membership | None = people.member_on(person, on)
    if membership is None:
        return []
    label = _("参加、学时、党费、岗位、步骤")
    return [Fact(label=label, value=_("打开"), url=reverse("party:roster_person", args=[person.pk]))]
