"""Showing an identity number or a phone: the one way a sealed value of a person leaves the house."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.access.models import Purpose
from hongzhu.core.people.models import Person
from hongzhu.kit.crypto import vault
from hongzhu.kit.refs import Actor

# Field on the page -> column. Values are bound to "<uuid of the person>|<field>".
SEALED = {"id": "id_sealed", "phone": "phone_sealed"}


@transaction.atomic
def reveal(*, person: Person, field: str, purpose: str, reason: str, by: Actor) -> str:
    """The open value of ``field`` ("id" or "phone") of one person, for a stated purpose.

    The entry in the log of reveals is written by config/middleware/refusals.py from ``request.hz_log`` before the
    value leaves; when it cannot be written the value is not sent. Raises ValidationError without a purpose (OTHER
    needs its words too) and when nothing is on file.
    """
    if field not in SEALED:
        raise ValidationError(_("没有这一项，请返回重选。"))
    if by.id == 0:
        raise ValidationError(_("查看个人信息要有具体的人。"))
    if purpose not in Purpose.values:
        raise ValidationError(_("请选查看的用途，不选不能查看。"))
    if purpose == Purpose.OTHER and not reason.strip():
        raise ValidationError(_("选“其他”时请写明用途。"))
    sealed = getattr(person, SEALED[field])
    if not sealed:
        raise ValidationError(_("系统里没有登记这一项。"))
    return vault().open(sealed, bind=f"{person.uuid}|{field}")
