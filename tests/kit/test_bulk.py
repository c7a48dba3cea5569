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
