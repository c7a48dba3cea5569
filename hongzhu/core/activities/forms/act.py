"""The one-act form: one definition for every kind of the pack. It asks only what the kind has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import ABSENT, Attendance, Resolution
from hongzhu.core.activities.pack import ActField
from hongzhu.core.activities.queries import GROUP_FIELD, Setup
from hongzhu.core.orgs.models import Org
from hongzhu.kit.china.numerals import to_chinese
from hongzhu.kit.dates import SHANGHAI

from .fields import CountField, DayField, PickField

OWN = ""  # the chip 自填
KEPT = "own:"  # a reading of the act itself, beside those of the month's guide
VOTES, ITEMS = 3, 5
MARK = "、"  # zh: the mark behind a Chinese numeral in minutes, which are Chinese papers


class ActForm(forms.Form):
    """Fields come from :class:`Setup`; ``told()`` gives what the actions take.

    Names are stable: theme_pick theme held_on held_to starts_at ends_at belongs_year place_pick place parts topic
    lecture_title lecturer lecturer_name absent came why_<person> observers readings reading_title reading_issued_on process
    vote<n>_* item<n>_* output_<code> field_<code> file chair recorder open_to_outside contact joint late_note media_*.
    """

    def __init__(
        self,
        setup: Setup,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        kept: Iterable[engine.ReadingTold] = (),
        **options: Any,
    ) -> None:
        """``kept``: readings of the act that is corrected; those the month's guide has not are offered as well."""
        self.setup = setup
        self.readings = {str(index): row for index, row in enumerate(setup.readings)}
        self.readings |= {reading_key(row, setup): row for row in kept}
        super().__init__(data, files, **options)
        self._what()
        self._included()
        self._lecture()
        self._roster()
        self._studied()
        self._votes()
        self._items()
        self._more()

    # --- fields ----------------------------------------------------------------------------------------

    def _what(self) -> None:
        kind, setup = self.setup.kind, self.setup
        picks = [(row.theme, self._theme_label(row.source, row.theme)) for row in setup.themes]
        if picks:
            self.fields["theme_pick"] = forms.ChoiceField(
                label=_("主题"),
                choices=[*picks, (OWN, _("自填"))],
                widget=forms.RadioSelect,
                required=False,
                initial=picks[0][0],
            )
        self.fields["theme"] = forms.CharField(
            label=_("主题"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
        )
        if kind.belonging == "own_year":
            self.fields["theme"].widget.attrs["placeholder"] = _("不填就写所属年度和“%s”") % kind.title
        self.fields["held_on"] = DayField(
            label=_("日期"),
            year=setup.day.year,
            initial=setup.day,
            error_messages={"required": _("没有填日期，请补上")},
        )
        self.fields["held_to"] = DayField(
            label=_("到哪天结束"), year=setup.day.year, required=False, help_text=_("跨天才填")
        )
        self.fields["starts_at"] = forms.TimeField(label=_("开始时间"), required=False, initial=setup.starts_at)
        self.fields["ends_at"] = forms.TimeField(label=_("结束时间"), required=False, initial=setup.ends_at)
        if kind.belonging == "own_year":
            years = (setup.day.year - 1, setup.day.year)
            self.fields["belongs_year"] = forms.TypedChoiceField(
                label=_("所属年度"),
                choices=[(year, _("%s年度") % year) for year in years],
                coerce=int,
                widget=forms.RadioSelect,
                initial=years[0] if setup.day.month <= 3 else years[1],
                error_messages={"required": _("请选所属年度")},
            )
        if setup.places:
            self.fields["place_pick"] = forms.ChoiceField(
                label=_("地点"),
                choices=[*[(place, place) for place in setup.places], (OWN, _("自填"))],
                widget=forms.RadioSelect,
                required=False,
                initial=setup.places[0],
            )
        self.fields["place"] = forms.CharField(label=_("地点"), max_length=80, required=False)
        for field in kind.fields:
            self.fields[f"field_{field.code}"] = _extra_field(field, setup)

    def _theme_label(self, source: str, theme: str) -> str:
        return (_("本支部计划：%s") if source == "plan" else _("每月提示：%s")) % theme

    def _included(self) -> None:
        parts = self.setup.parts
        if parts:
            self.fields["parts"] = forms.MultipleChoiceField(
                label=_("本次包含"),
                choices=[(part.code, str(part.title)) for part in parts],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=list(self.setup.kind.usual),
            )
        topics = {topic.code: str(topic.title) for topic in self.setup.section.topics}
        offered = [(code, topics[code]) for code in self.setup.kind.topics if code in topics]
        if offered:
            self.fields["topic"] = forms.ChoiceField(
                label=_("内容"), choices=[("", _("不分")), *offered], required=False, help_text=gettext_lazy("可不选")
            )

    # For the script, which lays headings out as the page does.
    mark = MARK
    numerals = "".join(to_chinese(number) for number in range(1, 11))

    @property
    def lectures(self) -> bool:
        """Whether somebody lectures, talks, teaches or speaks: any part that has a lecturer."""
        return bool(self.lecturing)

    @property
    def lecturing(self) -> frozenset[str]:
        """Codes of the parts that ask for a lecturer, or have one where somebody spoke."""
        parts = self.setup.parts
        return frozenset(part.code for part in parts if "lecturer" in part.needs or part.code in rules.SPOKEN)

    def _lecture(self) -> None:
        if not self.lectures:
            return
        titled = any("lecture_title" in part.needs for part in self.setup.parts)
        if titled:
            self.fields["lecture_title"] = forms.CharField(label=_("党课题目"), max_length=120, required=False)
        spoken = self.lecturing <= rules.SPOKEN
        self.fields["lecturer"] = PickField(
            label=_("发言人") if spoken else _("主讲人"), offered=self._named(),
            initial=None if spoken else self._leader(),
        )  # fmt: skip
        self.fields["lecturer_name"] = forms.CharField(
            label=_("外请主讲人"), max_length=60, required=False, help_text=gettext_lazy("不在名单里的才填")
        )
        if spoken:
            self.fields["lecturer_name"].label = _("其他发言人")

    def _leader(self) -> int | None:
        return self.setup.chair or self.setup.recorder

    def _named(self) -> list[tuple[int, str]]:
        """People with their post, the leader first: 何以宁（书记）."""
        rows = [
            (
                person,
                _("%(name)s（%(post)s）") % {"name": name, "post": post}
                if (post := self.setup.posts.get(person))
                else name,
            )
            for person, name in self.setup.people
        ]
        rows.sort(key=lambda row: row[0] != self.setup.chair)
        return rows

    def _roster(self) -> None:
        seats = self.setup.all_seats
        self.fields["absent"] = forms.TypedMultipleChoiceField(
            choices=[
                *[(str(seat.person), seat.name) for seat in seats],
                # Ticked before another Party group or day was chosen: told() leaves them out, nothing is refused.
                *[(value, value) for value in sorted(self._ticked() - {str(seat.person) for seat in seats})],
            ],
            coerce=int,
            required=False,
            label=_("谁没来"),
        )
        for seat in seats:
            self.fields[f"why_{seat.person}"] = forms.ChoiceField(
                choices=[(state.value, state.label) for state in ABSENT], required=False, label=seat.name
            )
        self.fields["observers"] = forms.CharField(
            label=_("列席"),
            max_length=200,
            required=False,
            initial=self.setup.observers,
            widget=forms.TextInput(attrs={"placeholder": _("如 入党积极分子2人")}),
        )

    def _ticked(self) -> set[str]:
        """Ids of people ticked as absent in what was posted, whoever is on the roster now."""
        return {value for value in self.data.getlist("absent") if value.isdigit()} if self.is_bound else set()

    def _studied(self) -> None:
        setup = self.setup
        if self.readings:
            self.fields["readings"] = forms.MultipleChoiceField(
                label=_("学习篇目"),
                choices=[(key, row.title) for key, row in self.readings.items()],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                # The month's list is ticked where the act is a study; a committee that met has not read it by itself.
                initial=[str(index) for index in range(len(setup.readings))] if "study" in setup.kind.usual else [],
            )
        self.fields["reading_title"] = forms.CharField(label=_("另学一篇"), max_length=160, required=False)
        self.fields["reading_issued_on"] = DayField(
            label=_("印发日期"), year=setup.day.year, required=False, help_text=gettext_lazy("传达学习上级文件才填")
        )
        if not setup.bare:
            self.fields["process"] = forms.CharField(
                label=_("主要过程"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 7}),
                help_text=_("只排好标题，内容由你写"), initial=self.laid_out(),
            )  # fmt: skip
            self.fields["file"] = forms.FileField(
                label=_("附件"), required=False, help_text=_("可不传，如党课讲稿"), max_length=160
            )
        for output in setup.outputs:
            self.fields[f"output_{output.code}"] = CountField(
                label=_("%(title)s（%(unit)s）") % {"title": output.title, "unit": output.unit},
                required=False,
                help_text=str(output.note) if output.note else "",
            )

    @property
    def when(self) -> tuple[date, time | None, time | None]:
        """Day, start and end as the fields hold them now: of the record corrected or the draft resumed, else usual."""
        return self._held("held_on") or self.setup.day, self._held("starts_at"), self._held("ends_at")

    def _held(self, name: str) -> Any:
        """What a field holds, typed; None while it is empty or cannot be read."""
        try:
            return self.fields[name].to_python(self[name].value())
        except ValidationError:
            return None

    def laid_out(self) -> str:
        """Headings of the usual parts, numbered; the machine never writes what was said."""
        return self.layout(tuple(self.setup.kind.usual))

    def layout(self, parts: tuple[str, ...]) -> str:
        headings = self.setup.headings(parts)
        return engine.lay_out(headings, [to_chinese(n + 1) for n in range(len(headings))], MARK)

    def _votes(self) -> None:
        if not self.setup.kind.votes:
            return
        rules = [(row.code, str(row.title)) for row in self.setup.decisions]
        for n in range(VOTES):
            self.fields[f"vote{n}_matter"] = forms.CharField(label=_("表决事项"), max_length=160, required=False)
            if rules:
                self.fields[f"vote{n}_rule"] = forms.ChoiceField(label=_("按什么规定"), choices=rules, required=False)
            for name, label in (
                ("entitled", _("应到会有表决权")),
                ("present", _("实到会有表决权")),
                ("favour", _("赞成")),
                ("against", _("反对")),
                ("abstain", _("弃权")),
            ):
                self.fields[f"vote{n}_{name}"] = CountField(label=label, required=False, max_value=9999)

    def _items(self) -> None:
        rules = self.setup.kind.resolutions
        if not rules:
            return
        kinds = [(rule.kind, Resolution.Kind(rule.kind).label) for rule in rules]
        categories = [(row.code, str(row.title)) for rule in rules for row in rule.categories]
        due = engine.month_end(_next_month(self.setup.day))
        for n in range(ITEMS):
            self.fields[f"item{n}_id"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
            self.fields[f"item{n}_matter"] = forms.CharField(
                label=_("事项"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
            )
            if len(kinds) > 1:
                self.fields[f"item{n}_kind"] = forms.ChoiceField(label=_("类别"), choices=kinds, required=False)
            if categories:
                self.fields[f"item{n}_category"] = forms.ChoiceField(
                    label=_("方面"), choices=[("", _("未选")), *categories], required=False
                )
            self.fields[f"item{n}_owner"] = PickField(label=_("负责人"), offered=self._named(), initial=self._leader())
            self.fields[f"item{n}_due_on"] = DayField(label=_("时限"), year=due.year, required=False, initial=due)
            if any(rule.needs_opinion for rule in rules):
                self.fields[f"item{n}_proposer"] = forms.CharField(label=_("提出单位"), max_length=60, required=False)
                self.fields[f"item{n}_opinion"] = forms.ChoiceField(
                    label=_("党组织意见"), choices=Resolution.Opinion.choices, required=False
                )
                self.fields[f"item{n}_opinion_on"] = DayField(
                    label=_("研究日期"), year=self.setup.day.year, required=False
                )

    def _more(self) -> None:
        setup = self.setup
        if setup.seats or setup.kind.roster != "none":
            self.fields["chair"] = PickField(label=_("主持人"), offered=self._named(), initial=setup.chair)
        self.fields["recorder"] = PickField(label=_("记录人"), offered=self._named(), initial=setup.recorder)
        if setup.joint:
            self.fields["joint"] = forms.MultipleChoiceField(
                label=_("联合开展"),
                help_text=_("一次活动几个组织一起开，只记这一次"),
                choices=[(str(org.pk), self._joint_label(org, its)) for org, its in setup.joint],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if not setup.kind.confidential:
            self.fields["joint_name"] = forms.CharField(
                label=_("按名称加一个组织"), max_length=80, required=False, help_text=_("上面没有的，写名称再保存")
            )
        if setup.contacts:
            self.fields["contact"] = forms.TypedChoiceField(
                label=_("联系点"),
                choices=[("", _("未选")), *[(str(row.pk), str(row)) for row in setup.contacts]],
                coerce=int,
                empty_value=None,
                required=False,
            )
        if not setup.bare:
            self.fields["open_to_outside"] = forms.BooleanField(label=_("对外开放"), required=False)
            self.fields["media_url"] = forms.CharField(label=_("录像存档地址"), max_length=300, required=False)
            self.fields["media_starts_at"] = forms.TimeField(label=_("直播开始时间"), required=False)
            self.fields["media_viewers"] = CountField(label=_("直播观看人数"), required=False)
            self.fields["media_rights"] = forms.CharField(label=_("授权说明"), max_length=200, required=False)
        self.fields["late_note"] = forms.CharField(
            label=_("补记说明"), max_length=200, required=False, help_text=_("隔了很久才记的，写一句原因")
        )

    def _joint_label(self, org: Org, its: Any) -> str:
        if its.code == self.setup.kind.code:
            return org.name
        return _("%(org)s（%(kind)s）") % {"org": org.name, "kind": its.title}

    # --- showing ---------------------------------------------------------------------------------------

    @classmethod
    def resumed(cls, setup: Setup, data: QueryDict, kept: Iterable[engine.ReadingTold] = ()) -> ActForm:
        """A form filled with what a draft holds, without judging it."""
        form = cls(setup, data, kept=kept)
        form._errors = ErrorDict()
        form.cleaned_data = {}
        return form

    def absent_now(self) -> set[str]:
        """Ids of those on the roster ticked as absent, for the tally and for showing them again."""
        return {str(value) for value in self["absent"].value() or []} & {
            str(seat.person) for seat in self.setup.all_seats
        }

    def came_now(self) -> frozenset[int]:
        """Those on the roster who need not come (免予参加) and are ticked as there."""
        given = self.data.getlist("came") if self.is_bound else self.initial.get("came", ())
        return frozenset(seat.person for seat in self.setup.all_seats if seat.left_out and str(seat.person) in given)

    @property
    def left_out(self) -> bool:
        """Whether anybody on the roster need not come."""
        return any(seat.left_out for seat in self.setup.all_seats)

    def who(self) -> Iterator[dict[str, Any]]:
        """The roster as it is drawn: a name to tap, the six reasons under it."""
        ticked, came = self.absent_now(), self.came_now()
        for seat in self.setup.all_seats:
            bound = self[f"why_{seat.person}"]
            yield {
                "id": seat.person,
                "name": seat.name,
                "out": seat.left_out,
                "came": seat.person in came,
                "absent": str(seat.person) in ticked,
                "why": bound.html_name,
                "errors": bound.errors,
                "reasons": [
                    {"value": state.value, "word": _short(state), "picked": bound.value() == state.value}
                    for state in ABSENT
                ],
            }

    def counts(self) -> dict[str, int]:
        due = sum(not seat.left_out for seat in self.setup.all_seats) + len(self.came_now())
        absent = len(self.absent_now())
        return {"due": due, "absent": absent, "there": due - absent}

    def rows(self, prefix: str, most: int) -> list[list[Any]]:
        """Bound fields of the repeated rows (votes, items), row by row; those that are seen."""
        found = []
        for n in range(most):
            names = [name for name in self.fields if name.startswith(f"{prefix}{n}_") and not name.endswith("_id")]
            if names:
                found.append([self[name] for name in names])
        return found

    def vote_rows(self) -> list[list[Any]]:
        return self.rows("vote", VOTES)

    def item_rows(self) -> list[list[Any]]:
        return self.rows("item", ITEMS)

    def item_ids(self) -> list[Any]:
        """Which item of the act corrected a row was, however it is worded now."""
        return [self[name] for name in self.fields if name.endswith("_id") and self[name].value()]

    def extra_rows(self) -> list[Any]:
        return [self[f"field_{field.code}"] for field in self.setup.kind.fields]

    def output_rows(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("output_")]

    def folded_open(self) -> bool:
        """Whether something stands in the folded block of topic and counts: then it is shown unfolded."""
        bound = [*self.output_rows(), *([self["topic"]] if "topic" in self.fields else [])]
        return any(row.errors or row.value() not in (None, "") for row in bound)

    # --- judging ---------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self._theme(data):
            self.add_error("theme", _("没有主题，请选一个或写一个"))
        for seat in self.setup.all_seats:
            if seat.person in data.get("absent", []) and not data.get(f"why_{seat.person}"):
                self.add_error(f"why_{seat.person}", _("请选%s没有到会的原因") % seat.name)
        for n in range(VOTES):
            if data.get(f"vote{n}_matter") and data.get(f"vote{n}_favour") is None:
                self.add_error(f"vote{n}_favour", _("请填赞成几票"))
        if data.get("reading_issued_on") and not data.get("reading_title"):
            self.add_error("reading_title", _("写了印发日期，请写上篇目"))
        return data

    def _theme(self, data: dict[str, Any]) -> str:
        typed = (data.get("theme_pick") or data.get("theme") or "").strip()
        if not typed and self.setup.kind.belonging == "own_year" and data.get("belongs_year"):
            return _("%(year)s年度%(kind)s") % {"year": data["belongs_year"], "kind": self.setup.kind.title}
        return typed

    def joined(self) -> list[tuple[Org, str]]:
        """The bodies that sit together, each with its kind."""
        picked = set(self.cleaned_data.get("joint", []))
        return [(org, its.code) for org, its in self.setup.joint if str(org.pk) in picked]

    def told(self) -> engine.Told:
        """What the actions take. Call it only when the form is valid."""
        data = self.cleaned_data
        held_on: date = data["held_on"]
        return engine.Told(
            kind=self.setup.kind.code,
            theme=self._theme(data),
            held_on=held_on,
            held_to=data.get("held_to") or held_on,
            starts_at=data.get("starts_at"),
            ends_at=data.get("ends_at"),
            place=data.get("place_pick") or data.get("place") or "",
            belongs_year=data.get("belongs_year"),
            parts=tuple(data.get("parts", ())),
            topic=data.get("topic", ""),
            chair=data.get("chair"),
            recorder=data.get("recorder"),
            lecture_title=data.get("lecture_title", "") if self._lectured(data) else "",
            lecturer=data.get("lecturer") if self._lectured(data) and not data.get("lecturer_name") else None,
            lecturer_name=data.get("lecturer_name", "") if self._lectured(data) else "",
            process=self._process(data),
            observers=data.get("observers", ""),
            open_to_outside=bool(data.get("open_to_outside")),
            contact=data.get("contact"),
            late_note=data.get("late_note", ""),
            extra={field.code: _kept(field, data.get(f"field_{field.code}")) for field in self.setup.kind.fields},
            absences={person: data[f"why_{person}"] for person in data.get("absent", []) if f"why_{person}" in data},
            came=self.came_now(),
            readings=tuple(self._readings(data)),
            outputs={
                output.code: data[f"output_{output.code}"]
                for output in self.setup.outputs
                if data.get(f"output_{output.code}")
            },
            votes=tuple(self._told_votes(data)),
            items=tuple(self._told_items(data)),
            media=self._media(data),
        )

    def _lectured(self, data: dict[str, Any]) -> bool:
        """The lecturer counts only where a part that has one was really included."""
        return bool(self.lecturing & set(data.get("parts", ())))

    def _process(self, data: dict[str, Any]) -> str:
        return str(data.get("process", "")).replace("\r\n", "\n")

    def _readings(self, data: dict[str, Any]) -> Iterator[engine.ReadingTold]:
        for key in data.get("readings", []):
            yield self.readings[key]
        if data.get("reading_title"):
            yield engine.ReadingTold(data["reading_title"], data.get("reading_issued_on"))

    def _told_votes(self, data: dict[str, Any]) -> Iterator[engine.VoteTold]:
        if "vote" not in data.get("parts", ()):
            return
        for n in range(VOTES):
            if data.get(f"vote{n}_matter"):
                yield engine.VoteTold(
                    matter=data[f"vote{n}_matter"],
                    favour=data[f"vote{n}_favour"],
                    against=data.get(f"vote{n}_against") or 0,
                    abstain=data.get(f"vote{n}_abstain") or 0,
                    entitled=data.get(f"vote{n}_entitled"),
                    present=data.get(f"vote{n}_present"),
                    rule=data.get(f"vote{n}_rule", ""),
                )

    def _told_items(self, data: dict[str, Any]) -> Iterator[engine.ItemTold]:
        rules = self.setup.kind.resolutions
        for n in range(ITEMS):
            if data.get(f"item{n}_matter"):
                yield engine.ItemTold(
                    matter=data[f"item{n}_matter"],
                    kind=data.get(f"item{n}_kind") or rules[0].kind,
                    category=data.get(f"item{n}_category", ""),
                    owner=data.get(f"item{n}_owner"),
                    due_on=data.get(f"item{n}_due_on"),
                    proposer=data.get(f"item{n}_proposer", ""),
                    opinion=data.get(f"item{n}_opinion", ""),
                    opinion_on=data.get(f"item{n}_opinion_on"),
                    pk=data.get(f"item{n}_id"),
                )

    def _media(self, data: dict[str, Any]) -> tuple[engine.MediaTold, ...]:
        began, url, rights = data.get("media_starts_at"), data.get("media_url", ""), data.get("media_rights", "")
        viewers = data.get("media_viewers")
        if not (began or url or rights) and viewers is None:
            return ()
        at = datetime.combine(data["held_on"], began, tzinfo=SHANGHAI) if began else None
        return (engine.MediaTold(url=url, starts_at=at, viewers=viewers, rights=rights),)


def _short(state: Attendance.State) -> str:
    return str(state.label)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _kept(field: ActField, value: Any) -> Any:
    """What is kept of a pack's field: money in integer fen, everything else as typed."""
    return int(value * 100) if field.type == "money" and value is not None else value


def _extra_field(field: ActField, setup: Setup) -> forms.Field:
    """One field of the pack as a form field."""
    options: dict[str, Any] = {
        "label": str(field.title),
        "required": field.required,
        "help_text": str(field.hint) if field.hint else "",
    }
    if field.type == "int":
        return CountField(**options)
    if field.type == "money":
        return forms.DecimalField(min_value=0, max_value=10**9, decimal_places=2, **options)
    if field.type == "date":
        return DayField(year=setup.day.year, **options)
    if field.type == "bool":
        return forms.BooleanField(**options)
    if field.type == "ref":
        picked = PickField(offered=setup.refs[field.code], **options)
        if field.code == GROUP_FIELD:
            picked.initial = setup.group
            picked.choices = [("", _("各党小组一起")), *list(picked.choices)[1:]]
        return picked
    if field.choices:
        choices = [("", _("未选")), *[(row.code, str(row.title)) for row in field.choices]]
        options["choices"] = choices
    else:
        options["max_length"] = 160
    return (forms.ChoiceField if field.choices else forms.CharField)(**options)


def reading_key(row: engine.ReadingTold, setup: Setup) -> str:
    """The tick of a reading: its place in the month's guide, else what it is itself."""
    if row in setup.readings:
        return str(setup.readings.index(row))
    return f"{KEPT}{row.issued_on or ''}:{row.title}"


def readings_among(keys: Iterable[str]) -> Iterator[engine.ReadingTold]:
    """The readings that ticks of :func:`reading_key` name themselves: a page opened earlier still means them."""
    for key in keys:
        day, _colon, title = key.removeprefix(KEPT).partition(":")
        if key.startswith(KEPT) and title:
            with suppress(ValueError):  # a day typed past the form names nothing
                yield engine.ReadingTold(title, date.fromisoformat(day) if day else None)


def initial_of(told: engine.Told, setup: Setup) -> dict[str, Any]:
    """The form's initial values for an act already told: for a correction and for a copy."""
    first: dict[str, Any] = {
        "theme": told.theme,
        "theme_pick": told.theme if any(row.theme == told.theme for row in setup.themes) else OWN,
        "held_on": told.held_on,
        "held_to": told.held_to if told.held_to != told.held_on else None,
        "starts_at": told.starts_at,
        "ends_at": told.ends_at,
        "belongs_year": told.belongs_year,
        "place": told.place,
        "place_pick": told.place if told.place in setup.places else OWN,
        "parts": list(told.parts),
        "topic": told.topic,
        "lecture_title": told.lecture_title,
        "lecturer": told.lecturer,
        "lecturer_name": told.lecturer_name,
        "absent": [str(person) for person in told.absences],
        "came": [str(person) for person in told.came],
        "observers": told.observers,
        "process": told.process,
        "chair": told.chair,
        "recorder": told.recorder,
        "contact": told.contact,
        "open_to_outside": told.open_to_outside,
        "late_note": told.late_note,
    }
    first |= {f"why_{person}": state for person, state in told.absences.items()}
    money = {field.code for field in setup.kind.fields if field.type == "money"}
    first |= {f"field_{code}": Decimal(value) / 100 if code in money else value for code, value in told.extra.items()}
    first |= {f"output_{code}": count for code, count in told.outputs.items()}
    first["readings"] = [reading_key(row, setup) for row in told.readings]
    for n, vote in enumerate(told.votes[:VOTES]):
        first |= {
            f"vote{n}_{name}": getattr(vote, name)
            for name in ("matter", "rule", "entitled", "present", "favour", "against", "abstain")
        }
    for n, item in enumerate(told.items[:ITEMS]):
        first[f"item{n}_id"] = item.pk
        first |= {
            f"item{n}_{name}": getattr(item, name)
            for name in ("matter", "kind", "category", "owner", "due_on", "proposer", "opinion", "opinion_on")
        }
    for row in told.media[:1]:
        first |= {"media_url": row.url, "media_viewers": row.viewers, "media_rights": row.rights}
        first["media_starts_at"] = row.starts_at.astimezone(SHANGHAI).time() if row.starts_at else None
    return first
