"""Table, one person's page, forms, ledger, papers, what waits: what they say, and how many questions they ask."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from docx import Document

from hongzhu.core.people.models import Account, Engagement, Membership, Person
from hongzhu.kit import registry
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.models import Admission, AdmissionStep, Helper, Quota
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.queries import admission_page as pages
from hongzhu.services.party.queries import admission_paper as papers
from hongzhu.services.party.queries import admission_table as tables
from tests.conftest import kept
from tests.services.party.admission.conftest import TODAY, applied, at, hang, led, staged, tick

pytestmark = pytest.mark.django_db
D = date
LIST = reverse("party:admission_list")


def someone(stage: Any, name: str) -> Admission:
    who = Person.objects.create(bureau=stage.bureau, name=name, born_on=D(1992, 2, 2))
    return applied(stage, who=who)


@pytest.fixture
def here(stage: Any, clock: Any, client: Any) -> Any:
    clock.set(2026, 11, 20, 9)
    stage.login(client, "branch_secretary")
    return stage


def _voted(cast: Any) -> Any:
    staged(cast)
    cast.way = led(cast, "full_vote")
    return cast


voted = kept(_voted)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- the table ----------------------------------------------------------------------------------------------


def test_the_table_names_the_next_step_and_the_missing_paper(here: Any, client: Any) -> None:
    applied(here)
    text = words(client.get(LIST))
    assert "江听雨" in text
    assert "第2步 党组织派人谈话：缺“入党申请书”" in text
    assert "2024.2.8" in text and "已过期限" in text
    assert "is-now" in client.get(LIST).content.decode()


def test_filters_narrow_the_table(here: Any, client: Any) -> None:
    first = led(here, "candidate")
    hang(here, first, "candidate_filed")
    teacher = someone(here, "王远帆")
    actions.set_sources(admission=teacher, codes=["class_teacher"], by=here.actor("organiser"), on=TODAY)
    ended = someone(here, "孙知秋")
    actions.end_admission(
        admission=ended, outcome="WITHDRAWN", reason="本人提出", on=TODAY, by=here.actor("organiser"), today=TODAY
    )
    for given, names in (
        ({}, {"江听雨", "王远帆"}), ({"who": "superior"}, {"江听雨"}), ({"who": "branch"}, {"王远帆"}),
        ({"who": "late"}, {"王远帆"}), ({"stage": "candidate"}, {"江听雨"}), ({"step": "candidate_filed"}, {"江听雨"}), ({"step": "talk"}, {"王远帆"}),
        ({"source": "class_teacher"}, {"王远帆"}), ({"source": "young_teacher"}, set()), ({"q": "wyf"}, set()), ({"q": "远帆"}, {"王远帆"}),
        ({"show": "ended"}, {"孙知秋"}), ({"org": here.other_branch.pk}, set()), ({"org": "x", "who": "?"}, {"江听雨", "王远帆"}),
    ):  # fmt: skip
        answer = client.get(LIST, given)
        found = {row.admission.person.name for row in answer.context["page"]}
        assert found == names, given
    assert "没有符合条件的人" in words(client.get(LIST, {"q": "没有"}))


def test_an_empty_table_says_what_to_do(here: Any, client: Any) -> None:
    assert "登记之后，每一步到哪了、还缺什么都在这里" in words(client.get(LIST))
    here.login(client, "inspector")
    assert "支部登记之后会出现在这里" in words(client.get(LIST))


def test_one_row_and_three_ask_the_same(here: Any, client: Any, django_assert_num_queries: Any) -> None:
    led(here, "contacts")
    counted = {}
    for address in (LIST, reverse("party:admission_export"), reverse("party:admission_year"), reverse("party:index")):
        client.get(address)
        with CountQueries() as found:
            client.get(address)
        counted[address] = len(found)
    for name in ("王远帆", "孙知秋", "陈一鸣"):
        someone(here, name)
    for address, number in counted.items():
        with django_assert_num_queries(number):
            client.get(address)


class CountQueries:
    def __enter__(self) -> Any:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.inner = CaptureQueriesContext(connection)
        self.inner.__enter__()
        return self.inner

    def __exit__(self, *error: Any) -> None:
        self.inner.__exit__(*error)


def test_pages_of_a_long_and_a_short_way_ask_the_same(here: Any, client: Any, django_assert_num_queries: Any) -> None:
    short = someone(here, "王远帆")
    tick(here, short, {"application"})
    long = led(here, "full_application")
    hang(here, long, "full_vote")
    client.get(reverse("party:admission_page", args=[short.pk]))
    with CountQueries() as found:
        client.get(reverse("party:admission_page", args=[short.pk]))
    with django_assert_num_queries(len(found)):
        answer = client.get(reverse("party:admission_page", args=[long.pk]))
    text = words(answer)
    assert "应到会有表决权8人，实到7人，赞成7" in text
    assert "24学时" in text and "2026年6月10日" in text


def test_the_ledger_has_its_usual_columns(here: Any, client: Any) -> None:
    led(here, "admit_approved")
    someone(here, "王远帆")
    answer = client.get(reverse("party:admission_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "姓名" in row)
    assert head == [
        "序号", "姓名", "党支部", "申请时间", "谈话时间", "确定积极分子", "备案", "培养联系人", "确定发展对象", "备案", "政审", "培训", "预审",
        "公示", "支部大会(应到/实到/赞成)", "谈话", "审批", "预备期满", "转正大会", "转正审批", "材料缺项", "补录",
    ]  # fmt: skip
    row = next(row for row in rows if "江听雨" in row)
    told = dict(zip(range(len(head)), row, strict=True))
    assert str(told[3]).startswith("2024-01-08") and str(told[16]).startswith("2025-07-02")
    assert told[7] == here.people[0].name
    assert told[14] == "2025-06-10 (8/7/7)"
    assert str(told[13]).startswith("2025-04-28") and str(told[17]).startswith("2026-06-10")
    assert next(row for row in rows if "王远帆" in row)[-2:] == ["入党申请书", None]


# --- forms --------------------------------------------------------------------------------------------------


def test_an_application_is_handed_in_on_the_page_and_typed_words_stay(here: Any, client: Any) -> None:
    address = reverse("party:admission_new")
    given = {"org": here.branch.pk, "person": "江听雨", "applied_on": "2026-11-21", "sources": ["young_teacher"]}
    assert "没有叫“江听雨”的人" in words(client.post(address, given))
    # A teacher of the school in which the branch lives is in reach.
    Engagement.objects.create(person=here.applicant, unit=here.school, relation="WORKPLACE", from_on=D(2020, 1, 1))
    assert f'value="{here.branch.pk}" selected' in client.get(address).content.decode()
    answer = client.post(address, given)
    assert "申请时间还没有到" in words(answer) and 'value="江听雨"' in answer.content.decode()
    assert client.post(address, given | {"applied_on": "2026-11-20"}).status_code == 302
    admission = Admission.objects.get()
    assert list(admission.sources.values_list("code", flat=True)) == ["young_teacher"]


def test_a_birthday_the_register_lacks_is_typed_with_the_application(here: Any, client: Any) -> None:
    Engagement.objects.create(person=here.applicant, unit=here.school, relation="WORKPLACE", from_on=D(2020, 1, 1))
    Person.objects.filter(pk=here.applicant.pk).update(born_on=None, ethnic="回族", sex="2")
    address = reverse("party:admission_new")
    given = {"org": here.branch.pk, "person": "江听雨", "applied_on": "2026-11-20"}
    assert "名册上没有出生日期，请在“登记入党申请”页填上" in words(client.post(address, given))
    assert "不满18周岁" in words(client.post(address, given | {"born_on": "2009-01-01"}))
    here.applicant.refresh_from_db()
    assert here.applicant.born_on is None  # refused as a whole
    assert client.post(address, given | {"born_on": "1996-05-04"}).status_code == 302
    here.applicant.refresh_from_db()
    assert (here.applicant.born_on, here.applicant.ethnic, here.applicant.sex) == (D(1996, 5, 4), "回族", "2")


def test_a_birthday_that_differs_from_the_register_is_not_overwritten(here: Any, client: Any) -> None:
    Engagement.objects.create(person=here.applicant, unit=here.school, relation="WORKPLACE", from_on=D(2020, 1, 1))
    given = {"org": here.branch.pk, "person": "江听雨", "applied_on": "2026-11-20"}
    address = reverse("party:admission_new")
    answer = words(client.post(address, given | {"born_on": "1996-05-14"}))
    assert "名册上的出生日期是1996年5月4日" in answer and not Admission.objects.exists()
    assert client.post(address, given | {"born_on": "1996-05-04"}).status_code == 302


def test_a_step_is_entered_on_its_form(here: Any, client: Any) -> None:
    admission = applied(here)
    address = reverse("party:admission_step", args=[admission.pk, "talk"])
    assert "还缺“入党申请书”" in words(client.get(address))
    answer = client.post(address, {"on": "2024-02-05"})
    assert answer.status_code == 200 and "还缺“入党申请书”" in words(answer)
    papers_at = reverse("party:admission_papers", args=[admission.pk])
    client.post(papers_at, {"seen_application": "on", "pages_application": "4"})
    assert admission.papers.get().pages == 4
    assert "已登记第2步" in words(client.post(address, {"on": "2024-02-05"}, follow=True))
    assert admission.steps.filter(code="talk").exists()
    assert client.get(reverse("party:admission_step", args=[admission.pk, "nonsense"])).status_code == 404


def test_the_vote_form_counts_and_keeps_what_was_typed(here: Any, client: Any) -> None:
    admission = led(here, "form")
    hang(here, admission, "admit_vote")
    tick(here, admission, {"notice_result", "admission_form"})
    address = reverse("party:admission_step", args=[admission.pk, "admit_vote"])
    page = words(client.get(address))
    assert "今天名册上正式党员8人" in page and "预备党员没有表决权" in page
    votes = {"on": "2025-06-10", "entitled": "8", "present": "5", "favour": "4", "against": "1", "written": ""}
    assert "还没有填" in words(client.post(address, votes | {"favour": ""}))
    assert "多于当天名册上的正式党员8人" in words(client.post(address, votes | {"entitled": "9"}))
    assert "没有保存" in words(client.post(address, votes | {"on": ""}))
    text = words(client.post(address, votes, follow=True))
    assert "如实记为未通过" in text and "未通过" in text
    assert not AdmissionStep.objects.get(code="admit_vote").passed


def test_the_superior_answers_on_its_form(here: Any, client: Any) -> None:
    admission = led(here, "branch_review")
    address = reverse("party:admission_step", args=[admission.pk, "preliminary"])
    assert client.get(address).status_code == 403
    here.login(client, "party_office")
    answer = client.post(address, {"on": "2025-04-25", "answer": "no", "number": ""}, follow=True)
    assert "已登记上级不同意" in words(answer)
    client.post(address, {"on": "2025-04-28", "answer": "yes", "number": "教党〔2025〕7号"})
    row = AdmissionStep.objects.get(code="preliminary", passed=True)
    assert (row.number, row.round) == ("教党〔2025〕7号", 2)
    # Guidance is not enough: where the branch belongs elsewhere, nobody of the bureau answers.
    here.login(client, "section_officer")
    assert client.get(address).status_code == 403


def test_a_step_is_taken_back_on_the_page(here: Any, client: Any) -> None:
    admission = led(here, "activist")
    row = admission.steps.get(code="activist")
    address = reverse("party:admission_void", args=[row.pk])
    assert "请写作废的原因" in words(client.post(address, {"reason": ""}, follow=True))
    text = words(client.post(address, {"reason": "日期记错"}, follow=True))
    assert "已作废这一步" in text and "已作废：日期记错" in text
    first = admission.steps.get(code="apply")
    refused = client.post(reverse("party:admission_void", args=[first.pk]), {"reason": "x"}, follow=True)
    assert "只能作废最后登记的一步" in words(refused)


def test_plans_are_given_out_and_used_up(here: Any, client: Any) -> None:
    led(here, "admit_vote")
    here.login(client, "party_office")
    quota = reverse("party:admission_quota")
    assert client.post(quota, {"org": here.committee.pk, "year": "2025", "places": "-1"}).status_code == 200
    client.post(quota, {"org": here.committee.pk, "year": "2025", "places": "4"})
    assert Quota.objects.get().places == 4
    answer = client.get(reverse("party:admission_year"), {"year": 2025})
    told = {line.org: (line.places, line.admitted) for line in answer.context["page"]}
    assert told == {here.committee: (4, 1), here.branch: (None, 1)}
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("party:admission_year_export"), {"year": 2025}).content)
    )
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert next(row for row in cells if "计划数" in row)[:4] == ["党组织", "计划数", "已接收", "剩余"]
    assert "这一年还没有计划" in words(client.get(reverse("party:admission_year"), {"year": 2019}))


# --- what waits, what is found ------------------------------------------------------------------------------


def test_what_waits_for_branch_and_superior(here: Any) -> None:
    waits = registry.book.waiting["party_admission"].items
    admission = led(here, "candidate")
    hang(here, admission, "candidate_filed")
    someone(here, "王远帆")
    mine = waits(here.branch_secretary, TODAY)
    assert [due.title for due in mine] == ["发展党员：王远帆"] and mine[0].urgent
    above = waits(here.party_office, TODAY)
    assert [due.title for due in above] == ["发展党员待批复1人"] and "江听雨" in above[0].text
    assert waits(here.district_officer, TODAY) == []  # a general branch passes on, it does not decide
    assert waits(here.inspector, TODAY) == [] and waits(here.outsider, TODAY) == []


def test_people_ask_the_way_before_a_standing_changes(here: Any, client: Any) -> None:
    """Whoever is on an open way is no member by people's own forms; whose way has ended is asked of nobody."""
    admission = led(here, "activist")
    where = registry.book.guides["party_admission"]
    told = where([here.applicant.pk, here.people[0].pk])
    assert list(told) == [here.applicant.pk]
    assert "江听雨正在“柳林中心小学党支部”按步骤发展" in told[here.applicant.pk]
    row = Membership.objects.get(person=here.applicant, to_on__isnull=True)
    here.login(client, "party_office")
    given = {"standing": "FULL", "joined_on": "2020-05-04", "on": "2026-11-20"}
    page = client.post(reverse("people:membership_state", args=[row.pk]), given)
    assert page.status_code == 200 and "身份随“发展党员”里的步骤改变" in page.content.decode()
    row.refresh_from_db()
    assert (row.standing, row.to_on) == ("ACTIVIST", None)
    Admission.objects.filter(pk=admission.pk).update(outcome="STOPPED", ended_on=TODAY)
    assert where([here.applicant.pk]) == {}


