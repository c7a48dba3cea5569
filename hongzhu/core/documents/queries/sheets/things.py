"""What a paper is made from: plain facts, names already words. No room above is known here; they fill these in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """When: one day or several, with or without hours."""

    on: date
    to: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """``reason`` in words: 事假, 未请假 …"""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteLine:
    """One matter put to the vote; ``carried`` None: not computed."""

    matter: str
    entitled: int
    present: int
    favour: int
    against: int = 0
    abstain: int = 0
    carried: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionLine:
    """One matter decided, with its owner and its day; of a major one its category, proposer and opinion (A18)."""

    matter: str
    category: str = ""
    proposer: str = ""
    opinion: str = ""
    opinion_on: date | None = None
    owner: str = ""
    due_on: date | None = None
    progress: str = ""
    done_on: date | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSheet:
    """One act as its record prints. ``process``: headings on lines of their own; ``extra``: the kind's own fields."""

    body: str
    kind: str
    theme: str
    held: Held
    place: str = ""
    chair: str = ""
    recorder: str = ""
    due: int = 0
    attended: int = 0
    observers: str = ""
    absences: tuple[Absence, ...] = ()
    process: str = ""
    readings: tuple[str, ...] = ()
    votes: tuple[VoteLine, ...] = ()
    resolutions: tuple[ResolutionLine, ...] = ()
    note: str = ""
    number: int | None = None
    joint_with: tuple[str, ...] = ()
    corrected: int = 0
    voided: bool = False
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LectureSheet:
    """One Party lecture on its own page. ``discussion`` is a place for ink: what was said is never kept."""

    body: str
    held: Held
    title: str
    place: str = ""
    lecturer: str = ""
    lecturer_post: str = ""
    listeners: int = 0
    content: str = ""
    attachment: str = ""
    recorder: str = ""


@dataclass(frozen=True, slots=True)
class SignInName:
    name: str
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSheet:
    """Printed before, signed in ink."""

    body: str
    title: str
    held: Held | None = None
    place: str = ""
    names: tuple[SignInName, ...] = ()
    blank_lines: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNotice:
    """A call to a meeting or an activity of one body; no numbered document."""

    body: str
    title: str
    held: Held
    kind: str = ""
    place: str = ""
    attendees: str = ""
    agenda: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    issued_on: date | None = None
    addressed_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeUpLine:
    """One absence and how it was made up; without ``on`` the line waits for ink."""

    name: str
    act: str
    reason: str = ""
    on: date | None = None
    way: str = ""
    content: str = ""
    seen_to_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeUpSheet:
    body: str
    lines: tuple[MakeUpLine, ...] = ()


@dataclass(frozen=True, slots=True)
class YearCell:
    on: date
    theme: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTable:
    """Months × kinds. Keys are (month 1–12, kind in words); ``absent`` says why a cell is empty (不适用, 未见记录 …)."""

    body: str
    year: int
    kinds: tuple[str, ...]
    cells: Mapping[tuple[int, str], tuple[YearCell, ...]] = field(default_factory=dict)
    absent: Mapping[tuple[int, str], str] = field(default_factory=dict)
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRow:
    """One member's year; ``months`` are twelve short texts (2/2, or nothing)."""

    name: str
    months: tuple[str, ...]
    due: int
    attended: int
    leave: int = 0
    absent: int = 0
    made_up: int = 0

    @property
    def rate(self) -> str:
        """Attended of due in per cent, one decimal; nothing where nothing was due."""
        return f"{100 * self.attended / self.due:.1f}%" if self.due else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceTable:
    body: str
    year: int
    rows: tuple[AttendanceRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """One thing a member studied, in hundredths of a class hour."""

    name: str
    on: date
    content: str
    form: str = ""
    hundredths: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursLedger:
    body: str
    year: int
    rows: tuple[HoursRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionsLedger:
    body: str
    year: int
    lines: tuple[ResolutionLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryCell:
    """``due`` None: the duty does not apply to this body."""

    due: int | None
    held: int = 0
    on_time: int = 0
    recorded_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    body: str
    members: int
    cells: Mapping[str, SummaryCell]
    not_applicable: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryTable:
    """Bodies × kinds for one period of one bureau. No order of merit: rows stand in the order of the tree."""

    bureau: str
    period: str
    kinds: tuple[str, ...]
    rows: tuple[SummaryRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a short news item may say. ``text`` is the secretary's own; ``outputs`` are (title, count, unit)."""

    body: str
    held: Held
    kind: str
    theme: str
    place: str = ""
    attended: int = 0
    due: int = 0
    text: str = ""
    lecture_title: str = ""
    lecturer: str = ""
    outputs: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CopyField:
    """One field of an upper system's form, with a copy button."""

    label: str
    value: str
