"""The document register: what a user may see, whom a document was addressed to, who has read and answered."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as audit
from hongzhu.core.documents import rules
from hongzhu.core.documents.models import ISSUED, UNISSUED, Document, Recipient, SignUp
from hongzhu.core.documents.pack import DocumentKind, DocumentsSection, Sheet
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import SHANGHAI, day_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref
from hongzhu.kit.tables.write import write_xlsx

Status = Document.Status

CHIPS: dict[str, tuple[str, str]] = {
    Status.DRAFT: ("plain", "ring"),
    Status.REVIEW: ("go", "half"),
    Status.SIGNED: ("go", "dot"),
    Status.ISSUED: ("ok", "tick"),
    Status.TRIAL: ("go", "half"),
    Status.IN_FORCE: ("ok", "tick"),
    Status.REVISED: ("plain", "dash"),
    Status.REPEALED: ("plain", "dash"),
}


def visible_to(user: Any) -> QuerySet[Document]:
    """Issued: by or to a body in the user's part. Unissued: only for those who may draft for the issuer."""
    mine = access.within(user, rules.VIEW, "issuer")
    addressed = Recipient.objects.filter(access.within(user, rules.VIEW, "org")).values("document")
    issued = Q(status__in=ISSUED) & (mine | Q(pk__in=addressed))
    drafts = Q(status__in=UNISSUED) & access.within(user, rules.DRAFT, "issuer")
    return (
        Document.objects.filter(issued | drafts)
        .filter(bureau=access.bureau_of(user))
        .select_related("issuer")
        # Drafts have no day of issue: last on both databases.
        .order_by(F("issued_on").desc(nulls_last=True), "-id")
    )


def open_document(user: Any, pk: int, perm: Perm = rules.VIEW) -> Document:
    """The one door: unseen is 404, seen but not permitted is 403. Reading an addressed document asks no more than seeing it."""
    rows = visible_to(user).select_related("issuer", "supersedes", "bureau")
    document: Document = get_object_or_404(rows, pk=pk)
    if perm is rules.SIGN_UP:
        access.require(user, perm)
    elif perm is not rules.VIEW:
        access.check(user, perm, document.issuer)
    return document


def visible_recipients(user: Any, perm: Perm = rules.VIEW) -> QuerySet[Recipient]:
    """Addressed bodies in the user's part of the tree, of issued documents."""
    return (
        Recipient.objects.filter(access.within(user, perm, "org"), document__status__in=ISSUED)
        .select_related("document__issuer", "org")
        .order_by("-document__issued_on", "-document_id", "id")
    )


def open_recipient(user: Any, pk: int, perm: Perm = rules.RECEIVE) -> Recipient:
    """The door of one addressee: its own people, and those above it, may see it; RECEIVE is asked at the body."""
    recipient: Recipient = get_object_or_404(visible_recipients(user), pk=pk)
    access.check(user, perm, recipient.org)
    return recipient


def inbox(user: Any) -> QuerySet[Recipient]:
    """收文: what was addressed to the body the user acts for (not to all those under it), newest first."""
    grant = access.acting_grant(user)
    if grant is None or not access.may(user, rules.VIEW):
        return Recipient.objects.none()
    own = Q(org=grant.org_id) | Q(org__in=_hosts_and_hosted(grant.org_id))
    return visible_recipients(user).filter(own)


def _hosts_and_hosted(org_id: int) -> QuerySet[Any]:
    """Party organisations living in a unit: their secretary reads what is addressed to either."""
    return Org.objects.filter(orgs.on_day(timezone.localdate(), "hostings__"), hostings__unit=org_id).values("pk")


_NUMBER_END = re.compile(r"〔\d{4}〕\d+号")  # zh: how a document number ends


def cited(user: Any, texts: Collection[str]) -> dict[str, Document]:
    """text → the registered document whose number it cites, of those the user may see (A28). One query at most."""
    ends = {end for text in texts for end in _NUMBER_END.findall(text)}
    if not ends:
        return {}
    wanted = Q()
    for end in ends:
        wanted |= Q(number__endswith=end)
    found = list(visible_to(user).filter(wanted, status__in=ISSUED))
    # The longest number wins: one that another ends with is cited by both texts.
    found.sort(key=lambda document: len(document.number))
    return {text: document for document in found for text in texts if document.number in text}


WROTE = ("documents.draft", "documents.revise_draft")


def may_approve(document: Document, account: int, on: date) -> Verdict:
    """Whether this account may pass the document, and if not, who may (A19)."""
    own, others = _another(document, account, rules.DRAFT, on)
    return rules.can_be_approved(document, own=own, others=others)


def may_sign(document: Document, account: int, on: date) -> Verdict:
    """Whether this account may sign the document, and if not, who may (A19)."""
    own, others = _another(document, account, rules.SIGN, on)
    return rules.can_be_signed(document, own=own, others=others)


