"""The big table of the way into the Party, its ledger in Excel, what waits for whom, and the year's plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind, Org, Superior
from hongzhu.core.people.models import Person
from hongzhu.kit.chips import Chip
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Helper, Quota, Source
from hongzhu.services.party.pack.admission import AdmissionPart
from hongzhu.services.party.rules import admission as asked

from . import admission as queries
from .admission import Line

SOON = 30  # days: what comes due within them waits on the desk


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage of one person: how many of its steps are done, the last day, whether the next step lies in it."""

    done: int
    of: int
    on: date | None
    here: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the table: a cell for each stage, the next step with its day, and what papers are missing."""

    admission: Admission
    way: engine.Way
    cells: tuple[Cell, ...]
    next: engine.Place | None
    text: str
    due: engine.When | None
    late: bool
    chip: Chip | None
    missing: tuple[str, ...]
    facts: engine.Facts


@dataclass(frozen=True, slots=True)
class Filter:
    """What the table is narrowed to: a name, a branch, a stage, a step to be done now (who is to be trained, who is to be
    pre-examined), a source, who acts next, whether ended ways are shown instead."""

    text: str = ""
    org: int | None = None
    stage: str = ""
    step: str = ""
    source: str = ""
    who: str = ""
    ended: bool = False


def narrowed(user: Any, wanted: Filter) -> Any:
    """Ways of the filter as far as the database can tell."""
    rows = queries.visible_to(user)
    rows = rows.exclude(queries.running()) if wanted.ended else rows.filter(queries.running())
    if wanted.text:
        found = Q(person__name__icontains=wanted.text) | Q(person__search_key__contains=wanted.text.lower())
        rows = rows.filter(found | Q(org__name__icontains=wanted.text))
    if wanted.source:
        rows = rows.filter(sources__code=wanted.source)
    return rows.filter(org=wanted.org) if wanted.org else rows


def table(user: Any, wanted: Filter, today: date) -> list[Row]:
    """Everybody of the filter with where they stand: those past their day first. A fixed number of queries."""
    if user.bureau is None:
        return []
    part = queries.part_on(user.bureau, today)
    found = [row_of(line, part, today) for line in queries.lines(narrowed(user, wanted), user.bureau, today)]
    if wanted.stage:
        found = [row for row in found if row.way.stage == wanted.stage]
    if wanted.step:
        found = [row for row in found if any(place.step.code == wanted.step for place in row.way.current)]
    if wanted.who == "late":
        found = [row for row in found if row.late]
    elif wanted.who:
        found = [row for row in found if row.way.who == wanted.who]
    far = date.max
    return sorted(
        found, key=lambda row: (not row.late, row.due.day if row.due else far, row.admission.org.sort, row.admission.pk)
    )


def row_of(line: Line, part: AdmissionPart, today: date) -> Row:
    """One line of the table."""
    way, place = line.way, line.way.next
    cells = []
    for stage in part.stages:
        places = [one for one in way.places if one.step.stage == stage.code]
        days = [one.on for one in places if one.on]
        here = place is not None and place.step.stage == stage.code
        cells.append(Cell(sum(one.on is not None for one in places), len(places), max(days, default=None), here))
    return Row(
        line.admission, way, tuple(cells), place, next_text(place, part), due_of(place),
        bool(place and place.late(today)), asked.chip(place, today) if place else None, tuple(missing(line, part)), line.facts,
    )  # fmt: skip


def due_of(place: engine.Place | None) -> engine.When | None:
    """The day to show: by when, else from when."""
    if place is None:
        return None
    return place.due or (place.earliest if place.state == "waits" else None)


def next_text(place: engine.Place | None, part: AdmissionPart) -> str:
    """第8步 上级党委备案同意：待公示."""
    if place is None:
        return ""
    said = _("第%(n)s步 %(title)s") % {"n": place.step.number, "title": place.step.title}
    if place.state == "blocked":
        return _("%(step)s：%(why)s") % {"step": said, "why": asked.brief(place.blocks[0], place, part)}
    return said


def missing(line: Line, part: AdmissionPart) -> list[str]:
    """Papers that a step done or to be done now asks for and nobody has seen."""
    reached = {place.step.code for place in line.way.places if place.on} | {p.step.code for p in line.way.current}
    return [str(one.title) for one in part.papers if one.before in reached and one.code not in line.facts.papers]


# --- the ledger ---------------------------------------------------------------------------------------------

LEDGER = (
    "apply", "talk", "activist", "activist_filed", "contacts", "candidate", "candidate_filed", "political_review",
    "training", "preliminary", "probationary", "admit_vote", "superior_talk", "admit_approved", "end", "full_vote",
    "full_approved",
)  # fmt: skip


def ledger_xlsx(rows: Sequence[Row], part: AdmissionPart) -> bytes:
    """发展党员工作台账 with its usual columns, and what was entered as past. Four queries."""
    ids = [row.admission.pk for row in rows]
    named: dict[int, list[str]] = defaultdict(list)
    helping = Helper.objects.filter(admission__in=ids, role=Helper.Role.CONTACT, to_on__isnull=True)
    for pk, name in helping.order_by("id").values_list("admission", "person__name"):
        named[pk].append(name)
    votes: dict[int, AdmissionStep] = {}
    for step in AdmissionStep.objects.filter(queries.ENTERED, admission__in=ids, code=queries.ADMIT).order_by("round"):
        votes[step.admission_id] = step
    past = _past(ids, part)
    header = (
        _("序号"), _("姓名"), _("党支部"), _("申请时间"), _("谈话时间"), _("确定积极分子"), _("备案"), _("培养联系人"), _("确定发展对象"),
        _("备案"), _("政审"), _("培训"), _("预审"), _("公示"), _("支部大会(应到/实到/赞成)"), _("谈话"), _("审批"), _("预备期满"),
        _("转正大会"), _("转正审批"), _("材料缺项"), _("补录"),
    )  # fmt: skip
    told = (
        (
            number,
            row.admission.person.name,
            row.admission.org.name,
            *_cells(row, named, votes),
            _("、").join(row.missing),
            past.get(row.admission.pk, ""),
        )
        for number, row in enumerate(rows, start=1)
    )
    return write_xlsx(_("发展党员工作台账"), header, told, notes=_notes(part))


def _past(ids: Sequence[int], part: AdmissionPart) -> dict[int, str]:
    """What of each way was entered as past (补录): 第1、2、5步，公示. Two queries."""
    entered = AdmissionStep.objects.filter(queries.ENTERED, admission__in=ids, sheet__isnull=False)
    codes: dict[int, set[str]] = defaultdict(set)
    for pk, code in entered.values_list("admission", "code"):
        codes[pk].add(code)
    found = {}
    for pk, past in codes.items():
        numbers = [str(step.number) for step in part.steps if step.code in past]
        found[pk] = _("第%s步") % _("、").join(numbers)
    hung = AdmissionNotice.objects.filter(admission__in=ids, sheet__isnull=False)
    for pk in hung.order_by("admission").values_list("admission", flat=True).distinct():
        found[pk] = _("，").join(filter(None, (found.get(pk), _("公示"))))
    return found


def _cells(row: Row, named: dict[int, list[str]], votes: dict[int, AdmissionStep]) -> Iterable[Any]:
    for code in LEDGER:
        if code == "contacts":
            yield _("、").join(named.get(row.admission.pk, []))
        elif code == "end":
            yield row.way.probation_end
        elif code == "probationary":
            yield _notice_day(row)
        elif code == queries.ADMIT:
            vote = votes.get(row.admission.pk)
            counts = f"{vote.entitled}/{vote.present}/{(vote.in_favour or 0) + (vote.written or 0)}" if vote else ""
            yield f"{vote.on.isoformat()} ({counts})" if vote and vote.entitled else (vote.on if vote else None)
        else:
            yield row.way.by_code[code].on if code in row.way.by_code else None


def _notice_day(row: Row) -> date | None:
    point = row.way.by_code[queries.ADMIT].step.notice if queries.ADMIT in row.way.by_code else ""
    return max((one.posted_on for one in row.facts.notices if one.point == point), default=None)


def _notes(part: AdmissionPart) -> list[str]:
    return [
        _("第%(n)s步 %(title)s：%(clause)s") % {"n": step.number, "title": step.title, "clause": step.clause}
        for step in part.steps
    ]


# --- what waits ---------------------------------------------------------------------------------------------


def for_branch(user: Any, today: date) -> list[Row]:
    """What the branch (or its applicant) does next: open now, past its day, or due soon. The user's own branches only."""
    rows = queries.visible_to(user).filter(access.within(user, rules.KEEP, "org")).filter(queries.running())
    return [row for row in _rows(user, rows, today) if row.way.who in {"branch", "applicant"} and pressing(row, today)]


