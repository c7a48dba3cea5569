"""The boundary: no field and no file slot for what a person thinks, believes, says or confesses (ARCHITECTURE, "Boundaries").

Walked: the fields of every table, of every form, the inputs of every template, the slots files are put in, the keys of
every pack section, and what the packs themselves lay out (fields, headings, columns). Counts, dates, yes and no are
allowed: that a talk was held, by whom, when, and how many problems it found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from pydantic import BaseModel

from hongzhu.kit import registry
from tests.architecture.house import PACKAGE, files_of_kind, parse, plant, python_files, rooms

# Names of doctrines and of a branch of work; what is left of a text after taking them out is judged.
HARMLESS = re.compile(
    r"(中国特色社会主义|毛泽东|“?三个代表”?重要|习近平\w{0,12})思想|思想(政治|品德|道德|建设|教育|理论)"
)
CHINESE = re.compile(
    r"心得|体会|感想|感悟|思想|对照检查|检视剖析|剖析|批评意见|批评内容|批评发言|自我批评|互相批评|相互批评|发言内容|发言提纲|发言材料"
    r"|谈话内容|谈话记录|谈心内容|谈心记录|反思|检讨|悔过|悔改|表态|情绪|内心|信仰|宗教|真实想法|个人认识|政治表现"
)
ENGLISH = {
    "reflection", "reflections", "confession", "confessions", "criticism", "criticisms", "critique", "feeling", "feelings",
    "thought", "thoughts", "belief", "beliefs", "faith", "religion", "emotion", "emotions", "mood", "sentiment", "attitude",
    "remorse", "insight", "insights", "introspection", "ideology", "repentance", "pledge_of_faith", "testimony",
}  # fmt: skip
PHRASES = re.compile(r"talk_(text|content|notes?|record)|speech_(text|content)|(what|words)_(was_)?said|self_exam")

FREE_TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
FORM_TEXT = {
    "CharField",
    "FileField",
    "ImageField",
    "JSONField",
    "URLField",
    "MultipleFileField",
    "SlugField",
    "RegexField",
}
# In a pack: kinds of field that hold text or a file, and keys whose texts are laid out to be written under.
PACK_TEXT = {"text", "longtext", "textarea", "string", "str", "file", "files", "rich", "ref"}
PACK_SLOTS = {"headings", "heading", "columns", "slots", "attachments"}


def forbidden(*words: str) -> str:
    """The first forbidden word in names or labels; empty when there is none."""
    for word in words:
        if found := CHINESE.search(HARMLESS.sub("", word)) or PHRASES.search(word.lower()):
            return found[0]
        parts = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", word).lower())
        if hit := ENGLISH.intersection(parts):
            return sorted(hit)[0]
    return ""


def table_faults(tables: list[type[models.Model]]) -> list[str]:
    said: list[str] = []
    for table in tables:
        for field in [*table._meta.local_fields, *table._meta.local_many_to_many]:
            holds = isinstance(field, FREE_TEXT) and not field.choices
            to_file = field.is_relation and field.related_model and "file" in field.related_model._meta.label_lower
            if (holds or to_file) and (word := forbidden(field.name, str(field.verbose_name), table.__name__)):
                said.append(f"{table._meta.label}.{field.name}: {word}")
    return said


def form_faults(path: Path) -> list[str]:
    """Fields named in a form's class body, in a dict or by keyword, with their labels."""
    said: list[str] = []
    for node in ast.walk(parse(path)):
        for name, value in _named(node):
            if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in FORM_TEXT:
                texts = [
                    text.value
                    for text in ast.walk(value)
                    if isinstance(text, ast.Constant) and isinstance(text.value, str)
                ]
                if word := forbidden(name, *texts):
                    said.append(f"{path.name}: {name}: {word}")
    return said


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((ast.unparse(target), node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield ast.unparse(node.target), node.value
    elif isinstance(node, ast.Dict):
        yield from ((ast.unparse(key) if key else "", value) for key, value in zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value


def slot_faults(path: Path) -> list[str]:
    """``slot="…"`` wherever a file is attached or asked for."""
    words = [node.value for node in ast.walk(parse(path)) if isinstance(node, ast.keyword) and node.arg == "slot"]
    texts = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
    return [f"{path.name}: slot {text!r}: {word}" for text in texts if (word := forbidden(text))]


INPUT = re.compile(r"<(textarea|input)\b([^>]*)>", re.IGNORECASE)


def template_faults(text: str) -> list[str]:
    """Inputs written by hand: their name, label and placeholder."""
    said = []
    for tag, attributes in INPUT.findall(text):
        kind = re.search(r"type\s*=\s*[\"'](\w+)", attributes)
        if tag.lower() == "input" and kind and kind[1] not in {"text", "file", "search", "url", "email"}:
            continue
        if word := forbidden(
            *re.findall(r"(?:name|aria-label|placeholder|id)\s*=\s*[\"']([^\"']*(?:\"[^\"']*\"[^\"']*)?)", attributes)
        ):
            said.append(f"<{tag}{attributes}>: {word}")
    return said


def schema_faults(schema: type[BaseModel], at: str, seen: set[type]) -> list[str]:
    """Keys of a pack section that would hold text under a forbidden name, at any depth."""
    if schema in seen:
        return []
    seen.add(schema)
    said: list[str] = []
    for name, field in schema.model_fields.items():
        kinds = set(_kinds(field.annotation))
        textual = {str, bytes} & kinds or any(kind.__name__ in {"Text", "Words"} for kind in kinds)
        if textual and (word := forbidden(name, field.alias or "", field.title or "")):
            said.append(f"{at}.{name}: {word}")
        for kind in kinds:
            if issubclass(kind, BaseModel):
                said += schema_faults(kind, f"{at}.{name}", seen)
    return said


def _kinds(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)


def pack_faults(content: Any, at: str = "") -> list[str]:
    """Text and file fields, headings and columns that a pack lays out."""
    said: list[str] = []
    if isinstance(content, dict):
        if content.get("type") in PACK_TEXT and (word := forbidden(*_texts(content))):
            said.append(f"{at}: {word}")
        for key, value in content.items():
            if key in PACK_SLOTS and (word := forbidden(*_texts(value))):
                said.append(f"{at}.{key}: {word}")
            said += pack_faults(value, f"{at}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            said += pack_faults(value, f"{at}[{number}]")
    return said


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def test_tables() -> None:
    tables = [table for table in apps.get_models(include_auto_created=True) if table.__module__.startswith("hongzhu.")]
    assert len(tables) > 30
    assert table_faults(tables) == []


def test_forms_and_slots() -> None:
    said = [fault for room in rooms() for path in files_of_kind(room, "forms") for fault in form_faults(path)]
    said += [fault for path in python_files(PACKAGE) for fault in slot_faults(path)]
    assert said == []


def test_templates() -> None:
    pages = [path for path in PACKAGE.rglob("*.html") if "static" not in path.relative_to(PACKAGE).parts]
    assert pages
    assert [
        f"{path.name}: {fault}" for path in pages for fault in template_faults(path.read_text(encoding="utf-8"))
    ] == []


def test_pack_sections() -> None:
    assert registry.book.sections
    said = [
        fault
        for name, section in registry.book.sections.items()
        for fault in schema_faults(section.schema, name, set())
    ]
    assert said == []


def test_packs() -> None:
    files = sorted((PACKAGE / "packs").rglob("*.yaml"))
    assert files
    said: list[str] = []
    for path in files:
        said += pack_faults(yaml.safe_load(path.read_text(encoding="utf-8")), path.relative_to(PACKAGE).as_posix())
    assert said == []


@pytest.mark.parametrize(
    "word",
    [
        "心得体会",
        "思想汇报",
        "对照检查材料",
        "批评意见",
        "谈话记录",
        "reflection_text",
        "SelfCriticism",
        "talk_content",
    ],
)
def test_twin_forbidden_words_are_known(word: str) -> None:
    assert forbidden(word)


@pytest.mark.parametrize(
    "word",
    [
        "学习贯彻习近平新时代中国特色社会主义思想",
        "思想政治教育",
        "主要过程",
        "改进事项",
        "审阅意见",
        "theme",
        "lighthouse",
    ],
)
def test_twin_ordinary_words_are_let_through(word: str) -> None:
    assert forbidden(word) == ""


@isolate_apps("hongzhu.core.orgs")
def test_twin_a_table_with_a_slot_is_found() -> None:
    class Meeting(models.Model):
        criticism = models.TextField()
        paper = models.FileField("对照检查材料")
        told = models.CharField("心得", max_length=9)
        # counts, dates, yes and no
        criticism_count = models.PositiveIntegerField("批评意见条数")
        talked_on = models.DateField("谈话记录日期")

        class Meta:
            app_label = "orgs"

    class ThoughtReport(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "orgs"

    assert [fault.split(":")[0] for fault in table_faults([Meeting, ThoughtReport])] == [
        "orgs.Meeting.criticism",
        "orgs.Meeting.paper",
        "orgs.Meeting.told",
        "orgs.ThoughtReport.text",
    ]


def test_twin_forms_slots_and_inputs_are_found(tmp_path: Path) -> None:
    package = plant(
        tmp_path,
        {
            "core/orgs/forms.py": (
                "class F(forms.Form):\n"
                "    reflection = forms.CharField()\n"
                "    a = forms.CharField(label=_('心得'))\n"
                "    n = forms.IntegerField(label=_('批评意见条数'))\n"
                "def build():\n"
                "    return {'b': forms.FileField(label=_('思想汇报'))}\n"
            ),
            "core/orgs/views.py": "attach(slot='心得')\nattach(slot='附件')\n",
        },
    )
    assert len(form_faults(package / "core/orgs/forms.py")) == 3
    assert len(slot_faults(package / "core/orgs/views.py")) == 1
    assert (
        len(template_faults('<textarea name="thoughts"></textarea><input type="file" name="x" aria-label="心得">')) == 2
    )
    assert template_faults('<input type="number" name="criticism"><input type="text" name="theme">') == []


def test_twin_a_pack_with_a_slot_is_found() -> None:
    class Inner(BaseModel):
        confession: str

    class Section(BaseModel):
        criticism: int
        inner: tuple[Inner, ...]

    pack = {
        "kinds": [
            {"code": "a", "fields": [{"code": "x", "title": {"zh": "心得体会"}, "type": "text"}]},
            {"code": "b", "fields": [{"code": "y", "title": "批评意见条数", "type": "int"}], "headings": ["对照检查"]},
            {"code": "c", "title": "开展批评和自我批评", "headings": ["学习习近平新时代中国特色社会主义思想"]},
        ]
    }
    assert schema_faults(Section, "s", set()) == ["s.inner.confession: confession"]
    assert len(pack_faults(pack)) == 2
