"""Attachments people upload: judged by content, cleaned where they can be, refused with a sentence otherwise.

Nothing here trusts a file's name or declared type. Pictures are always written anew, which drops places, cameras,
names and anything hidden behind the picture.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .archive import OLE_MAGIC, ZIP_MAGIC, Archive, ArchiveRefused, nothing_packed_inside
from .csvfile import decode

MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_NAME = 120

_MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_SAME = {"jpeg": "jpg"}
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|GoToE|ImportData|SubmitForm)\b")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_MAX_PDF_OBJECTS = 16 * 1024 * 1024
_BAD_IN_NAME = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class UploadRefused(Exception):
    """The file is not kept; ``str(error)`` is the sentence for the user."""


@dataclass(frozen=True, slots=True)
class Clean:
    """What may be kept: ``data`` as checked (pictures written anew), its type by content, a harmless name."""

    data: bytes
    mime: str
    kind: str
    name: str


def check_upload(
    data: bytes, filename: str, *, allow: Collection[str] = tuple(MIMES), max_bytes: int = MAX_BYTES
) -> Clean:
    """Judge one file by its content. ``allow`` are keys of MIMES; UploadRefused with a sentence otherwise."""
    if not data:
        raise UploadRefused(_("文件是空的，请重新选择"))
    if len(data) > max_bytes:
        raise UploadRefused(_("文件超过%(size)s MB，请压缩后再上传") % {"size": max_bytes // 1024 // 1024})
    kind = _kind(filename)
    if kind not in allow:
        names = _("、").join(allow)
        raise UploadRefused(_("不能上传这种文件，可以上传：%(kinds)s") % {"kinds": names})
    if kind in {"jpg", "png"}:
        data, kind = _clean_picture(data)
        if kind not in allow:
            raise _not_what_it_says(kind)
    elif kind == "pdf":
        _check_pdf(data)
    elif kind == "txt":
        data = _clean_text(data)
    else:
        _check_office(data, kind)
    return Clean(data=data, mime=MIMES[kind], kind=kind, name=_clean_name(filename, kind))


def _kind(filename: str) -> str:
    ending = PurePosixPath(filename.replace("\\", "/")).suffix.lower().lstrip(".")
    return _SAME.get(ending, ending)


def _clean_name(filename: str, kind: str) -> str:
    """A name for people to read, never for a path."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    stem = _BAD_IN_NAME.sub("", stem).strip(" .")[:MAX_NAME] or "file"
    return f"{stem}.{kind}"


def _not_what_it_says(kind: str) -> UploadRefused:
    return UploadRefused(_("文件内容和扩展名“.%(kind)s”不符，请用原来的软件打开后另存，再上传") % {"kind": kind})


def _clean_picture(data: bytes) -> tuple[bytes, str]:
    """Decode within the pixel limit and write anew, turned upright, without any other contents."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
                kind = "jpg" if opened.format == "JPEG" else "png"
                if opened.width * opened.height > MAX_PIXELS:
                    raise _too_many_pixels()
                picture = ImageOps.exif_transpose(opened)
                picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error, EOFError):
        raise UploadRefused(_("图片打不开，可能已损坏，请重新拍照或另存为 jpg 再上传")) from None
    fresh = io.BytesIO()
    clear = kind == "png" and ("A" in picture.getbands() or "transparency" in picture.info)
    bare = picture.convert("RGBA" if clear else "RGB")
    bare.info = {}  # otherwise a comment or a text chunk would be written again
    bare.save(fresh, "JPEG" if kind == "jpg" else "PNG", quality=88)
    return fresh.getvalue(), kind


def _too_many_pixels() -> UploadRefused:
    return UploadRefused(_("图片像素太高（超过2500万），请缩小后再上传"))


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise _not_what_it_says("pdf")
    plain = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data) if b"#" in data else data
    if _ACTIVE_PDF.search(plain) or _ACTIVE_PDF.search(_packed_objects(data)):
        raise UploadRefused(_("PDF 里有脚本或附件，请重新打印成 PDF 后再上传"))


def _packed_objects(data: bytes) -> bytes:
    """The objects a PDF keeps packed together, where a script could hide."""
    found, size = [], 0
    for match in _PDF_STREAM.finditer(data):
        try:
            piece = zlib.decompressobj().decompress(data[match.end() :], _MAX_PDF_OBJECTS - size + 1)
        except zlib.error:
            continue
        size += len(piece)
        if size > _MAX_PDF_OBJECTS:
            raise UploadRefused(_("PDF 太复杂，请重新打印成 PDF 后再上传"))
        found.append(_PDF_ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), piece))
    return b"\n".join(found)


def _clean_text(data: bytes) -> bytes:
    try:
        return decode(data).encode()
    except ArchiveRefused:
        raise _not_what_it_says("txt") from None


def _check_office(data: bytes, kind: str) -> None:
    if data.startswith(OLE_MAGIC):
        raise UploadRefused(_("这是旧版文件或加了密码的文件，请去掉密码并另存为 .%(kind)s，再上传") % {"kind": kind})
    if not data.startswith(ZIP_MAGIC):
        raise _not_what_it_says(kind)
    try:
        archive = Archive(io.BytesIO(data), max_unpacked=MAX_UNPACKED)
        names = {name.lower() for name in archive.parts}
        if "[content_types].xml" not in names or _MAIN_PARTS[kind] not in names:
            raise _not_what_it_says(kind)
        types = archive.read(next(n for n in archive.parts if n.lower() == "[content_types].xml"), 1024 * 1024)
        if b"macroenabled" in types.lower() or any(
            "vbaproject" in name or "/macrosheets/" in name or "/activex/" in name for name in names
        ):
            raise UploadRefused(_("文件里有宏，不能上传，请另存为不含宏的 .%(kind)s 文件") % {"kind": kind})
        if any("/embeddings/" in name for name in names):
            raise UploadRefused(_("文件里还套着别的文件，请删去嵌入的附件后再上传"))
        for name in archive.parts:
            _check_part(archive, name)
    except ArchiveRefused as error:
        raise UploadRefused(str(error)) from None


def _check_part(archive: Archive, name: str) -> None:
    """Unpack one part against its own claim; no archives, document types or templates fetched from elsewhere."""
    kept, first = b"", True
    for chunk in archive.chunks(name):
        if first:
            nothing_packed_inside(name, chunk)
            first = False
        piece = kept + chunk
        if name.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
            raise UploadRefused(_("文件已损坏，或不是真正的 Office 文件，请用 WPS 或 Excel 打开后另存，再上传"))
        if name.lower().endswith(".rels") and _FETCHED.search(piece):
            raise UploadRefused(_("文件会从别处取内容，请另存为普通文件后再上传"))
        kept = piece[-512:]


_FETCHED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*/(?:attachedTemplate|oleObject|frame|externalLink|subDocument|package|image)[\"'])"
)
