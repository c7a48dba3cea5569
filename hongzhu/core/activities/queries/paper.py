"""What the papers are filled with: facts of acts, for the sheet builders of the documents room.

Papers are Chinese in either language of the pages. What a page shows as well (the record, the lecture) is built in the
language of the asking page, so whoever makes a paper of it asks for it in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import ABSENT, Act, Attendance, Resolution
from hongzhu.core.activities.pack import ActivitiesSection, ActKind
from hongzhu.core.activities.queries.acts import section_of
from hongzhu.core.activities.queries.items import ItemWords, item_words, visible_items
from hongzhu.core.activities.queries.life import MADE_UP, lives
from hongzhu.core.activities.queries.roster import seats
from hongzhu.core.activities.queries.setup import Setup
from hongzhu.core.documents.queries.sheets import (
    NAMES,
    Absence,
    ActSheet,
    AttendanceRow,
    AttendanceTable,
    Brief,
    Held,
    HoursLedger,
    HoursRow,
    LectureSheet,
    MakeUpLine,
    MakeUpSheet,
    MeetingNotice,
    ResolutionLine,
    ResolutionsLedger,
    SignInName,
    SignInSheet,
    VoteLine,
    in_chinese,
)
from hongzhu.core.files import queries as files
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import PostKind, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Ref

# A numbered heading line of the process: 二、党课：从党章看教师的本分.
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}、(.*)$")  # zh: numerals of minutes as they are written


def held_of(act: Act) -> Held:
    return Held(on=act.held_on, to=act.held_to, starts_at=act.starts_at, ends_at=act.ends_at)


def act_sheet(act: Act, section: ActivitiesSection) -> ActSheet:
    """The record of one act as it prints. Seven queries."""
    kinds = by_code(section.kinds)
    kind = kinds.get(act.kind)
    decisions, words = by_code(section.decisions), item_words(section)
    bodies = list(act.bodies.select_related("org").order_by("pk"))
    own = next((row for row in bodies if row.org_id == act.body_id), None)
    absent = act.attendances.filter(state__in=ABSENT).select_related("person").order_by("pk")
    return ActSheet(
        body=act.body.name,
        kind=str(kind.title) if kind else act.kind,
        theme=act.theme,
        held=held_of(act),
        place=act.place,
        chair=act.chair.name if act.chair else "",
        recorder=act.recorder.name if act.recorder else "",
        due=act.due_roster,
        attended=act.attended,
        observers=act.observers,
        absences=tuple(Absence(row.person.name, str(row.get_state_display())) for row in absent),
        process=act.process,
        readings=tuple(act.readings.order_by("pk").values_list("title", flat=True)),
        votes=tuple(_vote(row, decisions) for row in act.votes.order_by("pk")),
        resolutions=tuple(
            item_line(row, words)
            for row in act.resolutions.exclude(state=Resolution.State.DROPPED).select_related("owner").order_by("pk")
        ),
        note=act.late_note,
        number=own.number if own and kind and kind.numbered else None,
        joint_with=tuple(row.org.name for row in bodies if row.org_id != act.body_id),
        corrected=act.revision,
        voided=act.status == Act.Status.VOIDED,
        extra=tuple(extra_rows(act, kind)) if kind else (),
    )


def own_papers(act: Act, section: ActivitiesSection) -> list[Any]:
    """Papers of the bureau's own that acts of this kind yield, by the pack of the day held. No query where there are none."""
    kind = by_code(section.kinds).get(act.kind)
    codes = [code for code in kind.sheets if code not in NAMES] if kind else []
    if not codes:
        return []
    layouts = by_code(policies.pack_for(act.bureau, act.held_on).section("documents").sheets)
    return [layouts[code] for code in codes if code in layouts and layouts[code].like]


def _vote(row: Any, decisions: dict[str, Any]) -> VoteLine:
    told = engine.VoteTold(row.matter, row.favour, row.against, row.abstain)
    result = rules.verdict_of(told, row.entitled, row.present, decisions.get(row.rule))
    return VoteLine(
        matter=row.matter,
        entitled=row.entitled,
        present=row.present,
        favour=row.favour,
        against=row.against,
        abstain=row.abstain,
        carried=result.carried,
    )


