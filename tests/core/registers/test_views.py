"""Pages cost the same however long their lists; empty pages say so; a filter narrows."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.documents.models import Document
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Establishment
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Honour
from hongzhu.core.registers.queries import names
from tests.core.documents.conftest import issued
from tests.core.registers.conftest import ON, assigned, honoured

PAGES = (
    "registers:contact_list", "registers:combined_list", "registers:vacancy_list", "registers:coverage_list",
    "registers:honour_list", "registers:mass_list", "registers:group_list", "registers:name_list",
    "documents:document_list", "documents:document_outbox", "documents:document_inbox",
)  # fmt: skip


def add(cast, number):
    by = cast.actor("party_office")
    school = orgs.set_up(
        bureau=cast.bureau, kind="SCHOOL", name=f"民办第{number}学校", parent=cast.root, sector="PRIVATE", by=by, on=ON
    )
    orgs.set_up(bureau=cast.bureau, kind="UNION", name=f"第{number}工会", parent=school, hosts=(school,), by=by, on=ON)
    assigned(cast, school)
    honoured(cast, org=school)
    Establishment.objects.create(org=school, kind="PRINCIPAL", seats=1, from_on=ON)
    actions.open_group(kind="LEADING_GROUP", name=f"第{number}领导小组", parent=cast.root, by=by, on=ON)
    issued(cast, kinds=("BUREAU", "SCHOOL"), title=f"第{number}号通知")


@pytest.mark.parametrize("page", PAGES)
def test_a_list_of_three_asks_as_often_as_a_list_of_one(stage, client, page):
    stage.login(client, "party_office")
    asked = []
    for number in (1, 2, 3):
        add(stage, number)
        client.get(reverse(page))
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert client.get(reverse(page)).status_code == 200
        asked.append(len(context))
    assert asked[0] == asked[2]
    assert asked[0] <= 16


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_list_says_what_will_appear(stage, client, page):
    stage.login(client, "party_office")
    response = client.get(reverse(page))
    assert response.status_code == 200
    assert response.content.decode().count("<h1>") == 1


def test_filters_narrow_and_nonsense_narrows_nothing(stage, client):
    honoured(stage)
    stage.login(client, "party_office")
    address = reverse("registers:honour_list")
    assert "先进基层党组织" in client.get(address, {"level": "PROVINCIAL", "year": "2026"}).content.decode()
    assert "没有符合条件的荣誉" in client.get(address, {"level": "CITY"}).content.decode()
    assert "先进基层党组织" in client.get(address, {"level": "??", "year": "x", "on": "soon"}).content.decode()


def test_an_honour_with_a_broken_scan_is_not_half_saved(stage, client, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.FILES_DIR = tmp_path
    stage.login(client, "party_office")
    data = {"title": "先进集体", "org": stage.school.pk, "level": "CITY", "granted_by": "市局", "granted_on": "2026-03-01",
            "scan": SimpleUploadedFile("证书.pdf", b"MZ not a pdf")}  # fmt: skip
    response = client.post(reverse("registers:honour_new"), data)
    assert response.status_code == 200
    assert "没有保存附件" in response.content.decode()
    assert Honour.objects.count() == 0


def test_a_document_page_opens_its_coverage_for_the_office_and_its_part_for_a_school(stage, client):
    document = issued(stage)
    stage.login(client, "party_office")
    assert "0/4" in client.get(reverse("documents:document_page", args=[document.pk])).content.decode()
    stage.login(client, "branch_secretary")
    said = client.get(reverse("documents:document_page", args=[document.pk])).content.decode()
    assert "0/1" in said and "另有3个单位不在你的查看范围" in said


def test_reading_and_replying_through_the_pages(stage, client):
    document = issued(stage, needs_reply=True)
    row = document.recipients.get(org=stage.branch)
    stage.login(client, "branch_secretary")
    client.post(reverse("documents:recipient_reply", args=[row.pk]), {"reply": "无此情况"})
    row.refresh_from_db()
    assert (row.reply, row.read_by) == ("无此情况", "唐见山")


def test_a_draft_that_is_not_a_date_is_shown_again_with_what_was_typed(stage, client):
    stage.login(client, "party_office")
    data = {"issuer": stage.root.pk, "kind": "NOTICE", "title": "留住的标题", "reply_by": "2026-11-31"}
    response = client.post(reverse("documents:document_new"), data)
    assert response.status_code == 200
    assert "留住的标题" in response.content.decode()
    assert Document.objects.count() == 0


def cells(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_an_excel_holds_what_its_page_shows(stage, client):
    stage.login(client, "party_office")
    add(stage, 1)
    Establishment.objects.create(org=stage.branch, kind="SECRETARY", seats=1, from_on=ON)

    def first(name, query=""):
        return [row[0] for row in cells(client.get(reverse(f"registers:{name}") + query))[1:]]

    assert first("vacancy_export") == ["民办第1学校"]
    assert set(first("vacancy_export", "?show=all")) == {"民办第1学校", "柳林中心小学党支部"}
    assert len(first("combined_export")) == 3 and first("combined_export", "?show=one") == []
    assert first("coverage_export") == ["民办第1学校"] and first("coverage_export", "?show=alone") == []
    assert first("contact_export") == ["陆望舒"]
    assert "民办第1学校" not in first("contact_export", "?show=orphans")
    assert "双桥小学" in first("contact_export", "?show=orphans")
    assert first("mass_export", "?kind=UNION") == ["第1工会"] and first("mass_export", "?kind=LEAGUE") == []
    assert first("group_list_export") == ["第1领导小组"]


def test_the_excel_of_lists_holds_every_item(stage, client):
    Bureau.objects.filter(pk=stage.bureau.pk).update(pack="yongkang")
    stage.bureau.refresh_from_db()
    one = names.lists(stage.bureau, ON)[0].spec
    by = stage.actor("party_office")
    actions.add_name(bureau=stage.bureau, code=one.code, text="甲", document="教党〔2026〕1号", by=by, on=ON)
    stage.login(client, "party_office")

    rows = cells(client.get(reverse("registers:name_export")))

    assert [row[1:3] for row in rows if row[1] == "甲"] == [["甲", "教党〔2026〕1号"]]
