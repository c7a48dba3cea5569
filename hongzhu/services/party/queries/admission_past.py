"""Sheets of past admission steps (补录): whose they are, the template with what is on file, and the file with its answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import by_another
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Org
from hongzhu.core.people.models import Membership, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.kit.crypto import vault
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Verdict
from hongzhu.kit.tables.columns import match_header, title_key
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionPaper,
    AdmissionStep,
    Helper,
    PastSheet,
    Source,
)
from hongzhu.services.party.pack.admission import AdmissionPart

from . import admission as queries
from .admission_past_book import Checked, Line, Reach
from .admission_past_check import check
from .admission_past_sheet import COUNTS, DECISIONS, columns_of, read_file

TABLE = "admission_past"  # what the staged upload is kept under
TICK = "√"


def visible_to(user: Any) -> QuerySet[PastSheet]:
    """Sheets the user sent, and those that wait, or waited, for a body the user answers for."""
    if not (access.may(user, rules.KEEP) or access.may(user, rules.APPROVE)):
        return PastSheet.objects.none()
    seen = Q(account=user.pk) | _answered_by(user)
    found = PastSheet.objects.filter(seen, bureau=access.bureau_of(user))
    return found.select_related("org", "bureau").order_by("-sent_at", "-id")


def _answered_by(user: Any) -> Q:
    """As queries.admission.answers_for: who leads the committee; for a branch that belongs to none, who approves there."""
    led = access.within(user, rules.LEAD, "org") & ~Q(org__kind__in=BRANCH_KINDS)
    return led | access.within(user, rules.APPROVE, "org")


def open_sheet(user: Any, pk: int) -> PastSheet:
    """The one door: unseen is 404."""
    return get_object_or_404(visible_to(user), pk=pk)


def waiting_for(user: Any) -> QuerySet[PastSheet]:
    """Sheets whose steps wait for the user's word."""
    return visible_to(user).filter(_answered_by(user), state=PastSheet.State.WAITING)


def may_confirm(user: Any, sheet: PastSheet, today: date) -> Verdict:
    """The superior, and another hand than the one that sent it (A19)."""
    perm = rules.APPROVE if sheet.org.kind in BRANCH_KINDS else rules.LEAD
    if not access.holds(user, perm, sheet.org):
        return Verdict(False, _("上级决定的步骤由上级党组织（%s）确认。") % sheet.org)
    own = sheet.account_id == user.pk
    others = access.names_over(sheet.org, perm, today, but=[user.pk]) if own else []
    return by_another(own=own, step=_("确认"), others=others)


def reach_of(user: Any, today: date) -> Reach:
    """What the user's own sheet may touch: the branches where they keep Party affairs."""
    bureau = Bureau.objects.get(pk=access.bureau_of(user))
    return Reach(bureau=bureau, branches=queries.branches_to_keep(user, today), today=today)


def reach_of_sheet(user: Any, sheet: PastSheet, today: date) -> Reach:
    """What a sheet that waits may touch: its rows, of the branches on whose members the body decides that answers."""
    decided = queries.decided_by(sheet.bureau_id, today)
    belong = [org for org, body in decided.items() if body.pk == sheet.org_id]
    branches = Org.objects.filter(Q(pk__in=belong) | Q(pk=sheet.org_id), orgs.existing(today), kind__in=BRANCH_KINDS)
    return Reach(
        bureau=sheet.bureau, branches=branches, today=today, hand=(user.pk, user.person_id), rows=frozenset(sheet.rows)
    )


def looked_at(user: Any, sheet: PastSheet, today: date, *, answers: bool) -> Checked:
    """A sheet that waits, as it stands now. ``answers``: the user is the superior's hand.

    Whoever sent it only looks on, and only at rows of branches where they still keep Party affairs.
    """
    reach = reach_of_sheet(user, sheet, today)
    if not answers:
        reach = replace(reach, branches=queries.branches_to_keep(user, today), hand=None)
    found = checked(file_of(sheet), sheet.name, reach)
    return found if answers else Checked([line for line in found.lines if line.org is not None], found.warnings)


def checked(data: bytes, name: str, reach: Reach) -> Checked:
    """A file against what is on file now; TableRefused when it cannot be read."""
    return check(read_file(data, name, queries.part_on(reach.bureau, reach.today)), reach)


def bind_of(sheet: PastSheet) -> str:
    """The place a kept file is sealed for."""
    return f"party.past|{sheet.org_id}|{sheet.sha256}"


def file_of(sheet: PastSheet) -> bytes:
    """The file of a sheet that waits."""
    return vault().open_bytes(bytes(sheet.sealed), bind=bind_of(sheet))


# --- the template -------------------------------------------------------------------------------------------


def template(user: Any, today: date) -> bytes:
    """The sheet to fill in, with everybody on the way in the user's branches and what is on file of them. Ten queries."""
    bureau = Bureau.objects.get(pk=access.bureau_of(user))
    part = queries.part_on(bureau, today)
    columns = [column for column in columns_of(part) if column.kept]
    rows = [[row.get(column.key, "") for column in columns] for row in held(user, part, bureau, today)]
    notes = [
        _("一人一行。已经在系统里的内容先填好了，不用再填；没有做的步骤留空。"),
        _("日期写成 2024-03-20 这样。公示、材料、表决人数是后面步骤的条件，缺了那一步就不能登记。"),
        _("上级党组织决定的步骤，送上级确认以后才登记。"),
        *(_("%(title)s：%(hint)s") % {"title": one.title, "hint": one.hint} for one in columns if one.hint),
    ]
    return write_xlsx(
        _("发展党员补录表"),
        [f"{column.title}*" if column.required else str(column.title) for column in columns],
        rows,
        widths=[column.width for column in columns],
        notes=notes,
        text_columns=[place for place, column in enumerate(columns) if column.text],
    )


