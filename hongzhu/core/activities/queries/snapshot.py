"""An act as it stands, in a form JSON keeps; and which of its fields two snapshots disagree on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import Act, FixedDay
from hongzhu.core.activities.pack import ActivitiesSection, ActKind
from hongzhu.core.people.models import PostKind

PLAIN = (
    "theme", "place", "held_on", "held_to", "starts_at", "ends_at", "belongs_on", "parts", "chair_id", "lecture_title",
    "lecturer_id", "lecturer_name", "process", "observers", "open_to_outside", "contact_id", "extra", "recorder_id",
    "late_note",
)  # fmt: skip


def snapshot(act: Act) -> dict[str, Any]:
    """Everything a correction may change. Seven queries."""
    kept: dict[str, Any] = {}
    for name in PLAIN:
        value = getattr(act, name)
        kept[name] = value.isoformat() if hasattr(value, "isoformat") else value
    kept["attendances"] = {str(person): state for person, state in act.attendances.values_list("person", "state")}
    kept["readings"] = [
        [title, on.isoformat() if on else ""]
        for title, on in act.readings.order_by("pk").values_list("title", "issued_on")
    ]
    kept["outputs"] = dict(act.outputs.values_list("kind", "count"))
    kept["votes"] = [
        list(row)
        for row in act.votes.order_by("pk").values_list(
            "matter", "rule", "entitled", "present", "favour", "against", "abstain"
        )
    ]
    kept["resolutions"] = [
        [*row[:-1], row[-1].isoformat() if row[-1] else ""]
        for row in act.resolutions.exclude(state="DROPPED")
        .order_by("pk")
        .values_list("kind", "category", "matter", "owner", "opinion", "due_on")
    ]
    kept["media"] = [
        [row.url, row.viewers, row.rights, *([row.starts_at.isoformat()] if row.starts_at else [])]
        for row in act.media.order_by("pk")
    ]
    return kept


def field_labels() -> dict[str, str]:
    """The words of the form for each field of a snapshot."""
    return {
        "theme": _("主题"),
        "place": _("地点"),
        "held_on": _("日期"),
        "held_to": _("结束日期"),
        "starts_at": _("开始时间"),
        "ends_at": _("结束时间"),
        "belongs_on": _("所属期"),
        "parts": _("本次包含"),
        "chair_id": _("主持人"),
        "lecture_title": _("党课题目"),
        "lecturer_id": _("主讲人"),
        "lecturer_name": _("外请主讲人"),
        "process": _("主要过程"),
        "observers": _("列席"),
        "open_to_outside": _("对外开放"),
        "contact_id": _("联系点"),
        "extra": _("其他栏目"),
        "recorder_id": _("记录人"),
        "late_note": _("补记说明"),
        "attendances": _("谁没来"),
        "readings": _("学习篇目"),
        "outputs": _("数量"),
        "votes": _("表决"),
        "resolutions": _("议定事项"),
        "media": _("直播录像"),
    }


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the fields two snapshots disagree on, in the order of the form."""
    return [name for name in field_labels() if before.get(name) != after.get(name)]


def proposals(
    told: engine.Told, kind: ActKind, section: ActivitiesSection, fixed: FixedDay | None, *, post: str
) -> list[engine.Proposal]:
    """The tags an act could be worth for a body under its ``kind``, which in a joint act need not be the holder's.

    ``post``: the lecturer's on the day; ``fixed``: the body's Party day.
    """
    on_fixed = bool(
        fixed and engine.nth_weekday(told.held_on.year, told.held_on.month, fixed.weekday, fixed.week) == told.held_on
    )
    facts = rules.facts_of(
        replace(told, kind=kind.code),
        has_vote=bool(told.votes),
        on_fixed_day=on_fixed,
        has_lecturer=bool(told.lecturer or told.lecturer_name.strip()),
        by_secretary=post == PostKind.SECRETARY,
    )
    return rules.proposals_for(kind, section, facts)


def told_of(act: Act) -> engine.Told:
    """What was told when the act was recorded or last corrected: the form of a correction begins from it."""
    states = dict(act.attendances.order_by("pk").values_list("person", "state"))
    return engine.Told(
        kind=act.kind,
        theme=act.theme,
        held_on=act.held_on,
        held_to=act.held_to,
        starts_at=act.starts_at,
        ends_at=act.ends_at,
        place=act.place,
        belongs_year=act.belongs_on.year,
        parts=tuple(act.parts),
        topic=str(act.extra.get("topic", "")),
        chair=act.chair_id,
        recorder=act.recorder_id,
        lecture_title=act.lecture_title,
        lecturer=act.lecturer_id,
        lecturer_name=act.lecturer_name,
        process=act.process,
        observers=act.observers,
        open_to_outside=act.open_to_outside,
        contact=act.contact_id,
        late_note=act.late_note,
        extra=dict(act.extra),
        absences={person: state for person, state in states.items() if state not in (engine.PRESENT, engine.LEFT_OUT)},
        came=frozenset(person for person, state in states.items() if state == engine.PRESENT),
        readings=tuple(engine.ReadingTold(row.title, row.issued_on) for row in act.readings.order_by("pk")),
        outputs={row.kind: row.count for row in act.outputs.all()},
        votes=tuple(
            engine.VoteTold(row.matter, row.favour, row.against, row.abstain, row.entitled, row.present, row.rule)
            for row in act.votes.order_by("pk")
        ),
        items=tuple(
            engine.ItemTold(
                row.matter,
                row.kind,
                row.category,
                row.owner_id,
                row.due_on,
                row.proposer,
                row.opinion,
                row.opinion_on,
                row.pk,
            )
            for row in act.resolutions.exclude(state="DROPPED").order_by("pk")
        ),
        media=tuple(
            engine.MediaTold(row.url, row.starts_at, row.viewers, row.rights) for row in act.media.order_by("pk")
        ),
    )
