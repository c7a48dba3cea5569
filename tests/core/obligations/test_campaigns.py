"""Campaigns stay open to read when they are long over, and leave as Excel (B11 F38)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from hongzhu.core.obligations import queries
from tests.core.obligations.conftest import TODAY, deed

CODE, PERIOD = "party_history_2021", "2021-02-20..2021-12-31"
LIST = reverse("obligations:campaign_list")


@pytest.fixture
def yunyang(shipped: Any) -> Any:
    shipped.bureau.pack = "yunyang"
    shipped.bureau.save()
    deed(shipped.branch, "secretary_lecture", date(2021, 6, 25))
    deed(shipped.branch, "secretary_lecture", date(2022, 1, 5))
    deed(shipped.class_one, "class_lesson", date(2021, 5, 4))
    return shipped


def test_a_campaign_of_years_ago_opens(yunyang: Any, client: Any) -> None:
    yunyang.login(client, "party_office")
    address = reverse("obligations:campaign", args=[CODE, PERIOD])
    assert f'href="{address}"' in client.get(LIST).content.decode()
    page = client.get(address)
    assert [total.counted for total in page.context["page"].outputs] == [1, 0, 0, 0, 1]
    report = page.context["report"].splitlines()
    assert report[0].startswith("党史学习教育（") and "截至2021年12月31日" in report[0]
    assert report[1:] == ["系统学：", "对标学：", "联系实际学：", "深入学："]
    assert "系统学：<br>对标学：" in page.content.decode()


def test_before_its_first_day_it_is_not_there(yunyang: Any) -> None:
    assert queries.campaigns_on(yunyang.bureau, date(2021, 2, 19)) == []
    (running,) = queries.campaigns_on(yunyang.bureau, date(2021, 2, 20))
    assert (running.campaign.code, running.period.code) == (CODE, PERIOD)


def test_a_yearly_one_is_listed_for_every_year_newest_first(shipped: Any) -> None:
    shipped.bureau.pack = "jinan"
    shipped.bureau.save()
    found = queries.campaigns_on(shipped.bureau, TODAY)
    assert [running.period.code for running in found] == [f"{year}-05" for year in range(2026, 2017, -1)]
    spring = queries.campaigns_on(shipped.bureau, date(2026, 4, 30))
    assert spring[0].period.code == "2025-05"


def test_it_leaves_as_excel(yunyang: Any, client: Any) -> None:
    yunyang.login(client, "party_office")
    address = reverse("obligations:campaign_export", args=[CODE, PERIOD])
    assert f'href="{address}' in client.get(reverse("obligations:campaign", args=[CODE, PERIOD])).content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(address).content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "单位", "书记讲党史专题党课", "党史专题宣讲", "红色基地研学", "学习体会（篇数）", "班级思政课", "班级思政课（要求）",
    )  # fmt: skip
    by_name = {row[0]: row[1:] for row in rows[1:]}
    assert by_name["柳林中心小学党支部"] == (1, 0, 0, 0, "不适用", None)
    assert by_name["柳林中心小学一年级1班"] == ("不适用", "不适用", "不适用", "不适用", 1, 3)
    assert rows[-1] == ("合计", 1, 0, 0, 0, 1, 3)
    yunyang.login(client, "party_office")
    assert client.get(reverse("obligations:campaign_export", args=["gone", PERIOD])).status_code == 404
