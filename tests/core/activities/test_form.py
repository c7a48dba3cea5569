"""The one-act form as it is posted: what is saved, what is refused, and that nothing typed is ever lost."""

from __future__ import annotations

import uuid
from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hongzhu.core.access.models import Draft
from hongzhu.core.activities import actions, engine
from hongzhu.core.activities.models import Act, FixedDay
from hongzhu.core.files.models import Attachment
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership
from hongzhu.core.policies.models import MonthlyGuide

from .test_pages import words


@pytest.fixture(autouse=True)
def on_a_friday_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2026, 11, 20))


def address(org: Any, kind: str = "theme_day", month: str = "2026-11") -> str:
    return f"{reverse('activities:act_new')}?body={org.pk}&kind={kind}&month={month}"


def filled(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "theme": "学党章、守师德",
        "held_on": "2026-11-20",
        "starts_at": "15:30",
        "ends_at": "17:00",
        "place": "党员活动室",
        "parts": ["study", "lecture"],
        "lecture_title": "从党章看教师的本分",
        "process": "一、集中学习\n领学第一章。",
        "token": str(uuid.uuid4()),
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


@pytest.fixture
def typist(cast: Any, client: Client) -> Client:
    cast.login(client, "organiser")
    return client


def test_recording_leads_to_what_it_counts_for(cast: Any, typist: Client) -> None:
    lecturer = cast.accounts["branch_secretary"].person_id
    absent = cast.people[3].pk
    data = filled(
        lecturer=lecturer, absent=[absent], item0_matter="修订值班表", item0_owner=lecturer, item0_due_on="2026-12-31"
    )
    data[f"why_{absent}"] = "OFFICIAL"

    answer = typist.post(address(cast.branch), data)

    act = Act.objects.get()
    assert answer.headers["Location"] == reverse("activities:act_saved", args=[act.pk])
    assert (act.due_roster, act.attended) == (9, 8)
    assert act.resolutions.get().due_on == date(2026, 12, 31)
    page = typist.get(answer.headers["Location"]).content.decode()
    assert "11月主题党日" in page
    assert "未勾“民主议事”或“会议表决”，不计" in page
    assert "按1学时45分钟，实到8人各记" in page
    assert "补学：1人" in page


def test_a_double_tap_makes_one_record(cast: Any, typist: Client) -> None:
    data = filled()
    first = typist.post(address(cast.branch), data)
    second = typist.post(address(cast.branch), data)

    assert Act.objects.count() == 1
    assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("typed", ["2026-11-31", "11月31日", "2026年11月31日", "１１月３１日"])
def test_a_day_that_does_not_exist(cast: Any, typist: Client, typed: str) -> None:
    answer = typist.post(address(cast.branch), filled(held_on=typed, theme="不能丢的主题"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没有保存：11月31日不存在，请改日期。已填内容还在。" in page
    assert "不能丢的主题" in page
    assert "领学第一章。" in page
    assert Act.objects.count() == 0


def test_several_mistakes_are_counted_and_lead_to_their_fields(cast: Any, typist: Client) -> None:
    absent = cast.people[3].pk
    answer = typist.post(address(cast.branch), filled(theme="", absent=[absent]))

    page = answer.content.decode()
    assert "没有保存，有2处要改。已填内容还在。" in page
    assert f'href="#who_{absent}"' in page
    assert "请选许青原没有到会的原因" in page
    assert f'id="who_{absent}" name="absent" value="{absent}" checked' in page


def test_refused_by_the_rules_keeps_what_was_typed(cast: Any, typist: Client) -> None:
    answer = typist.post(address(cast.branch), filled(held_on="2026-11-21"))

    page = answer.content.decode()
    assert "没有保存：11月21日还没到，会后再记；会前可以先做计划和通知。已填内容还在。" in page
    assert "从党章看教师的本分" in page


def test_defaults_come_from_plan_guide_and_fixed_day(cast: Any, typist: Client) -> None:
    FixedDay.objects.create(
        body=cast.branch, weekday=4, week=3, starts_at=time(15), ends_at=time(16, 30), place="三楼会议室"
    )
    MonthlyGuide.objects.create(
        bureau=cast.bureau, issuer=cast.committee, month_on=date(2026, 11, 1), status="ISSUED", issued_on=date(2026, 11, 2),
        themes=[{"kind": "theme_day", "theme": "学党章"}], readings=[{"title": "党章第一章"}, {"title": "党章第二章"}],
    )  # fmt: skip
    actions.plan(
        body=cast.branch, year=2026, lines=[actions.PlanLine("theme_day", date(2026, 11, 1), "学党章、守师德")],
        by=cast.actor("organiser"),
    )  # fmt: skip

    page = typist.get(address(cast.branch)).content.decode()

    assert "11月主题党日" in page
    assert "本支部计划：学党章、守师德" in page
    assert "每月提示：学党章" in page
    assert "11月20日 周五" in page
    assert "三楼会议室" in page
    assert page.count('name="readings"') == 2
    assert page.count('name="absent"') == 9
    assert "本月还差1次" in page


def test_a_file_is_kept_and_optional(cast: Any, typist: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("讲稿.txt", "讲稿正文".encode(), content_type="text/plain")
    answer = typist.post(address(cast.branch), filled(file=paper))

    assert answer.status_code == 302
    kept = Attachment.objects.filter(owner_kind="activities.act", owner_id=Act.objects.get().pk)
    assert list(kept.values_list("slot", "name")) == [("lecture", "讲稿.txt")]


def test_a_refused_file_saves_nothing_by_half(cast: Any, typist: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("坏.exe", b"MZ\x90\x00", content_type="application/octet-stream")
    answer = typist.post(address(cast.branch), filled(file=paper))

    assert answer.status_code == 200
    assert "已填内容还在" in answer.content.decode()
    assert Act.objects.count() == 0


BARE = ("org_life", "appraisal")


@pytest.mark.parametrize("kind", BARE)
def test_bare_kinds_offer_neither_text_nor_file(cast: Any, typist: Client, kind: str) -> None:
    """B07 B08 B14 B19: a posted text or file is not even read."""
    page = typist.get(address(cast.branch, kind)).content.decode()
    assert 'name="process"' not in page
    assert 'type="file"' not in page
    assert 'name="media_url"' not in page

    from django.core.files.uploadedfile import SimpleUploadedFile

    data = filled(
        parts=["appraisal"],
        belongs_year="2026",
        process="张三批评李四",
        file=SimpleUploadedFile("材料.txt", b"x"),
        lecture_title=None,
    )
    answer = typist.post(address(cast.branch, kind), data)

    assert answer.status_code == 302
    assert Act.objects.get().process == ""
    assert not Attachment.objects.exists()


def test_a_bare_act_takes_no_file_later_either(cast: Any, typist: Client, record: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    act = record(kind="org_life", parts=(), process="", lecture_title="", belongs_year=2026)
    typist.post(reverse("activities:act_attach", args=[act.pk]), {"file": SimpleUploadedFile("对照.txt", b"x")})

    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("branch", ("theme_day", "members_meeting", "committee_meeting", "team_meeting", "lecture", "org_life", "appraisal", "study", "study_session", "major_decision", "talk", "site_trip", "exchange", "service")),
        ("school", ("staff_study", "ethics_study", "ethics_oath", "major_decision")),
        ("class_one", ("class_lesson",)),
        ("committee", ("party_committee", "contact_visit", "democratic_life")),
    ],
)  # fmt: skip
def test_one_form_serves_every_kind(cast: Any, client: Client, who: str, kinds: tuple[str, ...]) -> None:
    login = {
        "branch": "organiser",
        "school": "school_secretary",
        "class_one": "school_secretary",
        "committee": "party_office",
    }
    cast.login(client, login[who])
    for kind in kinds:
        answer = client.get(address(getattr(cast, who), kind))
        assert answer.status_code == 200, kind
        assert "保存并生成记录" in answer.content.decode()


def test_drafts_come_back_after_reload(cast: Any, typist: Client) -> None:
    key = f"activities.act:{cast.branch.pk}:theme_day:2026-11"
    absent = cast.people[3].pk
    answer = typist.post(
        reverse("activities:act_draft"),
        {
            "key": key,
            "version": "0",
            "theme": "写到一半",
            "absent": [absent],
            f"why_{absent}": "SICK",
            "held_on": "2026-11-20",
        },
    )
    assert answer.json()["version"] == 1

    page = typist.get(address(cast.branch)).content.decode()
    assert "写到一半" in page
    assert f'id="who_{absent}" name="absent" value="{absent}" checked' in page
    assert "重新填" in page

    typist.post(address(cast.branch), filled())
    assert not Draft.objects.exists()


def test_another_window_is_told_and_overwrites_nothing(cast: Any, typist: Client) -> None:
    key = f"activities.act:{cast.branch.pk}:theme_day:2026-11"
    typist.post(reverse("activities:act_draft"), {"key": key, "version": "0", "theme": "一"})

    answer = typist.post(reverse("activities:act_draft"), {"key": key, "version": "0", "theme": "二"})

    assert answer.status_code == 409
    assert "另一个窗口" in answer.json()["note"]
    assert Draft.objects.get().data["theme"] == ["一"]


def test_two_people_at_one_form_are_told_who_when_and_where(cast: Any, typist: Client) -> None:
    key = f"activities.act:{cast.branch.pk}:theme_day:2026-11"
    other = Client()
    cast.login(other, "branch_secretary")
    other.post(reverse("activities:act_draft"), {"key": key, "version": "0", "theme": "另一个主题", "place": "操场"})

    told = typist.post(
        reverse("activities:act_draft"), {"key": key, "version": "0", "theme": "我的主题", "place": "操场"}
    ).json()

    assert [row["who"] for row in told["others"]] == ["唐见山"]
    assert told["others"][0]["fields"] == ["主题"]
    page = typist.get(f"{address(cast.branch)}&with={told['others'][0]['draft']}").content.decode()
    assert "另一个主题" in page
    assert Draft.objects.count() == 2


def test_recorded_by_somebody_meanwhile_is_asked_first(cast: Any, typist: Client) -> None:
    typist.post(address(cast.branch), filled())
    other = Client()
    cast.login(other, "branch_secretary")
    data = filled(theme="同一天的另一次")

    answer = other.post(address(cast.branch), data)
    assert answer.status_code == 200
    assert "还没有保存，已填内容还在。" in answer.content.decode()
    assert Act.objects.count() == 1

    assert other.post(address(cast.branch), data | {"another": "1"}).status_code == 302
    assert Act.objects.count() == 2


def test_correcting_at_once_shows_both_and_keeps_the_typing(cast: Any, typist: Client, record: Any) -> None:
    act = record(held_on=date(2026, 11, 19))
    page = reverse("activities:act_correct", args=[act.pk])
    data = filled(held_on="2026-11-19", revision="0", reason="题目写错", theme="第一个改的")
    assert typist.post(page, data).status_code == 302

    answer = typist.post(page, data | {"theme": "第二个改的", "token": str(uuid.uuid4())})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "用我的" in text
    assert "第二个改的" in text
    act.refresh_from_db()
    assert act.theme == "第一个改的"


def test_a_joint_roster_is_shown_before_saving(cast: Any, client: Client) -> None:
    cast.login(client, "party_office")
    from hongzhu.core.orgs import actions as orgs
    from hongzhu.core.people.models import Standing
    from tests.cast import FOUNDED, SYSTEM, joins

    group = orgs.set_up(
        bureau=cast.bureau, kind="LEADING_GROUP", name="党建工作领导小组", parent=cast.root, by=SYSTEM, on=FOUNDED
    )
    joins(cast.people[0], group, standing=Standing.HEAD)
    data = filled(parts=["deliberation"], lecture_title=None, joint=[group.pk])

    first = client.post(address(cast.committee, "party_committee"), data)
    assert "已加上党建工作领导小组的名册" in first.content.decode()
    assert Act.objects.count() == 0

    assert client.post(address(cast.committee, "party_committee"), data | {"rosters": [group.pk]}).status_code == 302
    act = Act.objects.get()
    assert {row.kind for row in act.bodies.all()} == {"party_committee", "leading_group"}


def test_a_vote_with_the_denominator_of_the_roster(cast: Any, typist: Client) -> None:
    data = filled(
        parts=["vote"],
        lecture_title=None,
        vote0_matter="接收预备党员",
        vote0_rule="admit",
        vote0_favour="5",
        vote0_against="3",
    )
    typist.post(address(cast.branch), data)

    vote = Act.objects.get().votes.get()
    assert (vote.entitled, vote.present, vote.favour) == (8, 8, 5)
    page = typist.get(reverse("activities:act", args=[vote.act_id])).content.decode()
    assert "通过" in page


def a_team(cast: Any, name: str = "第一党小组", parent: Any = None, closed: date | None = None) -> Org:
    made = orgs.set_up(
        bureau=cast.bureau, kind="TEAM", name=name, parent=parent or cast.branch, by=cast.actor("party_office"),
        on=date(2026, 1, 1),
    )  # fmt: skip
    if closed:
        Org.objects.filter(pk=made.pk).update(closed_on=closed)
    return made


def test_a_party_group_is_chosen_from_those_of_the_branch_that_day(cast: Any, typist: Client) -> None:
    team = a_team(cast)
    theirs = a_team(cast, "双桥第一党小组", parent=cast.other_branch)
    gone = a_team(cast, "已撤销的党小组", closed=date(2026, 6, 1))
    there = address(cast.branch, "team_meeting")
    page = typist.get(there).content.decode()
    assert '<select name="field_team"' in page and f'<option value="{team.pk}" selected>第一党小组' in page
    assert "双桥第一党小组" not in page and "已撤销的党小组" not in page

    data = filled(parts=["study"], lecture_title="")
    for wrong in (theirs.pk, gone.pk, "第一党小组"):
        assert typist.post(there, {**data, "field_team": wrong}).status_code == 200
        assert not Act.objects.exists()
    typist.post(there, {**data, "field_team": team.pk})
    act = Act.objects.get()
    assert act.extra["team"] == team.pk
    assert act.field_values.get(code="team").number == team.pk
    assert "第一党小组" in typist.get(reverse("activities:act", args=[act.pk])).content.decode()
    again = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert f'<option value="{team.pk}" selected>第一党小组' in again


def test_a_body_typed_past_the_form_is_refused(cast: Any, record: Any) -> None:
    theirs = a_team(cast, "双桥第一党小组", parent=cast.other_branch)
    with pytest.raises(ValidationError, match="党小组"):
        record(kind="team_meeting", parts=("study",), lecture_title="", lecturer=None, extra={"team": theirs.pk})
    assert not Act.objects.exists()


def test_the_folded_time_of_a_correction_is_that_of_the_record(cast: Any, typist: Client, record: Any) -> None:
    act = record(held_on=date(2026, 1, 2))
    text = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert "data-when>1月2日 周五" in text
    assert "1月31日" not in text


def test_a_meeting_does_not_claim_the_months_study_list(cast: Any, typist: Client) -> None:
    MonthlyGuide.objects.create(
        bureau=cast.bureau,
        issuer=cast.root,
        month_on=date(2026, 11, 1),
        status=MonthlyGuide.Status.ISSUED,
        readings=[{"title": "党章第二章"}],
        issued_on=date(2026, 11, 2),
    )
    studied = typist.get(address(cast.branch)).context["form"]
    decided = typist.get(address(cast.branch, "committee_meeting")).context["form"]
    assert studied.fields["readings"].initial == ["0"]
    assert decided.fields["readings"].initial == []


def test_a_yearly_meeting_needs_no_theme_of_its_own(cast: Any, typist: Client) -> None:
    data = filled(theme="", parts=[], lecture_title=None, process=None, belongs_year="2026")
    assert typist.post(address(cast.branch, "org_life"), data).status_code == 302
    assert Act.objects.get().theme == "2026年度组织生活会"
    assert typist.post(address(cast.branch), filled(theme="")).status_code == 200
    assert Act.objects.count() == 1


def test_the_pick_page_offers_only_what_opens(cast: Any, client: Client) -> None:
    """A bureau keeps no Party day: its notice is of the first kind it holds, and it has no fixed day."""
    cast.login(client, "party_office")
    page = client.get(reverse("activities:act_pick") + f"?body={cast.root.pk}")
    text = page.content.decode()
    assert reverse("activities:fixed_day", args=[cast.root.pk]) not in text
    first = page.context["first"]
    if first:
        assert client.get(reverse("activities:before", args=[cast.root.pk]) + f"?kind={first}").status_code == 200


def test_the_branch_home_shows_what_was_held_last(cast: Any, typist: Client, record: Any) -> None:
    for day in (6, 13, 19, 20):
        record(held_on=date(2026, 11, day))
    shown = typist.get("/").context["recent"]
    assert [item.text[:6] for item in shown] == ["11月20日", "11月19日", "11月13日"]


def test_a_member_is_offered_no_table_of_the_others(cast: Any, client: Client) -> None:
    listed = f"{reverse('activities:act_list')}?org={cast.branch.pk}"
    tables = reverse("activities:body_table", args=[cast.branch.pk, "hours", "docx"])
    cast.login(client, "member")
    assert tables not in client.get(listed).content.decode()
    cast.login(client, "organiser")
    assert tables in client.get(listed).content.decode()


# --- a correction takes all or nothing, and drops nothing by itself ------------------------------------------


def a_guide(cast: Any, month: date, *titles: str) -> None:
    MonthlyGuide.objects.create(
        bureau=cast.bureau, issuer=cast.root, month_on=month, status=MonthlyGuide.Status.ISSUED, issued_on=month,
        readings=[{"title": title} for title in titles],
    )  # fmt: skip


def sent_again(client: Client, act: Act, **changes: Any) -> Any:
    """Post the form of a correction as it is shown, with some fields changed."""
    there = reverse("activities:act_correct", args=[act.pk])
    form = client.get(there).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "file"}
    told = {name: value for name, value in shown.items() if value not in (None, "", [], False)}
    return client.post(there, told | {"revision": act.revision, "reason": "核对"} | changes)


def test_a_refused_file_refuses_the_correction_and_keeps_what_was_typed(cast: Any, typist: Client, record: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    act = record()
    bad = SimpleUploadedFile("坏.exe", b"MZ\x90\x00", content_type="application/octet-stream")
    answer = sent_again(typist, act, theme="改过的主题", file=bad)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "坏.exe" in page and "已填内容还在" in page and "改过的主题" in page
    act.refresh_from_db()
    assert (act.theme, act.revision) == ("学党章、守师德", 0)
    assert not act.revisions.exists() and not Attachment.objects.exists()

    good = SimpleUploadedFile("讲稿.txt", "讲稿正文".encode(), content_type="text/plain")
    assert sent_again(typist, act, theme="改过的主题", file=good).status_code == 302
    assert Attachment.objects.get().name == "讲稿.txt"


def test_two_corrections_at_once_keep_no_file_of_the_second(cast: Any, typist: Client, record: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    act = record()
    sent_again(typist, act, theme="第一个改的")
    paper = SimpleUploadedFile("讲稿.txt", "讲稿正文".encode(), content_type="text/plain")
    answer = sent_again(typist, act, theme="第二个改的", file=paper, revision="0")
    assert answer.status_code == 200 and answer.context["conflict"]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("revision", ["", "x", "²", "-1", "9" * 30])
def test_a_revision_no_record_has_had_is_told_and_nothing_typed_is_lost(
    cast: Any, typist: Client, record: Any, revision: str
) -> None:
    act = record()
    page = sent_again(typist, act, theme="改过的主题", revision=revision).content.decode()

    assert "看不出这一页是从哪一次更正之后改起的" in page and "改过的主题" in page
    assert 'name="revision" value="0"' in page, "saving once more, after looking, succeeds"
    act.refresh_from_db()
    assert act.revision == 0


def test_a_correction_drops_no_reading_of_another_months_guide(cast: Any, typist: Client) -> None:
    """Held on 3 November, written down in October's form: its readings are October's."""
    a_guide(cast, date(2026, 10, 1), "党章第一章", "党章第二章")
    a_guide(cast, date(2026, 11, 1), "党章第三章")
    typist.post(address(cast.branch, month="2026-10"), filled(held_on="2026-11-03", readings=["0", "1"]))
    act = Act.objects.get()
    assert list(act.readings.order_by("pk").values_list("title", flat=True)) == ["党章第一章", "党章第二章"]

    page = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert page.count('name="readings"') == 3 and "来自11月提示" in page
    assert sent_again(typist, act).status_code == 302
    assert sorted(act.readings.values_list("title", flat=True)) == ["党章第一章", "党章第二章"]


def test_a_reading_of_ones_own_keeps_its_date_of_issue_and_can_be_unticked(cast: Any, typist: Client) -> None:
    typist.post(address(cast.branch), filled(reading_title="关于减负的通知：要点", reading_issued_on="2026-11-02"))
    act = Act.objects.get()
    page = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert "来自" not in page, "no guide was issued for the month"
    sent_again(typist, act, reading_title="党章第四章")
    kept = [("党章第四章", None), ("关于减负的通知：要点", date(2026, 11, 2))]
    assert sorted(act.readings.values_list("title", "issued_on")) == kept

    act.refresh_from_db()
    sent_again(typist, act, readings=["own::党章第四章"])
    assert list(act.readings.values_list("title", flat=True)) == ["党章第四章"]


def test_a_correction_against_another_still_means_its_readings(cast: Any, typist: Client) -> None:
    typist.post(address(cast.branch), filled(reading_title="甲篇", reading_issued_on="2026-11-02"))
    act = Act.objects.get()
    sent_again(typist, act, readings=[], theme="第一个改的")
    assert not act.readings.exists()

    answer = sent_again(typist, act, readings=["own:2026-11-02:甲篇"], revision="0")
    assert answer.context["conflict"] and answer.context["form"]["readings"].value() == ["own:2026-11-02:甲篇"]
    sent_again(typist, act, readings=["own:2026-11-02:甲篇"], revision="1")
    assert act.readings.get().issued_on == date(2026, 11, 2)


@pytest.mark.parametrize("key", ["7", "own:", "own::", "own:2026-02-30:甲篇", "甲篇"])
def test_a_reading_typed_past_the_form_is_none(cast: Any, typist: Client, record: Any, key: str) -> None:
    a_guide(cast, date(2026, 11, 1), "党章第一章")
    act = record()
    answer = sent_again(typist, act, readings=[key])
    assert answer.status_code == 200 and answer.context["form"].errors["readings"]


def test_a_draft_of_a_correction_keeps_the_acts_own_readings(cast: Any, typist: Client) -> None:
    typist.post(address(cast.branch), filled(reading_title="甲篇"))
    act = Act.objects.get()
    key = f"activities.act:{act.pk}:correct"
    typed = {"key": key, "version": "0", "revision": "0", "theme": "写到一半", "readings": ["own::甲篇"]}
    typist.post(reverse("activities:act_draft"), typed)
    page = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert "写到一半" in page and 'value="own::甲篇"' in page


# --- a copy is a form of its own ----------------------------------------------------------------------------


def test_a_copy_leaves_the_draft_of_the_month_alone(cast: Any, typist: Client, record: Any) -> None:
    usual = f"activities.act:{cast.branch.pk}:theme_day:2026-11"
    act = record(theme="上次的主题", held_on=date(2026, 10, 16))
    draft = reverse("activities:act_draft")
    typist.post(draft, {"key": usual, "version": "0", "theme": "本月写到一半"})

    there = f"{address(cast.branch)}&copy={act.pk}"
    page = typist.get(there)
    key, version = page.context["key"], page.context["version"]
    assert "上次的主题" in page.content.decode() and version == 0
    assert typist.post(draft, {"key": key, "version": version, "theme": "照着改"}).status_code == 200
    assert Draft.objects.get(key=usual).data["theme"] == ["本月写到一半"]

    assert "照着改" in typist.get(there).content.decode(), "the copy's own draft comes back"
    assert "本月写到一半" in typist.get(address(cast.branch)).content.decode()
    dropped = typist.post(reverse("activities:act_draft_drop"), {"key": key})
    assert "上次的主题" in typist.get(dropped.headers["Location"]).content.decode()

    kept = typist.post(there, filled(draft="1", theme="又改"), follow=True)
    assert "下次再点这次活动的“复制”接着填" in kept.content.decode()
    typist.post(there, filled())
    assert list(Draft.objects.values_list("key", flat=True)) == [usual]


def test_two_at_one_copy_find_each_others_draft(cast: Any, typist: Client, record: Any) -> None:
    act = record(held_on=date(2026, 10, 16))
    there = f"{address(cast.branch)}&copy={act.pk}"
    key = typist.get(there).context["key"]
    other = Client()
    cast.login(other, "branch_secretary")
    other.post(reverse("activities:act_draft"), {"key": key, "version": "0", "theme": "书记填的"})
    here = typist.get(there).context["here"]
    assert "书记填的" in typist.get(f"{here}&with={Draft.objects.get().pk}").content.decode()


@pytest.mark.parametrize("tail", ["copy", "copyx", "paste3", "copy3:4", "copy-3"])
def test_a_key_of_no_form_opens_nothing(cast: Any, typist: Client, tail: str) -> None:
    key = f"activities.act:{cast.branch.pk}:theme_day:2026-11:{tail}"
    assert typist.post(reverse("activities:act_draft"), {"key": key, "version": "0"}).status_code == 404
    assert not Draft.objects.exists()


def test_a_reworded_item_keeps_its_progress_and_the_paper_has_the_new_words(
    cast: Any, typist: Client, record: Any
) -> None:
    items = tuple(engine.ItemTold(matter) for matter in ("修订值班表", "报名单", "通知家长"))
    act = record(items=items)
    first, second, _third = act.resolutions.order_by("pk")
    actions.report_resolution(
        item=first, progress="已改一半", done=True, who=None, recorder=True, by=cast.actor("organiser"),
        on=date(2026, 11, 20),
    )  # fmt: skip
    page = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert page.count('type="hidden" name="item') == 3
    changes = {"item0_matter": "修订寒假值班表", "item2_matter": "", "item3_matter": "排班"}
    assert sent_again(typist, act, **changes).status_code == 302

    first.refresh_from_db()
    assert (first.matter, first.progress, first.state) == ("修订寒假值班表", "已改一半", "REPORTED")
    assert act.resolutions.get(matter="通知家长").state == "DROPPED"
    for paper in ("activities:act_paper", "activities:body_table"):
        args = [act.pk, "record"] if paper == "activities:act_paper" else [cast.branch.pk, "resolutions", "docx"]
        text = words(typist.get(reverse(paper, args=args)).content)
        assert "修订寒假值班表" in text and second.matter in text and "排班" in text
        assert "修订值班表" not in text and "通知家长" not in text
    assert 'type="hidden" name="item' not in typist.get(address(cast.branch)).content.decode()


def test_who_need_not_come_is_tapped_when_they_come(cast: Any, typist: Client) -> None:
    ill = cast.people[5].pk
    assert 'name="came"' not in typist.get(address(cast.branch)).content.decode()
    Membership.objects.filter(person=ill).update(left_out="ILL")
    form = typist.get(address(cast.branch))
    page = form.content.decode()
    assert f'id="who_{ill}" name="came" value="{ill}">' in page and "虚线框的人免予参加，来了就点名字，算到会。" in page
    assert form.context["form"].counts() == {"due": 8, "absent": 0, "there": 8}

    wrong = typist.post(address(cast.branch), filled(theme="", came=[ill]))
    assert f'name="came" value="{ill}" checked' in wrong.content.decode()
    assert wrong.context["form"].counts() == {"due": 9, "absent": 0, "there": 9}
    typist.post(address(cast.branch), filled(came=[ill, cast.people[0].pk, "x"]))
    act = Act.objects.get()
    assert (act.due_roster, act.attended) == (9, 9)

    there = reverse("activities:act_correct", args=[act.pk])
    assert f'name="came" value="{ill}" checked' in typist.get(there).content.decode()
    sent_again(typist, act, came=[ill])
    assert act.attendances.get(person=ill).state == "PRESENT"
    act.refresh_from_db()
    sent_again(typist, act)
    assert act.attendances.get(person=ill).state == "LEFT_OUT"


def test_two_drafts_that_differ_in_who_came_say_so(cast: Any, typist: Client) -> None:
    key = f"activities.act:{cast.branch.pk}:theme_day:2026-11"
    other = Client()
    cast.login(other, "branch_secretary")
    other.post(reverse("activities:act_draft"), {"key": key, "version": "0", "came": [cast.people[5].pk]})
    told = typist.post(reverse("activities:act_draft"), {"key": key, "version": "0", "place": ""}).json()
    assert told["others"][0]["fields"] == ["地点", "谁没来"]
