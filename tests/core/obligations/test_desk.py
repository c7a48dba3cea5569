"""What waits on the desks of branches, schools and offices, and the form each of it opens (A03 A15 B19 E04 E05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions as deeds
from hongzhu.core.activities import queries as activities
from hongzhu.core.obligations import desk, queries
from hongzhu.core.orgs import actions as orgs
from tests.cast import FOUNDED, SYSTEM
from tests.core.activities.conftest import told
from tests.core.obligations.conftest import TODAY, deed

NEW = reverse("activities:act_new")


def cards(cast: Any, who: str, title: str, today: date = TODAY) -> list[Any]:
    return [due for due in desk.waiting(cast.accounts[who], today) if str(due.title) == title]


def asked(body: Any, kind: str, month: str) -> str:
    return f"{NEW}?body={body.pk}&kind={kind}&month={month}"


def test_a_card_opens_the_form_of_its_kind_and_month(shipped: Any, client: Any) -> None:
    """补记 of October opens October, whatever day it is; what is due now opens this month."""
    for month in range(1, 10):
        deed(shipped.branch, "theme_day", date(2026, month, 13))
    found = {str(due.action): due.url for due in cards(shipped, "organiser", "主题党日")}
    assert found == {
        "补记": asked(shipped.branch, "theme_day", "2026-10"),
        "记一次": asked(shipped.branch, "theme_day", "2026-11"),
    }
    shipped.login(client, "organiser")
    page = client.get(found["补记"])
    assert page.context["setup"].month_on == date(2026, 10, 1)
    assert "10月主题党日" in page.content.decode()


def test_a_quarter_that_runs_opens_this_month_and_one_that_is_over_its_last(shipped: Any) -> None:
    running = cards(shipped, "organiser", "党员大会", date(2026, 11, 20))
    assert [due.url for due in running] == [asked(shipped.branch, "members_meeting", "2026-11")]
    over = [due.url for due in cards(shipped, "organiser", "党员大会", date(2026, 10, 20)) if due.action == "补记"]
    assert over == [asked(shipped.branch, "members_meeting", "2026-09")]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [("secretary_lecture", "lecture"), ("appraisal", "appraisal"), ("service", "service"), ("site_trip", "site_trip")],
)
def test_the_kind_is_the_one_that_earns_the_tag(shipped: Any, tag: str, kind: str) -> None:
    section = activities.section_of(shipped.bureau, TODAY)
    duty = _tagged(queries.Book(shipped.bureau)(TODAY)[0], tag)
    assert queries.kind_meeting(section, duty, "BRANCH") == kind


def _tagged(duty: Any, tag: str) -> Any:
    return replace(duty, tag=tag)


def test_where_no_kind_is_meant_one_is_chosen(shipped: Any) -> None:
    section = activities.section_of(shipped.bureau, TODAY)
    due = next(card.due for card in queries.due_cards(shipped.branch, TODAY))
    for tag in ("reflections", "gone", "bureau_affairs"):
        assert queries.kind_meeting(section, _tagged(due.duty, tag), "BRANCH") == ""
    url = queries.record_url(
        shipped.organiser, section, shipped.branch, replace(due, duty=_tagged(due.duty, "gone")), TODAY
    )
    assert url == f"{reverse('activities:act_pick')}?body={shipped.branch.pk}"


def test_the_year_sheet_opens_the_form_of_the_cell(shipped: Any, client: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 9, 11))
    shipped.login(client, "organiser")
    address = reverse("obligations:year", args=[shipped.branch.pk, 2026])
    html = client.get(address).content.decode().replace("&amp;", "&")
    for month in ("2026-10", "2026-11"):
        assert f'href="{asked(shipped.branch, "theme_day", month)}"' in html
    for month in ("2026-09", "2026-12"):
        assert asked(shipped.branch, "theme_day", month) not in html
    assert reverse("activities:plan", args=[shipped.branch.pk]) in html
    shipped.login(client, "party_office")
    assert NEW not in client.get(address).content.decode(), "who does not record is led to no form"


def test_an_office_sees_what_is_due_before_the_period_ends(shipped: Any) -> None:
    by = {"bureau": shipped.bureau, "by": SYSTEM, "on": FOUNDED}
    study = orgs.set_up(kind="STUDY_GROUP", name="青禾县教育局理论学习中心组", parent=shipped.root, **by)
    (due,) = cards(shipped, "party_office", "中心组学习")
    assert due.url == asked(study, "centre_study", "2026-11")
    assert str(due.text) == f"{study.name}，2026年四季度，还差1次"
    deed(study, "centre_study", date(2026, 10, 20))
    assert cards(shipped, "party_office", "中心组学习") == []
    assert [due.text for due in cards(shipped, "party_office", "书记党课")] == [
        f"{shipped.committee.name}，2026年，还差1次"
    ], "the committee's own; branches and general branches have desks of their own"
    assert desk.waiting(shipped.accounts["inspector"], TODAY) == []
    assert desk.waiting(shipped.accounts["member"], TODAY) == []


def test_a_school_sees_its_monthly_sessions(shipped: Any, client: Any) -> None:
    """E04 E05 in Yunyang: owed by schools, told to who keeps the school's records, with the way to its year's themes."""
    shipped.bureau.pack = "yunyang"
    shipped.bureau.save()
    found = cards(shipped, "school_secretary", "师德教育")
    assert [(due.action, due.url) for due in found] == [
        ("记一次", asked(shipped.school, "ethics_study", "2026-11")),
        ("补记", asked(shipped.school, "ethics_study", "2026-10")),
    ]
    shipped.login(client, "school_secretary")
    assert "师德教育" in client.get("/").content.decode()
    assert client.get(found[0].url).status_code == 200
    plan = reverse("activities:plan", args=[shipped.school.pk])
    assert plan in client.get(reverse("obligations:year", args=[shipped.school.pk, 2026])).content.decode()
    assert plan in client.get(f"{reverse('activities:act_pick')}?body={shipped.school.pk}").content.decode()
    assert client.get(plan, {"kind": "ethics_study"}).status_code == 200


def test_a_desk_asks_as_much_for_three_bodies_as_for_one(shipped: Any, django_assert_num_queries: Any) -> None:
    by = {"bureau": shipped.bureau, "by": SYSTEM, "on": FOUNDED}
    office = shipped.accounts["party_office"]
    desk.waiting(office, TODAY)
    with CaptureQueriesContext(connection) as first:
        desk.waiting(office, TODAY)
    for number in range(2):
        orgs.set_up(kind="STUDY_GROUP", name=f"中心组{number}", parent=shipped.root, **by)
    with django_assert_num_queries(len(first)):
        assert len(desk.waiting(office, TODAY)) >= 3


def test_a_confidential_meeting_waits_for_those_who_may_read_it(shipped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Party office is asked for the committee's 民主生活会; a section officer, who could not open it, is not."""
    late = date(2026, 12, 28)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 28, 4, tzinfo=UTC))
    (card,) = cards(shipped, "party_office", "民主生活会", late)
    assert card.url == asked(shipped.committee, "democratic_life", "2026-12")
    assert not cards(shipped, "section_officer", "民主生活会", late)
    assert cards(shipped, "section_officer", "书记党课", late)  # the committee's other duties wait there


