"""Forms of demonstration posts, areas and promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person
from hongzhu.services.party.models import MemberPost

from .sending import Day, PersonField, UserForm, body


class PostForm(UserForm):
    """A member is given a post or an area."""

    org = body(_("党支部"))
    person = PersonField(label=_("姓名"))
    kind = forms.ChoiceField(label=_("类别"), choices=MemberPost.Kind.choices)
    title = forms.CharField(
        label=_("岗位或责任区"), max_length=80, help_text=_("如 五年级数学组示范岗、北楼安全责任区")
    )
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)
    from_on = Day(label=_("开始"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("org", rows)

    def clean_person(self) -> Person | None:
        return self.found("person")


class ClaimForm(forms.Form):
    """A member takes on a post or an area."""

    kind = forms.ChoiceField(label=_("类别"), choices=MemberPost.Kind.choices)
    title = forms.CharField(label=_("岗位或责任区"), max_length=80)
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)
    from_on = Day(label=_("开始"))


class PostAmendForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=MemberPost.Kind.choices)
    title = forms.CharField(label=_("岗位或责任区"), max_length=80)
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)


class WithdrawForm(forms.Form):
    on = Day(label=_("撤下日期"))
    reason = forms.CharField(label=_("撤下原因"), max_length=200)


class PromiseForm(forms.Form):
    """One line for each member of a branch; what is signed already is shown and cannot be changed."""

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            promise = line.promise
            self.fields[f"p{line.member.person_id}"] = forms.CharField(
                label=line.member.person.name,
                max_length=200,
                required=False,
                initial=promise.item if promise else "",
                disabled=bool(promise and promise.signed_on),
            )

    def items(self) -> dict[int, str]:
        return {int(name[1:]): text for name, text in self.cleaned_data.items() if not self.fields[name].disabled}


class TickForm(forms.Form):
    """A day, and those it does not hold for: exceptions are ticked."""

    on = Day(label=_("日期"))
    but = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.CheckboxSelectMultiple, label=_("没有签的")
    )

    def __init__(self, *args: Any, rows: Any, label: Any, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["but"].label = day, label
        self.fields["but"].help_text = _("其他人都算在内，只勾例外")
        self.fields["but"].choices = [(row.pk, f"{row.person.name} {row.item}") for row in rows]  # type: ignore[attr-defined]
