"""记一次: pick a kind, the one-act form with its drafts, and its correction."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import actions as access_actions
from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Draft, FormToken
from hongzhu.core.activities import actions, queries, rules
from hongzhu.core.activities.engine import ReadingTold
from hongzhu.core.activities.forms import ActForm
from hongzhu.core.activities.forms.act import initial_of, readings_among
from hongzhu.core.activities.forms.fields import DayField
from hongzhu.core.activities.models import Act
from hongzhu.core.activities.pack import ActKind
from hongzhu.core.files import actions as files
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import full_text
from hongzhu.kit.http import acts, fills, reads, whole
from hongzhu.kit.refs import Actor, Ref

from .asked import USUAL_KIND, month_on, number, open_kind, said

FRESH = timedelta(minutes=30)  # a draft touched this recently: somebody is at it now
NOT_KEPT = ("csrfmiddlewaretoken", "token", "key", "version", "revision", "file")
NEXT_DOORS = 6
COPY = "copy"  # a form begun from an earlier act


@reads
def act_pick(request: HttpRequest) -> HttpResponse:
    """记一次: for which body, what kind. A branch's recorder sees one body and its kinds."""
    bodies = list(queries.bodies_to_record(request.user).select_related("bureau")[: NEXT_DOORS * 50])
    asked = number(request, "body")
    body = next((row for row in bodies if row.pk == asked), bodies[0] if bodies else None)
    kinds: list[ActKind] = []
    if body:
        kinds = queries.kinds_to_record(request.user, body, timezone.localdate())
    codes = [kind.code for kind in kinds]
    plans = USUAL_KIND in codes  # a fixed Party day is a branch's
    first = USUAL_KIND if plans else next(iter(codes), "")
    return render(
        request,
        "activities/act_pick.html",
        {"bodies": bodies, "body": body, "kinds": kinds, "plans": plans, "first": first},
    )


@fills
def act_new(request: HttpRequest) -> HttpResponse:
    """The one-act form. Shown with its defaults or the draft; saved once, however often it is tapped."""
    today = timezone.localdate()
    body = queries.open_body_to_record(request.user, number(request, "body") or 0)
    kind = open_kind(request.user, body, said(request, "kind") or "theme_day", today)
    month = month_on(request)
    copied = number(request, COPY)
    key = draft_key(body, kind, month, copied)
    if request.method == "POST":
        return _save_new(request, body, kind, month, key)
    draft = access.draft(request.user, key)
    other = _draft_of_another(request, key)
    shown = other or draft
    group = None if shown else _next_group(body, kind, month, today)
    setup = _setup(request, body, kind, month, group=group, data=shown.data if shown else None)
    if shown:
        form = ActForm.resumed(setup, _data(shown))
    elif copied:
        form = ActForm(setup, initial=_copied(request, copied, setup))
    else:
        form = ActForm(setup)
    return _page(request, form, key, draft=draft, other=other)


def _next_group(body: Org, kind: ActKind, month: date, today: date) -> int | None:
    """The Party group whose turn it is, where the kind is of groups."""
    field = next((field for field in kind.fields if field.code == queries.GROUP_FIELD), None)
    if field is None:
        return None
    offered = [group for group, _name in queries.bodies_offered(body, field, today)]
    return queries.next_group(body, kind.code, month, offered)


def _save_new(request: HttpRequest, body: Org, kind: ActKind, month: date, key: str) -> HttpResponse:
    user: Any = request.user
    if request.POST.get("draft"):
        access_actions.save_draft(
            account=user, key=key, data=_typed(request.POST), version=_version(user, key), now=timezone.now()
        )
        copied = number(request, COPY)
        messages.success(
            request,
            _("草稿已存，下次再点这次活动的“复制”接着填。") if copied else _("草稿已存，下次打开“记一次”接着填。"),
        )
        return redirect(request.get_full_path())
    data, refused = _with_named(request.POST, body, kind, month)
    setup = _setup(request, body, kind, month, data=data)
    form = ActForm(setup, data, request.FILES)
    if refused:
        form.add_error("joint_name", refused)
    if form.is_valid():
        if result := _sent(request, form, body):
            access_actions.drop_draft(account=user, key=key)
            return redirect(result)
        if not form.errors:
            return _page(request, form, key, **_asked_back(request, form, body, kind))
    return _page(request, form, key)


