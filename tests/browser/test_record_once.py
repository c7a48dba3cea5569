"""Record once, use everywhere, in a real browser at phone width: the journey the product exists for.

The secretary's deputy records one act; exactly the confirmed duties turn to 已开; the officer's gap list shrinks by as
many; the Word sheets open; the outsider gets 404. Inputs and artefacts are counted on the way (the burden bar).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import time
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page

from hongzhu.core.activities import actions
from hongzhu.core.activities.models import Act, FixedDay
from hongzhu.core.credits.models import Credit
from hongzhu.core.policies import actions as policy_actions
from hongzhu.core.policies.models import MonthlyGuide
from hongzhu.kit.dates import Period
from tests.browser.helpers import csp_clean, no_overflow, sign_in_as
from tests.cast import joins, person

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = "陈知夏 方既白 叶知微 邵听雨 贺云起 温如许 江照野 卢嘉木 段清和 傅星阑 季长风 沈南乔 苏木青 宋临溪 林见鹿"
MOST_INPUTS, FEWEST_ARTEFACTS = 12, 8
SPEECH = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Hand:
    """A person's hand on a page: every tap, changed field or dictated text is one input."""

    page: Page
    inputs: list[str] = field(default_factory=list)

    def tap(self, selector: str, what: str) -> None:
        self.page.click(selector)
        self.inputs.append(what)

    def say(self, selector: str, text: str, what: str) -> None:
        self.page.fill(selector, text)
        self.inputs.append(what)

    def give(self, selector: str, name: str, data: bytes, what: str) -> None:
        self.page.set_input_files(selector, {"name": name, "mimeType": "application/pdf", "buffer": data})
        self.inputs.append(what)


@pytest.fixture
def branch(live_server: Any, cast: Any) -> Any:
    """The branch of :func:`ready`."""
    return ready(cast)


