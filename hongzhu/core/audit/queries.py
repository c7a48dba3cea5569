"""Reading the chain and the log: for the verifier, the exporter and the audit administrator's pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db.models import QuerySet

from hongzhu.kit import registry
from hongzhu.kit.refs import Ref

from . import engine
from .models import ChainHead, Entry, Refusal

ORIGIN = "hongzhu/audit"


def rows() -> Iterator[dict[str, Any]]:
    """Every entry in order, as the verifier reads it. Streams."""
    names = [*engine.FIELDS, "prev", "hash"]
    for values in Entry.objects.order_by("seq").values_list(*names).iterator(chunk_size=5000):
        row = dict(zip(names, values, strict=True))
        row["at"] = engine.instant(row["at"])
        yield row


def head() -> tuple[int, str]:
    """The end of the chain as its head row states it."""
    row = ChainHead.objects.filter(id=1).values_list("seq", "hash").first()
    return row or (0, engine.GENESIS)


def entries(bureau: int | None, *, did: str = "", actor: str = "", text: str = "") -> QuerySet[Entry]:
    """Entries of one bureau (None: all), newest first."""
    found = Entry.objects.order_by("-seq")
    if bureau is not None:
        found = found.filter(bureau=bureau)
    if did:
        found = found.filter(did__startswith=did)
    if actor:
        found = found.filter(actor_label__contains=actor)
    return found.filter(object_label__contains=text) if text else found


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it: ``said`` what was done, ``reason`` why where one was given, ``detail`` as it was hashed."""

    entry: Entry
    said: str
    reason: str
    detail: str


def told(found: Iterable[Entry]) -> list[Told]:
    """Entries with the words their rooms have for them; a verb without words stands as it was written."""
    return [Told(entry, deed(entry.did), *_detail(entry.detail)) for entry in found]


def deed(did: str) -> str:
    """What ``<room>.<verb>`` is called."""
    room, _dot, verb = did.partition(".")
    known = registry.book.deeds.get(room)
    return str(known.words.get(verb, did)) if known else did


def rooms() -> list[tuple[str, str]]:
    """The rooms whose entries can be asked for: the beginning of ``did``, and what the room is called."""
    return [(f"{room}.", str(known.title)) for room, known in registry.book.deeds.items()]


def _detail(text: str) -> tuple[str, str]:
    kept = json.loads(text)
    return str(kept.pop("reason", "") or ""), json.dumps(kept, ensure_ascii=False) if kept else ""


def refusals(bureau: int | None, *, kind: str = "") -> QuerySet[Refusal]:
    """Denials and reveals of one bureau (None: all), newest first."""
    found = Refusal.objects.order_by("-at", "-id")
    if bureau is not None:
        found = found.filter(bureau=bureau)
    return found.filter(kind=kind) if kind else found


def looks_at(kind: str, object_id: int) -> QuerySet[Refusal]:
    """Who has revealed data of one thing, newest first: a person may see who looked."""
    return Refusal.objects.filter(kind=Refusal.Kind.REVEAL, object_kind=kind, object_id=object_id).order_by("-at")


def who_did(to: Ref, *did: str) -> set[int]:
    """Ids of the accounts that did one of these to a thing, by the chain; the system (0) is nobody. One query."""
    found = Entry.objects.filter(kind=to.kind, object_id=to.id, did__in=did, actor__gt=0)
    return set(found.order_by().values_list("actor", flat=True))


def signing_key(seed: str) -> Ed25519PrivateKey:
    """The deployment's checkpoint key, from 64 hex digits kept outside the database."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def sign(point: engine.Point, key: Ed25519PrivateKey) -> engine.Point:
    return engine.Point(point.origin, point.seq, point.hash, point.at, key.sign(point.body()).hex())


def genuine(point: engine.Point, key: Ed25519PublicKey) -> bool:
    """Whether the checkpoint was signed by this deployment."""
    try:
        key.verify(bytes.fromhex(point.signature), point.body())
    except (InvalidSignature, ValueError):
        return False
    return True


def read_points(path: Path) -> list[engine.Point]:
    """Checkpoints from a file: four lines and a signature line each, with a blank line between."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line]
        if len(lines) == 5 and lines[1].isdigit():
            found.append(engine.Point(lines[0], int(lines[1]), lines[2], lines[3], lines[4]))
        elif lines:
            raise ValueError(f"{path}: not a checkpoint: {lines[0][:60]!r}")
    return found


def write_point(path: Path, point: engine.Point) -> None:
    """Append one checkpoint to a file; the file is only ever appended to."""
    with path.open("a", encoding="utf-8") as out:
        out.write(point.body().decode() + point.signature + "\n\n")
