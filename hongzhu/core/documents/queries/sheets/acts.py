"""Papers of one act: its record, the lecture on its own page, sign-in sheet, notice, make-up study, brief, copy card."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import ParamSpec

from hongzhu.core.documents.pack import Sheet as Layout
from hongzhu.core.documents.pack import UpperSystem
from hongzhu.kit.dates import full_text
from hongzhu.kit.paper import Pair, Sheet, write_docx

from . import words
from .things import ActSheet, Brief, CopyField, LectureSheet, MakeUpSheet, MeetingNotice, SignInSheet
from .words import in_chinese

P = ParamSpec("P")

# users.md, section 5, "Documents that must come out": the usual columns, in their usual order.
THEME_DAY = (
    ("支部名称", "body"), ("活动时间", "held"), ("活动地点", "place"), ("活动主题", "theme"), ("主持人", "chair"),
    ("记录人", "recorder"), ("应到人数", "due"), ("实到人数", "attended"), ("列席人员", "observers"),
    ("缺席人员及原因", "absences"), ("活动内容", "process"), ("议定事项", "resolutions"), ("备注", "note"),
)  # fmt: skip
MEETING = (
    ("单位", "body"), ("类型", "kind"), ("时间", "held"), ("地点", "place"), ("主题", "theme"), ("主持人", "chair"),
    ("记录人", "recorder"), ("应到人数", "due"), ("实到人数", "attended"), ("列席人员", "observers"),
    ("缺席人员及原因", "absences"), ("主要过程", "process"), ("表决情况", "votes"), ("议定事项", "resolutions"),
    ("备注", "note"),
)  # fmt: skip
LECTURE = (
    ("时间", "held"), ("地点", "place"), ("主讲人及职务", "lecturer"), ("党课题目", "title"), ("听课人数", "listeners"),
    ("主要内容", "content"), ("讨论情况", None), ("讲稿（附）", "attachment"),
)  # fmt: skip
SIGN_IN = (("序号", "number"), ("姓名", "name"), ("党员类别", "standing"), ("签名", None), ("备注", None))
NOTICE = (("时间", "held"), ("地点", "place"), ("参加人员", "attendees"), ("议题", "agenda"), ("要求", "requirements"))
MAKE_UP = (
    ("姓名", "name"), ("缺席活动", "act"), ("缺席原因", "reason"), ("补学时间", "made_up_on"), ("方式", "way"),
    ("内容", "content"), ("落实人", "seen_to_by"), ("本人签字", None),
)  # fmt: skip

# What the pages show as drawn by hand: as long as a bureau has not laid these papers out anew.
USUAL = {
    "theme_day_record": ("主题党日活动记录表", THEME_DAY),
    "meeting_record": ("会议活动记录表", MEETING),
    "lecture_record": ("党课记录表", LECTURE),
}

ALONE = frozenset(
    {
        "body",
        "held",
        "theme",
        "observers",
        "absences",
        "process",
        "votes",
        "resolutions",
        "note",
        "title",
        "content",
        "attachment",
    }
)


def departs(layout: Layout | None) -> bool:
    """Whether a bureau has laid out one of the papers in USUAL anew: its title, columns, order or foot lines."""
    if layout is None:
        return False
    title, columns = USUAL[layout.code]
    return (layout.title.zh, words.columns_of(layout, ()), layout.foot) != (title, list(columns), ())


@in_chinese
def theme_day_page(act: ActSheet, *, layout: Layout | None = None) -> Sheet:
    """主题党日活动记录表."""
    title = words.title_of(layout, "主题党日活动记录表")
    return words.footed(_record(act, title, words.columns_of(layout, THEME_DAY)), layout)


@in_chinese
def meeting_page(act: ActSheet, *, layout: Layout | None = None) -> Sheet:
    """<kind>记录, for every kind without a form of its own; columns with nothing in them are left out."""
    columns = words.columns_of(layout, MEETING)
    if not act.votes:
        columns = [column for column in columns if column[1] != "votes"]
    ordinal = f"第{act.number}次" if act.number else ""
    return words.footed(_record(act, f"{ordinal}{act.kind}记录", columns), layout)


def _record(act: ActSheet, title: str, columns: words.Columns) -> Sheet:
    values = {
        "body": "、".join((act.body, *act.joint_with)),
        "kind": act.kind,
        "held": words.held_text(act.held),
        "place": act.place,
        "theme": act.theme,
        "chair": act.chair,
        "recorder": act.recorder,
        "due": words.people(act.due),
        "attended": words.people(act.attended),
        "observers": act.observers or "无",
        "absences": words.absences_text(act.absences),
        "process": _process(act, with_votes="votes" not in {source for _title, source in columns}),
        "votes": words.votes_text(act.votes),
        "resolutions": words.resolutions_text(act.resolutions),
        "note": _note(act),
    }
    heights = {"process": 72, "resolutions": 20, "absences": 12, "note": 12}
    rows = words.form_rows(columns, values, alone=ALONE, heights=heights)
    own = [(Pair(label, value),) for label, value in act.extra]
    place = next((i for i, row in enumerate(rows) if row[0].value == values["process"]), len(rows))
    sheet = Sheet(f"{title}（已作废）" if act.voided else title)
    sheet.form([*rows[:place], *own, *rows[place:]])
    return sheet.signatures("主持人（签字）：", "记录人（签字）：")


@in_chinese
def own_page(act: ActSheet, *, layout: Layout) -> Sheet:
    """A record of the bureau's own: its title and columns, filled from the same act."""
    return words.footed(_record(act, layout.title.zh, words.columns_of(layout, ())), layout)