def for_superior(user: Any, today: date) -> list[Row]:
    """What the committee above (隶属) decides next."""
    rows = queries.visible_to(user).filter(queries.running(), org__in=_belonging(user, today))
    return [
        row for row in _rows(user, rows, today) if row.way.who == "superior" and row.next and row.next.state == "open"
    ]


def own(person: Person, today: date) -> tuple[Row | None, list[Row]]:
    """The person's own way, and those of whom they accompany as 培养联系人, while these go on. Nine queries, one for nobody."""
    helps = Helper.objects.filter(role=Helper.Role.CONTACT, person=person, from_on__lte=today)
    helps = helps.filter(Q(to_on__isnull=True) | Q(to_on__gt=today))
    found = Admission.objects.filter(Q(person=person) | Q(pk__in=helps.values("admission")), queries.running())
    admissions = list(found.select_related("person", "org", "bureau").order_by("applied_on", "id"))
    if not admissions:
        return None, []
    part = queries.part_on(person.bureau, today)
    rows = [row_of(line, part, today) for line in queries.lines(admissions, person.bureau, today)]
    mine = next((row for row in rows if row.admission.person_id == person.pk), None)
    return mine, [row for row in rows if row.admission.person_id != person.pk and not row.admission.outcome]


def _belonging(user: Any, today: date) -> Any:
    """Ids of the branches on whose members a body decides where the user leads."""
    reached = set(access.orgs_where(user, rules.LEAD).exclude(kind=Kind.UPPER).values_list("pk", flat=True))
    return [org for org, body in queries.decided_by(user.bureau_id, today).items() if body.pk in reached]


