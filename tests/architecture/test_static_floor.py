"""Nothing we serve needs a browser newer than Chromium 86 (360, 奇安信, 统信, WeChat), save the gifts listed here.

A gift makes a page nicer in a new browser and is missing without harm in an old one; each row says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "hongzhu/static"

# What is newer: name -> pattern. The version is the first Chromium that has it.
CSS = {
    ":has() 105": r":has\(",
    ":is() 88": r":is\(",
    ":where() 88": r":where\(",
    ":not() with a list 88": r":not\((?:[^()]|\([^()]*\))*,",
    ":dir() 120": r":dir\(",
    ":user-valid 119": r":user-(?:in)?valid",
    "::backdrop on dialogs, popover 114": r":popover-open|::details-content|::target-text",
    "::file-selector-button 89": r"::file-selector-button",
    "::marker content, ::highlight 105": r"::highlight\(",
    "@container 105": r"@container\b|container-(?:type|name)\s*:|\b\d*\.?\d+cq[wihbmax]+\b",
    "@layer 99": r"@layer\b",
    "@scope 118": r"@scope\b",
    "@property 85 with syntax, @starting-style 117": r"@starting-style\b",
    "@view-transition 126": r"@view-transition\b|view-transition-name\s*:",
    "media range syntax 104": r"@media[^{]*[<>]",
    "@supports selector() 83 with font-tech 108": r"font-tech\(",
    "inset 87": r"(?<![\w-])inset(?:-(?:inline|block)(?:-(?:start|end))?)?\s*:",
    "logical shorthands 87": r"(?<![\w-])(?:margin|padding)-(?:inline|block)\s*:|(?<![\w-])border-(?:inline|block)(?:-(?:width|style|color))?\s*:",
    "dynamic viewport units 108": r"\d(?:d|s|l)v(?:h|w|min|max|b|i)\b",
    "aspect-ratio 88": r"(?<![\w-])aspect-ratio\s*:",
    "color-mix() 111": r"color-mix\(",
    "oklch(), lab() 111": r"\b(?:oklch|oklab|lch|lab|color)\(",
    "relative colours 119": r"(?:rgb|rgba|hsl)\(\s*from\b",
    "light-dark() 123": r"light-dark\(",
    "rgb(0 0 0 / 50%) in var 65 is fine; hwb() 101": r"\bhwb\(",
    "accent-color 93": r"(?<![\w-])accent-color\s*:",
    "text-wrap 114": r"(?<![\w-])text-wrap\s*:",
    "text-spacing-trim 123": r"text-spacing-trim\s*:",
    "scrollbar-width 121": r"scrollbar-(?:width|color|gutter)\s*:",
    "field-sizing 123": r"field-sizing\s*:",
    "font-synthesis 97": r"font-synthesis(?:-[\w]+)?\s*:",
    "print-color-adjust unprefixed 136": r"(?<!-)\bprint-color-adjust\s*:",
    "individual transforms 104": r"(?<![\w-])(?:translate|rotate|scale)\s*:",
    "overflow: clip 90": r"overflow(?:-[xy])?\s*:\s*clip",
    "content-visibility is fine 85; contain-intrinsic auto 98": r"contain-intrinsic-size\s*:\s*auto",
    "subgrid 117": r"\bsubgrid\b",
    "round(), mod() and friends 125": r"[:\s](?:round|mod|rem|sin|cos|tan|pow|sqrt|hypot)\(",
    "line-clamp unprefixed": r"(?<![\w-])line-clamp\s*:",
    "text-decoration shorthand with thickness 87": r"text-decoration-thickness\s*:",
    "hyphenate, initial-letter 110": r"(?:initial-letter|hyphenate-character)\s*:",
    "margin-trim, interpolate-size 129": r"(?:margin-trim|interpolate-size)\s*:|calc-size\(",
    "anchor positioning 125": r"anchor-name\s*:|position-anchor\s*:|position-area\s*:|\banchor\(",
    "data: images (refused by the policy)": r"url\(\s*[\"']?data:",
}
JS = {
    "logical assignment 85, kept out for older Safari": r"(?:\?\?|\|\||&&)=",
    "class static block 94": r"\bstatic\s*\{",
    "private methods 84, #x in 91": r"(?:^|[\s;{])(?:static\s+|async\s+|get\s+|set\s+)*#\w+\s*(?:\(|in\b)",
    ".at() 92": r"\.at\(",
    "Object.hasOwn 93": r"\bObject\.hasOwn\(",
    "structuredClone 98": r"\bstructuredClone\(",
    "findLast 97": r"\.findLast(?:Index)?\(",
    "Array copies 110": r"\.(?:toSorted|toReversed|toSpliced)\(",
    "groupBy 117": r"\.groupBy\(",
    "Promise.any 85 is fine; withResolvers 119": r"Promise\.withResolvers\(|Promise\.try\(",
    "Array.fromAsync 121": r"Array\.fromAsync\(",
    "Error cause 93": r"new Error\([^)]*,\s*\{\s*cause",
    "top-level await 89": r"^await\b|^(?:const|let|var)\s[^=]*=\s*await\b",
    "regex flag v 112, d 90": r"/[gimsuy]*[vd][gimsuy]*\.(?:test|exec)\(",
    "import attributes 123": r"^import[^;]*\bwith\s*\{",
    "modules and dynamic import, kept out: one plain script": r"^\s*(?:import|export)\s",
    "crypto.randomUUID 92 and https only": r"\brandomUUID\(",
    "showModal 37 in Chromium, Safari 15.4": r"\.showPicker\(|\.showPopover\(|\.togglePopover\(",
    "requestSubmit is fine 76; scheduler 94": r"\bscheduler\.",
    "AbortSignal.timeout 103": r"AbortSignal\.(?:timeout|any)\(",
    "Intl.Segmenter 87": r"Intl\.(?:Segmenter|DurationFormat)",
    "replaceChildren 86 is fine; setHTML 105+": r"\.setHTML(?:Unsafe)?\(",
    "view transitions 111": r"startViewTransition",
    "eval (refused by the policy)": r"\beval\(|new Function\(",
}
# (file, what) -> why the page works without it.
GIFTS = {
    ("hongzhu.css", "accent-color 93"): "tick boxes keep the browser's own blue",
    ("hongzhu.css", "text-wrap 114"): "lines break where they always did",
    ("hongzhu.css", "text-spacing-trim 123"): "full-width punctuation keeps its full width",
    ("hongzhu.css", "scrollbar-width 121"): "the menu shows a thin scroll bar when it does not fit",
    ("hongzhu.css", "font-synthesis 97"): "paper only: the real 小标宋 may print a little bolder",
    ("hongzhu.css", "print-color-adjust unprefixed 136"): "the prefixed name stands beside it",
    (
        "bootstrap.subset.css",
        "::file-selector-button 89",
    ): "its own rule; ::-webkit-file-upload-button stands before it",
    ("htmx-2.min.js", "eval (refused by the policy)"): "only for hx-on and filters, switched off by allowEval:false",
    ("htmx-2.min.js", "view transitions 111"): "asked for only when the browser has it, and we do not use it",
}


def served() -> list[Path]:
    """Every style sheet and script of ours, and what our base templates load from elsewhere."""
    ours = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"}]
    return [*sorted(ours), Path(finders.find("django_htmx/htmx-2.min.js"))]


def bare(text: str, suffix: str) -> str:
    """Without comments."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    if suffix == ".js":
        # A minified file is one line: only what stands free is a comment.
        text = re.sub(r"(?m)(?:^|\s)//[^\n]*", " ", text)
    return text


