"""The one-act form at phone and desk width: what it looks like, that it fits, and what its script does."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hongzhu.core.activities import actions
from hongzhu.core.activities.models import Act, FixedDay
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policy_actions
from hongzhu.core.policies.models import MonthlyGuide
from tests.browser.helpers import axe, csp_clean, no_overflow, shot, sign_in_as
from tests.cast import joins, person

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = "陈知夏 方既白 叶知微 邵听雨 贺云起 温如许 江照野 卢嘉木 段清和 傅星阑 季长风 沈南乔 苏木青 宋临溪 林见鹿"


@pytest.fixture
def branch(live_server: Any, cast: Any) -> Any:
    """A branch of 24 on its fixed Party day, with plan and monthly guide."""
    policy_actions.ship()
    today = timezone.localdate()
    month = today.replace(day=1)
    for name in NAMES.split():
        joins(person(cast.bureau, name), cast.branch)
    FixedDay.objects.create(
        body=cast.branch, weekday=today.weekday(), week=min((today.day - 1) // 7 + 1, 5), starts_at=time(15, 30), ends_at=time(17), place="党员活动室"
    )  # fmt: skip
    MonthlyGuide.objects.create(
        bureau=cast.bureau, issuer=cast.committee, month_on=month, status="ISSUED", issued_on=month,
        themes=[{"kind": "theme_day", "theme": "学党章"}],
        readings=[{"title": "党章第一章 党员"}, {"title": "党章第二章 党的组织制度"}, {"title": "消防安全常识"}],
    )  # fmt: skip
    actions.plan(
        body=cast.branch, year=today.year, lines=[actions.PlanLine("theme_day", month, "学党章、守师德")],
        by=cast.actor("organiser"),
    )  # fmt: skip
    return cast


def form_of(cast: Any) -> str:
    return f"/activities/new/?body={cast.branch.pk}&kind=theme_day"


def fill(page: Page, cast: Any) -> None:
    """The canonical case, each line one input."""
    page.click("label.hz-pick:text-is('党课')")
    page.fill("[name=lecture_title]", "从党章看教师的本分")
    for who, why in (("许青原", "OFFICIAL"), ("白露晞", "SICK")):
        page.click(f"label.hz-who-name:text-is('{who}')")
        pk = next(person.pk for person in cast.people if person.name == who)
        page.click(f"label[for=why_{pk}_{why}]")
    page.fill(
        "[name=process]",
        "一、集中学习\n领学党章第一、二章，对照岗位职责。\n\n二、党课：从党章看教师的本分\n讲备课、家访、廉洁。",
    )
    page.fill("[name=item0_matter]", "修订晚自习值班表")


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_form_and_what_follows(branch: Any, request: pytest.FixtureRequest, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_as(page, branch.organiser)
    page.goto(form_of(branch))
    page.wait_for_selector("#act-form")
    no_overflow(page)
    fill(page, branch)
    expect(page.locator("[data-absent]").first).to_have_text("2")
    expect(page.locator("[data-there]").first).to_have_text("22")
    axe(page)
    shot(page, f"act-form-{width}", full=True)
    page.click("#save")
    page.wait_for_url("**/saved/")
    no_overflow(page)
    axe(page)
    shot(page, f"act-saved-{width}", full=True)
    page.click("#confirm")
    page.wait_for_url(f"**/activities/{Act.objects.get().pk}/")
    no_overflow(page)
    axe(page)
    shot(page, f"act-{width}", full=True)
    csp_clean(page)


def test_drafts_save_themselves_and_survive_being_offline(branch: Any, phone: Page) -> None:
    sign_in_as(phone, branch.organiser)
    phone.goto(form_of(branch))
    phone.fill("[name=process]", "写到一半")
    phone.locator("header [data-saved]", has_text="草稿已存").wait_for(timeout=8000)

    phone.context.set_offline(True)
    phone.fill("[name=process]", "断网以后写的")
    phone.locator("header [data-saved]", has_text="草稿存在本机").wait_for(timeout=8000)
    phone.context.set_offline(False)
    phone.reload()
    expect(phone.locator("[name=process]")).to_have_value("断网以后写的")


def test_headings_follow_the_parts_until_somebody_writes(branch: Any, phone: Page) -> None:
    sign_in_as(phone, branch.organiser)
    phone.goto(form_of(branch))
    phone.click("label.hz-pick:text-is('党课')")
    assert phone.input_value("[name=process]").replace("\n", "") == "一、集中学习二、党课"
    phone.fill("[name=process]", "一、集中学习\n领学第一章。")
    phone.click("label.hz-pick:text-is('参观')")
    assert phone.input_value("[name=process]") == "一、集中学习\n领学第一章。"


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_other_pages_fit(branch: Any, request: pytest.FixtureRequest, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_as(page, branch.organiser)
    page.goto(form_of(branch))
    fill(page, branch)
    page.click("#save")
    page.wait_for_url("**/saved/")
    act, pk = Act.objects.get(), branch.branch.pk
    pages = {
        "list": f"/activities/?org={pk}", "pick": "/activities/pick/", "correct": f"/activities/{act.pk}/correct/",
        "void": f"/activities/{act.pk}/void/", "make-up": f"/activities/{act.pk}/make-up/", "card": f"/activities/{act.pk}/card/",
        "text": f"/activities/{act.pk}/text/", "items": "/activities/items/", "item": f"/activities/items/{act.resolutions.get().pk}/",
        "plan": f"/activities/body/{pk}/plan/", "fixed-day": f"/activities/body/{pk}/fixed-day/", "before": f"/activities/body/{pk}/before/",
        "check": f"/activities/body/{pk}/check/", "absent": f"/activities/body/{pk}/make-up/", "month": f"/activities/body/{pk}/month/",
    }  # fmt: skip
    for name, address in pages.items():
        page.goto(address)
        no_overflow(page)
        axe(page)
        shot(page, f"act-{name}-{width}")
    csp_clean(page)


def test_record_sheets_are_separate_pages_of_paper(branch: Any, desk: Page, paper: Any) -> None:
    sign_in_as(desk, branch.organiser)
    desk.goto(form_of(branch))
    fill(desk, branch)
    desk.click("#save")
    desk.wait_for_url("**/saved/")
    assert paper(desk, f"/activities/{Act.objects.get().pk}/sheets/") == 2
    shot(desk, "act-sheets-desk")


def test_who_need_not_come_is_counted_when_tapped(branch: Any, phone: Page) -> None:
    ill = branch.people[5]
    Membership.objects.filter(person=ill).update(left_out="ILL")
    sign_in_as(phone, branch.organiser)
    phone.goto(form_of(branch))
    before = [int(phone.inner_text(f"[data-{name}]")) for name in ("due", "absent", "there")]
    phone.click(f"label[for=who_{ill.pk}]")
    assert [int(phone.inner_text(f"[data-{name}]")) for name in ("due", "absent", "there")] == [
        before[0] + 1, before[1], before[2] + 1,
    ]  # fmt: skip
    no_overflow(phone)
