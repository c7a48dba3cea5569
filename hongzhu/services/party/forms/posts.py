"""Forms of demonstration posts, areas and promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person
from hongzhu.services.party.models import MemberPost, PostPlace, Promise

from .sending import Day, PersonField, UserForm, body


class PlaceField(forms.ModelChoiceField):
    """One of the catalogues of the branches a user keeps."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} {obj.org.name}"


class PostForm(UserForm):
    """A member is given a post or an area: one of the catalogue, or one written here."""

    org = body(_("党支部"))
    person = PersonField(label=_("姓名"))
    place = PlaceField(
        PostPlace.objects.none(), label=_("从岗位目录选"), required=False, empty_label=_("不从目录选，下面自己填"),
        help_text=_("选了目录里的，类别、岗位和职责就不用填"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("", _("请选择")), *MemberPost.Kind.choices],
        required=False,
        help_text=_("没有从目录选的，类别和岗位都要填"),
    )
    title = forms.CharField(
        label=_("岗位或责任区"), max_length=80, required=False, help_text=_("如 五年级数学组示范岗、北楼安全责任区")
    )
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)
    from_on = Day(label=_("开始"))

    def __init__(self, *args: Any, rows: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("org", rows)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def clean_person(self) -> Person | None:
        return self.found("person")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        # A place that was chosen and is none any more has its own sentence.
        if not found.get("place") and "place" not in self.errors:
            for name in ("kind", "title"):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, _("请从岗位目录选一个，或填好类别和岗位。"))
        return found


class PickForm(forms.Form):
    """The place of the catalogue an address names."""

    place = forms.IntegerField(min_value=1)

    @classmethod
    def of(cls, told: Any) -> dict[str, Any]:
        form = cls(told)
        return form.cleaned_data if form.is_valid() else {}


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


class ReportForm(forms.Form):
    """A member reports the own promise kept; what was done may be left out."""

    on = Day(label=_("兑现日期"))
    deed = forms.CharField(
        label=_("做了什么"), max_length=100, required=False, help_text=_("可以不填，如 10月12日上了一节公开课")
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200, help_text=_("写还差什么，如 还差两户没有家访"))


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
        self.fields["but"].choices = [(row.pk, self.line(row)) for row in rows]  # type: ignore[attr-defined]

    @staticmethod
    def line(row: Promise) -> str:
        """Whose it is and what; with the day of a report, which is the day it is then kept."""
        line = f"{row.person.name} {row.item}"
        if row.reported_on is None:
            return line
        told = {"line": line, "month": row.reported_on.month, "day": row.reported_on.day}
        return gettext("%(line)s（本人报%(month)s月%(day)s日兑现）") % told
