import io
import random
import resource
import time
import tracemalloc
from datetime import date

import openpyxl
import pytest

from hongzhu.kit.tables import geometry, workbook
from hongzhu.kit.tables.read import Line, TableRefused, read_table

from . import hostile

LIMITS = {"max_rows": 5000, "max_cols": 60}
ALL = {**hostile.XLSX, **{f"csv {name}": case for name, case in hostile.CSV.items()}}


def book(rows, **more):
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for change in more.get("changes", ()):
        change(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("family", ALL)
def test_hostile_files_are_refused_quickly_with_a_sentence(family):
    import re

    filename, data, words = ALL[family]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with pytest.raises(TableRefused) as error:
        list(read_table(data, filename, **LIMITS).rows)
    assert time.process_time() - started < 2
    assert re.search(words, str(error.value)), str(error.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024  # KiB


def test_the_builders_own_file_is_accepted():
    """The twin of every case above: without the hostile part the same file is read."""
    table = read_table(hostile.pack(), "a.xlsx", **LIMITS)
    assert table.header == ("姓名", "号")
    assert list(table.rows) == [Line(2, ["甲", ""])]


@pytest.mark.parametrize("guard", ["last row", "one column too many", "prefixed cells", "style before address"])
def test_without_the_geometry_guard_the_case_is_not_refused_for_its_size(monkeypatch, guard):
    """The twin: with the pattern blind, the measuring lets the file through."""
    monkeypatch.setattr(geometry, "_prefixed", lambda piece: False)
    scanner = geometry.Scanner(max_rows=5000, max_columns=60)
    import re
    import zipfile

    scanner.unusual = re.compile(rb"(?!)")
    with zipfile.ZipFile(io.BytesIO(hostile.XLSX[guard][1])) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    assert scanner.measure(lambda: iter([part]), len(part)) is not None


@pytest.mark.parametrize("limit", [1, 9, 10, 99, 100, 305, 300_010, 1_048_576])
def test_row_pattern_is_exact(limit):
    import re

    pattern = re.compile(geometry._up_to_number(limit))
    for number in [0, 1, 2, limit - 1, limit, limit + 1, limit * 10, 10**7]:
        assert bool(pattern.fullmatch(str(number))) == (1 <= number <= limit)


@pytest.mark.parametrize("limit", [1, 2, 25, 26, 27, 52, 53, 702, 703, 16384])
def test_column_pattern_is_exact(limit):
    import re

    pattern = re.compile(geometry._up_to_column(limit))
    for number in range(1, 17000, 7):
        assert bool(pattern.fullmatch(geometry.column_name(number))) == (number <= limit)
        assert geometry.column_number(geometry.column_name(number)) == number


def test_rows_and_columns_at_the_limit_pass():
    data = hostile.pack(hostile.sheet(hostile.ROW + f'<row r="5000">{hostile.cell("BH5000")}</row>'))
    table = read_table(data, "a.xlsx", **LIMITS)
    assert [line.number for line in table.rows] == []  # BH has no title, so nothing of it belongs to the table
    assert len(list(read_table(b"a,b\n" + b"1,2\n" * 4999, "a.csv", **LIMITS).rows)) == 4999


def test_unusual_but_sound_writing_is_read():
    body = "<row><c><v>1</v></c><c t='str'><v>x</v></c></row><row><c s='1' r='A2'><v>7</v></c></row>"
    table = read_table(hostile.pack(hostile.sheet(body)), "a.xlsx", **LIMITS)
    assert table.header == ("1", "x") or table.header == ("1.0", "x")
    assert [line.cells for line in table.rows] == [[7.0, ""]]


def test_unusual_writing_is_read_only_up_to_a_size(monkeypatch):
    monkeypatch.setattr(geometry, "SLOW_LIMIT", 10)
    with pytest.raises(TableRefused, match="另存"):
        read_table(hostile.pack(hostile.sheet("<row><c><v>1</v></c></row>")), "a.xlsx", **LIMITS)


def test_title_rows_above_the_header():
    rows = [
        ["2026年度人员信息表"],
        ["填报单位：", "某校"],
        [],
        ["姓名*", "出生 日期", "人数"],
        ["张三", date(2026, 1, 2), 3],
    ]
    data = book(rows, changes=[lambda made, sheet: sheet.merge_cells("A1:C1")])
    for expect in ((), ("姓名", "人数")):
        table = read_table(data, "a.xlsx", expect=expect, **LIMITS)
        assert table.header == ("姓名", "出生日期", "人数")
        assert table.header_row == 4
        assert list(table.rows) == [Line(5, ["张三", date(2026, 1, 2), 3.0])]
        assert table.warnings == []


def test_expected_titles_win_over_fuller_rows():
    data = book([["说明", "一", "二", "三"], ["姓名", "人数"], ["张三", 3]])
    assert read_table(data, "a.xlsx", **LIMITS).header_row == 1
    assert read_table(data, "a.xlsx", expect=["姓名", "人数"], **LIMITS).header == ("姓名", "人数")


def test_row_numbers_are_those_of_the_sheet():
    data = book([[], [], ["", "姓名", "号"], ["", "甲", 1], [], ["", "乙", 2]])
    table = read_table(data, "a.xlsx", expect=["姓名"], **LIMITS)
    assert table.header_row == 3
    assert [line.number for line in table.rows] == [4, 6]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["姓名", "姓名"], ["a", "b"]], "重复的列名“姓名”"),
        ([["姓名", "姓 名"], ["a", "b"]], "重复的列名“姓名”"),
        ([["姓名", None, "号"], ["a", "b", "c"]], "B列没有名称"),
    ],
)
def test_headers_that_cannot_be_told_apart(rows, words):
    with pytest.raises(TableRefused, match=words):
        read_table(book(rows), "a.xlsx", expect=["姓名", "号"], **LIMITS)


