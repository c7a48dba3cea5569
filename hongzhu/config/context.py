"""What every page of the house shows around itself: brand, menu, tabs, search, language, who is at work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.kit.registry import book

TABS = 4  # the fifth place on the phone's bar is 更多
PLACES = 7  # what fits beside the search field at 1280 px, in English too; the rest stands under 更多


def address(name: str) -> str:
    """The address of a page, or nothing when its room is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries this user is shown, in order, the current one marked."""
    match = getattr(request, "resolver_match", None)
    view_name, namespace = (match.view_name, match.namespace) if match else ("", "")
    shown = [
        {
            "name": entry.name,
            "title": entry.title,
            "url": url,
            "icon": entry.icon or "list",
            "tab": entry.tab,
            "to": entry.url_name,
        }
        for entry in sorted(book.menus.values(), key=lambda entry: (entry.order, entry.name))
        if (url := address(entry.url_name)) and entry.shown(request.user)
    ]
    # The page itself wins over its room: two entries may lead into one room.
    here = next((entry for entry in shown if entry["to"] == view_name), None) or next(
        (entry for entry in shown if namespace and entry["to"].partition(":")[0] == namespace), None
    )
    for entry in shown:
        entry["here"] = entry is here
    return shown


def room_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation inside the room of this page, for rooms that have one; no query beyond the acting grant."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.namespace not in book.tabs:
        return []
    noun = (match.url_name or "").partition("_")[0]
    return [
        {"title": tab.title, "url": url, "about": tab.about, "here": tab.noun == noun}
        for tab in book.tabs[match.namespace]
        if (url := address(tab.url_name)) and tab.shown(request.user)
    ]


def in_bar(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first entries; the current one takes the last place when it would not be among them."""
    if len(entries) <= PLACES:
        return entries
    first, rest = entries[: PLACES - 1], entries[PLACES - 1 :]
    return [*first, next((entry for entry in rest if entry["here"]), rest[0])]


def duties(user: Any) -> list[dict[str, Any]]:
    """What somebody with more than one duty may act as, the present one marked; nothing for everybody else.

    No query: the menu has asked for the acting grant before, and the others were read with it.
    """
    acting = access.acting_grant(user)
    held = access.own_grants(user) if acting is not None else []
    if acting is None or len(held) < 2:
        return []
    return [
        {
            "pk": grant.pk,
            "role": grant.get_role_display(),
            "org": grant.org.name,
            "for": grant.delegated_by.person.name if grant.delegated_by else "",
            "here": grant.pk == acting.pk,
        }
        for grant in held
    ]


def around(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    entries = menu(request) if signed_in else []
    language = get_language() or settings.LANGUAGE_CODE
    other = next((code, name) for code, name in settings.LANGUAGES if code.split("-")[0] != language.split("-")[0])
    return {
        "brand": _("红烛"),
        "signed_in": signed_in,
        "menu": entries,
        "bar": in_bar(entries),
        "here": next((entry["name"] for entry in entries if entry["here"]), ""),
        "tabs": [entry for entry in entries if entry["tab"]][:TABS],
        "room_tabs": room_tabs(request) if signed_in else [],
        "home": address("portal:home") or "/",
        "search": address("portal:search") if signed_in else "",
        "me": str(user) if signed_in else "",
        "me_url": address("access:me") if signed_in else "",
        "acting": _("代%s") % user.acting_label if signed_in and getattr(user, "acting_label", "") else "",
        "duties": duties(user) if signed_in else [],
        "act_as": address("access:act_as") if signed_in else "",
        "sign_in": address("account_login"),
        "sign_out": address("account_logout") if signed_in else "",
        "set_language": address("set_language"),
        "other_language": {"code": other[0], "name": other[1]},
    }


def house(request: HttpRequest) -> dict[str, Any]:
    """Built only when a template asks for it, so that fragments cost nothing."""
    return {"house": SimpleLazyObject(lambda: around(request))}
