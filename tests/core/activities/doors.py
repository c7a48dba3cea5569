"""Who may open which page of the room. A branch's acts are its own to write; the bureau reads, reviews, strikes."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongzhu.core.activities import actions, engine
from hongzhu.core.activities.models import Act, Resolution
from hongzhu.core.policies import actions as policy_actions
from tests.core.activities.conftest import NOW, TODAY, told
from tests.doors import Door, expect

LIST = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403)
ABOVE = {
    "party_office": 200, "section_officer": 200, "district_officer": 200, "school_secretary": 200, "inspector": 200,
}  # fmt: skip
SEES = expect(rest=404, anonymous=302, branch_secretary=200, organiser=200, deputy=200, member=200, **ABOVE)
SEES_NO_MEMBER_TABLE = expect(
    rest=404, anonymous=302, branch_secretary=200, organiser=200, deputy=200, member=403, **ABOVE
)


def writes(done: int, *, above: int = 403, **others: int) -> dict[str, int]:
    """Recorders of the branch may; those who see it may not; the rest do not see it."""
    seen = dict.fromkeys(ABOVE, above) | {"member": 403} | others
    return expect(rest=404, anonymous=302, branch_secretary=done, organiser=done, deputy=done, **seen)


def shipped(cast: Any) -> Any:
    policy_actions.ship()
    return cast


def an_act(cast: Any, **changes: Any) -> Act:
    shipped(cast)
    changes.setdefault("lecturer", cast.accounts["branch_secretary"].person_id)
    changes.setdefault("absences", {cast.people[3].pk: "SICK"})
    return actions.record(
        body=cast.branch, told=told(held_on=date(2026, 6, 19), **changes), by=cast.actor("organiser"), on=TODAY, now=NOW
    )


def a_confirmed_act(cast: Any) -> Act:
    act = an_act(cast)
    counted = set(act.claims.values_list("org", "tag"))
    return actions.confirm(act=act, counted=counted, by=cast.actor("organiser"), now=NOW)


def a_confidential_act(cast: Any) -> Act:
    """The member of the cast was not there: who took part sees it, and who is above."""
    return an_act(
        cast, kind="org_life", parts=(), process="", lecture_title="", lecturer=None, belongs_year=2026,
        absences={cast.accounts["member"].person_id: "SICK"},
    )  # fmt: skip


def an_item(cast: Any) -> Resolution:
    item = engine.ItemTold("修订值班表", owner=cast.people[5].pk, due_on=date(2026, 7, 31))
    return an_act(cast, items=(item,)).resolutions.get()


def a_reported_item(cast: Any) -> Resolution:
    item = an_item(cast)
    return actions.report_resolution(
        item=item, progress="办好了", done=True, who=cast.people[5], recorder=True, by=cast.actor("organiser"), on=TODAY
    )


def by_pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def at_branch(cast: Any) -> dict[str, Any]:
    return {"pk": cast.branch.pk}


def a_form(cast: Any) -> dict[str, Any]:
    return new_form(cast) | {
        "theme": "学党章", "held_on": "2026-06-19", "starts_at": "15:30", "ends_at": "17:00", "place": "党员活动室",
        "parts": ["study"], "process": "一、集中学习", "token": "0b0e5f5e-7a2b-4a58-8f2a-0d5e2f9e4c11",
    }  # fmt: skip


def form_of(act: Act) -> dict[str, Any]:
    return {
        "theme": "改过的主题", "held_on": "2026-06-19", "starts_at": "15:30", "ends_at": "17:00", "parts": ["study"],
        "revision": "0", "reason": "主题写错",
    }  # fmt: skip


def new_form(cast: Any) -> dict[str, Any]:
    return {"body": cast.branch.pk, "kind": "theme_day", "month": "2026-06"}


def draft_form(cast: Any) -> dict[str, Any]:
    return {"key": f"activities.act:{cast.branch.pk}:theme_day:2026-06", "version": "0", "theme": "半句"}


def struck(act: Act) -> dict[str, Any]:
    return {"pk": act.pk, "body": act.body_id, "tag": "theme_day"}


REVIEWS = expect(
    rest=404, anonymous=302, party_office=302, district_officer=302, section_officer=403, school_secretary=403,
    inspector=403, branch_secretary=403, organiser=403, deputy=403, member=403,
)  # fmt: skip
REVIEW_PAGE = {name: 200 if status == 302 and name != "anonymous" else status for name, status in REVIEWS.items()}
STRIKES = REVIEWS | {"district_officer": 403}
STRIKE_PAGE = REVIEW_PAGE | {"district_officer": 403}
OWN_EYES = expect(rest=404, anonymous=302, branch_secretary=200, organiser=200, deputy=200)
VERIFIES = writes(302, party_office=302, district_officer=302)

COMPARES = expect(rest=403, anonymous=302, **ABOVE)
COUNTS = COMPARES | dict.fromkeys(("branch_secretary", "organiser", "deputy", "neighbour", "outsider"), 200)

DOORS = [
    Door("activities:act_list", "GET", LIST, make=shipped),
    Door("activities:act_export", "GET", LIST, make=shipped),
    Door("activities:theme_list", "GET", COMPARES, make=shipped),
    Door("activities:theme_export", "GET", COMPARES, make=shipped),
    Door("activities:lecture_counts", "GET", COUNTS, make=shipped),
    Door("activities:lecture_export", "GET", COUNTS, make=shipped),
    Door("activities:lecture_rows", "GET", COUNTS, make=shipped),
    Door("activities:lecture_rows_export", "GET", COUNTS, make=shipped),
    Door("activities:partaking", "GET", SEES, make=shipped, kwargs=at_branch),
    Door("activities:partaking_export", "GET", SEES, make=shipped, kwargs=at_branch),
    Door("activities:act_pick", "GET", expect(rest=200, anonymous=302), make=shipped),
    Door("activities:act_new", "GET", writes(200), make=shipped, data=new_form),
    Door("activities:act_new", "GET", expect(rest=404, anonymous=302), make=shipped, case="no body"),
    Door("activities:act_new", "POST", writes(302), make=shipped, data=a_form),
    Door("activities:act_draft", "POST", writes(200), make=shipped, data=draft_form),
    Door("activities:act_draft_drop", "POST", writes(302), make=shipped, data=draft_form),
    Door("activities:act", "GET", SEES, make=an_act, kwargs=by_pk),
    Door(
        "activities:act",
        "GET",
        SEES | {"member": 404, "section_officer": 404},
        make=a_confidential_act,
        kwargs=by_pk,
        case="confidential",
    ),
    Door("activities:act_saved", "GET", writes(200), make=an_act, kwargs=by_pk),
    Door("activities:act_confirm", "POST", writes(302), make=an_act, kwargs=by_pk),
    Door("activities:act_correct", "GET", writes(200), make=an_act, kwargs=by_pk),
    Door("activities:act_correct", "POST", writes(302), make=an_act, kwargs=by_pk, data=form_of),
    Door("activities:act_void", "GET", writes(200), make=an_act, kwargs=by_pk),
    Door("activities:act_void", "POST", writes(302), make=an_act, kwargs=by_pk, data=lambda it: {"reason": "记重了"}),
    Door("activities:act_review", "POST", REVIEWS, make=an_act, kwargs=by_pk),
    Door("activities:act_return", "GET", REVIEW_PAGE, make=an_act, kwargs=by_pk),
    Door("activities:act_return", "POST", REVIEWS, make=an_act, kwargs=by_pk, data=lambda it: {"reason": "请补过程"}),
    Door("activities:act_strike", "GET", STRIKE_PAGE, make=a_confirmed_act, kwargs=struck),
    Door(
        "activities:act_strike",
        "POST",
        STRIKES,
        make=a_confirmed_act,
        kwargs=struck,
        data=lambda it: {"reason": "没有开"},
    ),
    Door("activities:act_make_up", "GET", writes(200), make=an_act, kwargs=by_pk),
    Door(
        "activities:act_make_up",
        "POST",
        writes(302),
        make=an_act,
        kwargs=by_pk,
        data=lambda it: {
            "people": [it.attendances.get(state="SICK").person_id],
            "on": "2026-06-22",
            "way": "SELF",
            "seen_to_by": "周予安",
        },
    ),
    Door("activities:act_attach", "POST", writes(302), make=an_act, kwargs=by_pk),
    Door(
        "activities:act_transcribed",
        "POST",
        writes(302),
        make=an_act,
        kwargs=lambda it: {"pk": it.pk, "system": "upper_general"},
    ),
    Door("activities:act_card", "GET", SEES, make=an_act, kwargs=by_pk),
    Door("activities:act_text", "GET", SEES, make=an_act, kwargs=by_pk),
    Door("activities:act_sheets", "GET", SEES, make=an_act, kwargs=by_pk),
    Door("activities:act_paper", "GET", SEES, make=an_act, kwargs=lambda it: {"pk": it.pk, "code": "record"}),
    Door("activities:act_paper", "GET", SEES, make=an_act, kwargs=lambda it: {"pk": it.pk, "code": "all"}, case="all"),
    Door("activities:item_list", "GET", LIST, make=shipped),
    Door("activities:item_export", "GET", LIST, make=shipped),
    Door("activities:item", "GET", SEES, make=an_item, kwargs=by_pk),
    Door(
        "activities:item_report",
        "POST",
        writes(302),
        make=an_item,
        kwargs=by_pk,
        data=lambda it: {"progress": "正在改"},
    ),
    Door("activities:item_close", "POST", VERIFIES, make=a_reported_item, kwargs=by_pk),
    Door(
        "activities:item_back",
        "POST",
        VERIFIES,
        make=a_reported_item,
        kwargs=by_pk,
        data=lambda it: {"progress": "还差"},
    ),
    Door("activities:item_drop", "POST", writes(302), make=an_item, kwargs=by_pk, data=lambda it: {"reason": "不用了"}),
    Door("activities:plan", "GET", writes(200), make=shipped, kwargs=at_branch),
    Door("activities:plan", "POST", writes(302), make=shipped, kwargs=at_branch, data=lambda it: {"theme1": "学党章"}),
    Door("activities:fixed_day", "GET", writes(200), make=shipped, kwargs=at_branch),
    Door(
        "activities:fixed_day",
        "POST",
        writes(302),
        make=shipped,
        kwargs=at_branch,
        data=lambda it: {"week": "3", "weekday": "4", "starts_at": "15:30", "ends_at": "17:00", "place": "党员活动室"},
    ),
    Door("activities:before", "GET", writes(200), make=shipped, kwargs=at_branch),
    Door(
        "activities:before_paper",
        "GET",
        writes(200),
        make=shipped,
        kwargs=lambda it: {"pk": it.branch.pk, "code": "notice"},
    ),
    Door("activities:check", "GET", OWN_EYES, make=shipped, kwargs=at_branch),
    Door("activities:absent_list", "GET", SEES, make=shipped, kwargs=at_branch),
    Door("activities:month", "GET", SEES, make=shipped, kwargs=at_branch),
    Door(
        "activities:body_table",
        "GET",
        SEES_NO_MEMBER_TABLE,
        make=shipped,
        kwargs=lambda it: {"pk": it.branch.pk, "code": "attendance", "ext": "docx"},
    ),
]
