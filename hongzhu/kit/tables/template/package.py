"""The parts of a workbook: opened after every check of ``kit.tables``, changed one by one, packed again.

Parts nobody changes keep their bytes. XML is parsed without entities and without network; what the parser does not
know it hands back as it was.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from hongzhu.kit.tables.archive import OLE_MAGIC, ZIP_MAGIC, ArchiveRefused
from hongzhu.kit.tables.read import TableRefused
from hongzhu.kit.tables.workbook import check_workbook

MAX_FILE = 16 * 1024 * 1024
MAX_ROWS = 3_000
MAX_COLUMNS = 128

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_STRICT = b"http://purl.oclc.org/ooxml/"

_BUILTIN_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_DATE_LETTERS = "yd年月"  # zh: letters of a date in a number format
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def tag(name: str) -> str:
    """A name of the main vocabulary as lxml writes it."""
    return f"{{{MAIN}}}{name}"


def damaged() -> TableRefused:
    return TableRefused(_("文件已损坏，或不是真正的 Office 文件，请用 WPS 或 Excel 打开后另存，再上传"))


def open_package(data: bytes, filename: str) -> Package:
    """Check the file as every upload is checked, and open it; TableRefused with a sentence otherwise."""
    ending = Path(filename).suffix.lower()
    if not data:
        raise TableRefused(_("文件是空的，请重新选择"))
    if len(data) > MAX_FILE:
        raise TableRefused(
            _("表格文件超过%(size)s MB，请删去图片和多余的工作表后再上传") % {"size": MAX_FILE // 1024 // 1024}
        )
    if data.startswith(OLE_MAGIC):
        raise TableRefused(_("这是旧版 .xls 文件或加了密码的文件，请去掉密码并另存为 .xlsx，再上传"))
    if ending in {".xlsm", ".xltm", ".xlam"}:
        raise TableRefused(_("文件里有宏，不能上传，请另存为不含宏的 .xlsx 文件"))
    if ending != ".xlsx":
        raise TableRefused(_("上级的表格要用 .xlsx 文件，请用 WPS 或 Excel 另存为 .xlsx，再上传"))
    if not data.startswith(ZIP_MAGIC):
        raise TableRefused(_("文件内容和扩展名“%(ending)s”不符，请用 WPS 或 Excel 另存后再上传") % {"ending": ending})
    try:
        check_workbook(io.BytesIO(data), max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        return Package(data)
    except ArchiveRefused as error:
        raise TableRefused(str(error)) from None
    except (KeyError, ValueError, IndexError, AttributeError, etree.XMLSyntaxError):
        raise damaged() from None


class Package:
    """An open workbook. ``xml(name)`` is a part as a tree; trees asked for are written back when packed."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts: dict[str, bytes] = {
                info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()
            }
        self._trees: dict[str, Any] = {}
        self.book = self._named("xl/workbook.xml")
        if _STRICT in self.parts[self.book]:
            raise ArchiveRefused(_("表格文件的写法少见，读不了，请用 WPS 或 Excel 打开后另存为 .xlsx，再上传"))
        self.shared = self._shared_texts()

    def _named(self, wanted: str) -> str:
        return next(name for name in self.parts if name.lower() == wanted.lower())

    def xml(self, name: str) -> Any:
        if name not in self._trees:
            self._trees[name] = etree.fromstring(self.parts[name], _parser())
        return self._trees[name]

    def look(self, name: str) -> Any:
        """A part as a tree that is read only: its bytes stay what they were."""
        return self._trees[name] if name in self._trees else etree.fromstring(self.parts[name], _parser())

    def replace(self, name: str, data: bytes) -> None:
        self._trees.pop(name, None)
        self.parts[name] = data

    def related(self, name: str, kind: str = "") -> dict[str, tuple[str, str]]:
        """Relation id → (kind, part) of one part; only parts inside the file."""
        folder, file = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        found: dict[str, tuple[str, str]] = {}
        if rels not in self.parts:
            return found
        for one in self.look(rels):
            if one.get("TargetMode") == "External" or not one.get("Target"):
                continue
            target = one.get("Target")
            part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            what = one.get("Type", "").rsplit("/", 1)[-1]
            if part in self.parts and (not kind or what == kind):
                found[one.get("Id", "")] = (what, part)
        return found

    def drop(self, name: str) -> None:
        """Take a part out of the file, with its entry among types and relations."""
        self.parts.pop(name, None)
        self._trees.pop(name, None)
        types = self.xml(self._named("[Content_Types].xml"))
        for one in list(types):
            if one.get("PartName", "").lower() == f"/{name}".lower():
                types.remove(one)
        folder, file = posixpath.split(self.book)
        rels = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for one in list(rels):
            target = one.get("Target", "")
            part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if part == name:
                rels.remove(one)

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """(name, part, shown) of each worksheet in the order of the tabs; chart sheets are left out."""
        parts = self.related(self.book, "worksheet")
        for one in self.look(self.book).find(tag("sheets")):
            part = parts.get(one.get(f"{{{DOCUMENT}}}id", ""))
            if part is not None:
                yield one.get("name", ""), part[1], one.get("state", "visible") == "visible"

    def _shared_texts(self) -> list[str]:
        for kind, part in self.related(self.book).values():
            if kind == "sharedStrings":
                return [text_of(item) for item in self.look(part).iter(tag("si"))]
        return []

    @property
    def styles_part(self) -> str:
        return next((part for kind, part in self.related(self.book).values() if kind == "styles"), "")

    @property
    def from_1904(self) -> bool:
        settings = self.look(self.book).find(tag("workbookPr"))
        return settings is not None and settings.get("date1904", "0") in {"1", "true"}

    def pack(self, *, level: int, streams: Mapping[str, Iterable[bytes]] | None = None) -> bytes:
        """The file again. ``streams`` are parts written piece by piece; styles come last, a stream may still add some."""
        streams = streams or {}
        late = self.styles_part
        names = [name for name in self.parts if name not in streams and name != late]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            for name in [*names, *streams, *([late] if late else [])]:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                if name in streams:
                    with archive.open(info, "w") as entry:
                        for piece in streams[name]:
                            entry.write(piece)
                else:
                    archive.writestr(info, self._bytes(name), compresslevel=level)
        return out.getvalue()

    def _bytes(self, name: str) -> bytes:
        if name not in self._trees:
            return self.parts[name]
        return bytes(etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )


