"""Forms of the document pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.policies import queries as policies

from . import actions, queries, rules
from .models import Document

ISSUERS = (
    Kind.BUREAU, Kind.PARTY_GROUP, Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.LEADING_GROUP, Kind.TASK_FORCE, Kind.SECTION,
)  # fmt: skip
PARTS = (Kind.BUREAU, Kind.DISTRICT, Kind.COMMITTEE, Kind.GENERAL_BRANCH)
ADDRESSED = (
    Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TRAINING, Kind.DISTRICT, Kind.SECTION, Kind.COMMITTEE, Kind.GENERAL_BRANCH,
    Kind.BRANCH, Kind.JOINT_BRANCH,
)  # fmt: skip


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DocumentForm(forms.Form):
    """One document as its drafter writes it."""

    issuer = forms.ModelChoiceField(Org.objects.none(), label=_("发文单位"), empty_label=None)
    kind = forms.ChoiceField(label=_("文种"))
    title = forms.CharField(label=_("标题"), max_length=200)
    addressed_to = forms.CharField(
        label=_("主送"), max_length=200, required=False, help_text=_("印在正文前的称呼，如：各中小学党组织")
    )
    text = forms.CharField(label=_("正文"), widget=forms.Textarea(attrs={"rows": 14}), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("发给哪些单位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("发出时按当日机构定下名单，以后机构变动不影响已发名单。"),
    )
    under = forms.ModelChoiceField(Org.objects.none(), label=_("范围"), required=False, empty_label=_("本局全部"))
    needs_reply = forms.BooleanField(label=_("要求回复"), required=False)
    reply_by = Day(label=_("回复期限"), required=False)
    topic = forms.ChoiceField(label=_("主题"), required=False)
    copied_to = forms.CharField(label=_("抄送"), max_length=200, required=False)
    in_name_of = forms.CharField(
        label=_("以何名义印发"), max_length=120, required=False, help_text=_("与发文单位不同时填，如：县委、县政府")
    )
    trial = forms.BooleanField(label=_("试行"), required=False)
    valid_from = Day(label=_("施行日期"), required=False, help_text=_("不填就是发文日期"))
    valid_to = Day(label=_("失效日期"), required=False)
    supersedes = forms.ModelChoiceField(
        Document.objects.none(), label=_("替代"), required=False, empty_label=_("不替代"),
        help_text=_("发出后，被替代的文件改为“已修订”。"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, document: Document | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = timezone.localdate()
        mine = access.orgs_where(user, rules.DRAFT).filter(orgs.existing(on))
        own = getattr(access.acting_grant(user), "org_id", 0)
        self._choices("issuer", mine.filter(Q(kind__in=ISSUERS) | Q(pk=own)))
        self._choices("under", mine.filter(Q(kind__in=PARTS) | Q(pk=own)))
        self.fields["kind"].choices = [(kind.code, str(kind.title)) for kind in queries.kinds_of(user.bureau, on)]  # type: ignore[attr-defined]
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in ADDRESSED]  # type: ignore[attr-defined]
        topics = policies.pack_for(user.bureau, on).section("activities").topics
        self.fields["topic"].choices = [("", _("不分")), *((topic.code, str(topic.title)) for topic in topics)]  # type: ignore[attr-defined]
        standing = queries.outbox(user).filter(status__in=("ISSUED", "TRIAL", "IN_FORCE"))
        self._choices("supersedes", standing.exclude(pk=document.pk if document else 0))

    def _choices(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        begins, ends = given.get("valid_from"), given.get("valid_to")
        if begins and ends and ends <= begins:
            self.add_error("valid_to", _("没有保存：失效日期要晚于施行日期，请改日期。已填内容还在。"))
        return given

    def wording(self) -> actions.Wording:
        given = self.cleaned_data
        names = (
            "kind", "title", "text", "topic", "in_name_of", "addressed_to", "copied_to", "under", "needs_reply",
            "reply_by", "trial", "valid_from", "valid_to", "supersedes",
        )  # fmt: skip
        return actions.Wording(kinds=tuple(given["kinds"]), **{name: given[name] for name in names})


class EnterForm(DocumentForm):
    """A paper given out before, or by a body above: registered as it stands, with its scan."""

    number = forms.CharField(label=_("文号"), max_length=60)
    issued_on = Day(label=_("发文日期"))
    signed_by = forms.CharField(label=_("签发人"), max_length=60, required=False)
    file = forms.FileField(
        label=_("扫描件"), required=False, widget=forms.FileInput, help_text=_("可以以后再加；一件最多20MB")
    )
    needs_reply = reply_by = None  # type: ignore[assignment]  # it went out on paper: nothing is asked here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_name_of"].help_text = _("上级来文写上级机关的全称，发文单位选收存它的单位")
        self.fields["kinds"].help_text = _("当时发给了哪些单位；不知道就不选，谁都不会收到消息。")

    def clean_issued_on(self) -> date:
        on: date = self.cleaned_data["issued_on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("没有保存：发文日期还没有到，请改日期。已填内容还在。"))
        return on

    def wording(self) -> actions.Wording:
        self.cleaned_data |= {"needs_reply": False, "reply_by": None}
        return super().wording()


class AttachForm(forms.Form):
    file = forms.FileField(label=_("附件"), widget=forms.FileInput)


def initial_of(document: Document) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = (
        "issuer", "kind", "title", "addressed_to", "text", "needs_reply", "reply_by", "topic", "copied_to", "in_name_of",
        "trial", "valid_from", "valid_to", "supersedes",
    )  # fmt: skip
    audience = document.audience or {}
    return {name: getattr(document, name) for name in names} | {
        "kinds": audience.get("kinds", []),
        "under": audience.get("under"),
    }


class SignForm(forms.Form):
    """Who signed, and when."""

    signed_by = forms.CharField(label=_("签发人"), max_length=60)
    on = Day(label=_("签发日期"))


class IssueForm(forms.Form):
    """The day and, where it is not the next of the series, the number."""

    on = Day(label=_("发文日期"))
    number = forms.CharField(label=_("文号"), max_length=60, required=False, help_text=_("不填就按编号规则取下一个号"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200)


class DayForm(forms.Form):
    on = Day(label=_("日期"))


class ReplyForm(forms.Form):
    """The body's answer."""

    reply = forms.CharField(label=_("回复"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class FilterForm(forms.Form):
    """What a list is narrowed to; anything unreadable is ignored."""

    kind = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False)
    year = forms.IntegerField(required=False, min_value=1900, max_value=2100)
    q = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", ""), *Document.Kind.choices]  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", ""), *Document.Status.choices]  # type: ignore[attr-defined]
