"""Who gets what at each address of the handover lists."""

from __future__ import annotations

from typing import Any

from hongzhu.core.people.models import Post
from hongzhu.core.policies import actions as policies
from tests.doors import Door, expect
from tests.services.party.handover.conftest import CHANGED, prepared

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
SEE = ("party_office", "section_officer", "district_officer", "inspector")
KEEP = ("school_secretary", "branch_secretary", "organiser", "deputy")


def seen(others: int, keepers: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(SEE, others) | dict.fromkeys(KEEP, keepers))


def changed(cast: Any) -> Any:
    policies.ship()
    Post.objects.create(
        person=cast.member.person, org=cast.branch, kind="SECRETARY", from_on=cast.branch.opened_on, to_on=CHANGED
    )
    return cast


def a_list(cast: Any) -> Any:
    row = prepared(changed(cast))
    row.cast = cast
    return row


def the_branch(it: Any) -> dict[str, int]:
    return {"org": it.branch.pk}


def pk(it: Any) -> dict[str, int]:
    return {"pk": it.pk}


DOORS = [
    Door("party:handover_list", "GET", READERS, make=changed),
    Door("party:handover_export", "GET", READERS, make=changed),
    Door("party:handover_new", "GET", seen(403, 200), make=changed, kwargs=the_branch),
    Door(
        "party:handover_new", "POST", seen(403, 302), make=changed, kwargs=the_branch,
        data=lambda it: {"leaving": it.member.person.pk, "coming": "唐见山", "on": CHANGED.isoformat()},
    ),
    Door("party:handover_page", "GET", seen(200, 200), make=a_list, kwargs=pk),
    Door("party:handover_paper", "GET", seen(200, 200), make=a_list, kwargs=pk),
    Door(
        "party:handover_sign", "POST", seen(403, 302), make=a_list, kwargs=pk,
        data=lambda it: {"on": CHANGED.isoformat()},
    ),
]  # fmt: skip
