"""Values taken for a decision, append-only."""

from __future__ import annotations

from django.db import models

from hongzhu.core.orgs.models import Bureau, Org


class TakenValue(models.Model):
    """One measured value kept because something was decided on it, with what is needed to replay it."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    period = models.CharField(max_length=12)
    value = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)
    known_at = models.DateTimeField()
    pack_version = models.CharField(max_length=80, blank=True)
    taken_for = models.CharField(max_length=120)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["bureau", "measure", "period"], name="measures_taken_by_period")]
