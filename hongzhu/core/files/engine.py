"""Where bytes lie and what a file may be called. Pure: paths are computed, nothing is opened."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

NAME_LENGTH = 160
# What a name may not carry: both slashes, what Windows refuses, control and direction characters.
_BARRED = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest(data: bytes) -> str:
    """SHA-256 of the bytes in lower-case hex: the name under which they are kept."""
    return hashlib.sha256(data).hexdigest()


def location(root: Path, bureau_id: int, sha256: str) -> Path:
    """``root/<bureau>/<sha256>``; ValueError for anything that is no digest, so that no name leads elsewhere."""
    if not is_digest(sha256):
        raise ValueError(sha256)
    return root / str(int(bureau_id)) / sha256


def is_digest(name: str) -> bool:
    return bool(_DIGEST.fullmatch(name))


def clean_name(name: str) -> str:
    """A file name to show and to download: no path, no control or direction characters, at most 160 characters.

    The bytes never lie under this name; ``../../x`` therefore leads nowhere, and is made readable here.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = _BARRED.sub("_", text).strip(" .")
    if len(text) > NAME_LENGTH:
        stem, dot, ending = text.rpartition(".")
        keep = NAME_LENGTH - len(ending) - 1
        text = f"{stem[:keep]}.{ending}" if dot and keep > 0 else text[:NAME_LENGTH]
    return text or "file"
