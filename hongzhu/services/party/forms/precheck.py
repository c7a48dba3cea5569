"""The count of the national system; which findings are shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

NUMBER = {"inputmode": "numeric"}


class CountForm(forms.Form):
    """How many members the system shows, and as of which day."""

    on = forms.DateField(
        label=_("截至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("系统里查到这个数的那一天"),
    )  # fmt: skip
    members = forms.IntegerField(
        label=_("系统内党员数"), min_value=0, max_value=9999, widget=forms.NumberInput(attrs=NUMBER)
    )
    probationary = forms.IntegerField(
        label=_("其中预备党员"), min_value=0, max_value=9999, initial=0, widget=forms.NumberInput(attrs=NUMBER)
    )


class CheckForm(forms.Form):
    """Anything unreadable narrows nothing."""

    check = forms.CharField(required=False, max_length=20)
    on = forms.DateField(required=False)
    q = forms.CharField(required=False, max_length=40)