def test_the_applicant_and_the_contact_are_told_what_comes_next(here: Any, client: Any) -> None:
    """Steps 14 and 22 are the applicant's own; a 培养联系人 knows how far the person has come whom they accompany."""
    waits, facts = registry.book.waiting["party_admission"].items, registry.book.personal["party_admission"].facts
    who, contact = (
        Account.objects.create(username="applicant", person=here.applicant, bureau=here.bureau),
        here.people[0],
    )
    assert facts(here.applicant, TODAY) == [] and facts(contact, TODAY) == []
    admission = led(here, "contacts")
    told = facts(here.applicant, TODAY)
    assert [fact.label for fact in told] == ["我的入党申请"]
    assert told[0].value.startswith("第6步") and "由党支部办理" in told[0].value and told[0].value.endswith("前")
    assert waits(who, TODAY) == []  # the branch's step
    assert [fact.label for fact in facts(contact, TODAY)] == ["培养联系人：江听雨"]
    mine = [due for due in waits(here.accounts["branch_secretary"], TODAY) if due.title == "培养联系人：江听雨"]
    assert len(mine) == 1 and mine[0].urgent and mine[0].url == reverse("access:me")
    assert waits(here.accounts["branch_secretary"], D(2024, 7, 1)) == []  # the review is two months off
    led(here, "preliminary", admission)
    tick(here, admission, {"preliminary_reply"})
    own = waits(who, TODAY)
    assert [due.title[:6] for due in own] == ["入党：第14"] and "请党支部登记" in own[0].text
    assert [due.title for due in waits(here.accounts["branch_secretary"], TODAY)][:1] != ["培养联系人：江听雨"]
    assert "由本人办理" in facts(here.applicant, TODAY)[0].value
    Helper.objects.filter(admission=admission, role="CONTACT").update(to_on=TODAY)
    assert facts(contact, TODAY) == []
    client.force_login(here.accounts["branch_secretary"])
    assert client.get(reverse("access:me")).status_code == 200


