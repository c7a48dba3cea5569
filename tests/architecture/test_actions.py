"""An action takes keywords only, is one transaction, and leaves exactly one entry in the chain on every path.

A path that changes nothing (a second tap, a value already so) says so on its ``return``: ``# no entry: why``.
Whole functions without an entry stand in WITHOUT_ENTRY with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.architecture.house import files_of_kind, parse, plant, rooms

# <room>.<function> -> why no entry in the chain. Their arguments and transaction are still checked.
WITHOUT_ENTRY = {
    "audit.record": "it is the entry",
    "audit.log_refusal": "the log of refusals is a table of its own",
    "credits.settle": "runs inside the act of the owning room, whose entry covers it",
    "files.sweep": "deletes bytes nobody points at; what was removed left its entry then",
}
# <room>.<function> -> why it is not one transaction. The rest are decorated, or refuse to run outside one.
WITHOUT_TRANSACTION = {
    "files.sweep": "commits file by file, so that a crash half-way leaves nothing to repeat",
}

MARK = re.compile(r"# no entry: \S")
MANY = 2  # two or more


@dataclass
class Paths:
    """How many entries a block may have left: when it runs on, and when it returned (with the line)."""

    on: set[int]
    returned: set[tuple[int, int]] = field(default_factory=set)


class Counter:
    """Counts ``audit.record`` along the paths of a function; helpers of the same file are followed."""

    def __init__(self, tree: ast.Module, lines: list[str]) -> None:
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.lines = lines
        self.known: dict[str, set[int]] = {}

    def of(self, function: ast.FunctionDef) -> set[tuple[int, int]]:
        """(entries, line where the path ends) of every path that does not raise."""
        paths = self._block(function.body, {0})
        return paths.returned | {(count, function.body[-1].lineno) for count in paths.on}

    def _counts(self, name: str) -> set[int]:
        if name not in self.known:
            self.known[name] = {0}  # a function that calls itself
            self.known[name] = {count for count, _ in self.of(self.functions[name])} or {0}
        return self.known[name]

    def _calls(self, node: ast.AST | None) -> set[int]:
        """Entries that evaluating one expression may leave."""
        totals = {0}
        for call in _outer_calls(node):
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "audit.record":
                totals = {min(total + 1, MANY) for total in totals}
            elif isinstance(call.func, ast.Name) and call.func.id in self.functions:
                totals = {min(a + b, MANY) for a in totals for b in self._counts(call.func.id)}
        return totals

    def _block(self, body: list[ast.stmt], start: set[int]) -> Paths:
        paths = Paths(set(start))
        for statement in body:
            if not paths.on:
                break
            step = self._statement(statement, paths.on)
            paths = Paths(step.on, paths.returned | step.returned)
        return paths

    def _statement(self, node: ast.stmt, before: set[int]) -> Paths:
        if isinstance(node, ast.Raise):
            return Paths(set())
        if isinstance(node, ast.Return):
            marked = any(MARK.search(line) for line in self.lines[node.lineno - 1 : node.end_lineno])
            ends = {(count, node.lineno) for count in _sum(before, self._calls(node.value))}
            return Paths(set(), {(1, line) for count, line in ends if marked and not count} or ends)
        if isinstance(node, ast.If):
            start = _sum(before, self._calls(node.test))
            return _either(self._block(node.body, start), self._block(node.orelse, start))
        if isinstance(node, ast.With):
            start = before
            for item in node.items:
                start = _sum(start, self._calls(item.context_expr))
            return self._block(node.body, start)
        if isinstance(node, ast.For | ast.While):
            once = self._block(node.body, {0})
            repeated = {0, *(MANY for count in once.on if count)}
            after = self._block(node.orelse, _sum(before, repeated))
            return Paths(
                after.on, after.returned | {(min(a + c, MANY), line) for c, line in once.returned for a in before}
            )
        if isinstance(node, ast.Try):
            tried = self._block([*node.body, *node.orelse], before)
            for handler in node.handlers:
                tried = _either(tried, self._block(handler.body, before))
            finally_ = self._block(node.finalbody, tried.on)
            return Paths(finally_.on, tried.returned | finally_.returned)
        if isinstance(node, ast.Match):
            paths = Paths(set(before))
            for case in node.cases:
                paths = _either(paths, self._block(case.body, before))
            return paths
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return Paths(before)
        return Paths(_sum(before, self._calls(node)))


def _sum(left: set[int], right: set[int]) -> set[int]:
    return {min(a + b, MANY) for a in left for b in right}


def _either(left: Paths, right: Paths) -> Paths:
    return Paths(left.on | right.on, left.returned | right.returned)


def _outer_calls(node: ast.AST | None) -> Iterator[ast.Call]:
    """Calls in an expression, without those inside a lambda (they run later, if ever)."""
    if node is None or isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _outer_calls(child)


def _in_transaction(function: ast.FunctionDef) -> bool:
    """Decorated, or refusing with an error when the caller opened none."""
    if any(ast.unparse(mark).split("(")[0] == "transaction.atomic" for mark in function.decorator_list):
        return True
    refusals = [node for node in function.body if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)]
    return any(ast.unparse(node.test) == "not connection.in_atomic_block" for node in refusals)


def faults(path: Path, room: str) -> list[str]:
    tree = parse(path)
    counter = Counter(tree, path.read_text(encoding="utf-8").splitlines())
    said: list[str] = []
    for function in counter.functions.values():
        if function.name.startswith("_"):
            continue
        name = f"{room}.{function.name}"
        if function.args.posonlyargs or function.args.args or function.args.vararg:
            said.append(f"{name}: arguments are keyword-only, put * first")
        if name not in WITHOUT_TRANSACTION and not _in_transaction(function):
            said.append(f"{name}: decorate it with @transaction.atomic")
        if name in WITHOUT_ENTRY:
            continue
        for count, line in sorted(counter.of(function)):
            if count != 1:
                what = "no entry" if not count else "more than one entry"
                said.append(f"{name}: the path ending on line {line} leaves {what} in the chain")
    return said


ACTIONS = [(path, room.name) for room in rooms() for path in files_of_kind(room, "actions")]


@pytest.mark.parametrize(("path", "room"), ACTIONS, ids=lambda value: value if isinstance(value, str) else value.stem)
def test_actions_are_one_transaction_with_one_entry(path: Path, room: str) -> None:
    assert faults(path, room) == []


def test_list_names_what_exists() -> None:
    found = {
        f"{room}.{node.name}"
        for path, room in ACTIONS
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef)
    }
    assert set(WITHOUT_ENTRY) | set(WITHOUT_TRANSACTION) <= found


TWINS = {
    "positional": "def act(thing, *, by):\n    audit.record(by=by)\n",
    "star_args": "def act(*things, by):\n    audit.record(by=by)\n",
    "none": "def act(*, by):\n    save()\n",
    "twice": "def act(*, by):\n    audit.record(by=by)\n    audit.record(by=by)\n",
    "one_branch": "def act(*, by):\n    if by:\n        audit.record(by=by)\n",
    "early_return": "def act(*, by):\n    if by:\n        return 1\n    audit.record(by=by)\n    return 2\n",
    "in_a_loop": "def act(*, by):\n    for x in y:\n        audit.record(by=by)\n",
    "handler": "def act(*, by):\n    try:\n        audit.record(by=by)\n    except ValueError:\n        pass\n",
    "helper_and_self": "def act(*, by):\n    _tell()\n    audit.record(by=by)\ndef _tell():\n    audit.record()\n",
    "later": "def act(*, by):\n    transaction.on_commit(lambda: audit.record(by=by))\n",
}
SOUND = {
    "plain": "def act(*, by):\n    audit.record(by=by)\n",
    "raises": "def act(*, by):\n    if by:\n        raise ValueError\n    audit.record(by=by)\n",
    "both": "def act(*, by):\n    if by:\n        audit.record(by=by)\n    else:\n        audit.record(by=None)\n    return 1\n",
    "marked": "def act(*, by):\n    if by:\n        return 1  # no entry: already so\n    return audit.record(by=by)\n",
    "helper": "def act(*, by):\n    with lock():\n        return _tell()\ndef _tell():\n    audit.record()\n",
}


@pytest.mark.parametrize("name", TWINS)
def test_twin_unsound_actions_are_found(tmp_path: Path, name: str) -> None:
    package = plant(tmp_path, {"core/orgs/actions.py": f"@transaction.atomic\n{TWINS[name]}"})
    assert faults(package / "core/orgs/actions.py", "orgs")


@pytest.mark.parametrize("name", SOUND)
def test_sound_actions_pass(tmp_path: Path, name: str) -> None:
    package = plant(tmp_path, {"core/orgs/actions.py": f"@transaction.atomic\n{SOUND[name]}"})
    assert faults(package / "core/orgs/actions.py", "orgs") == []


def test_twin_a_missing_transaction_is_found(tmp_path: Path) -> None:
    package = plant(tmp_path, {"core/orgs/actions.py": SOUND["plain"]})
    assert faults(package / "core/orgs/actions.py", "orgs") == ["orgs.act: decorate it with @transaction.atomic"]
