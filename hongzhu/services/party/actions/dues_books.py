"""What the writes of 对账 and 期初余额 share: one lock for a body, the row behind it, a refusal as its sentence."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ValidationError

from hongzhu.core.orgs.models import Org
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import DuesCheck, DuesOpening

_Entry = TypeVar("_Entry", DuesCheck, DuesOpening)


def hold(org: Org) -> None:
    """The same lock as receipts take: nothing is added to an account while it is looked at."""
    Org.objects.select_for_update(of=("self",)).get(pk=org.pk)


def held(entry: _Entry) -> _Entry:
    """The entry as it stands now, its body locked first."""
    hold(entry.org)
    rows = type(entry)._default_manager.select_for_update(of=("self",)).select_related("org__bureau")
    return rows.get(pk=entry.pk)


def require(verdict: Verdict) -> None:
    """ValidationError with the sentence, where the answer is no."""
    if not verdict:
        raise ValidationError(str(verdict.reason))
