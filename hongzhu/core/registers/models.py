"""Dated relations and things no other room owns: contact points and guarantees, strengths of mass organisations, honours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Membership, Person


class Contact(models.Model):
    """A named person answers for a body for a time: 联系点 or 包保 (A09, S03).

    ``confirmed_at`` is when that person took it on; who has no account cannot, and answers all the same.
    """

    class Scheme(models.TextChoices):
        CONTACT = "CONTACT", _("联系点")
        GUARANTEE = "GUARANTEE", _("包保")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    scheme = models.CharField(_("方式"), max_length=10, choices=Scheme)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("联系人"))
    body = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("联系单位"))
    duties = models.CharField(_("职责"), max_length=300, blank=True)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "person", "body"],
                name="registers_one_open_contact",
                condition=models.Q(to_on__isnull=True),
            ),
            models.CheckConstraint(
                name="registers_contact_lasts",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "scheme", "from_on"], name="registers_contacts")]

    def __str__(self) -> str:
        return f"{self.person} — {self.body}"


class Strength(models.Model):
    """How many belong to a mass organisation on a day, as its leader states it (A29)."""

    org = models.ForeignKey(Org, models.CASCADE, related_name="+")
    on = models.DateField(_("截至"))
    count = models.PositiveIntegerField(_("人数"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "on"], name="registers_strength_once")]


class Honour(models.Model):
    """A title granted to a body or a person (C23)."""

    class Level(models.TextChoices):
        NATIONAL = "NATIONAL", _("国家级")
        PROVINCIAL = "PROVINCIAL", _("省级")
        CITY = "CITY", _("市级")
        COUNTY = "COUNTY", _("县（区）级")
        SCHOOL = "SCHOOL", _("校级")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("个人"))
    title = models.CharField(_("荣誉名称"), max_length=120)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    granted_by = models.CharField(_("授予机关"), max_length=120)
    granted_on = models.DateField(_("授予日期"))
    valid_to = models.DateField(_("有效期至"), null=True, blank=True)
    document = models.CharField(_("文号"), max_length=80, blank=True)
    revoked_on = models.DateField(_("荣誉撤销日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registers_honour_has_one_holder",
                condition=models.Q(org__isnull=False, person__isnull=True)
                | models.Q(org__isnull=True, person__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "level", "-granted_on"], name="registers_honours")]

    def __str__(self) -> str:
        return self.title


class Charter(models.Model):
    """What a leading group (A02) or a task force (A25) was set up for and by which paper; its members are memberships.

    ``summary`` is written when the event ends and the group is closed.
    """

    org = models.OneToOneField(Org, models.CASCADE, related_name="+")
    event = models.CharField(_("事由"), max_length=160, blank=True)
    rule = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("工作规则")
    )
    summary = models.TextField(_("工作小结"), blank=True)


class Share(models.Model):
    """Which part of a group's work one member answers for (A25: duty split)."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    duty = models.CharField(_("分工"), max_length=200)


class Name(models.Model):
    """One name of a list the source text mentions without spelling it out; the bureau fills the list in.

    ``list`` is the code of registers.lists in the bureau's pack. ``document`` is the paper that names it.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    list = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(_("序号"), default=0)
    text = models.CharField(_("名称"), max_length=120)
    document = models.CharField(_("依据文件"), max_length=120, blank=True)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "list", "text"], name="registers_name_once", condition=models.Q(to_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.text
