"""The line about ``make test`` tells a fast run from a slow, a failed and a missing one; two pages are compared strictly."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import bench_list, bench_suite


def _run(seconds: int, *, ok: bool = True) -> dict[str, Any]:
    phases = [{"name": "check", "seconds": 40, "ok": True}, {"name": "browser", "seconds": seconds - 40, "ok": ok}]
    return {"at": "2026-11-20", "commit": "abc", "workers": 2, "ok": ok, "seconds": seconds, "phases": phases}


@pytest.mark.parametrize(("seconds", "ok"), [(720, True), (721, False)])
def test_a_run_stands_on_either_side_of_twelve_minutes(seconds: int, ok: bool) -> None:
    made = bench_suite.bar(_run(seconds))
    assert made.ok is ok
    assert "check 40 s" in str(made)


def test_a_failed_run_falls_short_however_fast() -> None:
    made = bench_suite.bar(_run(100, ok=False))
    assert not made.ok
    assert "failed (browser)" in str(made)


def test_without_a_run_the_line_says_what_to_do() -> None:
    made = bench_suite.bar(None)
    assert not made.ok
    assert "falls short\n    run make test first" in str(made)


def test_pages_may_differ_in_token_and_white_space_only() -> None:
    token, other = "a" * 64, "b" * 64
    page = '<form>\n<input name="csrfmiddlewaretoken" value="{}"> <b>1</b></form>'
    assert bench_list.plain(page.format(token)) == bench_list.plain(page.replace("\n", " ").format(other))
    assert bench_list.plain(page.format(token)) != bench_list.plain(page.replace("1", "2").format(token))
