"""Forms of the way into the Party. A step's form asks only what that step keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.people.queries import who
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, Fewer
from hongzhu.services.party.pack.admission import AdmissionPart, Step
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.rules import admission as rules


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Count(forms.IntegerField):
    """A number of people."""

    def __init__(self, **given: Any) -> None:
        super().__init__(min_value=0, max_value=9999, **given)


class ActChoice(forms.ModelChoiceField):
    """A meeting by its day and theme."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.held_on.isoformat()} {obj.theme}"


class OpenForm(forms.Form):
    """Somebody hands in an application."""

    org = forms.ModelChoiceField(Org.objects.none(), label=_("党支部"), empty_label=_("请选择"))
    person = forms.CharField(label=_("申请人"), max_length=60, help_text=who.HINT)
    applied_on = Day(label=_("申请入党时间"))
    born_on = Day(label=_("出生日期"), required=False, help_text=_("名册上已有的不用填；没有的填了就补到名册上"))
    league = forms.BooleanField(label=_("共青团员（要经团组织推优）"), required=False)
    sources = forms.MultipleChoiceField(label=_("来源"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: Any, today: date, part: AdmissionPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = queries.people_to_apply(user, today)
        branches = queries.branches_to_keep(user, today)
        self.fields["org"].queryset = branches  # type: ignore[attr-defined]
        self.fields["sources"].choices = [(one.code, str(one.title)) for one in part.sources]  # type: ignore[attr-defined]
        only = list(branches[:2])
        if len(only) == 1:
            self.fields["org"].initial = only[0].pk

    def clean_person(self) -> Person:
        return who.one_of(self.people, self.cleaned_data["person"])


class StepForm(forms.Form):
    """One step: its day, and what its kind asks beside."""

    on = Day(label=_("日期"))

    def __init__(self, *args: Any, step: Step, admission: Admission, today: date, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.admission = step, admission
        if step.vote:
            self._vote(admission, today)
        if step.at_end and step.vote:
            self._decision()
        if step.hours:
            self.fields["hours"] = Count(label=_("学时"))
        if step.decides:
            answers = [("yes", _("同意")), ("no", _("不同意"))]
            self.fields["answer"] = forms.ChoiceField(
                label=_("上级意见"), choices=answers, widget=forms.RadioSelect, initial="yes"
            )
        if step.decides or step.code in NUMBERED:
            need = outside and step.decides
            self.fields["number"] = forms.CharField(label=_("文号"), max_length=60, required=need)

    def _vote(self, admission: Admission, today: date) -> None:
        roll, left_out = queries.roll_on(admission.org, today)
        hint = _("今天名册上正式党员%(roll)s人，其中免予参加%(left)s人；预备党员没有表决权") % {
            "roll": roll or 0,
            "left": left_out,
        }
        self.fields["act"] = ActChoice(
            queries.acts_to_link(admission, today), label=_("会议"), required=False, empty_label=_("会议还没有记，直接填人数"),
            help_text=_("选了会议，日期和会上已记的人数从会议记录取，不用再填"),
        )  # fmt: skip
        need = not self.data.get("act")  # the meeting's own record has the day, and the counts it was taken with
        self.fields["on"].required = need
        self.fields["entitled"] = Count(
            label=_("应到会有表决权人数"), required=need, help_text=hint, initial=(roll or 0) - left_out or None
        )
        self.fields["fewer"] = forms.ChoiceField(label=_("应到少于名册的原因"), choices=Fewer.choices, required=False)
        for name, label in VOTES:
            self.fields[name] = Count(label=label, required=need and name in {"present", "favour"})

    def _decision(self) -> None:
        options = [
            (engine.CONFIRM, _("按期转正")), (engine.EXTEND, _("延长预备期")), (engine.CANCEL, _("取消预备党员资格")),
        ]  # fmt: skip
        self.fields["decision"] = forms.ChoiceField(label=_("表决什么"), choices=options, widget=forms.RadioSelect)
        self.fields["until"] = Day(label=_("延长到"), required=False, help_text=_("只在延长预备期时填"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.step.vote and not self.errors:
            given["ballot"] = self._ballot(given)
        return given

    def _ballot(self, given: dict[str, Any]) -> engine.Ballot:
        """The counts: from the meeting's own record where it has them, else as typed."""
        act: Act | None = given.get("act")
        counted = False
        ballot = engine.Ballot(0, 0, 0)
        if act is not None:
            given["on"] = given.get("on") or act.held_on
            ballot, counted = queries.ballot_of(act, self.admission)
        written, fewer = given.get("written") or 0, given.get("fewer") or ""
        if counted:
            return engine.Ballot(
                ballot.entitled, ballot.present, ballot.favour, ballot.against, ballot.abstain, written, fewer
            )
        entitled = given.get("entitled") if act is None else (ballot.entitled or given.get("entitled"))
        present = given.get("present") if act is None else (ballot.present or given.get("present"))
        for name, value in (("entitled", entitled), ("present", present), ("favour", given.get("favour"))):
            if value is None:
                self.add_error(name, _("还没有填，请补上。"))
        return engine.Ballot(
            entitled or 0, present or 0, given.get("favour") or 0, given.get("against") or 0, given.get("abstain") or 0,
            written, fewer,
        )  # fmt: skip


VOTES = (
    ("present", _("实到会有表决权人数")),
    ("favour", _("赞成")),
    ("against", _("反对")),
    ("abstain", _("弃权")),
    ("written", _("会前书面赞成")),
)
NUMBERED = ("political_review", "upper_filed", "activist_filed")


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("作废原因"), max_length=200)


class HelperForm(forms.Form):
    """A full member named for a role."""

    person = forms.CharField(label=_("姓名"), max_length=60, help_text=who.HINT)
    on = Day(label=_("从哪天起"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_person(self) -> Person:
        return who.one_of(access.visible_people(self.user), self.cleaned_data["person"])


class EndDayForm(forms.Form):
    on = Day(label=_("结束日期"))


class NoticeForm(forms.Form):
    """A notice was put up."""

    posted_on = Day(label=_("张贴日期"))
    days = Count(label=_("公示工作日数"), help_text=_("从张贴次日起算"))


class CloseForm(forms.Form):
    """How a notice ended: numbers, never what was said."""

    on = Day(label=_("登记结果日期"))
    objections = Count(label=_("收到反映件数"), initial=0, help_text=_("只记件数，反映的内容不在这里登记"))
    held_up = forms.BooleanField(label=_("影响继续办理"), required=False)


class PapersForm(forms.Form):
    """The checklist: each paper seen or not, and its pages."""

    def __init__(self, *args: Any, part: AdmissionPart, held: dict[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [paper.code for paper in part.papers]
        for paper in part.papers:
            self.fields[f"seen_{paper.code}"] = forms.BooleanField(
                label=str(paper.title), required=False, initial=paper.code in held
            )
            self.fields[f"pages_{paper.code}"] = Count(
                label=_("%s页数") % paper.title, required=False, initial=held.get(paper.code)
            )

    def seen(self) -> dict[str, int | None]:
        given = self.cleaned_data
        return {code: given.get(f"pages_{code}") for code in self.codes if given.get(f"seen_{code}")}


class EndForm(forms.Form):
    """The way ends before its time."""

    outcome = forms.ChoiceField(
        label=_("怎样结束"), choices=[(one.value, one.label) for one in rules.ENDS], widget=forms.RadioSelect
    )
    on = Day(label=_("日期"))
    reason = forms.CharField(label=_("原因"), max_length=200)


class MoveForm(forms.Form):
    """Another branch leads the person on."""

    org = forms.ModelChoiceField(Org.objects.none(), label=_("转到哪个党支部"), empty_label=_("请选择"))
    on = Day(label=_("日期"))

    def __init__(self, *args: Any, admission: Admission, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = queries.branches_of(admission, today)  # type: ignore[attr-defined]


class SourcesForm(forms.Form):
    sources = forms.MultipleChoiceField(label=_("来源"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, part: AdmissionPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].choices = [(one.code, str(one.title)) for one in part.sources]  # type: ignore[attr-defined]


class QuotaForm(forms.Form):
    """A year's plan for one body."""

    org = forms.ModelChoiceField(Org.objects.none(), label=_("党组织"), empty_label=_("请选择"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    places = Count(label=_("计划数"))

    def __init__(self, *args: Any, user: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = queries.bodies_to_plan(user, today)  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """What the table is narrowed to; anything unreadable narrows nothing."""

    q = forms.CharField(required=False, max_length=60)
    org = forms.IntegerField(required=False, min_value=1)
    stage = forms.CharField(required=False, max_length=40)
    step = forms.CharField(required=False, max_length=40)
    source = forms.CharField(required=False, max_length=40)
    who = forms.ChoiceField(
        required=False,
        choices=[("", ""), ("branch", ""), ("superior", ""), ("applicant", ""), ("late", "")],
    )
    show = forms.ChoiceField(required=False, choices=[("", ""), ("ended", "")])
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)
