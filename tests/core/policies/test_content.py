"""What the shipped packs say, row by row of the inventory; frequencies a text does not state stay national or off."""

from __future__ import annotations

from datetime import date

import pytest

from hongzhu.core.obligations.pack import LOCK_DAYS
from hongzhu.core.policies.pack import folder
from hongzhu.kit.packs import by_code

CITIES = ("huaibei", "yunyang", "yongkang", "jinan", "rencheng")


def section(name: str, part: str, version: int = 2):
    return folder.shipped()[name][version - 1].sections[part]


def duties(name: str):
    return {code: duty for code, duty in by_code(section(name, "obligations").duties).items() if duty.active}


@pytest.mark.parametrize(
    ("code", "every", "count"),
    [
        ("theme_day_monthly", "month", 1),
        ("committee_meeting_monthly", "month", 1),
        ("members_meeting_quarterly", "quarter", 1),
        ("team_meeting_monthly", "month", 1),
        ("org_life_yearly", "year", 1),
        ("appraisal_yearly", "year", 1),
    ],
)
def test_three_meetings_and_one_lecture(code, every, count):
    duty = duties("national")[code]
    assert (duty.every, duty.count, duty.statutory, duty.lock_days) == (every, count, True, LOCK_DAYS)
    assert duty.clause.zh


def test_applies_and_windows():
    found = duties("national")
    assert found["committee_meeting_monthly"].applies.min_full_members == 7
    assert found["team_meeting_monthly"].applies.needs_teams is True
    window = found["org_life_yearly"].window
    assert (window.from_, window.to) == ("12-01", "+1-03-31")


def test_terms_hours_and_limits():
    terms = by_code(section("national", "obligations").terms_of_office)
    hours = by_code(section("national", "obligations").study_hours)
    limits = by_code(section("national", "people").limits)
    assert (terms["branch"].years, terms["committee"].years) == (3, 5)
    assert (hours["member"].hours, hours["officer"].hours) == (32, 56)
    assert [limits[code].value for code in ("branch_full_members", "committee_full_members", "branch_members")] == [
        3,
        7,
        50,
    ]


def test_denominators_differ():
    decisions = by_code(section("national", "activities").decisions)
    assert (decisions["admit"].base, decisions["election"].base) == ("entitled", "present")
    assert not decisions["election"].attendance.reached(8, 10)
    assert decisions["election"].attendance.reached(9, 10)
    assert not decisions["admit"].votes.reached(5, 10)
    assert decisions["admit"].votes.reached(6, 10)
    assert decisions["school_party_appointments"].attendance.reached(4, 6)
    assert not decisions["school_party_appointments"].attendance.reached(3, 6)


def test_school_meetings_exist_only_since_2022():
    before, since = by_code(section("national", "people", 1).regimes), by_code(section("national", "people").regimes)
    assert "party_led" not in before
    party_led = since["party_led"]
    assert party_led.from_on == since["principal_responsibility"].to_on == date(2022, 1, 1)
    meeting = by_code(party_led.meetings)["school_party_meeting"]
    assert (meeting.attendance, meeting.attendance_appointments) == ((1, 2), (2, 3))


@pytest.mark.parametrize(
    ("city", "own"),
    [
        ("huaibei", set()),
        ("yunyang", {"ethics_study_monthly", "rules_skills_monthly", "class_lessons_2021"}),
        ("yongkang", {"spirit_analysis_half"}),
        ("jinan", set()),
        ("rencheng", {"ethics_oath_term"}),
    ],
)
def test_a_city_adds_only_the_frequencies_its_text_states(city, own):
    assert duties(city).keys() - duties("national").keys() == own
    assert all(duties(city)[code].confidence == "certain" for code in own)


def test_stated_frequencies():
    assert duties("yongkang")["spirit_analysis_half"].every == "half"
    assert duties("yunyang")["ethics_study_monthly"].every == "month"
    assert duties("rencheng")["ethics_oath_term"].every == "term"
    lessons = duties("yunyang")["class_lessons_2021"]
    assert (lessons.every, lessons.count, lessons.bearers) == ("once", 3, ("CLASS",))
    assert by_code(section("jinan", "obligations").campaigns)["constitution_month"].yearly_month == 5


def test_names_without_content_ship_empty():
    lists = {item.code: item for city in CITIES for item in section(city, "registers").lists}
    empty = {"three_synchronised", "five_good", "eight_on_the_wall", "one_plus_495", "dual_leader"}
    assert all(lists[code].items == () for code in empty)
    assert [item.zh for item in lists["three_same"].items] == ["同部署", "同落实", "同考核"]


def test_headline_figures():
    figures = {
        f.code: (f.text, f.measure, f.period)
        for city in CITIES
        if (m := folder.shipped()[city][1].sections.get("measures"))
        for f in m.figures
    }
    assert figures == {
        "A01": ("第5次会议", "activities.ordinal", "2020"),
        "A02": ("第1次全体会议", "activities.ordinal", "2020"),
        "K05": ("6份", "documents.issued", "2020-05-01..2020-09-30"),
        "G02": ("6份", "documents.issued", "2020-05-01..2020-09-30"),
        "B09": ("116节", "activities.lectures_by", "2021"),
        "B12": ("56场", "activities.acts", "2021"),
        "B13": ("52场次", "activities.acts", "2021"),
        "B14": ("1400余篇", "activities.outputs", "2021"),
        "F38": ("3节以上", "activities.class_floor", "2021"),
        "B29_general_branches": ("1个党总支", "orgs.set_up", "2020"),
        "B29_branches": ("7个党支部", "orgs.set_up", "2020"),
    }


def test_no_act_asks_what_anybody_said():
    """B07, B08, B14, B19: held, who, when, counts and the unit's own improvements; no text field, no file slot."""
    for city in CITIES:
        kinds = by_code(section(city, "activities").kinds)
        for code in ("org_life", "democratic_life", "spirit_analysis", "appraisal", "centre_study"):
            if code in kinds:
                assert {field.type for field in kinds[code].fields} <= {"int", "bool"}
                assert {rule.kind for rule in kinds[code].resolutions} <= {"IMPROVEMENT"}
