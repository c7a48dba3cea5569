"""The regulation guard as a whole: what every room's guard finds, and what a name gives away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.kit import registry
from hongzhu.kit.packs import Finding, Item

# A duty or kind may be harmless in every field and still be called what the rules bar.
BARRED_NAMES = (  # zh: words looked for in titles, never shown
    "打卡",
    "排名",
    "积分",
    "在线时长",
    "刷脸",
    "人脸",
    "定位",
    "轨迹",
    "点赞",
    "大屏",
    "扫码签到",
)
RULES = (
    "forced_check_in",
    "compulsory_photos",
    "compulsory_traces",
    "online_time",
    "public_ranking",
    "grows_with_acts",
    "volume_as_merit",
    "second_comprehensive_inspection",
    "unlisted_inspection",
    "short_notice_inspection",
    "barred_name",
)


def rule_words(rule: str) -> str:
    """A rule as people read it."""
    return {
        "forced_check_in": _("强制打卡签到"),
        "compulsory_photos": _("强制上传照片"),
        "compulsory_traces": _("强制上传附件"),
        "online_time": _("统计在线时长"),
        "public_ranking": _("公开排名"),
        "grows_with_acts": _("办得越多分越高"),
        "volume_as_merit": _("按材料、会议、台账数量评价"),
        "second_comprehensive_inspection": _("同校一年第二次综合性检查"),
        "unlisted_inspection": _("年度清单之外的检查"),
        "short_notice_inspection": _("检查提前不足一个月公布"),
        "barred_name": _("名称涉及不允许的做法"),
        "what_a_person_said": _("收集个人所思所说"),
        "barred_column": _("表单里有不允许的栏目"),
        "names_do_not_add_up": _("名称清单的项数不符"),
    }.get(rule, rule)


def findings(sections: dict[str, Any]) -> list[Finding]:
    """Everything the guard says about a pack, refusals first; paths begin with the section's name."""
    found: list[Finding] = []
    for name, section in sections.items():
        declared = registry.book.sections.get(name)
        if declared is not None and declared.guard is not None:
            found += [replace(finding, path=f"{name}.{finding.path}") for finding in declared.guard(section)]
        found += _named(name, section)
    return sorted(found, key=lambda finding: (finding.level, finding.path))


def _named(name: str, section: Any) -> Iterator[Finding]:
    for listing in type(section).model_fields:
        value = getattr(section, listing)
        if not isinstance(value, tuple):
            continue
        for item in value:
            if isinstance(item, Item) and any(word in item.title.zh for word in BARRED_NAMES):
                yield Finding(
                    "warn",
                    "barred_name",
                    _(
                        "国办函〔2026〕12号，五个严禁之二、之四：打卡签到、积分排名、在线时长等不得作为强制功能和评价依据"
                    ),
                    "likely",
                    f"{name}.{listing}.{item.code}",
                    _("“%(title)s”的名称涉及打卡、排名、积分或在线时长") % {"title": item.title},
                    _("核对是否真要这样做；不是的话改个名称"),
                )