def held(user: Any, part: AdmissionPart, bureau: Bureau, today: date) -> list[dict[str, Any]]:
    """A row for everybody on the way: applicants and whoever was led on, activists, probationary members."""
    branches = queries.branches_to_keep(user, today)
    mine = branches.order_by().values("pk")
    ways = list(
        Admission.objects.filter(queries.running(), org__in=mine)
        .select_related("person", "org")
        .order_by("org__sort", "org_id", "applied_on", "id")
    )
    found = {way.pk: _who(way.person.name, way.org.name) for way in ways}
    for way in ways:
        found[way.pk]["league"] = _("是") if way.league else ""
    _fill(found, part, bureau)
    known = {way.person_id for way in ways}
    members = Membership.objects.filter(
        to_on__isnull=True, org__in=mine, standing__in=(Standing.ACTIVIST, Standing.PROBATIONARY)
    ).exclude(person__in=known)
    others = []
    for row in members.select_related("person", "org").order_by("org__sort", "org_id", "person__search_key", "id"):
        told = _who(row.person.name, row.org.name)
        if row.standing == Standing.PROBATIONARY:
            told[f"on:{queries.ADMIT}"] = row.joined_on or ""
        others.append(told)
    return [*found.values(), *others]


def _who(name: str, org: str) -> dict[str, Any]:
    return {"name": name, "org": org}


def _fill(found: dict[int, dict[str, Any]], part: AdmissionPart, bureau: Bureau) -> None:
    """Steps, notices, papers, helpers and sources on file, under the keys of the columns. Six queries."""
    steps, days = by_code(part.steps), defaultdict[tuple[int, str], list[str]](list)
    words = {code: str(label) for code, label in DECISIONS}
    for step in AdmissionStep.objects.filter(queries.ENTERED, admission__in=found, passed=True).order_by("round", "on"):
        row, code = found[step.admission_id], step.code
        days[step.admission_id, code].append(step.on.isoformat())
        repeats = code in steps and steps[code].repeat is not None
        row[f"on:{code}"] = "、".join(days[step.admission_id, code]) if repeats else step.on  # zh: between several
        row[f"number:{code}"], row[f"hours:{code}"] = step.number, step.hours
        counts = (step.entitled, step.present, step.in_favour, step.against, step.abstained, step.written)
        for (name, _label), n in zip(COUNTS, counts, strict=True):
            row[f"vote:{code}:{name}"] = n
        row[f"fewer:{code}"] = step.get_fewer_for_display() if step.fewer_for else ""
        row[f"decision:{code}"], row[f"until:{code}"] = words.get(step.decision, ""), step.until
    calendar = policies.calendar(bureau)
    notices = AdmissionNotice.objects.filter(admission__in=found, closed_on__isnull=False).order_by("posted_on")
    for one in notices:
        found[one.admission_id] |= {
            f"posted:{one.point}": one.posted_on,
            f"ends:{one.point}": engine.notice_last(queries.posted_of(one), calendar).day,
            f"closed:{one.point}": one.closed_on,
            f"objections:{one.point}": one.objections,
        }
    for pk, code in AdmissionPaper.objects.filter(admission__in=found).values_list("admission", "code"):
        found[pk][f"paper:{code}"] = TICK
    names = defaultdict[tuple[int, str], list[str]](list)
    helpers = Helper.objects.filter(admission__in=found, to_on__isnull=True).order_by("id")
    for pk, role, name in helpers.values_list("admission", "role", "person__name"):
        names[pk, f"who:{role}"].append(name)
    titles = {one.code: one.title.zh for one in part.sources}
    for pk, code in Source.objects.filter(admission__in=found).order_by("id").values_list("admission", "code"):
        names[pk, "sources"].append(titles.get(code, code))
    for (pk, key), several in names.items():
        found[pk][key] = "、".join(several)  # zh: between several


# --- the file with its answers ------------------------------------------------------------------------------


def told(line: Line) -> str:
    """What becomes of a row, in a sentence."""
    if line.faults:
        return _("；").join(line.faults)
    notes = "".join(_("（%s）") % note for note in line.notes)
    if line.state == "same":
        return _("没有新的内容，不用登记")
    steps = _("、").join(str(op.number) for op in line.steps if not op.waits)
    later = _("、").join(str(op.number) for op in line.steps if op.waits)
    said = _("登记第%s步") % steps if steps else _("登记已填的材料和公示")
    if later and steps:
        said = _("%(now)s；第%(later)s步等上级确认") % {"now": said, "later": later}
    elif later:
        said = _("第%s步等上级确认") % later
    return said + notes


def answered(data: bytes, name: str, found: Checked, part: AdmissionPart) -> bytes:
    """The file as it was uploaded with a column 核对结果: correct it there and upload it again."""
    table = read_file(data, name, part)
    columns = columns_of(part)
    places, _unknown = match_header(table.header, columns)
    drop = places.get("result")
    keep = [place for place in range(len(table.header)) if place != drop]
    said = {line.told.row: told(line) for line in found.lines}
    text = {title_key(str(one.title)) for one in columns if one.text}
    rows = ([*(line.cells[place] for place in keep), said.get(line.number, "")] for line in table.rows)
    header = [*(table.header[place] for place in keep), str(columns[-1].title)]
    return write_xlsx(
        _("发展党员补录表"),
        header,
        rows,
        text_columns=[place for place, title in enumerate(header) if title_key(title) in text],
    )
