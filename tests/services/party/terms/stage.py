"""Elections of the cast's branch at any step. 柳林中心小学党支部 has eight full members and one probationary."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.actions.terms import Tally, Votes
from hongzhu.services.party.models import Election

LAST = date(2023, 12, 1)  # due 2026-12-01, window from 2026-06-04
STARTED, ASKED, ALLOWED, HELD = date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 15), date(2026, 10, 28)
REPORTED, CONFIRMED = date(2026, 10, 29), date(2026, 11, 3)
TODAY = date(2026, 11, 20)
KINDS = ("SECRETARY", "ORGANISER", "PUBLICITY", "COMMITTEE_MEMBER")


def before(cast: Any, org: Any = None, held_on: date = LAST) -> Election:
    """The last election of a body, from its papers."""
    policies.ship()
    return actions.register(
        org=org or cast.branch, held_on=held_on, confirmed_on=held_on, number="青教党〔2023〕9号",
        by=cast.actor("district_officer"), today=TODAY,
    )  # fmt: skip


def started(cast: Any, cause: str = "TERM", org: Any = None) -> Election:
    before(cast, org)
    return actions.start(org=org or cast.branch, cause=cause, by=cast.actor("branch_secretary"), on=STARTED)


def ballot(cast: Any, n: int = 4) -> list[tuple[Any, str]]:
    """The first of the branch's full members, secretary first."""
    return [(person, KINDS[min(place, 3)]) for place, person in enumerate(cast.people[:n])]


def asked(cast: Any, *, seats: int = 3, candidates: Any = None, **more: Any) -> Election:
    return actions.ask(
        election=started(cast, **more), number="柳小支〔2026〕3号", seats=seats, planned_on=HELD,
        candidates=ballot(cast) if candidates is None else candidates, by=cast.actor("branch_secretary"), on=ASKED,
        today=TODAY,
    )  # fmt: skip


def allowed(cast: Any, **more: Any) -> Election:
    return actions.allow(
        election=asked(cast, **more),
        number="柳学总支〔2026〕7号",
        by=cast.actor("district_officer"),
        on=ALLOWED,
        today=TODAY,
    )


def tally(entitled: int | None = 8, present: int | None = 8, cast_papers: int = 8) -> Tally:
    return Tally(entitled, present, cast_papers, cast_papers, cast_papers)


def votes_of(election: Election, *votes: int) -> dict[int, Votes]:
    rows = election.candidates.order_by("id")
    return {row.pk: Votes(number) for row, number in zip(rows, votes, strict=True)}


def hold(cast: Any, election: Election, *votes: int, **more: Any) -> Election:
    facts: dict[str, Any] = {"tally": tally(), "on": HELD, "today": TODAY}
    if "votes" not in more:
        facts["votes"] = votes_of(election, *(votes or (8, 7, 6, 2)))
    return actions.hold(election=election, by=cast.actor("branch_secretary"), **facts | more)


def held(cast: Any) -> Election:
    return hold(cast, allowed(cast))


def reported(cast: Any) -> Election:
    return actions.report(
        election=held(cast), number="柳小支〔2026〕4号", by=cast.actor("branch_secretary"), on=REPORTED, today=TODAY
    )


def confirmed(cast: Any) -> Election:
    return actions.confirm(
        election=reported(cast),
        number="柳学总支〔2026〕9号",
        by=cast.actor("district_officer"),
        on=CONFIRMED,
        today=TODAY,
    )
