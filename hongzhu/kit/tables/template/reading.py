"""Reading a superior's table: its sheet, head, data area and columns, with a sentence for everything odd about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree

from hongzhu.kit.tables.archive import ArchiveRefused
from hongzhu.kit.tables.read import TableRefused

from .grid import Grid
from .heads import Body, Head, find_body, find_head, is_order, plain
from .package import Package, damaged, open_package, tag
from .references import area, letters
from .words import has_colon, is_in_yuan, kind_by_title

MOST_COLUMNS = 100
_LOOK_DOWN = 50  # rows of the data area looked into for formulas and examples


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``place`` from 1 and ``letter`` as the sheet has them, levels of a merged head joined by ``·``.

    ``type`` is TEXT, NUMBER, MONEY, DATE, CHOICE (then ``options``), FORMULA (then ``formula``, as it reads in the first
    row) or ORDER (序号). Formulas and 序号 are filled by the machine.
    """

    place: int
    letter: str
    title: str
    type: str
    formula: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """Where the table of one sheet lies. ``head_row`` is the head's first row and ``head_rows`` how many it has.

    ``last_row`` is None where nothing stands below the data area; one less than ``first_row`` where no row is left for
    data. ``caption`` is the title above the table. ``warnings`` are sentences about what was found and what to do.
    """

    sheet: str
    sheets: tuple[str, ...]
    caption: str
    head_row: int
    head_rows: int
    first_row: int
    last_row: int | None
    columns: tuple[Column, ...]
    total_row: int | None
    warnings: tuple[str, ...]


def read_template(data: bytes, filename: str, *, sheet: str | None = None) -> Template:
    """Find the table in an .xlsx file. ``sheet`` picks one by name; without it the first shown one with a head.

    TableRefused with a sentence when the file is not what it says, harmful, or has no table that can be filled.
    """
    package = open_package(data, filename)
    try:
        return _read(package, sheet)
    except ArchiveRefused as error:
        raise TableRefused(str(error)) from None
    except (KeyError, ValueError, IndexError, AttributeError, TypeError, etree.XMLSyntaxError):
        raise damaged() from None


def _read(package: Package, wanted: str | None) -> Template:
    sheets = list(package.sheets())
    shown = {name: part for name, part, visible in sheets if visible}
    hidden = [name for name, _part, visible in sheets if not visible]
    if wanted is not None and wanted in hidden:
        raise TableRefused(_("工作表“%(name)s”是隐藏的，请取消隐藏后重新上传") % {"name": wanted})
    if wanted is not None and wanted not in shown:
        raise TableRefused(_("文件里没有名为“%(name)s”的工作表") % {"name": wanted})
    if not shown:
        raise TableRefused(_("文件里没有看得见的工作表，请取消隐藏后重新上传"))
    filled: list[str] = []
    chosen: tuple[str, Grid, Head] | None = None
    for name, part in shown.items():
        grid = Grid(package, part)
        if not any(grid.text(*place) for place in grid.cells):
            continue
        filled.append(name)
        if chosen is None and wanted in {None, name} and (head := find_head(grid)) is not None:
            chosen = name, grid, head
    if not filled:
        raise TableRefused(_("表里没有内容，请填好表头后再上传"))
    if chosen is None:
        raise TableRefused(_("没有找到表头：请把列名放在一行里，每列一个名称，表名和说明放在表头上面"))
    name, grid, head = chosen
    body = find_body(grid, head, ruled_to=_ruled_to(package, grid, head))
    warnings: list[str] = []
    if hidden:
        warnings.append(_("有隐藏的工作表，原样保留，没有当作要填的表：%(names)s") % {"names": _("、").join(hidden)})
    if others := [one for one in filled if one != name]:
        warnings.append(
            _("要填的是工作表“%(name)s”；另有：%(names)s，如要填的是别的工作表请换选")
            % {"name": name, "names": _("、").join(others)}
        )
    columns = tuple(_columns(package, grid, head, body, warnings))
    warnings += _about_rows(grid, head, body, columns)
    return Template(
        sheet=name,
        sheets=tuple(filled),
        caption=_caption(grid, head),
        head_row=head.top,
        head_rows=head.bottom - head.top + 1,
        first_row=body.first,
        last_row=body.last,
        columns=columns,
        total_row=body.total,
        warnings=tuple(warnings),
    )


