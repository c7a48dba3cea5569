"""Which pages of the portal a role is led to. Pure."""

from __future__ import annotations

from hongzhu.core.access.models import Role

# Whose home is a branch: one column, made for a phone.
BRANCH_ROLES = frozenset({Role.BRANCH_SECRETARY, Role.ORGANISER, Role.MEMBER})
