"""The first day of a deployment: the bureau, its three administrators and its Party office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.access import engine, queries, rules
from hongzhu.core.access.models import Grant
from hongzhu.core.audit import actions as audit
from hongzhu.core.audit.models import ChainHead
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Account, Person
from hongzhu.kit import pinyin
from hongzhu.kit.refs import Actor, Ref

from . import slips
from .slips import Slip


@dataclass(frozen=True, slots=True)
class Opening:
    """The bureau of a first run and the people who begin: (role, name, username), the username may be empty."""

    name: str
    code: str
    division_code: str
    pack: str
    people: tuple[tuple[str, str, str], ...]


@transaction.atomic
def first_run(*, opening: Opening, by: Actor, on: date, now: datetime) -> list[Slip]:
    """Begin a deployment: only while no account exists. Returns the slips, to be shown once."""
    # The chain's head is the one row everybody locks: of two first runs at once the second finds the first's accounts.
    ChainHead.objects.select_for_update().get_or_create(id=1)
    if not queries.no_accounts_yet():
        raise ValidationError(_("没有保存：这里已经有账号了，请用账号登录。"))
    if len({name.strip() for _role, name, _username in opening.people}) != len(opening.people):
        raise ValidationError(_("没有保存：三员和党建办要由不同的人担任，请检查姓名。"))
    root = orgs.open_bureau(
        code=opening.code, name=opening.name, pack=opening.pack, division_code=opening.division_code, by=by, on=on
    )
    printed = [
        _begin(root, role=role, name=name, username=username, on=on, now=now) for role, name, username in opening.people
    ]
    audit.record(
        by=by, did="access.first_run", to=Ref.to(root), bureau=root.bureau_id,
        accounts=[slip.account.pk for slip in printed],
    )  # fmt: skip
    return printed


@transaction.atomic
def create_admin(*, bureau: Bureau, role: str, name: str, username: str, by: Actor, on: date, now: datetime) -> Slip:
    """One more administrator, from the console: a new person with that role at the bureau's root."""
    root = Org.objects.get(bureau=bureau, kind="BUREAU", closed_on__isnull=True)
    slip = _begin(root, role=role, name=name, username=username, on=on, now=now)
    audit.record(by=by, did="access.create_admin", to=Ref.to(slip.account), bureau=bureau.pk, role=role)
    return slip


def _begin(root: Org, *, role: str, name: str, username: str, on: date, now: datetime) -> Slip:
    name = name.strip()
    if not name or role not in rules.RANK:
        raise ValidationError(_("没有保存：姓名和角色都要填。"))
    person = Person.objects.create(bureau_id=root.bureau_id, name=name, search_key=pinyin.search_key(name))
    free = _username(username.strip().lower() or pinyin.full(name), asked=bool(username.strip()))
    account = Account(username=free, person=person, bureau_id=root.bureau_id, must_change_password=True)
    account.set_unusable_password()
    account.save()
    slip = slips.put_code(account, now, slips.first_hours())
    account.save(update_fields=["code_hash", "code_expires_at"])
    Grant.objects.create(bureau_id=root.bureau_id, person=person, role=role, org=root, from_on=on)
    return slip


def _username(wish: str, *, asked: bool) -> str:
    taken = _beginning_like(wish)
    free = engine.free_username(wish, taken)
    if asked and free != wish:
        raise ValidationError(
            _("没有保存：账号“%s”不能用（已有人用，或含小写字母、数字以外的字符），请换一个。") % wish
        )
    return free


def _beginning_like(wish: str) -> set[str]:
    return set(Account.objects.filter(username__startswith=wish[:32]).values_list("username", flat=True))
