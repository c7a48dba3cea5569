"""The monthly guide: one page with four short lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Org
from hongzhu.core.policies.models import MonthlyGuide

BLANK_ROWS = 2
MOST_ROWS = 20


def month_field() -> forms.DateField:
    return forms.DateField(
        label=_("月份"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        help_text=_("写成 2026-11 这样"),
    )


class NewGuideForm(forms.Form):
    month = month_field()
    issuer = forms.ModelChoiceField(label=_("以谁的名义"), queryset=Org.objects.none(), empty_label=None)
    copy = forms.ChoiceField(
        label=_("从哪里开始"),
        choices=[("month", _("照上个月的改")), ("year", _("照去年同月的改")), ("none", _("空白"))],
        initial="month",
        widget=forms.RadioSelect,
    )

    def __init__(self, issuers: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"] = forms.ModelChoiceField(label=_("以谁的名义"), queryset=issuers, empty_label=None)


class ThemeRow(forms.Form):
    kind = forms.ChoiceField(label=_("活动"), required=False)
    theme = forms.CharField(label=_("主题"), max_length=120, required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("活动"), choices=kinds, required=False)


class ReadingRow(forms.Form):
    title = forms.CharField(label=_("学习篇目"), max_length=160, required=False)
    issued_on = forms.DateField(
        label=_("印发日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class DueRow(forms.Form):
    text = forms.CharField(label=_("事项"), max_length=200, required=False)
    due_on = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _lists() -> tuple[tuple[str, Any, type[forms.Form], str], ...]:
    return (
        ("themes", _("本月主题"), ThemeRow, "theme"),
        ("readings", _("本月学什么"), ReadingRow, "title"),
        ("meetings", _("本月开什么会"), DueRow, "text"),
        ("reports", _("本月报什么"), DueRow, "text"),
    )


class GuideForm:
    """The four lists of one guide as formsets under one page."""

    def __init__(self, guide: MonthlyGuide, kinds: list[tuple[str, str]], data: Any = None) -> None:
        self.parts = []
        for name, title, row, main in _lists():
            rows = getattr(guide, name)
            factory = forms.formset_factory(row, extra=BLANK_ROWS, max_num=MOST_ROWS, validate_max=True)
            more: dict[str, Any] = {"form_kwargs": {"kinds": kinds}} if row is ThemeRow else {}
            self.parts.append((name, title, main, factory(data, prefix=name, initial=rows, **more)))

    def is_valid(self) -> bool:
        """Whether every list is; each is asked, so that all errors show at once."""
        return not any(sum(len(errors) for errors in formset.errors) for formset in self.formsets) and not any(
            formset.non_form_errors() for formset in self.formsets
        )

    @property
    def formsets(self) -> list[Any]:
        return [formset for _name, _title, _main, formset in self.parts]

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """The four lists as the guide keeps them: rows whose main field is empty are left out."""
        return {
            name: [
                {key: _plain(value) for key, value in row.items() if value}
                for row in formset.cleaned_data
                if row.get(main)
            ]
            for name, _title, main, formset in self.parts
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