def _asked_back(request: HttpRequest, form: ActForm, body: Org, kind: ActKind) -> dict[str, Any]:
    """What the recorder is asked before it is written: recorded already, or a roster nobody has looked at."""
    again = None if request.POST.get("another") else _seen_before(form, body, kind)
    return {"again": again} if again else {"rosters": _rosters_not_seen(form, request)}


def _with_named(post: QueryDict, body: Org, kind: ActKind, month: date) -> tuple[QueryDict, str]:
    """What was typed with the body named in it among those joined, and why it could not be put there."""
    name, today = post.get("joint_name", "").strip(), timezone.localdate()
    if not name or kind.confidential:
        return post, ""
    held_on = _day_typed(post.get("held_on", ""), month.year) or today
    found = queries.partners_named(body, kind, queries.section_of(body.bureau, held_on), held_on, name)
    if len(found) == 1:
        data = post.copy()
        data.appendlist("joint", str(found[0].pk))
        data["joint_name"] = ""
        return data, ""
    if not found:
        section = queries.section_of(body.bureau, today)
        for org in queries.partners_named(body, kind, section, today, name) if held_on != today else ():
            if org.opened_on > held_on:
                return post, _("“%(name)s”%(day)s才设立，这次活动在它设立之前，请改日期或去掉它") % {
                    "name": org.name, "day": full_text(org.opened_on),
                }  # fmt: skip
        return post, _("没有能和本组织联合开展的“%s”，请核对名称") % name
    return post, _("“%(name)s”有%(n)s个，请写全称：%(names)s") % {
        "name": name, "n": len(found), "names": _("、").join(org.name for org in found[:NEXT_DOORS]),
    }  # fmt: skip


def _sent(request: HttpRequest, form: ActForm, body: Org) -> str:
    """The address of what was recorded, by this tap or the one before it; "" when something is asked first."""
    user: Any = request.user
    token = _token(request)
    if before := FormToken.objects.filter(token=token, account=user).first():
        return before.result
    if any(_asked_back(request, form, body, form.setup.kind).values()):
        return ""
    try:
        used = access_actions.use_token(
            token=token, account=user, now=timezone.now(), result=lambda: _record(request, form, body)
        )
    except ValidationError as error:
        form.add_error(None, error)
        return ""
    return used.result


def _record(request: HttpRequest, form: ActForm, body: Org) -> str:
    """Write the act and its file; the address of what follows. Runs once per form token."""
    user: Any = request.user
    by, now = Actor.of(user), timezone.now()
    act = actions.record(body=body, told=form.told(), by=by, on=timezone.localdate(), now=now, joint=form.joined())
    _attach(form, act, by)
    return reverse("activities:act_saved", args=[act.pk])


def _attach(form: ActForm, act: Act, by: Actor) -> None:
    """Keep the optional file with the act. The refusal of a file refuses the whole save: nothing is half there."""
    upload = form.cleaned_data.get("file")
    if not upload:
        return
    if not (verdict := rules.takes_files(form.setup.kind)):
        raise ValidationError(verdict.reason)
    slot = "lecture" if act.lecture_title else "paper"
    files.attach(
        owner=Ref.to(act), slot=slot, name=upload.name, data=upload.read(), by=by, bureau=act.bureau, now=timezone.now()
    )


