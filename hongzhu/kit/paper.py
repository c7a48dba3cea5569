"""Sheets of paper as .docx, for Word and WPS: titles, simple bordered tables, signatures, page numbers. No floating boxes.

Build one or more :class:`Sheet`, hand them to :func:`write_docx`. Equal sheets give equal bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

# The offices have 小标宋 and 仿宋; where not, Word and WPS take the alternative named in the font table.
TITLE_FONT, LABEL_FONT, TEXT_FONT, LATIN_FONT = (  # zh: names of fonts
    "方正小标宋简体",
    "宋体",
    "仿宋",
    "Times New Roman",
)
_ALTERNATIVES = {  # zh: names of fonts
    "方正小标宋简体": "宋体,SimSun,Noto Serif CJK SC",
    "宋体": "SimSun,Noto Serif CJK SC",
    "仿宋": "仿宋_GB2312,FangSong,Noto Serif CJK SC",
}
TITLE_SIZE, TEXT_SIZE, TABLE_SIZE, FOOT_SIZE = 18.0, 10.5, 9.5, 9.0
SHORT, LONG = 210, 297
BINDING, TOP, OTHER = 22, 18, 15
_FIXED = (1980, 1, 1, 0, 0, 0)
_MADE = datetime(2000, 1, 1)
# Rows with more text than this may break across pages; shorter ones stay whole.
_SHORT_TEXT = 300
# So many rows of a list stay with the places to sign under it, and so many closing lines with what stands before them.
_ROWS_KEPT, _LINES_KEPT = 2, 6
_TWIP = 635
_IMPOSSIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Align = Literal["left", "center", "right"]
_ALIGNS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value in a form. ``height`` in mm keeps room for ink; the row grows when the text is longer."""

    label: str
    value: str = ""
    height: float = 0


@dataclass(frozen=True, slots=True)
class _Form:
    rows: tuple[tuple[Pair, ...], ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    aligns: tuple[Align, ...]
    row_height: float
    size: float


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    align: Align = "left"
    indent: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Signatures:
    labels: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """One sheet, beginning on a new page. ``subtitle`` stands under the title: which body, which period, as of when.

    ``foot`` stands left of the page number. ``landscape`` turns the page, its head towards the binding.
    """

    title: str
    subtitle: str = ""
    foot: str = ""
    landscape: bool = False
    blocks: list[_Form | _Grid | _Text | _Signatures] = field(default_factory=list)

    def form(self, rows: Iterable[Sequence[Pair | tuple[str, Any]]]) -> Sheet:
        """Rows of labels and values under one frame; a row with fewer pairs gives the last value the rest of the width."""
        made = tuple(tuple(_pair(pair) for pair in row) for row in rows)
        if not made or not all(made):
            raise ValueError("a form has rows, and every row a pair")
        self.blocks.append(_Form(made))
        return self

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        widths: Sequence[float] | None = None,
        aligns: Sequence[Align] | None = None,
        row_height: float = 7,
        size: float = TABLE_SIZE,
    ) -> Sheet:
        """A bordered table whose header repeats on each page. ``widths`` are shares of the page's width.

        ``size`` in points: twenty columns of amounts want a smaller one (7.5 is 六号).
        """
        width = len(header)
        cells = tuple(tuple(_text(value) for value in row) for row in rows)
        if not width or any(len(row) != width for row in cells):
            raise ValueError("every row is as wide as the header")
        if (widths is not None and len(widths) != width) or (aligns is not None and len(aligns) != width):
            raise ValueError("one width and one alignment for each column")
        self.blocks.append(
            _Grid(
                header=tuple(map(_text, header)),
                rows=cells,
                widths=tuple(widths or [1.0] * width),
                aligns=tuple(aligns or ["center"] * width),
                row_height=row_height,
                size=size,
            )
        )
        return self

    def text(self, text: str, *, align: Align = "left", indent: bool = False, bold: bool = False) -> Sheet:
        """Paragraphs, one for each line; ``indent`` sets the first line in by two characters."""
        self.blocks.append(_Text(_text(text), align, indent, bold))
        return self

    def signatures(self, *labels: str) -> Sheet:
        """A line of places to sign, spread over the width and kept together."""
        if not labels:
            raise ValueError("somebody signs")
        self.blocks.append(_Signatures(tuple(map(_text, labels))))
        return self


