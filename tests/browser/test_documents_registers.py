"""Documents and registers at both widths: they fit, are accessible, and keep to the content policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from hongzhu.core.documents import actions as documents
from hongzhu.core.people.models import Establishment
from hongzhu.core.policies import actions as policy_actions
from tests.browser.helpers import axe, csp_clean, no_overflow, shot, sign_in_as
from tests.core.documents.conftest import drafted, issued
from tests.core.registers.test_views import add

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(live_server: Any, cast: Any) -> Any:
    policy_actions.ship()
    for number in range(1, 9):
        add(cast, number)
    Establishment.objects.create(
        org=cast.branch, kind="ORGANISER", seats=2, from_on=timezone.localdate() - timedelta(days=40)
    )
    notice = issued(
        cast, needs_reply=True, reply_by=timezone.localdate() + timedelta(days=3), addressed_to="各学校党组织"
    )
    documents.read(
        recipient=notice.recipients.get(org=cast.branch), by=cast.actor("branch_secretary"), now=timezone.now()
    )
    drafted(cast, title="草拟中的通知")
    cast.notice = notice
    return cast


PATHS = (
    ("documents", "/documents/"),
    ("inbox", "/documents/in/"),
    ("new", "/documents/new/"),
    ("messages", "/documents/messages/"),
    ("registers", "/registers/"),
    ("contacts", "/registers/contacts/"),
    ("combined", "/registers/combined/"),
    ("vacancies", "/registers/vacancies/"),
    ("coverage", "/registers/coverage/"),
    ("honours", "/registers/honours/"),
    ("masses", "/registers/masses/"),
    ("groups", "/registers/groups/"),
    ("names", "/registers/names/"),
)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_fit_and_can_be_read_by_all(stage: Any, request: pytest.FixtureRequest, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in_as(page, stage.party_office)
    at = f"/documents/{stage.notice.pk}/"
    for name, path in (*PATHS, ("notice", at), ("coverage_of", f"{at}coverage/")):
        page.goto(path)
        csp_clean(page)
        no_overflow(page)
        axe(page)
        shot(page, f"{width}-{name}")
