"""Transfers of the cast at any step: from 柳林中心小学党支部 to 双桥小学党支部."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.models import Transfer

ASKED, LET_GO, SENT, RECEIVED, TODAY = (
    date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 4), date(2026, 9, 8), date(2026, 11, 20),
)  # fmt: skip


def asked(cast: Any, place: int = 5, **more: Any) -> Transfer:
    """One who leaves: no account of theirs in the story unless ``place`` says so."""
    policies.ship()
    facts: dict[str, Any] = {
        "person": cast.people[place], "way": "WITHIN", "from_org": cast.branch, "to_org": cast.other_branch, "outside": "",
        "reason": "工作调动", "by": cast.actor("branch_secretary"), "on": ASKED,
    }  # fmt: skip
    return actions.ask(bureau=cast.bureau, **facts | more)


def let_go(cast: Any, **more: Any) -> Transfer:
    by = cast.actor("branch_secretary")
    return actions.let_go(lines=[asked(cast, **more)], by=by, on=LET_GO, today=TODAY)[0]


def send(cast: Any, line: Transfer, **more: Any) -> Transfer:
    facts: dict[str, Any] = {
        "number": "青教转〔2026〕12号", "by": cast.actor("district_officer"), "on": SENT, "today": TODAY,
    }  # fmt: skip
    return actions.send(line=line, **facts | more)


def sent(cast: Any, **more: Any) -> Transfer:
    return send(cast, let_go(cast, **more))


def receive(cast: Any, *lines: Transfer, **more: Any) -> list[Transfer]:
    facts: dict[str, Any] = {"by": cast.actor("neighbour"), "on": RECEIVED, "today": TODAY}
    return actions.receive(lines=lines, **facts | more)
