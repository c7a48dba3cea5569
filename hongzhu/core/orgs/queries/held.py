"""What the register of organisations holds about a body, for tables that would otherwise ask for it. One query."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery

from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, Change, Hosting, Kind, Org, Placement, Superior

from .days import on_day

ABOVE_BRANCHES = (Kind.COMMITTEE, Kind.GENERAL_BRANCH)
WITH_CLASSES = (Kind.SCHOOL, Kind.KINDERGARTEN)


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``orgs.*`` of each body as of a day, as far as it is known. One query."""
    rows = Org.objects.filter(pk__in=list(ids)).select_related("bureau").annotate(
        held_belongs=_above(Superior.Relation.BELONGS, on),
        held_guides=_above(Superior.Relation.GUIDES, on),
        held_host=Subquery(
            Hosting.objects.filter(on_day(on), org=OuterRef("pk")).order_by("pk").values("unit__name")[:1]
        ),
        held_approval=Subquery(
            Change.objects.filter(org=OuterRef("pk"), step=Change.Step.SET_UP).order_by("on").values("approval")[:1]
        ),
        held_branches=_many(
            Superior.objects.filter(
                on_day(on), superior=OuterRef("pk"), relation=Superior.Relation.BELONGS, org__kind__in=BRANCH_KINDS
            ).filter(_open("org__", on)), "superior",
        ),
        held_teams=_many(_below(Kind.TEAM, on), "parent"),
        held_classes=_many(_below(Kind.CLASS, on), "parent"),
    )  # fmt: skip
    return {
        org.pk: {code: value for code, value in _told(org).items() if code in codes and value not in (None, "")}
        for org in rows
    }


def _above(relation: str, on: date) -> Subquery:
    return Subquery(
        Superior.objects.filter(on_day(on), org=OuterRef("pk"), relation=relation).values("superior__name")[:1]
    )


def _below(kind: str, on: date) -> QuerySet[Placement]:
    return Placement.objects.filter(on_day(on), parent=OuterRef("pk"), org__kind=kind).filter(_open("org__", on))


def _open(prefix: str, on: date) -> Q:
    """:func:`existing` for a relation."""
    return Q(**{f"{prefix}opened_on__lte": on}) & (
        Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on})
    )


def _many(rows: QuerySet[Any], by: str) -> Subquery:
    counted = rows.order_by().values(by).annotate(n=Count("org", distinct=True)).values("n")
    return Subquery(counted, output_field=IntegerField())


def _told(org: Any) -> dict[str, Any]:
    party = org.kind in PARTY_KINDS
    return {
        "orgs.name": org.name,
        "orgs.short_name": org.short_name or None,
        "orgs.kind": str(org.get_kind_display()),
        "orgs.school_code": org.school_code,
        "orgs.credit_code": org.credit_code,
        "orgs.sector": str(org.get_sector_display()) if org.sector else None,
        "orgs.stage": str(org.get_stage_display()) if org.stage else None,
        "orgs.area": org.area,
        "orgs.division": org.bureau.division_code,
        "orgs.bureau": org.bureau.name,
        "orgs.opened_on": org.opened_on,
        "orgs.approval": org.held_approval,
        "orgs.superior": org.held_belongs,
        "orgs.guided_by": org.held_guides,
        "orgs.host": org.held_host if party else org.name,
        "orgs.branches": (org.held_branches or 0) if org.kind in ABOVE_BRANCHES else None,
        "orgs.teams": (org.held_teams or 0) if org.kind in BRANCH_KINDS else None,
        "orgs.classes": org.held_classes if org.kind in WITH_CLASSES else None,
    }