def test_whose_way_waits_for_its_day_is_told_from_when(here: Any) -> None:
    facts = registry.book.personal["party_admission"].facts
    admission = led(here, "observed")
    tick(here, admission, {"review_form", "contact_records"})
    early = facts(here.applicant, D(2025, 3, 1))[0].value  # a year of training ends on 3 March
    assert early.startswith("第7步") and early.endswith("2025年3月3日以后")
    led(here, "full_application", admission)
    assert facts(here.applicant, D(2026, 5, 16))[0].value.startswith("第23步")
    admission = led(here, "full_approved", Admission.objects.get())
    assert "第25步" in facts(here.applicant, TODAY)[0].value  # the papers are still to be filed
    assert facts(here.people[0], TODAY) == []  # whom one accompanied is a member now
    led(here, "filed", admission)
    assert facts(here.applicant, TODAY) == []


def test_search_finds_whom_the_user_may_see(here: Any) -> None:
    admission = applied(here)
    find = registry.book.searches["admissions"].find
    assert [hit.url for hit in find(here.organiser, "听雨", 5)] == [
        reverse("party:admission_page", args=[admission.pk])
    ]
    assert find(here.outsider, "听雨", 5) == [] and find(here.member, "听雨", 5) == []
    step = admission.steps.get()
    assert registry.book.links["party.admissionstep"](step.pk) == registry.book.links["party.admission"](admission.pk)
    assert registry.book.doors["party.admission"](here.organiser, admission.pk) == admission


