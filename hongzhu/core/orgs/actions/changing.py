"""Changes in the life of a body that goes on: name, place in the tree, superiors, hosts, facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries, rules
from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior
from hongzhu.kit.perms import Verdict
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref

FACTS = ("short_name", "school_code", "credit_code", "sector", "stage", "area", "mandate", "retired", "sort")


def demand(verdict: Verdict) -> None:
    """ValidationError with the rule's own reason."""
    if not verdict:
        raise ValidationError(str(verdict.reason))


def locked(org: Org, on: date) -> Org:
    """The body, locked and open to change on the day."""
    held = Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    demand(rules.can_change(held, on))
    return held


@transaction.atomic
def rename(*, org: Org, name: str, by: Actor, on: date, approval: str = "") -> Org:
    """Give a body a new name from a day on; the old one stays in its history. ValidationError when the name is taken."""
    org = locked(org, on)
    name = name.strip()
    if not name or name == org.name:
        raise ValidationError(_("名称没有变，请填新的名称。"))
    if Org.objects.filter(bureau=org.bureau_id, kind=org.kind, name=name, closed_on__isnull=True).exists():
        raise ValidationError(_("已有同名的“%s”，请核对名称，或打开已有的那一个。") % name)
    Change.objects.create(org=org, step=Change.Step.RENAMED, on=on, approval=approval, old_name=org.name, new_name=name)
    org.name, org.search_key = name, search_key(name)[:300]
    org.save(update_fields=["name", "search_key"])
    audit.record(by=by, did="orgs.rename", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), approval=approval)
    return org


@transaction.atomic
def move(*, org: Org, parent: Org, by: Actor, on: date, approval: str = "") -> Org:
    """Hang a body, with everything under it, under another from a day on; the tree of earlier days stays as it was."""
    org = locked(org, on)
    # One lock for the tree of a bureau: two moves at once could otherwise make a circle.
    list(Org.objects.select_for_update(of=("self",)).filter(bureau=org.bureau_id, kind="BUREAU").values_list("pk"))
    old, above = queries.path_of(org, on), queries.path_of(parent, on)
    if not old:
        raise ValidationError(_("“%(name)s”在那一天没有位置，请改日期。") % {"name": org.name})
    demand(rules.can_lie_under(org, old, parent, above, on))
    under = Placement.objects.filter(path__gte=old, path__lt=old + "g", to_on__isnull=True)
    if under.filter(from_on__gt=on).exists():
        raise ValidationError(_("它或它的下级在这一天之后还有变动，请用更晚的日期。"))
    new = above + queries.segment(org.pk)
    if new == old:
        raise ValidationError(_("上级没有变，请另选一个。"))
    rows = list(under.values_list("pk", "org_id", "parent_id", "path", "from_on"))
    for pk, _org, _parent, path, since in rows:
        if since == on:
            # Placed this very day: set right, since a place lasts at least a day.
            Placement.objects.filter(pk=pk).update(path=new + path[len(old) :])
    Placement.objects.filter(pk__in=[row[0] for row in rows], from_on=on, org=org).update(parent=parent)
    Placement.objects.filter(path__gte=old, path__lt=old + "g", to_on__isnull=True, from_on__lt=on).update(to_on=on)
    Placement.objects.bulk_create(
        [
            Placement(org_id=pk, parent_id=parent.pk if pk == org.pk else own, path=new + path[len(old) :], from_on=on)
            for _pk, pk, own, path, since in rows
            if since < on
        ],
        batch_size=1000,
    )
    Change.objects.create(org=org, step=Change.Step.MOVED, on=on, approval=approval, other=parent)
    audit.record(
        by=by, did="orgs.move", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), approval=approval,
        parent=parent.pk, bodies=len(rows),
    )  # fmt: skip
    return org


@transaction.atomic
def change_superiors(
    *, org: Org, belongs_to: Org | None, guided_by: Org | None, by: Actor, on: date, approval: str = ""
) -> Org:
    """Set 隶属 and 指导 of a body from a day on; None ends the relation. The two often differ."""
    org = locked(org, on)
    changed = []
    for relation, body in ((Superior.Relation.BELONGS, belongs_to), (Superior.Relation.GUIDES, guided_by)):
        held = Superior.objects.filter(org=org, relation=relation, to_on__isnull=True).first()
        if (held.superior_id if held else None) == (body.pk if body else None):
            continue
        if body is not None:
            if body.pk == org.pk:
                raise ValidationError(_("上级不能是它自己，请另选一个。"))
            if body.closed_on is not None or body.opened_on > on or body.bureau_id != org.bureau_id:
                raise ValidationError(_("“%(name)s”在那一天不存在，请另选一个。") % {"name": body.name})
        if held is not None:
            end_or_drop(held, on)
        if body is not None:
            Superior.objects.create(org=org, superior=body, relation=relation, from_on=on)
        changed.append(relation)
    if not changed:
        return org  # no entry: both are already so
    Change.objects.create(org=org, step=Change.Step.MOVED, on=on, approval=approval, other=belongs_to or guided_by)
    audit.record(
        by=by, did="orgs.change_superiors", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(),
        approval=approval, belongs=belongs_to.pk if belongs_to else 0, guides=guided_by.pk if guided_by else 0,
    )  # fmt: skip
    return org


@transaction.atomic
def change_hosts(*, org: Org, hosts: tuple[Org, ...], by: Actor, on: date, approval: str = "") -> Org:
    """Set the units a Party or mass organisation lives in from a day on."""
    org = locked(org, on)
    held = {row.unit_id: row for row in Hosting.objects.filter(org=org, to_on__isnull=True)}
    wanted = {unit.pk: unit for unit in hosts}
    if set(held) == set(wanted):
        return org  # no entry: already so
    for unit in wanted.values():
        if unit.closed_on is not None or unit.opened_on > on or unit.bureau_id != org.bureau_id:
            raise ValidationError(_("“%(name)s”在那一天不存在，请另选一个。") % {"name": unit.name})
    for pk, row in held.items():
        if pk not in wanted:
            end_or_drop(row, on)
    Hosting.objects.bulk_create([Hosting(org=org, unit=wanted[pk], from_on=on) for pk in wanted if pk not in held])
    audit.record(
        by=by, did="orgs.change_hosts", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), approval=approval,
        units=sorted(wanted),
    )  # fmt: skip
    return org


@transaction.atomic
def change_facts(*, org: Org, by: Actor, on: date, **facts: object) -> Org:
    """Set facts about a body that have no history: codes, stage, sector, area, duties."""
    org = locked(org, on)
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"not facts of a body: {sorted(unknown)}")
    changed = sorted(name for name, value in facts.items() if getattr(org, name) != value)
    if not changed:
        return org  # no entry: already so
    code = facts.get("school_code")
    if code and Org.objects.filter(bureau=org.bureau_id, school_code=code).exclude(pk=org.pk).exists():
        raise ValidationError(_("这个标识码已是另一所学校的，请核对。"))
    for name in changed:
        setattr(org, name, facts[name])
    org.save(update_fields=changed)
    audit.record(by=by, did="orgs.change_facts", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), facts=changed)
    return org


def end_or_drop(row: Superior | Hosting, on: date) -> None:
    """End a dated relation on a day; one that began that day or later never was."""
    if row.from_on >= on:
        row.delete()
    else:
        row.to_on = on
        row.save(update_fields=["to_on"])


def end_all(rows: QuerySet[Any], on: date) -> None:
    """End a queryset of open dated relations on a day; those begun that day or later never were."""
    rows.filter(from_on__gte=on).delete()
    rows.update(to_on=on)
