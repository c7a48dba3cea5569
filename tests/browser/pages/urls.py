"""The sample pages and their views: no room, no rows, everything invented."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from hongzhu.config.context import in_bar
from hongzhu.kit.chips import SHAPES, TONES, Chip
from hongzhu.kit.templatetags.icons import ICONS

HERE = Path(__file__).parent
MENU = [
    ("desk", "工作台", "home"),
    ("party", "党务", "people"),
    ("year", "全年一览", "grid"),
    ("collect", "收表", "inbox"),
]


class Sample(forms.Form):
    theme = forms.ChoiceField(
        label="主题",
        choices=[("a", "本支部计划：学党章、守师德"), ("b", "每月提示：学党章"), ("c", "自填")],
        widget=forms.RadioSelect,
    )
    parts = forms.MultipleChoiceField(
        label="本次包含", choices=[(str(n), name) for n, name in enumerate(["集中学习", "党课", "民主议事"])],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    held_on = forms.DateField(label="日期", help_text="固定党日当天")
    place = forms.CharField(label="地点")
    kind = forms.ChoiceField(label="类别", choices=[("x", "学习"), ("y", "服务")])
    counts = forms.BooleanField(label="11月主题党日", required=False, help_text="固定党日当天召开")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    paper = forms.FileField(label="附件", required=False)


LONG = ["Ledger", "Appraisal", "Documents", "Contacts", "Honours", "Policies", "Audit"]


def house(request: HttpRequest) -> dict[str, Any]:
    more = [(f"long{n}", title, "list") for n, title in enumerate(LONG)] if "long" in request.GET else []
    menu = [
        {"name": name, "title": title, "url": "/components", "icon": icon, "tab": True, "here": False}
        for name, title, icon in MENU + more
    ]
    return {
        "brand": "红烛", "signed_in": True, "menu": menu, "bar": in_bar(menu), "tabs": menu[:4], "home": "/components", "search": "/components",
        "me": "党建办 陆望舒", "me_url": "/components", "acting": "代理", "sign_out": "/components",
        "set_language": "/i18n/setlang/", "other_language": {"code": "en", "name": "English"},
    }  # fmt: skip


def things(request: HttpRequest) -> dict[str, Any]:
    return {
        "house": house(request),
        "day": datetime.date(2026, 11, 20),
        "families": [(tone, [Chip(f"状态{shape}", tone, shape) for shape in SHAPES]) for tone in TONES],
        "recent": [Chip("已记录", "ok", "tick"), Chip("已审阅", "ok", "dot"), Chip("已更正(第2次)", "go", "dot")],
        "open": Chip("还差1次", "go", "ring"),
        "icons": sorted(ICONS),
        "page": Paginator(range(137), 20).page(2),
        "form": Sample(request.POST or ({"held_on": "11月31日"} if "wrong" in request.GET else None)),
        "names": ["何以宁", "周予安", "许青原", "沈书言", "顾明澈", "林晓禾", "白露晞", "温如许"],
        "reasons": ["公假", "事假", "病假", "产假", "外派", "未请假"],
        "rows": range(1, 41),
        "months": range(1, 13),
        "quarters": [1, 4, 7, 10],
    }


@login_not_required
def sample(request: HttpRequest, name: str) -> HttpResponse:
    template = engines["django"].from_string((HERE / f"{name}.html").read_text())
    return HttpResponse(template.render(things(request), request))


@login_not_required
def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("“已审阅”的活动不能再改，请先退回补正。")


@login_not_required
def fall(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret internals")


urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("refused", refuse),
    path("fallen", fall),
    path("<slug:name>", sample),
]
