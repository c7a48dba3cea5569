"""What the writers do: a few kinds of acts with everything that hangs on one, by the people of the cast."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from hongzhu.core.activities import actions, engine
from hongzhu.core.activities.models import Act, TagClaim
from hongzhu.core.files import actions as files
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import SHANGHAI
from hongzhu.kit.refs import Actor, Ref

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 20, 14, tzinfo=SHANGHAI)

Said = Callable[[str, UUID], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One sort of act: who records what where. ``file``: with a paper attached in the same transaction."""

    body: Org
    by: Actor
    told: engine.Told
    joint: tuple[tuple[Org, str], ...] = ()
    file: bool = False


def variants(cast: Any) -> list[Variant]:
    """Four sorts, over four ordinals: a full theme Party day, a joint one, a lecture, a meeting with a vote."""
    people = [person.pk for person in cast.people]
    full = engine.Told(
        kind="theme_day", theme="学党章", held_on=date(2026, 11, 20), starts_at=time(15, 30), ends_at=time(17, 0),
        place="党员活动室", parts=("study", "lecture", "vote"), lecture_title="从党章看教师的本分", lecturer=people[0],
        recorder=people[2], process="一、集中学习\n领学党章第一、二章。",
        absences={people[3]: "OFFICIAL", people[4]: "SICK"},
        readings=(engine.ReadingTold("党章第一章"), engine.ReadingTold("党章第二章")), outputs={"reflections": 7},
        votes=(engine.VoteTold("通过计划", favour=6),),
        items=(engine.ItemTold("修订值班表", owner=people[0], due_on=date(2026, 12, 20)),),
    )  # fmt: skip
    plain = engine.Told(
        kind="theme_day", theme="联合", held_on=date(2026, 10, 16), starts_at=time(15, 0), ends_at=time(16, 0),
        parts=("study",), place="双桥小学",
    )  # fmt: skip
    lecture = replace(plain, kind="lecture", parts=("lecture",), lecture_title="清廉从教", lecturer=people[0])
    meeting = replace(plain, kind="members_meeting", parts=("deliberation",), held_on=date(2026, 9, 18))
    here, there = cast.actor("organiser"), cast.actor("neighbour")
    return [
        Variant(cast.branch, here, full, file=True),
        Variant(cast.branch, here, plain, joint=((cast.other_branch, "theme_day"),)),
        Variant(cast.other_branch, there, lecture),
        Variant(cast.branch, here, meeting),
    ]


def record(variant: Variant, number: int, theme: str, *, when: datetime | None = None) -> Act:
    """Record one act of a variant, as the page does: act and file in one transaction. The theme says which variant."""
    now = when or NOW
    told = replace(variant.told, theme=f"{number}:{theme}")
    with transaction.atomic():
        act = actions.record(body=variant.body, told=told, by=variant.by, on=TODAY, now=now, joint=variant.joint)
        attach(variant, act)
    return act


def attach(variant: Variant, act: Act) -> None:
    if variant.file:
        files.attach(
            owner=Ref.to(act), slot="lecture", name="讲稿.txt", data=f"讲稿 {act.uuid}".encode(), by=variant.by,
            bureau=act.bureau, now=NOW,
        )  # fmt: skip


def counted(act: Act) -> set[tuple[int, str]]:
    """What a recorder who leaves everything as proposed confirms."""
    return {(claim.org_id, claim.tag) for claim in act.claims.filter(state=TagClaim.State.PROPOSED)}


def one_turn(variants: list[Variant], chance: random.Random, said: Said) -> None:
    """Record one act and what follows it in life; ``said(step, uuid)`` after each commit."""
    number = chance.randrange(len(variants))
    variant = variants[number]
    act = record(variant, number, chance.randbytes(6).hex())
    said("record", act.uuid)
    actions.confirm(act=act, counted=counted(act), by=variant.by, now=NOW)
    said("confirm", act.uuid)
    follow = chance.random()
    if follow < 0.15:
        told = replace(variant.told, theme=act.theme, place="阶梯教室", absences={})
        actions.correct(
            act=act, told=told, revision=0, reason="地点写错", by=variant.by, on=TODAY, now=NOW + timedelta(hours=1)
        )
        said("correct", act.uuid)
    elif follow < 0.25:
        actions.void(act=act, reason="重复记录", by=variant.by, now=NOW + timedelta(hours=1))
        said("void", act.uuid)
    elif follow < 0.40 and variant.told.absences:
        actions.make_up(
            act=act, people=list(variant.told.absences), on=TODAY, way="SELF", seen_to_by="周予安", by=variant.by,
            today=TODAY, now=NOW + timedelta(hours=1),
        )  # fmt: skip
        said("make_up", act.uuid)
