"""Persons, accounts, dated posts and memberships. Dates are half-open [from, to)."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org


class Person(models.Model):
    """One person of one bureau. Identity number and phone are sealed (kit.crypto), found by a keyed index, shown masked."""

    class Sex(models.TextChoices):
        UNKNOWN = "0", _("未知")
        MALE = "1", _("男")
        FEMALE = "2", _("女")

    class Education(models.TextChoices):
        NONE = "", _("未填")
        SENIOR = "SENIOR", _("高中及以下")
        COLLEGE = "COLLEGE", _("大专")
        BACHELOR = "BACHELOR", _("本科")
        MASTER = "MASTER", _("硕士")
        DOCTOR = "DOCTOR", _("博士")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bureau = models.ForeignKey(
        Bureau, models.PROTECT, related_name="+", db_index=False
    )  # people_by_name begins with it
    name = models.CharField(_("姓名"), max_length=40)
    search_key = models.CharField(max_length=160, blank=True)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    ethnic = models.CharField(_("民族"), max_length=20, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    education = models.CharField(_("学历"), max_length=10, choices=Education, blank=True, default=Education.NONE)
    subject = models.CharField(_("任教学科"), max_length=20, blank=True, default="")
    id_sealed = models.CharField(max_length=200, blank=True)
    id_index = models.CharField(max_length=64, blank=True)
    id_tail = models.CharField(max_length=1, blank=True, help_text="the one character a mask may show")
    phone_sealed = models.CharField(max_length=200, blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    staff_no = models.CharField(_("工号"), max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "id_index"], name="people_id_once", condition=~models.Q(id_index="")
            ),
            models.UniqueConstraint(
                fields=["bureau", "staff_no"], name="people_staff_no_once", condition=~models.Q(staff_no="")
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "name"], name="people_by_name"),
            models.Index(fields=["bureau", "phone_index"], name="people_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A staff sign-in. A person has at most one; family accounts are another realm, not built here."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, related_name="+")
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    username = models.CharField(_("账号"), max_length=40, unique=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=128, blank=True, help_text="one-time code given by the superior")
    code_expires_at = models.DateTimeField(null=True)
    sessions_valid_from = models.DateTimeField(null=True, help_text="sessions begun before are dead")
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.person.name if self.person else self.username

    def get_full_name(self) -> str:
        return str(self)


class PostKind(models.TextChoices):
    SECRETARY = "SECRETARY", _("书记")
    DEPUTY_SECRETARY = "DEPUTY_SECRETARY", _("副书记")
    ORGANISER = "ORGANISER", _("组织委员")
    PUBLICITY = "PUBLICITY", _("宣传委员")
    DISCIPLINE = "DISCIPLINE", _("纪检委员")
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER", _("委员")
    PARTY_CLERK = "PARTY_CLERK", _("党务干事")
    TEAM_LEADER = "TEAM_LEADER", _("党小组组长")
    INSTRUCTOR = "INSTRUCTOR", _("党建指导员")
    PRINCIPAL = "PRINCIPAL", _("校（园）长")
    VICE_PRINCIPAL = "VICE_PRINCIPAL", _("副校（园）长")
    MIDDLE_MANAGER = "MIDDLE_MANAGER", _("中层干部")
    GRADE_HEAD = "GRADE_HEAD", _("年级组长")
    CLASS_TEACHER = "CLASS_TEACHER", _("班主任")
    TEACHER = "TEACHER", _("教师")
    OFFICER = "OFFICER", _("科员")
    SECTION_HEAD = "SECTION_HEAD", _("股室负责人")
    DIRECTOR = "DIRECTOR", _("局长")
    DEPUTY_DIRECTOR = "DEPUTY_DIRECTOR", _("副局长")
    UNION_CHAIR = "UNION_CHAIR", _("工会主席")
    LEAGUE_SECRETARY = "LEAGUE_SECRETARY", _("团组织书记")
    PIONEER_COUNSELLOR = "PIONEER_COUNSELLOR", _("少先队辅导员")


class Post(models.Model):
    """A person holds a post in a body for a time. ``acting``: 主持工作, not the full post."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    kind = models.CharField(_("职务"), max_length=20, choices=PostKind)
    acting = models.BooleanField(_("主持工作"), default=False)
    from_on = models.DateField(_("任职日期"))
    to_on = models.DateField(_("免职日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "org", "kind"], name="people_one_open_post", condition=models.Q(to_on__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["org", "kind", "from_on"], name="people_posts_by_org")]


class Establishment(models.Model):
    """How many holders of a post a body should have from a day on (A20)."""

    org = models.ForeignKey(Org, models.CASCADE, related_name="+")
    kind = models.CharField(_("职务"), max_length=20, choices=PostKind)
    seats = models.PositiveSmallIntegerField(_("职数"))
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "kind"], name="people_one_open_seats", condition=models.Q(to_on__isnull=True)
            ),
        ]


