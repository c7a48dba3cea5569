"""Who a row of a sheet is: names and numbers checked column by column, then matched with the persons on file.

Matching goes by identity number, then staff number, then name and body; a row with none of these goes by name and
birthday. A blank cell never erases what is on file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import mul
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.people.models import Engagement, Membership, Person
from hongzhu.kit import bulk
from hongzhu.kit.china import idcard, phone
from hongzhu.kit.china.divisions import PROVINCES
from hongzhu.kit.crypto import vault
from hongzhu.kit.dates import FIRST_YEAR, LAST_YEAR
from hongzhu.kit.tables.columns import Grid
from hongzhu.kit.tables.repair import (
    CellRefused,
    Repaired,
    choice,
    day,
    half_width,
    long_number,
    one_line,
    sex,
    short_code,
)

from . import words

# From this many rows on, reading every person of the bureau once is cheaper than asking for them in portions.
MANY = 3000
YOUNGEST, OLDEST = 14, 110
SUBJECT_LENGTH = 20
COMPARED = ("name", "sex", "ethnic", "born_on", "education", "id_index", "phone_index", "staff_no", "subject")

_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffffA-Za-z][\u3400-\u9fff\U00020000-\U0003ffffA-Za-z ·.'-]*")
_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_MASKED = re.compile(r"[*•]{3}")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_STAFF = re.compile(r"\d{1,15}|[A-DF-Z]\d{1,15}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# The check character by the weighted sum of the digits' bytes, each 48 above its digit.
_CHECKS = [b"10X98765432"[(total - 48 * sum(_WEIGHTS)) % 11] for total in range(11)]


@dataclass(slots=True)
class Identity:
    """Checked values, one list per column of :class:`Person`; blanks are "" and None."""

    names: list[str]
    sexes: list[str]
    ethnic: list[str]
    born: list[date | None]
    education: list[str]
    numbers: list[str]
    phones: list[str]
    staff: list[str]
    subjects: list[str]
    id_index: list[str] = field(default_factory=list)
    phone_index: list[str] = field(default_factory=list)

    def compared(self) -> Iterator[tuple[Any, ...]]:
        """Row by row, the values of COMPARED."""
        return zip(*self._columns(), strict=True)

    def row(self, place: int) -> tuple[Any, ...]:
        """The same of one row."""
        return tuple(column[place] for column in self._columns())

    def _columns(self) -> tuple[list[Any], ...]:
        return (
            self.names, self.sexes, self.ethnic, self.born, self.education, self.id_index, self.phone_index, self.staff,
            self.subjects,
        )  # fmt: skip


@dataclass(slots=True)
class Known:
    """A person on file, as far as a sheet can change them."""

    pk: int
    uuid: str
    values: tuple[Any, ...]
    engaged: dict[str, tuple[int, int, str, date]] = field(default_factory=dict)
    member: tuple[Any, ...] | None = None

    def bodies(self) -> set[int]:
        """Where the person stands today: on the books, at work, as a member."""
        found = {row[1] for row in self.engaged.values()}
        return found | {self.member[1]} if self.member else found


def read_identity(grid: Grid, on: date, *, month_allowed: bool = False) -> Identity:
    """Every column about the person; what is wrong stands in ``grid.errors``."""
    names = grid.clean("name", _name, "", quick=_PLAIN_NAME.fullmatch)
    grid.require("name", names)
    found = Identity(
        names=names,
        sexes=grid.clean("sex", lambda cell: _filled(sex(cell), ""), ""),
        ethnic=grid.clean("ethnic", _ethnic, ""),
        born=grid.clean("born_on", day_reader(month_allowed=month_allowed), None),
        education=grid.clean(
            "education", lambda cell: _filled(choice(cell, words.EDUCATION, hint=words.EDUCATION_HINT), ""), ""
        ),
        numbers=[],
        phones=_phones(grid),
        staff=grid.clean("staff_no", _staff, "", quick=_STAFF.fullmatch),
        subjects=grid.clean("subject", _subject, "", quick=_PLAIN_NAME.fullmatch),
    )
    _numbers(grid, found, on, month_allowed=month_allowed)
    _ages(grid, found.born, on)
    grid.once("id_number", found.numbers)
    grid.once("staff_no", found.staff)
    box = vault()
    found.id_index = box.index_many(found.numbers, column="id")
    found.phone_index = box.index_many(found.phones, column="phone")
    return found


_DAY = re.compile(r"(\d{4})([-./年]?)(\d\d?)([-./月]?)(\d\d?)日?", re.ASCII)  # zh: dates as people write them


def day_reader(*, month_allowed: bool = False) -> Callable[[Any], tuple[date | None, str | None]]:
    """Like ``repair.day`` for a whole column: one note for every way of writing, and the usual forms read quickly."""
    same_form = _("日期统一成了“2026-11-20”这样的写法")

    def read(cell: Any) -> tuple[date | None, str | None]:
        if cell.__class__ is str and (found := _DAY.fullmatch(cell)):
            year, first, month, second, of_month = found.groups()
            if (first and second and first in (second, "年")) or (  # zh: year sign
                not first and not second and len(cell) == 8
            ):
                try:
                    made = date(int(year), int(month), int(of_month))
                except ValueError:
                    made = None
                if made is not None and FIRST_YEAR <= made.year <= LAST_YEAR:
                    return made, None if first == "-" and len(cell) == 10 else same_form
        value, note = day(cell, month_allowed=month_allowed)
        return value, same_form if note and value is not None and value.isoformat() in note else note

    return read


def _filled(answer: tuple[Any, str | None], blank: Any) -> tuple[Any, str | None]:
    return (blank if answer[0] is None else answer[0], answer[1])


def _name(cell: Any) -> Repaired:
    text, note = one_line(cell)
    if not text:
        return "", None
    if len(text) > 40:
        raise CellRefused(_("姓名超过40个字，请核对"))
    text = text.replace("•", "·").replace("．", "·")  # zh: dots in names
    if not _NAME.fullmatch(text):
        raise CellRefused(_("姓名里有数字或符号，请核对"))
    return text, note


def _ethnic(cell: Any) -> Repaired:
    text, note = half_width(cell)
    if not text or text in words.ETHNIC_NAMES:
        return text, note
    if text in words.ETHNIC_SHORT:
        return words.ETHNIC_SHORT[text], note or _("民族补上了“族”字")
    raise CellRefused(_("没有“%(text)s”这个民族，请写全称，如 汉族") % {"text": text[:20]})


def _staff(cell: Any) -> Repaired:
    text, note = long_number(cell)
    if len(text) > 32:
        raise CellRefused(_("工号超过32位，请核对"))
    return text, note


def _subject(cell: Any) -> Repaired:
    text, note = one_line(cell)
    if len(text) > SUBJECT_LENGTH:
        raise CellRefused(_("任教学科超过20个字，请只写主要的一门"))
    return text, note


def _phones(grid: Grid) -> list[str]:
    def read(cell: Any) -> Repaired:
        text, note = short_code(cell)
        if not text or _MASKED.search(text):
            return "", _("打了码的号码不导入，原来的不变") if text else note
        try:
            number = phone.check(text)
        except phone.PhoneRefused as error:
            raise CellRefused(str(error)) from None
        return number, note or (None if number == text else _("电话去掉了多余的符号"))

    return grid.clean("phone", read, "", quick=_MOBILE.fullmatch)


def _ages(grid: Grid, born: Sequence[date | None], on: date) -> None:
    """A birthday that makes somebody younger than 14 or older than 110 is a slip of the hand."""
    strange = {day: years for day in set(born) if day and not YOUNGEST <= (years := age_on(day, on)) <= OLDEST}
    if not strange:
        return
    for place, day_born in enumerate(born):
        if day_born in strange:
            years = strange[day_born]
            text = _("出生日期还没有到，请核对") if years < 0 else _("按这个日期是%(age)s岁，请核对") % {"age": years}
            grid.refuse(place, "born_on", text)


def age_on(born: date, on: date) -> int:
    """Full years on a day; negative before birth."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _numbers(grid: Grid, found: Identity, on: date, *, month_allowed: bool) -> None:
    """Identity numbers checked; sex and birthday filled from them, or compared where the sheet has its own."""
    if "id_number" not in grid.present:
        found.numbers = [""] * len(grid)
        return
    numbers = found.numbers
    days: dict[str, date | None] = {}
    filled = 0
    for place, cell in enumerate(grid.cells_of("id_number")):
        number, day_born = "", None
        if cell.__class__ is str and _NUMBER.fullmatch(cell) and _sound(cell):
            part = cell[6:14]
            if part not in days:
                days[part] = _day_in(part, on)
            if day_born := days[part]:
                number = cell
        if not number:
            number, day_born = _slow_number(grid, place, cell, on)
            if not number:
                numbers.append("")
                continue
        numbers.append(number)
        filled += _agree(grid, found, place, day_born, month_allowed=month_allowed)
    if filled and "born_on" in grid.present:
        grid.note(0, "born_on", _("按身份证号补上"), count=filled)


