"""How a pack stands on another one: by key, and in lists by code. The same sources give the same result."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .source import Node, PackRefused, Problem, code_of

TEXT_KEYS = {"zh", "en"}


def merge(base: Node, top: Node, key: str = "") -> Node:
    """``top`` over ``base``: mappings by key, lists of coded items by code, everything else replaced.

    ``{code: x, drop: "why"}`` takes an item of the base away. A text ({zh, en}) is replaced whole, so that
    no translation of the old words stays behind.
    """
    if isinstance(base.value, dict) and isinstance(top.value, dict):
        if set(top.value) <= TEXT_KEYS:
            return top
        merged = dict(base.value)
        for name, below in top.value.items():
            path = f"{key}.{name}" if key else name
            merged[name] = merge(merged[name], below, path) if name in merged else _fresh(below, path)
        return Node(merged, top.file, top.line)
    if isinstance(base.value, list) and isinstance(top.value, list) and _coded(base) and _coded(top) and top.value:
        return _merge_lists(base, top, key)
    return _fresh(top, key)


def together(parts: list[Node]) -> Node:
    """The files of one version as one tree: sections add up, but no code may stand in two files."""
    whole = Node({}, parts[0].file if parts else "", 1)
    for part in parts:
        for section, node in part.value.items():
            if section not in whole.value:
                whole.value[section] = Node(
                    dict(node.value) if isinstance(node.value, dict) else node.value, node.file, node.line
                )
                continue
            mine = whole.value[section]
            if not (isinstance(mine.value, dict) and isinstance(node.value, dict)):
                _problem(node, section, _("同一节写在两个文件里"), _("合到一个文件里"))
            for name, below in node.value.items():
                if name not in mine.value:
                    mine.value[name] = below
                elif isinstance(below.value, list) and isinstance(mine.value[name].value, list):
                    _add_items(mine.value, name, below, f"{section}.{name}")
                else:
                    _problem(below, f"{section}.{name}", _("这一项在两个文件里都写了"), _("留下一处"))
    return whole


def _add_items(holder: dict[str, Node], name: str, more: Node, key: str) -> None:
    codes = {code_of(item) for item in holder[name].value}
    for item in more.value:
        if (code := code_of(item)) is not None and code in codes:
            _problem(
                item, f"{key}.{code}", _("编码“%(code)s”在两个文件里都有") % {"code": code}, _("留下一处或换一个编码")
            )
    holder[name] = Node([*holder[name].value, *more.value], holder[name].file, holder[name].line)


def _coded(node: Node) -> bool:
    return all(code_of(item) is not None for item in node.value)


def _fresh(node: Node, key: str) -> Node:
    """A part that has no base: dropping something that is not there is a mistake, not a wish."""
    if isinstance(node.value, list):
        for item in node.value:
            if isinstance(item.value, dict) and "drop" in item.value:
                _problem(item, f"{key}.{code_of(item)}", _("要去掉的这一项在上级制度包里没有"), _("删去这一行或改编码"))
    elif isinstance(node.value, dict):
        for name, below in node.value.items():
            _fresh(below, f"{key}.{name}" if key else name)
    return node


def _merge_lists(base: Node, top: Node, key: str) -> Node:
    found = {str(code_of(item)): item for item in base.value}
    for item in top.value:
        code = str(code_of(item))
        path = f"{key}.{code}"
        if "drop" in item.value:
            reason = item.value["drop"].value
            if set(item.value) != {"code", "drop"} or not isinstance(reason, str) or not reason.strip():
                _problem(item, path, _("去掉一项要写明原因"), _("写成 {code: %(code)s, drop: 原因}") % {"code": code})
            if code not in found:
                _problem(item, path, _("要去掉的这一项在上级制度包里没有"), _("删去这一行或改编码"))
            del found[code]
        elif code in found:
            found[code] = merge(found[code], item, path)
        else:
            found[code] = _fresh(item, path)
    return Node(list(found.values()), top.file, top.line)


def _problem(node: Node, key: str, message: str, remedy: str) -> None:
    raise PackRefused([Problem(node.file, node.line, key, message, remedy)])


_GONE = object()


def taken_over(base: Any, own: Any, new: Any) -> Any:
    """Plain bodies: what ``new`` changes of ``base`` put into ``own``, which also began as ``base``.

    What the bureau changed itself stays as the bureau has it; an item or field it did not touch becomes the new one.
    """
    if own in (base, new):
        return new
    if new == base:
        return own
    if isinstance(own, dict) and isinstance(new, dict) and not set(own) <= TEXT_KEYS:
        return _keys(base if isinstance(base, dict) else {}, own, new)
    if _listed(own) and _listed(new):
        was = {item["code"]: item for item in base} if _listed(base) else {}
        found = _keys(was, {item["code"]: item for item in own}, {item["code"]: item for item in new})
        return list(found.values())
    return own


def _keys(base: dict[str, Any], own: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for key in [*own, *(key for key in new if key not in own)]:
        was, mine, theirs = (held.get(key, _GONE) for held in (base, own, new))
        if (value := taken_over(was, mine, theirs)) is not _GONE:
            made[key] = value
    return made


def _listed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "code" in item for item in value)
