"""Who gets what at each address of the way into the Party."""

from __future__ import annotations

from typing import Any

from hongzhu.core.orgs.models import Org
from tests.doors import Door, expect
from tests.services.party.admission import conftest as stage

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
KEEPERS = expect(
    rest=403, anonymous=302, school_secretary=200, branch_secretary=200, organiser=200, deputy=200, outsider=200,
    neighbour=200,
)  # fmt: skip
NEAR = {"party_office", "section_officer", "district_officer", "inspector"}
BRANCH = {"school_secretary", "branch_secretary", "organiser", "deputy"}
SEEN = expect(rest=404, anonymous=302, **dict.fromkeys(NEAR | BRANCH, 200))
KEPT = expect(rest=404, anonymous=302, **dict.fromkeys(NEAR, 403), **dict.fromkeys(BRANCH, 200))
DOES = expect(rest=404, anonymous=302, **dict.fromkeys(NEAR, 403), **dict.fromkeys(BRANCH, 302))
# The committee above the general branch decides: whoever approves there, no one of the general branch or the branch.
SUPERIOR = expect(rest=404, anonymous=302, **dict.fromkeys(NEAR | BRANCH, 403) | {"party_office": 200})
ANSWERS = expect(rest=404, anonymous=302, **dict.fromkeys(NEAR | BRANCH, 403) | {"party_office": 302})
PLANNERS = expect(rest=403, anonymous=302, party_office=200, district_officer=200)


def cast_only(cast: Any) -> Any:
    return stage.staged(cast)


def an_admission(cast: Any) -> Any:
    return stage.applied(stage.staged(cast))


def a_candidate(cast: Any) -> Any:
    return stage.led(stage.staged(cast), "branch_review")


def a_helper(cast: Any) -> Any:
    return stage.led(stage.staged(cast), "contacts").helpers.get()


def a_notice(cast: Any) -> Any:
    admission = stage.led(stage.staged(cast), "activist")
    return stage.actions.post_notice(
        admission=admission, point="activist", posted_on=stage.HUNG["activist_filed"][1],
        by=cast.actor("branch_secretary"), today=stage.TODAY,
    )  # fmt: skip


def last_step(cast: Any) -> Any:
    return stage.led(stage.staged(cast), "activist").steps.order_by("-id").first()


def ready_for_talk(cast: Any) -> Any:
    admission = an_admission(cast)
    stage.tick(cast, admission, {"application"})
    return admission


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def more(**given: str) -> Any:
    return lambda it: {"pk": it.pk, **given}


DOORS = [
    Door("party:admission_list", "GET", READERS, make=cast_only),
    Door("party:admission_export", "GET", READERS, make=cast_only),
    Door("party:admission_year", "GET", READERS, make=cast_only),
    Door("party:admission_year_export", "GET", READERS, make=cast_only),
    Door("party:admission_new", "GET", KEEPERS, make=cast_only),
    Door(
        "party:admission_new",
        "POST",
        expect(rest=403, anonymous=302, school_secretary=200, branch_secretary=200, organiser=200, deputy=200,
               outsider=200, neighbour=200),
        make=cast_only,
        data=lambda it: {"person": "没有这个人", "org": it.branch.pk, "applied_on": "2024-01-08"},
    ),
    Door("party:admission_quota", "GET", PLANNERS, make=cast_only),
    Door(
        "party:admission_quota",
        "POST",
        expect(rest=403, anonymous=302, party_office=302, district_officer=302),
        make=cast_only,
        data=lambda it: {"org": it.general_branch.pk, "year": "2026", "places": "3"},
    ),
    Door("party:admission_page", "GET", SEEN, make=an_admission, kwargs=pk),
    Door("party:admission_papers", "GET", KEPT, make=an_admission, kwargs=pk),
    Door("party:admission_papers", "POST", DOES, make=an_admission, kwargs=pk, data=lambda it: {"seen_application": "on"}),
    Door("party:admission_sources", "GET", KEPT, make=an_admission, kwargs=pk),
    Door("party:admission_sources", "POST", DOES, make=an_admission, kwargs=pk, data=lambda it: {"sources": ["class_teacher"]}),
    Door("party:admission_end", "GET", KEPT, make=an_admission, kwargs=pk),
    Door("party:admission_end", "POST", DOES, make=an_admission, kwargs=pk,
         data=lambda it: {"outcome": "WITHDRAWN", "on": "2025-01-08", "reason": "本人提出"}),
    Door("party:admission_move", "GET", KEPT, make=an_admission, kwargs=pk),
    Door("party:admission_move", "POST", DOES, make=an_admission, kwargs=pk,
         data=lambda it: {"org": Org.objects.get(name="双桥小学党支部").pk, "on": "2025-01-08"}),
    Door("party:admission_paper", "GET", SEEN, make=an_admission, kwargs=more(code="index")),
    Door("party:admission_paper", "GET", expect(rest=404, anonymous=302), make=an_admission, kwargs=more(code="notice_full"),
         case="not yet posted"),
    Door("party:admission_step", "GET", KEPT, make=ready_for_talk, kwargs=more(code="talk")),
    Door("party:admission_step", "POST", DOES, make=ready_for_talk, kwargs=more(code="talk"), data=lambda it: {"on": "2024-02-05"}),
    Door("party:admission_step", "GET", SUPERIOR, make=a_candidate, kwargs=more(code="preliminary"), case="superior"),
    Door("party:admission_step", "POST", ANSWERS, make=a_candidate, kwargs=more(code="preliminary"), case="superior",
         data=lambda it: {"on": "2025-04-25", "answer": "yes", "number": "教党〔2025〕9号"}),
    Door("party:admission_helper", "GET", KEPT, make=an_admission, kwargs=more(role="CONTACT")),
    Door("party:admission_helper", "POST", DOES, make=an_admission, kwargs=more(role="CONTACT"),
         data=lambda it: {"person": "沈书言", "on": "2024-03-20"}),
    Door("party:admission_notice", "GET", KEPT, make=an_admission, kwargs=more(point="activist")),
    Door("party:admission_notice", "POST", DOES, make=lambda cast: stage.led(stage.staged(cast), "activist"),
         kwargs=more(point="activist"), data=lambda it: {"posted_on": "2024-03-04", "days": "5"}),
    Door("party:admission_void", "POST", DOES, make=last_step, kwargs=pk, data=lambda it: {"reason": "日期记错"}),
    Door("party:admission_helper_end", "POST", DOES, make=a_helper, kwargs=pk, data=lambda it: {"on": "2025-01-08"}),
    Door("party:admission_notice_close", "GET", KEPT, make=a_notice, kwargs=pk),
    Door("party:admission_notice_close", "POST", DOES, make=a_notice, kwargs=pk,
         data=lambda it: {"on": "2024-03-15", "objections": "0"}),
]  # fmt: skip
