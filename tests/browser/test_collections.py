"""收表 in a real browser: a table of eight columns of which six are held, confirmed on a phone, merged, not asked twice."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

from hongzhu.core.collections.models import Line, Request, Return
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import actions as policy_actions
from tests.browser.helpers import axe, csp_clean, no_overflow, shot, sign_in_as
from tests.core.collections.workbook import TITLES, superior

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, LAST = 2, 4  # the data area of the superior's table, rows from 0


@pytest.fixture
def stage(live_server: Any, cast: Any) -> Any:
    policy_actions.ship()
    for number, school in enumerate((cast.school, cast.other_school)):
        Org.objects.filter(pk=school.pk).update(school_code=f"213700000{number}")
    return cast


class Hand:
    """A person's inputs on a page, counted: a tap is one, a filled field is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.inputs = page, 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).click()
        self.inputs += 1

    def fill(self, selector: str, text: str) -> None:
        self.page.locator(selector).fill(text)
        self.inputs += 1


def seen(page: Page, name: str) -> None:
    csp_clean(page)
    no_overflow(page)
    axe(page)
    shot(page, f"collections-{name}")


def ask(page: Page, tmp_path: Path, title: str) -> None:
    """An officer's way from the superior's file to the look before sending."""
    file = tmp_path / f"{title}.xlsx"
    file.write_bytes(superior(title=title))
    page.goto("/collections/requests/new/")
    page.set_input_files("input[name=file]", str(file))
    page.fill("input[name=title]", title)
    page.fill("input[name=basis]", "县安委办〔2026〕18号")
    page.fill("input[name=due_on]", (timezone.localdate() + timedelta(days=7)).isoformat())
    page.locator("label", has_text=re.compile(r"^\s*党支部\s*$")).click()
    page.locator(".hz-savebar .btn-primary").click()
    page.wait_for_url("**/columns/")
    page.locator(".hz-savebar .btn-primary").click()
    page.wait_for_url(re.compile(r"/requests/\d+/$"))


def test_eight_columns_of_which_six_are_held(stage: Any, desk: Page, phone: Page, tmp_path: Path) -> None:
    sign_in_as(desk, stage.party_office)
    ask(desk, tmp_path, "冬季取暖设备排查表")
    figures = desk.locator(".hz-figs").inner_text()
    assert re.search(r"不再问的列\s*6", figures), figures
    assert re.search(r"要填的列\s*2", figures), figures
    seen(desk, "check")
    send(desk)
    request = Request.objects.get()
    assert request.status == Request.Status.OUT
    seen(desk, "running")

    # The secretary confirms on the phone: from the open table to handed in, four inputs at most.
    answer = Return.objects.get(request=request, org=stage.branch)
    sign_in_as(phone, stage.branch_secretary)
    phone.goto("/collections/returns/")
    seen(phone, "to-fill")
    phone.goto(f"/collections/returns/{answer.pk}/")
    seen(phone, "answer")
    assert phone.locator("form#answer table tr").count() == 6
    assert phone.locator("form#answer input:visible, form#answer textarea:visible").count() == 2
    hand = Hand(phone)
    hand.fill("input[name=r0_7]", "3")
    hand.fill("input[name=r0_8]", "两台已停用")
    hand.tap(".hz-savebar .btn-primary")
    phone.wait_for_url("**/collections/returns/")
    assert hand.inputs <= 4
    line = Line.objects.get(answer=answer)
    assert (len(line.held), line.given) == (6, {"7": 3, "8": "两台已停用"})

    # The merged file is the superior's own, cell by cell, outside the data area.
    with desk.expect_download() as got:
        desk.get_by_role("link", name="合并导出").click()
    merged = Path(got.value.path()).read_bytes()
    _same_outside_the_data(superior(title="冬季取暖设备排查表"), merged)
    assert _cells(merged)[FIRST][: len(TITLES)] == [
        stage.branch.name, "2137000000", "小学", 9, 9, "唐见山", 3, "两台已停用",
    ]  # fmt: skip

    # The same table again is refused, and the first one is named.
    ask(desk, tmp_path, "取暖设备再排查表")
    assert "冬季取暖设备排查表" in desk.locator(".hz-note.is-now").inner_text()
    send(desk)
    assert "冬季取暖设备排查表" in desk.locator(".hz-note", has_text="没有发出").first.inner_text()
    assert Request.objects.latest("id").status == Request.Status.DRAFT
    seen(desk, "refused")


