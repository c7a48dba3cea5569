"""New items of a draft in the browser: asked in words, coded by the program, and really working once published."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions as activities
from hongzhu.core.activities import engine as acts
from hongzhu.core.activities.models import TagClaim
from hongzhu.core.audit.models import Entry
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.obligations.rules import CHIPS
from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.forms.items import FORMS
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import adding
from hongzhu.core.policies.pack.change import Edit
from hongzhu.kit.dates import SHANGHAI
from hongzhu.kit.packs import by_code
from tests.core.policies.doors import ADDED, a_duty, an_added_duty

pytestmark = pytest.mark.django_db

KIND = {
    "title": "读书分享会", "scope": ["BRANCH", "JOINT_BRANCH"], "roster": "members", "parts": ["study"], "counted": "on",
    "decided": "on", "clause": "青教党〔2026〕3号第二条", "confidence": "certain", "minutes": "60", "belonging": "date",
}  # fmt: skip
SOURCE = {"clause": "青教党〔2026〕3号", "confidence": "check"}


def rows(*columns):
    """Rows of a paper's form: (place, name, what fills it)."""
    return {
        f"row-{n}-{part}": value
        for n, column in enumerate(columns)
        for part, value in zip(("place", "title", "source"), column, strict=True)
    }


# One good answer to every form, and the code its title becomes.
ANSWERS: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("obligations", "duties"): (a_duty(), ADDED),
    ("obligations", "campaigns"): (
        SOURCE
        | {
            "title": "纪律学习", "from_on": "2026-04-01", "to_on": "2026-07-31", "counted": ["study", "lecture"],
            "bearers": ["BRANCH"], "report_headings": "总体情况\n 下一步打算 ",
        },
        "jilvxuexi",
    ),
    ("obligations", "terms_of_office"): (
        SOURCE
        | {"title": "党组任期", "bearers": ["PARTY_GROUP"], "years": "5", "shift_years": "1", "notify_days": "90"},
        "dangzurenqi",
    ),
    ("obligations", "study_hours"): (
        SOURCE | {"title": "新党员学时", "who": "member", "hours": "40", "tag": "study_hours"},
        "xindangyuanxueshi",
    ),
    ("obligations", "inspections"): (
        SOURCE | {"title": "安全督导", "times_a_year": "1", "notice_days": "30", "listed": "on"},
        "anquandudao",
    ),
    ("activities", "kinds"): (KIND, "dushufenxianghui"),
    ("activities", "parts"): (
        {"title": "案例研讨", "offered": ["theme_day", "study"], "needs": ["lecturer"], "outputs": ["listeners"]},
        "anliyantao",
    ),
    ("activities", "tags"): (
        SOURCE
        | {
            "title": "主题党日宣讲", "kinds": ["theme_day"], "parts_any": ["talk"], "needs": ["lecturer"],
            "shown": "主题党日上有宣讲", "amount": "none",
        },
        "zhutidangrixuanjiang",
    ),
    ("activities", "topics"): ({"title": "教育家精神", "offered": ["theme_day"]}, "jiaoyujiajingshen"),
    ("activities", "outputs"): ({"title": "走访社区", "unit": "个", "offered": ["service"]}, "zoufangshequ"),
    ("activities", "decisions"): (
        SOURCE
        | {
            "title": "推荐先进", "kinds": ["theme_day"], "attendance": "4/5", "votes": "1/2+", "base": "present",
            "full_members_only": "on",
        },
        "tuijianxianjin",
    ),
    ("people", "seats"): (
        SOURCE | {"title": "党务干事", "bearers": ["JOINT_BRANCH"], "post": "ORGANISER", "seats": "1", "most": "2"},
        "dangwuganshi",
    ),
    ("registers", "lists"): (
        {"title": "五项行动", "items": "铸魂行动\n\n头雁行动", "expected": "5", "source": "青教党〔2026〕5号"},
        "wuxiangxingdong",
    ),
    ("documents", "upper_systems"): (
        {"title": "省平台", "note": "从“组织生活”进去"} | rows(("1", "主题", "theme"), ("2", "", "held")),
        "shengpingtai",
    ),
    ("documents", "sheets"): (
        {"title": "活动登记单", "offered": ["theme_day"], "foot": "一式两份"}
        | rows(("2", "领导签字", "-"), ("1", "活动", "theme")),
        "huodongdengjidan",
    ),
}  # fmt: skip


