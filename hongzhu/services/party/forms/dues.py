"""Forms of dues: money typed in yuan and kept in fen, months picked from a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Membership
from hongzhu.kit.dates import Period, month_text
from hongzhu.services.party.actions.dues import BaseSet, Booking
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase
from hongzhu.services.party.queries.dues_lines import Open, month_words


class YuanField(forms.DecimalField):
    """An amount in yuan with two decimals; ``clean`` gives fen, an initial value in fen is shown in yuan."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=10**8, decimal_places=2, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        yuan: Decimal | None = super().clean(value)
        return None if yuan is None else int(yuan * 100)


class MonthField(forms.TypedChoiceField):
    """One of the months offered, as its first day."""

    def __init__(self, months: Iterable[date], **options: Any) -> None:
        choices = [(month.isoformat(), month_text(month)) for month in months]
        super().__init__(choices=choices, coerce=date.fromisoformat, empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BookingForm(forms.Form):
    """With which voucher the money is booked."""

    voucher = forms.CharField(
        label=_("凭证号"), max_length=60, help_text=_("记账凭证或现金收入单的编号，没有凭证不登记")
    )
    paid_on = Day(label=_("交纳日期"))
    collected_by = forms.CharField(label=_("收款人"), max_length=120)

    def booked(self) -> Booking:
        """The voucher as the actions take it."""
        given = self.cleaned_data
        return Booking(voucher=given["voucher"], collected_by=given["collected_by"], paid_on=given["paid_on"])


class PayForm(BookingForm):
    """The usual case: the branch ticks who paid, up to a month; each pays what is open."""

    who = forms.TypedMultipleChoiceField(label=_("谁交了"), coerce=int, widget=forms.CheckboxSelectMultiple)
    approved_late = forms.BooleanField(label=_("上级同意补交"), required=False)
    field_order = ("who", "voucher", "paid_on", "collected_by", "approved_late")

    def __init__(self, *args: Any, rows: Sequence[Open], late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(row.person.pk, _told(row)) for row in rows]  # type: ignore[attr-defined]
        if not late:
            del self.fields["approved_late"]


def _told(row: Open) -> str:
    """韩知微 9月至11月 225.06元."""
    fen = row.fen
    return f"{row.person.name} {month_words([cell.month for cell in row.cells])} {fen // 100}.{fen % 100:02d}" + str(
        _("元")
    )


class MemberPayForm(BookingForm):
    """One member: which months, and whether they pay more of their own will."""

    months = forms.TypedMultipleChoiceField(
        label=_("交哪几个月"), coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple
    )
    more = YuanField(
        label=_("自愿多交（元）"), required=False, help_text=_("记在所选最后一个月；1000元以上的走大额党费")
    )
    approved_late = forms.BooleanField(label=_("上级同意补交"), required=False)
    field_order = ("months", "more", "voucher", "paid_on", "collected_by", "approved_late")

    def __init__(self, *args: Any, row: Open, late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = row.months
        self.fields["months"].choices = [  # type: ignore[attr-defined]
            (month.isoformat(), f"{month_text(month)} {fen // 100}.{fen % 100:02d}{_('元')}")
            for month, fen in self.open.items()
        ]
        if not late:
            del self.fields["approved_late"]

    def payment(self) -> dict[date, int]:
        """What is handed in for which month."""
        chosen = {month: self.open[month] for month in self.cleaned_data["months"]}
        chosen[max(chosen)] += self.cleaned_data["more"] or 0
        return chosen


class LargeForm(BookingForm):
    fen = YuanField(label=_("金额（元）"))
    field_order = ("fen", "voucher", "paid_on", "collected_by")


class ForwardForm(forms.Form):
    """The large payment went up."""

    forwarded_on = Day(label=_("上缴日期"))
    voucher = forms.CharField(label=_("凭证号"), max_length=60, help_text=_("转账或缴款单的编号"))


class BaseForm(forms.Form):
    """One member's base from a month on."""

    table = forms.ChoiceField(label=_("缴纳类别"), choices=DuesBase.Table.choices)
    base = YuanField(label=_("计算基数（元）"), required=False, help_text=_("按比例交的写这一项"))
    flat = YuanField(label=_("核定月交（元）"), required=False, help_text=_("农民等按定额交的写这一项"))

    def __init__(self, *args: Any, months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"] = MonthField(months, label=_("起始月"), help_text=_("调资的从领到新工资的那个月起"))

    def base_set(self, person: Any) -> BaseSet:
        given = self.cleaned_data
        return BaseSet(person=person, table=given["table"], base=given["base"] or 0, flat=given["flat"])


class BasesForm(forms.Form):
    """All bases of a branch on one page, each with its member."""

    def __init__(self, *args: Any, rows: Sequence[tuple[Membership, DuesBase | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row, base in rows:
            pk, name = row.person_id, row.person.name
            usual = DuesBase.Table.RETIRED if row.retired else DuesBase.Table.SALARIED
            table = forms.ChoiceField(label=name, choices=DuesBase.Table.choices, initial=base.table if base else usual)
            self.fields[f"table_{pk}"] = table
            amount = YuanField(label=name, required=False, initial=_shown(base))
            self.fields[f"amount_{pk}"] = amount

    def lines(self) -> list[tuple[Membership, Any, Any]]:
        """Members with their two fields, for the page."""
        return [(row, self[f"table_{row.person_id}"], self[f"amount_{row.person_id}"]) for row, _base in self.rows]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        missing = [
            row.person.name for row, _base in self.rows
            if given.get(f"table_{row.person_id}") not in (None, DuesBase.Table.STUDENT)
            and f"amount_{row.person_id}" in given and not given[f"amount_{row.person_id}"]
        ]  # fmt: skip
        if missing:
            raise ValidationError(_("还没有写基数或定额：%(names)s") % {"names": _("、").join(missing)})
        return given

    def base_sets(self) -> list[BaseSet]:
        """Every member's base; where a fixed amount is paid, the amount typed is that."""
        found = []
        for row, _base in self.rows:
            amount = self.cleaned_data[f"amount_{row.person_id}"] or 0
            table = self.cleaned_data[f"table_{row.person_id}"]
            flat = amount or None if table == DuesBase.Table.FARMER else None
            found.append(BaseSet(person=row.person, table=table, base=amount if flat is None else 0, flat=flat))
        return found


def _shown(base: DuesBase | None) -> int | None:
    if base is None:
        return None
    return base.flat if base.flat is not None else base.base or None


class ReliefForm(forms.Form):
    """What the branch asks for."""

    monthly = YuanField(label=_("减免后月交（元）"), help_text=_("全免写0"))
    studied_on = Day(label=_("支部研究日期"))

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"] = MonthField(months, label=_("从哪个月"))
        self.fields["last"] = MonthField(months, label=_("到哪个月（含）"))
        self.order_fields(["monthly", "first", "last", "studied_on"])

    def span(self) -> tuple[date, date]:
        """The months asked for, half-open."""
        return self.cleaned_data["first"], engine.after(self.cleaned_data["last"])


class ReliefAnswerForm(forms.Form):
    """What the superior says."""

    approved = forms.TypedChoiceField(
        label=_("答复"), choices=[("1", _("批准")), ("0", _("不批准"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    answered_on = Day(label=_("答复日期"))
    number = forms.CharField(label=_("批准文号"), max_length=60, required=False)


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("作废原因"), max_length=200)


class HandForm(forms.Form):
    """Which quarter's hand-over, with which voucher."""

    voucher = forms.CharField(label=_("凭证号"), max_length=60, help_text=_("转账或缴款单的编号"))
    handed_on = Day(label=_("上缴日期"))
    opening_fen = YuanField(
        label=_("其中期初余额（元）"), required=False,
        help_text=_("期初余额随这次一起上缴的写金额，没有的留空；其他党费自动算出"),
    )  # fmt: skip

    def __init__(self, *args: Any, quarters: Iterable[date], opened: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter_on"] = QuarterField(quarters, label=_("季度"))
        self.order_fields(["quarter_on", "handed_on", "opening_fen", "voucher"])
        if not opened:  # nothing to take it from; nobody is asked
            del self.fields["opening_fen"]

    def clean_opening_fen(self) -> int:
        return int(self.cleaned_data["opening_fen"] or 0)


class QuarterField(MonthField):
    """One of the quarters offered, as its first day."""

    def __init__(self, quarters: Iterable[date], **options: Any) -> None:
        found = list(quarters)
        super().__init__(found, **options)
        self.choices = [(day.isoformat(), Period.quarter(day.year, day.month // 3 + 1).title) for day in found]


class ArrivedForm(forms.Form):
    """The money arrived."""

    received_on = Day(label=_("收到日期"))
    number = forms.CharField(label=_("收款凭据号"), max_length=60, required=False)


class PublishForm(forms.Form):
    posted_on = Day(label=_("公布日期"))


class CheckForm(forms.Form):
    """What the bank slip or the cash book says on a day."""

    checked_on = Day(label=_("对账日期"))
    book_fen = YuanField(label=_("账面余额（元）"), help_text=_("银行回单、对账单或现金日记账当日终了的余额"))
    note = forms.CharField(
        label=_("差额说明"), max_length=200, required=False, help_text=_("与系统余额不同时写明原因，相同的不用写")
    )


class OpeningForm(forms.Form):
    """What was in hand when the account began here."""

    opened_on = Day(label=_("起账日期"), help_text=_("从这一天起的收支在这里登记"))
    fen = YuanField(label=_("期初余额（元）"), help_text=_("起账日期当天开始时手里的党费"))
    basis = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("银行对账单、现金日记账、移交清单的名称、日期和页码")
    )
