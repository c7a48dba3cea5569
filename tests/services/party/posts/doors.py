"""Who gets what at the addresses of posts, areas and promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import places
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.models import Promise
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
KEEPERS = {"school_secretary", "branch_secretary", "organiser", "deputy"}
# A thing of the branch in the school: seen by those above it and in it.
ABOVE = {"party_office", "section_officer", "district_officer", "inspector", *KEEPERS}
ON = date(2026, 3, 1)


def kept(seen: int = 200, does: int = 302) -> dict[str, int]:
    """Those who keep the branch's registers do; who only sees is refused; the others see nothing."""
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(ABOVE, 403) | dict.fromkeys(KEEPERS, does))


SEEN = expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(ABOVE, 200))
KEEP_PAGE = expect(
    **{"rest": 403, "anonymous": 302} | dict.fromkeys(KEEPERS, 200) | {"outsider": 200, "neighbour": 200}
)
OWN = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403)


def a_post(cast: Any, *, claimed: bool = False) -> Any:
    policies.ship()
    return actions.set_post(
        org=cast.branch, person=cast.member.person, kind="AREA", title="北楼责任区", from_on=ON,
        by=cast.actor("member" if claimed else "organiser"),
    )  # fmt: skip


def a_claim(cast: Any) -> Any:
    return a_post(cast, claimed=True)


def a_promise(cast: Any) -> Any:
    today = timezone.localdate()
    actions.write_promises(
        org=cast.branch, year=today.year, items={cast.member.person_id: "上一节公开课"}, on=today,
        by=cast.actor("organiser"),
    )  # fmt: skip
    return cast


def a_signed_promise(cast: Any) -> Any:
    today = timezone.localdate()
    actions.sign_promises(
        org=a_promise(cast).branch, year=today.year, absent=(), on=today, by=cast.actor("organiser"), today=today
    )
    return cast


def a_report(cast: Any) -> Any:
    today = timezone.localdate()
    row = Promise.objects.get(person=a_signed_promise(cast).member.person)
    return actions.report_promise(promise=row, on=today, by=cast.actor("member"), today=today)


def own_promise(cast: Any) -> Any:
    return Promise.objects.get(person=a_signed_promise(cast).member.person)


def a_place(cast: Any) -> Any:
    policies.ship()
    return places.offer_place(org=cast.branch, kind="AREA", title="北楼责任区", from_on=ON, by=cast.actor("organiser"))


def new_place(it: Any) -> dict[str, Any]:
    return {"org": it.branch.pk, "kind": "AREA", "title": "南楼责任区", "places": 1, "from_on": "2026-03-01"}


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def branch(it: Any) -> dict[str, Any]:
    return {"org": it.branch.pk, "year": timezone.localdate().year}


def day(**more: Any) -> Any:
    return lambda _it: {"on": timezone.localdate().isoformat(), **more}


def new_post(it: Any) -> dict[str, Any]:
    return {
        "org": it.branch.pk,
        "person": it.member.person.name,
        "kind": "AREA",
        "title": "南楼责任区",
        "from_on": "2026-03-01",
    }


# Who does not keep this branch cannot choose it: the form comes back.
SETS = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys(KEEPERS, 302) | {"outsider": 200, "neighbour": 200})
CLAIM = {"kind": "AREA", "title": "南楼责任区", "from_on": "2026-07-01"}
# Whoever belongs to a branch may claim; the others are told that no membership was found.
CLAIMS = expect(
    rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, party_office=302,
    school_secretary=302, branch_secretary=302, organiser=302, member=302, deputy=302, outsider=302, neighbour=302,
)  # fmt: skip

# A place of a catalogue is claimed by who belongs to its branch; the others do not find it.
TAKES = expect(
    rest=404, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, school_secretary=302,
    branch_secretary=302, organiser=302, member=302, deputy=302,
)  # fmt: skip
# A promise is reported by its member; nobody else finds it there.
REPORTS = expect(rest=404, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=302)

DOORS = [
    Door("party:posts_list", "GET", READERS),
    Door("party:posts_export", "GET", READERS),
    Door("party:posts_paper", "GET", READERS),
    Door("party:posts_new", "GET", KEEP_PAGE),
    Door("party:posts_new", "POST", SETS, data=new_post),
    Door("party:posts_own", "GET", OWN),
    Door("party:posts_claim", "GET", OWN),
    Door("party:posts_claim", "POST", CLAIMS, data=lambda _it: CLAIM),
    Door("party:posts_page", "GET", SEEN, make=a_post, kwargs=pk),
    Door("party:posts_edit", "GET", kept(does=200), make=a_post, kwargs=pk),
    Door("party:posts_edit", "POST", kept(), make=a_post, kwargs=pk, data=lambda it: {"kind": "AREA", "title": "改"}),
    Door("party:posts_agree", "POST", kept(), make=a_claim, kwargs=pk),
    Door("party:posts_review", "POST", kept(), make=a_post, kwargs=pk, data=day()),
    Door("party:posts_end", "POST", kept(), make=a_post, kwargs=pk, data=day(reason="岗位调整")),
    Door("party:posts_places", "GET", READERS),
    Door("party:posts_places_export", "GET", READERS),
    Door("party:posts_place_new", "GET", KEEP_PAGE),
    Door("party:posts_place_new", "POST", SETS, data=new_place),
    Door("party:posts_place", "GET", SEEN, make=a_place, kwargs=pk),
    Door("party:posts_place_edit", "GET", kept(does=200), make=a_place, kwargs=pk),
    Door("party:posts_place_edit", "POST", kept(), make=a_place, kwargs=pk,
         data=lambda it: {"kind": "AREA", "title": "改", "places": 2}),
    Door("party:posts_place_close", "POST", kept(), make=a_place, kwargs=pk, data=day()),
    Door("party:posts_place_claim", "POST", TAKES, make=a_place, kwargs=pk),
    Door("party:posts_promise_page", "GET", SEEN, make=a_report, kwargs=pk),
    Door("party:posts_promise_report", "POST", REPORTS, make=own_promise, kwargs=pk, data=day()),
    Door("party:posts_promise_confirm", "POST", kept(), make=a_report, kwargs=pk),
    Door("party:posts_promise_return", "POST", kept(), make=a_report, kwargs=pk, data=lambda it: {"reason": "还差两户"}),
    Door("party:posts_promise_list", "GET", READERS),
    Door("party:posts_promise_export", "GET", READERS),
    Door("party:posts_promise_coverage", "GET", READERS),
    Door("party:posts_promise_coverage_export", "GET", READERS),
    Door("party:posts_promise_branch", "GET", SEEN, make=a_promise, kwargs=branch),
    Door("party:posts_promise_paper", "GET", SEEN, make=a_promise, kwargs=branch),
    Door("party:posts_promise_write", "GET", kept(does=200), make=a_promise, kwargs=branch),
    Door("party:posts_promise_write", "POST", kept(), make=a_promise, kwargs=branch,
         data=lambda it: {f"p{it.organiser.person_id}": "结对一名青年教师"}),
    Door("party:posts_promise_sign", "GET", kept(does=200), make=a_promise, kwargs=branch),
    Door("party:posts_promise_sign", "POST", kept(), make=a_promise, kwargs=branch, data=day()),
    Door("party:posts_promise_fulfil", "GET", kept(does=200), make=a_signed_promise, kwargs=branch),
    Door("party:posts_promise_fulfil", "POST", kept(), make=a_signed_promise, kwargs=branch, data=day()),
]  # fmt: skip
