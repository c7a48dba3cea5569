"""Rows in bulk: every kind of value comes back as it went in, on both databases; sequences go on after."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from hongzhu.core.people.models import Engagement, Person
from hongzhu.kit import bulk

STRANGE = ["a\tb", "c\\d", "e\nf", "\\N", "'; DROP TABLE", "", "%s %d", "党员"]


def rows(cast, names, **more):
    count = len(names)
    columns = {
        "id": bulk.reserve(Person, count), "uuid": [f"{n:032x}" for n in range(count)], "name": names,
        "bureau_id": [cast.bureau.pk] * count, "born_on": [date(1990, 4, 12) if n % 2 else None for n in range(count)],
    }  # fmt: skip
    empty = (
        "search_key",
        "ethnic",
        "education",
        "subject",
        "id_sealed",
        "id_index",
        "id_tail",
        "phone_sealed",
        "phone_index",
        "staff_no",
    )
    return columns | {name: [""] * count for name in empty} | {"sex": ["0"] * count} | more


@pytest.mark.parametrize("count", [1, 59, 60, 61, 5001])
def test_what_goes_in_comes_back(cast, count):
    names = [STRANGE[n % len(STRANGE)] for n in range(count)]
    columns = rows(cast, names)
    assert bulk.insert(Person, columns) == count
    found = Person.objects.filter(pk__in=columns["id"][-500:]).order_by("pk")
    assert [one.name for one in found] == names[-500:]
    assert [one.born_on for one in found] == columns["born_on"][-500:]
    after = Person.objects.create(bureau=cast.bureau, name="后来的人")
    assert after.pk > columns["id"][-1]


def test_a_column_is_made_some_at_a_time(cast):
    """A dear column is asked for slice by slice, once for every row, and lands beside its row on both databases."""
    names = [f"第{n}人" for n in range(5001)]
    asked = []

    def number(cut):
        asked.append(cut)
        return [f"G{n}" for n in range(len(names))[cut]]

    bulk.insert(Person, rows(cast, names, staff_no=bulk.Made(len(names), number)))
    assert [n for cut in asked for n in range(len(names))[cut]] == list(range(len(names)))
    assert len(asked) == (2 if connection.vendor == "postgresql" else 1)
    found = dict(Person.objects.filter(name__in=[names[0], names[4999], names[5000]]).values_list("name", "staff_no"))
    assert found == {"第0人": "G0", "第4999人": "G4999", "第5000人": "G5000"}
    with pytest.raises(ValueError, match="every row"):
        bulk.insert(Person, rows(cast, ["甲", "乙"], staff_no=bulk.Made(1, number)))


def test_what_goes_wrong_while_a_column_is_made_is_said_and_nothing_stays(cast):
    def number(cut):
        if (cut.stop or 5001) > 5000:
            raise KeyError("no key")
        return [f"G{n}" for n in range(5001)[cut]]

    with pytest.raises(KeyError, match="no key"), transaction.atomic():
        bulk.insert(Person, rows(cast, ["甲"] * 5001, staff_no=bulk.Made(5001, number)))
    assert not Person.objects.filter(name="甲").exists()


def test_ids_are_nobody_elses_where_a_sequence_has_gaps(cast):
    if connection.vendor == "postgresql":  # as when others draw from it in between
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE people_person_id_seq INCREMENT BY 3")
    ids = bulk.reserve(Person, 4)
    step = 3 if connection.vendor == "postgresql" else 1
    assert ids == [ids[0] + step * n for n in range(4)]
    assert not Person.objects.filter(pk__in=ids).exists()


def test_constraints_hold(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Person, rows(cast, ["甲", "乙"], staff_no=["1", "1"]))
    assert not Person.objects.filter(name="甲").exists()


def test_update_sets_only_what_is_named(cast):
    columns = rows(cast, ["甲", "乙"])
    bulk.insert(Person, columns)
    bulk.update(Person, columns["id"], {"staff_no": ["1", "2"], "born_on": [None, date(1980, 1, 1)]})
    assert list(Person.objects.filter(pk__in=columns["id"]).order_by("pk").values_list("name", "staff_no", "born_on")) == [
        ("甲", "1", None), ("乙", "2", date(1980, 1, 1)),
    ]  # fmt: skip


def test_wrong_use_is_named(cast):
    with pytest.raises(ValueError, match="every row"):
        bulk.insert(Engagement, {"person_id": [1], "unit_id": []})
    with pytest.raises(ValueError, match="no column"):
        bulk.insert(Engagement, {"nothing": [1]})
    assert bulk.insert(Engagement, {"person_id": []}) == 0


def test_calm_puts_things_back():
    import gc

    with pytest.raises(KeyError), bulk.calm():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def indexes():
    with connection.cursor() as cursor:
        return {
            name: (index["columns"], index["unique"])
            for name, index in connection.introspection.get_constraints(cursor, "people_person").items()
        }


@pytest.mark.parametrize("held", [0, 3, 60])
def test_a_large_insert_leaves_every_index_as_it_was(cast, monkeypatch, held):
    """With 60 rows there the indexes stay; with fewer than are inserted they are made again at the end."""
    monkeypatch.setattr(bulk, "_MANY", 40)
    Person.objects.bulk_create([Person(bureau=cast.bureau, name=f"先来的{n}") for n in range(held)])
    before = indexes()
    bulk.insert(Person, rows(cast, [f"第{n}人" for n in range(50)]))
    assert indexes() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(bureau=cast.bureau, name="甲", staff_no="1")
        Person.objects.create(bureau=cast.bureau, name="乙", staff_no="1")


def test_a_large_insert_with_a_value_twice_is_refused_and_undone(cast, monkeypatch):
    monkeypatch.setattr(bulk, "_MANY", 40)
    before, there = indexes(), Person.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Person, rows(cast, [f"第{n}人" for n in range(50)], staff_no=["7"] * 50))
    assert indexes() == before
    assert Person.objects.count() == there