# --- papers -------------------------------------------------------------------------------------------------


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_papers_are_offered_when_they_can_be_made(here: Any) -> None:
    admission = applied(here)
    assert {code for code, _title in papers.offered(admission, TODAY)} == {"review_form", "index", "talk"}
    assert papers.write(admission, "notice_full", TODAY) is None
    led(here, "full_vote", admission)
    assert {code for code, _title in papers.offered(admission, TODAY)} == {
        "review_form", "index", "notice_activist", "notice_candidate", "notice_probationary", "notice_full",
        "ballot_admit_vote", "ballot_full_vote", "review_request", "request", "reply", "talk", "filed_activist_filed",
        "filed_candidate_filed", "filed_upper_filed", "result_activist", "result_candidate", "result_probationary",
        "result_full", "ask_admit_approved", "answer_admit_approved", "ask_full_approved", "answer_full_approved",
    }  # fmt: skip


def test_letters_before_the_answer_leave_room_for_it_and_say_a_refusal(here: Any) -> None:
    admission = led(here, "admit_vote")
    codes = {code for code, _title in papers.offered(admission, TODAY)}
    assert "filed_upper_filed" not in codes and "ask_full_approved" not in codes
    blank = papers.write(admission, "answer_admit_approved", TODAY)
    assert blank is not None and "审批结果：" in text_of(blank.data) and "文号：" in text_of(blank.data)
    row = {
        "admission": admission,
        "code": "admit_approved",
        "on": D(2025, 7, 2),
        "passed": False,
        "number": "青教党〔2025〕8号",
    }
    AdmissionStep.objects.create(**row, recorded_at=at(TODAY), recorded_by="党建办")
    refused = papers.write(admission, "answer_admit_approved", TODAY)
    assert refused is not None and "不同意接收江听雨同志" in text_of(refused.data)
    assert "青教党〔2025〕8号" in text_of(refused.data) and "filed_upper_filed" not in dict(
        papers.offered(admission, TODAY)
    )
    admission.notices.filter(point="probationary").update(objections=2, held_up=True)
    result = papers.write(admission, "result_probationary", TODAY)
    assert result is not None and "收到反映2件，影响继续办理" in text_of(result.data)
    AdmissionStep.objects.filter(code="admit_vote").update(entitled=None)
    ask = papers.write(admission, "ask_admit_approved", TODAY)
    assert ask is not None and "实到" not in text_of(ask.data)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("notice_candidate", ("发展对象公示", "2025年3月20日至27日", "自张贴次日起5个工作日", "培养联系人")),
        ("notice_full", ("预备党员转正公示", "2026年5月20日至27日", "入党介绍人")),
        (
            "ballot_admit_vote",
            ("接收为中国共产党预备党员", "8人", "7人", "超过应到会有表决权的正式党员的半数，通过", "支部大会决议"),
        ),
        ("ballot_full_vote", ("按期转为正式党员",)),
        ("review_form", ("培养教育考察登记表", "2024年9月2日", "2025年3月3日", "本人简历", "上级党委意见")),
        ("request", ("预审的请示", "青禾县教育局党委：", "2024年1月8日申请入党", "1.入党申请书")),
        ("reply", ("预审结果的批复", "同意发给《中国共产党入党志愿书》", "2025年4月25日")),
        ("review_request", ("政治审查情况的报告", "2025年4月10日完成")),
        ("index", ("卷内目录", "中国共产党入党志愿书", "存入人事档案")),
        ("talk", ("入党申请人谈话登记表", "2024年2月5日", "谈话情况")),
        (
            "filed_activist_filed",
            ("入党积极分子备案报告", "青禾县教育局党委：", "2024年3月3日确定为入党积极分子", "2024年3月20日"),
        ),
        (
            "filed_upper_filed",
            ("上级党委组织部门：", "2025年7月2日批准接收为中共预备党员，现将", "青禾县教育局党委\n2025年7月9日"),
        ),
        ("result_candidate", ("发展对象公示结果", "没有收到反映，不影响继续办理", "2025年4月1日")),
        (
            "ask_admit_approved",
            ("关于接收预备党员的请示", "应到会有表决权的正式党员8人，实到7人，赞成7人", "2025年6月10日"),
        ),
        ("answer_admit_approved", ("同意接收江听雨同志为中国共产党预备党员", "2025年7月2日")),
        ("ask_full_approved", ("江听雨同志的转正事项（按期转为正式党员）",)),
    ],
)
def test_papers_say_what_is_on_file(voted: Any, clock: Any, client: Any, code: str, said: tuple[str, ...]) -> None:
    clock.set(2026, 11, 20, 9)
    voted.login(client, "branch_secretary")
    admission = voted.way
    made = papers.write(admission, code, TODAY)
    assert made is not None and made.name.endswith(".docx") and "江听雨" in made.name
    text = text_of(made.data)
    assert [one for one in said if one not in text] == []
    answer = client.get(reverse("party:admission_paper", args=[admission.pk, code]))
    assert answer.status_code == 200 and answer.content == made.data


