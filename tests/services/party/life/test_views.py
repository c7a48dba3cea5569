"""Lists, the checklist page, papers and what waits on the desk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from hongzhu.kit import registry
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep
from tests.services.party.life.conftest import HELD, TODAY, appraised, met, told

pytestmark = pytest.mark.django_db


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)


def test_the_list_excel_and_word_hold_the_usual_columns(stage: Any, client: Any, clock: Any) -> None:
    appraised(stage, told(took_part=8, qualified=4, absent_for="病假"))
    stage.login(client, "party_office")
    assert "已登记1个" in client.get("/party/life/?year=2026").content.decode()
    head, *rows = rows_of(client.get("/party/life/export/?year=2026"))
    assert head == (
        "序号", "支部", "党员数", "参评", "未参评及原因", "优秀", "合格", "基本合格", "不合格", "预备（不评等次）",
    )  # fmt: skip
    mine = next(row for row in rows if row[1] == "柳林中心小学党支部")
    assert mine[2:] == (9, 8, "1人，病假", 3, 4, 0, 0, 1)
    assert rows[-1][1:4] == ("合计", 9, 8)
    paper = Document(BytesIO(client.get("/party/life/word/?year=2026").content))
    assert [cell.text for cell in paper.tables[0].rows[0].cells][1:4] == ["支部", "党员数", "参评"]


def test_only_those_missing(stage: Any, client: Any, clock: Any) -> None:
    appraised(stage)
    stage.login(client, "party_office")
    page = client.get("/party/life/?year=2026&show=missing").content.decode()
    assert "双桥小学党支部" in page
    assert "柳林中心小学党支部" not in page


def test_the_list_asks_as_often_for_two_branches_as_for_one(stage: Any, client: Any, clock: Any) -> None:
    counts = []
    for name in ("branch_secretary", "party_office", "party_office"):
        stage.login(client, name)
        client.get("/party/life/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/party/life/?year=2026")
        counts.append(len(asked))
        if not Appraisal.objects.exists():
            appraised(stage)
            met(stage)
    assert counts[1] == counts[2]
    assert abs(counts[0] - counts[1]) <= 2


def test_counts_from_the_form_and_a_refusal_that_keeps_what_was_typed(stage: Any, client: Any, clock: Any) -> None:
    act = met(stage)
    stage.login(client, "organiser")
    address = f"/party/life/{stage.branch.pk}/2026/count/"
    assert "民主评议党员" in client.get(address).content.decode()
    typed = {
        "act": act.pk,
        "took_part": 9,
        "probationary": 1,
        "excellent": 4,
        "qualified": 4,
        "basic": 0,
        "unqualified": 0,
    }
    refused = client.post(address, typed)
    assert refused.status_code == 200
    assert "一般不超过3人" in refused.content.decode()
    assert 'value="4"' in refused.content.decode()
    assert client.post(address, typed | {"excellent": 3, "qualified": 5}).status_code == 302
    row = Appraisal.objects.get()
    assert (row.held_on, row.act) == (HELD, act)


def test_the_branch_page_ticks_and_unticks(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    base = f"/party/life/{stage.branch.pk}/2026/"
    client.post(f"{base}steps/opinions/", {"done_on": "2026-11-06", "count": "7"})
    assert "条数7" in client.get(base).content.decode()
    client.post(f"{base}steps/opinions/undo/")
    assert not LifeStep.objects.exists()
    answer = client.post(f"{base}steps/opinions/", {"done_on": "2026-11-06"}, follow=True)
    assert "请填条数" in answer.content.decode()


def test_the_blank_sheet_lists_full_members_with_empty_boxes(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    paper = Document(BytesIO(client.get(f"/party/life/{stage.branch.pk}/2026/sheet/").content))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows[0] == ["序号", "姓名", "优秀", "合格", "基本合格", "不合格"]
    assert len(rows) == 9
    assert "苏念慈" not in {row[1] for row in rows}
    assert all(row[2:] == ["", "", "", ""] for row in rows[1:])
    text = "".join(one.text for one in paper.paragraphs)
    assert "不超过3名" in text
    assert "预备党员1名" in text


def test_reports_list_excel_sheet_and_form(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "party_office")
    assert "唐见山" in client.get("/party/life/reports/?year=2026").content.decode()
    address = f"/party/life/reports/{stage.branch.pk}/{stage.branch_secretary.person.pk}/2026/"
    given = {"received_on": "2026-11-06", "held_on": "2026-11-18", "good": 9, "fairly_good": 1, "average": 0, "poor": 0}
    assert client.post(address, given).status_code == 302
    assert Debrief.objects.get().good == 9
    rows = rows_of(client.get("/party/life/reports/export/?year=2026"))
    assert rows[0][1:4] == ("党组织", "述职人", "述职报告收到日期")
    assert next(row for row in rows if row[2] == "唐见山")[5:9] == (9, 1, 0, 0)
    assert "唐见山" not in client.get("/party/life/reports/?year=2026&show=missing").content.decode()
    paper = Document(BytesIO(client.get("/party/life/reports/sheet/?year=2026").content))
    assert [cell.text for cell in paper.tables[0].rows[0].cells][3:] == ["好", "较好", "一般", "差"]


def test_no_report_page_for_who_was_not_secretary(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "party_office")
    assert client.get(f"/party/life/reports/{stage.branch.pk}/{stage.member.person.pk}/2026/").status_code == 404


def test_counts_wait_on_the_desk_of_the_branch_and_on_the_landing_page(stage: Any, client: Any, clock: Any) -> None:
    waiting = registry.book.waiting["party_life"].items
    assert waiting(stage.branch_secretary, TODAY) == []
    met(stage)
    assert [due.url for due in waiting(stage.branch_secretary, TODAY)] == [f"/party/life/{stage.branch.pk}/2026/count/"]
    assert waiting(stage.party_office, TODAY) == []
    stage.login(client, "branch_secretary")
    assert "民主评议测评票数" in client.get("/party/").content.decode()
