"""What the room publishes: what units were asked and what it cost; and the paragraphs of figures a report begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.measures import queries as measures
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Hosting, Org
from hongzhu.core.people.models import Membership, Standing
from hongzhu.core.people.queries.held import YOUNG, born_after
from hongzhu.kit import registry
from hongzhu.kit.dates import SHANGHAI, Period, full_text
from hongzhu.kit.registry import Row

from . import rules
from .models import Request, Return

BASIS = gettext_lazy("收表登记，按发出日期；已撤回的不计")


def return_rows(scope: Any, period: Period, known_at: datetime, **_params: Any) -> QuerySet[Return]:
    """The returns behind both measures: of requests sent in the period and known then."""
    first, last = (datetime.combine(day, time.min, SHANGHAI) for day in (period.start, period.end))
    return (
        Return.objects.filter(
            scope.orgs("org"),
            request__status__in=(Request.Status.OUT, Request.Status.CLOSED),
            request__sent_at__gte=first,
            request__sent_at__lt=last,
            request__sent_at__lte=known_at,
        )
        .select_related("request", "org")
        .order_by("request__sent_at", "id")
    )


@registry.measure(
    "collections.requests", title=gettext_lazy("收表次数"), unit=gettext_lazy("次"), basis=BASIS, rows=return_rows
)
def asked(scope: Any, period: Period, known_at: datetime, **_params: Any) -> Iterable[Row]:
    """How many tables and reports each unit was asked for."""
    found = return_rows(scope, period, known_at).select_related(None).order_by().values_list("org")
    return [Row(org_id=org, value=n) for org, n in found.annotate(n=Count("pk"))]


@registry.measure(
    "collections.minutes", title=gettext_lazy("填表用时"), unit=gettext_lazy("分钟"), basis=BASIS, rows=return_rows
)
def minutes(scope: Any, period: Period, known_at: datetime, **_params: Any) -> Iterable[Row]:
    """What was handed in cost each unit in minutes, by the pack's seconds for each cell."""
    found = return_rows(scope, period, known_at).select_related(None).order_by().values_list("org")
    return [Row(org_id=org, value=n) for org, n in found.annotate(n=Sum("minutes"))]


@registry.paragraph("collections.life", title=gettext_lazy("组织生活（次数、按期）"))
def life_paragraph(org: Org, period: Period) -> str:
    """Acts, lectures, and sittings due, held in time and unseen, of the body and those it hosts or has below it."""
    day = min(period.last_day, timezone.localdate())
    path = orgs.path_of(org, day)
    if not path:
        return ""
    scope, known_at = measures.MeasureScope(org.bureau_id, path, day), timezone.now()

    def value(code: str) -> int:
        return measures.combined(code, measures.values(code, scope, period, known_at)) or 0

    judged = measures.values("obligations.on_time_rate", scope, period, known_at)
    in_time = sum(row.value or 0 for row in judged)
    due = sum(row.of or 0 for row in judged)
    said = _("%(period)s开展组织生活%(acts)s次，其中党课%(lectures)s节。") % {
        "period": period.title,
        "acts": value("activities.acts"),
        "lectures": value("activities.lectures_by"),
    }
    if due:
        said += _("到期的应开事项%(due)s次，按期召开%(in_time)s次，未见记录%(unseen)s次。") % {
            "due": due,
            "in_time": in_time,
            "unseen": value("obligations.unseen"),
        }
    return said


@registry.paragraph("collections.members", title=gettext_lazy("党员队伍（人数、构成）"))
def members_paragraph(org: Org, period: Period) -> str:
    """Members of the body, of the branches that live in it or, of an office, of all below it, on the last day of the period that has come."""
    day = min(period.last_day, timezone.localdate())
    near = Q(pk=org.pk) | Q(pk__in=Hosting.objects.filter(orgs.on_day(day), unit=org).values("org"))
    if org.kind in rules.OFFICE_KINDS:
        near = orgs.reach(orgs.path_of(org, day), day)
    bodies = Org.objects.filter(near, kind__in=BRANCH_KINDS)
    found = Membership.objects.filter(
        orgs.on_day(day), org__in=bodies, standing__in=(Standing.FULL, Standing.PROBATIONARY)
    ).aggregate(
        n=Count("person", distinct=True),
        probationary=Count("person", distinct=True, filter=Q(standing=Standing.PROBATIONARY)),
        women=Count("person", distinct=True, filter=Q(person__sex="2")),
        young=Count("person", distinct=True, filter=Q(person__born_on__gt=born_after(day, YOUNG))),
        retired=Count("person", distinct=True, filter=Q(retired=True)),
    )
    if not found["n"]:
        return ""
    return _(
        "截至%(day)s，有党员%(n)s名，其中预备党员%(probationary)s名，女党员%(women)s名，35岁及以下%(young)s名，离退休%(retired)s名。"
    ) % {"day": full_text(day), **found}
