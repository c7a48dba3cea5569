"""The hours closed classes have earned, recomputed from their trainees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from hongzhu.kit import registry
from hongzhu.services.party.models import Trainee
from hongzhu.services.party.queries.training import STUDY_TAG


@registry.credit_source("party.trainingclass")
def credits_of_classes(bureau_id: int) -> Iterable[tuple[Any, ...]]:
    """Every credit the bureau's classes have earned. One query."""
    rows = (
        Trainee.objects.filter(
            training__bureau=bureau_id,
            training__closed_at__isnull=False,
            training__voided_at__isnull=True,
            absent=False,
        )
        .annotate(got=Coalesce("hours", F("training__hours")))
        .filter(got__gt=0)
        .values_list("training", "org", "person", "training__from_on", "training__closed_at", "got")
    )
    for training, org, person, held_on, closed_at, got in rows.iterator(chunk_size=5000):
        yield (training, STUDY_TAG, org, person, held_on, held_on, closed_at, got)
