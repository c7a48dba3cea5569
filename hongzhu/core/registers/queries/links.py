"""三同步 (A14): which business plans have a Party-building counterpart and which have none, and the other way round."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.documents import queries as documents
from hongzhu.core.documents.models import ISSUED, Document
from hongzhu.core.orgs.models import PARTY_KINDS
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Link

Kind = Document.Kind
# What plans, deploys or assesses work; a reply or a letter to parents has no counterpart.
PLANS = (Kind.PLAN, Kind.OPINION, Kind.MEASURE, Kind.STANDARD, Kind.CHECKLIST, Kind.UNDERTAKING, Kind.NOTICE)
# Topics of Party life among the topics of documents (activities.topics of the pack).
PARTY_TOPICS = ("party", "party_history", "constitution", "two_studies", "integrity")


def is_party() -> Q:
    """Party-building documents: issued by a Party organisation, on a topic of Party life, or naming the Party."""
    return Q(issuer__kind__in=PARTY_KINDS) | Q(topic__in=PARTY_TOPICS) | Q(title__contains="党")  # zh: in titles


def plans(user: Any, *, party: bool, year: int | None = None) -> QuerySet[Document]:
    """Issued plans of one side that the user sees, newest first."""
    rows = documents.visible_to(user).filter(kind__in=PLANS, status__in=ISSUED)
    if year:
        rows = rows.filter(issued_on__year=year)
    return rows.filter(is_party()) if party else rows.exclude(is_party())


def visible_to(user: Any) -> QuerySet[Link]:
    """Pairs of which the user sees either side."""
    if not access.may(user, rules.VIEW):
        return Link.objects.none()
    seen = documents.visible_to(user).order_by().values("pk")
    rows = Link.objects.filter(Q(business__in=seen) | Q(party__in=seen), bureau=access.bureau_of(user))
    return rows.select_related("business__issuer", "party__issuer").order_by("-linked_on", "-id")


def narrowed(rows: QuerySet[Link], *, step: str = "", year: int | None = None, text: str = "") -> QuerySet[Link]:
    if step:
        rows = rows.filter(step=step)
    if year:
        rows = rows.filter(business__issued_on__year=year)
    return rows.filter(Q(business__title__icontains=text) | Q(party__title__icontains=text)) if text else rows


def lacking(user: Any, *, party: bool, year: int | None = None, text: str = "") -> QuerySet[Document]:
    """Plans of one side that no link names: business plans without a Party counterpart, or the other way round."""
    side = "party" if party else "business"
    rows = plans(user, party=party, year=year).exclude(pk__in=Link.objects.values(side))
    return rows.filter(title__icontains=text) if text else rows


def open_link(user: Any, pk: int) -> Link:
    """The door to take a link back."""
    row: Link = get_object_or_404(visible_to(user), pk=pk)
    access.require(user, rules.KEEP)
    return row
