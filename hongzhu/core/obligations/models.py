"""What cannot be derived: waivers and reminders. Every status is a query over credits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org


class Waiver(models.Model):
    """准予免开: one body, one duty, one open period, with its reason. An act beats a waiver."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    duty = models.CharField(_("应办事项"), max_length=60)
    body = models.ForeignKey(Org, models.PROTECT, related_name="+")
    period = models.CharField(
        _("期间"), max_length=32, help_text="Period.code, e.g. 2026-11, 2026Q4 or 2026-03-01..2026-07-09"
    )
    period_from = models.DateField()
    reason = models.CharField(_("原因"), max_length=200)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    granted_by = models.CharField(max_length=120)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "duty", "period"],
                name="obligations_waived_once",
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["duty", "period_from", "body"], name="obligations_waivers")]


class Reminder(models.Model):
    """One reminder to one body about one duty and period; unique per level, so that nobody is reminded twice."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=60)
    body = models.ForeignKey(Org, models.PROTECT, related_name="+")
    period = models.CharField(max_length=32)
    level = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "duty", "period", "level"], name="obligations_reminded_once")
        ]
