"""Lists that are only names: filled in by the bureau, from its own paper."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Name
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def add_name(*, bureau: Bureau, code: str, text: str, by: Actor, on: date, document: str = "") -> Name:
    """Put one name at the end of a list."""
    text = text.strip()
    if not text:
        raise ValidationError(_("没有保存：请写名称。"))
    rows = Name.objects.filter(bureau=bureau, list=code, to_on__isnull=True)
    if rows.filter(text=text).exists():
        raise ValidationError(_("没有保存：名单里已有“%s”。") % text)
    last = rows.aggregate(n=Max("order"))["n"] or 0
    name = Name.objects.create(
        bureau=bureau, list=code, order=last + 1, text=text[:120], document=document.strip()[:120], from_on=on
    )
    audit.record(by=by, did="registers.add_name", to=Ref.to(name), bureau=bureau.pk, list=code)
    return name


@transaction.atomic
def end_name(*, name: Name, by: Actor, on: date) -> Name:
    """Take a name off its list from ``on``."""
    name = Name.objects.select_for_update(of=("self",)).get(pk=name.pk)
    if name.to_on is None and on <= name.from_on:
        on = name.from_on  # taken off on the day it was put in: it never held
    elif not (verdict := rules.can_end(name, on)):
        raise ValidationError(verdict.reason)
    name.to_on = on
    name.save(update_fields=["to_on"])
    audit.record(by=by, did="registers.end_name", to=Ref.to(name), bureau=name.bureau_id, on=on.isoformat())
    return name