class Standing(models.TextChoices):
    FULL = "FULL", _("正式党员")
    PROBATIONARY = "PROBATIONARY", _("预备党员")
    ACTIVIST = "ACTIVIST", _("入党积极分子")
    MEMBER = "MEMBER", _("成员")
    HEAD = "HEAD", _("组长")
    DEPUTY_HEAD = "DEPUTY_HEAD", _("副组长")


class Membership(models.Model):
    """A person belongs to a body for a time, in one standing. Party membership counts where the relation (组织关系) is.

    ``retired`` and ``left_out`` (免予参加, with reason) describe the member while this row lasts; a change of
    either closes the row and opens the next.
    """

    class LeftOut(models.TextChoices):
        NONE = "", _("应参加")
        ILL = "ILL", _("长期患病")
        ABROAD = "ABROAD", _("出国（境）")
        AWAY = "AWAY", _("外出学习、借调半年以上")
        AGED = "AGED", _("年老体弱")

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    standing = models.CharField(_("身份"), max_length=12, choices=Standing)
    retired = models.BooleanField(_("离退休"), default=False)
    left_out = models.CharField(_("免予参加"), max_length=8, choices=LeftOut, blank=True, default=LeftOut.NONE)
    joined_on = models.DateField(_("入党日期"), null=True, blank=True)
    full_on = models.DateField(_("转正日期"), null=True, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "org"], name="people_one_open_membership", condition=models.Q(to_on__isnull=True)
            ),
            models.CheckConstraint(
                name="people_membership_lasts",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
            ),
        ]
        indexes = [models.Index(fields=["org", "from_on", "to_on", "standing"], name="people_members_by_org")]


class Engagement(models.Model):
    """Where a person is on the books (人事关系) or at work (工作单位); the two may differ (借调, 支教)."""

    class Relation(models.TextChoices):
        PERSONNEL = "PERSONNEL", _("人事关系")
        WORKPLACE = "WORKPLACE", _("工作单位")

    class Reason(models.TextChoices):
        NORMAL = "", _("在编在岗")
        SECONDED = "SECONDED", _("借调")
        AID_TEACHING = "AID_TEACHING", _("支教")
        ROTATION = "ROTATION", _("交流轮岗")
        RETIRED = "RETIRED", _("退休")

    person = models.ForeignKey(Person, models.PROTECT, related_name="engagements")
    unit = models.ForeignKey(Org, models.PROTECT, related_name="+", db_index=False)  # people_staff_by_unit
    relation = models.CharField(max_length=10, choices=Relation)
    reason = models.CharField(max_length=12, choices=Reason, blank=True, default=Reason.NORMAL)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "relation"], name="people_one_open_engagement", condition=models.Q(to_on__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["unit", "relation", "from_on"], name="people_staff_by_unit")]


class Upload(models.Model):
    """A sheet somebody has uploaded and not yet confirmed: sealed, one for each account and table, forgotten in hours."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    table = models.CharField(max_length=20)
    name = models.CharField(_("文件名"), max_length=160)
    sha256 = models.CharField(max_length=64)
    on = models.DateField(_("生效日期"))
    sealed = models.BinaryField()
    staged_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "table"], name="people_one_upload")]

    def __str__(self) -> str:
        return self.name
