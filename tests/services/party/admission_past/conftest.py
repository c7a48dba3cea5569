"""Sheets of past steps, written as people write them: the template's own titles, a row for each person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from hongzhu.core.people.models import Engagement, Person
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.actions import admission_past as actions
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import PastSheet
from hongzhu.services.party.queries import admission_past as queries
from hongzhu.services.party.queries.admission_past_book import Checked, Reach
from hongzhu.services.party.queries.admission_past_sheet import columns_of
from tests.cast import FOUNDED, person
from tests.services.party.admission.conftest import CALENDAR, HUNG, PART, REVIEWS, TODAY, WAY, at, staged

COLUMNS = {column.key: str(column.title) for column in columns_of(PART) if column.kept}
CODES = [step.code for step in PART.steps]
SUPERIOR = ("candidate_filed", "preliminary", "admit_approved", "full_approved")
COUNTS = {"entitled": 8, "present": 7, "favour": 7, "against": 0, "abstain": 0}
ENDS = {
    point: engine.notice_last(engine.Posted(point, posted, 5), CALENDAR).day for point, posted, _over in HUNG.values()
}
NAMES = {"CONTACT": "唐见山", "INTRODUCER": "唐见山、何以宁"}


def row(
    name: str = "江听雨", org: str = "柳林中心小学党支部", *, upto: str = "contacts", **changed: Any
) -> dict[str, Any]:
    """The legal way as far as one step, under the keys of the columns; ``changed``: keys with ``__`` for ``:``."""
    found: dict[str, Any] = {"name": name, "org": org}
    for code in CODES[: CODES.index(upto) + 1]:
        step = next(one for one in PART.steps if one.code == code)
        found[f"on:{code}"] = "、".join(map(str, REVIEWS)) if code == "observed" else WAY[code]
        if code in HUNG:
            point, posted, closed = HUNG[code]
            found |= {f"posted:{point}": posted, f"ends:{point}": ENDS[point], f"closed:{point}": closed,
                      f"objections:{point}": 0}  # fmt: skip
        for paper in PART.papers:
            if paper.before == code:
                found[f"paper:{paper.code}"] = "√"
        if step.vote:
            found |= {f"vote:{code}:{name}": n for name, n in COUNTS.items()}
        if step.named:
            found[f"who:{step.named.role}"] = NAMES[step.named.role]
        if step.hours:
            found[f"hours:{code}"] = 24
        if step.at_end:
            found[f"decision:{code}"] = "按期转正"
    return found | {key.replace("__", ":"): value for key, value in changed.items()}


def sheet(*rows: dict[str, Any], keys: Iterable[str] = ()) -> bytes:
    """The rows as a file; ``keys``: only these columns beside the two that must be there."""
    shown = {"name", "org", *keys} if keys else COLUMNS.keys()
    columns = {key: title for key, title in COLUMNS.items() if key in shown}
    assert not {key for one in rows for key in one} - columns.keys()
    return write_xlsx("补录", list(columns.values()), [[one.get(key, "") for key in columns] for one in rows])


def reach(cast: Any, name: str = "branch_secretary", today: date = TODAY) -> Reach:
    return queries.reach_of(cast.accounts[name], today)


def looked(cast: Any, *rows: dict[str, Any], name: str = "branch_secretary") -> Checked:
    return queries.checked(sheet(*rows), "补录.xlsx", reach(cast, name))


def entered(cast: Any, *rows: dict[str, Any], name: str = "branch_secretary") -> actions.Entered:
    return actions.enter_past(
        data=sheet(*rows), name="补录.xlsx", reach=reach(cast, name), account=cast.accounts[name],
        by=cast.actor(name), now=at(TODAY),
    )  # fmt: skip


def confirmed(cast: Any, one: PastSheet | None = None, name: str = "party_office") -> actions.Entered:
    one = one or PastSheet.objects.get(state="WAITING")
    return actions.confirm_past(
        sheet=one, reach=queries.reach_of_sheet(cast.accounts[name], one, TODAY), by=cast.actor(name), now=at(TODAY)
    )


def another(cast: Any, name: str, unit: Any = None, born: date = date(1990, 1, 1)) -> Person:
    """Somebody else who works at the school of the branch."""
    who = person(cast.bureau, name)
    Person.objects.filter(pk=who.pk).update(born_on=born)
    Engagement.objects.create(person=who, unit=unit or cast.school, relation="WORKPLACE", from_on=FOUNDED)
    return who


@pytest.fixture
def past(cast: Any) -> Any:
    """The cast, packs and calendars, and an applicant who works at the school."""
    return ready(cast)


def ready(cast: Any) -> Any:
    staged(cast)
    Engagement.objects.create(person=cast.applicant, unit=cast.school, relation="WORKPLACE", from_on=FOUNDED)
    return cast
