"""Pages of terms: what is typed stays, warnings come before asking, Excel and Word are what users know, queries are fixed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Post
from hongzhu.services.party.models import Delay, Election, ElectionSeat, Filing
from hongzhu.services.party.queries import terms_paper as paper

from . import stage
from .stage import HELD, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


def text_of(data: bytes) -> str:
    found = Document(io.BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def more_branches(cast: Any, n: int) -> None:
    for place in range(n):
        org = orgs.set_up(
            bureau=cast.bureau, kind="BRANCH", name=f"第{place}支部", parent=cast.committee, by=cast.actor("party_office"),
            on=date(2024, 1, 1), belongs_to=cast.committee, guided_by=cast.committee,
        )  # fmt: skip
        Election.objects.create(
            bureau=cast.bureau,
            org=org,
            started_on=date(2024, 1, 2),
            held_on=date(2024, 1, 2),
            confirmed_on=date(2024, 1, 9),
        )
        Delay.objects.create(
            org=org,
            due_on=date(2027, 1, 2),
            until=date(2027, 3, 1),
            approved_on=TODAY,
            approved_by="甲",
            number="1",
            reason="乙",
        )


def queries_of(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["election_list", "election_export", "election_inbox", "election_filing_list"])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_for_many(cast: Any, client: Any, name: str) -> None:
    stage.asked(cast)
    facts: dict[str, Any] = {"bureau": cast.bureau, "want": "DISSOLVE", "superior": cast.committee, "asked_on": TODAY}
    Filing.objects.create(org=cast.branch, asked_by="甲", reason="乙", **facts)
    cast.login(client, "party_office")
    url = reverse(f"party:{name}")
    one = queries_of(client, url)
    more_branches(cast, 3)
    for org in Election.objects.exclude(org=cast.branch).values_list("org", flat=True):
        Election.objects.create(bureau=cast.bureau, org_id=org, cause="BY", started_on=TODAY, asked_on=TODAY)
        Filing.objects.create(org_id=org, asked_by="甲", reason="乙", **facts)
    assert queries_of(client, url) == one


def test_the_list_narrows_by_state(cast: Any, client: Any) -> None:
    stage.before(cast)  # due 2026-12-01
    cast.login(client, "party_office")
    page = client.get(reverse("party:election_list"), {"show": "due"}).content.decode()
    assert "柳林中心小学党支部" in page and "双桥小学党支部" not in page
    page = client.get(reverse("party:election_list"), {"show": "unknown"}).content.decode()
    assert "双桥小学党支部" in page and ">柳林中心小学党支部<" not in page
    page = client.get(reverse("party:election_list"), {"show": "overdue", "q": "没有这个"}).content.decode()
    assert "没有符合条件的党组织" in page


def test_the_ledger_has_its_usual_columns(cast: Any, client: Any) -> None:
    stage.confirmed(cast)
    cast.login(client, "party_office")
    answer = client.get(reverse("party:election_export"), {"q": "柳林中心"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "序号")
    assert rows[head] == list(paper.LEDGER)
    told = rows[head + 1]
    assert told[1:3] == ["柳林中心小学党支部", "柳林学区党总支"]
    assert "柳小支〔2026〕3号" in told[5] and "柳学总支〔2026〕7号" in told[6] and "柳学总支〔2026〕9号" in told[8]


def test_warnings_come_before_asking_and_what_was_typed_stays(cast: Any, client: Any) -> None:
    """Eight full members and one seat: a committee is due. Said first, sent with the tick."""
    election = stage.started(cast)
    cast.login(client, "branch_secretary")
    url = reverse("party:election_ask", args=[election.pk])
    given = {"on": "2026-11-18", "seats": 1, "number": "柳小支〔2026〕3号", "name_1": "唐见山", "kind_1": "SECRETARY"}
    page = client.post(url, given)
    assert page.status_code == 200 and "应当设支委会" in page.content.decode()
    assert 'value="唐见山"' in page.content.decode()
    assert not ElectionSeat.objects.exists()
    assert client.post(url, given | {"seen": "on"}).status_code == 302
    assert ElectionSeat.objects.get().person.name == "唐见山"


def test_a_name_nobody_has_is_said_beside_its_field(cast: Any, client: Any) -> None:
    election = stage.started(cast)
    cast.login(client, "branch_secretary")
    given = {"on": "2026-11-18", "seats": 3, "name_1": "查无此人", "kind_1": "SECRETARY"}
    page = client.post(reverse("party:election_ask", args=[election.pk]), given).content.decode()
    assert "没有叫“查无此人”的人" in page and 'value="查无此人"' in page


def test_without_quorum_the_counts_stay_as_they_were_typed(cast: Any, client: Any) -> None:
    election = stage.allowed(cast)
    cast.login(client, "branch_secretary")
    given: dict[str, Any] = {
        "on": HELD.isoformat(),
        "entitled": 8,
        "present": 6,
        "issued": 6,
        "returned": 6,
        "valid": 6,
    }
    for row in election.candidates.all():
        given |= {f"votes_{row.pk}": 4, f"kind_{row.pk}": row.kind}
    page = client.post(reverse("party:election_hold", args=[election.pk]), given)
    assert page.status_code == 200
    assert (
        "选举无效" in page.content.decode()
        and "至少7人" in page.content.decode()
        and 'value="6"' in page.content.decode()
    )
    election.refresh_from_db()
    assert (election.held_on, election.entitled) == (None, None)


def test_the_whole_way_through_the_browser(cast: Any, client: Any) -> None:
    """Branch, superior, branch, superior: to the posts."""
    stage.before(cast)
    cast.login(client, "branch_secretary")
    client.post(reverse("party:election_start", args=[cast.branch.pk]), {"cause": "TERM"})
    election = Election.objects.get(confirmed_on=None)
    candidates = {f"name_{n}": who.name for n, (who, _kind) in enumerate(stage.ballot(cast), start=1)}
    kinds = {f"kind_{n}": kind for n, (_who, kind) in enumerate(stage.ballot(cast), start=1)}
    on = TODAY.isoformat()
    client.post(reverse("party:election_ask", args=[election.pk]), {"on": on, "seats": 3} | candidates | kinds)
    cast.login(client, "district_officer")
    assert "柳林中心小学党支部" in client.get(reverse("party:election_inbox")).content.decode()
    client.post(reverse("party:election_allow", args=[election.pk]), {"on": on, "number": "7号"})
    cast.login(client, "organiser")
    counts = {"on": on, "entitled": 8, "present": 8, "issued": 8, "returned": 8, "valid": 8}
    votes = {f"votes_{row.pk}": n for row, n in zip(election.candidates.order_by("id"), (8, 7, 7, 1), strict=True)}
    posts = {f"kind_{row.pk}": row.kind for row in election.candidates.all()}
    client.post(reverse("party:election_hold", args=[election.pk]), counts | votes | posts)
    client.post(reverse("party:election_report", args=[election.pk]), {"on": on, "number": "4号"})
    cast.login(client, "party_office")
    client.post(reverse("party:election_confirm", args=[election.pk]), {"on": on, "number": "9号"})
    election.refresh_from_db()
    assert election.confirmed_on == TODAY
    assert Post.objects.filter(org=cast.branch, from_on=TODAY).count() == 3
    page = client.get(reverse("party:election_body", args=[cast.branch.pk])).content.decode()
    assert "2029年11月20日" in page


def test_a_refused_reply_is_shown_with_its_reason(cast: Any, client: Any) -> None:
    election = stage.asked(cast)
    cast.login(client, "district_officer")
    page = client.post(reverse("party:election_allow", args=[election.pk]), {"on": "2026-10-01", "number": "7号"})
    assert page.status_code == 200 and "早于上一步" in page.content.decode() and 'value="7号"' in page.content.decode()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (
            "request",
            [
                "柳林中心小学党支部文件",
                "关于换届选举的请示",
                "2026年12月1日任期届满",
                "应选3名",
                "妥否，请批示",
                "签发人",
            ],
        ),
        ("reply", ["柳林学区党总支文件", "批复", "柳小支〔2026〕3号", "应选3名"]),
        ("ballot", ["选票", "计票单", "另选他人姓名", "唐见山"]),
        ("report", ["应到会8人，实到会8人", "发出选票8张", "唐见山任书记", "不少于应到会人数的五分之四"]),
        ("confirmation", ["关于柳林中心小学党支部换届选举结果的批复", "任职时间自选举之日起计算"]),
    ],
)
def test_papers_say_what_is_on_record(cast: Any, client: Any, what: str, words: list[str]) -> None:
    election = stage.confirmed(cast)
    cast.login(client, "branch_secretary")
    answer = client.get(reverse("party:election_paper", args=[election.pk, what]))
    found = text_of(answer.content)
    assert [word for word in words if word not in found] == []
    assert "沈" not in answer.headers["Content-Disposition"]


def test_what_waits_for_whom(cast: Any) -> None:
    from hongzhu.services.party.desk.terms import elections_waiting

    stage.before(cast)
    due = elections_waiting(cast.branch_secretary, TODAY)
    assert [(item.due_on, item.urgent) for item in due] == [(date(2026, 12, 1), True)]
    assert elections_waiting(cast.district_officer, TODAY) == []
    Election.objects.create(
        bureau=cast.bureau, org=cast.branch, started_on=TODAY, asked_on=TODAY, due_on=date(2026, 12, 1)
    )
    assert elections_waiting(cast.branch_secretary, TODAY) == []
    assert len(elections_waiting(cast.district_officer, TODAY)) == 1
    assert elections_waiting(cast.member, TODAY) == []


def test_a_filing_is_warned_of_and_then_asked(cast: Any, client: Any) -> None:
    cast.login(client, "school_secretary")
    given = {"want": "SET_UP", "name": "柳林中心小学第二党支部", "kind": "BRANCH", "superior": cast.general_branch.pk,
             "host": cast.school.pk, "members": 2, "reason": "新校区", "on": "2026-11-18"}  # fmt: skip
    url = reverse("party:election_filing_new")
    assert "不足3人" in client.post(url, given).content.decode()
    assert not Filing.objects.exists()
    assert client.post(url, given | {"seen": "on"}).status_code == 302
    assert Filing.objects.get().host == cast.school
