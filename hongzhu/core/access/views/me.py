"""My data: what the house holds about the one who asks; and looking at somebody's numbers for a purpose."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import actions, adapters, queries, rules
from hongzhu.core.access.forms import OwnRevealForm, RevealForm
from hongzhu.core.access.models import Purpose
from hongzhu.core.audit.models import Refusal
from hongzhu.core.people.models import Person
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor, Ref

LOOKS = 50


@reads
def me(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page; the rooms above add their part through the registry."""
    user, today = request.user, timezone.localdate()
    person = user.person  # type: ignore[union-attr]
    acting = queries.acting_grant(user)
    context = {
        "person": person,
        "masked": queries.masked(person) if person else None,
        "acting_grant": acting,
        "grants": queries.own_grants(user),
        "may_delegate": acting is not None and acting.delegated_by_id is None and queries.may(user, rules.DELEGATE),
        "devices": list(queries.own_devices(user)),
        "this_device": request.session.get("hz_device"),
        "looks": list(queries.looks_at(person.pk)[:LOOKS]) if person else [],
        "second_factor": queries.has_second_factor(user),
        "second_factor_needed": queries.needs_second_factor(grant.role for grant in queries.own_grants(user)),
        "may_accounts": queries.may(user, rules.MANAGE_ACCOUNTS),
        "may_grants": queries.may(user, rules.MANAGE_GRANTS),
        **(queries.places_of(person, today) if person else {}),
        "parts": queries.personal_parts(person, today) if person else [],
    }
    return render(request, "access/me.html", context)


@acts
def me_reveal(request: HttpRequest) -> HttpResponse:
    """One's own number, open; noted like every look."""
    form = OwnRevealForm(request.POST)
    person = request.user.person  # type: ignore[union-attr]
    if person is None or not form.is_valid():
        raise Http404
    return _reveal(
        request,
        person,
        field=form.cleaned_data["field"],
        purpose=Purpose.IDENTITY,
        reason=_("本人查看"),
        back="access:me",
    )


@fills
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's identity number or phone, for a stated purpose, shown once."""
    person = queries.open_person(request.user, pk, rules.REVEAL)
    form = RevealForm(request.POST or None, initial={"field": request.GET.get("field", "phone")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return _reveal(
                request, person, field=data["field"], purpose=data["purpose"], reason=data["reason"], back=""
            )
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "access/reveal.html", {"form": form, "person": person, "masked": queries.masked(person)})


def _reveal(request: HttpRequest, person: Person, *, field: str, purpose: str, reason: str, back: str) -> HttpResponse:
    by = Actor.of(request.user)
    try:
        value = actions.reveal(person=person, field=field, purpose=purpose, reason=reason, by=by)
    except ValidationError as error:
        if not back:
            raise
        messages.error(request, error.messages[0])
        return redirect(back)
    said = f"{Purpose(purpose).label} {reason}".strip()
    adapters.note(request, by=by, kind=Refusal.Kind.REVEAL, to=Ref.to(person), purpose=said, what=f"people.{field}")
    context = {"person": person, "value": value, "field": field, "purpose": said, "own": bool(back)}
    response = render(request, "access/revealed.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@acts
def device_end(request: HttpRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(queries.own_devices(request.user), pk=pk)
    actions.end_device(device=device, by=Actor.of(request.user))
    messages.success(request, _("已退出“%s”上的登录。") % device.label)
    return redirect("access:me")


@acts
def devices_end_others(request: HttpRequest) -> HttpResponse:
    """End every sign-in but this one."""
    keep = queries.own_devices(request.user).filter(pk=request.session.get("hz_device") or 0).first()
    now = timezone.now()
    actions.end_others(account=request.user, keep=keep, by=Actor.of(request.user), now=now)  # type: ignore[arg-type]
    request.session["hz_begun"] = now.timestamp()
    messages.success(request, _("其他地方的登录都已退出。"))
    return redirect("access:me")
