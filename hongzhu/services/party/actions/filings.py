"""Setting up, renaming, changing, merging and dissolving Party bodies: asked, answered, and done in the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs import queries as org_queries
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people import actions as people
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Filing
from hongzhu.services.party.queries import filings as queries
from hongzhu.services.party.queries import terms
from hongzhu.services.party.rules import filings as rules
from hongzhu.services.party.rules.terms import closed_words

Want = Filing.Want


@transaction.atomic
def ask(
    *, bureau: Bureau, want: str, superior: Org, by: Actor, on: date, today: date, reason: str, number: str = "",
    org: Org | None = None, into: Org | None = None, host: Org | None = None, others: Sequence[Org] = (),
    name: str = "", kind: str = "", members: int | None = None,
) -> Filing:  # fmt: skip
    """请示: to the superior the body belongs to. ``members`` are the full members a new body would have."""
    named = [body.pk for body in (org, into, superior, host, *others) if body is not None]
    for body in Org.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk"):
        if body.closed_on is not None and body.closed_on <= today:
            raise ValidationError(closed_words(body.name, body.closed_on, terms.successor_of(body)))
    _demand(rules.can_ask(want, org=org is not None, into=into is not None, name=name, kind=kind, on=on, today=today))
    if not reason.strip():
        raise ValidationError(_("没有保存：请写事由。已填内容还在。"))
    if org is not None and Filing.objects.filter(org=org, status__in=("ASKED", "ALLOWED")).exists():
        raise ValidationError(_("没有保存：“%(name)s”已有一件请示正在办，请先办结。") % {"name": org.name})
    filing = Filing.objects.create(
        bureau=bureau, want=want, org=org, into=into, superior=superior, host=host, name=name.strip(), kind=kind,
        members=members, asked_on=on, asked_by=by.label[:120], number=number.strip()[:60], reason=reason.strip()[:200],
    )  # fmt: skip
    filing.others.set(others)
    audit.record(by=by, did="party.ask_filing", to=Ref.to(filing), bureau=bureau.pk, want=want, on=on.isoformat())
    return filing


@transaction.atomic
def answer(
    *, filing: Filing, agreed: bool, number: str, by: Actor, on: date, today: date, reason: str = ""
) -> Filing:  # fmt: skip
    """批复, or not agreed with the reason; by another than whoever asked."""
    filing = _locked(filing)
    own, others = queries.others_over(filing, by.id, today)
    _demand(rules.can_answer(filing, on, today, own=own, others=others))
    if agreed and not number.strip():
        raise ValidationError(_("没有保存：请写批复文号。已填内容还在。"))
    if not agreed and not reason.strip():
        raise ValidationError(_("没有保存：请写未同意的原因。已填内容还在。"))
    filing.status = Filing.Status.ALLOWED if agreed else Filing.Status.REFUSED
    filing.replied_on, filing.replied_by = on, by.label[:120]
    filing.reply_number = number.strip()[:60]
    filing.reply_reason = "" if agreed else reason.strip()[:200]
    filing.save(update_fields=["status", "replied_on", "replied_by", "reply_number", "reply_reason"])
    audit.record(
        by=by, did="party.answer_filing", to=Ref.to(filing), bureau=filing.bureau_id, agreed=agreed,
        number=filing.reply_number,
    )  # fmt: skip
    return filing


@transaction.atomic
def finish(*, filing: Filing, by: Actor, on: date, today: date) -> Filing:
    """办结: what was allowed happens in the register of organisations from a day on, with the number of the reply."""
    filing = _locked(filing)
    _demand(rules.can_finish(filing, on, today))
    made = _carry_out(filing, by, on)
    filing.status, filing.done_on = Filing.Status.DONE, on
    if filing.want == Want.SET_UP:
        filing.org = made
    elif filing.want == Want.CHANGE:
        filing.into = made
    filing.save(update_fields=["status", "done_on", "org", "into"])
    audit.record(
        by=by, did="party.finish_filing", to=Ref.to(filing), bureau=filing.bureau_id, on=on.isoformat(), body=made.pk
    )
    return filing


def _carry_out(filing: Filing, by: Actor, on: date) -> Org:
    """The body that stands afterwards. Each step leaves the entry of its own room too."""
    approval, org, into = filing.reply_number, filing.org, filing.into
    if filing.want == Want.SET_UP:
        return _set_up(filing, by, on, parent=None)
    if org is None:
        raise ValueError("every request but a setting-up names its body")
    if filing.want == Want.RENAME:
        return orgs.rename(org=org, name=filing.name, by=by, on=on, approval=approval)
    if filing.want == Want.DISSOLVE:
        people.dissolve(org=org, successor=into, by=by, on=on, approval=approval)
        return into or org
    if filing.want == Want.CHANGE:
        # A body keeps its kind for life: one of the new kind is set up in its place and takes everything over.
        into = _set_up(filing, by, on, parent=org_queries.parent_of(org, on))
    if into is None:
        raise ValueError("a merger names the body it joins")
    people.merge(org=org, into=into, by=by, on=on, approval=approval)
    return into


def _set_up(filing: Filing, by: Actor, on: date, *, parent: Org | None) -> Org:
    committee = queries.committee_of(filing.bureau, on)
    above = committee if terms.is_outside(filing.superior) else filing.superior
    place = parent or above
    if place is None:
        raise ValidationError(_("没有办结：本局还没有党委，请先在“机构”里设立党委。"))
    hosts = [filing.host] if filing.host else []
    hosts += list(filing.others.order_by("pk"))
    if not hosts and filing.org is not None:
        hosts = org_queries.hosts_of(filing.org, on)
    return orgs.set_up(
        bureau=filing.bureau, kind=filing.kind, name=filing.name or (filing.org.name if filing.org else ""), parent=place,
        by=by, on=on, hosts=tuple(hosts), belongs_to=filing.superior, guided_by=committee, approval=filing.reply_number,
        area=filing.org.area if filing.org else "",
    )  # fmt: skip


def _locked(filing: Filing) -> Filing:
    found = Filing.objects.select_for_update(of=("self",)).select_related("org", "into", "superior", "host", "bureau")
    return found.get(pk=filing.pk)


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
