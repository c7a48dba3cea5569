"""The harness measures both sides alike, prints one line per bar, and says so when a bar falls short."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import pytest

from benchmarks import __main__ as command
from benchmarks import bar as bars
from benchmarks.bar import Bar, duel, sample


@pytest.mark.parametrize(
    ("ratio", "better", "ok"), [(1.5, "<=", True), (1.51, "<=", False), (20, ">=", True), (19, ">=", False)]
)
def test_bar_on_both_sides_of_its_limit(ratio: float, better: str, ok: bool) -> None:
    made = Bar(
        "a page", {"ours": "8 ms", "stock": "6 ms"}, ratio=ratio, limit=1.5 if better == "<=" else 20, better=better
    )
    assert made.ok is ok
    assert str(made).endswith("ok" if ok else "falls short")
    assert "ours 8 ms · stock 6 ms" in str(made)
    assert "\n" not in str(made)


def test_bar_with_unit_and_note() -> None:
    line = str(Bar("rows", {"at": "1280×800"}, ratio=24, limit=20, better=">=", unit="rows", note="a\nb"))
    assert "figure 24 rows   bar >= 20 rows   ok\n    a\n    b" in line


def test_duel_takes_turns_and_leaves_warm_rounds_out() -> None:
    calls: list[str] = []
    ours, peer = duel(lambda: calls.append("o"), lambda: calls.append("p"), rounds=3, warm=1)
    assert "".join(calls) == "oppooppo"
    assert len(ours.rounds) == len(peer.rounds) == 3


def test_cpu_clock_does_not_count_sleep() -> None:
    import time

    cpu = sample(lambda: time.sleep(0.02), rounds=1, warm=0)
    wall = sample(lambda: time.sleep(0.02), rounds=1, warm=0, clock="wall")
    assert cpu.worst < 0.015 <= wall.best
    assert wall.ms.endswith(" ms")
    assert wall.s.endswith(" s")


def _bench(name: str, *made: Bar, error: Exception | None = None) -> None:
    def run() -> Iterator[Bar]:
        yield from made
        if error:
            raise error

    module = types.ModuleType(f"planted.bench_{name}")
    module.bars = run  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    sys.modules["planted"] = types.ModuleType("planted")
    good, bad = Bar("good", {}, 1, 2), Bar("bad", {}, 3, 2)
    _bench("good", good)
    _bench("bad", good, bad)
    _bench("broken", good, error=RuntimeError("no server"))

    assert command.run(["good"], "planted") == 0
    assert command.run(["good", "bad"], "planted") == 1
    assert command.run(["broken", "good"], "planted") == 2
    assert command.run([], "planted") == 2
    assert command.main(["no-such-bench"]) == 2
    said = capsys.readouterr().out
    assert "falls short" in said
    assert "no server" in said


def test_postgres_without_a_server_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HONGZHU_BENCH_POSTGRES", raising=False)
    with pytest.raises(bars.NoDatabase, match="make bench"), bars.scratch_database("postgres"):
        raise AssertionError("never entered")
