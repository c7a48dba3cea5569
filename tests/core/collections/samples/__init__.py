"""Ten tables as superiors send them, after the usual sheets of a county: made with xlsxwriter, never copied from anybody.

Merged heads of one to three levels, a title and a line of units above, ruled blank rows, a total row with formulas,
notes and signatures below, print areas and titles, validations, a conditional format, a picture, notes on cells.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range_abs


@dataclass(frozen=True)
class Sample:
    """One table: ``heads`` are (title, (children)) in order; ``summed`` columns have a formula in the total row."""

    name: str
    about: str  # UNIT, MEMBER, STAFF
    heads: tuple[Any, ...]
    summed: tuple[str, ...] = ()
    rows: int = 10
    total: bool = True
    extra: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def titles(self) -> list[str]:
        found = []
        for head in self.heads:
            title, children = head if isinstance(head, tuple) else (head, ())
            found += [f"{title}·{child}" for child in children] or [title]
        return found


MONTHS = tuple(f"{n}月" for n in range(1, 13))
FOUR = ("应开", "已开", "按期", "补记")
SAMPLES = (
    Sample(
        "党员名册", "MEMBER",
        ("序号", "姓名", "性别", "民族", "出生年月", "学历", "入党时间", "转正时间", "岗位/职务", "党员类别", "在职/离退休", "组织关系状态",
         "联系电话", "备注"),
        total=False, choices=(("性别", ("男", "女")), ("党员类别", ("正式党员", "预备党员"))),
    ),
    Sample(
        "发展党员工作台账", "MEMBER",
        ("序号", "姓名", ("申请入党", ("申请时间", "谈话时间")), ("入党积极分子", ("确定时间", "备案时间", "培养联系人")),
         ("发展对象", ("确定时间", "备案时间", "政审时间", "培训时间")),
         ("接收预备党员", ("预审时间", "公示时间", "支部大会时间", "应到", "实到", "赞成", "上级谈话", "审批时间")),
         ("转正", ("预备期满", "转正大会", "转正审批")), "材料缺项"),
        total=False,
    ),
    Sample(
        "党费收缴登记表", "MEMBER",
        ("序号", "姓名", "计算基数（元）", "比例", "月应交（元）", ("交纳情况", MONTHS), "全年应交", "实交", "备注"),
        summed=("月应交（元）", *(f"交纳情况·{month}" for month in MONTHS), "全年应交", "实交"), extra="formula",
    ),
    Sample(
        "民主评议党员情况汇总表", "UNIT",
        ("支部", "党员数", "参评", "未参评及原因", ("评议结果", ("优秀", "合格", "基本合格", "不合格")), "预备（不评等次）"),
        summed=("党员数", "参评", "评议结果·优秀", "评议结果·合格", "评议结果·基本合格", "评议结果·不合格"), extra="picture",
    ),
    Sample(
        "换届台账", "UNIT",
        ("序号", "党组织", "隶属", "本届选举日期", "届满日期", "请示", "批复", "选举日期", "结果批复", "延期批准"),
        total=False, extra="print titles",
    ),
    Sample(
        "组织生活落实情况汇总表", "UNIT",
        ("序号", "党组织", "党员数", ("支部党员大会", FOUR), ("支委会", FOUR), ("党课", FOUR), ("主题党日", FOUR), "不适用说明", "备注"),
        summed=("党员数", *(f"{kind}·{word}" for kind in ("支部党员大会", "支委会", "党课", "主题党日") for word in FOUR)),
        extra="numbers row",
    ),
    Sample(
        "党组织基本情况统计表", "UNIT",
        ("序号", "党组织名称", "党组织类别", "上级党组织", "所在单位", "成立时间", "书记姓名", "支委会人数",
         ("党员情况", ("总数", "女", "少数民族", "预备", "离退休", "35岁及以下", "本科及以上")), "党小组数", "备注"),
        summed=tuple(f"党员情况·{word}" for word in ("总数", "女", "少数民族", "预备", "离退休")), extra="three levels",
    ),
    Sample(
        "党员教育培训学时台账", "MEMBER",
        ("序号", "姓名", "所在党支部", "党员类别", "职务", ("组织生活", ("应参加", "实参加", "请假", "缺席", "补学")), "参加率（%）",
         "累计学时", "备注"),
        total=False, extra="conditional",
    ),
    Sample(
        "教师基本情况统计表", "STAFF",
        ("序号", "单位", "姓名", "性别", "民族", "出生年月", "年龄", "学历", "政治面貌", "职务", "任职时间", "职称", "职称取得时间",
         "任教学科", "人员状态", "工作单位", "备注"),
        total=False, extra="hidden list",
    ),
    Sample(
        "党组织书记基本情况表", "UNIT",
        ("序号", "党组织名称", "上级党组织", "所在单位", "党员总数", ("书记基本情况", ("姓名", "性别", "出生年月", "学历", "任职时间")),
         "是否一肩挑", "组织委员", "支委会人数", "联系电话"),
        summed=("党员总数",), extra="comment",
    ),
)  # fmt: skip
DATES = (
    "时间",
    "日期",
    "年月",
    "请示",
    "批复",
    "结果批复",
    "延期批准",
    "公示",
    "预审",
    "转正大会",
    "转正审批",
    "预备期满",
    "上级谈话",
)


def picture() -> bytes:
    """A small red square as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\x00" + b"\xc0\x20\x20" * 8 for _row in range(8))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    )  # fmt: skip


