"""Who gets what at each address of dues and their allotments."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_checks as checks
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.actions import dues_opening as openings
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import Allotment
from tests.doors import Door, expect

READERS = ("party_office", "section_officer", "district_officer", "school_secretary", "inspector", "branch_secretary",
           "organiser", "deputy", "neighbour", "outsider")  # fmt: skip
ABOVE = dict.fromkeys(("party_office", "section_officer", "district_officer", "inspector"), 403)
KEEPERS = ("school_secretary", "branch_secretary", "organiser", "deputy")
LISTS = expect(rest=403, anonymous=302, **dict.fromkeys(READERS, 200))


def keepers(status: int) -> dict[str, int]:
    """Who keeps the branch's dues; those above see the branch and are told no."""
    return expect(rest=404, anonymous=302, **ABOVE, **dict.fromkeys(KEEPERS, status))


def superior(status: int) -> dict[str, int]:
    """Who speaks for the general branch above."""
    told = ABOVE | dict.fromkeys(KEEPERS, 403) | {"party_office": status, "district_officer": status}
    return expect(rest=404, anonymous=302, **told)


def office(status: int) -> dict[str, int]:
    """Who gives money down."""
    return expect(rest=403, anonymous=302, party_office=status)


def office_of_seen(status: int) -> dict[str, int]:
    return expect(
        rest=404, anonymous=302, party_office=status, section_officer=403, school_secretary=403, inspector=403
    )


def unit(status: int) -> dict[str, int]:
    """The school's own: its head keeps it, those above see it."""
    return expect(
        rest=404, anonymous=302, school_secretary=status, party_office=403, section_officer=403, inspector=403
    )


SCHOOL_SEEN = expect(
    rest=404, anonymous=302, party_office=200, section_officer=200, school_secretary=200, inspector=200
)


# The account of one body has no names for those above: whoever sees the body sees its sums.
BODY_SEEN = expect(rest=404, anonymous=302, **dict.fromkeys((*ABOVE, *KEEPERS), 200))


def month() -> date:
    return engine.month_of(timezone.localdate())


def a_branch(cast: Any) -> Any:
    """The branch with a base for one member from this month on."""
    policies.ship()
    today = timezone.localdate()
    actions.set_base(
        org=cast.branch, base=actions.BaseSet(person=cast.people[3], table="SALARIED", base=500_100), from_on=month(),
        by=cast.actor("organiser"), on=today,
    )  # fmt: skip
    return SimpleNamespace(cast=cast, org=cast.branch, who=cast.people[3], today=today, now=timezone.now())


def booked(today: date) -> dict[str, Any]:
    return {"voucher": "记1", "paid_on": today.isoformat(), "collected_by": "周予安"}


def a_receipt(cast: Any) -> Any:
    it = a_branch(cast)
    (it.receipt,) = actions.receive_dues(
        org=it.org, payments=[actions.Payment(it.who, {month(): 7502})],
        booked=actions.Booking(voucher="记1", collected_by="周予安", paid_on=it.today),
        by=cast.actor("organiser"), on=it.today, now=it.now,
    )  # fmt: skip
    return it


def a_large(cast: Any) -> Any:
    it = a_branch(cast)
    it.receipt = actions.receive_large(
        org=it.org, person=it.who, fen=100_000,
        booked=actions.Booking(voucher="记9", collected_by="周予安", paid_on=it.today),
        by=cast.actor("organiser"), on=it.today, now=it.now,
    )  # fmt: skip
    return it


def a_handing(cast: Any) -> Any:
    it = a_receipt(cast)
    it.handing = handings.hand_up(
        org=it.org, quarter_on=engine.quarter_of(it.today), voucher="付1", handed_on=it.today, by=cast.actor("organiser"),
        on=it.today, now=it.now,
    )  # fmt: skip
    return it


def a_relief(cast: Any) -> Any:
    it = a_branch(cast)
    it.relief = actions.ask_relief(
        org=it.org, person=it.who, monthly=0, from_on=month(), to_on=engine.after(month()), studied_on=it.today,
        by=cast.actor("organiser"), on=it.today,
    )  # fmt: skip
    return it


def a_batch(cast: Any) -> Any:
    today, now = timezone.localdate(), timezone.now()
    made = allotments.allot(
        bureau=cast.bureau, kind="SPECIAL", title="专项", year=today.year, flat=100_000, decided_on=today,
        units=[cast.school], by=cast.actor("party_office"), on=today, now=now,
    )  # fmt: skip
    return SimpleNamespace(cast=cast, made=made, line=made.lines.get(), today=today, now=now)


