"""The act and what hangs on it: bodies, attendance, votes, resolutions, tags, revisions, plans."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person, Standing
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.registers.models import Contact


class Act(models.Model):
    """One thing held or done, recorded once. Corrected with a reason, voided with a reason, never deleted.

    ``kind``, ``parts`` and the keys of ``extra`` come from the ``activities`` section of ``pack_version``.
    ``body`` is the body that recorded it (a joint act names the others in ActBody). ``belongs_on`` is a day
    inside the period it belongs to: the day held, unless the kind carries its own period (所属年度).
    """

    class Status(models.TextChoices):
        RECORDED = "RECORDED", _("已记录")
        REVIEWING = "REVIEWING", _("待审阅")
        REVIEWED = "REVIEWED", _("已审阅")
        RETURNED = "RETURNED", _("退回补正")
        VOIDED = "VOIDED", _("已作废")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    body = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    kind = models.CharField(_("类型"), max_length=40)
    pack_version = models.ForeignKey(PackVersion, models.PROTECT, related_name="+")
    theme = models.CharField(_("主题"), max_length=120)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    held_on = models.DateField(_("日期"))
    held_to = models.DateField(_("至"), help_text="last day; equals held_on for a one-day act")
    starts_at = models.TimeField(_("开始"), null=True, blank=True)
    ends_at = models.TimeField(_("结束"), null=True, blank=True)
    belongs_on = models.DateField(_("所属期"))
    parts = models.JSONField(_("本次包含"), default=list)
    chair = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("主持人"))
    lecture_title = models.CharField(_("党课题目"), max_length=120, blank=True)
    lecturer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("主讲人"))
    lecturer_name = models.CharField(_("外请主讲人"), max_length=60, blank=True)
    lecturer_post = models.CharField(
        max_length=20, blank=True, help_text="PostKind held on the day; SECRETARY counts (B09)"
    )
    process = models.TextField(_("主要过程"), blank=True)
    observers = models.CharField(_("列席人员"), max_length=200, blank=True)
    open_to_outside = models.BooleanField(_("对外开放"), default=False)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, related_name="+", help_text="visit to a contact point (A09)"
    )
    joint_key = models.UUIDField(null=True, help_text="set when several bodies hold it together")
    extra = models.JSONField(default=dict, help_text="fields the pack's kind defines")
    due_roster = models.PositiveIntegerField(_("应到"), default=0)
    attended = models.PositiveIntegerField(_("实到"), default=0)
    confidential = models.BooleanField(
        default=False, help_text="seen only by participants, their superior and inspectors"
    )
    late_note = models.CharField(_("补记说明"), max_length=200, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.RECORDED)
    reviewed_by = models.CharField(_("审阅人"), max_length=120, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(_("审阅意见"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="0 as first recorded; +1 per correction")
    recorder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("记录人"))
    recorded_at = models.DateTimeField(_("记录时间"))
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    transcribed_at = models.DateTimeField(
        null=True, help_text="carried over to every upper system, from before marks were kept for each (Transcription)"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activities_ends_after_start", condition=models.Q(held_to__gte=models.F("held_on"))
            ),
            models.CheckConstraint(
                name="activities_void_has_reason",
                condition=~models.Q(status="VOIDED") | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-held_on"], name="activities_by_body"),
            models.Index(fields=["bureau", "-held_on", "-id"], name="activities_by_day"),
            models.Index(fields=["bureau", "kind", "held_on"], name="activities_by_kind"),
            models.Index(fields=["bureau", "recorded_at"], name="activities_by_recording"),
        ]

    def __str__(self) -> str:
        return self.theme


class Transcription(models.Model):
    """The act was carried over into one upper system by its card; a correction later than ``at`` asks for it again."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="transcriptions")
    system = models.CharField(_("上级平台"), max_length=40)
    at = models.DateTimeField(_("转录时间"))
    by = models.CharField(_("转录人"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "system"], name="activities_transcribed_once")]


class ActBody(models.Model):
    """One body the act was held by. ``number`` is its ordinal among that body's acts of the kind in ``year`` (A01: 第5次会议).

    ``takes_part``: somebody of its own attended, or the kind keeps no roster; only then does the act count for it.
    """

    act = models.ForeignKey(Act, models.CASCADE, related_name="bodies")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=40, help_text="the kind under which it counts for this body (one sitting, two bodies)"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(_("次序"))
    takes_part = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "org"], name="activities_body_once"),
            models.UniqueConstraint(fields=["org", "kind", "year", "number"], name="activities_number_once"),
        ]


