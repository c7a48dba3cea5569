import io
import shutil
import subprocess
import zipfile
from datetime import datetime

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from hongzhu.kit.paper import TITLE_FONT, Pair, Sheet, write_docx

LONG = "会议集中学习了有关文件，大家结合工作谈了体会，明确了下一步任务和责任人。"


def record():
    return (
        Sheet("活动记录表", subtitle="第一小学 2026年11月", foot="第一小学")
        .form(
            [
                [("时间", "2026年11月20日"), ("地点", "会议室"), ("应到", 23)],
                [("主持人", "张三"), ("记录人", None)],
                [Pair("内容", LONG * 40, height=100)],
            ]
        )
        .signatures("主持人：", "记录人：")
    )


def register(rows=80):
    return Sheet("名册", landscape=True).table(
        ["序号", "姓名", "备注"],
        [[n, "张三", LONG] for n in range(rows)],
        widths=[1, 2, 6],
        aligns=["center", "center", "left"],
    )


def opened(*sheets):
    return docx.Document(io.BytesIO(write_docx(sheets)))


def near(one, other):
    return abs(one - other) < Mm(0.1)


def test_a4_with_the_binding_edge():
    document = opened(record(), register())
    upright, across = document.sections
    assert near(upright.page_width, Mm(210)) and near(upright.page_height, Mm(297))
    assert near(upright.left_margin, Mm(22)) and near(upright.right_margin, Mm(15))
    assert near(across.page_width, Mm(297)) and near(across.page_height, Mm(210))
    assert near(across.top_margin, Mm(22)) and near(across.left_margin, Mm(15))


def test_chinese_text_has_a_chinese_font_everywhere():
    document = opened(record().text("说明", indent=True), register())
    parts = [document.element.body, *(section.footer._element for section in document.sections)]
    runs = [run for part in parts for run in part.iter(qn("w:r")) if run.find(qn("w:t")) is not None]
    assert len(runs) > 20
    for run in runs:
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) and not fonts.get(qn("w:eastAsiaTheme"))
    assert document.paragraphs[0].runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == TITLE_FONT


def test_tables_fit_between_the_margins():
    document = opened(record(), register())
    for table, section in zip(document.tables, document.sections, strict=True):
        width = section.page_width - section.left_margin - section.right_margin
        assert sum(column.width for column in table.columns) <= width
        assert sum(column.width for column in table.columns) > width * 0.99


def test_the_form_spans_and_keeps_every_word():
    table = opened(record()).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["时间", "2026年11月20日", "地点", "会议室", "应到", "23"]
    short = table.rows[1].cells
    assert short[2].text == "记录人" and short[3]._tc is short[4]._tc is short[5]._tc
    long = table.rows[2].cells
    assert long[1].text == LONG * 40 and long[1]._tc is long[5]._tc
    assert near(table.rows[2].height, Mm(100))


def test_rows_stay_whole_only_while_short():
    form, grid = opened(record(), register(3)).tables

    def whole(row):
        return row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None

    assert [whole(row) for row in form.rows] == [True, True, False]
    assert all(whole(row) for row in grid.rows)
    assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert grid.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None


def test_table_properties_keep_the_order_word_insists_on():
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for table in opened(record(), register(1)).tables:
        tags = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
        assert tags == [tag for tag in order if tag in tags] and "tblBorders" in tags


def test_each_foot_counts_pages():
    for section in opened(record(), register()).sections:
        codes = [e.text.strip() for e in section.footer._element.iter(qn("w:instrText"))]
        assert codes == ["PAGE", "NUMPAGES"]
        assert not section.footer.is_linked_to_previous
    assert "第一小学" in opened(record()).sections[0].footer.paragraphs[0].text
    assert "第 1 页 共 1 页" in opened(record()).sections[0].footer.paragraphs[0].text


def test_nothing_floats():
    body = opened(record(), register()).element.xml
    for tag in ("w:drawing", "w:pict", "w:framePr", "w:tblpPr"):
        assert f"<{tag}" not in body


def test_equal_sheets_give_equal_bytes_and_other_sheets_others():
    assert write_docx([record(), register()]) == write_docx([record(), register()])
    assert write_docx([record()]) != write_docx([record().text("x")])
    dated = docx.Document(io.BytesIO(write_docx([record()], about="题", made_at=datetime(2026, 11, 20))))
    assert (dated.core_properties.title, dated.core_properties.created.year) == ("题", 2026)
    assert dated.core_properties.author == ""


def test_missing_fonts_have_a_named_alternative():
    with zipfile.ZipFile(io.BytesIO(write_docx([record()]))) as archive:
        table = archive.read("word/fontTable.xml").decode()
    assert f'w:name="{TITLE_FONT}"><w:altName' in table


def test_text_no_xml_can_hold_is_dropped_and_the_rest_kept():
    odd = "甲\x00\x0b乙<&>\r\n丙"
    sheet = (
        Sheet(odd, subtitle=odd, foot=odd)
        .form([[(odd, odd), Pair(odd, odd)]])
        .table([odd], [[odd]])
        .text(odd)
        .signatures(odd)
    )
    document = opened(sheet)
    assert document.tables[0].rows[0].cells[1].text == "甲乙<&>\n丙"
    assert [row.cells[0].text for row in document.tables[1].rows] == ["甲乙<&>\n丙"] * 2


