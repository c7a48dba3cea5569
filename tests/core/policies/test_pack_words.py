"""A pack is read by somebody who has never seen a schema: every field has its words, every code its title."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from hongzhu.core.policies.pack import folder, words
from hongzhu.kit import registry

NAMED = (
    words.FIELDS.keys()
    | words.LISTINGS.keys()
    | words.PARTS.keys()
    | words.SILENT
    | {"zh", "en", "from_", "to", "by", "wide"}
)


def unnamed(schema: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Fields of a schema and of what stands in it that would be shown under their code name."""
    if schema in seen:
        return
    seen.add(schema)
    for name, field in schema.model_fields.items():
        if name not in NAMED:
            yield f"{schema.__name__}.{name}"
        for below in inner(field.annotation):
            yield from unnamed(below, seen)


def inner(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in typing.get_args(kind):
        yield from inner(part)


@pytest.mark.parametrize("name", ["party", "collections", "obligations", "registers"])
def test_every_field_has_its_words(name):
    assert list(unnamed(registry.book.sections[name].schema, set())) == []


def test_twin_a_field_without_words_is_found():
    class Strange(BaseModel):
        zorbled: int = 1

    assert list(unnamed(Strange, set())) == ["Strange.zorbled"]


def test_steps_are_read_by_their_titles():
    sections = folder.shipped()["national"][-1].sections
    reader = words.Reader(sections)
    blocks = {block.name: block for block in reader.blocks("party")}
    assert blocks["admission.steps"].title == "发展党员：步骤"
    lines = {line.code: line for line in blocks["admission.steps"].lines}
    facts = {fact.label: fact.words for fact in lines["candidate"].facts}
    assert facts["第几步"] == "7"
    assert facts["要有"] == "培养教育考察"
    assert "满多久才能办；多久：12；" in facts["时限"]
    shown = " ".join(fact.words for block in blocks.values() for line in block.lines for fact in line.facts)
    assert re.findall(r"[a-z]+_[a-z_]+", shown) == []
