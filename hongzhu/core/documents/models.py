"""The document register with receipts, and the outbox."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account, Person


class Document(models.Model):
    """A rule, plan, notice, appeal or list issued by a body (A28, K05). Its supersedes-chain and addressees are rows.

    ``audience`` is what the drafter chose, {"under": id of a body, "kinds": [Kind …]}; who that was on the day
    of issue is in Recipient and does not change afterwards. ``returned_for`` says why it came back to the drafter.
    """

    class Kind(models.TextChoices):
        RULE = "RULE", _("规则")
        MEASURE = "MEASURE", _("办法")
        STANDARD = "STANDARD", _("标准")
        PLAN = "PLAN", _("方案")
        OPINION = "OPINION", _("意见")
        NOTICE = "NOTICE", _("通知")
        CHECKLIST = "CHECKLIST", _("清单")
        APPEAL = "APPEAL", _("倡议书")
        CIRCULAR = "CIRCULAR", _("通报")
        REPLY = "REPLY", _("批复")
        REQUEST = "REQUEST", _("请示")
        REPORT = "REPORT", _("报告")
        MINUTES = "MINUTES", _("纪要")
        UNDERTAKING = "UNDERTAKING", _("责任书")
        OTHER = "OTHER", _("其他")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        REVIEW = "REVIEW", _("待审阅")
        SIGNED = "SIGNED", _("已签发")
        ISSUED = "ISSUED", _("已发")
        TRIAL = "TRIAL", _("试行")
        IN_FORCE = "IN_FORCE", _("施行")
        REVISED = "REVISED", _("已修订")
        REPEALED = "REPEALED", _("已废止")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("发文单位"))
    in_name_of = models.CharField(
        _("以何名义印发"), max_length=120, blank=True, help_text="other than the issuer's own"
    )
    kind = models.CharField(_("文种"), max_length=12, choices=Kind)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("正文"), blank=True)
    topic = models.CharField(_("主题"), max_length=40, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    valid_from = models.DateField(_("施行日期"), null=True, blank=True)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    reply_by = models.DateField(_("回复期限"), null=True, blank=True)
    needs_reply = models.BooleanField(_("要求回复"), default=False)
    addressed_to = models.CharField(_("主送"), max_length=200, blank=True)
    copied_to = models.CharField(_("抄送"), max_length=200, blank=True)
    audience = models.JSONField(default=dict)
    trial = models.BooleanField(_("试行"), default=False)
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True)
    returned_for = models.CharField(_("退回原因"), max_length=200, blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    signed_by = models.CharField(_("签发人"), max_length=60, blank=True)
    signed_on = models.DateField(_("签发日期"), null=True, blank=True)
    drafted_by = models.CharField(max_length=120, blank=True)
    reviewed_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "number"], name="documents_number_once", condition=~models.Q(number="")
            ),
            models.CheckConstraint(
                name="documents_issued_is_dated",
                condition=models.Q(status__in=["DRAFT", "REVIEW", "SIGNED"]) | models.Q(issued_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "kind", "-issued_on"], name="documents_by_kind"),
            models.Index(fields=["issuer", "-issued_on"], name="documents_by_issuer"),
        ]

    def __str__(self) -> str:
        return self.title


# What has been given out; before that it is work on the drafter's desk.
UNISSUED = (Document.Status.DRAFT, Document.Status.REVIEW, Document.Status.SIGNED)
ISSUED = tuple(status for status in Document.Status.values if status not in UNISSUED)
# Kinds that stay in force until revised or repealed; the others are done when they are read.
STANDING = (
    Document.Kind.RULE,
    Document.Kind.MEASURE,
    Document.Kind.STANDARD,
    Document.Kind.PLAN,
    Document.Kind.OPINION,
    Document.Kind.CHECKLIST,
    Document.Kind.UNDERTAKING,
)


class Recipient(models.Model):
    """One addressee, frozen when the document was issued: when read, by whom, when replied."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="recipients")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=120, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.CharField(max_length=120, blank=True)
    reply = models.CharField(_("回复"), max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "org"], name="documents_addressed_once")]
        indexes = [models.Index(fields=["org", "read_at"], name="documents_by_addressee")]


class SignUp(models.Model):
    """A person answers an appeal (倡议书): that and when, nothing else (K05)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "person"], name="documents_signed_up_once")]


class Message(models.Model):
    """The outbox: one message to one account through the gateway. ``key`` makes a reminder unique per item and level."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("待发")
        SENT = "SENT", _("已发出")
        FAILED = "FAILED", _("发送失败")

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    subject = models.CharField(_("标题"), max_length=160)
    text = models.TextField(_("内容"))
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="documents_message_once")]
        indexes = [models.Index(fields=["state", "next_try_at"], name="documents_outbox")]
