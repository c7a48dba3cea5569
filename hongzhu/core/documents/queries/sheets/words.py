"""How facts read on paper, and how a pack's columns lay a sheet out."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import translation

from hongzhu.core.documents.pack import Sheet as Layout
from hongzhu.kit.dates import full_text, range_text
from hongzhu.kit.paper import Pair, Sheet

from .things import Absence, Held, ResolutionLine, VoteLine

P = ParamSpec("P")
R = TypeVar("R")

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WEEKDAYS = "一二三四五六日"
# A value longer than this takes a row of its own in a form.
LONG_VALUE = 16

Columns = Sequence[tuple[str, str | None]]


def in_chinese(build: Callable[P, R]) -> Callable[P, R]:
    """Papers are written in Chinese, whatever the language of the page they are asked from."""

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override("zh-hans"):
            return build(*args, **kwargs)

    return built


def held_text(held: Held | None) -> str:
    """2026年11月20日（星期五）15:30至17:00."""
    if held is None:
        return ""
    last = held.to or held.on
    one_day = f"{full_text(held.on)}（星期{WEEKDAYS[held.on.weekday()]}）"
    day = one_day if last == held.on else range_text(held.on, last)
    if held.starts_at is None:
        return day
    hours = f"{held.starts_at:%H:%M}"
    return f"{day}{hours}至{held.ends_at:%H:%M}" if held.ends_at else f"{day}{hours}"


def day_text(day: date | None) -> str:
    """2026.11.20, short enough for a narrow column."""
    return f"{day.year}.{day.month}.{day.day}" if day else ""


def absences_text(absences: Sequence[Absence]) -> str:
    """许青原（公假）、白露晞（病假）; 无 when all were there."""
    return "、".join(f"{one.name}（{one.reason}）" if one.reason else one.name for one in absences) or "无"


def votes_text(votes: Sequence[VoteLine]) -> str:
    lines = []
    for vote in votes:
        result = "" if vote.carried is None else ("，通过" if vote.carried else "，未通过")
        lines.append(
            f"{vote.matter}：应到会有表决权{vote.entitled}人，实到{vote.present}人，"
            f"赞成{vote.favour}票，反对{vote.against}票，弃权{vote.abstain}票{result}。"
        )
    return "\n".join(lines)


def resolutions_text(lines: Sequence[ResolutionLine]) -> str:
    """1. 事项（责任人：某某；时限：2026年11月30日）; 无 when nothing was decided."""
    said = []
    for number, line in enumerate(lines, start=1):
        facts = [f"方面：{line.category}"] if line.category else []
        facts += [f"提出单位：{line.proposer}"] if line.proposer else []
        facts += [f"党组织意见：{opinion_text(line)}"] if line.opinion else []
        facts += [f"责任人：{line.owner}"] if line.owner else []
        facts += [f"时限：{full_text(line.due_on)}"] if line.due_on else []
        said.append(f"{number}. {line.matter}" + (f"（{'；'.join(facts)}）" if facts else ""))
    return "\n".join(said) or "无"


def opinion_text(line: ResolutionLine) -> str:
    """同意，2026年11月19日."""
    return f"{line.opinion}，{full_text(line.opinion_on)}" if line.opinion_on else line.opinion


def matter_text(line: ResolutionLine) -> str:
    """调整课后服务收费（重大决策）."""
    return f"{line.matter}（{line.category}）" if line.category else line.matter


def hours_text(hundredths: int) -> str:
    """150 hundredths as 1.5."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def people(count: int) -> str:
    return f"{count}人"


def title_of(layout: Layout | None, usual: str) -> str:
    return layout.title.zh if layout else usual


def columns_of(layout: Layout | None, usual: Columns) -> list[tuple[str, str | None]]:
    """(title, source) of each column: the bureau's pack first, else the usual ones."""
    return [(column.title.zh, column.source) for column in layout.columns] if layout else list(usual)


def footed(sheet: Sheet, layout: Layout | None) -> Sheet:
    """The sheet with the foot lines of the bureau's layout under it."""
    for line in layout.foot if layout else ():
        sheet.text(line.zh)
    return sheet


def form_rows(
    columns: Sequence[tuple[str, str | None]],
    values: Mapping[str, str],
    *,
    alone: frozenset[str],
    heights: Mapping[str, float],
) -> list[tuple[Pair, ...]]:
    """Two short values to a row, a long or tall one on its own. A column without source is left for ink."""
    rows: list[tuple[Pair, ...]] = []
    waiting: Pair | None = None
    for title, source in columns:
        value = values.get(source, "") if source else ""
        pair = Pair(title, value, heights.get(source or title, 0))
        if source in alone or source is None or len(value) > LONG_VALUE or "\n" in value:
            rows += [(waiting,)] if waiting else []
            rows.append((pair,))
            waiting = None
        elif waiting:
            rows.append((waiting, pair))
            waiting = None
        else:
            waiting = pair
    return rows + ([(waiting,)] if waiting else [])


_BARRED = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')


def file_name(*parts: str, ext: str = "docx") -> str:
    """A name every system takes: 柳林中心小学党支部 主题党日活动记录表 20261120.docx."""
    stem = " ".join(part for part in parts if part)
    stem = _BARRED.sub(" ", unicodedata.normalize("NFC", stem)).strip(" .")[:100]
    return f"{stem or '文件'}.{ext}"
