"""党费: what members owe, what they paid with which voucher, what was handed up and allotted back. Money in fen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class DuesBase(models.Model):
    """From which base, by which table a member pays from a month on; changes only when the pay changes.

    ``from_on`` and ``to_on`` are first days of months. ``flat`` is the monthly amount where the rule gives a range
    (farmers: 0.2 to 1 yuan) and the branch fixed it.
    """

    class Table(models.TextChoices):
        SALARIED = "SALARIED", _("按月领薪")
        RETIRED = "RETIRED", _("离退休")
        FARMER = "FARMER", _("农民")
        STUDENT = "STUDENT", _("学生、下岗失业、低保")
        SELF_EMPLOYED = "SELF_EMPLOYED", _("个体、无固定月收入")
        ANNUAL = "ANNUAL", _("年薪制")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    table = models.CharField(_("缴纳类别"), max_length=14, choices=Table, default=Table.SALARIED)
    base = models.PositiveBigIntegerField(_("计算基数（分）"), default=0)
    flat = models.PositiveIntegerField(_("核定月交（分）"), null=True, blank=True)
    from_on = models.DateField(_("起始月"))
    to_on = models.DateField(_("截止月"), null=True, blank=True)
    confirmed_on = models.DateField(
        _("核定日期"), null=True, blank=True, help_text="the yearly confirmation in January"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="party_one_open_base", condition=models.Q(to_on__isnull=True)
            ),
            models.CheckConstraint(
                name="party_base_lasts",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
            ),
        ]
        indexes = [models.Index(fields=["person", "from_on", "to_on"], name="party_bases_by_person")]


class Relief(models.Model):
    """Dues reduced or waived for some months: the branch studied it, the superior approved it.

    It counts from the approval; until then it waits, and once declined it stays as it was asked.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    monthly = models.PositiveIntegerField(_("减免后月交（分）"), default=0)
    from_on = models.DateField(_("起始月"))
    to_on = models.DateField(_("截止月"))
    studied_on = models.DateField(_("支部研究日期"))
    approved_on = models.DateField(_("上级批准日期"), null=True, blank=True)
    declined_on = models.DateField(_("上级不同意日期"), null=True, blank=True)
    number = models.CharField(_("批准文号"), max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="party_relief_lasts", condition=models.Q(to_on__gt=models.F("from_on"))),
            models.CheckConstraint(
                name="party_relief_studied_first",
                condition=models.Q(approved_on__isnull=True) | models.Q(approved_on__gte=models.F("studied_on")),
            ),
            models.CheckConstraint(
                name="party_relief_one_answer",
                condition=models.Q(approved_on__isnull=True) | models.Q(declined_on__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["person", "from_on", "to_on"], name="party_reliefs_by_person")]

    def __str__(self) -> str:
        return self.person.name


