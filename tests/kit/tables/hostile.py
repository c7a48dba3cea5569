"""Spreadsheets nobody should have to open: each builder gives a file name, bytes and the words of the refusal."""

from __future__ import annotations

import io
import struct
import zipfile

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{target}"/>'
    '<Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>号</t></is></c></row>'
GOOD = f'<worksheet {NS}><sheetData>{ROW}<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c></row></sheetData></worksheet>'


def sheet(body: str) -> str:
    return f"<worksheet {NS}><sheetData>{body}</sheetData></worksheet>"


def pack(worksheet=GOOD, *, extra=(), target="worksheets/sheet1.xml", shared=None, skip=(), types=TYPES) -> bytes:
    out = io.BytesIO()
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": RELS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELS.format(target=target),
        f"xl/{target}": worksheet,
    }
    if shared is not None:
        parts["xl/sharedStrings.xml"] = shared
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in [*parts.items(), *extra]:
            if name not in skip:
                archive.writestr(name, body)
    return out.getvalue()


def cell(address: str, text: str = "x") -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def overlapping() -> bytes:
    """Two directory entries that share one body."""
    data = pack(extra=[("xl/a.xml", "<a/>"), ("xl/b.xml", "<a/>")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.getinfo("xl/a.xml").header_offset
        second = archive.getinfo("xl/b.xml").header_offset
    begin = data.rfind(struct.pack("<L", second))
    return data[:begin] + struct.pack("<L", first) + data[begin + 4 :]


def lying_size(worksheet: str) -> bytes:
    """The directory says 1,000 bytes; the body unpacks to much more."""
    data = bytearray(pack(worksheet))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    old = struct.pack("<L", size)
    place = 0
    while (place := data.find(old, place)) >= 0:
        data[place : place + 4] = struct.pack("<L", 1000)
        place += 4
    return bytes(data)


def wrong_crc() -> bytes:
    data = bytearray(pack())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        crc = struct.pack("<L", archive.getinfo("xl/worksheets/sheet1.xml").CRC)
    place = 0
    while (place := data.find(crc, place)) >= 0:
        data[place] ^= 1
        place += 4
    return bytes(data)


def encrypted_flag() -> bytes:
    data = bytearray(pack())
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    return bytes(data)


def named(name: str) -> bytes:
    return pack(extra=[(name, "x")])


def symlink() -> bytes:
    info = zipfile.ZipInfo("xl/link")
    info.external_attr = 0o120777 << 16
    return pack(extra=[(info, "/etc/passwd")])


def duplicate_entries() -> bytes:
    out = io.BytesIO(pack())
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("xl/worksheets/sheet1.xml", sheet(cell("XFD1048576")))
    return out.getvalue()


def many_entries(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.xml", "")
    return out.getvalue()


def nul_name() -> bytes:
    data = pack(extra=[("xl/aXb.xml", "<a/>")])
    return data.replace(b"xl/aXb.xml", b"xl/a\x00b.xml")


DAMAGED, BIG, ROWS, COLUMNS, LONG, NESTED, MACRO = "已损坏", "过大", "行", "列", "文字太长", "套着", "宏"
ENTITIES = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
SPREAD = "".join(f'<row r="{n}">{cell(f"XFD{n}")}</row>' for n in range(2, 2002))
SHARED_BOMB = f"<sst {NS}><si><t>{'长' * 30000}</t></si></sst>"
SHARED_CELLS = "".join(
    f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(1, 4900)
)
PREFIXED = (
    '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    '<x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)

# family -> (file name, bytes, words in the sentence); limits in the tests: 5,000 rows, 60 columns
XLSX = {
    "last row": ("a.xlsx", pack(sheet(ROW + f'<row r="1048576">{cell("A1048576")}</row>')), ROWS),
    "one row too many": ("a.xlsx", pack(sheet(ROW + f'<row r="5001">{cell("A5001")}</row>')), ROWS),
    "cell outside its row": ("a.xlsx", pack(sheet(f'<row r="1">{cell("A900000")}</row>')), ROWS),
    "empty styled last row": ("a.xlsx", pack(sheet(ROW + '<row r="1048576" ht="12"/>')), ROWS),
    "row beyond numbers": ("a.xlsx", pack(sheet(ROW + f'<row r="99999999999999">{cell("A2")}</row>')), ROWS),
    "row without digits": ("a.xlsx", pack(sheet(ROW + f'<row r="x">{cell("A2")}</row>')), DAMAGED),
    "2,000 cells in XFD": ("a.xlsx", pack(sheet(ROW + SPREAD)), COLUMNS),
    "one column too many": ("a.xlsx", pack(sheet(f'<row r="1">{cell("BI1")}</row>')), COLUMNS),
    "corner cell": ("a.xlsx", pack(sheet(f'<row r="1">{cell("A1")}{cell("XFD1048576")}</row>')), ""),
    "style before address": ("a.xlsx", pack(sheet('<row r="1"><c s="1" r="XFD1048576"><v>1</v></c></row>')), ""),
    "single quotes": ("a.xlsx", pack(sheet("<row r='1'><c r='XFD1'><v>1</v></c></row>")), COLUMNS),
    "tabs in the tag": ("a.xlsx", pack(sheet('<row r="1"><c\tr="XFD1"><v>1</v></c></row>')), COLUMNS),
    "prefixed cells": ("a.xlsx", pack(PREFIXED), ""),
    "cells without address": ("a.xlsx", pack(sheet("<row>" + "<c><v>1</v></c>" * 61 + "</row>")), COLUMNS),
    "rows without number": ("a.xlsx", pack(sheet("<row><c><v>1</v></c></row>" * 5001)), ROWS),
    "wrong address": ("a.xlsx", pack(sheet('<row r="1"><c r="1A"><v>1</v></c></row>')), DAMAGED),
    "sheet elsewhere": ("a.xlsx", pack(sheet(cell("XFD1048576")), target="theme/t.xml"), ""),
    "sheet as a picture": ("a.xlsx", pack("junk" + sheet(cell("XFD1")), target="media/image1.png"), DAMAGED),
    "300 MB inline": ("a.xlsx", pack(sheet(f'<row r="1">{cell("A1", "a" * 80_000_000)}</row>')), BIG),
    "3 MB inline": ("a.xlsx", pack(sheet(f'<row r="1">{cell("A1", "abcdefg" * 430_000)}</row>')), LONG),
    "shared text bomb": ("a.xlsx", pack(sheet(SHARED_CELLS), shared=SHARED_BOMB), LONG),
    "huge shared text": ("a.xlsx", pack(shared=f"<sst {NS}><si><t>{'长话' * 200000}</t></si></sst>"), LONG),
    "entity bomb": ("a.xlsx", pack(GOOD.replace("<worksheet", ENTITIES + "<worksheet")), DAMAGED),
    "entities in the book": ("a.xlsx", pack(extra=[("xl/styles.xml", ENTITIES + "<styleSheet/>")]), DAMAGED),
    "external entity": ("a.xlsx", pack('<!DOCTYPE a SYSTEM "file:///etc/passwd">' + GOOD), DAMAGED),
    "late document type": ("a.xlsx", pack(f"<!--{' ' * 100_000}-->" + ENTITIES + GOOD), DAMAGED),
    "UTF-16 sheet": ("a.xlsx", pack(GOOD.encode("utf-16")), DAMAGED),
    "UTF-7 sheet": ("a.xlsx", pack('<?xml version="1.0" encoding="UTF-7"?>' + GOOD), DAMAGED),
    "overlapping entries": ("a.xlsx", overlapping(), DAMAGED),
    "size that lies": ("a.xlsx", lying_size(sheet(ROW * 400)), BIG),
    "wrong checksum": ("a.xlsx", wrong_crc(), DAMAGED),
    "cut in half": ("a.xlsx", pack()[:400], DAMAGED),
    "bytes in front": ("a.xlsx", b"PK\x03\x04" + b"\0" * 60 + pack(), DAMAGED),
    "bytes behind": ("a.xlsx", pack() + b"\0" * 60, DAMAGED),
    "password flag": ("a.xlsx", encrypted_flag(), "密码"),
    "100,000 entries": ("a.xlsx", many_entries(20_000), DAMAGED),
    "no entries": ("a.xlsx", many_entries(0), ""),
    "duplicate entries": ("a.xlsx", duplicate_entries(), DAMAGED),
    "symlink": ("a.xlsx", symlink(), DAMAGED),
    "NUL in a name": ("a.xlsx", nul_name(), DAMAGED),
    **{
        f"name {name!r}": ("a.xlsx", named(name), DAMAGED)
        for name in ["../x.xml", "/x.xml", "C:\\x.xml", "a\\b.xml", "xl/../../x", "con.xml", "a\u202etxt.xml", "a//b"]
    },
    "nested zip": ("a.xlsx", named("xl/inner.zip"), NESTED),
    "nested zip by content": ("a.xlsx", pack(extra=[("xl/media/image1.png", b"PK\x03\x04aaaa")]), NESTED),
    "program inside": ("a.xlsx", pack(extra=[("xl/media/image1.png", b"MZ\x90\x00")]), NESTED),
    "embedded object": ("a.xlsx", pack(extra=[("xl/embeddings/oleObject1.bin", b"x")]), NESTED),
    "macro project": ("a.xlsx", pack(extra=[("xl/vbaProject.bin", b"x")]), MACRO),
    "macro project in capitals": ("a.xlsx", pack(extra=[("xl/VBAPROJECT.BIN", b"x")]), MACRO),
    "macro type": ("a.xlsx", pack(types=TYPES.replace("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")), MACRO),
    "old macro sheet": ("a.xlsx", pack(extra=[("xl/macrosheets/sheet1.xml", "<a/>")]), MACRO),
    "ActiveX": ("a.xlsx", pack(extra=[("xl/activeX/activeX1.bin", b"x")]), MACRO),
    "xlsm by name": ("a.xlsm", pack(), MACRO),
    "external link": ("a.xlsx", pack(extra=[("xl/externalLinks/externalLink1.xml", "<a/>")]), "引用了别的文件"),
    "data connection": ("a.xlsx", pack(extra=[("xl/connections.xml", "<a/>")]), "外部数据"),
    "xlsb": ("a.xlsx", pack(extra=[("xl/workbook.bin", b"x")]), ".xlsb"),
    "word file": ("a.xlsx", pack(extra=[("word/document.xml", "<a/>")], skip=["xl/workbook.xml"]), "不是 Excel"),
    "no content types": ("a.xlsx", pack(skip=["[Content_Types].xml"]), DAMAGED),
    "no worksheet": ("a.xlsx", pack(skip=["xl/worksheets/sheet1.xml"]), DAMAGED),
    "broken XML": ("a.xlsx", pack(f'<worksheet {NS}><sheetData><row r="1"><c s="1" r="A1"><v>'), DAMAGED),
    "old xls": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, ".xls"),
    "encrypted xlsx": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "密码"),
    "HTML called xlsx": ("a.xlsx", b"<html><table><tr><td>a</td></tr></table></html>", "不符"),
    "double extension": ("a.xlsx.exe", pack(), "只能上传"),
    "no extension": ("a", pack(), "只能上传"),
    "empty file": ("a.xlsx", b"", "空的"),
    "empty sheet": ("a.xlsx", pack(sheet("")), "没有内容"),
    "too many merges": ("a.xlsx", pack(GOOD.replace("</worksheet>", '<mergeCells>' + '<mergeCell ref="A1:A1"/>' * 50_001 + "</mergeCells></worksheet>")), "合并单元格太多"),
}  # fmt: skip

CSV = {
    "NUL bytes": ("a.csv", b"a,b\n1,\x002\n", "不该出现的字符"),
    "UTF-16 without a mark": ("a.csv", "姓名,号\n甲,1".encode("utf-16-le"), "不该出现的字符"),
    "picture": ("a.csv", b"\x89PNG\r\n\x1a\n\x01\x02", "不该出现|认不出"),
    "zip called csv": ("a.csv", pack(), "不符"),
    "xls called csv": ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, ".xls"),
    "no encoding": ("a.csv", b"\x81\xff\xfe,\xff\n", "编码|不该出现"),
    "too many rows": ("a.csv", b"a,b\n" + b"1,2\n" * 5000, ROWS),
    "too many columns": ("a.csv", b"a,b\n" + b"1," * 61 + b"\n", COLUMNS),
    "one endless line": ("a.csv", b"a,b\n" + b"x" * 3_000_000, LONG),
    "open quotation mark": ("a.csv", b'a,b\n"' + b"x,y\n" * 200_000, "引号"),
    "broken UTF-16": ("a.csv", b"\xff\xfea\x00,", "编码"),
    "blank": ("a.csv", b"\n\n ,\n", "没有"),
    "nothing": ("a.csv", b"", "空的"),
}
