"""The life of a document: draft, review, sign, issue with number and frozen addressees, into force, revised, repealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.documents import engine, queries, rules
from hongzhu.core.documents.models import Document, Recipient
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import actions as policies
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref

from .outbox import send

Status = Document.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a drafter writes. ``under`` and ``kinds`` choose the audience: bodies of these kinds in this part of the tree."""

    kind: str
    title: str
    text: str = ""
    topic: str = ""
    in_name_of: str = ""
    addressed_to: str = ""
    copied_to: str = ""
    under: Org | None = None
    kinds: tuple[str, ...] = ()
    needs_reply: bool = False
    reply_by: date | None = None
    trial: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: Document | None = None


@transaction.atomic
def draft(*, issuer: Org, wording: Wording, by: Actor, now: datetime) -> Document:
    """Begin a document of ``issuer``."""
    document = Document(bureau=issuer.bureau, issuer=issuer, created_at=now, drafted_by=by.label[:120])
    _write(document, wording)
    document.save()
    audit.record(by=by, did="documents.draft", to=Ref.to(document), bureau=issuer.bureau_id, kind=document.kind)
    return document


@transaction.atomic
def revise_draft(*, document: Document, wording: Wording, by: Actor, now: datetime) -> Document:
    """Write a draft anew."""
    document = _locked(document)
    _ask(rules.can_be_changed(document))
    _write(document, wording)
    document.save()
    audit.record(by=by, did="documents.revise_draft", to=Ref.to(document), at=now.isoformat())
    return document


@transaction.atomic
def withdraw_draft(*, document: Document, by: Actor) -> None:
    """Delete what was never issued."""
    document = _locked(document)
    _ask(rules.can_be_withdrawn(document))
    gone = Ref.to(document)
    document.delete()
    audit.record(by=by, did="documents.withdraw_draft", to=gone)


@transaction.atomic
def submit(*, document: Document, by: Actor) -> Document:
    """Hand the draft to review."""
    document = _locked(document)
    _ask(rules.can_be_submitted(document))
    document.status, document.returned_for, document.reviewed_by = Status.REVIEW, "", ""
    document.save(update_fields=["status", "returned_for", "reviewed_by"])
    audit.record(by=by, did="documents.submit", to=Ref.to(document))
    return document


@transaction.atomic
def approve(*, document: Document, by: Actor, on: date) -> Document:
    """审阅通过, by another than who wrote it: it may be signed."""
    document = _locked(document)
    _ask(queries.may_approve(document, by.id, on))
    document.reviewed_by = by.label[:120]
    document.save(update_fields=["reviewed_by"])
    audit.record(by=by, did="documents.approve", to=Ref.to(document))
    return document


@transaction.atomic
def send_back(*, document: Document, reason: str, by: Actor) -> Document:
    """退回补正: back to the drafter with the reason; a signed one too, as long as it is not issued."""
    document = _locked(document)
    if document.status != Status.SIGNED:
        _ask(rules.can_be_reviewed(document))
    if not reason.strip():
        raise ValidationError(_("没有退回：请写明退回原因。"))
    document.status, document.returned_for = Status.DRAFT, reason.strip()[:200]
    document.reviewed_by, document.signed_by, document.signed_on = "", "", None
    document.save(update_fields=["status", "returned_for", "reviewed_by", "signed_by", "signed_on"])
    audit.record(by=by, did="documents.send_back", to=Ref.to(document), reason=document.returned_for)
    return document


@transaction.atomic
def sign(*, document: Document, signed_by: str, by: Actor, on: date) -> Document:
    """签发: the leader's name and the day, by another than who wrote it."""
    document = _locked(document)
    _ask(queries.may_sign(document, by.id, on))
    if not signed_by.strip():
        raise ValidationError(_("没有签发：请写签发人。"))
    document.status, document.signed_by, document.signed_on = Status.SIGNED, signed_by.strip()[:60], on
    document.save(update_fields=["status", "signed_by", "signed_on"])
    audit.record(by=by, did="documents.sign", to=Ref.to(document), signed_by=document.signed_by, on=on.isoformat())
    return document


@transaction.atomic
def issue(*, document: Document, by: Actor, on: date, now: datetime, number: str = "") -> Document:
    """Give it out: number, day, addressees frozen as of ``on``, a message to each that may receive it.

    ``number`` typed by hand stands as it is; otherwise the series of the pack gives the next one, without gaps.
    The document it supersedes is marked 已修订 from the day this one takes effect.
    """
    document = _locked(document)
    _ask(rules.can_be_issued(document, on))
    ids = list(queries.audience(document, on).values_list("pk", flat=True))
    document.number = number.strip()[:60] or _next_number(document, on)
    document.issued_on = on
    document.status = rules.status_at_issue(document.kind, trial=document.trial)
    document.valid_from = document.valid_from or on
    _save_once(document)
    Recipient.objects.bulk_create([Recipient(document=document, org_id=pk) for pk in ids], batch_size=1000)
    _supersede(document)
    _tell(document, ids, on=on, now=now)
    audit.record(
        by=by, did="documents.issue", to=Ref.to(document), bureau=document.bureau_id, number=document.number,
        on=on.isoformat(), addressees=len(ids), supersedes=document.supersedes_id,
    )  # fmt: skip
    return document