def nested(css: str) -> bool:
    """A rule inside a rule: an opening brace below a block that is no at-rule."""
    stack: list[bool] = []
    start = 0
    for at, sign in enumerate(css):
        if sign == "{":
            if stack and stack[-1]:
                return True
            stack.append(not css[start:at].strip().startswith("@") or "@page" in css[start:at])
            start = at + 1
        elif sign in "};":
            if sign == "}" and stack:
                stack.pop()
            start = at + 1
    return False


def newer(text: str, suffix: str) -> Iterator[str]:
    """The names of what is too new in ``text``."""
    text = bare(text, suffix)
    table = CSS if suffix == ".css" else JS
    if suffix == ".css" and nested(text):
        yield "nesting 112"
    for name, pattern in table.items():
        if re.search(pattern, text, re.MULTILINE):
            yield name


@pytest.mark.parametrize("path", served(), ids=lambda path: path.name)
def test_what_we_serve_runs_on_the_floor(path):
    refused = [name for name in newer(path.read_text(), path.suffix) if (path.name, name) not in GIFTS]
    assert not refused, (
        f"{path.name}: {refused}; write it another way, or list it as a gift and say why it may be missing"
    )


def test_each_gift_is_still_given():
    given = {(path.name, name) for path in served() for name in newer(path.read_text(), path.suffix)}
    assert not set(GIFTS) - given, "a gift no longer used: take the row out"


