"""A bureau's own edition: drafted, changed piece by piece, published or thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries, rules
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import adding, change, schema
from hongzhu.core.policies.pack.merge import taken_over
from hongzhu.core.policies.pack.source import PackRefused
from hongzhu.kit import registry
from hongzhu.kit.packs import Item
from hongzhu.kit.refs import Actor, Ref

Status = PackVersion.Status
MOST_PLACES = 50  # named in one entry of the audit chain


@transaction.atomic
def draft(*, bureau: Bureau, by: Actor, on: date) -> PackVersion:
    """A draft that begins as a copy of the version in force; the bureau's open draft, when there is one.

    An edition of the bureau's own that is published for a later day is what the next one stands on: a copy of
    today's version would silently take its changes back.
    """
    Bureau.objects.select_for_update(of=("self",)).get(pk=bureau.pk)
    open_draft = PackVersion.objects.filter(bureau=bureau, status=Status.DRAFT).first()
    if open_draft is not None:
        return open_draft  # no entry: the draft begun before is handed out again
    coming = PackVersion.objects.filter(bureau=bureau, status=Status.PUBLISHED, valid_from__gt=on)
    base = coming.order_by("-valid_from").first() or PackVersion.objects.get(pk=queries.version_on(bureau, on).pk)
    latest = (
        PackVersion.objects.filter(name=base.name)
        .filter(queries.own_or_shipped(bureau))
        .aggregate(latest=Max("version"))["latest"]
    )
    made = PackVersion.objects.create(
        bureau=bureau,
        name=base.name,
        version=int(latest or 0) + 1,
        extends=f"{base.name}@{base.version}",
        title=_("%(bureau)s制度包") % {"bureau": bureau.name},
        body=base.body,
        digest=base.digest,
        edited_by=by.label,
        edited_at=timezone.now(),
    )
    audit.record(by=by, did="policies.draft", to=Ref.to(made), bureau=bureau.pk, extends=made.extends)
    return made


@transaction.atomic
def take_over(*, version: PackVersion, by: Actor, now: datetime) -> PackVersion:
    """Put into a draft what a version changed that came with the program since. ValidationError: none came.

    What the bureau changed itself stays; publishing is still to be done.
    """
    version = _locked(version)
    assert version.bureau is not None
    found = queries.arrived(version.bureau, timezone.localdate(now))
    if found is None:
        raise ValidationError(_("没有新的随系统版本，不用并入。"))
    if not (verdict := rules.can_be_edited(version)):
        raise ValidationError(verdict.reason)
    before = PackVersion.objects.get(pk=found.before.pk).body if found.before else {}
    body = taken_over(before, version.body, PackVersion.objects.get(pk=found.version.pk).body)
    try:
        change.check(body)
    except PackRefused as refused:
        raise ValidationError(
            _("没有并入：%(what)s。草稿没有变，请先改好这一处再并入。") % {"what": refused.problems[0].message}
        ) from None
    version.body, version.digest = body, schema.digest(body)
    version.edited_by, version.edited_at = by.label, now
    version.save(update_fields=["body", "digest", "edited_by", "edited_at"])
    audit.record(
        by=by, did="policies.take_over", to=Ref.to(version), bureau=version.bureau_id,
        version=f"{found.version.name}@{found.version.version}", digest=version.digest,
    )  # fmt: skip
    return version


@transaction.atomic
def edit(
    *, version: PackVersion, edits: Iterable[change.Edit], by: Actor, now: datetime, seen: str = ""
) -> PackVersion:
    """Put changes into a draft. ValidationError names what does not fit; nothing is changed then.

    ``seen``: digest of the draft the changes were made on; refused when somebody saved another one since, whose
    work a second saving would take back unseen.
    """
    version = _locked(version)
    if not (verdict := rules.can_be_saved_over(version, seen)):
        raise ValidationError(verdict.reason)
    edits = list(edits)
    if not edits:
        return version  # no entry: nothing was changed
    try:
        body = change.apply(version.body, edits)
    except KeyError:
        raise ValidationError(_gone()) from None
    _keep(version, body, by=by, now=now)
    places = [edit.place for edit in edits][:MOST_PLACES]
    audit.record(by=by, did="policies.edit", to=Ref.to(version), bureau=version.bureau_id, places=places)
    return version


@transaction.atomic
def add_items(*, version: PackVersion, additions: Sequence[adding.Addition], by: Actor, now: datetime) -> list[str]:
    """Add items to a draft, together or not at all; the codes made from their titles, in the order given."""
    version = _locked(version)
    body, codes = _added(version, additions)
    _keep(version, body, by=by, now=now)
    places = [f"{row.section}.{row.listing}.{code}" for row, code in zip(additions, codes, strict=True)]
    audit.record(by=by, did="policies.add_items", to=Ref.to(version), bureau=version.bureau_id, places=places)
    return codes


@transaction.atomic
def change_item(
    *,
    version: PackVersion,
    item: queries.OwnItem,
    changed: adding.Addition,
    along: Sequence[adding.Addition] = (),
    by: Actor,
    now: datetime,
) -> PackVersion:
    """Set an item anew that the draft itself added, or a paper; its code stays, whatever it is called now.

    ``along``: items the change needs and that are not there yet.
    """
    version = _locked(version)
    there = _items(version, item.section, item.listing)
    others = [other for other in there if other.code != item.item.code]
    whole = (item.section, item.listing) in adding.WHOLE and len(others) < len(there)
    if not whole and item.place not in queries.added(version):
        raise ValidationError(_gone())
    if not (verdict := rules.can_be_added(others, changed.fields["title"]["zh"])):
        raise ValidationError(verdict.reason)
    body, codes = _added(version, along)
    _keep(version, adding.change(body, item.item.code, changed, codes), by=by, now=now)
    audit.record(
        by=by, did="policies.change_item", to=Ref.to(version), bureau=version.bureau_id, place=".".join(item.place)
    )
    return version


@transaction.atomic
def remove_item(*, version: PackVersion, item: queries.OwnItem, by: Actor, now: datetime) -> PackVersion:
    """Take away an item that the draft itself added, unless another one cannot do without it."""
    version = _locked(version)
    if item.place not in queries.added(version):
        raise ValidationError(_gone())
    if not (verdict := rules.can_be_removed(adding.users(schema.typed_body(version.body), item.place))):
        raise ValidationError(verdict.reason)
    _keep(version, adding.remove(version.body, item.place), by=by, now=now)
    audit.record(
        by=by, did="policies.remove_item", to=Ref.to(version), bureau=version.bureau_id, place=".".join(item.place)
    )
    return version


def _locked(version: PackVersion) -> PackVersion:
    """The draft as it stands now, held until commit. ValidationError when it is a draft no more."""
    version = PackVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if not (verdict := rules.can_be_edited(version)):
        raise ValidationError(verdict.reason)
    return version


def _keep(version: PackVersion, body: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Store a changed body that meets the schema. ValidationError names what does not fit."""
    try:
        change.check(body)
    except PackRefused as refused:
        raise ValidationError(
            [_("没有保存：%(what)s。已填内容还在。") % {"what": problem.message} for problem in refused.problems]
        ) from None
    version.body = body
    version.digest = schema.digest(body)
    version.edited_by = by.label
    version.edited_at = now
    version.save(update_fields=["body", "digest", "edited_by", "edited_at"])


