"""Packs and their versions, exceptions from the guard, calendars, number series, monthly guides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org


class PackVersion(models.Model):
    """One version of one pack. A published version never changes; ``body`` is the validated YAML as JSON.

    ``bureau`` is null for packs we ship (national and the five cities); a bureau's own edition extends them.
    The version in force on a period's first day governs that period.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        PUBLISHED = "PUBLISHED", _("已发布")

    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("制度包"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    extends = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("名称"), max_length=120)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField(_("施行日期"), null=True)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=120, blank=True)
    edited_by = models.CharField(max_length=120, blank=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version", "bureau"], name="policies_version_once"),
            models.UniqueConstraint(
                fields=["name", "version"], name="policies_shipped_once", condition=models.Q(bureau__isnull=True)
            ),
            models.CheckConstraint(
                name="policies_published_is_dated",
                condition=~models.Q(status="PUBLISHED")
                | models.Q(valid_from__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class GuardException(models.Model):
    """A rule of the regulation guard switched off by a named owner, on a document, until a day."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    rule = models.CharField(_("规则"), max_length=60)
    basis = models.CharField(_("依据文件"), max_length=300)
    owner = models.CharField(_("负责人"), max_length=60)
    expires_on = models.DateField(_("到期日"))
    created_at = models.DateTimeField()


class CalendarDay(models.Model):
    """A public holiday or a make-up working day. ``bureau`` null: the whole country."""

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", _("放假")
        WORKDAY = "WORKDAY", _("调休上班")

    bureau = models.ForeignKey(Bureau, models.CASCADE, null=True, related_name="+")
    on = models.DateField(_("日期"))
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "on"], name="policies_day_once"),
            models.UniqueConstraint(
                fields=["on"], name="policies_national_day_once", condition=models.Q(bureau__isnull=True)
            ),
        ]


class SchoolTerm(models.Model):
    """One school term of one bureau, half-open."""

    bureau = models.ForeignKey(Bureau, models.CASCADE, related_name="+")
    name = models.CharField(_("学期"), max_length=40)
    from_on = models.DateField(_("开学"))
    to_on = models.DateField(_("结束"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau", "from_on"], name="policies_term_once")]


class NumberSeries(models.Model):
    """A counter without gaps: taken in the transaction of the act that uses the number, in sorted order of ``key``."""

    bureau = models.ForeignKey(Bureau, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau", "key", "year"], name="policies_series_once")]


class MonthlyGuide(models.Model):
    """每月工作提示: one page a month that pre-fills every branch's theme, study list and to-dos.

    ``themes``: [{"kind", "theme"}]; ``readings``: [{"title", "issued_on"?}]; ``meetings`` and ``reports``:
    [{"text", "due_on"?}].
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        ISSUED = "ISSUED", _("已发")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Org, models.PROTECT, related_name="+")
    month_on = models.DateField(_("月份"), help_text="the first of the month")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    themes = models.JSONField(default=list)
    readings = models.JSONField(default=list)
    meetings = models.JSONField(default=list)
    reports = models.JSONField(default=list)
    issued_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "month_on"], name="policies_one_guide_a_month")]