def test_what_is_still_lacking_after_a_record_opens_the_same_forms_as_the_desk(
    shipped: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter that runs opens this month, not the month it began in; what is for others to record opens nothing."""
    act = deeds.record(
        body=shipped.branch, told=told(held_on=date(2026, 11, 13), lecturer=shipped.branch_secretary.person_id),
        by=shipped.actor("organiser"), on=TODAY, now=timezone.now(),
    )  # fmt: skip
    shipped.login(client, "organiser")

    def offered() -> dict[str, str]:
        page = client.get(reverse("activities:act_saved", args=[act.pk]))
        html = page.content.decode().replace("&amp;", "&")
        told = {title: url for _card, title, url in page.context["cards"]}
        assert all((f"还差：{title}" in html) and (not url or f'href="{url}"' in html) for title, url in told.items())
        assert html.count(">记一次</a>") == sum(map(bool, told.values()))
        return told

    found = offered()
    assert found == {
        "10月支委会": asked(shipped.branch, "committee_meeting", "2026-10"),
        "11月支委会": asked(shipped.branch, "committee_meeting", "2026-11"),
        "四季度党员大会": asked(shipped.branch, "members_meeting", "2026-11"),
    }
    assert set(found.values()) < {due.url for due in desk.waiting(shipped.organiser, TODAY)}
    monkeypatch.setattr(activities, "may_write_kind", lambda _user, kind: kind.code != "members_meeting")
    assert offered() == found | {"四季度党员大会": ""}