def add_url(draft, section="obligations", listing="duties"):
    return reverse("policies:item_add", args=[draft.pk, section, listing])


def item_url(draft, section, listing, code, what="item_edit"):
    return reverse(f"policies:{what}", args=[draft.pk, section, listing, code])


def shown(response):
    """What a browser would send back of an item's form as it stands."""
    form = response.context["form"]
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {
        name: "on" if value is True else value
        for name, value in found.items()
        if value is not None and value is not False
    }


def said(response):
    return {name: [str(error) for error in errors] for name, errors in response.context["form"].errors.items()}


def items(version, section, listing):
    version.refresh_from_db()
    return by_code(getattr(queries.typed(version).section(section), listing))


# --- codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "taken", "code"),
    [
        ("读书分享会", (), "dushufenxianghui"),
        ("读书分享会", ("dushufenxianghui",), "dushufenxianghui_2"),
        ("读书分享会", ("dushufenxianghui", "dushufenxianghui_2"), "dushufenxianghui_3"),
        ("“五个一”活动", (), "wugeyihuodong"),
        ("2026年培训", (), "xiang2026nianpeixun"),
        ("！？", (), "xiang"),
        ("学" * 60, (), "xue" * 13 + "x"),
        ("学" * 60, ("xue" * 13 + "x",), "xue" * 12 + "xu_2"),
    ],
)
def test_a_code_is_the_title_in_letters_and_never_twice(title, taken, code):
    made = adding.new_code(title, taken)
    assert made == code
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", made)


def test_a_code_that_ever_meant_something_is_not_used_again(cast, shipped):
    """Published, dropped by a later version (only a file can do that), then named again: another code."""
    draft = an_added_duty(cast)
    published = publish(cast, draft)
    later = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 11, 20))
    later.body = adding.remove(published.body, ("obligations", "duties", ADDED))
    later.save()
    again = adding.Addition("obligations", "duties", published.body["obligations"]["duties"][-1] | {"code": ""})
    fields = {name: value for name, value in again.fields.items() if name != "code"}
    codes = actions.add_items(
        version=later,
        additions=[adding.Addition("obligations", "duties", fields)],
        by=cast.actor("party_office"),
        now=timezone.now(),
    )
    assert codes == [f"{ADDED}_2"]


def publish(cast, version, on=date(2026, 10, 1)):
    return actions.publish(
        version=version, valid_from=on, basis="青教党〔2026〕3号", by=cast.actor("party_office"), now=timezone.now()
    )


# --- every list -----------------------------------------------------------------------------------------


def test_every_form_has_an_answer_here():
    assert set(ANSWERS) == set(FORMS)


@pytest.mark.parametrize("place", ANSWERS, ids=".".join)
def test_an_item_is_added_shown_again_changed_and_taken_away(office, cast, draft, place):
    """Each list in turn: one entry for each writing, the comparison says 新增, and in the end nothing has changed."""
    answer, code = ANSWERS[place]
    before, entries = draft.body, Entry.objects.count()
    assert office.get(add_url(draft, *place)).status_code == 200

    response = office.post(add_url(draft, *place), answer)
    assert response.status_code == 302, said(response)
    assert items(draft, *place)[code].title.zh == answer["title"]
    assert Entry.objects.count() == entries + 1
    page = office.get(reverse("policies:version_compare", args=[draft.pk])).content.decode()
    assert "新增" in page
    assert answer["title"] in page
    office.get(reverse("policies:version_section", args=[draft.pk, place[0]]))

    added = draft.body
    edit = item_url(draft, *place, code)
    response = office.post(edit, shown(office.get(edit)))
    assert response.status_code == 302, said(response)
    draft.refresh_from_db()
    assert draft.body == added, "saved as it was shown"

    office.post(edit, shown(office.get(edit)) | {"title": "换个名字"})
    assert items(draft, *place)[code].title.zh == "换个名字", "the code stays"

    if place == ("activities", "kinds"):
        office.post(item_url(draft, "activities", "tags", code, "item_remove"))
    response = office.post(item_url(draft, *place, code, "item_remove"))
    assert response.url == reverse("policies:draft_edit", args=[draft.pk, place[0]])
    draft.refresh_from_db()
    assert queries.typed(draft).sections == queries.typed(PackVersion(body=before)).sections


