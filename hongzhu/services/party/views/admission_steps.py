"""Doing a step, naming helpers, posting and closing notices, taking a step back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.kit.http import acts, fills
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.actions import admission_steps as steps
from hongzhu.services.party.forms.admission import (
    CloseForm,
    EndDayForm,
    HelperForm,
    NoticeForm,
    StepForm,
    VoidForm,
)
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Helper
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.queries import admission_page as pages
from hongzhu.services.party.rules import admission as asked


@fills
def admission_step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    admission = queries.open_admission(request.user, pk)
    today = timezone.localdate()
    part = queries.part_on(admission.bureau, today)
    step = by_code(part.steps).get(code)
    if step is None:
        raise Http404
    verdict = queries.may_enter(request.user, admission, step, today)
    if not verdict:
        raise PermissionDenied(verdict.reason)
    out = queries.outside(admission.org, today)
    form = StepForm(
        request.POST or None, step=step, admission=admission, today=today, outside=out,
        initial={"on": None if step.vote else today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = _write(request, admission, code, form.cleaned_data, today)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell(request, row, step)
            return redirect("party:admission_page", pk=pk)
    place = queries.way_of(admission, today).by_code[code]
    told = [asked.told(block, place, part) for block in place.blocks]
    return render(
        request, "party/admission_step.html",
        {"form": form, "admission": admission, "step": step, "place": place, "told": told, "today": today,
         "votes": [name for name in ("entitled", "present", "favour", "against", "abstain", "written") if name in form.fields]},
    )  # fmt: skip


def _write(request: HttpRequest, admission: Admission, code: str, given: dict[str, Any], today: date) -> AdmissionStep:
    told = steps.Told(
        on=given["on"], number=given.get("number", ""), act=given.get("act"), ballot=given.get("ballot"),
        decision=given.get("decision", ""), until=given.get("until"), hours=given.get("hours"),
        passed=given.get("answer", "yes") == "yes",
    )  # fmt: skip
    enter = steps.approve_step if queries.as_superior(request.user, admission, code, today) else steps.do_step
    return enter(admission=admission, code=code, told=told, by=Actor.of(request.user), today=today, now=timezone.now())


def _tell(request: HttpRequest, row: AdmissionStep, step: Any) -> None:
    if row.passed:
        messages.success(request, _("已登记第%(n)s步“%(title)s”。") % {"n": step.number, "title": step.title})
    elif step.vote:
        messages.warning(request, _("赞成没有超过应到会有表决权人数的半数，已如实记为未通过。"))
    else:
        messages.warning(request, _("已登记上级不同意，请按上级意见办理后再报。"))


@acts
def admission_void(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(AdmissionStep.objects.filter(admission__in=queries.visible_to(request.user)), pk=pk)
    admission = queries.open_admission(request.user, step.admission_id)
    today = timezone.localdate()
    rule = by_code(queries.part_on(admission.bureau, today).steps).get(step.code)
    verdict = queries.may_enter(request.user, admission, rule, today) if rule else None
    if not verdict:
        raise PermissionDenied(verdict.reason if verdict else "")
    form = VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有作废：请写作废的原因。"))
        return redirect("party:admission_page", pk=admission.pk)
    try:
        steps.void_step(step=step, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已作废这一步，原因已留档。"))
    return redirect("party:admission_page", pk=admission.pk)


@fills
def admission_helper(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    if role not in Helper.Role.values:
        raise Http404
    today = timezone.localdate()
    form = HelperForm(request.POST or None, user=request.user, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_helper(
                admission=admission, role=role, by=Actor.of(request.user), today=today, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已指定。"))
            return redirect("party:admission_page", pk=pk)
    title = _("指定%s") % asked.role_title(role)
    return _form(request, form, admission, title, _("要由正式党员担任，不能是本人"))


@acts
def admission_helper_end(request: HttpRequest, pk: int) -> HttpResponse:
    helper = get_object_or_404(Helper.objects.filter(admission__in=queries.visible_to(request.user)), pk=pk)
    admission = queries.open_admission(request.user, helper.admission_id, rules.KEEP)
    form = EndDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有保存：请填结束日期。"))
        return redirect("party:admission_page", pk=admission.pk)
    try:
        actions.end_helper(helper=helper, on=form.cleaned_data["on"], by=Actor.of(request.user))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已结束。"))
    return redirect("party:admission_page", pk=admission.pk)


@fills
def admission_notice(request: HttpRequest, pk: int, point: str) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    rule = by_code(queries.part_on(admission.bureau, today).notices).get(point)
    if rule is None:
        raise Http404
    form = NoticeForm(request.POST or None, initial={"posted_on": today, "days": rule.days})
    if request.method == "POST" and form.is_valid():
        try:
            actions.post_notice(
                admission=admission, point=point, by=Actor.of(request.user), today=today, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记公示，期满后登记结果。"))
            return redirect("party:admission_page", pk=pk)
    about = _("不少于%s个工作日，从张贴次日起算") % rule.days
    return _form(request, form, admission, str(rule.title), about)


@fills
def admission_notice_close(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(AdmissionNotice.objects.filter(admission__in=queries.visible_to(request.user)), pk=pk)
    admission = queries.open_admission(request.user, notice.admission_id, rules.KEEP)
    today = timezone.localdate()
    form = CloseForm(request.POST or None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_notice(notice=notice, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记公示结果。"))
            return redirect("party:admission_page", pk=admission.pk)
    about = _("公示到%s") % asked.day_told(pages.last_day(notice))
    return _form(request, form, admission, _("登记公示结果"), about)


def _form(request: HttpRequest, form: Any, admission: Admission, title: str, about: str) -> HttpResponse:
    return render(
        request, "party/admission_form.html", {"form": form, "admission": admission, "title": title, "about": about}
    )
