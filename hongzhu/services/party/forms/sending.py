"""Fields the forms of posts, sending and training share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.people.queries import who


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PersonField(forms.CharField):
    """One person of the user's part, typed by name or staff number; the form calls :meth:`found` in its ``clean_…``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **{"help_text": who.HINT} | kwargs)


class UserForm(forms.Form):
    """A form that knows who fills it in."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def found(self, name: str) -> Person | None:
        """Who was typed; None for a blank. ValidationError names whom it may have meant."""
        typed = self.cleaned_data[name]
        return who.one_of(access.visible_people(self.user), typed) if typed else None

    def offer(self, name: str, rows: Any) -> None:
        """What a choice of bodies or documents offers; a single one is chosen already."""
        field = self.fields[name]
        field.queryset = rows  # type: ignore[attr-defined]
        if isinstance(field, forms.ModelChoiceField) and name not in self.initial:
            few = list(rows[:2])
            if len(few) == 1:
                self.initial[name] = few[0].pk


def body(label: Any, **kwargs: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Org.objects.none(), label=label, **{"empty_label": _("请选择")} | kwargs)


class OnForm(forms.Form):
    on = Day(label=_("日期"))


class EndForm(forms.Form):
    on = Day(label=_("结束日期"))


class ReasonForm(forms.Form):
    on = Day(label=_("日期"))
    reason = forms.CharField(label=_("原因"), max_length=120)


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("作废原因"), max_length=200)


class FilterForm(forms.Form):
    """What a register is narrowed to; anything unreadable narrows nothing."""

    kind = forms.CharField(required=False, max_length=40)
    state = forms.CharField(required=False, max_length=20)
    year = forms.IntegerField(required=False, min_value=1990, max_value=2100)
    org = forms.IntegerField(required=False, min_value=1)
    q = forms.CharField(required=False, max_length=60)