class Receipt(models.Model):
    """Money a member handed to the branch, with the number of its receipt and of the voucher it was booked with.

    A wrong one is voided with a reason and a new one is written. ``handing``: the hand-over its money went up with.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    number = models.CharField(_("收据号"), max_length=40)
    voucher = models.CharField(_("凭证号"), max_length=60)
    paid_on = models.DateField(_("交纳日期"))
    fen = models.PositiveIntegerField(_("金额（分）"))
    large = models.BooleanField(_("大额党费"), default=False, help_text="one-off voluntary payment, forwarded upward")
    collected_by = models.CharField(_("收款人"), max_length=120)
    recorded_at = models.DateTimeField(_("登记时间"))
    handing = models.ForeignKey("Handing", models.PROTECT, null=True, blank=True, related_name="receipts")
    forwarded_on = models.DateField(_("大额党费上缴日期"), null=True, blank=True)
    forward_voucher = models.CharField(_("大额党费上缴凭证号"), max_length=60, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="party_receipt_number_once"),
            models.CheckConstraint(
                name="party_receipt_has_voucher", condition=~models.Q(voucher="") & ~models.Q(number="")
            ),
            models.CheckConstraint(
                name="party_forwarded_is_large",
                condition=models.Q(forwarded_on__isnull=True, forward_voucher="")
                | models.Q(forwarded_on__isnull=False, large=True) & ~models.Q(forward_voucher=""),
            ),
        ]
        indexes = [
            models.Index(fields=["org", "paid_on"], name="party_receipts_by_org"),
            models.Index(fields=["person", "paid_on"], name="party_receipts_by_person"),
        ]

    def __str__(self) -> str:
        return self.number


class DuesMonth(models.Model):
    """How much of a receipt pays which month (its first day)."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="months")
    month = models.DateField(_("月份"))
    fen = models.PositiveIntegerField(_("金额（分）"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt", "month"], name="party_month_once_a_receipt")]
        indexes = [models.Index(fields=["month", "receipt"], name="party_dues_by_month")]


class Handing(models.Model):
    """What a body handed up for a quarter, and the superior's confirmation that it arrived.

    Its sum is the receipts that went with it, the hand-overs from below that were passed on (``within``) and what it took
    of the opening cash of the account (``opening_fen``).
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    superior = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("上级党组织"))
    quarter_on = models.DateField(_("季度"))
    fen = models.PositiveBigIntegerField(_("金额（分）"))
    opening_fen = models.PositiveBigIntegerField(_("其中期初余额（分）"), default=0)
    voucher = models.CharField(_("凭证号"), max_length=60)
    handed_on = models.DateField(_("上缴日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    within = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="below")
    received_on = models.DateField(_("收到日期"), null=True, blank=True)
    received_by = models.CharField(_("确认人"), max_length=120, blank=True)
    received_number = models.CharField(_("收款凭据号"), max_length=60, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "quarter_on"], name="party_handed_once", condition=models.Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="party_handing_has_voucher", condition=~models.Q(voucher="")),
            models.CheckConstraint(
                name="party_handed_opening_within", condition=models.Q(opening_fen__lte=models.F("fen"))
            ),
            models.CheckConstraint(
                name="party_received_is_known",
                condition=models.Q(received_on__isnull=True, received_at__isnull=True)
                | models.Q(received_on__isnull=False, received_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.org.name


class DuesNotice(models.Model):
    """The yearly publication of a branch's dues to its members: when it hung, and the totals as they were then."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    year = models.PositiveSmallIntegerField(_("年度"))
    posted_on = models.DateField(_("公布日期"))
    fen = models.PositiveBigIntegerField(_("实收（分）"))
    members = models.PositiveSmallIntegerField(_("交纳人数"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "year"], name="party_published_once")]


class Allotment(models.Model):
    """Dues money given down: a share back, or a special sum by a flat rule (B27: 58 units × 5000 yuan).

    ``payer`` is the body whose money it is. None in batches from before it was kept: the bureau's only committee at the
    top, and nobody's where there are several.
    """

    class Kind(models.TextChoices):
        BACK = "BACK", _("党费返还")
        SPECIAL = "SPECIAL", _("专项下拨")

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    title = models.CharField(_("名称"), max_length=160)
    year = models.PositiveSmallIntegerField(_("年度"))
    flat = models.PositiveBigIntegerField(_("每个单位（分）"), null=True, blank=True)
    share = models.PositiveSmallIntegerField(_("返还比例（%）"), null=True, blank=True)
    decided_on = models.DateField(_("决定日期"))
    payer = models.ForeignKey(
        Org, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("拨付党组织")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文件")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="party_allotment_has_one_rule",
                condition=models.Q(flat__isnull=False, share__isnull=True)
                | models.Q(flat__isnull=True, share__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AllotmentLine(models.Model):
    """One unit of an allotment: computed, sent with a voucher, received, and how much of it is used with vouchers."""

    allotment = models.ForeignKey(Allotment, models.CASCADE, related_name="lines")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("单位"))
    fen = models.PositiveBigIntegerField(_("金额（分）"))
    sent_on = models.DateField(_("拨付日期"), null=True, blank=True)
    voucher = models.CharField(_("凭证号"), max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when the payment was registered")
    received_on = models.DateField(_("收到日期"), null=True, blank=True)
    used = models.PositiveBigIntegerField(_("已用（分）"), default=0)
    used_for = models.CharField(_("用途"), max_length=200, blank=True)
    used_voucher = models.CharField(_("支出凭证号"), max_length=120, blank=True)
    reported_on = models.DateField(_("报告日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allotment", "org"], name="party_allotted_once"),
            models.CheckConstraint(
                name="party_sent_with_voucher",
                condition=models.Q(sent_on__isnull=True, sent_at__isnull=True)
                | models.Q(sent_on__isnull=False, sent_at__isnull=False) & ~models.Q(voucher=""),
            ),
            models.CheckConstraint(
                name="party_use_with_voucher", condition=models.Q(used=0) | ~models.Q(used_voucher="")
            ),
            models.CheckConstraint(name="party_used_within", condition=models.Q(used__lte=models.F("fen"))),
        ]
        indexes = [models.Index(fields=["org", "allotment"], name="party_allotted_by_org")]

    def __str__(self) -> str:
        return self.org.name


class AllotmentUse(models.Model):
    """One report of use: what was spent since the report before it. Their sum is ``used`` of the line.

    Lines reported before these rows were kept have none: there ``used`` was spent by ``reported_on``.
    """

    line = models.ForeignKey(AllotmentLine, models.CASCADE, related_name="uses")
    fen = models.PositiveBigIntegerField(_("金额（分）"))
    used_for = models.CharField(_("用途"), max_length=200)
    voucher = models.CharField(_("支出凭证号"), max_length=120)
    reported_on = models.DateField(_("报告日期"))

    class Meta:
        constraints = [
            models.CheckConstraint(name="party_use_is_some_money", condition=models.Q(fen__gt=0)),
        ]
        indexes = [models.Index(fields=["line", "reported_on"], name="party_uses_by_line")]


class DuesCheck(models.Model):
    """对账: the balance of a body's bank slip or cash book on a day beside the one computed of the rows that day.

    ``computed_fen`` is what it was when it was entered; a row voided or entered late since then is seen by the
    difference to what is computed now. It counts once another person has confirmed it.
    """

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    on = models.DateField(_("对账日期"))
    book_fen = models.BigIntegerField(_("账面余额（分）"))
    computed_fen = models.BigIntegerField(_("系统余额（分）"))
    note = models.CharField(_("差额说明"), max_length=200, blank=True)
    made_by = models.CharField(_("对账人"), max_length=120)
    made_at = models.DateTimeField(_("登记时间"))
    confirmed_by = models.CharField(_("核对人"), max_length=120, blank=True)
    confirmed_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "on"], name="party_dues_checked_once", condition=models.Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="party_dues_gap_explained",
                condition=models.Q(book_fen=models.F("computed_fen")) | ~models.Q(note=""),
            ),
            models.CheckConstraint(
                name="party_dues_checker_known",
                condition=models.Q(confirmed_at__isnull=True, confirmed_by="")
                | models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.org.name


class DuesOpening(models.Model):
    """期初余额: what a body had in hand when its account began here, with what it goes by; entered once.

    A wrong one is voided with a reason and written anew. It counts once another person has confirmed it.
    """

    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党组织"))
    on = models.DateField(_("起账日期"))
    fen = models.PositiveBigIntegerField(_("期初余额（分）"))
    basis = models.CharField(_("依据"), max_length=200)
    made_by = models.CharField(_("登记人"), max_length=120)
    made_at = models.DateTimeField(_("登记时间"))
    confirmed_by = models.CharField(_("核对人"), max_length=120, blank=True)
    confirmed_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org"], name="party_one_opening", condition=models.Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="party_opening_is_some_money", condition=models.Q(fen__gt=0) & ~models.Q(basis="")
            ),
            models.CheckConstraint(
                name="party_opening_checker_known",
                condition=models.Q(confirmed_at__isnull=True, confirmed_by="")
                | models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.org.name
