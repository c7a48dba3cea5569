"""Transfers step by step: asked, let go, sent with a letter, received. The membership moves on reception, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Person, Standing
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.engine import transfers as engine
from hongzhu.services.party.models import Transfer, TransferBatch
from hongzhu.services.party.queries import terms
from hongzhu.services.party.queries import transfers as queries
from hongzhu.services.party.rules import transfers as rules
from hongzhu.services.party.rules.terms import closed_words

from .admission import end_moved, follow_moves

Status, Way = Transfer.Status, Transfer.Way


@transaction.atomic
def open_batch(*, bureau: Bureau, title: str, by: Actor, on: date) -> TransferBatch:
    """Begin a batch (暑期调动): transfers that are dealt with together."""
    if not title.strip():
        raise ValidationError(_("没有保存：请写批次名称，如“2026年暑期调动”。"))
    batch = TransferBatch.objects.create(bureau=bureau, title=title.strip()[:120], opened_on=on)
    audit.record(by=by, did="party.open_transfer_batch", to=Ref.to(batch), bureau=bureau.pk, on=on.isoformat())
    return batch


@transaction.atomic
def add_moved(
    *, batch: TransferBatch, chosen: Sequence[tuple[Person, Org]], reason: str, by: Actor, on: date
) -> list[Transfer]:  # fmt: skip
    """Put members whose personnel relation has moved into a batch, each with the branch to go to."""
    if not chosen:
        raise ValidationError(_("没有保存：请至少选一人，并有转入的支部。"))
    made = [
        _begun(
            bureau=batch.bureau, person=person, way=Way.WITHIN, from_org=None, to_org=target, outside="", reason=reason,
            on=on, batch=batch,
        )
        for person, target in chosen
    ]  # fmt: skip
    audit.record(
        by=by, did="party.add_to_transfer_batch", to=Ref.to(batch), bureau=batch.bureau_id,
        people=[line.person_id for line in made],
    )  # fmt: skip
    return made


@transaction.atomic
def ask(
    *, bureau: Bureau, person: Person, way: str, from_org: Org | None, to_org: Org | None, outside: str, reason: str,
    by: Actor, on: date, batch: TransferBatch | None = None,
) -> Transfer:  # fmt: skip
    """提出转接: within the bureau, out of it, or into it from outside."""
    line = _begun(
        bureau=bureau, person=person, way=way, from_org=from_org, to_org=to_org, outside=outside, reason=reason, on=on,
        batch=batch,
    )  # fmt: skip
    audit.record(by=by, did="party.ask_transfer", to=Ref.to(line), bureau=bureau.pk, way=way, on=on.isoformat())
    return line


@transaction.atomic
def let_go(*, lines: Iterable[Transfer], by: Actor, on: date, today: date) -> list[Transfer]:
    """转出支部同意, of any number of lines at once: all of them or none."""
    held = _locked(lines)
    for line in held:
        oneself = queries.is_oneself(line, by.id)
        names = queries.names_at(line, on, but=[by.id]) if oneself else ()
        _demand(rules.can_let_go(line, on, today, oneself=oneself, others=names))
        _standing(line, on)
        line.status, line.let_go_on, line.let_go_by, line.let_go_account_id = (
            Status.LET_GO, on, by.label[:120], by.id or None
        )  # fmt: skip
    Transfer.objects.bulk_update(held, ["status", "let_go_on", "let_go_by", "let_go_account"])
    audit.record(
        by=by, did="party.let_go_transfer", to=_ref(held), bureau=held[0].bureau_id, lines=[line.pk for line in held]
    )
    return held


@transaction.atomic
def send(
    *, line: Transfer, number: str, by: Actor, on: date, today: date, valid_to: date | None = None,
    dues_to: date | None = None,
) -> Transfer:  # fmt: skip
    """上级同意 and writes the letter: its number, how long it is valid, and to which month dues are paid."""
    line = _locked([line])[0]
    days = queries.letter_days(line.bureau, on)
    until = valid_to or engine.valid_until(on, days)
    own, names = queries.others_to_send(line, by.id, today)
    _demand(
        rules.can_send(
            line, on, today, number=number, valid_to=until, most=engine.valid_until(on, days), own=own, others=names
        )
    )  # fmt: skip
    _standing(line, today)
    line.status, line.sent_on, line.sent_by, line.sent_account_id = Status.SENT, on, by.label[:120], by.id or None
    line.number, line.valid_to = number.strip()[:60], until
    line.dues_to = dues_to or queries.dues_paid_to([line.person_id], today).get(line.person_id)
    line.save(
        update_fields=["status", "sent_on", "sent_by", "sent_account", "number", "valid_to", "dues_to"]
    )  # fmt: skip
    audit.record(
        by=by, did="party.send_transfer", to=Ref.to(line), bureau=line.bureau_id, on=on.isoformat(), number=line.number
    )
    return line


@transaction.atomic
def send_many(*, lines: Iterable[Transfer], first: str, by: Actor, on: date, today: date) -> list[Transfer]:
    """开介绍信 of any number of lines at once, numbered on from the first number: all of them or none."""
    held = _locked(lines)
    numbers = engine.numbers_from(first, len(held))
    if not numbers:
        raise ValidationError(_("没有保存：请写第一封介绍信的编号，末尾带数字，后面的依次往下编。"))
    taken = (
        Transfer.objects.filter(bureau=held[0].bureau_id, number__in=numbers).values_list("number", flat=True).first()
    )
    if taken:
        raise ValidationError(_("没有保存：编号“%s”已经用过，请改第一封的编号。") % taken)
    made = [
        send(line=line, number=number, by=by, on=on, today=today) for line, number in zip(held, numbers, strict=True)
    ]
    audit.record(
        by=by, did="party.send_transfers", to=_ref(held), bureau=held[0].bureau_id, first=numbers[0], last=numbers[-1],
        lines=[line.pk for line in held],
    )  # fmt: skip
    return made


@transaction.atomic
def join_batch(*, line: Transfer, batch: TransferBatch, by: Actor) -> Transfer:
    """A transfer that was asked for by itself is dealt with in a batch from now on."""
    line = _locked([line])[0]
    _demand(rules.can_join(line))
    line.batch = batch
    line.save(update_fields=["batch"])
    audit.record(by=by, did="party.join_transfer_batch", to=Ref.to(line), bureau=line.bureau_id, batch=batch.pk)
    return line


@transaction.atomic
def receive(
    *, lines: Iterable[Transfer], by: Actor, on: date, today: date, standing: str = "", joined_on: date | None = None,
    full_on: date | None = None,
) -> list[Transfer]:  # fmt: skip
    """接收, of any number of lines at once: the membership moves that day. From outside it begins, to outside it ends.

    ``standing``, ``joined_on`` and ``full_on`` are asked for one who comes from outside.
    """
    held = _locked(lines)
    for line in held:
        consented = {account for account in (line.let_go_account_id, line.sent_account_id) if account}
        if queries.is_oneself(line, by.id):
            consented.add(by.id)
        own = by.id in consented
        names = queries.names_at(line, today, but=consented) if own else ()
        _demand(rules.can_receive(line, on, today, own=own, others=names))
        _standing(line, on)
        _move(line, by, on, standing=standing, joined_on=joined_on, full_on=full_on)
        if line.to_org is not None:
            follow_moves({line.person_id: line.to_org.pk}, on)
        else:
            end_moved(person=line.person, to=line.outside, on=on)
        line.status, line.received_on, line.received_by = Status.RECEIVED, on, by.label[:120]
    Transfer.objects.bulk_update(held, ["status", "received_on", "received_by"])
    audit.record(
        by=by, did="party.receive_transfer", to=_ref(held), bureau=held[0].bureau_id, on=on.isoformat(),
        lines=[line.pk for line in held],
    )  # fmt: skip
    return held


@transaction.atomic
def send_back(*, line: Transfer, reason: str, by: Actor, on: date) -> Transfer:
    """退回 with a reason, by either side: the membership stays where it is."""
    line = _locked([line])[0]
    _demand(rules.can_return(line, reason))
    line.status, line.returned_for = Status.RETURNED, reason.strip()[:200]
    line.save(update_fields=["status", "returned_for"])
    audit.record(
        by=by, did="party.return_transfer", to=Ref.to(line), bureau=line.bureau_id, on=on.isoformat(),
        reason=line.returned_for,
    )  # fmt: skip
    return line


@transaction.atomic
def cancel(*, line: Transfer, by: Actor, on: date) -> Transfer:
    """撤回 before the letter is written."""
    line = _locked([line])[0]
    _demand(rules.can_cancel(line))
    line.status = Status.CANCELLED
    line.save(update_fields=["status"])
    audit.record(by=by, did="party.cancel_transfer", to=Ref.to(line), bureau=line.bureau_id, on=on.isoformat())
    return line


def _begun(
    *, bureau: Bureau, person: Person, way: str, from_org: Org | None, to_org: Org | None, outside: str, reason: str,
    on: date, batch: TransferBatch | None,
) -> Transfer:  # fmt: skip
    """One line, checked. A line of a batch leaves from where the member belongs."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = queries.held_by(person, on)
    if batch is not None and from_org is None and held is not None:
        from_org = held.org
    if person.bureau_id != bureau.pk:
        raise ValidationError(_("没有保存：这个人不属于本局，请核对姓名。已填内容还在。"))
    if not reason.strip():
        raise ValidationError(_("没有保存：请写转接原因，如工作调动、退休。已填内容还在。"))
    from_org, to_org = _read_again(from_org), _read_again(to_org)
    _open(from_org, on)
    _open(to_org, on)
    running = Transfer.objects.filter(person=person, status__in=rules.OPEN).exists()
    _demand(
        rules.can_ask(
            way, held_at=held.org_id if held else None, from_org=from_org.pk if from_org else None,
            to_org=to_org.pk if to_org else None, outside=outside, running=running,
        )
    )  # fmt: skip
    return Transfer.objects.create(
        bureau=bureau, batch=batch, person=person, way=way, from_org=None if way == Way.IN else from_org,
        to_org=None if way == Way.OUT else to_org, outside="" if way == Way.WITHIN else outside.strip()[:120],
        reason=reason.strip()[:80], asked_on=on,
    )  # fmt: skip


