"""Setting up, placing, renaming, moving, merging and dissolving bodies. Dates are the day a change takes effect."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries
from hongzhu.core.orgs.models import Bureau, Change, Hosting, Org, Placement, Superior
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def open_bureau(*, code: str, name: str, pack: str, by: Actor, on: date, division_code: str = "") -> Org:
    """Begin a bureau: its key and the root of its tree."""
    bureau = Bureau.objects.create(code=code, name=name, pack=pack, division_code=division_code)
    root = Org.objects.create(bureau=bureau, kind="BUREAU", name=name, search_key=search_key(name), opened_on=on)
    Placement.objects.create(org=root, parent=None, path=queries.segment(root.pk), from_on=on)
    audit.record(by=by, did="orgs.open_bureau", to=Ref.to(root), bureau=bureau.pk, on=on.isoformat(), pack=pack)
    return root


@transaction.atomic
def set_up(
    *,
    bureau: Bureau,
    kind: str,
    name: str,
    parent: Org,
    by: Actor,
    on: date,
    hosts: tuple[Org, ...] = (),
    belongs_to: Org | None = None,
    guided_by: Org | None = None,
    approval: str = "",
    **facts: object,
) -> Org:
    """Set up one body under ``parent`` from ``on``, with its hosts and its two superiors (B29)."""
    org = begin_body(
        bureau=bureau, kind=kind, name=name, parent=parent, on=on, hosts=hosts, belongs_to=belongs_to,
        guided_by=guided_by, approval=approval, **facts,
    )  # fmt: skip
    audit.record(by=by, did="orgs.set_up", to=Ref.to(org), bureau=bureau.pk, on=on.isoformat(), kind_of_body=kind)
    return org


def begin_body(
    *,
    bureau: Bureau,
    kind: str,
    name: str,
    parent: Org,
    on: date,
    hosts: tuple[Org, ...] = (),
    belongs_to: Org | None = None,
    guided_by: Org | None = None,
    approval: str = "",
    **facts: object,
) -> Org:
    """The body, its place and its relations. A helper: whoever calls it leaves the entry, in the same transaction."""
    path = queries.path_of(parent, on)
    if not path:
        raise ValidationError(
            _("“%(parent)s”在%(on)s还没有位置，请先设立上级或改日期。") % {"parent": parent, "on": on}
        )
    if Org.objects.filter(bureau=bureau, kind=kind, name=name, closed_on__isnull=True).exists():
        raise ValidationError(_("已有同名的“%s”，请核对名称，或打开已有的那一个。") % name)
    if parent.closed_on is not None and parent.closed_on <= on:
        raise ValidationError(_("“%(parent)s”已经撤销，请换一个上级。") % {"parent": parent})
    org = Org.objects.create(bureau=bureau, kind=kind, name=name, search_key=search_key(name), opened_on=on, **facts)
    Placement.objects.create(org=org, parent=parent, path=path + queries.segment(org.pk), from_on=on)
    Hosting.objects.bulk_create([Hosting(org=org, unit=unit, from_on=on) for unit in hosts])
    above = ((Superior.Relation.BELONGS, belongs_to), (Superior.Relation.GUIDES, guided_by))
    Superior.objects.bulk_create(
        [Superior(org=org, superior=body, relation=relation, from_on=on) for relation, body in above if body]
    )
    Change.objects.create(org=org, step=Change.Step.SET_UP, on=on, approval=approval, new_name=name)
    return org