def _ruled_to(package: Package, grid: Grid, head: Head) -> int:
    """The last row of the table object that holds the head; 0 where there is none."""
    for _kind, part in package.related(grid.part, "table").values():
        place = area(package.look(part).get("ref", ""))
        if place and place.top <= head.bottom < place.bottom:
            return place.bottom
    return 0


def _caption(grid: Grid, head: Head) -> str:
    """The longest single line above the head that is not a label."""
    found = [grid.text(row, column) for (row, column) in sorted(grid.cells) if row < head.top]
    lines = [text for text in found if text and not has_colon(text)]
    return max(lines, key=len, default="")[:160]


def _columns(package: Package, grid: Grid, head: Head, body: Body, warnings: list[str]) -> Iterator[Column]:
    shown = {column: title for column, title in head.titles.items() if not grid.hidden_column(column)}
    hidden = [f"{letters(column)}“{title}”" for column, title in head.titles.items() if column not in shown and title]
    if hidden:
        warnings.append(
            _("隐藏的列没有列入，里面的内容原样保留：%(names)s。要填就在表格里取消隐藏，重新上传")
            % {"names": _("、").join(hidden)}
        )
    blank = [column for column, title in shown.items() if not title]
    if blank:
        raise TableRefused(_("表头的%(column)s列没有名称，请填上列名或删去这一列") % {"column": letters(blank[0])})
    twice = [title for title, count in Counter(map(plain, shown.values())).items() if count > 1]
    if twice:
        raise TableRefused(_("表头有重复的列名“%(title)s”，请改成不同的名称或删去一列") % {"title": twice[0][:30]})
    if len(shown) > MOST_COLUMNS:
        raise TableRefused(_("表格有%(n)s列，最多%(most)s列，请分成几张表") % {"n": len(shown), "most": MOST_COLUMNS})
    choices = dict(_choices(package, grid, body))
    for column, title in shown.items():
        yield _column(grid, body, column, title[:120], choices.get(column))


def _column(grid: Grid, body: Body, place: int, title: str, checked: tuple[str, tuple[str, ...]] | None) -> Column:
    formula = _first_formula(grid, body, place)
    kind, options = checked or ("", ())
    if is_order(title):
        kind = "ORDER"
    elif formula:
        kind = "FORMULA"
    elif not kind:
        kind = _by_format(grid, body, place) or kind_by_title(title)
        if kind == "TEXT" and body.total is not None and grid.formula(body.total, place).upper().startswith("SUM("):
            kind = "NUMBER"
    if kind == "NUMBER" and is_in_yuan(title):
        kind = "MONEY"
    return Column(place, letters(place), title, kind, formula if kind == "FORMULA" else "", tuple(options))


def _sample_rows(body: Body, grid: Grid) -> range:
    last = body.last if body.last is not None else max(grid.last_row, body.first)
    return range(body.first, min(last, body.first + _LOOK_DOWN) + 1)


def _first_formula(grid: Grid, body: Body, place: int) -> str:
    return grid.formula(body.first, place) if body.first in _sample_rows(body, grid) else ""


def _by_format(grid: Grid, body: Body, place: int) -> str:
    style = grid.style(body.first, place) if body.last is None or body.last >= body.first else 0
    if grid.styles.is_text(style):
        return "TEXT"
    if grid.styles.is_date(style):
        return "DATE"
    decimals = grid.styles.decimals(style)
    if decimals is None:
        return ""
    code = grid.styles.code(style)
    return "MONEY" if decimals == 2 and "%" not in code else "NUMBER"


