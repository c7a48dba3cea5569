"""双带头: the tests are the bureau's own; what the register does not hold is unknown, not failed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies import actions as policies
from hongzhu.core.registers.models import Title
from hongzhu.services.party.engine.leaders import Asked, Told, full_years, meets, side
from hongzhu.services.party.pack.sending import LeaderTest, SendingPart
from hongzhu.services.party.queries import leaders

TODAY = date(2026, 11, 20)
SOURCE = {"clause": "本局2026年双带头标准", "confidence": "certain"}
TESTS = SendingPart.model_validate(
    {
        "leader_tests": [
            {"code": "party3", "title": "党龄三年", "side": "party", "needs": "party_years", "years": 3, **SOURCE},
            {
                "code": "expert", "title": "县级以上骨干", "side": "professional", "needs": "title",
                "titles": ["BACKBONE", "SUBJECT_LEADER"], **SOURCE,
            },
        ]
    }
).leader_tests  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told", "result"),
    [
        (Asked("party_years", years=3), Told(joined_on=date(2023, 11, 20)), True),
        (Asked("party_years", years=3), Told(joined_on=date(2023, 11, 21)), False),
        (Asked("party_years", years=3), Told(), None),
        (Asked("post_years", years=1), Told(secretary_since=date(2025, 11, 20)), True),
        (Asked("post_years", years=1), Told(secretary_since=date(2025, 11, 21)), False),
        (Asked("title", titles=frozenset({"BACKBONE"})), Told(titles=frozenset({"SENIOR"})), False),
        (Asked("title"), Told(titles=frozenset({"SENIOR"})), True),
        (Asked("title"), Told(), False),
        (Asked("education", education=frozenset({"MASTER"})), Told(education="MASTER"), True),
        (Asked("education", education=frozenset({"MASTER"})), Told(education="COLLEGE"), False),
        (Asked("education", education=frozenset({"MASTER"})), Told(), None),
    ],
)
def test_one_test(asked: Asked, told: Told, result: bool | None) -> None:
    assert meets(asked, told, TODAY) is result


def test_years_are_full_on_the_anniversary() -> None:
    assert full_years(date(2024, 2, 29), date(2026, 2, 28)) == 1
    assert full_years(date(2024, 2, 29), date(2026, 3, 1)) == 2


@pytest.mark.parametrize(
    ("results", "found"),
    [([True, True], True), ([True, None], None), ([None, False], False), ([True, False], False), ([], None)],
)
def test_one_side(results: list[bool | None], found: bool | None) -> None:
    assert side(results) is found


def test_secretaries_of_teachers_branches_are_judged(cast: Any) -> None:
    mine = cast.branch_secretary.person
    Membership.objects.filter(person=mine).update(joined_on=date(2010, 7, 1))
    rows = {row.person: row for row in leaders.leaders(cast.party_office, TODAY, TESTS)}
    assert set(rows) == {mine, cast.neighbour.person}  # the committee's secretary is none of a teachers' branch
    assert (rows[mine].party, rows[mine].professional, rows[mine].both) == (True, False, False)
    assert rows[mine].lacking == ("县级以上骨干",)
    Title.objects.create(
        bureau=cast.bureau,
        person=mine,
        kind="BACKBONE",
        level="COUNTY",
        from_on=date(2024, 1, 1),
        to_on=date(2026, 11, 21),
    )
    rows = {row.person: row for row in leaders.leaders(cast.party_office, TODAY, TESTS)}
    assert rows[mine].both and leaders.share(list(rows.values())) == "50.0%"
    later = {row.person: row for row in leaders.leaders(cast.party_office, date(2026, 11, 21), TESTS)}
    assert not later[mine].both  # the title has run out


def test_without_tests_nobody_is_judged(cast: Any, client: Any) -> None:
    policies.ship()
    Person.objects.filter(pk=cast.branch_secretary.person_id).update(education="MASTER")
    assert leaders.tests_of(cast.bureau, TODAY) == ()
    rows = leaders.leaders(cast.organiser, TODAY, ())
    assert [(row.party, row.professional, row.education) for row in rows] == [(None, None, "硕士")]
    cast.login(client, "party_office")
    assert "还没有定双带头的标准" in client.get("/party/sending/leaders/").content.decode()


def test_two_tests_of_one_code_are_refused() -> None:
    one = {"code": "a", "title": "甲", "side": "party", "needs": "party_years", **SOURCE}
    with pytest.raises(ValueError, match="a"):
        SendingPart.model_validate({"leader_tests": [one, one]})
    with pytest.raises(ValueError):
        LeaderTest.model_validate(one | {"titles": ["NONE_SUCH"]})


def test_the_page_names_tests_share_and_what_is_lacking(
    cast: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies.ship()
    monkeypatch.setattr(leaders, "tests_of", lambda _bureau, _on: TESTS)
    Membership.objects.filter(person=cast.branch_secretary.person).update(joined_on=date(2010, 7, 1))
    Membership.objects.filter(person=cast.neighbour.person).update(joined_on=None)
    cast.login(client, "party_office")
    text = client.get("/party/sending/leaders/?state=short").content.decode()
    assert "党龄三年；县级以上骨干" in text and "0.0%" in text
    assert "不符合" in text and "未报" in text and "符合" in text
    assert "柳林" not in client.get("/party/sending/leaders/?state=both").content.decode().partition("<table")[2]
