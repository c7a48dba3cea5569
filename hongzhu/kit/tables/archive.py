"""Looking into a zip before anybody opens it.

Office files are zips, and a zip may lie about everything: sizes, number of entries, where they lie, what they are
called. Nothing is ever extracted by name here; every entry is unpacked once, in a stream, against its own claim.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

MAX_ENTRIES = 2_000
MAX_DIRECTORY = 512 * 1024
# A long repetitive table packs 10 to 40 times. Small files may pack better without doing any harm.
MAX_RATIO = 100
RATIO_MATTERS_ABOVE = 4 * 1024 * 1024
CHUNK = 1024 * 1024

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_BAD_NAME = re.compile(
    r"[\x00-\x1f\x7f\\\u200e\u200f\u202a-\u202e\u2066-\u2069]|^/|^[A-Za-z]:|(?:^|/)\.\.?(?:/|$)|//"
    r"|(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|$)",
    re.IGNORECASE,
)
_PACKED_INSIDE = (ZIP_MAGIC, OLE_MAGIC, b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ")
_PACKED_ENDINGS = (".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".docx", ".docm", ".pptx", ".exe", ".dll", ".jar")


class ArchiveRefused(Exception):
    """The file is not a sound office file; ``str(error)`` is the sentence for the user."""


@dataclass(frozen=True, slots=True)
class Part:
    """One entry: its name, and how many bytes it claims to unpack to."""

    name: str
    size: int
    packed: int
    offset: int
    method: int
    crc: int


def damaged() -> ArchiveRefused:
    return ArchiveRefused(_("文件已损坏，或不是真正的 Office 文件，请用 WPS 或 Excel 打开后另存，再上传"))


def oversized() -> ArchiveRefused:
    return ArchiveRefused(_("文件解开后过大，请删去空白行列和图片后另存，再上传"))


class Archive:
    """An office file whose directory has been checked. ``parts`` by name; ``chunks`` unpacks one of them."""

    def __init__(self, file: BinaryIO, *, max_unpacked: int) -> None:
        """Check the directory; ArchiveRefused for anything an office program would not have written."""
        self.file = file
        directory = self._check_end()
        try:
            infos = zipfile.ZipFile(file).infolist()
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
            raise damaged() from None
        if not infos or len(infos) > MAX_ENTRIES:
            raise damaged()
        self.parts: dict[str, Part] = {}
        seen = set()
        for info in infos:
            self._check_entry(info)
            if info.orig_filename.lower() in seen:
                raise damaged()
            seen.add(info.orig_filename.lower())
            if not info.is_dir():
                self.parts[info.filename] = Part(
                    name=info.filename,
                    size=info.file_size,
                    packed=info.compress_size,
                    offset=info.header_offset,
                    method=info.compress_type,
                    crc=info.CRC,
                )
        unpacked = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if unpacked > max_unpacked:
            raise oversized()
        if unpacked > RATIO_MATTERS_ABOVE and unpacked > packed * MAX_RATIO:
            raise oversized()
        self._check_overlap(infos, directory)

    def _check_end(self) -> int:
        """The directory must end the file and be as long as it says; returns where it begins."""
        size = self.file.seek(0, io.SEEK_END)
        tail_size = min(size, _END.size + 0xFFFF)
        self.file.seek(size - tail_size)
        tail = self.file.read(tail_size)
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) - place < _END.size:
            raise damaged()
        _sign, disk, first_disk, here, entries, length, begin, comment = _END.unpack_from(tail, place)
        if disk or first_disk or here != entries or place + _END.size + comment != len(tail):
            raise damaged()
        if entries > MAX_ENTRIES or length > MAX_DIRECTORY or begin + length != size - tail_size + place:
            raise damaged()
        return int(begin)

    @staticmethod
    def _check_entry(info: zipfile.ZipInfo) -> None:
        if info.flag_bits & _ENCRYPTED:
            raise ArchiveRefused(_("文件加了密码，请去掉密码后再上传"))
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise damaged()
        if stat.S_ISLNK(info.external_attr >> 16):
            raise damaged()
        if _BAD_NAME.search(info.orig_filename) or len(info.orig_filename) > 255:
            raise damaged()
        if info.filename.lower().endswith(_PACKED_ENDINGS):
            raise ArchiveRefused(_("文件里还套着别的文件，请删去嵌入的附件后再上传"))

    def _check_overlap(self, infos: list[zipfile.ZipInfo], directory: int) -> None:
        """Two entries sharing bytes are how a few kilobytes become gigabytes."""
        reached = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < reached:
                raise damaged()
            reached = self._body_of(info.header_offset, info.orig_filename) + info.compress_size
        if reached > directory or min(info.header_offset for info in infos) != 0:
            raise damaged()

    def _body_of(self, offset: int, name: str | None = None) -> int:
        self.file.seek(offset)
        head = self.file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != ZIP_MAGIC:
            raise damaged()
        fields: tuple[Any, ...] = _LOCAL.unpack(head)
        name_length, extra_length = int(fields[9]), int(fields[10])
        if name is not None:
            written = self.file.read(name_length)
            if written not in {name.encode(), name.encode("cp437", "replace")}:
                raise damaged()
        return offset + _LOCAL.size + name_length + extra_length

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack one part piece by piece; refuses a part that is longer, shorter or other than it claims."""
        part = self.parts[name]
        place, left = self._body_of(part.offset), part.packed
        worker = None if part.method == zipfile.ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS)
        given, crc, pending = 0, 0, b""
        while True:
            if not pending and left:
                self.file.seek(place)
                pending = self.file.read(min(CHUNK, left))
                if not pending:
                    raise damaged()
                place, left = place + len(pending), left - len(pending)
            if worker is None:
                piece, pending = pending, b""
            else:
                try:
                    piece = worker.decompress(pending, CHUNK)
                except zlib.error:
                    raise damaged() from None
                pending = worker.unconsumed_tail
            if not piece and not pending and not left:
                break
            given += len(piece)
            if given > part.size:
                raise oversized()
            crc = zlib.crc32(piece, crc)
            if piece:
                yield piece
            if worker is not None and worker.eof and (pending or left or worker.unused_data):
                raise damaged()
        if given != part.size or crc != part.crc or (worker is not None and not worker.eof):
            raise damaged()

    def read(self, name: str, limit: int) -> bytes:
        """A whole small part; refuses one above ``limit`` bytes."""
        if name not in self.parts:
            raise damaged()
        if self.parts[name].size > limit:
            raise oversized()
        return b"".join(self.chunks(name))


def nothing_packed_inside(name: str, head: bytes) -> None:
    """Refuse a part that is itself an archive or a program, whatever it is called."""
    if head.startswith(_PACKED_INSIDE):
        raise ArchiveRefused(_("文件里还套着别的文件，请删去嵌入的附件后再上传"))
