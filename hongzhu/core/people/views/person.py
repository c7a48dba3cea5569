"""一人一页, and every change of where somebody belongs, works and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.people import actions
from hongzhu.core.people.forms import (
    AmendForm,
    AppointForm,
    EngageForm,
    JoinForm,
    OnForm,
    RegisterForm,
    StateForm,
    SucceedForm,
    TransferForm,
)
from hongzhu.core.people.models import Membership, Person, Post
from hongzhu.core.people.queries import pages
from hongzhu.core.people.rules import PARTY_STANDING
from hongzhu.kit import registry
from hongzhu.kit.http import fills, reads
from hongzhu.kit.perms import Perm
from hongzhu.kit.refs import Actor


@reads
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One page about one person: the three places, posts, memberships, and what the rooms above know."""
    who = access.open_person(request.user, pk)
    today = timezone.localdate()
    past = pages.history(who)
    held = {name: [row for row in rows if row.to_on is None or row.to_on > today] for name, rows in past.items()}
    context = {
        "person": who, "today": today, "held": held,
        "ended": [row for name in ("memberships", "posts", "engagements") for row in past[name] if row not in held[name]],
        "party": next((row for row in held["memberships"] if row.standing in PARTY_STANDING), None),
        "engaged": {row.relation: row for row in held["engagements"]},
        "masked": access.masked(who), "parts": access.personal_parts(who, today),
        "may_change": access.may(request.user, access_rules.CHANGE_PEOPLE),
        "may_reveal": access.may(request.user, access_rules.REVEAL),
        "may_correct": access.may(request.user, access_rules.CORRECT_PLACE),
        "moves": [mover.ask(who.pk) for mover in registry.book.movers.values()],
    }  # fmt: skip
    return render(request, "people/person.html", context)


def _page(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    sub: str,
    back: str,
    *,
    write: Callable[[Any, Actor], Any],
    done: str,
) -> HttpResponse:
    """A small form: shown, or written with one action; a refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            written = write(form.cleaned_data, Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("people:person", pk=written.pk) if isinstance(written, Person) else redirect(back)
    return render(request, "people/form.html", {"form": form, "title": title, "sub": sub, "back": back})


def _of(person_pk: int) -> str:
    return reverse("people:person", args=[person_pk])


@fills
def person_register(request: HttpRequest, org: int) -> HttpResponse:
    """Put one person on file at a unit."""
    unit = access.open_org(request.user, org)
    access.check(request.user, access_rules.CHANGE_PEOPLE, unit)
    form = RegisterForm(request.POST or None)
    return _page(
        request, form, _("登记人员"), unit.name, reverse("people:roster"),
        write=lambda data, by: actions.register(unit=unit, by=by, **data), done=_("已登记。"),
    )  # fmt: skip


@fills
def person_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    who = access.open_person(request.user, pk, access_rules.CHANGE_PEOPLE)
    form = AppointForm(request.POST or None, user=request.user)
    return _page(
        request, form, _("任职"), who.name, _of(pk),
        write=lambda data, by: actions.appoint(person=who, by=by, **data), done=_("已任职。"),
    )  # fmt: skip


@fills
def person_join(request: HttpRequest, pk: int) -> HttpResponse:
    who = access.open_person(request.user, pk, access_rules.CHANGE_PEOPLE)
    ranks = access.may(request.user, access_rules.CORRECT_STANDING)
    form = JoinForm(request.POST or None, user=request.user, ranks=ranks)
    return _page(
        request, form, _("登记组织关系"), who.name, _of(pk),
        write=lambda data, by: actions.join(person=who, by=by, **data), done=_("已登记组织关系。"),
    )  # fmt: skip


@fills
def person_engage(request: HttpRequest, pk: int) -> HttpResponse:
    """人事关系 and 工作单位: 借调, 支教, 轮岗, 退休."""
    who = access.open_person(request.user, pk, access_rules.CHANGE_PEOPLE)
    form = EngageForm(request.POST or None, user=request.user)
    return _page(
        request, form, _("调整人事关系、工作单位"), who.name, _of(pk),
        write=lambda data, by: actions.engage(
            person=who, relation=data["relation"], unit=data["org"], reason=data["reason"], by=by, on=data["on"]
        ),
        done=_("已调整。"),
    )  # fmt: skip


@fills
def person_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sex, ethnic group, birthday, education, subject, and a member's two dates put right."""
    who = access.open_person(request.user, pk, access_rules.CHANGE_PEOPLE)
    rows = Membership.objects.filter(person=who, to_on__isnull=True, standing__in=PARTY_STANDING)
    membership = rows.first()
    now: dict[str, Any] = {name: getattr(who, name) for name in ("sex", "ethnic", "born_on", "education", "subject")}
    if membership is not None:
        now |= {"joined_on": membership.joined_on, "full_on": membership.full_on}
    form = AmendForm(request.POST or None, membership=membership, initial=now)
    kept = {name: now.get(name) for name in ("joined_on", "full_on") if name not in form.fields}
    return _page(
        request, form, _("更正本人信息"), who.name, _of(pk),
        write=lambda data, by: actions.amend(person=who, by=by, today=timezone.localdate(), **data | kept),
        done=_("已更正。"),
    )  # fmt: skip