def item_line(row: Resolution, words: ItemWords) -> ResolutionLine:
    return ResolutionLine(
        matter=row.matter,
        category=words.category(row),
        proposer=row.proposer,
        opinion=str(row.get_opinion_display()) if row.opinion else "",
        opinion_on=row.opinion_on,
        owner=row.owner.name if row.owner else "",
        due_on=row.due_on,
        progress=row.progress,
        done_on=row.closed_on,
        decided_on=row.act.held_on,
    )


def extra_rows(act: Act, kind: ActKind) -> Iterable[tuple[str, str]]:
    """(label, value in words) of the fields the kind itself defines."""
    for field in kind.fields:
        value = act.extra.get(field.code)
        if value in (None, ""):
            continue
        if field.type == "bool":
            yield str(field.title), _("是") if value else _("否")
        elif field.type == "money":
            yield str(field.title), _("%s元") % f"{int(value) / 100:.2f}"
        elif field.type == "choice":
            words = {row.code: str(row.title) for row in field.choices}
            yield str(field.title), words.get(str(value), str(value))
        elif field.type == "ref":
            yield str(field.title), str(Org.objects.filter(pk=value).values_list("name", flat=True).first() or value)
        else:
            yield str(field.title), str(value)


def lecture_sheet(act: Act, section: ActivitiesSection) -> LectureSheet | None:
    """The lecture on its own page; None where the act included none."""
    lecturing = {part.code for part in section.parts if part.sheet == "lecture_record"}
    if not (lecturing & set(act.parts)) or not act.lecture_title:
        return None
    headings = [str(part.heading or part.title) for part in section.parts if part.code in lecturing]
    papers = files.of(Ref.to(act), "lecture").values_list("name", flat=True)
    return LectureSheet(
        body=act.body.name,
        held=held_of(act),
        place=act.place,
        lecturer=act.lecturer.name if act.lecturer else act.lecturer_name,
        lecturer_post=str(dict(PostKind.choices).get(act.lecturer_post, "")),
        title=act.lecture_title,
        listeners=act.attended,
        content=under_heading(act.process, headings),
        attachment=_("、").join(papers),
        recorder=act.recorder.name if act.recorder else "",
    )


def under_heading(process: str, headings: Iterable[str]) -> str:
    """What was written under one numbered heading, up to the next."""
    wanted, found = list(headings), []
    inside = False
    for line in process.splitlines():
        heading = _HEADING.match(line.strip())
        if heading:
            inside = any(heading[1].startswith(word) for word in wanted)
        elif inside:
            found.append(line)
    return "\n".join(found).strip()


@in_chinese
def sign_in(body: Org, kind: ActKind, on: date, held: Held, place: str) -> SignInSheet:
    """The blank sheet for ink: who is due that day."""
    words = dict(Standing.choices)
    names = tuple(
        SignInName(seat.name, str(words.get(seat.standing, "")))
        for seat in seats(body, kind.roster, on)
        if not seat.left_out
    )
    return SignInSheet(body=body.name, title=str(kind.title), held=held, place=place, names=names)


def sign_in_of(act: Act, kind: ActKind) -> SignInSheet:
    """The roster of an act already held, as a sheet to sign."""
    words = dict(Standing.choices)
    rows = act.attendances.exclude(state=Attendance.State.LEFT_OUT).select_related("person").order_by("pk")
    names = tuple(SignInName(row.person.name, str(words.get(row.standing, ""))) for row in rows)
    return SignInSheet(body=act.body.name, title=str(kind.title), held=held_of(act), place=act.place, names=names)


@in_chinese
def notice(setup: Setup, issued_on: date) -> MeetingNotice:
    """The call to an act that is still to come: facts of the plan and the guide, nothing else."""
    parts = {part.code: str(part.title) for part in setup.parts}
    agenda = [*(parts[code] for code in setup.kind.usual if code in parts), *(row.title for row in setup.readings)]
    theme = setup.themes[0].theme if setup.themes else ""
    who = {
        "members": _("全体党员"),
        "committee": _("支部委员"),
        "staff": _("全体教职工"),
        "body_members": _("全体成员"),
    }.get(setup.kind.roster, "")
    return MeetingNotice(
        body=setup.body.name,
        kind=str(setup.kind.title),
        title=theme or str(setup.kind.title),
        held=Held(on=setup.day, starts_at=setup.starts_at, ends_at=setup.ends_at),
        place=setup.places[0] if setup.places else "",
        attendees=who,
        agenda=tuple(agenda),
        requirements=(_("不能到会的，会前向支部请假"),),
        issued_on=issued_on,
        addressed_to=who,
    )


