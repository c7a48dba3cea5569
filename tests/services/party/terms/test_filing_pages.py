"""Pages of filings: a refusal is said with what was typed, an outside superior's letter is entered here, what to think of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from hongzhu.core.orgs.models import Org, Superior
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.models import Filing
from hongzhu.services.party.queries import filings as queries
from tests.cast import FOUNDED

from .stage import TODAY
from .test_filings import allowed, asked

pytestmark = pytest.mark.django_db
ON = TODAY.isoformat()


@pytest.fixture(autouse=True)
def today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)
    policies.ship()


def renaming(cast: Any, **more: Any) -> dict[str, Any]:
    return {"org": cast.branch, "name": "柳林学校党支部"} | more


def send(client: Any, name: str, filing: Filing, **given: Any) -> Any:
    return client.post(reverse(f"party:election_filing_{name}", args=[filing.pk]), given)


def page_of(client: Any, filing: Filing) -> Any:
    return client.get(reverse("party:election_filing_page", args=[filing.pk]))


# Asking.


def test_a_request_without_what_it_needs_is_said_and_not_kept(cast: Any, client: Any) -> None:
    cast.login(client, "branch_secretary")
    given = {"want": "RENAME", "org": cast.branch.pk, "reason": "学校更名", "on": ON, "number": "柳小支〔2026〕2号"}
    url = reverse("party:election_filing_new")
    page = client.post(url, given)
    assert page.status_code == 200 and "更名要选党组织并写新名称" in page.content.decode()
    assert 'value="柳小支〔2026〕2号"' in page.content.decode()
    assert not Filing.objects.exists()
    assert client.post(url, given | {"name": "柳林学校党支部"}).status_code == 302
    assert Filing.objects.get().superior == cast.general_branch


def test_a_second_request_for_the_same_body_is_refused(cast: Any, client: Any) -> None:
    filing = asked(cast, "RENAME", **renaming(cast))
    cast.login(client, "branch_secretary")
    given = {"want": "RENAME", "org": cast.branch.pk, "name": "又一个名称", "reason": "更名", "on": ON}
    page = client.post(reverse("party:election_filing_new"), given)
    assert page.status_code == 200 and "已有一件请示正在办" in page.content.decode()
    assert Filing.objects.get() == filing


def test_nobody_asks_for_a_place_that_is_not_theirs(cast: Any) -> None:
    """Who keeps a branch asks for it; who approves above it may too; nobody else, and nobody for no place at all."""
    queries.check_asks(cast.branch_secretary, cast.branch, cast.general_branch)
    queries.check_asks(cast.district_officer, cast.branch, cast.general_branch)
    queries.check_asks(cast.party_office, None, cast.committee)
    for name, place in (("neighbour", cast.branch), ("member", cast.branch), ("branch_secretary", None)):
        with pytest.raises(PermissionDenied, match="不能在这里请示"):
            queries.check_asks(getattr(cast, name), place, cast.general_branch)


def test_a_new_body_in_no_unit_is_not_asked_for_by_a_branch(cast: Any, client: Any) -> None:
    given = {"want": "SET_UP", "name": "第二党支部", "kind": "BRANCH", "superior": cast.general_branch.pk, "members": 3,
             "reason": "新校区", "on": ON}  # fmt: skip
    cast.login(client, "branch_secretary")
    assert client.post(reverse("party:election_filing_new"), given).status_code == 403
    assert not Filing.objects.exists()
    cast.login(client, "district_officer")
    assert client.post(reverse("party:election_filing_new"), given).status_code == 302
    assert Filing.objects.get().name == "第二党支部"


# Answering and finishing.


def test_an_answer_without_its_number_is_said_and_stays(cast: Any, client: Any) -> None:
    filing = asked(cast, "RENAME", **renaming(cast))
    cast.login(client, "district_officer")
    page = send(client, "answer", filing, agreed="yes", on=ON, number="")
    assert page.status_code == 200 and "请写批复文号" in page.content.decode()
    page = send(client, "answer", filing, agreed="no", on=ON, number="柳学总支〔2026〕6号")
    assert "请写未同意的原因" in page.content.decode() and 'value="柳学总支〔2026〕6号"' in page.content.decode()
    page = send(client, "answer", filing, agreed="perhaps", on=ON, number="1")
    assert page.status_code == 200
    filing.refresh_from_db()
    assert (filing.status, filing.replied_on, filing.reply_number) == ("ASKED", None, "")


def test_what_was_allowed_is_finished_by_the_superior_only(cast: Any, client: Any) -> None:
    filing = allowed(cast, "RENAME", **renaming(cast))
    cast.login(client, "branch_secretary")
    assert page_of(client, filing).context["finish_form"] is None
    cast.login(client, "district_officer")
    page = page_of(client, filing)
    assert page.context["finish_form"].initial == {"on": TODAY} and page.context["answer_form"] is None


def test_a_branch_with_members_and_no_successor_is_not_finished(cast: Any, client: Any) -> None:
    filing = allowed(cast, "DISSOLVE", org=cast.branch)
    cast.login(client, "district_officer")
    page = send(client, "finish", filing, on=ON)
    assert page.status_code == 200 and "由谁承接" in str(page.context["finish_form"].non_field_errors())
    page = send(client, "finish", filing, on=(TODAY + timedelta(days=1)).isoformat())
    assert "还没有到" in page.content.decode()
    assert send(client, "finish", filing, on="31日").context["finish_form"].errors["on"]
    filing.refresh_from_db()
    cast.branch.refresh_from_db()
    assert (filing.status, filing.done_on, cast.branch.closed_on) == ("ALLOWED", None, None)


# A superior outside the bureau.


@pytest.fixture
def town(cast: Any) -> Org:
    """The branch belongs to a township's committee, which has no desk here."""
    made = Org.objects.create(bureau=cast.bureau, kind="UPPER", name="柳林镇党委", opened_on=FOUNDED)
    Superior.objects.filter(org=cast.branch, relation="BELONGS").update(superior=made)
    return made