def _agree(grid: Grid, found: Identity, place: int, day_born: date | None, *, month_allowed: bool) -> bool:
    """Compare sex and birthday with the number just read; whether the birthday was filled from it."""
    sexes, own, odd = found.sexes, found.born[place], found.numbers[-1][16] in "13579"
    if sexes[place] == "":
        sexes[place] = "1" if odd else "2"
    elif (sexes[place] == "1") is not odd:
        grid.refuse(place, "sex", _("和身份证号不一致，请核对"))
    if own is None or day_born is None:
        found.born[place] = day_born
        return True
    if own != day_born:
        if not (month_allowed and own.day == 1 and (own.year, own.month) == (day_born.year, day_born.month)):
            grid.refuse(place, "born_on", _("和身份证号里的出生日期不一致，请核对"))
        found.born[place] = day_born
    return False


def _sound(number: str) -> bool:
    """Province and check character, quickly; whatever fails here is read again by kit.china for the sentence."""
    return number[:2] in PROVINCES and _CHECKS[sum(map(mul, number.encode(), _WEIGHTS)) % 11] == ord(number[17])


def _day_in(text: str, on: date) -> date | None:
    try:
        found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return found if found <= on and found.year >= 1900 else None


def _slow_number(grid: Grid, place: int, cell: Any, on: date) -> tuple[str, date | None]:
    try:
        text, note = long_number(cell)
        if not text:
            return "", None
        if _MASKED.search(text):
            grid.note(place, "id_number", _("打了码的号码不导入，原来的不变"))
            return "", None
        card = idcard.check(text, today=on)
    except (CellRefused, idcard.IdRefused) as error:
        grid.refuse(place, "id_number", str(error))
        return "", None
    if note:
        grid.note(place, "id_number", note)
    return card.number, card.born