def _added(version: PackVersion, additions: Sequence[adding.Addition]) -> tuple[dict[str, Any], list[str]]:
    """The draft's body with more items, none of them called what one there is called; and their codes."""
    for addition in additions:
        there = _items(version, addition.section, addition.listing)
        if not (verdict := rules.can_be_added(there, addition.fields["title"]["zh"])):
            raise ValidationError(verdict.reason)
    return adding.add(version.body, additions, queries.codes_ever(version))


def _items(version: PackVersion, section: str, listing: str) -> tuple[Item, ...]:
    items: tuple[Item, ...] = getattr(queries.typed(version).section(section), listing)
    return items


def _gone() -> str:
    return _("没有保存：这一项刚被别人去掉了。请返回草稿看看，需要的话重新加一项。")


@transaction.atomic
def publish(*, version: PackVersion, valid_from: date, basis: str, by: Actor, now: datetime) -> PackVersion:
    """Publish a draft: from ``valid_from`` it governs the bureau, and it never changes again."""
    version = PackVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    assert version.bureau is not None
    sections = schema.typed_body(version.body)
    on = timezone.localdate(now)
    open_findings = rules.still_open(queries.findings(sections), queries.excepted(version.bureau, on))
    latest = PackVersion.objects.filter(bureau=version.bureau, status=Status.PUBLISHED).aggregate(
        latest=Max("valid_from")
    )["latest"]
    closed = [seal(version.bureau.pk, on) for seal in registry.book.seals.values()]
    sealed = max((day for day in closed if day is not None), default=None)
    verdict = rules.can_be_published(
        version, open_findings, valid_from=valid_from, basis=basis, latest=latest, sealed=sealed
    )
    if not verdict:
        raise ValidationError(verdict.reason)
    version.status = Status.PUBLISHED
    version.valid_from = valid_from
    version.basis = basis.strip()
    version.digest = schema.digest(version.body)
    version.published_at = now
    version.published_by = by.label
    version.save(update_fields=["status", "valid_from", "basis", "digest", "published_at", "published_by"])
    audit.record(
        by=by,
        did="policies.publish",
        to=Ref.to(version),
        bureau=version.bureau_id,
        version=version.version,
        valid_from=valid_from.isoformat(),
        basis=version.basis,
        digest=version.digest,
    )
    return version


@transaction.atomic
def discard(*, version: PackVersion, by: Actor, on: date) -> None:
    """Throw a draft away. Drafts may be deleted; published versions never."""
    version = _locked(version)
    ref = Ref.to(version)
    bureau = version.bureau_id
    version.delete()
    audit.record(by=by, did="policies.discard", to=ref, bureau=bureau, on=on.isoformat())
