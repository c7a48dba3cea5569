"""Every component on a page, at both widths and on paper: no sideways scroll, no violation, and a picture to look at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import helpers

pytestmark = pytest.mark.urls("tests.browser.pages.urls")

PAGES = ["components", "form", "form?wrong=1", "grid", "year", "door"]


@pytest.mark.parametrize("width", ["desk", "phone"])
@pytest.mark.parametrize("address", PAGES)
def test_page_stands(request, width, address):
    page = request.getfixturevalue(width)
    page.goto(f"/{address}")
    helpers.no_overflow(page)
    helpers.axe(page)
    helpers.csp_clean(page)
    helpers.shot(page, f"components-{address.replace('?wrong=1', '-wrong')}-{width}", full=True)


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1366])
@pytest.mark.parametrize("address", PAGES)
def test_no_width_scrolls_sideways(desk, width, address):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(f"/{address}")
    helpers.no_overflow(desk)


@pytest.mark.parametrize("width", [390, 768, 1024, 1280])
def test_a_long_english_menu_keeps_to_one_line(desk, width):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto("/components?long=1")
    desk.context.add_cookies([{"name": "hz_language", "value": "en", "url": desk.url}])
    desk.reload()
    helpers.no_overflow(desk)
    assert desk.evaluate("document.querySelector('.hz-top').offsetHeight") in {46, 50}
    # The name and the way to one's own page are never pushed out.
    box = desk.locator(".hz-me").bounding_box()
    assert box["x"] + box["width"] <= width
    assert desk.evaluate("document.documentElement.lang") == "en"
    helpers.shot(desk, f"components-english-{width}")
    if width == 1280:
        # All places fit, and the rest of the menu is one press away, without script too.
        assert desk.evaluate("(nav => nav.scrollWidth <= nav.clientWidth)(document.querySelector('.hz-nav'))")
        desk.click(".hz-nav a[href='#more']")
        expect(desk.locator("#more a", has_text="Audit")).to_be_visible()
        desk.keyboard.press("Escape")
        expect(desk.locator("#more")).to_be_hidden()


def test_an_overflow_would_be_seen(desk):
    desk.goto("/components")
    desk.evaluate("document.querySelector('h1').style.width = '3000px'")
    with pytest.raises(AssertionError, match="H1"):
        helpers.no_overflow(desk)


def test_a_violation_would_be_seen(desk):
    desk.goto("/components")
    desk.evaluate("document.querySelectorAll('.hz-filter select')[0].removeAttribute('aria-label')")
    with pytest.raises(AssertionError, match="select-name"):
        helpers.axe(desk)
    # An inline style in markup is what the policy refuses.
    with desk.expect_console_message(lambda message: "Content Security Policy" in message.text):
        desk.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        helpers.csp_clean(desk)


def test_the_error_summary_takes_focus_and_leads_to_the_field(desk):
    desk.goto("/form?wrong=1")
    assert desk.evaluate("document.activeElement.hasAttribute('data-errors')")
    desk.click("[data-errors] a[href='#id_place']")
    helpers.eventually(desk, "(document.activeElement.id || location.hash).endsWith('id_place')")
    assert desk.input_value("#id_held_on") == "11月31日"


def test_keys_find_and_leave(desk):
    desk.goto("/components")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.hasAttribute('data-find')")
    desk.keyboard.press("/")
    assert desk.input_value("[data-find]") == "/"
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement === document.body")


def test_a_second_press_sends_nothing_more(desk):
    desk.goto("/form")
    sent = []
    desk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with desk.expect_request(lambda request: request.method == "POST"):
        desk.evaluate(
            """() => {
              const form = document.querySelector("main form");
              const button = form.querySelector(".btn-primary");
              window.stop();
              button.click();
              setTimeout(() => button.click(), 5);
            }"""
        )
    desk.wait_for_load_state("load")
    desk.wait_for_timeout(300)  # a second one, had it been sent, would be under way by now
    assert len(sent) == 1


def test_copy_and_print_buttons_appear_with_script_only(desk):
    desk.goto("/components")
    copy = desk.locator("[data-copy]")
    expect(copy).to_be_visible()
    expect(desk.locator("[data-print]")).to_be_visible()
    copy.click()
    expect(desk.locator("[data-word]").first).to_have_text("已复制")


def test_the_phones_menu_opens_without_script(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/components")
    assert not page.locator("#more").is_visible()
    page.click(".hz-tabs a[href='#more']")
    expect(page.locator("#more button", has_text="退出登录")).to_be_visible()
    helpers.shot(page, "components-more-phone")
    context.close()


def test_targets_on_the_phone_are_big_enough(phone):
    phone.goto("/form")
    small = phone.evaluate(
        """() => [...document.querySelectorAll("main .btn, main .hz-pick, main .hz-who-name, main .form-control")]
          .filter((e) => e.offsetParent && e.offsetHeight < 42).map((e) => e.className + " " + e.offsetHeight)"""
    )
    assert small == []


def test_twenty_rows_of_a_grid_are_seen_at_once_and_its_head_stays(desk):
    desk.goto("/grid")
    seen = "() => [...document.querySelectorAll('tbody tr')].filter((row) => {const box = row.getBoundingClientRect(); return box.top >= 0 && box.bottom <= 800}).length"
    assert desk.evaluate(seen) >= 20
    desk.keyboard.press("PageDown")
    helpers.eventually(desk, "scrollY > 100")
    tops = desk.evaluate(
        "[...document.querySelectorAll('thead tr')].map((row) => row.cells[1].getBoundingClientRect().top)"
    )
    assert tops == [46, 84]


def test_nothing_is_smaller_than_twelve_pixels(desk):
    for address in PAGES:
        desk.goto(f"/{address}")
        small = desk.evaluate(
            """() => [...document.querySelectorAll("main *, header *")].filter((e) =>
              [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 12)
              .map((e) => e.className + getComputedStyle(e).fontSize)"""
        )
        assert small == []


def test_wechat_shows_the_same_page(phone_wechat):
    phone_wechat.goto("/form")
    helpers.no_overflow(phone_wechat)
    helpers.csp_clean(phone_wechat)
    assert "MicroMessenger" in phone_wechat.evaluate("navigator.userAgent")


def test_paper_keeps_its_promise_of_one_sheet(desk, paper):
    assert paper(desk, "/sheet", "components-sheet") == 1
    assert paper(desk, "/year", "components-year") == 1
    # 40 branches across: two sheets, and the counter can tell one from two.
    assert paper(desk, "/grid", "components-grid") == 2


def test_errors_are_words_and_keep_secrets(desk, live_server, settings):
    for address, status, words in (
        ("/no/such", 404, "没有找到这一页"),
        ("/refused", 403, "请先退回补正"),
    ):
        answer = desk.goto(address)
        assert answer is not None
        assert answer.status == status
        assert words in desk.inner_text("main")
        helpers.no_overflow(desk)
        helpers.axe(desk)
        helpers.csp_clean(desk)
    helpers.shot(desk, "components-refused-desk")