def _rows(user: Any, admissions: Any, today: date) -> list[Row]:
    part = queries.part_on(user.bureau, today)
    return [row_of(line, part, today) for line in queries.lines(admissions, user.bureau, today)]


def pressing(row: Row, today: date) -> bool:
    place = row.next
    if place is None:
        return False
    if place.state == "waits" or place.step.repeat:
        return bool(place.due and (place.due.day - today).days <= SOON)
    return True


# --- the year -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearLine:
    """One body in one year: its own plan, and how many it and those below it accepted, by source."""

    org: Org
    places: int | None
    admitted: int
    sources: tuple[int, ...]


def year_lines(user: Any, year: int, today: date) -> tuple[list[YearLine], tuple[int, ...], int]:
    """Bodies with a plan or somebody accepted, in the user's part; totals by source, and of all. A fixed number of queries."""
    part = queries.part_on(user.bureau, today)
    codes = [one.code for one in part.sources]
    seen = access.within(user, rules.VIEW, "org")
    accepted = queries.admitted(date(year, 1, 1), date(year + 1, 1, 1))
    steps = list(accepted.filter(seen, admission__bureau=access.bureau_of(user)))
    tags: dict[int, set[str]] = defaultdict(set)
    for pk, code in Source.objects.filter(admission__in=[one.admission_id for one in steps]).values_list(
        "admission", "code"
    ):
        tags[pk].add(code)
    bodies = access.orgs_where(user, rules.VIEW)
    plans = {row.org_id: row for row in Quota.objects.filter(year=year, org__in=bodies).select_related("org")}
    above = dict(
        Superior.objects.filter(orgs.on_day(today), relation=Superior.Relation.BELONGS, org__bureau=user.bureau)
        .values_list("org", "superior")
    )  # fmt: skip
    counted: dict[int, list[AdmissionStep]] = defaultdict(list)
    for step in steps:
        body: int | None = step.org_id
        for _level in range(6):
            if body is None:
                break
            counted[body].append(step)
            body = above.get(body)
    wanted = set(plans) | {step.org_id for step in steps if step.org_id}
    shown = Org.objects.filter(pk__in=wanted).order_by("sort", "id")
    found = [
        YearLine(
            org, plans[org.pk].places if org.pk in plans else None, len(counted[org.pk]),
            tuple(sum(code in tags[step.admission_id] for step in counted[org.pk]) for code in codes),
        )
        for org in shown
    ]  # fmt: skip
    total = tuple(sum(code in tags[step.admission_id] for step in steps) for code in codes)
    return found, total, len(steps)


def year_xlsx(found: Sequence[YearLine], total: tuple[int, ...], count: int, part: AdmissionPart, year: int) -> bytes:
    """The year by unit and source."""
    header = (_("党组织"), _("计划数"), _("已接收"), _("剩余"), *(str(one.title) for one in part.sources))
    rows: list[tuple[Any, ...]] = [
        (line.org.name, line.places, line.admitted, None if line.places is None else line.places - line.admitted, *line.sources)
        for line in found
    ]  # fmt: skip
    rows.append((_("合计"), None, count, None, *total))
    return write_xlsx(_("%s年发展党员情况") % year, header, rows)


def branches_seen(user: Any, today: date) -> list[tuple[int, str]]:
    """Branches to narrow the table by."""
    found = access.orgs_where(user, rules.VIEW).filter(orgs.existing(today), kind__in=BRANCH_KINDS)
    return list(found.values_list("pk", "name"))
