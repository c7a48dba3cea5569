"""Nothing we serve, install or run names a distribution network or a registry; it works behind a closed gate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.house import PACKAGE, ROOT

HOSTS = re.compile(
    r"(?i)\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|unpkg\.com|jsdelivr\.net|cdnjs\.|cloudflare\.com|googleapis\.com"
    r"|gstatic\.com|bootcdn|staticfile\.(net|org)|docker\.io|ghcr\.io|mirrors?\.[a-z]+\.|tuna\.tsinghua|aliyun\.com"
    r"|deb\.debian\.org|githubusercontent\.com|fonts\.google)"
)
ADDRESS = re.compile(r"https?://[^\s\"'<>)`]+")
# Names of vocabularies (never fetched), and this machine.
HARMLESS = re.compile(
    r"https?://(www\.w3\.org/|schemas\.openxmlformats\.org/|127\.0\.0\.1|localhost|\[::1\]|example\.(org|com))"
)
# A vendored file may name its home in a comment; it may not load from anywhere.
LOADS = re.compile(
    r"(?i)(url\(\s*[\"']?|@import\s+[\"']?|\bsrc\s*=\s*[\"']|fetch\(\s*[\"'`]|import\(\s*[\"'`]|sourceMappingURL=)(https?:)?//[a-z]"
)
TEXT = {
    ".css",
    ".js",
    ".html",
    ".svg",
    ".txt",
    ".yaml",
    ".json",
    ".webmanifest",
    ".toml",
    ".in",
    ".cfg",
    ".sh",
    ".py",
    "",
}


def served(package: Path) -> Iterable[Path]:
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and path.suffix in TEXT - {".py"} and ("static" in parts or "templates" in parts):
            yield path


def faults(path: Path, text: str) -> list[str]:
    said = [f"{path}: names {found[0]}" for found in HOSTS.finditer(text) if "vendor" not in path.parts]
    if "vendor" in path.parts:
        return said + [f"{path}: loads from {found[0]}" for found in LOADS.finditer(text)]
    return said + [f"{path}: address {found[0]}" for found in ADDRESS.finditer(text) if not HARMLESS.match(found[0])]


def tools(root: Path) -> list[Path]:
    """What installs, tests and deploys."""
    listed = [root / "Makefile", root / "pyproject.toml", root / ".importlinter", *root.glob("requirements/*")]
    listed += [path for folder in ("scripts", ".ci", "deploy") for path in sorted((root / folder).rglob("*"))]
    return [path for path in listed if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts]


def test_served_files_stay_inside() -> None:
    said = [
        fault for path in served(PACKAGE) for fault in faults(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]
    assert said == []


def test_tools_name_no_registry() -> None:
    said: list[str] = []
    for path in tools(ROOT):
        text = path.read_text(encoding="utf-8")
        said += [f"{path.relative_to(ROOT)}: names {found[0]}" for found in HOSTS.finditer(text)]
    assert said == []


def test_lock_holds_hashes_and_no_place() -> None:
    for name in ("base", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        assert not re.search(
            r"://|file:/|--(extra-)?index|--find-links|--trusted-host|^\s*-e", text, flags=re.MULTILINE
        )
        pinned = re.findall(r"^[\w.\-\[\],]+==\S+ \\\n    --hash=sha256:", text, flags=re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[\w.\-]+", text, flags=re.MULTILINE))


def test_twin_addresses_are_found() -> None:
    page, vendored = Path("templates/a.html"), Path("static/vendor/a.css")

    assert len(faults(page, '<link href="https://cdn.jsdelivr.net/npm/x.css">')) == 2
    assert len(faults(page, '<script src="https://somewhere.cn/x.js">')) == 1
    assert faults(page, '<svg xmlns="http://www.w3.org/2000/svg">') == []
    assert len(faults(vendored, "@import 'https://somewhere.cn/x.css'; a{background:url(//b.cn/x)}")) == 2
    assert faults(vendored, "/* https://getbootstrap.com/ MIT */ a{background:url(x.svg)}") == []
