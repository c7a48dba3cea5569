"""组织关系转接: batches after the summer moves, each line with its chain of consent and the receiving side's word."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account, Person


class TransferBatch(models.Model):
    """Transfers begun together (暑期调动)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    title = models.CharField(_("批次"), max_length=120)
    opened_on = models.DateField(_("开始日期"))

    def __str__(self) -> str:
        return self.title


class Transfer(models.Model):
    """One member from one branch to another, or out of or into the bureau. The membership moves when it is received."""

    class Status(models.TextChoices):
        ASKED = "ASKED", _("待转出支部同意")
        LET_GO = "LET_GO", _("待上级同意")
        SENT = "SENT", _("已转出待接收")
        RECEIVED = "RECEIVED", pgettext_lazy("transfer", "已接收")
        RETURNED = "RETURNED", _("已退回")
        CANCELLED = "CANCELLED", _("已撤回")

    class Way(models.TextChoices):
        WITHIN = "WITHIN", _("本局内转接")
        OUT = "OUT", _("转往局外")
        IN = "IN", _("从局外转入")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    batch = models.ForeignKey(TransferBatch, models.PROTECT, null=True, blank=True, related_name="lines")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    way = models.CharField(_("去向"), max_length=6, choices=Way, default=Way.WITHIN)
    from_org = models.ForeignKey(
        Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("转出党组织")
    )
    to_org = models.ForeignKey(
        Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("转入党组织")
    )
    outside = models.CharField(_("局外党组织"), max_length=120, blank=True)
    reason = models.CharField(_("转接原因"), max_length=80)
    asked_on = models.DateField(_("提出日期"))
    let_go_on = models.DateField(_("转出支部同意日期"), null=True, blank=True)
    let_go_by = models.CharField(_("同意人"), max_length=120, blank=True)
    let_go_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", help_text="nobody consents for both sides"
    )
    sent_on = models.DateField(_("上级同意日期"), null=True, blank=True)
    sent_by = models.CharField(_("上级同意人"), max_length=120, blank=True)
    sent_account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("介绍信编号"), max_length=60, blank=True)
    valid_to = models.DateField(_("介绍信有效期至"), null=True, blank=True)
    dues_to = models.DateField(_("党费交至"), null=True, blank=True)
    received_on = models.DateField(_("接收日期"), null=True, blank=True)
    received_by = models.CharField(_("接收人"), max_length=120, blank=True)
    returned_for = models.CharField(_("退回原因"), max_length=200, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.ASKED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="party_one_open_transfer",
                condition=models.Q(status__in=["ASKED", "LET_GO", "SENT"]),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "status", "sent_on"], name="party_transfers")]

    def __str__(self) -> str:
        return f"{self.person}"
