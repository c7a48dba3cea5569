"""The worked example of CONTRIBUTING.md, followed in a copy of the tree: a room is its folders and two lines elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

EXAMPLES = ROOT / "docs" / "example-room"
ROOM = "suggestions"
# CONTRIBUTING.md, step 2: where the two lines go. (file, the line it stands before, the line)
TWO_LINES = (
    ("hongzhu/config/settings.py", '    "hongzhu.portal",\n', f'    "hongzhu.core.{ROOM}",\n'),
    (".importlinter", "    obligations\n", f"    {ROOM}\n"),
)
OWN = (f"hongzhu/core/{ROOM}/", f"tests/core/{ROOM}/", f"docs/handbook/{ROOM}.md")


@dataclass(frozen=True)
class House:
    """A copy of the tree with the example in it."""

    root: Path

    def run(self, *command: str, database: str = "") -> subprocess.CompletedProcess[str]:
        """A command of the house as typed in its root: its own database, nothing of the surrounding suite."""
        aside = ("HONGZHU_", "DJANGO_", "PYTEST_", "COVERAGE_", "GIT_", "PYTHONDONTWRITE")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(aside)}
        clean |= {
            "PYTHONPATH": str(self.root),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PATH": f"{Path(sys.executable).parent}:{clean['PATH']}",
        }
        if database:
            clean["HONGZHU_DATABASE"] = database
        return subprocess.run(command, cwd=self.root, env=clean, capture_output=True, text=True, check=False)

    def ok(self, *command: str, database: str = "") -> str:
        done = self.run(*command, database=database)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def git(self, *command: str) -> str:
        return self.ok("git", "-c", "user.name=t", "-c", "user.email=t@localhost", *command)

    def add_line(self, name: str, before: str, line: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name}: {before!r}"
        path.write_text(text.replace(before, line + before), encoding="utf-8")


def build(root: Path) -> House:
    """The tree as git knows it, the example's files laid over it, the two lines added, the migration made."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (source := ROOT / name).is_file() and not name.startswith("docs/images/"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, root / name)
    house = House(root)
    if not (root / "hongzhu/core/orgs/migrations/0001_initial.py").exists():
        house.ok(sys.executable, "-m", "django", "makemigrations")
    house.git("init", "-q")
    house.git("add", "-A")
    house.git("commit", "-qm", "the house as it is")
    shutil.copytree(EXAMPLES / ROOM, root, dirs_exist_ok=True)
    for place in TWO_LINES:
        house.add_line(*place)
    house.ok(sys.executable, "-m", "django", "makemigrations", ROOM)
    return house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(tmp_path_factory.mktemp("house"))


def gaps(house: House) -> list[str]:
    """What the door test says is missing, asked in the copy."""
    code = "import django; django.setup(); from tests.architecture import test_doors as t; "
    return house.ok(sys.executable, "-c", code + "print(*t.gaps(t.addresses(), t.DOORS), sep='\\n')").splitlines()


def test_two_lines_are_all_there_is_outside_the_room(house: House) -> None:
    house.git("add", "-AN")
    changed = [line.split("\t") for line in house.git("diff", "--numstat").splitlines()]
    outside = {name: (plus, minus) for plus, minus, name in changed if not name.startswith(OWN)}

    assert outside == {".importlinter": ("1", "0"), "hongzhu/config/settings.py": ("1", "0")}
    assert f"hongzhu/core/{ROOM}/migrations/0001_initial.py" in {name for _plus, _minus, name in changed}


def test_the_house_accepts_the_room(house: House, tmp_path: Path) -> None:
    """Arrows, formatting, catalogue, migrations complete; a fresh SQLite database gets the table."""
    house.ok("lint-imports", "--no-logo")
    house.ok("ruff", "check", f"hongzhu/core/{ROOM}", f"tests/core/{ROOM}")
    house.ok(sys.executable, "-m", "hongzhu.kit.messages", "check", ROOM)
    house.ok(sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", ROOM)
    file = tmp_path / "fresh.sqlite3"
    house.ok(sys.executable, "-m", "django", "migrate", ROOM, "-v", "0", database=f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as fresh:
        assert fresh.execute("SELECT count(*) FROM suggestions_suggestion").fetchone() == (0,)


def test_the_rooms_own_tests_pass_with_its_doors(house: House) -> None:
    said = house.ok(
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nomigrations", f"tests/core/{ROOM}",
        "tests/architecture/test_doors.py", "tests/architecture/test_boundary.py", "tests/architecture/test_file_kinds.py",
        "-k", f"{ROOM} or known_kinds or test_tables or test_forms_and_slots",
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", said)
    assert passed, said
    assert int(passed[1]) >= 20
    assert [line for line in gaps(house) if ROOM in line] == []


def test_twin_without_its_line_the_arrows_refuse_the_room(house: House) -> None:
    path = house.root / ".importlinter"
    told = path.read_text(encoding="utf-8")
    path.write_text(told.replace(f"    {ROOM}\n", ""), encoding="utf-8")
    try:
        done = house.run("lint-imports", "--no-logo")
    finally:
        path.write_text(told, encoding="utf-8")

    assert done.returncode != 0
    assert ROOM in done.stdout


def test_twin_a_page_without_its_row_is_refused(house: House) -> None:
    path = house.root / f"tests/core/{ROOM}/doors.py"
    told = path.read_text(encoding="utf-8")
    path.write_text(told.replace(f'Door("{ROOM}:suggestion_list"', "# Door("), encoding="utf-8")
    assert told != path.read_text(encoding="utf-8")
    try:
        said = gaps(house)
    finally:
        path.write_text(told, encoding="utf-8")

    assert [line for line in said if ROOM in line] == [f"GET {ROOM}:suggestion_list ({ROOM}/): no row"]


def test_contributing_shows_the_example() -> None:
    """The page a newcomer follows names the two lines and every file of the example."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(line.strip() in text for _file, _before, line in TWO_LINES)
    files = [path.relative_to(EXAMPLES / ROOM) for path in (EXAMPLES / ROOM).rglob("*") if path.is_file()]
    shown = [path for path in files if path.name != "__init__.py" and "__pycache__" not in path.parts]
    assert [path.as_posix() for path in shown if path.name not in text] == []
