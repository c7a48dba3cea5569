"""The user's own messages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from hongzhu.core.documents import actions, queries
from hongzhu.kit.http import acts, reads


@reads
def message_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.messages_of(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "documents/message_list.html", {"page": page, "unread": queries.unread_count(request.user)})


@acts
def message_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go where the message leads; inside the house only."""
    message = get_object_or_404(queries.messages_of(request.user), pk=pk)
    actions.read_message(account=request.user, message=message, now=timezone.now())
    inside = url_has_allowed_host_and_scheme(message.url, allowed_hosts=None)
    return redirect(message.url if message.url and inside else "documents:message_list")


@acts
def message_read_all(request: HttpRequest) -> HttpResponse:
    actions.read_all(account=request.user, now=timezone.now())
    return redirect("documents:message_list")
