"""Tables and reports asked of units, their columns, what came back, and what it cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class Request(models.Model):
    """One table or report asked of units, with its basis, its owner and its end; the asker's own file is an attachment.

    ``audience`` is what the asker chose; who that was is in Return, frozen when it was sent. ``sheet`` is the one of the
    asker's workbook that is filled. ``as_of`` is the day the pre-filled values hold for. ``about`` says what one row is:
    the unit itself, or one of its people.
    """

    class Kind(models.TextChoices):
        TABLE = "TABLE", _("表格")
        REPORT = "REPORT", _("报告")

    class About(models.TextChoices):
        UNIT = "UNIT", _("每个单位一行")
        MEMBER = "MEMBER", _("每名党员一行")
        STAFF = "STAFF", _("每名教职工一行")
        FREE = "FREE", _("行数不定")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        OUT = "OUT", _("收集中")
        CLOSED = "CLOSED", _("已汇总")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    asker = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("收表单位"))
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("负责人"))
    kind = models.CharField(_("类别"), max_length=6, choices=Kind, default=Kind.TABLE)
    about = models.CharField(_("一行是什么"), max_length=6, choices=About, default=About.UNIT)
    title = models.CharField(_("表名"), max_length=160)
    basis = models.CharField(_("依据"), max_length=160)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("依据文件")
    )
    asked_by_upper = models.CharField(_("要表的上级"), max_length=80, blank=True)
    note = models.CharField(_("填报说明"), max_length=500, blank=True)
    as_of = models.DateField(_("数据截至"))
    due_on = models.DateField(_("截止日期"))
    audience = models.JSONField(default=dict)
    sheet = models.CharField(_("工作表"), max_length=60, blank=True)
    total_row = models.BooleanField(_("加合计行"), default=True)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("与哪次收表重复")
    )
    repeat_reason = models.CharField(_("重复收表的原因"), max_length=200, blank=True)
    over_budget_reason = models.CharField(_("超出年度预算的原因"), max_length=200, blank=True)
    over_budget_by = models.CharField(_("同意超出预算的领导"), max_length=120, blank=True)
    minutes = models.PositiveIntegerField(_("预计每单位分钟数"), default=0)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("汇总时间"), null=True, blank=True)
    withdrawn_for = models.CharField(_("撤回原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="collections_sent_when_out",
                condition=models.Q(status__in=["DRAFT", "WITHDRAWN"]) | models.Q(sent_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "status", "-due_on"], name="collections_requests")]

    def __str__(self) -> str:
        return self.title


class Asked(models.Model):
    """One column of a request. ``field`` is the code of a registered field the platform already holds; "" is asked.

    ``options``: the only values it takes. A held value under another word is left to the unit.
    """

    class Type(models.TextChoices):
        TEXT = "TEXT", _("文字")
        NUMBER = "NUMBER", _("数字")
        MONEY = "MONEY", _("金额（元）")
        DATE = "DATE", _("日期")
        CHOICE = "CHOICE", _("选一项")
        FORMULA = "FORMULA", _("公式（由表格计算）")
        ORDER = "ORDER", _("序号")

    request = models.ForeignKey(Request, models.CASCADE, related_name="columns")
    place = models.PositiveSmallIntegerField(_("列号"))
    title = models.CharField(_("列名"), max_length=120)
    field = models.CharField(_("平台已有的字段"), max_length=80, blank=True)
    proposed = models.CharField(max_length=80, blank=True, help_text="a field that may be meant; the officer says")
    type = models.CharField(_("类型"), max_length=8, choices=Type, default=Type.TEXT)
    options = models.JSONField(default=list)
    required = models.BooleanField(_("必填"), default=False)
    summed = models.BooleanField(_("合计"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "place"], name="collections_column_once")]
        indexes = [models.Index(fields=["field", "request"], name="collections_by_field")]


class Return(models.Model):
    """One unit's answer. ``typed`` and ``filled`` count its cells once it is handed in: by people, and by the machine.

    ``minutes`` is what those cells cost by the pack's seconds: nobody's time is measured.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("待填")
        PREFILLED = "PREFILLED", _("已预填待确认")
        SUBMITTED = "SUBMITTED", _("已提交")
        RETURNED = "RETURNED", _("退回修改")
        MERGED = "MERGED", _("已汇总")
        NONE = "NONE", _("无此情况")

    request = models.ForeignKey(Request, models.CASCADE, related_name="returns")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("单位"))
    place = models.PositiveIntegerField(_("顺序"), default=0)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.WAITING)
    by_machine = models.BooleanField(_("系统零报告"), default=False)
    handed_in_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    handed_in_by = models.CharField(_("提交人"), max_length=120, blank=True)
    returned_for = models.CharField(_("退回原因"), max_length=200, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="grows with each save: two people at once are told")
    typed = models.PositiveIntegerField(_("手填单元格"), default=0)
    filled = models.PositiveIntegerField(_("预填单元格"), default=0)
    minutes = models.PositiveIntegerField(_("用时（分钟）"), default=0)
    planned = models.PositiveIntegerField(
        null=True, help_text="minutes said at sending, by this unit's own rows; null: sent before that was kept"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "org"], name="collections_returned_once")]
        indexes = [models.Index(fields=["org", "status"], name="collections_by_unit")]


class Line(models.Model):
    """One row of a return. ``held`` is what the platform filled in, ``given`` what the unit typed, by column place."""

    answer = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    held = models.JSONField(default=dict)
    given = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "place"], name="collections_line_once")]


class Part(models.Model):
    """One part of a report asked for (A13): a heading, and the paragraph of figures the machine puts under it."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="parts")
    place = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("部分"), max_length=80)
    source = models.CharField(_("系统生成的段落"), max_length=80, blank=True)
    plan = models.BooleanField(_("下步计划"), default=False, help_text="its items become tasks of the unit")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "place"], name="collections_part_once")]


class Answer(models.Model):
    """What a unit hands in under one part: the machine's paragraph as it stood, and the unit's own words."""

    answer = models.ForeignKey(Return, models.CASCADE, related_name="answers")
    part = models.ForeignKey(Part, models.CASCADE, related_name="+")
    machine = models.TextField(_("系统生成"), blank=True)
    text = models.TextField(_("补充"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "part"], name="collections_answered_once")]


class PlanItem(models.Model):
    """One item of a next-half plan: what, who, until when; done on a day."""

    answer = models.ForeignKey(Return, models.CASCADE, related_name="plan_items")
    text = models.CharField(_("事项"), max_length=200)
    owner = models.CharField(_("责任人"), max_length=60, blank=True)
    due_on = models.DateField(_("时限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)


class Budget(models.Model):
    """How many minutes of tables a unit may be asked for in a year; ``org`` null: every unit of the bureau."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    year = models.PositiveSmallIntegerField(_("年度"))
    minutes = models.PositiveIntegerField(_("分钟"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "year"], name="collections_budget_of_all", condition=models.Q(org__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["org", "year"], name="collections_budget_of_one", condition=models.Q(org__isnull=False)
            ),
        ]
