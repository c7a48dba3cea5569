"""What the register of organisations publishes. ``scope`` is any object with ``orgs(field) -> Q``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row

from .models import Change
from .queries.held import held_by_units


def set_up_rows(scope: Any, period: Period, known_at: datetime, *, kind: str = "") -> QuerySet[Change]:
    """The set-up steps behind :func:`set_up`: one row for each body set up in the period."""
    found = Change.objects.filter(
        scope.orgs("org"), step=Change.Step.SET_UP, on__gte=period.start, on__lt=period.end
    ).select_related("org")
    return (found.filter(org__kind=kind) if kind else found).order_by("on", "id")


@registry.measure(
    "orgs.set_up", title=_("新设立的党组织"), unit=_("个"), basis=_("任城 2020年，清单 B29"), rows=set_up_rows
)
def set_up(scope: Any, period: Period, known_at: datetime, *, kind: str = "") -> Iterable[Row]:
    """How many bodies of ``kind`` (Org.Kind code, "" for all) were set up in the period, one row each."""
    rows = set_up_rows(scope, period, known_at, kind=kind)
    counted = rows.order_by().values("org").annotate(n=Count("id"))
    return [Row(org_id=row["org"], value=row["n"]) for row in counted]


def _body_page(pk: int) -> str:
    return reverse("orgs:org_page", args=[pk])


_AS_OF = _("机构登记，以数据截至日为准")


def _field(code: str, title: Any, kind: str, names: str, basis: Any = _AS_OF) -> registry.Field:
    words = tuple(names.split())
    return registry.Field(f"orgs.{code}", title, kind, basis, words, correct=_body_page, perm="orgs.change")


registry.fields(  # zh: titles people write over such columns
    "orgs.units",
    of="unit",
    holds=(
        _field("name", _("单位名称"), "text", "单位 党组织 党组织名称 党组织全称 支部 支部名称 党支部 党支部名称 学校 学校名称 填报单位 基层党组织名称"),
        _field("short_name", _("单位简称"), "text", "简称 学校简称"),
        _field("kind", _("机构类别"), "text", "党组织类别 单位类别 组织类别 党组织类型 单位类型"),
        _field("school_code", _("学校（机构）标识码"), "text", "学校标识码 机构标识码 学校代码"),
        _field("credit_code", _("统一社会信用代码"), "text", "信用代码 社会信用代码"),
        _field("sector", _("办学性质"), "text", "公办或民办 公民办 学校性质 单位性质"),
        _field("stage", _("学段"), "text", "办学类型 学校类型 学校类别"),
        _field("area", _("所在地类别"), "text", "城乡类别 城乡分类 区域类别"),
        _field("division", _("行政区划代码"), "text", "区划代码 行政区划"),
        _field("bureau", _("教育局"), "text", "县区 县市区 主管部门 所属教育局 县（市、区） 系统"),
        _field("opened_on", _("成立时间"), "date", "设立日期 成立日期 党组织成立时间 建立时间 党支部成立时间"),
        _field("approval", _("批准成立文号"), "text", "成立批复文号 设立批复文号 设立文号"),
        _field(
            "superior", _("上级党组织"), "text",
            "隶属 隶属党组织 上级党组织名称 隶属关系 所属党组织 所属党委 所属党总支", _("当日的隶属关系，不是归口指导"),
        ),
        _field("guided_by", _("归口指导单位"), "text", "归口指导 指导单位 业务指导单位"),
        _field(
            "host", _("所在单位"), "text", "依托单位 所在单位名称 党组织所在单位 党组织所在单位名称 单位全称",
            _("党组织设在哪个单位；单位本身就是它自己"),
        ),
        _field(
            "branches", _("下设党支部数"), "number", "党支部数 支部数 下辖党支部数 所属支部数 下属支部数",
            _("当日隶属本党委、党总支的党支部，不含再下一级"),
        ),
        _field("teams", _("党小组数"), "number", "小组数 下设党小组数", _("当日设在本支部的党小组")),
        _field("classes", _("班级数"), "number", "教学班数 班数", _("当日登记在本校的班级；没有登记班级的不填")),
    ),
)(held_by_units)  # fmt: skip
