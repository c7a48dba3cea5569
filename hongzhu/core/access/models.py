"""Grants, remembered devices, drafts and form tokens."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account, Person


class Role(models.TextChoices):
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("系统管理员")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("审计管理员")
    PARTY_OFFICE = "PARTY_OFFICE", _("党建办")
    SECTION_OFFICER = "SECTION_OFFICER", _("股室干部")
    DISTRICT_OFFICER = "DISTRICT_OFFICER", _("学区、镇街干部")
    SCHOOL_SECRETARY = "SCHOOL_SECRETARY", _("学校党组织书记")
    BRANCH_SECRETARY = "BRANCH_SECRETARY", _("支部书记")
    ORGANISER = "ORGANISER", _("组织委员、党务干事")
    MEMBER = "MEMBER", _("党员")
    INSPECTOR = "INSPECTOR", _("巡察检查（只读）")


# 三员分立: nobody holds two of these (GB/T 22239-2019, level 3).
ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class Grant(models.Model):
    """A person has a role in a body and what lies under and is hosted by it, for a time.

    ``delegated_by`` is the grant a deputy acts under: it ends when that one ends.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("范围"))
    delegated_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="delegations")
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "org"], name="access_one_open_grant", condition=models.Q(to_on__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["person", "from_on"], name="access_by_person")]


class Acting(models.Model):
    """The one grant an account is acting under now; without a row, the first by rank."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="+")
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="+")


class Device(models.Model):
    """A browser in which somebody is signed in. Ending the row ends the sign-in.

    ``secret_hash`` is empty (null) unless its owner asked us to remember it: then the cookie holds the secret and
    we hold its hash.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True, null=True)
    label = models.CharField(_("设备"), max_length=120)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Purpose(models.TextChoices):
    """Why somebody looks at an identity number or a phone."""

    RELATION = "RELATION", _("办理组织关系")
    ADMISSION = "ADMISSION", _("发展党员")
    STATISTICS = "STATISTICS", _("党内统计、上级平台录入")
    CONTACT = "CONTACT", _("联系本人")
    IDENTITY = "IDENTITY", _("核对身份")
    OTHER = "OTHER", _("其他（请写明）")


class Draft(models.Model):
    """What somebody has typed and not yet saved. Not a business record: it may be deleted.

    ``key`` names the form (``activities.act:<org>:<kind>``); several people may hold a draft of one form.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="access_one_draft")]


class FormToken(models.Model):
    """A form may be sent once: the second tap of the same token is led to the first one's result."""

    token = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    used_at = models.DateTimeField()
    result = models.CharField(max_length=200)
