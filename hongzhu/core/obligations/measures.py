"""What the room publishes, and what a changed pack would move.

Both measures are sums over bodies, so that a bureau's figure is the sum of its bodies'. ``scope`` has
``orgs(field) -> Q``, and for a part of the tree ``path``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.credits import queries as credits
from hongzhu.core.credits.models import Credit
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Moved, Row

from . import queries
from .engine import Duty, due_in
from .queries import Scope, Totals
from .queries.held import held_by_units

BASIS = gettext_lazy("支部工作条例：三会一课、主题党日等应开事项，按制度包")


def _totals(scope: Any, period: Period, known_at: datetime, duty: str) -> dict[int, Totals]:
    """Totals by body of one bureau or a part of its tree; bodies outside ``scope.orgs`` are left out."""
    bureau = Bureau.objects.get(pk=scope.bureau_id)
    question = queries.ask(bureau, period, known_at, duties=(duty,) if duty else (), grid_only=not duty)
    found = queries.totals(question, Scope(bureau.pk, getattr(scope, "path", "")))
    kept = set(Org.objects.filter(scope.orgs(""), pk__in=found).values_list("pk", flat=True))
    return {body: totals for body, totals in found.items() if body in kept}


def credit_rows(scope: Any, period: Period, known_at: datetime, *, duty: str = "", **_params: Any) -> QuerySet[Credit]:
    """The credits behind the measures: what was held for the duties that fall due in the period."""
    bureau = Bureau.objects.get(pk=scope.bureau_id)
    question = queries.ask(bureau, period, known_at, duties=(duty,) if duty else (), grid_only=not duty)
    tags = {due.duty.tag for due in question.dues}
    days = [due.start for due in question.dues], [due.stop for due in question.dues]
    rows = Credit.objects.filter(credits.stood(known_at), scope.orgs("body"), bureau=bureau, person__isnull=True)
    if not tags:
        return rows.none()
    return rows.filter(tag__in=tags, belongs_on__gte=min(days[0]), belongs_on__lt=max(days[1])).order_by(
        "held_on", "pk"
    )


@registry.measure(
    "obligations.on_time_rate", title=gettext_lazy("按期召开"), unit=gettext_lazy("次"), basis=BASIS, rows=credit_rows
)
def on_time_rate(scope: Any, period: Period, known_at: datetime, *, duty: str = "") -> Iterable[Row]:
    """Held inside their period, ``of`` all that can be judged: held, or over without a record. None where none can."""
    for body, totals in _totals(scope, period, known_at, duty).items():
        if totals.due:
            yield Row(body, totals.in_time if totals.judged else None, totals.judged or None)


@registry.measure(
    "obligations.unseen", title=gettext_lazy("未见记录"), unit=gettext_lazy("次"), basis=BASIS, rows=credit_rows
)
def unseen(scope: Any, period: Period, known_at: datetime, *, duty: str = "") -> Iterable[Row]:
    """Sittings whose time is over and of which no record is seen, ``of`` what was due."""
    for body, totals in _totals(scope, period, known_at, duty).items():
        if totals.due:
            yield Row(body, totals.unseen, totals.due)


registry.seal("obligations")(queries.sealed_until)


@registry.preview("obligations", title=gettext_lazy("应办事项"))
def moved(bureau: Bureau, old: Any, new: Any, period: Period) -> list[Moved]:
    """The duties a changed pack changes, run on a period: each body and duty whose figures move."""
    known_at = timezone.now()
    before = _run(bureau, queries.section_duties(old.section("obligations")), period, known_at)
    after = _run(bureau, queries.section_duties(new.section("obligations")), period, known_at)
    keys = [key for key in sorted({*before, *after}) if before.get(key, (None,))[1:] != after.get(key, (None,))[1:]]
    names = dict(Org.objects.filter(pk__in={body for body, _code in keys}).values_list("pk", "name"))
    return [
        Moved(
            title=str((after.get(key) or before[key])[0].title),
            org_id=key[0],
            org_label=names[key[0]],
            before=_words(before.get(key)),
            after=_words(after.get(key)),
        )
        for key in keys
    ]


def _run(
    bureau: Bureau, duties: tuple[Duty, ...], period: Period, known_at: datetime
) -> dict[tuple[int, str], tuple[Duty, Totals]]:
    dues = due_in(lambda _day: duties, period.start, period.end, queries.terms_of(bureau))
    by_code = {duty.code: duty for duty in duties}
    found = queries.grid(queries.asking(bureau, dues, known_at), Scope(bureau.pk))
    return {key: (by_code[key[1]], totals) for key, totals in found.items()}


def _words(found: tuple[Duty, Totals] | None) -> str:
    if found is None:
        return _("没有这一项")
    totals = found[1]
    if not totals.due:
        return _("不适用")
    return _("应开%(due)s，已开%(held)s，未见记录%(unseen)s") % {
        "due": totals.due, "held": totals.held, "unseen": totals.unseen,
    }  # fmt: skip


_TO_DAY = gettext_lazy("当年应办事项到数据截至日为止，未到期的不算；不适用的不填")


def _this_year(pk: int) -> str:
    return reverse("obligations:year", args=[pk, timezone.localdate().year])


def _field(code: str, title: Any, names: str) -> registry.Field:
    return registry.Field(f"obligations.{code}", title, "number", _TO_DAY, tuple(names.split()), correct=_this_year)


def _four(tag: str, titles: tuple[Any, Any, Any, Any], word: str, *others: str) -> tuple[registry.Field, ...]:
    """应开, 已开, 按期 and 补记 of one kind of meeting, under the words people put over the four."""
    ends = (("due", "应开"), ("held", "已开"), ("in_time", "按期"), ("made_up", "补记"))  # zh: titles of columns
    return tuple(
        _field(f"{tag}_{end}", title, " ".join(f"{one}·{said}" for one in (word, *others)))
        for (end, said), title in zip(ends, titles, strict=True)
    )


registry.fields(  # zh: titles people write over such columns
    "obligations.units",
    of="unit",
    holds=(
        *_four("all", (
            gettext_lazy("应开次数"), gettext_lazy("已开次数"), gettext_lazy("按期召开次数"), gettext_lazy("补记次数"),
        ), "合计", "组织生活"),
        _field("rate", gettext_lazy("按期召开率（%）"), "按期率 按期召开率"),
        _field("unseen", gettext_lazy("未见记录次数"), "未见记录 缺记录次数"),
        *_four("members_meeting", (
            gettext_lazy("党员大会应开次数"), gettext_lazy("党员大会已开次数"), gettext_lazy("党员大会按期次数"),
            gettext_lazy("党员大会补记次数"),
        ), "党员大会", "支部党员大会"),
        *_four("committee_meeting", (
            gettext_lazy("支委会应开次数"), gettext_lazy("支委会已开次数"), gettext_lazy("支委会按期次数"),
            gettext_lazy("支委会补记次数"),
        ), "支委会", "支部委员会会议", "支部委员会"),
        *_four("team_meeting", (
            gettext_lazy("党小组会应开次数"), gettext_lazy("党小组会已开次数"), gettext_lazy("党小组会按期次数"),
            gettext_lazy("党小组会补记次数"),
        ), "党小组会"),
        *_four("lecture", (
            gettext_lazy("党课应开次数"), gettext_lazy("党课已开次数"), gettext_lazy("党课按期次数"),
            gettext_lazy("党课补记次数"),
        ), "党课"),
        *_four("theme_day", (
            gettext_lazy("主题党日应开次数"), gettext_lazy("主题党日已开次数"), gettext_lazy("主题党日按期次数"),
            gettext_lazy("主题党日补记次数"),
        ), "主题党日"),
    ),
)(held_by_units)  # fmt: skip
