"""No place for words: tables and forms of the yearly meetings hold days and counts, why somebody was missing, an approval."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from django import forms
from django.db import models

from hongzhu.kit import registry
from hongzhu.services.party.forms import life as life_forms
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep
from hongzhu.services.party.pack.life import LifePart
from tests.architecture.test_boundary import forbidden, schema_faults, table_faults

TABLES = [Appraisal, Debrief, LifeStep]
# Every text there is, with what it may say.
TEXTS = {
    "Appraisal": {"absent_for": 200, "cap_reason": 200, "recorded_by": 120},
    "Debrief": {},
    "LifeStep": {"code": 40},
}
FORM_TEXTS = {"AppraisalForm": {"absent_for", "cap_reason"}, "StepForm": set(), "DebriefForm": set()}
ROOM = Path(inspect.getfile(life_forms)).parent.parent


def texts(table: type[models.Model]) -> dict[str, int | None]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    return {
        field.name: getattr(field, "max_length", None) for field in table._meta.local_fields if isinstance(field, kinds)
    }


def test_the_tables_hold_no_text_but_these() -> None:
    assert {table.__name__: texts(table) for table in TABLES} == TEXTS
    assert table_faults(TABLES) == []


def test_the_forms_take_no_text_and_no_file_but_these() -> None:
    for name, allowed in FORM_TEXTS.items():
        fields = getattr(life_forms, name).base_fields
        written = {key for key, field in fields.items() if type(field) is forms.CharField}
        assert written == allowed, name
        assert not [key for key, field in fields.items() if isinstance(field, (forms.FileField, forms.JSONField))]


def test_no_file_can_hang_on_any_of_them() -> None:
    kinds = {f"party.{table.__name__.lower()}" for table in TABLES}
    assert not kinds & {name.partition(":")[0] for name in registry.book.doors}
    for path in ROOM.glob("*/life*.py"):
        assert not re.search(r"\bslot\s*=|request\.FILES|attach\(", path.read_text(encoding="utf-8")), path.name
    for path in (ROOM / "templates/party").glob("life*.html"):
        assert "<textarea" not in path.read_text(encoding="utf-8")
        assert 'type="file"' not in path.read_text(encoding="utf-8")


def test_the_pack_lays_out_no_place_for_words_either() -> None:
    assert schema_faults(LifePart, "party.life", set()) == []


def test_twin_the_walk_finds_a_place_for_words() -> None:
    assert forbidden("opinion", "批评意见")
    assert forbidden("self_exam")
    assert not forbidden("problems", "反馈问题数")
