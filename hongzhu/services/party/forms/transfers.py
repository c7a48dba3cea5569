"""Forms of transfers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Person, Standing
from hongzhu.core.people.queries import who
from hongzhu.services.party.models import Transfer
from hongzhu.services.party.queries import transfers

from .terms import Day


class AskTransferForm(forms.Form):
    """One member from one body to another, out of the bureau, or into it."""

    way = forms.ChoiceField(label=_("去向"), choices=Transfer.Way.choices)
    person = forms.CharField(label=_("姓名"), max_length=60, help_text=who.HINT)
    from_org = forms.ModelChoiceField(None, label=_("转出党组织"), required=False)
    to_org = forms.ModelChoiceField(None, label=_("转入党组织"), required=False)
    outside = forms.CharField(
        label=_("局外党组织"), max_length=120, required=False, help_text=_("转往局外或从局外转入时写全称")
    )
    reason = forms.CharField(label=_("转接原因"), max_length=80, initial=_("工作调动"))
    on = Day(label=_("提出日期"))

    def __init__(self, *args: Any, user: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = transfers.targets(user.bureau)
        open_ones = [(org.pk, org.name) for org in found.filter(orgs.existing(today))]
        for name, empty in (("from_org", _("从局外转入的不选")), ("to_org", _("转往局外的不选"))):
            # A dissolved body is not offered, but may come from an old page: it is refused with its successor named.
            self.fields[name].queryset = found  # type: ignore[attr-defined]
            self.fields[name].widget.choices = [("", empty), *open_ones]  # type: ignore[attr-defined]
        self.user, self.today = user, today

    def clean_person(self) -> Person:
        """Somebody the user may see, or who works in a unit where a body of the user's lives."""
        return who.one_of(transfers.near(self.user, self.today), self.cleaned_data["person"])


class WhoForm(forms.Form):
    """For whom the form of a transfer is opened; what cannot be read is nobody."""

    person = forms.IntegerField(required=False, min_value=1)


class SendForm(forms.Form):
    """The superior's letter."""

    number = forms.CharField(label=_("介绍信编号"), max_length=60)
    on = Day(label=_("开具日期"))
    valid_to = Day(label=_("有效期至"), required=False)
    dues_to = forms.DateField(
        label=_("党费交至"), required=False, input_formats=["%Y-%m", "%Y-%m-%d"], help_text=_("写月份，如 2026-08"),
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )  # fmt: skip


class ReceiveForm(forms.Form):
    on = Day(label=_("接收日期"))


class ReceiveInForm(ReceiveForm):
    """One who comes from outside: their standing and dates by the letter."""

    standing = forms.ChoiceField(
        label=_("党员类别"),
        choices=[(value, Standing(value).label) for value in (Standing.FULL, Standing.PROBATIONARY)],
    )
    joined_on = Day(label=_("入党日期"), required=False)
    full_on = Day(label=_("转正日期"), required=False)


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200)


class JoinForm(forms.Form):
    """Which batch a single transfer is put into."""

    batch = forms.ModelChoiceField(None, label=_("批次"), empty_label=None)

    def __init__(self, *args: Any, batches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]


class BatchForm(forms.Form):
    title = forms.CharField(label=_("批次"), max_length=120)
    on = Day(label=_("开始日期"))


class SinceForm(forms.Form):
    """From which day on moves of personnel are looked at."""

    since = Day(required=False)


class SpeakForm(forms.Form):
    """Consent or reception for several lines at once."""

    what = forms.ChoiceField(choices=[("let_go", ""), ("send", ""), ("receive", "")])
    line = forms.TypedMultipleChoiceField(coerce=int, required=False)
    on = Day(label=_("日期"))
    number = forms.CharField(label=_("介绍信编号"), max_length=60, required=False)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [(pk, pk) for pk in lines]  # type: ignore[attr-defined]
