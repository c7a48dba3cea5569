"""Every list that is paged can be taken away as Excel from its own page; others stand here with their reason."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver

from hongzhu.kit.http import reads
from tests.architecture.addresses import Address, addresses

# A paged list without an Excel of its own: address name -> reason.
NOT_TAKEN_AWAY: dict[str, str] = {
    "access:accounts": "who may sign in is looked at, not handed round",
    "access:grants": "who holds which role is looked at, not handed round",
    "audit:entry_list": "the journal leaves whole and checkable, by `hongzhu audit export`",
    "audit:refusal_list": "as the journal",
    "documents:message_list": "reminders to one account; each leads to its work",
    "measures:rows": "records of many rooms; each room's own list has its Excel, the figures have theirs",
    "people:import_preview": "the rows of a file its reader has just uploaded",
    "policies:guide_list": "texts to read, a page each",
}

_PAGES = re.compile(r"\bPaginator\(")
_TEMPLATE = re.compile(r'"([a-z_]+/[a-z_]+\.html)"')
# A link to an export by the names the rooms give it, or an address the view made (excel_url).
_LINK = re.compile(r'{%\s*url\s+"[a-z_]+:\w*(?:export|paper|table)\w*"|{{\s*excel_url\s*}}')


def helpers(bare: Callable[..., Any]) -> str:
    """The text of the functions of its own module that a view calls."""
    called = re.findall(r"(?<![.\w])([a-z_]\w*)\(", inspect.getsource(bare))
    found = [bare.__globals__.get(name) for name in dict.fromkeys(called)]
    own = [one for one in found if inspect.isfunction(one) and one.__module__ == bare.__module__ and one is not bare]
    return "\n".join(map(inspect.getsource, own))


def paged_template(view: Callable[..., Any]) -> str:
    """The template of a view that pages its rows, itself or by a helper; "" for every other view."""
    bare = inspect.unwrap(view)
    source, further = inspect.getsource(bare), helpers(bare)
    found = _TEMPLATE.search(source) or _TEMPLATE.search(further)
    return found[1] if found and _PAGES.search(source + further) else ""


def faults(found: list[Address], allowed: dict[str, str]) -> list[str]:
    said = []
    for address in found:
        if not address.foreign and address.page == "reads" and (name := paged_template(address.view)):
            text = get_template(name).template.source  # type: ignore[attr-defined]
            if not _LINK.search(text) and address.name not in allowed:
                said.append(f"{address.name}: {name} offers no 下载Excel; give it one, or say why in NOT_TAKEN_AWAY")
    return said


def test_every_paged_list_offers_its_excel() -> None:
    assert faults(addresses(), NOT_TAKEN_AWAY) == []


def test_the_check_reads_the_lists_there_are() -> None:
    paged = {address.name for address in addresses() if not address.foreign and paged_template(address.view)}
    assert len(paged) > 15
    assert {
        "activities:act_list",
        "documents:document_list",
        "orgs:org_list",
        "people:roster",
        "registers:honour_list",
    } <= paged


def test_exceptions_are_needed_and_have_reasons() -> None:
    needed = {fault.partition(": ")[0] for fault in faults(addresses(), {})}
    assert set(NOT_TAKEN_AWAY) == needed
    assert all(NOT_TAKEN_AWAY.values())


def test_twin_a_list_without_a_link_is_found() -> None:
    @reads
    def bare(request: HttpRequest) -> HttpResponse:
        return render(request, "portal/search.html", {"page": Paginator([], 10)})

    @reads
    def linked(request: HttpRequest) -> HttpResponse:
        return render(request, "orgs/org_list.html", {"page": Paginator([], 10)})

    @reads
    def unpaged(request: HttpRequest) -> HttpResponse:
        return render(request, "portal/search.html")

    resolver = URLResolver(RegexPattern(r"^/"), "twin")
    patterns = [path("a/", bare, name="a"), path("b/", linked, name="b"), path("c/", unpaged, name="c")]
    resolver.__dict__["url_patterns"] = patterns
    assert [fault.partition(":")[0] for fault in faults(addresses(resolver), {})] == ["a"]
    assert faults(addresses(resolver), {"a": "because"}) == []
