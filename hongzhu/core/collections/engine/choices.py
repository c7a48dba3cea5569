"""A held value under the words of somebody else's drop-down list. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# zh-file: words of registers and of the lists superiors make
# Words that mean the same; the platform's own come first. Nothing is taken for a range (大专及以下) it only lies in.
_SAME = (
    ("本科", "大学本科", "大学", "本科学历", "大学本科学历"),
    ("大专", "大学专科", "专科", "大专学历", "大学专科学历"),
    ("硕士", "硕士研究生", "研究生（硕士）", "硕士学历"),
    ("博士", "博士研究生", "研究生（博士）", "博士学历"),
    ("男", "男性"),
    ("女", "女性"),
    ("正式党员", "正式", "中共正式党员"),
    ("预备党员", "预备", "中共预备党员"),
    ("汉族", "汉"),
    ("离退休", "离退休党员", "已离退休"),
    ("在职", "在职党员"),
)
# Where the list has no word of its own for it: the wider one.
_WIDER = {"硕士": ("研究生", "研究生学历"), "博士": ("研究生", "研究生学历")}


def as_listed(value: str, options: Sequence[str]) -> str | None:
    """The option that says the same as ``value``; None where none does, or more than one might."""
    keys = {_key(option): option for option in reversed(options)}
    if (own := keys.get(_key(value))) is not None:
        return own
    same = next((words for words in _SAME if value in words), ())
    for words in (same, _WIDER.get(same[0] if same else value, ())):
        found = {keys[_key(word)] for word in words if _key(word) in keys}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
