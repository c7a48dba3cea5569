"""Which bodies elect, what is thought of before asking, and how a term is shown: both sides of every limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.engine import terms as engine
from hongzhu.services.party.models import Election
from hongzhu.services.party.queries import terms as queries
from hongzhu.services.party.queries import terms_line as line
from hongzhu.services.party.rules import terms as rules

from . import stage
from .stage import ALLOWED, ASKED, HELD, LAST, STARTED, TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["school", "class_one"])
def test_only_party_bodies_elect(cast: Any, body: str) -> None:
    policies.ship()
    with pytest.raises(ValidationError, match="只有党支部、联合党支部、党总支和党委"):
        actions.start(org=getattr(cast, body), cause="FIRST", by=cast.actor("party_office"), on=STARTED)
    assert not Election.objects.exists()


def test_a_request_that_was_answered_is_not_changed(cast: Any) -> None:
    election = stage.allowed(cast)
    with pytest.raises(ValidationError, match="上级已经批复，不能再改请示"):
        actions.ask(
            election=election, number="改", seats=1, planned_on=None, candidates=stage.ballot(cast, 1),
            by=cast.actor("branch_secretary"), on=ALLOWED, today=TODAY,
        )  # fmt: skip
    election.refresh_from_db()
    assert (election.seats, election.asked_number, election.asked_on) == (3, "柳小支〔2026〕3号", ASKED)
    assert election.candidates.count() == 4


@pytest.mark.parametrize(
    ("full", "seats", "said"),
    [
        (6, 2, ""),
        (6, 3, "不足7人一般不设支委会"),
        (7, 2, "7人以上应当设支委会，一般3至5人"),
        (7, 3, ""),
        (7, 5, ""),
        (7, 6, "一般由3至5人组成，最多7人"),
        (7, 7, "一般由3至5人组成，最多7人"),
        (7, 8, "一般不超过7人"),
        (7, 0, ""),  # not typed yet
    ],
)
def test_the_size_of_a_committee(cast: Any, full: int, seats: int, said: str) -> None:
    policies.ship()
    part = queries.part_of(cast.bureau, TODAY)
    given: dict[str, Any] = {"full": full, "members": full, "units": 1, "seats": seats, "committee_from": 7}
    for kind in ("BRANCH", "JOINT_BRANCH"):
        found = rules.cautions(kind, part, **given)
        assert [said in text for text in found] == ([True] if said else [])


def test_the_size_of_a_branch_committee_is_not_asked_of_bodies_above(cast: Any) -> None:
    policies.ship()
    part = queries.part_of(cast.bureau, TODAY)
    given: dict[str, Any] = {"members": 60, "units": 1, "seats": 9, "committee_from": 7}
    assert rules.cautions("GENERAL_BRANCH", part, full=51, **given) == []
    assert ["50人以上" in text for text in rules.cautions("GENERAL_BRANCH", part, full=50, **given)] == [True]


@pytest.mark.parametrize(
    ("today", "until", "step", "word"),
    [
        (date(2026, 6, 3), None, "", "任期内"),
        (date(2026, 6, 4), None, "", "临近届满"),
        (date(2026, 12, 1), None, "", "临近届满"),
        (date(2026, 12, 1), None, "hold", "换届中"),
        (date(2026, 12, 2), None, "", "超期未换届"),
        (date(2026, 12, 2), None, "hold", "超期未换届"),
        (date(2026, 12, 2), date(2027, 3, 1), "", "延期中"),
        (date(2027, 3, 1), date(2027, 3, 1), "", "延期中"),
        (date(2027, 3, 1), date(2027, 3, 1), "ask", "换届中"),
        (date(2027, 3, 2), date(2027, 3, 1), "ask", "超期未换届"),
    ],
)
def test_how_a_term_is_shown(today: date, until: date | None, step: str, word: str) -> None:
    assert str(rules.term_chip(engine.term_of(LAST, 3, 180, until, today), step).word) == word


def test_without_a_known_election_nothing_is_guessed() -> None:
    assert str(rules.term_chip(engine.term_of(None, 3, 180, None, TODAY)).word) == "未登记本届选举"


# An election as a line.


def told(election: Election) -> dict[str, line.Step]:
    return {step.name: step for step in line.steps(election, queries.candidates(election))}


def test_the_line_of_an_election_just_begun(cast: Any) -> None:
    found = told(stage.started(cast))
    assert {name: step.state for name, step in found.items()} == {
        "start": "done", "ask": "next", "allow": "later", "hold": "later", "report": "later", "confirm": "later",
    }  # fmt: skip
    assert [step.text for step in found.values()] == ["换届选举", "", "", "", "", ""]


def test_the_line_says_what_was_asked(cast: Any) -> None:
    found = told(stage.asked(cast))
    assert (found["ask"].state, found["allow"].state) == ("done", "next")
    assert found["ask"].text.startswith("柳小支〔2026〕3号，应选3名，拟于2026年10月28日选举，候选人4名：唐见山、")


def test_an_election_known_from_its_papers_shows_only_what_they_say(cast: Any) -> None:
    found = told(stage.before(cast))
    assert [(step.name, step.on, step.state) for step in found.values()] == [
        ("hold", LAST, "done"),
        ("confirm", LAST, "done"),
    ]
    assert found["hold"].text == "" and "青教党〔2023〕9号" in found["confirm"].text


def test_the_line_says_which_seats_stayed_empty(cast: Any) -> None:
    tied = stage.hold(cast, stage.allowed(cast), 8, 5, 5, 5)
    assert "。空缺2名：得票相等的请再次投票" in told(tied)["hold"].text
    full = stage.hold(cast, tied)
    assert told(full)["hold"].text == "应到8人，实到8人；发出8张，收回8张，有效8张"
    assert full.held_on == HELD
