"""Word papers of posts and promises: 岗位与责任区一览表, 党员承诺书 to sign on paper."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.kit.dates import full_text
from hongzhu.kit.paper import Sheet, write_docx
from hongzhu.services.party.models import MemberPost

from .posts import PromiseLine


@in_chinese
def post_table(rows: Iterable[MemberPost], on: date, body: str) -> bytes:
    """岗位与责任区一览表: one line for each post held."""
    lines = [
        (number, row.org.name, row.get_kind_display(), row.title, row.person.name, row.duty, _short(row.from_on), "")
        for number, row in enumerate(rows, start=1)
    ]
    sheet = Sheet("党员示范岗、责任区一览表", subtitle=f"{body}　截至{full_text(on)}", landscape=True).table(
        ("序号", "党支部", "类别", "岗位或责任区", "姓名", "职责", "开始", "备注"),
        lines,
        widths=(1, 4, 2.2, 4, 1.8, 5, 2, 1.6),
        aligns=("center", "left", "center", "left", "center", "left", "center", "left"),
    )
    return write_docx([sheet.signatures("填表人", "支部书记")])


@in_chinese
def promise_sheet(branch: str, year: int, lines: Sequence[PromiseLine]) -> bytes:
    """党员承诺书: one line for each member and room to sign; nothing is asked beside the line."""
    told = [
        (number, line.member.person.name, line.promise.item if line.promise else "", "", "")
        for number, line in enumerate(lines, start=1)
    ]
    sheet = Sheet("党员承诺书", subtitle=f"{branch}　{year}年").table(
        ("序号", "姓名", "承诺事项", "本人签名", "签名日期"),
        told,
        widths=(1, 2, 8, 2.5, 2.3),
        aligns=("center", "center", "left", "center", "center"),
        row_height=11,
    )
    return write_docx([sheet.signatures("支部书记", "日期")])


def _short(day: date | None) -> str:
    return f"{day.year}.{day.month}.{day.day}" if day else ""
