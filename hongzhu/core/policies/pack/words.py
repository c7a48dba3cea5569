"""A pack in words: what each field is called and what each value means, for pages, comparison and the console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from pydantic import BaseModel

from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import PostKind
from hongzhu.kit import registry
from hongzhu.kit.dates import Period, day_text, full_text
from hongzhu.kit.packs import Item, Text

from .adding import POINTS_INTO

CONFIDENCE = {
    "certain": gettext_lazy("原文核对过"),
    "likely": gettext_lazy("公开材料一致"),
    "check": gettext_lazy("请先核对"),
}
LISTINGS = {
    "kinds": gettext_lazy("种类"),
    "parts": gettext_lazy("本次包含"),
    "tags": gettext_lazy("计入条件"),
    "topics": gettext_lazy("主题"),
    "outputs": gettext_lazy("成果计数"),
    "decisions": gettext_lazy("表决"),
    "duties": gettext_lazy("应办事项"),
    "campaigns": gettext_lazy("专题学习教育"),
    "terms_of_office": gettext_lazy("任期"),
    "study_hours": gettext_lazy("年度学时"),
    "inspections": gettext_lazy("督导检查清单"),
    "seats": gettext_lazy("应配职务"),
    "limits": gettext_lazy("支部设置的数"),
    "regimes": gettext_lazy("学校领导体制"),
    "sheets": gettext_lazy("表单"),
    "upper_systems": gettext_lazy("上级平台转录卡"),
    "schemes": gettext_lazy("联系包保"),
    "honour_levels": gettext_lazy("荣誉级别"),
    "lists": gettext_lazy("名称清单"),
    "figures": gettext_lazy("公开数字"),
    "indicators": gettext_lazy("考核指标"),
    "attendance": gettext_lazy("到会"),
    "stages": gettext_lazy("阶段"),
    "steps": gettext_lazy("步骤"),
    "papers": gettext_lazy("材料"),
    "notices": gettext_lazy("公示"),
    "sources": gettext_lazy("来源"),
    "tables": gettext_lazy("缴纳类别"),
    "grades": gettext_lazy("等次"),
    "closings": gettext_lazy("统计截止"),
    "leader_tests": gettext_lazy("双带头标准"),
    "directions": gettext_lazy("培养方向"),
    "services": gettext_lazy("社区服务类别"),
}
# Parts of a section that hold lists of their own.
# Kept in hundredths (fen, basis points), read in yuan and per cent.
HUNDREDTHS = frozenset({"upto", "rate", "large"})
PARTS = {
    "admission": gettext_lazy("发展党员"),
    "dues": gettext_lazy("党费"),
    "terms": gettext_lazy("换届和转接"),
    "life": gettext_lazy("评议和组织生活会"),
    "sending": gettext_lazy("选派与培养"),
}
FIELDS = {
    "title": gettext_lazy("名称"),
    "short": gettext_lazy("简称"),
    "clause": gettext_lazy("依据"),
    "confidence": gettext_lazy("把握"),
    "active": gettext_lazy("本局在用"),
    "value": gettext_lazy("数值"),
    "note": gettext_lazy("说明"),
    "order": gettext_lazy("顺序"),
    "group": gettext_lazy("归类"),
    "every": gettext_lazy("多久一次"),
    "count": gettext_lazy("次数"),
    "bearers": gettext_lazy("谁来办"),
    "applies": gettext_lazy("适用"),
    "only_months": gettext_lazy("只在这些月"),
    "not_months": gettext_lazy("这些月不要求"),
    "belonging": gettext_lazy("所属期"),
    "window": gettext_lazy("召开时间"),
    "campaign": gettext_lazy("专题"),
    "lock_days": gettext_lazy("期末后几天封账"),
    "owes_after_days": gettext_lazy("新设立后几天起算"),
    "show_in_grid": gettext_lazy("列入一览表"),
    "statutory": gettext_lazy("党内法规规定"),
    "not_applicable": gettext_lazy("不适用时显示"),
    "tag": gettext_lazy("计入"),
    "from_on": gettext_lazy("开始"),
    "to_on": gettext_lazy("结束"),
    "yearly_month": gettext_lazy("每年几月"),
    "outputs": gettext_lazy("成果"),
    "report_headings": gettext_lazy("总结标题"),
    "years": gettext_lazy("年数"),
    "shift_years": gettext_lazy("经批准可提前或延期（年）"),
    "notify_days": gettext_lazy("提前几天提醒"),
    "comprehensive": gettext_lazy("综合性检查"),
    "times_a_year": gettext_lazy("每校每年次数"),
    "notice_days": gettext_lazy("提前几天公布"),
    "listed": gettext_lazy("已列入年度清单"),
    "ranking": gettext_lazy("排序给谁看"),
    "who": gettext_lazy("对象"),
    "hours": gettext_lazy("学时"),
    "scope": gettext_lazy("谁可以开"),
    "roster": gettext_lazy("名册"),
    "parts": gettext_lazy("可选内容"),
    "usual": gettext_lazy("平时包含"),
    "fields": gettext_lazy("另填的栏"),
    "headings": gettext_lazy("记录标题"),
    "numbered": gettext_lazy("按年编次序"),
    "needs_review": gettext_lazy("上级审阅"),
    "votes": gettext_lazy("表决"),
    "confidential": gettext_lazy("只给参加人和上级看"),
    "resolutions": gettext_lazy("议定事项"),
    "topics": gettext_lazy("主题"),
    "topic": gettext_lazy("主题"),
    "output": gettext_lazy("成果"),
    "sheets": gettext_lazy("表单"),
    "attendance": gettext_lazy("到会"),
    "photos": gettext_lazy("照片"),
    "files": gettext_lazy("附件"),
    "minutes": gettext_lazy("一般时长（分钟）"),
    "heading": gettext_lazy("记录标题"),
    "needs": gettext_lazy("要有"),
    "sheet": gettext_lazy("单独成页"),
    "unit": gettext_lazy("计量单位"),
    "condition": gettext_lazy("条件"),
    "shown": gettext_lazy("显示给记录人"),
    "amount": gettext_lazy("计量"),
    "per_person": gettext_lazy("计到个人"),
    "base": gettext_lazy("以谁为基数"),
    "kinds": gettext_lazy("活动种类"),
    "full_members_only": gettext_lazy("只算正式党员"),
    "max_tags_per_act": gettext_lazy("一次活动最多计入几项"),
    "minutes_per_hour": gettext_lazy("1学时等于几分钟"),
    "post": gettext_lazy("职务"),
    "seats": gettext_lazy("职数"),
    "most": gettext_lazy("最多"),
    "min_full_members": gettext_lazy("正式党员至少"),
    "max_full_members": gettext_lazy("正式党员至多"),
    "meetings": gettext_lazy("会议"),
    "areas": gettext_lazy("事项范围"),
    "opinion_first": gettext_lazy("先有党组织意见"),
    "needs_teams": gettext_lazy("设有党小组"),
    "needs_committee": gettext_lazy("设有支委会"),
    "retired": gettext_lazy("离退休党支部"),
    "sectors": gettext_lazy("办学性质"),
    "stages": gettext_lazy("学段"),
    "parts_any": gettext_lazy("含其中一项"),
    "parts_all": gettext_lazy("含全部各项"),
    "topics_any": gettext_lazy("主题之一"),
    "called_by": gettext_lazy("召集人"),
    "attendance_appointments": gettext_lazy("干部任免等到会"),
    "decides": gettext_lazy("怎样决定"),
    "indicators": gettext_lazy("考核指标"),
    "kind": gettext_lazy("种类"),
    "combined_posts": gettext_lazy("书记、校（园）长一肩挑"),
    "number": gettext_lazy("文号"),
    "prefix": gettext_lazy("发文代字"),
    "series": gettext_lazy("编号系列"),
    "receipts": gettext_lazy("要求回执"),
    "layout": gettext_lazy("版式"),
    "per": gettext_lazy("一份对应"),
    "across": gettext_lazy("横排"),
    "columns": gettext_lazy("栏目"),
    "foot": gettext_lazy("表尾"),
    "visits_a_year": gettext_lazy("每年几次"),
    "items": gettext_lazy("各项"),
    "row": gettext_lazy("条目"),
    "expected": gettext_lazy("应有几项"),
    "source": gettext_lazy("出处"),
    "text": gettext_lazy("原文数字"),
    "reading": gettext_lazy("读法"),
    "counts": gettext_lazy("数的是"),
    "measure": gettext_lazy("指标"),
    "params": gettext_lazy("条件"),
    "period": gettext_lazy("期间"),
    "grows_with": gettext_lazy("随什么增长"),
    "floor": gettext_lazy("法定底线"),
    "shown_to": gettext_lazy("给谁看"),
    "closings": gettext_lazy("统计截止"),
    "posts": gettext_lazy("职务"),
    "number_of_step": gettext_lazy("第几步"),
    "decides_of_step": gettext_lazy("由上级决定"),
    "min_age": gettext_lazy("最低年龄"),
    "rolls_over_days_off": gettext_lazy("遇节假日顺延"),
    "majority": gettext_lazy("到会和赞成人数"),
    "present": gettext_lazy("到会超过"),
    "favour": gettext_lazy("赞成超过"),
    "probation": gettext_lazy("预备期"),
    "since": gettext_lazy("从哪一步起算"),
    "decided_at": gettext_lazy("由哪一步决定"),
    "approved_at": gettext_lazy("由哪一步批准"),
    "months": gettext_lazy("月数"),
    "extensions": gettext_lazy("最多延长几次"),
    "extended_least": gettext_lazy("至少延长（月）"),
    "extended_most": gettext_lazy("至多延长（月）"),
    "stage": gettext_lazy("阶段"),
    "clocks": gettext_lazy("时限"),
    "sense": gettext_lazy("先后"),
    "n": gettext_lazy("多久"),
    "level": gettext_lazy("不符合时"),
    "redo": gettext_lazy("超过后重新办理"),
    "vote": gettext_lazy("要表决"),
    "at_end": gettext_lazy("预备期满时办"),
    "notice": gettext_lazy("先公示"),
    "named": gettext_lazy("先指定"),
    "role": gettext_lazy("身份"),
    "least": gettext_lazy("至少"),
    "repeat": gettext_lazy("定期"),
    "times": gettext_lazy("至少几次"),
    "until": gettext_lazy("到哪一步为止"),
    "hint": gettext_lazy("提示"),
    "before": gettext_lazy("哪一步之前"),
    "personnel": gettext_lazy("存入人事档案"),
    "after": gettext_lazy("哪一步之后"),
    "days": gettext_lazy("几个工作日"),
    "brackets": gettext_lazy("各档"),
    "upto": gettext_lazy("到（元，含）"),
    "rate": gettext_lazy("比例（%）"),
    "rounding": gettext_lazy("不足一分"),
    "ahead": gettext_lazy("可预交到"),
    "warn_first": gettext_lazy("连续几个月未交第一次提醒"),
    "warn_second": gettext_lazy("连续几个月未交第二次提醒"),
    "back_pay": gettext_lazy("一般最多补交几个月"),
    "large": gettext_lazy("大额党费从多少起（元）"),
    "published": gettext_lazy("每年公布次数"),
    "numerator": gettext_lazy("分子"),
    "denominator": gettext_lazy("分母"),
    "more": gettext_lazy("要超过"),
    "surplus_percent": gettext_lazy("候选人至少多百分之几"),
    "seats_least": gettext_lazy("委员至少"),
    "seats_usual": gettext_lazy("委员一般至多"),
    "seats_most": gettext_lazy("委员至多"),
    "early_days": gettext_lazy("提前多少天以上要批准"),
    "letter_days": gettext_lazy("介绍信有效天数"),
    "lost_days": gettext_lazy("转出多少天未接收要查"),
    "grades": gettext_lazy("等次"),
    "cap": gettext_lazy("优秀上限"),
    "share": gettext_lazy("比例"),
    "of": gettext_lazy("以谁为基数"),
    "probationary_graded": gettext_lazy("预备党员评等次"),
    "counted": gettext_lazy("要填数量"),
    "day": gettext_lazy("日期"),
    "remind_from": gettext_lazy("几月几日起提醒"),
    "structure": gettext_lazy("岗位结构"),
    "titles": gettext_lazy("称号"),
    "levels": gettext_lazy("级别"),
    "posting_days": gettext_lazy("公示几个工作日"),
    "remind_days": gettext_lazy("期满前几天提醒"),
    "side": gettext_lazy("哪一方面"),
    "education": gettext_lazy("学历"),
    "seconds_typed": gettext_lazy("手填一格（秒）"),
    "seconds_checked": gettext_lazy("核对一格（秒）"),
    "seconds_opening": gettext_lazy("打开一份表（秒）"),
    "seconds_part": gettext_lazy("写一个部分（秒）"),
    "recent_days": gettext_lazy("多少天内算重复"),
    "same_percent": gettext_lazy("相同的列到百分之几算重复"),
    "budget_minutes": gettext_lazy("每单位一年最多（分钟）"),
    "wide": gettext_lazy("宽栏"),
    "like": gettext_lazy("照哪张表做"),
    "label": gettext_lazy("栏目名"),
}
CHOICES = {
    "month": gettext_lazy("每月"),
    "quarter": gettext_lazy("每季度"),
    "half": gettext_lazy("每半年"),
    "year": gettext_lazy("每年"),
    "term": gettext_lazy("每学期"),
    "once": gettext_lazy("专题期间"),
    "date": gettext_lazy("按召开日期"),
    "own": gettext_lazy("按所属年度"),
    "own_year": gettext_lazy("按所属年度"),
    "members": gettext_lazy("全体党员"),
    "committee": pgettext_lazy("several", "委员"),
    "staff": gettext_lazy("全体教职工"),
    "body_members": pgettext_lazy("several", "成员"),
    "none": gettext_lazy("无"),
    "roster": gettext_lazy("名册默认到会，只点缺席"),
    "check_in": gettext_lazy("逐人打卡签到"),
    "optional": gettext_lazy("可有可无"),
    "required": gettext_lazy("必须上传"),
    "hours": gettext_lazy("按起止时间折算学时"),
    "online_minutes": gettext_lazy("按在线时长"),
    "entitled": gettext_lazy("应到会人数"),
    "present": gettext_lazy("实到会人数"),
    "deciding_body": gettext_lazy("只给作决定的组织"),
    "public": gettext_lazy("公开"),
    "unit": gettext_lazy("只给本单位"),
    "member": gettext_lazy("全体党员"),
    "officer": gettext_lazy("书记和班子成员"),
    "exact": gettext_lazy("正好"),
    "over": gettext_lazy("余、多"),
    "least": gettext_lazy("以上"),
    "form": gettext_lazy("表格"),
    "list": gettext_lazy("列表"),
    "text": gettext_lazy("文字"),
    "act": gettext_lazy("一次活动"),
    "part": gettext_lazy("一项内容"),
    "person": gettext_lazy("一个人"),
    "body": gettext_lazy("一个组织"),
    "bureau": gettext_lazy("全局"),
    "nothing": gettext_lazy("不随数量增长"),
    "acts": gettext_lazy("活动次数"),
    "meetings": gettext_lazy("会议次数"),
    "papers": gettext_lazy("材料数量"),
    "ledgers": gettext_lazy("台账数量"),
    "traces": gettext_lazy("留痕数量"),
    "photos": gettext_lazy("照片数量"),
    "log_ins": gettext_lazy("登录次数"),
    "online_time": gettext_lazy("在线时长"),
    "likes": gettext_lazy("点赞数"),
    "lecture_title": gettext_lazy("党课题目"),
    "lecturer": gettext_lazy("主讲人"),
    "secretary": gettext_lazy("由书记主讲"),
    "vote": gettext_lazy("表决结果"),
    "resolution": gettext_lazy("议定事项"),
    "readings": gettext_lazy("学习篇目"),
    "outputs": gettext_lazy("成果数量"),
    "place": gettext_lazy("地点"),
    "open": gettext_lazy("对外开放"),
    "fixed_day": gettext_lazy("固定党日"),
    "NOTICE": gettext_lazy("通知"),
    "at_least": gettext_lazy("满多久才能办"),
    "at_most": gettext_lazy("多久之内要办"),
    "workdays": gettext_lazy("工作日"),
    "months": gettext_lazy("个月"),
    "refuse": gettext_lazy("不予办理"),
    "warn": gettext_lazy("提醒"),
    "applicant": gettext_lazy("申请人"),
    "branch": gettext_lazy("党支部"),
    "superior": gettext_lazy("上级党组织"),
    "CONTACT": gettext_lazy("培养联系人"),
    "INTRODUCER": gettext_lazy("入党介绍人"),
    "half_up": gettext_lazy("四舍五入到分"),
    "up": gettext_lazy("进位到分"),
    "down": gettext_lazy("舍去"),
}
# Fields that name an item of a list, for its title.
POINTS = POINTS_INTO | {
    "since": "steps", "decided_at": "steps", "approved_at": "steps", "redo": "steps", "until": "steps", "before": "steps",
    "after": "steps", "needs": "steps", "stage": "stages", "notice": "notices",
}  # fmt: skip
# The parts of a document's number, as an officer writes them and as the pack keeps them.
NUMBER_PARTS = (("{代字}", "{prefix}"), ("{年份}", "{year}"), ("{序号}", "{number}"))  # zh: written by officers
# Kept for programs, of no use to a reader.
SOURCE = frozenset({"clause", "confidence"})
SILENT = frozenset({"code", "title", "clause", "confidence", "order", "active", "shown", "row", "series"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an item in words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a pack as people read it."""

    code: str
    title: str
    sentence: str
    facts: tuple[Fact, ...]
    clause: str
    confidence: str
    confidence_words: str
    active: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One list of a section."""

    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Reader:
    """Turns one pack into words; knows the titles behind its codes."""

    sections: dict[str, Any]
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for section in self.sections.values():
            self._name(section)
            for part in _parts(section).values():
                self._name(part)
        for choices in (PostKind.choices, OrgKind.choices, Org.Sector.choices, Org.Stage.choices):
            self.labels.update({str(code): str(label) for code, label in choices if code})

    def _name(self, holder: Any) -> None:
        for listing in type(holder).model_fields:
            value = getattr(holder, listing)
            if isinstance(value, tuple):
                self.titles.update({(listing, item.code): str(item.title) for item in value if isinstance(item, Item)})

    def blocks(self, name: str) -> list[Block]:
        """One section, list by list; its own fields first, then its parts, each in the same order."""
        section = self.sections.get(name)
        if section is None:
            return []
        found = self._blocks(section, "", "")
        for part, value in _parts(section).items():
            found += self._blocks(value, part, str(PARTS[part]))
        return found

    def _blocks(self, holder: Any, part: str, title: str) -> list[Block]:
        found, own = [], []
        for listing in type(holder).model_fields:
            value = getattr(holder, listing)
            if value is None or value == () or listing in PARTS:
                continue
            if isinstance(value, tuple) and all(isinstance(item, Item) for item in value):
                words = listing_words(listing)
                named = _("%(part)s：%(listing)s") % {"part": title, "listing": words} if part else words
                lines = tuple(self.line(item) for item in value)
                found.append(Block(f"{part}.{listing}" if part else listing, named, lines))
            else:
                own.append(self._own(listing, value))
        return [Block(part, title or _("总的规定"), tuple(own)), *found] if own else found

    def _own(self, name: str, value: Any) -> Line:
        sourced = isinstance(value, BaseModel)
        confidence = str(getattr(value, "confidence", ""))
        return Line(
            code=name,
            title=field_words(name),
            sentence=self.words(getattr(value, "value", value), name),
            facts=(),
            clause=str(getattr(value, "clause", "")) if sourced else "",
            confidence=confidence,
            confidence_words=str(CONFIDENCE.get(confidence, "")),
            active=True,
        )

    def line(self, item: Any) -> Line:
        confidence = str(getattr(item, "confidence", ""))
        clause = getattr(item, "clause", None)
        return Line(
            code=item.code,
            title=str(item.title),
            sentence=self.sentence(item),
            facts=tuple(self._facts(item)),
            clause=str(clause) if clause else "",
            confidence=confidence,
            confidence_words=str(CONFIDENCE.get(confidence, "")),
            active=bool(getattr(item, "active", True)),
        )

    def sentence(self, item: Any) -> str:  # noqa: PLR0911 - one line per shape of item
        """The heart of an item in one sentence; "" where its facts say it all."""
        if hasattr(item, "every") and hasattr(item, "count"):
            return _("%(who)s，%(every)s%(count)s次") % {
                "who": self.words(item.bearers),
                "every": self.words(item.every),
                "count": item.count,
            }
        if hasattr(item, "shown"):
            return str(item.shown)
        if hasattr(item, "years"):
            return _("%(who)s，%(years)s年") % {"who": self.words(item.bearers), "years": item.years}
        if isinstance(getattr(item, "hours", None), int) and hasattr(item, "who"):
            return _("%(who)s，每年%(hours)s学时") % {"who": self.words(item.who), "hours": item.hours}
        if hasattr(item, "items") and hasattr(item, "source"):
            return _("%(number)s项") % {"number": len(item.items)} if item.items else _("还没有填")
        if hasattr(item, "times_a_year"):
            return _("每校每年%(times)s次") % {"times": item.times_a_year}
        if hasattr(item, "counts") and hasattr(item, "text"):
            return _("%(label)s：%(words)s") % {"label": item.text, "words": item.counts}
        return ""

    def _facts(self, item: Any) -> Iterator[Fact]:
        said = (
            {"bearers", "every", "count", "years", "hours", "who", "text", "counts", "number", "times_a_year"}
            if self.sentence(item)
            else set()
        )
        defaults = type(item).model_fields
        for name in defaults:
            value = getattr(item, name)
            if name in SILENT or name in said or value == defaults[name].default or value in (None, "", ()):
                continue
            # The scope of an activity says who may hold it, that of a figure what is counted.
            counted = name == "scope" and "counts" in defaults
            called = "columns" if name == "fields" and hasattr(item, "per") else _meant(name, value)
            yield Fact(_("统计范围") if counted else field_words(called), self.words(value, name))

    def words(self, value: Any, field_name: str = "") -> str:  # noqa: PLR0911, PLR0912 - one line per type of value
        """Any value of a pack as a reader sees it."""
        if value is None or value == ():
            return _("无")
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, Text):
            return str(value)
        if field_name == "measure" and value in registry.book.measures:
            return str(registry.book.measures[value].title)
        if field_name == "period" and isinstance(value, str):
            return Period.parse(value).title
        if field_name == "number" and isinstance(value, str):
            return number_words(value)
        if isinstance(value, str):
            listed = self.titles.get((POINTS.get(field_name, ""), value))
            return str(listed or CHOICES.get(value) or self.labels.get(value) or value)
        if isinstance(value, tuple | list):
            if len(value) == 2 and all(isinstance(part, int) for part in value):
                return f"{value[0]}/{value[1]}"
            return _("、").join(self.words(part, field_name) for part in value)
        if isinstance(value, dict):
            return _("，").join(
                _("%(label)s：%(words)s") % {"label": field_words(key), "words": self.words(part, key)}
                for key, part in value.items()
            )
        if isinstance(value, Item):
            return str(value.title)
        if isinstance(value, BaseModel):
            return self._model(value, field_name)
        if hasattr(value, "isoformat"):
            return full_text(value)
        if field_name in HUNDREDTHS:
            return f"{value / 100:g}"
        return str(value)

    def _model(self, value: Any, name: str = "") -> str:
        """A small model inside an item: window, share, column, condition …"""
        fields = type(value).model_fields
        if "from_" in fields:
            return _("%(from)s 至 %(to)s") % {"from": _month_day(value.from_), "to": _month_day(value.to)}
        if "of" in fields and "more" in fields:
            words = _("超过%(share)s") if value.more else _("%(share)s以上")
            return words % {"share": f"{value.of[0]}/{value.of[1]}"}
        if "label" in fields or ("title" in fields and "source" in fields):
            return str(getattr(value, "label", None) or value.title)
        if "value" in fields:
            return self.words(value.value, name)
        if "kind" in fields and "categories" in fields:
            return {
                "ACTION": _("议定事项"),
                "PROBLEM": _("发现问题"),
                "IMPROVEMENT": _("整改事项"),
                "MAJOR": _("重大事项"),
            }[value.kind]
        return _("；").join(
            _("%(label)s：%(words)s") % {"label": field_words(name), "words": self.words(part, name)}
            for name in fields
            if name not in SOURCE
            and (part := getattr(value, name)) not in (None, "", ())
            and part != fields[name].default
        )


def _parts(section: Any) -> dict[str, BaseModel]:
    """Parts of a section that hold fields and lists of their own, by name."""
    fields = type(section).model_fields
    return {name: part for name in PARTS if name in fields and isinstance(part := getattr(section, name), BaseModel)}


def _month_day(text: str) -> str:
    month, day = text.removeprefix("+1-").split("-")
    words = day_text(date(2000, int(month), int(day)))  # a leap year: 02-29 is a day here
    return _("次年%(day)s") % {"day": words} if text.startswith("+1-") else words


def _meant(name: str, value: Any) -> str:
    """Two names that mean something else in an item of steps: which step it is, and that the superior decides it."""
    if (name, type(value)) in {("number", int), ("decides", bool)}:
        return f"{name}_of_step"
    return name


def number_words(pattern: str) -> str:
    """{prefix}〔{year}〕{number}号 as an officer writes it: {代字}〔{年份}〕{序号}号."""
    for said, kept in NUMBER_PARTS:
        pattern = pattern.replace(kept, said)
    return pattern


def number_kept(pattern: str) -> str:
    """The pattern of a document's number as the pack keeps it."""
    for said, kept in NUMBER_PARTS:
        pattern = pattern.replace(said, kept)
    return pattern


def listing_words(name: str) -> str:
    """A list in words; of a part with lists of its own both: 党费：缴纳标准."""
    part, _dot, listing = name.rpartition(".")
    words = str(LISTINGS.get(listing) or PARTS.get(listing) or listing)
    return _("%(part)s：%(listing)s") % {"part": PARTS[part], "listing": words} if part else words


def field_words(name: str) -> str:
    return str(FIELDS.get(name, name))


def section_words(name: str) -> str:
    section = registry.book.sections.get(name)
    return str(section.title) if section is not None else name