def test_none_gives_back_what_was_typed_and_enter_does_not_say_it(
    stage: Any, desk: Page, phone: Page, tmp_path: Path
) -> None:
    sign_in_as(desk, stage.party_office)
    ask(desk, tmp_path, "冬季取暖设备排查表")
    send(desk)
    answer = Return.objects.get(org=stage.branch)
    sign_in_as(phone, stage.branch_secretary)
    phone.goto(f"/collections/returns/{answer.pk}/")
    phone.fill("input[name=r0_7]", "3")
    none(phone)
    assert "已填了1格" in phone.locator(".hz-note.is-now").inner_text()
    assert phone.input_value("input[name=r0_7]") == "3"
    seen(phone, "none-refused")
    # From the page that was given back the other buttons go where they always went.
    with phone.expect_navigation():
        phone.press("input[name=r0_7]", "Enter")
    answer.refresh_from_db()
    assert (answer.status, answer.version) == (Return.Status.PREFILLED, 1)
    phone.fill("input[name=r0_7]", "")
    none(phone)
    answer.refresh_from_db()
    assert (answer.status, Line.objects.get(answer=answer).given) == (Return.Status.NONE, {})


def none(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="无此情况", exact=True).click()


def send(page: Page) -> None:
    """Press 发出 and wait for the page that answers: the old one has been loaded long ago."""
    with page.expect_navigation():
        page.get_by_role("button", name="发出", exact=True).click()


def _cells(data: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("排查表").to_python()
    return rows


def _same_outside_the_data(before: bytes, after: bytes) -> None:
    """Values by a second library, and styles, widths, merged cells and print area by the XML itself."""
    told, now = _cells(before), _cells(after)
    outside = [*range(FIRST), *range(LAST + 1, len(told))]
    assert len(outside) == 4
    assert [now[row] for row in outside] == [told[row] for row in outside]
    kept = []
    for data in (before, after):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            sheet, book = (package.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "workbook"))
        rows = dict(re.findall(r'<row r="(\d+)"[^>]*>(.*?)</row>', sheet))
        styles = {
            row: re.findall(r'<c r="([A-Z]+\d+)"(?: s="(\d+)")?', rows[row]) for row in rows if int(row) - 1 in outside
        }
        parts = [
            re.findall(pattern, sheet)
            for pattern in ("<cols>.*?</cols>", "<mergeCells.*?</mergeCells>", "<pageSetup[^>]*>")
        ]
        kept.append((styles, parts, re.findall("<definedName.*?</definedName>", book)))
    assert kept[0] == kept[1]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_fit_and_can_be_read_by_all(
    stage: Any, request: pytest.FixtureRequest, width: str, tmp_path: Path
) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_as(page, stage.party_office)
    ask(page, tmp_path, "冬季取暖设备排查表")
    send(page)
    asked = Request.objects.get()
    ask(page, tmp_path, "另一张表")
    draft = Request.objects.latest("id")
    paths = (
        ("list", "/collections/requests/"),
        ("new", "/collections/requests/new/"),
        ("new-report", "/collections/requests/new/?kind=REPORT"),
        ("columns", f"/collections/requests/{draft.pk}/columns/"),
        ("page", f"/collections/requests/{asked.pk}/"),
        ("units", f"/collections/requests/{asked.pk}/returns/"),
        ("burden", "/collections/burden/"),
        ("unit-year", f"/collections/burden/{stage.branch.pk}/"),
        ("budget", "/collections/budget/"),
    )
    for name, path in paths:
        page.goto(path)
        seen(page, f"{width}-{name}")