def _membership(request: HttpRequest, pk: int, perm: Perm = access_rules.CHANGE_PEOPLE) -> Membership:
    """The door to a membership: seen where people may be seen, changed where they may be changed."""
    seen = access.within(request.user, access_rules.VIEW_PEOPLE, "org")
    row = get_object_or_404(Membership.objects.filter(seen).select_related("org", "person"), pk=pk)
    access.check(request.user, perm, row.org)
    return row


@fills
def membership_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """A place entered wrongly, put right; who moves goes by 组织关系转接."""
    row = _membership(request, pk, access_rules.CORRECT_PLACE)
    form = TransferForm(request.POST or None, bureau_id=row.org.bureau_id)
    return _page(
        request, form, _("更正所在党组织"), f"{row.person.name} · {row.org.name}", _of(row.person_id),
        write=lambda data, by: actions.correct_place(membership=row, by=by, **data).org,
        done=_("已更正，到日起在新的党组织计算。"),
    )  # fmt: skip


@fills
def membership_leave(request: HttpRequest, pk: int) -> HttpResponse:
    row = _membership(request, pk)
    form = OnForm(request.POST or None)
    return _page(
        request, form, _("结束"), f"{row.person.name} · {row.org.name}", reverse("people:roster"),
        write=lambda data, by: actions.leave(membership=row, by=by, on=data["on"]).org, done=_("已结束，历史保留。"),
    )  # fmt: skip


@fills
def membership_state(request: HttpRequest, pk: int) -> HttpResponse:
    """离退休, 免予参加, and for one office a standing of before the system: dated."""
    row = _membership(request, pk)
    now = {name: getattr(row, name) for name in ("standing", "joined_on", "full_on", "retired", "left_out")}
    ranks = access.holds(request.user, access_rules.CORRECT_STANDING, row.org)
    form = StateForm(request.POST or None, initial=now, ranks=ranks)
    return _page(
        request, form, _("补登身份、离退休、免予参加") if ranks else _("离退休、免予参加"), f"{row.person.name} · {row.org.name}", _of(row.person_id),
        write=lambda data, by: actions.change_state(membership=row, by=by, **data).org, done=_("已保存。"),
    )  # fmt: skip


def _post(request: HttpRequest, pk: int) -> Post:
    seen = access.within(request.user, access_rules.VIEW_PEOPLE, "org")
    row = get_object_or_404(Post.objects.filter(seen).select_related("org", "person"), pk=pk)
    access.check(request.user, access_rules.CHANGE_PEOPLE, row.org)
    return row


@fills
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = _post(request, pk)
    form = OnForm(request.POST or None)
    return _page(
        request, form, _("免职"), f"{row.person.name} · {row.org.name}{row.get_kind_display()}", reverse("people:posts"),
        write=lambda data, by: actions.end_post(post=row, by=by, on=data["on"]).org, done=_("已免职，历史保留。"),
    )  # fmt: skip


@fills
def post_succeed(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody takes over on one day: the change of a secretary."""
    row = _post(request, pk)
    form = SucceedForm(request.POST or None, user=request.user)
    return _page(
        request, form, _("交接"), f"{row.person.name} · {row.org.name}{row.get_kind_display()}", reverse("people:posts"),
        write=lambda data, by: actions.succeed(post=row, by=by, **data).org, done=_("已交接。"),
    )  # fmt: skip
