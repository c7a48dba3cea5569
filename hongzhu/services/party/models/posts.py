"""设岗践诺: demonstration posts, responsibility areas, and promises signed on paper and registered here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class PlaceKind(models.TextChoices):
    DEMONSTRATION = "DEMONSTRATION", _("党员示范岗")
    VANGUARD = "VANGUARD", _("党员先锋岗")
    AREA = "AREA", _("党员责任区")


class PostPlace(models.Model):
    """A post or an area a branch offers (岗位目录): who holds one has it in :class:`MemberPost`. Half-open in time.

    Closing a place ends the offer; those who hold it keep it until it is withdrawn from them.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    kind = models.CharField(_("类别"), max_length=14, choices=PlaceKind)
    title = models.CharField(_("岗位或责任区"), max_length=80)
    duty = models.CharField(_("职责"), max_length=200, blank=True)
    places = models.PositiveSmallIntegerField(_("名额"), default=1)
    from_on = models.DateField(_("开放日期"))
    closed_on = models.DateField(_("关闭日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "kind", "title"],
                name="party_place_once",
                condition=models.Q(closed_on__isnull=True),
            ),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="party_place_some"),
        ]

    def __str__(self) -> str:
        return self.title


class MemberPost(models.Model):
    """A member holds a demonstration post or answers for an area for a time; reviewed, kept or withdrawn.

    Assigned by the branch, or claimed by the member and then agreed to by somebody else (``agreed_on``).
    """

    Kind = PlaceKind

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    place = models.ForeignKey(
        PostPlace, models.PROTECT, related_name="holders", null=True, blank=True, verbose_name=_("岗位目录")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    kind = models.CharField(_("类别"), max_length=14, choices=PlaceKind)
    title = models.CharField(_("岗位或责任区"), max_length=80)
    duty = models.CharField(_("职责"), max_length=200, blank=True)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"), null=True, blank=True)
    agreed_on = models.DateField(_("支部同意日期"), null=True, blank=True)
    reviewed_on = models.DateField(_("最近复核日期"), null=True, blank=True)
    ended_for = models.CharField(_("撤下原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "person", "kind", "title"],
                name="party_post_once",
                condition=models.Q(to_on__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["org", "kind", "from_on"], name="party_posts_by_org")]

    def __str__(self) -> str:
        return self.title


class Promise(models.Model):
    """One line a member promises to do in a year: signed on paper on a day, done on a day. One per member and year.

    The member may report it kept (``reported_on``, the day it was kept; ``deed``, what was done); somebody else
    confirms (``done_on``) or sends the report back (``returned_for``), after which it may be reported again.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    org = models.ForeignKey(Org, models.PROTECT, related_name="+", verbose_name=_("党支部"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    year = models.PositiveSmallIntegerField(_("年度"))
    item = models.CharField(_("承诺事项"), max_length=200)
    signed_on = models.DateField(_("签名日期"), null=True, blank=True)
    reported_on = models.DateField(_("本人报兑现日期"), null=True, blank=True)
    deed = models.CharField(_("做了什么"), max_length=100, blank=True)
    returned_for = models.CharField(_("退回原因"), max_length=200, blank=True)
    done_on = models.DateField(_("兑现日期"), null=True, blank=True)
    checked_by = models.CharField(_("核对人"), max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="party_promise_once")]
        indexes = [models.Index(fields=["org", "year"], name="party_promises_by_org")]

    def __str__(self) -> str:
        return self.item
