"""Publishing, exceptions, calendar days, terms, the period of a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.policies.models import CalendarDay
from hongzhu.core.policies.pack import guard
from hongzhu.kit.dates import Period


def _date(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PublishForm(forms.Form):
    valid_from = _date(
        gettext_lazy("施行日期"), help_text=gettext_lazy("从这一天起按新版本办；在此之前开始的月、季、年仍按原版本")
    )
    basis = forms.CharField(
        label=gettext_lazy("依据文件"), max_length=300, help_text=gettext_lazy("文件名称和文号，会写进留痕")
    )


class ExceptionForm(forms.Form):
    rule = forms.ChoiceField(
        label=gettext_lazy("哪一条"), choices=lambda: [(r, guard.rule_words(r)) for r in guard.RULES]
    )
    basis = forms.CharField(
        label=gettext_lazy("依据文件"), max_length=300, help_text=gettext_lazy("写明是哪份文件要求这样做")
    )
    owner = forms.CharField(label=gettext_lazy("负责人"), max_length=60)
    expires_on = _date(gettext_lazy("到期日"), help_text=gettext_lazy("最长一年，到期后自动失效"))


class DayForm(forms.Form):
    on = _date(gettext_lazy("日期"))
    kind = forms.ChoiceField(label=gettext_lazy("安排"), choices=CalendarDay.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=30, help_text=gettext_lazy("例如 校运动会调休"))


class TermForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("学期"), max_length=40, help_text=gettext_lazy("例如 2026—2027学年第一学期")
    )
    from_on = _date(gettext_lazy("开学"))
    to_on = _date(gettext_lazy("放假"), help_text=gettext_lazy("放假的第一天"))


class PeriodForm(forms.Form):
    period = forms.CharField(
        label=gettext_lazy("期间"), max_length=24, help_text=gettext_lazy("2026、2026Q3、2026H1 或 2026-11")
    )

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"].strip())
        except ValueError:
            raise ValidationError(_("看不懂这个期间，请写成 2026、2026Q3、2026H1 或 2026-11 这样")) from None
