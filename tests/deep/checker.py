"""The supervisor's eye: is every acknowledged step there, and is every act whole?

It knows the tables, not the code that fills them: a whole act is one that looks like the act of its variant recorded
while nobody was killed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min

from hongzhu.core.activities import queries
from hongzhu.core.activities.models import (
    Act,
    ActBody,
    Attendance,
    Output,
    Reading,
    Resolution,
    Revision,
    TagClaim,
    Vote,
)
from hongzhu.core.audit import engine as chain
from hongzhu.core.audit import queries as audit
from hongzhu.core.audit.models import Entry
from hongzhu.core.credits.models import Credit
from hongzhu.core.files.models import Attachment
from hongzhu.core.policies.models import NumberSeries

PARTS = (ActBody, Attendance, Reading, Output, Vote, Resolution, TagClaim)
SHOWN = 5


@dataclass
class Findings:
    """``lost``: acknowledged and not there. ``half``: there, but not whole."""

    acts: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        shown = "; ".join([*self.lost[:SHOWN], *self.half[:SHOWN]])
        return (
            f"acts {self.acts}, acknowledged {self.acknowledged}, lost {len(self.lost)}, half {len(self.half)}"
            + (f" ({shown})" if shown else "")
        )  # fmt: skip


Shape = tuple[int, ...]


def shapes() -> dict[int, Shape]:
    """For every act: how many rows of each part hang on it, and its open attachments."""
    found: dict[int, list[int]] = {pk: [0] * (len(PARTS) + 1) for pk in Act.objects.values_list("pk", flat=True)}
    for place, model in enumerate(PARTS):
        for act, n in model._base_manager.values_list("act").annotate(n=Count("pk")):
            found[act][place] = n
    attached = Attachment.objects.filter(owner_kind="activities.act").values_list("owner_id").annotate(n=Count("pk"))
    for act, n in attached:
        if act in found:
            found[act][-1] = n
    return {act: tuple(row) for act, row in found.items()}


def patterns() -> dict[str, Shape]:
    """The shape of each variant, taken from acts recorded in peace; by the number before the colon of the theme."""
    by_act = shapes()
    return {theme.partition(":")[0]: by_act[pk] for pk, theme in Act.objects.values_list("pk", "theme")}


def check(acknowledged: Iterable[tuple[str, str]], whole: dict[str, Shape]) -> Findings:
    """All invariants. ``acknowledged``: (step, uuid); ``whole``: :func:`patterns` of the time before the killing."""
    said = list(acknowledged)
    acts = {str(uuid): (pk, theme) for uuid, pk, theme in Act.objects.values_list("uuid", "pk", "theme")}
    findings = Findings(acts=len(acts), acknowledged=len(said))
    entries: dict[int, Counter[str]] = defaultdict(Counter)
    for did, act in Entry.objects.filter(kind="activities.act").values_list("did", "object_id"):
        entries[act][did] += 1
    _lost(findings, said, acts, entries)
    _half(findings, acts, entries, whole)
    _numbers(findings)
    _credits(findings, acts)
    _files(findings)
    walked = chain.walk(audit.rows(), head=audit.head())
    if isinstance(walked, chain.Fault):
        findings.half.append(f"audit chain: {walked.what}")
    return findings


def _lost(
    findings: Findings, said: list[tuple[str, str]], acts: dict[str, tuple[int, str]], entries: dict[int, Counter[str]]
) -> None:
    for step, uuid in said:
        if uuid not in acts:
            findings.lost.append(f"{step} of {uuid}: no such act")
        elif not entries[acts[uuid][0]][f"activities.{step}"]:
            findings.lost.append(f"{step} of {uuid}: no audit entry")


def _half(
    findings: Findings,
    acts: dict[str, tuple[int, str]],
    entries: dict[int, Counter[str]],
    whole: dict[str, Shape],
) -> None:
    by_act = shapes()
    revisions = dict(Revision.objects.values_list("act").annotate(n=Max("number")))
    rows = {pk: rest for pk, *rest in Act.objects.values_list("pk", "revision", "status", "due_roster")}
    for pk, theme in acts.values():
        done, (revision, status, due) = entries[pk], rows[pk]
        if by_act[pk] != whole[theme.partition(":")[0]]:
            findings.half.append(f"act {pk}: rows {by_act[pk]}, a whole one has {whole[theme.partition(':')[0]]}")
        if by_act[pk][1] != due:
            findings.half.append(f"act {pk}: {due} due, {by_act[pk][1]} on the roster")
        if done["activities.record"] != 1:
            findings.half.append(f"act {pk}: {done['activities.record']} entries say it was recorded")
        if not revision == done["activities.correct"] == revisions.get(pk, 0):
            findings.half.append(f"act {pk}: revision {revision}, entries {done['activities.correct']}")
        if (status == Act.Status.VOIDED) != bool(done["activities.void"]):
            findings.half.append(f"act {pk}: {status}, entries of voiding {done['activities.void']}")
    known = {pk for pk, _theme in acts.values()}
    findings.half += [f"entry of act {act}, which is not there" for act in set(entries) - known]


def _numbers(findings: Findings) -> None:
    """Ordinals from 1 without a gap, and each series at its last one."""
    last = {
        (key, year): n
        for key, year, n in NumberSeries.objects.filter(key__startswith="activities.").values_list(
            "key", "year", "last"
        )
    }
    given = ActBody.objects.values_list("kind", "org", "year").annotate(
        n=Count("pk"), top=Max("number"), low=Min("number")
    )
    seen = set()
    for kind, org, year, n, top, low in given:
        key = (f"activities.{kind}.{org}", year)
        seen.add(key)
        if not n == top == last.get(key) or low != 1:
            findings.half.append(f"{key}: {n} numbers from {low} to {top}, series at {last.get(key)}")
    findings.half += [f"{key}: series at {n}, no act" for key, n in last.items() if key not in seen and n]


def _credits(findings: Findings, acts: dict[str, tuple[int, str]]) -> None:
    """Credits equal what the confirmed claims give, and an act said to be confirmed has decided claims."""
    given = Counter(
        (act, tag, body, person, held_on, belongs_on, amount)
        for act, tag, body, person, held_on, belongs_on, _at, amount in queries.earned_rows(TagClaim.objects.all())
    )
    kept = Counter(
        Credit.objects.filter(kind="activities.act", voided_at__isnull=True).values_list(
            "source", "tag", "body", "person", "held_on", "belongs_on", "amount"
        )
    )
    if kept != given:
        findings.half.append(
            f"credits: {sum((kept - given).values())} too many, {sum((given - kept).values())} missing"
        )
    confirmed = set(Entry.objects.filter(did="activities.confirm").values_list("object_id", flat=True))
    decided = set(TagClaim.objects.filter(decided_at__isnull=False).values_list("act", flat=True))
    known = {pk for pk, _theme in acts.values()}
    if odd := (confirmed & known) ^ decided:
        findings.half.append(f"confirmed by entry or by claims only: acts {sorted(odd)[:SHOWN]}")


def _files(findings: Findings) -> None:
    """No row without its bytes. Bytes without a row are orphans: allowed, and swept."""
    for bureau, sha256, size in Attachment.objects.values_list("blob__bureau", "blob__sha256", "blob__size"):
        path = Path(settings.FILES_DIR) / str(bureau) / sha256
        if not path.is_file() or path.stat().st_size != size:
            findings.half.append(f"attachment without its bytes: {path.name[:12]}")


def report(findings: Findings, **more: Any) -> dict[str, Any]:
    """For the test that started this program."""
    return {
        "acts": findings.acts, "acknowledged": findings.acknowledged, "lost": len(findings.lost),
        "half": len(findings.half), "shown": [*findings.lost[:SHOWN], *findings.half[:SHOWN]], **more,
    }  # fmt: skip
