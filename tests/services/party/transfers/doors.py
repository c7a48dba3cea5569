"""Who gets what at each address of transfers: 沈书言 goes from 柳林中心小学党支部 to 双桥小学党支部."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.models import Transfer
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
# Both sides, and those above the side that is left.
BOTH = (
    "party_office", "section_officer", "district_officer", "school_secretary", "branch_secretary", "organiser",
    "inspector", "deputy", "neighbour",
)  # fmt: skip
KEEPERS = dict.fromkeys(("school_secretary", "branch_secretary", "organiser", "deputy"), 302)
SUPERIORS = dict.fromkeys(("party_office", "district_officer"), 302)
ASKERS = {*KEEPERS, *SUPERIORS, "outsider", "neighbour"}
OFFICE = expect(rest=403, anonymous=302, party_office=200, district_officer=200)
OFFICE_DOES = expect(rest=403, anonymous=302, party_office=302, district_officer=302)


def seen_by(status: int, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(BOTH, status) | others)


def day(plus: int = 0) -> Any:
    return timezone.localdate() + timedelta(days=plus)


def on(it: Any) -> dict[str, Any]:
    return {"on": day().isoformat()}


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def batch(cast: Any) -> Any:
    policies.ship()
    made = actions.open_batch(bureau=cast.bureau, title="暑期调动", by=cast.actor("party_office"), on=day(-9))
    people.engage(
        person=cast.people[6], relation="PERSONNEL", unit=cast.other_school, by=cast.actor("party_office"), on=day(-1)
    )
    made.member = Membership.objects.get(person=cast.people[6], to_on=None).pk
    made.line = asked(cast, batch=made).pk
    return made


def sent_batch(cast: Any) -> Any:
    made = batch(cast)
    Transfer.objects.filter(pk=made.line).update(status="SENT", sent_on=day(-1), number="1号", valid_to=day(30))
    return made


def asked(cast: Any, **more: Any) -> Any:
    policies.ship()
    return actions.ask(
        bureau=cast.bureau, person=cast.people[5], way="WITHIN", from_org=cast.branch, to_org=cast.other_branch, outside="",
        reason="工作调动", by=cast.actor("branch_secretary"), on=day(-5), **more,
    )  # fmt: skip


def let_go(cast: Any) -> Any:
    return actions.let_go(lines=[asked(cast)], by=cast.actor("branch_secretary"), on=day(-4), today=day())[0]


def sent(cast: Any) -> Any:
    by = cast.actor("district_officer")
    return actions.send(line=let_go(cast), number="12号", by=by, on=day(-3), today=day())


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def moving(it: Any) -> dict[str, Any]:
    return on(it) | {
        "way": "WITHIN", "person": it.people[5].name, "from_org": it.branch.pk, "to_org": it.other_branch.pk, "reason": "工作调动"
    }  # fmt: skip


DOORS = [
    Door("party:transfer_list", "GET", READERS, make=batch),
    Door("party:transfer_export", "GET", READERS, make=batch),
    Door("party:transfer_lost", "GET", READERS, make=sent),
    Door("party:transfer_lost_export", "GET", READERS, make=sent),
    Door("party:transfer_own", "GET", expect(rest=200, anonymous=302), make=asked),
    Door("party:transfer_new", "GET", expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys(ASKERS, 200)), make=shipped),
    Door(
        "party:transfer_new", "POST",
        expect(**{"rest": 403, "anonymous": 302} | KEEPERS | SUPERIORS | {"outsider": 200, "neighbour": 200}),
        make=shipped, data=moving,
    ),
    Door("party:transfer_batch_new", "GET", OFFICE, make=shipped),
    Door("party:transfer_batch_new", "POST", OFFICE_DOES, make=shipped, data=lambda it: on(it) | {"title": "暑期调动"}),
    Door("party:transfer_batch", "GET", seen_by(200), make=batch, kwargs=pk),
    Door("party:transfer_batch_export", "GET", seen_by(200), make=batch, kwargs=pk),
    Door("party:transfer_batch_letters", "GET", seen_by(200), make=sent_batch, kwargs=pk),
    Door("party:transfer_join", "POST", seen_by(403, **SUPERIORS), make=asked, kwargs=pk),
    Door(
        "party:transfer_batch_speak", "POST", seen_by(403, **KEEPERS), make=batch, kwargs=pk,
        data=lambda it: on(it) | {"what": "let_go", "line": [it.line]},
    ),
    Door("party:transfer_batch_propose", "GET", OFFICE, make=batch, kwargs=pk),
    Door("party:transfer_batch_propose", "POST", OFFICE_DOES, make=batch, kwargs=pk, data=lambda it: {"member": [it.member]}),
    Door("party:transfer_page", "GET", seen_by(200), make=sent, kwargs=pk),
    Door("party:transfer_let_go", "POST", seen_by(403, **KEEPERS), make=asked, kwargs=pk, data=on),
    Door("party:transfer_send", "POST", seen_by(403, **SUPERIORS), make=let_go, kwargs=pk, data=lambda it: on(it) | {"number": "12号"}),
    Door("party:transfer_receive", "POST", seen_by(403, neighbour=302), make=sent, kwargs=pk, data=on),
    Door(
        "party:transfer_return", "POST", seen_by(302, section_officer=403, inspector=403), make=sent, kwargs=pk,
        data=lambda it: {"reason": "到任单位有变"},
    ),
    Door("party:transfer_cancel", "POST", seen_by(302, section_officer=403, inspector=403), make=asked, kwargs=pk),
    Door("party:transfer_letter", "GET", seen_by(200), make=sent, kwargs=pk),
]  # fmt: skip
