"""The pure part: limits on both sides, codes, usernames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.core.access import engine

LIMITS = engine.Limits(idle=10, longest=100, remembered_idle=50)


@pytest.mark.parametrize(
    ("begun", "seen", "now", "valid_from", "remembered", "why"),
    [
        (0, 0, 9.9, None, False, ""),
        (0, 0, 10, None, False, "idle"),
        (0, 0, 49.9, None, True, ""),
        (0, 0, 50, None, True, "idle"),
        (0, 95, 99.9, None, False, ""),
        (0, 95, 100, None, False, "longest"),
        (0, 95, 100, None, True, "longest"),
        (5, 5, 6, 5, False, ""),
        (4.9, 5, 6, 5, False, "killed"),
    ],
)
def test_why_over(begun: float, seen: float, now: float, valid_from: float | None, remembered: bool, why: str) -> None:
    said = engine.why_over(begun=begun, seen=seen, now=now, valid_from=valid_from, remembered=remembered, limits=LIMITS)
    assert said == why


def test_codes_are_readable_and_different() -> None:
    codes = {engine.new_code() for _number in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 11 and set(code) <= set(engine.ALPHABET) | {"-"} for code in codes)
    assert not set("01ILO") & set(engine.ALPHABET)


@pytest.mark.parametrize(
    "typed", ["ABCDE-FGHJK", "abcde fghjk", "ＡＢＣＤＥ－ＦＧＨＪＫ", " abcdefghjk ", "ABCDE—FGHJK"]
)
def test_codes_as_people_type_them(typed: str) -> None:
    assert engine.plain_code(typed) == "ABCDEFGHJK"


@given(wish=st.text(max_size=60), taken=st.sets(st.sampled_from(["user", "user2", "a", "a2"])))
def test_a_free_username_is_free_and_plain(wish: str, taken: set[str]) -> None:
    found = engine.free_username(wish, taken)
    assert found not in taken and 0 < len(found) <= 40
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")


@pytest.mark.parametrize(
    ("password", "close"), [("tangjianshan12345", True), ("tangjianshan123456", False), ("ts-and-more", False)]
)
def test_too_close(password: str, close: bool) -> None:
    assert engine.too_close(password, ["tangjianshan", "ts"]) is close