def _choices(package: Package, grid: Grid, body: Body) -> Iterator[tuple[int, tuple[str, tuple[str, ...]]]]:
    """Column → what the template's own validation of its first row says it takes."""
    for rule in grid.tree.iter(tag("dataValidation")):
        kind = {"list": "CHOICE", "whole": "NUMBER", "decimal": "NUMBER", "date": "DATE"}.get(rule.get("type", ""))
        if kind is None:
            continue
        options = tuple(_options(package, grid, rule.findtext(tag("formula1")) or "")) if kind == "CHOICE" else ()
        if kind == "CHOICE" and not options:
            continue
        for one in rule.get("sqref", "").split():
            place = area(one)
            if place and place.top <= body.first <= place.bottom:
                for column in range(place.left, min(place.right, place.left + MOST_COLUMNS) + 1):
                    yield column, (kind, options)


def _options(package: Package, grid: Grid, formula: str) -> Iterator[str]:
    """The words of a list: written out, or in cells of this or another sheet, hidden ones too."""
    if formula.startswith('"'):
        yield from (text.strip() for text in formula.strip('"').replace('""', '"').split(",") if text.strip())
        return
    for named in package.look(package.book).iter(tag("definedName")):
        if named.get("name") == formula and named.text:
            formula = named.text
    sheet, _sign, cells = formula.rpartition("!")
    place = area(cells.replace("$", ""))
    if place is None or (place.bottom - place.top + 1) * (place.right - place.left + 1) > 500:
        return
    if sheet:
        wanted = sheet.strip("'").replace("''", "'")
        part = next((part for name, part, _shown in package.sheets() if name == wanted), None)
        if part is None:
            return
        grid = Grid(package, part)
    for row in range(place.top, place.bottom + 1):
        for column in range(place.left, place.right + 1):
            if text := grid.text(row, column):
                yield text


def _about_rows(grid: Grid, head: Head, body: Body, columns: tuple[Column, ...]) -> Iterator[str]:
    """Sentences about the data area: merged cells, examples, hidden rows, formulas, a total that would not add up."""
    last = body.last if body.last is not None else grid.last_row
    inside = [
        merge for merge in grid.merges if merge.top <= last and merge.bottom >= body.first and merge.bottom > merge.top
    ]
    if down := [merge for merge in inside if merge.top >= body.first]:
        yield _("数据区有上下合并的单元格（%(cells)s），汇总时取消合并，每行各写一次") % {
            "cells": _("、").join(merge.text for merge in down[:5])
        }
    own = [column for column in columns if column.type not in {"ORDER", "FORMULA"}]
    rows = [
        row for row in range(body.first, last + 1)
        if any(grid.text(row, column.place) and not grid.formula(row, column.place) for column in own)
    ]  # fmt: skip
    if rows:
        yield _("数据区已有%(n)s行内容（从第%(row)s行起），当作示例，汇总时换成各单位报来的行") % {
            "n": len(rows),
            "row": rows[0],
        }
    if hidden := [str(row) for row in range(body.first, last + 1) if grid.hidden_row(row)]:
        yield _("数据区有隐藏的行（%(rows)s），汇总时显示出来") % {"rows": _("、").join(hidden[:5])}
    if formulas := [column.title for column in columns if column.type == "FORMULA"]:
        yield _("这些列有公式，由表格自己计算，不让单位填：%(names)s") % {"names": _("、").join(formulas)}
    if body.total is not None:
        fixed = [
            column.title for column in columns
            if grid.text(body.total, column.place) and not grid.formula(body.total, column.place)
            and isinstance(grid.value(body.total, column.place), int | Decimal)
        ]  # fmt: skip
        if fixed:
            yield _("合计行里这些列写的是数字，不是公式，汇总时改为求和：%(names)s") % {"names": _("、").join(fixed)}
