"""An action takes keywords only, is one transaction, and leaves exactly one entry in the chain on every path.

A path that changes nothing (a second tap, a value already so) says so on its ``return``: ``# no entry: why``.
Whole functions without an entry stand in WITHOUT_ENTRY with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.architecture.house import files_of_kind, parse, plant, rooms

# <room>.<function> -> why no entry in the chain. Their arguments and transaction are still checked.
WITHOUT_ENTRY = {
    "audit.record": "it is the entry",
    "audit.log_refusal": "the log of refusals is a table of its own",
    "credits.settle": "runs inside the act of the owning room, whose entry covers it",
    "credits.rebuild": "makes a derived table equal its sources again; no fact changes",
    "access.save_draft": "drafts are nobody's record and may be deleted",
    "access.drop_draft": "drafts are nobody's record and may be deleted",
    "access.use_token": "runs inside the act of the room whose form it is",
    "access.sweep": "forgets old drafts, tokens and ended sign-ins",
    "access.reveal": "kept in the log of reveals, written by config/middleware/refusals.py",
    "documents.send": "queues a message inside the act that sends it, whose entry covers it",
    "documents.deliver": "delivery state of the outbox, not a fact of the bureau",
    "documents.read_message": "a reader's own mark",
    "documents.read_all": "a reader's own mark",
    "people.stage_upload": "a sheet before it is confirmed is nobody's record; the import leaves the entry",
    "people.drop_upload": "a sheet before it is confirmed is nobody's record",
    "people.sweep_uploads": "forgets sheets nobody confirmed",
    "policies.next_number": "taken inside the act that uses the number, whose entry names it",
    "files.sweep": "deletes bytes nobody points at; what was removed left its entry then",
}
# <room>.<function> -> why it is not one transaction. The rest are decorated, or refuse to run outside one.
WITHOUT_TRANSACTION = {
    "documents.deliver": "each message has a transaction of its own",
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
    """Counts ``audit.record`` along the paths of a function; helpers of the same room's actions are followed."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.functions: dict[str, ast.FunctionDef] = {}
        self.siblings: set[str] = set()
        self.lines: dict[int, list[str]] = {}  # by id of the function: the lines of its file
        self.known: dict[str, set[int]] = {}
        self.here: list[str] = []
        for path in paths:
            lines = path.read_text(encoding="utf-8").splitlines()
            self.siblings.add(path.stem)
            for node in parse(path).body:
                if isinstance(node, ast.FunctionDef):
                    self.functions[node.name] = node
                    self.lines[id(node)] = lines

    def of(self, function: ast.FunctionDef) -> set[tuple[int, int]]:
        """(entries, line where the path ends) of every path that does not raise."""
        before, self.here = self.here, self.lines[id(function)]
        paths = self._block(function.body, {0})
        self.here = before
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
            elif (name := self._helper(call.func)) in self.functions:
                totals = {min(a + b, MANY) for a in totals for b in self._counts(name)}
        return totals

    def _helper(self, called: ast.expr) -> str:
        """``help()``, or ``sibling.help()`` of another file of the same folder."""
        if (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id in self.siblings
        ):
            return called.attr
        return called.id if isinstance(called, ast.Name) else ""

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
            marked = any(MARK.search(line) for line in self.here[node.lineno - 1 : node.end_lineno])
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


def public(paths: list[Path]) -> set[str] | None:
    """Of a folder: what its ``__init__`` hands on. Of a single file: None, every name without an underscore."""
    init = next((path for path in paths if path.name == "__init__.py"), None)
    if init is None:
        return None
    nodes = [node for node in parse(init).body if isinstance(node, ast.ImportFrom | ast.FunctionDef)]
    return {
        name
        for node in nodes
        for name in ([node.name] if isinstance(node, ast.FunctionDef) else [a.name for a in node.names])
    }


def faults(paths: list[Path], room: str) -> list[str]:
    counter, handed_on = Counter(paths), public(paths)
    said: list[str] = []
    for function in counter.functions.values():
        if function.name.startswith("_") or (handed_on is not None and function.name not in handed_on):
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


ACTIONS = {room.name: paths for room in rooms() if (paths := list(files_of_kind(room, "actions")))}


@pytest.mark.parametrize("room", ACTIONS)
def test_actions_are_one_transaction_with_one_entry(room: str) -> None:
    assert faults(ACTIONS[room], room) == []


def test_list_names_what_exists() -> None:
    found = {f"{room}.{name}" for room, paths in ACTIONS.items() for name in Counter(paths).functions}
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
    assert faults([package / "core/orgs/actions.py"], "orgs")


@pytest.mark.parametrize("name", SOUND)
def test_sound_actions_pass(tmp_path: Path, name: str) -> None:
    package = plant(tmp_path, {"core/orgs/actions.py": f"@transaction.atomic\n{SOUND[name]}"})
    assert faults([package / "core/orgs/actions.py"], "orgs") == []


def test_twin_a_missing_transaction_is_found(tmp_path: Path) -> None:
    package = plant(tmp_path, {"core/orgs/actions.py": SOUND["plain"]})
    assert faults([package / "core/orgs/actions.py"], "orgs") == ["orgs.act: decorate it with @transaction.atomic"]


def test_a_folder_hands_on_what_is_public_and_follows_its_helpers(tmp_path: Path) -> None:
    files = {
        "core/orgs/actions/__init__.py": "from .moving import move, rename\n",
        "core/orgs/actions/moving.py": (
            "from . import telling\nfrom .telling import tell\n"
            "@transaction.atomic\ndef move(*, by):\n    telling.tell(by)\n"
            "@transaction.atomic\ndef rename(*, by):\n    tell(by)\n    telling.tell(by)\n"
        ),
        "core/orgs/actions/telling.py": "def tell(by):\n    audit.record(by=by)\n",
    }
    room = plant(tmp_path, files) / "core/orgs"
    said = faults(list(files_of_kind(room, "actions")), "orgs")
    assert said == ["orgs.rename: the path ending on line 9 leaves more than one entry in the chain"]