def test_the_index_counts_pages(here: Any) -> None:
    admission = applied(here)
    actions.see_papers(
        admission=admission, seen={"application": 3, "review_form": 1, "contact_records": None, "review_conclusion": 2},
        on=TODAY, by=here.actor("organiser"),
    )  # fmt: skip
    made = papers.write(admission, "index", TODAY)
    assert made is not None
    (table,) = Document(io.BytesIO(made.data)).tables[:1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert [(row[3], row[4]) for row in rows[1:5]] == [("3", "1-3"), ("1", "4"), ("", ""), ("2", "5-6")]


def test_the_page_shows_what_is_missing_and_what_may_be_done(here: Any) -> None:
    admission = led(here, "contacts")
    shown = pages.page(here.branch_secretary, admission, D(2024, 3, 25))
    here_now = [line for line in shown.lines if line.here]
    assert [line.place.step.code for line in here_now] == ["observed"]
    assert here_now[0].may and shown.last == admission.steps.order_by("-id").first().pk
    above = pages.page(here.party_office, admission, D(2024, 3, 25))
    assert not any(line.may for line in above.lines)
    assert above.last is None
    decided = led(here, "candidate_filed", admission)
    assert pages.page(here.branch_secretary, decided, TODAY).last is None  # the superior's own
    assert pages.page(here.party_office, decided, TODAY).last == decided.steps.order_by("-id").first().pk
    activist = someone(here, "王远帆")
    led_to = led(here, "activist", activist)
    line = next(
        line for line in pages.page(here.organiser, led_to, TODAY).lines if line.place.step.code == "activist_filed"
    )
    assert line.notice == "activist" and not line.may
    row = tables.row_of(queries.lines([led_to], here.bureau, TODAY)[0], queries.part_on(here.bureau, TODAY), TODAY)
    assert row.way.who == "branch" and row.cells[1].here
