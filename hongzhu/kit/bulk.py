"""Many rows into one table at the speed the database allows: COPY on PostgreSQL, statements of many rows on SQLite.

For imports of hundreds of thousands of rows, where building a model object for each row costs more than storing it.
Values come column by column and ready for the database: text, whole numbers, booleans, dates, None; a UUID as 32
hexadecimal digits. Field validators and defaults are the caller's business; the database's constraints hold as ever.
A column that is dear to make comes as :class:`Made`: PostgreSQL then stores the rows before while the next are made.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, models


class Made:
    """A column of ``count`` values, made some at a time: ``make(slice)`` gives those of a slice. Asked once for each."""

    def __init__(self, count: int, make: Callable[[slice], Sequence[Any]]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, cut: slice) -> Sequence[Any]:
        return self._make(cut)


Columns = Mapping[str, Sequence[Any] | Made]

_PIECE = 5000
_MANY = 50_000
_PORTION = 400
_PARAMETERS = 900  # of one statement; every SQLite takes 999
# The ids one by one only where somebody else drew from the sequence meanwhile.
_RESERVED = """
    WITH drawn AS MATERIALIZED (SELECT nextval(pg_get_serial_sequence(%s, %s)) AS id FROM generate_series(1, %s))
    SELECT min(id), CASE WHEN max(id) - min(id) + 1 <> count(*) THEN array_agg(id ORDER BY id) END FROM drawn
"""
_SPECIAL = ("\\", "\t", "\n", "\r")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def portions(values: Collection[Any]) -> Iterator[list[Any]]:
    """Distinct values in order, so many at a time as every database takes in one ``IN``."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _PORTION):
        yield ordered[start : start + _PORTION]


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Ids for ``count`` new rows, taken so that nobody else gets them; call it inside the writing transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("ids are reserved in the transaction that uses them")
    if count <= 0:
        return []
    table, column = model._meta.db_table, str(model._meta.pk.column)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_RESERVED, [connection.ops.quote_name(table), column, count])
            first, apart = cursor.fetchone()
            return apart or list(range(first, first + count))
        # A write transaction is begun IMMEDIATE: until it ends nobody else can add a row.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = int(row[0]) if row else 0
    return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], columns: Columns) -> int:
    """Insert rows given column by column (field attribute name -> values); how many."""
    fields = [_field(model, name) for name in columns]
    given = list(columns.values())
    if len({len(values) for values in given}) > 1:
        raise ValueError("every column has a value for every row")
    count = len(given[0]) if given else 0
    if not count:
        return 0
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(table, names, fields, given, count)
    else:
        ready = [_ready(field, values[:]) for field, values in zip(fields, given, strict=True)]
        with _room(model._meta.db_table, count):
            _insert_rows(" ".join(["INSERT INTO", table, "(" + ", ".join(names) + ")", "VALUES "]), ready, count)
    return count


@contextmanager
def _room(table: str, count: int) -> Iterator[None]:
    """SQLite: memory for the pages a large insert touches, and indexes made once at its end where it more than doubles
    the table. Both belong to the transaction: undone with it, and a value that stands twice is refused as ever.
    """
    if count < _MANY:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        back = " ".join(["PRAGMA cache_size =", str(int(cursor.fetchone()[0]))])
        cursor.execute("PRAGMA cache_size = -600000")
        try:
            again = _set_indexes_aside(cursor, table, count)
            yield
            for statement in again:
                cursor.execute(statement)
        finally:
            cursor.execute(back)


def _set_indexes_aside(cursor: Any, table: str, count: int) -> list[str]:
    """Drop the table's indexes when ``count`` is more than its rows; the statements that make them again.

    Filling an index row by row costs twice what sorting it once does, as long as little of it was there before.
    """
    if not connection.in_atomic_block:
        return []
    quoted = connection.ops.quote_name(table)
    cursor.execute(" ".join(["SELECT count(*) FROM (SELECT 1 FROM", quoted, "LIMIT %s)"]), [count])
    if cursor.fetchone()[0] >= count:
        return []
    # Indexes behind UNIQUE columns have no statement of their own and stay.
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", [table]
    )
    found = cursor.fetchall()
    for name, _sql in found:
        cursor.execute(" ".join(["DROP INDEX", connection.ops.quote_name(name)]))
    return [sql for _name, sql in found]


