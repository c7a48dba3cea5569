"""The chain finds edits, deletions, insertions, reordering; with a checkpoint also re-chained forgeries and a cut tail."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from hongzhu.core.audit import actions, engine, queries
from hongzhu.core.audit.models import ChainHead, Entry
from hongzhu.kit.refs import Actor

BY = Actor(id=7, label="周予安", behalf="何以宁", bureau=3)


@transaction.atomic
def write(count: int) -> None:
    for number in range(count):
        actions.record(by=BY, did="test.write", number=number, when="2026-11-21")


def rechain(rows: list[dict[str, Any]], start: int) -> None:
    """What somebody with the database in hand would do after a forgery: make every later link fit again."""
    prev = rows[start - 1]["hash"] if start else engine.GENESIS
    for row in rows[start:]:
        row["prev"] = prev
        prev = row["hash"] = engine.digest(prev, row)


@pytest.fixture
def chain(db: None) -> list[dict[str, Any]]:
    write(40)
    return list(queries.rows())


def point_of(rows: list[dict[str, Any]], at: int) -> engine.Point:
    return engine.Point(queries.ORIGIN, rows[at - 1]["seq"], rows[at - 1]["hash"], "2026-11-21T00:00:00Z")


def test_an_untouched_chain_holds(chain: list[dict[str, Any]]) -> None:
    assert engine.walk(chain, [point_of(chain, 40)], head=queries.head()) == 40


def test_every_kind_of_tampering_is_found_at_its_place(chain: list[dict[str, Any]]) -> None:
    rng = random.Random(20261121)
    for _try in range(200):
        rows = deepcopy(chain)
        at = rng.randrange(len(rows) - 1)
        kind = rng.choice(("edit", "delete", "swap", "duplicate"))
        if kind == "edit":
            field = rng.choice([name for name in engine.FIELDS if name != "seq"])
            rows[at][field] = "x" if isinstance(rows[at][field], str) else rows[at][field] + 1
        elif kind == "delete":
            del rows[at]
        elif kind == "swap":
            rows[at], rows[at + 1] = rows[at + 1], rows[at]
        else:
            rows.insert(at, deepcopy(rows[at]))
        found = engine.walk(rows)
        assert isinstance(found, engine.Fault), kind
        assert found.seq in (at + 1, at + 2), (kind, at, found)


def test_a_rechained_forgery_needs_the_checkpoint(chain: list[dict[str, Any]]) -> None:
    outside = [point_of(chain, 40)]
    forged = deepcopy(chain)
    forged[10]["detail"] = '{"number":999}'
    rechain(forged, 10)
    # The twin: without what was kept outside, the forgery is perfect. That is why checkpoints exist.
    assert engine.walk(forged) == 40
    assert isinstance(engine.walk(forged, outside), engine.Fault)


def test_a_cut_tail_needs_the_checkpoint(chain: list[dict[str, Any]]) -> None:
    outside = [point_of(chain, 40)]
    cut = chain[:25]
    assert engine.walk(cut) == 25  # the twin
    found = engine.walk(cut, outside)
    assert isinstance(found, engine.Fault)
    assert "cut" in found.what


def test_no_entry_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        actions.record(by=BY, did="test.write")
    assert Entry.objects.count() == 0


def test_an_act_that_fails_leaves_no_entry(transactional_db: None) -> None:
    write(3)
    with pytest.raises(ValueError, match="half way"), transaction.atomic():
        actions.record(by=BY, did="test.write")
        raise ValueError("half way")
    assert queries.head()[0] == Entry.objects.count() == 3


def test_the_command_verifies_the_database_and_an_export(db: None, tmp_path: Any, capsys: Any) -> None:
    write(12)
    notes, export = tmp_path / "points.txt", tmp_path / "chain.jsonl"
    call_command("audit", "checkpoint", str(notes))
    call_command("audit", "export", str(export))
    write(3)
    call_command("audit", "verify", "--checkpoint", str(notes))
    call_command("audit", "verify", "--export", str(export), "--checkpoint", str(notes))
    assert "完整" in capsys.readouterr().out


def test_the_command_finds_an_edit_in_the_database(db: None, capsys: Any) -> None:
    write(12)
    Entry.objects.filter(seq=5).update(did="test.nothing")
    with pytest.raises(CommandError) as refused:
        call_command("audit", "verify", "--json")
    assert refused.value.returncode == 1
    assert json.loads(capsys.readouterr().out)["seq"] == 5


def test_the_command_finds_a_cut_tail_by_the_head_and_by_the_checkpoint(db: None, tmp_path: Any) -> None:
    write(12)
    notes = tmp_path / "points.txt"
    call_command("audit", "checkpoint", str(notes))
    Entry.objects.filter(seq__gt=8).delete()
    with pytest.raises(CommandError, match="head"):
        call_command("audit", "verify")
    last = Entry.objects.get(seq=8)
    ChainHead.objects.update(seq=8, hash=last.hash)
    call_command("audit", "verify")  # the twin: head forged too, nothing inside can tell
    with pytest.raises(CommandError, match="cut"):
        call_command("audit", "verify", "--checkpoint", str(notes))


def test_a_checkpoint_somebody_wrote_by_hand_is_refused(db: None, tmp_path: Any) -> None:
    write(4)
    notes = tmp_path / "points.txt"
    call_command("audit", "checkpoint", str(notes))
    notes.write_text(notes.read_text().replace("\n4\n", "\n3\n"))
    with pytest.raises(CommandError, match="签名") as refused:
        call_command("audit", "verify", "--checkpoint", str(notes))
    assert refused.value.returncode == 2


WHOLE = 0


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda text: text, WHOLE, "完整"),
        (lambda text: text.replace("test.write", "test.other", 1), 1, "留痕链不完整，第1条"),
        (lambda text: text.replace('"kind":"",', "", 1), 1, "留痕链不完整，第1条"),
        (lambda text: text.replace('"prev":', '"before":', 1), 1, "留痕链不完整，第1条"),
        (lambda text: "\n".join(text.split("\n")[1:]), 1, "留痕链不完整，第1条"),
        (lambda text: text[:-20], 2, "第3行不是一条留痕"),
        (lambda text: "no json\n" + text, 2, "第1行不是一条留痕"),
        (lambda text: '{"a": 1}\n', 2, "第1行不是一条留痕"),
        (lambda text: "[1, 2]\n", 2, "第1行不是一条留痕"),
        (lambda text: b"\xff\xfe\x00" + text.encode(), 2, "读不出来"),
        (lambda text: "[" * 100_000, 2, "读不出来"),
        (lambda text: None, 2, "读不出来，请核对文件"),
    ],
)
def test_an_export_that_was_changed_is_1_and_one_that_cannot_be_read_is_2(
    db: None, tmp_path: Any, capsys: Any, spoil: Any, code: int, words: str
) -> None:
    write(3)
    export = tmp_path / "chain.jsonl"
    call_command("audit", "export", str(export))
    spoilt = spoil(export.read_text(encoding="utf-8"))
    export.unlink()
    if spoilt is not None:
        export.write_bytes(spoilt if isinstance(spoilt, bytes) else spoilt.encode())

    if code == WHOLE:
        call_command("audit", "verify", "--export", str(export))
        assert words in capsys.readouterr().out
        return
    with pytest.raises(CommandError, match=words) as refused:
        call_command("audit", "verify", "--export", str(export))
    assert refused.value.returncode == code


@pytest.mark.parametrize("what", ["export", "checkpoint"])
def test_a_file_that_cannot_be_written_is_2(db: None, tmp_path: Any, what: str) -> None:
    write(3)
    for path in (tmp_path / "no" / "x", tmp_path):
        with pytest.raises(CommandError, match="请换一个能写的文件") as refused:
            call_command("audit", what, str(path))
        assert refused.value.returncode == 2