class Attendance(models.Model):
    """One person on the roster of that day, in the body that brought them: present by default, absent by exception."""

    class State(models.TextChoices):
        PRESENT = "PRESENT", _("到会")
        OBSERVER = "OBSERVER", _("列席")
        OFFICIAL = "OFFICIAL", _("公假")
        PERSONAL = "PERSONAL", _("事假")
        SICK = "SICK", _("病假")
        MATERNITY = "MATERNITY", _("产假")
        POSTED = "POSTED", _("外派")
        UNEXCUSED = "UNEXCUSED", _("未请假")
        LEFT_OUT = "LEFT_OUT", _("免予参加")

    class Way(models.TextChoices):
        GROUP = "GROUP", _("集中补学")
        SELF = "SELF", _("自学")
        VISIT = "VISIT", _("送学上门")
        ONLINE = "ONLINE", _("线上补学")

    act = models.ForeignKey(Act, models.CASCADE, related_name="attendances")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    standing = models.CharField(max_length=12, choices=Standing)
    state = models.CharField(_("出勤"), max_length=10, choices=State, default=State.PRESENT)
    made_up_on = models.DateField(_("补学时间"), null=True)
    made_up_way = models.CharField(_("补学方式"), max_length=8, choices=Way, blank=True)
    made_up_by = models.CharField(_("落实人"), max_length=60, blank=True)
    made_up_at = models.DateTimeField(null=True, help_text="when the make-up study was written down")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "person"], name="activities_attends_once")]
        indexes = [
            models.Index(fields=["person", "act"], name="activities_by_person"),
            models.Index(fields=["org", "state", "act"], name="activities_by_absence"),
        ]


ABSENT = (
    Attendance.State.OFFICIAL,
    Attendance.State.PERSONAL,
    Attendance.State.SICK,
    Attendance.State.MATERNITY,
    Attendance.State.POSTED,
    Attendance.State.UNEXCUSED,
)


class FieldValue(models.Model):
    """A field of ``Act.extra`` that the pack marks ``filter``, copied so that lists can filter by it."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="field_values")
    code = models.CharField(max_length=40)
    text = models.CharField(max_length=120, blank=True)
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "code"], name="activities_field_once")]
        indexes = [
            models.Index(fields=["code", "text", "act"], name="activities_field_text"),
            models.Index(fields=["code", "number", "act"], name="activities_field_number"),
        ]


class Reading(models.Model):
    """What was studied; with its own date of issue, the delay from issue to study is measured (B19)."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="readings")
    title = models.CharField(_("学习篇目"), max_length=160)
    issued_on = models.DateField(_("印发日期"), null=True)


class Output(models.Model):
    """Something the act yielded, counted: reflections received (B14), hours of service, listeners, viewers …"""

    act = models.ForeignKey(Act, models.CASCADE, related_name="outputs")
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "kind"], name="activities_output_once")]
        indexes = [models.Index(fields=["kind", "act"], name="activities_outputs")]


class Media(models.Model):
    """A live stream or recording of the act: link, viewers, and the right to show it (K08)."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="media")
    starts_at = models.DateTimeField(_("开始时间"), null=True)
    viewers = models.PositiveIntegerField(_("观看人数"), null=True)
    url = models.CharField(_("存档地址"), max_length=300, blank=True)
    rights = models.CharField(_("授权说明"), max_length=200, blank=True)


class Vote(models.Model):
    """One matter put to the vote, with the right denominator: more than half of all entitled, present or not."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="votes")
    matter = models.CharField(_("表决事项"), max_length=160)
    rule = models.CharField(max_length=40, blank=True, help_text="code of the pack's decision; empty: no rule asked")
    entitled = models.PositiveIntegerField(_("应到会有表决权"))
    present = models.PositiveIntegerField(_("实到会有表决权"))
    favour = models.PositiveIntegerField(_("赞成"))
    against = models.PositiveIntegerField(_("反对"), default=0)
    abstain = models.PositiveIntegerField(_("弃权"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activities_votes_add_up",
                condition=models.Q(present__lte=models.F("entitled"))
                & models.Q(present__gte=models.F("favour") + models.F("against") + models.F("abstain")),
            ),
        ]


