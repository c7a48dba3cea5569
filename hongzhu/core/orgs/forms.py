"""Forms of the room: which bodies to list, and each step in a body's life with its paper and its day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs import rules
from hongzhu.core.orgs.models import PARTY_KINDS, UNIT_KINDS, Kind, Org
from hongzhu.core.people.models import Membership
from hongzhu.kit.china import creditcode, schoolcode

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ALL = (("", _("全部")),)


class ListFilter(forms.Form):
    """Kind, sector, stage, area, name or pinyin, as of a day."""

    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部类别")), *Kind.choices], required=False)
    sector = forms.ChoiceField(
        label=_("办学性质"), choices=[("", _("公办民办")), *Org.Sector.choices[:2]], required=False
    )
    stage = forms.ChoiceField(label=_("学段"), choices=[("", _("全部学段")), *Org.Stage.choices[1:]], required=False)
    area = forms.CharField(label=_("所在地类别"), max_length=12, required=False)
    q = forms.CharField(label=_("名称"), max_length=60, required=False)
    on = forms.DateField(label=_("截至"), widget=DATE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = kind


class StepForm(forms.Form):
    """Every step has its day and, where there is one, the number of the paper that approved it."""

    approval = forms.CharField(label=_("批准文号"), max_length=80, required=False)
    on = forms.DateField(label=_("从哪天起"), widget=DATE)

    def __init__(self, *args: Any, user: Any, org: Org | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.org = org
        self.fields["on"].initial = timezone.localdate()
        self.bodies: QuerySet[Org] = access.orgs_where(user, access_rules.CHANGE_ORGS).filter(closed_on__isnull=True)
        if org is not None:
            self.bodies = self.bodies.exclude(pk=org.pk)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices_of(name)

    def choices_of(self, name: str) -> QuerySet[Org]:
        """Bodies that a field may name."""
        return self.bodies


def _body(label: Any, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=Org.objects.none(), **more)


class SetUpForm(StepForm):
    kind = forms.ChoiceField(label=_("类别"), choices=[choice for choice in Kind.choices if choice[0] != Kind.BUREAU])
    name = forms.CharField(label=_("名称"), max_length=80)
    parent = _body(_("上级"), help_text=_("在机构树上挂在谁下面"))
    belongs_to = _body(_("隶属"), required=False, help_text=_("党组织填：由谁批准、向谁报告"))
    guided_by = _body(_("指导"), required=False, help_text=_("和隶属不同时才填"))
    hosts = forms.ModelMultipleChoiceField(
        label=_("所在单位"), queryset=Org.objects.none(), required=False, help_text=_("党组织填；联合党支部可选几个")
    )
    field_order = ("kind", "name", "parent", "belongs_to", "guided_by", "hosts", "approval", "on")

    def choices_of(self, name: str) -> QuerySet[Org]:
        if name in {"belongs_to", "guided_by"}:
            return self.bodies.filter(kind__in=(*PARTY_KINDS, Kind.UPPER))
        return self.bodies.filter(kind__in=UNIT_KINDS) if name == "hosts" else self.bodies

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("hosts") and data.get("kind") in UNIT_KINDS:
            self.add_error("hosts", gettext("只有党组织、群团组织才填所在单位。"))
        return data


class RenameForm(StepForm):
    name = forms.CharField(label=_("新名称"), max_length=80)
    field_order = ("name", "approval", "on")


class MoveForm(StepForm):
    parent = _body(_("新的上级"))
    field_order = ("parent", "approval", "on")


class SuperiorsForm(StepForm):
    belongs_to = _body(_("隶属"), required=False)
    guided_by = _body(_("指导"), required=False)
    field_order = ("belongs_to", "guided_by", "approval", "on")

    def choices_of(self, name: str) -> QuerySet[Org]:
        return self.bodies.filter(kind__in=(*PARTY_KINDS, Kind.UPPER))


class HostsForm(StepForm):
    hosts = forms.ModelMultipleChoiceField(label=_("所在单位"), queryset=Org.objects.none(), required=False)
    field_order = ("hosts", "approval", "on")

    def choices_of(self, name: str) -> QuerySet[Org]:
        return self.bodies.filter(kind__in=UNIT_KINDS)


class _SuccessorForm(StepForm):
    def choices_of(self, name: str) -> QuerySet[Org]:
        return self.bodies.filter(kind__in=rules.family(self.org.kind)) if self.org else self.bodies


class MergeForm(_SuccessorForm):
    into = _body(_("并入"), help_text=_("成员、隶属它和归它指导的党组织一并转过去"))
    field_order = ("into", "approval", "on")


class DissolveForm(_SuccessorForm):
    successor = _body(_("由谁承接"), required=False, help_text=_("还有成员的必须写明，成员同日转过去"))
    field_order = ("successor", "approval", "on")


class SplitForm(StepForm):
    name = forms.CharField(label=_("新设的名称"), max_length=80)
    memberships = forms.ModelMultipleChoiceField(
        label=_("转过去的成员"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("name", "memberships", "approval", "on")

    def __init__(self, *args: Any, user: Any, org: Org, **kwargs: Any) -> None:
        super().__init__(*args, user=user, org=org, **kwargs)
        field: Any = self.fields["memberships"]
        field.queryset = (
            Membership.objects.filter(org=org, to_on__isnull=True)
            .select_related("person")
            .order_by("person__search_key")
        )
        field.label_from_instance = lambda row: row.person.name

    def choices_of(self, name: str) -> QuerySet[Any]:
        return Membership.objects.none() if name == "memberships" else self.bodies


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Org
        fields = ("short_name", "school_code", "credit_code", "sector", "stage", "area", "mandate", "retired")

    def clean_school_code(self) -> str:
        return _checked(self.cleaned_data["school_code"], lambda text: schoolcode.check(text).code)

    def clean_credit_code(self) -> str:
        return _checked(self.cleaned_data["credit_code"], creditcode.check)


def _checked(text: str, check: Any) -> str:
    try:
        return str(check(text)) if text.strip() else ""
    except ValueError as error:
        raise ValidationError(str(error)) from None
