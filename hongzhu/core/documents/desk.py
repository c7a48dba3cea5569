"""What the room shows elsewhere: menu, what waits for an answer, search, cards, links, the door of attachments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.dates import full_text
from hongzhu.kit.registry import Due, Fact, Hit, PanelData

from . import queries, rules
from .models import ISSUED, Document, Recipient

SHOWN = 5

registry.menu(
    registry.Menu(
        name="documents",
        title=gettext_lazy("文书"),
        url_name="documents:document_list",
        order=40,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="inbox",
    )
)


@registry.link("documents.document")
def document_url(pk: int) -> str:
    return reverse("documents:document_page", args=[pk])


@registry.door("documents.document")
def document_door(user: Any, pk: int) -> Document:
    return queries.open_document(user, pk)


@registry.door("documents.document:change")
def document_change_door(user: Any, pk: int) -> Document:
    return queries.open_document(user, pk, rules.DRAFT)


@registry.waiting("documents")
def waiting(user: Any, today: date) -> list[Due]:
    """Documents the user's own body has not read, or has not replied to. One query beyond the user's scope."""
    if not access.may(user, rules.RECEIVE):
        return []
    silent = Q(read_at__isnull=True) | Q(document__needs_reply=True, replied_at__isnull=True)
    rows = queries.inbox(user).filter(silent, document__status__in=("ISSUED", "TRIAL", "IN_FORCE"))
    found = []
    for row in rows.order_by("document__reply_by", "-document__issued_on", "id")[:SHOWN]:
        unread = row.read_at is None
        found.append(
            Due(
                title=row.document.title,
                text=_("%(issuer)s，待签收") % {"issuer": row.document.issuer}
                if unread
                else _("%(issuer)s，待回复") % {"issuer": row.document.issuer},
                url=document_url(row.document_id),
                action=_("签收") if unread else _("回复"),
                due_on=row.document.reply_by,
                urgent=bool(row.document.reply_by and row.document.reply_by <= today),
            )
        )
    return found


@registry.search("documents", title=gettext_lazy("文件"))
def find_documents(user: Any, text: str, limit: int) -> list[Hit]:
    """By number or title, only what the user may see."""
    if not access.may(user, rules.VIEW):
        return []
    rows = queries.visible_to(user).filter(Q(title__icontains=text) | Q(number__icontains=text))[:limit]
    return [
        Hit(
            label=row.title,
            url=document_url(row.pk),
            text=" ".join(part for part in (row.number, full_text(row.issued_on) if row.issued_on else "") if part),
        )
        for row in rows
    ]


@registry.panel("inbox", title=gettext_lazy("收文"), order=60)
def inbox_panel(user: Any, org: Org, on: date) -> PanelData | None:
    """What was addressed to this body this year, and what it has not read. Two queries."""
    rows = Recipient.objects.filter(
        access.within(user, rules.VIEW, "org"), org=org, document__status__in=ISSUED, document__issued_on__year=on.year
    )
    counted = rows.aggregate(n=Count("pk"), unread=Count("pk", filter=Q(read_at__isnull=True)))
    if not counted["n"]:
        return None
    latest = rows.select_related("document").order_by("-document__issued_on", "-id")[:3]
    return PanelData(
        figures=(Fact(_("本年收文"), counted["n"]), Fact(_("待签收"), counted["unread"])),
        items=tuple(
            Due(title=row.document.title, text=row.document.number, url=document_url(row.document_id)) for row in latest
        ),
    )
