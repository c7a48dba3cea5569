"""Writing a checked sheet of organisations: all of it or nothing, with one entry."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries
from hongzhu.core.orgs.models import Bureau, Change, Hosting, Org, Placement, Superior
from hongzhu.core.orgs.queries.naming import ImportContext
from hongzhu.core.orgs.queries.sheet import OrgPlan, Target, check_orgs
from hongzhu.kit import bulk
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref
from hongzhu.kit.tables.columns import Report
from hongzhu.kit.tables.read import Table


@transaction.atomic
def import_orgs(*, table: Table, context: ImportContext, by: Actor, source: str = "") -> Report:
    """Check a sheet of organisations against what is on file now, and write it. ValidationError when it has errors."""
    Bureau.objects.select_for_update().get(pk=context.bureau.pk)
    report = check_orgs(table, context)
    if report.errors:
        raise ValidationError(
            _("没有导入：表里有%(count)s处要改。第一处是%(first)s")
            % {"count": len(report.errors), "first": report.errors[0]}
        )
    if not (report.new or report.changed):
        return report  # no entry: the sheet says what is already on file
    plan: OrgPlan = report.plan
    _set_up_rows(plan, context)
    for pk, facts in plan.changed:
        Org.objects.filter(pk=pk).update(**facts)
    audit.record(
        by=by, did="orgs.import", to=Ref(kind="orgs.bureau", id=context.bureau.pk, label=context.bureau.name),
        bureau=context.bureau.pk, on=context.on.isoformat(), sha256=source, rows=report.rows, new=report.new,
        changed=report.changed,
    )  # fmt: skip
    return report


def _set_up_rows(plan: OrgPlan, context: ImportContext) -> None:
    pks = dict(zip(plan.new, bulk.reserve(Org, len(plan.new)), strict=True))

    def pk_of(target: Target) -> int:
        return target.pk or pks[target.place]

    above = {row.parent.pk for row in plan.rows if row.parent and row.parent.pk}
    paths: dict[int, str] = dict(
        Placement.objects.filter(org__in=above, to_on__isnull=True).values_list("org_id", "path")
    )
    rows: dict[type[Any], list[Any]] = {Org: [], Placement: [], Hosting: [], Superior: [], Change: []}
    for place in plan.new:
        row, pk = plan.rows[place], pks[place]
        if row.parent is None:
            raise ValueError("a checked row has its parent")
        paths[pk] = paths[pk_of(row.parent)] + queries.segment(pk)
        since: date = row.opened_on
        rows[Org].append(
            Org(
                pk=pk, bureau=context.bureau, kind=row.kind, name=row.name, search_key=search_key(row.name)[:300],
                opened_on=since, **row.facts,
            )
        )  # fmt: skip
        rows[Placement].append(Placement(org_id=pk, parent_id=pk_of(row.parent), path=paths[pk], from_on=since))
        rows[Hosting] += [Hosting(org_id=pk, unit_id=pk_of(unit), from_on=since) for unit in row.hosts]
        guides = row.guided_by or row.belongs_to
        for relation, body in ((Superior.Relation.BELONGS, row.belongs_to), (Superior.Relation.GUIDES, guides)):
            if body:
                rows[Superior].append(Superior(org_id=pk, superior_id=pk_of(body), relation=relation, from_on=since))
        rows[Change].append(
            Change(org_id=pk, step=Change.Step.SET_UP, on=since, approval=row.approval, new_name=row.name)
        )
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=1000)
