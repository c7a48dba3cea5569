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
    made = []
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
            made.append(
                PackVersion(
                    bureau=None,
                    name=edition.name,
                    version=edition.version,
                    status=Status.PUBLISHED,
                    extends=edition.extends,
                    title=edition.title,
                    basis=edition.basis,
                    body=edition.body,
                    digest=edition.digest,
                    valid_from=edition.valid_from,
                    published_at=moment,
                    published_by=by.label,
                )
            )
    if not made:
        return []  # no entry: everything was loaded before
    for version in made:
        version.save(force_insert=True)
    audit.record(by=by, did="policies.ship", bureau=0, versions=[f"{v.name}@{v.version}" for v in made])
    return made
