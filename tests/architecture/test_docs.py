"""What the pages say is there: commands, files, rooms, words. A page that names something gone fails."""

from __future__ import annotations

import importlib.util
import re
import runpy
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from hongzhu.config.cli import main
from tests.architecture.house import PACKAGE, ROOT, python_files

README, CHINESE, CONTRIBUTING = ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md"
ARCHITECTURE, GLOSSARY = ROOT / "ARCHITECTURE.md", ROOT / "docs/glossary.md"
PAGES = [README, CHINESE, CONTRIBUTING, ARCHITECTURE, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = "suggestions"  # the worked example is no room of the tree


def code(text: str) -> list[str]:
    """What stands in backticks, and the lines of code blocks."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", rest)


def command_faults(text: str) -> list[str]:
    """Make targets, subcommands of hongzhu, test files and modules that are not there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = []
    for piece in code(text):
        for found in re.findall(r"^make ([a-z-]+)", piece):
            said += [] if found in targets else [f"make {found}"]
        for found in re.findall(r"^(?:\.venv/bin/)?hongzhu ([a-z][a-z-]*)", piece):
            said += [] if found in main.commands else [f"hongzhu {found}"]
        for found in re.findall(r"pytest (tests/[\w/.]+)", piece):
            said += [] if (ROOT / found).exists() or EXAMPLE in found else [found]
        for found in re.findall(r"python -m ([a-z_.]+)", piece):
            said += [] if importlib.util.find_spec(found) else [f"python -m {found}"]
        for found in re.findall(r"(?:^|\s)(scripts/[\w.]+)", piece):
            said += [] if (ROOT / found).exists() else [found]
    return said


def link_faults(page: Path, text: str) -> list[str]:
    """Linked files and pictures that are not there; a heading after # that the page does not have."""
    said = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _sharp, heading = target.partition("#")
        if re.match(r"[a-z]+:", name):
            continue
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (heading and heading not in _headings(there.read_text(encoding="utf-8"))):
            said.append(target)
    return said


def _headings(text: str) -> set[str]:
    """As the usual renderers name them."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def tree_faults(text: str, package: Path = PACKAGE) -> list[str]:
    """Rooms and folders the tree of ARCHITECTURE shows as built and that are not there, and rooms it does not show."""
    tree = text.partition("```\n.\n")[2].partition("```")[0]
    shown = dict(re.findall(r"^│   │   ├── (\w+)/\s+(.+)$", tree, re.MULTILINE))
    shown |= dict(re.findall(r"^│   │   └── (\w+)/\s+(.+)$", tree, re.MULTILINE))
    groups = ("core", "services")
    folders = {name for name in shown if any((package / group / name / "__init__.py").exists() for group in groups)}
    kit = {name for name in shown if (package / "kit" / name).is_dir()}
    built = {path.parent.name for group in groups for path in (package / group).glob("*/__init__.py")}
    said = [
        f"{name}: shown, not there" for name in shown if name not in folders | kit and not shown[name].startswith("○")
    ]
    said += [f"{name}: marked ○ and yet there" for name in folders if shown[name].startswith("○")]
    return sorted(said + [f"{name}: there, not shown" for name in built - set(shown)])


def glossary_faults(text: str, source: str) -> list[str]:
    """Code names that no file has."""
    names = set(re.findall(r"\| `([^`]+)` \|", text))
    words = set(re.findall(r"\w+", source))
    return sorted(name for name in names if name not in words)


def source() -> str:
    files = [*python_files(PACKAGE), *(PACKAGE / "packs/national").glob("*.yaml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert command_faults(text) == []
    assert link_faults(page, text) == []


def test_both_readmes_say_the_same() -> None:
    """The same commands, links, sections and rows, in the same order."""
    english, chinese = README.read_text(encoding="utf-8"), CHINESE.read_text(encoding="utf-8")

    def shape(text: str) -> list[str]:
        marks = re.findall(
            r"^(#+|\|(?=[^-])|- )|`((?:make|hongzhu|\.venv)[^`]*)`|\]\(((?!README)[^)]+)\)", text, re.MULTILINE
        )
        return ["".join(mark) for mark in marks]

    assert sorted(shape(english)) == sorted(shape(chinese))


def test_the_tree_is_the_tree() -> None:
    assert tree_faults(ARCHITECTURE.read_text(encoding="utf-8")) == []


def test_every_room_has_its_page() -> None:
    rooms = [*(room.rpartition(".")[2] for room in settings.ROOMS), "config", "kit"]
    index = (ROOT / "docs/handbook/index.md").read_text(encoding="utf-8")
    assert [room for room in rooms if not (ROOT / f"docs/handbook/{room}.md").exists()] == []
    assert [room for room in rooms if f"({room}.md)" not in index] == []


def test_every_noun_is_in_the_glossary() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    tables = [table for room in settings.ROOMS for table in apps.get_app_config(room.rpartition(".")[2]).get_models()]
    assert [table.__name__ for table in tables if f"`{table.__name__}`" not in text] == []


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    assert glossary_faults(GLOSSARY.read_text(encoding="utf-8"), source()) == []


def test_the_written_half_of_the_glossary_is_up_to_date() -> None:
    """Run scripts/glossary when this fails."""
    assert runpy.run_path(str(ROOT / "scripts/glossary"))["page"]() == GLOSSARY.read_text(encoding="utf-8")


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_twin_what_is_gone_is_found(tmp_path: Path) -> None:
    text = "Run `make nothing`, `hongzhu nothing`, `.venv/bin/python -m hongzhu.nothing`, `scripts/nothing`.\n"
    text += "```\n.venv/bin/python -m pytest tests/nothing\nmake demo\n```\n[a](nothing.md) [b](#here) [c](#there)\n## Here\n"
    page = tmp_path / "page.md"
    page.write_text(text)

    assert sorted(command_faults(text)) == [
        "hongzhu nothing", "make nothing", "python -m hongzhu.nothing", "scripts/nothing", "tests/nothing",
    ]  # fmt: skip
    assert link_faults(page, text) == ["nothing.md", "#there"]
    assert glossary_faults("| 词 | `nothing_of_that` | x |\n| 词 | `Org` | x |\n", "class Org:") == ["nothing_of_that"]


def test_twin_another_tree_is_found(tmp_path: Path) -> None:
    for name in ("orgs", "checks", "secret"):
        (tmp_path / "core" / name).mkdir(parents=True)
        (tmp_path / "core" / name / "__init__.py").touch()
    text = "```\n.\n│   │   ├── orgs/   机构\n│   │   ├── checks/   ○ 检查\n│   │   ├── gone/   没有\n│   │   └── later/   ○ 以后\n```\n"
    assert tree_faults(text, tmp_path) == [
        "checks: marked ○ and yet there",
        "gone: shown, not there",
        "secret: there, not shown",
    ]
