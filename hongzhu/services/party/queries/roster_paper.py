"""党员名册 as Excel and Word, with the columns the office keeps it by; numbers masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.people.models import Membership
from hongzhu.core.people.queries import export
from hongzhu.kit.dates import full_text, month_text
from hongzhu.kit.paper import Align, Sheet, write_docx
from hongzhu.kit.tables.write import write_xlsx

from . import roster
from .roster import Way

BORN = 4
LEFT = (8, 13, 14)  # posts, body and remark stand left, all else in the middle
WIDTHS = (0.6, 1.2, 0.6, 0.8, 1.4, 0.9, 1.7, 1.7, 1.9, 1.3, 1.2, 1.2, 1.7, 2.4, 1.6)


def _lines(
    memberships: QuerySet[Membership], on: date, *, narrow: bool = False
) -> tuple[Sequence[str], list[list[Any]]]:
    """Head and rows; the remark says where somebody is on the books and at work when the two differ. Three queries.

    ``narrow``: days and months as short as a column of paper wants them.
    """
    rows = export.roster(memberships, on)
    places = roster.places_of([row["person"].pk for row in rows], on)
    header, cells = export.roster_sheet(rows)
    told = [list(line) for line in cells]
    for row, line in zip(rows, told, strict=True):
        line[-1] = places.get(row["person"].pk, "")
        if narrow:
            line[BORN] = _month(row["person"].born_on)
    return header, told


@in_chinese
def roster_xlsx(memberships: QuerySet[Membership], on: date, title: str) -> bytes:
    header, rows = _lines(memberships, on)
    return write_xlsx(title, header, rows)


@in_chinese
def roster_docx(memberships: QuerySet[Membership], on: date, title: str, body: str) -> bytes:
    """A4 across, the head on every page."""
    header, rows = _lines(memberships, on, narrow=True)
    aligns: list[Align] = ["left" if place in LEFT else "center" for place in range(len(header))]
    shown = [[_short(value) for value in row] for row in rows]
    told = {"body": body, "day": full_text(on), "n": len(rows)}
    sheet = Sheet(title, subtitle=_("%(body)s　截至%(day)s　共%(n)s人") % told, landscape=True)
    sheet.table(header, shown, widths=WIDTHS, aligns=aligns, row_height=7)
    return write_docx([sheet], about=title)


def _month(day: date | None) -> str:
    return f"{day.year}.{day.month}" if day else ""


def _told_month(day: date | None) -> str:
    return month_text(day) if day else ""


def _short(value: Any) -> Any:
    return f"{value.year}.{value.month}.{value.day}" if isinstance(value, date) else value


def _way_lines(rows: Sequence[Way], *, narrow: bool = False) -> tuple[list[str], list[tuple[Any, ...]]]:
    header = [
        _("序号"), _("姓名"), _("性别"), _("民族"), _("出生年月"), _("学历"), _("岗位/职务"), _("申请入党时间"),
        _("确定积极分子时间"), _("确定发展对象时间"), _("所在党组织"), _("备注"),
    ]  # fmt: skip
    month = _month if narrow else _told_month
    told = [
        (
            number, one.name, one.get_sex_display() if one.sex != "0" else "", one.ethnic,
            month(one.born_on), one.get_education_display() if one.education else "",
            row.posts, row.admission.applied_on, row.activist_on, row.candidate_on, row.admission.org.name, "",
        )
        for number, row in enumerate(rows, start=1)
        for one in (row.admission.person,)
    ]  # fmt: skip
    return header, told


@in_chinese
def way_xlsx(rows: Sequence[Way], title: str) -> bytes:
    header, told = _way_lines(rows)
    return write_xlsx(title, header, told)


@in_chinese
def way_docx(rows: Sequence[Way], on: date, title: str, body: str) -> bytes:
    header, told = _way_lines(rows, narrow=True)
    words = {"body": body, "day": full_text(on), "n": len(told)}
    sheet = Sheet(title, subtitle=_("%(body)s　截至%(day)s　共%(n)s人") % words, landscape=True)
    widths = (0.6, 1.2, 0.6, 0.8, 1.4, 1.0, 2.0, 1.6, 1.6, 1.6, 2.8, 1.4)
    sheet.table(header, [[_short(value) for value in row] for row in told], widths=widths)
    return write_docx([sheet], about=title)
