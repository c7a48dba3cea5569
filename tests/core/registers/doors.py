"""Who gets what at each address of the room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.policies import actions as policies
from hongzhu.core.registers import actions
from tests.core.registers.conftest import ON, assigned, honoured
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
OFFICE = expect(rest=403, anonymous=302, party_office=200)
OFFICE_DOES = expect(rest=403, anonymous=302, party_office=302)
KEEPERS = expect(rest=403, anonymous=302, party_office=200, school_secretary=200)
KEEPERS_DO = expect(rest=403, anonymous=302, party_office=302, school_secretary=302)
# A thing of the branch in the school: seen by those above it and in it.
ABOVE = {
    "party_office",
    "section_officer",
    "district_officer",
    "school_secretary",
    "branch_secretary",
    "organiser",
    "inspector",
    "deputy",
}
# A thing of the school itself: the branch in it does not see it, nor does the district above that branch.
SCHOOL = {"party_office", "section_officer", "school_secretary", "inspector"}
BUREAU = {"party_office", "section_officer", "inspector"}
LATER = (ON + timedelta(days=9)).isoformat()


def seen_by(who: set[str], status: int, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(who, status) | others)


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def a_contact(cast: Any) -> Any:
    return assigned(cast, cast.branch)[0]


def a_point(cast: Any) -> Any:
    return a_contact(shipped(cast))


def an_honour(cast: Any) -> Any:
    return honoured(cast)


def a_title(cast: Any) -> Any:
    return actions.grant_title(
        person=cast.member.person, kind="SENIOR", level="CITY", from_on=ON, by=cast.actor("party_office"), today=ON
    )


def a_union(cast: Any) -> Any:
    return orgs.set_up(
        bureau=cast.bureau, kind="UNION", name="柳林中心小学工会", parent=cast.school, hosts=(cast.school,),
        by=cast.actor("party_office"), on=ON,
    )  # fmt: skip


def a_group(cast: Any) -> Any:
    group = actions.open_group(kind="TASK_FORCE", name="专项组", parent=cast.root, by=cast.actor("party_office"), on=ON)
    group.member = actions.join_group(
        group=group, person=cast.member.person, standing="MEMBER", by=cast.actor("party_office"), on=ON
    )
    group.other = cast.organiser.person
    return group


def a_force(cast: Any) -> Any:
    return a_group(shipped(cast))


def a_name(cast: Any) -> Any:
    return actions.add_name(
        bureau=shipped(cast).bureau, code="ten", text="制度到位", by=cast.actor("party_office"), on=ON
    )


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def a_list(cast: Any) -> Any:
    from hongzhu.core.policies import queries

    cast.bureau.pack = "yongkang"
    cast.bureau.save()
    lists = queries.pack_for(shipped(cast).bureau, ON).section("registers").lists
    cast.list = lists[0].code if lists else "none"
    return cast


def today(plus: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=plus))


def a_nomination(cast: Any) -> Any:
    policies.ship()
    day = timezone.localdate()
    return actions.nominate(
        nominated_by=cast.branch, year=day.year, title="优秀党员教师", level="COUNTY", person=cast.member.person,
        proposed_on=day - timedelta(days=9), by=cast.actor("organiser"), today=day,
    )  # fmt: skip


def a_reviewed_nomination(cast: Any) -> Any:
    day = timezone.localdate()
    return actions.review_nomination(
        nomination=a_nomination(cast), on=day - timedelta(days=5), by=cast.actor("party_office"), today=day, own=False
    )


def new_nomination(it: Any) -> dict[str, Any]:
    return {
        "nominated_by": it.branch.pk, "year": timezone.localdate().year, "title": "优秀党员教师", "level": "COUNTY",
        "person": it.member.person.name, "proposed_on": today(),
    }  # fmt: skip


def a_plan(cast: Any, title: str) -> Document:
    return Document.objects.create(
        bureau=cast.bureau, issuer=cast.root, kind="PLAN", title=title, status="ISSUED", issued_on=timezone.localdate(),
        created_at=timezone.now(),
    )  # fmt: skip


def two_plans(cast: Any) -> Any:
    cast.__dict__["plans"] = (a_plan(cast, "教学质量提升方案"), a_plan(cast, "党建工作方案"))
    return cast


def a_link(cast: Any) -> Any:
    business, party = two_plans(cast).plans
    return actions.link_plans(
        bureau=cast.bureau, business=business, party=party, step="DEPLOYED", on=timezone.localdate(),
        by=cast.actor("party_office"),
    )  # fmt: skip


RECORDS = {"school_secretary", "branch_secretary", "organiser", "deputy", "party_office"}
NOMINATORS = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys({*RECORDS, "outsider", "neighbour"}, 200))
NOMINATE = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys(RECORDS, 302) | {"outsider": 200, "neighbour": 200})


DOORS = [
    Door("registers:register_list", "GET", READERS),
    Door("registers:contact_list", "GET", READERS, make=shipped),
    Door("registers:contact_export", "GET", READERS, make=shipped),
    Door("registers:contact_assign", "GET", OFFICE),
    Door(
        "registers:contact_assign", "POST", OFFICE_DOES,
        data=lambda it: {"scheme": "CONTACT", "person": it.party_office.person.pk, "bodies": [it.school.pk], "from_on": ON.isoformat()},
    ),
    Door("registers:contact_page", "GET", seen_by(ABOVE, 200), make=a_point, kwargs=pk),
    Door("registers:contact_page_export", "GET", seen_by(ABOVE, 200), make=a_point, kwargs=pk),
    Door("registers:contact_end", "POST", seen_by(ABOVE, 403, party_office=302), make=a_contact, kwargs=pk, data=lambda it: {"on": LATER}),
    Door("registers:combined_list", "GET", READERS),
    Door("registers:combined_export", "GET", READERS),
    Door("registers:vacancy_list", "GET", READERS),
    Door("registers:vacancy_export", "GET", READERS),
    Door("registers:coverage_list", "GET", READERS),
    Door("registers:coverage_export", "GET", READERS),
    Door("registers:honour_list", "GET", READERS),
    Door("registers:honour_export", "GET", READERS),
    Door("registers:honour_new", "GET", KEEPERS),
    Door(
        "registers:honour_new", "POST", KEEPERS_DO,
        data=lambda it: {"title": "先进集体", "org": it.school.pk, "level": "CITY", "granted_by": "市教育局", "granted_on": ON.isoformat()},
    ),
    Door("registers:honour_page", "GET", seen_by(ABOVE, 200), make=an_honour, kwargs=pk),
    Door(
        "registers:honour_revoke", "POST", seen_by(ABOVE, 403, party_office=302, school_secretary=302), make=an_honour, kwargs=pk,
        data=lambda it: {"on": LATER},
    ),
    Door("registers:title_list", "GET", READERS),
    Door("registers:title_export", "GET", READERS),
    Door("registers:title_new", "GET", KEEPERS),
    Door(
        "registers:title_new", "POST", KEEPERS_DO,
        data=lambda it: {"person": it.member.person.name, "kind": "SENIOR", "level": "CITY", "from_on": ON.isoformat()},
    ),
    Door(
        "registers:title_end", "POST", seen_by(ABOVE, 403, party_office=302, school_secretary=302), make=a_title, kwargs=pk,
        data=lambda it: {"on": LATER},
    ),
    Door("registers:mass_list", "GET", READERS),
    Door("registers:mass_export", "GET", READERS),
    Door("registers:mass_strength", "GET", seen_by(SCHOOL, 403, party_office=200, school_secretary=200), make=a_union, kwargs=pk),
    Door(
        "registers:mass_strength", "POST", seen_by(SCHOOL, 403, party_office=302, school_secretary=302), make=a_union, kwargs=pk,
        data=lambda it: {"on": ON.isoformat(), "count": 40},
    ),
    Door("registers:group_list", "GET", READERS),
    Door("registers:group_list_export", "GET", READERS),
    Door("registers:contact_own", "GET", expect(rest=200, anonymous=302)),
    Door("registers:contact_confirm_all", "POST", expect(rest=302)),
    Door("registers:contact_confirm", "POST", seen_by(ABOVE, 403, party_office=302), make=a_contact, kwargs=pk),
    Door(
        "registers:group_amend", "POST", seen_by(BUREAU, 403, party_office=302), make=a_group, kwargs=pk,
        data=lambda it: {"mandate": "查隐患"},
    ),
    Door(
        "registers:group_status", "POST", seen_by(BUREAU, 302, inspector=403), make=a_force, kwargs=pk,
        data=lambda it: {"on": ON.isoformat(), "line": "检查12所"},
    ),
    Door("registers:group_new", "GET", OFFICE),
    Door(
        "registers:group_new", "POST", OFFICE_DOES,
        data=lambda it: {"kind": "LEADING_GROUP", "name": "领导小组", "parent": it.root.pk, "on": ON.isoformat()},
    ),
    Door("registers:group_page", "GET", seen_by(BUREAU, 200), make=a_force, kwargs=pk),
    Door("registers:group_export", "GET", seen_by(BUREAU, 200), make=a_group, kwargs=pk),
    Door(
        "registers:group_join", "POST", seen_by(BUREAU, 403, party_office=302), make=a_group, kwargs=pk,
        data=lambda it: {"person": it.other.name, "standing": "MEMBER", "on": LATER},
    ),
    Door(
        "registers:group_leave", "POST", seen_by(BUREAU, 403, party_office=302), make=a_group,
        kwargs=lambda it: {"pk": it.pk, "member": it.member.pk}, data=lambda it: {"on": LATER},
    ),
    Door(
        "registers:group_close", "POST", seen_by(BUREAU, 403, party_office=302), make=a_group, kwargs=pk,
        data=lambda it: {"on": LATER, "summary": "完成"},
    ),
    Door("registers:name_list", "GET", READERS, make=shipped),
    Door("registers:name_export", "GET", READERS, make=shipped),
    Door("registers:name_add", "POST", OFFICE_DOES, make=a_list, kwargs=lambda it: {"code": it.list}, data=lambda it: {"text": "甲"}),
    Door(
        "registers:name_end", "POST",
        expect(rest=403, anonymous=302, party_office=302, system_admin=404, security_admin=404, audit_admin=404, member=404, outsider=404),
        make=a_name, kwargs=pk,
    ),
    Door("registers:nomination_list", "GET", READERS),
    Door("registers:nomination_export", "GET", READERS),
    Door("registers:nomination_new", "GET", NOMINATORS),
    Door("registers:nomination_new", "POST", NOMINATE, data=new_nomination),
    Door("registers:nomination_page", "GET", seen_by(ABOVE, 200), make=a_nomination, kwargs=pk),
    Door("registers:nomination_review", "POST", seen_by(ABOVE, 403, party_office=302), make=a_nomination, kwargs=pk,
         data=lambda it: {"on": today()}),
    Door("registers:nomination_post", "POST", seen_by(ABOVE, 403, party_office=302), make=a_reviewed_nomination, kwargs=pk,
         data=lambda it: {"on": today(), "to": today(7)}),
    Door("registers:nomination_grant", "POST", seen_by(ABOVE, 403, party_office=302), make=a_reviewed_nomination, kwargs=pk,
         data=lambda it: {"on": today(), "granted_by": "县教育局党委"}),
    Door("registers:nomination_decline", "POST", seen_by(ABOVE, 403, party_office=302), make=a_nomination, kwargs=pk,
         data=lambda it: {"reason": "名额已满"}),
    Door("registers:nomination_withdraw", "POST",
         seen_by(ABOVE, 403, party_office=302, school_secretary=302, branch_secretary=302, organiser=302, deputy=302),
         make=a_nomination, kwargs=pk),
    Door("registers:link_list", "GET", READERS),
    Door("registers:link_list", "GET", READERS, data=lambda it: {"show": "business"}, case="lacking"),
    Door("registers:link_export", "GET", READERS),
    Door("registers:link_new", "GET", KEEPERS),
    Door("registers:link_new", "POST", expect(rest=403, anonymous=302, party_office=302, school_secretary=200),
         make=two_plans, data=lambda it: {"business": it.plans[0].pk, "party": it.plans[1].pk, "step": "DEPLOYED", "on": today()}),
    Door("registers:link_end", "POST", seen_by(BUREAU, 403, party_office=302), make=a_link, kwargs=pk),
]  # fmt: skip
