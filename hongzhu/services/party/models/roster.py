"""What the roster keeps of its own: which member was typed into which upper system, and when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Person


class Transcribed(models.Model):
    """A person's card carried over into an upper system (``system``: code of documents.upper_systems), last on ``on``."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("姓名"))
    system = models.CharField(_("上级平台"), max_length=40)
    on = models.DateField(_("转录日期"))
    by = models.CharField(_("转录人"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "system"], name="party_transcribed_once")]
