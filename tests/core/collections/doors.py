"""Who gets what at each address of the room."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import PlanItem, Request, Return
from hongzhu.core.collections.queries import returns
from hongzhu.core.policies import actions as policies
from tests.core.collections.conftest import NOW, ON, drafted, return_of
from tests.doors import Door, expect

NOBODY = {"rest": 403, "anonymous": 302}
SEES = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
GOES = expect(rest=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
ASKERS = expect(**NOBODY, party_office=200, section_officer=200, district_officer=200)

UNITS = expect(
    **NOBODY,
    school_secretary=200,
    branch_secretary=200,
    organiser=200,
    deputy=200,
    outsider=200,
    neighbour=200,
    district_officer=200,
)
LEADERS = expect(**NOBODY, party_office=200)
LEADERS_DO = expect(**NOBODY, party_office=302)
# A draft of the bureau: its askers alone know of it.
DRAFT = expect(rest=404, anonymous=302, party_office=200, section_officer=200)
DRAFT_DO = expect(rest=404, anonymous=302, party_office=302, section_officer=302)
# A running one of the bureau to the branch and its neighbour.
ASKED_UNITS = {"school_secretary", "branch_secretary", "organiser", "deputy", "neighbour"}
RUNNING = expect(
    rest=404, anonymous=302, party_office=200, section_officer=200, district_officer=200, inspector=200,
    **dict.fromkeys(ASKED_UNITS, 200),
)  # fmt: skip
RUNNERS = {"rest": 404, "anonymous": 302, "district_officer": 403, "inspector": 403, **dict.fromkeys(ASKED_UNITS, 403)}
KEEPS = expect(**RUNNERS | {"party_office": 200, "section_officer": 200})
KEEPS_DO = expect(**RUNNERS | {"party_office": 302, "section_officer": 302})
# The answer of the branch.
BRANCH = {"school_secretary", "branch_secretary", "organiser", "deputy"}
ABOVE = {"party_office", "section_officer", "district_officer", "inspector"}
READS = expect(rest=404, anonymous=302, **dict.fromkeys(BRANCH | ABOVE, 200))
FILLS = expect(rest=404, anonymous=302, **dict.fromkeys(BRANCH, 200), **dict.fromkeys(ABOVE, 403))
FILLS_DO = expect(rest=404, anonymous=302, **dict.fromkeys(BRANCH, 302), **dict.fromkeys(ABOVE, 403))
JUDGES_DO = expect(
    rest=404, anonymous=302, party_office=302, section_officer=302, district_officer=403, inspector=403,
    **dict.fromkeys(BRANCH, 403),
)  # fmt: skip


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def a_draft(cast: Any) -> Request:
    # The page sends it on the day it is opened, whenever that is.
    return drafted(shipped(cast), columns=_columns(), due_on=date(2099, 12, 31))


def a_running(cast: Any) -> Request:
    return actions.send(request=a_draft(cast), by=cast.actor("party_office"), on=ON, now=NOW)


def _columns() -> list[actions.ColumnWish]:
    return [actions.ColumnWish(place=1, title="取暖炉台数", type="NUMBER", required=True, summed=True)]


def an_answer(cast: Any) -> Return:
    return return_of(a_running(cast), cast.branch)


def handed_in(cast: Any) -> Return:
    answer = an_answer(cast)
    return actions.submit(
        answer=answer, given={0: {"1": 3}}, seen=returns.sheet(answer, ON).seen, version=0,
        by=cast.actor("branch_secretary"), on=ON, now=NOW,
    )  # fmt: skip


def a_report(cast: Any) -> Return:
    request = drafted(shipped(cast), kind="REPORT")
    actions.lay_parts(request=request, parts=[actions.PartWish(title="计划", plan=True)], by=cast.actor("party_office"))
    request = actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW)
    plan = [actions.Planned(text="办两期培训", due_on=date(2026, 12, 20))]
    return actions.submit_report(
        answer=return_of(request, cast.branch), texts={}, plan=plan, version=0, by=cast.actor("branch_secretary"), on=ON,
        now=NOW,
    )  # fmt: skip


def a_plan(cast: Any) -> PlanItem:
    answer = a_report(cast)
    actions.accept(answer=answer, by=cast.actor("party_office"), on=ON)
    return PlanItem.objects.get(answer=answer)


def a_report_draft(cast: Any) -> Request:
    return drafted(shipped(cast), kind="REPORT")


def one(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def new_table(cast: Any) -> dict[str, Any]:
    return {
        "title": "冬季取暖设备排查表", "basis": "县安委办〔2026〕18号", "due_on": "2099-12-31", "as_of": "2026-11-18",
        "kinds": "BRANCH", "about": "UNIT", "pasted": "学校\t取暖炉台数", "asker": _asker(cast), "owner": "",
    }  # fmt: skip


def _asker(cast: Any) -> int:
    return cast.root.pk if hasattr(cast, "root") else 0


def revised(it: Request) -> dict[str, Any]:
    return {
        "title": it.title, "basis": it.basis, "due_on": "2099-12-31", "as_of": "2026-11-18", "kinds": "BRANCH",
        "about": "UNIT", "owner": it.owner.name, "asker": it.asker_id,
    }  # fmt: skip


def confirmed(it: Return) -> dict[str, Any]:
    sheet = returns.sheet(Return.objects.select_related("request__bureau", "org").get(pk=it.pk), ON)
    return {"seen": sheet.seen, "version": 0, "r0_1": "3"}


REASON = {"reason": "核一下台数"}

# The year of the branch.
WITHOUT = ("system_admin", "security_admin", "audit_admin", "member")
OWN_YEAR = expect(rest=404, anonymous=302, **dict.fromkeys(WITHOUT, 403), **dict.fromkeys(BRANCH | ABOVE, 200))


def a_unit(cast: Any) -> Any:
    return an_answer(cast).org


DOORS = [
    Door("collections:index", "GET", GOES, make=shipped),
    Door("collections:request_list", "GET", SEES, make=shipped),
    Door("collections:request_export", "GET", SEES, make=shipped),
    Door("collections:request_new", "GET", ASKERS, make=shipped),
    Door("collections:request_new", "GET", ASKERS, make=shipped, case="report", data=lambda it: {"kind": "REPORT"}),
    # Without an owner the form is shown again to whoever may ask.
    Door("collections:request_new", "POST", ASKERS, make=shipped, data=new_table),
    Door("collections:request_page", "GET", DRAFT, make=a_draft, kwargs=one, case="draft"),
    Door("collections:request_page", "GET", RUNNING, make=a_running, kwargs=one),
    Door("collections:request_change", "GET", DRAFT, make=a_draft, kwargs=one),
    Door("collections:request_change", "GET", KEEPS, make=a_running, kwargs=one, case="running"),
    Door("collections:request_change", "POST", DRAFT_DO, make=a_draft, kwargs=one, data=revised),
    Door("collections:request_columns", "GET", DRAFT, make=a_draft, kwargs=one),
    Door("collections:request_columns", "POST", DRAFT_DO, make=a_draft, kwargs=one, data=lambda it: {"c1_type": "TEXT"}),
    Door("collections:request_parts", "GET", DRAFT, make=a_report_draft, kwargs=one),
    Door(
        "collections:request_parts", "POST", DRAFT_DO, make=a_report_draft, kwargs=one,
        data=lambda it: {"p0_title": "上半年工作"},
    ),
    Door("collections:request_send", "POST", DRAFT_DO, make=a_draft, kwargs=one),
    # The budget is a leader's of the whole bureau; of their own draft the page says so and keeps what they typed.
    Door(
        "collections:request_allow", "POST", expect(rest=404, anonymous=302, party_office=200, section_officer=403),
        make=a_draft, kwargs=one, data=lambda it: REASON,
    ),
    Door("collections:request_discard", "POST", DRAFT_DO, make=a_draft, kwargs=one),
    Door("collections:request_withdraw", "POST", KEEPS_DO, make=a_running, kwargs=one, data=lambda it: REASON),
    Door("collections:request_remind", "POST", KEEPS_DO, make=a_running, kwargs=one),
    Door("collections:request_close", "POST", KEEPS_DO, make=a_running, kwargs=one),
    Door("collections:request_returns", "GET", KEEPS, make=a_running, kwargs=one),
    Door("collections:returns_export", "GET", KEEPS, make=a_running, kwargs=one),
    Door("collections:request_merged", "GET", KEEPS, make=a_running, kwargs=one),
    Door("collections:request_report", "GET", KEEPS, make=a_running, kwargs=one),
    Door("collections:return_list", "GET", UNITS, make=shipped),
    Door("collections:return_export", "GET", UNITS, make=shipped),
    Door("collections:return_page", "GET", FILLS, make=an_answer, kwargs=one),
    Door("collections:return_page", "POST", FILLS_DO, make=an_answer, kwargs=one, data=confirmed),
    Door("collections:return_none", "POST", FILLS_DO, make=an_answer, kwargs=one, data=lambda it: {"version": 0}),
    Door("collections:return_read", "GET", READS, make=handed_in, kwargs=one),
    Door("collections:return_send_back", "POST", JUDGES_DO, make=handed_in, kwargs=one, data=lambda it: REASON),
    Door("collections:return_accept", "POST", JUDGES_DO, make=a_report, kwargs=one),
    Door("collections:plan_done", "POST", FILLS_DO, make=a_plan, kwargs=one),
    Door("collections:burden_list", "GET", SEES, make=shipped),
    Door("collections:burden_export", "GET", SEES, make=shipped),
    Door("collections:burden_unit", "GET", OWN_YEAR, make=a_unit, kwargs=one),
    Door("collections:burden_unit_export", "GET", OWN_YEAR, make=a_unit, kwargs=one),
    Door("collections:budget_set", "GET", LEADERS, make=shipped),
    Door("collections:budget_set", "POST", LEADERS_DO, make=shipped, data=lambda it: {"year": 2026, "minutes": 600}),
]  # fmt: skip
