"""交接清单: what a leaving secretary hands to the next, computed, printed and signed on paper."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class Handover(models.Model):
    """The list as it stood that day (``items``: sections with their rows, as printed), and who signed it when."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    leaving = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("移交人"))
    coming = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("接收人"))
    witness = models.CharField(_("监交人"), max_length=60, blank=True)
    on = models.DateField(_("交接日期"))
    items = models.JSONField(default=list)
    seal_kept_by = models.CharField(_("印章保管"), max_length=60, blank=True)
    archive_place = models.CharField(_("档案存放处"), max_length=120, blank=True)
    signed_on = models.DateField(_("签字日期"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "on"], name="party_handovers")]
