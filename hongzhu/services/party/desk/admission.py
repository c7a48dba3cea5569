"""What the way into the Party shows elsewhere: navigation, what waits for branch and superior, search, links, doors."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.bulk import portions
from hongzhu.kit.registry import Due, Fact, Hit, Tab
from hongzhu.services.party import rules
from hongzhu.services.party.models import Admission, AdmissionStep
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.queries import admission_table as tables
from hongzhu.services.party.queries import terms
from hongzhu.services.party.rules.admission import day_told

from .nav import TABS, sees_party

SHOWN = 5

TABS.insert(
    1,
    Tab(
        gettext_lazy("发展党员"),
        "party:admission_list",
        sees_party,
        gettext_lazy("五个阶段二十五步，到哪一步、还缺什么"),
    ),
)


@registry.link("party.admission")
def admission_url(pk: int) -> str:
    return reverse("party:admission_page", args=[pk])


@registry.link("party.admissionstep")
def step_url(pk: int) -> str:
    return admission_url(AdmissionStep.objects.values_list("admission", flat=True).get(pk=pk))


@registry.door("party.admission")
def admission_door(user: Any, pk: int) -> Admission:
    return queries.open_admission(user, pk)


@registry.guide("party_admission")
def led(people: Collection[int]) -> dict[int, str]:
    """Whoever stands on an open way goes on by its steps."""
    running = Admission.objects.filter(outcome=Admission.Outcome.OPEN).select_related("person", "org")
    return {
        row.person_id: _("%(name)s正在“%(org)s”按步骤发展，身份随“发展党员”里的步骤改变，请到那里办理。")
        % {"name": row.person.name, "org": row.org}
        for part in portions(people)
        for row in running.filter(person__in=part)
    }


@registry.waiting("party_admission")
def waiting(user: Any, today: date) -> list[Due]:
    """For whoever is on the way or accompanies somebody; for the branch, person by person; for the superior one line: so
    many wait for an answer. A fixed number of queries."""
    found = _own(user, today)
    if access.may(user, rules.KEEP):
        rows = tables.for_branch(user, today)
        rows.sort(key=lambda row: (not row.late, row.due.day if row.due else date.max, row.admission.pk))
        found += [_due(row, today) for row in rows[:SHOWN]]
    if terms.leads(user, today) and (rows := tables.for_superior(user, today)):
        names = _("、").join(row.admission.person.name for row in rows[:3])
        days = [row.due.day for row in rows if row.due]
        found.append(
            Due(
                title=_("发展党员待批复%s人") % len(rows),
                text=names if len(rows) <= 3 else _("%(names)s等%(n)s人") % {"names": names, "n": len(rows)},
                url=reverse("party:admission_list") + "?who=superior",
                action=_("查看"),
                due_on=min(days, default=None),
                urgent=any(row.late for row in rows),
            )
        )
    return found


def _own(user: Any, today: date) -> list[Due]:
    """What the applicant does next, and the review that comes due of somebody the user accompanies."""
    person = getattr(user, "person", None)
    if person is None:
        return []
    mine, others = tables.own(person, today)
    url = reverse("access:me")
    found = []
    if mine is not None and mine.way.who == "applicant":
        found.append(_mine(_("入党：%s") % mine.text, _("由本人办理，办好后请党支部登记"), mine, url, today))
    for row in others:
        if row.next is not None and row.next.step.repeat is not None and tables.pressing(row, today):
            title = _("培养联系人：%s") % row.admission.person.name
            found.append(_mine(title, _("%s，请和党支部一起做") % row.text, row, url, today))
    return found


def _mine(title: str, text: str, row: tables.Row, url: str, today: date) -> Due:
    due = row.due.day if row.due else None
    return Due(title=title, text=text, url=url, action=_("查看"), due_on=due, urgent=bool(due and due <= today))


@registry.personal("party_admission", title=gettext_lazy("发展党员"), order=26)
def own_way(person: Any, on: date) -> list[Fact]:
    """The next step of one's own way and who does it, and of those one accompanies."""
    mine, others = tables.own(person, on)
    found = [_fact(_("我的入党申请"), mine)] if mine is not None else []
    return [*found, *(_fact(_("培养联系人：%s") % row.admission.person.name, row) for row in others)]


def _fact(label: str, row: tables.Row) -> Fact:
    who = {"applicant": _("由本人办理"), "branch": _("由党支部办理"), "superior": _("由上级党组织办理")}
    said = [word for word in (row.text, who.get(row.way.who)) if word]
    if row.due:
        said.append(_("%s前") % day_told(row.due) if row.next and row.next.due else _("%s以后") % day_told(row.due))
    return Fact(label=label, value=_("，").join(said), chip=row.chip)


def _due(row: tables.Row, today: date) -> Due:
    day = _("，%s前") % day_told(row.due) if row.due else ""
    return Due(
        title=_("发展党员：%s") % row.admission.person.name,
        text=f"{row.text}{day}",
        url=admission_url(row.admission.pk),
        action=_("办理"),
        due_on=row.due.day if row.due else None,
        urgent=bool(row.late or (row.due and row.due.day <= today)),
    )


@registry.search("admissions", title=gettext_lazy("发展党员"))
def find_admissions(user: Any, text: str, limit: int) -> list[Hit]:
    """By name or pinyin, only whom the user may see."""
    found = Q(person__name__icontains=text) | Q(person__search_key__contains=text.lower())
    rows = queries.visible_to(user).filter(found)[:limit]
    return [
        Hit(label=row.person.name, url=admission_url(row.pk), text=f"{row.org} {row.get_outcome_display()}")
        for row in rows
    ]
