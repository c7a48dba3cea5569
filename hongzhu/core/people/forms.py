"""Forms of the room: an upload, a person, a post, a membership."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs.models import UNIT_KINDS, Org
from hongzhu.core.people.models import Engagement, Membership, Person, PostKind, Standing
from hongzhu.core.people.queries import uploads, who, words
from hongzhu.core.people.rules import GROUP_STANDING, HOLDING, PARTY_STANDING
from hongzhu.kit.china import idcard, phone
from hongzhu.kit.tables.columns import Column
from hongzhu.kit.tables.read import TableRefused

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DATE, **more)


class Suggested(forms.TextInput):
    """Free text with what is usual offered by the browser as one types."""

    template_name = "people/suggested.html"

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__()
        self.offered = offered

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), "list": f"{name}_offered"})
        return context | {"offered": self.offered}


def subject_field() -> forms.CharField:
    """What somebody teaches."""
    return forms.CharField(
        label=_("任教学科"), max_length=20, required=False, help_text=_("教几门的写主要的一门；不任课的不填"),
        widget=Suggested(words.SUBJECTS),
    )  # fmt: skip


def dress(form: forms.Form) -> None:
    """Fields that stand bare in a filter line look like the others."""
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs["class"] = kind


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("表格文件"), help_text=_(".xlsx 或 .csv，可以是WPS、Excel存的，也可以是GBK编码的"), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip
    on = day_field(_("生效日期"), help_text=_("新增和变动从哪一天起算，一般是今天"))

    def __init__(self, *args: Any, columns: Sequence[Column] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.data_read = b""
        self.fields["on"].initial = timezone.localdate

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(gettext("生效日期还没有到，请改日期。"))
        return on

    def clean_file(self) -> Any:
        """Read it at once: a file that cannot be read is refused here, with the reason."""
        file = self.cleaned_data["file"]
        self.data_read = file.read()
        try:
            uploads.read_sheet(self.data_read, file.name, self.columns)
        except TableRefused as error:
            raise ValidationError(str(error)) from None
        return file


class RosterFilter(forms.Form):
    """Which members: 在职, 离退休, 预备, 外派, 免予参加; a body; a name; as of a day."""

    STATES = (
        ("", _("全部")), ("working", _("在职")), ("retired", _("离退休")), ("probationary", _("预备")),
        ("away", _("外派")), ("left_out", _("免予参加")), ("activist", _("积极分子")),
    )  # fmt: skip
    state = forms.ChoiceField(choices=STATES, required=False)
    org = forms.ModelChoiceField(
        label=_("党组织"), queryset=Org.objects.none(), required=False, empty_label=_("全部党组织")
    )
    q = forms.CharField(label=_("姓名"), max_length=40, required=False)
    on = day_field(_("截至"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = access.orgs_where(user, access_rules.VIEW_PEOPLE).filter(  # type: ignore[attr-defined]
            closed_on__isnull=True, kind__in=HOLDING
        )
        dress(self)


class OnForm(forms.Form):
    """Only the day from which something holds."""

    on = day_field(_("日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate


class RegisterForm(OnForm):
    name = forms.CharField(label=_("姓名"), max_length=40)
    sex = forms.ChoiceField(label=_("性别"), choices=Person.Sex.choices[1:], required=False, widget=forms.RadioSelect)
    born_on = day_field(_("出生日期"), required=False)
    education = forms.ChoiceField(label=_("学历"), choices=Person.Education.choices, required=False)
    subject = subject_field()
    id_number = forms.CharField(
        label=_("身份证号"), max_length=30, required=False, help_text=_("加密保存，页面上只显示最后一位")
    )
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False)
    staff_no = forms.CharField(label=_("工号"), max_length=32, required=False)
    field_order = ("name", "sex", "born_on", "education", "subject", "id_number", "phone", "staff_no", "on")

    def clean_id_number(self) -> str:
        number = self.cleaned_data["id_number"].strip()
        if not number:
            return ""
        try:
            return idcard.check(number, today=timezone.localdate()).number
        except idcard.IdRefused as error:
            raise ValidationError(str(error)) from None

    def clean_phone(self) -> str:
        number = self.cleaned_data["phone"].strip()
        try:
            return phone.check(number) if number else ""
        except phone.PhoneRefused as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Sex and birthday follow the identity number where they are left blank."""
        data: dict[str, Any] = super().clean() or {}
        if number := data.get("id_number"):
            card = idcard.check(number, today=timezone.localdate())
            if data.get("sex") and data["sex"] != card.sex:
                self.add_error("sex", gettext("和身份证号不一致，请核对"))
            if data.get("born_on") and data["born_on"] != card.born:
                self.add_error("born_on", gettext("和身份证号里的出生日期不一致，请核对"))
            data["sex"], data["born_on"] = data.get("sex") or card.sex, data.get("born_on") or card.born
        return data


