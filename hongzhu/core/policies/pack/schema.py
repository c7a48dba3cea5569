"""A pack's tree against the schemas the rooms declare; every mistake with file, line, key and remedy."""

from __future__ import annotations

import difflib
import hashlib
import json
import types
import typing
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hongzhu.kit import registry
from hongzhu.kit.packs import Mistake

from .source import Node, PackRefused, Problem, code_of


def typed(tree: Node) -> dict[str, BaseModel]:
    """The sections of a whole (merged) tree, each as its room's model. PackRefused names every mistake."""
    known = registry.book.sections
    problems = []
    made: dict[str, BaseModel] = {}
    for name, node in tree.items():
        section = known.get(str(name))
        if section is None:
            problems.append(
                Problem(
                    node.file,
                    node.line,
                    str(name),
                    _("制度包没有“%(name)s”这一节") % {"name": name},
                    _("可用的有：%(known)s") % {"known": _("、").join(sorted(known))},
                )
            )
            continue
        try:
            made[str(name)] = section.schema.model_validate(node.plain())
        except ValidationError as error:
            problems += [problem_of(detail, str(name), node, section.schema) for detail in error.errors()]
    if problems:
        raise PackRefused(problems)
    return made


def typed_body(body: dict[str, Any]) -> dict[str, BaseModel]:
    """The sections of a stored body; sections of rooms that are not installed are left out."""
    known = registry.book.sections
    return {name: known[name].schema.model_validate(part) for name, part in body.items() if name in known}


def digest(body: dict[str, Any]) -> str:
    """sha256 of the body in canonical JSON: two versions with one digest say the same."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(path: tuple[str | int, ...], node: Node) -> str:
    """A place as people read it: ``kinds.theme_day.parts[2]``, codes in place of positions."""
    words = ""
    for step in path:
        below = node.step(step)
        if isinstance(step, int):
            code = code_of(below) if below is not None else None
            words += f".{code}" if code else f"[{step + 1}]"
        else:
            words += f".{step}" if words else str(step)
        if below is None:
            continue
        node = below
    return words


def problem_of(detail: ErrorDetails, section: str, node: Node, schema: type) -> Problem:
    path = tuple(detail["loc"])
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Mistake):
        path = (*path, *error.path)
    place = node.at(path)
    message, remedy = _words(detail, path, schema)
    key = key_of(path, node)
    return Problem(place.file, place.line, f"{section}.{key}" if key else section, message, remedy)


Said = tuple[str, str]


def _words(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    """Message and remedy of one pydantic error in Chinese."""
    for prefixes, say in _SAYERS:
        if detail["type"].startswith(prefixes):
            return say(detail, path, schema)
    return _("这一项不符合要求（%(kind)s）") % {"kind": detail["type"]}, _("查手册 policies 页的写法")


def _say_mistake(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    error = detail.get("ctx", {}).get("error")
    return str(error), str(getattr(error, "remedy", "")) or _("照提示修改这一项")


def _say_missing(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("缺少“%(name)s”") % {"name": path[-1]}, _("补上 %(name)s: …") % {"name": path[-1]}


def _say_unknown(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    near = difflib.get_close_matches(str(path[-1]), fields_at(schema, path[:-1]), n=1)
    remedy = _("是不是 %(near)s？") % {"near": near[0]} if near else _("删去这一行，或查手册 policies 页的写法")
    return _("没有“%(name)s”这个键") % {"name": path[-1]}, remedy


def _say_choice(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    choices = str(detail.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    return _("“%(value)s”不是可选的值") % {"value": _short(detail["input"])}, _("可选：%(choices)s") % {
        "choices": choices
    }


def _say_bound(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    context = detail.get("ctx", {})
    bound = context.get("ge", context.get("le"))
    words = _("%(value)s 太小，至少是 %(bound)s") if "ge" in context else _("%(value)s 太大，至多是 %(bound)s")
    return words % {"value": _short(detail["input"]), "bound": bound}, _("改这个数字")


def _say_int(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("“%(value)s”不是整数") % {"value": _short(detail["input"])}, _("写成不带引号的数字")


def _say_bool(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("“%(value)s”不是 true 或 false") % {"value": _short(detail["input"])}, _("写 true 或 false")


def _say_date(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("“%(value)s”不是日期") % {"value": _short(detail["input"])}, _("写成 2026-11-20 这样")


def _say_pattern(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    pattern = detail.get("ctx", {}).get("pattern", "")
    return _("“%(value)s”的写法不对") % {"value": _short(detail["input"])}, _("应符合 %(pattern)s") % {
        "pattern": pattern
    }


def _say_long(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("文字太长"), _("不超过%(most)s字") % {"most": detail.get("ctx", {}).get("max_length")}


def _say_empty(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("这一项是空的"), _("至少写一项，或整行删去")


def _say_text(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("这里要写文字"), _("检查缩进和写法")


def _say_list(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("这里要写列表"), _("每行以 - 开头，或写成 [甲, 乙]")


def _say_mapping(detail: ErrorDetails, path: tuple[str | int, ...], schema: type) -> Said:
    return _("这里要写键和值"), _("写成 名称: 值，检查缩进")


_SAYERS: tuple[tuple[tuple[str, ...], Callable[[ErrorDetails, tuple[str | int, ...], type], Said]], ...] = (
    (("value_error",), _say_mistake),
    (("missing",), _say_missing),
    (("extra_forbidden",), _say_unknown),
    (("literal_error", "enum"), _say_choice),
    (("greater_than", "less_than"), _say_bound),
    (("int_",), _say_int),
    (("bool_",), _say_bool),
    (("date_",), _say_date),
    (("string_pattern",), _say_pattern),
    (("string_too_long", "too_long"), _say_long),
    (("string_too_short", "too_short"), _say_empty),
    (("string_",), _say_text),
    (("list_", "tuple_"), _say_list),
    (("model_", "dict_"), _say_mapping),
)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 30 else text[:29] + "…"


def fields_at(schema: type, path: tuple[str | int, ...]) -> list[str]:
    """The keys a schema knows at a place; [] when the place is none of its."""
    model: Any = schema
    for step in path:
        if isinstance(step, int):
            continue
        fields = getattr(model, "model_fields", {})
        info = fields.get(step)
        if info is None:
            return []
        model = _model_in(info.annotation)
    return [info.alias or name for name, info in getattr(model, "model_fields", {}).items()]


def _model_in(annotation: Any) -> Any:
    """The model inside tuple[…], Annotated[…] or … | None."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    for argument in typing.get_args(annotation):
        inner = _model_in(argument)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return None