def a_nobodys_batch(cast: Any) -> Any:
    """A batch from before payers were kept."""
    it = a_batch(cast)
    Allotment.objects.filter(pk=it.made.pk).update(payer=None)
    return it


def a_sent_line(cast: Any) -> Any:
    it = a_batch(cast)
    allotments.send_allotment(
        allotment=it.made, lines=[it.line], voucher="付1", sent_on=it.today, by=cast.actor("party_office"), on=it.today,
        now=it.now,
    )  # fmt: skip
    return it


def a_received_line(cast: Any) -> Any:
    it = a_sent_line(cast)
    allotments.receive_allotment(
        line=it.line, received_on=it.today, by=cast.actor("school_secretary"), on=it.today
    )  # fmt: skip
    return it


def org(it: Any) -> dict[str, Any]:
    return {"org": it.org.pk}


def org_year(it: Any) -> dict[str, Any]:
    return {"org": it.org.pk, "year": it.today.year}


def last_year(it: Any) -> dict[str, Any]:
    return {"org": it.org.pk, "year": it.today.year - 1}


def a_notice(cast: Any) -> Any:
    it = a_branch(cast)
    actions.publish_dues(
        org=it.org, year=it.today.year - 1, posted_on=it.today, by=cast.actor("organiser"), on=it.today
    )
    return it


def member(it: Any) -> dict[str, Any]:
    return {"org": it.org.pk, "person": it.who.pk}


def receipt(it: Any) -> dict[str, Any]:
    return {"pk": it.receipt.pk}


def handing(it: Any) -> dict[str, Any]:
    return {"pk": it.handing.pk}


def relief(it: Any) -> dict[str, Any]:
    return {"pk": it.relief.pk}


def batch(it: Any) -> dict[str, Any]:
    return {"pk": it.made.pk}


def line(it: Any) -> dict[str, Any]:
    return {"pk": it.line.pk}


def a_check(cast: Any) -> Any:
    it = a_receipt(cast)
    it.check = checks.check_dues(
        org=it.org, checked_on=it.today, book_fen=7502, note="", by=cast.actor("organiser"), on=it.today, now=it.now
    )
    return it


def check(it: Any) -> dict[str, Any]:
    return {"pk": it.check.pk}


def an_opening(cast: Any) -> Any:
    it = a_branch(cast)
    it.opening = openings.set_opening(
        org=it.org, opened_on=it.today, fen=30_000, basis="现金日记账第3页", by=cast.actor("organiser"), on=it.today,
        now=it.now,
    )  # fmt: skip
    return it


def opening(it: Any) -> dict[str, Any]:
    return {"pk": it.opening.pk}


def handles(status: int, *, own: int) -> dict[str, int]:
    """Who keeps the branch's dues or leads above it; the organiser entered this one."""
    told = ABOVE | dict.fromkeys((*KEEPERS, "party_office", "district_officer"), status) | {"organiser": own}
    return expect(rest=404, anonymous=302, **told)


