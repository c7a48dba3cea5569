"""Contact points and guarantees."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries as activities
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import AssignForm, DayForm
from hongzhu.core.registers.models import Contact
from hongzhu.core.registers.queries import contacts
from hongzhu.kit.dates import Period
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.registry import Visit

from .asking import again, back_to, chosen, day_of, excel, tell, tell_form


def _facts(request: HttpRequest) -> dict[str, Any]:
    filters = chosen(request)
    on = day_of(filters)
    scheme = filters.get("scheme") or Contact.Scheme.CONTACT
    year = filters.get("year") or on.year
    spec = contacts.scheme_of(request.user.bureau, scheme, on)
    least = spec.visits_a_year if spec else None
    found = contacts.lines(request.user, scheme, on, Period.year(year), least=least)
    most = spec.most if spec else None
    return {
        "on": on,
        "scheme": scheme,
        "schemes": Contact.Scheme.choices,
        "year": year,
        "years": range(timezone.localdate().year, timezone.localdate().year - 5, -1),
        "lines": found,
        "unvisited": contacts.unvisited(found),
        "orphans": list(contacts.orphans(request.user, scheme, on)),
        "overloaded": contacts.overloaded(found, most),
        "most": most,
        "least": least,
        "ending": filters.get("ending"),
        "typed": filters.get("typed", ""),
        "show": filters.get("show", ""),
        "may_assign": access.may(request.user, rules.ASSIGN),
    }


@reads
def contact_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return render(request, "registers/contact_list.html", _facts(request))


@reads
def contact_export(request: HttpRequest) -> HttpResponse:
    """What the page shows: all, the unvisited, bodies nobody answers for, people who answer for too many."""
    access.require(request.user, rules.VIEW)
    facts = _facts(request)
    if facts["show"] == "orphans":
        told = ((org.name, org.get_kind_display()) for org in facts["orphans"])
        return excel(_("无人联系"), (_("单位"), _("类别")), told)
    if facts["show"] == "overload":
        loads = ((load.person.name, load.held) for load in facts["overloaded"])
        return excel(_("联系过多"), (_("联系人"), _("联系单位数")), loads)
    header = (_("联系人"), _("联系单位"), _("职责"), _("开始"), _("本年次数"), _("最近一次"), _("状态"))
    rows = (
        (line.contact.person.name, line.contact.body.name, line.contact.duties, line.contact.from_on, line.visit.count,
         line.visit.last_on, line.chip.word)
        for line in facts["unvisited" if facts["show"] == "unvisited" else "lines"]
    )  # fmt: skip
    return excel(_("联系点与包保"), header, rows)


@reads
def contact_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The visits behind the count of one assignment in a year, and what was found on each."""
    contact, year, visits = _visits(request, pk)
    page = Paginator(visits, 50).get_page(request.GET.get("page"))
    today = timezone.localdate()
    spec = contacts.scheme_of(contact.bureau, contact.scheme, today)
    count = contacts.visits_of([contact], Period.year(year)).get(contact.pk, Visit()).count
    rows = [(act, [(item, activities.chip_of(item, today)) for item in act.resolutions.all()]) for act in page]
    return render(
        request, "registers/contact_page.html",
        {"contact": contact, "chip": contacts.chip_of(contact), "year": year, "page": page, "rows": rows, "count": count,
         "least": spec.visits_a_year if spec else None, "unseen": count - page.paginator.count,
         "years": range(today.year, today.year - 5, -1)},
    )  # fmt: skip


@reads
def contact_page_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in Excel: one row for each thing found, a visit without any has one as well."""
    contact, _year, visits = _visits(request, pk)
    header = (_("日期"), _("主题"), _("地点"), _("记录单位"), _("类别"), _("事项"), _("负责人"), _("时限"), _("进展"))
    rows = []
    for act in visits:
        told = (act.held_on, act.theme, act.place, act.body.name)
        found = [
            (item.get_kind_display(), item.matter, item.owner.name if item.owner else "", item.due_on, item.get_state_display())
            for item in act.resolutions.all()
        ]  # fmt: skip
        rows += [(*told, *line) for line in found or [("", "", "", None, "")]]
    return excel(_("联系点走访：%s") % contact.body.name, header, rows)


def _visits(request: HttpRequest, pk: int) -> tuple[Contact, int, Any]:
    """The assignment, the year asked for and the visits of it that the user may open."""
    contact = contacts.open_page(request.user, pk)
    year = chosen(request).get("year") or timezone.localdate().year
    return contact, year, activities.visits_to(request.user, contact.pk, Period.year(year))


@fills
def contact_assign(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.ASSIGN)
    form = AssignForm(request.POST or None, user=request.user, initial={"from_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.assign(bureau=request.user.bureau, by=Actor.of(request.user), **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, ngettext("新登记%(n)s个单位。", "新登记%(n)s个单位。", len(made)) % {"n": len(made)}
            )
            return redirect("registers:contact_list")
    return render(request, "registers/contact_form.html", {"form": form})


@reads
def contact_own(request: HttpRequest) -> HttpResponse:
    """What I answer for: to confirm, and confirmed."""
    rows = [(row, contacts.chip_of(row)) for row in contacts.own(request.user.person_id)]
    waiting = sum(row.confirmed_at is None for row, _chip in rows)
    return render(request, "registers/contact_own.html", {"rows": rows, "waiting": waiting})


@acts
def contact_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap by whoever answers."""
    return _confirm(request, [contacts.open_own(request.user, pk)])


@acts
def contact_confirm_all(request: HttpRequest) -> HttpResponse:
    """Everything still waiting for me, at once."""
    return _confirm(request, list(contacts.own(request.user.person_id).filter(confirmed_at__isnull=True)))


def _confirm(request: HttpRequest, rows: list[Contact]) -> HttpResponse:
    person = request.user.person
    try:
        if rows and person:
            actions.confirm(contacts=rows, person=person, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已确认。"))
    return redirect("registers:contact_own")


@acts
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    contact = contacts.open_contact(request.user, pk, rules.ASSIGN)
    form = DayForm(request.POST)
    if not form.is_valid():
        tell_form(request, form)
        return again(request, "registers:contact_list", pk)
    try:
        actions.end(contact=contact, on=form.cleaned_data["on"], by=Actor.of(request.user))
    except ValidationError as error:
        tell(request, error)
        return again(request, "registers:contact_list", pk)
    messages.success(request, _("已结束。"))
    return back_to(request, "registers:contact_list")
