"""Pages read, the draft edited as a form, errors that keep what was typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.models import MonthlyGuide, PackVersion
from hongzhu.core.policies.pack import change, folder
from hongzhu.kit import registry
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor
from tests.core.policies.doors import empty_guide_form

pytestmark = pytest.mark.django_db


def form_data(response):
    """What a browser would send back of the form as it stands."""
    form = response.context["form"]
    return {
        name: value
        for name, field in form.fields.items()
        if (value := form.get_initial_for_field(field, name)) not in {None, False}
    }


def test_a_pack_reads_with_clause_and_confidence(office, shipped):
    version = PackVersion.objects.get(name="national", version=2)
    page = office.get(reverse("policies:version_page", args=[version.pk])).content.decode()
    assert "党支部、联合党支部，每季度1次" in page
    assert "依据：支部工作条例（试行）：党员大会一般每季度召开1次（公开材料一致）" in page


@pytest.mark.parametrize(
    "section", ["obligations", "activities", "people", "registers", "documents", "party", "collections"]
)
def test_saving_an_untouched_form_changes_nothing(office, draft, section):
    url = reverse("policies:draft_edit", args=[draft.pk, section])
    before = draft.body
    response = office.post(url, form_data(office.get(url)))
    assert response.status_code == 302, response.context["form"].errors
    draft.refresh_from_db()
    assert draft.body == before


def test_a_number_a_switch_and_a_title_in_one_form(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    data = form_data(office.get(url))
    data["duties--lecture_quarterly--count"] = "2"
    data["duties--study_monthly--active"] = "on"
    data["duties--theme_day_monthly--title"] = "支部主题党日"
    del data["duties--team_meeting_monthly--active"]
    assert office.post(url, data).status_code == 302
    draft.refresh_from_db()
    duties = by_code(queries.typed(draft).section("obligations").duties)
    assert duties["lecture_quarterly"].count == 2
    assert duties["study_monthly"].active
    assert not duties["team_meeting_monthly"].active
    assert duties["theme_day_monthly"].title.zh == "支部主题党日"


def test_a_wrong_number_is_said_and_nothing_is_saved(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    data = form_data(office.get(url)) | {
        "duties--lecture_quarterly--count": "0",
        "duties--study_monthly--title": "读书",
    }
    before = draft.body
    response = office.post(url, data)
    assert response.status_code == 200
    assert "读书" in response.content.decode()
    draft.refresh_from_db()
    assert draft.body == before


def test_comparing_says_what_changed_in_words(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    office.post(url, form_data(office.get(url)) | {"duties--lecture_quarterly--count": "2"})
    page = office.get(reverse("policies:version_compare", args=[draft.pk])).content.decode()
    assert "<h2>应办事项</h2>" in page
    assert "次数" in page


RATE = "dues--tables--SALARIED--brackets--0--rate"


def test_numbers_of_party_affairs_are_typed_as_people_read_them(office, draft):
    """Yuan and per cent on the page, fen and basis points in the pack; a change keeps its source and its English."""
    url = reverse("policies:draft_edit", args=[draft.pk, "party"])
    asked = form_data(office.get(url))
    assert asked[RATE] == Decimal("0.5")
    assert asked["dues--tables--SALARIED--brackets--0--upto"] == 3000
    share = next(key for key, value in asked.items() if value == "1/2")
    said = {RATE: "1.25", "dues--large--value": "2000", share: "2 / 3", "sending--posting_days--value": "7"}
    assert office.post(url, asked | said).status_code == 302
    draft.refresh_from_db()
    dues, before = draft.body["party"]["dues"], folder.shipped()["national"][2].body["party"]["dues"]
    assert dues["tables"][0]["brackets"][0] == {"upto": 300000, "rate": 125}
    assert dues["large"] == before["large"] | {"value": 200000}
    assert queries.typed(draft).section("party").admission.majority.present in {(2, 3), (1, 2)}
    assert queries.typed(draft).section("party").sending.posting_days.value == 7

    page = office.get(reverse("policies:version_compare", args=[draft.pk])).content.decode()
    assert "党费：缴纳类别" in page
    assert "比例（%）：0.5、" in page
    assert "比例（%）：1.25、" in page
    for raw in ("half_up", "quarter", "dues", "tables", "admission"):
        assert f">{raw}" not in page
        assert f"：{raw}" not in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (RATE, "10.01", "不能大于10，请改"),
        (RATE, "0.125", "小数"),
        ("share", "3/2", "请写成 4/5 这样"),
        ("share", "一半", "请写成 4/5 这样"),
        ("dues--tables--SALARIED--brackets--0--upto", "6000", "各档上限要从小到大"),
    ],
)
def test_a_wrong_number_of_party_affairs_is_said(office, draft, field, typed, said):
    url = reverse("policies:draft_edit", args=[draft.pk, "party"])
    asked, before = form_data(office.get(url)), draft.body
    key = next(key for key, value in asked.items() if value == "1/2") if field == "share" else field
    answer = office.post(url, asked | {key: typed})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert typed in answer.content.decode()
    draft.refresh_from_db()
    assert draft.body == before


def test_numbers_of_tables_are_set_by_the_bureau(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "collections"])
    office.post(url, form_data(office.get(url)) | {"seconds_typed": "30", "same_percent": "90"})
    draft.refresh_from_db()
    section = queries.typed(draft).section("collections")
    assert (section.seconds_typed, section.same_percent, section.recent_days) == (30, 90, 90)


def test_a_way_down_to_nothing_is_said():
    for way in ("dues.tables.NOBODY.rate", "dues.tables.9.rate"):
        with pytest.raises(KeyError, match="dues"):
            change.apply({"party": {"dues": {"tables": [{"code": "A"}]}}}, [change.Edit("party", "", "", way, 1)])


def test_preview_shows_what_rooms_say(office, draft, cast, monkeypatch):
    def moved(bureau, old, new, period):
        return [registry.Moved("党课", cast.branch.pk, "柳林中心小学党支部", "已开", "未见记录")]

    monkeypatch.setitem(registry.book.previews, "x", registry.Preview(name="x", title="应办事项", run=moved))
    page = office.get(reverse("policies:version_preview", args=[draft.pk]), {"period": "2026Q3"}).content.decode()
    assert "柳林中心小学党支部" in page
    bad = office.get(reverse("policies:version_preview", args=[draft.pk]), {"period": "去年"}).content.decode()
    assert "看不懂这个期间" in bad
    assert "没有预演，有1处要改。" in bad and "没有保存" not in bad and "已填内容还在" not in bad


def test_a_guide_from_blank_to_issued(office, cast):
    made = office.post(reverse("policies:guide_new"), {"month": "2026-12", "issuer": cast.committee.pk, "copy": "none"})
    guide = MonthlyGuide.objects.get()
    assert made.url == reverse("policies:guide_edit", args=[guide.pk])
    data = empty_guide_form() | {
        "reports-0-text": "年度总结",
        "reports-0-due_on": "2026-12-20",
        "themes-0-kind": "theme_day",
    }
    office.post(made.url, data)
    guide.refresh_from_db()
    assert guide.readings == [{"title": "党章"}]
    assert guide.reports == [{"text": "年度总结", "due_on": "2026-12-20"}]
    assert guide.themes == []
    office.post(reverse("policies:guide_issue", args=[guide.pk]))
    cast.login(office, "member")
    assert "年度总结" in office.get(reverse("policies:guide_page", args=[guide.pk])).content.decode()
    assert queries.guide_for(cast.branch, date(2026, 12, 9)).pk == guide.pk


@pytest.mark.parametrize("rows", [1, 3])
def test_guide_list_costs_the_same_for_one_and_three(office, cast, rows, django_assert_max_num_queries):
    for month in range(1, rows + 1):
        made = actions.write_guide(
            bureau=cast.bureau, issuer=cast.committee, month_on=date(2026, month, 1), content={"reports": [{"text": "报表"}]},
            by=cast.actor("party_office"),
        )  # fmt: skip
        actions.issue_guide(guide=made, by=cast.actor("party_office"), on=date(2026, month, 2))
    office.get(reverse("policies:guide_list"))
    with django_assert_max_num_queries(16) as log:
        office.get(reverse("policies:guide_list"))
    assert len([q for q in log if "policies_monthlyguide" in q["sql"]]) == 2


def test_bodies_outside_the_tree_do_not_hide_the_bureau(office, cast):
    """Unions hang on their unit, towns' committees on nobody: neither has a parent, and neither is the bureau."""
    for name in ("柳林小学工会", "双桥小学工会"):
        Org.objects.create(bureau=cast.bureau, kind=Kind.UNION, name=name, opened_on=date(2020, 1, 1))
    assert office.get(reverse("policies:exception_add")).status_code == 200
    assert office.get(reverse("policies:day_add")).status_code == 200


