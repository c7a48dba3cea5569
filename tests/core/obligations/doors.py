"""Who may open which page: the grid for those above, the year for the body itself, waivers for the Party office."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hongzhu.core.obligations.models import Waiver
from hongzhu.core.policies import actions as policy_actions
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period
from tests.doors import Door, expect

ABOVE = dict.fromkeys(("party_office", "section_officer", "district_officer", "school_secretary", "inspector"), 200)
GRID = expect(rest=403, anonymous=302, **ABOVE)
SEES = expect(rest=404, anonymous=302, branch_secretary=200, organiser=200, deputy=200, member=200, **ABOVE)


def office(done: int, *, seen: int = 403) -> dict[str, int]:
    """Only the Party office; others who see the branch are refused, the rest do not see it."""
    others = dict.fromkeys(ABOVE, seen) | dict.fromkeys(("branch_secretary", "organiser", "deputy", "member"), seen)
    return expect(rest=404, anonymous=302, **(others | {"party_office": done}))


def shipped(cast: Any) -> Any:
    policy_actions.ship()
    return cast


def this_month() -> str:
    return Period.covering("month", timezone.localdate()).code


def a_waiver(cast: Any) -> Waiver:
    shipped(cast)
    return Waiver.objects.create(
        bureau=cast.bureau, body=cast.branch, duty="theme_day_monthly", period=this_month(),
        period_from=timezone.localdate().replace(day=1), reason="-", granted_by="-", granted_at=timezone.now(),
    )  # fmt: skip


def a_campaign(cast: Any) -> Any:
    """A bureau under jinan, whose pack has a month that opens itself."""
    shipped(cast)
    type(cast.bureau).objects.filter(pk=cast.bureau.pk).update(pack="jinan")
    return cast


def year_of(it: Any) -> dict[str, Any]:
    return {"pk": it.branch.pk, "year": timezone.localdate().year}


def waived(it: Any) -> dict[str, Any]:
    return {"pk": it.branch.pk, "duty": "theme_day_monthly", "period": this_month()}


def may_month() -> str:
    today = timezone.localdate()
    return Period.month(today.year if today >= date(today.year, 5, 1) else today.year - 1, 5).code


def jinan_campaign() -> str:
    """The code of the yearly campaign in the jinan pack."""
    from hongzhu.core.orgs.models import Bureau

    bureau = Bureau.objects.get(code="qinghe")
    section = policies.pack_for(bureau, timezone.localdate()).section("obligations")
    return next(campaign.code for campaign in section.campaigns if campaign.yearly_month)


CAMPAIGN_ROWS = {
    **SEES,
    **dict.fromkeys(("branch_secretary", "organiser", "deputy", "member", "neighbour", "outsider"), 403),
}
CAMPAIGN_ROWS |= dict.fromkeys(("system_admin", "security_admin", "audit_admin"), 403)

DOORS = [
    Door("obligations:gap", "GET", GRID, make=shipped),
    Door("obligations:gap_paper", "GET", GRID, make=shipped, kwargs=lambda it: {"ext": "xlsx"}),
    Door(
        "obligations:gap_remind", "POST", expect(rest=403, anonymous=302, party_office=302, district_officer=302), make=shipped
    ),
    Door("obligations:coverage", "GET", GRID, make=shipped),
    Door("obligations:coverage_export", "GET", GRID, make=shipped),
    Door("obligations:coverage_rows", "GET", GRID, make=shipped),
    Door("obligations:coverage_rows", "GET", GRID, make=shipped, data=lambda it: {"body": it.branch.pk}, case="one body"),
    Door("obligations:coverage_rows_export", "GET", GRID, make=shipped),
    Door("obligations:cell", "GET", GRID, make=shipped, data=lambda it: {"what": "due"}),
    Door(
        "obligations:cell", "GET", SEES, make=shipped, data=lambda it: {"what": "held", "body": it.branch.pk}, case="one body"
    ),
    Door("obligations:cell_export", "GET", GRID, make=shipped, data=lambda it: {"what": "due"}),
    Door(
        "obligations:cell_export", "GET", SEES, make=shipped, data=lambda it: {"what": "held", "body": it.branch.pk},
        case="one body",
    ),
    Door(
        "obligations:mine", "GET",
        expect(rest=302, system_admin=403, security_admin=403, audit_admin=403), make=shipped,
    ),
    Door("obligations:year", "GET", SEES, make=shipped, kwargs=year_of),
    Door("obligations:year_paper", "GET", SEES, make=shipped, kwargs=lambda it: {**year_of(it), "ext": "docx"}),
    Door("obligations:waive", "GET", office(200), make=shipped, kwargs=waived),
    Door("obligations:waive", "POST", office(302), make=shipped, kwargs=waived, data=lambda it: {"reason": "全体外出支教"}),
    Door("obligations:waiver_list", "GET", GRID, make=shipped),
    Door("obligations:waiver_export", "GET", GRID, make=shipped),
    Door("obligations:waiver_revoke", "GET", office(200), make=a_waiver, kwargs=lambda it: {"pk": it.pk}),
    Door(
        "obligations:waiver_revoke", "POST", office(302), make=a_waiver, kwargs=lambda it: {"pk": it.pk},
        data=lambda it: {"reason": "已经返校"},
    ),
    Door("obligations:campaign_list", "GET", GRID, make=a_campaign),
    Door(
        "obligations:campaign", "GET", GRID, make=a_campaign,
        kwargs=lambda it: {"code": jinan_campaign(), "period": may_month()},
    ),
    Door(
        "obligations:campaign_export", "GET", GRID, make=a_campaign,
        kwargs=lambda it: {"code": jinan_campaign(), "period": may_month()},
    ),
    Door(
        "obligations:campaign_rows", "GET", CAMPAIGN_ROWS, make=a_campaign,
        kwargs=lambda it: {"code": jinan_campaign(), "period": may_month(), "number": 0, "pk": it.branch.pk},
    ),
]  # fmt: skip
