"""What a user types: a suggestion, an answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Suggestion


class SuggestionForm(forms.Form):
    about = forms.ChoiceField(
        label=_("关于"),
        choices=Suggestion.About.choices,
        initial=Suggestion.About.PLATFORM,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("建议"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写事情和办法，不写对某个人的看法；500字以内"),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
