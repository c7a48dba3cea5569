"""补录: a sheet of past admission steps, entered at once when a bureau starts; what a superior decided waits for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account


class PastSheet(models.Model):
    """One sheet of past steps, for the branches that belong (隶属) to one body. Steps and notices entered from it point here.

    ``sealed`` holds the file, and ``rows`` the rows of it, only while steps wait for ``org`` to confirm what it decided.
    """

    class State(models.TextChoices):
        DONE = "DONE", _("已登记")
        WAITING = "WAITING", _("等上级确认")
        RETURNED = "RETURNED", _("已退回")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("上级党组织"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("补录人"))
    sent_by = models.CharField(_("补录人"), max_length=120)
    sent_at = models.DateTimeField(_("补录时间"))
    name = models.CharField(_("文件名"), max_length=160)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DONE)
    sealed = models.BinaryField(default=bytes)
    rows = models.JSONField(default=list, help_text="numbers of the rows with steps that wait")
    people = models.PositiveIntegerField(_("人数"))
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(_("确认人"), max_length=120, blank=True)
    returned_for = models.CharField(_("退回原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="party_past_waits_or_is_closed",
                condition=models.Q(state__in=["DONE", "WAITING"])
                | models.Q(closed_at__isnull=False, state__in=["RETURNED", "WITHDRAWN"]),
            ),
        ]
        indexes = [models.Index(fields=["org", "state"], name="party_past_by_superior")]

    def __str__(self) -> str:
        return self.name