def build(sample: Sample) -> bytes:
    """The table as an .xlsx file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(sample.name[:31])
    _write(book, sheet, sample)
    if sample.extra == "hidden list":
        hidden = book.add_worksheet("选项")
        hidden.write_column(0, 0, ["语文", "数学", "英语", "道德与法治"])
        hidden.hide()
    book.close()
    return out.getvalue()


def _write(book: Any, sheet: Any, sample: Sample) -> None:
    base = {"font_name": "宋体", "font_size": 10.5, "border": 1, "valign": "vcenter", "text_wrap": True}
    title = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    plain = book.add_format({"font_name": "宋体", "font_size": 10.5})
    head = book.add_format(base | {"bold": True, "align": "center", "bg_color": "#F2F2F2"})
    body = book.add_format(base)
    looks = {
        "text": book.add_format(base | {"num_format": "@"}),
        "day": book.add_format(base | {"num_format": "yyyy.mm.dd", "align": "center"}),
        "money": book.add_format(base | {"num_format": "#,##0.00"}),
        "number": book.add_format(base | {"num_format": "0"}),
    }
    total_look = book.add_format(base | {"bold": True, "num_format": "#,##0.00"})
    width, top = len(sample.titles), 3
    deep = any(isinstance(one, tuple) for one in sample.heads)
    levels = 3 if sample.extra == "three levels" else 2 if deep else 1
    sheet.write_string(0, 0, "附件2", plain)
    sheet.merge_range(1, 0, 1, width - 1, f"2026年{sample.name}", title)
    sheet.set_row(1, 32)
    sheet.write_string(2, 0, "填报单位（盖章）：", plain)
    sheet.write_string(2, width - 2, "填报时间：    年  月  日", plain)
    _heads(sheet, sample, top, levels, head)
    first = top + levels
    if sample.extra == "numbers row":
        for column in range(width):
            sheet.write_number(first, column, column + 1, head)
        first += 1
    last = first + sample.rows - 1
    for column, name in enumerate(sample.titles):
        word = name.rpartition("·")[2]
        look = looks["day"] if word.endswith(DATES) else None
        money = "元" in word or word in MONTHS or word in ("全年应交", "实交")
        look = look or (looks["money"] if money else looks["number"] if name in sample.summed else body)
        if word in ("联系电话", "备注"):
            look = looks["text"]
        sheet.set_column(column, column, 6 if word == "序号" else 14)
        for row in range(first, last + 1):
            sheet.write_blank(row, column, None, look)
            if sample.extra == "formula" and word == "全年应交":
                sheet.write_formula(row, column, f"=ROUND(E{row + 1}*12,2)", look, 0)
    below = last + 1
    if sample.total:
        sheet.write_string(below, 0, "合计", head)
        for column, name in enumerate(sample.titles[1:], start=1):
            letter = xl_col_to_name(column)
            if name in sample.summed:
                sheet.write_formula(below, column, f"=SUM({letter}{first + 1}:{letter}{last + 1})", total_look, 0)
            else:
                sheet.write_blank(below, column, None, body)
        below += 1
    sheet.merge_range(below, 0, below, width - 1, "说明：1.按组织关系填报；2.没有的填“无”。", plain)
    sheet.write_string(below + 1, 0, "填表人：", plain)
    sheet.write_string(below + 1, max(3, width // 2), "审核人：", plain)
    _around(book, sheet, sample, top, first, last, below + 1, width)


def _heads(sheet: Any, sample: Sample, top: int, levels: int, head: Any) -> None:
    column = 0
    for one in sample.heads:
        title, children = one if isinstance(one, tuple) else (one, ())
        if not children:
            if levels > 1:
                sheet.merge_range(top, column, top + levels - 1, column, title, head)
            else:
                sheet.write_string(top, column, title, head)
            column += 1
            continue
        sheet.merge_range(top, column, top, column + len(children) - 1, title, head)
        for child in children:
            if levels == 3:
                sheet.merge_range(top + 1, column, top + 2, column, child, head)
            else:
                sheet.write_string(top + 1, column, child, head)
            column += 1


def _around(book: Any, sheet: Any, sample: Sample, top: int, first: int, last: int, end: int, width: int) -> None:
    sheet.freeze_panes(first, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, end, width - 1)
    sheet.repeat_rows(top, first - 1)
    sheet.set_header(f"&C{sample.name}")
    sheet.set_footer("&C第&P页 共&N页")
    for word, options in sample.choices:
        column = sample.titles.index(word)
        sheet.data_validation(first, column, last, column, {"validate": "list", "source": list(options)})
    if sample.extra == "hidden list":
        column = sample.titles.index("任教学科")
        sheet.data_validation(first, column, last, column, {"validate": "list", "source": "=选项!$A$1:$A$4"})
    if sample.extra == "conditional":
        red = book.add_format({"font_color": "#C00000"})
        column = sample.titles.index("累计学时")
        sheet.conditional_format(
            first, column, last, column, {"type": "cell", "criteria": "<", "value": 32, "format": red}
        )
    if sample.extra == "picture":
        sheet.insert_image(end + 2, 1, "seal.png", {"image_data": io.BytesIO(picture())})
    if sample.extra == "comment":
        sheet.write_comment(end, 0, "由组织员填写")
        book.define_name("书记表数据", f"='{sample.name}'!{xl_range_abs(first, 0, last, width - 1)}")
