"""Forms of cadre moves and candidates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person, PostKind
from hongzhu.services.party.models import CadreMove
from hongzhu.services.party.queries import cadres

from .sending import Day, PersonField, UserForm, body

POSTS = [("", _("不填")), *PostKind.choices]


class MoveForm(UserForm):
    person = PersonField(label=_("姓名"))
    kind = forms.ChoiceField(label=_("类别"), choices=CadreMove.Kind.choices)
    from_org = body(_("原单位"), required=False, empty_label=_("不填"))
    from_post = forms.ChoiceField(
        label=_("原职务"), choices=POSTS, required=False, help_text=_("填了就在任免日同时免去")
    )
    to_org = body(_("现单位"), required=False, empty_label=_("不填"))
    to_post = forms.ChoiceField(label=_("现职务"), choices=POSTS, required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_org"].queryset = self.fields["to_org"].queryset = rows  # type: ignore[attr-defined]

    def clean_person(self) -> Person | None:
        return self.found("person")

    def clean(self) -> dict[str, Any]:
        """Whoever holds other posts at the same unit is asked once which of them go along; all are ticked at first."""
        told: dict[str, Any] = super().clean() or {}
        asked = told.pop("asked", "")
        told["along"] = []
        person, org, post = told.get("person"), told.get("from_org"), told.get("from_post")
        posts = []
        if person and org and post and not self.errors:
            posts = cadres.further_posts(person, org, post, told.get("to_org") if told.get("to_post") else None)
        if not posts:
            self._answer("", [])  # a question that is not shown again has to be put again
            return told
        self.fields["along"] = forms.MultipleChoiceField(
            label=_("一并变动的职务"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.pk), f"{one.org.name} {one.get_kind_display()}") for one in posts],
            help_text=_("勾选的同时免去，并在现单位任同样的职务；党内职务任在现单位的党组织"),
        )  # fmt: skip
        key = "-".join(map(str, (person.pk, org.pk, post, *(one.pk for one in posts))))
        if asked == key:
            ticked = self.data.getlist("along")
            return told | {"along": [one for one in posts if str(one.pk) in ticked]}
        self._answer(key, [str(one.pk) for one in posts])
        self.add_error("along", gettext("这个人在原单位还有别的职务，已经勾上。不一并变动的去掉勾，再点一次“保存”。"))
        return told

    def _answer(self, asked: str, along: list[str]) -> None:
        """What the form shows again: which question was put, and what is ticked."""
        self.data = self.data.copy()
        self.data["asked"] = asked
        self.data.setlist("along", along)


class EffectForm(forms.Form):
    on = Day(label=_("任免日期"))
    number = forms.CharField(label=_("任免文号"), max_length=60, required=False)


class ReserveForm(UserForm):
    person = PersonField(label=_("姓名"))
    kind = forms.ChoiceField(label=_("后备职务"), choices=PostKind.choices)
    from_on = Day(label=_("入库日期"))

    def clean_person(self) -> Person | None:
        return self.found("person")


class StructureForm(forms.Form):
    """Which number of the structure is opened: its line, its day, and a name looked for."""

    line = forms.CharField(max_length=40)
    on = forms.DateField()
    q = forms.CharField(required=False, max_length=60)
