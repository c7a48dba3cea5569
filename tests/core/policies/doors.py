"""Every URL of the policies room, method by method, member by member."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.forms.items.duties import DutyForm
from hongzhu.core.policies.models import CalendarDay, PackVersion
from tests.doors import Door, expect

READERS = dict.fromkeys(
    (
        "party_office",
        "section_officer",
        "district_officer",
        "school_secretary",
        "branch_secretary",
        "organiser",
        "inspector",
        "deputy",
        "neighbour",
    ),
    200,
)
READS = expect(rest=403, anonymous=302, outsider=200, **READERS)
ONLY_OFFICE = expect(rest=403, anonymous=302, party_office=200)
OFFICE_ACTS = expect(rest=403, anonymous=302, party_office=302)
# Who may not read packs at all does not see that one is there: 404.
SEES_PACK = expect(rest=404, anonymous=302, outsider=200, **READERS)
# Drafts are seen by those who may draft in that bureau; nobody else knows of them.
SEES_DRAFT = expect(rest=404, anonymous=302, party_office=200)
ACTS_ON_DRAFT = expect(rest=404, anonymous=302, party_office=302)
READS_GUIDES = expect(rest=403, anonymous=302, outsider=200, member=200, **READERS)
SEES_GUIDE = expect(rest=404, anonymous=302, member=200, **READERS)
EDITS_GUIDE = expect(
    rest=403, anonymous=302, party_office=200, outsider=404, system_admin=404, security_admin=404, audit_admin=404
)
SAVES_GUIDE = expect(
    rest=403, anonymous=302, party_office=302, outsider=404, system_admin=404, security_admin=404, audit_admin=404
)


def packs(cast: Any) -> Any:
    """The shipped packs; hands over the version in force."""
    actions.ship()
    return PackVersion.objects.filter(bureau__isnull=True, name=cast.bureau.pack).latest("version")


def a_draft(cast: Any) -> Any:
    packs(cast)
    return actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=timezone.localdate())


def an_exception(cast: Any) -> Any:
    return actions.allow_exception(
        bureau=cast.bureau,
        rule="compulsory_photos",
        basis="青教〔2026〕9号",
        owner="陆望舒",
        expires_on=timezone.localdate() + timedelta(days=30),
        by=cast.actor("party_office"),
        on=timezone.localdate(),
    )


def a_day(cast: Any) -> Any:
    return actions.set_day(
        bureau=cast.bureau,
        on=date(2026, 4, 24),
        kind=CalendarDay.Kind.HOLIDAY,
        name="校运动会",
        by=cast.actor("party_office"),
    )


def a_term(cast: Any) -> Any:
    return actions.set_term(
        bureau=cast.bureau,
        name="2026—2027学年第一学期",
        from_on=date(2026, 9, 1),
        to_on=date(2027, 1, 23),
        by=cast.actor("party_office"),
    )


def a_guide(cast: Any) -> Any:
    """An issued guide of the bureau's committee."""
    packs(cast)
    guide = actions.write_guide(
        bureau=cast.bureau,
        issuer=cast.committee,
        month_on=date(2026, 11, 1),
        content={"themes": [{"kind": "theme_day", "theme": "学习讨论"}]},
        by=cast.actor("party_office"),
    )
    return actions.issue_guide(guide=guide, by=cast.actor("party_office"), on=date(2026, 11, 2))


def a_guide_draft(cast: Any) -> Any:
    packs(cast)
    return actions.write_guide(
        bureau=cast.bureau,
        issuer=cast.committee,
        month_on=date(2026, 12, 1),
        content={"reports": [{"text": "年度总结"}]},
        by=cast.actor("party_office"),
    )


ADDED = "meijidudushuhui"


def a_duty(**changes: str) -> dict[str, Any]:
    """What a browser sends for a new duty: a study session each quarter."""
    return {
        "title": "每季度读书会",
        "counts_as": "tag:study",
        "bearers": ["BRANCH", "JOINT_BRANCH"],
        "every": "quarter",
        "count": "1",
        "group": "本局规定",
        "clause": "青教党〔2026〕3号第二条",
        "confidence": "certain",
        "short": "",
        "lock_days": "10",
        "owes_after_days": "0",
        "show_in_grid": "on",
    } | changes


