"""Forms of instructors sent out."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person
from hongzhu.services.party.models import Dispatch

from .sending import Day, PersonField, UserForm


class DispatchForm(UserForm):
    person = PersonField(label=_("党建指导员"))
    served = forms.CharField(label=_("服务组织"), max_length=120)
    sector = forms.ChoiceField(label=_("组织类别"), choices=Dispatch.Sector.choices)
    batch = forms.CharField(label=_("批次"), max_length=60, help_text=_("如 2026年第一批"))
    from_on = Day(label=_("选派日期"))
    to_on = Day(label=_("期满日期"), required=False)

    def clean_person(self) -> Person | None:
        return self.found("person")


class DispatchAmendForm(forms.Form):
    served = forms.CharField(label=_("服务组织"), max_length=120)
    sector = forms.ChoiceField(label=_("组织类别"), choices=Dispatch.Sector.choices)
    batch = forms.CharField(label=_("批次"), max_length=60)
    to_on = Day(label=_("期满日期"), required=False)


class VisitForm(forms.Form):
    on = Day(label=_("到访日期"))
    outcome = forms.CharField(label=_("做了什么"), max_length=200, help_text=_("写办成的事，如 帮助建立党支部"))
    outputs = forms.IntegerField(label=_("办成事项"), min_value=0, max_value=999, initial=0)
