"""What leaves the room as a file: lists and the meter as Excel, the merged table, the assembled report as Word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Answer, Asked, PlanItem, Request, Return
from hongzhu.core.files import queries as files
from hongzhu.core.files.models import Attachment
from hongzhu.kit.dates import day_text, full_text
from hongzhu.kit.paper import Sheet, write_docx
from hongzhu.kit.refs import Ref
from hongzhu.kit.tables import template
from hongzhu.kit.tables.write import write_xlsx

from . import requests, returns
from .burden import Unit

TEMPLATE = "template"  # the slot of the asker's own workbook


def template_of(request: Request) -> Attachment | None:
    """The superior's own workbook, where one was uploaded."""
    found: Attachment | None = files.of(Ref.to(request), TEMPLATE).last()
    return found


def merged_xlsx(request: Request) -> bytes:
    """Everything handed in, in the asker's order: in the superior's own file, else in a plain sheet with the columns.

    TableRefused where the file cannot hold the rows.
    """
    columns = requests.columns_of(request)
    rows = list(returns.merged_rows(request, columns))
    summed = [column.place for column in columns if column.summed] if request.total_row else []
    kept = template_of(request)
    if kept is not None:
        data = files.path_of(kept.blob).read_bytes()
        return template.merge(data, _placement(request, columns, data, kept.name), rows, totals=summed)
    if summed:
        rows.append(_total(columns, returns.totals(request, columns)))
    text = [place for place, column in enumerate(columns) if column.type == Asked.Type.TEXT]
    return write_xlsx(request.title[:31], [column.title for column in columns], rows, text_columns=text)


def _placement(request: Request, columns: Sequence[Asked], data: bytes, name: str) -> template.Placement:
    """Where the rows go in the superior's file, with the types the officer gave the columns."""
    found = template.read_template(data, name, sheet=request.sheet or None)
    of_place = {one.place: one for one in found.columns}
    return template.Placement(
        sheet=found.sheet,
        first_row=found.first_row,
        last_row=found.last_row,
        columns=tuple(replace(of_place[column.place], type=column.type) for column in columns),
        total_row=found.total_row,
    )


def _total(columns: Sequence[Asked], sums: dict[int, Any]) -> list[Any]:
    row: list[Any] = [sums.get(column.place) for column in columns]
    if row and row[0] is None:
        row[0] = _("合计")
    return row


def requests_xlsx(rows: QuerySet[Request]) -> bytes:
    """The list of requests; ``rows`` carry their progress."""
    header = (
        _("表名"), _("类别"), _("收表单位"), _("依据"), _("负责人"), _("发出日期"), _("截止日期"), _("状态"), _("应填单位"),
        _("已交单位"), _("手填单元格"), _("预填单元格"), _("预填比例（%）"), _("用时（分钟）"), _("重复收表的原因"),
    )  # fmt: skip
    told = (
        (
            row.title, row.get_kind_display(), row.asker.name, row.basis, row.owner.name, requests.sent_on(row), row.due_on,
            row.get_status_display(), row.sent_n, row.in_n, row.typed_n, row.filled_n,
            requests.filled_share(row.typed_n, row.filled_n), row.minutes_n, row.repeat_reason,
        )
        for row in _annotated(rows)
    )  # fmt: skip
    return write_xlsx(_("收表"), header, told)


def _annotated(rows: QuerySet[Request]) -> Iterable[Any]:
    return rows.iterator(chunk_size=2000)


def returns_xlsx(rows: Iterable[Return]) -> bytes:
    """The units of a request and how far each is."""
    header = (
        _("序号"), _("单位"), _("状态"), _("提交时间"), _("提交人"), _("手填单元格"), _("预填单元格"), _("用时（分钟）"), _("提醒时间"),
        _("退回原因"),
    )  # fmt: skip
    told = (
        (
            row.place, row.org.name, row.get_status_display(), row.handed_in_at, rules.submitter(row), row.typed,
            row.filled, row.minutes, row.reminded_at, row.returned_for,
        )
        for row in rows
    )  # fmt: skip
    return write_xlsx(_("各单位填报"), header, told)


