"""One person's way as its page shows it: the vertical line of steps, papers, notices, helpers. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit.chips import Chip
from hongzhu.kit.packs import by_code
from hongzhu.services.party import rules
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Cultivation, Helper
from hongzhu.services.party.pack.admission import AdmissionPart, Notice, Paper
from hongzhu.services.party.rules import admission as asked

from . import admission as queries
from . import cultivation
from .admission import Line
from .admission_table import missing


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step on the line: what was done, in rounds, what is missing, and whether the user may do it now."""

    place: engine.Place
    stage: str
    head: bool
    rows: tuple[AdmissionStep, ...]
    told: tuple[str, ...]
    chip: Chip
    late: bool
    here: bool
    may: bool
    role: str
    notice: str


@dataclass(frozen=True, slots=True)
class Hung:
    """One notice with its last day."""

    row: AdmissionNotice
    title: str
    last: engine.When


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on one person's page."""

    way: engine.Way
    lines: tuple[StepLine, ...]
    papers: tuple[tuple[Paper, bool], ...]
    missing: tuple[str, ...]
    notices: tuple[Hung, ...]
    points: tuple[Notice, ...]
    helpers: tuple[Helper, ...]
    sources: tuple[str, ...]
    cultivations: tuple[Cultivation, ...]
    superior: Org | None
    outside: bool
    last: int | None


def page(user: Any, admission: Admission, today: date) -> Shown:
    """The page of one person."""
    part, calendar = queries.part_on(admission.bureau, today), policies.calendar(admission.bureau)
    facts = queries.facts_of([admission])[admission.pk]
    way = engine.way(facts, part, calendar, today)
    rows: dict[str, list[AdmissionStep]] = {}
    for row in admission.steps.select_related("act").order_by("round", "id"):
        rows.setdefault(row.code, []).append(row)
    entered = [row for found in rows.values() for row in found if row.voided_at is None]
    above = queries.approver(admission.org, today)
    out = above is not None and above.kind == Kind.UPPER
    keeps = access.holds(user, rules.KEEP, admission.org)
    decides = not out and queries.answers_for(user, admission, above)
    last = max(entered, key=lambda row: row.pk, default=None)
    notices = tuple(admission.notices.order_by("posted_on", "id"))
    titles = {one.code: str(one.title) for one in part.notices}
    return Shown(
        way=way,
        lines=tuple(_lines(way, part, rows, today, keeps=keeps, decides=decides, outside=out)),
        papers=tuple((paper, paper.code in facts.papers) for paper in part.papers),
        missing=tuple(missing(Line(admission, way, facts), part)),
        notices=tuple(
            Hung(row, titles.get(row.point, row.point), engine.notice_last(queries.posted_of(row), calendar))
            for row in notices
        ),
        points=tuple(_to_post(way, part)),
        helpers=tuple(admission.helpers.select_related("person").order_by("role", "id")),
        sources=tuple(_sources(admission, part)),
        cultivations=tuple(cultivation.of_person(user, admission.person)),
        superior=above,
        outside=out,
        last=last.pk if last and _may_void(last, admission, part, keeps=keeps, decides=decides, outside=out) else None,
    )


def _lines(
    way: engine.Way, part: AdmissionPart, rows: dict[str, list[AdmissionStep]], today: date, *, keeps: bool,
    decides: bool, outside: bool,
) -> list[StepLine]:  # fmt: skip
    stages = {stage.code: str(stage.title) for stage in part.stages}
    current = {place.step.code for place in way.current}
    found, before = [], ""
    for place in way.places:
        step = place.step
        side = asked.side(step, outside=outside)
        mine = (keeps and side != "superior") or (decides and side != "branch")
        named = step.named.role if step.named and any(block.kind == "named" for block in place.blocks) else ""
        hang = step.notice if any(block.kind in {"notice", "held_up"} for block in place.blocks) else ""
        here = step.code in current
        told = tuple(asked.told(block, place, part) for block in place.blocks) if here else ()
        if here and place.redo:
            told = (_("审批已超过期限，要重新办理这一步"), *told)
        found.append(
            StepLine(
                place, stages[step.stage], step.stage != before, tuple(rows.get(step.code, ())), told,
                asked.chip(place, today), place.late(today), here, mine and here and _ready(place, today),
                named if keeps and here else "", hang if keeps and here else "",
            )
        )  # fmt: skip
        before = step.stage
    return found


def _may_void(
    last: AdmissionStep, admission: Admission, part: AdmissionPart, *, keeps: bool, decides: bool, outside: bool
) -> bool:
    """Whether the user may take the last step back: whoever enters steps of its side, while the way has not been ended."""
    step = by_code(part.steps).get(last.code)
    if step is None or last.code == "apply" or admission.outcome in asked.ENDS:
        return False
    side = asked.side(step, outside=outside)
    return (keeps and side != "superior") or (decides and side != "branch")


def _ready(place: engine.Place, today: date) -> bool:
    """Whether it can be entered today: nothing missing, and its first day has come."""
    return place.state != "blocked" and (place.earliest is None or place.earliest.day <= today)


def _to_post(way: engine.Way, part: AdmissionPart) -> list[Notice]:
    wanted = {b.code for place in way.current for b in place.blocks if b.kind in {"notice", "held_up"}}
    return [one for one in part.notices if one.code in wanted]


def _sources(admission: Admission, part: AdmissionPart) -> list[str]:
    titles = {one.code: str(one.title) for one in part.sources}
    return [titles.get(code, code) for code in admission.sources.order_by("id").values_list("code", flat=True)]


def last_day(notice: AdmissionNotice) -> engine.When:
    """The last day a notice hangs."""
    return engine.notice_last(queries.posted_of(notice), policies.calendar(notice.admission.bureau))
