"""What the check says of each row: legal ones, and every reason why not, on both sides of each edge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Kind, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Standing
from hongzhu.kit.crypto import vault
from hongzhu.services.party.engine.admission import Ballot
from hongzhu.services.party.models import AdmissionStep, Quota
from hongzhu.services.party.queries import admission_past as queries
from hongzhu.services.party.queries import admission_past_book
from hongzhu.services.party.queries.settings import section_on
from hongzhu.services.party.rules import admission_past as rules
from tests.cast import FOUNDED, SYSTEM, joins, person
from tests.services.party.admission.conftest import TODAY, applied, led
from tests.services.party.admission_past.conftest import CODES, another, looked, reach, row, sheet

pytestmark = pytest.mark.django_db
D = date


def only(found: Any) -> Any:
    assert len(found.lines) == 1
    return found.lines[0]


def refused(past: Any, told: dict[str, Any], *words: str) -> None:
    line = only(looked(past, told))
    said = "；".join(line.faults)
    assert line.state == "refused" and all(word in said for word in words), said
    assert "已填内容" not in said and "没有保存" not in said


def fine(past: Any, told: dict[str, Any]) -> Any:
    line = only(looked(past, told))
    assert line.faults == []
    return line


@pytest.mark.parametrize("upto", CODES)
def test_the_whole_way_is_legal_as_far_as_any_step(past: Any, upto: str) -> None:
    line = fine(past, row(upto=upto))
    number = CODES.index(upto) + 1
    assert len(line.steps) == number + (number > CODES.index("observed"))
    assert line.state == ("ready" if CODES.index(upto) < CODES.index("candidate_filed") else "part")
    waits = [op.step.code for op in line.steps if op.waits]
    assert waits[:1] == (["candidate_filed"] if line.state == "part" else [])


# --- edges --------------------------------------------------------------------------------------------------


def test_both_sides_of_a_clock(past: Any) -> None:
    told = row(upto="candidate")
    day = D(2025, 3, 3)  # a year after the activist was decided
    fine(past, told | {"on:candidate": day})
    refused(past, told | {"on:candidate": D(2025, 3, 2)}, "第7步", "最早2025年3月3日")


def test_both_sides_of_the_last_day_of_an_approval(past: Any) -> None:
    told = row(upto="admit_approved")
    fine(past, told | {"on:admit_approved": D(2025, 12, 10)})
    refused(past, told | {"on:admit_approved": D(2025, 12, 11)}, "第17步")


def test_both_sides_of_a_notice(past: Any) -> None:
    told = row(upto="activist_filed") | {"on:activist_filed": D(2024, 3, 15), "ends:activist": D(2024, 3, 14)}
    fine(past, told)
    refused(past, told | {"closed:activist": D(2024, 3, 14)}, "入党积极分子公示", "期满后")
    fine(past, told | {"ends:activist": D(2024, 3, 11)})  # five working days after Monday 4 March
    refused(past, told | {"ends:activist": D(2024, 3, 10)}, "不少于5个工作日")
    refused(past, told | {"posted:activist": D(2024, 3, 2)}, "入党积极分子公示", "先完成前面的步骤")
    refused(past, told | {"ends:activist": D(2024, 3, 4)}, "公示止要晚于公示起")
    refused(past, told | {"ends:activist": ""}, "还没有填公示止")
    refused(past, told | {"closed:activist": "", "objections:activist": ""}, "结果确认日期、反映件数")
    refused(past, told | {"posted:activist": ""}, "还没有填公示起")
    bare = {key: value for key, value in told.items() if not key.endswith(":activist") or key.startswith("on")}
    refused(past, bare, "第4步", "还没有做“入党积极分子公示”")


def test_reviews_sooner_than_half_a_year_are_entered_and_said(past: Any) -> None:
    """What was reviewed was reviewed: of the past it is told, today it is refused."""
    told = row(upto="observed")
    assert not [note for note in fine(past, told).notes if "离上一次不满" in note]
    close = fine(past, told | {"on:observed": "2024-09-21、2024-09-22"})
    assert [
        note for note in close.notes if note.startswith("第6步") and note.endswith("2024年9月22日离上一次不满6个月")
    ]
    twice = fine(past, told | {"on:observed": "2024-09-21、2025-03-20、2025-09-20"})
    assert len([note for note in twice.notes if "离上一次不满" in note]) == 1
    refused(past, told | {"on:observed": "2024-03-01、2024-03-02"}, "第6步")


def test_votes_against_the_roll_and_the_quorum(past: Any) -> None:
    """Eight full members were on the roll of the branch that day."""
    told = row(upto="admit_vote")
    fine(past, told)
    refused(past, told | {"vote:admit_vote:entitled": 9}, "第15步", "多于当天名册上的正式党员8人")
    refused(past, told | {"vote:admit_vote:entitled": 7}, "应到会有表决权7人少了")
    reason = {"vote:admit_vote:entitled": 7, "fewer:admit_vote": "自费出国半年以上的"}
    assert fine(past, told | reason).steps[-1].step.fewer_for == "ABROAD"
    refused(past, told | {"fewer:admit_vote": "有事"}, "“有事”看不懂")
    fine(past, told | {"vote:admit_vote:present": 5, "vote:admit_vote:favour": 5})
    refused(past, told | {"vote:admit_vote:present": 4, "vote:admit_vote:favour": 4}, "没有超过半数")
    refused(past, told | {"vote:admit_vote:against": 1}, "加起来多于实到")
    refused(past, told | {"vote:admit_vote:favour": ""}, "赞成人数还没有填")
    Membership.objects.filter(person__name="宋时雨").update(left_out="ILL")
    fine(past, told | {"vote:admit_vote:entitled": 7})


def test_a_vote_that_was_not_carried_is_kept_and_stops_the_way(past: Any) -> None:
    four = {"vote:admit_vote:favour": 4, "vote:admit_vote:against": 3}
    line = fine(past, row(upto="admit_vote") | four)
    assert not line.steps[-1].step.passed
    assert "记为未通过" in queries.told(line)
    refused(past, row(upto="superior_talk") | four, "先完成第15步")


def test_a_roll_that_does_not_reach_back_is_said_so(past: Any) -> None:
    """A bureau that starts today has a roster from today on: the count is not compared, and the row says it."""
    Membership.objects.filter(org=past.branch).update(from_on=TODAY, full_on=D(2015, 7, 1))
    line = fine(past, row(upto="admit_vote"))
    assert "没有和名册核对" in queries.told(line)


def test_probation_ends_as_the_meeting_decided(past: Any) -> None:
    told = row(upto="full_vote")
    refused(past, told | {"decision:full_vote": ""}, "请填表决什么")
    refused(past, told | {"decision:full_vote": "延长预备期"}, "延长到哪一天")
    extended = told | {"decision:full_vote": "延长预备期", "until:full_vote": D(2026, 12, 10)}
    assert fine(past, extended).steps[-1].step.until == D(2026, 12, 10)
    refused(past, extended | {"until:full_vote": D(2026, 12, 9)}, "不少于半年")
    after = row(upto="full_approved") | {"decision:full_vote": "延长预备期", "until:full_vote": D(2026, 12, 10)}
    assert not fine(past, after).ops[-1].outcome
    ended = fine(past, row(upto="full_approved") | {"decision:full_vote": "取消预备党员资格"})
    assert ended.ops[-1].outcome == "CANCELLED" and ended.ops[-1].begins is None


def test_training_hours_and_papers(past: Any) -> None:
    fine(past, row(upto="training"))
    refused(past, row(upto="training") | {"hours:training": 23}, "第11步", "少于24学时")
    refused(past, row(upto="talk") | {"paper:application": ""}, "第2步", "还缺“入党申请书”")
    refused(past, row(upto="talk") | {"hours:training": 24}, "第11步", "没有填日期")
    refused(past, row(upto="activist") | {"who:CONTACT": "沈书言"}, "第5步", "没有填日期")


def test_days_that_have_not_come_and_steps_of_another_day(past: Any) -> None:
    refused(past, row(upto="talk") | {"on:talk": D(2026, 11, 21)}, "第2步", "日期还没有到")
    refused(past, row(upto="talk") | {"on:talk": "三月"}, "2 党组织派人谈话", "看不懂")
    refused(past, row(upto="talk") | {"on:apply": ""}, "没有填递交入党申请书的日期")
    refused(
        past, {"name": "江听雨", "org": "柳林中心小学党支部", "paper:application": "√"}, "没有填递交入党申请书的日期"
    )
    Person.objects.filter(pk=past.applicant.pk).update(born_on=D(2006, 1, 9))
    refused(past, row(upto="talk"), "第1步", "不满18周岁")
    Person.objects.filter(pk=past.applicant.pk).update(born_on=D(2006, 1, 8))
    fine(past, row(upto="talk"))


# --- helpers ------------------------------------------------------------------------------------------------


def test_helpers_are_full_members_of_that_day(past: Any) -> None:
    told = row(upto="contacts") | {"who:CONTACT": "沈书言"}
    fine(past, told)
    refused(past, told | {"who:CONTACT": "苏念慈"}, "没有叫“苏念慈”的正式党员")  # on probation
    refused(past, told | {"who:CONTACT": "罗与归"}, "培养联系人", "先在本人页面指定")  # of another branch
    refused(past, told | {"who:CONTACT": "沈书言、林晓禾、宋时雨"}, "最多2人")
    later = Membership.objects.filter(person__name="沈书言")
    later.update(from_on=D(2024, 3, 21))
    refused(past, told, "没有“沈书言”的转正日期")
    later.update(full_on=D(2024, 3, 20))
    fine(past, told)  # the roster begins later; the day of full membership in it does not
    later.update(full_on=D(2024, 3, 21))
    refused(past, told, "“沈书言”那天不是正式党员")
    later.update(from_on=FOUNDED)
    joins(person(past.bureau, "沈书言"), past.branch)
    refused(past, told, "有几位“沈书言”")


def test_nobody_helps_themselves(past: Any) -> None:
    joins(past.applicant, past.branch, since=D(2020, 1, 1))
    Membership.objects.filter(person=past.applicant).update(to_on=D(2024, 5, 1))
    refused(past, row(upto="contacts") | {"who:CONTACT": "江听雨"}, "本人不能作自己")


# --- who and where ------------------------------------------------------------------------------------------


def test_branches_and_people_that_are_not_there(past: Any) -> None:
    refused(past, row(org="柳林小学党支部"), "所在支部", "没有叫“柳林小学党支部”的党支部")
    refused(past, row(org="双桥小学党支部"), "不在你的范围内")
    refused(past, row(org="白石小学党支部"), "没有叫“白石小学党支部”的党支部")  # of another bureau: not there at all
    refused(past, row(name="谢长安"), "没有叫“谢长安”的人")  # of another bureau
    refused(past, row(name="罗与归"), "没有叫“罗与归”的人")  # of another branch
    refused(past, row(name="江听云"), "没有叫“江听云”的人")
    refused(past, row(name=""), "姓名", "没有填")


def test_a_person_twice_is_entered_once(past: Any) -> None:
    found = looked(past, row(), row(upto="talk"))
    assert [line.state for line in found.lines] == ["ready", "refused"]
    assert found.lines[1].faults == ["和第2行是同一个人，请删去一行或改正"]


def test_namesakes_by_the_last_four(past: Any) -> None:
    told = row()
    other = another(past, "江听雨")
    refused(past, told, "有2位“江听雨”", "后四位")
    refused(past, told | {"tail": "123X"}, "后四位没法核对")
    other.id_sealed = vault().seal("37088220000101123X", bind=f"{other.uuid}|id")
    other.save(update_fields=["id_sealed"])
    line = fine(past, told | {"tail": "123x"})
    assert line.person == other
    refused(past, told | {"tail": "1234"}, "没有叫“江听雨”的人")
    refused(past, told | {"tail": "12"}, "最后四位")


def test_a_full_member_is_led_nowhere(past: Any) -> None:
    joins(past.applicant, past.branch)
    refused(past, row(), "已是正式党员")


def test_a_way_in_another_branch_is_moved_first(past: Any) -> None:
    Engagement.objects.create(person=past.applicant, unit=past.other_school, relation="PERSONNEL", from_on=FOUNDED)
    applied(past, org=past.other_branch)
    refused(past, row(), "发展过程在“双桥小学党支部”")


# --- what is on file ----------------------------------------------------------------------------------------


def test_what_is_on_file_is_passed_over_and_contradictions_are_told(past: Any) -> None:
    led(past, "admit_vote")
    line = fine(past, row(upto="admit_vote"))
    assert line.state == "same" and line.same > 10 and queries.told(line).startswith("没有新的内容")
    refused(past, row(upto="admit_vote") | {"on:talk": D(2024, 2, 6)}, "第2步", "已登记在2024年2月5日")
    refused(past, row(upto="admit_vote") | {"vote:admit_vote:favour": 6}, "人数和系统里登记的不同")
    more = fine(past, row(upto="admit_vote") | {"on:superior_talk": D(2025, 6, 20)})
    assert [op.step.code for op in more.steps] == ["superior_talk"]
    again = row(upto="superior_talk") | {"on:observed": "2024-09-02、2025-03-03、2025-03-10"}
    refused(past, again | {"paper:meeting_record": "√"}, "第6步")  # observation ended with the development target


def test_a_vote_lost_on_file_may_be_held_again(past: Any) -> None:
    led(past, "admit_vote", ballot=Ballot(8, 7, 4))
    told = row(upto="admit_vote")
    lost = {"vote:admit_vote:favour": 4}
    assert fine(past, told | lost).state == "same"
    again = told | {"on:admit_vote": D(2025, 9, 10), "posted:probationary": D(2025, 7, 1),
                    "ends:probationary": D(2025, 7, 8), "closed:probationary": D(2025, 7, 9)}  # fmt: skip
    line = fine(past, again)
    assert [(op.step.code, op.step.round) for op in line.steps] == [("admit_vote", 2)]


# --- the register, plans, superiors outside -----------------------------------------------------------------


def test_a_probationary_member_on_the_roster_keeps_the_day_joined(past: Any) -> None:
    joins(past.applicant, past.branch, standing=Standing.PROBATIONARY, since=D(2025, 6, 10))
    line = fine(past, row(upto="admit_vote"))
    assert [op.begins for op in line.ops if op.begins] == []
    refused(past, row(upto="admit_vote") | {"on:admit_vote": D(2025, 6, 9)}, "名册上已是预备党员")


def test_a_roster_that_says_otherwise_is_looked_at_first(past: Any) -> None:
    joins(past.applicant, past.branch, standing=Standing.ACTIVIST, since=D(2026, 11, 1))
    fine(past, row(upto="preliminary"))
    refused(past, row(upto="admit_vote"), "组织关系从2026-11-01起")
    Membership.objects.filter(person=past.applicant).update(standing=Standing.PROBATIONARY, joined_on=D(2025, 6, 10))
    refused(past, row(upto="full_approved"), "第24步", "组织关系从2026-11-01起")
    refused(past, row(upto="full_approved") | {"decision:full_vote": "取消预备党员资格"}, "晚于开始日期")


def test_a_member_no_longer_on_the_roster_is_not_confirmed(past: Any) -> None:
    led(past, "full_vote")
    Membership.objects.filter(person=past.applicant, to_on__isnull=True).update(to_on=D(2026, 6, 20))
    refused(past, row(upto="full_approved"), "第24步", "名册上不是预备党员")


def test_a_closed_branch_takes_no_member(past: Any) -> None:
    """The body did not exist on the day of the first change in its register."""
    orgs_day = D(2024, 3, 4)
    type(past.branch).objects.filter(pk=past.branch.pk).update(opened_on=orgs_day)
    refused(past, row(upto="activist"), "第1步", "还没有设立")


def test_the_plan_of_the_year_counts_the_rows_before(past: Any) -> None:
    Quota.objects.create(bureau=past.bureau, org=past.general_branch, year=2025, places=1)
    another(past, "江望月")
    told = row(upto="admit_vote")
    found = looked(past, told, told | {"name": "江望月"})
    assert [line.state for line in found.lines] == ["part", "refused"]
    assert "没有名额了" in found.lines[1].faults[0]
    Quota.objects.update(places=2)
    assert [line.state for line in looked(past, told, told | {"name": "江望月"}).lines] == ["part", "part"]


def test_a_superior_outside_the_bureau_answers_with_a_number(past: Any) -> None:
    town = orgs.set_up(kind=Kind.UPPER, name="柳林镇党委", bureau=past.bureau, parent=past.root, by=SYSTEM, on=FOUNDED)
    Superior.objects.filter(org=past.branch, relation="BELONGS").update(superior=town)
    refused(past, row(upto="candidate_filed"), "第8步", "请填批复文号")
    line = fine(past, row(upto="candidate_filed") | {"number:candidate_filed": "柳党〔2025〕3号"})
    assert line.state == "ready" and line.steps[-1].step.number == "柳党〔2025〕3号"


def test_a_branch_that_belongs_to_nobody_waits_for_whoever_approves_there(past: Any) -> None:
    Superior.objects.filter(org=past.branch).delete()
    line = fine(past, row(upto="candidate_filed"))
    assert line.state == "part" and line.above is None


# --- the sheet ----------------------------------------------------------------------------------------------


def test_titles_are_chinese_for_a_reader_of_english(past: Any) -> None:
    data = sheet(row(upto="full_vote"))
    with override("en"):
        found = queries.checked(data, "补录.xlsx", reach(past))
    assert only(found).faults == []


def test_people_write_dates_counts_and_ticks_in_their_own_way(past: Any) -> None:
    told = row(upto="admit_vote") | {
        "on:apply": "2024年1月8日", "on:talk": "2024/2/5", "on:observed": "2024年9月2日，2025.3.3", "paper:application": "是",
        "vote:admit_vote:entitled": "8人", "league": "是", "sources": "班主任、青年教师",
    }  # fmt: skip
    line = fine(past, told)
    assert line.told.league and line.told.sources == ("class_teacher", "young_teacher")
    assert [op.step.on for op in line.steps if op.step.code == "observed"] == [D(2024, 9, 2), D(2025, 3, 3)]
    refused(past, row() | {"sources": "局长"}, "来源", "“局长”看不懂")
    refused(past, row(upto="full_vote") | {"decision:full_vote": "转正"}, "“转正”看不懂")
    refused(past, row(upto="admit_vote") | {"vote:admit_vote:present": 10000}, "在0到9999之间")
    one = row(upto="observed") | {"on:observed": D(2024, 9, 2)}
    assert len([op for op in fine(past, one).steps if op.step.code == "observed"]) == 1


def test_an_empty_row_asks_for_nothing(past: Any) -> None:
    line = fine(past, {"name": "江听雨", "org": "柳林中心小学党支部"})
    assert line.state == "same" and not AdmissionStep.objects.exists()


def test_a_step_that_day_knew_nothing_of(past: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bureau's own older rules may lack a step of today's."""
    section = section_on(past.bureau, TODAY)
    older = section.admission.model_copy(
        update={"steps": tuple(step for step in section.admission.steps if step.code != "talk")}
    )

    def sections(_bureau: Any, days: list[date]) -> list[Any]:
        return [section.model_copy(update={"admission": older}) if day == D(2024, 2, 5) else section for day in days]

    monkeypatch.setattr(admission_past_book, "sections_on", sections)
    refused(past, row(upto="talk"), "第2步：那一天的制度里没有这一步")
    fine(past, row(upto="talk") | {"on:talk": D(2024, 2, 6)})


def test_days_out_of_all_bounds_are_refused(past: Any) -> None:
    for far in ("9999-12-31", "1800-01-01", "20240230"):
        refused(past, row(upto="talk") | {"on:talk": far})


@pytest.mark.parametrize(
    ("state", "words"), [("refused", "要改"), ("part", "部分等上级"), ("ready", "可以登记"), ("same", "没有新内容")]
)
def test_a_row_is_marked_by_how_it_stands(state: str, words: str) -> None:
    assert str(rules.chip(state).word) == words


def test_reviews_too_close_together_are_told_not_hidden(past: Any) -> None:
    """Live, a second review within the half year is refused; one that was held then is entered, and the row says so."""
    told = row(upto="observed") | {"on:observed": "2024-09-02、2025-03-01"}
    line = fine(past, told)
    assert "2025年3月1日离上一次不满6个月" in queries.told(line)
    assert fine(past, told | {"on:observed": "2024-09-02、2025-03-02"}).notes == []
    refused(past, told | {"on:observed": "2024-03-02、2024-09-02"}, "第6步")  # before there was an activist