# Matching.


def on_file(bureau_id: int, found: Identity, *, with_names: bool) -> list[Known]:
    """The persons a sheet may mean. Three queries for a large sheet, in portions for a small one."""
    persons = Person.objects.filter(bureau=bureau_id)
    columns = ("pk", "uuid", *COMPARED)
    rows: dict[int, tuple[Any, ...]] = {}
    if len(found.names) > MANY:
        rows = {row[0]: row for row in persons.values_list(*columns).iterator(chunk_size=5000)}
    else:
        keys: list[tuple[str, Iterable[str]]] = [("id_index__in", found.id_index), ("staff_no__in", found.staff)]
        if with_names:
            keys.append(("name__in", found.names))
        for key, values in keys:
            for portion in bulk.portions(set(values) - {""}):
                rows |= {row[0]: row for row in persons.filter(**{key: portion}).values_list(*columns)}
    known = {pk: Known(pk, str(row[1]), row[2:]) for pk, row in rows.items()}
    if not known:
        return []
    engaged = Engagement.objects.filter(to_on__isnull=True).values_list(
        "person_id", "relation", "pk", "unit_id", "reason", "from_on"
    )
    members = Membership.objects.filter(to_on__isnull=True, standing__in=words.PARTY_STANDING).values_list(
        "person_id", "pk", "org_id", "standing", "retired", "left_out", "joined_on", "full_on", "from_on"
    )
    large = len(found.names) > MANY
    asked: list[Q] = [Q(person__bureau=bureau_id)] if large else [Q(person__in=p) for p in bulk.portions(set(known))]
    for which in asked:
        _places(known, engaged.filter(which), members.filter(which))
    return list(known.values())


def _places(known: dict[int, Known], held: QuerySet[Any, Any], joined: QuerySet[Any, Any]) -> None:
    for person, relation, *row in held.iterator(chunk_size=5000):
        if person in known:
            known[person].engaged[relation] = (row[0], row[1], row[2], row[3])
    for person, *row in joined.iterator(chunk_size=5000):
        if person in known:
            known[person].member = tuple(row)


