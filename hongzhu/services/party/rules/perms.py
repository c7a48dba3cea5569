"""The permissions of the room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import READERS_ABOVE, RECORDERS
from hongzhu.kit import registry

VIEW = registry.perm("party.view", _("查看党务"), roles=(*READERS_ABOVE, *RECORDERS))
KEEP = registry.perm("party.keep", _("登记本支部党务"), roles=(Role.SCHOOL_SECRETARY, *RECORDERS))
APPROVE = registry.perm("party.approve", _("批复、备案、下达党务"), roles=(Role.PARTY_OFFICE, Role.DISTRICT_OFFICER))
# What a committee or general branch does for itself and for the bodies below it: by the officer of that body, or by
# the secretary of the school in which it has its seat.
LEAD = registry.perm(
    "party.lead", _("办理党总支、党委的党务，批复所属党组织"),
    roles=(Role.PARTY_OFFICE, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY),
)  # fmt: skip
MONEY = registry.perm("party.money", _("查看和登记党费"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, *RECORDERS))
# Months owed are stated as facts to the secretary alone (issue 3; nobody above needs a list of names).
ARREARS = registry.perm("party.arrears", _("查看未交党费提醒"), roles=(Role.BRANCH_SECRETARY,))
