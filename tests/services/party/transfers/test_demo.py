"""The August batch of the demo: twelve lines, two lost in between, one returned; moved memberships are moved once."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from hongzhu.config.demo import fill
from hongzhu.config.demo.world import Size
from hongzhu.core.people.models import Membership
from hongzhu.services.party.models import Transfer
from hongzhu.services.party.queries import transfers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SIZE = Size("yongkang", "永康市教育局", "永康", schools=30, kindergartens=2, branches=32, generals=3, edge_cases=True)


def test_the_batch_and_its_states() -> None:
    fill.fill(TODAY, sizes=(SIZE,))
    rows = list(Transfer.objects.select_related("batch", "person"))
    assert Counter(row.status for row in rows) == {"RECEIVED": 6, "SENT": 3, "RETURNED": 1, "ASKED": 1, "LET_GO": 1}
    assert {row.batch.title for row in rows if row.batch} == {"2026年暑期调动"}
    assert sum(transfers.late(row, TODAY, 30) for row in rows) == 2
    for row in rows:
        held = Membership.objects.filter(person=row.person, org__kind__in=("BRANCH", "JOINT_BRANCH"), to_on=None).get()
        assert held.org_id == (row.to_org_id if row.status == "RECEIVED" else row.from_org_id)
        days = [row.asked_on, row.let_go_on, row.sent_on, row.received_on]
        known = [day for day in days if day]
        assert known == sorted(known) and known[-1] <= TODAY
