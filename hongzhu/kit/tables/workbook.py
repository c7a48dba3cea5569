"""Checking an .xlsx file part by part before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from .archive import Archive, ArchiveRefused, Part, damaged, nothing_packed_inside
from .geometry import LONGEST_TEXT, Geometry, Scanner, too_long

# A row of the widest table people keep, in XML, times the rows asked for; never more than this.
MAX_UNPACKED = 512 * 1024 * 1024
_BYTES_PER_CELL = 128
_OTHER_PARTS = 24 * 1024 * 1024
# Text that the cells of a sheet may repeat from the shared list, in bytes.
MAX_SHARED_TEXT = 384 * 1024 * 1024

_HEAD = 4096
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_ENCODING = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']""")
_SHARED_CELL = re.compile(rb'<c [^>]*\bt="s"[^>]*>\s*(?:<f[^>]*/>|<f.*?</f>)?\s*<v[^>]*>\s*(\d{1,9})\s*</v>', re.DOTALL)
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
_DOCTYPE = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")


@dataclass(slots=True)
class Checked:
    """What the check found: the geometry of each worksheet part."""

    sheets: dict[str, Geometry] = field(default_factory=dict)

    @property
    def formulas(self) -> int:
        return sum(sheet.formulas for sheet in self.sheets.values())


def check_workbook(file: BinaryIO, *, max_rows: int, max_columns: int) -> Checked:
    """Unpack every part once against all limits; ArchiveRefused with a sentence otherwise."""
    cells = max_rows * max_columns
    archive = Archive(file, max_unpacked=min(MAX_UNPACKED, _OTHER_PARTS + cells * _BYTES_PER_CELL))
    _check_kinds(archive)
    scanner = Scanner(max_rows=max_rows, max_columns=max_columns)
    checked = Checked()
    shared: list[int] = []
    for part in archive.parts.values():
        if part.name.lower().endswith("sharedstrings.xml"):
            shared += _shared_lengths(archive, part)
    for part in archive.parts.values():
        if not _is_xml(archive, part):
            continue
        geometry = scanner.measure(partial(_sound, archive, part), part.size)
        if geometry is not None:
            checked.sheets[part.name] = geometry
            _check_shared_text(archive, part, geometry, shared)
    if not checked.sheets:
        raise damaged()
    return checked


def _check_kinds(archive: Archive) -> None:
    """Only plain workbooks: no macros, no links to other files, nothing embedded."""
    names = {name.lower() for name in archive.parts}
    if "[content_types].xml" not in names:
        raise damaged()
    types = archive.read(next(n for n in archive.parts if n.lower() == "[content_types].xml"), 1024 * 1024).lower()
    if b"macroenabled" in types or any("vbaproject" in n or "/macrosheets/" in n or "/activex/" in n for n in names):
        raise ArchiveRefused(_("文件里有宏，不能上传，请另存为不含宏的 .xlsx 文件"))
    if any("/externallinks/" in name for name in names):
        raise ArchiveRefused(_("表格引用了别的文件，请把公式粘贴为数值后另存，再上传"))
    if any(name.startswith("xl/connections") or "/querytables/" in name for name in names):
        raise ArchiveRefused(_("表格连着外部数据，请把内容粘贴为数值后另存，再上传"))
    if any("/embeddings/" in name for name in names):
        raise ArchiveRefused(_("文件里还套着别的文件，请删去嵌入的附件后再上传"))
    if "xl/workbook.bin" in names:
        raise ArchiveRefused(_("这是 .xlsb 文件，请另存为 .xlsx 再上传"))
    if "xl/workbook.xml" not in names:
        raise ArchiveRefused(_("这不是 Excel 表格文件，请另存为 .xlsx 再上传"))


def _is_xml(archive: Archive, part: Part) -> bool:
    """Whether a part is text for a reader; pictures and printer settings are unpacked once against their claim."""
    head = next(archive.chunks(part.name), b"")[:_HEAD]
    nothing_packed_inside(part.name, head)
    if part.name.lower().endswith((".xml", ".rels", ".vml")) or _XML_START.match(head):
        _check_encoding(head)
        return True
    kept = b""
    for chunk in archive.chunks(part.name):
        if b"sheetData" in kept + chunk:
            raise damaged()
        kept = chunk[-16:]
    return False


def _sound(archive: Archive, part: Part) -> Iterator[bytes]:
    """The bytes of one XML part, refused as soon as they declare a document type."""
    kept = b""
    for chunk in archive.chunks(part.name):
        piece = kept + chunk
        if b"<!" in piece and any(word in piece for word in _DOCTYPE):
            raise damaged()
        kept = piece[-16:]
        yield chunk


def _check_encoding(head: bytes) -> None:
    """UTF-8 alone: in any other encoding our own checks would not see what the reader sees."""
    if not _XML_START.match(head) or b"\x00" in head:
        raise damaged()
    if (found := _ENCODING.search(head)) and found[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        raise damaged()


def _shared_lengths(archive: Archive, part: Part) -> list[int]:
    """The length in bytes of each text in the shared list, its markup included."""
    lengths: list[int] = []
    open_length, kept = 0, b""
    for chunk in archive.chunks(part.name):
        piece = kept + chunk
        cut = piece.rfind(b"<")
        body, kept = (piece[:cut], piece[cut:]) if cut > 0 else (b"", piece)
        if len(kept) > LONGEST_TEXT:
            raise too_long()
        open_length = _add_lengths(body, lengths, open_length)
    open_length = _add_lengths(kept, lengths, open_length)
    lengths.append(open_length)
    return lengths[1:]


def _add_lengths(piece: bytes, lengths: list[int], open_length: int) -> int:
    """Cut at every item; the length of the last, still open, is handed back."""
    if b":si" in piece or b"<si " in piece or b"<si/" in piece:
        cuts = [found.start() for found in _SHARED_ITEM.finditer(piece)]
        pieces = [end - start for start, end in zip([0, *cuts], [*cuts, len(piece)], strict=True)]
    else:
        pieces = list(map(len, piece.split(b"<si>")))
    if len(pieces) == 1:
        return open_length + pieces[0]
    lengths.append(open_length + pieces[0])
    lengths += pieces[1:-1]
    return pieces[-1]


def _check_shared_text(archive: Archive, part: Part, geometry: Geometry, shared: list[int]) -> None:
    """One long text may be shared by every cell: count what the reader would really copy."""
    if not shared or geometry.cells * max(shared) <= MAX_SHARED_TEXT:
        return
    total, kept = 0, b""
    for chunk in _joined(archive.chunks(part.name)):
        piece = kept + chunk
        cut = piece.rfind(b"<c ")
        body, kept = (piece[:cut], piece[cut:]) if cut > 0 else (b"", piece)
        total += _shared_in(body, shared)
        if total > MAX_SHARED_TEXT:
            raise too_long()
    if total + _shared_in(kept, shared) > MAX_SHARED_TEXT:
        raise too_long()


def _shared_in(piece: bytes, shared: list[int]) -> int:
    count = piece.count(b't="s"') + piece.count(b"t='s'")
    indexes = [int(index) for index in _SHARED_CELL.findall(piece)]
    # A cell written in an unusual way is taken for the longest text.
    return sum(shared[index] for index in indexes if index < len(shared)) + (count - len(indexes)) * max(shared)


def _joined(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """At least a megabyte at a time."""
    kept: list[bytes] = []
    size = 0
    for chunk in chunks:
        kept.append(chunk)
        size += len(chunk)
        if size >= 1024 * 1024:
            yield b"".join(kept)
            kept, size = [], 0
    if kept:
        yield b"".join(kept)
