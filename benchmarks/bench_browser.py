"""What a real Chromium shows: rows of the gap grid, pages on a phone, the burden of recording one act, and weights.

The house answers from a live server in this process, over a demo bureau of 151 branches and the cast of the tests beside
it. Rows count when the whole row stands inside 1280x800, below the page's head and the table's own. The burden is
measured by the very functions of tests/browser/test_record_once.py: every tap, changed field or dictated text is one
input; an artefact counts when its address answers. Weights are page, style sheets and scripts after Brotli.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bar import Bar, scratch_database
from hongzhu.config.demo import fill
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account
from hongzhu.core.policies.models import PackVersion
from tests import cast
from tests.browser import fixtures, helpers, test_record_once, weight

MOST_INPUTS, FEWEST_ARTEFACTS, FEWEST_ROWS = 12, 8, 20
OFFICER, BRANCHES = "dangban", 151
WHOLE_ROWS = """() => {
  const head = document.querySelector("table.hz-gap thead tr:last-child th").getBoundingClientRect();
  return [...document.querySelectorAll("table.hz-gap tbody tr")].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.top >= head.bottom - 0.5 && box.bottom <= window.innerHeight + 0.5;
  }).length;
}"""


def bars() -> Iterator[Bar]:
    # Playwright runs an event loop in this thread; the ORM beside it is used from this thread alone.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with scratch_database("sqlite"), override_settings(ALLOWED_HOSTS=["*"]):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("createcachetable")
        fill.fill(timezone.localdate(), sizes=fill.QUICK[:1])
        officer, people = Account.objects.get(username=OFFICER), test_record_once.ready(cast.build())
        with _server() as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=fixtures.chromium(), args=list(fixtures.FLAGS))
            desk, phone = _page(chromium, url, fixtures.DESK), _page(chromium, url, fixtures.PHONE)
            yield _rows(desk, officer)
            inputs, papers, act = _burden(phone, people)
            yield Bar("burden, inputs", {"typed or tapped": "、".join(inputs)}, len(inputs), MOST_INPUTS, unit="inputs")
            yield Bar(
                "burden, artefacts", {"out of one record": "、".join(papers)}, len(papers), FEWEST_ARTEFACTS, ">=", unit="artefacts"
            )  # fmt: skip
            yield _sideways(phone, people, officer, act)
            chromium.close()
        yield from _weights(people, officer)


@contextmanager
def _server() -> Iterator[str]:
    """The house on a port of its own; static files come from where they were collected, through its own middleware."""
    thread = LiveServerThread("localhost", lambda app: app)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()


def _page(browser: Browser, url: str, options: dict[str, Any]) -> Page:
    page = browser.new_context(base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", **options).new_page()
    page.set_default_timeout(30_000)
    helpers.watch(page, url)
    return page


def _rows(desk: Page, officer: Account) -> Bar:
    """The grid as the officer opens it, and with nothing but rows once the head has scrolled away."""
    helpers.sign_in_as(desk, officer)
    desk.goto("/obligations/")
    helpers.csp_clean(desk)
    every = desk.locator("table.hz-gap tbody tr").count()
    first = desk.evaluate(WHOLE_ROWS)
    desk.evaluate("() => window.scrollTo(0, 2000)")
    desk.wait_for_timeout(200)
    figures = {"of": f"{every}", "after scrolling": str(desk.evaluate(WHOLE_ROWS))}
    if every < BRANCHES:
        raise RuntimeError(f"{every} rows: the grid should have {BRANCHES} branches")
    return Bar("rows of the gap grid, 1280x800", figures, first, FEWEST_ROWS, ">=", unit="whole rows")


def _burden(phone: Page, people: Any) -> tuple[list[str], list[str], Act]:
    helpers.sign_in_as(phone, people.organiser)
    inputs = test_record_once.record(phone, people)
    act = Act.objects.filter(bureau=people.bureau).latest("pk")
    return inputs, test_record_once.artefacts(phone, people, act), act


def _sideways(phone: Page, people: Any, officer: Account, act: Act) -> Bar:
    """The main pages at 390, each asked whether it scrolls sideways."""
    year = timezone.localdate().year
    branch = Org.objects.filter(bureau=officer.bureau, kind="BRANCH").order_by("pk")[3]
    pack = PackVersion.objects.filter(name=officer.bureau.pack).latest("version") if officer.bureau else None
    pages = {
        people.organiser: ["/", f"/activities/new/?body={people.branch.pk}&kind=theme_day", f"/activities/{act.pk}/saved/",
                           f"/activities/{act.pk}/", "/activities/", f"/obligations/body/{people.branch.pk}/{year}/"],
        officer: ["/", "/activities/", "/obligations/", f"/obligations/body/{branch.pk}/{year}/", f"/units/{branch.pk}/",
                  f"/policies/{pack.pk}/" if pack else "/policies/"],
    }  # fmt: skip
    wide, seen = [], 0
    for who, addresses in pages.items():
        helpers.sign_in_as(phone, who)
        for address in addresses:
            answer = phone.goto(address)
            if answer is None or answer.status != 200:
                raise RuntimeError(f"{address}: {answer and answer.status}")
            seen += 1
            helpers.csp_clean(phone)
            try:
                helpers.no_overflow(phone)
            except AssertionError as error:
                wide.append(str(error))
    return Bar(
        "sideways scroll at 390", {"pages": str(seen)}, len(wide), 0, unit="pages that scroll", note="\n".join(wide)
    )


def _weights(people: Any, officer: Account) -> Iterator[Bar]:
    pages = (
        ("a branch's home", people.organiser, "/"),
        ("act form", people.organiser, f"/activities/new/?body={people.branch.pk}&kind=theme_day"),
        ("gap grid of 151 branches", officer, "/obligations/"),
    )
    for name, who, address in pages:
        client = Client()
        client.force_login(who)
        weighed = weight.first_page(client, address)
        if not any(part.endswith(".css") for part in weighed.parts):
            raise RuntimeError(f"{address}: a page without our style sheet is not the page users get")
        figures = {part.removeprefix(settings.STATIC_URL): f"{size / 1024:.1f}" for part, size in weighed.parts.items()}
        yield Bar(f"first page, {name}", figures, weighed.total / 1024, weight.LIMIT / 1024, unit="KiB")
