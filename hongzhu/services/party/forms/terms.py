"""Forms of elections, delays and filings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import UNIT_KINDS, Kind, Org
from hongzhu.core.people.models import Person, PostKind
from hongzhu.core.people.queries import who
from hongzhu.services.party import rules as perms
from hongzhu.services.party.actions.terms import Tally, Votes
from hongzhu.services.party.models import Election, Fewer, Filing
from hongzhu.services.party.queries import filings, terms
from hongzhu.services.party.rules import filings as filing_rules
from hongzhu.services.party.rules import terms as rules

MOST_CANDIDATES = 9
MEETINGS = 12  # so many of the last meetings are offered
POSTS = [(kind.value, kind.label) for kind in rules.COMMITTEE_POSTS]


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def count(label: Any, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=20_000, required=required)


class StartForm(forms.Form):
    cause = forms.ChoiceField(label=_("类别"), choices=Election.Cause.choices)


class AnswerForm(forms.Form):
    """The superior's reply: its day and number."""

    on = Day(label=_("批复日期"))
    number = forms.CharField(label=_("批复文号"), max_length=60)


class ReportForm(forms.Form):
    on = Day(label=_("报告日期"))
    number = forms.CharField(label=_("报告文号"), max_length=60, required=False)


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("作废原因"), max_length=200)


class DelayForm(forms.Form):
    """The superior's approval to elect earlier or later."""

    until = Day(label=_("批准到"), help_text=_("提前的写提前到哪天，延期的写延到哪天"))
    number = forms.CharField(label=_("批准文号"), max_length=60)
    on = Day(label=_("批准日期"))
    reason = forms.CharField(label=_("原因"), max_length=200)


class RegisterForm(forms.Form):
    """The last election, from its papers."""

    held_on = Day(label=_("选举日期"))
    confirmed_on = Day(label=_("结果批复日期"))
    number = forms.CharField(label=_("批复文号"), max_length=60)


