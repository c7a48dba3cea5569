"""How the registers of posts, sending and training are shown: one list, one page, one form; what a list shows, its Excel has.

And the page of all registers of people sent out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.chips import Chip
from hongzhu.kit.http import download, reads
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.forms.sending import FilterForm
from hongzhu.services.party.queries import sending

PAGE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register: its title, the value of a row, how it stands (``hz-sub``, ``hz-sum``, ``hz-r``, ``hz-drop``).

    ``opens``: where a number's rows are.
    """

    title: str
    value: Callable[[Any], Any]
    css: str = "hz-sub"
    opens: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its column's title and stand; ``kind`` tells the template how to write it."""

    value: Any
    title: str
    css: str
    url: str = ""

    @property
    def kind(self) -> str:
        if isinstance(self.value, date):
            return "day"
        if isinstance(self.value, Chip):
            return "chip"
        return "number" if isinstance(self.value, int) and not isinstance(self.value, bool) else "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, where that opens, the other cells, and buttons (label, address) that act on it."""

    name: Any
    url: str
    cells: Sequence[Cell]
    buttons: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of a list: the name in the address, its label, what it offers, what is chosen."""

    name: str
    label: str
    options: Sequence[tuple[Any, Any]]
    chosen: Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a page."""

    title: str
    header: Sequence[Column]
    lines: Sequence[Line]
    empty: str = ""

    @property
    def acting(self) -> bool:
        return any(line.buttons for line in self.lines)


@dataclass(frozen=True, slots=True)
class Short:
    """A short form at the side of a page, posted to an address of its own."""

    title: str
    form: Any
    url: str
    button: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything a list page says beside its rows."""

    title: str
    columns: Sequence[Column]
    export: str
    empty: tuple[str, str]
    filters: Sequence[Choice] = ()
    figures: Sequence[tuple[str, Any]] = ()
    new: tuple[str, str] | None = None
    buttons: Sequence[tuple[str, str]] = ()
    papers: Sequence[tuple[str, str]] = ()
    back: str = ""
    note: str = ""
    finds: bool = True  # whether a row can be looked for by name
    asked: Sequence[tuple[str, str]] = ()  # what the address says beside the filters, kept by a search


def chosen(request: HttpRequest) -> dict[str, Any]:
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    return form.cleaned_data


def _cell(column: Column, row: Any) -> Cell:
    """A blank says nothing on a phone's card, so it is left out there; the table on a desk keeps its place."""
    value = column.value(row)
    css = column.css if value not in (None, "") else f"{column.css} hz-drop"
    return Cell(value, column.title, css, column.opens(row) if column.opens and value else "")


def lines_of(
    columns: Sequence[Column], rows: Iterable[Any], link: Callable[[Any], str] | None = None,
    buttons: Callable[[Any], Sequence[tuple[str, str]]] | None = None,
) -> list[Line]:  # fmt: skip
    """The rows as the columns write them; the first column is the row's name."""
    name, *rest = columns
    return [
        Line(
            name=name.value(row),
            url=link(row) if link else "",
            cells=[_cell(column, row) for column in rest],
            buttons=buttons(row) if buttons else (),
        )
        for row in rows
    ]


def show_list(
    request: HttpRequest, listing: Listing, rows: Any, link: Callable[[Any], str] | None = None
) -> HttpResponse:
    """A register: head, filters, rows by the page, its Excel."""
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "party/sending_list.html",
        {"listing": listing, "page": page, "lines": lines_of(listing.columns, page.object_list, link),
         "excel_url": f"{reverse(listing.export)}?{request.GET.urlencode()}", "q": request.GET.get("q", "")},
    )  # fmt: skip


