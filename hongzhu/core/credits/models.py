"""The narrow table by which any act meets any duty."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person


class Credit(models.Model):
    """``tag`` was earned by ``body`` (and by ``person`` where people's hours count) through the thing ``kind``/``source``.

    Written in the transaction of the act by the room that owns it; voided and superseded, never deleted.
    ``held_on``: first day of the act. ``belongs_on``: a day inside the period it belongs to. ``amount``:
    hundredths of a class hour where the tag counts hours, else 0. A row that supersedes another keeps the time its
    fact was first known (``recorded_at``) and says in ``entered_at`` from when on it stands, so that a look back
    to a day between the two finds the old row alone.
    """

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+")
    tag = models.CharField(_("标签"), max_length=60)
    body = models.ForeignKey(Org, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    held_on = models.DateField()
    belongs_on = models.DateField()
    recorded_at = models.DateTimeField()
    entered_at = models.DateTimeField(
        null=True, help_text="when this row was written, where a correction came after recorded_at"
    )
    voided_at = models.DateTimeField(null=True)
    amount = models.IntegerField(default=0)
    kind = models.CharField(max_length=60)
    source = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "tag", "body", "person"],
                name="credits_person_once",
                condition=models.Q(voided_at__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "source", "tag", "body"],
                name="credits_body_once",
                condition=models.Q(voided_at__isnull=True, person__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                # person, always null here: without it SQLite would open each row to see that it is
                fields=[
                    "bureau",
                    "tag",
                    "belongs_on",
                    "body",
                    "held_on",
                    "recorded_at",
                    "entered_at",
                    "voided_at",
                    "person",
                ],
                name="credits_of_bodies",
                condition=models.Q(person__isnull=True),
            ),
            models.Index(
                fields=["body", "tag", "belongs_on"],
                name="credits_of_one_body",
                condition=models.Q(person__isnull=True),
            ),
            models.Index(
                fields=["person", "belongs_on", "tag", "amount"],
                name="credits_of_people",
                condition=models.Q(person__isnull=False),
            ),
        ]