@pytest.mark.parametrize("place", ANSWERS, ids=".".join)
def test_an_empty_answer_says_what_is_missing_and_keeps_the_draft(office, draft, place):
    before, entries = draft.body, Entry.objects.count()
    response = office.post(add_url(draft, *place), {"title": ""})
    assert response.status_code == 200
    assert "title" in said(response)
    draft.refresh_from_db()
    assert (draft.body, Entry.objects.count()) == (before, entries)


@pytest.mark.parametrize(
    ("place", "changes", "field", "words"),
    [
        (("obligations", "duties"), {"bearers": ["SCHOOL", "BRANCH"]}, "bearers", "学校不能办这种活动"),
        (("obligations", "duties"), {"counts_as": "tag:org_life"}, "every", "请选“每年”"),
        (("obligations", "duties"), {"not_months": ["1"]}, "not_months", "只有“每月”才能挑月份"),
        (
            ("obligations", "duties"),
            {"every": "month", "not_months": [str(month) for month in range(1, 13)]},
            "not_months",
            "十二个月都不要求",
        ),
        (("obligations", "duties"), {"title": "主题党日"}, "__all__", "已经有一项叫“主题党日”"),
        (("obligations", "duties"), {"title": "党员集中学习"}, "__all__", "只是没有启用"),
        (("obligations", "campaigns"), {"to_on": "2026-03-31"}, "to_on", "结束早于开始"),
        (("obligations", "campaigns"), {"bearers": []}, "bearers", "数哪些组织"),
        (("activities", "kinds"), {"scope": ["SCHOOL"]}, "roster", "学校没有党员名册"),
        (("activities", "kinds"), {"usual": ["lecture"]}, "usual", "先在“可以包含什么”里勾上"),
        (("activities", "kinds"), {"clause": ""}, "clause", "要计次数就要写依据"),
        (("activities", "tags"), {"kinds": [], "parts_any": [], "needs": []}, "kinds", "至少选一个条件"),
        (("people", "seats"), {"seats": "3"}, "most", "不能比应配的少"),
        (("people", "seats"), {"min_full_members": "9", "max_full_members": "8"}, "max_full_members", "上限比下限小"),
    ],
)
def test_what_does_not_fit_is_said_in_the_users_words(office, draft, place, changes, field, words):
    answer = ANSWERS[place][0] | changes
    before = draft.body
    response = office.post(add_url(draft, *place), answer)
    assert response.status_code == 200
    assert any(words in error for error in said(response)[field]), said(response)
    assert response.context["form"]["title"].value() == answer["title"], "what was typed is still there"
    draft.refresh_from_db()
    assert draft.body == before


@pytest.mark.parametrize(
    ("place", "field"), [(("registers", "lists"), "items"), (("obligations", "campaigns"), "report_headings")]
)
def test_an_empty_list_of_lines_shows_as_nothing(office, draft, place, field):
    answer, code = ANSWERS[place]
    office.post(add_url(draft, *place), answer | {field: ""})
    assert office.get(item_url(draft, *place, code)).context["form"][field].value() == ""
    assert getattr(items(draft, *place)[code], field) == ()


def test_boundaries_of_the_same_questions_pass(office, draft):
    eleven = [str(month) for month in range(1, 12)]
    assert office.post(add_url(draft), a_duty(every="month") | {"not_months": eleven}).status_code == 302
    place = ("people", "seats")
    answer = ANSWERS[place][0] | {"seats": "2", "min_full_members": "8", "max_full_members": "8"}
    assert office.post(add_url(draft, *place), answer).status_code == 302
    place = ("obligations", "campaigns")
    assert office.post(add_url(draft, *place), ANSWERS[place][0] | {"to_on": "2026-04-01"}).status_code == 302


# --- what hangs together --------------------------------------------------------------------------------


