"""Suggestions and their answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account


class Suggestion(models.Model):
    """One suggestion about the platform or the work, from a unit; answered once, by somebody else than its maker."""

    class About(models.TextChoices):
        PLATFORM = "PLATFORM", _("平台怎么用")
        WORK = "WORK", _("工作怎么安排")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("待答复")
        ANSWERED = "ANSWERED", _("已答复")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+", verbose_name=_("教育局"))
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveIntegerField(_("编号"))
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("单位"))
    about = models.CharField(_("关于"), max_length=10, choices=About)
    text = models.TextField(_("建议"), max_length=500)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.OPEN)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("提出时间"))
    reply = models.TextField(_("答复"), max_length=500, blank=True)
    replied_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "year", "number"], name="suggestions_number_once"),
            models.CheckConstraint(
                name="suggestions_answered_has_reply",
                condition=models.Q(status="OPEN", reply="", replied_by__isnull=True)
                | models.Q(status="ANSWERED", replied_by__isnull=False, replied_at__isnull=False) & ~models.Q(reply=""),
            ),
            models.CheckConstraint(
                name="suggestions_answered_by_another", condition=~models.Q(replied_by=models.F("made_by"))
            ),
        ]
        indexes = [models.Index(fields=["org", "status"], name="suggestions_by_org")]

    def __str__(self) -> str:
        return gettext("%(year)s年第%(number)s号建议") % {"year": self.year, "number": self.number}
