"""Where things stand: the rooms, their files, and a scratch house in which a checker's twin plants its fault."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "hongzhu"


def rooms(package: Path = PACKAGE) -> list[Path]:
    """The folders of all rooms, the portal included."""
    inner = [p.parent for group in ("core", "services") for p in sorted((package / group).glob("*/__init__.py"))]
    return [*inner, package / "portal"]


def python_files(folder: Path) -> Iterator[Path]:
    """Every Python file below a folder but migrations."""
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts and "__pycache__" not in path.parts:
            yield path


def files_of_kind(room: Path, kind: str) -> Iterator[Path]:
    """``actions.py``, or every file of the folder ``actions/``."""
    if (room / f"{kind}.py").exists():
        yield room / f"{kind}.py"
    yield from python_files(room / kind)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write a small house below ``root``; returns its package folder."""
    for name, text in files.items():
        path = root / "hongzhu" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in path.relative_to(root).parents:
            if str(folder) != "." and "templates" not in folder.parts and "locale" not in folder.parts:
                (root / folder / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    return root / "hongzhu"
