"""The permissions of the room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import READERS_ABOVE, RECORDERS
from hongzhu.kit import registry

VIEW = registry.perm("party.view", _("查看党务"), roles=(*READERS_ABOVE, *RECORDERS))
KEEP = registry.perm("party.keep", _("登记本支部党务"), roles=(Role.SCHOOL_SECRETARY, *RECORDERS))
APPROVE = registry.perm("party.approve", _("批复、备案、下达党务"), roles=(Role.PARTY_OFFICE, Role.DISTRICT_OFFICER))
MONEY = registry.perm("party.money", _("查看和登记党费"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, *RECORDERS))
# Months owed are stated as facts to the secretary alone (issue 3; nobody above needs a list of names).
ARREARS = registry.perm("party.arrears", _("查看未交党费提醒"), roles=(Role.BRANCH_SECRETARY,))
