"""What keeps a body from ending: money that could be neither confirmed nor handed up once it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Org
from hongzhu.services.party.models import Handing, Receipt

from . import dues_handing, dues_opening
from .dues_papers import yuan


def left_behind(org: Org, today: date) -> list[str]:
    """Each sum still in the hands of a body, or on its way up, in words; [] where it may end. At most ten queries."""
    return [_("%(what)s%(fen)s元") % {"what": what, "fen": yuan(fen)} for what, fen in _sums(org, today) if fen]


def _sums(org: Org, today: date) -> Iterator[tuple[str, int]]:
    large = Receipt.objects.filter(org=org, voided_at__isnull=True, large=True, forwarded_on__isnull=True)
    sent = Handing.objects.filter(org=org, voided_at__isnull=True, received_on__isnull=True)
    coming = Handing.objects.filter(superior=org, voided_at__isnull=True, received_on__isnull=True)
    yield _("未上缴党费"), dues_handing.to_hand(org, today)
    yield _("未上缴大额党费"), large.aggregate(n=Sum("fen", default=0))["n"]
    yield _("还在手里的期初余额"), dues_opening.left_of(org, today)
    yield _("已上缴、上级还没有确认的党费"), sent.aggregate(n=Sum("fen", default=0))["n"]
    yield _("下级上缴、还没有确认的党费"), coming.aggregate(n=Sum("fen", default=0))["n"]
