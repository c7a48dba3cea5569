"""The sheet of past admission steps (补录表): its columns, made from the pack, and what somebody wrote in each row. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from hongzhu.kit.tables.columns import Column, Grid, expected, match_header, title_key
from hongzhu.kit.tables.read import Table, read_table
from hongzhu.kit.tables.repair import CellRefused, clean_text, day, half_width, one_line, whole_number, yes_no
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Fewer
from hongzhu.services.party.pack.admission import AdmissionPart, Step
from hongzhu.services.party.rules import admission as asked

# A bureau enters itself branch by branch or school by school; 1,000 persons and the lines above them in one file.
MOST_ROWS, MOST_COLUMNS = 1_020, 160
NUMBERED = ("political_review", "upper_filed", "activist_filed")
COUNTS = (
    ("entitled", gettext_lazy("应到")),
    ("present", gettext_lazy("实到")),
    ("favour", gettext_lazy("赞成")),
    ("against", gettext_lazy("反对")),
    ("abstain", gettext_lazy("弃权")),
    ("written", gettext_lazy("会前书面赞成")),
)
DECISIONS = (
    (engine.CONFIRM, gettext_lazy("按期转正")),
    (engine.EXTEND, gettext_lazy("延长预备期")),
    (engine.CANCEL, gettext_lazy("取消预备党员资格")),
)
FEWER = tuple((one.value, one.label) for one in Fewer if one.value)
NONE: tuple[str, ...] = ()
NO_DAYS: tuple[date, ...] = ()
SEVERAL = str.maketrans("，,；;/\n", "、、、、、、")  # zh: signs between several


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as written: from when to when it hung, when its result was stated, how many objected."""

    posted_on: date | None
    ends_on: date | None
    closed_on: date | None
    objections: int | None


@dataclass(slots=True)
class Told:
    """One row as somebody wrote it; ``faults``: cells that cannot be read."""

    row: int
    name: str
    tail: str
    org: int | None
    league: bool
    sources: tuple[str, ...]
    days: dict[str, tuple[date, ...]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    fewer: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    until: dict[str, date] = field(default_factory=dict)
    helpers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    papers: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list)


def columns_of(part: AdmissionPart) -> tuple[Column, ...]:
    """The columns: who, then every step of the pack in its order with what its gates ask for, papers and helpers before it.

    Their titles are Chinese whoever asks: sheets pass from hand to hand.
    """
    with override("zh-hans"):
        return tuple(_without_doubles(_columns(part)))


def _columns(part: AdmissionPart) -> list[Column]:
    found = [
        Column("name", _("姓名"), ("名字", "申请人"), required=True, width=10),  # zh: titles people write
        Column("tail", _("公民身份号码后四位"), ("身份证号后四位", "身份证后四位"), text=True, width=10,  # zh: titles
               hint=_("只在有同名的人时填")),
        Column("org", _("所在支部"), ("党支部", "支部"), required=True, width=22, hint=_("支部全称或简称")),  # zh: titles
        Column("league", _("共青团员"), width=8, hint=_("是、否")),
        Column("sources", _("来源"), width=14,
               hint=_("可以不填；填：%s，多个用“、”隔开") % _("、").join(str(one.title) for one in part.sources)),
    ]  # fmt: skip
    titles = Counter(title_key(str(step.short)) for step in part.steps)
    papers: dict[str, list[Column]] = defaultdict(list)
    for paper in part.papers:
        papers[paper.before].append(
            Column(f"paper:{paper.code}", _("材料：%s") % paper.title, width=10, hint=_("看过材料填√，没有看过不填"))
        )
    for step in sorted(part.steps, key=lambda one: one.number):
        found += papers[step.code]
        found += _before(step, part)
        found.append(_day_column(step, own=titles[title_key(str(step.short))] == 1))
        found += _beside(step)
    found.append(Column("result", _("核对结果"), kept=False, hint=_("系统写的，不用删")))
    return found


def _before(step: Step, part: AdmissionPart) -> list[Column]:
    found = []
    if step.named is not None:
        hint = _("%s名正式党员的姓名，用“、”隔开") % asked.named_text(step)
        found.append(Column(f"who:{step.named.role}", asked.role_title(step.named.role), width=14, hint=hint))
    for one in part.notices:
        if one.code == step.notice:
            title = str(one.title)
            found += [
                Column(f"posted:{one.code}", _("%s起") % title, width=12, hint=_("张贴那天")),
                Column(f"ends:{one.code}", _("%s止") % title, width=12, hint=_("最后一天；从张贴次日起不少于%s个工作日") % one.days),
                Column(f"closed:{one.code}", _("%s结果确认日期") % title, width=12, hint=_("公示期满以后")),
                Column(f"objections:{one.code}", _("%s反映件数") % title, width=8, hint=_("没有填0；不写反映的内容")),
            ]  # fmt: skip
    return found