def an_added_duty(cast: Any) -> Any:
    """A draft that has one duty of its own."""
    draft = a_draft(cast)
    form = DutyForm(queries.typed(draft).sections, None, QueryDict(urlencode(a_duty(), doseq=True)))
    assert form.is_valid(), form.errors
    codes = actions.add_items(
        version=draft, additions=form.additions(), by=cast.actor("party_office"), now=timezone.now()
    )
    assert codes == [ADDED]
    draft.refresh_from_db()
    return draft


def duties_of(it: Any, code: str = "") -> dict[str, Any]:
    place = {"pk": it.pk, "section": "obligations", "listing": "duties"}
    return place | ({"code": code} if code else {})


def registers_as_they_are(it: Any) -> dict[str, Any]:
    """The required fields of the registers' form, with one scheme renamed."""
    return {f"schemes--{row['code']}--title": "联系点" for row in it.body["registers"]["schemes"]}


def a_card(it: Any) -> dict[str, Any]:
    """The copy card every pack has: laid out anew in a draft, never taken away."""
    return {"pk": it.pk, "section": "documents", "listing": "upper_systems", "code": "upper_general"}


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def empty_guide_form() -> dict[str, str]:
    data = {"readings-0-title": "党章"}
    for name in ("themes", "readings", "meetings", "reports"):
        data |= {f"{name}-TOTAL_FORMS": "1", f"{name}-INITIAL_FORMS": "0"}
    return data