def excel(title: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """The rows of a list as .xlsx: the columns of the page."""
    told = ([_plain(column.value(row)) for column in columns] for row in rows)
    name = sheets.file_name(title, f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(title, [column.title for column in columns], told), name)


def _plain(value: Any) -> Any:
    return str(value.word) if isinstance(value, Chip) else value


def show_form(
    request: HttpRequest, form: Any, *, title: str, back: str, subtitle: str = "", note: str = ""
) -> HttpResponse:
    return render(
        request, "party/sending_form.html",
        {"form": form, "title": title, "back": back, "subtitle": subtitle, "note": note},
    )  # fmt: skip


def fill(
    request: HttpRequest, form: Any, write: Callable[..., Any], *, title: str, back: str, done: str,
    goes: Callable[[Any], str] | None = None, subtitle: str = "", note: str = "",
) -> HttpResponse:  # fmt: skip
    """A form page: shown, or written and on to where it goes; a refusal shows it again with what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            made = write(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect(goes(made) if goes else back)
    return show_form(request, form, title=title, back=back, subtitle=subtitle, note=note)


Refused = tuple[str, Any] | None  # the name of a short form of a page, and the form as it was typed


def act(
    request: HttpRequest, form: Any, write: Callable[..., Any], *, back: str, done: str,
    again: Callable[[Any], HttpResponse] | None = None,
) -> HttpResponse:  # fmt: skip
    """A short form of a page: written and back, or ``again`` with what was typed and why it was refused.

    Without ``again`` (a button that asks for nothing) the refusal stands above the page.
    """
    try:
        if form is None or form.is_valid():
            write(**(form.cleaned_data if form is not None else {}))
            messages.success(request, done)
            return redirect(back)
    except ValidationError as error:
        if form is None or again is None:
            for sentence in error.messages:
                messages.error(request, sentence)
            return redirect(back)
        form.add_error(None, error)
    return again(form) if again is not None else redirect(back)


def short(name: str, title: str, form: Any, url: str, button: str, *, refused: Refused, opened: bool = False) -> Short:
    """A short form; the one that was refused shows what was typed, and why."""
    mine = refused is not None and refused[0] == name
    return Short(title, refused[1] if refused and mine else form, url, button, opened or mine)


def show_page(
    request: HttpRequest, *, title: str, back: str, pairs: Sequence[tuple[str, Any]], subtitle: str = "",
    chip: Chip | None = None, tables: Sequence[Table] = (), forms: Sequence[Short] = (), refused: Refused = None,
    papers: Sequence[tuple[str, str]] = (), buttons: Sequence[tuple[str, str]] = (), primary: bool = False,
) -> HttpResponse:  # fmt: skip
    """One thing with its facts, its tables and the short forms that change it; ``primary`` marks the first button."""
    facts = [Cell(value, label, "") for label, value in pairs if value not in (None, "")]
    return render(
        request, "party/sending_page.html",
        {"title": title, "subtitle": subtitle, "back": back, "chip": chip, "facts": facts, "tables": tables,
         "forms": forms, "papers": papers, "buttons": buttons, "primary": primary, "refused": refused[1] if refused else None},
    )  # fmt: skip


def years_from(today: date, back: int = 5, ahead: int = 0) -> list[tuple[int, int]]:
    return [(year, year) for year in range(today.year + ahead, today.year - back - 1, -1)]


@reads
def index(request: HttpRequest) -> HttpResponse:
    """The registers of people sent out, moved, chosen and led."""
    access.require(request.user, rules.VIEW)
    entries = [
        ("party:sending_dispatch_list", _("党建指导员"), _("派到“两新”组织的人次、到访和办成事项"), True),
        ("party:sending_cadre_list", _("干部任免"), _("考察、讨论决定、公示、任免，逐步登记"), sending.office(request.user, rules.VIEW)),
        ("party:sending_reserve_list", _("后备人选"), _("谁是哪个职务的后备人选，何时入库出库"), sending.office(request.user)),
        ("party:sending_talent_list", _("党建人才"), _("专家团队、骨干团队：推荐、评审、任期、任务"), True),
        ("party:sending_cultivation_list", _("双培养"), _("谁在哪个方向上培养，联系人是谁，达成几人"), True),
        ("party:sending_community_list", _("社区报到"), _("在职党员到社区报到和服务，还没有报到的名单"), True),
        ("party:sending_leader_list", _("双带头"), _("教师党支部书记的党务和业务两方面情况"), True),
    ]  # fmt: skip
    shown = [(url, title, about) for url, title, about, may in entries if may]
    return render(request, "party/sending_index.html", {"entries": shown})
