"""What elections and filings show elsewhere: what waits, and where a record opens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.dates import full_text
from hongzhu.kit.registry import Due
from hongzhu.services.party import rules as perms
from hongzhu.services.party.models import Election
from hongzhu.services.party.queries import filings, terms
from hongzhu.services.party.rules import terms as rules

SHOWN = 3
URGENT = timedelta(days=30)


@registry.link("party.election")
def election_url(pk: int) -> str:
    return reverse("party:election_page", args=[pk])


@registry.link("party.filing")
def filing_url(pk: int) -> str:
    return reverse("party:election_filing_page", args=[pk])


@registry.waiting("party_election")
def elections_waiting(user: Any, today: date) -> list[Due]:
    """For a superior: what waits for its reply, as one line each. For a body: its term and its election's next step."""
    answers = _to_answer(user, today) if terms.leads(user, today) else []
    return answers + (_own(user, today) if access.may(user, perms.KEEP) else [])


def _to_answer(user: Any, today: date) -> list[Due]:
    found = []
    if n := terms.to_answer(user, today).count():
        text = ngettext("%(n)s件换届请示或选举结果", "%(n)s件换届请示或选举结果", n) % {"n": n}
        found.append(Due(title=_("换届待批复"), text=text, url=reverse("party:election_inbox"), action=_("批复")))
    if n := filings.to_answer(user, today).count():
        text = ngettext("%(n)s件设立、变更、撤销请示", "%(n)s件设立、变更、撤销请示", n) % {"n": n}
        found.append(Due(title=_("党组织设置待批复"), text=text, url=reverse("party:election_inbox"), action=_("批复")))
    return found


def _own(user: Any, today: date) -> list[Due]:
    bodies = access.orgs_where(user, perms.KEEP).filter(kind__in=rules.ELECTING)[:SHOWN]
    ids = list(bodies.values_list("pk", flat=True))
    if not ids:
        return []
    rows = terms.standings(terms.bodies(user, today).filter(pk__in=ids), user.bureau, today)
    return [due for row in rows if (due := _due(row, today)) is not None]


def _due(row: terms.BodyTerm, today: date) -> Due | None:
    if row.running is not None:
        step = rules.step_of(row.running)
        if step in {"allow", "confirm"}:
            return None  # somebody else's turn
        said = {"ask": _("写请示"), "hold": _("登记选举"), "report": _("报告结果")}[step]
        return Due(
            title=_("换届：%(step)s") % {"step": said}, text=row.org.name, url=election_url(row.running.pk), action=said,
            due_on=row.term.deadline if row.running.cause == Election.Cause.TERM else None,
        )  # fmt: skip
    if row.term.state not in {"soon", "early", "delayed", "overdue"} or row.term.deadline is None:
        return None
    return Due(
        title=_("换届"), text=_("%(day)s届满") % {"day": full_text(row.term.deadline)}, due_on=row.term.deadline,
        url=reverse("party:election_body", args=[row.org.pk]), action=pgettext("election", "开始"), chip=row.chip,
        urgent=row.term.deadline <= today + URGENT,
    )  # fmt: skip
