"""Everything a user reads is marked and has an English text. The machinery is ``hongzhu.kit.messages``."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from hongzhu.kit import messages
from tests.architecture.house import PACKAGE, ROOT, plant

SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def test_every_text_is_marked_and_translated_once() -> None:
    """Of two translations in two rooms Django keeps one; which, depends on the order of the rooms: that is found too."""
    assert messages.check(messages.catalogues()) == []


def test_every_source_belongs_to_a_catalogue() -> None:
    read = {path for catalogue in messages.catalogues() for path in catalogue.sources}
    ours = {path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html"} and path.is_file()}
    aside = {"migrations", "static", "__pycache__", "packs", "locale"}
    outside = {path for path in ours - read if not aside & set(path.relative_to(PACKAGE).parts)}
    assert {path.relative_to(PACKAGE).as_posix() for path in outside} <= {
        "__init__.py",
        "core/__init__.py",
        "services/__init__.py",
    }


def script_faults(text: str) -> list[str]:
    """Chinese in a script that is served: texts come from the page, which is translated."""
    return re.findall(rf"[^\n]*{messages.CJK.pattern}[^\n]*", SCRIPT_COMMENT.sub("", text))


@pytest.mark.parametrize("path", sorted((PACKAGE / "static/hongzhu").rglob("*.js")), ids=lambda path: path.name)
def test_scripts_hold_no_text(path: Path) -> None:
    assert script_faults(path.read_text(encoding="utf-8")) == []


def test_compiled_catalogues_are_not_kept() -> None:
    assert "*.mo" in (ROOT / ".gitignore").read_text(encoding="utf-8")


def test_twin_a_script_with_text_is_found() -> None:
    assert len(script_faults("// 说明\nconst a = '已保存';\n/* 注 */ go('https://x')\n")) == 1


PLANTED = {
    "unmarked": ("core/orgs/desk.py", "TITLE = '机构'\n", "unmarked Chinese"),
    "f-string": ("core/orgs/desk.py", "T = _(f'{n}人')\n", "f-string"),
    "template": ("core/orgs/templates/orgs/a.html", "<p>机构</p>", "unmarked Chinese"),
    "attribute": ("core/orgs/templates/orgs/a.html", '{% include "x" with title="机构" %}', "unmarked Chinese"),
    "missing": ("core/orgs/desk.py", "T = _('机构')\n", "1 texts missing"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_twin_each_fault_is_found(tmp_path: Path, name: str) -> None:
    where, text, complaint = PLANTED[name]
    package = plant(tmp_path, {"portal/__init__.py": "", where: text})
    said = messages.check(messages.catalogues(package), root=tmp_path)
    assert [fault for fault in said if complaint in fault]


@pytest.mark.parametrize("how", ["empty", "fuzzy", "itself", "placeholder", "obsolete"])
def test_twin_each_bad_entry_is_found(tmp_path: Path, how: str) -> None:
    package = plant(tmp_path, {"portal/desk.py": "T = _('%(n)s人')\n"})
    catalogue = next(c for c in messages.catalogues(package) if c.locale.parent.name == "portal")
    messages.update(catalogue)
    po = polib.pofile(str(catalogue.po))
    po[0].msgstr = {"empty": "", "itself": "%(n)s人", "placeholder": "%(m)s people"}.get(how, "%(n)s people")
    po[0].flags = ["fuzzy"] if how == "fuzzy" else []
    if how == "obsolete":
        po.append(polib.POEntry(msgid="不用了", msgstr="gone"))
    po.save()

    said = messages.check([catalogue], root=tmp_path)

    words = {
        "empty": "untranslated",
        "itself": "by itself",
        "placeholder": "placeholders",
        "obsolete": "no longer used",
    }
    assert len(said) == 1
    assert words.get(how, how) in said[0]
