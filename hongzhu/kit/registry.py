"""How rooms declare themselves upward without being imported by name.

A room calls these functions at import time (``measures.py``, ``desk.py``, ``pack.py``, ``rules.py``,
``tasks.py``); ``measures``, ``policies``, ``portal`` and ``config`` run what was declared.
``autodiscover`` imports those files of every installed room once, in the order of INSTALLED_APPS.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import override

from .perms import Perm

F = TypeVar("F", bound=Callable[..., Any])

DISCOVERED = ("rules", "pack", "measures", "desk", "tasks")


class Duplicate(Exception):
    """Two declarations used one name: rename one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a measure for one organisation. ``of`` is the denominator where there is one.

    ``value`` is None when nothing is known: missing is not zero.
    """

    org_id: int
    value: int | None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A published number: ``run(scope, period, known_at, **params) -> Iterable[Row]``.

    ``rows(scope, period, known_at, **params)`` returns the queryset of rows behind it (the drill-down).
    """

    code: str
    title: Any
    unit: Any
    basis: Any
    run: Callable[..., Iterable[Row]]
    rows: Callable[..., Any] | None = None
    combine: str = "sum"  # how the values of several bodies make one: sum, min (a floor), max (an ordinal)
    per: int = 1  # values to one ``unit``: 100 where money is counted in fen and read in yuan


@dataclass(frozen=True, slots=True)
class PackSection:
    """One room's section of a policy pack: a pydantic model, how versions merge, and its guard checks."""

    name: str
    schema: Any
    guard: Callable[[Any], Iterable[Any]] | None = None
    title: Any = ""


