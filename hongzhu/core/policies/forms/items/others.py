"""New items of the people and registers sections: posts to fill, lists that are only names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hongzhu.core.people.models import PostKind

from .base import ItemForm, lines, number, words


class SeatsForm(ItemForm):
    """应配职务: how many holders of a post each body of a kind should have."""

    section, listing = "people", "seats"
    finer = ("most", "min_full_members", "max_full_members")

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 联合党支部党务干事")
        self.fields["bearers"] = self.bodies(_("哪类组织要配"))
        self.fields["post"] = forms.ChoiceField(
            label=_("什么职务"), choices=[("", _("请选择")), *[(code, name) for code, name in PostKind.choices if code]]
        )
        self.fields["seats"] = number(_("配几名"), 1, 30, initial=1)
        self.sourced()
        self.fields["most"] = number(_("最多几名"), 1, 30, required=False, hint=_("空着表示就配这么多"))
        self.fields["min_full_members"] = number(
            _("正式党员满几名才配"), 0, 1000, required=False, hint=_("空着表示都配")
        )
        self.fields["max_full_members"] = number(
            _("正式党员不超过几名才配"), 0, 1000, required=False, hint=_("空着表示不限")
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("most") and given.get("seats") and given["most"] < given["seats"]:
            self.add_error("most", _("最多不能比应配的少，请改一处"))
        least, most = given.get("min_full_members"), given.get("max_full_members")
        if least is not None and most is not None and most < least:
            self.add_error("max_full_members", _("上限比下限小，请改一处"))
        return given

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        kept = ("bearers", "post", "seats", "most", "min_full_members", "max_full_members")
        return {name: given[name] for name in kept} | self.source(given)


class NameListForm(ItemForm):
    """名称清单: a list the text names, one line for each name."""

    section, listing = "registers", "lists"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 五项行动")
        self.fields["items"] = forms.CharField(
            label=_("清单里有哪些"),
            required=False,
            help_text=_("一行一项，文件没有列出的先空着"),
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        self.fields["expected"] = number(
            _("应有几项"), 1, 50, required=False, hint=_("名称里说了几项就写几，空着不核对")
        )
        self.fields["source"] = forms.CharField(
            label=_("出处"), max_length=300, help_text=_("哪份文件"), widget=forms.Textarea(attrs={"rows": 2})
        )

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        known = {text.zh: text for text in getattr(self.item, "items", ())}
        return {
            "items": [words(line, known.get(line)) for line in lines(given["items"])],
            "expected": given["expected"],
            "source": words(given["source"], getattr(self.item, "source", None)),
        }
