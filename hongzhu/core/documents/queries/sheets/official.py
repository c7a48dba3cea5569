"""公文 on the page of GB/T 9704-2012: red head, number, title, main recipient, body, signature, record block.

For notices, circulars, replies, requests, reports and minutes that carry a number; the branch's papers are plain tables.
"""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from hongzhu.core.documents.models import Document as Record
from hongzhu.kit.china import page
from hongzhu.kit.dates import full_text

from .words import in_chinese

TITLE, BODY, HEADING, SECOND, LATIN = "方正小标宋简体", "仿宋", "黑体", "楷体", "Times New Roman"
RED = RGBColor(0xFF, 0x00, 0x00)
BLACK = RGBColor(0, 0, 0)
LINE = Pt(page.LINE_PITCH)
# 7.2.4: the head is one line, as large as its length allows.
HEAD_LARGEST = 52.0
UPWARD = (Record.Kind.REQUEST, Record.Kind.REPORT)
_HEADING_ONE = re.compile(r"[一二三四五六七八九十]+、")
_HEADING_TWO = re.compile(r"（[一二三四五六七八九十]+）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """What one 公文 carries. ``signer`` is printed on upward documents alone (7.2.6)."""

    head: str
    number: str
    title: str
    main_recipient: str
    text: str
    body_name: str
    on: date | None
    copied_to: str = ""
    signer: str = ""
    minutes: bool = False


@in_chinese
def official(document: Record) -> bytes:
    """The document as its 公文, .docx."""
    issuer = document.in_name_of or document.issuer.name
    minutes = document.kind == Record.Kind.MINUTES
    return write_official(
        Official(
            head=issuer + ("会议纪要" if minutes else "文件"),
            number=document.number,
            title=document.title,
            main_recipient=document.addressed_to,
            text=document.text,
            body_name=issuer,
            on=document.issued_on,
            copied_to=document.copied_to,
            signer=document.signed_by if document.kind in UPWARD else "",
            minutes=minutes,
        )
    )


def write_official(paper: Official) -> bytes:
    """The page itself; equal facts give equal bytes."""
    document: Any = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title, "", ""
    properties.created = properties.modified = datetime(2000, 1, 1)
    properties.language = "zh-CN"
    _page(document)
    _head(document, paper)
    _title(document, paper.title)
    if paper.main_recipient:
        _line(document, paper.main_recipient.rstrip("：:") + "：")
    lines = [line.strip() for line in paper.text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        paragraph = _paragraph(document, line)
        # 7.3.5.5: a signature never stands alone on a page.
        paragraph.paragraph_format.keep_with_next = number == len(lines)
    if not paper.minutes:
        _signature(document, paper)
    _record_block(document, paper)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _font(run: Any, face: str, size: float, colour: RGBColor = BLACK) -> Any:
    run.font.name, run.font.size, run.font.color.rgb = LATIN, Pt(size), colour
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")
    return run


def _page(document: Any) -> None:
    """5.2: margins, 22 lines of 28 characters; the page number outside, 7 mm below the type area (7.5)."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(page.SIZE_3)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(page.PAGE_WIDTH), Mm(page.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(page.TOP), Mm(page.BOTTOM)
    section.left_margin, section.right_margin = Mm(page.BINDING), Mm(page.RIGHT)
    # The number's line is 5 mm high; its middle, the dash, then lies PAGE_NUMBER below the type area.
    section.footer_distance = Mm(page.BOTTOM - page.PAGE_NUMBER - 2.5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(page.LINE_PITCH * 20)))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = side
        inset = Pt(page.SIZE_4)  # one character in from the edge
        if side == WD_ALIGN_PARAGRAPH.RIGHT:
            paragraph.paragraph_format.right_indent = inset
        else:
            paragraph.paragraph_format.left_indent = inset
        _font(paragraph.add_run("— "), "宋体", page.SIZE_4)
        for kind in ("begin", "code", "separate", "shown", "end"):
            run = _font(paragraph.add_run("1" if kind == "shown" else ""), "宋体", page.SIZE_4)
            if kind == "code":
                code = OxmlElement("w:instrText")
                code.set(qn("xml:space"), "preserve")
                code.text = " PAGE "
                run._r.append(code)
            elif kind != "shown":
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
        _font(paragraph.add_run(" —"), "宋体", page.SIZE_4)


