"""Organisations and where they stand: dated placements, hosts and superiors. Dates are half-open [from, to)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bureau(models.Model):
    """One education bureau: the key on every root table, and the name of its policy pack."""

    code = models.SlugField(_("代号"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    division_code = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    pack = models.CharField(_("制度包"), max_length=40, default="national")

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    BUREAU = "BUREAU", _("教育局")
    SECTION = "SECTION", _("股室")
    DISTRICT = "DISTRICT", _("学区、镇街")
    SCHOOL = "SCHOOL", _("学校")
    KINDERGARTEN = "KINDERGARTEN", _("幼儿园")
    TRAINING = "TRAINING", _("培训机构")
    CLASS = "CLASS", _("班级")
    OTHER = "OTHER", _("其他单位")
    PARTY_GROUP = "PARTY_GROUP", _("党组")
    COMMITTEE = "COMMITTEE", _("党委")
    GENERAL_BRANCH = "GENERAL_BRANCH", _("党总支")
    BRANCH = "BRANCH", _("党支部")
    JOINT_BRANCH = "JOINT_BRANCH", _("联合党支部")
    TEAM = "TEAM", _("党小组")
    LEADING_GROUP = "LEADING_GROUP", _("领导小组")
    TASK_FORCE = "TASK_FORCE", _("专项工作组")
    STUDY_GROUP = "STUDY_GROUP", _("理论学习中心组")
    UNION = "UNION", _("工会")
    LEAGUE = "LEAGUE", _("团组织")
    PIONEERS = "PIONEERS", _("少先队")
    UPPER = "UPPER", _("上级党组织")


UNIT_KINDS = (Kind.BUREAU, Kind.SECTION, Kind.DISTRICT, Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TRAINING, Kind.OTHER)
BRANCH_KINDS = (Kind.BRANCH, Kind.JOINT_BRANCH)
PARTY_KINDS = (Kind.PARTY_GROUP, Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEAM)
MASS_KINDS = (Kind.UNION, Kind.LEAGUE, Kind.PIONEERS)


class Org(models.Model):
    """One body: a unit, a class, a Party organisation, a group with members. It ends by date, it is never deleted."""

    class Sector(models.TextChoices):
        PUBLIC = "PUBLIC", _("公办")
        PRIVATE = "PRIVATE", _("民办")
        NONE = "", _("不分")

    class Stage(models.TextChoices):
        NONE = "", _("不分")
        PRESCHOOL = "PRESCHOOL", _("学前")
        PRIMARY = "PRIMARY", _("小学")
        JUNIOR = "JUNIOR", _("初中")
        NINE_YEAR = "NINE_YEAR", _("九年一贯")
        SENIOR = "SENIOR", _("普通高中")
        VOCATIONAL = "VOCATIONAL", _("中职")
        SPECIAL = "SPECIAL", _("特殊教育")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="orgs", verbose_name=_("教育局"))
    kind = models.CharField(_("类别"), max_length=16, choices=Kind)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    search_key = models.CharField(max_length=300, blank=True, help_text="pinyin and initials, from kit.pinyin")
    school_code = models.CharField(_("学校（机构）标识码"), max_length=10, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    sector = models.CharField(_("办学性质"), max_length=8, choices=Sector, blank=True, default=Sector.NONE)
    stage = models.CharField(_("学段"), max_length=12, choices=Stage, blank=True, default=Stage.NONE)
    area = models.CharField(_("所在地类别"), max_length=12, blank=True, help_text="from the pack")
    mandate = models.TextField(_("职责"), blank=True)
    retired = models.BooleanField(_("离退休党支部"), default=False)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)
    sort = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "school_code"], name="orgs_school_code_once", condition=~models.Q(school_code="")
            ),
            models.UniqueConstraint(
                fields=["bureau", "kind", "name"],
                name="orgs_open_name_once",
                condition=models.Q(closed_on__isnull=True),
            ),
            models.CheckConstraint(
                name="orgs_closes_after_opening",
                condition=models.Q(closed_on__isnull=True) | models.Q(closed_on__gte=models.F("opened_on")),
            ),
        ]
        indexes = [models.Index(fields=["bureau", "kind", "sort"], name="orgs_by_kind")]

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """Where a body stands in the tree from a day on. Rights follow today's placement.

    ``path`` is the ids from the root down, eight lower-case hex digits each and no separator: the subtree of
    ``p`` is the range ``p <= path < p + "g"``, which uses the index in every collation on both databases.
    """

    org = models.ForeignKey(Org, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=96)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org"], name="orgs_one_open_placement", condition=models.Q(to_on__isnull=True)
            ),
            models.CheckConstraint(
                name="orgs_placement_lasts",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["path", "from_on", "to_on", "org"], name="orgs_by_path"),
            models.Index(fields=["org", "from_on"], name="orgs_placement_by_org"),
        ]


class Hosting(models.Model):
    """A Party or mass organisation lives in a unit for a time; a joint branch lives in several."""

    org = models.ForeignKey(Org, models.CASCADE, related_name="hostings")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="hosted")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "unit"], name="orgs_one_open_hosting", condition=models.Q(to_on__isnull=True)
            ),
        ]


class Superior(models.Model):
    """Who is above a Party organisation: 隶属 (approves) and 归口指导 (guides, sees the gap list). They often differ."""

    class Relation(models.TextChoices):
        BELONGS = "BELONGS", _("隶属")
        GUIDES = "GUIDES", _("指导")

    org = models.ForeignKey(Org, models.CASCADE, related_name="superiors")
    superior = models.ForeignKey(Org, models.PROTECT, related_name="inferiors")
    relation = models.CharField(max_length=8, choices=Relation)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "relation"], name="orgs_one_open_superior", condition=models.Q(to_on__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["superior", "relation"], name="orgs_by_superior")]


class Change(models.Model):
    """One step in a body's life, with the paper that allowed it (B29)."""

    class Step(models.TextChoices):
        SET_UP = "SET_UP", _("设立")
        RENAMED = "RENAMED", _("更名")
        MOVED = "MOVED", _("调整隶属")
        MERGED = "MERGED", _("合并")
        SPLIT = "SPLIT", _("分设")
        DISSOLVED = "DISSOLVED", _("撤销")

    org = models.ForeignKey(Org, models.CASCADE, related_name="changes")
    step = models.CharField(_("变更"), max_length=10, choices=Step)
    on = models.DateField(_("日期"))
    approval = models.CharField(_("批准文号"), max_length=80, blank=True)
    old_name = models.CharField(max_length=80, blank=True)
    new_name = models.CharField(max_length=80, blank=True)
    other = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", help_text="successor or source")

    class Meta:
        indexes = [models.Index(fields=["step", "on"], name="orgs_changes_by_step")]
