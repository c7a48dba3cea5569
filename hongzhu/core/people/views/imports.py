"""Tables in and out: template, upload, preview of every error, confirmation. Nothing is written before that."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people import actions
from hongzhu.core.people.forms import UploadForm
from hongzhu.core.people.models import Upload
from hongzhu.core.people.queries import uploads
from hongzhu.kit import registry
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.columns import template
from hongzhu.kit.tables.read import TableRefused
from hongzhu.kit.tables.write import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100


def xlsx(name: str, data: bytes) -> HttpResponse:
    """An .xlsx to save, with its Chinese name."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


def _entry(request: HttpRequest, table: str) -> registry.Importer:
    """The door to a table: nobody knows it, 404; the role may not, 403."""
    entry = registry.book.importers.get(table)
    if entry is None:
        raise Http404
    access.require(request.user, entry.perm)
    return entry


def _context(request: HttpRequest, entry: registry.Importer, on: Any) -> ImportContext:
    bureau = Bureau.objects.get(pk=access.bureau_of(request.user))
    return ImportContext(bureau=bureau, on=on, reach=access.orgs_where(request.user, entry.perm))


def _staged(request: HttpRequest, table: str) -> Upload | None:
    return uploads.staged(request.user, table, timezone.now())


def _gone(request: HttpRequest, table: str) -> HttpResponse:
    messages.warning(request, _("上传的表已经过期或已经导入，请重新上传。"))
    return redirect("people:import_upload", table=table)


@reads
def tables(request: HttpRequest) -> HttpResponse:
    """Which tables can be imported, with their templates."""
    access.require(request.user, access_rules.IMPORT)
    return render(request, "people/imports.html", {"entries": list(registry.book.importers.values())})


@reads
def template_file(request: HttpRequest, table: str) -> HttpResponse:
    entry = _entry(request, table)
    name = _("%(title)s导入模板") % {"title": entry.title}
    return xlsx(name, template(name, entry.columns, [str(note) for note in entry.notes]))


@reads
def table_export(request: HttpRequest, table: str) -> HttpResponse:
    """The table as it stands today, numbers masked."""
    entry = _entry(request, table)
    if entry.export is None:
        raise Http404
    today = timezone.localdate()
    header, rows = entry.export(_context(request, entry, today))
    title = f"{entry.title}{today:%Y%m%d}"
    return xlsx(title, write_xlsx(str(entry.title), header, rows))


@fills
def upload(request: HttpRequest, table: str) -> HttpResponse:
    """Choose a file; it is read at once and refused with a sentence, or kept until confirmed."""
    entry = _entry(request, table)
    form = UploadForm(request.POST or None, request.FILES or None, columns=entry.columns)
    if request.method == "POST" and form.is_valid():
        actions.stage_upload(
            account=request.user, table=table, name=form.cleaned_data["file"].name, data=form.data_read,
            on=form.cleaned_data["on"], now=timezone.now(),
        )  # fmt: skip
        return redirect("people:import_preview", table=table)
    return render(request, "people/import_upload.html", {"entry": entry, "form": form})


@reads
def preview(request: HttpRequest, table: str) -> HttpResponse:
    """Every error by row and column, the repairs proposed, and what would change. Checked against the database now."""
    entry = _entry(request, table)
    held = _staged(request, table)
    if held is None:
        return _gone(request, table)
    try:
        report = entry.check(uploads.staged_table(held, entry.columns), _context(request, entry, held.on))
    except TableRefused as error:
        messages.error(request, str(error))
        return redirect("people:import_upload", table=table)
    page = Paginator(report.errors, SHOWN).get_page(request.GET.get("page"))
    return render(
        request, "people/import_preview.html",
        {"entry": entry, "held": held, "report": report, "page": page, "repairs": report.repairs[:SHOWN],
         "more_repairs": max(len(report.repairs) - SHOWN, 0)},
    )  # fmt: skip


@acts
def commit(request: HttpRequest, table: str) -> HttpResponse:
    """Write the staged table, checked once more; all of it or nothing."""
    entry = _entry(request, table)
    held = _staged(request, table)
    if held is None:
        return _gone(request, table)
    try:
        report = entry.commit(
            table=uploads.staged_table(held, entry.columns), context=_context(request, entry, held.on),
            by=Actor.of(request.user), source=held.sha256,
        )  # fmt: skip
    except (ValidationError, TableRefused) as error:
        messages.error(request, getattr(error, "message", str(error)))
        return redirect("people:import_preview", table=table)
    actions.drop_upload(account=request.user, table=table)
    messages.success(
        request,
        _("已导入%(title)s：新增%(new)s，更新%(changed)s，没有变化%(unchanged)s。")
        % {"title": entry.title, "new": report.new, "changed": report.changed, "unchanged": report.unchanged},
    )
    return redirect("people:imports")


@acts
def drop(request: HttpRequest, table: str) -> HttpResponse:
    """Give up a staged table."""
    _entry(request, table)
    actions.drop_upload(account=request.user, table=table)
    messages.info(request, _("没有导入，上传的表已删除。"))
    return redirect("people:imports")
