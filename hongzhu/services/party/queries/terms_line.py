"""An election as one vertical line: what was done, when, by which paper, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.kit.dates import full_text
from hongzhu.services.party.models import Election, ElectionSeat
from hongzhu.services.party.rules import terms as rules


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``state``: done, next, later."""

    name: str
    title: str
    on: date | None
    text: str
    state: str


def steps(election: Election, rows: Sequence[ElectionSeat]) -> list[Step]:
    """From the beginning to the superior's reply on the result."""
    coming = rules.step_of(election)
    told: list[tuple[str, str, date | None, str]] = [
        ("start", pgettext("election", "开始"), election.started_on, str(election.get_cause_display())),
        ("ask", _("请示"), election.asked_on, _asked(election, [row for row in rows if not row.written_in])),
        ("allow", _("批复"), election.allowed_on, _signed(election.allowed_number, election.allowed_by)),
        ("hold", _("选举"), election.held_on, _held(election, rows)),
        ("report", _("结果报告"), election.reported_on, election.reported_number),
        ("confirm", _("结果批复"), election.confirmed_on, _signed(election.confirmed_number, election.confirmed_by)),
    ]
    if election.entitled is None and election.confirmed_on:
        # From papers of the past: only what they say.
        told = [row for row in told if row[2] is not None and row[0] != "start"]
    return [
        Step(name, title, on, text, "done" if on else "next" if name == coming else "later")
        for name, title, on, text in told
    ]


def _asked(election: Election, rows: Sequence[ElectionSeat]) -> str:
    if election.asked_on is None:
        return ""
    words = [election.asked_number, _("应选%(n)s名") % {"n": election.seats or 0}]
    if election.planned_on:
        words.append(_("拟于%(day)s选举") % {"day": full_text(election.planned_on)})
    if rows:
        words.append(
            _("候选人%(n)s名：%(names)s") % {"n": len(rows), "names": _("、").join(r.person.name for r in rows)}
        )
    return _("，").join(filter(None, words))


def _held(election: Election, rows: Sequence[ElectionSeat]) -> str:
    if election.held_on is None or election.entitled is None:
        return ""
    counts = _("应到%(entitled)s人，实到%(present)s人；发出%(issued)s张，收回%(returned)s张，有效%(valid)s张") % {
        "entitled": election.entitled, "present": election.present, "issued": election.issued,
        "returned": election.returned, "valid": election.valid,
    }  # fmt: skip
    vacant = (election.seats or 0) - sum(row.elected for row in rows)
    if vacant > 0:
        counts += _("。空缺%(n)s名：得票相等的请再次投票后改登记，过半数不足的另行选举") % {"n": vacant}
    return counts


def _signed(number: str, by: str) -> str:
    return _("，").join(filter(None, (number, by)))
