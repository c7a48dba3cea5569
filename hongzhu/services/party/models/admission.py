"""发展党员: one person's way from application to full membership, step by step."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class Fewer(models.TextChoices):
    """Why fewer count as entitled than the roster has full members: who may be left out of the base, and who has no vote."""

    NONE = "", _("不少于名册")
    UNABLE = "UNABLE", _("患病不能表达本人意志的")
    ABROAD = "ABROAD", _("自费出国半年以上的")
    CUSTODY = "CUSTODY", _("被留置、羁押或者服刑的")
    BEDRIDDEN = "BEDRIDDEN", _("年老体弱、长期卧床不能自理的")
    AWAY = "AWAY", _("外出学习、借调半年以上，应转未转组织关系的")
    NO_VOTE = "NO_VOTE", _("留党察看等没有表决权、选举权的")
    SEVERAL = "SEVERAL", _("以上几种都有")


class Admission(models.Model):
    """A person applies to a branch and is led on from there. Where they stand is derived from the steps done.

    ``org`` is the branch that leads them now. A way that ended stays on file with how it ended.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("进行中")
        CONFIRMED = "CONFIRMED", _("已转正")
        CANCELLED = "CANCELLED", _("取消预备党员资格")
        WITHDRAWN = "WITHDRAWN", _("本人撤回申请")
        STOPPED = "STOPPED", _("停止培养")
        MOVED = "MOVED", _("转到其他地方继续培养")
        DECEASED = "DECEASED", _("本人去世")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    applied_on = models.DateField(_("申请入党时间"))
    league = models.BooleanField(_("共青团员"), default=False, help_text="recommended by the League")
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True, default=Outcome.OPEN)
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    ended_for = models.CharField(_("结束原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], name="party_one_open_admission", condition=models.Q(outcome="")),
            models.CheckConstraint(
                name="party_admission_ends_with_a_day",
                condition=models.Q(outcome="", ended_on__isnull=True)
                | (~models.Q(outcome="") & models.Q(ended_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["org", "outcome", "applied_on"], name="party_admissions_by_org")]

    def __str__(self) -> str:
        return str(self.person)


class Source(models.Model):
    """Where a candidate comes from: codes of party.admission.sources (骨干教师, 双培养 …). Filtered and counted by."""

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="sources")
    code = models.CharField(_("来源"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["admission", "code"], name="party_source_once")]


class AdmissionStep(models.Model):
    """One step done: ``code`` from party.admission.steps, on which day; for a vote its counts, for a paper its number.

    ``round`` counts the times a repeating step was done (half-year reviews), or a procedure was redone. ``act`` is the
    meeting it was done at, recorded once in activities. A step entered by mistake is voided with a reason.
    """

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="steps")
    org = models.ForeignKey(
        Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("党支部"),
        help_text="the branch that led them on that day: what it accepted stays its own when they move; none: not known",
    )  # fmt: skip
    code = models.CharField(_("步骤"), max_length=40)
    round = models.PositiveSmallIntegerField(_("第几次"), default=1)
    on = models.DateField(_("日期"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("会议"))
    entitled = models.PositiveSmallIntegerField(_("应到会有表决权人数"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("实到有表决权人数"), null=True, blank=True)
    fewer_for = models.CharField(_("应到少于名册的原因"), max_length=12, choices=Fewer, blank=True, default=Fewer.NONE)
    in_favour = models.PositiveSmallIntegerField(_("赞成"), null=True, blank=True)
    against = models.PositiveSmallIntegerField(_("反对"), null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(_("弃权"), null=True, blank=True)
    written = models.PositiveSmallIntegerField(_("会前书面赞成"), null=True, blank=True)
    passed = models.BooleanField(_("通过"), default=True)
    decision = models.CharField(
        _("决定"), max_length=20, blank=True, help_text="confirm, extend or cancel at the end of probation"
    )
    until = models.DateField(_("延长到"), null=True, blank=True)
    hours = models.PositiveSmallIntegerField(_("学时"), null=True, blank=True)
    moved = models.BooleanField(
        default=False, help_text="the register of members changed with it, and goes back with it"
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.CharField(_("登记人"), max_length=120)
    sheet = models.ForeignKey(
        "party.PastSheet", models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("补录")
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "code", "round"],
                name="party_step_once",
                condition=models.Q(voided_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["code", "on"], name="party_steps_by_day")]


class AdmissionPaper(models.Model):
    """A paper of the file seen by somebody, never uploaded: ``code`` from party.admission.papers."""

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="papers")
    code = models.CharField(_("材料"), max_length=40)
    seen_on = models.DateField(_("核对日期"))
    seen_by = models.CharField(_("核对人"), max_length=120)
    pages = models.PositiveSmallIntegerField(_("页数"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["admission", "code"], name="party_paper_once")]


class AdmissionNotice(models.Model):
    """A public notice (公示) at one point of the way: posted, for how many working days, whether anybody objected (not what
    they said). Its last day is reckoned, never stored: past the published calendar it is 暂定.
    """

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="notices")
    point = models.CharField(_("公示节点"), max_length=40)
    posted_on = models.DateField(_("张贴日期"))
    days = models.PositiveSmallIntegerField(_("公示工作日数"))
    objections = models.PositiveSmallIntegerField(_("收到反映件数"), default=0)
    closed_on = models.DateField(_("公示结果确认日期"), null=True, blank=True)
    closed_by = models.CharField(_("确认人"), max_length=120, blank=True)
    held_up = models.BooleanField(_("影响继续办理"), default=False)
    sheet = models.ForeignKey(
        "party.PastSheet", models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("补录")
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["admission", "point", "posted_on"], name="party_notice_once")]


class Helper(models.Model):
    """A full member who accompanies (培养联系人) or introduces (入党介绍人) the person."""

    class Role(models.TextChoices):
        CONTACT = "CONTACT", _("培养联系人")
        INTRODUCER = "INTRODUCER", _("入党介绍人")

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="helpers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    role = models.CharField(_("身份"), max_length=12, choices=Role)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "person", "role"], name="party_helper_once", condition=models.Q(to_on__isnull=True)
            ),
        ]


class Quota(models.Model):
    """How many probationary members a body may admit in a calendar year (发展党员计划)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    year = models.PositiveSmallIntegerField(_("年度"))
    places = models.PositiveSmallIntegerField(_("计划数"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "year"], name="party_quota_once")]