def _process(act: ActSheet, *, with_votes: bool) -> str:
    parts = [act.process.strip()] if act.process.strip() else []
    if act.readings:
        parts.append("学习篇目：" + "".join(f"《{title.strip('《》')}》" for title in act.readings))
    if with_votes and act.votes:
        parts.append("表决情况：" + words.votes_text(act.votes))
    return "\n".join(parts)


def _note(act: ActSheet) -> str:
    corrected = f"已更正（第{act.corrected}次）。" if act.corrected else ""
    return f"{corrected}{act.note}"


@in_chinese
def lecture_page(lecture: LectureSheet, *, layout: Layout | None = None) -> Sheet:
    """党课记录表, a page of its own. 讨论情况 is room for ink."""
    who = " ".join(part for part in (lecture.lecturer, lecture.lecturer_post) if part)
    values = {
        "held": words.held_text(lecture.held),
        "place": lecture.place,
        "lecturer": who,
        "title": lecture.title,
        "listeners": words.people(lecture.listeners),
        "content": lecture.content,
        "attachment": lecture.attachment or "无",
    }
    heights = {"content": 90, "讨论情况": 45, "attachment": 12}
    columns = words.columns_of(layout, LECTURE)
    rows = words.form_rows(columns, values, alone=ALONE, heights=heights)
    sheet = Sheet(words.title_of(layout, "党课记录表"), subtitle=lecture.body).form(rows)
    return words.footed(sheet.signatures("主讲人（签字）：", "记录人（签字）："), layout)


@in_chinese
def sign_in_page(sheet: SignInSheet, *, layout: Layout | None = None) -> Sheet:
    """签到表, printed before and signed in ink."""
    columns = words.columns_of(layout, SIGN_IN)
    facts = [(str(number), one.name, one.standing) for number, one in enumerate(sheet.names, start=1)]
    facts += [(str(len(sheet.names) + number), "", "") for number in range(1, sheet.blank_lines + 1)]
    rows = []
    for number, name, standing in facts:
        values = {"number": number, "name": name, "standing": standing}
        rows.append([values.get(source or "", "") for _title, source in columns])
    widths = [{"number": 1.0, "name": 2.2, "standing": 2.2}.get(source or "", 3.2) for _title, source in columns]
    said = [sheet.title, words.held_text(sheet.held), sheet.place]
    paper = Sheet(
        f"{sheet.body}{words.title_of(layout, '签到表')}", subtitle="    ".join(part for part in said if part)
    )
    paper.table([title for title, _source in columns], rows, widths=widths, row_height=7.8)
    return words.footed(paper, layout)


def _notice_parts(notice: MeetingNotice, layout: Layout | None) -> list[tuple[str, str]]:
    values = {
        "held": words.held_text(notice.held),
        "place": notice.place,
        "attendees": notice.attendees,
        "agenda": _numbered(notice.agenda),
        "requirements": _numbered(notice.requirements),
    }
    found = [(title, values.get(source or "", "")) for title, source in words.columns_of(layout, NOTICE)]
    return [(title, value) for title, value in found if value]


def _numbered(lines: tuple[str, ...]) -> str:
    if len(lines) < 2:
        return "".join(lines)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


@in_chinese
def meeting_notice(notice: MeetingNotice, *, layout: Layout | None = None) -> bytes:
    """会议（活动）通知 of one body, as a page."""
    sheet = Sheet(notice.title)
    if notice.addressed_to:
        sheet.text(f"{notice.addressed_to}：")
    sheet.text(_opening(notice), indent=True)
    for number, (title, value) in enumerate(_notice_parts(notice, layout)):
        lines = value.split("\n")
        head = f"{'一二三四五六七八九十'[number]}、{title}"
        if len(lines) == 1:
            sheet.text(f"{head}：{value}", indent=True)
        else:
            sheet.text(head, indent=True)
            sheet.text(value, indent=True)
    sheet.text("")
    sheet.text(notice.body, align="right")
    if notice.issued_on:
        sheet.text(full_text(notice.issued_on), align="right")
    return write_docx([sheet])


def _opening(notice: MeetingNotice) -> str:
    what = notice.kind or "会议"
    return f"经研究，定于{words.held_text(notice.held)}召开{what}。现将有关事项通知如下：" if _is_meeting(what) else (
        f"经研究，定于{words.held_text(notice.held)}开展{what}。现将有关事项通知如下："
    )  # fmt: skip


