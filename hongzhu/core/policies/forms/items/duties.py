"""New items of the obligations section: duties, campaigns, terms of office, hours of study, inspections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.orgs.models import PARTY_KINDS
from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.policies.pack import adding

from .base import ItemForm, both, day, lines, named, number, tick, words

OWN_GROUP = gettext_lazy("本局规定")
BY_KIND = "kind:"
BY_TAG = "tag:"
EVERY = ("month", "quarter", "half", "year", "term", "once")
STEP = 10  # between the orders of two duties, so that a pack may put one in between


class DutyForm(ItemForm):
    """应办事项: who has to hold what, how often."""

    section, listing = "obligations", "duties"
    finer = ("short", "min_full_members", "not_months", "lock_days", "owes_after_days", "show_in_grid", "statutory")

    def ask(self) -> None:
        self.kinds = {kind.code: kind for kind in self.items("activities", "kinds")}
        self.fields["title"].help_text = _("例如 每季度一次读书会")
        self.fields["counts_as"] = forms.ChoiceField(
            label=_("办什么活动算完成"), choices=[("", _("请选择")), *self._worth()]
        )
        self.fields["bearers"] = self.bodies(
            _("谁要办"), among={code for kind in self.kinds.values() for code in kind.scope}
        )
        running = self.choices("obligations", "campaigns", [getattr(self.item, "campaign", None) or ""])
        self.fields["every"] = forms.ChoiceField(
            label=_("多久一次"),
            choices=named(every for every in EVERY if running or every != "once"),
            widget=forms.RadioSelect,
        )
        self.fields["count"] = number(_("每期几次"), 1, 60, initial=1)
        if running:
            self.fields["campaign"] = forms.ChoiceField(
                label=_("哪个专题"),
                choices=[("", _("不属于专题")), *running],
                required=False,
                help_text=_("只有“专题期间”才要选"),
            )
        self.groups = {duty.group.zh: duty.group for duty in self.items("obligations", "duties")}
        own = both(OWN_GROUP)["zh"]
        self.fields["group"] = forms.ChoiceField(
            label=_("归在哪一类"),
            choices=[(zh, str(self.groups.get(zh) or OWN_GROUP)) for zh in dict.fromkeys([*self.groups, own])],
            initial=own,
        )
        self.sourced()
        self.fields["short"] = forms.CharField(
            label=_("一览表里的简称"), max_length=12, required=False, help_text=_("空着就用名称")
        )
        self.fields["min_full_members"] = number(
            _("正式党员满几名才要求"), 1, 1000, hint=_("空着表示都要求"), required=False
        )
        self.fields["not_months"] = self.several(
            _("哪几个月不要求"),
            [(month, _("%(month)s月") % {"month": month}) for month in range(1, 13)],
            hint=_("只有“每月”才能选，例如寒暑假"),
        )
        self.fields["lock_days"] = number(_("期末后几天封账"), 0, 366, initial=10, hint=_("过了再记就是补记"))
        self.fields["owes_after_days"] = number(_("新设立的组织满几天才要求"), 0, 366, initial=0)
        self.fields["show_in_grid"] = tick(_("列入一览表"), initial=True)
        self.fields["statutory"] = tick(_("这是党内法规或法律规定的，不是本局定的"))

    def _tags(self) -> dict[str, Any]:
        return {tag.code: tag for tag in self.items("activities", "tags", [getattr(self.item, "tag", "")])}

    def _exact(self) -> dict[str, str]:
        """Kinds of which every act counts under a tag of their own: kind and tag."""
        found: dict[str, str] = {}
        for tag in self._tags().values():
            asks = tag.condition
            only = len(asks.kinds) == 1 and not (asks.parts_any or asks.parts_all or asks.topics_any or asks.needs)
            if only and tag.amount == "none":
                found.setdefault(asks.kinds[0], tag.code)
        return found

    def _worth(self) -> list[tuple[str, list[tuple[str, str]]]]:
        exact = self._exact()
        held = [
            (f"{BY_TAG}{exact[code]}" if code in exact else f"{BY_KIND}{code}", str(kind.title))
            for code, kind in self.kinds.items()
        ]
        plain = {exact[code] for code in self.kinds if code in exact}
        met = [
            (f"{BY_TAG}{tag.code}", _("%(tag)s（%(shown)s）") % {"tag": tag.title, "shown": tag.shown})
            for tag in self._tags().values()
            if tag.code not in plain
        ]
        return [(_("办一次这种活动就算"), held), (_("活动里有这些内容才算"), met)]

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {
            "counts_as": f"{BY_TAG}{item.tag}",
            "min_full_members": item.applies.min_full_members,
            "campaign": item.campaign or "",
            "short": "" if item.short == item.title else item.short.zh,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        every = given.get("every")
        if every == "once" and not given.get("campaign"):
            self.add_error("campaign", _("“专题期间”要选是哪个专题"))
        if given.get("not_months") and every and every != "month":
            self.add_error("not_months", _("只有“每月”才能挑月份，请去掉所选月份，或把“多久一次”改成每月"))
        if len(given.get("not_months", ())) == 12:
            self.add_error("not_months", _("十二个月都不要求就没有要办的了，请留下要办的月份"))
        if given.get("counts_as"):
            self._meets(self._kinds_of(given["counts_as"]), given)
        return given

    def _kinds_of(self, counts_as: str) -> list[Any]:
        """The kinds of act by which it can be done."""
        if counts_as.startswith(BY_KIND):
            return [self.kinds[counts_as.removeprefix(BY_KIND)]]
        asks = self._tags()[counts_as.removeprefix(BY_TAG)].condition
        wanted = {*asks.parts_any, *asks.parts_all}
        return [
            kind
            for kind in self.kinds.values()
            if (not asks.kinds or kind.code in asks.kinds) and (not wanted or wanted & set(kind.parts))
        ]

    def _meets(self, kinds: list[Any], given: dict[str, Any]) -> None:
        """Nobody owes what it cannot hold, nor monthly what belongs to a whole year."""
        can = {code for kind in kinds for code in kind.scope}
        names = _("、").join(str(OrgKind(code).label) for code in given.get("bearers", ()) if code not in can)
        if names:
            held = _("、").join(str(OrgKind(code).label) for code in OrgKind.values if code in can)
            self.add_error(
                "bearers",
                _("%(names)s不能办这种活动（能办的是%(held)s），请去掉，或换一种活动") % {"names": names, "held": held}
                if held
                else _("现在没有组织能办这种活动，请换一种活动"),
            )
        yearly = bool(kinds) and all(kind.belonging == "own_year" for kind in kinds)
        if yearly and given.get("every") not in {None, "year"}:
            self.add_error("every", _("这种活动按所属年度算，请选“每年”"))

    def along(self, given: dict[str, Any]) -> list[adding.Addition]:
        if not given["counts_as"].startswith(BY_KIND):
            return []
        kind = self.kinds[given["counts_as"].removeprefix(BY_KIND)]
        return [tag_of_kind(kind.title.model_dump(), kind.code, self.source(given), self._tags().values())]

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        by_tag = given["counts_as"].startswith(BY_TAG)
        tag = given["counts_as"].removeprefix(BY_TAG) if by_tag else adding.NewCode(0)
        least = given["min_full_members"]
        before = getattr(self.item, "short", None)
        too_few = both(gettext_lazy("正式党员不足%(least)s人，不作要求"), least=least) if least else None
        made = {
            "short": words(given["short"] or given["title"][:12], before),
            "tag": tag,
            "bearers": given["bearers"],
            "every": given["every"],
            "count": given["count"],
            "campaign": (given.get("campaign") or None) if given["every"] == "once" else None,
            "group": self._group(given["group"]),
            **self.source(given),
            "applies": {"min_full_members": least} if least else None,
            "not_applicable": too_few,
            "not_months": [int(month) for month in given["not_months"]] or None,
            "lock_days": given["lock_days"],
            "owes_after_days": given["owes_after_days"],
            "show_in_grid": given["show_in_grid"],
            "statutory": given["statutory"],
            **self._window(given, tag),
        }
        if self.item is None:
            made["order"] = max((duty.order for duty in self.items("obligations", "duties")), default=0) + STEP
        return made

    def _group(self, zh: str) -> dict[str, str]:
        return words(zh, self.groups[zh]) if zh in self.groups else both(OWN_GROUP)

    def _window(self, given: dict[str, Any], tag: Any) -> dict[str, Any]:
        """A yearly duty on what another one already asks for keeps that one's days (组织生活会: into next March)."""
        like = next(
            (duty for duty in self.items("obligations", "duties") if duty.tag == tag and duty.window is not None), None
        )
        if given["every"] != "year" or like is None or like.window is None:
            return {"belonging": "date", "window": None}
        return {"belonging": "own", "window": like.window.model_dump(by_alias=True)}


