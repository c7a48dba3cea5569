"""What the rooms of persons hold for tables: figures of bodies, facts of persons. Numbers and phones are never given here."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from .queries.held import held_by_persons, held_by_units

_MEMBERS = _("当日组织关系在本组织及其下级的正式、预备党员；学校等单位按设在本单位的党组织计，联合支部不计入单位")
_POSTS = _("当日任职；两人以上担任同一职务的不填姓名")
_STAFF = _("当日工作单位在本单位的人员，不含退休")
_PERSON = _("个人登记，以数据截至日为准")
_PLACES = _("当日的人事关系与工作单位，借调、支教时两者不同")
_CHANGES = "people.change"


def _roster(pk: int) -> str:
    return f"{reverse('people:roster')}?org={pk}"


def _posts_page(pk: int) -> str:
    return reverse("people:posts")


def _page(pk: int) -> str:
    return reverse("people:person", args=[pk])


def _unit(code: str, title: Any, names: str, basis: Any = _MEMBERS, *, kind: str = "number") -> registry.Field:
    correct = _posts_page if basis is _POSTS else _roster
    words = tuple(names.split())
    return registry.Field(f"people.{code}", title, kind, basis, words, correct=correct, perm=_CHANGES)


def _person(code: str, title: Any, kind: str, names: str, basis: Any = _PERSON) -> registry.Field:
    return registry.Field(f"people.{code}", title, kind, basis, tuple(names.split()), correct=_page, perm=_CHANGES)


registry.fields(  # zh: titles people write over such columns
    "people.units",
    of="unit",
    holds=(
        _unit("members", _("党员总数"), "党员数 党员人数 党员 党员情况·总数 党员情况·合计 党员数·合计 党员总数（人） 党员数·总数"),
        _unit("full", _("正式党员数"), "正式党员 其中·正式党员 党员情况·正式 党员数·正式 党员数·正式党员"),
        _unit("probationary", _("预备党员数"), "预备党员 其中·预备党员 党员情况·预备 党员数·预备 党员数·预备党员"),
        _unit("activists", _("入党积极分子数"), "入党积极分子 积极分子 积极分子数"),
        _unit("working", _("在职党员数"), "在职党员 在岗党员 在岗党员数 党员情况·在职 党员数·在职"),
        _unit("retired", _("离退休党员数"), "离退休党员 退休党员 退休党员数 党员情况·离退休 党员数·离退休"),
        _unit("left_out", _("免予参加的党员数"), "长期患病党员 免予参加党员 流动党员数 流动党员"),
        _unit("women", _("女党员数"), "女党员 其中·女 党员情况·女 党员数·女 党员情况·女党员"),
        _unit("men", _("男党员数"), "男党员 党员情况·男 党员数·男"),
        _unit("minority", _("少数民族党员数"), "少数民族党员 其中·少数民族 党员情况·少数民族 党员数·少数民族"),
        _unit("young", _("35岁及以下党员数"), "35岁及以下 35岁以下 35岁以下党员 35岁及以下党员 党员情况·35岁及以下 党员年龄·35岁及以下 党员年龄·35岁以下"),
        _unit("old", _("60岁及以上党员数"), "60岁及以上 60岁以上 60岁以上党员 党员情况·60岁及以上 党员年龄·60岁及以上 党员年龄·60岁以上"),
        _unit("bachelor", _("本科及以上党员数"), "本科及以上 本科及以上学历 本科以上学历 党员情况·本科及以上 党员学历·本科及以上 本科及以上学历党员"),
        _unit("college", _("大专及以上党员数"), "大专及以上 大专及以上学历 大专以上学历 党员情况·大专及以上 党员学历·大专及以上"),
        _unit("staff", _("教职工数"), "教职工 教职工人数 教职工总数 在职教职工 教师数 教职工情况·总数 职工数", _STAFF),
        _unit("staff_women", _("女教职工数"), "女教职工 教职工情况·女 女教师数", _STAFF),
        _unit("staff_young", _("35岁及以下教职工数"), "35岁以下教职工 青年教师数 教职工情况·35岁及以下", _STAFF),
        _unit("staff_bachelor", _("本科及以上教职工数"), "教职工情况·本科及以上 本科以上教师数", _STAFF),
        _unit("secretary", _("书记姓名"), "书记 党组织书记 支部书记 党支部书记 书记·姓名 书记基本情况·姓名 书记情况·姓名 党组织书记姓名 负责人", _POSTS, kind="text"),
        _unit("secretary_since", _("书记任职时间"), "书记任职日期 任书记时间 任现职时间 书记情况·任职时间 书记基本情况·任职时间 书记·任职时间", _POSTS, kind="date"),
        _unit("secretary_sex", _("书记性别"), "书记·性别 书记情况·性别 书记基本情况·性别", _POSTS, kind="text"),
        _unit("secretary_born_on", _("书记出生日期"), "书记·出生年月 书记情况·出生年月 书记基本情况·出生年月", _POSTS, kind="date"),
        _unit("secretary_education", _("书记学历"), "书记·学历 书记情况·学历 书记基本情况·学历", _POSTS, kind="text"),
        _unit("deputy_secretary", _("副书记姓名"), "副书记 支部副书记 党组织副书记", _POSTS, kind="text"),
        _unit("organiser", _("组织委员姓名"), "组织委员", _POSTS, kind="text"),
        _unit("publicity", _("宣传委员姓名"), "宣传委员", _POSTS, kind="text"),
        _unit("discipline", _("纪检委员姓名"), "纪检委员", _POSTS, kind="text"),
        _unit("committee", _("支委会人数"), "委员数 支委数 支委人数 班子成员数 支部委员会人数 委员人数 现有委员数", _POSTS),
        _unit("principal", _("校（园）长姓名"), "校长 园长 校（园）长 校长姓名 园长姓名 行政负责人", _POSTS, kind="text"),
        _unit("combined", _("书记校长一肩挑"), "一肩挑 是否一肩挑 书记、校长一肩挑 书记是否兼任校长", _POSTS, kind="text"),
    ),
)(held_by_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "people.persons",
    of="person",
    holds=(
        _person("name", _("姓名"), "text", "党员姓名 教师姓名 书记姓名（本人） 名字 职工姓名"),
        _person("sex", _("性别"), "text", "男女"),
        _person("ethnic", _("民族"), "text", "民族成份"),
        _person("born_on", _("出生日期"), "date", "出生年月 出生时间 生日 出生年月日"),
        _person("age", _("年龄"), "number", "周岁 年龄（岁）"),
        _person("education", _("学历"), "text", "文化程度 最高学历 学历（学位） 全日制学历"),
        _person("subject", _("任教学科"), "text", "学科 所教学科 任教科目"),
        _person("staff_no", _("工号"), "text", "教工号 职工号 人员编号 教师编号"),
        _person("standing", _("党员类别"), "text", "人员类别 党员身份 政治面貌 身份 类别"),
        _person("working_or_retired", _("在职或离退休"), "text", "在职/离退休 在职离退休 在职情况 在岗情况"),
        _person("relation", _("组织关系状态"), "text", "党籍状态 组织生活状态 参加组织生活情况"),
        _person("body", _("所在党支部"), "text", "党支部 支部 所属支部 所在支部 组织关系所在支部 所在党组织 组织关系所在党组织 党组织关系所在支部"),
        _person("joined_on", _("入党时间"), "date", "入党日期 入党年月 加入党组织日期 加入中共组织时间"),
        _person("full_on", _("转正时间"), "date", "转正日期 转为正式党员日期 转正年月"),
        _person("party_age", _("党龄（年）"), "number", "党龄"),
        _person("member_here_since", _("组织关系转入时间"), "date", "转入时间 进入支部日期 进入支部时间"),
        _person("personnel", _("人事关系所在单位"), "text", "单位 单位名称 编制所在单位 人事关系 所在学校 学校 所在单位", _PLACES),
        _person("workplace", _("工作单位"), "text", "现工作单位 任教学校 工作学校 实际工作单位", _PLACES),
        _person("placed_as", _("在岗状态"), "text", "在编在岗情况 岗位状态 借调情况 人员状态", _PLACES),
        _person("posts", _("职务"), "text", "岗位/职务 岗位 现任职务 党内职务 行政职务 工作岗位 单位及职务", _("当日的全部任职，按任职先后")),
        _person("post_since", _("任职时间"), "date", "任现职日期 任职日期 任现职年月", _("现任职务中最早的一个")),
    ),
)(held_by_persons)  # fmt: skip
