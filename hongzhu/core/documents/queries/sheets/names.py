"""What the papers of this folder can show, by the names people know: offered where a bureau lays a paper out itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

RECORD = {
    "body": _("支部（单位）名称"),
    "kind": _("活动类型"),
    "held": _("活动时间"),
    "place": _("活动地点"),
    "theme": _("活动主题"),
    "chair": _("主持人"),
    "recorder": _("记录人"),
    "due": _("应到人数"),
    "attended": _("实到人数"),
    "observers": _("列席人员"),
    "absences": _("缺席人员及原因"),
    "process": _("活动内容"),
    "votes": _("表决情况"),
    "resolutions": _("议定事项"),
    "note": _("备注"),
}
NAMES = {
    "card.act": {
        "body": _("支部（单位）名称"),
        "kind": _("活动类型"),
        "theme": _("活动主题"),
        "held": _("活动时间（起止写在一起）"),
        "starts": _("开始时间"),
        "ends": _("结束时间"),
        "place": _("活动地点"),
        "chair": _("主持人"),
        "recorder": _("记录人"),
        "due": _("应到人数"),
        "attended": _("实到人数"),
        "observers": _("列席人员"),
        "absences": _("缺席人员及原因"),
        "process": _("活动内容"),
        "resolutions": _("议定事项"),
        "lecture_title": _("党课题目"),
        "lecturer": _("主讲人"),
        "note": _("备注"),
    },
    "theme_day_record": RECORD,
    "meeting_record": RECORD,
    "lecture_record": {
        "held": _("上课时间"),
        "place": _("上课地点"),
        "lecturer": _("主讲人及职务"),
        "title": _("党课题目"),
        "listeners": _("听课人数"),
        "content": _("主要内容"),
        "attachment": _("讲稿（附）"),
    },
    "sign_in_blank": {"number": _("序号"), "name": _("姓名"), "standing": _("党员类别")},
    "meeting_notice": {
        "held": _("时间"),
        "place": _("地点"),
        "attendees": _("参加人员"),
        "agenda": _("议题"),
        "requirements": _("要求"),
    },
    "make_up_record": {
        "name": _("姓名"),
        "act": _("缺席的活动"),
        "reason": _("缺席原因"),
        "made_up_on": _("补学时间"),
        "way": _("补学方式"),
        "content": _("补学内容"),
        "seen_to_by": _("落实人"),
    },
    "attendance_table": {
        "number": _("序号"),
        "name": _("姓名"),
        "months": _("1月至12月，每月一栏"),
        "due": _("应参加次数"),
        "attended": _("实参加次数"),
        "leave": _("请假次数"),
        "absent": _("缺席次数"),
        "made_up": _("补学次数"),
        "rate": _("参加率"),
    },
    "hours_ledger": {
        "number": _("序号"),
        "name": _("姓名"),
        "held": _("日期"),
        "content": _("学习内容"),
        "form": _("学习形式"),
        "hours": _("学时"),
        "total": _("累计学时"),
        "note": _("备注"),
    },
    "resolutions_ledger": {
        "number": _("序号"),
        "decided_on": _("议定时间"),
        "matter": _("事项"),
        "owner": _("责任人"),
        "due_on": _("时限"),
        "progress": _("进展"),
        "done_on": _("完成时间"),
    },
    "bureau_summary": {
        "number": _("序号"),
        "body": _("党组织"),
        "members": _("党员数"),
        "cells": _("各类应开、已开、按期、补记，每类一栏"),
        "not_applicable": _("不适用说明"),
        "note": _("备注"),
    },
}

for paper, names in NAMES.items():
    registry.paper_values(paper, names)