@dataclass(frozen=True, slots=True)
class CreditSource:
    """``rows(bureau_id) -> Iterable[tuple]`` recomputes every credit a room has earned, from its own tables."""

    kind: str
    rows: Callable[[int], Iterable[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Menu:
    """One entry of the main menu; shown when ``shown(user)`` is true. ``order`` sorts, ``tab`` puts it on the phone bar."""

    name: str
    title: Any
    url_name: str
    order: int
    shown: Callable[[Any], bool]
    icon: str = ""
    tab: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of a room's own navigation: ``about`` says in a line what is there.

    ``noun`` is the first word of the address's name (``party:dues_list`` → dues): every page of that noun marks the tab,
    and ``registry.waiting("party_dues")`` is what waits there.
    """

    title: Any
    url_name: str
    shown: Callable[[Any], bool]
    about: Any = ""

    @property
    def noun(self) -> str:
        return self.url_name.partition(":")[2].partition("_")[0]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing waiting for somebody: what, what is still lacking, until when, and the one button that does it.

    ``due_on`` None: no day. ``urgent`` marks what is due today or past. ``chip`` is an optional status.
    """

    title: Any
    text: Any = ""
    url: str = ""
    action: Any = ""
    due_on: Any = None
    urgent: bool = False
    chip: Any = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, one line about it, and where it opens."""

    label: Any
    url: str
    text: Any = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a panel, or of a person on their own page: a number or words; ``url`` opens the rows behind it.

    None is 未报, never 0.
    """

    label: Any
    value: Any = None
    url: str = ""
    unit: Any = ""
    chip: Any = None


@dataclass(frozen=True, slots=True)
class PanelData:
    """What a room shows on a unit's page: big figures, label-value lines, a list of things, one note at the head's end."""

    figures: tuple[Fact, ...] = ()
    lines: tuple[Fact, ...] = ()
    items: tuple[Due, ...] = ()
    note: Any = ""
    note_url: str = ""
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things waiting for a user: ``items(user, today) -> list[Due]``, a fixed number of queries."""

    name: str
    items: Callable[[Any, Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Search:
    """``find(user, text, limit) -> list[Hit]``; only what the user may open."""

    name: str
    title: Any
    find: Callable[[Any, str, int], list[Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A fact card on the page of a unit: ``build(user, org, on) -> PanelData | None``, fixed number of queries.

    ``wide`` is how many of the page's three columns the card takes.
    """

    name: str
    title: Any
    order: int
    build: Callable[..., Any]
    wide: int = 1


@dataclass(frozen=True, slots=True)
class Personal:
    """What a room holds about one person: ``facts(person, on) -> list[Fact]``, a fixed number of queries."""

    name: str
    title: Any
    order: int
    facts: Callable[[Any, Any], list[Fact]]


@dataclass(frozen=True, slots=True)
class Importer:
    """A table that can be imported: ``columns`` for the template; ``check(table, context) -> Report`` reads only;
    ``commit(table=, context=, by=, source=) -> Report`` checks again and writes all of it or raises ValidationError.

    ``export(context) -> (header, rows)`` hands the same table out, numbers masked.
    """

    name: str
    title: Any
    perm: Perm
    columns: tuple[Any, ...]
    check: Callable[..., Any]
    commit: Callable[..., Any]
    export: Callable[..., Any] | None = None
    notes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Work for the clock: ``run(now)``; idempotent, calls an action. ``every`` in seconds."""

    name: str
    title: Any
    every: int
    run: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing the platform already holds about a unit or a person, so that no table need ask for it again.

    ``code``: ``<room>.<name>``, never reused. ``type``: text, number, money (fen), date. ``basis``: the definition and the
    day it holds for. ``names``: titles people write over such a column. ``correct(id)``: where its source is corrected.
    ``perm``: the code of the permission that takes; "" where whoever opens that page may.
    ``ask_perm``: the code of the permission without which a body may not ask units for it; "" where every asker may.
    ``ask_instead``: a sentence that says what else to ask for.
    """

    code: str
    title: Any
    type: str
    basis: Any
    names: tuple[str, ...] = ()
    correct: Callable[[int], str] | None = None
    perm: str = ""
    ask_perm: str = ""
    ask_instead: Any = ""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Fields of one room: ``values(ids, on, codes) -> {id: {code: value}}`` in a fixed number of queries.

    ``of``: "unit" (ids of bodies) or "person" (ids of persons). What is not known is left out: missing is not zero.
    """

    name: str
    of: str
    fields: tuple[Field, ...]
    values: Callable[[Any, Any, Any], dict[int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of figures for reports: ``text(org, period) -> str``; figures only, nothing invented."""

    name: str
    title: Any
    text: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class Visit:
    """How often somebody went where they answer for, in a period: the last day, and how many times."""

    last_on: Any = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Mover:
    """Who carries memberships from body to body: ``waits(person_ids) -> {person_id: why}`` says whose place may not be
    changed just now, ``follow({person_id: org_id}, on)`` brings along what hangs on the places, in the same transaction,
    and ``ask(person_id) -> url`` is where a move is asked for. ``pass_over(org_id, successor_id, on)`` hands on what else
    a body leaves behind that ends; it raises ValidationError when nobody takes it over. Set-based: imports ask for many.
    """

    name: str
    waits: Callable[[Collection[int]], dict[int, str]]
    follow: Callable[[Mapping[int, int], Any], None]
    pass_over: Callable[[int, int | None, Any], None]
    ask: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing a changed pack would move: ``before`` and ``after`` in words a person reads."""

    title: str
    org_id: int
    org_label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``run(bureau, old, new, period) -> Iterable[Moved]``: what a changed pack would move; set-based."""

    name: str
    title: Any
    run: Callable[..., Iterable[Moved]]


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the writes of a room are called: ``title`` the room, ``words`` by the verb after its dot."""

    title: Any
    words: Mapping[str, Any]


@dataclass(slots=True)
class _Book:
    """All declarations of one process."""

    perms: dict[str, Perm] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    sections: dict[str, PackSection] = field(default_factory=dict)
    credit_sources: dict[str, CreditSource] = field(default_factory=dict)
    menus: dict[str, Menu] = field(default_factory=dict)
    tabs: dict[str, list[Tab]] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    searches: dict[str, Search] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    personal: dict[str, Personal] = field(default_factory=dict)
    importers: dict[str, Importer] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    links: dict[str, Callable[[int], str]] = field(default_factory=dict)
    previews: dict[str, Preview] = field(default_factory=dict)
    seals: dict[str, Callable[[int, Any], Any]] = field(default_factory=dict)
    doors: dict[str, Callable[[Any, int], Any]] = field(default_factory=dict)
    recents: dict[str, Callable[[Any, Any, int], list[Due]]] = field(default_factory=dict)
    visits: dict[str, Callable[[Iterable[int], Any], dict[int, Visit]]] = field(default_factory=dict)
    movers: dict[str, Mover] = field(default_factory=dict)
    guides: dict[str, Callable[[Collection[int]], dict[int, str]]] = field(default_factory=dict)
    fields: dict[str, FieldSource] = field(default_factory=dict)
    paragraphs: dict[str, Paragraph] = field(default_factory=dict)
    deeds: dict[str, Deeds] = field(default_factory=dict)
    paper_values: dict[str, dict[str, Any]] = field(default_factory=dict)


book = _Book()


def _put(shelf: dict[str, Any], name: str, thing: Any) -> None:
    if name in shelf:
        raise Duplicate(name)
    shelf[name] = thing


def perm(
    code: str, title: Any, *, roles: Iterable[str], second_factor: bool = False, past: bool = False
) -> Perm:  # fmt: skip
    """Declare a permission named ``<room>.<verb>`` and the roles that carry it; ``past``: it reads the records of closed
    bodies too."""
    made = Perm(code=code, title=title, roles=frozenset(roles), second_factor=second_factor, past=past)
    _put(book.perms, code, made)
    return made


def measure(
    code: str,
    *,
    title: Any,
    unit: Any,
    basis: Any,
    rows: Callable[..., Any] | None = None,
    combine: str = "sum",
    per: int = 1,
) -> Callable[[F], F]:
    """Publish a measure; see :class:`Measure`."""

    def publish(run: F) -> F:
        made = Measure(
            code=code, title=title, unit=unit, basis=basis, run=run, rows=rows, combine=combine, per=per
        )  # fmt: skip
        _put(book.measures, code, made)
        return run

    return publish


def pack_section(
    name: str, schema: type, *, guard: Callable[[Any], Iterable[Any]] | None = None, title: Any = ""
) -> None:
    _put(book.sections, name, PackSection(name=name, schema=schema, guard=guard, title=title))


def credit_source(kind: str) -> Callable[[F], F]:
    def declare(rows: F) -> F:
        _put(book.credit_sources, kind, CreditSource(kind=kind, rows=rows))
        return rows

    return declare


def deeds(room: str, title: Any, words: Mapping[str, Any]) -> None:
    """Declare the words of ``<room>.<verb>``, as audit entries are read by people."""
    _put(book.deeds, room, Deeds(title, words))


def menu(entry: Menu) -> None:
    _put(book.menus, entry.name, entry)


def tabs(room: str, entries: list[Tab]) -> None:
    """Declare a room's own navigation, in order; pages that extend the room's base template show it."""
    _put(book.tabs, room, entries)


def waiting(name: str) -> Callable[[F], F]:
    def declare(items: F) -> F:
        _put(book.waiting, name, Waiting(name=name, items=items))
        return items

    return declare


def search(name: str, *, title: Any) -> Callable[[F], F]:
    def declare(find: F) -> F:
        _put(book.searches, name, Search(name=name, title=title, find=find))
        return find

    return declare


def panel(name: str, *, title: Any, order: int, wide: int = 1) -> Callable[[F], F]:
    def declare(build: F) -> F:
        _put(book.panels, name, Panel(name=name, title=title, order=order, build=build, wide=wide))
        return build

    return declare


def personal(name: str, *, title: Any, order: int) -> Callable[[F], F]:
    """Add a room's part to a member's "my data" page; see :class:`Personal`."""

    def declare(facts: F) -> F:
        _put(book.personal, name, Personal(name=name, title=title, order=order, facts=facts))
        return facts

    return declare


def importer(entry: Importer) -> None:
    _put(book.importers, entry.name, entry)


def task(name: str, *, title: Any, every: int) -> Callable[[F], F]:
    def declare(run: F) -> F:
        _put(book.tasks, name, Task(name=name, title=title, every=every, run=run))
        return run

    return declare


def preview(name: str, *, title: Any = "") -> Callable[[F], F]:
    """Declare what a changed pack moves in a room; see :class:`Preview`."""

    def declare(run: F) -> F:
        _put(book.previews, name, Preview(name=name, title=title, run=run))
        return run

    return declare


def seal(name: str) -> Callable[[F], F]:
    """Declare how far back a room's periods are closed: ``fn(bureau_id, on) -> date | None``, a day in the last of them.

    What holds from that day or earlier would move values already taken; None: nothing is closed yet.
    """

    def declare(fn: F) -> F:
        _put(book.seals, name, fn)
        return fn

    return declare


def link(kind: str) -> Callable[[F], F]:
    """Declare the address of a kind of thing: ``kind`` as in Ref, ``fn(id) -> url``."""

    def declare(fn: F) -> F:
        _put(book.links, kind, fn)
        return fn

    return declare


def door(kind: str) -> Callable[[F], F]:
    """Declare the door of a kind of thing: ``fn(user, id) -> object``, 404 when unseen, 403 when not allowed."""

    def declare(fn: F) -> F:
        _put(book.doors, kind, fn)
        return fn

    return declare


def recent(name: str) -> Callable[[F], F]:
    """Declare what was last done at a body: ``fn(user, org, limit) -> list[Due]``, newest first."""

    def declare(fn: F) -> F:
        _put(book.recents, name, fn)
        return fn

    return declare


def visits(name: str) -> Callable[[F], F]:
    """Declare who knows of visits to contact points: ``fn(contact_ids, period) -> {contact id: Visit}``, set-based."""

    def declare(fn: F) -> F:
        _put(book.visits, name, fn)
        return fn

    return declare


def guide(name: str) -> Callable[[F], F]:
    """Declare who leads persons into the Party step by step: ``fn(person_ids) -> {person_id: where}`` says of those
    still on the way where they stand and by what they go on. Their standing changes by those steps only.
    """

    def declare(fn: F) -> F:
        _put(book.guides, name, fn)
        return fn

    return declare


def mover(entry: Mover) -> None:
    """Declare who carries memberships from body to body; see :class:`Mover`."""
    _put(book.movers, entry.name, entry)


def fields(name: str, *, of: str, holds: Iterable[Field]) -> Callable[[F], F]:
    """Declare fields a room holds; see :class:`FieldSource`. A field's code is declared once in the house."""

    def declare(values: F) -> F:
        @wraps(values)
        def told(*asked: Any) -> Any:
            # What stands in a table is Chinese, whatever language the reader of the page chose.
            with override(settings.LANGUAGE_CODE):
                return values(*asked)

        made = FieldSource(name=name, of=of, fields=tuple(holds), values=told)
        known = {one.code for source in book.fields.values() for one in source.fields}
        for one in made.fields:
            if one.code in known:
                raise Duplicate(one.code)
            known.add(one.code)
        _put(book.fields, name, made)
        return values

    return declare


def paper_values(paper: str, names: Mapping[str, Any]) -> None:
    """Declare what a paper or copy card can show: source → what people call it, in the order it is offered.

    ``paper``: code of documents.sheets, or ``card.act`` and ``card.person`` for the cards of upper systems. Declared by the
    room that fills the paper in; a source without a name here is not offered and prints nothing.
    """
    _put(book.paper_values, paper, dict(names))


def paragraph(name: str, *, title: Any) -> Callable[[F], F]:
    """Declare a paragraph of figures; see :class:`Paragraph`."""

    def declare(text: F) -> F:
        _put(book.paragraphs, name, Paragraph(name=name, title=title, text=text))
        return text

    return declare


def autodiscover(packages: Iterable[str]) -> None:
    """Import the declaring files of each room once. A room without the file is fine; a broken file is not."""
    for package in packages:
        for name in DISCOVERED:
            dotted = f"{package}.{name}"
            if importlib.util.find_spec(dotted) is not None:
                importlib.import_module(dotted)
