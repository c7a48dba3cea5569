"""Which pack governs which day, who may open which version, what the guard and a preview say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Bureau, Kind, Org
from hongzhu.core.policies import rules
from hongzhu.core.policies.models import GuardException, PackVersion
from hongzhu.core.policies.pack import adding, folder, guard, schema
from hongzhu.core.policies.pack.typed import Pack, Timeline
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.packs import Finding, Item, by_code
from hongzhu.kit.perms import Perm

BODIES_KEPT = 64  # parsed bodies kept in a process: six packs in a few versions each


class NoPack(ObjectDoesNotExist):
    """The bureau's pack is not in the database: run ``hongzhu policy ship`` (the upgrade does it)."""


# --- which version ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Body:
    """A published body, which never changes: its digest is its name, whichever row holds it."""

    digest: str
    pk: int = field(compare=False)


@lru_cache(maxsize=BODIES_KEPT)
def _sections(stored: _Body) -> dict[str, Any]:
    """The typed sections of one stored body."""
    body = PackVersion.objects.values_list("body", flat=True).get(pk=stored.pk)
    return schema.typed_body(body)


def own_or_shipped(bureau: Bureau) -> Q:
    """The bureau's own editions and the shipped versions of its pack."""
    return Q(bureau=bureau) | Q(bureau__isnull=True, name=bureau.pack)


def _published(bureau: Bureau) -> QuerySet[PackVersion]:
    """Published versions that may govern the bureau, oldest first; without their bodies."""
    return (
        PackVersion.objects.filter(own_or_shipped(bureau), status=PackVersion.Status.PUBLISHED)
        .defer("body")
        .order_by("valid_from", F("bureau").asc(nulls_first=True), "version")
    )


def _governing(bureau: Bureau) -> list[tuple[date, PackVersion]]:
    """Each governing version with its first day. A bureau's own edition governs from its day on for good."""
    found: list[tuple[date, PackVersion]] = []
    own = False
    for version in _published(bureau):
        assert version.valid_from is not None
        if version.bureau_id is None and own:
            continue
        own = own or version.bureau_id is not None
        if found and found[-1][0] == version.valid_from:
            found.pop()
        found.append((version.valid_from, version))
    if not found:
        raise NoPack(bureau.pack)
    return found


def version_on(bureau: Bureau, day: date) -> PackVersion:
    """The version in force on a day; before the first version, the first. NoPack when nothing is shipped."""
    governing = _governing(bureau)
    found = governing[0][1]
    for start, version in governing:
        if start <= day:
            found = version
    return found


@dataclass(frozen=True, slots=True)
class Arrived:
    """A version that came with the program after the bureau's own edition was published, and the one before it."""

    version: PackVersion
    before: PackVersion | None


def arrived(bureau: Bureau, on: date) -> Arrived | None:
    """What a bureau with an edition of its own has not looked at yet; None where it has none, or nothing came since."""
    every = list(_published(bureau))
    own = max((one.published_at for one in every if one.bureau_id is not None and one.published_at), default=None)
    shipped = [one for one in every if one.bureau_id is None and one.valid_from and one.valid_from <= on]
    if own is None or not shipped or shipped[-1].published_at is None or shipped[-1].published_at <= own:
        return None
    known = [one for one in shipped if one.published_at and one.published_at <= own]
    return Arrived(shipped[-1], known[-1] if known else None)


def typed(version: PackVersion) -> Pack:
    """A stored version ready for use. A draft is read anew each time, a published one is kept by its digest."""
    if version.status == PackVersion.Status.PUBLISHED:
        sections = _sections(_Body(version.digest, version.pk))
    else:
        sections = schema.typed_body(version.body)
    return Pack(
        version_id=version.pk,
        name=version.name,
        version=version.version,
        title=version.title,
        valid_from=version.valid_from,
        digest=version.digest,
        sections=sections,
    )


def pack_for(bureau: Bureau, on: date) -> Pack:
    """The pack that governs a bureau on a day, typed. One light query; bodies are parsed once in a process."""
    return typed(version_on(bureau, on))


def timeline(bureau: Bureau) -> Timeline:
    """All governing versions of a bureau in one query, for work over many days."""
    return Timeline([(start, typed(version)) for start, version in _governing(bureau)])


def base_section(name: str) -> Any:
    """A section of the newest national pack we ship, None where it has none: the rules under every bureau's own."""
    return folder.shipped()["national"][-1].sections.get(name)


def pack_of(version_id: int) -> Pack:
    """The pack a record was made under."""
    return typed(PackVersion.objects.get(pk=version_id))


def bureau_for(user: Any, perm: Perm) -> Bureau:
    """The user's bureau, when the acting role carries ``perm``; 403, or 404 without a bureau.

    Drafting, exceptions and calendars govern the whole bureau: those are held at its root or not at all.
    """
    access.require(user, perm)
    bureau = get_object_or_404(Bureau, pk=access.bureau_of(user))
    if perm in rules.BUREAU_WIDE:
        root = Org.objects.filter(bureau=bureau, kind=Kind.BUREAU, closed_on__isnull=True)
        access.check(user, perm, get_object_or_404(root))
    return bureau


