"""Who gets what at each address of the room."""

from __future__ import annotations

from typing import Any

from hongzhu.core.documents import actions
from hongzhu.core.documents.models import Message
from hongzhu.core.policies import actions as policies
from tests.core.documents.conftest import NOW, ON, another, drafted, issued, signed
from tests.doors import Door, expect

# Issued by the bureau to every school and branch of it.
READS = expect(
    rest=404, anonymous=302, party_office=200, section_officer=200, district_officer=200, school_secretary=200,
    branch_secretary=200, organiser=200, member=200, inspector=200, deputy=200, neighbour=200,
)  # fmt: skip
LISTS = expect(rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403)
OFFICES = expect(
    rest=403, anonymous=302, party_office=200, section_officer=200, district_officer=200, school_secretary=200
)
# Drafts are seen by those who may draft for the issuer, the bureau; nobody else knows of them.
DRAFTS = {"rest": 404, "anonymous": 302}
DRAFTERS = expect(**DRAFTS, party_office=302, section_officer=302)
SIGNERS = expect(**DRAFTS, party_office=302, section_officer=403)
# Of an issued document everybody below knows; keeping it is the office's.
SEEN = {
    "rest": 404, "anonymous": 302, "section_officer": 403, "district_officer": 403, "school_secretary": 403, "branch_secretary": 403,
    "organiser": 403, "member": 403, "inspector": 403, "deputy": 403, "neighbour": 403,
}  # fmt: skip
BODY = expect(
    rest=404, anonymous=302, party_office=302, section_officer=302, district_officer=302, school_secretary=302,
    branch_secretary=302, organiser=302, deputy=302, member=403, inspector=403,
)  # fmt: skip


def shipped(cast: Any) -> Any:
    policies.ship()
    return cast


def a_draft(cast: Any) -> Any:
    return drafted(shipped(cast))


def in_review(cast: Any) -> Any:
    return actions.submit(document=a_draft(cast), by=cast.actor("party_office"))


def approved(cast: Any) -> Any:
    return actions.approve(document=in_review(cast), by=another(cast), on=ON)


def a_signed(cast: Any) -> Any:
    return signed(shipped(cast))


def a_notice(cast: Any) -> Any:
    return issued(shipped(cast), needs_reply=True)


def a_trial(cast: Any) -> Any:
    return issued(shipped(cast), kind="MEASURE", trial=True)


def an_appeal(cast: Any) -> Any:
    return issued(shipped(cast), kind="APPEAL")


def at_branch(cast: Any) -> Any:
    return a_notice(cast).recipients.get(org=cast.branch)


def a_message(cast: Any) -> Any:
    actions.send(key="x", accounts=[cast.member], subject="提醒", text="请记录", now=NOW)
    return Message.objects.get(key="x")


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def wording(cast: Any) -> dict[str, Any]:
    return {"issuer": cast.root.pk, "kind": "NOTICE", "title": "通知", "text": "正文"}


def entered(cast: Any) -> dict[str, Any]:
    return wording(cast) | {"number": "青委发〔2024〕9号", "issued_on": "2024-05-06"}


DAY = ON.isoformat()
NEW_BY = expect(
    rest=403, anonymous=302, party_office=302, section_officer=302, district_officer=200, school_secretary=200
)  # the bureau is no issuer of theirs: shown again
EVERYONE_SIGNED_IN = expect(rest=200, anonymous=302)

DOORS = [
    Door("documents:document_list", "GET", LISTS),
    Door("documents:document_inbox", "GET", LISTS),
    Door("documents:document_outbox", "GET", OFFICES),
    Door("documents:document_export", "GET", LISTS),
    Door("documents:document_export", "GET", LISTS, data=lambda it: {"box": "out"}, case="one's own"),
    Door("documents:inbox_export", "GET", LISTS),
    Door("documents:document_new", "GET", OFFICES, make=shipped),
    Door("documents:document_new", "POST", NEW_BY, make=shipped, data=wording),
    Door("documents:document_enter", "GET", OFFICES, make=shipped),
    Door("documents:document_enter", "POST", NEW_BY, make=shipped, data=entered),
    Door("documents:document_attach", "POST", DRAFTERS, make=a_draft, kwargs=pk),
    Door("documents:document_attach", "POST", expect(**SEEN | {"party_office": 302, "section_officer": 302}), make=a_notice, kwargs=pk, case="issued"),
    Door("documents:document_page", "GET", READS, make=a_notice, kwargs=pk),
    Door("documents:document_page", "GET", expect(**DRAFTS, party_office=200, section_officer=200), make=a_draft, kwargs=pk, case="draft"),
    Door("documents:document_word", "GET", READS, make=a_notice, kwargs=pk),
    Door("documents:document_coverage", "GET", READS, make=a_notice, kwargs=pk),
    Door("documents:coverage_export", "GET", READS, make=a_notice, kwargs=pk),
    Door("documents:document_sign_ups", "GET", READS, make=an_appeal, kwargs=pk),
    Door("documents:sign_ups_export", "GET", READS, make=an_appeal, kwargs=pk),
    Door("documents:document_change", "GET", expect(**DRAFTS, party_office=200, section_officer=200), make=a_draft, kwargs=pk),
    Door("documents:document_change", "POST", DRAFTERS, make=a_draft, kwargs=pk, data=lambda it: {"kind": "NOTICE", "title": "改"}),
    Door("documents:document_submit", "POST", DRAFTERS, make=a_draft, kwargs=pk),
    Door("documents:document_withdraw", "POST", DRAFTERS, make=a_draft, kwargs=pk),
    Door("documents:document_approve", "POST", DRAFTERS, make=in_review, kwargs=pk),
    Door("documents:document_send_back", "POST", DRAFTERS, make=in_review, kwargs=pk, data=lambda it: {"reason": "改"}),
    # The officer's own draft: another signs it, so the page is shown again with the reason.
    Door("documents:document_sign", "POST", SIGNERS | {"party_office": 200}, make=approved, kwargs=pk, data=lambda it: {"signed_by": "陆望舒", "on": DAY}),
    Door("documents:document_issue", "POST", SIGNERS, make=a_signed, kwargs=pk, data=lambda it: {"on": DAY}),
    Door("documents:document_take_effect", "POST", expect(**SEEN | {"party_office": 302}), make=a_trial, kwargs=pk, data=lambda it: {"on": DAY}),
    Door("documents:document_repeal", "POST", expect(**SEEN | {"party_office": 302}), make=a_notice, kwargs=pk, data=lambda it: {"on": DAY}),
    Door("documents:document_remind", "POST", expect(**SEEN | {"party_office": 302, "section_officer": 302}), make=a_notice, kwargs=pk),
    Door("documents:recipient_read", "POST", BODY, make=at_branch, kwargs=pk),
    Door("documents:recipient_reply", "POST", BODY, make=at_branch, kwargs=pk, data=lambda it: {"reply": "无此情况"}),
    Door(
        "documents:document_sign_up", "POST",
        expect(**{name: 302 for name, status in READS.items() if status == 200 or name == "anonymous"} | {"inspector": 403}, rest=404),
        make=an_appeal, kwargs=pk,
    ),
    Door("documents:message_list", "GET", EVERYONE_SIGNED_IN),
    Door("documents:message_read", "POST", expect(rest=404, anonymous=302, member=302), make=a_message, kwargs=pk),
    Door("documents:message_read_all", "POST", expect(rest=302)),
]  # fmt: skip
