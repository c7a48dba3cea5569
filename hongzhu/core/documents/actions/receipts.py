"""What addressees do, and reminding those who have not."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.documents import queries, rules
from hongzhu.core.documents.models import Document, Recipient, SignUp
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref

from .outbox import send


@transaction.atomic
def read(*, recipient: Recipient, by: Actor, now: datetime) -> Recipient:
    """签收: the body has read it. The first tap counts; a second one changes nothing."""
    recipient = _locked(recipient)
    _ask(recipient)
    if recipient.read_at is not None:
        return recipient  # no entry: read before
    recipient.read_at, recipient.read_by = now, by.label[:120]
    recipient.save(update_fields=["read_at", "read_by"])
    audit.record(by=by, did="documents.read", to=Ref.to(recipient.document), org=recipient.org_id)
    return recipient


@transaction.atomic
def reply(*, recipient: Recipient, text: str, by: Actor, now: datetime) -> Recipient:
    """Answer for the body; it may be answered again, the last answer stands and the chain keeps that there were more."""
    recipient = _locked(recipient)
    _ask(recipient)
    if not text.strip():
        raise ValidationError(_("没有保存：请写回复内容，没有情况就写“无此情况”。"))
    if len(text.strip()) > 500:
        raise ValidationError(_("没有保存：回复最多500字，现有%s字。已填内容还在。") % len(text.strip()))
    recipient.reply, recipient.replied_at, recipient.replied_by = text.strip(), now, by.label[:120]
    if recipient.read_at is None:
        recipient.read_at, recipient.read_by = now, by.label[:120]
    recipient.save(update_fields=["reply", "replied_at", "replied_by", "read_at", "read_by"])
    audit.record(by=by, did="documents.reply", to=Ref.to(recipient.document), org=recipient.org_id)
    return recipient


@transaction.atomic
def remind(*, document: Document, by: Actor, on: date, now: datetime) -> int:
    """Remind those alone who have not read (or not replied, where a reply is wanted). Returns how many bodies.

    A body is reminded once before the reply-by day and once after it, however often the button is pressed.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=document.pk)
    verdict = rules.can_remind(document)
    if not verdict:
        raise ValidationError(verdict.reason)
    open_rows = list(queries.to_remind(document, on).values_list("pk", "org_id"))
    if not open_rows:
        return 0  # no entry: nobody is left to remind
    level = queries.reminder_level(document, on)
    ids = [org_id for _pk, org_id in open_rows]
    send(
        key=f"documents.document:{document.pk}:{level}",
        accounts=access.accounts_at(ids, rules.RECEIVE, on),
        subject=_("提醒：%s") % document.title,
        text=queries.call_to_read(document),
        url=reverse("documents:document_page", args=[document.pk]),
        now=now,
    )
    Recipient.objects.filter(pk__in=[pk for pk, _org in open_rows]).update(reminded_at=now)
    audit.record(by=by, did="documents.remind", to=Ref.to(document), level=level, bodies=ids)
    return len(ids)


@transaction.atomic
def sign_up(*, document: Document, person: Person, org: Org, by: Actor, on: date, now: datetime) -> SignUp:
    """Answer an appeal for oneself: that and when (K05). A second tap makes no second row."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    verdict = rules.can_sign_up(document, on)
    if not verdict:
        raise ValidationError(verdict.reason)
    row, made = SignUp.objects.get_or_create(document=document, person=person, defaults={"org": org, "at": now})
    if not made:
        return row  # no entry: signed up before
    audit.record(by=by, did="documents.sign_up", to=Ref.to(document), person=person.pk, org=org.pk)
    return row


def _locked(recipient: Recipient) -> Recipient:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("document")
    found: Recipient = rows.get(pk=recipient.pk)
    return found


def _ask(recipient: Recipient) -> None:
    verdict = rules.can_be_answered(recipient)
    if not verdict:
        raise ValidationError(verdict.reason)
