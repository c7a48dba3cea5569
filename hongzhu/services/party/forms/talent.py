"""Forms of the talent roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person
from hongzhu.services.party.models import Talent

from .sending import Day, PersonField, UserForm, body


class TalentForm(UserForm):
    person = PersonField(label=_("姓名"))
    tier = forms.ChoiceField(label=_("层级"), choices=Talent.Tier.choices)
    call = forms.CharField(label=_("遴选通知"), max_length=120, help_text=_("写通知的文号或名称"))
    nominated_by = body(_("推荐单位"))
    nominated_on = Day(label=_("推荐日期"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("nominated_by", rows)

    def clean_person(self) -> Person | None:
        return self.found("person")


class ReviewForm(forms.Form):
    on = Day(label=_("评审日期"))
    chosen = forms.TypedChoiceField(
        label=_("评审结果"),
        choices=[("1", _("入选")), ("0", _("未入选"))],
        coerce=lambda value: value == "1",
        initial="1",
    )
    from_on = Day(label=_("任期开始"), required=False, help_text=_("入选的才填"))
    to_on = Day(label=_("任期届满"), required=False)


class TaskForm(forms.Form):
    on = Day(label=_("日期"))
    title = forms.CharField(label=_("任务"), max_length=120, help_text=_("如 讲一次党课、参加一次督查、承担一个项目"))


class RenewForm(forms.Form):
    to_on = Day(label=_("任期届满"))
