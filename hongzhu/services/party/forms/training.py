"""Forms of training plans and classes. Class hours are typed as people say them (1.5) and kept in hundredths."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents import queries as documents
from hongzhu.core.people.models import Person
from hongzhu.core.people.queries import who
from hongzhu.services.party.models import TrainingLayer, TrainingPlan

from .sending import Day, UserForm, body

_BETWEEN = re.compile(r"[\n\r、，,；;]+")  # zh: signs people put between names


class Hours(forms.DecimalField):
    """Class hours; the clean value is hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 400, "decimal_places": 2} | kwargs)

    def clean(self, value: Any) -> Any:
        told = super().clean(value)
        return None if told is None else int(told * 100)


class PlanForm(forms.Form):
    """A plan of several years: whom it trains, and how many class hours a year they should reach."""

    title = forms.CharField(label=_("方案名称"), max_length=160)
    from_year = forms.IntegerField(label=_("起始年"), min_value=2000, max_value=2100)
    to_year = forms.IntegerField(label=_("截止年"), min_value=2000, max_value=2100)
    layers = forms.MultipleChoiceField(
        label=_("培训对象"), choices=TrainingLayer.Who.choices, widget=forms.CheckboxSelectMultiple
    )
    document = forms.ModelChoiceField(None, label=_("文件"), required=False, empty_label=_("还没有登记文件"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents.visible_to(user).filter(kind="PLAN")  # type: ignore[attr-defined]
        for value, label in TrainingLayer.Who.choices:
            self.fields[f"hours_{value}"] = Hours(
                label=gettext("%(who)s年度学时") % {"who": label}, required=False,
                help_text=_("方案没有写的不填，按制度包的学时下限"),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        asked = {value: given.pop(f"hours_{value}", None) for value in TrainingLayer.Who.values}
        given["hours"] = {value: asked[value] for value in given.pop("layers", [])}
        return given


class ClassForm(UserForm):
    host = body(_("主办"))
    title = forms.CharField(label=_("班次"), max_length=160)
    who = forms.ChoiceField(label=_("培训对象"), choices=TrainingLayer.Who.choices)
    from_on = Day(label=_("开始"))
    to_on = Day(label=_("结束"))
    hours = Hours(label=_("学时"))
    plan = forms.ModelChoiceField(
        TrainingPlan.objects.none(), label=_("培训方案"), required=False, empty_label=_("不属于方案")
    )

    def __init__(self, *args: Any, rows: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("host", rows)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class ClassAmendForm(forms.Form):
    title = forms.CharField(label=_("班次"), max_length=160)
    who = forms.ChoiceField(label=_("培训对象"), choices=TrainingLayer.Who.choices)
    from_on = Day(label=_("开始"))
    to_on = Day(label=_("结束"))
    hours = Hours(label=_("学时"))
    plan = forms.ModelChoiceField(
        TrainingPlan.objects.none(), label=_("培训方案"), required=False, empty_label=_("不属于方案")
    )

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class EnrolForm(UserForm):
    """Many people at once: a whole layer of the host's part, or names pasted from anywhere."""

    whole = forms.BooleanField(label=_("把主办范围内的全部培训对象都报上"), required=False)
    names = forms.CharField(
        label=_("姓名"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一个，或用顿号分开；有同名的，在名字后面空一格写单位"),
    )  # fmt: skip

    def clean_names(self) -> list[Person]:
        typed = [" ".join(name.split()) for name in _BETWEEN.split(self.cleaned_data["names"]) if name.strip()]
        people = access.visible_people(self.user)
        found, wrong = [], []
        for name in dict.fromkeys(typed):
            try:
                found.append(who.one_of(people, name))
            except ValidationError as error:
                wrong += error.messages
        if wrong:
            raise ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("whole") and not given.get("names"):
            self.add_error("names", _("请填姓名，或勾选全部培训对象。"))
        return given


class CourseForm(forms.Form):
    on = Day(label=_("上课日期"))
    title = forms.CharField(label=_("课程"), max_length=120)
    teacher = forms.CharField(label=_("授课人"), max_length=60, required=False)
    hours = Hours(label=_("学时"), required=False)

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or 0


class CloseForm(forms.Form):
    """Everybody was there but for those ticked."""

    absent = forms.TypedMultipleChoiceField(
        label=_("缺席"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("其他人都算到课，只勾缺席的"),
    )
    tested = forms.BooleanField(label=_("已组织测试"), required=False)
    feedback = forms.IntegerField(label=_("收到反馈表（份）"), min_value=0, max_value=30_000, required=False)

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"].choices = [(row.pk, f"{row.person.name} {row.org.name}") for row in rows]  # type: ignore[attr-defined]


class TraineeForm(forms.Form):
    absent = forms.BooleanField(label=_("缺席"), required=False)
    hours = Hours(label=_("实得学时"), required=False, help_text=_("和班次学时一样的不填"))
    certificate = forms.CharField(label=_("结业证号"), max_length=60, required=False)


class CertifyForm(forms.Form):
    prefix = forms.CharField(label=_("证号开头"), max_length=50, help_text=_("后面自动编三位数，如 党训2026-"))


class DropForm(forms.Form):
    """Nothing to fill in: saving is the answer."""
