"""What the registers hold for tables: honours, contacts and titles, of bodies and of persons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from . import rules
from .queries.held import held_by_persons, held_by_units

_HONOURS = _("到数据截至日已授予、未撤销的荣誉")
_TITLES = _("当日有效的专业称号，人事关系在本单位的人")
_CONTACT = _("当日的联系点领导；两人以上的不填")


def _field(code: str, title: Any, kind: str, names: str, basis: Any) -> registry.Field:
    page = _page_of(code)
    return registry.Field(
        f"registers.{code}", title, kind, basis, tuple(names.split()), correct=lambda _pk: reverse(page),
        perm=str(rules.ASSIGN if basis is _CONTACT else rules.KEEP),
    )  # fmt: skip


def _page_of(code: str) -> str:
    if "honour" in code:
        return "registers:honour_list"
    return "registers:contact_list" if code == "contact" else "registers:title_list"


registry.fields(  # zh: titles people write over such columns
    "registers.units",
    of="unit",
    holds=(
        _field("honours", _("获得荣誉数"), "number", "荣誉数 荣誉总数 获奖数 获得荣誉次数", _HONOURS),
        _field("honours_year", _("今年获得荣誉数"), "number", "本年荣誉数 今年荣誉 年度荣誉数 本年度获得荣誉数", _HONOURS),
        _field("honours_high", _("市级及以上荣誉数"), "number", "市级以上荣誉数 市级及以上荣誉", _HONOURS),
        _field("last_honour", _("最近获得荣誉日期"), "date", "最近荣誉时间 荣誉授予时间", _HONOURS),
        _field("contact", _("联系领导"), "text", "联系点领导 包联领导 党建联系点领导 联系人（领导）", _CONTACT),
        _field("backbone", _("骨干教师数"), "number", "骨干教师 骨干教师人数", _TITLES),
        _field("leaders", _("学科带头人数"), "number", "学科带头人 学科带头人人数", _TITLES),
        _field("masters", _("名师数"), "number", "名师 名师人数", _TITLES),
        _field("seniors", _("高级及以上职称人数"), "number", "高级职称人数 高级教师数 高级及以上职称", _TITLES),
    ),
)(held_by_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "registers.persons",
    of="person",
    holds=(
        _field("person_titles", _("专业称号"), "text", "称号 荣誉称号（专业） 骨干称号 学科带头人、骨干教师", _TITLES),
        _field("title_since", _("专业称号授予日期"), "date", "称号授予时间 称号获得时间", _TITLES),
        _field("rank", _("职称"), "text", "专业技术职务 专业技术职称 职称等级", _TITLES),
        _field("rank_since", _("职称取得日期"), "date", "职称取得时间 取得职称时间 取得时间", _TITLES),
        _field("person_honours", _("个人荣誉数"), "number", "荣誉数 获奖数 获得荣誉数", _HONOURS),
        _field("person_honours_year", _("今年个人荣誉数"), "number", "本年荣誉数 今年荣誉", _HONOURS),
        _field("person_last_honour", _("最近荣誉名称"), "text", "获得荣誉 荣誉名称 主要荣誉 荣誉", _HONOURS),
    ),
)(held_by_persons)  # fmt: skip