def test_a_kind_brings_what_counts_for_it_and_a_duty_finds_that(office, draft):
    office.post(add_url(draft, "activities", "kinds"), KIND)
    tag = items(draft, "activities", "tags")["dushufenxianghui"]
    assert tag.condition.kinds == ("dushufenxianghui",)
    assert (tag.shown.zh, tag.shown.en) == ("按读书分享会开展", "Held as: 读书分享会")
    choices = dict(office.get(add_url(draft)).context["form"].fields["counts_as"].choices)
    assert ("tag:dushufenxianghui", "读书分享会") in choices["办一次这种活动就算"]


def test_a_kind_that_does_not_count_brings_nothing_and_needs_no_source(office, draft):
    answer = {name: value for name, value in KIND.items() if name not in {"counted", "clause", "confidence"}}
    assert office.post(add_url(draft, "activities", "kinds"), answer).status_code == 302
    assert "dushufenxianghui" in items(draft, "activities", "kinds")
    assert "dushufenxianghui" not in items(draft, "activities", "tags")


def test_a_duty_on_a_kind_without_a_count_of_its_own_brings_one(office, draft):
    """党员大会 counts only with deliberation or a vote; a duty on any 党员大会 needs a count beside that."""
    assert office.post(add_url(draft), a_duty(counts_as="kind:members_meeting")).status_code == 302
    duty = items(draft, "obligations", "duties")[ADDED]
    tag = items(draft, "activities", "tags")[duty.tag]
    assert (duty.tag, tag.title.zh) == ("banyicidangyuandahui", "办一次党员大会")
    assert tag.condition.kinds == ("members_meeting",)
    assert not tag.condition.parts_any


def test_a_change_may_bring_a_count_too(office, cast):
    draft = an_added_duty(cast)
    url = item_url(draft, "obligations", "duties", ADDED)
    office.post(url, shown(office.get(url)) | {"counts_as": "kind:members_meeting"})
    assert items(draft, "obligations", "duties")[ADDED].tag == "banyicidangyuandahui"


def test_a_yearly_duty_keeps_the_window_of_what_it_counts(office, draft):
    assert office.post(add_url(draft), a_duty(counts_as="tag:org_life", every="year")).status_code == 302
    duty = items(draft, "obligations", "duties")[ADDED]
    assert (duty.belonging, duty.window.from_, duty.window.to) == ("own", "12-01", "+1-03-31")


def test_a_part_is_offered_where_it_was_asked_for_and_leaves_with_its_item(office, draft):
    office.post(add_url(draft, "activities", "parts"), ANSWERS["activities", "parts"][0])
    kinds = items(draft, "activities", "kinds")
    assert [code for code, kind in kinds.items() if "anliyantao" in kind.parts] == ["theme_day", "study"]
    url = item_url(draft, "activities", "parts", "anliyantao")
    office.post(url, shown(office.get(url)) | {"offered": ["lecture"]})
    kinds = items(draft, "activities", "kinds")
    assert [code for code, kind in kinds.items() if "anliyantao" in kind.parts] == ["lecture"]


def test_what_another_item_stands_on_is_not_taken_away(office, draft):
    office.post(add_url(draft, "activities", "kinds"), KIND)
    office.post(add_url(draft), a_duty(counts_as="tag:dushufenxianghui"))
    draft.refresh_from_db()
    before, entries = draft.body, Entry.objects.count()
    for listing, name in (("kinds", "读书分享会"), ("tags", "每季度读书会")):
        url = item_url(draft, "activities", listing, "dushufenxianghui", "item_remove")
        page = office.post(url, follow=True).content.decode()
        assert f"没有去掉：“{name}”要用到它" in page
    draft.refresh_from_db()
    assert (draft.body, Entry.objects.count()) == (before, entries)


def test_inherited_items_are_switched_off_never_taken_away(office, cast, draft):
    """Shipped by us, or published by the bureau before: neither page nor action takes them."""
    url = item_url(draft, "obligations", "duties", "theme_day_monthly", "item_remove")
    assert office.post(url).status_code == 404
    inherited = queries.OwnItem("obligations", "duties", items(draft, "obligations", "duties")["theme_day_monthly"])
    with pytest.raises(ValidationError, match="刚被别人去掉"):
        actions.remove_item(version=draft, item=inherited, by=cast.actor("party_office"), now=timezone.now())
    office.post(add_url(draft), a_duty())
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    second = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=timezone.localdate())
    assert ADDED in items(second, "obligations", "duties")
    assert office.post(item_url(second, "obligations", "duties", ADDED, "item_remove")).status_code == 404
    assert queries.added(second) == frozenset()