def test_wrong_shapes_are_our_own_errors():
    with pytest.raises(ValueError):
        write_docx([])
    for broken in (
        lambda: Sheet("x").form([]),
        lambda: Sheet("x").form([[]]),
        lambda: Sheet("x").table(["a"], [["b", "c"]]),
        lambda: Sheet("x").table([], []),
        lambda: Sheet("x").table(["a"], [], widths=[1, 2]),
        lambda: Sheet("x").signatures(),
    ):
        with pytest.raises(ValueError):
            broken()


@pytest.mark.deep
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_nothing_is_cut_in_print(tmp_path):
    file = tmp_path / "paper.docx"
    file.write_bytes(write_docx([record(), register()]))
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "pdf", f"-env:UserInstallation=file://{tmp_path}/office", str(file)],
        cwd=tmp_path, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    text = subprocess.run(
        ["pdftotext", "-layout", "paper.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    words = "".join(text.split())
    assert words.count("姓名") >= 3  # the header repeats on each page of the register
    assert words.count("责任人") == 40 + 80
    assert "第1页共" in words


def kept(document):
    """The texts of the paragraphs that stand on the page of the next, in their order, cells among them."""
    found = [p for p in document.element.body.iter(qn("w:p")) if p.pPr is not None and p.pPr.keepNext is not None]
    return ["".join(text.text for text in p.iter(qn("w:t"))) for p in found]


def rows(*texts):
    return [[text, text] for text in texts]


def test_places_to_sign_stay_with_the_last_rows_of_a_list_and_no_more():
    document = opened(Sheet("题").table(["甲", "乙"], rows("一", "二", "三")).signatures("移交人", "接收人"))
    assert kept(document) == ["题", "二", "二", "三", "三"]
    assert kept(opened(Sheet("题").table(["甲", "乙"], rows("一", "二", "三")))) == ["题"]
    assert kept(opened(Sheet("题").table(["甲"], []).signatures("移交人"))) == ["题", "甲"]
    assert kept(opened(Sheet("题").table(["甲"], [["一"], ["二"]]).signatures("移交人"))) == ["题", "甲", "一", "二"]


def test_places_to_sign_stay_with_the_last_row_of_a_form_unless_it_may_break():
    document = opened(Sheet("题").form([[("甲", "一")], [("乙", "二"), ("丙", "三\n四")]]).signatures("签字"))
    assert kept(document) == ["题", "乙", "二", "丙", "三", "四"]
    assert kept(opened(Sheet("题").form([[("甲", "一")], [("乙", LONG * 40)]]).signatures("签字"))) == ["题"]
    broken = opened(Sheet("题").table(["甲", "乙"], [*rows("一", LONG * 40), ["二", "二"]]).signatures("签字"))
    assert kept(broken) == ["题", "二", "二"]


def test_who_writes_and_on_which_day_stays_with_the_last_sentence():
    letter = Sheet("题").text("上级党委：").text("正文一。\n正文二。", indent=True)
    letter.text("").text("第一党支部\n2026年11月20日", align="right")
    assert kept(opened(letter)) == ["题", "正文二。", "", "第一党支部"]
    lines = opened(Sheet("题").text("正文。", indent=True).text("一\n二\n三", align="right").signatures("签字"))
    assert kept(lines) == ["题", "正文。", "一", "二", "三"]


def test_a_heading_stays_with_what_it_heads_and_what_it_heads_with_the_foot():
    sheet = Sheet("题").text("一、事项", bold=True).table(["甲"], [["一"]]).text("二、其他", bold=True)
    sheet.text("无", indent=True).signatures("签字")
    assert kept(opened(sheet)) == ["题", "一、事项", "二、其他", "无"]


def test_notes_that_close_a_sheet_are_feet_and_a_long_text_is_none():
    listed = Sheet("题").table(["甲", "乙"], rows("一", "二", "三"))
    assert kept(opened(listed.text("说明一。\n其二。").text("说明二。"))) == [
        "题", "二", "二", "三", "三", "说明一。", "其二。",
    ]  # fmt: skip
    signed = Sheet("题").table(["甲", "乙"], rows("一")).signatures("签字").text("说明。")
    assert kept(opened(signed)) == ["题", "甲", "乙", "一", "一", "签字"]
    between = Sheet("题").table(["甲", "乙"], rows("一")).text("说明。").table(["丙"], [["二"]])
    assert kept(opened(between)) == ["题"]
    for text, held in (("长" * 300, ["甲", "乙", "一", "一"]), ("长" * 301, [])):
        assert kept(opened(Sheet("题").table(["甲", "乙"], rows("一")).text(text))) == ["题", *held]


def test_six_closing_lines_are_kept_together_and_a_seventh_is_not():
    sheet = Sheet("题").table(["甲", "乙"], rows("一"))
    for number in range(1, 7):
        sheet.text(f"说明{number}")
    assert kept(opened(sheet)) == ["题", "甲", "乙", "一", "一", *(f"说明{number}" for number in range(1, 6))]
    assert kept(opened(sheet.text("说明7"))) == ["题", *(f"说明{number}" for number in range(1, 7))]


def test_rows_that_are_held_are_written_as_the_schema_orders_them():
    document = opened(Sheet("题").table(["甲", "乙"], rows("一")).signatures("签字"))
    assert [child.tag for child in document.tables[0].rows[1]._tr.tc_lst[0].p_lst[0].pPr] == [
        qn("w:keepNext"),
        qn("w:jc"),
    ]
