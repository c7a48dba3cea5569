"""Cut Bootstrap down to what our pages use, so that the first page stays light.

Usage: ``npm pack bootstrap@5.3.9``, unpack, then
``python scripts/trim_bootstrap.py package/dist/css/bootstrap.min.css > hongzhu/static/vendor/bootstrap/bootstrap.subset.css``
and write both checksums into ``hongzhu/static/vendor/vendor.toml``. A test checks the second.

Kept: every rule about plain elements (the "reboot"), the classes below, and the variables they use.
Left out: everything else, the dark theme, and each rule with a ``data:`` image, which our Content-Security-Policy refuses.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

SIDES = ("", "t", "b", "s", "e", "x", "y")
SPACES = {f"{kind}{side}-{size}" for kind in "mp" for side in SIDES for size in range(6)}
CLASSES = SPACES | {
    *("m-auto", "mx-auto", "my-auto", "ms-auto", "me-auto", "ms-md-4"),
    *("gap-1", "gap-2", "gap-3", "gap-4"),
    *("d-none", "d-block", "d-inline", "d-inline-block", "d-flex", "d-inline-flex"),
    *("flex-wrap", "flex-grow-1", "align-items-center", "align-items-baseline", "justify-content-between"),
    *("text-start", "text-center", "text-end", "w-100"),
}


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each ``head{body}`` of the text at its own level; bodies of at-rules come whole."""
    at = 0
    while (brace := css.find("{", at)) != -1:
        depth, end = 1, brace + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:brace].strip().rpartition(";")[2], css[brace + 1 : end - 1]
        at = end


def wanted(selector: str) -> bool:
    if "data-bs" in selector and selector != "[data-bs-theme=light]":
        return False
    return set(re.findall(r"\.([A-Za-z][\w-]*)", selector)) <= CLASSES


def split(selectors: str) -> list[str]:
    """Split at commas outside brackets."""
    return re.split(r",(?![^(]*\))", selectors)


def trim(css: str) -> str:
    kept = []
    for head, body in rules(css):
        if head.startswith("@media"):
            inner = trim(body)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif not head.startswith("@"):
            names = [name for name in split(head) if wanted(name)]
            if names and "data:" not in body:
                kept.append(f"{','.join(names)}{{{body}}}")
    return "".join(kept)


def only_used_variables(css: str) -> str:
    """Drop the custom properties no kept rule reads, until nothing changes."""
    before = ""
    while before != css:
        before, used = css, "|".join(sorted(set(re.findall(r"var\((--[\w-]+)", css)), key=len, reverse=True))
        css = re.sub(rf"(?<![\w-])(?!(?:{used}):)--bs-[\w-]+:[^;}}]*(?:;|(?=\}}))", "", css)
    return re.sub(r"[^{}]+\{\}", "", css)


def main() -> None:
    source = Path(sys.argv[1]).read_text()
    licence = source[source.index("/*!") : source.index("*/") + 2]
    body = re.sub(r"/\*.*?\*/", "", source.removeprefix('@charset "UTF-8";'), flags=re.DOTALL)
    trimmed = only_used_variables(trim(body)).replace("}", "}\n")
    sys.stdout.write(f"{licence}\n/* Subset made by scripts/trim_bootstrap.py */\n{trimmed}")


if __name__ == "__main__":
    main()