def _day_column(step: Step, *, own: bool) -> Column:
    who = {
        "applicant": _("本人"),
        "branch": _("党支部"),
        "superior": _("上级党组织"),
    }[step.who]
    hint = _("%(who)s办理的日期。%(clause)s") % {"who": who, "clause": step.clause}
    if step.repeat is not None:
        hint = _("每次的日期，用“、”隔开。%s") % step.clause
    title = f"{step.number} {step.title}"
    names = (str(step.title), *((str(step.short),) if own else ()))
    return Column(f"on:{step.code}", title, names, width=22 if step.repeat else 12, hint=hint)


def _beside(step: Step) -> list[Column]:
    found = []
    short = str(step.short)
    if step.vote:
        found += [
            Column(f"vote:{step.code}:{name}", _("%(step)s%(what)s") % {"step": short, "what": label}, width=7)
            for name, label in COUNTS
        ]
        words = _("、").join(str(label) for _code, label in FEWER)
        title = _("%s应到少于名册的原因") % short
        found.append(Column(f"fewer:{step.code}", title, width=14, hint=_("应到不少于名册的不填；填：%s") % words))
    if step.vote and step.at_end:
        words = _("、").join(str(label) for _code, label in DECISIONS)
        found.append(Column(f"decision:{step.code}", _("%s表决什么") % short, width=10, hint=words))
        found.append(Column(f"until:{step.code}", _("预备期延长到"), width=12, hint=_("只在延长预备期时填")))
    if step.hours is not None:
        found.append(Column(f"hours:{step.code}", _("%s学时") % short, width=7))
    if step.decides or step.code in NUMBERED:
        hint = _("上级不在本局的要填") if step.decides else ""
        found.append(Column(f"number:{step.code}", _("%s文号") % step.title, width=14, text=True, hint=hint))
    return found


def _without_doubles(columns: Sequence[Column]) -> Iterable[Column]:
    """A second name that another column goes by is dropped, so that every title means one column."""
    own = {title_key(str(column.title)) for column in columns}
    for column in columns:
        names = tuple(name for name in column.synonyms if title_key(name) not in own)
        own |= {title_key(name) for name in names}
        yield Column(
            column.key, column.title, names, column.required, column.hint, column.examples, column.text, column.kept,
            column.width,
        )  # fmt: skip


# --- what was written ---------------------------------------------------------------------------------------


def read_file(data: bytes, name: str, part: AdmissionPart) -> Table:
    """The file as a table with known columns; TableRefused with a sentence."""
    columns = columns_of(part)
    table = read_table(data, name, max_rows=MOST_ROWS, max_cols=MOST_COLUMNS, expect=expected(columns))
    match_header(table.header, columns)
    return table


def read_rows(table: Table, part: AdmissionPart, branch: Callable[[Any], tuple[int | None, str | None]]) -> list[Told]:
    """Every row as written; ``branch`` finds a body by its name. What cannot be read is a fault of its row."""
    grid = Grid(table, columns_of(part))
    found = _Cells(grid, part, branch).rows()
    faults: dict[int, list[str]] = defaultdict(list)
    for problem in grid.errors:
        faults[problem.row].append(_("%(column)s：%(text)s") % {"column": problem.column, "text": problem.text})
    for told in found:
        told.faults += faults[told.row]
    return found


