"""Accounts, codes, grants, drafts, tokens, the first run: what is written, and that a refusal writes nothing."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from hongzhu.core.access import actions, queries
from hongzhu.core.access.actions import slips
from hongzhu.core.access.models import Acting, Device, Draft, FormToken, Grant, Role
from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Account, Person
from hongzhu.kit.crypto import vault
from hongzhu.kit.refs import Actor

from .conftest import Clock

NOBODY = Actor.system("测试")
TODAY = timezone.localdate()
GOOD = "qinghe shan shui 26"


def entries(did: str) -> int:
    return Entry.objects.filter(did=did).count()


# Accounts and codes.


def test_accounts_open_with_slips(cast: Any, clock: Clock) -> None:
    people = [person for person in cast.people if person.name in {"沈书言", "林晓禾"}]
    people[0].staff_no = "T-1024"
    people[0].save()
    made = actions.open_accounts(people=people, by=NOBODY, now=timezone.now())
    assert sorted(slip.account.username for slip in made) == ["linxiaohe", "t-1024"]
    assert all(slip.account.must_change_password and not slip.account.has_usable_password() for slip in made)
    assert entries("access.open_accounts") == 1
    assert not any(slip.code in Entry.objects.get(did="access.open_accounts").detail for slip in made)
    stored = list(Account.objects.filter(pk__in=[slip.account.pk for slip in made]).values_list("code_hash", flat=True))
    assert all(len(value) == 64 for value in stored)
    with pytest.raises(ValidationError, match="已有账号"):
        actions.open_accounts(people=people, by=NOBODY, now=timezone.now())


def test_namesakes_get_numbers(cast: Any) -> None:
    twins = [Person.objects.create(bureau=cast.bureau, name="唐见山") for _number in range(3)]
    made = actions.open_accounts(people=twins, by=NOBODY, now=timezone.now())
    assert [slip.account.username for slip in made] == ["tangjianshan", "tangjianshan2", "tangjianshan3"]


@pytest.fixture
def slip(cast: Any, clock: Clock) -> actions.Slip:
    return actions.give_code(account=cast.member, by=NOBODY, now=timezone.now())


def test_a_code_sets_a_password_once(cast: Any, clock: Clock, slip: actions.Slip) -> None:
    typed = slip.code.lower().replace("-", " ")
    account = actions.use_code(username="Member ", code=typed, password=GOOD, now=timezone.now())
    assert account.check_password(GOOD) and account.code_hash == "" and not account.must_change_password
    with pytest.raises(ValidationError, match="口令不对"):
        actions.use_code(username="member", code=slip.code, password=GOOD + "x", now=timezone.now())
    assert entries("access.use_code") == 1
    assert all(slip.code not in entry.detail for entry in Entry.objects.all())


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False)])
def test_a_code_lasts_its_hours(cast: Any, clock: Clock, slip: actions.Slip, seconds: int, good: bool) -> None:
    clock.forward(hours=24, seconds=seconds)
    if good:
        actions.use_code(username="member", code=slip.code, password=GOOD, now=timezone.now())
    else:
        with pytest.raises(ValidationError):
            actions.use_code(username="member", code=slip.code, password=GOOD, now=timezone.now())
        assert not Account.objects.get(username="member").check_password(GOOD)


@pytest.mark.parametrize("username", ["organiser", "nobody_here", ""])
def test_a_code_is_its_accounts_own(cast: Any, clock: Clock, slip: actions.Slip, username: str) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.use_code(username=username, code=slip.code, password=GOOD, now=timezone.now())
    assert refused.value.code == "wrong"


def test_no_code_is_not_an_empty_code(cast: Any, clock: Clock) -> None:
    with pytest.raises(ValidationError):
        actions.use_code(username="member", code="", password=GOOD, now=timezone.now())


def test_a_bad_password_leaves_the_code_good(cast: Any, clock: Clock, slip: actions.Slip) -> None:
    with pytest.raises(ValidationError, match="至少10个字符"):
        actions.use_code(username="member", code=slip.code, password="short", now=timezone.now())
    actions.use_code(username="member", code=slip.code, password=GOOD, now=timezone.now())


def test_a_new_code_voids_the_old_and_a_stopped_account_has_none(cast: Any, clock: Clock, slip: actions.Slip) -> None:
    fresh = actions.give_code(account=cast.member, by=NOBODY, now=timezone.now())
    assert not slips.fits(fresh.account, slip.code, timezone.now())
    actions.stop(account=cast.member, reason="调离", by=NOBODY, now=timezone.now())
    with pytest.raises(ValidationError):
        actions.use_code(username="member", code=fresh.code, password=GOOD, now=timezone.now())


def test_the_same_password_again_is_refused(cast: Any) -> None:
    actions.change_password(account=cast.member, password=GOOD, by=NOBODY, now=timezone.now())
    with pytest.raises(ValidationError, match="和原来的一样"):
        actions.change_password(account=cast.member, password=GOOD, by=NOBODY, now=timezone.now())
    assert entries("access.change_password") == 1


def test_stopping_twice_is_one_entry(cast: Any) -> None:
    for _time in range(2):
        actions.stop(account=cast.member, reason="调离", by=NOBODY, now=timezone.now())
    for _time in range(2):
        actions.start(account=cast.member, by=NOBODY, now=timezone.now())
    assert (entries("access.stop"), entries("access.start")) == (1, 1)


# Grants.


def give(cast: Any, who: str, by: str = "security_admin", role: str = Role.ORGANISER, **more: Any) -> Grant:
    fields = {"org": cast.other_branch, "from_on": TODAY, "to_on": None, "on": TODAY, **more}
    return actions.give_grant(
        person=getattr(cast, who).person,
        role=role,
        by=cast.actor(by),
        by_role=queries.role_of(getattr(cast, by)),
        **fields,
    )


def test_a_grant_is_given_and_recorded(cast: Any) -> None:
    grant = give(cast, "member")
    assert (grant.bureau, grant.org, entries("access.give_grant")) == (cast.bureau, cast.other_branch, 1)


@pytest.mark.parametrize(
    ("who", "by", "role", "said"),
    [
        ("security_admin", "security_admin", Role.AUDIT_ADMIN, "不能给自己授权"),
        ("party_office", "party_office", Role.SECTION_OFFICER, "不能给自己授权"),
        ("member", "party_office", Role.AUDIT_ADMIN, "只能由安全管理员"),
        ("member", "party_office", Role.PARTY_OFFICE, "低于自己"),
        ("member", "school_secretary", Role.BRANCH_SECRETARY, "低于自己"),
        ("member", "branch_secretary", Role.ORGANISER, "低于自己"),
        ("party_office", "security_admin", Role.AUDIT_ADMIN, "不能兼任其他角色"),
        ("audit_admin", "security_admin", Role.SYSTEM_ADMIN, "不能兼任其他角色"),
        ("audit_admin", "security_admin", Role.PARTY_OFFICE, "不能再兼任业务角色"),
        ("branch_secretary", "security_admin", Role.BRANCH_SECRETARY, "已有"),
    ],
)
def test_who_may_grant_what(cast: Any, who: str, by: str, role: str, said: str) -> None:
    before = Grant.objects.count()
    org = cast.branch if said == "已有" else cast.root
    with pytest.raises(ValidationError, match=said):
        give(cast, who, by, role, org=org)
    assert Grant.objects.count() == before and entries("access.give_grant") == 0


def test_an_administrators_role_of_next_week_excludes_too(cast: Any) -> None:
    give(cast, "neighbour", role=Role.MEMBER, org=cast.branch)
    person = Person.objects.create(bureau=cast.bureau, name="新人")
    Account.objects.create(username="new", person=person, bureau=cast.bureau)
    Grant.objects.create(
        bureau=cast.bureau, person=person, role=Role.AUDIT_ADMIN, org=cast.root, from_on=TODAY + timedelta(7)
    )
    cast.accounts["new"] = Account.objects.get(username="new")
    with pytest.raises(ValidationError, match="兼任"):
        give(cast, "new", role=Role.PARTY_OFFICE, org=cast.root)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"from_on": TODAY - timedelta(1)}, "过去"),
        ({"to_on": TODAY}, "晚于开始"),
        ({"role": Role.SYSTEM_ADMIN}, "全局"),
    ],
)
def test_dates_and_place_of_a_grant(cast: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        give(cast, "member", **more)


def test_no_grant_across_bureaus(cast: Any) -> None:
    with pytest.raises(ValidationError, match="不属于"):
        give(cast, "member", org=cast.far_branch)


def test_ending_a_grant_ends_its_deputies(cast: Any) -> None:
    secretary = Grant.objects.get(person=cast.branch_secretary.person)
    deputy = Grant.objects.get(person=cast.deputy.person)
    assert queries.acting_grant(Account.objects.get(username="deputy")) == deputy
    actions.end_grant(grant=secretary, by=NOBODY, on=TODAY, now=timezone.now())
    deputy.refresh_from_db()
    assert deputy.to_on == TODAY and queries.acting_grant(Account.objects.get(username="deputy")) is None
    assert entries("access.end_grant") == 1
    actions.end_grant(grant=secretary, by=NOBODY, on=TODAY, now=timezone.now())
    assert entries("access.end_grant") == 1


def test_a_future_grant_ends_before_it_begins(cast: Any) -> None:
    grant = give(cast, "member", from_on=TODAY + timedelta(5))
    ended = actions.end_grant(grant=grant, by=NOBODY, on=TODAY, now=timezone.now())
    assert ended.to_on == ended.from_on
    assert not queries.grants_on(cast.member.person_id, TODAY + timedelta(6)).filter(pk=grant.pk).exists()


def test_delegation_in_two_taps(cast: Any) -> None:
    grant = queries.acting_grant(cast.branch_secretary)
    assert grant is not None
    choices = queries.delegates(cast.branch_secretary, TODAY)
    assert {person.name for person in choices} == {"何以宁", "周予安", "许青原"}  # the deputy is one already
    made = actions.delegate(grant=grant, person=cast.member.person, to_on=None, by=NOBODY, on=TODAY)
    assert (made.role, made.org, made.delegated_by) == (grant.role, grant.org, grant)
    user = Account.objects.get(username="member")
    actions.act_as(account=user, grant=made, by=NOBODY, on=TODAY)
    user = Account.objects.get(username="member")
    assert queries.acting_grant(user) == made and Actor.of(user).behalf == "唐见山"
    assert queries.holds(user, queries.rules.CHANGE_PEOPLE, cast.branch)
    actions.end_grant(grant=made, by=NOBODY, on=TODAY, now=timezone.now())
    assert queries.role_of(Account.objects.get(username="member")) == Role.MEMBER


@pytest.mark.parametrize(("who", "whom"), [("deputy", "member"), ("member", "organiser"), ("organiser", "member")])
def test_who_may_not_delegate(cast: Any, who: str, whom: str) -> None:
    grant = queries.acting_grant(getattr(cast, who))
    assert grant is not None
    assert not queries.delegates(getattr(cast, who), TODAY).exists()
    with pytest.raises(ValidationError):
        actions.delegate(grant=grant, person=getattr(cast, whom).person, to_on=None, by=NOBODY, on=TODAY)
    assert entries("access.delegate") == 0


def test_administrators_are_nobodys_deputies(cast: Any) -> None:
    grant = queries.acting_grant(cast.branch_secretary)
    with pytest.raises(ValidationError, match="管理员"):
        actions.delegate(grant=grant, person=cast.audit_admin.person, to_on=None, by=NOBODY, on=TODAY)  # type: ignore[arg-type]


def test_one_acts_only_under_ones_own_grant(cast: Any) -> None:
    theirs = Grant.objects.get(person=cast.party_office.person)
    with pytest.raises(ValidationError):
        actions.act_as(account=cast.member, grant=theirs, by=NOBODY, on=TODAY)
    assert not Acting.objects.exists()


# Drafts and tokens.


def draft(cast: Any, text: str, version: int, who: str = "member") -> Draft:
    return actions.save_draft(
        account=getattr(cast, who), key="activities.act:1", data={"text": text}, version=version, now=timezone.now()
    )


def test_a_draft_saved_twice_from_two_windows(cast: Any) -> None:
    first = draft(cast, "一", 0)
    assert draft(cast, "二", first.version).version == 2
    with pytest.raises(actions.DraftConflict) as conflict:
        draft(cast, "三", first.version)
    assert conflict.value.draft.data == {"text": "二"}
    with pytest.raises(actions.DraftConflict):
        draft(cast, "四", 0)
    assert draft(cast, "别人的", 0, "organiser").version == 1
    found = queries.draft(cast.member, "activities.act:1")
    assert found is not None and found.data == {"text": "二"}
    actions.drop_draft(account=cast.member, key="activities.act:1")
    assert queries.draft(cast.member, "activities.act:1") is None
    assert draft(cast, "窗口里还有", 2).version == 3


def test_the_second_tap_gets_the_firsts_result(cast: Any) -> None:
    token, made = uuid4(), []

    def act() -> str:
        made.append(1)
        return f"/activities/{len(made)}/"

    with transaction.atomic():
        first = actions.use_token(token=token, account=cast.member, result=act, now=timezone.now())
    with transaction.atomic():
        second = actions.use_token(token=token, account=cast.member, result=act, now=timezone.now())
    assert (first.result, first.again, second.result, second.again) == ("/activities/1/", False, "/activities/1/", True)
    assert made == [1]
    with pytest.raises(PermissionDenied):
        actions.use_token(token=token, account=cast.organiser, result=act, now=timezone.now())


def test_a_failed_act_gives_the_token_back(cast: Any) -> None:
    token = uuid4()

    def fails() -> str:
        raise ValidationError("没有保存")

    with pytest.raises(ValidationError):
        actions.use_token(token=token, account=cast.member, result=fails, now=timezone.now())
    assert not FormToken.objects.exists()
    assert not actions.use_token(token=token, account=cast.member, result="/x/", now=timezone.now()).again


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the suite's SQLite is in memory, where threads share one cache and its locks"
)
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_act() -> None:
    account = Account.objects.create(username="one")
    token, made, results = uuid4(), [], []
    start = threading.Barrier(4)

    def tap() -> None:
        start.wait()
        try:
            used = actions.use_token(
                token=token,
                account=account,
                result=lambda: made.append(1) or "/a/",
                now=timezone.now(),  # type: ignore[func-returns-value]
            )
            results.append(used)
        finally:
            connection.close()

    taps = [threading.Thread(target=tap) for _number in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert made == [1] and sorted(used.again for used in results) == [False, True, True, True]
    assert {used.result for used in results} == {"/a/"}


def test_sweep_forgets_what_is_old(cast: Any) -> None:
    now = timezone.now()
    old = now - timedelta(days=200)
    for at in (old, now):
        FormToken.objects.create(token=uuid4(), account=cast.member, used_at=at, result="/")
        Draft.objects.create(account=cast.member, key=str(at), saved_at=at)
        Device.objects.create(account=cast.member, label="x", created_at=at, seen_at=at, expires_at=at + timedelta(1))
    assert actions.sweep(now=now) == 3
    assert FormToken.objects.count() == Draft.objects.count() == Device.objects.count() == 1


# Reveals.


def test_a_value_opens_only_for_its_person(cast: Any) -> None:
    person, other = cast.member.person, cast.organiser.person
    person.phone_sealed = other.phone_sealed = vault().seal("13900001234", bind=f"{person.uuid}|phone")
    ask = {"field": "phone", "purpose": "CONTACT", "reason": "", "by": cast.actor("party_office")}
    assert actions.reveal(person=person, **ask) == "13900001234"
    from hongzhu.kit.crypto import SealBroken

    with pytest.raises(SealBroken):
        actions.reveal(person=other, **ask)
    with pytest.raises(ValidationError, match="具体的人"):
        actions.reveal(person=person, **{**ask, "by": NOBODY})


# The first run.

OPENING = actions.Opening(
    name="青禾县教育局",
    code="qinghe",
    division_code="341521",
    pack="national",
    people=(
        ("SYSTEM_ADMIN", "韦系统", ""),
        ("SECURITY_ADMIN", "安全一", "anquan"),
        ("AUDIT_ADMIN", "审计一", ""),
        ("PARTY_OFFICE", "陆望舒", ""),
    ),
)


def test_first_run_once(db: None) -> None:
    made = actions.first_run(opening=OPENING, by=NOBODY, on=TODAY, now=timezone.now())
    assert [slip.account.username for slip in made] == ["weixitong", "anquan", "shenjiyi", "luwangshu"]
    roles = {grant.role for grant in Grant.objects.filter(org__kind="BUREAU")}
    assert roles == {"SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN", "PARTY_OFFICE"}
    account = actions.use_code(username="luwangshu", code=made[3].code, password=GOOD, now=timezone.now())
    assert queries.may(account, queries.rules.CHANGE_ORGS)
    with pytest.raises(ValidationError, match="已经有账号"):
        actions.first_run(opening=OPENING, by=NOBODY, on=TODAY, now=timezone.now())
    assert entries("access.first_run") == 1


def test_first_run_wants_four_people(db: None) -> None:
    from dataclasses import replace

    same = replace(OPENING, people=(*OPENING.people[:3], ("PARTY_OFFICE", "韦系统", "")))
    with pytest.raises(ValidationError, match="不同的人"):
        actions.first_run(opening=same, by=NOBODY, on=TODAY, now=timezone.now())
    assert not Account.objects.exists() and not Entry.objects.exists()


def test_one_more_administrator_from_the_console(cast: Any) -> None:
    slip = actions.create_admin(
        bureau=cast.bureau, role="SECURITY_ADMIN", name="安全二", username="", by=NOBODY, on=TODAY, now=timezone.now()
    )
    assert queries.role_of(slip.account) == "SECURITY_ADMIN" and entries("access.create_admin") == 1
    for username in ("member", "含 空格"):
        with pytest.raises(ValidationError, match="不能用"):
            actions.create_admin(
                bureau=cast.bureau,
                role="AUDIT_ADMIN",
                name="某",
                username=username,
                by=NOBODY,
                on=date(2026, 1, 1),
                now=timezone.now(),
            )
