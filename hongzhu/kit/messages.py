"""The English catalogues: which strings are marked, what is missing, merging, compiling. No gettext binary needed.

    python -m hongzhu.kit.messages update    merge new strings into locale/en of each room, drop vanished ones
    python -m hongzhu.kit.messages check     unmarked, untranslated, fuzzy, diverging strings; exit code 1 if any
    python -m hongzhu.kit.messages compile   write the .mo files that Django reads (kept out of git)

Python is read as a syntax tree, templates with Django's own lexer, so that what is found is what runs.
Chinese that is data and never shown through a translation (a column head to recognise, a numeral) says so in a
comment on its line or on the first line of its statement, ``# zh: why``; a file of nothing else says ``# zh-file: why``.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import block_re, constant_re, endblock_re, inline_re, plural_re

PACKAGE = Path(__file__).resolve().parent.parent

# Function name -> places of (context, msgid, plural) among its arguments; None: it has none.
MARKERS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}

# Han, CJK punctuation, full-width forms. Typographic quotes and dashes are shared with English and do not count.
CJK = re.compile(r"[\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff65]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
PYTHON_PLURAL = "nplurals=2; plural=(n != 1);"


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One marked string; two are the same message when everything but ``where`` is equal."""

    msgid: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.msgid)


@dataclass(frozen=True, slots=True)
class Found:
    """What one source file says: its messages with their lines, and its faults with theirs."""

    messages: tuple[tuple[Message, int], ...]
    faults: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One ``locale`` folder and the source files it translates."""

    locale: Path
    sources: tuple[Path, ...]

    @property
    def po(self) -> Path:
        return self.locale / "en" / "LC_MESSAGES" / "django.po"


def catalogues(package: Path = PACKAGE) -> list[Catalogue]:
    """One per room, kit and portal; config and the templates of the house share ``<package>/locale``."""
    rooms = [package / "kit", package / "portal"]
    for group in ("core", "services"):
        rooms += sorted(p.parent for p in (package / group).glob("*/__init__.py"))
    made = [Catalogue(room / "locale", tuple(_sources(room))) for room in rooms if room.is_dir()]
    house = [*_sources(package / "config"), *_sources(package / "templates")]
    return [*made, Catalogue(package / "locale", tuple(house))]


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        skipped = {"migrations", "locale", "__pycache__", "static"} & set(path.relative_to(folder).parts)
        if path.suffix in {".py", ".html", ".txt"} and not skipped:
            yield path


def read(path: Path) -> Found:
    """The messages and faults of one Python file or template."""
    text = path.read_text(encoding="utf-8")
    return read_python(text) if path.suffix == ".py" else read_template(text)


# --- Python


def read_python(text: str) -> Found:
    """Marked strings; faults are unmarked Chinese, ``_(f"…")`` and markers around anything but plain strings."""
    tree = ast.parse(text)
    reader = _PythonReader(*_declared_data(text))
    reader.visit(tree)
    return Found(tuple(reader.messages), tuple(reader.faults))


def _declared_data(text: str) -> tuple[bool, set[int]]:
    """Whether the whole file is declared data, and the lines that are."""
    whole, lines = False, set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            whole = whole or re.match(r"# zh-file: \S", token.string) is not None
            if re.search(r"# zh: \S", token.string):
                lines.add(token.start[0])
    return whole, lines


class _PythonReader(ast.NodeVisitor):
    def __init__(self, whole: bool, data_lines: set[int]) -> None:
        self.whole, self.data_lines = whole, data_lines
        self.messages: list[tuple[Message, int]] = []
        self.faults: list[tuple[str, int]] = []
        self.statement = 0

    def visit(self, node: ast.AST) -> None:
        outer = self.statement
        if isinstance(node, ast.stmt):
            self.statement = node.lineno
        super().visit(node)
        self.statement = outer

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._body(node)

    def _body(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Everything in it but its docstring."""
        documented = ast.get_docstring(node, clean=False) is not None
        for child in ast.iter_child_nodes(node):
            if not (documented and child is node.body[0]):
                self.visit(child)

    def visit_Expr(self, node: ast.Expr) -> None:
        # A string standing alone documents the attribute above it; it reaches nobody's screen.
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in MARKERS:
            self.generic_visit(node)
            return
        context, msgid, plural = (self._text(node, place, name) for place in MARKERS[name])
        if msgid:
            self.messages.append((Message(msgid, plural or "", context or ""), node.lineno))
        marked = {place for place in MARKERS[name] if place is not None}
        for place, argument in enumerate(node.args):
            if place not in marked:
                self.visit(argument)

    def _text(self, node: ast.Call, place: int | None, name: str) -> str | None:
        if place is None:
            return None
        argument = node.args[place] if place < len(node.args) else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
        what = "an f-string" if isinstance(argument, ast.JoinedStr) else "something that is not a plain string"
        self.faults.append((f"{name}() around {what}: mark the plain text and fill it in afterwards", node.lineno))
        return None

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and CJK.search(node.value) and not self._is_data(node):
            shown = node.value.strip().replace("\n", " ")[:30]
            self.faults.append(
                (f"unmarked Chinese text {shown!r}: wrap it in _(), or say `# zh: why` if data", node.lineno)
            )

    def _is_data(self, node: ast.Constant) -> bool:
        return self.whole or bool({self.statement, node.lineno, node.end_lineno} & self.data_lines)


