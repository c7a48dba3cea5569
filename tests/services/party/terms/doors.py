"""Who gets what at each address of elections and filings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import filings as filing_actions
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.actions.terms import Tally, Votes
from tests.doors import Door, expect

READERS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403)
OFFICE = expect(rest=403, anonymous=302, party_office=200, district_officer=200)
# A thing of the branch in the school: seen by those above it and in it.
ABOVE = (
    "party_office", "section_officer", "district_officer", "school_secretary", "branch_secretary", "organiser",
    "inspector", "deputy",
)  # fmt: skip
KEEPERS = dict.fromkeys(("school_secretary", "branch_secretary", "organiser", "deputy"), 302)
SUPERIORS = dict.fromkeys(("party_office", "district_officer"), 302)
ASKERS = {*KEEPERS, *SUPERIORS, "outsider", "neighbour"}


def seen_by(status: int, **others: int) -> dict[str, int]:
    return expect(**{"rest": 404, "anonymous": 302} | dict.fromkeys(ABOVE, status) | others)


def day(plus: int = 0) -> Any:
    return timezone.localdate() + timedelta(days=plus)


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def last(cast: Any) -> Any:
    """The branch with its last election on record: due in about three months."""
    shipped(cast)
    actions.register(
        org=cast.branch, held_on=day(-1000), confirmed_on=day(-990), number="9号", by=cast.actor("district_officer"),
        today=day(),
    )  # fmt: skip
    return cast


def started(cast: Any) -> Any:
    election = actions.start(org=shipped(cast).branch, cause="BY", by=cast.actor("branch_secretary"), on=day())
    election.name = cast.people[3].name
    return election


def asked(cast: Any) -> Any:
    return actions.ask(
        election=started(cast), number="3号", seats=1, planned_on=day(), candidates=[(cast.people[3], "ORGANISER")],
        by=cast.actor("branch_secretary"), on=day(), today=day(),
    )  # fmt: skip


def allowed(cast: Any) -> Any:
    election = actions.allow(
        election=asked(cast), number="7号", by=cast.actor("district_officer"), on=day(), today=day()
    )
    election.row = election.candidates.get().pk
    return election


def held(cast: Any) -> Any:
    election = allowed(cast)
    return actions.hold(
        election=election, tally=Tally(8, 8, 8, 8, 8), votes={election.row: Votes(8)}, by=cast.actor("branch_secretary"),
        on=day(), today=day(),
    )  # fmt: skip


def reported(cast: Any) -> Any:
    return actions.report(election=held(cast), number="4号", by=cast.actor("branch_secretary"), on=day(), today=day())


def filed(cast: Any) -> Any:
    return filing_actions.ask(
        bureau=shipped(cast).bureau, want="RENAME", superior=cast.general_branch, org=cast.branch, name="柳林学校党支部",
        reason="学校更名", by=cast.actor("branch_secretary"), on=day(), today=day(),
    )  # fmt: skip


def granted(cast: Any) -> Any:
    return filing_actions.answer(
        filing=filed(cast), agreed=True, number="6号", by=cast.actor("district_officer"), on=day(), today=day()
    )


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def the_branch(it: Any) -> dict[str, Any]:
    return {"pk": it.branch.pk}


def answer(it: Any) -> dict[str, Any]:
    return {"on": day().isoformat(), "number": "8号"}


def request(it: Any) -> dict[str, Any]:
    return {"on": day().isoformat(), "seats": 1, "name_1": it.name, "kind_1": "ORGANISER", "seen": "on"}


def counts(it: Any) -> dict[str, Any]:
    row = it.row
    return {
        "on": day().isoformat(), "entitled": 8, "present": 8, "issued": 8, "returned": 8, "valid": 8,
        f"votes_{row}": 8, f"kind_{row}": "ORGANISER",
    }  # fmt: skip


def renaming(it: Any) -> dict[str, Any]:
    return {
        "want": "RENAME",
        "org": it.branch.pk,
        "name": "柳林学校党支部",
        "reason": "学校更名",
        "on": day().isoformat(),
    }


DOORS = [
    Door("party:election_list", "GET", READERS, make=last),
    Door("party:election_export", "GET", READERS, make=last),
    Door("party:election_inbox", "GET", OFFICE, make=asked),
    Door("party:election_body", "GET", seen_by(200), make=last, kwargs=the_branch),
    Door("party:election_start", "POST", seen_by(403, **KEEPERS), make=last, kwargs=the_branch, data=lambda it: {"cause": "BY"}),
    Door(
        "party:election_delay", "POST", seen_by(403, **SUPERIORS), make=last, kwargs=the_branch,
        data=lambda it: {"until": day(200).isoformat(), "number": "5号", "on": day().isoformat(), "reason": "学校合并"},
    ),
    Door(
        "party:election_register", "POST", seen_by(403, **SUPERIORS), make=last, kwargs=the_branch,
        data=lambda it: {"held_on": day(-30).isoformat(), "confirmed_on": day(-20).isoformat(), "number": "2号"},
    ),
    Door("party:election_page", "GET", seen_by(200), make=reported, kwargs=pk),
    Door("party:election_ask", "GET", seen_by(403, **dict.fromkeys(KEEPERS, 200)), make=started, kwargs=pk),
    Door("party:election_ask", "POST", seen_by(403, **KEEPERS), make=started, kwargs=pk, data=request),
    Door("party:election_allow", "POST", seen_by(403, **SUPERIORS), make=asked, kwargs=pk, data=answer),
    Door("party:election_hold", "GET", seen_by(403, **dict.fromkeys(KEEPERS, 200)), make=allowed, kwargs=pk),
    Door("party:election_hold", "POST", seen_by(403, **KEEPERS), make=allowed, kwargs=pk, data=counts),
    Door("party:election_report", "POST", seen_by(403, **KEEPERS), make=held, kwargs=pk, data=answer),
    Door("party:election_confirm", "POST", seen_by(403, **SUPERIORS), make=reported, kwargs=pk, data=answer),
    Door("party:election_void", "POST", seen_by(403, **KEEPERS), make=asked, kwargs=pk, data=lambda it: {"reason": "重复"}),
    Door("party:election_paper", "GET", seen_by(200), make=reported, kwargs=lambda it: {"pk": it.pk, "what": "report"}),
    Door(
        "party:election_paper", "GET", expect(rest=404, anonymous=302), make=asked, case="not yet",
        kwargs=lambda it: {"pk": it.pk, "what": "report"},
    ),
    Door("party:election_filing_list", "GET", READERS, make=filed),
    Door("party:election_filing_export", "GET", READERS, make=filed),
    Door(
        "party:election_filing_new", "GET", expect(**{"rest": 403, "anonymous": 302} | dict.fromkeys(ASKERS, 200)),
        make=shipped,
    ),
    Door(
        "party:election_filing_new", "POST",
        expect(**{"rest": 403, "anonymous": 302} | KEEPERS | SUPERIORS | {"outsider": 200, "neighbour": 200}),
        make=shipped, data=renaming,
    ),
    Door("party:election_filing_page", "GET", seen_by(200), make=filed, kwargs=pk),
    Door("party:election_filing_paper", "GET", seen_by(200), make=filed, kwargs=lambda it: pk(it) | {"code": "request"}),
    Door("party:election_filing_paper", "GET", expect(rest=404, anonymous=302), make=filed,
         kwargs=lambda it: pk(it) | {"code": "nonsense"}, case="no such paper"),
    Door(
        "party:election_filing_answer", "POST", seen_by(403, **SUPERIORS), make=filed, kwargs=pk,
        data=lambda it: answer(it) | {"agreed": "yes"},
    ),
    Door(
        "party:election_filing_finish", "POST", seen_by(403, **SUPERIORS), make=granted, kwargs=pk,
        data=lambda it: {"on": day().isoformat()},
    ),
]  # fmt: skip
