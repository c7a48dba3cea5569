"""Papers of the appraisal: the blank 测评表, the bureau's 汇总表, the list of secretaries' reports. Word and Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership, Standing
from hongzhu.kit.paper import Align, Sheet, write_docx
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.engine import life as engine
from hongzhu.services.party.models import Appraisal
from hongzhu.services.party.pack.life import LifePart

from . import life
from .life import Line, Reporter

VOTES = ("good", "fairly_good", "average", "poor")


def _grades(part: LifePart) -> list[str]:
    """The four grades as the pack calls them; the usual words where it says nothing."""
    return [grade.title.zh for grade in part.grades] or [_("优秀"), _("合格"), _("基本合格"), _("不合格")]


@in_chinese
def blank_sheet(org: Org, year: int, on: date, part: LifePart) -> bytes:
    """测评表: full members of the day with an empty box for each grade; probationary members test and are not listed."""
    names = Membership.objects.filter(orgs.on_day(on), org=org, standing=Standing.FULL).order_by("person__search_key")
    grades = _grades(part)
    members, probationary = life.roll(org, on)
    counts = engine.Counts(members, members, probationary, 0, 0, 0, 0)
    sheet = Sheet(_("%s年度民主评议党员测评表") % year, subtitle=org.name)
    rows = [(number, name, "", "", "", "") for number, name in enumerate(_names(names), start=1)]
    sheet.table([_("序号"), _("姓名"), *grades], rows, widths=(0.6, 1.6, 1, 1, 1, 1), row_height=9)
    sheet.text(_("说明：每人只选一个等次，在相应栏内画“√”，不写姓名。"))
    if part.cap is not None:
        most = engine.cap(counts, part.cap.share, part.cap.of)
        sheet.text(_("本支部党员%(members)s名，“优秀”一般不超过%(most)s名。") % {"members": members, "most": most})
    if probationary:
        sheet.text(_("预备党员%s名参加评议，不评定等次，不列入上表。") % probationary)
    return write_docx([sheet])


def _names(rows: Any) -> list[str]:
    return list(rows.values_list("person__name", flat=True))


@in_chinese
def debrief_sheet(reporters: Sequence[Reporter], year: int, title: str) -> bytes:
    """述职测评表: each secretary with an empty box for 好, 较好, 一般, 差."""
    sheet = Sheet(_("%s年度抓基层党建工作述职评议测评表") % year, subtitle=title)
    rows = [(number, row.org.name, row.person.name, "", "", "", "") for number, row in enumerate(reporters, start=1)]
    header = [_("序号"), _("党组织"), _("述职人"), _("好"), _("较好"), _("一般"), _("差")]
    sheet.table(header, rows, widths=(0.6, 2.8, 1.2, 0.8, 0.8, 0.8, 0.8), aligns=_left(header, 1), row_height=8)
    sheet.text(_("说明：在相应栏内画“√”，不写姓名。"))
    return write_docx([sheet])


def _left(header: Sequence[str], *places: int) -> list[Align]:
    return ["left" if place in places else "center" for place in range(len(header))]


def _summary(lines: Iterable[Line], part: LifePart) -> tuple[list[str], list[list[Any]]]:
    """汇总表 with its usual columns; a branch without counts keeps its row empty; totals last."""
    header = [
        _("序号"), _("支部"), _("党员数"), _("参评"), _("未参评及原因"), *_grades(part), _("预备（不评等次）"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    sums = [0] * 7
    for number, line in enumerate(lines, start=1):
        row = line.appraisal
        if row is None:
            rows.append([number, line.org.name, *[None] * 8])
            continue
        counts = [
            row.members,
            row.took_part,
            row.excellent,
            row.qualified,
            row.basic,
            row.unqualified,
            row.probationary,
        ]
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        absent = row.members - row.took_part
        why = _("%(n)s人，%(why)s") % {"n": absent, "why": row.absent_for} if absent else ""
        rows.append([number, line.org.name, *counts[:2], why, *counts[2:]])
    rows.append(["", _("合计"), *sums[:2], "", *sums[2:]])
    return header, rows


@in_chinese
def summary_xlsx(lines: Sequence[Line], year: int, part: LifePart) -> bytes:
    header, rows = _summary(lines, part)
    return write_xlsx(_("%s年度民主评议党员情况汇总表") % year, header, rows)


@in_chinese
def summary_docx(lines: Sequence[Line], year: int, part: LifePart, body: str) -> bytes:
    """民主评议情况汇总表, A4 across."""
    header, rows = _summary(lines, part)
    sheet = Sheet(_("%s年度民主评议党员情况汇总表") % year, subtitle=body, landscape=True)
    widths = (0.6, 3.2, 0.9, 0.9, 2.6, 0.9, 0.9, 1.1, 0.9, 1.2)
    sheet.table(header, rows, widths=widths, aligns=_left(header, 1, 4), row_height=7)
    sheet.signatures(_("填表人"), _("审核人"))
    return write_docx([sheet])


@in_chinese
def debriefs_xlsx(reporters: Iterable[Reporter], year: int) -> bytes:
    """述职评议情况: one line a secretary, counts only."""
    header = [
        _("序号"), _("党组织"), _("述职人"), _("述职报告收到日期"), _("述职日期"), _("好"), _("较好"), _("一般"), _("差"),
        _("反馈问题数"), _("反馈日期"),
    ]  # fmt: skip
    told = []
    for number, row in enumerate(reporters, start=1):
        made = row.debrief
        known = (
            (made.received_on, made.held_on, *(getattr(made, vote) for vote in VOTES), made.problems, made.fed_back_on)
            if made
            else [None] * 8
        )
        told.append([number, row.org.name, row.person.name, *known])
    return write_xlsx(_("%s年度述职评议情况") % year, header, told)


def over_cap(row: Appraisal, part: LifePart) -> bool:
    """Whether 优秀 went above the share, with its approval."""
    if part.cap is None:
        return False
    counts = engine.Counts(
        row.members, row.took_part, row.probationary, row.excellent, row.qualified, row.basic, row.unqualified
    )
    return row.excellent > engine.cap(counts, part.cap.share, part.cap.of)