# --- templates


def read_template(text: str) -> Found:
    """Marked strings of a template; faults are Chinese text outside the translation tags."""
    messages: list[tuple[Message, int]] = []
    faults: list[tuple[str, int]] = []
    tokens = iter(Lexer(text).tokenize())
    in_comment = False
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            command = token.contents.split(None, 1)[0] if token.contents.strip() else ""
            if command in {"comment", "endcomment"}:
                in_comment = command == "comment"
            elif in_comment:
                continue
            elif block_re.match(token.contents):
                _read_block(token, tokens, messages, faults)
            else:
                _read_tag(token, messages, faults)
        elif in_comment or token.token_type == TokenType.COMMENT:
            continue
        elif token.token_type == TokenType.VAR:
            _read_tag(token, messages, faults)
        elif CJK.search(bare := re.sub(r"<!--.*?-->", "", token.contents, flags=re.DOTALL)):
            shown = " ".join(bare.split())[:30]
            faults.append((f"unmarked Chinese text {shown!r}: use translate or blocktranslate", token.lineno or 0))
    return Found(tuple(messages), tuple(faults))


def _unquoted(text: str | None) -> str:
    return text[1:-1] if text else ""


def _read_tag(token: Token, messages: list[tuple[Message, int]], faults: list[tuple[str, int]]) -> None:
    """``{% translate "…" %}``, and ``_("…")`` as an argument of any other tag or filter."""
    contents, line = token.contents, token.lineno or 0
    if inline := inline_re.match(contents):
        # Percent signs are doubled by Django when a template text becomes a msgid.
        text = _unquoted(inline[1]).replace("%", "%%")
        messages.append((Message(text, context=_unquoted(inline[3])), line))
        contents = contents[inline.end() :]
    for constant in constant_re.findall(contents):
        if "%" in constant:
            faults.append((f"{constant}: a text with % goes into its own translate tag", line))
        messages.append((Message(_unquoted(constant)), line))
    if CJK.search(bare := constant_re.sub("", contents)):
        faults.append((f'unmarked Chinese text in a tag {bare.strip()[:30]!r}: write _("…")', line))


def _read_block(
    token: Token, tokens: Iterator[Token], messages: list[tuple[Message, int]], faults: list[tuple[str, int]]
) -> None:
    """``{% blocktranslate %}`` up to its end, as Django turns it into a msgid."""
    line = token.lineno or 0
    opening = block_re.match(token.contents)
    context = _unquoted(opening[2]) if opening else ""
    messages += [(Message(_unquoted(constant)), line) for constant in constant_re.findall(token.contents)]
    trimmed = " trimmed" in token.contents
    parts: dict[str, list[str]] = {"one": [], "many": []}
    into = "one"
    for inner in tokens:
        if inner.token_type == TokenType.BLOCK and endblock_re.match(inner.contents):
            break
        if inner.token_type == TokenType.BLOCK and plural_re.match(inner.contents):
            into = "many"
        elif inner.token_type == TokenType.VAR:
            parts[into].append(f"%({inner.contents})s")
        elif inner.token_type == TokenType.TEXT:
            parts[into].append(inner.contents.replace("%", "%%"))
        elif inner.token_type == TokenType.BLOCK:
            faults.append((f"blocktranslate holds another tag: {inner.contents!r}", inner.lineno or line))
    one, many = ("".join(parts[which]) for which in ("one", "many"))
    if trimmed:
        one, many = trim_whitespace(one), trim_whitespace(many)
    messages.append((Message(one, many, context), line))


# --- catalogues


def wanted(catalogue: Catalogue) -> dict[Message, list[str]]:
    """Every message of a catalogue with the files that use it, in the order of the files."""
    found: dict[Message, list[str]] = {}
    for path in catalogue.sources:
        name = path.relative_to(catalogue.locale.parent).as_posix()
        for message, _ in read(path).messages:
            names = found.setdefault(message, [])
            if name not in names:
                names.append(name)
    return found


def _open(po: Path) -> dict[tuple[str, str], polib.POEntry]:
    if not po.exists():
        return {}
    return {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(po), wrapwidth=118)}


def _plurals(messages: Iterable[Message]) -> dict[tuple[str, str], str]:
    """The plural of each key; a text used alone and with a plural is one entry with a plural, as in gettext."""
    plurals: dict[tuple[str, str], str] = {}
    for message in messages:
        plurals[message.key] = plurals.get(message.key) or message.plural
    return plurals