@transaction.atomic
def enter(
    *, issuer: Org, wording: Wording, number: str, issued_on: date, by: Actor, now: datetime, signed_by: str = "",
    to: tuple[int, ...] | None = None,
) -> Document:  # fmt: skip
    """Register a document issued before, or by another body, as it stands (A28). No message goes out.

    ``to``: ids of the bodies it was addressed to; None: the audience of the wording as of ``issued_on``.
    """
    document = Document(bureau=issuer.bureau, issuer=issuer, created_at=now, drafted_by=by.label[:120])
    _write(document, wording)
    document.number, document.issued_on, document.signed_by = number.strip()[:60], issued_on, signed_by[:60]
    document.status = rules.status_at_issue(document.kind, trial=document.trial)
    document.valid_from = document.valid_from or issued_on
    _save_once(document)
    ids = list(queries.audience(document, issued_on).values_list("pk", flat=True)) if to is None else list(to)
    Recipient.objects.bulk_create([Recipient(document=document, org_id=pk) for pk in ids], batch_size=1000)
    _supersede(document)
    audit.record(
        by=by, did="documents.enter", to=Ref.to(document), bureau=issuer.bureau_id, number=document.number,
        on=issued_on.isoformat(), addressees=len(ids), supersedes=document.supersedes_id,
    )  # fmt: skip
    return document


@transaction.atomic
def take_effect(*, document: Document, by: Actor, on: date) -> Document:
    """From trial into force, from ``on``."""
    document = _locked(document)
    _ask(rules.can_take_effect(document))
    document.status, document.trial, document.valid_from = Status.IN_FORCE, False, on
    document.save(update_fields=["status", "trial", "valid_from"])
    audit.record(by=by, did="documents.take_effect", to=Ref.to(document), on=on.isoformat())
    return document


@transaction.atomic
def repeal(*, document: Document, by: Actor, on: date, reason: str = "") -> Document:
    """废止 from ``on``; the words and the receipts stay."""
    document = _locked(document)
    _ask(rules.can_be_repealed(document, on))
    document.status, document.repealed_on, document.valid_to = Status.REPEALED, on, on
    document.save(update_fields=["status", "repealed_on", "valid_to"])
    audit.record(by=by, did="documents.repeal", to=Ref.to(document), on=on.isoformat(), reason=reason)
    return document


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("issuer", "bureau").get(pk=document.pk)


def _ask(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(verdict.reason)


def _write(document: Document, wording: Wording) -> None:
    if wording.supersedes is not None:
        _ask(rules.can_be_superseded(wording.supersedes))
    plain = (
        "kind", "title", "text", "topic", "in_name_of", "addressed_to", "copied_to", "needs_reply", "reply_by", "trial",
        "valid_from", "valid_to", "supersedes",
    )  # fmt: skip
    for name in plain:
        setattr(document, name, getattr(wording, name))
    document.needs_reply = wording.needs_reply or wording.reply_by is not None
    audience: dict[str, Any] = {}
    if wording.kinds:
        audience = {"under": wording.under.pk if wording.under else None, "kinds": list(wording.kinds)}
    document.audience = audience


def _next_number(document: Document, on: date) -> str:
    kind = queries.kind_of(document, on)
    if kind is None or not kind.number:
        return ""
    series = kind.series or document.kind.lower()
    count = policies.next_number(bureau=document.bureau, key=f"documents.{series}.{document.issuer_id}", year=on.year)
    prefix = kind.prefix or document.issuer.short_name or document.issuer.name
    return engine.number_text(kind.number, prefix=prefix, year=on.year, number=count)


def _save_once(document: Document) -> None:
    """Save; a number already given out is said in words instead of a broken page."""
    taken = Document.objects.filter(bureau=document.bureau_id, number=document.number).exclude(pk=document.pk)
    told = _("没有保存：文号“%s”已经用过，请换一个。已填内容还在。") % document.number
    if document.number and taken.exists():
        raise ValidationError(told)
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise ValidationError(told) from error


def _supersede(document: Document) -> None:
    if document.supersedes_id is None:
        return
    old = Document.objects.select_for_update().get(pk=document.supersedes_id)
    _ask(rules.can_be_superseded(old))
    old.status, old.valid_to = Status.REVISED, document.valid_from
    old.save(update_fields=["status", "valid_to"])


def _tell(document: Document, org_ids: list[int], *, on: date, now: datetime) -> None:
    send(
        key=f"documents.document:{document.pk}:issued",
        accounts=access.accounts_at(org_ids, rules.RECEIVE, on),
        subject=document.title,
        text=queries.call_to_read(document),
        url=reverse("documents:document_page", args=[document.pk]),
        now=now,
    )
