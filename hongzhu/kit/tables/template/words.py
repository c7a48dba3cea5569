"""What the words of a title say about the column beneath it."""

# zh-file: endings of titles

from __future__ import annotations

import unicodedata

_YUAN = "元)"
_TEN_THOUSAND = "万元"
_MONEY = (_YUAN, "金额", "月应交", "实交", "应交", "工资", "经费", "基数", "党费")
_NUMBER = ("数", "(人)", "(名)", "(个)", "(次)", "次", "学时", "年龄", "课时", "比例", "率", "票")
_DATE = ("日期", "时间", "年月", "年月日")


def _half(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split())


def has_colon(text: str) -> bool:
    """Whether a text is a label to be filled in rather than a title."""
    return "：" in text or ":" in text


def is_in_yuan(title: str) -> bool:
    """Whether the title itself says that amounts are in yuan. Ten thousands of yuan are numbers, as they were typed."""
    words = _half(title)
    return words.endswith(_YUAN) and _TEN_THOUSAND not in words


def kind_by_title(title: str) -> str:
    """NUMBER, MONEY, DATE or TEXT, where neither a number format nor a validation says it."""
    words = _half(title)
    if _TEN_THOUSAND in words:
        return "NUMBER"
    if words.endswith(_MONEY):
        return "MONEY"
    if words.endswith(_DATE):
        return "DATE"
    return "NUMBER" if words.endswith(_NUMBER) else "TEXT"
