"""议定事项, problems found, improvement items and major decisions: open, overdue, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities import rules
from hongzhu.core.activities.models import Act, Resolution
from hongzhu.core.activities.pack import ActivitiesSection
from hongzhu.core.activities.queries.acts import section_of, visible_to
from hongzhu.core.orgs.models import Org
from hongzhu.kit.chips import Chip

OPEN = (Resolution.State.OPEN, Resolution.State.REPORTED)


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What a pack says of items: the names of categories, and which need the Party organisation's opinion first.

    ``categories``: (kind of act, code) → name; ``asking``: (kind of act, kind of item).
    """

    categories: Mapping[tuple[str, str], str] = field(default_factory=dict)
    asking: frozenset[tuple[str, str]] = frozenset()

    def category(self, item: Resolution) -> str:
        """方面 in words; its code where the pack no longer has it."""
        return self.categories.get((item.act.kind, item.category), item.category)

    def asks(self, item: Resolution) -> bool:
        """Whether the opinion comes first: not where the Party organisation itself decides (A18)."""
        return (item.act.kind, item.kind) in self.asking

    def lacks_opinion(self, item: Resolution) -> bool:
        return self.asks(item) and not item.opinion and item.state != Resolution.State.DROPPED


def item_words(section: ActivitiesSection) -> ItemWords:
    """The words of one pack."""
    told = [(kind.code, rule) for kind in section.kinds for rule in kind.resolutions]
    return ItemWords(
        {(kind, row.code): str(row.title) for kind, rule in told for row in rule.categories},
        frozenset((kind, rule.kind) for kind, rule in told if rule.needs_opinion),
    )


def item_words_for(user: Any, today: date) -> ItemWords:
    """The words of the user's bureau, for lists; none for an account that belongs to none."""
    bureau = getattr(user, "bureau", None)
    return item_words(section_of(bureau, today)) if bureau else ItemWords()


def visible_items(user: Any) -> QuerySet[Resolution]:
    """Items of acts the user may see; those of voided acts are not pursued."""
    acts = visible_to(user).exclude(status=Act.Status.VOIDED).order_by().values("pk")
    return Resolution.objects.filter(act__in=acts)


def items(
    user: Any, *, today: date, org: int | None = None, kind: str = "", state: str = "open"
) -> QuerySet[Resolution]:
    """The list: overdue first, then by date due. ``state``: open, overdue, closed, no_opinion or all. One query."""
    rows = visible_items(user).select_related("act", "org", "owner", "closed_by", "carried_to")
    if org:
        rows = rows.filter(org=org)
    if kind:
        rows = rows.filter(kind=kind)
    if state == "open":
        rows = rows.filter(state__in=OPEN)
    elif state == "overdue":
        rows = rows.filter(state__in=OPEN, due_on__lt=today)
    elif state == "closed":
        rows = rows.filter(state=Resolution.State.CLOSED)
    elif state == "no_opinion":
        rows = rows.filter(without_opinion(item_words_for(user, today)))
    late_first = Case(
        When(state__in=OPEN, due_on__lt=today, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return rows.annotate(order=late_first).order_by("order", "due_on", "pk")


def without_opinion(words: ItemWords) -> Q:
    """A decision that needs the Party organisation's opinion first and has none, or one given after it (A18)."""
    asked = Q(pk__in=[])
    for act, kind in sorted(words.asking):
        asked |= Q(act__kind=act, kind=kind)
    return asked & (Q(opinion="") | Q(opinion_on__gt=F("act__held_on"))) & ~Q(state=Resolution.State.DROPPED)


def open_item(user: Any, pk: int) -> Resolution:
    """The one door to an item: its act's."""
    return get_object_or_404(visible_items(user).select_related("act__bureau", "act__body", "org", "owner"), pk=pk)


def open_item_to_follow(user: Any, pk: int) -> Resolution:
    """The door for whoever reports or closes: the owner, recorders of the body, and those above who review."""
    item = open_item(user, pk)
    access.check(user, rules.REPORT, item.org)
    return item


def items_of(body: Org) -> QuerySet[Resolution]:
    """Every item of one body, open ones first, by date due. For a page whose own door has opened the body."""
    done = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Resolution.objects.filter(org=body)
        .exclude(act__status=Act.Status.VOIDED)
        .select_related("owner")
        .annotate(done=done)
        .order_by("done", F("due_on").asc(nulls_last=True), "pk")
    )


def due_soon(body_ids: Any, until: date) -> QuerySet[Resolution]:
    """Open items of these bodies that are due by a day, earliest first."""
    return (
        Resolution.objects.filter(org__in=body_ids, state__in=OPEN, due_on__lte=until)
        .exclude(act__status=Act.Status.VOIDED)
        .select_related("act", "org", "owner")
        .order_by("due_on", "pk")
    )


def chip_of(item: Resolution, today: date) -> Chip:
    """The state as people see it; overdue is derived from the date."""
    if item.state in OPEN and item.due_on and item.due_on < today:
        return Chip(_("逾期"), "now", "tri")
    tone, shape = {
        Resolution.State.OPEN: ("go", "half"),
        Resolution.State.REPORTED: ("go", "dot"),
        Resolution.State.CLOSED: ("ok", "tick"),
        Resolution.State.DROPPED: ("plain", "dash"),
    }[Resolution.State(item.state)]
    return Chip(item.get_state_display(), tone, shape)
