"""A task force from opening to its summary (A25): duties, rules, one line a day, what was decided, the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions as activities
from hongzhu.core.activities.engine import ItemTold, Told
from hongzhu.core.activities.models import Act
from hongzhu.core.audit.models import Entry
from hongzhu.core.credits.models import Credit
from hongzhu.core.people.models import Membership
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Charter
from tests.core.documents.conftest import issued
from tests.core.registers.conftest import ON


@pytest.fixture
def force(stage):
    return actions.open_group(
        kind="TASK_FORCE", name="冬季安全专项工作组", parent=stage.root, by=stage.actor("party_office"), on=ON
    )


@pytest.fixture
def office(stage, client):
    stage.login(client, "party_office")
    return client


def status(group):
    return reverse("registers:group_status", args=[group.pk])


def page(client, group):
    return client.get(reverse("registers:group_page", args=[group.pk])).content.decode()


def test_one_line_a_day_is_an_act_and_earns_nothing(force, office):
    office.post(status(force), {"on": "2026-03-02", "line": "检查学校12所，整改3处"})
    office.post(status(force), {"on": "2026-03-03", "line": "复查3所"})

    assert list(Act.objects.order_by("held_on").values_list("kind", "theme")) == [
        ("task_force_status", "检查学校12所，整改3处"),
        ("task_force_status", "复查3所"),
    ]
    assert not Credit.objects.exists()
    shown = page(office, force)
    assert shown.index("复查3所") < shown.index("检查学校12所")


def test_a_day_has_one_line_until_it_is_voided(force, office, stage):
    office.post(status(force), {"on": "2026-03-02", "line": "检查学校12所"})
    entries = Entry.objects.count()
    again = office.post(status(force), {"on": "2026-03-02", "line": "又一条"}, follow=True)
    assert "已经记过" in again.content.decode()
    assert Act.objects.count() == 1 and Entry.objects.count() == entries

    activities.void(act=Act.objects.get(), reason="记错", by=stage.actor("party_office"), now=timezone.now())
    office.post(status(force), {"on": "2026-03-02", "line": "又一条"})
    assert Act.objects.exclude(status="VOIDED").get().theme == "又一条"


def test_a_line_is_not_moved_onto_another_day(force, office, stage):
    for day in ("2026-03-02", "2026-03-03"):
        office.post(status(force), {"on": day, "line": f"{day}做了"})
    act = Act.objects.get(held_on=date(2026, 3, 3))
    told = Told(kind="task_force_status", theme="挪", held_on=date(2026, 3, 2))
    facts = {"act": act, "revision": 0, "reason": "日期", "by": stage.actor("party_office"), "now": timezone.now()}
    with pytest.raises(ValidationError, match="已经记过"):
        activities.correct(told=told, on=timezone.localdate(), **facts)
    kept = Told(kind="task_force_status", theme="改字", held_on=date(2026, 3, 3))
    activities.correct(told=kept, on=timezone.localdate(), **facts)
    act.refresh_from_db()
    assert act.theme == "改字"


@pytest.mark.parametrize(
    ("data", "word"),
    [({"on": "2026-03-02", "line": ""}, "当天做了什么"), ({"on": "2099-01-01", "line": "x"}, "还没到"),
     ({"on": "2026-02-01", "line": "x"}, "才设立")],
)  # fmt: skip
def test_a_refused_line_writes_nothing(force, office, data, word):
    assert word in office.post(status(force), data, follow=True).content.decode()
    assert not Act.objects.exists()


def test_a_leading_group_keeps_no_daily_line(stage, office):
    group = actions.open_group(
        kind="LEADING_GROUP", name="领导小组", parent=stage.root, by=stage.actor("party_office"), on=ON
    )
    assert office.post(status(group), {"on": "2026-03-02", "line": "x"}).status_code == 404
    assert "记下这一天" not in page(office, group)


def test_what_a_meeting_decided_is_the_action_list(force, office, stage):
    told = Told(
        kind="task_force", theme="部署", held_on=date(2026, 3, 2), parts=("deliberation",),
        items=(ItemTold(matter="排查消防通道", owner=stage.member.person_id, due_on=date(2026, 3, 9)),),
    )  # fmt: skip
    activities.record(
        body=force, told=told, by=stage.actor("party_office"), on=timezone.localdate(), now=timezone.now()
    )
    shown = page(office, force)
    assert "排查消防通道" in shown and "许青原" in shown and "逾期" in shown


def test_duties_and_rule_are_put_right(force, office, stage):
    paper = issued(stage)
    data = {"event": "冬季安全", "mandate": "查隐患，保安全", "rule": paper.pk}
    office.post(reverse("registers:group_amend", args=[force.pk]), data)
    force.refresh_from_db()
    charter = Charter.objects.get(org=force)
    assert (force.mandate, charter.event, charter.rule) == ("查隐患，保安全", "冬季安全", paper)
    assert Entry.objects.filter(did="registers.amend_group").count() == 1


def test_after_the_end_all_stands_and_nothing_more_is_written(force, office, stage):
    office.post(status(force), {"on": "2026-03-02", "line": "检查学校12所"})
    by = stage.actor("party_office")
    actions.close_group(group=force, summary="检查12所，整改3处", by=by, on=ON + timedelta(days=9))
    force.refresh_from_db()
    shown = page(office, force)
    assert "检查学校12所" in shown and "检查12所，整改3处" in shown and status(force) not in shown
    with pytest.raises(ValidationError, match="已经结束"):
        actions.amend_group(group=force, event="", mandate="", rule=None, by=by)
    office.post(status(force), {"on": "2026-03-20", "line": "之后"})
    assert Act.objects.count() == 1


def test_the_page_of_a_force_costs_the_same_with_many_lines(force, office, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for day in (2, 3, 4):
        office.post(status(force), {"on": f"2026-03-{day:02}", "line": f"第{day}天"})
        page(office, force)
        with CaptureQueriesContext(connection) as context:
            page(office, force)
        asked.append(len(context))
    assert asked[0] == asked[2]


@pytest.mark.parametrize(
    ("step", "data", "kept"),
    [
        ("join", {"person": "", "standing": "HEAD", "duty": "协调各校", "on": "2026-03-02"}, ("协调各校", "2026-03-02")),
        ("status", {"on": "2099-01-01", "line": "检查学校12所"}, ("检查学校12所", "2099-01-01", "还没到")),
        ("close", {"on": ON.isoformat(), "summary": "检查12所"}, ("检查12所", "要晚于成立日期", "<details class=\"card hz-no-paper\" open>")),
        ("amend", {"event": "冬" * 161, "mandate": "查隐患"}, ("查隐患", "冬" * 161)),
    ],
)  # fmt: skip
def test_a_refused_short_form_keeps_what_was_typed(force, office, step, data, kept):
    entries = Entry.objects.count()
    answer = office.post(reverse(f"registers:group_{step}", args=[force.pk]), data)
    shown = answer.content.decode()
    assert answer.status_code == 200 and "没有保存" in shown
    assert [word for word in kept if word not in shown] == []
    assert f'name="next" value="{reverse("registers:group_page", args=[force.pk])}"' in shown
    assert Entry.objects.count() == entries


def test_a_refused_leave_keeps_the_day_and_says_why(force, office, stage):
    row = actions.join_group(
        group=force, person=stage.member.person, standing="MEMBER", by=stage.actor("party_office"), on=ON
    )
    shown = office.post(
        reverse("registers:group_leave", args=[force.pk, row.pk]), {"on": ON.isoformat()}
    ).content.decode()
    assert "日期要晚于开始日期" in shown and f'value="{ON.isoformat()}" aria-invalid="true"' in shown
    row.refresh_from_db()
    assert row.to_on is None


def test_only_groups_of_this_register_are_put_right_or_ended_here(stage):
    by, entries = stage.actor("party_office"), Entry.objects.count()
    with pytest.raises(ValidationError, match="只有领导小组、专项工作组在这里改"):
        actions.amend_group(group=stage.branch, event="", mandate="改了", rule=None, by=by)
    with pytest.raises(ValidationError, match="只有领导小组、专项工作组在这里结束"):
        actions.close_group(group=stage.branch, summary="完成", by=by, on=ON + timedelta(days=9))
    stage.branch.refresh_from_db()
    assert (stage.branch.mandate, stage.branch.closed_on) == ("", None)
    assert Entry.objects.count() == entries


def test_an_ended_force_is_not_ended_again(force, stage):
    by = stage.actor("party_office")
    actions.close_group(group=force, summary="检查12所", by=by, on=ON + timedelta(days=9))
    entries = Entry.objects.count()
    with pytest.raises(ValidationError, match="已经结束，不用再结束一次"):
        actions.close_group(group=force, summary="又一段", by=by, on=ON + timedelta(days=10))
    force.refresh_from_db()
    assert (force.closed_on, Charter.objects.get(org=force).summary) == (ON + timedelta(days=9), "检查12所")
    assert Entry.objects.count() == entries


def test_nobody_of_another_bureau_sits_on_a_group(force, stage):
    entries = Entry.objects.count()
    with pytest.raises(ValidationError, match="这个人不属于本局"):
        actions.join_group(
            group=force, person=stage.outsider.person, standing="MEMBER", by=stage.actor("party_office"), on=ON
        )
    assert not Membership.objects.filter(org=force).exists()
    assert Entry.objects.count() == entries
