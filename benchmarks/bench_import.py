"""Import of 300,000 persons from one xlsx, checked and committed: ours against openpyxl + bulk_create.

The peer is what a good Django project does: openpyxl in read-only mode, each cell through the same repairs of
``kit.tables.repair``, each number through the same checks of ``kit.china``, duplicates and units looked up in
dictionaries, each value sealed and indexed by the same vault, then ``bulk_create`` of the same rows into the same
tables. Both sides write into a new database inside one transaction, and both end with the same rows (compared).
Ours is the very action behind the page's 确认导入. SQLite works in our process: CPU time; PostgreSQL in another: wall clock.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from django.db import connection, transaction

from benchmarks.bar import CLOCKS, Bar, scratch_database
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people.actions.sheets import import_people
from hongzhu.core.people.models import Engagement, Person
from hongzhu.core.people.queries import words
from hongzhu.core.people.queries.people_sheet import COLUMNS, PERSONNEL, WORKPLACE
from hongzhu.kit.china import idcard, phone
from hongzhu.kit.crypto import vault
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref
from hongzhu.kit.tables import repair
from hongzhu.kit.tables.columns import expected
from hongzhu.kit.tables.read import read_table

ROWS, UNITS = 300_000, 300
ON = date(2026, 11, 20)
BENCH = Actor.system("bench")
HEADER = ("姓名", "性别", "民族", "出生日期", "学历", "身份证号", "工号", "手机号", "人事关系所在单位", "工作单位")
LIMITS = {"sqlite": 1 / 6, "postgres": 1 / 4}
DAYS = (
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
)


def sheet(rows: int) -> bytes:
    """A sheet as people send it: shared strings, five date forms, some cells untidy. All names and numbers invented."""
    dice = random.Random(20261120)
    family, given = (
        "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜",
        "".join(map(chr, range(0x4E50, 0x4F50))),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        book = xlsxwriter.Workbook(path, {"strings_to_numbers": False})
        page = book.add_worksheet("人员")
        page.write_row(0, 0, HEADER)
        for number in range(rows):
            born = date(1960, 1, 1) + timedelta(days=dice.randrange(15_000))
            seventeen = f"{370100 + number // 1000}{born:%Y%m%d}{number % 1000:03d}"
            card = seventeen + idcard.check_character(seventeen)
            name = dice.choice(family) + dice.choice(given) + (dice.choice(given) if number % 5 else "")
            unit = number % UNITS
            page.write_row(number + 1, 0, (
                name if number % 50 else f"{name[0]} {name[1:]}", "男女"[int(card[16]) % 2 == 0],
                "汉族" if number % 9 else "回", DAYS[number % 5](born), ("本科", "大专", "硕士")[number % 3], card,
                f"G{number:07d}", f"1{3 + number % 7}{number:09d}", f"第{unit}小学",
                f"第{(unit + 1) % UNITS}小学" if number % 40 == 0 else "",
            ))  # fmt: skip
        book.close()
        return path.read_bytes()


@cache
def file_of(rows: int) -> bytes:
    return sheet(rows)


def bureau_with_units() -> Bureau:
    root = orgs.open_bureau(code="bench", name="测试县教育局", pack="national", by=BENCH, on=date(2010, 1, 1))
    with transaction.atomic():
        Org.objects.bulk_create(
            [Org(bureau=root.bureau, kind="SCHOOL", name=f"第{n}小学", opened_on=root.opened_on) for n in range(UNITS)]
        )
    return root.bureau


# --- ours ---------------------------------------------------------------------------------------------------


def ours(data: bytes, bureau: Bureau) -> int:
    table = read_table(data, "people.xlsx", max_rows=310_000, max_cols=32, expect=expected(COLUMNS))
    report = import_people(
        table=table, context=ImportContext(bureau, ON), by=BENCH, source=hashlib.sha256(data).hexdigest()
    )
    return report.new


# --- the peer -----------------------------------------------------------------------------------------------


class Refused(Exception):
    """Rows with errors: nothing may be written."""


def peer(data: bytes, bureau: Bureau) -> int:
    """Row by row with the same checks; every error collected, as ours does."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        book = openpyxl.load_workbook(file.name, read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(values_only=True)
        at = {title: place for place, title in enumerate(next(lines))}
        units = {org.name: org for org in Org.objects.filter(bureau=bureau, closed_on__isnull=True)}
        on_file = set(Person.objects.filter(bureau=bureau).exclude(id_index="").values_list("id_index", flat=True))
        box = vault()
        errors: list[tuple[int, str]] = []
        ids, staff_numbers = set[str](), set[str]()
        people: list[Person] = []
        engagements: list[Engagement] = []
        for row, cells in enumerate(lines, start=2):
            try:
                person, own, work = one_row(cells, at, units, bureau, box, ids, staff_numbers, on_file)
            except ValueError as error:
                errors.append((row, str(error)))
                continue
            people.append(person)
            engagements += [
                Engagement(person=person, unit=own, relation=PERSONNEL, from_on=ON),
                Engagement(person=person, unit=work, relation=WORKPLACE, from_on=ON),
            ]
        if errors:
            raise Refused(errors[0])
    with transaction.atomic():
        Person.objects.bulk_create(people, batch_size=2000)
        Engagement.objects.bulk_create(engagements, batch_size=2000)
        audit.record(by=BENCH, did="people.import", to=Ref.to(bureau), bureau=bureau.pk, rows=len(people))
    return len(people)


