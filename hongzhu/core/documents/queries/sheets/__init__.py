"""Papers: facts in, .docx or .xlsx bytes (or text to paste) out. Nothing here asks the database."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from .acts import (
    brief,
    departs,
    lecture,
    lecture_page,
    make_up,
    make_up_page,
    meeting,
    meeting_notice,
    meeting_notice_text,
    meeting_page,
    own_page,
    sign_in,
    sign_in_page,
    theme_day,
    theme_day_page,
    together,
    transcription,
    transcription_values,
)
from .names import NAMES, RECORD
from .official import Official, official, write_official
from .tables import (
    attendance,
    attendance_xlsx,
    hours,
    hours_xlsx,
    resolutions,
    resolutions_xlsx,
    summary,
    summary_xlsx,
    year_table,
    year_table_xlsx,
)
from .things import (
    Absence,
    ActSheet,
    AttendanceRow,
    AttendanceTable,
    Brief,
    CopyField,
    Held,
    HoursLedger,
    HoursRow,
    LectureSheet,
    MakeUpLine,
    MakeUpSheet,
    MeetingNotice,
    ResolutionLine,
    ResolutionsLedger,
    SignInName,
    SignInSheet,
    SummaryCell,
    SummaryRow,
    SummaryTable,
    VoteLine,
    YearCell,
    YearTable,
)
from .words import EXCEL_TYPE, WORD_TYPE, file_name, held_text, in_chinese


def bundle(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Several papers in one zip; equal papers give an equal zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


__all__ = [
    "EXCEL_TYPE", "NAMES", "RECORD", "WORD_TYPE", "Absence", "ActSheet", "AttendanceRow", "AttendanceTable", "Brief", "CopyField", "Held",
    "HoursLedger", "HoursRow", "LectureSheet", "MakeUpLine", "MakeUpSheet", "MeetingNotice", "Official",
    "ResolutionLine", "ResolutionsLedger", "SignInName", "SignInSheet", "SummaryCell", "SummaryRow", "SummaryTable",
    "VoteLine", "YearCell", "YearTable", "attendance", "attendance_xlsx", "brief", "bundle", "departs", "file_name", "held_text",
    "hours", "hours_xlsx", "in_chinese", "lecture", "lecture_page", "make_up", "make_up_page", "meeting", "meeting_notice",
    "meeting_notice_text", "meeting_page", "official", "own_page", "resolutions", "resolutions_xlsx", "sign_in", "sign_in_page",
    "summary", "summary_xlsx", "theme_day", "theme_day_page", "together", "transcription", "transcription_values",
    "write_official", "year_table", "year_table_xlsx",
]  # fmt: skip
