"""School identification codes: ten digits, two for the kind, two for the province, six serial. There is no check digit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .divisions import PROVINCES

CATEGORIES = {
    "11": _("幼儿园"),
    "21": _("小学"),
    "22": _("成人小学"),
    "31": _("初中"),
    "32": _("职业初中"),
    "33": _("成人初中"),
    "34": _("高中"),
    "35": _("成人高中"),
    "36": _("中等职业学校"),
    "37": _("专门学校"),
    "41": _("高等学校"),
    "42": _("成人高等学校"),
    "51": _("特殊教育学校"),
    "91": _("其他机构"),
    "92": _("其他机构"),
    "93": _("其他机构"),
}

_SHAPE = re.compile(r"\d{10}", re.ASCII)


class SchoolCodeRefused(ValueError):
    """Not a school code; ``str(error)`` is the sentence for the user."""


@dataclass(frozen=True, slots=True)
class SchoolCode:
    """``category`` is a key of CATEGORIES, ``province`` one of PROVINCES; the serial has no meaning."""

    code: str
    category: str
    province: str


def check(text: str) -> SchoolCode:
    """Read a code as typed; SchoolCodeRefused otherwise."""
    code = unicodedata.normalize("NFKC", text).strip()
    if not _SHAPE.fullmatch(code):
        raise SchoolCodeRefused(_("学校（机构）标识码应是10位数字，请核对"))
    if code[:2] not in CATEGORIES:
        raise SchoolCodeRefused(
            _("学校（机构）标识码前两位“%(digits)s”不是办学类型代码，请核对") % {"digits": code[:2]}
        )
    if code[2:4] not in PROVINCES:
        raise SchoolCodeRefused(_("学校（机构）标识码第3、4位“%(digits)s”不是省级代码，请核对") % {"digits": code[2:4]})
    return SchoolCode(code=code, category=code[:2], province=code[2:4])
