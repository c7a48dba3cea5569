"""People sent out, moved and cultivated: instructors, cadres, reserves, talent tiers, dual cultivation, communities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person, PostKind


class Dispatch(models.Model):
    """A Party-building instructor sent to a new economic or social organisation (A24). One person may be sent twice."""

    class Sector(models.TextChoices):
        ECONOMIC = "ECONOMIC", _("新经济组织")
        SOCIAL = "SOCIAL", _("新社会组织")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("党建指导员"))
    served = models.CharField(_("服务组织"), max_length=120)
    sector = models.CharField(_("组织类别"), max_length=10, choices=Sector)
    batch = models.CharField(_("批次"), max_length=60)
    from_on = models.DateField(_("选派日期"))
    to_on = models.DateField(_("期满日期"), null=True, blank=True)
    ended_on = models.DateField(_("实际结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "served", "from_on"], name="party_dispatch_once"),
        ]
        indexes = [models.Index(fields=["bureau", "from_on"], name="party_dispatches")]

    def __str__(self) -> str:
        return f"{self.person} — {self.served}"


class DispatchVisit(models.Model):
    """The instructor went there, and what came of it, counted."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="visits")
    on = models.DateField(_("到访日期"))
    outcome = models.CharField(_("做了什么"), max_length=200)
    outputs = models.PositiveSmallIntegerField(_("办成事项"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "on"], name="party_visit_once")]


class CadreMove(models.Model):
    """A cadre inspected, deliberated on, publicised, appointed or exchanged (A21). Steps not done yet are null."""

    class Kind(models.TextChoices):
        PROMOTE = "PROMOTE", _("提拔任用")
        APPOINT = "APPOINT", _("任用")
        EXCHANGE = "EXCHANGE", _("交流")
        RELIEVE = "RELIEVE", _("免职")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    from_org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原单位"))
    from_post = models.CharField(_("原职务"), max_length=20, choices=PostKind, blank=True)
    to_org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("现单位"))
    to_post = models.CharField(_("现职务"), max_length=20, choices=PostKind, blank=True)
    inspected_on = models.DateField(_("考察日期"), null=True, blank=True)
    deliberated_on = models.DateField(_("讨论决定日期"), null=True, blank=True)
    posted_on = models.DateField(_("任前公示开始"), null=True, blank=True)
    posted_to = models.DateField(_("任前公示截止"), null=True, blank=True)
    effective_on = models.DateField(_("任免日期"), null=True, blank=True)
    number = models.CharField(_("任免文号"), max_length=60, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["bureau", "effective_on"], name="party_cadre_moves")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"


class FurtherPost(models.Model):
    """One more post that goes along with a move: 一肩挑 changes schools by one decision. The post stays what it is.

    Without ``to_org`` the post only ends (免职).
    """

    move = models.ForeignKey(CadreMove, models.CASCADE, related_name="further")
    kind = models.CharField(_("职务"), max_length=20, choices=PostKind)
    from_org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("原单位"))
    to_org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("现单位"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "from_org", "kind"], name="party_further_post_once"),
        ]


class Reserve(models.Model):
    """A person on a list of candidates for a post (后备人选), dated."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    kind = models.CharField(_("后备职务"), max_length=20, choices=PostKind)
    from_on = models.DateField(_("入库日期"))
    to_on = models.DateField(_("出库日期"), null=True, blank=True)
    ended_for = models.CharField(_("出库原因"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="party_one_open_reserve", condition=models.Q(to_on__isnull=True)
            ),
        ]


class Talent(models.Model):
    """One name of the experts or backbone team (B35): nominated, reviewed, on the roster for a term."""

    class Tier(models.TextChoices):
        EXPERT = "EXPERT", _("专家团队")
        BACKBONE = "BACKBONE", _("骨干团队")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    tier = models.CharField(_("层级"), max_length=8, choices=Tier)
    call = models.CharField(_("遴选通知"), max_length=120)
    nominated_by = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("推荐单位"))
    nominated_on = models.DateField(_("推荐日期"))
    reviewed_on = models.DateField(_("评审日期"), null=True, blank=True)
    chosen = models.BooleanField(_("入选"), default=False)
    from_on = models.DateField(_("任期开始"), null=True, blank=True)
    to_on = models.DateField(_("任期届满"), null=True, blank=True)
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    ended_for = models.CharField(_("退出原因"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "tier", "call"], name="party_nominated_once"),
            models.CheckConstraint(
                name="party_talent_chosen_has_term",
                condition=models.Q(chosen=False) | models.Q(from_on__isnull=False, to_on__isnull=False),
            ),
        ]


class TalentTask(models.Model):
    """Something an expert or backbone member did for the system: a lecture, an inspection, a project."""

    talent = models.ForeignKey(Talent, models.CASCADE, related_name="tasks")
    on = models.DateField(_("日期"))
    title = models.CharField(_("任务"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["talent", "on", "title"], name="party_task_once")]


class Cultivation(models.Model):
    """双培养: a person led in one direction with a contact; the two directions are named by the bureau (names only in the text)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    direction = models.CharField(_("培养方向"), max_length=40)
    contact = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("培养联系人"))
    plan = models.CharField(_("培养措施"), max_length=200, blank=True)
    from_on = models.DateField(_("开始"))
    reached_on = models.DateField(_("达成日期"), null=True, blank=True)
    to_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "direction"],
                name="party_one_open_cultivation",
                condition=models.Q(to_on__isnull=True),
            ),
        ]


class Community(models.Model):
    """A member in post registers with the community they live in (J10)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    community = models.CharField(_("社区（村）"), max_length=80)
    registered_on = models.DateField(_("报到日期"))
    service = models.CharField(_("认领服务"), max_length=120, blank=True)
    confirmed_on = models.DateField(_("社区确认日期"), null=True, blank=True)
    confirmed_by = models.CharField(_("社区确认人"), max_length=60, blank=True)
    to_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="party_one_open_community", condition=models.Q(to_on__isnull=True)
            ),
        ]


class CommunityService(models.Model):
    """Service in the community on a day, in minutes, confirmed by the community."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="services")
    on = models.DateField(_("服务日期"))
    title = models.CharField(_("服务事项"), max_length=120)
    minutes = models.PositiveSmallIntegerField(_("服务时长（分钟）"))
    confirmed_on = models.DateField(_("社区确认日期"), null=True, blank=True)
    confirmed_by = models.CharField(_("社区确认人"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "on", "title"], name="party_service_once")]
