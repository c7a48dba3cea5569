"""Setting up, renaming, changing, merging and dissolving: asked, answered by another, done in the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Change, Hosting, Org, Superior
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import filings as actions
from hongzhu.services.party.models import Filing
from hongzhu.services.party.queries import filings as queries

pytestmark = pytest.mark.django_db
ASKED, REPLIED, DONE, TODAY = date(2026, 9, 1), date(2026, 9, 10), date(2026, 9, 15), date(2026, 11, 20)


@pytest.fixture(autouse=True)
def shipped(db: Any) -> None:
    policies.ship()


def asked(cast: Any, want: str, **given: Any) -> Filing:
    facts: dict[str, Any] = {
        "superior": cast.general_branch, "by": cast.actor("branch_secretary"), "on": ASKED, "today": TODAY,
        "reason": "学校布局调整", "number": "柳小支〔2026〕2号",
    }  # fmt: skip
    return actions.ask(bureau=cast.bureau, want=want, **facts | given)


def allowed(cast: Any, want: str, **given: Any) -> Filing:
    return actions.answer(
        filing=asked(cast, want, **given), agreed=True, number="柳学总支〔2026〕6号", by=cast.actor("district_officer"),
        on=REPLIED, today=TODAY,
    )  # fmt: skip


def done(cast: Any, want: str, **given: Any) -> Filing:
    return actions.finish(filing=allowed(cast, want, **given), by=cast.actor("party_office"), on=DONE, today=TODAY)


def everything() -> tuple[Any, ...]:
    models = (Filing, Org, Change, Membership, Superior, Entry)
    return tuple(list(model._default_manager.order_by("pk").values()) for model in models)


def refused(words: str, action: Any, *args: Any, **given: Any) -> None:
    before = everything()
    with pytest.raises(ValidationError, match=words):
        action(*args, **given)
    assert everything() == before


def test_a_branch_is_set_up_with_its_place_hosts_and_both_superiors(cast: Any) -> None:
    filing = done(
        cast,
        "SET_UP",
        host=cast.other_school,
        others=[cast.school],
        name="柳林、双桥联合党支部",
        kind="JOINT_BRANCH",
        members=4,
    )
    made = filing.org
    assert made is not None and (made.kind, made.opened_on, filing.status) == ("JOINT_BRANCH", DONE, "DONE")
    assert set(Hosting.objects.filter(org=made).values_list("unit", flat=True)) == {
        cast.school.pk,
        cast.other_school.pk,
    }
    above = dict(Superior.objects.filter(org=made).values_list("relation", "superior"))
    assert above == {"BELONGS": cast.general_branch.pk, "GUIDES": cast.committee.pk}
    assert Change.objects.get(org=made).approval == "柳学总支〔2026〕6号"


def test_a_branch_is_renamed(cast: Any) -> None:
    done(cast, "RENAME", org=cast.branch, name="柳林学校党支部")
    cast.branch.refresh_from_db()
    assert cast.branch.name == "柳林学校党支部"
    assert Change.objects.get(org=cast.branch, step="RENAMED").old_name == "柳林中心小学党支部"


def test_a_body_of_the_new_kind_takes_over(cast: Any) -> None:
    filing = done(cast, "CHANGE", org=cast.branch, kind="JOINT_BRANCH")
    made = filing.into
    cast.branch.refresh_from_db()
    assert made is not None and (made.name, made.kind) == ("柳林中心小学党支部", "JOINT_BRANCH")
    assert cast.branch.closed_on == DONE
    assert Membership.objects.filter(org=made, to_on=None).count() == 9
    assert list(Hosting.objects.filter(org=made).values_list("unit", flat=True)) == [cast.school.pk]


def test_a_merger_takes_the_members_along(cast: Any) -> None:
    done(cast, "MERGE", org=cast.branch, into=cast.other_branch)
    assert Membership.objects.filter(org=cast.other_branch, to_on=None).count() == 10
    assert Change.objects.filter(
        org=cast.branch, step="MERGED", other=cast.other_branch, approval="柳学总支〔2026〕6号"
    ).exists()


def test_a_branch_with_members_is_dissolved_only_into_another(cast: Any) -> None:
    filing = allowed(cast, "DISSOLVE", org=cast.branch)
    refused("由谁承接", actions.finish, filing=filing, by=cast.actor("party_office"), on=DONE, today=TODAY)
    Filing.objects.filter(pk=filing.pk).update(into=cast.other_branch)
    actions.finish(filing=filing, by=cast.actor("party_office"), on=DONE, today=TODAY)
    cast.branch.refresh_from_db()
    assert cast.branch.closed_on == DONE


@pytest.mark.parametrize(
    ("want", "given", "words"),
    [
        ("SET_UP", {"name": "", "kind": "BRANCH"}, "名称和类别"),
        ("SET_UP", {"name": "新支部", "kind": ""}, "名称和类别"),
        ("RENAME", {"name": "新名"}, "选党组织"),
        ("CHANGE", {}, "新的类别"),
        ("MERGE", {}, "并入"),
        ("DISSOLVE", {}, "选党组织"),
        ("SET_UP", {"name": "新支部", "kind": "BRANCH", "reason": " "}, "事由"),
        ("SET_UP", {"name": "新支部", "kind": "BRANCH", "on": TODAY + timedelta(days=1)}, "还没有到"),
    ],
)
def test_what_a_request_must_name(cast: Any, want: str, given: dict[str, Any], words: str) -> None:
    refused(words, asked, cast, want, **given)


def test_one_request_at_a_time_for_a_body(cast: Any) -> None:
    asked(cast, "RENAME", org=cast.branch, name="柳林学校党支部")
    refused("正在办", asked, cast, "DISSOLVE", org=cast.branch)


def test_a_dissolved_body_asks_for_nothing(cast: Any) -> None:
    done(cast, "MERGE", org=cast.branch, into=cast.other_branch)
    refused("双桥小学党支部", asked, cast, "RENAME", org=cast.branch, name="柳林学校党支部")


def test_who_asked_does_not_answer(cast: Any) -> None:
    filing = asked(cast, "DISSOLVE", org=cast.branch, by=cast.actor("district_officer"))
    given = {"filing": filing, "on": REPLIED, "today": TODAY}
    refused("陆望舒", actions.answer, agreed=True, number="1", by=cast.actor("district_officer"), **given)
    assert actions.answer(agreed=True, number="1", by=cast.actor("party_office"), **given).status == "ALLOWED"


def test_refused_with_a_reason_and_nothing_happens(cast: Any) -> None:
    filing = asked(cast, "DISSOLVE", org=cast.branch, into=cast.other_branch)
    given = {"filing": filing, "by": cast.actor("district_officer"), "on": REPLIED, "today": TODAY, "number": ""}
    refused("原因", actions.answer, agreed=False, **given)
    refused("文号", actions.answer, agreed=True, **given)
    refused("早于上一步", actions.answer, agreed=False, reason="不合条件", **given | {"on": ASKED - timedelta(days=1)})
    actions.answer(agreed=False, reason="不合条件", **given)
    refused("先有上级批复", actions.finish, filing=filing, by=cast.actor("party_office"), on=DONE, today=TODAY)
    refused("已经答复", actions.answer, agreed=False, reason="又一次", **given)


@pytest.mark.parametrize(("members", "said"), [(2, "不足3人"), (3, ""), (50, ""), (51, "超过50人")])
def test_thresholds_are_said_before_asking(cast: Any, members: int, said: str) -> None:
    found = queries.cautions("SET_UP", org=None, into=None, kind="BRANCH", members=members, units=1, on=TODAY)
    assert (said in found[0]) if said else found == []


@pytest.mark.parametrize(("units", "n"), [(5, 0), (6, 1)])
def test_a_joint_branch_covers_at_most_five_units(cast: Any, units: int, n: int) -> None:
    assert (
        len(queries.cautions("SET_UP", org=None, into=None, kind="JOINT_BRANCH", members=9, units=units, on=TODAY)) == n
    )
