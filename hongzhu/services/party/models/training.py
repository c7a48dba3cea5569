"""党员教育培训: a plan of several years with its layers, classes, and who attended for how long."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class TrainingPlan(models.Model):
    """B20: a plan for some years (2019—2023)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    title = models.CharField(_("方案名称"), max_length=160)
    from_year = models.PositiveSmallIntegerField(_("起始年"))
    to_year = models.PositiveSmallIntegerField(_("截止年"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文件")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="party_plan_lasts", condition=models.Q(to_year__gte=models.F("from_year"))),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingLayer(models.Model):
    """Whom a plan trains, and how many hours a year they should reach (hundredths of a class hour)."""

    class Who(models.TextChoices):
        SECRETARIES = "SECRETARIES", _("党组织书记")
        AFFAIRS = "AFFAIRS", _("党务干部")
        MEMBERS = "MEMBERS", _("党员教师")
        CANDIDATES = "CANDIDATES", _("发展对象")
        ACTIVISTS = "ACTIVISTS", _("入党积极分子")

    plan = models.ForeignKey(TrainingPlan, models.CASCADE, related_name="layers")
    who = models.CharField(_("培训对象"), max_length=12, choices=Who)
    hours = models.PositiveIntegerField(_("年度学时要求（百分之一学时）"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "who"], name="party_layer_once")]


class TrainingClass(models.Model):
    """One class: enrolled, held, tested or not. What anybody wrote in a test is not kept."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    plan = models.ForeignKey(
        TrainingPlan, models.PROTECT, null=True, blank=True, related_name="classes", verbose_name=_("培训方案")
    )
    host = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("主办"))
    who = models.CharField(_("培训对象"), max_length=12, choices=TrainingLayer.Who)
    title = models.CharField(_("班次"), max_length=160)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"))
    hours = models.PositiveIntegerField(_("学时（百分之一学时）"))
    tested = models.BooleanField(_("已组织测试"), default=False)
    feedback = models.PositiveSmallIntegerField(_("收到反馈表（份）"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结业登记时间"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="party_class_lasts", condition=models.Q(to_on__gte=models.F("from_on"))),
        ]
        indexes = [models.Index(fields=["bureau", "from_on"], name="party_classes")]

    def __str__(self) -> str:
        return self.title


class TrainingCourse(models.Model):
    """One course of a class: on which day, by whom, for how long (hundredths of a class hour)."""

    training = models.ForeignKey(TrainingClass, models.CASCADE, related_name="courses")
    on = models.DateField(_("上课日期"))
    title = models.CharField(_("课程"), max_length=120)
    teacher = models.CharField(_("授课人"), max_length=60, blank=True)
    hours = models.PositiveIntegerField(_("学时（百分之一学时）"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "on", "title"], name="party_course_once")]


class Trainee(models.Model):
    """One person in one class: enrolled; present unless marked, for so many hours; certificate number."""

    training = models.ForeignKey(TrainingClass, models.CASCADE, related_name="trainees")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    absent = models.BooleanField(_("缺席"), default=False)
    hours = models.PositiveIntegerField(_("实得学时（百分之一学时）"), null=True, blank=True)
    certificate = models.CharField(_("结业证号"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "person"], name="party_attends_once")]
