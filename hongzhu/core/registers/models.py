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


class Title(models.Model):
    """A professional title a person holds for a time (学科带头人 …); titles, posts and membership overlap (B38)."""

    class Kind(models.TextChoices):
        SUBJECT_LEADER = "SUBJECT_LEADER", _("学科带头人")
        BACKBONE = "BACKBONE", _("骨干教师")
        EXPERT_TEACHER = "EXPERT_TEACHER", _("教学能手")
        MASTER_TEACHER = "MASTER_TEACHER", _("名师")
        SPECIAL_GRADE = "SPECIAL_GRADE", _("特级教师")
        SENIOR = "SENIOR", _("高级教师")
        FULL_SENIOR = "FULL_SENIOR", _("正高级教师")
        OTHER = "OTHER", _("其他")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    kind = models.CharField(_("专业称号"), max_length=14, choices=Kind)
    level = models.CharField(_("级别"), max_length=10, choices=Honour.Level)
    name = models.CharField(_("称号名称"), max_length=80, blank=True)
    granted_by = models.CharField(_("授予机关"), max_length=120, blank=True)
    from_on = models.DateField(_("授予日期"))
    to_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "level", "from_on"], name="registers_title_once"),
            models.CheckConstraint(
                name="registers_title_lasts",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "kind", "level"], name="registers_titles")]


class Nomination(models.Model):
    """A body or a person put forward for a title of a year (C12): nominated, reviewed, and whether it was granted.

    The granted title itself is an Honour; ``honour`` points at it. Who was not granted it stays unranked.
    """

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("已推荐")
        REVIEWED = "REVIEWED", _("已评审")
        POSTED = "POSTED", _("公示中")
        GRANTED = "GRANTED", _("已授予")
        DECLINED = "DECLINED", _("未授予")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("荣誉名称"), max_length=120)
    level = models.CharField(_("级别"), max_length=10, choices=Honour.Level)
    org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("个人"))
    nominated_by = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("推荐单位"))
    facts = models.CharField(_("主要事迹"), max_length=500, blank=True)
    proposed_on = models.DateField(_("推荐日期"))
    reviewed_on = models.DateField(_("评审日期"), null=True, blank=True)
    posted_on = models.DateField(_("公示日期"), null=True, blank=True)
    posted_to = models.DateField(_("公示截止"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.PROPOSED)
    reason = models.CharField(_("未授予原因"), max_length=200, blank=True)
    honour = models.OneToOneField(Honour, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registers_nominee_is_one",
                condition=models.Q(org__isnull=False, person__isnull=True)
                | models.Q(org__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["year", "title", "org"],
                name="registers_org_nominated_once",
                condition=models.Q(org__isnull=False) & ~models.Q(status="WITHDRAWN"),
            ),
            models.UniqueConstraint(
                fields=["year", "title", "person"],
                name="registers_person_nominated_once",
                condition=models.Q(person__isnull=False) & ~models.Q(status="WITHDRAWN"),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "year", "status"], name="registers_nominations")]

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """A business plan, task or assessment and its Party-building counterpart (A14: deployed, implemented, assessed together)."""

    class Step(models.TextChoices):
        DEPLOYED = "DEPLOYED", _("同部署")
        IMPLEMENTED = "IMPLEMENTED", _("同落实")
        ASSESSED = "ASSESSED", _("同考核")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    business = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("业务文件"))
    party = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("党建文件"))
    step = models.CharField(_("环节"), max_length=12, choices=Step)
    linked_on = models.DateField(_("关联日期"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "party", "step"], name="registers_link_once"),
            models.CheckConstraint(name="registers_link_of_two", condition=~models.Q(business=models.F("party"))),
        ]

    def __str__(self) -> str:
        return f"{self.business} — {self.party}"