def update(catalogue: Catalogue, others: Iterable[Catalogue] = ()) -> tuple[int, int]:
    """Merge new messages into the English catalogue and drop vanished ones; returns (added, dropped).

    A new text that ``others`` translate already gets their words: Django keeps only one of two translations.
    """
    found, known = wanted(catalogue), _open(catalogue.po)
    borrowed = {key: entry for other in others for key, entry in _open(other.po).items() if entry.translated()}
    if not found and not known:
        return (0, 0)
    made = polib.POFile(wrapwidth=118)
    made.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PYTHON_PLURAL,
    }
    plurals, added = _plurals(found), 0
    for key, plural in plurals.items():
        context, msgid = key
        names = [name for message, names in found.items() if message.key == key for name in names]
        entry, old = polib.POEntry(msgid=msgid, msgctxt=context or None), known.get(key) or borrowed.get(key)
        entry.occurrences = [(name, "") for name in dict.fromkeys(names)]
        if plural:
            entry.msgid_plural = plural
            said = dict(old.msgstr_plural) if old and old.msgstr_plural else {}
            entry.msgstr_plural = {0: said.get(0) or (old.msgstr if old else ""), 1: said.get(1, "")}
        else:
            entry.msgstr = (old.msgstr or old.msgstr_plural.get(0, "")) if old else ""
        if old:
            entry.tcomment, entry.flags = old.tcomment, list(old.flags)
        added += key not in known
        made.append(entry)
    catalogue.po.parent.mkdir(parents=True, exist_ok=True)
    text = str(made).rstrip() + "\n"
    if not catalogue.po.exists() or catalogue.po.read_text(encoding="utf-8") != text:
        catalogue.po.write_text(text, encoding="utf-8")
    return (added, len(known.keys() - plurals.keys()))


def check(made: Iterable[Catalogue], root: Path = PACKAGE.parent) -> list[str]:
    """Every fault of the sources and the catalogues, one sentence each, with the place to go to."""
    said: list[str] = []
    spoken: dict[tuple[str, str], tuple[str, str]] = {}
    for catalogue in made:
        for path in catalogue.sources:
            # The demo generator writes the content of a Chinese bureau, not our interface.
            if "demo" in path.relative_to(catalogue.locale.parent).parts:
                continue
            said += [f"{path.relative_to(root)}:{line}: {fault}" for fault, line in read(path).faults]
        place = catalogue.po.relative_to(root).as_posix()
        found, known = wanted(catalogue), _open(catalogue.po)
        plurals = _plurals(found)
        for keys, what in (
            (plurals.keys() - known.keys(), "missing"),
            (known.keys() - plurals.keys(), "no longer used"),
        ):
            if keys:
                shown = "、".join(msgid for _, msgid in sorted(keys)[:5])  # zh: a separator in a terminal
                said.append(f"{place}: {len(keys)} texts {what} ({shown} …): run make messages")
        for key in sorted(plurals.keys() & known.keys()):
            said += [f"{place}: {fault}" for fault in _entry_faults(known[key], plurals[key])]
            text = known[key].msgstr
            if text and (other := spoken.setdefault(key, (text, place)))[0] != text:
                said.append(f"{place}: {key[1]!r} is {text!r} here and {other[0]!r} in {other[1]}: one of them is lost")
    return said


def _entry_faults(entry: polib.POEntry, plural: str) -> Iterator[str]:
    if entry.fuzzy:
        yield f"fuzzy {entry.msgid!r}"
    texts = list(entry.msgstr_plural.values()) if plural else [entry.msgstr]
    if plural and (entry.msgid_plural != plural or len(texts) < 2):
        yield f"plural of {entry.msgid!r} is out of date: run make messages"
    if not all(texts):
        yield f"untranslated {entry.msgid!r}"
        return
    if CJK.search(entry.msgid) and entry.msgid in texts and "same" not in (entry.tcomment or ""):
        yield f"{entry.msgid!r} is translated by itself: translate it, or say why with `# same: …` above the entry"
    if "placeholders:" in (entry.tcomment or ""):
        return  # an entry may say why: a date in English names its month
    allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(plural))
    for text in texts:
        used = PLACEHOLDER.findall(text)
        if set(used) - allowed or (not plural and sorted(used) != sorted(PLACEHOLDER.findall(entry.msgid))):
            yield f"placeholders of {entry.msgid!r} and {text!r} differ"


def compile_catalogue(catalogue: Catalogue) -> bool:
    """Write the .mo file beside the .po file; False when there is none or it is new enough."""
    po, mo = catalogue.po, catalogue.po.with_suffix(".mo")
    if not po.exists() or (mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns):
        return False
    polib.pofile(str(po)).save_as_mofile(str(mo))
    return True


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("update", "check", "compile"))
    parser.add_argument("room", nargs="*", help="only these rooms (folder names); default: all")
    options = parser.parse_args(arguments)
    made = [c for c in catalogues() if not options.room or c.locale.parent.name in options.room]
    if options.what == "update":
        for catalogue in made:
            added, dropped = update(catalogue, catalogues())
            if added or dropped:
                sys.stdout.write(f"{catalogue.locale.parent.name}: {added} new, {dropped} dropped\n")
        return 0
    if options.what == "compile":
        written = sum(compile_catalogue(catalogue) for catalogue in made)
        sys.stdout.write(f"{written} catalogues compiled\n")
        return 0
    said = check(made)
    sys.stdout.write("".join(f"{line}\n" for line in said))
    sys.stdout.write(f"{len(said)} faults\n" if said else "catalogues complete\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
