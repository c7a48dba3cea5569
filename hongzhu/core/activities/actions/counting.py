"""What an act counts for: tags confirmed, declined or struck, and the credits that follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities import queries, rules
from hongzhu.core.activities.models import Act, TagClaim
from hongzhu.core.audit import actions as audit
from hongzhu.core.credits import actions as credits
from hongzhu.core.credits.actions import Earned, Worth
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref


def _settle(act: Act, *, now: datetime, belonged: date | None = None) -> None:
    """Make the credits of an act equal what its confirmed claims are worth.

    A group's meeting counts when every group has met, so the other groups' acts follow it; ``belonged``: the day it
    belonged to before a correction. In the caller's transaction and without an audit entry of its own.
    """
    rounds = queries.with_rounds(act, act.belongs_on.year, (belonged or act.belongs_on).year)
    if rounds:
        # Two groups confirmed at once would each find the other not yet counted.
        Org.objects.select_for_update(of=("self",)).get(pk=act.body_id)
    acts = {row.pk: row for row in (*rounds, act)}
    earned: dict[int, list[Earned]] = {pk: [] for pk in acts}
    for pk, tag, body, person, held_on, belongs_on, recorded_at, amount in queries.earned_rows(
        TagClaim.objects.filter(act__in=list(acts))
    ):
        earned[pk].append(Earned(tag, body, held_on, belongs_on, person, amount, recorded_at))
    worth = {pk: Worth(earned[pk], row.recorded_at) for pk, row in acts.items()}
    credits.settle(kind=Ref.to(act).kind, bureau=act.bureau_id, worth=worth, now=now)


@transaction.atomic
def confirm(
    *,
    act: Act,
    counted: Collection[tuple[int, str]],
    by: Actor,
    now: datetime,
    bodies: Collection[int] | None = None,
) -> Act:
    """The recorder says what counts: ``counted`` are (body id, tag) to count, every other proposal is declined.

    ``bodies``: whose tags are decided; None: all. Each body of a joint act confirms its own.
    Only tags the act meets can be confirmed; a struck one stays struck. ValidationError beyond the most tags
    per act of the pack.
    """
    act = Act.objects.select_for_update(of=("self",)).select_related("body", "bureau").get(pk=act.pk)
    if not (verdict := rules.can_be_confirmed(act)):
        raise ValidationError(verdict.reason)
    section = queries.section_of(act.bureau, act.held_on)
    claims = list(act.claims.exclude(state=TagClaim.State.STRUCK))
    if bodies is not None:
        claims = [claim for claim in claims if claim.org_id in bodies]
    wanted = set(counted)
    if unknown := wanted - {(claim.org_id, claim.tag) for claim in claims}:
        raise ValidationError(
            _("有一项这次不能计入：%s，请按页面上写的条件补全后再确认。")
            % _("、").join(sorted(tag for _org, tag in unknown))
        )
    most = section.max_tags_per_act.value if section.max_tags_per_act else None
    hours_only = {tag.code for tag in section.tags if tag.per_person and tag.amount == "hours"}
    for org in {claim.org_id for claim in claims}:
        chosen = [tag for body, tag in wanted if body == org and tag not in hours_only]
        if most is not None and len(chosen) > most:
            raise ValidationError(
                _("每次活动最多计入%(most)s项，现在选了%(n)s项，请取消几项再确认。") % {"most": most, "n": len(chosen)}
            )
    for claim in claims:
        before = claim.state
        claim.state = TagClaim.State.CONFIRMED if (claim.org_id, claim.tag) in wanted else TagClaim.State.DECLINED
        if claim.state == before:
            continue
        claim.decided_by, claim.decided_at = by.label[:120], now
        claim.known_at = claim.known_at or act.recorded_at
    TagClaim.objects.bulk_update(claims, ["state", "decided_by", "decided_at", "known_at"])
    _settle(act, now=now)
    audit.record(
        by=by, did="activities.confirm", to=Ref.to(act), bureau=act.bureau_id,
        counted=sorted(f"{org}:{tag}" for org, tag in wanted),
    )  # fmt: skip
    return act


@transaction.atomic
def strike(*, act: Act, org: Org, tag: str, reason: str, by: Actor, now: datetime) -> TagClaim:
    """The bureau takes one tag off an act, with a reason the branch reads (取消计入)."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    claim = act.claims.select_for_update().filter(org=org, tag=tag).first()
    if claim is None or claim.state == TagClaim.State.STRUCK:
        raise ValidationError(_("这一项没有计入，不用取消。"))
    if not reason.strip():
        raise ValidationError(_("请写取消计入的原因，支部会看到。"))
    claim.state, claim.reason = TagClaim.State.STRUCK, reason.strip()[:200]
    claim.decided_by, claim.decided_at = by.label[:120], now
    claim.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _settle(act, now=now)
    audit.record(
        by=by, did="activities.strike", to=Ref.to(act), bureau=act.bureau_id, body=org.pk, tag=tag, reason=claim.reason
    )
    return claim