def write_docx(sheets: Sequence[Sheet], *, about: str = "", made_at: datetime | None = None) -> bytes:
    """All sheets in one file, each beginning on a new page; pages are counted through the file.

    (The field that counts the pages of one section is understood by Word but not by every office program.)

    ``about`` is the file's title property, ``made_at`` its date; without it nothing depends on the clock.
    """
    if not sheets:
        raise ValueError("a paper has a sheet")
    document: DocumentType = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _text(about or sheets[0].title)[:255], "", ""
    properties.created = properties.modified = made_at or _MADE
    properties.last_modified_by, properties.language = "", "zh-CN"
    _set_styles(document)
    for number, sheet in enumerate(sheets):
        section = document.sections[0] if number == 0 else document.add_section(WD_SECTION.NEW_PAGE)
        width = _set_page(section, sheet)
        _add_foot(section, sheet, width)
        _add_sheet(document, sheet, width)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _text(value: Any) -> str:
    """As text, without the characters that a .docx cannot hold."""
    return "" if value is None else _IMPOSSIBLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))


def _pair(pair: Pair | tuple[str, Any]) -> Pair:
    if isinstance(pair, Pair):
        return Pair(_text(pair.label), _text(pair.value), pair.height)
    return Pair(_text(pair[0]), _text(pair[1]))


def _look_xml(font: str, size: float, *, bold: bool = False) -> str:
    """Both faces of a text; without eastAsia, Chinese falls back to whatever the computer likes."""
    return (
        f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="{font}" '
        f'w:hint="eastAsia"/><w:b w:val="{int(bold)}"/><w:sz w:val="{round(size * 2)}"/></w:rPr>'
    )


@lru_cache(maxsize=32)
def _look(font: str, size: float, bold: bool) -> Any:
    return parse_xml(_look_xml(font, size, bold=bold))


def _dress(run: Run, font: str, size: float, *, bold: bool = False) -> None:
    run._r.insert(0, deepcopy(_look(font, size, bold)))


def _set_styles(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    old = normal.element.rPr
    if old is not None:
        normal.element.remove(old)
    normal.element.append(deepcopy(_look(TEXT_FONT, TEXT_SIZE, False)))
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)  # type: ignore[attr-defined]
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if language is not None:
        # Otherwise a Chinese character may take its Japanese shape where a font is missing.
        language.set(qn("w:eastAsia"), "zh-CN")


def _set_page(section: Section, sheet: Sheet) -> Emu:
    """A4 with the binding at the left, or at the top where the page is turned; returns the width of the text."""
    if sheet.landscape:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(LONG), Mm(SHORT)
        section.top_margin, section.left_margin = Mm(BINDING), Mm(OTHER)
    else:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(SHORT), Mm(LONG)
        section.top_margin, section.left_margin = Mm(TOP), Mm(BINDING)
    section.right_margin, section.bottom_margin = Mm(OTHER), Mm(TOP)
    section.header_distance = section.footer_distance = Mm(9)
    return Emu(section.page_width - section.left_margin - section.right_margin)


def _add_field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, f" {code} "), ("separate", None), ("shown", "1"), ("end", None)):
        run = paragraph.add_run(text if kind == "shown" else "")
        _dress(run, LABEL_FONT, FOOT_SIZE)
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), str(kind))
            run._r.append(mark)
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._r.append(instruction)


def _add_foot(section: Section, sheet: Sheet, width: Emu) -> None:
    section.footer.is_linked_to_previous = section.header.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    # The template's footer style brings tabs of its own, in the middle and at another page's right edge.
    paragraph.style = "Normal"
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    before, between, after = _("第 %(page)s 页 共 %(pages)s 页").replace("%(pages)s", "%(page)s").split("%(page)s")
    _dress(paragraph.add_run(f"{_text(sheet.foot)}\t{before}"), LABEL_FONT, FOOT_SIZE)
    _add_field(paragraph, "PAGE")
    _dress(paragraph.add_run(between), LABEL_FONT, FOOT_SIZE)
    _add_field(paragraph, "NUMPAGES")
    _dress(paragraph.add_run(after), LABEL_FONT, FOOT_SIZE)


