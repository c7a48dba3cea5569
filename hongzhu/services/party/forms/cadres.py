"""Forms of cadre moves and candidates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person, PostKind
from hongzhu.services.party.models import CadreMove

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

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_org"].queryset = self.fields["to_org"].queryset = rows  # type: ignore[attr-defined]

    def clean_person(self) -> Person | None:
        return self.found("person")


class EffectForm(forms.Form):
    on = Day(label=_("任免日期"))
    number = forms.CharField(label=_("任免文号"), max_length=60, required=False)


class ReserveForm(UserForm):
    person = PersonField(label=_("姓名"))
    kind = forms.ChoiceField(label=_("后备职务"), choices=PostKind.choices)
    from_on = Day(label=_("入库日期"))

    def clean_person(self) -> Person | None:
        return self.found("person")
