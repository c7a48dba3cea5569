"""Administrative division codes, GB/T 2260: two digits each for province, city, county. The shape, not the yearly list."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from django.utils.translation import gettext_lazy as _

# The first two digits. The list of provinces has not changed since 1997; counties change every year.
PROVINCES = {
    "11": _("北京"),
    "12": _("天津"),
    "13": _("河北"),
    "14": _("山西"),
    "15": _("内蒙古"),
    "21": _("辽宁"),
    "22": _("吉林"),
    "23": _("黑龙江"),
    "31": _("上海"),
    "32": _("江苏"),
    "33": _("浙江"),
    "34": _("安徽"),
    "35": _("福建"),
    "36": _("江西"),
    "37": _("山东"),
    "41": _("河南"),
    "42": _("湖北"),
    "43": _("湖南"),
    "44": _("广东"),
    "45": _("广西"),
    "46": _("海南"),
    "50": _("重庆"),
    "51": _("四川"),
    "52": _("贵州"),
    "53": _("云南"),
    "54": _("西藏"),
    "61": _("陕西"),
    "62": _("甘肃"),
    "63": _("青海"),
    "64": _("宁夏"),
    "65": _("新疆"),
    "71": _("台湾"),
    "81": _("香港"),
    "82": _("澳门"),
}

_SHAPE = re.compile(r"\d{6}", re.ASCII)


class DivisionRefused(ValueError):
    """Not a division code; ``str(error)`` is the sentence for the user."""


def level(code: str) -> Literal["province", "city", "county"]:
    """How deep a six-digit code goes."""
    if code[2:] == "0000":
        return "province"
    return "city" if code[4:] == "00" else "county"


def check(text: str) -> str:
    """A six-digit code of any level with a known province; DivisionRefused otherwise."""
    code = unicodedata.normalize("NFKC", text).strip()
    if not _SHAPE.fullmatch(code):
        raise DivisionRefused(_("行政区划代码应是6位数字，请核对"))
    if code[:2] not in PROVINCES:
        raise DivisionRefused(_("行政区划代码前两位不是省级代码，请核对"))
    if code[2:4] == "00" and code[4:] != "00":
        raise DivisionRefused(_("行政区划代码中间两位是00时，后两位也应是00，请核对"))
    return code


def check_county(text: str) -> str:
    """A code of county level; DivisionRefused otherwise."""
    code = check(text)
    if level(code) != "county":
        raise DivisionRefused(_("这是省或市的代码，请填到县（市、区）一级"))
    return code