DOORS = [
    Door("policies:pack_list", "GET", READS, make=packs),
    Door("policies:draft_start", "POST", OFFICE_ACTS, make=packs),
    Door("policies:draft_take_over", "POST", OFFICE_ACTS, make=packs),
    Door("policies:version_page", "GET", SEES_PACK, make=packs, kwargs=pk),
    Door("policies:version_page", "GET", SEES_DRAFT, make=a_draft, kwargs=pk, case="draft"),
    Door(
        "policies:version_section",
        "GET",
        SEES_PACK,
        make=packs,
        kwargs=lambda it: {"pk": it.pk, "section": "activities"},
    ),
    Door("policies:version_compare", "GET", SEES_PACK, make=packs, kwargs=pk),
    Door("policies:version_preview", "GET", SEES_PACK, make=packs, kwargs=pk),
    Door("policies:version_publish", "GET", SEES_DRAFT, make=a_draft, kwargs=pk),
    Door(
        "policies:version_publish",
        "POST",
        ACTS_ON_DRAFT,
        make=a_draft,
        kwargs=pk,
        data=lambda it: {"valid_from": "2027-01-01", "basis": "青教党〔2026〕3号"},
    ),
    Door("policies:draft_discard", "POST", ACTS_ON_DRAFT, make=a_draft, kwargs=pk),
    Door(
        "policies:draft_edit", "GET", SEES_DRAFT, make=a_draft, kwargs=lambda it: {"pk": it.pk, "section": "registers"}
    ),
    Door(
        "policies:draft_edit",
        "POST",
        ACTS_ON_DRAFT,
        make=a_draft,
        kwargs=lambda it: {"pk": it.pk, "section": "registers"},
        data=registers_as_they_are,
    ),
    Door(
        "policies:draft_edit",
        "GET",
        expect(
            rest=404,
            anonymous=302,
            party_office=403,
            outsider=403,
            **dict.fromkeys(READERS.keys() - {"party_office"}, 403),
        ),
        make=packs,
        kwargs=lambda it: {"pk": it.pk, "section": "registers"},
        case="shipped",
    ),
    Door("policies:item_add", "GET", SEES_DRAFT, make=a_draft, kwargs=duties_of),
    Door(
        "policies:item_add",
        "POST",
        ACTS_ON_DRAFT,
        make=a_draft,
        kwargs=duties_of,
        data=lambda it: a_duty(),
        follow_to="/edit/obligations/",
    ),
    Door("policies:item_edit", "GET", SEES_DRAFT, make=an_added_duty, kwargs=lambda it: duties_of(it, ADDED)),
    Door(
        "policies:item_edit",
        "POST",
        ACTS_ON_DRAFT,
        make=an_added_duty,
        kwargs=lambda it: duties_of(it, ADDED),
        data=lambda it: a_duty(count="2"),
        follow_to="/edit/obligations/",
    ),
    Door(
        "policies:item_edit",
        "GET",
        expect(rest=404, anonymous=302),
        make=an_added_duty,
        kwargs=lambda it: duties_of(it, "theme_day_monthly"),
        case="inherited",
    ),
    Door("policies:item_edit", "GET", SEES_DRAFT, make=a_draft, kwargs=a_card, case="card there before"),
    Door(
        "policies:item_edit",
        "POST",
        ACTS_ON_DRAFT,
        make=a_draft,
        kwargs=a_card,
        data=lambda it: {"title": "省平台", "row-0-place": "1", "row-0-title": "主题", "row-0-source": "theme"},
        follow_to="/edit/documents/",
        case="card there before",
    ),
    Door(
        "policies:item_remove",
        "POST",
        ACTS_ON_DRAFT,
        make=an_added_duty,
        kwargs=lambda it: duties_of(it, ADDED),
        follow_to="/edit/obligations/",
    ),
    Door(
        "policies:item_remove",
        "POST",
        expect(rest=404, anonymous=302),
        make=an_added_duty,
        kwargs=lambda it: duties_of(it, "theme_day_monthly"),
        case="inherited",
    ),
    Door("policies:exception_list", "GET", READS, make=an_exception),
    Door("policies:exception_add", "GET", ONLY_OFFICE),
    Door(
        "policies:exception_add",
        "POST",
        OFFICE_ACTS,
        data=lambda it: {
            "rule": "compulsory_photos",
            "basis": "青教〔2026〕9号",
            "owner": "陆望舒",
            "expires_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
        },
    ),
    Door("policies:exception_end", "POST", OFFICE_ACTS, make=an_exception, kwargs=pk),
    Door("policies:calendar_page", "GET", READS, make=a_day),
    Door("policies:day_add", "GET", ONLY_OFFICE),
    Door(
        "policies:day_add",
        "POST",
        OFFICE_ACTS,
        data=lambda it: {"on": "2026-04-24", "kind": "HOLIDAY", "name": "校运动会"},
    ),
    Door("policies:day_remove", "POST", OFFICE_ACTS, make=a_day, kwargs=pk),
    Door("policies:term_add", "GET", ONLY_OFFICE),
    Door(
        "policies:term_add",
        "POST",
        OFFICE_ACTS,
        data=lambda it: {"name": "第一学期", "from_on": "2026-09-01", "to_on": "2027-01-23"},
    ),
    Door("policies:term_remove", "POST", OFFICE_ACTS, make=a_term, kwargs=pk),
    Door("policies:guide_list", "GET", READS_GUIDES, make=a_guide),
    Door("policies:guide_page", "GET", SEES_GUIDE, make=a_guide, kwargs=pk),
    Door("policies:guide_page", "GET", SEES_DRAFT, make=a_guide_draft, kwargs=pk, case="draft"),
    Door("policies:guide_new", "GET", ONLY_OFFICE, make=packs),
    Door(
        "policies:guide_new",
        "POST",
        OFFICE_ACTS,
        make=lambda cast: (packs(cast), cast)[1],
        data=lambda it: {"month": "2026-12", "issuer": it.committee.pk, "copy": "none"},
    ),
    Door("policies:guide_edit", "GET", EDITS_GUIDE, make=a_guide, kwargs=pk),
    Door("policies:guide_edit", "POST", SAVES_GUIDE, make=a_guide, kwargs=pk, data=lambda it: empty_guide_form()),
    Door("policies:guide_issue", "POST", ACTS_ON_DRAFT, make=a_guide_draft, kwargs=pk),
]
