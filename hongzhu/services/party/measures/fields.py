"""What party affairs hold for tables that would otherwise ask for it, of bodies and of persons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.services.party import rules
from hongzhu.services.party.queries import held

_TERM = _("最近一次或正在进行的换届；届满日期按制度包的任期推算，任期起点没有记录的不填")
_LIFE = _("数据截至日前最近一次民主评议（本年度或上年度）的计数")
_DUES = _("当年1月1日至数据截至日已开收据、未作废的党费，不含大额党费")
_MEMBER_DUES = _("当年各月已交的党费；没交的月份不填。应交按当月基数和标准计算")
_TOTALS = _(
    "按姓名列的党费只给管党费的人看。请改要每个党组织的合计：用“每个单位一行”的表，列写“今年已收党费”“今年交纳党费人数”。"
)
_WAY = _("数据截至日前已完成的发展党员步骤；作废的步骤不算")
_ROLL = _("数据截至日在名册上的人：申请人还没有确定为积极分子，发展对象还没有被接收为预备党员")


def _field(code: str, title: Any, kind: str, names: str, basis: Any) -> registry.Field:
    return registry.Field(f"party.{code}", title, kind, basis, tuple(names.split()), correct=_corrected_at(basis))


def _corrected_at(basis: Any) -> Callable[[int], str]:
    """Where such a fact is put right: at the body, at the person, or on the list of its noun."""
    if basis is _TERM:
        return lambda pk: reverse("party:election_body", args=[pk])
    if basis is _MEMBER_DUES:
        return lambda pk: reverse("party:roster_person", args=[pk])
    page = "party:life_list" if basis is _LIFE else "party:dues_list" if basis is _DUES else "party:admission_list"
    return lambda _pk: reverse(page)


def _term(code: str, title: Any, names: str, kind: str = "date") -> registry.Field:
    return _field(code, title, kind, names, _TERM)


def _life(code: str, title: Any, names: str, kind: str = "number") -> registry.Field:
    return _field(code, title, kind, names, _LIFE)


def _dues(code: str, title: Any, names: str, kind: str = "money", *, basis: Any = _MEMBER_DUES) -> registry.Field:
    return _field(code, title, kind, names, basis)


def _own_dues(code: str, title: Any, names: str, kind: str = "money") -> registry.Field:
    """Dues of one member: months owed are told to the secretary alone, money by name to who holds the dues (issue 3)."""
    return replace(_dues(code, title, names, kind), ask_perm=rules.MONEY.code, ask_instead=_TOTALS)


def _way(code: str, title: Any, names: str, kind: str = "date", *, basis: Any = _WAY) -> registry.Field:
    return _field(code, title, kind, names, basis)


_MONTHS = (
    _("1月已交党费"), _("2月已交党费"), _("3月已交党费"), _("4月已交党费"), _("5月已交党费"), _("6月已交党费"),
    _("7月已交党费"), _("8月已交党费"), _("9月已交党费"), _("10月已交党费"), _("11月已交党费"), _("12月已交党费"),
)  # fmt: skip
_CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")  # zh: months in words

registry.fields(  # zh: titles people write over such columns
    "party.terms",
    of="unit",
    holds=(
        _term("elected_on", _("本届选举日期"), "本届选举时间 上次换届时间 本届换届时间 最近一次换届时间 本届产生时间 换届时间 上次换届选举时间"),
        _term("term_ends_on", _("届满日期"), "届满时间 任期届满时间 任期届满日期 下次换届时间 应换届时间"),
        _term("election_asked_on", _("换届请示日期"), "请示 请示时间 换届请示 请示日期"),
        _term("election_allowed_on", _("换届批复日期"), "批复 批复时间 换届批复 批复日期"),
        _term("election_held_on", _("换届选举日期"), "选举日期 选举时间 换届选举时间 召开选举大会时间"),
        _term("election_confirmed_on", _("选举结果批复日期"), "结果批复 结果批复时间 选举结果批复 选举结果批复时间"),
        _term("delayed_to", _("批准延期到"), "延期批准 延期至 延期换届时间 批准延期时间"),
        _term("election_cause", _("选举类别"), "换届类别 选举类型", "text"),
        _term("seats", _("应选委员数"), "应选委员 委员职数 委员名额", "number"),
    ),
)(held.terms_of_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "party.life",
    of="unit",
    holds=(
        _life("appraised_year", _("民主评议年度"), "评议年度 所属年度"),
        _life("appraised_on", _("民主评议日期"), "评议时间 评议日期 民主评议时间", "date"),
        _life("appraised_members", _("评议时党员数"), "应参评 应参评人数 应参加评议人数 应评党员数"),
        _life("appraised_took_part", _("参加评议人数"), "参评 参评人数 参评党员数 实际参评 实参评人数"),
        _life("appraised_absent", _("未参评及原因"), "未参评原因 未参加评议原因 未参评", "text"),
        _life("appraised_excellent", _("评为优秀人数"), "优秀 评议结果·优秀 评议等次·优秀 优秀党员数 等次·优秀"),
        _life("appraised_qualified", _("评为合格人数"), "合格 评议结果·合格 评议等次·合格 等次·合格"),
        _life("appraised_basic", _("评为基本合格人数"), "基本合格 评议结果·基本合格 评议等次·基本合格 等次·基本合格"),
        _life("appraised_unqualified", _("评为不合格人数"), "不合格 评议结果·不合格 评议等次·不合格 等次·不合格"),
        _life("appraised_probationary", _("参加评议的预备党员数"), "预备（不评等次） 预备党员（不评等次） 预备（不评定等次） 评议结果·预备"),
    ),
)(held.life_of_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "party.dues_of_units",
    of="unit",
    holds=(
        _dues("dues_year", _("今年已收党费"), "已收党费 实收党费 收缴党费 党费收缴金额 党费 本年收缴党费 党费收缴·实收 全年党费", basis=_DUES),
        _dues("dues_payers", _("今年交纳党费人数"), "交纳党费人数 交费人数 党费收缴·人数", "number", basis=_DUES),
    ),
)(held.dues_of_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "party.way_of_units",
    of="unit",
    holds=(
        _way("applicants", _("入党申请人数"), "入党申请人 申请入党人数 申请人数", "number", basis=_ROLL),
        _way("candidates", _("发展对象人数"), "发展对象 发展对象数", "number", basis=_ROLL),
        _way("admitted_year", _("今年发展党员数"), "发展党员数 本年发展党员 今年发展党员 本年度发展党员数", "number"),
        _way("confirmed_year", _("今年转正党员数"), "转正人数 本年转正 今年转正", "number"),
    ),
)(held.way_of_units)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "party.dues_of_persons",
    of="person",
    holds=(
        _own_dues("dues_base", _("党费计算基数"), "计算基数 党费基数 缴费基数 交纳基数 月工资基数 党费计算基数（元）"),
        _own_dues("dues_rate", _("交纳比例"), "比例 党费比例 缴费比例 交纳标准", "text"),
        _own_dues("dues_monthly", _("月应交党费"), "月应交 月应缴 每月应交 月应交金额 月缴党费 月交党费"),
        _own_dues("dues_owed", _("全年应交党费"), "全年应交 应交 应交党费 全年应缴 应缴金额"),
        _own_dues("dues_paid", _("今年实交党费"), "实交 实交党费 全年实交 已交党费 实缴金额 实交金额"),
        _own_dues("dues_paid_to", _("党费交至"), "党费交至月份 党费缴至 党费交纳至", "date"),
        *(
            _own_dues(f"dues_month_{month}", _MONTHS[month - 1], f"{month}月 {_CHINESE_MONTHS[month - 1]}月 月份·{month}月 {month}月份 交纳情况·{month}月")
            for month in held.MONTHS
        ),
    ),
)(held.dues_of_persons)  # fmt: skip

registry.fields(  # zh: titles people write over such columns
    "party.way_of_persons",
    of="person",
    holds=(
        _way("applied_on", _("申请入党时间"), "申请时间 递交入党申请书时间 入党申请时间 申请日期 申请入党·申请时间 申请入党·时间"),
        _way("talked_on", _("谈话时间"), "申请谈话时间 派人谈话时间 申请入党·谈话时间"),
        _way("activist_on", _("确定积极分子时间"), "确定积极分子 确定入党积极分子 确定入党积极分子时间 列为积极分子时间 入党积极分子·确定时间 积极分子·确定时间 入党积极分子·时间"),
        _way("activist_filed_on", _("积极分子备案时间"), "备案（积极分子） 积极分子备案 积极分子·备案 入党积极分子·备案时间 入党积极分子·备案 积极分子·备案时间"),
        _way("contacts", _("培养联系人"), "培养联系人姓名 入党积极分子·培养联系人 积极分子·培养联系人", "text"),
        _way("candidate_on", _("确定发展对象时间"), "确定发展对象 列为发展对象时间 发展对象·确定时间 发展对象·时间"),
        _way("candidate_filed_on", _("发展对象备案时间"), "备案（发展对象） 发展对象备案 发展对象·备案 发展对象·备案时间"),
        _way("introducers", _("入党介绍人"), "介绍人 入党介绍人姓名", "text"),
        _way("reviewed_on", _("政治审查时间"), "政审 政治审查 政审时间 发展对象·政审时间 发展对象·政治审查 发展对象·政审"),
        _way("trained_on", _("集中培训时间"), "培训 集中培训 短期集中培训 培训时间 发展对象·培训时间 发展对象·培训 发展对象·集中培训"),
        _way("preliminary_on", _("预审时间"), "预审 上级预审 预审日期 接收预备党员·预审时间 接收预备党员·预审 预备党员接收·预审"),
        _way("posted_on", _("发展公示时间"), "公示 公示时间 公示日期 接收预备党员·公示时间 接收预备党员·公示"),
        _way("admitted_on", _("支部大会接收时间"), "支部大会 支部大会时间 接收预备党员时间 吸收为预备党员时间 支部大会·时间 接收预备党员·支部大会时间 接收预备党员·支部大会"),
        _way("admit_entitled", _("接收大会应到人数"), "支部大会·应到 支部大会·应到会 应到（支部大会） 接收预备党员·应到 接收预备党员·应到人数", "number"),
        _way("admit_present", _("接收大会实到人数"), "支部大会·实到 支部大会·实到会 实到（支部大会） 接收预备党员·实到 接收预备党员·实到人数", "number"),
        _way("admit_favour", _("接收大会赞成票"), "支部大会·赞成 赞成（支部大会） 支部大会·赞成票 接收预备党员·赞成 接收预备党员·赞成票", "number"),
        _way("upper_talked_on", _("上级谈话时间"), "上级谈话 上级党组织谈话 谈话（上级） 接收预备党员·上级谈话 接收预备党员·谈话"),
        _way("approved_on", _("接收审批时间"), "审批 审批时间 上级审批时间 接收预备党员审批时间 接收预备党员·审批时间 接收预备党员·审批"),
        _way("probation_ends_on", _("预备期满时间"), "预备期满 预备期满日期 预备期届满时间 转正·预备期满 转正·预备期满时间"),
        _way("full_voted_on", _("转正大会时间"), "转正大会 转正支部大会 讨论转正时间 转正·转正大会 转正·支部大会"),
        _way("full_approved_on", _("转正审批时间"), "转正审批 转正批准时间 上级批准转正时间 转正·转正审批 转正·审批时间 转正·审批"),
    ),
)(held.way_of_persons)  # fmt: skip
