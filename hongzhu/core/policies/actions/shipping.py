"""Loading the packs we ship."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import folder
from hongzhu.kit import bulk
from hongzhu.kit.refs import Actor

SYSTEM = Actor.system("hongzhu")
Status = PackVersion.Status


@transaction.atomic
def ship(*, root: Path = folder.PACKS, by: Actor = SYSTEM, now: datetime | None = None) -> list[PackVersion]:
    """Load the packs lying under ``root`` as published versions. Idempotent; returns the versions that are new.

    A published version never changes: ValidationError when a file says something else than the version
    already loaded under its number.
    """
    moment = now or timezone.now()
    known = {
        (name, number): digest
        for name, number, digest in PackVersion.objects.filter(bureau__isnull=True).values_list(
            "name", "version", "digest"
        )
    }
    new: list[folder.Edition] = []
    for editions in folder.shipped(root).values():
        for edition in editions:
            there = known.get((edition.name, edition.version))
            if there == edition.digest:
                continue
            if there is not None:
                raise ValidationError(
                    _(
                        "制度包 %(name)s 第%(version)s版已经发布，内容却改了。请在 pack.yaml 加一个新版本，改动写进 v%(next)s 文件夹。"
                    )
                    % {"name": edition.name, "version": edition.version, "next": edition.version + 1}
                )
            new.append(edition)
    if not new:
        return []  # no entry: everything was loaded before
    pks = bulk.reserve(PackVersion, len(new))
    bulk.insert(
        PackVersion,
        {
            "id": pks,
            "bureau_id": [None] * len(new),
            "name": [edition.name for edition in new],
            "version": [edition.version for edition in new],
            "status": [Status.PUBLISHED.value] * len(new),
            "extends": [edition.extends for edition in new],
            "title": [edition.title for edition in new],
            "basis": [edition.basis for edition in new],
            "body": [edition.text for edition in new],
            "digest": [edition.digest for edition in new],
            "valid_from": [edition.valid_from for edition in new],
            "valid_to": [None] * len(new),
            "published_at": [moment] * len(new),
            "published_by": [by.label] * len(new),
            "edited_by": [""] * len(new),
            "edited_at": [None] * len(new),
        },
    )
    made = list(PackVersion.objects.filter(pk__in=pks).defer("body").order_by("pk"))
    audit.record(by=by, did="policies.ship", bureau=0, versions=[f"{v.name}@{v.version}" for v in made])
    return made
