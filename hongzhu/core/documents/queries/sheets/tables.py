"""Papers of a year or a bureau: overview, attendance, hours, resolutions, summary; Word and Excel from the same rows."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from hongzhu.core.documents.pack import Sheet as Layout
from hongzhu.kit.paper import Align, Sheet, write_docx
from hongzhu.kit.paper_fit import fitting
from hongzhu.kit.tables.write import write_xlsx

from . import words
from .things import AttendanceTable, HoursLedger, ResolutionsLedger, SummaryCell, SummaryTable, YearTable
from .words import in_chinese

MONTHS = tuple(f"{month}月" for month in range(1, 13))
ATTENDANCE = (
    ("序号", "number"), ("姓名", "name"), ("1月至12月", "months"), ("应参加", "due"), ("实参加", "attended"), ("请假", "leave"),
    ("缺席", "absent"), ("补学", "made_up"), ("参加率", "rate"),
)  # fmt: skip
HOURS = (
    ("序号", "number"), ("姓名", "name"), ("日期", "held"), ("内容", "content"), ("形式", "form"), ("学时", "hours"),
    ("累计", "total"), ("备注", "note"),
)  # fmt: skip
RESOLUTIONS = (
    ("序号", "number"), ("议定时间", "decided_on"), ("事项", "matter"), ("责任人", "owner"), ("时限", "due_on"),
    ("进展", "progress"), ("完成时间", "done_on"),
)  # fmt: skip
SUMMARY = (
    ("序号", "number"), ("党组织", "body"), ("党员数", "members"), ("各类应开、已开、按期、补记", "cells"),
    ("不适用说明", "not_applicable"), ("备注", "note"),
)  # fmt: skip
MANY = {"months", "cells"}


class _Table:
    """Header, rows, widths and alignments of one paper; a source may spread over several columns."""

    def __init__(self, columns: words.Columns, spread: dict[str, Sequence[str]], shares: dict[str, float]) -> None:
        self.columns, self.spread, self.shares = columns, spread, shares

    @property
    def header(self) -> list[str]:
        found: list[str] = []
        for title, source in self.columns:
            found += self.spread.get(source or "", [title])
        return found

    @property
    def widths(self) -> list[float]:
        found: list[float] = []
        for _title, source in self.columns:
            found += [self.shares.get(source or "", 1.0)] * len(self.spread.get(source or "", [""]))
        return found

    def aligns(self, left: set[str]) -> list[Align]:
        found: list[Align] = []
        for _title, source in self.columns:
            side: Align = "left" if source in left else "center"
            found += [side] * len(self.spread.get(source or "", [""]))
        return found

    def row(self, values: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for _title, source in self.columns:
            value = values.get(source or "", "")
            found += list(value) if source in self.spread else [value]
        return found


def _excel_widths(shares: Sequence[float], unit: float = 9) -> list[float]:
    return [max(5.0, round(share * unit, 1)) for share in shares]


# --- 全年组织生活一览表 -----------------------------------------------------------------------------------------


def _year_rows(table: YearTable) -> list[list[str]]:
    rows = []
    for month in range(1, 13):
        row = [f"{month}月"]
        for kind in table.kinds:
            acts = table.cells.get((month, kind), ())
            said = [
                f"{act.on.month}.{act.on.day} {act.theme}".strip() + (f"（{act.note}）" if act.note else "")
                for act in acts
            ]
            row.append("\n".join(said) or table.absent.get((month, kind), ""))
        rows.append(row)
    return rows


@in_chinese
def year_table(table: YearTable, *, layout: Layout | None = None) -> bytes:
    """全年组织生活一览表, A4 across: months down, kinds across, each act with day and theme; a year on one page."""
    rows, header = _year_rows(table), ["月份", *table.kinds]
    # A kind without a word in it makes room for the others.
    widths = [0.55, *(1.5 if any(row[place] for row in rows) else 1.0 for place in range(1, len(header)))]
    size, height = fitting(header, rows, widths)
    sheet = Sheet(
        f"{table.year}年{words.title_of(layout, '全年组织生活一览表').removeprefix('全年')}",
        subtitle=table.body, foot=table.printed, landscape=True,
    )  # fmt: skip
    aligns: list[Align] = ["center", *(["left"] * len(table.kinds))]  # type: ignore[list-item]
    sheet.table(
        header,
        rows,
        widths=widths,
        aligns=aligns,
        row_height=height,
        size=size,
    )
    return write_docx([words.footed(sheet, layout)])


@in_chinese
def year_table_xlsx(table: YearTable) -> bytes:
    return write_xlsx(
        f"{table.body}{table.year}年组织生活一览表", ["月份", *table.kinds], _year_rows(table),
        widths=[7, *([24] * len(table.kinds))],
    )  # fmt: skip


# --- 党员参加组织生活情况统计表 ----------------------------------------------------------------------------------

_ATTENDANCE_SHARES = {"number": 0.9, "name": 1.7, "months": 0.9, "due": 1.1, "attended": 1.1, "rate": 1.3}


def _attendance(table: AttendanceTable, layout: Layout | None) -> tuple[_Table, list[list[Any]]]:
    shape = _Table(words.columns_of(layout, ATTENDANCE), {"months": MONTHS}, _ATTENDANCE_SHARES)
    rows = [
        shape.row(
            {"number": number, "name": row.name, "months": row.months, "due": row.due, "attended": row.attended,
             "leave": row.leave, "absent": row.absent, "made_up": row.made_up, "rate": row.rate}
        )
        for number, row in enumerate(table.rows, start=1)
    ]  # fmt: skip
    return shape, rows


@in_chinese
def attendance(table: AttendanceTable, *, layout: Layout | None = None) -> bytes:
    """党员参加组织生活情况统计表, A4 across, the head on every page."""
    shape, rows = _attendance(table, layout)
    title = words.title_of(layout, "党员参加组织生活情况统计表")
    sheet = Sheet(title, subtitle=f"{table.body}    {table.year}年", landscape=True)
    sheet.table(shape.header, rows, widths=shape.widths, row_height=7)
    return write_docx([words.footed(sheet, layout)])


@in_chinese
def attendance_xlsx(table: AttendanceTable, *, layout: Layout | None = None) -> bytes:
    shape, rows = _attendance(table, layout)
    title = f"{table.body}{table.year}年{words.title_of(layout, '党员参加组织生活情况统计表')}"
    return write_xlsx(title, shape.header, rows, widths=_excel_widths(shape.widths, 7))


# --- 党员教育培训学时台账 ----------------------------------------------------------------------------------------

_HOURS_SHARES = {"number": 0.7, "name": 1.3, "held": 1.9, "content": 4.2, "form": 1.5, "hours": 0.9, "total": 0.9}


def _hours(ledger: HoursLedger, layout: Layout | None) -> tuple[_Table, list[list[Any]]]:
    shape = _Table(words.columns_of(layout, HOURS), {}, _HOURS_SHARES)
    total: dict[str, int] = defaultdict(int)
    rows = []
    for number, row in enumerate(ledger.rows, start=1):
        total[row.name] += row.hundredths
        rows.append(
            shape.row(
                {"number": number, "name": row.name, "held": words.day_text(row.on), "content": row.content,
                 "form": row.form, "hours": words.hours_text(row.hundredths), "total": words.hours_text(total[row.name]),
                 "note": row.note}
            )
        )  # fmt: skip
    return shape, rows


@in_chinese
def hours(ledger: HoursLedger, *, layout: Layout | None = None) -> bytes:
    """党员教育培训学时台账; 累计 runs per member in the order given."""
    shape, rows = _hours(ledger, layout)
    title = words.title_of(layout, "党员教育培训学时台账")
    sheet = Sheet(title, subtitle=f"{ledger.body}    {ledger.year}年")
    sheet.table(shape.header, rows, widths=shape.widths, aligns=shape.aligns({"content", "note"}), row_height=7.5)
    return write_docx([words.footed(sheet, layout)])


@in_chinese
def hours_xlsx(ledger: HoursLedger, *, layout: Layout | None = None) -> bytes:
    shape, rows = _hours(ledger, layout)
    places = [place for place, (_title, source) in enumerate(shape.columns) if source in {"hours", "total"}]
    for row in rows:
        for place in places:
            row[place] = float(row[place])
    title = f"{ledger.body}{ledger.year}年{words.title_of(layout, '党员教育培训学时台账')}"
    return write_xlsx(title, shape.header, rows, widths=_excel_widths(shape.widths))


# --- 议定事项落实台账 -------------------------------------------------------------------------------------------

_RESOLUTION_SHARES = {
    "number": 0.6, "decided_on": 1.3, "matter": 4.4, "owner": 1.2, "due_on": 1.3, "progress": 3.0, "done_on": 1.3,
}  # fmt: skip


def _resolutions(ledger: ResolutionsLedger, layout: Layout | None) -> tuple[_Table, list[list[Any]]]:
    shape = _Table(words.columns_of(layout, RESOLUTIONS), {}, _RESOLUTION_SHARES)
    rows = [
        shape.row(
            {"number": number, "decided_on": words.day_text(line.decided_on), "matter": words.matter_text(line), "owner": line.owner,
             "due_on": words.day_text(line.due_on), "progress": line.progress, "done_on": words.day_text(line.done_on)}
        )
        for number, line in enumerate(ledger.lines, start=1)
    ]  # fmt: skip
    return shape, rows


@in_chinese
def resolutions(ledger: ResolutionsLedger, *, layout: Layout | None = None) -> bytes:
    """议定事项落实台账, A4 across."""
    shape, rows = _resolutions(ledger, layout)
    title = words.title_of(layout, "议定事项落实台账")
    sheet = Sheet(title, subtitle=f"{ledger.body}    {ledger.year}年", landscape=True)
    sheet.table(shape.header, rows, widths=shape.widths, aligns=shape.aligns({"matter", "progress"}), row_height=9)
    return write_docx([words.footed(sheet, layout)])


@in_chinese
def resolutions_xlsx(ledger: ResolutionsLedger, *, layout: Layout | None = None) -> bytes:
    shape, rows = _resolutions(ledger, layout)
    title = f"{ledger.body}{ledger.year}年{words.title_of(layout, '议定事项落实台账')}"
    return write_xlsx(title, shape.header, rows, widths=_excel_widths(shape.widths))


# --- 组织生活落实情况汇总表 --------------------------------------------------------------------------------------

# 10/10/10/0 stands on one line with eight kinds: broken in the middle, 10/10/1 and 0/0 read as other numbers.
_SUMMARY_SHARES = {"number": 0.7, "body": 3.0, "members": 0.9, "cells": 1.6, "not_applicable": 2.8, "note": 1.4}
_SUMMARY_SIZE = 8.0
PARTS = ("应开", "已开", "按期", "补记")


def _cell(cell: SummaryCell | None) -> str:
    """应开/已开/按期/补记 in one cell, 不适用 where the duty does not apply."""
    if cell is None:
        return ""
    if cell.due is None:
        return "不适用"
    return f"{cell.due}/{cell.held}/{cell.on_time}/{cell.recorded_late}"


def _numbers(cell: SummaryCell | None) -> list[Any]:
    if cell is None:
        return ["", "", "", ""]
    if cell.due is None:
        return ["不适用", "", "", ""]
    return [cell.due, cell.held, cell.on_time, cell.recorded_late]


@in_chinese
def summary(table: SummaryTable, *, layout: Layout | None = None) -> bytes:
    """组织生活落实情况汇总表, A4 across: each kind's 应开/已开/按期/补记 in one column; rows in the order of the tree."""
    shape = _Table(words.columns_of(layout, SUMMARY), {"cells": table.kinds}, _SUMMARY_SHARES)
    rows = [
        shape.row(
            {"number": number, "body": row.body, "members": row.members,
             "cells": [_cell(row.cells.get(kind)) for kind in table.kinds],
             "not_applicable": row.not_applicable, "note": row.note}
        )
        for number, row in enumerate(table.rows, start=1)
    ]  # fmt: skip
    title = words.title_of(layout, "组织生活落实情况汇总表")
    sheet = Sheet(title, subtitle=f"{table.bureau}    {table.period}", landscape=True)
    sheet.text("各类会议、活动四个数依次为：应开/已开/按期/补记。")
    sheet.table(
        shape.header, rows, widths=shape.widths, aligns=shape.aligns({"body", "not_applicable", "note"}), row_height=7.5,
        size=_SUMMARY_SIZE,
    )  # fmt: skip
    return write_docx([words.footed(sheet, layout)])


@in_chinese
def summary_xlsx(table: SummaryTable, *, layout: Layout | None = None) -> bytes:
    """The same with a column for each of the four numbers, so that they can be added up."""
    spread = [f"{kind}{part}" for kind in table.kinds for part in PARTS]
    shape = _Table(words.columns_of(layout, SUMMARY), {"cells": spread}, _SUMMARY_SHARES | {"cells": 0.9})
    rows = []
    for number, row in enumerate(table.rows, start=1):
        cells: list[Any] = []
        for kind in table.kinds:
            cells += _numbers(row.cells.get(kind))
        rows.append(
            shape.row(
                {"number": number, "body": row.body, "members": row.members, "cells": cells,
                 "not_applicable": row.not_applicable, "note": row.note}
            )
        )  # fmt: skip
    title = f"{table.bureau}{table.period}{words.title_of(layout, '组织生活落实情况汇总表')}"
    return write_xlsx(title, shape.header, rows, widths=_excel_widths(shape.widths))