class _Cells:
    """Column by column to row by row."""

    def __init__(self, grid: Grid, part: AdmissionPart, branch: Callable[[Any], tuple[int | None, str | None]]) -> None:
        self.grid, self.part = grid, part
        self.names = grid.clean("name", one_line, "")
        self.orgs = grid.clean("org", branch, None)
        grid.require("name", self.names)
        grid.require("org", self.orgs)
        self.sources = {one.title.zh: one.code for one in part.sources}

    def rows(self) -> list[Told]:
        tails = self.grid.clean("tail", _tail, "")
        leagues = self.grid.clean("league", yes_no, False)
        sources = self.grid.clean("sources", self._codes, NONE)
        found = [
            Told(row, name, tail, org, league, codes)
            for row, name, tail, org, league, codes in zip(
                self.grid.numbers, self.names, tails, self.orgs, leagues, sources, strict=True
            )
        ]
        for step in self.part.steps:
            self._step(step, found)
        for notice in self.part.notices:
            self._notice(notice.code, found)
        ticked: list[set[str]] = [set() for _told in found]
        for paper in self.part.papers:
            for place, seen in enumerate(self.grid.clean(f"paper:{paper.code}", yes_no, False)):
                if seen:
                    ticked[place].add(paper.code)
        for told, codes in zip(found, ticked, strict=True):
            told.papers = frozenset(codes)
        return found

    def _step(self, step: Step, found: list[Told]) -> None:
        code, clean = step.code, self.grid.clean
        days = clean(f"on:{code}", _days if step.repeat is not None else _one_day, NO_DAYS)
        numbers, hours = clean(f"number:{code}", _text, ""), clean(f"hours:{code}", _count, None)
        for told, on, number, n in zip(found, days, numbers, hours, strict=True):
            told.days[code], told.numbers[code] = on, number
            if n is not None:
                told.hours[code] = n
        if step.vote:
            self._vote(step, found)
        if step.named is not None:
            for told, names in zip(found, clean(f"who:{step.named.role}", _several, NONE), strict=True):
                told.helpers[step.named.role] = names

    def _vote(self, step: Step, found: list[Told]) -> None:
        code, clean = step.code, self.grid.clean
        for name, _label in COUNTS:
            for told, n in zip(found, clean(f"vote:{code}:{name}", _count, None), strict=True):
                if n is not None:
                    told.counts.setdefault(code, {})[name] = n
        for told, reason in zip(found, clean(f"fewer:{code}", _fewer, ""), strict=True):
            told.fewer[code] = reason
        decisions, until = clean(f"decision:{code}", _decision, ""), clean(f"until:{code}", day, None)
        for told, decision, last in zip(found, decisions, until, strict=True):
            told.decisions[code] = decision
            if last is not None:
                told.until[code] = last

    def _notice(self, code: str, found: list[Told]) -> None:
        clean = self.grid.clean
        posted, ends = clean(f"posted:{code}", day, None), clean(f"ends:{code}", day, None)
        closed, objections = clean(f"closed:{code}", day, None), clean(f"objections:{code}", _count, None)
        for told, first, last, over, n in zip(found, posted, ends, closed, objections, strict=True):
            if (first, last, over, n) != (None, None, None, None):
                told.notices[code] = Notice(first, last, over, n)

    def _codes(self, cell: Any) -> tuple[tuple[str, ...], str | None]:
        names, note = _several(cell)
        if unknown := [name for name in names if name not in self.sources]:
            raise CellRefused(
                _("“%(text)s”看不懂，请填：%(words)s") % {"text": unknown[0][:20], "words": _("、").join(self.sources)}
            )
        return tuple(self.sources[name] for name in names), note


def _tail(cell: Any) -> tuple[str, str | None]:
    text, note = half_width(cell)
    if text and (len(text) != 4 or not text[:3].isdigit()):
        raise CellRefused(_("要填公民身份号码的最后四位，请核对"))
    return text.upper(), note


def _text(cell: Any) -> tuple[str, str | None]:
    text, note = one_line(cell)
    return text[:60], note


def _count(cell: Any) -> tuple[int | None, str | None]:
    n, note = whole_number(cell)
    if n is not None and not 0 <= n <= 9999:
        raise CellRefused(_("要在0到9999之间，请核对"))
    return n, note


def _several(cell: Any) -> tuple[tuple[str, ...], str | None]:
    pieces = (one_line(piece)[0] for piece in clean_text(cell)[0].translate(SEVERAL).split("、"))  # zh: between several
    return tuple(dict.fromkeys(piece for piece in pieces if piece)), None


def _one_day(cell: Any) -> tuple[tuple[date, ...], str | None]:
    one, note = day(cell)
    return ((one,) if one else ()), note


def _days(cell: Any) -> tuple[tuple[date, ...], str | None]:
    if not isinstance(cell, str):
        return _one_day(cell)
    pieces = clean_text(cell)[0].replace("/", "-").translate(SEVERAL).split("、")  # zh: between several
    days = [day(piece)[0] for piece in pieces]
    return tuple(sorted({one for one in days if one})), None


def _fewer(cell: Any) -> tuple[str, str | None]:
    with override("zh-hans"):
        words = {str(label): str(code) for code, label in FEWER}
    return _one_of(cell, words)


def _decision(cell: Any) -> tuple[str, str | None]:
    with override("zh-hans"):
        words = {str(label): code for code, label in DECISIONS}
    return _one_of(cell, words)


def _one_of(cell: Any, words: dict[str, str]) -> tuple[str, str | None]:
    text, note = one_line(cell)
    if text and text not in words:
        raise CellRefused(_("“%(text)s”看不懂，请填：%(words)s") % {"text": text[:20], "words": _("、").join(words)})
    return words.get(text, ""), note