def match(
    grid: Grid, found: Identity, known: list[Known], bodies: Sequence[set[int]] | None, *, unplaced: str = ""
) -> list[Known | None]:
    """Whom each row means; None for somebody new. ``bodies`` are the bodies a row names, for name and body.

    ``unplaced``: the column of the body, where somebody on file may leave it blank.
    """
    matched: list[Known | None] = [None] * len(grid)
    if not known:
        _same_name_twice(grid, found, bodies, matched)
        return matched
    name_at, id_at, staff_at = COMPARED.index("name"), COMPARED.index("id_index"), COMPARED.index("staff_no")
    by_id = {one.values[id_at]: one for one in known if one.values[id_at]}
    by_staff = {one.values[staff_at]: one for one in known if one.values[staff_at]}
    by_name: dict[str, list[Known]] = {}
    for namesake in known:
        by_name.setdefault(namesake.values[name_at], []).append(namesake)
    taken: dict[int, int] = {}
    for place, (index, staff, name) in enumerate(zip(found.id_index, found.staff, found.names, strict=True)):
        one = by_id.get(index) if index else None
        other = by_staff.get(staff) if staff else None
        if other is not None and one is None and not (index and other.values[id_at]):
            one = other
        elif other is not None and other is not one:
            grid.refuse(place, "staff_no", _("这个工号已是另一个人的，请核对"))
        if one is None and bodies is not None and name in by_name:
            namesakes = [k for k in by_name[name] if not (index and k.values[id_at])]
            if bodies[place]:
                one = _by_name(grid, place, namesakes, bodies[place], found.born[place])
            elif unplaced and not index and not staff:
                one = _by_birthday(grid, place, namesakes, found, unplaced)
        if one is not None:
            if one.pk in taken:
                grid.refuse(place, "name", _("和第%(row)s行是同一个人，请删去一行") % {"row": taken[one.pk]})
            taken.setdefault(one.pk, grid.numbers[place])
        matched[place] = one
    _same_name_twice(grid, found, bodies, matched)
    return matched


_BORN_AT = COMPARED.index("born_on")


def _by_birthday(grid: Grid, place: int, namesakes: list[Known], found: Identity, column: str) -> Known | None:
    """For a row without numbers and body. One without a birthday either may only repeat what is on file (an account's
    owner, say): it changes nobody, and sets up nobody."""
    if not (born := found.born[place]):
        row = found.row(place)
        same = [one for one in namesakes if not (one.engaged or differences(found, place, row, one, month_only=False))]
        return same[0] if len(same) == 1 else None
    same = [one for one in namesakes if one.values[_BORN_AT] == born]
    if len(same) > 1:
        told = {"count": len(same)}
        grid.refuse(place, column, _("没有填，同名同生日的有%(count)s人，请补上身份证号或工号") % told)
    return same[0] if len(same) == 1 else None


def _by_name(grid: Grid, place: int, namesakes: list[Known], bodies: set[int], born: date | None) -> Known | None:
    there = [one for one in namesakes if one.bodies() & bodies]
    if len(there) > 1 and born and len(same := [one for one in there if one.values[_BORN_AT] == born]) == 1:
        return same[0]
    if len(there) > 1:
        grid.refuse(place, "name", _("同一单位有%(count)s个同名的人，请补上身份证号或工号") % {"count": len(there)})
    return there[0] if len(there) == 1 else None


def _same_name_twice(
    grid: Grid, found: Identity, bodies: Sequence[set[int]] | None, matched: Sequence[Known | None]
) -> None:
    """Two rows with one name in one body and no number to tell them apart: the same person, or two without numbers.

    Two that mean two persons on file are told apart already.
    """
    if bodies is None or (all(found.numbers) or all(found.staff)):
        return
    first: dict[tuple[str, int], int] = {}
    for place, (number, staff, name) in enumerate(zip(found.numbers, found.staff, found.names, strict=True)):
        if number or staff or not name:
            continue
        for body in bodies[place]:
            if (name, body) in first:
                one, other = matched[place], matched[first[name, body]]
                if one is not None and other is not None and one.pk != other.pk:
                    continue
                grid.refuse(
                    place, "name",
                    _("和第%(row)s行同名同单位，是同一人就删去一行，是两个人请补上身份证号或工号")
                    % {"row": grid.numbers[first[name, body]]},
                )  # fmt: skip
                break
            first[name, body] = place


def differences(found: Identity, place: int, row: tuple[Any, ...], known: Known, *, month_only: bool) -> set[str]:
    """Columns of COMPARED that the row changes; a blank changes nothing."""
    changed = {
        name
        for name, new, old in zip(COMPARED, row, known.values, strict=True)
        if new and new != old and not (name == "sex" and new == "0")
    }
    if "born_on" in changed and month_only:
        old, new = known.values[COMPARED.index("born_on")], found.born[place]
        if old and new and new.day == 1 and (old.year, old.month) == (new.year, new.month):
            # A sheet that keeps months only does not unlearn the day.
            changed.discard("born_on")
    return changed
