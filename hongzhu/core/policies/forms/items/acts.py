"""New items of the activities section: kinds of act, parts, what counts, topics, counts of output, rules of voting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import PARTY_KINDS
from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.policies.pack import adding

from .base import ItemForm, named, number, tick, words
from .duties import STEP, tag_of_kind

ROSTERS = ("members", "committee", "staff", "body_members", "none")
NEEDS = (
    "lecture_title",
    "lecturer",
    "secretary",
    "vote",
    "resolution",
    "readings",
    "outputs",
    "place",
    "open",
    "fixed_day",
)
SHARES = ((1, 2, True), (1, 2, False), (2, 3, True), (2, 3, False), (4, 5, True), (4, 5, False))


class KindForm(ItemForm):
    """活动种类: who may hold it, who is called over, what its page offers."""

    section, listing = "activities", "kinds"
    finer = ("usual", "topics", "sheets", "minutes", "belonging", "numbered", "needs_review", "confidential")

    def ask(self) -> None:
        new = self.item is None
        self.fields["title"].help_text = _("例如 读书分享会")
        self.fields["scope"] = self.bodies(_("谁可以开"))
        self.fields["roster"] = forms.ChoiceField(
            label=_("按哪份名册点缺席"), choices=named(ROSTERS), widget=forms.RadioSelect
        )
        offered = self.choices("activities", "parts")
        self.fields["parts"] = self.several(_("可以包含什么"), offered, hint=_("记录时从这里勾"))
        self.fields["votes"] = tick(_("可以表决"))
        self.fields["decided"] = tick(_("要记议定事项，有负责人和期限"), initial=True)
        if new:
            self.fields["counted"] = tick(
                _("办一次就计一次"), initial=True, hint=_("应办事项可以按它算；不勾就只留记录")
            )
            self.sourced()
            for name in ("clause", "confidence"):
                self.fields[name].required = False
        self.fields["usual"] = self.several(_("平时都包含什么"), offered, hint=_("打开记录页时先替您勾好"))
        self.fields["topics"] = self.several(_("可以选哪些主题"), self.choices("activities", "topics"))
        self.papers = [(sheet.code, str(sheet.title)) for sheet in self.items("documents", "sheets") if sheet.like]
        if self.papers:
            self.fields["sheets"] = self.several(
                _("还要打印本局的哪些表"), self.papers, hint=_("记录表、签到表照常都有，不用选")
            )
        self.fields["minutes"] = number(_("一般开多长（分钟）"), 5, 1440, initial=90)
        self.fields["belonging"] = forms.ChoiceField(
            label=_("算哪一年的"),
            choices=[("date", _("哪天开就算哪天的")), ("own_year", _("由记录人选所属年度，例如次年补开的"))],
            initial="date",
            widget=forms.RadioSelect,
        )
        self.fields["numbered"] = tick(_("每年从第1次编起"))
        self.fields["needs_review"] = tick(_("记录后要上级审阅"))
        self.fields["confidential"] = tick(_("只给参加人、上级和巡察看"))

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {"decided": any(rule.kind == "ACTION" for rule in item.resolutions)}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("counted"):
            for name in ("clause", "confidence"):
                if name in given and not given[name]:
                    self.add_error(name, _("要计次数就要写依据；没有依据请不勾“办一次就计一次”"))
        if "usual" in given and set(given["usual"]) - set(given.get("parts", ())):
            self.add_error("usual", _("平时包含的要先在“可以包含什么”里勾上"))
        units = [code for code in given.get("scope", ()) if code not in PARTY_KINDS]
        if given.get("roster") in {"members", "committee"} and units:
            names = _("、").join(str(OrgKind(code).label) for code in units)
            self.add_error("roster", _("%(names)s没有党员名册，请选教职工、成员或无") % {"names": names})
        return given

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        kept = ("scope", "roster", "parts", "usual", "votes", "topics", "minutes", "belonging")
        more = ("numbered", "needs_review", "confidential")
        made = {name: given[name] for name in (*kept, *more)}
        offered = dict(self.papers)
        usual = [code for code in getattr(self.item, "sheets", ()) if code not in offered]
        made["sheets"] = [*usual, *given.get("sheets", [])]
        before = [rule for rule in getattr(self.item, "resolutions", ()) if rule.kind != "ACTION"]
        rules = [rule.model_dump(mode="json", exclude_defaults=True) for rule in before]
        made["resolutions"] = [*([{"kind": "ACTION"}] if given["decided"] else []), *rules]
        if self.item is None:
            made["order"] = max((kind.order for kind in self.items("activities", "kinds")), default=0) + STEP
        return made

    def after(self, given: dict[str, Any]) -> list[adding.Addition]:
        if not given.get("counted"):
            return []
        return [
            tag_of_kind(words(given["title"]), adding.NewCode(0), self.source(given), self.items("activities", "tags"))
        ]


class OfferedForm(ItemForm):
    """An item of no use until others offer it: which ones is asked with it, in the field ``offered``."""

    def _offered(self) -> tuple[str, ...]:
        if self.item is None:
            return ()
        return adding.offering(self.sections, (self.section, self.listing, self.item.code))

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {"offered": list(self._offered())}

    def offered_in(self, given: dict[str, Any]) -> tuple[str, ...]:
        return tuple(given["offered"])


class PartForm(OfferedForm):
    """本次包含: one thing an act may include."""

    section, listing = "activities", "parts"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 案例研讨")
        self.fields["offered"] = self.several(
            _("哪些活动可以含这一项"), self.choices("activities", "kinds", self._offered()), required=True
        )
        self.fields["needs"] = self.several(_("含了这一项就要有"), named(NEEDS), hint=_("没有就不选"))
        self.fields["outputs"] = self.several(_("要填哪些数"), self.choices("activities", "outputs"))

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        heading = words(given["title"], getattr(self.item, "title", None))
        return {"heading": heading, "needs": given["needs"], "outputs": given["outputs"]}


class TopicForm(OfferedForm):
    """主题: what an act was about."""

    section, listing = "activities", "topics"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 教育家精神")
        self.fields["offered"] = self.several(
            _("哪些活动可以选这个主题"), self.choices("activities", "kinds", self._offered()), required=True
        )

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        return {}


class OutputForm(OfferedForm):
    """成果计数: something an act may yield, as a plain count."""

    section, listing = "activities", "outputs"

    def ask(self) -> None:
        self.fields["title"].help_text = _("例如 走访社区")
        self.fields["unit"] = forms.CharField(label=_("数的单位"), max_length=10, help_text=_("例如 个、次、人"))
        self.fields["offered"] = self.several(
            _("含哪一项时填这个数"), self.choices("activities", "parts", self._offered()), required=True
        )

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"unit": words(given["unit"], getattr(self.item, "unit", None))}


class TagForm(ItemForm):
    """计入条件: when an act counts for something."""

    section, listing = "activities", "tags"
    CONDITION = ("kinds", "parts_any", "topics_any", "needs")

    def ask(self) -> None:
        asks = getattr(self.item, "condition", None)
        self.fields["title"].help_text = _("例如 案例研讨")
        self.fields["kinds"] = self.several(
            _("限哪些活动"), self.choices("activities", "kinds", getattr(asks, "kinds", ())), hint=_("不选就是都可以")
        )
        self.fields["parts_any"] = self.several(_("含其中一项就算"), self.choices("activities", "parts"))
        self.fields["topics_any"] = self.several(_("主题是其中一个才算"), self.choices("activities", "topics"))
        self.fields["needs"] = self.several(_("还要有"), named(NEEDS))
        self.fields["shown"] = forms.CharField(
            label=_("用一句话告诉记录人怎样才计入"), max_length=60, help_text=_("例如 含案例研讨，有主讲人")
        )
        self.fields["amount"] = forms.ChoiceField(
            label=_("怎样计"),
            choices=[("none", _("计一次")), ("hours", _("按起止时间折算学时"))],
            initial="none",
            widget=forms.RadioSelect,
        )
        self.fields["per_person"] = tick(_("到会的每个人也各计一次"))
        self.sourced()

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {name: list(getattr(item.condition, name)) for name in self.CONDITION}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given[name] for name in self.CONDITION):
            self.add_error("kinds", _("请至少选一个条件，不然每次活动都会计入"))
        return given

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "condition": {name: given[name] for name in self.CONDITION if given[name]},
            "shown": words(given["shown"], getattr(self.item, "shown", None)),
            "amount": given["amount"],
            "per_person": given["per_person"],
            **self.source(given),
        }


class DecisionForm(ItemForm):
    """表决: who must be there, and how many of whom must agree."""

    section, listing = "activities", "decisions"

    def ask(self) -> None:
        kept = getattr(self.item, "kinds", ())
        voting = [kind for kind in self.items("activities", "kinds", kept) if kind.votes or kind.code in kept]
        self.fields["title"].help_text = _("例如 推荐优秀共产党员")
        self.fields["kinds"] = self.several(
            _("在哪些活动上表决"), [(kind.code, str(kind.title)) for kind in voting], required=True
        )
        self.fields["attendance"] = forms.ChoiceField(
            label=_("到会多少才能开"), choices=_shares(), widget=forms.RadioSelect
        )
        self.fields["votes"] = forms.ChoiceField(label=_("赞成多少算通过"), choices=_shares(), widget=forms.RadioSelect)
        self.fields["base"] = forms.ChoiceField(
            label=_("赞成票以谁为基数"), choices=named(("entitled", "present")), widget=forms.RadioSelect
        )
        self.fields["full_members_only"] = tick(_("只算正式党员"), initial=True)
        self.sourced()

    def asked(self, item: Any) -> dict[str, Any]:
        return super().asked(item) | {"attendance": _share(item.attendance), "votes": _share(item.votes)}

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "kinds": given["kinds"],
            "attendance": _part(given["attendance"]),
            "votes": _part(given["votes"]),
            "base": given["base"],
            "full_members_only": given["full_members_only"],
            **self.source(given),
        }


def _shares() -> list[tuple[str, str]]:
    return [
        (
            f"{top}/{bottom}{'+' if more else ''}",
            (_("超过%(share)s") if more else _("%(share)s以上")) % {"share": f"{top}/{bottom}"},
        )
        for top, bottom, more in SHARES
    ]


def _share(share: Any) -> str:
    return f"{share.of[0]}/{share.of[1]}{'+' if share.more else ''}"


def _part(text: str) -> dict[str, Any]:
    top, bottom = text.rstrip("+").split("/")
    return {"of": [int(top), int(bottom)], "more": text.endswith("+")}