class Resolution(models.Model):
    """Something decided, found or to be improved, with owner and date; until ledgers exist, the action list (A09, A18, A25, B07, B08).

    Closed by another person than its owner. ``opinion`` is the Party organisation's, as a body, before a
    major decision (A18); a decision without one is flagged.
    """

    class Kind(models.TextChoices):
        ACTION = "ACTION", _("议定事项")
        PROBLEM = "PROBLEM", _("发现问题")
        IMPROVEMENT = "IMPROVEMENT", _("整改事项")
        MAJOR = "MAJOR", _("重大事项")

    class State(models.TextChoices):
        OPEN = "OPEN", _("办理中")
        REPORTED = "REPORTED", _("待验收")
        CLOSED = "CLOSED", _("已销号")
        DROPPED = "DROPPED", _("不再办理")

    class Opinion(models.TextChoices):
        NONE = "", _("未记录")
        AGREED = "AGREED", _("同意")
        AMENDED = "AMENDED", _("修改后同意")
        REFERRED = "REFERRED", _("再议")

    act = models.ForeignKey(Act, models.CASCADE, related_name="resolutions")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ACTION)
    category = models.CharField(max_length=40, blank=True)
    matter = models.CharField(_("事项"), max_length=200)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("负责人"))
    due_on = models.DateField(_("时限"), null=True)
    proposer = models.CharField(_("提出单位"), max_length=60, blank=True)
    opinion = models.CharField(_("党组织意见"), max_length=10, choices=Opinion, blank=True, default=Opinion.NONE)
    opinion_on = models.DateField(null=True)
    state = models.CharField(_("进展"), max_length=10, choices=State, default=State.OPEN)
    progress = models.CharField(_("进展情况"), max_length=200, blank=True)
    reported_on = models.DateField(null=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("完成时间"), null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("验收人"))
    carried_to = models.ForeignKey(
        Act, models.PROTECT, null=True, related_name="+", help_text="followed up at this later meeting"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activities_closed_by_another",
                condition=~models.Q(state="CLOSED")
                | (models.Q(closed_by__isnull=False) & ~models.Q(closed_by=models.F("owner"))),
            ),
        ]
        indexes = [models.Index(fields=["org", "state", "due_on"], name="activities_open_items")]


class TagClaim(models.Model):
    """One tag of the pack proposed for one body from the act's parts, and what was decided about it.

    Only CONFIRMED claims become credits. A bureau may strike one with a reason.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("待确认")
        CONFIRMED = "CONFIRMED", _("计入")
        DECLINED = "DECLINED", _("不计入")
        STRUCK = "STRUCK", _("已取消计入")

    act = models.ForeignKey(Act, models.CASCADE, related_name="claims")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    tag = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    amount = models.IntegerField(default=0, help_text="hundredths of a class hour for each attender")
    per_person = models.BooleanField(default=False, help_text="a credit for each attender as well")
    known_at = models.DateTimeField(null=True, help_text="when the fact behind the credit was first recorded")
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "org", "tag"], name="activities_claimed_once")]


class Revision(models.Model):
    """How the act stood before correction number ``number``, and why it was corrected."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    before = models.JSONField()
    reason = models.CharField(_("更正原因"), max_length=200)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "number"], name="activities_revised_once")]

    @property
    def held_before(self) -> date:
        """The day of the act before the correction."""
        return date.fromisoformat(self.before["held_on"])


class Plan(models.Model):
    """One line of a body's year plan (全年组织生活计划): theme and expected day of a kind in a month (B06)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    body = models.ForeignKey(Org, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    month_on = models.DateField(help_text="the first of the month")
    theme = models.CharField(_("主题"), max_length=120)
    planned_on = models.DateField(_("计划日期"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "kind", "month_on"], name="activities_planned_once")]


class FixedDay(models.Model):
    """The body's fixed Party day: the n-th weekday of each month, usual hours and place (defaults of the form)."""

    body = models.OneToOneField(Org, models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField(_("星期"), default=4, help_text="0 Monday … 6 Sunday")
    week = models.PositiveSmallIntegerField(_("第几周"), default=3)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    place = models.CharField(_("地点"), max_length=80)