def test_the_letter_of_an_outside_superior_is_entered_by_who_asked(cast: Any, client: Any, town: Org) -> None:
    filing = asked(cast, "RENAME", **renaming(cast, superior=town))
    assert list(queries.to_answer(cast.party_office, TODAY)) == []
    given = {"agreed": "yes", "on": ON, "number": "柳镇〔2026〕8号"}
    cast.login(client, "inspector")  # sees it
    assert page_of(client, filing).context["answer_form"] is None
    assert send(client, "answer", filing, **given).status_code == 403
    filing.refresh_from_db()
    assert filing.status == "ASKED"
    cast.login(client, "branch_secretary")
    assert "上级党组织在局外" in page_of(client, filing).content.decode()
    assert send(client, "answer", filing, **given).status_code == 302
    filing.refresh_from_db()
    assert (filing.status, filing.reply_number) == ("ALLOWED", "柳镇〔2026〕8号")


def test_under_an_outside_superior_the_party_office_finishes(cast: Any, client: Any, town: Org) -> None:
    filing = asked(cast, "RENAME", **renaming(cast, superior=town))
    Filing.objects.filter(pk=filing.pk).update(status="ALLOWED", replied_on=TODAY, reply_number="柳镇〔2026〕8号")
    for name in ("branch_secretary", "district_officer"):
        cast.login(client, name)
        assert page_of(client, filing).context["finish_form"] is None
        assert send(client, "finish", filing, on=ON).status_code == 403
    cast.branch.refresh_from_db()
    assert cast.branch.name == "柳林中心小学党支部"
    cast.login(client, "party_office")
    assert page_of(client, filing).context["finish_form"] is not None
    assert send(client, "finish", filing, on=ON).status_code == 302
    cast.branch.refresh_from_db()
    assert cast.branch.name == "柳林学校党支部"


# What to think of before asking.


def said(want: str, **given: Any) -> list[str]:
    facts: dict[str, Any] = {"org": None, "into": None, "kind": "", "members": None, "units": 0, "on": TODAY}
    return queries.cautions(want, **facts | given)


def join(cast: Any, org: Org, n: int) -> None:
    people = Person.objects.bulk_create(Person(bureau=cast.bureau, name=f"党员{place}") for place in range(n))
    Membership.objects.bulk_create(
        Membership(person=who, org=org, standing="FULL", from_on=FOUNDED, joined_on=FOUNDED) for who in people
    )


@pytest.mark.parametrize("want", ["RENAME", "CHANGE", "MERGE", "DISSOLVE"])
def test_no_body_chosen_yet_and_nothing_to_think_of(cast: Any, want: str) -> None:
    assert said(want, into=cast.other_branch) == []


@pytest.mark.parametrize(("more", "n"), [(40, 0), (41, 1)])
def test_a_merger_counts_the_members_of_both(cast: Any, more: int, n: int) -> None:
    """Nine members and one, and those who came since: fifty are in order, fifty-one are many."""
    join(cast, cast.other_branch, more)
    found = said("MERGE", org=cast.branch, into=cast.other_branch)
    assert ["党员51人，超过50人" in text for text in found] == [True] * n
    assert said("MERGE", org=cast.branch) == []


def test_another_kind_is_measured_by_the_limits_of_that_kind(cast: Any) -> None:
    assert said("CHANGE", org=cast.branch, kind="JOINT_BRANCH", units=5) == []
    assert ["覆盖6个单位" in text for text in said("CHANGE", org=cast.branch, kind="JOINT_BRANCH", units=6)] == [True]
    assert ["正式党员8人" in text for text in said("CHANGE", org=cast.branch, kind="GENERAL_BRANCH")] == [True]


@pytest.mark.parametrize(("more", "many"), [(1, False), (2, True)])
def test_a_branch_with_three_full_members_is_not_lightly_dissolved(cast: Any, more: int, many: bool) -> None:
    join(cast, cast.other_branch, more)
    found = said("DISSOLVE", org=cast.other_branch, into=cast.branch)
    assert ["正式党员3人" in text for text in found] == ([True] if many else [])
    found = said("DISSOLVE", org=cast.other_branch)
    assert f"还有{more + 1}名党员" in found[-1] and len(found) == 1 + many
