"""Rows other nouns and rooms keep about the members of 柳林中心小学党支部, written as plain rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.credits.models import Credit
from hongzhu.core.people.models import Engagement, Post
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as versions
from hongzhu.core.registers.models import Honour, Title
from hongzhu.services.party.models import Admission, AdmissionStep, DuesMonth, Receipt

ON = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    return cast


def held(cast: Any, on: date, *people: tuple[Any, str], status: str = "RECORDED") -> Act:
    """An act of the branch on a day with its attendance."""
    act = Act.objects.create(
        bureau=cast.bureau, body=cast.branch, kind="theme_day", theme="主题党日", held_on=on, held_to=on, belongs_on=on,
        recorded_at=NOW, status=status, pack_version=versions.version_on(cast.bureau, on), voided_at=NOW if status == "VOIDED" else None,
        void_reason="重复" if status == "VOIDED" else "",
    )  # fmt: skip
    for person, state in people:
        Attendance.objects.create(act=act, org=cast.branch, person=person, standing="FULL", state=state)
    return act


def studied(cast: Any, person: Any, on: date, hundredths: int) -> Credit:
    return Credit.objects.create(
        bureau=cast.bureau, kind="activities.act", source=on.toordinal(), tag="study_hours", body=cast.branch,
        person=person, held_on=on, belongs_on=on, recorded_at=NOW, amount=hundredths,
    )  # fmt: skip


def paid(cast: Any, person: Any, number: str, on: date, *months: date, void: bool = False) -> Receipt:
    receipt = Receipt.objects.create(
        bureau=cast.bureau, org=cast.branch, person=person, number=number, voucher=f"记{number}", paid_on=on,
        fen=1000 * len(months), collected_by="组织委员", recorded_at=NOW, voided_at=NOW if void else None,
    )  # fmt: skip
    DuesMonth.objects.bulk_create([DuesMonth(receipt=receipt, month=month, fen=1000) for month in months])
    return receipt


def honoured(cast: Any, person: Any, on: date, *, revoked: date | None = None) -> Honour:
    return Honour.objects.create(
        bureau=cast.bureau, person=person, title=f"优秀党员{on}", level="COUNTY", granted_by="县委", granted_on=on,
        revoked_on=revoked,
    )  # fmt: skip


def titled(cast: Any, person: Any, kind: str = "BACKBONE", level: str = "CITY", **more: Any) -> Title:
    return Title.objects.create(
        bureau=cast.bureau, person=person, kind=kind, level=level, from_on=date(2020, 3, 1), **more
    )


def posted(person: Any, org: Any, kind: str, **more: Any) -> Post:
    return Post.objects.create(person=person, org=org, kind=kind, from_on=date(2020, 3, 1), **more)


def seconded(cast: Any, person: Any) -> None:
    Engagement.objects.filter(person=person, relation="WORKPLACE").update(unit=cast.other_school, reason="SECONDED")


def applied(cast: Any, name: str, on: date, **steps: date) -> Admission:
    from tests.cast import person

    made = Admission.objects.create(
        bureau=cast.bureau, person=person(cast.bureau, name), org=cast.branch, applied_on=on
    )
    for code, day in steps.items():
        AdmissionStep.objects.create(admission=made, code=code, on=day, recorded_at=NOW, recorded_by="组织委员")
    return made