def test_a_published_version_takes_no_more_items(office, cast, draft):
    published = publish(cast, draft)
    response = office.post(add_url(published), a_duty(), follow=True)
    assert "不能再改" in response.content.decode()
    published.refresh_from_db()
    assert published.body == draft.body


@pytest.mark.parametrize(
    "place", [("obligations", "ranking"), ("documents", "kinds"), ("people", "limits"), ("x", "y")]
)
def test_lists_whose_codes_are_the_programs_take_no_items(office, draft, place):
    assert office.get(add_url(draft, *place)).status_code == 404


# --- the guard -------------------------------------------------------------------------------------------


def test_the_guard_says_at_once_what_it_will_refuse(office, cast, draft):
    place = ("obligations", "inspections")
    answer = {name: value for name, value in ANSWERS[place][0].items() if name != "listed"}
    page = office.post(add_url(draft, *place), answer, follow=True).content.decode()
    assert "“安全督导”不在年度清单上" in page
    assert "再登记为已列入" in page
    assert "listed: true" not in page, "words of the file format"
    office.post(
        reverse("policies:version_publish", args=[draft.pk]), {"valid_from": "2026-12-01", "basis": "青教党〔2026〕3号"}
    )
    draft.refresh_from_db()
    assert draft.status == "DRAFT"


def test_a_barred_name_is_pointed_out(office, draft):
    page = office.post(add_url(draft), a_duty(title="每月积分评比"), follow=True).content.decode()
    assert "“每月积分评比”的名称涉及打卡、排名、积分或在线时长" in page


# --- the draft form --------------------------------------------------------------------------------------


def test_going_to_add_saves_what_was_typed_first(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    data = shown(office.get(url)) | {"duties--lecture_quarterly--count": "2"}
    assert office.post(url, data | {"next": "add:duties"}).url == add_url(draft)
    assert items(draft, "obligations", "duties")["lecture_quarterly"].count == 2
    elsewhere = office.post(url, data | {"next": "section:activities"})
    assert elsewhere.url == reverse("policies:draft_edit", args=[draft.pk, "activities"])
    assert office.post(url, data | {"next": "//evil.example"}).url == reverse(
        "policies:version_section", args=[draft.pk, "obligations"]
    )


def test_an_added_item_leads_to_its_own_form(office, cast):
    draft = an_added_duty(cast)
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    response = office.get(url)
    page = response.content.decode()
    assert page.count("本稿新增") == 1
    assert f'value="item:duties:{ADDED}"' in page
    data = shown(response) | {"next": f"item:duties:{ADDED}"}
    assert office.post(url, data).url == item_url(draft, "obligations", "duties", ADDED)


def test_saving_over_somebody_elses_changes_is_said_first(office, cast, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    data = shown(office.get(url)) | {"seen": draft.digest, "duties--lecture_quarterly--count": "3"}
    edit = Edit("obligations", "duties", "theme_day_monthly", "count", 2)
    actions.edit(version=draft, edits=[edit], by=cast.actor("deputy"), now=timezone.now())

    response = office.post(url, data)
    page = response.content.decode()
    assert "白露晞改过这份草稿" in page
    found = items(draft, "obligations", "duties")
    assert (found["theme_day_monthly"].count, found["lecture_quarterly"].count) == (2, 1)
    assert 'name="duties--lecture_quarterly--count" value="3"' in page, "what was typed is still there"
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert office.post(url, data | {"seen": seen}).status_code == 302, "saved once more, after looking"
    assert items(draft, "obligations", "duties")["lecture_quarterly"].count == 3


def test_saving_nothing_leaves_no_entry(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "obligations"])
    entries = Entry.objects.count()
    assert office.post(url, shown(office.get(url))).status_code == 302
    assert Entry.objects.count() == entries


def test_a_draft_stands_on_the_edition_that_is_to_come(cast, draft):
    """An edition published for January is not lost when December's draft begins in November."""
    edit = Edit("obligations", "duties", "lecture_quarterly", "count", 2)
    draft = actions.edit(version=draft, edits=[edit], by=cast.actor("party_office"), now=timezone.now())
    coming = publish(cast, draft, date(2030, 1, 1))
    second = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 11, 20))
    assert second.body == coming.body
    assert queries.compared_with(second) == coming


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.parametrize("page", ["draft_edit", "item_add", "item_edit"])
def test_pages_of_a_draft_cost_the_same_for_one_and_three_added(
    office, cast, more, page, django_assert_max_num_queries
):
    draft = an_added_duty(cast)
    for number in range(more):
        office.post(add_url(draft), a_duty(title=f"第{number}项"))
    url = {
        "draft_edit": reverse("policies:draft_edit", args=[draft.pk, "obligations"]),
        "item_add": add_url(draft),
        "item_edit": item_url(draft, "obligations", "duties", ADDED),
    }[page]
    office.get(url)
    with django_assert_max_num_queries(20) as log:
        office.get(url)
    assert (
        len([query for query in log if "policies_" in query["sql"]])
        == {"draft_edit": 3, "item_add": 1, "item_edit": 2}[page]
    )


