"""Two tables: the chain of writes, and the log of denials and sensitive reads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChainHead(models.Model):
    """The one row that holds the chain's end; locked last in every writing transaction."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_one_head", condition=models.Q(id=1))]


class Entry(models.Model):
    """One business write. Append-only: each row's hash covers its fields and the hash before it.

    ``bureau`` is the id of the bureau the write belongs to (0: the whole deployment), kept as a number
    because organisations lie above this room. ``detail`` is canonical JSON without personal values.
    """

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    bureau = models.BigIntegerField(default=0)
    at = models.DateTimeField(_("时间"))
    actor = models.BigIntegerField(default=0)
    actor_label = models.CharField(_("谁"), max_length=120)
    behalf = models.CharField(_("代谁"), max_length=120, blank=True)
    did = models.CharField(_("做了什么"), max_length=80)
    kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(default=0)
    object_label = models.CharField(_("对什么"), max_length=200, blank=True)
    detail = models.TextField(default="{}")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["bureau", "-seq"], name="audit_by_bureau"),
            models.Index(fields=["kind", "object_id", "-seq"], name="audit_by_object"),
            models.Index(fields=["actor", "-seq"], name="audit_by_actor"),
        ]


class Refusal(models.Model):
    """A denial (403, or 404 of a signed-in user) or a reveal of personal data: who, where, why."""

    class Kind(models.TextChoices):
        DENIED = "DENIED", _("没有权限")
        UNSEEN = "UNSEEN", _("查看范围之外")
        REVEAL = "REVEAL", _("查看个人信息")
        LOCKED = "LOCKED", _("登录被锁定")

    bureau = models.BigIntegerField(default=0)
    at = models.DateTimeField(_("时间"))
    actor = models.BigIntegerField(default=0)
    actor_label = models.CharField(_("谁"), max_length=120)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    what = models.CharField(_("哪个页面"), max_length=200)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["bureau", "-at"], name="audit_refusal_by_bureau")]