def visible_to(user: Any) -> QuerySet[PackVersion]:
    """What we ship and what the user's bureau has made; drafts only for those who may draft."""
    if not access.may(user, rules.READ):
        return PackVersion.objects.none()
    bureau = access.bureau_of(user)
    seen = Q(bureau__isnull=True) | Q(bureau=bureau, status=PackVersion.Status.PUBLISHED)
    if access.may(user, rules.DRAFT):
        seen |= Q(bureau=bureau)
    return PackVersion.objects.filter(seen).order_by("name", "-version", F("bureau").desc(nulls_last=True))


def open_version(user: Any, pk: int, perm: Perm = rules.READ) -> PackVersion:
    """The door to a version: unseen is 404, seen but not permitted is 403."""
    version = get_object_or_404(visible_to(user), pk=pk)
    bureau_for(user, perm)
    if perm != rules.READ and version.bureau_id is None:
        raise PermissionDenied(_("随系统提供的制度包不能改，请先起草本局的一版。"))
    return version


# --- what a draft added -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnItem:
    """One item that a draft may change as a whole; ``item`` is its room's model, ``own``: the draft itself added it."""

    section: str
    listing: str
    item: Any
    own: bool = True

    @property
    def place(self) -> tuple[str, str, str]:
        return self.section, self.listing, self.item.code


def compared_with(version: PackVersion) -> PackVersion | None:
    """The version this one grew out of, else the one before it."""
    name, _at, number = version.extends.partition("@")
    if version.bureau_id is not None and number:
        owners = Q(bureau__isnull=True) | Q(bureau=version.bureau)
        found = PackVersion.objects.filter(owners, name=name, version=int(number), status=PackVersion.Status.PUBLISHED)
        return found.order_by(F("bureau").desc(nulls_last=True)).first()
    same = PackVersion.objects.filter(name=version.name, version__lt=version.version).filter(
        Q(bureau=version.bureau) if version.bureau else Q(bureau__isnull=True)
    )
    return same.order_by("-version").first()


def added(version: PackVersion) -> frozenset[tuple[str, str, str]]:
    """(section, list, code) of what a draft added to the version it began from: these it may take away again."""
    base = compared_with(version)
    if version.status != PackVersion.Status.DRAFT or base is None:
        return frozenset()
    return adding.own(typed(base).sections, schema.typed_body(version.body))


def open_item(version: PackVersion, section: str, listing: str, code: str, *, inherited: bool = False) -> OwnItem:
    """The door to an item a draft added; 404 for one that is not there or was there before the draft.

    ``inherited``: papers are opened too that were there before; they are laid out anew, never taken away.
    """
    own = (section, listing, code) in added(version)
    if not own and not (inherited and (section, listing) in adding.WHOLE):
        raise Http404
    items: Iterable[Item] = getattr(typed(version).section(section), listing)
    found = by_code(items).get(code)
    if found is None:
        raise Http404
    return OwnItem(section, listing, found, own)


def codes_ever(version: PackVersion) -> adding.Taken:
    """Every code of a list in any version of the bureau's pack: a code is never used for another meaning."""
    assert version.bureau is not None
    bodies = list(
        PackVersion.objects.filter(own_or_shipped(version.bureau), status=PackVersion.Status.PUBLISHED).values_list(
            "body", flat=True
        )
    )

    def taken(section: str, listing: str) -> set[str]:
        return {item["code"] for body in bodies for item in body.get(section, {}).get(listing, [])}

    return taken


def findings(sections: dict[str, Any]) -> list[Finding]:
    """What the regulation guard says about a pack's sections, refusals first."""
    return guard.findings(sections)


def excepted(bureau: Bureau | None, on: date) -> frozenset[str]:
    """The rules a bureau's exceptions lift on a day; an expired exception lifts nothing."""
    if bureau is None:
        return frozenset()
    return frozenset(GuardException.objects.filter(bureau=bureau, expires_on__gte=on).values_list("rule", flat=True))


def exceptions(bureau: Bureau) -> QuerySet[GuardException]:
    return GuardException.objects.filter(bureau=bureau).order_by("-expires_on", "rule")


@dataclass(frozen=True, slots=True)
class Movement:
    """What one room says a changed pack would move."""

    title: Any
    rows: list[registry.Moved]


def preview(changed: Pack, bureau: Bureau, period: Period) -> list[Movement]:
    """What a changed pack would move in a past or running period, asked of every room that has something to say."""
    old = pack_for(bureau, period.start)
    return [
        Movement(title=hook.title or name, rows=list(hook.run(bureau, old, changed, period)))
        for name, hook in registry.book.previews.items()
    ]