class AskForm(forms.Form):
    """请示: seats, the day meant, the ballot in its order."""

    on = Day(label=_("请示日期"))
    number = forms.CharField(label=_("请示文号"), max_length=60, required=False)
    seats = forms.IntegerField(
        label=_("应选名额"), min_value=1, max_value=15, help_text=_("不设支委会的写1（书记）或2（书记、副书记）")
    )
    planned_on = Day(label=_("拟选举日期"), required=False)
    seen = forms.BooleanField(label=_("已看过上面的提醒，仍按此请示"), required=False)

    def __init__(self, *args: Any, election: Election, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election, self.today = election, today
        for place in range(1, MOST_CANDIDATES + 1):
            self.fields[f"name_{place}"] = forms.CharField(
                label=_("候选人%(n)s") % {"n": place}, max_length=60, required=False
            )
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("职务"), choices=POSTS, required=False, initial=PostKind.COMMITTEE_MEMBER
            )
        self.fields["name_1"].help_text = str(who.HINT)
        self.people = Person.objects.filter(memberships__in=terms.members(election.org, today)).distinct()

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Name and post of each line, bound."""
        return [(self[f"name_{place}"], self[f"kind_{place}"]) for place in range(1, MOST_CANDIDATES + 1)]

    @property
    def candidates(self) -> list[tuple[Person, str]]:
        """Who stands, in order; empty lines are left out."""
        return [
            (self.cleaned_data[f"person_{place}"], self.cleaned_data.get(f"kind_{place}") or PostKind.COMMITTEE_MEMBER)
            for place in range(1, MOST_CANDIDATES + 1)
            if self.cleaned_data.get(f"person_{place}")
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for place in range(1, MOST_CANDIDATES + 1):
            if name := given.get(f"name_{place}"):
                try:
                    given[f"person_{place}"] = who.one_of(self.people, name)
                except forms.ValidationError as error:
                    self.add_error(f"name_{place}", error)
        return given


class HoldForm(forms.Form):
    """The counts of the meeting, and the votes of each candidate."""

    on = Day(label=_("选举日期"))
    act = forms.ModelChoiceField(
        None, label=_("当天的会议"), required=False, empty_label=_("不关联会议"),
        help_text=_("选了会议，应到和实到从会议的到会情况取（预备党员、免予参加的不计）"),
    )  # fmt: skip
    entitled = count(_("应到会有选举权人数"), required=False)
    fewer = forms.ChoiceField(label=_("应到少于名册的原因"), choices=Fewer.choices, required=False)
    present = count(_("实到有选举权人数"), required=False)
    issued = count(_("发出选票"))
    returned = count(_("收回选票"))
    valid = count(_("有效票"))

    def __init__(self, *args: Any, election: Election, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = terms.acts_near(election.org, today)
        self.fields["act"].queryset = near  # type: ignore[attr-defined]
        offered = [(act.pk, f"{act.held_on.isoformat()} {act.theme}") for act in near[:MEETINGS]]
        self.fields["act"].widget.choices = [("", _("不关联会议")), *offered]  # type: ignore[attr-defined]
        self.ballot = terms.printed(election)
        self.people = Person.objects.filter(memberships__in=terms.members(election.org, today)).distinct()
        for place in range(1, rules.MOST_WRITTEN_IN + 1):
            self.fields[f"other_name_{place}"] = forms.CharField(
                label=_("另选他人%(n)s") % {"n": place}, max_length=60, required=False, help_text=who.HINT
            )
            self.fields[f"other_votes_{place}"] = count(_("得赞成票"), required=False)
            self.fields[f"other_again_{place}"] = count(_("再次投票得票"), required=False)
            self.fields[f"other_kind_{place}"] = forms.ChoiceField(
                label=_("职务（分工）"), choices=POSTS, required=False, initial=PostKind.COMMITTEE_MEMBER
            )
        for row in self.ballot:
            self.fields[f"votes_{row.pk}"] = count(_("得赞成票"))
            self.fields[f"again_{row.pk}"] = count(_("再次投票得票"), required=False)
            self.fields[f"kind_{row.pk}"] = forms.ChoiceField(label=_("职务（分工）"), choices=POSTS)

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """Each candidate with their bound fields."""
        return [(row, self[f"votes_{row.pk}"], self[f"again_{row.pk}"], self[f"kind_{row.pk}"]) for row in self.ballot]

    @property
    def written(self) -> list[list[Any]]:
        """The lines of those voters wrote in, bound."""
        parts = ("name", "votes", "kind", "again")
        return [[self[f"other_{part}_{n}"] for part in parts] for n in range(1, rules.MOST_WRITTEN_IN + 1)]

    @property
    def has_written(self) -> bool:
        """Whether a line of them is filled in or refused: shown open then."""
        return any(line[0].value() or line[1].errors or line[0].errors for line in self.written)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for place in range(1, rules.MOST_WRITTEN_IN + 1):
            name, got = given.get(f"other_name_{place}"), given.get(f"other_votes_{place}")
            if name:
                try:
                    given[f"other_{place}"] = who.one_of(self.people, name)
                except forms.ValidationError as error:
                    self.add_error(f"other_name_{place}", error)
            if name and got is None:
                self.add_error(f"other_votes_{place}", _("请填这个人的得票。"))
            if got is not None and not name:
                self.add_error(f"other_name_{place}", _("请填这些票选的是谁。"))
        return given

    def others(self) -> list[tuple[Person, Votes]]:
        """Whom voters wrote in, with their votes; empty lines are left out."""
        given = self.cleaned_data
        return [
            (
                given[f"other_{n}"],
                Votes(given[f"other_votes_{n}"], given[f"other_again_{n}"], given[f"other_kind_{n}"]),
            )
            for n in range(1, rules.MOST_WRITTEN_IN + 1)
            if given.get(f"other_{n}")
        ]

    def tally(self) -> Tally:
        given = self.cleaned_data
        return Tally(
            given["entitled"], given["present"], given["issued"], given["returned"], given["valid"], given["fewer"]
        )

    def votes(self) -> dict[int, Votes]:
        given = self.cleaned_data
        return {
            row.pk: Votes(given[f"votes_{row.pk}"], given[f"again_{row.pk}"], given[f"kind_{row.pk}"])
            for row in self.ballot
        }


class AskFilingForm(forms.Form):
    """A request to set up, rename, change, merge or dissolve a Party body."""

    want = forms.ChoiceField(label=_("事项"), choices=Filing.Want.choices)
    org = forms.ModelChoiceField(Org.objects.none(), label=_("党组织"), required=False, empty_label=_("设立的不选"))
    name = forms.CharField(label=_("新名称"), max_length=80, required=False, help_text=_("设立、更名时写全称"))
    kind = forms.ChoiceField(
        label=_("新类别"), required=False, help_text=_("设立、改变类别时选"),
        choices=[("", _("不变")), *((kind.value, kind.label) for kind in filing_rules.KINDS)],
    )  # fmt: skip
    into = forms.ModelChoiceField(
        Org.objects.none(), label=_("并入（承接）"), required=False, empty_label=_("没有"),
        help_text=_("合并必选；撤销时选承接党员的党组织"),
    )  # fmt: skip
    superior = forms.ModelChoiceField(
        Org.objects.none(),
        label=_("上级党组织"),
        required=False,
        empty_label=_("按现在的隶属"),
        help_text=_("设立时必选"),
    )
    host = forms.ModelChoiceField(Org.objects.none(), label=_("所在单位"), required=False, empty_label=_("设立时选"))
    others = forms.ModelMultipleChoiceField(
        Org.objects.none(), label=_("其他覆盖单位"), required=False, help_text=_("联合党支部可多选")
    )
    members = forms.IntegerField(
        label=_("正式党员数"), min_value=0, max_value=20_000, required=False, help_text=_("设立时写，预备党员不计")
    )
    reason = forms.CharField(label=_("事由"), max_length=200)
    on = Day(label=_("请示日期"))
    number = forms.CharField(label=_("请示文号"), max_length=60, required=False)
    seen = forms.BooleanField(label=_("已看过上面的提醒，仍按此请示"), required=False)

    def __init__(self, *args: Any, user: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Org.objects.filter(orgs.existing(today), bureau=access.bureau_of(user)).order_by("sort", "id")
        mine = access.orgs_where(user, perms.APPROVE if access.may(user, perms.APPROVE) else perms.KEEP)
        mine = mine.filter(orgs.existing(today))
        bodies = here.filter(kind__in=rules.ELECTING)
        offered = {
            "org": mine.filter(kind__in=rules.ELECTING),
            "into": bodies,
            "superior": here.filter(kind__in=(Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.UPPER)),
            "host": mine.filter(kind__in=UNIT_KINDS),
            "others": here.filter(kind__in=UNIT_KINDS).exclude(kind__in=(Kind.BUREAU, Kind.SECTION)),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.today = today

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        org = given.get("org")
        if org is not None and given.get("want") != Filing.Want.SET_UP:
            given["superior"] = terms.superior_of(org, self.today) or given.get("superior")
        if given.get("superior") is None and not self.errors:
            self.add_error("superior", _("请选上级党组织。"))
        return given

    def cautions(self) -> list[str]:
        """What to think of before asking, by what was typed."""
        given = self.cleaned_data
        units = len(given.get("others") or ()) + (1 if given.get("host") else 0)
        return filings.cautions(
            given["want"], org=given.get("org"), into=given.get("into"), kind=given.get("kind") or "",
            members=given.get("members"), units=units, on=self.today,
        )  # fmt: skip


class AnswerFilingForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label=_("意见"), choices=[("yes", _("同意")), ("no", _("不同意"))], coerce=lambda text: text == "yes"
    )
    on = Day(label=_("批复日期"))
    number = forms.CharField(label=_("批复文号"), max_length=60, required=False)
    reason = forms.CharField(label=_("未同意原因"), max_length=200, required=False)


class FinishForm(forms.Form):
    on = Day(label=_("生效日期"))


class FilterForm(forms.Form):
    """What a list is narrowed to; anything unreadable narrows nothing."""

    show = forms.CharField(required=False, max_length=20)
    kind = forms.CharField(required=False, max_length=20)
    year = forms.IntegerField(required=False, min_value=1900, max_value=2100)
    q = forms.CharField(required=False, max_length=60)
