"""A room holds the known kinds of file and no other; its ``__init__`` is six lines of prose; kit has no table."""

from __future__ import annotations

import ast
from pathlib import Path

from django.conf import settings

from tests.architecture.house import PACKAGE, parse, plant, python_files, rooms

KINDS = {
    "models", "engine", "pack", "rules", "queries", "actions", "measures", "desk", "tasks", "management",
    "forms", "views", "api", "urls", "migrations",
}  # fmt: skip
FOLDERS_BESIDE = {"templates", "locale", "__pycache__"}
# Files that a framework calls by the name in settings: only the sign-in room has them (docs/decisions/0002).
SIGN_IN = {"access": {"adapters", "backends"}}

# Pages that allauth looks up by its own names.
SIGN_IN_TEMPLATES = {"access": {"account", "mfa", "allauth"}}


def faults(package: Path) -> list[str]:
    said: list[str] = []
    for room in rooms(package):
        for path in sorted(room.iterdir()):
            kind = path.stem if path.suffix == ".py" else path.name
            known = KINDS | SIGN_IN.get(room.name, set()) | ({"__init__"} if path.suffix == ".py" else FOLDERS_BESIDE)
            if kind not in known:
                said.append(f"{room.name}: {path.name} is no kind of file a room has")
        said += [f"{room.name}: {fault}" for fault in _init_faults(room / "__init__.py")]
        said += [f"{room.name}: templates stand in templates/{room.name}/" for _ in _stray_templates(room)]
    said += [f"kit: {path.name} holds a table" for path in python_files(package / "kit") if _has_table(path)]
    return said


def _has_table(path: Path) -> bool:
    classes = [node for node in ast.walk(parse(path)) if isinstance(node, ast.ClassDef)]
    return any(ast.unparse(base) == "models.Model" for node in classes for base in node.bases)


def _init_faults(path: Path) -> list[str]:
    tree = parse(path)
    lines = (ast.get_docstring(tree) or "").splitlines()
    said = []
    if len(tree.body) != 1 or not lines:
        said.append("__init__.py holds one docstring and no code")
    if not 4 <= len(lines) <= 8:
        said.append(
            f"__init__.py says in about six lines what the room is for, touches and must not know; it has {len(lines)}"
        )
    return said


def _stray_templates(room: Path) -> list[Path]:
    folder = room / "templates"
    known = {room.name, *SIGN_IN_TEMPLATES.get(room.name, ())}
    return [path for path in folder.iterdir() if path.name not in known] if folder.is_dir() else []


def test_rooms_hold_known_kinds() -> None:
    assert faults(PACKAGE) == []


def test_every_room_is_installed() -> None:
    found = {"hongzhu." + ".".join(room.relative_to(PACKAGE).parts) for room in rooms()}
    assert found == set(settings.ROOMS)


def test_twin_strange_files_are_found(tmp_path: Path) -> None:
    six = '"""One.\n\nTwo.\nThree.\nFour.\nFive.\n"""\n'
    package = plant(
        tmp_path,
        {
            "portal/__init__.py": six,
            "core/orgs/__init__.py": six,
            "core/orgs/utils.py": "",
            "core/orgs/backends.py": "",
            "core/orgs/apps.py": "",
            "core/orgs/templates/other/a.html": "",
            "core/access/__init__.py": six,
            "core/access/backends.py": "",
            "core/people/__init__.py": "from .models import Person\n",
            "kit/things.py": "from django.db import models\nclass Thing(models.Model): ...\n",
        },
    )
    assert faults(package) == [
        "orgs: apps.py is no kind of file a room has",
        "orgs: backends.py is no kind of file a room has",
        "orgs: utils.py is no kind of file a room has",
        "orgs: templates stand in templates/orgs/",
        "people: __init__.py holds one docstring and no code",
        "people: __init__.py says in about six lines what the room is for, touches and must not know; it has 0",
        "kit: things.py holds a table",
    ]
