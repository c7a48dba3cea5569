"""Pages in a real Chromium, looking at the live server. Another folder may take them:
``from tests.browser.fixtures import *  # noqa: F403`` in its conftest.py, and mark its tests ``browser``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import helpers

__all__ = ["browser", "desk", "paper", "phone", "phone_wechat"]

# The shell lays out and draws as the browser with windows does, for half the time of every page.
CHROMIUM = ("chromium-headless-shell", "chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; M2004J7AC Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/86.0.4240.99 XWEB/3185 MMWEBSDK/20220505 Mobile Safari/537.36 MMWEBID/1234 "
    "MicroMessenger/8.0.23.2160(0x28001759) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)


def need_chromium(found: str | None) -> str:
    """Browser tests never skip: without Chromium they fail and say how to get it."""
    if not found:
        pytest.fail(f"no Chromium: run `apt-get install -y {CHROMIUM[0]} fonts-noto-cjk`, then again", pytrace=False)
    return found


def chromium() -> str:
    """Where it is on this machine; fails as :func:`need_chromium` says."""
    return need_chromium(next(filter(None, map(shutil.which, CHROMIUM)), None))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


def _page(browser: Browser, live_server: Any, **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    helpers.watch(page, live_server.url)
    yield page
    context.close()


@pytest.fixture
def desk(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page of 1280 x 800: the officer's desk."""
    yield from _page(browser, live_server, **DESK)


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page of 390 x 844 with touch: the secretary's phone."""
    yield from _page(browser, live_server, **PHONE)


@pytest.fixture
def phone_wechat(browser: Browser, live_server: Any) -> Iterator[Page]:
    """The same phone inside WeChat's own browser."""
    yield from _page(browser, live_server, user_agent=WECHAT, **PHONE)


@pytest.fixture
def paper() -> Callable[..., int]:
    """``paper(page, path, name="")`` prints to A4 and counts the sheets; see ``helpers.paper``."""
    return helpers.paper
