"""Payments: the branch ticks who paid, one member's page, receipts, reliefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions.dues import Payment
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.forms.dues import (
    BaseForm,
    ForwardForm,
    LargeForm,
    MemberPayForm,
    PayForm,
    ReliefAnswerForm,
    ReliefForm,
    VoidForm,
)
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers
from hongzhu.services.party.rules import dues as dues_rules

LATE = 24  # months back that a base may still be put right from the form


def _through(request: HttpRequest, today: date, limits: dues_rules.Limits) -> tuple[date, list[date]]:
    """Up to which month the form offers to pay, and the months one may choose."""
    last = engine.last_payable(today, limits.ahead)
    offered = list(engine.months(engine.month_of(today), last))
    asked = request.GET.get("through", "")
    return next((month for month in offered if month.isoformat() == asked), offered[0]), offered


def _late(cells: Sequence[engine.Cell], today: date, limits: dues_rules.Limits) -> bool:
    return any(engine.too_far_back(cell.month, today, limits.back_pay) for cell in cells)


@fills
def dues_pay(request: HttpRequest, org: int) -> HttpResponse:
    """The usual case: tick who paid; each pays what is open up to the month."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    limits = queries.limits_on(body.bureau, today)
    through, offered = _through(request, today, limits)
    found = lines.payable(body, through, today)
    rows = [row for row in found if row.known and row.cells]
    late = any(_late(row.cells, today, limits) for row in rows)
    first = {"paid_on": today, "collected_by": str(request.user)}
    form = PayForm(request.POST or None, rows=rows, late=late, initial=first)
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["who"])
        try:
            made = actions.receive_dues(
                org=body, payments=[Payment(row.person, row.months) for row in rows if row.person.pk in chosen],
                booked=form.booked(), by=Actor.of(request.user), on=today, now=timezone.now(),
                approved_late=form.cleaned_data.get("approved_late", False),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = ngettext("已登记%(n)s人，共%(fen)s元。", "已登记%(n)s人，共%(fen)s元。", len(made))
            total = papers.yuan(sum(receipt.fen for receipt in made))
            messages.success(request, words % {"n": len(made), "fen": total})
            return redirect("party:dues_sheet", org=body.pk, year=through.year)
    return render(
        request, "party/dues_pay.html",
        {"body": body, "form": form, "rows": rows, "unknown": [row.person for row in found if not row.known],
         "through": through, "offered": offered, "today": today},
    )  # fmt: skip


def _member(request: HttpRequest, org: int, person: int) -> tuple[Org, Person, date]:
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    return body, queries.open_payer(body, person), today


@reads
def dues_member(request: HttpRequest, org: int, person: int) -> HttpResponse:
    """One member's dues at a body: base and its history, months of this year, receipts, reliefs."""
    body, who, today = _member(request, org, person)
    one = queries.members_of(
        body.bureau, [body.pk], queries.first_month(today), date(today.year, 12, 1), person=who.pk
    ).get(who.pk)
    cells = [cell for cell in (one.cells if one else []) if cell.body == body.pk and cell.month.year == today.year]
    base = one.base_on(engine.month_of(today)) if one else None
    return render(
        request, "party/dues_member.html",
        {"body": body, "who": who, "today": today, "cells": cells, "base": base,
         "rate": lines.rate_text(one.scales, base) if one else "",
         "monthly": queries.amount_of(base, one.scales) if one and base else None,
         "history": reversed(one.bases) if one else (), "receipts": [
             (receipt, lines.month_words([row.month for row in receipt.months.all()]), dues_rules.receipt_chip(receipt))
             for receipt in lines.receipts_of(body, who)[:60]
         ],
         "reliefs": [(row, dues_rules.relief_chip(row), engine.after(row.to_on, -1))
                     for row in handings.visible_reliefs(request.user, today).filter(person=who)]},
    )  # fmt: skip


def _save(
    request: HttpRequest,
    member: tuple[Org, Person],
    form: Any,
    template: str,
    *,
    save: Callable[[], Any],
    done: str,
    **context: Any,
) -> HttpResponse:
    """A form about one member: written, or the page again with what was typed and why it was refused."""
    body, who = member
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("party:dues_member", org=body.pk, person=who.pk)
    back = reverse("party:dues_member", args=[body.pk, who.pk])
    return render(request, template, {"body": body, "who": who, "form": form, "back": back} | context)


@fills
def dues_member_pay(request: HttpRequest, org: int, person: int) -> HttpResponse:
    """One member pays some months, or more than is owed."""
    body, who, today = _member(request, org, person)
    limits = queries.limits_on(body.bureau, today)
    found = lines.payable(body, engine.last_payable(today, limits.ahead), today, person=who.pk)
    row = found[0] if found else lines.Open(who, (), known=True)
    first = {"paid_on": today, "collected_by": str(request.user)}
    form = MemberPayForm(request.POST or None, row=row, late=_late(row.cells, today, limits), initial=first)

    def save() -> None:
        actions.receive_dues(
            org=body, payments=[Payment(who, form.payment())], booked=form.booked(), by=Actor.of(request.user), on=today,
            now=timezone.now(), approved_late=form.cleaned_data.get("approved_late", False),
        )  # fmt: skip

    return _save(request, (body, who), form, "party/dues_member_pay.html", save=save, done=_("已登记。"), row=row)


@fills
def dues_member_large(request: HttpRequest, org: int, person: int) -> HttpResponse:
    """大额党费 of one member."""
    body, who, today = _member(request, org, person)
    form = LargeForm(request.POST or None, initial={"paid_on": today, "collected_by": str(request.user)})

    def save() -> None:
        actions.receive_large(
            org=body, person=who, fen=form.cleaned_data["fen"], booked=form.booked(), by=Actor.of(request.user), on=today,
            now=timezone.now(),
        )  # fmt: skip

    least = queries.limits_on(body.bureau, today).large
    return _save(request, (body, who), form, "party/dues_member_large.html", save=save, done=_("已登记。"), least=least)


@fills
def dues_member_base(request: HttpRequest, org: int, person: int) -> HttpResponse:
    """One member's base from a month on."""
    body, who, today = _member(request, org, person)
    row = next((base for one, base in lines.current_members(body, today) if one.person_id == who.pk), None)
    begin = row.from_on if row else date(today.year, 1, 1)
    if row is None:
        begin = max(begin, lines.first_months(body, today, person=who.pk).get(who.pk, begin))
    last = max(begin, engine.after(today, 2))
    months = list(engine.months(max(begin, engine.after(engine.month_of(today), -LATE)), last))
    first = {"table": row.table, "base": row.base or None, "flat": row.flat} if row else {}
    form = BaseForm(
        request.POST or None, months=months,
        initial=first | {"from_on": engine.month_of(today) if row else begin},
    )  # fmt: skip

    def save() -> None:
        actions.set_base(
            org=body, base=form.base_set(who), from_on=form.cleaned_data["from_on"], by=Actor.of(request.user), on=today
        )

    tables = queries.part_on(body.bureau, today).tables
    return _save(
        request, (body, who), form, "party/dues_member_base.html", save=save, done=_("已保存。"), tables=tables
    )


@fills
def dues_member_relief(request: HttpRequest, org: int, person: int) -> HttpResponse:
    """The branch asks that one member pays less for some months."""
    body, who, today = _member(request, org, person)
    now = engine.month_of(today)
    form = ReliefForm(
        request.POST or None, months=list(engine.months(engine.after(now, -3), engine.after(now, 14))),
        initial={"studied_on": today, "first": now, "last": now},
    )  # fmt: skip

    def save() -> None:
        begins, ends = form.span()
        actions.ask_relief(
            org=body, person=who, monthly=form.cleaned_data["monthly"], from_on=begins, to_on=ends,
            studied_on=form.cleaned_data["studied_on"], by=Actor.of(request.user), on=today,
        )  # fmt: skip

    superior = queries.superior_of(body, today)
    return _save(
        request,
        (body, who),
        form,
        "party/dues_member_relief.html",
        save=save,
        done=_("已报上级，批准之后起作用。"),
        superior=superior,
    )


@reads
def dues_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = queries.open_receipt(request.user, pk, rules.KEEP, timezone.localdate())
    months = [(row.month, row.fen) for row in receipt.months.order_by("month")]
    return render(
        request, "party/dues_receipt.html",
        {"receipt": receipt, "months": months, "chip": dues_rules.receipt_chip(receipt)},
    )  # fmt: skip


@reads
def dues_receipt_paper(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = queries.open_receipt(request.user, pk, rules.KEEP, timezone.localdate())
    return download(papers.slip_docx(receipt), sheets.file_name(_("党费收据"), receipt.number))


@fills
def dues_receipt_void(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = queries.open_receipt(request.user, pk, rules.KEEP, timezone.localdate())
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_receipt(
                receipt=receipt, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废。"))
            return redirect("party:dues_receipt", pk=receipt.pk)
    back = reverse("party:dues_receipt", args=[receipt.pk])
    return render(
        request, "party/dues_void.html",
        {"form": form, "back": back, "title": _("作废收据"), "what": f"{receipt.number} {receipt.person.name}"},
    )  # fmt: skip


@fills
def dues_receipt_forward(request: HttpRequest, pk: int) -> HttpResponse:
    """A large payment went up whole."""
    today = timezone.localdate()
    receipt = queries.open_receipt(request.user, pk, rules.KEEP, today)
    form = ForwardForm(request.POST or None, initial={"forwarded_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.forward_large(receipt=receipt, by=Actor.of(request.user), on=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记上缴。"))
            return redirect("party:dues_receipt", pk=receipt.pk)
    return render(request, "party/dues_forward.html", {"form": form, "receipt": receipt})


@reads
def dues_reliefs(request: HttpRequest) -> HttpResponse:
    """Reliefs of the branches in the user's part, those that wait first."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    rows = [
        (row, dues_rules.relief_chip(row), engine.after(row.to_on, -1))
        for row in handings.visible_reliefs(request.user, today)[:200]
    ]
    waiting = [line for line in rows if not line[0].approved_on and not line[0].declined_on]
    return render(
        request, "party/dues_reliefs.html", {"waiting": waiting, "rows": [one for one in rows if one not in waiting]}
    )


@fills
def dues_relief_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The superior's answer; where the superior is outside, the branch enters it with its number."""
    today = timezone.localdate()
    relief, superior = handings.open_relief(request.user, pk, today)
    form = ReliefAnswerForm(request.POST or None, initial={"answered_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_relief(relief=relief, by=Actor.of(request.user), on=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已答复。"))
            return redirect("party:dues_reliefs")
    one = queries.members_of(
        relief.org.bureau, [relief.org_id], relief.from_on, relief.from_on, person=relief.person_id
    )
    usual = next((cell.owed for member in one.values() for cell in member.cells), None)
    return render(
        request, "party/dues_relief_answer.html",
        {"relief": relief, "form": form, "superior": superior, "outside": queries.is_outside(superior), "usual": usual,
         "last": engine.after(relief.to_on, -1)},
    )  # fmt: skip
