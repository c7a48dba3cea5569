"""The pages: template, upload, check, entering, confirming; what they say, and that nothing is lost."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from hongzhu.core.access.models import Grant
from hongzhu.core.people.models import Standing, Upload
from hongzhu.kit import registry
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, PastSheet
from hongzhu.services.party.queries import admission_paper as papers
from hongzhu.services.party.queries import admission_past as queries
from tests.cast import joins, person
from tests.services.party.admission.conftest import TODAY, WAY, at, led
from tests.services.party.admission_past.conftest import (
    COLUMNS,
    another,
    confirmed,
    entered,
    looked,
    reach,
    row,
    sheet,
)

pytestmark = pytest.mark.django_db
START, CHECK = reverse("party:admission_past"), reverse("party:admission_past_check")
COMMIT, LIST = reverse("party:admission_past_commit"), reverse("party:admission_list")


@pytest.fixture
def here(past: Any, clock: Any, client: Any) -> Any:
    clock.set(2026, 11, 20, 9)
    past.login(client, "branch_secretary")
    return past


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def upload(client: Any, data: bytes, name: str = "补录.xlsx") -> Any:
    return client.post(START, {"file": SimpleUploadedFile(name, data)})


def cells(answer: Any) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content))
    return [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]


def page_of(one: PastSheet) -> str:
    return reverse("party:admission_past_sheet", args=[one.pk])


# --- the way to it ------------------------------------------------------------------------------------------


def test_the_list_leads_there_also_when_it_is_empty(here: Any, client: Any) -> None:
    text = client.get(LIST).content.decode()
    assert text.count(f'href="{START}"') == 2 and "填一张表，一次补录" in text
    led(here, "talk")
    assert client.get(LIST).content.decode().count(f'href="{START}"') == 1
    here.login(client, "party_office")
    assert "补录确认" in client.get(LIST).content.decode()
    here.login(client, "inspector")
    assert START not in client.get(LIST).content.decode()


def test_where_to_begin_says_how(here: Any, client: Any) -> None:
    text = words(client.get(START))
    assert "怎样填" in text and "还没有补录过" in text
    here.login(client, "party_office")
    text = words(client.get(START))
    assert "没有要确认的补录表" in text and "怎样填" not in text


# --- the template -------------------------------------------------------------------------------------------


def test_the_template_has_every_step_in_order_and_what_is_on_file(here: Any, client: Any) -> None:
    led(here, "full_vote")
    Admission.objects.update(league=True)
    probationer = here.people[-1]
    joins(another(here, "江望月"), here.branch, standing=Standing.ACTIVIST)
    joins(person(here.bureau, "江别枝"), here.other_branch, standing=Standing.ACTIVIST)
    answer = client.get(reverse("party:admission_past_template"))
    header, *rows = cells(answer)
    titles = [title.strip("*") for title in header]
    assert titles == list(COLUMNS.values())
    steps = [title for title in titles if re.match(r"\d+ ", title)]
    assert [int(title.split()[0]) for title in steps] == list(range(1, 26))
    by_name = {one[0]: dict(zip(titles, one, strict=True)) for one in rows}
    assert set(by_name) == {"江听雨", "江望月", probationer.name}
    told = by_name["江听雨"]
    assert told["6 培养教育考察"] == "2024-09-02、2025-03-03"
    assert told["15 支部大会讨论表决"].date() == WAY["admit_vote"]
    assert (told["支部大会应到"], told["支部大会赞成"], told["转正大会表决什么"]) == (8, 7, "按期转正")
    assert (told["培养联系人"], told["入党介绍人"]) == ("唐见山", "唐见山、何以宁")
    assert told["材料：入党申请书"] == "√" and told["共青团员"] == "是"
    assert by_name[probationer.name]["15 支部大会讨论表决"].date().isoformat() == "2026-06-12"
    assert by_name["江望月"]["1 递交入党申请书"] is None


def test_the_template_sent_back_as_it_is_enters_nothing(here: Any, client: Any) -> None:
    """What is on file is read back as the same: nothing has to be typed, and nothing is entered twice."""
    admission = led(here, "full_vote")
    admission.sources.create(code="class_teacher")
    found = queries.checked(queries.template(here.branch_secretary, TODAY), "补录.xlsx", reach(here))
    assert [(line.told.name, line.state, line.faults) for line in found.lines][:1] == [("江听雨", "same", [])]
    assert found.warnings == []  # its second sheet explains the columns and need not be read


def test_the_template_asks_the_same_for_one_and_three(here: Any, django_assert_num_queries: Any) -> None:
    led(here, "talk")
    reach(here)
    with CaptureQueriesContext(connection) as first:
        queries.template(here.branch_secretary, TODAY)
    for name in ("江望月", "江知节"):
        another(here, name)
        entered(here, row(name, upto="contacts"))
    with django_assert_num_queries(len(first)):
        queries.template(here.branch_secretary, TODAY)


# --- upload, check, enter -----------------------------------------------------------------------------------


def test_from_upload_to_the_page_of_a_person(here: Any, client: Any) -> None:
    another(here, "江望月")
    data = sheet(row(upto="candidate_filed"), row("江望月", upto="talk") | {"paper:application": ""})
    assert upload(client, data).url == CHECK
    text = words(client.get(CHECK))
    assert "登记第1、2、3、4、5、6、6、7步；第8步等上级确认" in text
    assert "还缺“入党申请书”" in text and "有1人还要改" in text and "登记这1人" in text
    assert not Admission.objects.exists()
    assert "还没有登记完" in words(client.get(START))
    answer = client.post(COMMIT)
    assert answer.url == CHECK  # one row is still to be mended: it stays
    text = words(client.get(CHECK))
    assert "已登记1人、8步" in text and "已送上级" in text and "登记这" in text
    made = Admission.objects.get()
    page = client.get(reverse("party:admission_page", args=[made.pk])).content.decode()
    assert page.count(">补录 ") == 8 and page.count("<small>补录</small>") == 2
    upload(client, sheet(row("江望月", upto="talk")))
    assert client.post(COMMIT).url == START
    assert not Upload.objects.exists()
    assert "等上级确认" in words(client.get(START))
    assert client.post(COMMIT).url == START  # a second tap


def test_the_ledger_says_what_was_entered_as_past(here: Any, client: Any) -> None:
    """As the page does: which steps, and a notice; nothing of what was entered step by step, or is void."""
    another(here, "江望月")
    led(here, "talk")
    entered(here, row(upto="candidate_filed"), row("江望月", upto="talk"))

    def marks() -> dict[Any, Any]:
        head, *rows = cells(client.get(reverse("party:admission_export")))
        assert head[-1] == "补录"
        return {line[1]: line[-1] for line in rows if line[1] and len(line) == len(head)}

    told = marks()
    assert told["江听雨"] == "第3、4、5、6、7步，公示"
    assert told["江望月"] == "第1、2步"
    way = AdmissionStep.objects.filter(admission__person__name="江望月")
    way.filter(code="talk").update(voided_at=at(TODAY), void_reason="录错")
    assert marks()["江望月"] == "第1步"
    AdmissionStep.objects.filter(admission__person__name="江听雨").update(sheet=None)
    assert marks()["江听雨"] == "公示"
    AdmissionNotice.objects.update(sheet=None)
    assert marks()["江听雨"] is None
    another(here, "沈向晴")
    with CaptureQueriesContext(connection) as few:
        marks()
    entered(here, row("沈向晴", upto="candidate_filed"))
    with CaptureQueriesContext(connection) as more:
        marks()
    assert len(more) == len(few)


def test_the_file_comes_back_with_its_answers(here: Any, client: Any) -> None:
    upload(client, sheet(row(upto="talk"), row("江听云", upto="talk"), {"name": "苏念慈", "org": "柳林中心小学党支部"}))
    header, *rows = cells(client.get(reverse("party:admission_past_export")))
    assert header[-1] == "核对结果" and header.count("核对结果") == 1
    assert rows[0][-1] == "登记第1、2步"
    assert "没有叫“江听云”的人" in rows[1][-1] and rows[2][-1] == "没有新的内容，不用登记"
    again = client.get(reverse("party:admission_past_export")).content
    upload(client, again)  # corrected there and uploaded again: the answers are no column of the sheet
    header, *_rows = cells(client.get(reverse("party:admission_past_export")))
    assert header.count("核对结果") == 1


def test_files_that_cannot_be_read_are_refused_at_once(here: Any, client: Any) -> None:
    assert "旧版 .xls" in words(upload(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "补录.xls"))
    assert "缺少列：所在支部" in words(upload(client, "姓名,入党申请书\n江听雨,有\n".encode(), "补录.csv"))
    assert not Upload.objects.exists()
    upload(client, sheet(row(upto="talk")))
    Upload.objects.update(name="补录.xls")  # as if the rules for files had changed since
    for name in ("party:admission_past_check", "party:admission_past_export"):
        assert client.get(reverse(name)).url == START
    assert client.post(COMMIT).url == CHECK
    assert not Admission.objects.exists()


def test_a_sheet_may_be_given_up(here: Any, client: Any) -> None:
    upload(client, sheet(row(upto="talk")))
    assert client.post(reverse("party:admission_past_drop")).url == START
    assert client.get(CHECK).url == START and not Upload.objects.exists()
    assert client.get(reverse("party:admission_past_export")).url == START
    upload(client, sheet(row(upto="talk")))
    client.post(COMMIT)
    upload(client, sheet(row(upto="talk")))
    client.post(COMMIT)
    assert "没有新登记的" in words(client.get(START))


def test_an_empty_sheet_and_warnings_are_told(here: Any, client: Any) -> None:
    upload(client, sheet())
    assert "表里没有内容" in words(client.get(CHECK))
    book = openpyxl.load_workbook(io.BytesIO(sheet(row(upto="talk"))))
    book.create_sheet("旧表").append(["甲"])
    kept = io.BytesIO()
    book.save(kept)
    upload(client, kept.getvalue())
    assert "没有读：旧表" in words(client.get(CHECK))


# --- the superior -------------------------------------------------------------------------------------------


def waits(user: Any) -> list[Any]:
    return list(registry.book.waiting["party_admission_past"].items(user, TODAY))


def test_the_superior_sees_confirms_and_it_is_done(here: Any, client: Any) -> None:
    entered(here, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    assert waits(here.branch_secretary) == [] and waits(here.inspector) == []
    due = waits(here.party_office)
    assert [(str(due[0].title), due[0].url) for _one in due] == [("发展党员补录待确认1份", page_of(one))]
    text = words(client.get(page_of(one)))  # whoever sent it looks on
    assert "第8步等上级确认" in text and "撤回" in text and "由上级党组织" in text
    here.login(client, "party_office")
    text = words(client.get(page_of(one)))
    assert "登记第8步" in text and "确认并登记" in text and "退回支部" in text
    assert client.post(reverse("party:admission_past_confirm", args=[one.pk])).url == START
    assert AdmissionStep.objects.filter(code="candidate_filed", sheet=one).exists()
    assert waits(here.party_office) == []
    text = words(client.get(page_of(one)))
    assert "已登记" in text and "确认并登记" not in text
    assert client.post(reverse("party:admission_past_confirm", args=[one.pk])).url == page_of(one)
    assert registry.book.links["party.pastsheet"](one.pk) == page_of(one)
    assert registry.book.doors["party.pastsheet"](here.party_office, one.pk) == one


def test_the_superior_returns_with_a_reason(here: Any, client: Any) -> None:
    entered(here, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    here.login(client, "party_office")
    back = reverse("party:admission_past_return", args=[one.pk])
    assert client.post(back).url == page_of(one)
    assert "请写退回的原因" in words(client.get(page_of(one)))
    AdmissionStep.objects.filter(code="candidate").update(on="2025-04-02")
    assert "确认并登记" not in words(client.get(page_of(one)))
    assert client.post(back, {"reason": "日期请核对"}).url == START
    here.login(client, "branch_secretary")
    assert "退回原因：日期请核对" in words(client.get(START))
    assert "退回原因：日期请核对" in words(client.get(page_of(one)))
    assert client.post(reverse("party:admission_past_withdraw", args=[one.pk])).url == START
    assert "不用再办" in words(client.get(START))


def test_a_sheet_is_withdrawn_by_whoever_sent_it(here: Any, client: Any) -> None:
    entered(here, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    client.post(reverse("party:admission_past_withdraw", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "WITHDRAWN" and str(one) == "补录.xlsx"
    assert "已撤回" in words(client.get(START))


def test_whoever_sent_it_and_moved_on_sees_no_rows_of_the_branch_left(here: Any, client: Any) -> None:
    entered(here, row(upto="candidate_filed"))
    one = PastSheet.objects.get()
    assert "江听雨" in words(client.get(page_of(one)))
    Grant.objects.filter(person=here.branch_secretary.person).update(org=here.other_branch)
    text = words(client.get(page_of(one)))
    assert "江听雨" not in text and "表里没有内容" in text


# --- papers -------------------------------------------------------------------------------------------------


def test_papers_of_the_file_say_that_steps_were_entered_as_past(here: Any) -> None:
    entered(here, row(upto="admit_vote"))
    confirmed(here)
    made = Admission.objects.get()
    note = "由补录表登记"

    def text(code: str) -> str:
        paper = papers.write(made, code, TODAY)
        assert paper is not None
        return "\n".join(one.text for one in Document(io.BytesIO(paper.data)).paragraphs)

    assert all(note in text(code) for code in ("review_form", "index", "ballot_admit_vote"))
    assert all(note not in text(code) for code in ("notice_activist", "request", "reply"))
    AdmissionStep.objects.update(sheet=None)
    assert note not in text("index")


def test_nothing_else_is_told_to_wait(here: Any) -> None:
    assert looked(here, row(upto="talk")).waiting == []
