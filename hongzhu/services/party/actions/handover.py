"""A handover list saved as it stood, and signed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Handover
from hongzhu.services.party.queries import handover as queries
from hongzhu.services.party.rules import handover as rules


@transaction.atomic
def prepare(
    *, org: Org, leaving: Person, coming: Person, on: date, by: Actor, today: date, witness: str = "",
    seal_kept_by: str = "", archive_place: str = "",
) -> Handover:  # fmt: skip
    """The list as it stands now, frozen to be printed. Until it is signed it may be made anew: the newest stands."""
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    before = queries.prepared(org)
    _demand(
        rules.can_hand_over(
            leaving=leaving.pk, coming=coming.pk, was_secretary=queries.was_secretary(org, leaving.pk), on=on,
            today=today, prepared=before,
        )
    )  # fmt: skip
    row = before or Handover(bureau=org.bureau, org=org)
    row.leaving, row.coming, row.on = leaving, coming, on
    row.witness, row.seal_kept_by = witness.strip()[:60], seal_kept_by.strip()[:60]
    row.archive_place = archive_place.strip()[:120]
    row.items = queries.frozen(queries.sections(org, today))
    row.save()
    audit.record(
        by=by, did="party.prepare_handover", to=Ref.to(row), bureau=org.bureau_id, org=org.pk, leaving=leaving.pk,
        coming=coming.pk, on=on.isoformat(), rows=sum(len(part["rows"]) for part in row.items),
    )  # fmt: skip
    return row


@transaction.atomic
def sign(*, handover: Handover, on: date, by: Actor, today: date) -> Handover:
    """All three signed on paper; from then on the list stays as it is."""
    row = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    _demand(rules.can_sign(row, on, today))
    row.signed_on = on
    row.save(update_fields=["signed_on"])
    audit.record(by=by, did="party.sign_handover", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return row


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