def _insert_rows(begin: str, ready: list[Sequence[Any]], count: int) -> None:
    """SQLite: as many rows in one statement as parameters allow; a third quicker than one row at a time."""
    width = len(ready)
    at_once = max(_PARAMETERS // width, 1)
    row = "(" + ", ".join(["%s"] * width) + ")"
    flat: list[Any] = [None] * (width * count)
    for place, values in enumerate(ready):
        flat[place::width] = values
    step = at_once * width
    whole = count // at_once * step
    with connection.cursor() as cursor:
        if whole:
            pieces: Any = (flat[start : start + step] for start in range(0, whole, step))  # the driver streams
            cursor.executemany(begin + ", ".join([row] * at_once), pieces)
        if whole < len(flat):
            rest = begin + ", ".join([row] * ((len(flat) - whole) // width))
            cursor.execute(rest, flat[whole:])


def insert_objects(objects: Sequence[models.Model]) -> int:
    """Insert unsaved objects of one model that nobody needs the ids of; how many. Fields with a plain value only."""
    if not objects:
        return 0
    model = type(objects[0])
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    return insert(model, {name: [getattr(thing, name) for thing in objects] for name in names})


def update(model: type[models.Model], ids: Sequence[int], columns: Columns) -> int:
    """Set the given columns of the rows with ``ids``; how many."""
    if not ids or not columns:
        return 0
    fields = [_field(model, name) for name in columns]
    ready = [_ready(field, values[:]) for field, values in zip(fields, columns.values(), strict=True)]
    quote = connection.ops.quote_name
    sets = ", ".join(quote(str(field.column)) + " = %s" for field in fields)
    key = quote(str(model._meta.pk.column))  # type: ignore[union-attr]
    statement = " ".join(["UPDATE", quote(model._meta.db_table), "SET", sets, "WHERE", key, "= %s"])
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*ready, ids, strict=True)))
    return len(ids)


@contextmanager
def calm() -> Iterator[None]:
    """Rows held by the hundred thousand are no garbage: looking for it time and again takes a tenth of an import."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    found = next((f for f in model._meta.concrete_fields if f.attname == name), None)
    if found is None:
        raise ValueError(f"{model.__name__} has no column {name}")
    return found


def _ready(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(field, models.DateTimeField):
        moments = {value: connection.ops.adapt_datetimefield_value(value) for value in set(values)}
        return [moments[value] for value in values]
    if isinstance(field, models.DateField):
        texts = {day: day.isoformat() for day in set(values) if isinstance(day, date)}
        return [texts.get(value) for value in values]
    return values


def _copy(
    table: str, names: list[str], fields: list[models.Field[Any, Any]], given: list[Sequence[Any] | Made], count: int
) -> None:
    """A thread hands the pieces on, so that the server stores one while the next is made."""
    from psycopg.copy import QueuedLibpqWriter  # noqa: PLC0415 - a tenth of a second that SQLite's users need not wait

    statement = " ".join(["COPY", table, "(" + ", ".join(names) + ")", "FROM STDIN"])
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement, writer=QueuedLibpqWriter(cursor.cursor)) as copy,
    ):
        for start in range(0, count, _PIECE):
            cut = slice(start, min(start + _PIECE, count))
            columns = [_copied(field, _ready(field, values[cut])) for field, values in zip(fields, given, strict=True)]
            copy.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")


def _copied(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[str]:
    """The text form of COPY: None is ``\\N``, and backslash, tab and line breaks are escaped."""
    if isinstance(field, models.CharField | models.TextField) and None not in values:
        joined = "".join(values)
        return values if not any(sign in joined for sign in _SPECIAL) else [v.translate(_ESCAPES) for v in values]
    return ["\\N" if v is None else v.translate(_ESCAPES) if isinstance(v, str) else str(v) for v in values]
