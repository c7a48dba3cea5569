"""Bytes kept once by SHA-256, and the attachments that point at them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau


class Blob(models.Model):
    """One stored file of one bureau; the bytes lie in FILES_DIR/<bureau>/<sha256>.

    ``swept_at``: every attachment was removed long ago and the bytes are gone; the same bytes may come again.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("大小"))
    mime = models.CharField(max_length=100)
    stored_at = models.DateTimeField()
    swept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau", "sha256"], name="files_once")]


class Attachment(models.Model):
    """A record (named by a Ref) carries a file in a slot. Opened only through the owner's door."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    owner_kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField()
    slot = models.CharField(max_length=40)
    name = models.CharField(_("文件名"), max_length=160)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    added_by_id = models.BigIntegerField(default=0, help_text="account; 0: the system")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="files_by_owner"),
            models.Index(fields=["added_by_id", "added_at"], name="files_by_sender"),
        ]

    def __str__(self) -> str:
        return self.name
