"""What stands around every page: the menu a person is shown, the error pages, the headers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path, resolve
from django.utils import translation
from django.views.defaults import bad_request, server_error

from hongzhu.config.context import house, in_bar
from hongzhu.config.middleware import headers
from hongzhu.kit import registry

PAGE = """{% extends "base.html" %}{% block title %}<b>一览</b>{% endblock %}
{% block main %}<h1>正文</h1>{% endblock %}"""
INNER = """{% extends "base.html" %}{% block title %}内页{% endblock %}{% block nav %}party{% endblock %}
{% block back %}/up{% endblock %}{% block main %}<h1>正文</h1>{% endblock %}"""


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


@login_not_required
def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("请先退回补正。")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret internals")


room = ([path("", page, name="list"), path("year/", page, name="year")], "party")
urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("party/", include(room, namespace="party")),
    path("desk/", page, name="desk"),
    path("refused/", refused),
    path("broken/", broken),
]
pytestmark = pytest.mark.urls(__name__)


class Person:
    is_authenticated = True
    is_active = False
    acting_label = "柳林支部"

    def __str__(self) -> str:
        return "周予安"


@pytest.fixture
def menus(monkeypatch):
    entries = [
        registry.Menu("party", "党务", "party:list", 20, lambda user: True, icon="people", tab=True),
        registry.Menu("desk", "工作台", "desk", 10, lambda user: True, icon="home", tab=True),
        registry.Menu("year", "全年一览", "party:year", 30, lambda user: True),
        registry.Menu("hidden", "审计", "desk", 5, lambda user: False),
        registry.Menu("absent", "没有的房间", "nowhere:list", 1, lambda user: True),
    ]
    monkeypatch.setattr(registry.book, "menus", {entry.name: entry for entry in entries})


def at(address: str, user: object = None) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = user or AnonymousUser()
    request.resolver_match = resolve(address)
    return request


def test_the_menu_is_what_this_user_is_shown_in_order(menus):
    seen = house(at("/party/", Person()))["house"]
    assert [entry["title"] for entry in seen["menu"]] == ["工作台", "党务", "全年一览"]
    assert [entry["title"] for entry in seen["tabs"]] == ["工作台", "党务"]
    assert (seen["me"], seen["acting"]) == ("周予安", "代柳林支部")


@pytest.mark.parametrize(("address", "here"), [("/party/", "party"), ("/party/year/", "year"), ("/desk/", "desk")])
def test_the_current_entry_is_marked_once(menus, address, here):
    seen = house(at(address, Person()))["house"]
    assert seen["here"] == here
    assert sum(entry["here"] for entry in seen["menu"]) == 1


def test_a_long_menu_keeps_the_current_place_in_the_bar():
    entries = [{"name": str(n), "here": n == 9} for n in range(1, 11)]
    assert [entry["name"] for entry in in_bar(entries)] == ["1", "2", "3", "4", "5", "6", "9"]
    assert in_bar(entries[:7]) == entries[:7]
    assert [entry["name"] for entry in in_bar(entries[:8])] == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_stranger_sees_no_menu(menus):
    seen = house(at("/desk/"))["house"]
    assert (seen["menu"], seen["tabs"], seen["me"], seen["sign_out"]) == ([], [], "", "")


def test_the_other_language_is_offered():
    assert house(at("/desk/"))["house"]["other_language"]["code"] == "en"
    with translation.override("en"):
        assert house(at("/desk/"))["house"]["other_language"]["code"] == "zh-hans"


def test_fragments_pay_nothing_for_the_house(menus, monkeypatch):
    monkeypatch.setattr("hongzhu.config.context.around", lambda request: pytest.fail("built for nothing"))
    assert house(at("/desk/", Person()))


def render(text: str, request: HttpRequest) -> str:
    return engines["django"].from_string(text).render({}, request)


def test_the_base_page_marks_place_and_says_its_title_twice(menus):
    html = render(PAGE, at("/party/", Person()))
    # The head gets the title, and so does the phone's top bar.
    assert html.count("<b>一览</b>") == 2
    assert '<a href="/party/" aria-current="page">党务</a>' in html
    assert 'class="hz-tabs"' in html
    assert "has-back" not in html
    assert "htmx-2.min.js" in html


def test_an_inner_page_has_a_way_back_and_no_tabs(menus):
    html = render(INNER, at("/desk/", Person()))
    assert '<a class="hz-back" href="/up"' in html
    assert 'class="hz-tabs"' not in html
    assert "no-tabs" in html
    # The page's own word wins over its address.
    assert html.count('aria-current="page"') == 1
    assert '<a href="/party/" aria-current="page">' in html


def test_a_stranger_gets_no_script_but_the_small_one(menus):
    assert "htmx" not in render(PAGE, at("/desk/")).replace("htmx-config", "")


def test_no_page_has_an_empty_title_or_inline_code(menus):
    html = render(PAGE, at("/desk/", Person()))
    assert "style=" not in html
    assert "onclick" not in html
    assert "<script>" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [("/no/such/", 404, "没有找到这一页"), ("/refused/", 403, "请先退回补正。"), ("/broken/", 500, "是我们这边的问题")],
)
def test_error_pages_say_what_to_do_and_nothing_inside(client, address, status, words):
    client.raise_request_exception = False
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == status
    assert words in text
    assert "回到首页" in text
    for inside in ("Traceback", "RuntimeError", "secret internals", "urlpatterns", "Django", "resolver"):
        assert inside not in text


def test_the_worst_pages_stand_without_context_processors(monkeypatch):
    monkeypatch.setattr("hongzhu.config.context.around", lambda request: pytest.fail("the database may be gone"))
    request = RequestFactory().get("/")
    assert "已保存过的内容还在" in server_error(request).content.decode()
    assert "没有看懂" in bad_request(request, RuntimeError("secret")).content.decode()


@pytest.mark.django_db
def test_a_stale_form_says_how_to_keep_what_was_written(client):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/desk/", {"a": "1"})
    assert answer.status_code == 403
    assert "复制出来" in answer.content.decode()
    assert "token" not in answer.content.decode().lower()


def through(user: object, address: str = "/desk/") -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        if user is not None:
            request.user = user
        return HttpResponse("x")

    return headers(view)(RequestFactory().get(address))


def test_headers_stand_on_every_answer():
    answer = through(None)
    policy = {part.partition(" ")[0]: part.partition(" ")[2] for part in answer["Content-Security-Policy"].split("; ")}
    assert policy == {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "img-src": "'self'",
    }
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_signed_in_pages_are_kept_out_of_caches():
    assert through(Person())["Cache-Control"] == "no-store"
    assert "Cache-Control" not in through(AnonymousUser())
    assert "Cache-Control" not in through(None)
    assert "Cache-Control" not in through(Person(), "/static/hongzhu/hongzhu.css")


def test_a_signed_in_page_is_not_touched_otherwise():
    assert through(SimpleNamespace(is_authenticated=False)).content == b"x"
