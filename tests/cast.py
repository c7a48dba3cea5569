"""The fixed cast: one bureau with two schools, and a second bureau next door. Every permission test names these people.

青禾县 (``bureau``): committee 青禾县教育局党委, general branch 柳林学区党总支, school 柳林中心小学 with 柳林中心小学党支部
(``branch``, eight full members and one probationary), school 双桥小学 with 双桥小学党支部 (``other_branch``).
白石县 (``far_bureau``): one school with one branch, where the ``outsider`` is secretary. All names are invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from hongzhu.core.access.models import Grant, Role
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Post, PostKind, Standing
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor

FOUNDED = date(2019, 1, 1)
MEMBERS = (
    "system_admin", "security_admin", "audit_admin", "party_office", "section_officer", "district_officer",
    "school_secretary", "branch_secretary", "organiser", "member", "inspector", "deputy", "outsider", "neighbour",
)  # fmt: skip
SYSTEM = Actor.system("测试")


@dataclass
class Cast:
    """The bodies and the accounts; each of MEMBERS is an Account attribute."""

    bureau: Bureau
    root: Org
    committee: Org
    general_branch: Org
    school: Org
    branch: Org
    other_school: Org
    other_branch: Org
    class_one: Org
    far_bureau: Bureau
    far_root: Org
    far_school: Org
    far_branch: Org
    people: list[Person] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        accounts = self.__dict__.get("accounts", {})
        if name in accounts:
            return accounts[name]
        raise AttributeError(name)

    def login(self, client: Any, name: str) -> None:
        """Sign a member in; ``anonymous`` signs out. Those whose role needs it have passed the second factor."""
        client.cookies.clear()
        if name == "anonymous":
            return
        # What client.force_login leaves behind, in one statement instead of nine.
        session = SessionStore()
        session.update(self._signed_in(name))
        session.save(must_create=True)
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def _signed_in(self, name: str) -> dict[str, Any]:
        account = self.accounts[name]
        return {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            # As allauth notes them; config/middleware/sessions.py reads whether "mfa" is among them.
            "account_authentication_methods": [{"method": "password", "at": 0}, {"method": "mfa", "at": 0}],
            "account_authentication_methods_user": str(account.pk),
        }

    def sign_in(self, names: Iterable[str]) -> dict[str, str]:
        """Sign several members in by one statement, as a first page left them; the session key of each."""
        now = timezone.now()
        store, begun = SessionStore(), {"hz_begun": now.timestamp(), "hz_seen": now.timestamp()}
        ends = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        made = {
            name: Session(
                session_key=get_random_string(32, VALID_KEY_CHARS),
                session_data=store.encode({**self._signed_in(name), **begun}),
                expire_date=ends,
            )
            for name in names
        }
        Session.objects.bulk_create(made.values())
        return {name: session.session_key for name, session in made.items()}

    def actor(self, name: str) -> Actor:
        return Actor.of(self.accounts[name])


def person(bureau: Bureau, name: str) -> Person:
    return Person.objects.create(bureau=bureau, name=name, search_key=search_key(name))


def joins(who: Person, org: Org, *, standing: str = Standing.FULL, since: date = FOUNDED) -> Membership:
    return Membership.objects.create(person=who, org=org, standing=standing, from_on=since, joined_on=since)


def account(who: Person | None, username: str, bureau: Bureau | None) -> Account:
    made = Account(username=username, person=who, bureau=bureau)
    made.set_password("hongzhu-2026-test")
    made.save()
    return made


def build() -> Cast:
    """Make the whole cast in the database."""
    far = _bureau("baishi", "白石县教育局")
    root = _bureau("qinghe", "青禾县教育局")
    bureau = root.bureau
    here: dict[str, Any] = {"bureau": bureau, "by": SYSTEM, "on": FOUNDED}
    there: dict[str, Any] = {"bureau": far.bureau, "by": SYSTEM, "on": FOUNDED}
    committee = orgs.set_up(kind="COMMITTEE", name="青禾县教育局党委", parent=root, hosts=(root,), **here)
    above = {"belongs_to": committee, "guided_by": committee}
    general = orgs.set_up(kind="GENERAL_BRANCH", name="柳林学区党总支", parent=committee, **above, **here)
    school = orgs.set_up(kind="SCHOOL", name="柳林中心小学", parent=root, stage="PRIMARY", sector="PUBLIC", **here)
    other_school = orgs.set_up(kind="SCHOOL", name="双桥小学", parent=root, stage="PRIMARY", sector="PUBLIC", **here)
    class_one = orgs.set_up(kind="CLASS", name="柳林中心小学一年级1班", parent=school, **here)
    branch = orgs.set_up(
        kind="BRANCH", name="柳林中心小学党支部", parent=general, hosts=(school,),
        belongs_to=general, guided_by=committee, **here,
    )  # fmt: skip
    other_branch = orgs.set_up(
        kind="BRANCH", name="双桥小学党支部", parent=committee, hosts=(other_school,), **above, **here
    )
    far_school = orgs.set_up(kind="SCHOOL", name="白石小学", parent=far, stage="PRIMARY", sector="PUBLIC", **there)
    far_branch = orgs.set_up(kind="BRANCH", name="白石小学党支部", parent=far, hosts=(far_school,), **there)
    cast = Cast(
        bureau=bureau, root=root, committee=committee, general_branch=general, school=school, branch=branch,
        other_school=other_school, other_branch=other_branch, class_one=class_one, far_bureau=far.bureau,
        far_root=far, far_school=far_school, far_branch=far_branch,
    )  # fmt: skip
    _people(cast)
    return cast


def _bureau(code: str, name: str) -> Org:
    return orgs.open_bureau(code=code, name=name, pack="national", by=SYSTEM, on=FOUNDED)


def _people(cast: Cast) -> None:
    names = {
        "system_admin": ("韦系统", Role.SYSTEM_ADMIN, cast.root),
        "security_admin": ("安全一", Role.SECURITY_ADMIN, cast.root),
        "audit_admin": ("审计一", Role.AUDIT_ADMIN, cast.root),
        "party_office": ("陆望舒", Role.PARTY_OFFICE, cast.root),
        "section_officer": ("顾明澈", Role.SECTION_OFFICER, cast.root),
        "district_officer": ("孟春和", Role.DISTRICT_OFFICER, cast.general_branch),
        "school_secretary": ("何以宁", Role.SCHOOL_SECRETARY, cast.school),
        "branch_secretary": ("唐见山", Role.BRANCH_SECRETARY, cast.branch),
        "organiser": ("周予安", Role.ORGANISER, cast.branch),
        "member": ("许青原", Role.MEMBER, cast.branch),
        "inspector": ("程思远", Role.INSPECTOR, cast.root),
        "neighbour": ("罗与归", Role.BRANCH_SECRETARY, cast.other_branch),
    }
    made: dict[str, Person] = {}
    for username, (name, role, org) in names.items():
        who = made[username] = person(cast.bureau, name)
        cast.accounts[username] = account(who, username, cast.bureau)
        Grant.objects.create(bureau=cast.bureau, person=who, role=role, org=org, from_on=FOUNDED)
    deputy = person(cast.bureau, "白露晞")
    cast.accounts["deputy"] = account(deputy, "deputy", cast.bureau)
    secretary_grant = Grant.objects.get(person=made["branch_secretary"])
    Grant.objects.create(
        bureau=cast.bureau, person=deputy, role=Role.BRANCH_SECRETARY, org=cast.branch, from_on=FOUNDED,
        delegated_by=secretary_grant,
    )  # fmt: skip
    stranger = person(cast.far_bureau, "谢长安")
    cast.accounts["outsider"] = account(stranger, "outsider", cast.far_bureau)
    Grant.objects.create(
        bureau=cast.far_bureau, person=stranger, role=Role.BRANCH_SECRETARY, org=cast.far_branch, from_on=FOUNDED
    )
    joins(stranger, cast.far_branch)
    joins(made["neighbour"], cast.other_branch)
    joins(made["party_office"], cast.committee)
    Post.objects.create(person=made["party_office"], org=cast.committee, kind=PostKind.SECRETARY, from_on=FOUNDED)
    Post.objects.create(person=made["neighbour"], org=cast.other_branch, kind=PostKind.SECRETARY, from_on=FOUNDED)
    in_branch = [made["branch_secretary"], made["school_secretary"], made["organiser"], made["member"], deputy]
    in_branch += [person(cast.bureau, name) for name in ("沈书言", "林晓禾", "宋时雨")]
    probationer = person(cast.bureau, "苏念慈")
    for who in in_branch:
        joins(who, cast.branch)
    joins(probationer, cast.branch, standing=Standing.PROBATIONARY, since=date(2026, 6, 12))
    cast.people = [*in_branch, probationer]
    for who in cast.people:
        for relation in Engagement.Relation.values:
            Engagement.objects.create(person=who, unit=cast.school, relation=relation, from_on=FOUNDED)
    posts = (
        (made["branch_secretary"], cast.branch, PostKind.SECRETARY),
        (made["organiser"], cast.branch, PostKind.ORGANISER),
        (made["school_secretary"], cast.school, PostKind.PRINCIPAL),
        (in_branch[5], cast.school, PostKind.TEACHER),
    )
    for who, org, kind in posts:
        Post.objects.create(person=who, org=org, kind=kind, from_on=FOUNDED)