def tag_of_kind(title: dict[str, str], kind: Any, source: dict[str, Any], tags: Iterable[Any]) -> adding.Addition:
    """What every act of one kind counts for. ``kind``: its code, or NewCode; ``tags``: those there already."""
    taken = any(tag.title.zh == title["zh"] for tag in tags)
    fields = {
        "title": both(gettext_lazy("办一次%(kind)s"), kind=title) if taken else title,
        "condition": {"kinds": [kind]},
        "shown": both(gettext_lazy("按%(kind)s开展"), kind=title),
        **source,
    }
    return adding.Addition("activities", "tags", fields)


class CampaignForm(ItemForm):
    """专题学习教育: from a day to a day, and what is counted meanwhile."""

    section, listing = "obligations", "campaigns"
    finer = ("report_headings",)

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 纪律学习教育")
        self.fields["from_on"] = day(_("从哪天开始"))
        self.fields["to_on"] = day(_("到哪天结束"))
        self.fields["counted"] = self.several(
            _("期间数什么"),
            self.choices("activities", "tags", self._counted()),
            hint=_("只数次数；要规定次数，另加一条“专题期间”的应办事项"),
        )
        self.fields["bearers"] = self.bodies(_("数哪些组织的"), among=self._holders())
        self.fields["bearers"].required = False
        self.sourced()
        self.fields["report_headings"] = forms.CharField(
            label=_("总结要写哪几块"), required=False, help_text=_("一行一块"), widget=forms.Textarea(attrs={"rows": 4})
        )

    def _counted(self) -> Iterable[str]:
        return [output.tag for output in self.item.outputs] if self.item else []

    def _holders(self) -> set[str]:
        return {code for kind in self.items("activities", "kinds") for code in kind.scope}

    def asked(self, item: Any) -> dict[str, Any]:
        bearers = sorted({code for output in item.outputs for code in output.bearers})
        return super().asked(item) | {"counted": list(self._counted()), "bearers": bearers}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins, ends = given.get("from_on"), given.get("to_on")
        if begins and ends and ends < begins:
            self.add_error("to_on", _("结束早于开始，请改日期"))
        if given.get("counted") and "bearers" in given and not given["bearers"]:
            self.add_error("bearers", _("选了要数的，也要选数哪些组织的"))
        return given

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        titles = {tag.code: tag.title for tag in self.items("activities", "tags", given["counted"])}
        return {
            "from_on": given["from_on"].isoformat(),
            "to_on": given["to_on"].isoformat(),
            "outputs": [
                {"tag": code, "title": titles[code].model_dump(exclude_defaults=True), "bearers": given["bearers"]}
                for code in given["counted"]
            ],
            "report_headings": [{"zh": line} for line in lines(given["report_headings"])],
            **self.source(given),
        }


