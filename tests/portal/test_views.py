"""Home by role, one page per unit as of a day, search that finds only what one may open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.access.models import Grant
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Hosting
from hongzhu.core.people.models import Post, PostKind
from hongzhu.core.policies.models import MonthlyGuide
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.registry import Due
from hongzhu.portal import queries
from tests.cast import SYSTEM

HOME = "/"
BRANCH_ROLES = ("branch_secretary", "organiser", "member", "deputy", "neighbour", "outsider")
OFFICES = ("party_office", "section_officer", "district_officer", "school_secretary", "inspector", "system_admin")


def unit_page(org: Any) -> str:
    return reverse("portal:unit", args=[org.pk])


def templates(response: Any) -> set[str]:
    return {template.name for template in response.templates}


@pytest.mark.parametrize("name", BRANCH_ROLES)
def test_a_branch_role_is_led_to_its_branch(cast: Any, client: Any, name: str) -> None:
    cast.login(client, name)
    assert "portal/branch_home.html" in templates(client.get(HOME))


@pytest.mark.parametrize("name", OFFICES)
def test_an_officer_is_led_to_the_desk(cast: Any, client: Any, name: str) -> None:
    cast.login(client, name)
    assert "portal/desk.html" in templates(client.get(HOME))


def test_without_a_role_one_is_told_whom_to_ask(cast: Any, client: Any) -> None:
    Grant.objects.filter(person=cast.member.person).update(to_on=date(2020, 1, 1))
    cast.login(client, "member")
    page = client.get(HOME)
    assert "portal/no_role.html" in templates(page)
    assert "请把姓名和单位告诉上级党组织" in page.content.decode()


def test_home_shows_both_superiors(cast: Any, client: Any) -> None:
    cast.login(client, "branch_secretary")
    page = client.get(HOME).content.decode()
    assert "隶属</i>柳林学区党总支" in page
    assert "指导</i>青禾县教育局党委" in page


@pytest.fixture
def declared(cast: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A room that has things waiting, things done and a card, in place of those installed."""
    told: dict[str, Any] = {"waiting": [], "recent": []}
    entry = registry.Waiting("obligations", lambda user, today: told["waiting"])
    monkeypatch.setattr(registry.book, "waiting", {"obligations": entry})
    monkeypatch.setattr(registry.book, "recents", {"activities": lambda user, org, limit: told["recent"]})
    monkeypatch.setattr(registry.book, "panels", {})
    return told


def test_what_waits_comes_in_order_of_its_day(cast: Any, client: Any, declared: dict[str, Any], clock: Any) -> None:
    declared["waiting"] = [
        Due("无期限"),
        Due("支委会", "还差1次", "/later/", "记一次", date(2026, 11, 30)),
        Due("主题党日", "还差1次", "/today/", "记一次", date(2026, 11, 20), urgent=True),
    ]
    cast.login(client, "branch_secretary")
    page = client.get(HOME)
    text = page.content.decode()

    assert [item.title for item in page.context["duties"]] == ["主题党日", "支委会", "无期限"]
    assert text.index("主题党日") < text.index("支委会") < text.index("无期限")
    assert text.count("btn-primary") == 1
    assert 'btn-primary" href="/today/"' in text
    assert "今天</span>" in text


def test_nothing_waiting_says_so(cast: Any, client: Any, declared: dict[str, Any]) -> None:
    cast.login(client, "branch_secretary")
    assert "本月应开的都已开" in client.get(HOME).content.decode()
    cast.login(client, "party_office")
    assert "现在没有等你办的事" in client.get(HOME).content.decode()


def test_who_records_nothing_is_not_told_that_all_was_held(cast: Any, client: Any) -> None:
    """The branch still owes meetings of this month; a member has no list of them, and is told where they stand."""
    cast.login(client, "branch_secretary")
    assert "hz-due-what" in client.get(HOME).content.decode(), "the branch owes something"
    cast.login(client, "member")
    page = client.get(HOME).content.decode()
    assert "本月应开的都已开" not in page
    assert "没有要你记的；支部开了哪些、还差哪些，看全年一览" in page


def test_at_most_three_recent_acts_and_the_whole_year(cast: Any, client: Any, declared: dict[str, Any]) -> None:
    declared["recent"] = [Due(f"第{n}次", "到会8人", f"/a/{n}/", chip=Chip("已开", "ok", "tick")) for n in range(5)]
    cast.login(client, "branch_secretary")
    text = client.get(HOME).content.decode()

    assert "第2次" in text
    assert "第3次" not in text
    year = reverse("obligations:year", args=[cast.branch.pk, timezone.localdate().year])
    assert f'href="{year}"' in text


def test_the_issued_guide_stands_on_the_home_page(cast: Any, client: Any, clock: Any) -> None:
    guide = MonthlyGuide.objects.create(
        bureau=cast.bureau, issuer=cast.root, month_on=date(2026, 11, 1), status=MonthlyGuide.Status.DRAFT,
        reports=[{"text": "报送年度计划", "due_on": "2026-11-28"}],
    )  # fmt: skip
    cast.login(client, "branch_secretary")
    assert "报送年度计划" not in client.get(HOME).content.decode()

    guide.status, guide.issued_on = MonthlyGuide.Status.ISSUED, date(2026, 11, 2)
    guide.save()
    assert "报送年度计划" in client.get(HOME).content.decode()


# --- one page per unit


def test_a_unit_outside_is_not_there(cast: Any, client: Any) -> None:
    for name, org in (("outsider", cast.branch), ("neighbour", cast.school), ("branch_secretary", cast.other_branch)):
        cast.login(client, name)
        assert client.get(unit_page(org)).status_code == 404


