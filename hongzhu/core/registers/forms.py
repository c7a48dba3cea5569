"""Forms of the registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents import queries as documents
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.people.models import Person, Standing
from hongzhu.core.people.queries import who

from . import rules
from .models import Contact, Honour, Link, Title
from .queries import contacts

IN_USE = ("ISSUED", "TRIAL", "IN_FORCE")  # papers a group may work by


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DayForm(forms.Form):
    on = Day(label=_("日期"))


class AssignForm(forms.Form):
    """One person, one scheme, any number of bodies."""

    scheme = forms.ChoiceField(label=_("方式"), choices=Contact.Scheme.choices)
    person = forms.ModelChoiceField(Person.objects.none(), label=_("联系人"), empty_label=_("请选择"))
    bodies = forms.ModelMultipleChoiceField(
        Org.objects.none(),
        label=_("联系单位"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以选多个；已经联系的不会重复登记"),
    )
    from_on = Day(label=_("开始"))
    duties = forms.CharField(label=_("职责"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, bodies = contacts.choices(user, timezone.localdate())
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]


class HonourForm(forms.Form):
    """One honour; a body or a person holds it."""

    title = forms.CharField(label=_("荣誉名称"), max_length=120)
    org = forms.ModelChoiceField(Org.objects.none(), label=_("单位"), required=False, empty_label=_("不是单位荣誉"))
    person = forms.CharField(label=_("个人"), max_length=60, required=False, help_text=who.HINT)
    level = forms.ChoiceField(label=_("级别"), choices=Honour.Level.choices)
    granted_by = forms.CharField(label=_("授予机关"), max_length=120)
    granted_on = Day(label=_("授予日期"))
    document = forms.CharField(label=_("文号"), max_length=80, required=False)
    valid_to = Day(label=_("有效期至"), required=False)
    scan = forms.FileField(label=_("证书扫描件"), required=False, help_text=_("可传可不传"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = timezone.localdate()
        mine = access.orgs_where(user, rules.KEEP).filter(orgs.existing(on)).exclude(kind=Kind.CLASS)
        self.fields["org"].queryset = mine  # type: ignore[attr-defined]
        self.user = user

    def clean_person(self) -> Person | None:
        typed = self.cleaned_data["person"]
        return who.one_of(access.visible_people(self.user), typed) if typed else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("org")) == bool(given.get("person")) and not self.errors:
            self.add_error("org", _("请选一个单位或一个人，二者选一。"))
        return given


class TitleForm(forms.Form):
    """One professional title of one person."""

    person = forms.CharField(label=_("姓名"), max_length=60, help_text=who.HINT)
    kind = forms.ChoiceField(label=_("专业称号"), choices=Title.Kind.choices)
    name = forms.CharField(label=_("称号名称"), max_length=80, required=False, help_text=_("选“其他”时要写"))
    level = forms.ChoiceField(label=_("级别"), choices=Honour.Level.choices)
    granted_by = forms.CharField(label=_("授予机关"), max_length=120, required=False)
    from_on = Day(label=_("授予日期"))
    to_on = Day(label=_("有效期至"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_person(self) -> Person:
        return who.one_of(access.visible_people(self.user), self.cleaned_data["person"])


class StrengthForm(forms.Form):
    """How many, as of which day."""

    on = Day(label=_("截至"))
    count = forms.IntegerField(label=_("人数"), min_value=0, max_value=100_000)


class GroupForm(forms.Form):
    """A leading group or a task force."""

    kind = forms.ChoiceField(label=_("类别"), choices=[(kind.value, kind.label) for kind in rules.GROUP_KINDS])
    name = forms.CharField(label=_("名称"), max_length=80)
    parent = forms.ModelChoiceField(Org.objects.none(), label=_("设在"), empty_label=None)
    on = Day(label=_("成立日期"))
    event = forms.CharField(label=_("事由"), max_length=160, required=False)
    mandate = forms.CharField(label=_("职责"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    rule = forms.ModelChoiceField(None, label=_("工作规则"), required=False, empty_label=_("还没有文件"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = (Kind.BUREAU, Kind.COMMITTEE, Kind.PARTY_GROUP)
        mine = access.orgs_where(user, rules.ASSIGN).filter(orgs.existing(timezone.localdate()), kind__in=above)
        self.fields["parent"].queryset = mine  # type: ignore[attr-defined]
        self.fields["rule"].queryset = documents.visible_to(user).filter(status__in=IN_USE)  # type: ignore[attr-defined]


class AmendForm(forms.Form):
    """What a group is for, its duties and the paper it works by."""

    event = forms.CharField(label=_("事由"), max_length=160, required=False)
    mandate = forms.CharField(label=_("职责"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    rule = forms.ModelChoiceField(None, label=_("工作规则"), required=False, empty_label=_("还没有文件"))

    def __init__(self, *args: Any, user: Any, keep: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The paper in force, and the one the group was opened by, whatever became of it.
        fit = Q(status__in=IN_USE) | Q(pk=keep)
        self.fields["rule"].queryset = documents.visible_to(user).filter(fit)  # type: ignore[attr-defined]


class StatusForm(forms.Form):
    """One line: what was done on a day."""

    on = Day(label=_("日期"))
    line = forms.CharField(label=_("当天做了什么"), max_length=120, help_text=_("一天一句，写做了的事和数字"))


class MemberForm(forms.Form):
    """One member of a group."""

    person = forms.CharField(label=_("姓名"), max_length=60, help_text=who.HINT)
    standing = forms.ChoiceField(
        label=_("身份"),
        choices=[(value, Standing(value).label) for value in (Standing.MEMBER, Standing.DEPUTY_HEAD, Standing.HEAD)],
    )
    duty = forms.CharField(label=_("分工"), max_length=200, required=False)
    on = Day(label=_("开始"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_person(self) -> Person:
        return who.one_of(access.visible_people(self.user), self.cleaned_data["person"])


class CloseForm(forms.Form):
    on = Day(label=_("结束日期"))
    summary = forms.CharField(label=_("工作小结"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class NameForm(forms.Form):
    text = forms.CharField(label=_("名称"), max_length=120)
    document = forms.CharField(label=_("依据文件"), max_length=120, required=False)


class NominationForm(forms.Form):
    """A body or a person put forward for a title of a year."""

    nominated_by = forms.ModelChoiceField(Org.objects.none(), label=_("推荐单位"), empty_label=_("请选择"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("荣誉名称"), max_length=120, help_text=_("如 先进基层党组织、优秀党员教师"))
    level = forms.ChoiceField(label=_("级别"), choices=Honour.Level.choices)
    org = forms.ModelChoiceField(Org.objects.none(), label=_("单位"), required=False, empty_label=_("不是单位荣誉"))
    person = forms.CharField(label=_("个人"), max_length=60, required=False, help_text=who.HINT)
    facts = forms.CharField(
        label=_("主要事迹"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写做了的事和数字"),
    )  # fmt: skip
    proposed_on = Day(label=_("推荐日期"))

    def __init__(self, *args: Any, user: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nominated_by"].queryset = self.fields["org"].queryset = rows  # type: ignore[attr-defined]
        few = list(rows[:2])
        if len(few) == 1:
            self.initial["nominated_by"] = few[0].pk
        self.user = user

    def clean_person(self) -> Person | None:
        typed = self.cleaned_data["person"]
        return who.one_of(access.visible_people(self.user), typed) if typed else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("org")) == bool(given.get("person")) and not self.errors:
            self.add_error("org", _("请选一个单位或一个人，二者选一。"))
        return given


class PostingForm(forms.Form):
    on = Day(label=_("公示日期"))
    to = Day(label=_("公示截止"))


class GrantForm(forms.Form):
    on = Day(label=_("授予日期"))
    granted_by = forms.CharField(label=_("授予机关"), max_length=120)
    document = forms.CharField(label=_("文号"), max_length=80, required=False)
    valid_to = Day(label=_("有效期至"), required=False)


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("未授予原因"), max_length=200)


class LinkForm(forms.Form):
    """A business document and its Party-building counterpart."""

    business = forms.ModelChoiceField(None, label=_("业务文件"), empty_label=_("请选择"))
    party = forms.ModelChoiceField(None, label=_("党建文件"), empty_label=_("请选择"))
    step = forms.ChoiceField(label=_("环节"), choices=Link.Step.choices)
    on = Day(label=_("关联日期"))

    def __init__(self, *args: Any, business: Any, party: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["business"].queryset, self.fields["party"].queryset = business, party  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """What a register is narrowed to; anything unreadable narrows nothing."""

    level = forms.ChoiceField(required=False, choices=[("", ""), *Honour.Level.choices])
    scheme = forms.ChoiceField(required=False, choices=[("", ""), *Contact.Scheme.choices])
    year = forms.IntegerField(required=False, min_value=1900, max_value=2100)
    on = forms.DateField(required=False)
    kind = forms.CharField(required=False, max_length=20)
    show = forms.CharField(required=False, max_length=20)
    q = forms.CharField(required=False, max_length=60)
    # A refused short form of one row: which, and the day as it was typed.
    ending = forms.IntegerField(required=False, min_value=1)
    typed = forms.CharField(required=False, max_length=20)