def _is_meeting(kind: str) -> bool:
    return kind.endswith("会") or kind.endswith("会议")


@in_chinese
def meeting_notice_text(notice: MeetingNotice, *, layout: Layout | None = None) -> str:
    """The same as text, to paste into the group."""
    lines = [f"【{notice.title}】"]
    for title, value in _notice_parts(notice, layout):
        lines += [f"{title}：", value] if "\n" in value else [f"{title}：{value}"]
    lines.append(notice.body + (f"　{full_text(notice.issued_on)}" if notice.issued_on else ""))
    return "\n".join(lines)


@in_chinese
def make_up_page(sheet: MakeUpSheet, *, layout: Layout | None = None) -> Sheet:
    """补学记录表; what is not yet made up is left for ink."""
    columns = words.columns_of(layout, MAKE_UP)
    rows = []
    for line in sheet.lines:
        values = {
            "name": line.name,
            "act": line.act,
            "reason": line.reason,
            "made_up_on": words.day_text(line.on),
            "way": line.way,
            "content": line.content,
            "seen_to_by": line.seen_to_by,
        }
        rows.append([values.get(source or "", "") for _title, source in columns])
    shares = {"name": 1.3, "act": 2.8, "reason": 1.2, "made_up_on": 2.1, "way": 1.4, "content": 2.8, "seen_to_by": 1.3}
    widths = [shares.get(source or "", 1.6) for _title, source in columns]
    paper = Sheet(words.title_of(layout, "补学记录表"), subtitle=sheet.body)
    paper.table([title for title, _source in columns], rows, widths=widths, row_height=11)
    return words.footed(paper, layout)


def _alone(page: Callable[P, Sheet]) -> Callable[P, bytes]:
    """The same paper as a file of its own."""

    @in_chinese
    @wraps(page)
    def made(*args: P.args, **kwargs: P.kwargs) -> bytes:
        return write_docx([page(*args, **kwargs)])

    return made


theme_day, meeting, lecture = _alone(theme_day_page), _alone(meeting_page), _alone(lecture_page)
sign_in, make_up = _alone(sign_in_page), _alone(make_up_page)


@in_chinese
def together(pages: Sequence[Sheet], *, about: str) -> bytes:
    """Several papers in one file, each beginning on a page of its own; ``about`` is the file's title."""
    return write_docx(pages, about=about)


@in_chinese
def brief(brief: Brief) -> str:
    """信息简讯稿: time, place, theme and figures from the record, then the secretary's own words. Nothing is invented."""
    day = f"{brief.held.on.month}月{brief.held.on.day}日"
    if brief.held.to and brief.held.to != brief.held.on:
        day += f"至{brief.held.to.month}月{brief.held.to.day}日"
    where = f"在{brief.place}" if brief.place else ""
    verb = "召开" if _is_meeting(brief.kind) else "开展"
    said = [f"{day}，{brief.body}{where}{verb}“{brief.theme}”{brief.kind}，{_went(brief)}。"]
    if brief.lecture_title:
        who = f"{brief.lecturer}以" if brief.lecturer else "以"
        said.append(f"{who}《{brief.lecture_title.strip('《》')}》为题讲党课。")
    counted = "，".join(f"{title}{count}{unit}" for title, count, unit in brief.outputs if count)
    if counted:
        said.append(f"{counted}。")
    if brief.text.strip():
        said.append(brief.text.strip())
    return "".join(said)


def _went(brief: Brief) -> str:
    return f"应到{brief.due}人，实到{brief.attended}人" if brief.due else f"{brief.attended}人参加"


def transcription(system: UpperSystem, values: Mapping[str, str]) -> tuple[CopyField, ...]:
    """上级平台转录卡: the act's values in the order of that system's form. A field we do not know stays empty."""
    return tuple(CopyField(field.label.zh, values.get(field.source, "")) for field in system.fields)


@in_chinese
def transcription_values(act: ActSheet, lecture: LectureSheet | None = None) -> dict[str, str]:
    """The values a copy card may ask for, by their source name."""
    held = act.held
    return {
        "body": act.body,
        "kind": act.kind,
        "theme": act.theme,
        "held": words.held_text(held),
        "starts": _moment(held.on, held.starts_at),
        "ends": _moment(held.to or held.on, held.ends_at),
        "place": act.place,
        "chair": act.chair,
        "recorder": act.recorder,
        "due": str(act.due),
        "attended": str(act.attended),
        "observers": act.observers,
        "absences": words.absences_text(act.absences),
        "process": _process(act, with_votes=True),
        "resolutions": words.resolutions_text(act.resolutions),
        "lecture_title": lecture.title if lecture else "",
        "lecturer": lecture.lecturer if lecture else "",
        "note": act.note,
    }


def _moment(day: object, clock: object) -> str:
    return f"{day:%Y-%m-%d} {clock:%H:%M}" if clock else f"{day:%Y-%m-%d}"
