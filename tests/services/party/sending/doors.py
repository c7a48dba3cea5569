"""Who gets what at the addresses of people sent out, moved, chosen and led."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.policies import actions as policies
from hongzhu.core.registers import actions as registers
from hongzhu.services.party.actions import cadres, community, cultivation, dispatch, talent
from tests.doors import Door, expect

NOBODY = {"anonymous": 302, "system_admin": 403, "security_admin": 403, "audit_admin": 403, "member": 403}
READERS = expect(rest=200, **NOBODY)
KEEPERS = {"school_secretary", "branch_secretary", "organiser", "deputy"}
ABOVE = {"party_office", "section_officer", "district_officer", "inspector", *KEEPERS}
ROOT = {"party_office", "section_officer", "inspector"}
OFFICE = expect(rest=403, anonymous=302, party_office=200)
OFFICE_DOES = expect(rest=403, anonymous=302, party_office=302)
AT_ROOT = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys(ROOT, 200))
KEEP_PAGE = expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys({*KEEPERS, "outsider", "neighbour"}, 200))


def seen(who: set[str], status: int = 200, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(who, status) | others)


def kept(does: int = 302) -> dict[str, int]:
    return seen(ABOVE, 403, **dict.fromkeys(KEEPERS, does))


def ago(days: int) -> Any:
    return timezone.localdate() - timedelta(days=days)


def told(days: int) -> str:
    return str(ago(days))


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def sent(cast: Any) -> Any:
    """The member is sent out: seen by those above the branch, by the branch, and by the member."""
    policies.ship()
    return dispatch.send_instructor(
        bureau=cast.bureau, person=cast.member.person, served="青禾农机合作社", sector="ECONOMIC", batch="第一批",
        from_on=ago(90), to_on=ago(-300), by=cast.actor("party_office"),
    )  # fmt: skip


def a_move(cast: Any) -> Any:
    policies.ship()
    return cadres.open_move(
        bureau=cast.bureau, person=cast.organiser.person, kind="APPOINT", to_org=cast.other_school,
        to_post="VICE_PRINCIPAL", by=cast.actor("party_office"),
    )  # fmt: skip


def a_posted_move(cast: Any) -> Any:
    move, by = a_move(cast), cast.actor("party_office")
    today = timezone.localdate()
    cadres.inspect_cadre(move=move, on=ago(40), by=by, today=today)
    cadres.deliberate_move(move=move, on=ago(30), by=by, today=today)
    return cadres.publicise_move(move=move, on=ago(29), by=by, today=today)


def a_reserve(cast: Any) -> Any:
    return cadres.list_reserve(
        bureau=cast.bureau, person=cast.member.person, kind="SECRETARY", from_on=ago(90), by=cast.actor("party_office")
    )


def a_name(cast: Any) -> Any:
    policies.ship()
    return talent.nominate_talent(
        person=cast.member.person, tier="EXPERT", call="教党〔2026〕9号", nominated_by=cast.branch, nominated_on=ago(60),
        by=cast.actor("organiser"),
    )  # fmt: skip


def a_chosen_name(cast: Any) -> Any:
    return talent.review_talent(
        talent=a_name(cast), on=ago(50), chosen=True, from_on=ago(49), to_on=ago(-300), by=cast.actor("party_office"),
        today=timezone.localdate(),
    )  # fmt: skip


def directions(cast: Any) -> Any:
    policies.ship()
    registers.add_name(
        bureau=cast.bureau,
        code="dual_cultivation",
        text="把骨干教师培养成党员",
        by=cast.actor("party_office"),
        on=ago(200),
    )
    return cast


def a_cultivation(cast: Any) -> Any:
    return cultivation.begin_cultivation(
        org=directions(cast).branch, person=cast.people[5], direction="把骨干教师培养成党员", contact=cast.organiser.person,
        from_on=ago(90), by=cast.actor("organiser"), directions=["把骨干教师培养成党员"],
    )  # fmt: skip


def a_registration(cast: Any) -> Any:
    policies.ship()
    return community.register_community(
        person=cast.member.person, community="柳林社区", registered_on=ago(60), by=cast.actor("organiser"),
        today=timezone.localdate(),
    )  # fmt: skip


def a_service(cast: Any) -> Any:
    return community.serve_community(
        row=a_registration(cast), on=ago(20), title="值守", minutes=90, by=cast.actor("organiser"),
        today=timezone.localdate(),
    )  # fmt: skip


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def new_sending(it: Any) -> dict[str, Any]:
    return {
        "person": it.member.person.name,
        "served": "青禾社工",
        "sector": "SOCIAL",
        "batch": "二",
        "from_on": told(3),
    }


def new_move(it: Any) -> dict[str, Any]:
    return {
        "person": it.organiser.person.name,
        "kind": "APPOINT",
        "to_org": it.other_school.pk,
        "to_post": "VICE_PRINCIPAL",
    }


def new_name(it: Any) -> dict[str, Any]:
    return {"person": it.member.person.name, "tier": "EXPERT", "call": "通知", "nominated_by": it.branch.pk, "nominated_on": told(1)}  # fmt: skip


def new_cultivation(it: Any) -> dict[str, Any]:
    return {"org": it.branch.pk, "person": it.people[5].name, "direction": "把骨干教师培养成党员",
            "contact": it.organiser.person.name, "from_on": told(3)}  # fmt: skip


def new_registration(it: Any) -> dict[str, Any]:
    return {"person": it.member.person.name, "community": "柳林社区", "registered_on": told(3)}


def data(**given: Any) -> Any:
    return lambda _it: given


NAMES = expect(
    **{"rest": 403, "anonymous": 302} | dict.fromkeys({*KEEPERS, "party_office", "outsider", "neighbour"}, 200)
)
NOMINATES = expect(
    **{"rest": 403, "anonymous": 302}
    | dict.fromkeys({*KEEPERS, "party_office"}, 302)
    | {"outsider": 200, "neighbour": 200}
)
# What somebody beyond their part writes down comes back: the person is not theirs to name.
REGISTERS = expect(
    **{"rest": 403, "anonymous": 302} | dict.fromkeys(KEEPERS, 302) | {"outsider": 200, "neighbour": 200}
)
VISITS = seen(ABOVE, 403, party_office=302, member=302)
MOVES = seen(ROOT)
MOVE_DOES = seen({"party_office"}, 302, section_officer=404, inspector=404)
POSTED_DOES = seen({"party_office"}, 302, section_officer=403, inspector=403)

DOORS = [
    Door("party:sending_index", "GET", READERS),
    Door("party:sending_dispatch_list", "GET", READERS, make=shipped),
    Door("party:sending_dispatch_export", "GET", READERS, make=shipped),
    Door("party:sending_dispatch_paper", "GET", READERS, make=shipped),
    Door("party:sending_dispatch_new", "GET", OFFICE),
    Door("party:sending_dispatch_new", "POST", OFFICE_DOES, data=new_sending),
    Door("party:sending_dispatch_page", "GET", seen({*ABOVE, "member"}), make=sent, kwargs=pk),
    Door("party:sending_dispatch_edit", "GET", seen({*ABOVE, "member"}, 403, party_office=200), make=sent, kwargs=pk),
    Door("party:sending_dispatch_edit", "POST", seen({*ABOVE, "member"}, 403, party_office=302), make=sent, kwargs=pk,
         data=data(served="青禾合作社", sector="ECONOMIC", batch="一")),
    Door("party:sending_dispatch_visit", "POST", VISITS, make=sent, kwargs=pk,
         data=lambda it: {"on": told(1), "outcome": "帮助建立党支部", "outputs": 1}),
    Door("party:sending_dispatch_end", "POST", seen({*ABOVE, "member"}, 403, party_office=302), make=sent, kwargs=pk,
         data=lambda it: {"on": told(0)}),
    Door("party:sending_cadre_list", "GET", AT_ROOT),
    Door("party:sending_cadre_export", "GET", AT_ROOT),
    Door("party:sending_cadre_structure", "GET", AT_ROOT),
    Door("party:sending_cadre_structure_export", "GET", AT_ROOT),
    Door("party:sending_cadre_structure_rows", "GET", AT_ROOT, data=lambda it: {"line": "all", "on": "2026-11-20"}),
    Door(
        "party:sending_cadre_structure_rows_export", "GET", AT_ROOT,
        data=lambda it: {"line": "all", "on": "2026-11-20"},
    ),
    Door("party:sending_cadre_new", "GET", OFFICE),
    Door("party:sending_cadre_new", "POST", OFFICE_DOES, data=new_move),
    Door("party:sending_cadre_page", "GET", seen({"party_office"}), make=a_move, kwargs=pk, case="not public yet"),
    Door("party:sending_cadre_page", "GET", MOVES, make=a_posted_move, kwargs=pk, case="publicised"),
    Door("party:sending_cadre_step", "POST", MOVE_DOES, make=a_move, kwargs=lambda it: {"pk": it.pk, "step": "inspect"},
         data=lambda it: {"on": told(1)}),
    Door("party:sending_cadre_step", "POST", POSTED_DOES, make=a_posted_move, case="effect",
         kwargs=lambda it: {"pk": it.pk, "step": "effect"}, data=lambda it: {"on": told(1), "number": "教任〔2026〕3号"}),
    Door("party:sending_cadre_void", "POST", MOVE_DOES, make=a_move, kwargs=pk, data=data(reason="重复")),
    Door("party:sending_cadre_request", "GET", seen({"party_office"}), make=a_move, kwargs=pk),
    Door("party:sending_cadre_notice", "GET", seen({"party_office"}, 200, section_officer=403, inspector=403),
         make=a_posted_move, kwargs=pk),
    Door("party:sending_reserve_list", "GET", OFFICE),
    Door("party:sending_reserve_export", "GET", OFFICE),
    Door("party:sending_reserve_new", "GET", OFFICE),
    Door("party:sending_reserve_new", "POST", OFFICE_DOES,
         data=lambda it: {"person": it.member.person.name, "kind": "SECRETARY", "from_on": told(1)}),
    Door("party:sending_reserve_page", "GET", seen({"party_office"}), make=a_reserve, kwargs=pk),
    Door("party:sending_reserve_end", "POST", seen({"party_office"}, 302), make=a_reserve, kwargs=pk,
         data=lambda it: {"on": told(1), "reason": "已任用"}),
    Door("party:sending_talent_list", "GET", READERS, make=shipped),
    Door("party:sending_talent_export", "GET", READERS, make=shipped),
    Door("party:sending_talent_new", "GET", NAMES),
    Door("party:sending_talent_new", "POST", NOMINATES, data=new_name),
    Door("party:sending_talent_page", "GET", seen(ABOVE), make=a_name, kwargs=pk),
    Door("party:sending_talent_review", "POST", seen(ABOVE, 403, party_office=302), make=a_name, kwargs=pk,
         data=lambda it: {"on": told(1), "chosen": "1", "from_on": told(0), "to_on": told(-300)}),
    Door("party:sending_talent_task", "POST", seen(ABOVE, 403, party_office=302), make=a_chosen_name, kwargs=pk,
         data=lambda it: {"on": told(1), "title": "讲一次党课"}),
    Door("party:sending_talent_renew", "POST", seen(ABOVE, 403, party_office=302), make=a_chosen_name, kwargs=pk,
         data=lambda it: {"to_on": told(-700)}),
    Door("party:sending_talent_end", "POST", seen(ABOVE, 403, party_office=302), make=a_chosen_name, kwargs=pk,
         data=lambda it: {"on": told(1), "reason": "调离"}),
    Door("party:sending_cultivation_list", "GET", READERS, make=shipped),
    Door("party:sending_cultivation_export", "GET", READERS, make=shipped),
    Door("party:sending_cultivation_new", "GET", KEEP_PAGE, make=directions),
    Door("party:sending_cultivation_new", "POST", REGISTERS, make=directions, data=new_cultivation),
    Door("party:sending_cultivation_page", "GET", seen(ABOVE), make=a_cultivation, kwargs=pk),
    Door("party:sending_cultivation_edit", "GET", kept(200), make=a_cultivation, kwargs=pk),
    Door("party:sending_cultivation_edit", "POST", kept(), make=a_cultivation, kwargs=pk,
         data=lambda it: {"contact": "唐见山", "plan": "每月谈一次"}),
    Door("party:sending_cultivation_reach", "POST", kept(), make=a_cultivation, kwargs=pk, data=lambda it: {"on": told(1)}),
    Door("party:sending_cultivation_end", "POST", kept(), make=a_cultivation, kwargs=pk, data=lambda it: {"on": told(1)}),
    Door("party:sending_community_list", "GET", READERS),
    Door("party:sending_community_list", "GET", READERS, data=data(state="missing"), case="not registered"),
    Door("party:sending_community_export", "GET", READERS),
    Door("party:sending_community_own", "GET", expect(rest=200, anonymous=302), make=shipped),
    # Whoever is no Party member in post is shown the form again with why.
    Door("party:sending_community_own", "POST",
         expect(rest=302, anonymous=302, system_admin=200, security_admin=200, audit_admin=200, section_officer=200,
                district_officer=200, inspector=200),
         make=shipped, data=lambda _it: {"community": "柳林社区", "registered_on": told(3)}),
    Door("party:sending_community_new", "GET", KEEP_PAGE, make=shipped),
    Door("party:sending_community_new", "POST", REGISTERS, make=shipped, data=new_registration),
    Door("party:sending_community_page", "GET", seen(ABOVE), make=a_registration, kwargs=pk),
    Door("party:sending_community_edit", "GET", kept(200), make=a_registration, kwargs=pk),
    Door("party:sending_community_edit", "POST", kept(), make=a_registration, kwargs=pk, data=data(community="南社区")),
    Door("party:sending_community_confirm", "POST", kept(), make=a_registration, kwargs=pk,
         data=lambda it: {"on": told(1), "name": "社区工作人员"}),
    Door("party:sending_community_serve", "POST", kept(), make=a_registration, kwargs=pk,
         data=lambda it: {"on": told(1), "title": "值守", "minutes": 60}),
    Door("party:sending_community_end", "POST", kept(), make=a_registration, kwargs=pk, data=lambda it: {"on": told(1)}),
    Door("party:sending_community_service", "GET", kept(200), make=a_service, kwargs=pk),
    Door("party:sending_community_service", "POST", kept(), make=a_service, kwargs=pk,
         data=lambda it: {"on": told(1), "name": "社区工作人员"}),
    Door("party:sending_leader_list", "GET", READERS, make=shipped),
    Door("party:sending_leader_export", "GET", READERS, make=shipped),
]  # fmt: skip