# --- and then it works -------------------------------------------------------------------------------------


@pytest.fixture
def november(monkeypatch):
    """20 November 2026, noon in Shanghai."""
    now = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(timezone, "localdate", lambda value=None, *_zone: (value or now).date())
    return now


def on_the_year_sheet(client, body, title):
    """The fourth quarter of one duty as the branch's own page shows it: its chip and the themes held."""
    made = client.get(reverse("obligations:year", args=[body.pk, 2026])).context["made"]
    cells = {cell.due.duty.title.zh: cell for _month, row, _rest in made.rows for cell in row if cell and cell.due}
    cell = cells[title]
    return str(cell.chip.word) if cell.chip else "", [act.theme for act in cell.acts]


def in_the_grid(client, body, title):
    """(due, held, still lacking) of one body and duty in the fourth quarter."""
    rows = client.get(reverse("obligations:gap"), {"period": "2026Q4"}).context["gap"].rows
    cells = next(row for row in rows if row.org == body).cells
    totals = next(cell for cell in cells if cell.duty.title.zh == title).totals
    return totals.due, totals.held, totals.lacking


def test_a_duty_drafted_in_the_browser_turns_to_held(office, cast, draft, november):
    """Kind and duty added in the form, published in the form, one act recorded and confirmed: 已开 everywhere."""
    office.post(add_url(draft, "activities", "kinds"), KIND)
    office.post(add_url(draft), a_duty(counts_as="tag:dushufenxianghui", title="读书分享"))
    answer = {"valid_from": "2026-10-01", "basis": "青教党〔2026〕3号"}
    office.post(reverse("policies:version_publish", args=[draft.pk]), answer)
    draft.refresh_from_db()
    assert draft.status == "PUBLISHED"
    assert on_the_year_sheet(office, cast.branch, "读书分享") == ("本期应开", [])
    assert in_the_grid(office, cast.branch, "读书分享") == (1, 0, 1)

    told = acts.Told(
        kind="dushufenxianghui", theme="共读一本书", held_on=date(2026, 11, 19), starts_at=time(15, 30),
        ends_at=time(16, 30), place="党员活动室", parts=("study",), process="轮流领读。",
    )  # fmt: skip
    by = cast.actor("organiser")
    act = activities.record(body=cast.branch, told=told, by=by, on=november.date(), now=november, joint=())
    proposed = set(act.claims.filter(state=TagClaim.State.PROPOSED).values_list("org_id", "tag"))
    assert (cast.branch.pk, "dushufenxianghui") in proposed
    assert act.pack_version_id == draft.pk
    activities.confirm(act=act, counted=proposed, by=by, now=november)

    assert on_the_year_sheet(office, cast.branch, "读书分享") == ("", ["共读一本书"])
    assert in_the_grid(office, cast.branch, "读书分享") == (1, 1, 0)
    _question, cells = obligations.cells_of(cast.branch, 2026, november)
    status = next(row.cell.status for row in cells if row.due.duty.title.zh == "读书分享")
    assert str(CHIPS[status].word) == "已开"
    assert in_the_grid(office, cast.other_branch, "读书分享") == (1, 0, 1)