def text_of(item: Any) -> str:
    """The text of a shared or inline string: its runs, without the reading aids."""
    runs = [one for one in item.iter(tag("t")) if one.getparent().tag != tag("rPh")]
    return "".join(run.text or "" for run in runs)


class Styles:
    """Cell formats by number; ``variant`` adds one that differs in its number format or is marked as quoted."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = package.styles_part
        root = package.look(self._part) if self._part else None
        self._formats: list[Any] = list(root.find(tag("cellXfs"))) if root is not None else []
        numbers = root.find(tag("numFmts")) if root is not None else None
        self._codes = (
            {int(one.get("numFmtId")): one.get("formatCode", "") for one in numbers} if numbers is not None else {}
        )
        self._made: dict[tuple[int, int | str | None, bool], int] = {}

    def number_format(self, style: int) -> int:
        return int(self._formats[style].get("numFmtId", "0")) if 0 <= style < len(self._formats) else 0

    def code(self, style: int) -> str:
        """The format code of a style where the file defines it; "" for the built-in ones."""
        return str(self._codes.get(self.number_format(style), ""))

    def is_text(self, style: int) -> bool:
        return self.number_format(style) == 49 or self.code(style) == "@"

    def is_general(self, style: int) -> bool:
        return self.number_format(style) == 0 or self.code(style).lower() == "general"

    def is_date(self, style: int) -> bool:
        if self.number_format(style) in _BUILTIN_DATES:
            return True
        bare = _LITERALS.sub("", self.code(style)).lower()
        return (
            bool(bare) and "0" not in bare and "#" not in bare and any(letter in bare for letter in _DATE_LETTERS)
        )  # zh: date

    def decimals(self, style: int) -> int | None:
        """Digits after the point that a number format shows; None where it shows a number as it is, a text or a date."""
        number = self.number_format(style)
        builtin = {1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, **dict.fromkeys((5, 6, 37, 38, 41, 42), 0)}
        builtin |= dict.fromkeys((7, 8, 39, 40, 43, 44), 2)
        if number in builtin:
            return builtin[number]
        code = _LITERALS.sub("", self.code(style)).split(";")[0]
        if "0" not in code and "#" not in code:
            return None
        return len(code.partition(".")[2].rstrip(")% ")) if "." in code else 0

    def variant(self, style: int, *, number: int | str | None = None, quoted: bool = False) -> int:
        """A style that is ``style`` but for its number format (a built-in number, or a code) and the quote mark."""
        if not self._part or not (0 <= style < len(self._formats)):
            return style
        key = (style, number, quoted)
        if key not in self._made:
            self._made[key] = self._add(style, number, quoted=quoted)
        return self._made[key]

    def _add(self, style: int, number: int | str | None, *, quoted: bool) -> int:
        root = self._package.xml(self._part)
        formats = root.find(tag("cellXfs"))
        made = deepcopy(formats[style])
        if number is not None:
            made.set("numFmtId", str(number if isinstance(number, int) else self._code_number(root, number)))
            made.set("applyNumberFormat", "1")
        if quoted:
            made.set("quotePrefix", "1")
        formats.append(made)
        formats.set("count", str(len(formats)))
        self._formats = list(formats)
        return len(formats) - 1

    def _code_number(self, root: Any, code: str) -> int:
        known = next((number for number, text in self._codes.items() if text == code), None)
        if known is not None:
            return known
        numbers = root.find(tag("numFmts"))
        if numbers is None:
            numbers = etree.Element(tag("numFmts"))
            root.insert(0, numbers)
        made = max([*self._codes, 163]) + 1
        etree.SubElement(numbers, tag("numFmt"), {"numFmtId": str(made), "formatCode": code})
        numbers.set("count", str(len(numbers)))
        self._codes[made] = code
        return made
