"""A branch whose secretary changed on 20 August, with something open in every room."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hongzhu.core.activities.models import Act, Resolution
from hongzhu.core.collections.models import Request, Return
from hongzhu.core.documents.models import Document, Recipient
from hongzhu.core.people.models import Post
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as versions
from hongzhu.services.party.actions import handover as actions
from hongzhu.services.party.models import (
    Admission,
    Allotment,
    AllotmentLine,
    DuesMonth,
    DuesOpening,
    Handing,
    Handover,
    MemberPost,
    Promise,
    Receipt,
    Relief,
    Transfer,
)

TODAY = date(2026, 11, 20)
CHANGED = date(2026, 8, 20)
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def stage(cast: Any) -> Any:
    """许青原 was secretary until 20 August, then 唐见山."""
    policies.ship()
    policies.seed_calendar()
    Post.objects.filter(person=cast.branch_secretary.person, kind="SECRETARY").update(from_on=CHANGED)
    Post.objects.create(
        person=cast.member.person, org=cast.branch, kind="SECRETARY", from_on=date(2019, 1, 1), to_on=CHANGED
    )
    return cast


def everything(cast: Any) -> Any:
    """One thing open for each part of the list."""
    branch, bureau, who = cast.branch, cast.bureau, cast.people[5]
    here = {"bureau": bureau, "org": branch}
    for matter, confidential in (("修缮党员活动室", False), ("改进学习方式", True)):
        act = Act.objects.create(
            bureau=bureau, body=branch, kind="members_meeting", theme="党员大会", held_on=CHANGED, held_to=CHANGED,
            belongs_on=CHANGED, recorded_at=NOW, confidential=confidential,
            pack_version=versions.version_on(bureau, CHANGED),
        )  # fmt: skip
        Resolution.objects.create(act=act, org=branch, matter=matter, owner=who, due_on=date(2026, 12, 1))
    Admission.objects.create(**here, person=cast.people[6], applied_on=date(2026, 11, 2))
    receipt = Receipt.objects.create(
        **here,
        person=who,
        number="1",
        voucher="记1",
        paid_on=CHANGED,
        fen=1000,
        collected_by="组织委员",
        recorded_at=NOW,
    )
    DuesOpening.objects.create(
        org=branch, on=date(2026, 1, 1), fen=30_000, basis="现金日记账", made_by="组织委员", made_at=NOW, confirmed_by="书记",
        confirmed_at=NOW,
    )  # fmt: skip
    DuesMonth.objects.create(receipt=receipt, month=date(2026, 8, 1), fen=1000)
    Handing.objects.create(
        **here,
        recorded_at=NOW,
        superior=cast.committee,
        quarter_on=date(2026, 7, 1),
        fen=1000,
        voucher="记2",
        handed_on=date(2026, 10, 9),
    )
    for number, fen, more in (("2", 100_000, {}), ("3", 200_000, {"forwarded_on": TODAY, "forward_voucher": "付9"}),
                              ("4", 300_000, {"voided_at": NOW})):  # fmt: skip
        Receipt.objects.create(
            **here, person=who, number=number, voucher="记3", paid_on=CHANGED, fen=fen, collected_by="组织委员", large=True,
            recorded_at=NOW, **more,
        )  # fmt: skip
    for number, (org, more) in enumerate((
        (branch, {"sent_on": CHANGED}), (cast.school, {"sent_on": CHANGED, "received_on": CHANGED}),
        (cast.other_school, {"sent_on": CHANGED}), (branch, {}), (branch, {"sent_on": CHANGED, "reported_on": TODAY}),
        (branch, {"sent_on": CHANGED}),
    )):  # fmt: skip
        given = Allotment.objects.create(
            bureau=bureau, kind="SPECIAL", title=f"专项{number}", year=2026, flat=500_000, decided_on=CHANGED, recorded_at=NOW,
        )  # fmt: skip
        paid = {"voucher": "付1", "sent_at": NOW} if more else {}
        AllotmentLine.objects.create(allotment=given, org=org, fen=500_000, **paid, **more)
    Allotment.objects.filter(title="专项5").update(voided_at=NOW, void_reason="重复")
    span = {"from_on": date(2026, 9, 1), "to_on": date(2027, 1, 1), "studied_on": CHANGED, "monthly": 0}
    Relief.objects.create(person=who, org=branch, **span)
    Relief.objects.create(person=cast.people[4], org=branch, approved_on=TODAY, **span)
    Transfer.objects.create(
        bureau=bureau,
        person=cast.people[7],
        from_org=branch,
        to_org=cast.other_branch,
        reason="工作调动",
        asked_on=CHANGED,
    )
    paper = Document.objects.create(
        bureau=bureau, issuer=cast.committee, kind="NOTICE", title="关于报送工作计划的通知", number="教党〔2026〕9号",
        status="ISSUED", issued_on=date(2026, 11, 2), reply_by=date(2026, 11, 30), created_at=NOW,
    )  # fmt: skip
    Recipient.objects.create(document=paper, org=cast.school)
    request = Request.objects.create(
        bureau=bureau, asker=cast.committee, owner=cast.party_office.person, title="党员基本情况表", basis="通知",
        as_of=TODAY, due_on=date(2026, 11, 28), status="OUT", created_at=NOW, sent_at=NOW,
    )  # fmt: skip
    Return.objects.create(request=request, org=branch, status="PREFILLED")
    MemberPost.objects.create(**here, person=who, kind="AREA", title="二楼责任区", from_on=CHANGED)
    Promise.objects.create(**here, person=who, year=2026, item="结对学生", signed_on=CHANGED)
    return cast


def prepared(cast: Any, **given: Any) -> Handover:
    facts = {
        "org": cast.branch, "leaving": cast.member.person, "coming": cast.branch_secretary.person, "on": CHANGED,
        "by": cast.actor("organiser"), "today": TODAY, "witness": "何以宁", "seal_kept_by": "唐见山",
        "archive_place": "二楼档案室",
    }  # fmt: skip
    return actions.prepare(**facts | given)