def ready(cast: Any) -> Any:
    """A branch of 24 whose fixed Party day is today, with its plan and the bureau's monthly guide."""
    policy_actions.ship()
    today = timezone.localdate()
    month = today.replace(day=1)
    for name in NAMES.split():
        joins(person(cast.bureau, name), cast.branch)
    FixedDay.objects.create(
        body=cast.branch,
        weekday=today.weekday(),
        week=min((today.day - 1) // 7 + 1, 5),
        starts_at=time(15, 30),
        ends_at=time(17),
        place="党员活动室",
    )
    MonthlyGuide.objects.create(
        bureau=cast.bureau,
        issuer=cast.committee,
        month_on=month,
        status="ISSUED",
        issued_on=month,
        themes=[{"kind": "theme_day", "theme": "学党章"}],
        readings=[{"title": "党章第一章 党员"}, {"title": "党章第二章 党的组织制度"}, {"title": "消防安全常识"}],
    )
    line = actions.PlanLine("theme_day", month, "学党章、守师德")
    actions.plan(body=cast.branch, year=today.year, lines=[line], by=cast.actor("organiser"))
    return cast


def record(page: Page, cast: Any) -> list[str]:
    """The canonical act of ``users.md`` 5: lecture, two absentees, a decision and a file; returns the inputs used."""
    hand = Hand(page)
    page.goto(f"/activities/new/?body={cast.branch.pk}&kind=theme_day")
    hand.tap("label.hz-pick:text-is('党课')", "本次包含：党课")
    hand.say("[name=lecture_title]", "从党章看教师的本分", "党课题目")
    for who, why in (("许青原", "OFFICIAL"), ("白露晞", "SICK")):
        pk = next(one.pk for one in cast.people if one.name == who)
        hand.tap(f"label.hz-who-name:text-is('{who}')", f"缺席：{who}")
        hand.tap(f"label[for=why_{pk}_{why}]", f"原因：{who}")
    hand.say("[name=process]", "一、集中学习\n领学党章第一、二章。\n\n二、党课\n讲备课、家访、廉洁。", "主要过程")
    hand.say("[name=item0_matter]", "修订晚自习值班表", "议定事项")
    hand.give("input[type=file]", "党课讲稿.pdf", SPEECH, "附件：讲稿")
    hand.tap("#save", "保存并生成记录")
    page.wait_for_url("**/saved/")
    hand.tap("#confirm", "确认计入")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    return hand.inputs


def held(page: Page, cast: Any) -> dict[str, int]:
    """The officer's totals of this month and quarter, read off the page: 已开 of each duty."""
    sign_in_as(page, cast.party_office)
    found = {}
    today = timezone.localdate()
    for period in (Period.covering("month", today), Period.covering("quarter", today)):
        page.goto(f"/obligations/?period={period.code}&on={today.isoformat()}")
        for link in page.query_selector_all("thead a.hz-n[href*='duty=']"):
            duty = re.search(r"duty=([a-z_]+)", link.get_attribute("href") or "")
            count = re.match(r"\s*(\d+)", link.inner_text())
            assert duty and count
            found[f"{duty[1]} {period.code}"] = int(count[1])
    return found


@pytest.mark.parametrize("width", ["phone", "phone_wechat"])
def test_recorded_once_and_used_everywhere(branch: Any, request: pytest.FixtureRequest, desk: Page, width: str) -> None:
    phone: Page = request.getfixturevalue(width)
    before = held(desk, branch)

    sign_in_as(phone, branch.organiser)
    inputs = record(phone, branch)
    assert len(inputs) <= MOST_INPUTS, inputs
    no_overflow(phone)
    csp_clean(phone)
    act = Act.objects.get()

    # Exactly what was confirmed has been earned by the body, and turned to 已开 one by one.
    confirmed = set(act.claims.filter(state="CONFIRMED").values_list("tag", flat=True))
    earned = set(Credit.objects.filter(person=None, voided_at=None, body=branch.branch).values_list("tag", flat=True))
    assert {"theme_day", "lecture"} <= earned <= confirmed
    after = held(desk, branch)
    grown = {duty.split()[0] for duty in after if after[duty] > before.get(duty, 0)}
    assert all(after[duty] - before.get(duty, 0) in (0, 1) for duty in after)
    assert "theme_day_monthly" in grown
    assert not {"members_meeting_quarterly", "committee_meeting_monthly", "team_meeting_monthly"} & grown

    # The Word sheets open, on pages of their own, with what was typed once.
    sheets = {}
    for code in ("record", "lecture"):
        answer = phone.request.get(f"/activities/{act.pk}/sheets/{code}.docx")
        assert answer.ok, code
        document = Document(io.BytesIO(answer.body()))
        sheets[code] = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "学党章、守师德" in sheets["record"]
    assert "许青原" in sheets["record"] and "公假" in sheets["record"]
    assert "从党章看教师的本分" in sheets["lecture"]

    # Nobody next door learns even that it exists.
    for stranger in (branch.outsider, branch.neighbour):
        sign_in_as(phone, stranger)
        answer = phone.goto(f"/activities/{act.pk}/")
        assert answer is not None and answer.status == 404


def artefacts(page: Page, cast: Any, act: Act) -> list[str]:
    """What the one record yields with nothing typed again; each must open."""
    year = act.held_on.year
    found = {
        "主题党日活动记录表": f"/activities/{act.pk}/sheets/record.docx",
        "党课记录表": f"/activities/{act.pk}/sheets/lecture.docx",
        "补学记录表": f"/activities/{act.pk}/sheets/make_up.docx",
        "上级平台转录卡": f"/activities/{act.pk}/card/",
        "信息简讯稿": f"/activities/{act.pk}/text/",
        "全年组织生活一览表": f"/obligations/body/{cast.branch.pk}/{year}/table.docx",
        "党员参加组织生活情况统计表": f"/activities/body/{cast.branch.pk}/table/attendance.xlsx?year={year}",
        "党员教育培训学时台账": f"/activities/body/{cast.branch.pk}/table/hours.xlsx?year={year}",
        "议定事项落实台账": f"/activities/body/{cast.branch.pk}/table/resolutions.xlsx?year={year}",
        "月历": f"/activities/body/{cast.branch.pk}/month/",
    }
    return [name for name, url in found.items() if page.request.get(url).ok]


def test_burden(branch: Any, phone: Page) -> None:
    """Measured where people work: at most twelve inputs, at least eight papers."""
    sign_in_as(phone, branch.organiser)
    inputs = record(phone, branch)
    papers = artefacts(phone, branch, Act.objects.get())
    assert len(inputs) <= MOST_INPUTS, inputs
    assert len(papers) >= FEWEST_ARTEFACTS, papers


def test_a_double_tap_makes_one_record(branch: Any, phone: Page) -> None:
    sign_in_as(phone, branch.organiser)
    phone.goto(f"/activities/new/?body={branch.branch.pk}&kind=theme_day")
    phone.fill("[name=process]", "一、集中学习\n领学。")
    form = phone.evaluate("() => Object.fromEntries(new FormData(document.querySelector('#act-form')))")
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    address = phone.url
    answers = [phone.request.post(address, form=fields, headers={"referer": address}) for _tap in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert Act.objects.count() == 1
    assert answers[0].url == answers[1].url


def test_a_day_that_does_not_exist_loses_nothing(branch: Any, phone: Page) -> None:
    sign_in_as(phone, branch.organiser)
    phone.goto(f"/activities/new/?body={branch.branch.pk}&kind=theme_day")
    phone.evaluate(
        "() => { const day = document.querySelector('[name=held_on]'); day.type = 'text'; day.value = '2026-11-31'; }"
    )
    phone.fill("[name=process]", "写了很久的内容")
    phone.click("#save")
    phone.wait_for_selector("[data-errors]")
    said = phone.inner_text("[data-errors]")
    assert "没有保存" in said and "11月31日不存在，请改日期" in said and "已填内容还在" in said
    assert phone.input_value("[name=process]") == "写了很久的内容"
    assert Act.objects.count() == 0


def test_the_secretary_makes_up_for_the_absent(branch: Any, phone: Page) -> None:
    """补学: two were away; one of them studies later, and the hours follow."""
    sign_in_as(phone, branch.organiser)
    record(phone, branch)
    act = Act.objects.get()
    missing = act.attendances.exclude(state="PRESENT").get(person__name="许青原")
    hours = Credit.objects.filter(person=missing.person, tag="study_hours", voided_at=None)
    assert not hours.exists()
    phone.goto(f"/activities/{act.pk}/make-up/")
    no_overflow(phone)
    actions.make_up(
        act=act,
        people=[missing.person_id],
        on=act.held_on,
        way="SELF",
        seen_to_by="周予安",
        by=branch.actor("organiser"),
        today=act.held_on,
        now=timezone.now(),
    )
    assert hours.count() == 1
