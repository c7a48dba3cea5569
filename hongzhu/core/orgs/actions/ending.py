"""Helpers with which ``people.actions`` ends a body together with its members. They leave no entry of their own."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hongzhu.core.orgs import rules
from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior

from .changing import demand, end_all


def close_body(*, org: Org, successor: Org | None, step: str, on: date, approval: str) -> Org:
    """End a body: its place, hosts and superiors end that day; bodies it was above pass to the successor.

    ValidationError while something still lies under it, or hangs on it and nobody takes over.
    """
    org = Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    demand(rules.can_end(org, on))
    if successor is not None:
        demand(rules.can_succeed(org, successor, on))
    below = Placement.objects.filter(parent=org, to_on__isnull=True).count()
    if below:
        raise ValidationError(
            _("“%(name)s”下面还有%(count)s个机构，请先调整或撤销它们。") % {"name": org.name, "count": below}
        )
    _pass_on(org, successor, on)
    end_all(Placement.objects.filter(org=org, to_on__isnull=True), on)
    end_all(Hosting.objects.filter(org=org, to_on__isnull=True), on)
    end_all(Superior.objects.filter(org=org, to_on__isnull=True), on)
    org.closed_on = on
    org.save(update_fields=["closed_on"])
    Change.objects.create(org=org, step=step, on=on, approval=approval, old_name=org.name, other=successor)
    return org


def _pass_on(org: Org, successor: Org | None, on: date) -> None:
    """Bodies that belong to it, are guided by it or live in it."""
    inferior = Superior.objects.filter(superior=org, to_on__isnull=True)
    hosted = Hosting.objects.filter(unit=org, to_on__isnull=True)
    if successor is None:
        if count := inferior.count() + hosted.count():
            raise ValidationError(
                _("还有%(count)s个党组织隶属它、归它指导或设在其中，请先写明由谁承接。") % {"count": count}
            )
        return
    above = [(row.org_id, row.relation) for row in inferior if row.org_id != successor.pk]
    living = set(hosted.values_list("org_id", flat=True))
    there = set(Hosting.objects.filter(unit=successor, to_on__isnull=True).values_list("org_id", flat=True))
    end_all(inferior, on)
    end_all(hosted, on)
    Superior.objects.bulk_create(
        [Superior(org_id=pk, superior=successor, relation=relation, from_on=on) for pk, relation in above]
    )
    Hosting.objects.bulk_create([Hosting(org_id=pk, unit=successor, from_on=on) for pk in living - there])
