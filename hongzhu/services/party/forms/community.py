"""Forms of registration with communities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person

from .sending import Day, PersonField, UserForm


def _service(form: forms.Form, services: Sequence[str]) -> None:
    """A list of the bureau's own kinds of service, where it has filled one in."""
    if services:
        choices = [("", _("还没有认领")), *((one, one) for one in services)]
        held = form.initial.get("service")
        if held and held not in services:
            choices.append((held, held))
        form.fields["service"] = forms.ChoiceField(label=_("认领服务"), choices=choices, required=False)


class CommunityForm(UserForm):
    person = PersonField(label=_("姓名"))
    community = forms.CharField(label=_("社区（村）"), max_length=80)
    registered_on = Day(label=_("报到日期"))
    service = forms.CharField(label=_("认领服务"), max_length=120, required=False)

    def __init__(self, *args: Any, services: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _service(self, services)

    def clean_person(self) -> Person | None:
        return self.found("person")


class OwnCommunityForm(forms.Form):
    """A member registers themselves."""

    community = forms.CharField(label=_("社区（村）"), max_length=80)
    registered_on = Day(label=_("报到日期"))
    service = forms.CharField(label=_("认领服务"), max_length=120, required=False)

    def __init__(self, *args: Any, services: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _service(self, services)


class ClaimServiceForm(forms.Form):
    community = forms.CharField(label=_("社区（村）"), max_length=80)
    service = forms.CharField(label=_("认领服务"), max_length=120, required=False)

    def __init__(self, *args: Any, services: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _service(self, services)


class ConfirmForm(forms.Form):
    on = Day(label=_("社区确认日期"))
    name = forms.CharField(label=_("社区确认人"), max_length=60, help_text=_("写社区工作人员的姓名"))


class ServiceForm(forms.Form):
    on = Day(label=_("服务日期"))
    title = forms.CharField(label=_("服务事项"), max_length=120)
    minutes = forms.IntegerField(label=_("服务时长（分钟）"), min_value=1, max_value=1440)
    confirmed_by = forms.CharField(
        label=_("社区确认人"), max_length=60, required=False, help_text=_("社区已经确认的才填")
    )
