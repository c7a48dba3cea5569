"""What lies around the data area and has to know that it has grown: ranges, names, pictures, notes, other sheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from lxml import etree

from .cells import set_result
from .formulas import CannotTell, Formula, Look
from .grid import Grid
from .package import Package, tag
from .references import Growth, area, grown, grown_area, grown_areas, letters, references

EXCEL_2009 = "http://schemas.microsoft.com/office/excel/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_VML_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_VML_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_PRINT_AREA = "_xlnm.Print_Area"
_BY_REF = ("hyperlink", "autoFilter", "sortState", "sortCondition")
_BY_SQREF = ("conditionalFormatting", "dataValidation", "protectedRange", "ignoredError")


class Around:
    """Everything outside the rows themselves, moved once."""

    def __init__(self, package: Package, grid: Grid, sheet: str, growth: Growth) -> None:
        self.package, self.grid, self.sheet, self.growth = package, grid, sheet, growth
        self._grown = partial(grown, growth=growth, sheet=sheet)
        self._elsewhere: list[Any] = []

    def move(self, *, merges: Sequence[str], written_to: int) -> None:
        """Move all of it; ``merges`` are the merged areas as they stand now, ``written_to`` the last row written."""
        self._merged(merges)
        self._dimension(written_to)
        if self.growth.rows:
            self._rows_below()
            self._ranges()
            self._beside()
        self._names(written_to)
        if self.growth.rows:
            self._other_sheets()

    def _merged(self, merges: Sequence[str]) -> None:
        block = self.grid.tree.find(tag("mergeCells"))
        if block is None:
            return
        if not merges:
            self.grid.tree.remove(block)
            return
        for one in list(block):
            block.remove(one)
        for one in merges:
            etree.SubElement(block, tag("mergeCell"), {"ref": one})
        block.set("count", str(len(merges)))

    def _dimension(self, written_to: int) -> None:
        found = self.grid.tree.find(tag("dimension"))
        place = area(found.get("ref", "")) if found is not None else None
        if place is None:
            return
        bottom = max(self.growth.single(place.bottom), written_to)
        found.set("ref", f"{letters(place.left)}{place.top}:{letters(place.right)}{bottom}")

    def _rows_below(self) -> None:
        for row, line in self.grid.rows.items():
            if row > self.growth.last:
                line.set("r", str(row + self.growth.rows))
        for (row, _place), cell in self.grid.cells.items():
            if row > self.growth.last:
                cell.set("r", grown_area(cell.get("r"), self.growth))
            formula = cell.find(tag("f"))
            if formula is not None:
                if formula.text:
                    formula.text = self._grown(formula.text, own=True)
                if formula.get("ref"):
                    formula.set("ref", grown_area(formula.get("ref"), self.growth))

    def _ranges(self) -> None:
        tree = self.grid.tree
        for name in _BY_REF:
            for one in tree.iter(tag(name)):
                one.set("ref", grown_area(one.get("ref", ""), self.growth))
        for name in _BY_SQREF:
            for one in tree.iter(tag(name)):
                one.set("sqref", grown_areas(one.get("sqref", ""), self.growth))
        for name in ("formula", "formula1", "formula2"):
            for one in tree.iter(tag(name)):
                if one.text:
                    one.text = self._grown(one.text, own=True)
        for one in tree.iter(f"{{{EXCEL_2009}}}sqref"):
            one.text = grown_areas(one.text or "", self.growth)
        for one in tree.iter(f"{{{EXCEL_2009}}}f"):
            one.text = self._grown(one.text or "", own=True)
        breaks = tree.find(tag("rowBreaks"))
        for one in breaks if breaks is not None else ():
            one.set("id", str(self.growth.end(int(one.get("id", "0")), 1)))

    def _beside(self) -> None:
        """Pictures, notes, and tables drawn over the sheet."""
        for kind, part in self.package.related(self.grid.part).values():
            if kind == "drawing":
                self._pictures(part)
                for other, chart in self.package.related(part).values():
                    if other == "chart":
                        self._chart(chart)
            elif kind == "comments":
                for one in self.package.xml(part).iter(tag("comment")):
                    one.set("ref", grown_area(one.get("ref", ""), self.growth))
            elif kind == "vmlDrawing":
                self._notes(part)
            elif kind == "table":
                tree = self.package.xml(part)
                for one in [tree, *tree.iter(tag("autoFilter"), tag("sortState"), tag("sortCondition"))]:
                    if one.get("ref"):
                        one.set("ref", grown_area(one.get("ref"), self.growth))

    def _pictures(self, part: str) -> None:
        """A picture moves when it begins below; it is not stretched when it stands beside the rows."""
        tree = self.package.xml(part)
        for anchor in tree:
            start = anchor.find(f"{{{DRAWING}}}from/{{{DRAWING}}}row")
            if start is None or int(start.text) + 1 <= self.growth.last:
                continue
            for row in (start, anchor.find(f"{{{DRAWING}}}to/{{{DRAWING}}}row")):
                if row is not None:
                    row.text = str(int(row.text) + self.growth.rows)

    def _chart(self, part: str) -> None:
        for one in self.package.xml(part).iter(f"{{{CHART}}}f"):
            if one.text:
                one.text = self._grown(one.text, own=False)

    def _notes(self, part: str) -> None:
        def row(found: re.Match[bytes]) -> bytes:
            old = int(found[2])
            return found[1] + str(old + self.growth.rows if old + 1 > self.growth.last else old).encode() + found[3]

        def anchor(found: re.Match[bytes]) -> bytes:
            numbers = [part.strip() for part in found[2].split(b",")]
            if len(numbers) == 8 and int(numbers[2]) + 1 > self.growth.last:
                for place in (2, 6):
                    numbers[place] = str(int(numbers[place]) + self.growth.rows).encode()
            return found[1] + b", ".join(numbers) + found[3]

        self.package.replace(part, _VML_ANCHOR.sub(anchor, _VML_ROW.sub(row, self.package.parts[part])))

    def _names(self, written_to: int) -> None:
        """Names of the whole file; what is printed reaches to the last row written."""
        book = self.package.xml(self.package.book)
        names = [one.get("name", "") for one in book.find(tag("sheets"))]
        for one in book.iter(tag("definedName")):
            if one.text and self.growth.rows:
                one.text = self._grown(one.text, own=False)
            here = one.get("localSheetId")
            if one.get("name") == _PRINT_AREA and here and int(here) < len(names) and names[int(here)] == self.sheet:
                one.text = self._printed(one.text or "", written_to)

    def _printed(self, text: str, written_to: int) -> str:
        def reach(found: re.Match[str]) -> str:
            top, bottom = int(found[2]), int(found[4])
            if top <= self.growth.first and self.growth.first - 1 <= bottom < written_to:
                bottom = written_to
            return f"{found[1]}{top}{found[3]}{bottom}"

        return re.sub(r"(\$?[A-Z]{1,3}\$?)(\d+)(:\$?[A-Z]{1,3}\$?)(\d+)(?=,|$)", reach, text)

    def _other_sheets(self) -> None:
        """Formulas of other sheets that look into this one; their last value is worked out anew or left to the program."""
        for _name, part, _shown in self.package.sheets():
            if part == self.grid.part or (
                b"<f" not in self.package.parts[part] and b":f" not in self.package.parts[part]
            ):
                continue
            tree = self.package.look(part)
            if not any(
                _looks_at(one.text or "", self.sheet) for one in tree.iter(tag("f"), tag("formula"), tag("formula1"))
            ):
                continue
            tree = self.package.xml(part)
            for one in tree.iter(tag("f"), tag("formula"), tag("formula1"), tag("formula2")):
                if one.text and _looks_at(one.text, self.sheet):
                    one.text = self._grown(one.text, own=False)
                    if one.tag == tag("f"):
                        self._elsewhere.append(one.getparent())

    def work_out_elsewhere(self, look: Look) -> bool:
        """Values of those formulas; True where one could not be worked out."""
        unsure = False
        for cell in self._elsewhere:
            unsure |= set_result(cell, partial(_elsewhere, cell.findtext(tag("f")) or "", self.sheet, look))
        return unsure

    def forget_order_of_calculation(self) -> None:
        """The list in which order cells were worked out no longer holds; programs make a new one."""
        for kind, part in list(self.package.related(self.package.book).values()):
            if kind == "calcChain":
                self.package.drop(part)

    def recalculate_when_opened(self) -> None:
        book = self.package.xml(self.package.book)
        settings = book.find(tag("calcPr"))
        if settings is None:
            settings = etree.Element(tag("calcPr"))
            before = [tag(name) for name in ("definedNames", "externalReferences", "functionGroups", "sheets")]
            next(one for name in before if (one := book.find(name)) is not None).addnext(settings)
        settings.set("fullCalcOnLoad", "1")


def _looks_at(formula: str, sheet: str) -> bool:
    return any(named is not None and named.casefold() == sheet.casefold() for _found, named in references(formula))


def _elsewhere(formula: str, sheet: str, look: Look) -> Any:
    """A formula all of whose addresses are of one other sheet, worked out there."""
    if any(named is None or named.casefold() != sheet.casefold() for _found, named in references(formula)):
        raise CannotTell(formula)
    bare, place = [], 0
    for found, _named in references(formula):
        bare += [formula[place : found.start("sheet")]]
        place = found.end("sheet")
    return Formula("".join([*bare, formula[place:]])).value(look)