@fills
def act_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正: the same form filled with what stands, with a reason. Two at once are told and lose nothing."""
    act = queries.open_act_to_change(request.user, pk)
    kind = queries.kind_of(act.bureau, act.held_on, act.kind)
    if kind is None:
        raise Http404
    month = act.held_on.replace(day=1)
    key = f"activities.act:{act.pk}:correct"
    joined = tuple(act.bodies.exclude(org=act.body_id).values_list("org", flat=True))
    told = queries.told_of(act)
    if request.method == "POST":
        kept = (*told.readings, *readings_among(request.POST.getlist("readings")))
        return _save_correction(request, act, kind, key, joined, kept=kept)
    verdict = rules.can_be_corrected(act)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect("activities:act", act.pk)
    draft = access.draft(request.user, key)
    group = act.extra.get(queries.GROUP_FIELD)
    setup = _setup(request, act.body, kind, month, on=act.held_on, joined=joined, group=group)
    if draft and draft.data.get("revision") == [str(act.revision)]:
        form = ActForm.resumed(setup, _data(draft), told.readings)
    else:
        draft = None
        first = initial_of(told, setup)
        form = ActForm(setup, kept=told.readings, initial=first | {"joint": [str(org) for org in joined]})
    return _page(request, form, key, draft=draft, act=act)


def _save_correction(
    request: HttpRequest, act: Act, kind: ActKind, key: str, joined: tuple[int, ...], *, kept: tuple[ReadingTold, ...]
) -> HttpResponse:
    """``kept``: the act's own readings, and those this page was opened with."""
    user: Any = request.user
    by = Actor.of(user)
    revision = whole(request.POST.get("revision", ""))
    month = act.held_on.replace(day=1)
    setup = _setup(request, act.body, kind, month, on=act.held_on, joined=joined, data=request.POST)
    form = ActForm(setup, request.POST, request.FILES, kept=kept)
    reason = request.POST.get("reason", "")
    if not form.is_valid():
        return _page(request, form, key, act=act)
    try:
        with transaction.atomic():  # a file that is refused refuses the correction: nothing is half there
            result = actions.correct(
                act=act,
                told=form.told(),
                revision=-1 if revision is None else revision,
                reason=reason,
                by=by,
                on=timezone.localdate(),
                now=timezone.now(),
            )
            if isinstance(result, Act):
                _attach(form, result, by)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, key, act=act)
    if isinstance(result, actions.Conflict):
        return _page(request, form, key, act=result.act, conflict=result)
    access_actions.drop_draft(account=user, key=key)
    messages.success(request, _("已更正，原来的内容留在“更正记录”里。"))
    return redirect("activities:act_saved", result.pk)


# --- drafts -----------------------------------------------------------------------------------------------


def draft_key(body: Org, kind: ActKind, month: date, copied: int | None = None) -> str:
    """The name of one form: people who fill in the same one are told of each other. A copy is a form of its own."""
    return f"activities.act:{body.pk}:{kind.code}:{month:%Y-%m}" + (f":{COPY}{copied}" if copied else "")


@acts
def act_draft(request: HttpRequest) -> JsonResponse:
    """Keep what was typed so far (each 3 s, by script); says when, and who else is at the same form."""
    user: Any = request.user
    key = request.POST.get("key", "")
    _open_form(request, key)
    version = request.POST.get("version", "")
    try:
        draft = access_actions.save_draft(
            account=user,
            key=key,
            data=_typed(request.POST),
            version=int(version) if version.isascii() and version.isdigit() else 0,
            now=timezone.now(),
        )
    except access_actions.DraftConflict as conflict:
        kept = conflict.draft
        said = _("这份草稿在另一个窗口改过（%s）。这里填的还在，要看那一份请重新打开。") % _clock(kept)
        return JsonResponse({"version": kept.version, "saved": "", "note": said}, status=409)
    return JsonResponse(
        {
            "version": draft.version,
            "saved": _("草稿已存 %s") % _clock(draft),
            "others": [_said_of(row, draft, key) for row in _others(request, key)],
        }
    )


@acts
def act_draft_drop(request: HttpRequest) -> HttpResponse:
    """重新填: the own draft goes."""
    user: Any = request.user
    key = request.POST.get("key", "")
    back = _open_form(request, key)
    access_actions.drop_draft(account=user, key=key)
    return redirect(back)


def _open_form(request: HttpRequest, key: str) -> str:
    """The address of the form a key names; 404 or 403 as the form itself would answer."""
    room, _colon, rest = key.partition(":")
    fields = rest.split(":")
    if room != "activities.act" or not fields[0].isascii() or not fields[0].isdigit():
        raise Http404
    if fields[1:] == ["correct"]:
        act = queries.open_act_to_change(request.user, int(fields[0]))
        return reverse("activities:act_correct", args=[act.pk])
    copied = "".join(fields[3:]).removeprefix(COPY)
    if len(fields) != 3 and not (len(fields) == 4 and fields[3] == f"{COPY}{copied}" and copied.isdecimal()):
        raise Http404
    body = queries.open_body_to_record(request.user, int(fields[0]))
    open_kind(request.user, body, fields[1], timezone.localdate())
    return _address(body.pk, fields[1], fields[2], copied)