@in_chinese
def make_up_sheet(body: Org, rows: Iterable[Attendance]) -> MakeUpSheet:
    """补学记录表: one line per absence, made up or waiting for ink."""
    lines = []
    for row in rows:
        lines.append(
            MakeUpLine(
                name=row.person.name,
                act=_("%(month)s月%(day)s日 %(theme)s")
                % {"month": row.act.held_on.month, "day": row.act.held_on.day, "theme": row.act.theme},
                reason=str(row.get_state_display()),
                on=row.made_up_on,
                way=str(row.get_made_up_way_display()) if row.made_up_way else "",
                content=row.act.lecture_title or row.act.theme,
                seen_to_by=row.made_up_by,
            )
        )
    return MakeUpSheet(body=body.name, lines=tuple(lines))


def attendance_table(body: Org, year: int) -> AttendanceTable:
    """党员参加组织生活情况统计表: everybody who was on the roster that year. Four queries, whatever the size."""
    rows = []
    for name, life in _year_of(body, year):
        months: list[str] = []
        for month in range(1, 13):
            due = [row for row in life.acts if row.held_on.month == month and row.state not in ("LEFT_OUT", "OBSERVER")]
            there = sum(row.state == "PRESENT" for row in due)
            months.append(f"{there}/{len(due)}" if due else "")
        leave = sum(row.state in ABSENT and row.state != "UNEXCUSED" for row in life.acts)
        absent = sum(row.state == "UNEXCUSED" for row in life.acts)
        rows.append(
            AttendanceRow(
                name=name,
                months=tuple(months),
                due=life.due,
                attended=life.attended,
                leave=leave,
                absent=absent,
                made_up=life.made_up,
            )
        )
    return AttendanceTable(body=body.name, year=year, rows=tuple(rows))


@in_chinese
def hours_ledger(body: Org, year: int, kinds: dict[str, str]) -> HoursLedger:
    """党员教育培训学时台账: one row per person and act that earned hours."""
    rows = []
    for name, life in _year_of(body, year):
        for row in life.acts:
            if row.hours:
                note = _("补学") if row.state == MADE_UP else ""
                rows.append(
                    HoursRow(
                        name=name,
                        on=row.held_on,
                        content=row.theme,
                        form=kinds.get(row.kind, row.kind),
                        hundredths=row.hours,
                        note=note,
                    )
                )
    return HoursLedger(body=body.name, year=year, rows=tuple(rows))


def _year_of(body: Org, year: int) -> list[tuple[str, Any]]:
    people = dict(
        Attendance.objects.filter(org=body, act__held_on__year=year)
        .exclude(act__status=Act.Status.VOIDED)
        .order_by("person")
        .values_list("person", "person__name")
        .distinct()
    )
    found = lives(people, year, org=body.pk)
    return [(name, found[person]) for person, name in people.items()]


@in_chinese
def items_ledger(user: Any, body: Org, year: int, today: date) -> ResolutionsLedger:
    """议定事项落实台账 of one body and year, of acts the user may open; without what is no longer pursued."""
    rows = (
        visible_items(user)
        .filter(org=body, act__held_on__year=year)
        .exclude(state=Resolution.State.DROPPED)
        .select_related("owner", "act")
        .order_by("act__held_on", "pk")
    )
    words = item_words(section_of(body.bureau, min(date(year, 12, 31), today)))
    return ResolutionsLedger(body=body.name, year=year, lines=tuple(item_line(row, words) for row in rows))


@in_chinese
def brief_of(act: Act, section: ActivitiesSection, text: str = "") -> Brief:
    """信息简讯稿: figures of the record, then the secretary's own text; nothing invented."""
    kind = by_code(section.kinds).get(act.kind)
    words = by_code(section.outputs)
    return Brief(
        body=act.body.name,
        held=held_of(act),
        place=act.place,
        theme=act.theme,
        kind=str(kind.title) if kind else act.kind,
        attended=act.attended,
        due=act.due_roster,
        text=text,
        lecture_title=act.lecture_title,
        lecturer=act.lecturer.name if act.lecturer else act.lecturer_name,
        outputs=tuple(
            (str(words[row.kind].title), row.count, str(words[row.kind].unit))
            for row in act.outputs.order_by("kind")
            if row.kind in words
        ),
    )