def _add_sheet(document: DocumentType, sheet: Sheet, width: Emu) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(6)
    title.paragraph_format.keep_with_next = True
    _dress(title.add_run(_text(sheet.title)), TITLE_FONT, TITLE_SIZE)
    if sheet.subtitle:
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(6)
        line.paragraph_format.keep_with_next = True
        _dress(line.add_run(_text(sheet.subtitle)), LABEL_FONT, TEXT_SIZE)
    feet = [*_feet(sheet.blocks), False]
    for place, block in enumerate(sheet.blocks):
        follows_table = place and isinstance(sheet.blocks[place - 1], _Form | _Grid)
        match block:
            case _Form():
                if follows_table:
                    _gap(document)
                _add_form(document, block, width)
            case _Grid():
                if follows_table:
                    _gap(document)
                _add_grid(document, block, width)
            case _Text():
                _add_text(document, block, together=feet[place])
            case _Signatures():
                _add_signatures(document, block, width)
        if feet[place + 1] or (isinstance(block, _Text) and block.bold):
            _keep_end(document, _ROWS_KEPT if isinstance(block, _Grid) else 1)
    if isinstance(sheet.blocks[-1] if sheet.blocks else None, _Form | _Grid):
        # Word wants a paragraph behind a table; at one point it cannot push out an empty page.
        _gap(document, points=1)


def _is_foot(block: Any) -> bool:
    """Whether it closes what stands before it: places to sign, and who writes on which day, at the right."""
    return isinstance(block, _Signatures) or (
        isinstance(block, _Text) and (block.align == "right" or not block.text.strip())
    )


def _feet(blocks: Sequence[Any]) -> list[bool]:
    """Which blocks never stand alone: those of :func:`_is_foot`, and the lines of notes that close the sheet."""
    feet = [_is_foot(block) for block in blocks]
    lines = 0  # of the closing lines; beyond the most there can be, once something else stood
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        note = isinstance(block, _Text) and not block.indent and not block.bold and len(block.text) <= _SHORT_TEXT
        lines += block.text.count("\n") + 1 if note else 1 if feet[place] else _LINES_KEPT + 1
        feet[place] |= lines <= _LINES_KEPT
    return feet


def _keep_end(document: DocumentType, rows: int) -> None:
    """The last paragraph, or the last rows of the table, stand on the page of what follows.

    A row that may break is left free: held, it would leave a page half empty before it.
    """
    last: Any = document.element.body[-2]  # behind it stand only the measures of the page
    if last.tag == qn("w:p"):
        Paragraph(last, document).paragraph_format.keep_with_next = True
        return
    if len(last.tr_lst) <= rows + 1 and last.find(f".//{qn('w:tblHeader')}") is not None:
        rows += 1  # the head is not left behind
    for row in last.tr_lst[: -rows - 1 : -1]:
        if row.trPr.find(qn("w:cantSplit")) is None:
            return
        for paragraph in row.iter(qn("w:p")):
            Paragraph(paragraph, document).paragraph_format.keep_with_next = True


def _gap(document: DocumentType, points: float = 6) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(points)
    _dress(paragraph.add_run(""), TEXT_FONT, 1)


_ORDER = [
    qn(f"w:{name}") for name in ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook")
]