def _another(document: Document, account: int, perm: Perm, on: date) -> tuple[bool, list[str]]:
    """Whether the account wrote any of it, by the chain of writes, and who else holds the permission."""
    wrote = audit.who_did(Ref.to(document), *WROTE)
    if account not in wrote:
        return False, []
    return True, access.names_over(document.issuer, perm, on, but=wrote)


def outbox(user: Any) -> QuerySet[Document]:
    """发文: documents of the bodies the user may draft for, drafts included."""
    return visible_to(user).filter(access.within(user, rules.DRAFT, "issuer")).order_by("-created_at", "-id")


def with_coverage(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Annotate ``sent_n``, ``read_n``, ``replied_n``, ``sign_up_n``: no query per row."""
    mine = Recipient.objects.filter(document=OuterRef("pk")).order_by().values("document")
    counts = SignUp.objects.filter(document=OuterRef("pk")).order_by().values("document")
    return documents.annotate(
        sent_n=_number(mine.annotate(n=Count("pk"))),
        read_n=_number(mine.filter(read_at__isnull=False).annotate(n=Count("pk"))),
        replied_n=_number(mine.filter(replied_at__isnull=False).annotate(n=Count("pk"))),
        sign_up_n=_number(counts.annotate(n=Count("pk"))),
    )


def _number(counted: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many addressees how many have read and replied, and how many signed up. ``hidden``: not visible to the user."""

    sent: int
    read: int
    replied: int
    signed_up: int
    hidden: int


def coverage_of(user: Any, document: Document) -> Coverage:
    """Counts over all addressees for the issuer, over the visible ones for everybody else (rule 9). Three queries."""
    rows = recipients_of(user, document)
    total = Recipient.objects.filter(document=document).count()
    counted = rows.order_by().aggregate(
        sent=Count("pk"),
        read=Count("pk", filter=Q(read_at__isnull=False)),
        replied=Count("pk", filter=Q(replied_at__isnull=False)),
    )
    return Coverage(
        sent=counted["sent"],
        read=counted["read"],
        replied=counted["replied"],
        signed_up=addressed_sign_ups(user, document).count(),
        hidden=total - counted["sent"],
    )


def recipients_of(user: Any, document: Document) -> QuerySet[Recipient]:
    """Addressees of one document that the user may see: all for who may draft for the issuer, else the own part."""
    rows = Recipient.objects.filter(document=document).select_related("org").order_by("org__sort", "org__name", "id")
    if access.holds(user, rules.DRAFT, document.issuer):
        return rows
    return rows.filter(access.within(user, rules.VIEW, "org"))


def addressed_sign_ups(user: Any, document: Document) -> QuerySet[SignUp]:
    rows = SignUp.objects.filter(document=document).select_related("person", "org").order_by("at", "id")
    if access.holds(user, rules.DRAFT, document.issuer):
        return rows
    return rows.filter(access.within(user, rules.VIEW, "org"))


def sign_up_of(user: Any, document: Document) -> SignUp | None:
    """The user's own answer to an appeal."""
    return SignUp.objects.filter(document=document, person=getattr(user, "person_id", None)).first()


def audience(document: Document, on: date) -> QuerySet[Org]:
    """The bodies a document is meant for, as the tree stands on ``on``: of the chosen kinds, in the chosen part."""
    chosen = document.audience or {}
    kinds = chosen.get("kinds") or []
    if not kinds:
        return Org.objects.none()
    under = chosen.get("under")
    return addressees(bureau_id=document.bureau_id, kinds=kinds, under_id=under, on=on)


def addressees(*, bureau_id: int, kinds: list[str], under_id: int | None, on: date) -> QuerySet[Org]:
    """Existing bodies of these kinds in a part of the tree; None: the whole bureau."""
    found = Org.objects.filter(orgs.existing(on), bureau=bureau_id, kind__in=kinds)
    if under_id is not None:
        part = Org.objects.filter(bureau=bureau_id, pk=under_id).first()
        path = orgs.path_of(part, on) if part else ""
        found = found.filter(orgs.reach(path, on)) if path else found.none()
    return found.order_by("sort", "id")


def to_remind(document: Document, on: date) -> QuerySet[Recipient]:
    """Addressees still silent who have not been reminded at this level."""
    silent = Q(replied_at__isnull=True) if document.needs_reply else Q(read_at__isnull=True)
    told = Q(reminded_at__isnull=False)
    if reminder_level(document, on) == "late" and document.reply_by:
        told &= Q(reminded_at__gt=datetime.combine(document.reply_by, time.max, SHANGHAI))
    return Recipient.objects.filter(silent, document=document).exclude(told).order_by("id")


def reminder_level(document: Document, on: date) -> str:
    """``early`` up to the reply-by day, ``late`` after it: one reminder at each."""
    return "late" if document.reply_by and on > document.reply_by else "early"


def call_to_read(document: Document) -> str:
    """The words of the message that goes with a document."""
    words = _("%(issuer)s发来%(kind)s《%(title)s》，请签收。") % {
        "issuer": document.issuer,
        "kind": document.get_kind_display(),
        "title": document.title,
    }
    if document.reply_by:
        words += _("请在%(day)s前回复。") % {"day": day_text(document.reply_by)}
    return words


def chain_of(user: Any, document: Document) -> list[Document]:
    """What this document replaced and what replaced it, oldest first, itself included; only what the user may see.

    One query for each step: a chain has two or three links.
    """
    seen = visible_to(user)
    before: list[Document] = []
    step = document
    while step.supersedes_id and (earlier := seen.filter(pk=step.supersedes_id).first()):
        before.insert(0, earlier)
        step = earlier
    after: list[Document] = []
    step = document
    while later := seen.filter(supersedes=step.pk).order_by("issued_on", "id").first():
        after.append(later)
        step = later
    return [*before, document, *after] if before or after else []


def register_xlsx(documents: QuerySet[Document]) -> bytes:
    """The register as a table; ``documents`` carry their coverage."""
    header = (
        _("标题"), _("文号"), _("文种"), _("发文单位"), _("以何名义印发"), _("发文日期"), _("施行日期"), _("失效日期"), _("状态"),
        _("签发人"), _("收文单位数"), _("已签收"), _("已回复"), _("报名人数"),
    )  # fmt: skip
    rows = (
        (
            row.title, row.number, row.get_kind_display(), row.issuer.name, row.in_name_of, row.issued_on, row.valid_from,
            row.valid_to, row.get_status_display(), row.signed_by, *(getattr(row, name) for name in ("sent_n", "read_n", "replied_n", "sign_up_n")),
        )
        for row in documents.iterator(chunk_size=2000)
    )  # fmt: skip
    return write_xlsx(_("文件登记册"), header, rows)


def coverage_xlsx(recipients: QuerySet[Recipient]) -> bytes:
    """Who has read and replied, as a table."""
    header = (_("收文单位"), _("签收时间"), _("签收人"), _("回复时间"), _("回复"), _("提醒时间"))
    rows = (
        (row.org.name, row.read_at, row.read_by, row.replied_at, row.reply, row.reminded_at)
        for row in recipients.iterator(chunk_size=2000)
    )
    return write_xlsx(_("签收与回复"), header, rows)


def inbox_xlsx(recipients: QuerySet[Recipient]) -> bytes:
    """What was received, signed for and replied to, as a table."""
    header = (
        _("标题"), _("文号"), _("发文单位"), _("日期"), _("收文单位"), _("签收时间"), _("签收人"), _("回复时限"), _("回复时间"),
        _("回复"),
    )  # fmt: skip
    rows = (
        (
            row.document.title, row.document.number, row.document.issuer.name, row.document.issued_on, row.org.name,
            row.read_at, row.read_by, row.document.reply_by, row.replied_at, row.reply,
        )
        for row in recipients.select_related("document__issuer", "org").iterator(chunk_size=2000)
    )  # fmt: skip
    return write_xlsx(_("收文"), header, rows)


def sign_ups_xlsx(sign_ups: QuerySet[SignUp]) -> bytes:
    """Who answered an appeal, as a table."""
    rows = ((row.person.name, row.org.name, row.at) for row in sign_ups.iterator(chunk_size=2000))
    return write_xlsx(_("报名"), (_("姓名"), _("单位"), _("时间")), rows)


def sheet_layout(bureau: Any, on: date, code: str) -> Sheet | None:
    """How the bureau's pack in force on ``on`` lays out a paper; None: the usual columns."""
    return by_code(sections(bureau, on).sheets).get(code)


def sections(bureau: Any, on: date) -> DocumentsSection:
    section: DocumentsSection = policies.pack_for(bureau, on).section("documents")
    return section


def kinds_of(bureau: Any, on: date) -> list[DocumentKind]:
    """Kinds of document the bureau uses; all of them where its pack names none."""
    kinds = [kind for kind in sections(bureau, on).kinds if kind.active]
    if kinds:
        return kinds
    return [DocumentKind(code=value, title=str(label)) for value, label in Document.Kind.choices]  # type: ignore[arg-type]


def kind_of(document: Document, on: date) -> DocumentKind | None:
    """How the pack in force on ``on`` numbers this kind."""
    return by_code(kinds_of(document.bureau, on)).get(document.kind)


def status_chip(document: Document) -> Chip:
    """已废止 and 已修订 carry their day beside them on the page, the chip the word."""
    tone, shape = CHIPS[document.status]
    return Chip(document.get_status_display(), tone, shape)