def test_unprefixed_colour_adjust_has_its_prefixed_twin():
    text = (STATIC / "hongzhu/hongzhu.css").read_text()
    assert len(re.findall(r"-webkit-print-color-adjust", text)) == len(re.findall(r"(?<!-)\bprint-color-adjust", text))


def test_no_inline_script_or_style_in_templates():
    templates = list((ROOT / "hongzhu").rglob("templates/**/*.html"))
    assert templates
    bad = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in templates
        for found in re.findall(
            r"<style\b|\sstyle=|\son(?:click|change|submit|load|input)=|<script(?![^>]*\bsrc=)[^>]*>|javascript:|[\"'(]data:",
            path.read_text(),
        )
    ]
    assert not bad, bad


@pytest.mark.parametrize(
    ("suffix", "snippet"),
    [
        (".css", ".a:has(> img) { color: red }"),
        (".css", ":is(h1, h2) { color: red }"),
        (".css", ":where(.a) { color: red }"),
        (".css", "a:not(.b, .c) { color: red }"),
        (".css", "@container (min-width: 1px) { a { color: red } }"),
        (".css", ".a { container-type: inline-size }"),
        (".css", "@layer base { a { color: red } }"),
        (".css", ".a { color: red; .b { color: blue } }"),
        (".css", ".a { &:hover { color: blue } }"),
        (".css", "@media print { .a { .b { color: blue } } }"),
        (".css", "@media (width >= 600px) { a { color: red } }"),
        (".css", ".a { inset: 0 }"),
        (".css", ".a { inset-inline-start: 0 }"),
        (".css", ".a{margin-inline:auto}"),
        (".css", ".a { padding-block: 4px 2px }"),
        (".css", ".a { height: 100dvh }"),
        (".css", ".a { min-height: 50svh }"),
        (".css", ".a { aspect-ratio: 16 / 9 }"),
        (".css", ".a { color: color-mix(in srgb, red, blue) }"),
        (".css", ".a { color: oklch(60% 0.1 30) }"),
        (".css", ".a { color: light-dark(#000, #fff) }"),
        (".css", ".a { accent-color: red }"),
        (".css", ".a { rotate: 45deg }"),
        (".css", ".a { overflow: clip }"),
        (".css", ".a { grid-template-columns: subgrid }"),
        (".css", ".a { background: url(data:image/svg+xml;base64,xx) }"),
        (".css", '.a { background: url("data:image/png;base64,xx") }'),
        (".js", "class A { static { this.x = 1; } }"),
        (".js", "class A { #secret() { return 1; } }"),
        (".js", "a ??= 1;"),
        (".js", "a ||= 1;"),
        (".js", "const last = list.at(-1);"),
        (".js", "const b = structuredClone(a);"),
        (".js", "if (Object.hasOwn(a, 'b')) go();"),
        (".js", "const page = await fetch('/');"),
        (".js", "await fetch('/');"),
        (".js", "import x from './x.js';"),
        (".js", "list.toSorted();"),
        (".js", "list.findLast(f);"),
        (".js", "crypto.randomUUID();"),
        (".js", "eval('1');"),
    ],
)
def test_newer_code_would_be_caught(suffix, snippet):
    assert list(newer(snippet, suffix)), snippet


@pytest.mark.parametrize(
    ("suffix", "snippet"),
    [
        (".css", "/* :has( is not used */ .a:not(.b) { margin: 0 auto; box-shadow: inset 0 0 0 1px red }"),
        (".css", "@media print { .a { color: red } } .b { gap: 4px; position: sticky; --x: 1 }"),
        (".css", "@page { margin: 1cm } .a:focus:not(:focus-visible) { transform: rotate(45deg) }"),
        (".js", "// list.at(-1)\nconst a = b?.c ?? 'd'; text.replaceAll('a', 'b'); async function f() { await g(); }"),
    ],
)
def test_what_the_floor_has_is_let_through(suffix, snippet):
    assert not list(newer(snippet, suffix))
