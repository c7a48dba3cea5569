"""Downloading and removing a file, each through the door of the record it belongs to."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.kit.http import acts, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.registry import book

from . import actions, queries

# Whatever a file holds, it runs nothing in our name: saved, never shown (reliability.md, part f).
POLICY = "sandbox; default-src 'none'"


@reads
def attachment_download(request: HttpRequest, pk: int) -> FileResponse:
    attachment = queries.open_attachment(request.user, pk)
    path = queries.path_of(attachment.blob)
    if not path.is_file():
        raise Http404(_("这个附件的文件不在了。请系统管理员运行 hongzhu doctor 查看，并从备份恢复。"))
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=attachment.name, content_type=attachment.blob.mime
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@acts
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = queries.open_for_change(request.user, pk)
    actions.remove(attachment=attachment, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("已移除附件“%s”。") % attachment.name)
    link = book.links.get(attachment.owner_kind)
    return redirect(link(attachment.owner_id) if link else "/")