def _move(
    line: Transfer, by: Actor, on: date, *, standing: str, joined_on: date | None, full_on: date | None
) -> None:  # fmt: skip
    """What reception does to the membership; the room of people checks its dates and leaves its own entry."""
    if line.way == Way.IN:
        if line.to_org is None or standing not in (Standing.FULL, Standing.PROBATIONARY):
            raise ValidationError(_("没有接收：请选党员类别（正式或预备）。已填内容还在。"))
        people.join(
            person=line.person, org=line.to_org, standing=standing, by=by, on=on, joined_on=joined_on, full_on=full_on
        )
        return
    held = queries.held_by(line.person, on)
    if held is None or held.org_id != line.from_org_id:
        raise ValidationError(
            _("没有接收：%(name)s的组织关系现在不在“%(org)s”。请退回，核对后重新提出。")
            % {"name": line.person.name, "org": line.from_org}
        )
    if line.way == Way.OUT or line.to_org is None:
        people.move_out(membership=held, by=by, on=on)
    else:
        people.transfer(membership=held, org=line.to_org, by=by, on=on)


def _read_again(org: Org | None) -> Org | None:
    """The body as it is now: it may have been dissolved since the page was opened."""
    return Org.objects.select_for_update(of=("self",)).get(pk=org.pk) if org is not None else None


def _standing(line: Transfer, on: date) -> None:
    """Both ends still stand on the day."""
    _open(line.from_org, on)
    _open(line.to_org, on)


def _open(org: Org | None, on: date) -> None:
    if org is not None and org.closed_on is not None and org.closed_on <= on:
        raise ValidationError(closed_words(org.name, org.closed_on, terms.successor_of(org)))


def _locked(lines: Iterable[Transfer]) -> list[Transfer]:
    """The lines, locked in order of id; ValidationError when there is none."""
    wanted = [line.pk for line in lines]
    found = list(
        Transfer.objects.select_for_update(of=("self",)).filter(pk__in=wanted).select_related(*queries.RELATED)
        .order_by("pk")
    )  # fmt: skip
    if not found:
        raise ValidationError(_("没有保存：请至少选一人。"))
    return found


def _ref(lines: Sequence[Transfer]) -> Ref:
    """What the entry points at: the one line, or the batch of several."""
    batch = lines[0].batch
    return Ref.to(batch) if batch is not None and len(lines) > 1 else Ref.to(lines[0])


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