def _new_table(document: DocumentType, rows: int, widths: Sequence[int]) -> Table:
    """A table of fixed widths with lines of half a point inside and one point outside."""
    widths = [width // _TWIP * _TWIP for width in widths]  # the file knows no finer measure
    table: Table = document.add_table(rows, len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (
            ("val", "single"),
            ("sz", "4" if "inside" in side else "8"),
            ("space", "0"),
            ("color", "000000"),
        ):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 57), ("left", 85), ("bottom", 57), ("right", 85)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    whole = properties.find(qn("w:tblW"))
    if whole is None:
        whole = OxmlElement("w:tblW")
        properties.append(whole)
    whole.set(qn("w:type"), "dxa")
    whole.set(qn("w:w"), str(sum(widths) // _TWIP))
    # The schema fixes the order, and Word calls a file damaged that does not keep it.
    properties[:] = sorted(properties, key=lambda child: _ORDER.index(child.tag))
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Emu(size)
    for row in table.rows:
        for cell, size in zip(row.cells, widths, strict=True):
            cell.width = Emu(size)
    return table


def _fill(cell: _Cell, text: str, *, align: Align, font: str, size: float, bold: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = _ALIGNS[align]
        _dress(paragraph.add_run(line), font, size, bold=bold)


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _least_height(row: Any, millimetres: float) -> None:
    row.height, row.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.AT_LEAST


def _add_form(document: DocumentType, form: _Form, width: Emu) -> None:
    pairs = max(len(row) for row in form.rows)
    label = int(width * (0.14 if pairs < 3 else 0.11))
    value = (width - pairs * label) // pairs
    sizes = [label, value] * pairs
    table = _new_table(document, len(form.rows), sizes)
    for number, pairs_of_row in enumerate(form.rows):
        row = table.rows[number]
        cells = list(row.cells)
        _least_height(row, max(8.5, *(pair.height for pair in pairs_of_row)))
        if all(len(pair.value) <= _SHORT_TEXT for pair in pairs_of_row):
            _keep_whole(row)
        for place, pair in enumerate(pairs_of_row):
            _fill(cells[2 * place], pair.label, align="center", font=LABEL_FONT, size=TEXT_SIZE)
            holder = cells[2 * place + 1]
            if place == len(pairs_of_row) - 1 and 2 * place + 1 < len(cells) - 1:
                holder = holder.merge(cells[-1])
            short = len(pairs_of_row) > 1 and len(pair.value) <= 16 and "\n" not in pair.value
            _fill(holder, pair.value, align="center" if short else "left", font=TEXT_FONT, size=TEXT_SIZE)
            if pair.height > 15:
                holder.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP


def _add_grid(document: DocumentType, grid: _Grid, width: Emu) -> None:
    unit = width / sum(grid.widths)
    sizes = [int(share * unit) for share in grid.widths]
    table = _new_table(document, 1, sizes)
    head = table.rows[0]
    _keep_whole(head)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _least_height(head, grid.row_height)
    for cell, text in zip(head.cells, grid.header, strict=True):
        _fill(cell, text, align="center", font=LABEL_FONT, size=grid.size, bold=True)
    # Object by object a thousand rows take ten seconds; written as text, a fraction of one.
    for texts in grid.rows:
        table._tbl.append(parse_xml(_row_xml(texts, grid, [column.width for column in table.columns])))


def _row_xml(texts: Sequence[str], grid: _Grid, widths: Sequence[Any]) -> str:
    """One row of a table, as :func:`_fill` and the others would make it."""
    whole = "<w:cantSplit/>" if max(map(len, texts)) <= _SHORT_TEXT else ""
    height = f'<w:trHeight w:val="{round(Mm(grid.row_height) / _TWIP)}" w:hRule="atLeast"/>'
    look = _look_xml(TEXT_FONT, grid.size)
    cells = []
    for text, width, align in zip(texts, widths, grid.aligns, strict=True):
        lines = "".join(
            f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>'
            f'<w:r>{look}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
            for line in text.split("\n")
        )
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width // _TWIP}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
        )
    return f"<w:tr {nsdecls('w')}><w:trPr>{whole}{height}</w:trPr>{''.join(cells)}</w:tr>"


def _add_text(document: DocumentType, block: _Text, *, together: bool) -> None:
    lines = block.text.split("\n")
    for number, line in enumerate(lines, start=1):
        paragraph = document.add_paragraph()
        paragraph.alignment = _ALIGNS[block.align]
        paragraph.paragraph_format.line_spacing = 1.5
        if block.indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * TEXT_SIZE)
        if together and number < len(lines):
            paragraph.paragraph_format.keep_with_next = True
        _dress(paragraph.add_run(line), TEXT_FONT, TEXT_SIZE, bold=block.bold)


def _add_signatures(document: DocumentType, block: _Signatures, width: Emu) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(14)
    paragraph.paragraph_format.keep_together = True
    step = width // len(block.labels)
    for number, label in enumerate(block.labels):
        if number:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Emu(step * number))
        _dress(paragraph.add_run(("\t" if number else "") + label), LABEL_FONT, TEXT_SIZE)


_FONT = '<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'


def _settled(data: bytes) -> bytes:
    """Name the alternative fonts, and pack again with a fixed time so that equal sheets are equal files."""
    fonts = "".join(_FONT.format(name=name, other=other) for name, other in _ALTERNATIVES.items())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "word/fontTable.xml":
                body = body.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")
            fixed = zipfile.ZipInfo(entry.filename, _FIXED)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, body)
    return out.getvalue()
