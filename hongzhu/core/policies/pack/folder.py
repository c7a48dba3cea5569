"""Packs as they lie on disk: ``<name>/pack.yaml`` (header), section files, ``v2/``, ``v3/`` for what later versions change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, ValidationError

from hongzhu.kit.packs import PackModel, Words

from .merge import merge, together
from .schema import digest, problem_of, typed
from .source import Node, PackRefused, Problem, read_file

PACKS = Path(__file__).resolve().parents[3] / "packs"
HEADER = "pack.yaml"


class VersionHead(PackModel):
    """One version of a pack: from when it governs, on which other version it stands, by which document."""

    version: int = Field(ge=1, le=999)
    valid_from: date
    extends: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*@[1-9][0-9]*)?$")
    basis: Words


class PackHead(PackModel):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    title: Words
    versions: tuple[VersionHead, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Edition:
    """One version of one pack, read, merged and checked."""

    name: str
    version: int
    title: str
    valid_from: date
    extends: str
    basis: str
    tree: Node
    sections: dict[str, BaseModel]

    @property
    def body(self) -> dict[str, Any]:
        """Its content, the caller's own to change."""
        made: dict[str, Any] = json.loads(self.text)
        return made

    @cached_property
    def text(self) -> str:
        """Its content as JSON."""
        return json.dumps(self.tree.plain(), ensure_ascii=False)

    @cached_property
    def digest(self) -> str:
        return digest(self.body)


def names(root: Path = PACKS) -> list[str]:
    """The packs lying under ``root``, in order of name."""
    return sorted(path.parent.name for path in root.glob(f"*/{HEADER}"))


Read = dict[Path, list[Edition]]


def editions(where: str | Path, *, root: Path = PACKS, read: Read | None = None) -> list[Edition]:
    """All versions of a pack, given by its name or its path. PackRefused with every mistake found.

    ``read`` holds the folders read so far on the same errand: a pack that others stand on is read once.
    """
    read = {} if read is None else read
    path = root / where if isinstance(where, str) and (root / where / HEADER).is_file() else Path(where)
    if path.is_file() and path.name != HEADER:
        return _resolve(path, *_single(path), root=root, read=read)
    folder = path.parent if path.is_file() else path
    if folder in read:
        return read[folder]
    if not (folder / HEADER).is_file():
        raise PackRefused(
            [
                Problem(
                    str(where),
                    1,
                    "",
                    _("找不到制度包"),
                    _("写制度包的名字（%(names)s）或含 pack.yaml 的文件夹") % {"names": _("、").join(names(root))},
                )
            ]
        )
    shown = folder.name
    head = _head(read_file(folder / HEADER, f"{shown}/{HEADER}"))
    read[folder] = _resolve(folder, head, None, root=root, read=read)
    return read[folder]


@cache
def shipped(root: Path = PACKS) -> dict[str, list[Edition]]:
    """Every pack we ship, read once in a process: its files do not change while it runs."""
    read: Read = {}
    return {name: editions(name, root=root, read=read) for name in names(root)}


def _single(path: Path) -> tuple[PackHead, Node]:
    tree = read_file(path, path.name)
    if not isinstance(tree.value, dict) or "pack" not in tree.value:
        raise PackRefused(
            [Problem(path.name, 1, "pack", _("缺少“%(name)s”") % {"name": "pack"}, _("文件开头写 pack: 和名称、版本"))]
        )
    head = _head(tree.value["pack"])
    return head, Node({key: node for key, node in tree.value.items() if key != "pack"}, tree.file, tree.line)


def _head(node: Node) -> PackHead:
    try:
        return PackHead.model_validate(node.plain())
    except ValidationError as error:
        raise PackRefused([problem_of(detail, "pack", node, PackHead) for detail in error.errors()]) from None


def _resolve(folder: Path, head: PackHead, single: Node | None, *, root: Path, read: Read) -> list[Edition]:
    made: list[Edition] = []
    own = single if single is not None else _files(folder, folder.name)
    numbers = [version.version for version in head.versions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise PackRefused(
            [Problem(f"{folder.name}/{HEADER}", 1, "versions", _("版本号要从1起依次编号"), _("改为 1、2、3 …"))]
        )
    for version in head.versions:
        if version.version > 1 and single is None and (changes := folder / f"v{version.version}").is_dir():
            own = merge(own, _files(changes, f"{folder.name}/v{version.version}"))
        tree = merge(_base(version, folder, root=root, read=read), own) if version.extends else own
        if made and version.valid_from <= made[-1].valid_from:
            raise PackRefused(
                [
                    Problem(
                        f"{folder.name}/{HEADER}",
                        1,
                        f"versions.{version.version}.valid_from",
                        _("施行日期不晚于上一版"),
                        _("改日期，或把改动并入上一版的草稿"),
                    )
                ]
            )
        made.append(
            Edition(
                head.name,
                version.version,
                head.title.zh,
                version.valid_from,
                version.extends,
                version.basis.zh,
                tree,
                typed(tree),
            )
        )
    return made


def _files(folder: Path, shown: str) -> Node:
    parts = [read_file(path, f"{shown}/{path.name}") for path in sorted(folder.glob("*.yaml")) if path.name != HEADER]
    for part in parts:
        if not isinstance(part.value, dict):
            raise PackRefused([Problem(part.file, 1, "", _("文件最外层要写节名"), _("例如 activities:"))])
    return together(parts)


def _base(version: VersionHead, folder: Path, *, root: Path, read: Read) -> Node:
    name, _at, number = version.extends.partition("@")
    for lying in (root, folder.parent):
        if (lying / name / HEADER).is_file():
            for edition in editions(lying / name, root=root, read=read):
                if edition.version == int(number):
                    return edition.tree
    raise PackRefused(
        [
            Problem(
                f"{folder.name}/{HEADER}",
                1,
                "versions.extends",
                _("找不到上级制度包 %(name)s") % {"name": version.extends},
                _("写成 national@1 这样：名字@版本"),
            )
        ]
    )
