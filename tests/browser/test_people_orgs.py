"""Roster, one page per person, import and register of bodies, looked at on the desk and on a phone."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from hongzhu.core.people import actions
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit.crypto import vault
from hongzhu.kit.tables.write import write_xlsx
from tests.browser.helpers import look, sign_in_as

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["姓名", "性别", "出生日期", "手机号", "人事关系所在单位", "备注"]
ROWS = [
    ("韩知微", "男", "1990.4.12", "138-1234-5678", "柳林中心小学", "a"),
    ("褚清和", "女", "1988-11-31", "13912345678", "柳林中心小学", ""),
    ("严松", "", "1979年4月2日", "13912345679", "不存在的小学", ""),
]


@pytest.fixture
def people(live_server, cast):
    who = cast.people[6]
    Person.objects.filter(pk=who.pk).update(
        sex="2", ethnic="汉族", born_on=date(1990, 4, 12), education="BACHELOR", id_tail="X", id_sealed="x",
        phone_sealed=vault().seal("13812345678", bind=f"{who.uuid}|phone"),
    )  # fmt: skip
    actions.appoint(person=who, org=cast.branch, kind="PUBLICITY", by=cast.actor("party_office"), on=date(2024, 1, 1))
    actions.set_seats(org=cast.branch, kind="DISCIPLINE", seats=1, by=cast.actor("party_office"), on=date(2026, 1, 1))
    actions.change_state(
        membership=Membership.objects.get(person=cast.people[7]), left_out="AGED", retired=True,
        by=cast.actor("party_office"), on=date(2026, 3, 1),
    )  # fmt: skip
    actions.stage_upload(
        account=cast.party_office, table="people", name="人员.xlsx", data=write_xlsx("人员", HEAD, ROWS),
        on=date(2026, 1, 5), now=timezone.now(),
    )  # fmt: skip
    return who


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages_look_right(people, cast, size, request):
    page = request.getfixturevalue(size)
    sign_in_as(page, cast.party_office)
    for name, path in {
        "roster": "/people/", "person": f"/people/{people.pk}/", "posts": "/people/posts/", "imports": "/people/import/",
        "import-upload": "/people/import/people/", "import-preview": "/people/import/people/preview/",
        "appoint": f"/people/{people.pk}/appoint/", "orgs": "/orgs/", "org": f"/orgs/{cast.branch.pk}/",
        "org-split": f"/orgs/{cast.branch.pk}/split/", "org-changes": "/orgs/changes/?year=2019",
    }.items():  # fmt: skip
        page.goto(path)
        look(page, f"people-{name}-{size}")
