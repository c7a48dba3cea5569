"""Who gets what at the addresses of training."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import training as actions
from tests.doors import Door, expect

NOBODY = {"anonymous": 302, "system_admin": 403, "security_admin": 403, "audit_admin": 403, "member": 403}
READERS = expect(rest=200, **NOBODY)
KEEPERS = {"school_secretary", "branch_secretary", "organiser", "deputy"}
APPROVERS = {"party_office", "district_officer"}
ABOVE = {"section_officer", "inspector", *APPROVERS, *KEEPERS}
OFFICE = expect(rest=403, anonymous=302, party_office=200)
OFFICE_DOES = expect(rest=403, anonymous=302, party_office=302)


def seen(who: set[str], status: int = 200, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(who, status) | others)


def kept(does: int = 302) -> dict[str, int]:
    """A class of the branch is kept by its own people and by those who approve for it."""
    return seen(ABOVE, 403, **dict.fromkeys({*KEEPERS, *APPROVERS}, does))


def ago(days: int) -> Any:
    return timezone.localdate() - timedelta(days=days)


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def a_class(cast: Any) -> Any:
    shipped(cast)
    made = actions.open_class(
        host=cast.branch, title="党务培训班", who="MEMBERS", from_on=ago(20), to_on=ago(19), hours=800,
        by=cast.actor("organiser"),
    )  # fmt: skip
    actions.enrol(training=made, people=[(cast.member.person_id, cast.branch.pk)], by=cast.actor("organiser"))
    made.member = cast.member.person
    made.person = made.trainees.get()
    return made


def a_closed_class(cast: Any) -> Any:
    made = a_class(cast)
    actions.close_class(
        training=made, absent=(), tested=True, by=cast.actor("organiser"), now=timezone.now(),
        today=timezone.localdate(),
    )  # fmt: skip
    return made


def a_plan(cast: Any) -> Any:
    return actions.make_plan(
        bureau=cast.bureau, title="党员教育培训方案", from_year=2024, to_year=2028, hours={"MEMBERS": 3200},
        by=cast.actor("party_office"),
    )  # fmt: skip


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def of_person(it: Any) -> dict[str, Any]:
    return {"pk": it.pk, "person": it.person.pk}


def a_person(it: Any) -> dict[str, Any]:
    return {"pk": it.member.person.pk}


def new_class(it: Any) -> dict[str, Any]:
    return {"host": it.branch.pk, "title": "党务培训班", "who": "MEMBERS", "from_on": str(ago(3)), "to_on": str(ago(3)), "hours": "4"}  # fmt: skip


def data(**given: Any) -> Any:
    return lambda _it: given


PLAN = {"title": "方案", "from_year": 2024, "to_year": 2028, "layers": ["MEMBERS"], "hours_MEMBERS": "32"}
HOSTS = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys({*KEEPERS, *APPROVERS, "outsider", "neighbour"}, 200))
HOLDS = expect(
    **{"rest": 403, "anonymous": 302} | dict.fromkeys({*KEEPERS, *APPROVERS}, 302) | {"outsider": 200, "neighbour": 200}
)

DOORS = [
    Door("party:training_list", "GET", READERS),
    Door("party:training_export", "GET", READERS),
    Door("party:training_new", "GET", HOSTS),
    Door("party:training_new", "POST", HOLDS, data=new_class),
    Door("party:training_plan_list", "GET", READERS),
    Door("party:training_plan_export", "GET", READERS),
    Door("party:training_plan_new", "GET", OFFICE),
    Door("party:training_plan_new", "POST", OFFICE_DOES, data=data(**PLAN)),
    # A plan is the whole bureau's: seen by all its readers, kept by its office; another bureau's is not there.
    Door("party:training_plan_edit", "GET",
         seen({*ABOVE, "neighbour"}, 403, party_office=200), make=a_plan, kwargs=pk),
    Door("party:training_plan_edit", "POST",
         seen({*ABOVE, "neighbour"}, 403, party_office=302), make=a_plan, kwargs=pk, data=data(**PLAN)),
    Door("party:training_gap_list", "GET", READERS, make=shipped),
    Door("party:training_gap_export", "GET", READERS, make=shipped),
    Door("party:training_transcript", "GET", seen(ABOVE, 200, member=403), kwargs=a_person),
    Door("party:training_page", "GET", seen(ABOVE), make=a_class, kwargs=pk),
    Door("party:training_page", "GET", seen(ABOVE), make=a_closed_class, kwargs=pk, case="closed"),
    Door("party:training_edit", "GET", kept(200), make=a_class, kwargs=pk),
    Door("party:training_edit", "POST", kept(), make=a_class, kwargs=pk,
         data=lambda it: {"title": "改", "who": "MEMBERS", "from_on": str(ago(20)), "to_on": str(ago(19)), "hours": "6"}),
    Door("party:training_enrol", "GET", kept(200), make=a_class, kwargs=pk),
    Door("party:training_enrol", "POST", kept(), make=a_class, kwargs=pk, data=data(whole="on")),
    Door("party:training_course", "POST", kept(), make=a_class, kwargs=pk,
         data=lambda it: {"on": str(ago(20)), "title": "党章", "hours": "2"}),
    Door("party:training_close", "GET", kept(200), make=a_class, kwargs=pk),
    Door("party:training_close", "POST", kept(), make=a_class, kwargs=pk, data=data(tested="on")),
    Door("party:training_certify", "POST", kept(), make=a_closed_class, kwargs=pk, data=data(prefix="党训")),
    Door("party:training_enter", "POST", kept(), make=a_closed_class, kwargs=pk),
    Door("party:training_void", "POST", kept(), make=a_class, kwargs=pk, data=data(reason="重复登记")),
    Door("party:training_sign_in", "GET", seen(ABOVE), make=a_class, kwargs=pk),
    Door("party:training_roll", "GET", seen(ABOVE), make=a_class, kwargs=pk),
    Door("party:training_graduates", "GET", seen(ABOVE), make=a_closed_class, kwargs=pk),
    Door("party:training_trainee", "GET", kept(200), make=a_closed_class, kwargs=of_person),
    Door("party:training_trainee", "POST", kept(), make=a_closed_class, kwargs=of_person, data=data(hours="4")),
    Door("party:training_drop", "GET", kept(200), make=a_class, kwargs=of_person),
    Door("party:training_drop", "POST", kept(), make=a_class, kwargs=of_person),
]  # fmt: skip
