"""Values taken for a decision, append-only."""

from __future__ import annotations

from django.db import models

from hongzhu.core.orgs.models import Bureau, Org


class TakenValue(models.Model):
    """One measured value kept because something was decided on it, with what is needed to replay it.

    Append-only: taking the same value again for the same decision finds it, and never changes it. ``value`` None:
    nothing was known; a body without a row had no value at all.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    period = models.CharField(max_length=24, help_text="code of kit.dates.Period")
    value = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)
    known_at = models.DateTimeField()
    pack_version = models.CharField(max_length=80, blank=True, help_text="in force on the period's first day")
    taken_for = models.CharField(max_length=120, help_text="the decision, as its paper names it")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "taken_for", "measure", "period", "params", "org"], name="measures_taken_once"
            ),
        ]
        indexes = [models.Index(fields=["bureau", "measure", "period"], name="measures_taken_by_period")]

    def __str__(self) -> str:
        return f"{self.measure} {self.period}"
