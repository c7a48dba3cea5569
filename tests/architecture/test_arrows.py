"""The arrows: import-linter's contracts hold, and a room takes from another only models, rules, queries and actions."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGE, ROOT, parse, plant, python_files, rooms

SHARED = {"models", "rules", "queries", "actions"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def foreign_takings(package: Path) -> list[str]:
    """Imports of anything but SHARED from another room, and names taken out of a room's file (rooms are named)."""
    said: list[str] = []
    homes = {"hongzhu." + ".".join(room.relative_to(package).parts): room for room in rooms(package)}
    for home, room in homes.items():
        for path in python_files(room):
            for module, names, line in imported(parse(path)):
                other = next((name for name in homes if module == name or module.startswith(name + ".")), None)
                if other is None or other == home:
                    continue
                rest = module[len(other) :].strip(".").split(".")
                kinds = {rest[0]} if rest[0] else set(names)
                if stray := kinds - SHARED:
                    where = path.relative_to(package).as_posix()
                    said.append(f"{where}:{line}: takes {', '.join(sorted(stray))} from {other}: only {sorted(SHARED)}")
    return said


def imported(tree: ast.Module) -> list[tuple[str, list[str], int]]:
    found: list[tuple[str, list[str], int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, [alias.name for alias in node.names], node.lineno))
        elif isinstance(node, ast.Import):
            found += [(alias.name, [], node.lineno) for alias in node.names]
    return found


def test_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout[-6000:]


def test_rooms_share_four_files_only() -> None:
    assert foreign_takings(PACKAGE) == []


PLANTED = {
    "a lower room looks up": (
        "core/orgs/queries.py",
        "from hongzhu.core.people import models",
        "not allowed to import",
    ),
    "a query calls an action": (
        "core/orgs/queries.py",
        "from hongzhu.core.orgs import actions",
        "not allowed to import",
    ),
    "an engine knows Django": ("core/credits/engine.py", "import django", "not allowed to import"),
    "an engine knows a table": (
        "core/credits/engine.py",
        "from hongzhu.core.orgs import models",
        "not allowed to import",
    ),
    "kit knows a room": ("kit/planted.py", "from hongzhu.core.orgs import models", "not allowed to import"),
    "core knows the portal": ("core/orgs/rules.py", "from hongzhu import portal", "not allowed to import"),
    "a file of no kind": ("core/orgs/helpers.py", "", "not listed as layers"),
    "a room of no line": ("core/drawer/__init__.py", "", "not listed as layers"),
    "a page is imported": ("portal/queries.py", "from hongzhu.core.orgs import views", "protected"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", folder)
    shutil.copytree(PACKAGE, folder / "hongzhu", ignore=shutil.ignore_patterns("static", "*.po", "*.mo", "__pycache__"))
    return folder


@pytest.mark.parametrize("name", PLANTED)
def test_twin_contracts_break(copy: Path, name: str) -> None:
    where, line, complaint = PLANTED[name]
    path = copy / "hongzhu" / where
    before = path.read_text(encoding="utf-8") if path.exists() else None
    views = copy / "hongzhu/core/orgs/views.py"
    made_views = not views.exists()
    views.touch()
    path.parent.mkdir(exist_ok=True)
    path.write_text((before or "") + f"\n{line}\n", encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        if before is None:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        else:
            path.write_text(before, encoding="utf-8")
        if made_views:
            views.unlink()

    assert result.returncode == 1, name
    assert complaint in " ".join(result.stdout.split())


def test_twin_foreign_takings_are_found(tmp_path: Path) -> None:
    package = plant(
        tmp_path,
        {
            "portal/views.py": (
                "from hongzhu.core.orgs import queries, forms\n"
                "from hongzhu.core.orgs.engine import walk\n"
                "from hongzhu.core.orgs.models import Org\n"
                "import hongzhu.core.people.views\n"
            ),
            "core/orgs/views.py": "from hongzhu.core.orgs.forms import F\n",
            "core/people/views.py": "",
        },
    )
    assert [said.split(" from ")[0] for said in foreign_takings(package)] == [
        "portal/views.py:1: takes forms",
        "portal/views.py:2: takes engine",
        "portal/views.py:4: takes views",
    ]
