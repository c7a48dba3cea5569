"""三同步 (A14): a business document and its Party-building counterpart, step by step."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.documents.models import UNISSUED, Document
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.registers.models import Link
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def link_plans(*, bureau: Bureau, business: Document, party: Document, step: str, on: date, by: Actor) -> Link:
    """The two were deployed, implemented or assessed together."""
    if business.pk == party.pk:
        raise ValidationError(_("没有保存：业务文件和党建文件不能是同一件。已填内容还在。"))
    if {business.bureau_id, party.bureau_id} != {bureau.pk}:
        raise ValidationError(_("没有保存：文件不属于本局。已填内容还在。"))
    if business.status in UNISSUED or party.status in UNISSUED:
        raise ValidationError(_("没有保存：还没有印发的文件不能关联，请先印发。已填内容还在。"))
    if Link.objects.select_for_update().filter(business=business, party=party, step=step).exists():
        raise ValidationError(_("没有保存：这两件文件在这个环节已经关联。已填内容还在。"))
    row = Link.objects.create(bureau=bureau, business=business, party=party, step=step, linked_on=on)
    audit.record(
        by=by, did="registers.link_plans", to=Ref.to(row), bureau=bureau.pk, business=business.pk, party=party.pk,
        step=step,
    )  # fmt: skip
    return row


@transaction.atomic
def unlink_plans(*, link: Link, by: Actor) -> None:
    """Linked by mistake: the pair goes, the entry in the chain says which it was."""
    row = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    ref = Ref.to(row)
    row.delete()
    audit.record(
        by=by, did="registers.unlink_plans", to=ref, bureau=link.bureau_id, business=link.business_id,
        party=link.party_id, step=link.step,
    )  # fmt: skip