def test_merged_header_is_refused_and_merged_data_reported():
    rows = [["姓名", "联系方式", None], ["姓名", "电话", "地址"], ["甲", 1, "x"], ["乙", 2, "y"]]
    with pytest.raises(TableRefused, match="A1"):
        read_table(
            book(rows, changes=[lambda made, s: s.merge_cells("A1:A2")]), "a.xlsx", expect=["电话", "地址"], **LIMITS
        )
    table = read_table(book(rows[1:], changes=[lambda made, s: s.merge_cells("A2:A3")]), "a.xlsx", **LIMITS)
    assert ["1处合并单元格" in warning for warning in table.warnings] == [True]


def test_hidden_and_further_sheets_are_named():
    def add(made, sheet):
        made.create_sheet("字典").append(["男"])
        made.create_sheet("空的")
        made.create_sheet("暗").sheet_state = "hidden"
        made.create_sheet("深").sheet_state = "veryHidden"

    data = book([["姓名"], ["甲"]], changes=[add])
    table = read_table(data, "a.xlsx", **LIMITS)
    assert table.warnings == ["有隐藏的工作表没有读：暗、深", "只读了工作表“Sheet”，没有读：字典"]
    assert read_table(data, "a.xlsx", sheet="字典", **LIMITS).header == ("男",)
    for name in ("暗", "没有", "空的"):
        with pytest.raises(TableRefused):
            read_table(data, "a.xlsx", sheet=name, **LIMITS)


def test_formulas_give_their_last_value_and_are_reported():
    body = '<row r="1"><c r="A1" t="str"><v>数</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    table = read_table(hostile.pack(hostile.sheet(body)), "a.xlsx", **LIMITS)
    assert [line.cells for line in table.rows] == [[2.0]]
    assert table.warnings == ["表里有1个公式，按算出的数值读入"]


CSV_TEXT = '姓名,号码,备注\r\n张三,１２,"多行\n文字"\r\n\r\n李四,13,x\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_all_its_forms(encoding, delimiter):
    data = CSV_TEXT.replace(",", delimiter).encode(encoding)
    table = read_table(data, "名单.CSV", **LIMITS)
    assert table.header == ("姓名", "号码", "备注")
    assert [line.cells for line in table.rows] == [["张三", "１２", "多行\n文字"], ["李四", "13", "x"]]


def test_a_path_is_read_like_bytes(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(hostile.pack())
    assert read_table(file, "a.xlsx", **LIMITS).header == ("姓名", "号")
    assert read_table(str(file), "a.xlsx", **LIMITS).header == ("姓名", "号")


def test_asking_for_more_than_can_be_held_is_our_own_error():
    with pytest.raises(ValueError):
        read_table(b"x", "a.csv", max_rows=1_000_000, max_cols=11)


def test_a_file_over_the_limit(monkeypatch):
    from hongzhu.kit.tables import read

    monkeypatch.setattr(read, "MAX_FILE", 100)
    with pytest.raises(TableRefused, match="MB"):
        read_table(hostile.pack(), "a.xlsx", **LIMITS)


def test_a_long_ordinary_table_passes():
    import xlsxwriter

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "单位", "号", "民族"])
    for number in range(1, 20_001):
        sheet.write_row(number, 0, ["张三", "第一小学", f"{number:018}", "汉族"])
    made.close()
    table = read_table(out.getvalue(), "a.xlsx", max_rows=300_001, max_cols=30)
    assert sum(1 for _ in table.rows) == 20_000


def test_changed_bytes_never_crash_the_reader():
    data = bytearray(book([["姓名", "号"], ["甲", 1], ["乙", 2]]))
    dice = random.Random(20261121)
    for _ in range(150):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            list(read_table(bytes(changed), "a.xlsx", **LIMITS).rows)
        except TableRefused as error:
            assert str(error)


def test_changed_xml_never_crashes_the_reader():
    dice = random.Random(7)
    for _ in range(150):
        text = list(hostile.GOOD)
        for _ in range(dice.randint(1, 4)):
            text[dice.randrange(len(text))] = dice.choice("<>/\"'= rcA9&;")
        try:
            list(read_table(hostile.pack("".join(text)), "a.xlsx", **LIMITS).rows)
        except TableRefused as error:
            assert str(error)


def test_shared_text_is_counted_as_the_reader_copies_it(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_SHARED_TEXT", 1000)
    shared = f"<sst {hostile.NS}><si><t>{'x' * 90}</t></si><si><t>b</t></si></sst>"
    cells = "".join(f'<c r="{geometry.column_name(n)}1" t="s"><v>{{}}</v></c>' for n in range(1, 31))
    few = hostile.sheet(f'<row r="1">{cells.format(*[1] * 29, 0)}</row>')
    many = hostile.sheet(f'<row r="1">{cells.format(*[0] * 30)}</row>')
    with pytest.raises(TableRefused, match="重复"):
        read_table(hostile.pack(few, shared=shared), "a.xlsx", **LIMITS)  # read, and only then refused for its header
    with pytest.raises(TableRefused, match="文字太长"):
        read_table(hostile.pack(many, shared=shared), "a.xlsx", **LIMITS)


def test_memory_stays_bounded_on_a_bomb():
    tracemalloc.start()
    with pytest.raises(TableRefused):
        read_table(hostile.XLSX["300 MB inline"][1], "a.xlsx", **LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
