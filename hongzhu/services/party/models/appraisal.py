"""民主评议, 组织生活会 and 述职评议: that they were held, by which steps, and their counts. No word anybody said."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class Appraisal(models.Model):
    """A branch's appraisal of its members for a year: counts of each grade, nothing about a single member.

    Probationary members take part and get no grade. 优秀 is generally at most a third of the members.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    year = models.PositiveSmallIntegerField(_("所属年度"))
    held_on = models.DateField(_("评议日期"))
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("会议"))
    members = models.PositiveSmallIntegerField(_("党员数"))
    took_part = models.PositiveSmallIntegerField(_("参评"))
    absent_for = models.CharField(_("未参评原因"), max_length=200, blank=True)
    excellent = models.PositiveSmallIntegerField(_("优秀"))
    qualified = models.PositiveSmallIntegerField(_("合格"))
    basic = models.PositiveSmallIntegerField(_("基本合格"))
    unqualified = models.PositiveSmallIntegerField(_("不合格"))
    probationary = models.PositiveSmallIntegerField(_("预备党员（不评等次）"), default=0)
    cap_reason = models.CharField(_("优秀超过三分之一的批准依据"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.CharField(_("登记人"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "year"], name="party_appraised_once")]


class LifeStep(models.Model):
    """One step of the yearly organisation-life meeting done (``code`` from party.life_steps), with its count where it has one."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    year = models.PositiveSmallIntegerField(_("所属年度"))
    code = models.CharField(_("步骤"), max_length=40)
    done_on = models.DateField(_("完成日期"))
    count = models.PositiveSmallIntegerField(_("数量"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "year", "code"], name="party_life_step_once")]


class Debrief(models.Model):
    """A secretary's yearly report on Party building (述职评议): received, tested by counts, how many problems fed back."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("述职人"))
    year = models.PositiveSmallIntegerField(_("所属年度"))
    received_on = models.DateField(_("述职报告收到日期"), null=True, blank=True)
    held_on = models.DateField(_("述职日期"), null=True, blank=True)
    good = models.PositiveSmallIntegerField(_("好"), null=True, blank=True)
    fairly_good = models.PositiveSmallIntegerField(_("较好"), null=True, blank=True)
    average = models.PositiveSmallIntegerField(_("一般"), null=True, blank=True)
    poor = models.PositiveSmallIntegerField(_("差"), null=True, blank=True)
    problems = models.PositiveSmallIntegerField(_("反馈问题数"), null=True, blank=True)
    fed_back_on = models.DateField(_("反馈日期"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "person", "year"], name="party_debrief_once")]
