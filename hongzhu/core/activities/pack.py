"""The activities section of a policy pack: kinds of act, their parts, and the tags by which they count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.kit import registry
from hongzhu.kit.packs import Amount, Code, Finding, Item, Mistake, PackModel, Sourced, Words, among, one_code_each

OrgKindCode = Annotated[str, among(OrgKind.values, gettext_lazy("机构类别"))]
Roster = Literal["members", "committee", "staff", "body_members", "none"]
# secretary: the lecturer held the post of secretary that day (Act.lecturer_post == "SECRETARY").
Need = Literal[
    "lecture_title", "lecturer", "secretary", "vote", "resolution", "readings", "outputs", "place", "open", "fixed_day"
]
ResolutionKind = Literal["ACTION", "PROBLEM", "IMPROVEMENT", "MAJOR"]


class ActField(Item):
    """One extra field of a kind. ``filter``: copied to the typed side table so that lists can filter by it.

    No field may ask what a person said, thinks or confesses: the guard refuses it for good.
    """

    type: Literal["text", "int", "money", "date", "bool", "choice", "ref"]
    choices: tuple[Item, ...] = ()
    ref: Literal["", "orgs.org"] = Field(default="", description="kind of Ref for type ref")
    bodies: tuple[OrgKindCode, ...] = Field(
        default=(), description="type ref: kinds of body offered, of those under the body that holds it; none: all"
    )
    required: bool = False
    filter: bool = False
    hint: Words | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise Mistake(_("choices 只配 type: choice，type: choice 也必须有 choices"), "choices")
        if (self.type == "ref") != bool(self.ref):
            raise Mistake(_("ref 只配 type: ref，type: ref 也必须有 ref"), "ref")
        one_code_each(self.choices)
        return self


class ResolutionRule(PackModel):
    """Which resolutions a kind may yield, and the categories to choose from."""

    kind: ResolutionKind
    categories: tuple[Item, ...] = ()
    needs_opinion: bool = Field(default=False, description="the Party organisation's opinion comes first (A18)")


class ActKind(Item):
    """One kind of act: who may hold it, who is on its roster, what its page asks."""

    scope: tuple[OrgKindCode, ...] = Field(min_length=1)
    roster: Roster
    belonging: Literal["date", "own_year"] = "date"
    parts: tuple[Code, ...] = Field(default=(), description="parts offered, in the order of the chips")
    usual: tuple[Code, ...] = Field(default=(), description="parts ticked beforehand")
    fields: tuple[ActField, ...] = ()
    headings: tuple[Words, ...] = Field(default=(), description="headings of structured minutes; none: free process")
    numbered: bool = Field(default=False, description="shown with its ordinal of the year: the fifth meeting of 2020")
    needs_review: bool = False
    votes: bool = False
    daily: bool = Field(default=False, description="one line a day: a body keeps at most one record of this kind a day")
    confidential: bool = Field(default=False, description="seen only by participants, their superior and inspectors")
    resolutions: tuple[ResolutionRule, ...] = ()
    topics: tuple[Code, ...] = ()
    sheets: tuple[Code, ...] = Field(default=(), description="codes of documents.sheets this kind yields")
    attendance: Literal["roster", "check_in"] = "roster"
    photos: Literal["optional", "required"] = "optional"
    files: Literal["optional", "required"] = "optional"
    minutes: int = Field(default=90, ge=5, le=1440, description="usual length in minutes: default of the form only")
    order: int = 0
    active: bool = True
    note: Words | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        one_code_each(self.fields)
        if missing := [part for part in self.usual if part not in self.parts]:
            raise Mistake(_("usual 里的 %(codes)s 不在 parts 里") % {"codes": _("、").join(missing)}, "usual")
        return self


class Part(Item):
    """One thing an act may include (集中学习, 党课, 会议表决 …): its heading in the minutes, what it needs, its sheet."""

    heading: Words | None = None
    needs: tuple[Need, ...] = ()
    outputs: tuple[Code, ...] = ()
    sheet: str = Field(default="", description="code of documents.sheets: this part has a page of its own")
    note: Words | None = None


class OutputKind(Item):
    """Something an act may yield, as a plain count."""

    unit: Words
    note: Words | None = None


class Condition(PackModel):
    """When an act is worth a tag: every line given must hold. Empty lists ask nothing."""

    kinds: tuple[Code, ...] = ()
    parts_any: tuple[Code, ...] = ()
    parts_all: tuple[Code, ...] = ()
    topics_any: tuple[Code, ...] = ()
    needs: tuple[Need, ...] = ()


class Tag(Item, Sourced):
    """By this code an act counts. ``shown`` is the condition in words, beside the box the recorder ticks."""

    condition: Condition
    shown: Words
    amount: Literal["none", "hours", "online_minutes"] = "none"
    per_person: bool = False
    active: bool = True


class Share(PackModel):
    """A fraction: half = {of: [1, 2]}; ``more`` says that exactly so many are not enough."""

    of: tuple[int, int]
    more: bool = False

    def reached(self, part: int, whole: int) -> bool:
        top, bottom = self.of
        return part * bottom > whole * top if self.more else part * bottom >= whole * top


class Decision(Item, Sourced):
    """What a matter put to the vote needs: who must be there, and how many of whom must agree."""

    kinds: tuple[Code, ...]
    attendance: Share
    votes: Share
    base: Literal["entitled", "present"]
    full_members_only: bool = True


class ActivitiesSection(PackModel):
    """kinds, parts, tags and the few numbers of recording."""

    kinds: tuple[ActKind, ...] = ()
    parts: tuple[Part, ...] = ()
    tags: tuple[Tag, ...] = ()
    topics: tuple[Item, ...] = Field(default=(), description="what it was about; kept in Act.extra['topic']")
    outputs: tuple[OutputKind, ...] = ()
    decisions: tuple[Decision, ...] = ()
    max_tags_per_act: Amount | None = None
    minutes_per_hour: Amount | None = None

    @model_validator(mode="after")
    def _names_meet(self) -> Self:
        """Every code that is used exists: the message says where."""
        for items in (self.kinds, self.parts, self.tags, self.topics, self.outputs, self.decisions):
            one_code_each(items)
        kinds, parts = {k.code for k in self.kinds}, {p.code for p in self.parts}
        topics, outputs = {t.code for t in self.topics}, {o.code for o in self.outputs}
        wanted: list[tuple[str, tuple[str, ...], set[str]]] = []
        for kind in self.kinds:
            wanted += [
                (f"kinds.{kind.code}.parts", kind.parts, parts),
                (f"kinds.{kind.code}.topics", kind.topics, topics),
            ]
        wanted += [(f"parts.{part.code}.outputs", part.outputs, outputs) for part in self.parts]
        wanted += [(f"decisions.{decision.code}.kinds", decision.kinds, kinds) for decision in self.decisions]
        for tag in self.tags:
            place = f"tags.{tag.code}.condition"
            wanted += [
                (f"{place}.kinds", tag.condition.kinds, kinds),
                (f"{place}.parts_any", tag.condition.parts_any, parts),
                (f"{place}.parts_all", tag.condition.parts_all, parts),
                (f"{place}.topics_any", tag.condition.topics_any, topics),
            ]
        for place, used, known in wanted:
            if missing := sorted(set(used) - known):
                raise Mistake(
                    _("没有编码为 %(codes)s 的项") % {"codes": _("、").join(missing)},
                    *place.split("."),
                    remedy=_("改编码，或先在本节里加上这一项"),
                )
        return self


# What a person said, thinks or confesses is never a field (architecture.md, Boundaries).
SAID = (  # zh: words looked for in titles of fields, never shown
    "心得",
    "体会",
    "批评",
    "检查材料",
    "对照检查",
    "思想汇报",
    "发言",
    "谈话内容",
    "剖析",
    "反思",
    "检讨",
    "忏悔",
    "表态",
)


def guard(section: ActivitiesSection) -> Iterator[Finding]:
    """Forced check-in, compulsory photos and files, counting of online time, free text of what somebody said."""
    for kind in section.kinds:
        where = f"kinds.{kind.code}"
        if kind.attendance == "check_in":
            yield Finding(
                "refuse",
                "forced_check_in",
                _("国办函〔2026〕12号，五个严禁之二：不得强制打卡签到，安全、应急除外"),
                "likely",
                f"{where}.attendance",
                _("“%(kind)s”要求逐人打卡签到") % {"kind": kind.title},
                _("改成名册默认到会、只点缺席的人（attendance: roster）"),
            )
        if kind.photos == "required":
            yield Finding(
                "refuse",
                "compulsory_photos",
                _("国办函〔2026〕12号，五个严禁之四：不得强制上传照片、视频、轨迹"),
                "likely",
                f"{where}.photos",
                _("“%(kind)s”要求必须上传照片") % {"kind": kind.title},
                _("改成照片可传可不传（photos: optional）"),
            )
        if kind.files == "required":
            yield Finding(
                "warn",
                "compulsory_traces",
                _("整治形式主义为基层减负若干规定：不以照片、学习笔记等痕迹衡量工作"),
                "likely",
                f"{where}.files",
                _("“%(kind)s”要求必须上传附件") % {"kind": kind.title},
                _("改成附件可传可不传（files: optional），需要的附件写进通知"),
            )
        for field in kind.fields:
            if field.type == "text" and any(word in field.title.zh for word in SAID):
                yield Finding(
                    "refuse",
                    "what_a_person_said",
                    _("本平台边界：不收个人的思想、发言和自我检查"),
                    "certain",
                    f"{where}.fields.{field.code}",
                    _("“%(field)s”是写个人所思所说的文字框") % {"field": field.title},
                    _("删去这一栏，或改成只记数量（type: int）"),
                    lasting=True,
                )
    for tag in section.tags:
        if tag.amount == "online_minutes":
            yield Finding(
                "refuse",
                "online_time",
                _("国办函〔2026〕12号，五个严禁之二、之四：不得统计在线时长，不得以学习时长评价"),
                "likely",
                f"tags.{tag.code}.amount",
                _("“%(tag)s”按在线时长计入") % {"tag": tag.title},
                _("改成按会议起止时间折算学时（amount: hours），或不计量（amount: none）"),
            )


registry.pack_section("activities", ActivitiesSection, guard=guard, title=gettext_lazy("活动"))