def own_xlsx(rows: Iterable[Return]) -> bytes:
    """What a unit was asked."""
    header = (_("表名"), _("收表单位"), _("单位"), _("依据"), _("截止日期"), _("状态"), _("提交时间"), _("提交人"))
    told = (
        (
            row.request.title, row.request.asker.name, row.org.name, row.request.basis, row.request.due_on,
            rules.chip_of(row).word, row.handed_in_at, rules.submitter(row),
        )
        for row in rows
    )  # fmt: skip
    return write_xlsx(_("要填的表"), header, told)


def meter_xlsx(year: int, rows: Iterable[Unit]) -> bytes:
    """The meter: one row for each unit and month with anything asked, in the order of the tree."""
    header = (
        _("单位"), _("年度"), _("月份"), _("收表次数"), _("手填单元格"), _("预填单元格"), _("用时（分钟）"), _("年度已安排（分钟）"),
        _("年度预算（分钟）"),
    )  # fmt: skip
    told = (
        (
            row.org.name, year, month, load.requests, load.typed, load.filled, load.minutes, row.planned, row.budget,
        )
        for row in rows
        for month, load in enumerate(row.months, start=1)
        if load.requests
    )  # fmt: skip
    return write_xlsx(_("填表负担"), header, told)


def unit_year_xlsx(rows: Iterable[Return]) -> bytes:
    """Every request of a unit's year, as it was sent."""
    header = (
        _("发出日期"), _("表名"), _("收表单位"), _("状态"), _("手填单元格"), _("预填单元格"), _("用时（分钟）"), _("计入预算（分钟）"),
    )  # fmt: skip
    told = (
        (
            requests.sent_on(row.request), row.request.title, row.request.asker.name, rules.chip_of(row).word, row.typed,
            row.filled, row.minutes, row.booked,  # type: ignore[attr-defined]  # annotated
        )
        for row in rows
    )  # fmt: skip
    return write_xlsx(_("填表负担"), header, told)


def report_docx(request: Request) -> bytes:
    """The report put together from accepted parts, part by part, units in their order, plans as a table. Five queries."""
    answers = list(
        Return.objects.filter(request=request, status=Return.Status.MERGED)
        .select_related("org")
        .order_by("place", "id")
    )
    told: dict[int, dict[int, Answer]] = {}
    for row in Answer.objects.filter(answer__in=answers):
        told.setdefault(row.part_id, {})[row.answer_id] = row
    plans: dict[int, list[PlanItem]] = {}
    for item in PlanItem.objects.filter(answer__in=answers).order_by("due_on", "id"):
        plans.setdefault(item.answer_id, []).append(item)
    made = Sheet(
        request.title,
        subtitle=_("%(asker)s　%(period)s　%(n)s个单位")
        % {"asker": request.asker, "period": requests.period_of(request).title, "n": len(answers)},
        foot=full_text(request.due_on),
    )
    for number, part in enumerate(request.parts.order_by("place")):
        made.text(f"{_numeral(number)}{part.title}", bold=True)
        for answer in answers:
            said = told.get(part.pk, {}).get(answer.pk)
            words = "".join(text for text in (said.machine, said.text) if text) if said else ""
            if words:
                made.text(_("%(unit)s：%(words)s") % {"unit": answer.org.name, "words": words}, indent=True)
        if part.plan and plans:
            made.table(
                (_("单位"), _("事项"), _("责任人"), _("时限")),
                [
                    (answer.org.name, item.text, item.owner, day_text(item.due_on))
                    for answer in answers
                    for item in plans.get(answer.pk, ())
                ],
                widths=(3, 6, 2, 2),
                aligns=("left", "left", "center", "center"),
            )
    if not answers:
        made.text(_("还没有采用的报告。"))
    return write_docx([made], about=request.title)


def _numeral(place: int) -> str:
    numerals = "一二三四五六七八九十"  # zh: numbers of headings
    return f"{numerals[place]}、" if place < len(numerals) else f"{place + 1}、"  # zh: sign behind a number
