"""党统预检: what the national system says of a body, typed in by hand, to hold the roster against."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org


class SystemCount(models.Model):
    """How many members 全国党员管理信息系统 shows for a body on a day."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    on = models.DateField(_("截至"))
    members = models.PositiveIntegerField(_("系统内党员数"))
    probationary = models.PositiveIntegerField(_("其中预备党员"), default=0)
    entered_by = models.CharField(_("登记人"), max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "on"], name="party_counted_once"),
            models.CheckConstraint(
                name="party_probationary_within", condition=models.Q(probationary__lte=models.F("members"))
            ),
        ]
