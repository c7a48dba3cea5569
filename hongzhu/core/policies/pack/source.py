"""Pack files as a tree that remembers file and line. Nothing is executed: no tags, no anchors, no aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
MAX_NODES = 60_000

# YAML 1.2 as people expect it: 'on', 'no' and '1e3' stay texts; only these become something else.
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a pack's source: where, what, and what to do about it."""

    file: str
    line: int
    key: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = _("%(file)s 第%(line)s行") % {"file": self.file, "line": self.line}
        what = {"where": where, "key": self.key, "message": self.message}
        words = _("%(where)s，%(key)s：%(message)s") % what if self.key else _("%(where)s：%(message)s") % what
        return _("%(words)s。%(remedy)s") % {"words": words, "remedy": self.remedy} if self.remedy else words


class PackRefused(Exception):
    """A pack's source cannot be read or does not meet its schema; ``problems`` says all that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Node:
    """One value of a file and where it stands. ``value``: dict of Node, list of Node, or a plain scalar."""

    value: Any
    file: str
    line: int

    def items(self) -> Iterator[tuple[str | int, Node]]:
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, list):
            yield from enumerate(self.value)

    def plain(self) -> Any:
        """The value without its places; dates as ISO texts, so that it is JSON."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value

    def at(self, path: tuple[str | int, ...]) -> Node:
        """The nearest node along ``path``; a text step into a list looks for the item with that code."""
        node = self
        for step in path:
            below = node.step(step)
            if below is None:
                break
            node = below
        return node

    def step(self, step: str | int) -> Node | None:
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list):
            if isinstance(step, int):
                return self.value[step] if step < len(self.value) else None
            return next((item for item in self.value if code_of(item) == step), None)
        return None


def code_of(node: Node) -> str | None:
    """The code of a listed item, or None."""
    if isinstance(node.value, dict) and (code := node.value.get("code")) is not None:
        return str(code.value)
    return None


def read(text: str | bytes, name: str) -> Node:
    """The tree of one YAML file. PackRefused when it is too big, not YAML, or uses what a pack may not use."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        _refuse(
            name,
            1,
            _("文件有%(size)sKB，超过%(most)sKB") % {"size": len(raw) // 1024, "most": MAX_BYTES // 1024},
            _("请按章节拆成几个文件"),
        )
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(name, 1, _("不是UTF-8编码"), _("请另存为UTF-8"))
    try:
        _screen(content, name)
        root = yaml.compose(content, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(name, mark.line + 1 if mark else 1, _("这一行写法有误"), _("检查冒号后的空格、缩进和引号"))
    except yaml.YAMLError:
        _refuse(name, 1, _("文件里有不能识别的字符"), _("请另存为UTF-8，去掉控制字符"))
    if root is None:
        return Node({}, name, 1)
    return _tree(root, name)


def read_file(path: Path, name: str | None = None) -> Node:
    """The tree of a file on disk, named ``name`` in messages."""
    if path.stat().st_size > MAX_BYTES:
        return read(b" " * (MAX_BYTES + 1), name or str(path))
    return read(path.read_bytes(), name or str(path))


def _refuse(file: str, line: int, message: str, remedy: str) -> Any:
    raise PackRefused([Problem(file, line, "", message, remedy)])


def _screen(content: str, name: str) -> None:
    """Refuse tags, anchors, aliases, depth and size before anything is built."""
    depth = nodes = 0
    for event in yaml.parse(content, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _refuse(name, line, _("不能用锚点和引用（& 和 *）"), _("把内容写全"))
        # Quoted texts carry no explicit tag; `!!python/…` and `!anything` do.
        if getattr(event, "tag", None) is not None:
            _refuse(name, line, _("不能用类型标记（!）"), _("删去感叹号开头的标记，需要感叹号时给文字加引号"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            _refuse(name, line, _("层次太深或内容太多"), _("请按章节拆成几个文件"))


def _tree(node: yaml.Node, name: str) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Node] = {}
        for key_node, value_node in node.value:
            here = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                _refuse(name, here, _("键只能是文字"), _("检查缩进"))
            key = str(key_node.value)
            if key == "<<":
                _refuse(name, here, _("不能用合并键（<<）"), _("把内容写全"))
            if key in found:
                _refuse(
                    name,
                    here,
                    _("“%(key)s”写了两次，第一次在第%(line)s行") % {"key": key, "line": found[key].line},
                    _("留下一处"),
                )
            below = _tree(value_node, name)
            below.line = here if isinstance(value_node, yaml.ScalarNode) else below.line
            found[key] = below
        return Node(found, name, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_tree(item, name) for item in node.value], name, line)
    assert isinstance(node, yaml.ScalarNode)
    return Node(_scalar(node, name, line), name, line)


def _scalar(node: yaml.ScalarNode, name: str, line: int) -> Any:
    text = str(node.value)
    if node.style:  # quoted or block: a text (libyaml says '' where PyYAML says None)
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            _refuse(name, line, _("%(text)s 不存在") % {"text": text}, _("请改日期"))
    return text