def test_the_list_says_that_a_draft_is_only_a_draft(office, draft):
    page = office.get(reverse("policies:pack_list")).content.decode()
    assert page.count("本局起草") == 1
    assert "本局发布" not in page
    assert "接着改草稿" in page
    actions.discard(version=draft, by=Actor.system("测试"), on=timezone.localdate())
    page = office.get(reverse("policies:pack_list")).content.decode()
    assert "本局起草" not in page
    assert "起草新版本" in page


def test_a_list_of_names_says_how_many_it_has(office, draft):
    answer = {"title": "五项行动", "source": "青教党〔2026〕5号", "items": "", "expected": "5"}
    office.post(reverse("policies:item_add", args=[draft.pk, "registers", "lists"]), answer)
    url = reverse("policies:draft_edit", args=[draft.pk, "registers"])
    response = office.get(url)
    assert "还没有填" in response.content.decode()
    office.post(url, form_data(response) | {"lists--wuxiangxingdong--items": "甲\n乙\n\n丙"})
    page = office.get(url).content.decode()
    assert "3项" in page
    assert "“五项行动”应有5项，现有3项" in page


def test_the_years_of_the_calendar_are_addresses_of_their_own(office):
    """A year beside the calendar is one question mark away, and opens that year."""
    page = office.get(reverse("policies:calendar_page"), {"year": 2025}).content.decode()
    assert 'href="?year=2024"' in page
    assert "2024年的国家安排" in office.get(reverse("policies:calendar_page") + "?year=2024").content.decode()