class TermForm(ItemForm):
    """任期: how long a body's officers serve."""

    section, listing = "obligations", "terms_of_office"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 党总支任期")
        self.fields["bearers"] = self.bodies(_("哪类组织"), among=PARTY_KINDS)
        self.fields["years"] = number(_("一届几年"), 1, 10, initial=3)
        self.fields["shift_years"] = number(_("经批准最多提前或延期几年"), 0, 3, initial=1)
        self.fields["notify_days"] = number(_("届满前几天提醒"), 0, 730, initial=180)
        self.sourced()

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        kept = {name: given[name] for name in ("bearers", "years", "shift_years", "notify_days")}
        return kept | self.source(given)


class StudyHoursForm(ItemForm):
    """年度学时: how many hours a person should reach in a year."""

    section, listing = "obligations", "study_hours"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 党员年度集中学习")
        self.fields["who"] = forms.ChoiceField(
            label=_("要求谁"), choices=named(("member", "officer")), widget=forms.RadioSelect
        )
        self.fields["hours"] = number(_("一年多少学时"), 1, 400)
        tags = self.items("activities", "tags", [getattr(self.item, "tag", "")])
        self.fields["tag"] = forms.ChoiceField(
            label=_("哪些活动的学时算在内"),
            choices=[(tag.code, str(tag.title)) for tag in tags if tag.amount == "hours"],
        )
        self.sourced()

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: given[name] for name in ("who", "hours", "tag")} | self.source(given)


class InspectionForm(ItemForm):
    """督导检查清单: one line of the yearly list."""

    section, listing = "obligations", "inspections"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 校园安全专项督导")
        self.fields["comprehensive"] = tick(_("综合性检查"), hint=_("同一学校一年最多一次；专项检查不勾"))
        self.fields["times_a_year"] = number(_("每校每年几次"), 1, 60, initial=1)
        self.fields["notice_days"] = number(_("提前几天公布内容、范围、方式"), 0, 366, initial=30)
        self.fields["listed"] = tick(_("已列入年度清单"), initial=True, hint=_("清单之外不得开展"))
        self.sourced()

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        kept = {name: given[name] for name in ("comprehensive", "times_a_year", "notice_days", "listed")}
        return kept | self.source(given)