class _InReach(OnForm):
    """A form that names a body the user may change people at."""

    kinds: Sequence[str] = ()
    org = forms.ModelChoiceField(label=gettext_lazy("单位"), queryset=Org.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = access.orgs_where(user, access_rules.CHANGE_PEOPLE).filter(closed_on__isnull=True)
        self.fields["org"].queryset = found.filter(kind__in=self.kinds) if self.kinds else found  # type: ignore[attr-defined]


class AppointForm(_InReach):
    kind = forms.ChoiceField(label=_("职务"), choices=PostKind.choices)
    acting = forms.BooleanField(label=_("主持工作"), required=False, help_text=_("没有任正职，先主持工作"))
    field_order = ("org", "kind", "acting", "on")


class JoinForm(_InReach):
    standing = forms.ChoiceField(
        label=_("身份"),
        choices=[(s.value, s.label) for s in (*PARTY_STANDING, *GROUP_STANDING)],
        widget=forms.RadioSelect,
    )
    joined_on = day_field(_("入党日期"), required=False)
    full_on = day_field(_("转正日期"), required=False, help_text=_("正式党员填"))
    retired = forms.BooleanField(label=_("离退休"), required=False)
    field_order = ("org", "standing", "joined_on", "full_on", "retired", "on")

    def __init__(self, *args: Any, ranks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ranks:
            # Who is to be a member goes by the steps of 发展党员; who was one before is entered by one office.
            kept = [(s.value, s.label) for s in (Standing.ACTIVIST, *GROUP_STANDING)]
            self.fields["standing"].choices = kept  # type: ignore[attr-defined]
            self.fields["standing"].help_text = LED
            del self.fields["joined_on"], self.fields["full_on"]

    def clean(self) -> dict[str, Any]:
        return _with_joining_day(self, super().clean() or {})


class TransferForm(OnForm):
    """Within the bureau: any open branch of it may receive a member."""

    org = forms.ModelChoiceField(label=_("转到"), queryset=Org.objects.none())
    field_order = ("org", "on")

    def __init__(self, *args: Any, bureau_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = Org.objects.filter(  # type: ignore[attr-defined]
            bureau=bureau_id, closed_on__isnull=True, kind__in=HOLDING
        ).order_by("sort", "id")


LED = _("预备党员、正式党员在“发展党员”里一步步办，转入的用“组织关系转接”；启用系统以前入党的，请局党建办补登")
MEMBERS = (Standing.FULL, Standing.PROBATIONARY)


def _with_joining_day(form: forms.Form, data: dict[str, Any]) -> dict[str, Any]:
    """A member of before the system is entered with the day of joining."""
    if data.get("standing") in MEMBERS and not data.get("joined_on"):
        form.add_error("joined_on", gettext("补登党员身份要填入党日期，请补上。"))
    return data


class StateForm(OnForm):
    """``ranks``: who puts a standing of before the system on file; others change only what goes with it."""

    standing = forms.ChoiceField(
        label=_("身份"), choices=[(s.value, s.label) for s in PARTY_STANDING], widget=forms.RadioSelect
    )
    joined_on = day_field(_("入党日期"), required=False)
    full_on = day_field(_("转正日期"), required=False, help_text=_("补登正式党员时填"))
    retired = forms.BooleanField(label=_("离退休"), required=False)
    left_out = forms.ChoiceField(label=_("免予参加"), choices=Membership.LeftOut.choices, required=False)
    field_order = ("standing", "joined_on", "full_on", "retired", "left_out", "on")

    def __init__(self, *args: Any, ranks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ranks:
            del self.fields["standing"], self.fields["joined_on"], self.fields["full_on"]

    def clean(self) -> dict[str, Any]:
        data = _with_joining_day(self, super().clean() or {})
        if data.get("standing") != Standing.FULL and data.get("full_on"):
            self.add_error("full_on", gettext("只有正式党员填转正日期。"))
        return data


class AmendForm(forms.Form):
    """What is on file about a person; the two dates only for a member of the Party."""

    sex = forms.ChoiceField(label=_("性别"), choices=Person.Sex.choices, widget=forms.RadioSelect)
    ethnic = forms.CharField(label=_("民族"), max_length=20, required=False)
    born_on = day_field(_("出生日期"), required=False)
    education = forms.ChoiceField(label=_("学历"), choices=Person.Education.choices, required=False)
    subject = subject_field()
    joined_on = day_field(_("入党日期"), required=False)
    full_on = day_field(_("转正日期"), required=False, help_text=_("只是补正日期；转正在“发展党员”里办"))

    def __init__(self, *args: Any, membership: Membership | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if membership is None:
            del self.fields["joined_on"]
        if membership is None or membership.standing != Standing.FULL:
            del self.fields["full_on"]


class EngageForm(_InReach):
    kinds = tuple(UNIT_KINDS)
    relation = forms.ChoiceField(label=_("关系"), choices=Engagement.Relation.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("原因"), choices=Engagement.Reason.choices, required=False)
    field_order = ("relation", "org", "reason", "on")


class SucceedForm(OnForm):
    person = forms.CharField(label=_("由谁接任"), max_length=60, help_text=who.HINT)
    acting = forms.BooleanField(label=_("主持工作"), required=False)
    field_order = ("person", "acting", "on")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_person(self) -> Person:
        return who.one_of(access.visible_people(self.user), self.cleaned_data["person"])


class SeatsForm(OnForm):
    kind = forms.ChoiceField(label=_("职务"), choices=PostKind.choices)
    seats = forms.IntegerField(label=_("职数"), min_value=0, max_value=99)
    field_order = ("kind", "seats", "on")


class SeatsFilter(forms.Form):
    """As of which day."""

    on = forms.DateField(label=_("截至"), widget=DATE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs["class"] = "form-control"