def one_row(
    cells: Any, at: dict[Any, int], units: dict[str, Org], bureau: Bureau, box: Any, ids: set[str],
    staff_numbers: set[str], on_file: set[str],
) -> tuple[Person, Org, Org]:  # fmt: skip
    """One checked person and the two units; ValueError with the first thing wrong."""

    def cell(title: str) -> Any:
        value = cells[at[title]]
        return "" if value is None else value

    name, _note = repair.one_line(cell("姓名"))
    if not name or len(name) > 40:
        raise ValueError("name")
    sex, _note = repair.sex(cell("性别"))
    ethnic, _note = repair.half_width(cell("民族"))
    ethnic = words.ETHNIC_SHORT.get(ethnic, ethnic)
    if ethnic and ethnic not in words.ETHNIC_NAMES:
        raise ValueError("ethnic")
    born, _note = repair.day(cell("出生日期"))
    education, _note = repair.choice(cell("学历"), words.EDUCATION)
    number, _note = repair.long_number(cell("身份证号"))
    card = idcard.check(number, today=ON)
    if (sex and sex != card.sex) or (born and born != card.born):
        raise ValueError("number and sheet differ")
    if not 14 <= ON.year - card.born.year - ((ON.month, ON.day) < (card.born.month, card.born.day)) <= 110:
        raise ValueError("age")
    staff_no, _note = repair.long_number(cell("工号"))
    if card.number in ids or staff_no in staff_numbers:
        raise ValueError("twice")
    ids.add(card.number)
    staff_numbers.add(staff_no)
    phone_number = phone.check(repair.short_code(cell("手机号"))[0])
    own = units[repair.one_line(cell("人事关系所在单位"))[0]]
    work = units[repair.one_line(cell("工作单位"))[0] or own.name]
    person = Person(
        bureau=bureau, name=name, search_key=search_key(name), sex=sex or card.sex, ethnic=ethnic,
        born_on=born or card.born, education=education or "", staff_no=staff_no, id_tail=card.number[-1],
    )  # fmt: skip
    person.id_index = box.index(card.number, column="id")
    if person.id_index in on_file:
        raise ValueError("on file")
    person.id_sealed = box.seal(card.number, bind=f"{person.uuid}|id")
    person.phone_index = box.index(phone_number, column="phone")
    person.phone_sealed = box.seal(phone_number, bind=f"{person.uuid}|phone")
    return person, own, work


# --- measuring ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    print: int  # of what was written, ids and sealed values left out


def measured(side: Callable[[bytes, Bureau], int], rows: int, vendor: str) -> Run:
    data = file_of(rows)
    with scratch_database(vendor):
        bureau = bureau_with_units()
        now = CLOCKS["cpu" if vendor == "sqlite" else "wall"]
        begun = now()
        written = side(data, bureau)
        seconds = now() - begun
        if written != rows:
            raise RuntimeError(f"{written} of {rows} written")
        return Run(seconds, fingerprint())


def fingerprint() -> int:
    """Sum over what stands in both tables, so that both sides are seen to have written the same."""
    total = 0
    fields = (
        "person__name", "person__search_key", "person__sex", "person__ethnic", "person__born_on", "person__education",
        "person__subject", "person__id_index", "person__id_tail", "person__phone_index", "person__staff_no", "unit__name",
        "relation", "from_on",
    )  # fmt: skip
    for row in Engagement.objects.values_list(*fields).iterator(chunk_size=5000):
        total += zlib.crc32(repr(row).encode())
    return total


def bars() -> Iterator[Bar]:
    for vendor, limit in LIMITS.items():
        # Turn by turn: ours, the peer, ours again; the better of ours' two against the peer's one would be unfair, so
        # the mean of ours stands against it.
        first = measured(ours, ROWS, vendor)
        other = measured(peer, ROWS, vendor)
        again = measured(ours, ROWS, vendor)
        if not first.print == other.print == again.print:
            raise RuntimeError("the two sides wrote different rows")
        seconds = (first.seconds + again.seconds) / 2
        yield Bar(
            f"import 300,000 people, {vendor}",
            {"ours": f"{seconds:,.1f} s", "openpyxl + bulk_create": f"{other.seconds:,.1f} s"},
            ratio=seconds / other.seconds,
            limit=limit,
            note=f"ours {first.seconds:.1f} s and {again.seconds:.1f} s around the peer; same {ROWS:,} persons and {2 * ROWS:,} places on both sides",
        )


def profile(rows: int = ROWS, vendor: str = "sqlite") -> None:
    """Where our time goes: ``python -c "…; bench_import.profile()"``."""
    import cProfile
    import pstats

    data = file_of(rows)
    with scratch_database(vendor):
        bureau = bureau_with_units()
        connection.ensure_connection()
        watch = cProfile.Profile()
        watch.runcall(ours, data, bureau)
        pstats.Stats(watch).sort_stats("tottime").print_stats(22)
