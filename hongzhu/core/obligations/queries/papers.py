"""The room's papers as the sheets of ``documents`` want them: 汇总表 of the bureau, 全年一览表 of a branch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hongzhu.core.documents.queries.sheets import SummaryCell, SummaryRow, SummaryTable, YearCell, YearTable, in_chinese
from hongzhu.kit.dates import full_text

from .pages import Gap, Year


@in_chinese
def summary_table(gap: Gap, bureau: str, period: str) -> SummaryTable:
    """组织生活落实情况汇总表: the rows shown, with the reason where a duty does not apply."""
    rows = []
    for row in gap.rows:
        cells, reasons = {}, []
        for cell in row.cells:
            kind = str(cell.duty.short or cell.duty.title)
            t = cell.totals
            if t.due:
                cells[kind] = SummaryCell(
                    due=t.due, held=t.held, on_time=t.in_time, recorded_late=t.made_up + t.late_made_up
                )
            else:
                cells[kind] = SummaryCell(due=None)
                if cell.reason:
                    reasons.append(_("%(kind)s：%(reason)s") % {"kind": kind, "reason": cell.reason})
        note = _("未见记录%s") % row.totals.unseen if row.totals.unseen else ""
        rows.append(
            SummaryRow(
                body=row.org.name, members=row.members, cells=cells, not_applicable=_("；").join(reasons), note=note
            )
        )
    kinds = tuple(str(column.duty.short or column.duty.title) for column in gap.columns)
    return SummaryTable(bureau=bureau, period=period, kinds=kinds, rows=tuple(rows))


@in_chinese
def year_table(year: Year) -> YearTable:
    """全年组织生活一览表: an act stands in the month it was held; what is not due yet stays empty, for ink."""
    other = _("其他")
    cells: dict[tuple[int, str], tuple[YearCell, ...]] = {}
    absent: dict[tuple[int, str], str] = {}
    for _month, row, others in year.rows:
        for cell in row:
            if cell.due is None:
                continue
            kind = str(cell.due.duty.short or cell.due.duty.title)
            for act in cell.acts:
                key = (act.held_on.month, kind)
                note = str(act.chip.word) if act.chip else ""
                cells[key] = (*cells.get(key, ()), YearCell(on=act.held_on, theme=act.theme, note=note))
            if cell.reason or (cell.chip and cell.lacking and cell.chip.shape == "gap"):
                absent[cell.due.due_day.month, kind] = str(cell.reason or (cell.chip and cell.chip.word))
        for act in others:
            key = (act.held_on.month, other)
            note = _("所属%s年度") % act.year if act.year else ""
            cells[key] = (*cells.get(key, ()), YearCell(on=act.held_on, theme=act.theme, note=note))
    kinds = (*(str(duty.short or duty.title) for duty, _often in year.columns), other)
    today = year.question.today
    return YearTable(
        body=year.body.name, year=year.year, kinds=kinds, cells=cells, absent=absent,
        printed=_("打印日期：%s") % full_text(today),
    )  # fmt: skip
