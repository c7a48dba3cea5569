"""Every value a paper or a card may show has a Chinese name, and every name really prints."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document

from hongzhu.core.documents.pack import DocumentsSection, Sheet
from hongzhu.core.documents.queries import sheets
from hongzhu.core.policies.pack import folder
from hongzhu.kit import registry
from tests.core.documents import samples


def test_every_value_the_shipped_packs_print_has_a_name():
    for versions in folder.shipped().values():
        for version in versions:
            documents = version.sections.get("documents") or DocumentsSection()
            for system in documents.upper_systems:
                known = registry.book.paper_values[f"card.{system.per}"]
                assert {field.source for field in system.fields} <= known.keys()
            for sheet in documents.sheets:
                if known := registry.book.paper_values.get(sheet.code):
                    assert {column.source for column in sheet.columns} - {None} <= known.keys(), sheet.code


def test_papers_without_names_are_those_that_cannot_be_laid_out():
    shipped = folder.shipped()["national"][-1].sections["documents"].sheets
    assert {sheet.code for sheet in shipped} - sheets.NAMES.keys() == {"year_overview", "brief_text"}


def test_every_name_of_an_acts_card_is_filled_in():
    assert sheets.transcription_values(samples.ACT, samples.LECTURE).keys() == sheets.NAMES["card.act"].keys()


def noted(rows: Any) -> Any:
    return tuple(replace(row, note="改期") for row in rows)


RECORD = replace(samples.MEETING, note="改期")
HOURS, SUMMARY = (replace(one, rows=noted(one.rows)) for one in (samples.HOURS, samples.SUMMARY))
PAPERS = {
    "theme_day_record": lambda layout: sheets.theme_day(RECORD, layout=layout),
    "meeting_record": lambda layout: sheets.meeting(RECORD, layout=layout),
    "lecture_record": lambda layout: sheets.lecture(samples.LECTURE, layout=layout),
    "sign_in_blank": lambda layout: sheets.sign_in(samples.SIGN_IN, layout=layout),
    "meeting_notice": lambda layout: sheets.meeting_notice(samples.NOTICE, layout=layout),
    "make_up_record": lambda layout: sheets.make_up(samples.MAKE_UP, layout=layout),
    "attendance_table": lambda layout: sheets.attendance(samples.ATTENDANCE, layout=layout),
    "hours_ledger": lambda layout: sheets.hours(HOURS, layout=layout),
    "resolutions_ledger": lambda layout: sheets.resolutions(samples.RESOLUTIONS, layout=layout),
    "bureau_summary": lambda layout: sheets.summary(SUMMARY, layout=layout),
}


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def of_one(code: str, source: str | None) -> Sheet:
    made = {"title": "某栏"} | ({"source": source} if source else {})
    return Sheet.model_validate(
        {"code": code, "title": "某表", "layout": "form", "per": "act", "columns": [made], "foot": ["一式两份"]}
    )


@pytest.mark.parametrize("code", PAPERS)
def test_every_name_of_a_paper_really_prints(code):
    """A paper of this one column says more than the same paper with the column left for ink."""
    empty = words(PAPERS[code](of_one(code, None)))
    assert [source for source in sheets.NAMES[code] if words(PAPERS[code](of_one(code, source))) == empty] == []


def test_every_paper_with_names_is_tried_above():
    assert sheets.NAMES.keys() - PAPERS.keys() == {"card.act"}


@pytest.mark.parametrize("code", [code for code in PAPERS if code != "meeting_notice"])
def test_foot_lines_stand_under_the_paper(code):
    assert "一式两份" in words(PAPERS[code](of_one(code, None)))
