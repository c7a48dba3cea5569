"""No way around the ORM's quoting, the template's escaping, the token of a form or the content policy."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.house import PACKAGE, parse, plant, python_files

CALLED = {
    "raw": "write it with the ORM",
    "extra": "write it with the ORM",
    "eval": "nothing here evaluates text",
    "exec": "nothing here evaluates text",
    "__import__": "nothing here evaluates text",
    "mark_safe": "use format_html, or a template",
    "SafeString": "use format_html, or a template",
    "csrf_exempt": "every form carries its token",
    "RawSQL": "write it with the ORM",
}
MODULES = {
    "pickle": "data from outside must not become objects",
    "marshal": "data from outside must not become objects",
    "shelve": "data from outside must not become objects",
}
TEMPLATE = {
    r"\|\s*safe(seq)?\b": "escape it, or build it with format_html",
    r"{%\s*autoescape\s+off": "escape it",
    r"<script(?![^>]*\bsrc=)[^>]*>": "scripts are files (content policy)",
    r"\sstyle\s*=\s*[\"']": "styles are classes (content policy)",
    r"\son[a-z]+\s*=\s*[\"']": "handlers are in files (content policy)",
    r"[\"'(]\s*javascript:": "links are addresses (content policy)",
    r"(src|href)\s*=\s*[\"']data:": "pictures are files (content policy)",
    r"\shx-on[:-]": "htmx evaluates it (content policy)",
    r"\shx-vals\s*=\s*[\"']js:": "htmx evaluates it (content policy)",
    r"csrf_exempt": "every form carries its token",
}

# <file>: <name> -> why it is safe there.
ALLOWED: dict[tuple[str, str], str] = {
    ("kit/templatetags/hz.py", "mark_safe"): "icons come from a constant table of ours",
}


def _put_together(sql: ast.expr) -> bool:
    """Built from values; a name quoted by the database's own ``quote_name`` is no value."""
    if isinstance(sql, ast.JoinedStr):
        values = [part.value for part in sql.values if isinstance(part, ast.FormattedValue)]
        return not all(isinstance(v, ast.Call) and ast.unparse(v.func).endswith(".quote_name") for v in values)
    return isinstance(sql, ast.BinOp)


def python_faults(path: Path, shown: str) -> list[str]:
    said: list[str] = []
    for node in ast.walk(parse(path)):
        name = ""
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name == "execute" and node.args and _put_together(node.args[0]):
                said.append(f"{shown}:{node.lineno}: SQL is put together from text: pass parameters")
            if name == "load" and ast.unparse(node.func) == "yaml.load":
                said.append(f"{shown}:{node.lineno}: yaml.load makes objects: use safe_load")
            if any(word.arg == "shell" and ast.unparse(word.value) == "True" for word in node.keywords):
                said.append(f"{shown}:{node.lineno}: no shell: pass a list")
        elif isinstance(node, ast.Name) and node.id in {"csrf_exempt", "mark_safe"} and isinstance(node.ctx, ast.Load):
            name = node.id if node.id == "csrf_exempt" else ""
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            said += [f"{shown}:{node.lineno}: {module}: {MODULES[module]}" for module in modules if module in MODULES]
        if name in CALLED and (shown, name) not in ALLOWED:
            said.append(f"{shown}:{node.lineno}: {name}: {CALLED[name]}")
    return said


def template_faults(text: str, shown: str) -> list[str]:
    bare = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    said: list[str] = []
    for pattern, advice in TEMPLATE.items():
        for match in re.finditer(pattern, bare, flags=re.IGNORECASE):
            if (shown, match[0].strip()) not in ALLOWED:
                said.append(f"{shown}:{bare.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}: {advice}")
    return said


def faults(package: Path) -> list[str]:
    said = [
        fault for path in python_files(package) for fault in python_faults(path, path.relative_to(package).as_posix())
    ]
    for path in sorted(package.rglob("*.html")):
        if "static" not in path.relative_to(package).parts:
            said += template_faults(path.read_text(encoding="utf-8"), path.relative_to(package).as_posix())
    return said


def test_no_way_around() -> None:
    assert faults(PACKAGE) == []


def test_list_holds_nothing_unused() -> None:
    for key, reason in list(ALLOWED.items()):
        del ALLOWED[key]
        said = faults(PACKAGE)
        ALLOWED[key] = reason
        assert said, f"{key} is not needed any more"


def test_twin_every_way_around_is_found(tmp_path: Path) -> None:
    lines = [
        "import pickle",
        "Org.objects.raw('select 1')",
        "Org.objects.extra(where=['1'])",
        "mark_safe(text)",
        "@csrf_exempt\ndef view(request): ...",
        "eval(text)",
        "cursor.execute(f'select {name}')",
        "cursor.execute('select ' + name)",
        "RawSQL('1', [])",
        "yaml.load(text)",
        "run(line, shell=True)",
    ]
    for line in lines:
        package = plant(tmp_path, {"core/orgs/queries.py": line + "\n"})
        assert len(faults(package)) == 1, line
    fine = "cursor.execute('select %s', [name])\nyaml.safe_load(text)\ncursor.execute(f'delete from {ops.quote_name(t)}')\n"
    sound = plant(tmp_path, {"core/orgs/queries.py": fine})
    assert faults(sound) == []


def test_twin_every_template_fault_is_found() -> None:
    planted = [
        "{{ text|safe }}",
        "{% autoescape off %}",
        "<script>go()</script>",
        '<p style="color:red">',
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<img src="data:image/png;base64,AA">',
        '<p hx-on:click="go()">',
    ]
    for text in planted:
        assert len(template_faults(text, "a.html")) == 1, text
    assert template_faults('{# |safe #}<script src="a.js" defer></script><p class="style">', "a.html") == []
