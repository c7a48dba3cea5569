"""Papers of transfers: the letter of introduction with its stub and receipt, lists as Excel. Facts in, bytes out."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hongzhu.core.documents.queries import sheets
from hongzhu.core.people.models import Standing
from hongzhu.kit.dates import full_text, month_text
from hongzhu.kit.paper import Pair, Sheet, write_docx
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.models import Transfer

from .terms import superior_of
from .transfers import Line, held_by

COLUMNS = (
    "序号", "姓名", "转出党组织", "转入党组织", "转接原因", "提出日期", "转出支部同意", "上级同意", "介绍信编号",
    "有效期至", "党费交至", "接收日期", "状态", "退回原因",
)  # fmt: skip
CUT = "…………………………（加盖骑缝章）…………………………"


@sheets.in_chinese
def letter(line: Transfer) -> bytes:
    """介绍信 in three parts on one sheet: the stub, the letter, the receipt."""
    return write_docx([_letter(line)], about=f"{line.person.name}组织关系介绍信")


@sheets.in_chinese
def letters(lines: Iterable[Transfer]) -> bytes:
    """The letters of several, a sheet each, in the order of their numbers' writing."""
    return write_docx([_letter(line) for line in lines], about="组织关系介绍信")


def _letter(line: Transfer) -> Sheet:
    leaves = line.from_org.name if line.from_org else line.outside
    comes = line.to_org.name if line.to_org else line.outside
    above = superior_of(line.from_org, line.sent_on or line.asked_on) if line.from_org else None
    writer = above.name if above else leaves
    held = held_by(line.person, line.sent_on or line.asked_on)
    standing = str(Standing(held.standing).label) if held else ""
    number = line.number or "________"
    until = full_text(line.valid_to) if line.valid_to else "____年__月__日"
    dues = month_text(line.dues_to) if line.dues_to else "____年__月"
    on = full_text(line.sent_on) if line.sent_on else ""
    sheet = Sheet(title="中国共产党党员组织关系介绍信", subtitle=f"编号：{number}")
    sheet.text("第一联　存根", bold=True)
    sheet.form(
        [
            [Pair("姓名", line.person.name), Pair("党员类别", standing)],
            [Pair("转出", leaves), Pair("转入", comes)],
            [Pair("党费交至", dues), Pair("有效期至", until)],
            [Pair("转接原因", line.reason), Pair("开具日期", on)],
        ]
    )
    sheet.text(CUT, align="center")
    sheet.text("第二联　介绍信", bold=True)
    sheet.text(f"{comes}：")
    sheet.text(
        f"{line.person.name}同志系{standing or '中共党员'}，由{leaves}转往你处，请转接组织关系。党费已交至{dues}。"
        f"本介绍信有效期至{until}。",
        indent=True,
    )
    sheet.text(f"{writer}（盖章）\n{on}", align="right")
    sheet.text(CUT, align="center")
    sheet.text("第三联　回执", bold=True)
    sheet.text(f"{writer}：")
    sheet.text(f"编号{number}介绍信收到，{line.person.name}同志的组织关系已转至____________________。", indent=True)
    received = full_text(line.received_on) if line.received_on else "____年__月__日"
    sheet.text(f"{comes}（盖章）\n{received}", align="right")
    return sheet.signatures("经办人", "联系电话")


@sheets.in_chinese
def table(title: str, rows: Iterable[Line]) -> bytes:
    """A list of transfers as Excel."""
    return write_xlsx(title, COLUMNS, [(place, *cells(line)) for place, line in enumerate(rows, start=1)])


def cells(line: Line) -> Sequence[object]:
    row = line.row
    return (
        row.person.name, _side(row.from_org, row.outside), _side(row.to_org, row.outside), row.reason, row.asked_on,
        row.let_go_on, row.sent_on, row.number, row.valid_to, _month(line.dues_to), row.received_on, str(line.chip.word),
        row.returned_for,
    )  # fmt: skip


def _side(org: object, outside: str) -> str:
    return str(org) if org is not None else outside


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""
