"""The door table: every address × method × member of the cast has a known answer, and a refusal writes nothing."""

from __future__ import annotations

import importlib
import logging
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import path, reverse
from django.urls.resolvers import RegexPattern, URLResolver

from hongzhu.kit.http import acts, fills, reads
from tests.architecture.addresses import Address, addresses
from tests.doors import CAST, LOG_TABLES, Door, expect

TESTS = Path(__file__).resolve().parent.parent
WRITE = re.compile(r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


def collect() -> list[Door]:
    """The rows of every ``tests/**/doors.py`` but the one that defines their shape."""
    doors: list[Door] = []
    for file in sorted(TESTS.rglob("doors.py")):
        if file.parent != TESTS:
            dotted = ".".join(file.relative_to(TESTS.parent).with_suffix("").parts)
            doors += importlib.import_module(dotted).DOORS
    return doors


def gaps(found: Iterable[Address], doors: Iterable[Door]) -> list[str]:
    """Addresses without a row, rows without an address, addresses without a name, rows told twice."""
    said: list[str] = []
    wanted: dict[tuple[str, str], str] = {}
    for address in found:
        if not address.name:
            said.append(f"{address.route}: an address needs a name")
        wanted |= {(address.name, method): address.route for method in address.methods if address.name}
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for door in doors:
        cases = rows[door.url_name, door.method]
        if door.case in cases:
            said.append(f"{door}: two rows with the same case")
        cases.append(door.case)
    said += [
        f"{method} {name} ({route}): no row" for (name, method), route in wanted.items() if (name, method) not in rows
    ]
    said += [f"{method} {name}: a row without an address" for (name, method) in rows if (name, method) not in wanted]
    return sorted(said)


class Written:
    """The tables that some statement inserted into, changed or deleted from: a wrapper around each execution."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITE.match(sql):
            self.tables.add(found[1].lower())
        return execute(sql, params, many, context)


def is_refusal(response: HttpResponse) -> bool:
    """401, 403, 404, 405, 429, or sent to sign in."""
    if response.status_code in {401, 403, 404, 405, 429}:
        return True
    to = response.headers.get("Location", "")
    return 300 <= response.status_code < 400 and to.startswith(resolve_url(settings.LOGIN_URL))


def ask(client: Client, door: Door, url: str, data: Mapping[str, Any]) -> HttpResponse:
    headers = {"HX-Request": "true"} if door.htmx else {}
    send = client.get if door.method == "GET" else client.post
    return send(url, data, headers=headers)


def kept_out(status: int) -> bool:
    return status in {301, 302, 401, 403, 404, 405, 429}


def sample(door: Door, *, all_kept_out: bool = False) -> list[str]:
    """One member for each answer the row expects, another one at each door, and always who is next door or outside.

    ``all_kept_out``: and everybody who is to be refused or sent elsewhere; of those let in two will do.
    """
    number = zlib.crc32(str(door).encode())
    picked = {"outsider", "neighbour"}
    for status in set(door.expected.values()):
        having = [name for name in CAST if door.expected[name] == status]
        picked.add(having[number % len(having)])
        if all_kept_out:
            picked.update(having if kept_out(status) else [having[(number + 1) % len(having)]])
    return [name for name in CAST if name in picked]


def run(door: Door, cast: Any, names: Sequence[str] = CAST) -> list[str]:
    """Members at this door, every one unless told whom; the wrong answers as sentences."""
    said: list[str] = []
    with transaction.atomic():
        it = door.make(cast)
        url = reverse(door.url_name, kwargs=dict(door.kwargs(it)) or None)
        data = dict(door.data(it))
        keys = cast.sign_in(name for name in names if name != "anonymous")
        client = Client(raise_request_exception=False)
        for name in names:
            client.cookies.clear()  # another browser, behind the same chain of middleware
            if name in keys:
                client.cookies[settings.SESSION_COOKIE_NAME] = keys[name]
            written = Written()
            with transaction.atomic():
                with connection.execute_wrapper(written):
                    response = ask(client, door, url, data)
                transaction.set_rollback(True)
            said += judge(door, name, response, written.tables)
        transaction.set_rollback(True)
    return said


def judge(door: Door, name: str, response: HttpResponse, tables: set[str]) -> list[str]:
    said: list[str] = []
    if response.status_code != door.expected[name]:
        said.append(f"{door} as {name}: {response.status_code}, expected {door.expected[name]}")
    if is_refusal(response):
        if stray := tables - LOG_TABLES - door.may_write:
            said.append(f"{door} as {name}: refused with {response.status_code}, yet wrote {', '.join(sorted(stray))}")
    elif door.follow_to and door.follow_to not in response.headers.get("Location", ""):
        said.append(
            f"{door} as {name}: sent to {response.headers.get('Location', 'nowhere')!r}, not {door.follow_to!r}"
        )
    return said


DOORS = collect()


def test_every_address_has_its_rows() -> None:
    assert gaps(addresses(), DOORS) == []


@pytest.fixture
def quiet() -> Iterator[None]:
    """Six in ten of these requests are refused on purpose: nobody reads a traceback of each."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_door(cast: Any, door: Door) -> None:
    """On SQLite everybody who must be kept out, on PostgreSQL a sample; test_doors_deep.py asks all on both."""
    assert run(door, cast, sample(door, all_kept_out=connection.vendor == "sqlite")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", [a for a in addresses() if a.page], ids=lambda a: a.name or a.route)
def test_other_methods_are_refused(address: Address, rf: Any) -> None:
    """What a decorator does not name is 405 before the view runs: PUT anywhere, POST where one only looks."""
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(address.methods):
        assert address.view(rf.generic(method, "/")).status_code == 405


# --- twins: each complaint is really made


def _shown(request: Any) -> HttpResponse:
    return HttpResponse("ok")


def _resolver(*patterns: Any) -> URLResolver:
    resolver = URLResolver(RegexPattern(r"^/"), "twin")
    resolver.__dict__["url_patterns"] = list(patterns)
    return resolver


def test_twin_missing_and_stray_rows_are_found() -> None:
    found = addresses(
        _resolver(
            path("a/", reads(_shown), name="a"),
            path("b/", fills(_shown), name="b"),
            path("c/", acts(_shown)),
        )
    )
    everyone = expect(rest=200)
    rows = [
        Door("a", "GET", everyone),
        Door("b", "GET", everyone),
        Door("b", "GET", everyone),
        Door("gone", "GET", everyone),
    ]

    assert gaps(found, rows) == [
        "GET b: two rows with the same case",
        "GET gone: a row without an address",
        "POST b (b/): no row",
        "c/: an address needs a name",
    ]


def test_twin_writes_and_wrong_answers_are_found() -> None:
    door = Door("a", "POST", expect(rest=403), follow_to="/there/")
    statements = [
        'INSERT INTO "orgs_org" ("name") VALUES (1)',
        'UPDATE "audit_refusal" SET "at" = 1',
        'SELECT 1 FROM "people_person" FOR UPDATE',
        'INSERT OR IGNORE INTO "credits_credit" VALUES (1)',
        "DELETE FROM files_file",
    ]
    written = Written()
    for statement in statements:
        written(lambda *_: None, statement, (), False, {})
    tables = written.tables
    refused, moved = HttpResponse(status=403), HttpResponse(status=302, headers={"Location": "/elsewhere/"})

    assert tables == {"orgs_org", "audit_refusal", "credits_credit", "files_file"}
    assert judge(door, "member", refused, {"audit_refusal", "django_session"}) == []
    assert len(judge(door, "member", refused, tables)) == 1
    assert len(judge(door, "member", moved, set())) == 2
    assert is_refusal(HttpResponse(status=302, headers={"Location": resolve_url(settings.LOGIN_URL) + "?next=/"}))
    assert not is_refusal(moved)


def test_a_sample_has_every_answer_and_the_doors_together_every_member() -> None:
    for door in DOORS:
        assert {door.expected[name] for name in sample(door)} == set(door.expected.values())
        assert {"outsider", "neighbour"} <= set(sample(door))
        wide = sample(door, all_kept_out=True)
        assert {name for name in CAST if kept_out(door.expected[name])} <= set(wide)
        assert set(sample(door)) <= set(wide)
    asked = [name for door in DOORS for name in sample(door)]
    assert min(asked.count(name) for name in CAST) > len(DOORS) / 20


def test_twin_a_row_must_name_the_whole_cast() -> None:
    with pytest.raises(ValueError, match="not in the cast"):
        expect(rest=404, nobody=200)
    with pytest.raises(ValueError, match="every member"):
        Door("a", "GET", {"member": 200})
    with pytest.raises(ValueError, match="GET or POST"):
        Door("a", "PUT", expect(rest=405))
