"""Forms of allotments of dues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Org
from hongzhu.services.party.models import Allotment, AllotmentLine

from .dues import Day, YuanField


class AllotmentForm(forms.Form):
    """A batch by one rule."""

    kind = forms.ChoiceField(label=_("类别"), choices=Allotment.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("名称"), max_length=160)
    decided_on = Day(label=_("决定日期"))
    flat = YuanField(label=_("每个单位（元）"), required=False, help_text=_("专项下拨写这一项"))
    share = forms.IntegerField(
        label=_("返还比例（%）"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("党费返还写这一项，按上级已确认的上缴计算"),
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    units = forms.ModelMultipleChoiceField(
        Org.objects.none(), label=_("单位"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("专项下拨选单位；党费返还不用选"),
    )  # fmt: skip

    payer = forms.ModelChoiceField(
        Org.objects.none(), label=_("拨付党组织"), help_text=_("这笔钱从谁的党费里出，记在谁的收支明细账上")
    )

    def __init__(self, *args: Any, units: Any, payers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]
        if len(payers) < 2:  # the one there is pays; nobody is asked
            del self.fields["payer"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        special = given.get("kind") == Allotment.Kind.SPECIAL
        if given.get("kind") and given.get("flat" if special else "share") is None:
            self.add_error("flat" if special else "share", ValidationError(_("还没有填，请补上")))
        given["share" if special else "flat"] = None
        return given


class PayerForm(forms.Form):
    """Whose dues a batch is paid from."""

    payer = forms.ModelChoiceField(
        Org.objects.none(), label=_("拨付党组织"), help_text=_("这笔钱从谁的党费里出，记在谁的收支明细账上")
    )

    def __init__(self, *args: Any, payers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """Which units are paid, with which voucher."""

    lines = forms.ModelMultipleChoiceField(
        AllotmentLine.objects.none(), label=_("单位"), widget=forms.CheckboxSelectMultiple
    )
    voucher = forms.CharField(label=_("凭证号"), max_length=60)
    sent_on = Day(label=_("拨付日期"))

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].queryset = lines  # type: ignore[attr-defined]


class ReceivedForm(forms.Form):
    received_on = Day(label=_("收到日期"))


class UseForm(forms.Form):
    """What was spent so far."""

    used = YuanField(label=_("已用（元）"), help_text=_("写到现在为止的合计"))
    used_for = forms.CharField(label=_("用途"), max_length=200)
    voucher = forms.CharField(label=_("支出凭证号"), max_length=120, help_text=_("多张写在一起，用顿号隔开"))
    reported_on = Day(label=_("报告日期"))