def _exact(paragraph: Any, points: float) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(points)


def _head(document: Any, paper: Official) -> None:
    """7.2.4–7.2.7: the issuing body in red, the number two lines below, a red line 4 mm under it."""
    width = page.TEXT_WIDTH * page.MM_TO_PT
    size = min(HEAD_LARGEST, float(int((width - 4) / max(len(paper.head), 1))))
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.space_before = Mm(page.RED_HEAD)
    head.paragraph_format.line_spacing = 1.0
    _font(head.add_run(paper.head), TITLE, size, RED)
    # 7.2.4: the distance is from the type area; Word drops space before at the top of a page unless told not to.
    _keep_space_on_top(document)
    for _blank in range(2):
        _exact(document.add_paragraph(), page.LINE_PITCH)
    number = document.add_paragraph()
    _exact(number, page.LINE_PITCH)
    if paper.signer:
        number.paragraph_format.tab_stops.add_tab_stop(Mm(page.TEXT_WIDTH) - Pt(page.SIZE_3), WD_TAB_ALIGNMENT.RIGHT)
        _font(number.add_run(f"\u3000{paper.number}\t签发人："), BODY, page.SIZE_3)
        _font(number.add_run(paper.signer), SECOND, page.SIZE_3)
    else:
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _font(number.add_run(paper.number or " "), BODY, page.SIZE_3)
    _rule(number, "bottom", "FF0000", eighths=8, space=page.RED_LINE / 25.4 * 72)


def _keep_space_on_top(document: Any) -> None:
    settings = document.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        settings.append(compat)
    keep = OxmlElement("w:suppressSpBfAfterPgBrk")
    keep.set(qn("w:val"), "0")
    compat.append(keep)


