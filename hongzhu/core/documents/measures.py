"""How many documents were issued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row

from .models import ISSUED, Document


def issued_rows(
    scope: Any, period: Period, known_at: datetime, *, kind: str = "", topic: str = ""
) -> QuerySet[Document]:
    """Documents issued in the period by bodies of the scope, as known at a moment: registered by then."""
    found = Document.objects.filter(
        scope.orgs("issuer"),
        status__in=ISSUED,
        issued_on__gte=period.start,
        issued_on__lt=period.end,
        created_at__lte=known_at,
    )
    if kind:
        found = found.filter(kind=kind)
    if topic:
        found = found.filter(topic=topic)
    return found.order_by("issued_on", "id")


@registry.measure(
    "documents.issued",
    title=_("发文件数"),
    unit=_("件"),
    basis=_("文件登记册中已发出的文件，按发文日期"),
    rows=issued_rows,
)
def issued(scope: Any, period: Period, known_at: datetime, *, kind: str = "", topic: str = "") -> Iterable[Row]:
    """Documents issued, per issuing body; ``kind`` as Document.Kind, ``topic`` a topic of the pack."""
    counted = issued_rows(scope, period, known_at, kind=kind, topic=topic).order_by().values("issuer")
    for row in counted.annotate(n=Count("pk")).order_by("issuer"):
        yield Row(org_id=row["issuer"], value=row["n"])
