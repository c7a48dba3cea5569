"""The short forms: refused with a sentence and what was typed kept, saved otherwise; the meeting's counts are taken once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.activities.models import Vote
from hongzhu.core.people.actions import standings
from hongzhu.core.people.models import Membership, Standing
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionStep
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.queries import admission_page as pages
from hongzhu.services.party.rules import admission as rules
from tests.services.party.admission.conftest import PART, TODAY, applied, hang, led, tick
from tests.services.party.admission.test_actions import before_meeting, shipped_act
from tests.services.party.admission.test_pages import here, words

pytestmark = pytest.mark.django_db
D = date
__all__ = ["here", "shipped_act"]


def post(client: Any, name: str, args: list[Any], **given: Any) -> str:
    return words(client.post(reverse(f"party:admission_{name}", args=args), given, follow=True))


def test_short_forms_refuse_and_save(here: Any, client: Any) -> None:
    admission = led(here, "activist")
    pk = admission.pk
    assert "不是正式党员" in post(client, "helper", [pk, "CONTACT"], person="苏念慈", on="2024-03-20")
    assert "已指定" in post(client, "helper", [pk, "CONTACT"], person="沈书言", on="2024-03-20")
    helper = admission.helpers.get()
    assert "请填结束日期" in post(client, "helper_end", [helper.pk], on="")
    assert "晚于开始日期" in post(client, "helper_end", [helper.pk], on="2024-03-01")
    assert "已结束" in post(client, "helper_end", [helper.pk], on="2024-05-01")
    assert "不少于5个工作日" in post(client, "notice", [pk, "activist"], posted_on="2024-03-04", days="4")
    assert "已登记公示" in post(client, "notice", [pk, "activist"], posted_on="2024-03-04", days="5")
    notice = admission.notices.get()
    assert "期满后才能登记结果" in post(client, "notice_close", [notice.pk], on="2024-03-11", objections="0")
    assert "已登记公示结果" in post(client, "notice_close", [notice.pk], on="2024-03-12", objections="1", held_up="on")
    assert "没有保存" in post(client, "end", [pk], outcome="STOPPED", on="2024-03-13", reason="")
    assert "不能早于最后一步" in post(client, "end", [pk], outcome="STOPPED", on="2024-03-01", reason="调离")
    assert "日期不能在将来" in post(client, "move", [pk], org=here.other_branch.pk, on="2026-11-21")
    assert "已保存" in post(client, "sources", [pk], sources=["young_teacher"])
    assert "已结束，过程留档可查" in post(client, "end", [pk], outcome="STOPPED", on="2024-04-01", reason="调离")
    assert "已经结束" in post(client, "papers", [pk], seen_application="on")


@pytest.mark.parametrize("name", ["helper", "notice"])
def test_unknown_roles_and_notices_are_not_found(here: Any, client: Any, name: str) -> None:
    admission = applied(here)
    assert client.get(reverse(f"party:admission_{name}", args=[admission.pk, "nonsense"])).status_code == 404


def test_the_form_takes_the_counts_from_the_meeting(here: Any, client: Any, shipped_act: Any) -> None:
    admission = before_meeting(here)
    act = shipped_act(here, D(2026, 1, 15))
    hang(here, admission, "admit_vote", D(2026, 1, 5), D(2026, 1, 14))
    address = [admission.pk, "admit_vote"]
    assert "还没有填，请补上" in post(client, "step", address, act=act.pk)
    Vote.objects.create(act=act, matter="接收江听雨", rule="admit", entitled=8, present=6, favour=5, against=1)
    assert "已登记第15步" in post(client, "step", address, act=act.pk)
    row = AdmissionStep.objects.get(code="admit_vote")
    assert (row.on, row.act, row.entitled, row.present, row.in_favour) == (D(2026, 1, 15), act, 8, 6, 5)


def test_the_end_of_probation_on_its_form(here: Any, client: Any) -> None:
    admission = led(here, "full_application")
    hang(here, admission, "full_vote")
    tick(here, admission, {"full_application"})
    votes = {"on": "2026-06-11", "entitled": "8", "present": "8", "favour": "8"}
    assert "没有保存" in post(client, "step", [admission.pk, "full_vote"], **votes)
    extended = votes | {"decision": "extend", "until": "2026-12-09"}
    assert "不少于半年" in post(client, "step", [admission.pk, "full_vote"], **extended)
    assert "延长到2026年12月10日" in post(
        client, "step", [admission.pk, "full_vote"], **(extended | {"until": "2026-12-10"})
    )


def test_a_lapsed_meeting_says_so_on_the_page(here: Any) -> None:
    admission = led(here, "superior_talk")
    shown = pages.page(here.branch_secretary, admission, D(2025, 12, 11))
    line = next(line for line in shown.lines if line.place.step.code == "admit_vote")
    assert line.told[0] == "审批已超过期限，要重新办理这一步"


def test_blocks_in_words() -> None:
    steps = {step.code: step for step in PART.steps}
    place = engine.Place(
        steps["introducers"], "blocked", last=engine.When(D(2026, 3, 2)), usual=engine.When(D(2027, 1, 4), True)
    )
    for kind, code, said, short in (
        ("held_up", "full", "重新公示", "重新公示"), ("unclosed", "full", "还没有登记结果", "待登记公示结果"),
        ("named", "INTRODUCER", "先指定入党介绍人（2人）", "待指定入党介绍人"), ("late", "last", "已超过2026年3月2日", "已超过"),
        ("clock", "usual", "一般在2027年1月4日（暂定）以后办理", "一般在"), ("end", "done", "已经办过", "已经办过"),
        ("times", "observed", "还要再做1次", "还要再做1次"),
    ):  # fmt: skip
        block = engine.Block(kind, code, 1)
        assert said in rules.told(block, place, PART) and short in rules.brief(block, place, PART)
    assert rules.chip(engine.Place(steps["talk"], "over"), TODAY).word == "不再办理"
    assert rules.chip(engine.Place(steps["talk"], "done"), TODAY).word == "已完成"


def test_standings_refuse_what_the_register_contradicts(stage: Any) -> None:
    who = stage.applicant
    with pytest.raises(ValidationError, match="不满18岁"):
        standings.take_standing(
            person=who, org=stage.branch, standing=Standing.PROBATIONARY, on=TODAY, joined_on=D(2010, 1, 1)
        )
    standings.take_standing(person=who, org=stage.branch, standing=Standing.ACTIVIST, on=D(2025, 1, 1))
    with pytest.raises(ValidationError, match="不能改在它之前"):
        standings.take_standing(person=who, org=stage.branch, standing=Standing.PROBATIONARY, on=D(2025, 1, 1))
    with pytest.raises(ValidationError, match="晚于开始日期"):
        standings.end_standing(person=who, on=D(2025, 1, 1))
    assert standings.end_standing(person=who, on=D(2025, 6, 1))
    assert not standings.end_standing(person=who, on=D(2025, 7, 1))
    with pytest.raises(ValidationError, match="又变动过"):
        standings.take_back(person=who, on=D(2025, 1, 1))
    standings.take_back(person=who, on=D(2025, 6, 1))
    assert Membership.objects.get(person=who).to_on is None
    assert queries.roll_on(stage.branch, D(2018, 1, 1)) == (None, 0)
    assert Admission.objects.count() == 0