def all_bases(it: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for who in it.cast.people:
        given |= {f"table_{who.pk}": "SALARIED", f"amount_{who.pk}": "5001.00"}
    return given


DOORS = [
    Door(
        "party:dues_list", "GET",
        expect(rest=403, anonymous=302, party_office=200, section_officer=200, district_officer=200, inspector=200,
               **dict.fromkeys((*KEEPERS, "neighbour", "outsider"), 302)),
        make=a_branch,
    ),
    Door("party:dues_list_export", "GET", LISTS, make=a_branch),
    Door("party:dues_sheet", "GET", keepers(200), make=a_branch, kwargs=org_year),
    Door("party:dues_sheet_paper", "GET", keepers(200), make=a_branch, kwargs=lambda it: org_year(it) | {"kind": "zip"}),
    Door("party:dues_publish", "GET", keepers(200), make=a_receipt, kwargs=org_year),
    Door("party:dues_publish", "POST", keepers(302), make=a_receipt, kwargs=last_year,
         data=lambda it: {"posted_on": it.today.isoformat()}),
    Door("party:dues_notice_void", "GET", keepers(200), make=a_notice, kwargs=last_year),
    Door("party:dues_notice_void", "POST", keepers(302), make=a_notice, kwargs=last_year,
         data=lambda it: {"reason": "重复"}),
    Door("party:dues_notice_paper", "GET", keepers(200), make=a_receipt, kwargs=org_year),
    Door("party:dues_bases", "GET", keepers(200), make=a_branch, kwargs=org),
    Door("party:dues_bases", "POST", keepers(302), make=a_branch, kwargs=org, data=all_bases),
    Door("party:dues_arrears", "GET",
         keepers(200) | {"school_secretary": 403, "organiser": 403}, make=a_branch, kwargs=org),
    Door("party:dues_account", "GET", BODY_SEEN, make=a_receipt, kwargs=org),
    Door("party:dues_account_paper", "GET", BODY_SEEN, make=a_receipt, kwargs=lambda it: org(it) | {"kind": "xlsx"}),
    Door("party:dues_check_new", "GET", keepers(200), make=a_receipt, kwargs=org),
    Door("party:dues_check_new", "POST", keepers(302), make=a_receipt, kwargs=org,
         data=lambda it: {"checked_on": it.today.isoformat(), "book_fen": "75.02"}),
    Door("party:dues_check", "GET", handles(200, own=200), make=a_check, kwargs=check),
    Door("party:dues_check", "POST", handles(302, own=200), make=a_check, kwargs=check),
    Door("party:dues_check_void", "GET", handles(200, own=200), make=a_check, kwargs=check),
    Door("party:dues_check_void", "POST", handles(302, own=302), make=a_check, kwargs=check,
         data=lambda it: {"reason": "写错"}),
    Door("party:dues_opening_new", "GET", keepers(200), make=a_receipt, kwargs=org),
    Door("party:dues_opening_new", "POST", keepers(302), make=a_receipt, kwargs=org,
         data=lambda it: {"opened_on": it.today.isoformat(), "fen": "300", "basis": "现金日记账第3页"}),
    Door("party:dues_opening", "GET", handles(200, own=200), make=an_opening, kwargs=opening),
    Door("party:dues_opening", "POST", handles(302, own=200), make=an_opening, kwargs=opening),
    Door("party:dues_opening_void", "GET", handles(200, own=200), make=an_opening, kwargs=opening),
    Door("party:dues_opening_void", "POST", handles(302, own=302), make=an_opening, kwargs=opening,
         data=lambda it: {"reason": "写错"}),
    Door("party:dues_pay", "GET", keepers(200), make=a_branch, kwargs=org),
    Door("party:dues_pay", "POST", keepers(302), make=a_branch, kwargs=org,
         data=lambda it: booked(it.today) | {"who": [it.who.pk]}),
    Door("party:dues_hand", "GET", keepers(200), make=a_receipt, kwargs=org),
    Door("party:dues_hand", "POST", keepers(302), make=a_receipt, kwargs=org,
         data=lambda it: {"quarter_on": engine.quarter_of(it.today).isoformat(), "handed_on": it.today.isoformat(),
                          "voucher": "付1"}),
    Door("party:dues_member", "GET", keepers(200), make=a_receipt, kwargs=member),
    Door("party:dues_member_pay", "GET", keepers(200), make=a_branch, kwargs=member),
    Door("party:dues_member_pay", "POST", keepers(302), make=a_branch, kwargs=member,
         data=lambda it: booked(it.today) | {"months": [month().isoformat()]}),
    Door("party:dues_member_large", "GET", keepers(200), make=a_branch, kwargs=member),
    Door("party:dues_member_large", "POST", keepers(302), make=a_branch, kwargs=member,
         data=lambda it: booked(it.today) | {"fen": "1000"}),
    Door("party:dues_member_base", "GET", keepers(200), make=a_branch, kwargs=member),
    Door("party:dues_member_base", "POST", keepers(302), make=a_branch, kwargs=member,
         data=lambda it: {"table": "SALARIED", "base": "6000", "from_on": month().isoformat()}),
    Door("party:dues_member_relief", "GET", keepers(200), make=a_branch, kwargs=member),
    Door("party:dues_member_relief", "POST", keepers(302), make=a_branch, kwargs=member,
         data=lambda it: {"monthly": "0", "first": month().isoformat(), "last": month().isoformat(),
                          "studied_on": it.today.isoformat()}),
    Door("party:dues_receipt", "GET", keepers(200), make=a_receipt, kwargs=receipt),
    Door("party:dues_receipt_paper", "GET", keepers(200), make=a_receipt, kwargs=receipt),
    Door("party:dues_receipt_void", "GET", keepers(200), make=a_receipt, kwargs=receipt),
    Door("party:dues_receipt_void", "POST", keepers(302), make=a_receipt, kwargs=receipt, data=lambda it: {"reason": "写错"}),
    Door("party:dues_receipt_forward", "GET", keepers(200), make=a_large, kwargs=receipt),
    Door("party:dues_receipt_forward", "POST", keepers(302), make=a_large, kwargs=receipt,
         data=lambda it: {"voucher": "付9", "forwarded_on": it.today.isoformat()}),
    Door("party:dues_reliefs", "GET", LISTS, make=a_relief),
    Door("party:dues_relief_answer", "GET", superior(200) | {"section_officer": 404, "inspector": 404}, make=a_relief,
         kwargs=relief),
    Door("party:dues_relief_answer", "POST", superior(302) | {"section_officer": 404, "inspector": 404}, make=a_relief,
         kwargs=relief, data=lambda it: {"approved": "1", "answered_on": it.today.isoformat(), "number": "3"}),
    Door("party:dues_handings", "GET", LISTS, make=a_handing),
    Door("party:dues_handings_export", "GET", LISTS, make=a_handing, kwargs=lambda it: {"kind": "xlsx"}),
    Door("party:dues_handing_confirm", "GET", superior(200), make=a_handing, kwargs=handing),
    Door("party:dues_handing_confirm", "POST", superior(302), make=a_handing, kwargs=handing,
         data=lambda it: {"received_on": it.today.isoformat()}),
    Door("party:dues_handing_void", "GET", superior(200) | dict.fromkeys(KEEPERS, 200), make=a_handing, kwargs=handing),
    Door("party:dues_handing_void", "POST", superior(302) | dict.fromkeys(KEEPERS, 302), make=a_handing, kwargs=handing,
         data=lambda it: {"reason": "写错"}),
    Door("party:dues_allotments", "GET", LISTS, make=a_batch),
    Door("party:dues_allotments_export", "GET", LISTS, make=a_batch),
    Door("party:dues_allotment_new", "GET", office(200), make=a_batch),
    Door("party:dues_allotment_new", "POST", office(302), make=a_batch,
         data=lambda it: {"kind": "SPECIAL", "title": "专项二", "decided_on": it.today.isoformat(), "year": it.today.year,
                          "flat": "100", "units": [it.cast.school.pk]}),
    Door("party:dues_allotment", "GET", SCHOOL_SEEN, make=a_batch, kwargs=batch),
    Door("party:dues_allotment_export", "GET", SCHOOL_SEEN, make=a_batch, kwargs=batch),
    Door("party:dues_allotment_payer", "GET", office_of_seen(200), make=a_nobodys_batch, kwargs=batch),
    Door("party:dues_allotment_payer", "POST", office_of_seen(302), make=a_nobodys_batch, kwargs=batch,
         data=lambda it: {"payer": it.cast.committee.pk}),
    Door("party:dues_allotment_send", "GET", office_of_seen(200), make=a_batch, kwargs=batch),
    Door("party:dues_allotment_send", "POST", office_of_seen(302), make=a_batch, kwargs=batch,
         data=lambda it: {"lines": [it.line.pk], "voucher": "付1", "sent_on": it.today.isoformat()}),
    Door("party:dues_allotment_void", "GET", office_of_seen(200), make=a_batch, kwargs=batch),
    Door("party:dues_allotment_void", "POST", office_of_seen(302), make=a_batch, kwargs=batch,
         data=lambda it: {"reason": "写错"}),
    Door("party:dues_line", "GET", SCHOOL_SEEN, make=a_sent_line, kwargs=line),
    Door("party:dues_line_receive", "GET", unit(200), make=a_sent_line, kwargs=line),
    Door("party:dues_line_receive", "POST", unit(302), make=a_sent_line, kwargs=line,
         data=lambda it: {"received_on": it.today.isoformat()}),
    Door("party:dues_line_use", "GET", unit(200), make=a_received_line, kwargs=line),
    Door("party:dues_line_use", "POST", unit(302), make=a_received_line, kwargs=line,
         data=lambda it: {"used": "10", "used_for": "展板", "voucher": "支1", "reported_on": it.today.isoformat()}),
]  # fmt: skip