def _rule(paragraph: Any, side: str, colour: str, *, eighths: int, space: float = 1) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # The schema wants borders before shading, tabs, spacing and indents.
        after = ("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
                 "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing",
                 "mirrorIndents", "suppressOverlap", "jc", "rPr")  # fmt: skip
        place = next((child for child in properties if child.tag in {qn(f"w:{name}") for name in after}), None)
        if place is None:
            properties.append(borders)
        else:
            place.addprevious(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (
        ("val", "single"),
        ("sz", str(eighths)),
        ("space", str(min(round(space), 31))),
        ("color", colour),
    ):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _title(document: Any, text: str) -> None:
    """7.3.1: size 2, centred, two lines below the red line."""
    for _blank in range(2):
        _exact(document.add_paragraph(), page.LINE_PITCH)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _exact(title, page.LINE_PITCH * 1.15)
    _font(title.add_run(text), TITLE, page.SIZE_2)
    _exact(document.add_paragraph(), page.LINE_PITCH)


def _line(document: Any, text: str) -> Any:
    paragraph = document.add_paragraph()
    _exact(paragraph, page.LINE_PITCH)
    _font(paragraph.add_run(text), BODY, page.SIZE_3)
    return paragraph


def _paragraph(document: Any, text: str) -> Any:
    """7.3.3: two characters in; 一、 in 黑体, （一） in 楷体."""
    paragraph = document.add_paragraph()
    _exact(paragraph, page.LINE_PITCH)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Pt(2 * page.SIZE_3)
    face, head, rest = BODY, "", text
    if _HEADING_ONE.match(text):
        face = HEADING
    elif _HEADING_TWO.match(text):
        face = SECOND
    if face != BODY:
        # A heading that runs on into text: the first sentence is the heading.
        head, stop, rest = text.partition("。")
        head, rest = (head + stop, rest) if stop else (text, "")
        _font(paragraph.add_run(head), face, page.SIZE_3)
    if rest:
        _font(paragraph.add_run(rest), BODY, page.SIZE_3)
    return paragraph


def _signature(document: Any, paper: Official) -> None:
    """7.3.5: the date four characters in from the right, the body's name centred over it; kept on one page."""
    blank = document.add_paragraph()
    _exact(blank, page.LINE_PITCH)
    blank.paragraph_format.keep_with_next = True
    day = full_text(paper.on) if paper.on else ""
    day_width, name_width = _width(day), _width(paper.body_name)
    day_right = 4.0
    name_right = max(day_right + (day_width - name_width) / 2, 2.0)
    if name_width > day_width:  # 7.3.5.2: a name longer than the date moves the date in
        name_right = 2.0
        day_right = name_right + (name_width - day_width) / 2
    for text, characters in ((paper.body_name, name_right), (day, day_right)):
        line = _line(document, text)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(characters * page.SIZE_3)
        line.paragraph_format.keep_with_next = text is paper.body_name


def _width(text: str) -> float:
    """In characters of full width."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _record_block(document: Any, paper: Official) -> None:
    """7.4: 抄送, and who printed it when, between black lines at the foot of the last page; size 4, one character in."""
    day = f"{full_text(paper.on)}印发" if paper.on else ""
    _exact(document.add_paragraph(), page.LINE_PITCH)
    inner = page.TEXT_WIDTH * page.MM_TO_PT - 2 * page.SIZE_4
    outer, thin = page.RECORD_OUTER, page.RECORD_INNER
    if paper.copied_to:
        text = f"抄送：{paper.copied_to.rstrip('。')}。"
        lines = ceil((_width(text) + 0.5) * page.SIZE_4 / inner)
        _record_line(document, text, up=lines + 1, lines=lines, rules={"top": outer, "bottom": thin})
        _record_line(document, f"{paper.body_name}\t{day}", up=1, rules={"bottom": outer})
    else:
        _record_line(document, f"{paper.body_name}\t{day}", up=1, rules={"top": outer, "bottom": outer})
    _exact(document.add_paragraph(), 1)


def _record_line(document: Any, text: str, *, up: int, lines: int = 1, rules: dict[str, float]) -> None:
    """One part of the record block, its top ``up`` lines above the foot of the type area (7.4.1)."""
    paragraph = document.add_paragraph()
    _exact(paragraph, page.LINE_PITCH)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(page.SIZE_4)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(page.TEXT_WIDTH) - Pt(page.SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
    _font(paragraph.add_run(text), BODY, page.SIZE_4)
    # Two frames with places of their own: paragraphs sharing one frame are set apart by some office programs.
    foot = (page.TOP + page.TEXT_HEIGHT) * page.MM_TO_PT
    frame = OxmlElement("w:framePr")
    for name, value in (
        ("w", _twips(page.TEXT_WIDTH * page.MM_TO_PT)), ("h", _twips(lines * page.LINE_PITCH)), ("hRule", "exact"),
        ("wrap", "notBeside"), ("vAnchor", "page"), ("hAnchor", "margin"), ("xAlign", "center"),
        ("y", _twips(foot - up * page.LINE_PITCH)),
    ):  # fmt: skip
        frame.set(qn(f"w:{name}"), value)
    properties = paragraph._p.get_or_add_pPr()
    style = properties.find(qn("w:pStyle"))
    if style is not None:
        style.addnext(frame)
    else:
        properties.insert(0, frame)
    for side, width in rules.items():
        _rule(paragraph, side, "000000", eighths=round(width * page.MM_TO_PT * 8))


def _twips(points: float) -> str:
    return str(round(points * 20))


def _settled(data: bytes) -> bytes:
    """Packed again with a fixed time: equal papers are equal files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry))
    return out.getvalue()