def _address(body: int, kind: str, month: str, copied: object) -> str:
    """The form of one body, kind and month; of a copy, that copy's."""
    query = QueryDict(mutable=True)
    query.update({"body": str(body), "kind": kind, "month": month})
    if copied:
        query[COPY] = str(copied)
    return f"{reverse('activities:act_new')}?{query.urlencode()}"


def _others(request: HttpRequest, key: str) -> list[Draft]:
    """Drafts of the same form by others, touched just now. Only those who may record here ever hold one."""
    since = timezone.now() - FRESH
    rows = Draft.objects.filter(key=key, saved_at__gte=since).exclude(account=request.user.pk)
    return list(rows.select_related("account__person").order_by("-saved_at")[:3])


def _draft_of_another(request: HttpRequest, key: str) -> Draft | None:
    """?with=: look at what the other one has filled in. The own draft stays where it is."""
    wanted = number(request, "with")
    return next((row for row in _others(request, key) if row.pk == wanted), None) if wanted else None


def _said_of(row: Draft, mine: Draft, key: str) -> dict[str, Any]:
    """Who, when, and in which fields the two drafts differ."""
    return {"who": str(row.account), "when": _clock(row), "draft": row.pk, "fields": _differ(row.data, mine.data)}


def _differ(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    labels = field_words()
    found = []
    for name in {*one, *other}:
        if one.get(name) != other.get(name) and (word := labels.get(name.rstrip("0123456789").split("_")[0])):
            found.append(word)
    return sorted(set(found), key=list(labels.values()).index)


def field_words() -> dict[str, str]:
    """The words of the form by the first part of a field's name."""
    return {
        "theme": _("主题"),
        "held": _("日期"),
        "starts": _("开始时间"),
        "ends": _("结束时间"),
        "place": _("地点"),
        "parts": _("本次包含"),
        "lecture": _("党课题目"),
        "lecturer": _("主讲人"),
        "absent": _("谁没来"),
        "why": _("谁没来"),
        "came": _("谁没来"),
        "observers": _("列席"),
        "readings": _("学习篇目"),
        "process": _("主要过程"),
        "vote": _("表决"),
        "item": _("议定事项"),
        "output": _("数量"),
        "field": _("其他栏目"),
        "chair": _("主持人"),
        "recorder": _("记录人"),
    }


def _clock(draft: Draft) -> str:
    return f"{timezone.localtime(draft.saved_at):%H:%M}"


def _typed(post: QueryDict) -> dict[str, list[str]]:
    """What is worth keeping of a form; the revision tells what a correction began from."""
    kept = {name: post.getlist(name) for name in post if name not in NOT_KEPT}
    if "revision" in post:
        kept["revision"] = post.getlist("revision")
    return kept


def _data(draft: Draft) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


def _version(user: Any, key: str) -> int:
    draft = access.draft(user, key)
    return draft.version if draft else 0


# --- around the form --------------------------------------------------------------------------------------


def _setup(
    request: HttpRequest,
    body: Org,
    kind: ActKind,
    month: date,
    *,
    on: date | None = None,
    joined: tuple[int, ...] = (),
    group: int | None = None,
    data: Any = None,
) -> queries.Setup:
    """The form's defaults; the roster is that of the day and the Party group typed, where they were typed."""
    user: Any = request.user
    if data is not None:
        typed = data.get("held_on", "")
        typed = typed[0] if isinstance(typed, list) and typed else typed
        on = _day_typed(str(typed or ""), month.year) or on
        joint = data.getlist("joint") if isinstance(data, QueryDict) else data.get("joint", [])
        joined = tuple({*joined, *(int(org) for org in joint if str(org).isascii() and str(org).isdigit())})
        chosen = data.get(f"field_{queries.GROUP_FIELD}", "")
        chosen = chosen[0] if isinstance(chosen, list) and chosen else chosen
        group = int(chosen) if str(chosen).isascii() and str(chosen).isdigit() else None
    return queries.setup(
        body=body,
        kind=kind,
        month_on=month,
        today=timezone.localdate(),
        person_id=getattr(user, "person_id", None),
        on=on,
        joined=joined,
        group=group,
    )


def _day_typed(text: str, year: int) -> date | None:
    try:
        return DayField(year=year, required=False).to_python(text)
    except ValidationError:
        return None


def _copied(request: HttpRequest, pk: int, setup: queries.Setup) -> dict[str, Any]:
    """复制: theme, place, parts and headings of an earlier act; not who was absent, not what happened."""
    act = queries.open_act(request.user, pk)
    first = initial_of(queries.told_of(act), setup)
    keep = (
        "theme",
        "theme_pick",
        "place",
        "place_pick",
        "parts",
        "topic",
        "starts_at",
        "ends_at",
        "observers",
        "chair",
    )
    return {name: first[name] for name in keep}


def _seen_before(form: ActForm, body: Org, kind: ActKind) -> Act | None:
    """Somebody has recorded an act of this kind on this day already: asked once before it is written twice."""
    return (
        Act.objects.filter(bodies__org=body, bodies__kind=kind.code, held_on=form.cleaned_data["held_on"])
        .exclude(status=Act.Status.VOIDED)
        .select_related("recorder")
        .first()
    )


def _rosters_not_seen(form: ActForm, request: HttpRequest) -> list[str]:
    """Names of bodies that were joined, or chosen as the group, just now: their roster is shown before a save."""
    shown, setup = set(request.POST.getlist("rosters")), form.setup
    names = [org.name for org, _kind in form.joined() if str(org.pk) not in shown and setup.joint_seats.get(org.pk)]
    if setup.narrowed and str(setup.group) not in shown:
        return [setup.groups[str(setup.group)], *names]
    if not setup.narrowed and shown & setup.groups.keys():
        return [setup.body.name, *names]
    return names


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()  # a form without its token is a form of its own


def _page(request: HttpRequest, form: ActForm, key: str, **more: Any) -> HttpResponse:
    user: Any = request.user
    setup = form.setup
    draft = more.get("draft") or access.draft(user, key)
    context = {
        "form": form,
        "setup": setup,
        "key": key,
        "here": _address(setup.body.pk, setup.kind.code, f"{setup.month_on:%Y-%m}", number(request, COPY)),
        "token": request.POST.get("token") or uuid.uuid4(),
        "version": draft.version if draft else 0,
        "draft": more.get("draft"),
        "saved_at": draft.saved_at if draft else None,
        "other": more.get("other"),
        "others": [_said_of(row, draft, key) for row in _others(request, key)]
        if draft
        else [
            {"who": str(row.account), "when": _clock(row), "draft": row.pk, "fields": []}
            for row in _others(request, key)
        ],
        "again": more.get("again"),
        "rosters": more.get("rosters"),
        "conflict": more.get("conflict"),
        "conflict_fields": [queries.field_labels()[name] for name in more["conflict"].fields]
        if more.get("conflict")
        else [],
        "act": more.get("act"),
        "reason": request.POST.get("reason", ""),
        "title": _title(setup),
        "lacking": _lacking(setup, more.get("act")),
        "errors": _errors(form),
        "time_open": any(form.errors.get(name) for name in ("held_on", "held_to", "starts_at", "ends_at")),
        "shown_rosters": [str(org) for org in (*setup.joint_seats, *([setup.group] if setup.narrowed else []))],
        "headings": {part.code: str(part.heading or part.title) for part in setup.parts},
    }
    return render(request, "activities/act_form.html", context)


def _title(setup: queries.Setup) -> str:
    if setup.kind.belonging == "own_year":
        return str(setup.kind.title)
    return _("%(month)s月%(kind)s") % {
        "month": setup.month_on.month, "kind": setup.kind.title, "mon": setup.month_on.strftime("%b"),
    }  # fmt: skip


def _lacking(setup: queries.Setup, act: Act | None) -> int:
    """How many of this kind the body still owes in the month: 本月还差1次."""
    if act is not None:
        return 0
    code = setup.kind.code
    tags = {tag.code for tag in setup.section.tags if tag.code == code or tag.condition.kinds == (code,)}
    cards = obligations.due_cards(setup.body, setup.today)
    return sum(
        card.lacking for card in cards if card.duty.tag in tags and card.due.opens <= setup.month_on < card.due.closes
    )


def _errors(form: ActForm) -> list[dict[str, Any]]:
    """What must change, each with the field it leads to; empty while the form was not judged."""
    found = []
    for name, errors in form.errors.items():
        anchor = "" if name == "__all__" else form[name].id_for_label or f"id_{name}"
        if name.startswith("why_"):
            anchor = f"who_{name[4:]}"
        found += [{"anchor": anchor, "text": str(error).rstrip(_("。"))} for error in errors]
    return found
