"""换届: elections of committees and secretaries, approved delays, and the setting-up and ending of Party bodies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Bureau, Kind, Org
from hongzhu.core.people.models import Person, PostKind

from .admission import Fewer


class Election(models.Model):
    """One election: asked for, answered, held with its counts, reported, answered. Steps that are not yet done are null."""

    class Cause(models.TextChoices):
        TERM = "TERM", _("换届选举")
        BY = "BY", _("增补选举")
        FIRST = "FIRST", _("成立选举")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    cause = models.CharField(_("类别"), max_length=6, choices=Cause, default=Cause.TERM)
    started_on = models.DateField(_("开始日期"))
    due_on = models.DateField(
        _("届满日期"), null=True, blank=True, help_text="the end of term it answers; null for BY and FIRST"
    )
    asked_on = models.DateField(_("请示日期"), null=True, blank=True)
    asked_number = models.CharField(_("请示文号"), max_length=60, blank=True)
    planned_on = models.DateField(_("拟选举日期"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("应选名额"), null=True, blank=True)
    allowed_on = models.DateField(_("批复日期"), null=True, blank=True)
    allowed_number = models.CharField(_("批复文号"), max_length=60, blank=True)
    allowed_by = models.CharField(_("批复人"), max_length=120, blank=True)
    held_on = models.DateField(_("选举日期"), null=True, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("会议"))
    entitled = models.PositiveSmallIntegerField(_("应到会有选举权人数"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("实到有选举权人数"), null=True, blank=True)
    fewer_for = models.CharField(_("应到少于名册的原因"), max_length=12, choices=Fewer, blank=True, default=Fewer.NONE)
    issued = models.PositiveSmallIntegerField(_("发出选票"), null=True, blank=True)
    returned = models.PositiveSmallIntegerField(_("收回选票"), null=True, blank=True)
    valid = models.PositiveSmallIntegerField(_("有效票"), null=True, blank=True)
    reported_on = models.DateField(_("结果报告日期"), null=True, blank=True)
    reported_number = models.CharField(_("结果报告文号"), max_length=60, blank=True)
    confirmed_on = models.DateField(_("结果批复日期"), null=True, blank=True)
    confirmed_number = models.CharField(_("结果批复文号"), max_length=60, blank=True)
    confirmed_by = models.CharField(_("结果批复人"), max_length=120, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org"],
                name="party_one_open_election",
                condition=models.Q(confirmed_on__isnull=True, voided_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["org", "confirmed_on"], name="party_elections_by_org")]

    def __str__(self) -> str:
        return f"{self.org}{self.get_cause_display()}"


class ElectionSeat(models.Model):
    """One candidate for one seat, or somebody voters wrote in: votes, and whether elected. On confirmation the elected
    become posts."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    kind = models.CharField(_("职务"), max_length=20, choices=PostKind)
    votes = models.PositiveSmallIntegerField(_("得赞成票"), null=True, blank=True)
    again = models.PositiveSmallIntegerField(
        _("再次投票得票"), null=True, blank=True, help_text="after a tie at the last seat"
    )
    elected = models.BooleanField(_("当选"), default=False)
    written_in = models.BooleanField(_("另选他人"), default=False, help_text="not on the ballot: voters wrote the name")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "person"], name="party_candidate_once")]


class Delay(models.Model):
    """The superior's approval to elect earlier or later than the term says, with the new day."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    due_on = models.DateField(_("原届满日期"))
    until = models.DateField(_("批准到"))
    approved_on = models.DateField(_("批准日期"))
    approved_by = models.CharField(_("批准人"), max_length=120)
    number = models.CharField(_("批准文号"), max_length=60)
    reason = models.CharField(_("原因"), max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "due_on"], name="party_delay_once")]


class Filing(models.Model):
    """A request to set up, change, merge or dissolve a Party body, its reply, and the day it took effect in orgs."""

    class Want(models.TextChoices):
        SET_UP = "SET_UP", _("设立")
        RENAME = "RENAME", _("更名")
        CHANGE = "CHANGE", _("改变类别")
        MERGE = "MERGE", _("合并")
        DISSOLVE = "DISSOLVE", _("撤销")

    class Status(models.TextChoices):
        ASKED = "ASKED", _("待批复")
        ALLOWED = "ALLOWED", _("已批复")
        REFUSED = "REFUSED", _("未同意")
        DONE = "DONE", _("已办结")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    want = models.CharField(_("事项"), max_length=10, choices=Want)
    org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("党组织"))
    into = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("并入"))
    superior = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("上级党组织"))
    host = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在单位"))
    others = models.ManyToManyField(Org, related_name="+", blank=True, verbose_name=_("其他覆盖单位"))
    name = models.CharField(_("名称"), max_length=80, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind, blank=True)
    members = models.PositiveSmallIntegerField(_("正式党员数"), null=True, blank=True)
    asked_on = models.DateField(_("请示日期"))
    asked_by = models.CharField(_("请示人"), max_length=120)
    number = models.CharField(_("请示文号"), max_length=60, blank=True)
    reason = models.CharField(_("事由"), max_length=200)
    replied_on = models.DateField(_("批复日期"), null=True, blank=True)
    replied_by = models.CharField(_("批复人"), max_length=120, blank=True)
    reply_number = models.CharField(_("批复文号"), max_length=60, blank=True)
    reply_reason = models.CharField(_("未同意原因"), max_length=200, blank=True)
    done_on = models.DateField(_("生效日期"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.ASKED)

    class Meta:
        indexes = [models.Index(fields=["bureau", "status", "asked_on"], name="party_filings")]

    def __str__(self) -> str:
        return gettext("%(want)s：%(name)s") % {"want": self.get_want_display(), "name": self.name or self.org or ""}
