"""The grid, the year and what lies behind them at both widths and on A4: they fit, print, and can be read by all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hongzhu.core.credits.models import Credit
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policy_actions
from hongzhu.kit.dates import Period
from tests.browser.helpers import axe, csp_clean, no_overflow, paper, shot, sign_in_as
from tests.cast import FOUNDED, SYSTEM, person

pytestmark = pytest.mark.django_db(transaction=True)
BRANCHES = 28


@pytest.fixture
def stage(live_server: Any, cast: Any) -> Any:
    """Thirty branches with a year of deeds: most met, some recorded late, some not seen."""
    policy_actions.ship()
    bodies = [cast.branch, cast.other_branch]
    for number in range(BRANCHES):
        body = orgs.set_up(
            bureau=cast.bureau, kind="BRANCH", name=f"青禾县第{number + 3}小学党支部", parent=cast.committee, by=SYSTEM,
            on=FOUNDED, belongs_to=cast.committee, guided_by=cast.committee,
        )  # fmt: skip
        members = [person(cast.bureau, f"成员{number}甲{m}") for m in range(4 + number % 7)]
        Membership.objects.bulk_create(
            [Membership(person=who, org=body, standing="FULL", from_on=FOUNDED, joined_on=FOUNDED) for who in members]
        )
        bodies.append(body)
    today = timezone.localdate()
    rows = []
    for n, body in enumerate(bodies):
        for month in Period.year(today.year).parts("month"):
            held = month.start + timedelta(days=9 + n % 15)
            if held > today:
                break
            for tag in ("theme_day", "members_meeting", "committee_meeting", "lecture"):
                late = 60 if (n + month.number) % 13 == 0 else 1
                recorded = datetime(held.year, held.month, held.day, 12, tzinfo=UTC) + timedelta(days=late)
                if (n * 7 + month.number) % 23 and recorded < timezone.now():
                    rows.append(
                        Credit(
                            bureau=cast.bureau, body=body, tag=tag, held_on=held, belongs_on=held, recorded_at=recorded,
                            kind="tests.deed", source=len(rows) + 1,
                        )
                    )  # fmt: skip
    Credit.objects.bulk_create(rows)
    return cast


def pages(cast: Any) -> list[tuple[str, str]]:
    year = timezone.localdate().year
    return [
        ("gap", "/obligations/"),
        ("gap-short", "/obligations/?short=1"),
        ("rows", f"/obligations/rows/?what=unseen&period={year}"),
        ("year", f"/obligations/body/{cast.branch.pk}/{year}/"),
        ("waivers", "/obligations/waivers/"),
        (
            "waive",
            f"/obligations/body/{cast.branch.pk}/waive/theme_day_monthly/{Period.covering('month', timezone.localdate()).code}/",
        ),
        ("campaigns", "/obligations/campaigns/"),
    ]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_fit_and_can_be_read_by_all(stage: Any, request: pytest.FixtureRequest, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_as(page, stage.accounts["party_office"])
    for name, path in pages(stage):
        page.goto(path)
        shot(page, f"obligations-{name}-{width}")
        no_overflow(page)
        axe(page)
        csp_clean(page)


def test_twenty_rows_on_a_desk(stage: Any, desk: Page) -> None:
    sign_in_as(desk, stage.accounts["party_office"])
    desk.goto("/obligations/")
    seen = desk.evaluate(
        "() => [...document.querySelectorAll('table.hz-gap tbody tr')].filter(r => r.getBoundingClientRect().bottom <= 800).length"
    )
    assert seen >= 20


def test_the_branch_prints_its_year_on_one_sheet(stage: Any, desk: Page) -> None:
    sign_in_as(desk, stage.accounts["branch_secretary"])
    year = timezone.localdate().year
    assert paper(desk, f"/obligations/body/{stage.branch.pk}/{year}/", "obligations-year") == 1
    sign_in_as(desk, stage.accounts["party_office"])
    assert paper(desk, "/obligations/", "obligations-gap") <= 2


def test_the_phone_begins_with_the_short_ones_and_the_desk_with_all(stage: Any, phone: Page, desk: Page) -> None:
    """users.md 8, without a script and without asking which browser it is: the width alone decides."""

    def rows(page: Page, path: str) -> tuple[int, int, str]:
        page.goto(path)
        met, short = page.locator("table.hz-gap tbody tr.is-met"), page.locator("table.hz-gap tbody tr:not(.is-met)")
        seen = [sum(row.is_visible() for row in found.all()) for found in (met, short)]
        current = page.locator(".hz-seg a[aria-current]:visible").all_text_contents()
        assert len(current) == 1
        return seen[0], seen[1], current[0].split()[0]

    for page in (phone, desk):
        sign_in_as(page, stage.accounts["party_office"])
    month = f"/obligations/?period={Period.covering('month', timezone.localdate()).prev().code}"
    met, short, word = rows(desk, month)
    assert (met > 0, short > 0, word) == (True, True, "全部")
    assert rows(phone, month) == (0, short, "有未见记录")
    assert rows(phone, f"{month}&short=0") == (met, short, "全部")
    assert rows(desk, f"{month}&short=1") == rows(phone, f"{month}&short=1") == (0, short, "有未见记录")
    phone.goto(month)
    phone.locator(".hz-seg a:visible", has_text="全部").click()
    expect(phone.locator("table.hz-gap tbody tr.is-met").first).to_be_visible()