def test_a_unit_as_of_a_day(cast: Any, client: Any) -> None:
    """The school got its branch in 2019; its principal changed in 2024."""
    Post.objects.filter(org=cast.school, kind=PostKind.PRINCIPAL).update(from_on=date(2024, 3, 1))
    cast.login(client, "party_office")
    now = client.get(unit_page(cast.school))
    then = client.get(unit_page(cast.school), {"on": "2023-12-31"})
    first = client.get(unit_page(cast.school), {"on": "2018-01-01"})
    nonsense = client.get(unit_page(cast.school), {"on": "11月31日"})

    assert "何以宁" in now.content.decode().split("<main")[1]
    assert "何以宁" not in then.content.decode().split("<main")[1]
    assert list(now.context["branches"]) == [cast.branch]
    assert list(first.context["branches"]) == []
    assert nonsense.context["on"] == now.context["on"]


def test_one_person_with_two_posts_is_one_line(cast: Any, client: Any) -> None:
    secretary = Post.objects.get(org=cast.branch, kind=PostKind.SECRETARY).person
    Post.objects.create(person=secretary, org=cast.school, kind=PostKind.VICE_PRINCIPAL, from_on=date(2020, 1, 1))
    cast.login(client, "party_office")
    text = client.get(unit_page(cast.school)).content.decode()

    assert "书记、副校（园）长" in text
    assert text.count("唐见山") == 1


def test_members_and_staff_are_counted(cast: Any, client: Any) -> None:
    assert queries.member_counts(cast.school, date(2026, 11, 20)) == {"full": 8, "probationary": 1, "activists": 0}
    assert queries.member_counts(cast.school, date(2026, 6, 1)) == {"full": 8, "probationary": 0, "activists": 0}
    assert queries.staff_counts(cast.school, date(2026, 11, 20)) == {"staff": 9, "away": 0}
    cast.people[0].engagements.filter(relation="WORKPLACE").update(unit=cast.other_school)
    assert queries.staff_counts(cast.school, date(2026, 11, 20)) == {"staff": 9, "away": 1}


def test_a_member_sees_no_personnel_card(cast: Any, client: Any) -> None:
    cast.login(client, "member")
    page = client.get(unit_page(cast.branch))
    assert "people" not in [panel.name for panel, _data in page.context["panels"]]


def test_relations_and_hosts(cast: Any) -> None:
    found = queries.relations(cast.branch, date(2026, 11, 20))
    assert (found.belongs, found.guides, found.hosts) == (cast.general_branch, cast.committee, (cast.school,))
    before = queries.relations(cast.branch, date(2018, 1, 1))
    assert (before.belongs, before.guides, before.hosts) == (None, None, ())


@pytest.mark.parametrize("schools", [1, 3])
def test_a_joint_branch_costs_the_same_queries(
    cast: Any, client: Any, schools: int, django_assert_num_queries: Any
) -> None:
    for number in range(schools):
        school = orgs.set_up(
            bureau=cast.bureau, kind="SCHOOL", name=f"村小{number}", parent=cast.root, by=SYSTEM, on=date(2020, 1, 1)
        )
        Hosting.objects.create(org=cast.branch, unit=school, from_on=date(2020, 1, 1))
    cast.login(client, "party_office")
    client.get(unit_page(cast.branch))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(unit_page(cast.other_branch))
    with django_assert_num_queries(len(one)):
        client.get(unit_page(cast.branch))


# --- search


@pytest.mark.parametrize("typed", ["柳林", "liulin", "LIULIN", "llzx", " 柳林 "])
def test_units_by_name_pinyin_and_initials(cast: Any, client: Any, typed: str) -> None:
    cast.login(client, "party_office")
    assert cast.school.name in client.get(reverse("portal:search"), {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["唐见山", "tangjianshan", "tjs"])
def test_persons_by_name_pinyin_and_initials(cast: Any, client: Any, typed: str) -> None:
    ((who, bodies),) = queries.find_people(cast.party_office, typed, 8)
    assert (who.name, bodies) == ("唐见山", [cast.branch])
    cast.login(client, "party_office")
    assert "唐见山" in client.get(reverse("portal:search"), {"q": typed}).content.decode()
    for name in ("outsider", "neighbour", "member", "system_admin"):
        assert queries.find_people(cast.accounts[name], typed, 8) == []


def test_nothing_unseen_is_found(cast: Any, client: Any) -> None:
    cast.login(client, "outsider")
    text = client.get(reverse("portal:search"), {"q": "柳林"}).content.decode()
    assert cast.school.name not in text
    assert "没有找到" in text


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_word_finds_nothing(cast: Any, client: Any, typed: str) -> None:
    cast.login(client, "party_office")
    page = client.get(reverse("portal:search"), {"q": typed})
    assert page.context["found"] == []
    assert "没有找到" not in page.content.decode()


def test_a_closed_body_is_not_found(cast: Any) -> None:
    cast.other_school.closed_on = date(2025, 8, 31)
    cast.other_school.save()
    assert queries.find_orgs(cast.party_office, "双桥小学", 8) == [cast.other_branch]


def test_pages_answer_in_english(cast: Any, client: Any) -> None:
    cast.login(client, "party_office")
    client.post(reverse("set_language"), {"language": "en"})
    assert "Waiting for you" in client.get(HOME).content.decode()


def test_the_way_up_links_only_to_what_opens(cast: Any, client: Any) -> None:
    up = f'href="{unit_page(cast.root)}"'
    cast.login(client, "member")
    page = client.get(unit_page(cast.branch)).content.decode()
    assert up not in page
    assert cast.root.name in page
    cast.login(client, "party_office")
    assert up in client.get(unit_page(cast.branch)).content.decode()
