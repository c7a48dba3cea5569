"""List pages: the acts of a bureau, and its gap grid of 151 branches, as the bureau's Party office sees them.

Ours is the page itself: scope by the tree of the day, permissions, read-only transaction, policy pack, menus, translated
strings, the shared template tags. The peer is stock Django behind the very same middleware, sign-in and session: a plain
view with the simplest ORM query that yields the same rows and a plain template that gives the same HTML (compared before
measuring, but for the form token and white space between tags). The peer knows no scope and no language: its words are
literals, and everything outside the list itself (head, menus for this one role, foot) is text with ``url``, ``static`` and
``csrf_token`` tags only.

For the gap grid the peer asks plain queries for bodies, superiors, members, teams, waivers and credits, and puts the cells
together in Python with the rules of the room's pure engine; what is due when is a constant to it. A second peer, only
printed beside it, computes nothing at all: it reads cells worked out beforehand, so it is a floor for the rendering.

Both sides go through Django's test client in one process, turn by turn; CPU time.
"""

from __future__ import annotations

import re
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import F, Max, Q
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.test import Client
from django.test.utils import override_settings
from django.urls import clear_url_caches, include, path, resolve
from django.utils import timezone

from benchmarks.bar import Bar, Sample, duel, sample, scratch_database
from hongzhu.config.demo import fill
from hongzhu.core.activities import queries as activities
from hongzhu.core.activities.models import Act, ActBody
from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.obligations.engine import Body, Facts, exists, stand, why_not
from hongzhu.core.obligations.forms import GapFilter
from hongzhu.core.obligations.models import Waiver
from hongzhu.core.obligations.queries.figures import Features
from hongzhu.core.obligations.queries.pages import reason_of
from hongzhu.core.orgs.models import Org, Placement, Superior
from hongzhu.core.people.models import Account, Membership

LIMIT, ROUNDS = 1.5, 15
OFFICER = "dangban"
STANDINGS = ("FULL", "PROBATIONARY")
STOCK = DjangoTemplates(
    {
        "NAME": "stock", "DIRS": [], "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
)  # fmt: skip


def bars() -> Iterator[Bar]:
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with (
        scratch_database("sqlite"),
        override_settings(
            ALLOWED_HOSTS=["testserver"], ROOT_URLCONF=_urls(), STORAGES={**static, "default": static["staticfiles"]}
        ),
    ):
        clear_url_caches()
        fill.fill(timezone.localdate(), sizes=fill.QUICK[:1])
        client = Client()
        client.force_login(Account.objects.get(username=OFFICER))
        yield _bar("list page, acts", client, "/activities/", acts)
        yield _bar("list page, gap grid", client, "/obligations/", gap)
    clear_url_caches()


def _bar(name: str, client: Client, url: str, prepare: Callable[[str], int]) -> Bar:
    page = _page(client, url)
    rows = prepare(page)
    _same(page, _page(client, f"/stock{url}"))
    ours, peer = duel(lambda: client.get(url), lambda: client.get(f"/stock{url}"), rounds=ROUNDS, warm=3)
    note = f"{rows} rows, {len(page.encode()) / 1024:,.0f} KiB of HTML, equal on both sides; {spread(ours)} to {spread(peer)}"
    if prepare is gap:
        _same(page, _page(client, f"/stock{url}?stored=1"))
        floor = sample(lambda: client.get(f"/stock{url}?stored=1"), rounds=ROUNDS)
        note += f"; rows worked out beforehand and only rendered: {floor.ms}, ratio {ours.median / floor.median:.2f}"
    return Bar(name, {"ours": f"{ours.ms} CPU", "stock": f"{peer.ms} CPU"}, ours.median / peer.median, LIMIT, note=note)


def spread(taken: Sample) -> str:
    """Best and worst round."""
    return f"{taken.best * 1000:.1f}-{taken.worst * 1000:.1f} ms"


def _page(client: Client, url: str) -> str:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: {answer.status_code}")
    return answer.content.decode()


def plain(page: str) -> str:
    """HTML without the form token, which differs each time, and without white space between tags."""
    page = re.sub(r"(csrfmiddlewaretoken\" value=\"|X-CSRFToken\": \")\w{64}", r"\1", page)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", page)


def _same(ours: str, peer: str) -> None:
    left, right = plain(ours), plain(peer)
    if left != right:
        at = next(
            (n for n, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]),
            min(len(left), len(right)),
        )
        raise RuntimeError(
            f"the pages differ at {at}:\nours  {left[at - 80 : at + 160]}\nstock {right[at - 80 : at + 160]}"
        )


# --- the peer -----------------------------------------------------------------------------------------------

_views: dict[str, Any] = {}


def _urls() -> str:
    """The house's addresses, and the peer's pages beside them."""
    module = types.ModuleType("benchmarks.stock_urls")
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("stock/activities/", stock_acts), path("stock/obligations/", stock_gap), path("", include("hongzhu.config.urls")),
    ]  # fmt: skip
    sys.modules[module.__name__] = module
    return module.__name__


def _literal(text: str) -> str:
    """Part of a page as a plain project writes it: tokens, addresses and static files put in by tags, the rest as it stands."""
    text = re.sub(r'"/static/([^"]+)"', r'"{% static "\1" %}"', text)
    text = re.sub(r'(href|action)="(/[^"?#]*)"', _address, text)
    text = re.sub(r'<input type="hidden" name="csrfmiddlewaretoken" value="\w{64}">', "{% csrf_token %}", text)
    return re.sub(r'(X-CSRFToken": ")\w{64}', r"\1{{ csrf_token }}", text)


def _address(found: re.Match[str]) -> str:
    """The ``url`` tag for an address; those with an id of their own stay as they are."""
    match = resolve(found[2])
    return f'{found[1]}="{found[2]}"' if match.kwargs else f'{found[1]}="{{% url "{match.view_name}" %}}"'


def _around(page: str, first: str, last: str, inner: str) -> str:
    """The page with what stands from ``first`` up to ``last`` replaced by ``inner``; messages as stock Django shows them."""
    head, rest = page.split(first, 1)
    _own, foot = rest.split(last, 1)
    messages = '<main\\1>{% for message in messages %}<div class="{{ message.tags }}">{{ message }}</div>{% endfor %}'
    return re.sub(r"<main([^>]*)>", messages, _literal(head)) + inner + _literal(last + foot)


ACTS = """<div class="hz-head"><div><h1>活动</h1><p class="hz-head-sub">{{ year }}年，{{ page.paginator.count }}次</p></div>
<div class="hz-acts"><a class="btn" href="{% url "activities:theme_list" %}?year={{ year }}">主题一览</a><a class="btn" href="{% url "activities:lecture_counts" %}?period={{ year }}">讲党课统计</a><a class="btn" href="{% url "activities:act_export" %}?{{ request.GET.urlencode }}"><svg class="hz-i" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15"/></svg>下载Excel</a><a class="btn btn-primary" href="{% url "activities:act_pick" %}">记一次</a></div></div>
<form class="hz-filter mb-2" method="get" data-auto>
<select class="form-select" name="year" aria-label="年份">{% for y in years %}<option value="{{ y }}"{% if y == year %} selected{% endif %}>{{ y }}年</option>{% endfor %}</select>
<select class="form-select" name="m" aria-label="月份"><option value="">全年</option>{% for m in months %}<option value="{{ m }}"{% if m == month %} selected{% endif %}>{{ m }}月</option>{% endfor %}</select>
<select class="form-select" name="kind" aria-label="类型"><option value="">全部类型</option>{% for code, name in kinds.items %}<option value="{{ code }}"{% if code == kind %} selected{% endif %}>{{ name }}</option>{% endfor %}</select>
<select class="form-select" name="status" aria-label="状态"><option value="">全部状态</option>{% for code, name in statuses %}<option value="{{ code }}"{% if code == status %} selected{% endif %}>{{ name }}</option>{% endfor %}</select>
<input class="form-control hz-w-q" type="search" name="q" value="{{ request.GET.q }}" aria-label="主题" placeholder="主题"><button class="btn">查看</button></form>
<div class="hz-scroll"><table class="table hz-list hz-stackable"><caption class="hz-hide">活动</caption><thead><tr><th scope="col">主题</th><th scope="col">日期</th><th scope="col">党组织</th><th scope="col">类型</th><th scope="col" class="hz-r">到会</th><th scope="col">记录</th><th scope="col">状态</th></tr></thead><tbody>
{% for act in page %}<tr><th scope="row" class="hz-name"><a href="{% url "activities:act" act.pk %}">{{ act.theme }}</a></th><td class="hz-sub">{{ act.held_on|date:"n月j日" }} {{ act.weekday }}</td><td class="hz-sub">{{ act.body.name }}</td><td>{{ act.kind_title }}{% if act.no %} <small class="hz-soft hz-nw">第{{ act.no }}次</small>{% endif %}</td><td class="hz-r" data-label="到会">{% if act.due_roster %}{{ act.attended }}<small class="hz-soft">/{{ act.due_roster }}</small>{% else %}<span class="hz-soft">不设名册</span>{% endif %}</td><td class="hz-drop hz-soft">{{ act.recorder.name|default:"" }} {{ act.recorded_at|date:"n月j日" }}</td><td class="hz-sum">{% if act.status == "RECORDED" and act.revision %}<span class="hz-chip is-go"><span class="hz-g sh-dot" aria-hidden="true"></span>已更正(第{{ act.revision }}次)</span>{% elif act.status == "RECORDED" %}<span class="hz-chip is-ok"><span class="hz-g sh-tick" aria-hidden="true"></span>{{ act.get_status_display }}</span>{% elif act.status == "REVIEWING" %}<span class="hz-chip is-go"><span class="hz-g sh-half" aria-hidden="true"></span>{{ act.get_status_display }}</span>{% elif act.status == "REVIEWED" %}<span class="hz-chip is-ok"><span class="hz-g sh-dot" aria-hidden="true"></span>{{ act.get_status_display }}</span>{% elif act.status == "RETURNED" %}<span class="hz-chip is-mind"><span class="hz-g sh-dia" aria-hidden="true"></span>{{ act.get_status_display }}</span>{% else %}<span class="hz-chip is-plain"><span class="hz-g sh-dash" aria-hidden="true"></span>{{ act.get_status_display }}</span>{% endif %}</td></tr>{% endfor %}</tbody></table></div>
<nav class="hz-pager" aria-label="翻页"><span>第{{ page.start_index }}至{{ page.end_index }}条，共{{ count }}条</span>{% if page.has_other_pages %}<span class="hz-pager-go">{% if page.has_previous %}<a class="btn btn-sm" href="?page={{ page.previous_page_number }}" rel="prev">上一页</a>{% endif %}{% if page.has_next %}<a class="btn btn-sm" href="?page={{ page.next_page_number }}" rel="next">下一页</a>{% endif %}</span>{% endif %}</nav>
"""


def acts(page: str) -> int:
    """Set the peer up from the page it has to equal; returns how many rows the page shows."""
    bureau = Account.objects.get(username=OFFICER).bureau
    assert bureau is not None
    _views["kinds"] = activities.kind_titles(bureau, timezone.localdate())
    _views["acts"] = STOCK.from_string(_around(page, '<div class="hz-head">', "</main>", ACTS))
    return page.count("<tr>") - 1


def stock_acts(request: HttpRequest) -> HttpResponse:
    """What a plain project would write."""
    user: Any = request.user
    year, kinds = int(request.GET.get("year") or timezone.localdate().year), _views["kinds"]
    found = Act.objects.filter(bureau=user.bureau_id, held_on__gte=date(year, 1, 1), held_on__lt=date(year + 1, 1, 1))
    page = Paginator(found.select_related("body", "recorder").order_by("-held_on", "-id"), 50).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    numbers = dict(ActBody.objects.filter(act__in=shown, org=F("act__body")).values_list("act", "number"))
    for act in shown:
        act.no = numbers.get(act.pk)
        act.kind_title = kinds.get(act.kind, act.kind)
        act.weekday = "周" + "一二三四五六日"[act.held_on.weekday()]
    context = {
        "page": page, "year": year, "years": range(year - 2, year + 1), "months": range(1, 13), "kinds": kinds,
        "statuses": Act.Status.choices, "count": f"{page.paginator.count:,}",
    }  # fmt: skip
    return HttpResponse(_views["acts"].render(context, request))


class StockRow(models.Model):
    """A line of the gap grid worked out beforehand, for the peer alone."""

    org = models.ForeignKey(Org, models.CASCADE, related_name="+")
    place = models.IntegerField()
    members = models.IntegerField()
    relation = models.CharField(max_length=8)
    superior = models.CharField(max_length=100)
    unseen = models.IntegerField()
    last_on = models.DateField(null=True)

    class Meta:
        app_label = "benchmarks"


class StockCell(models.Model):
    """A cell of it."""

    row = models.ForeignKey(StockRow, models.CASCADE, related_name="cells")
    duty = models.CharField(max_length=60)
    word = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, null=True)
    due = models.IntegerField()
    held = models.IntegerField()
    made_up = models.IntegerField()
    late = models.IntegerField()
    unseen = models.IntegerField()

    class Meta:
        app_label = "benchmarks"


GAP = """{% for row in rows %}<tr{% if not row.unseen %} class="is-met"{% endif %}><td class="hz-c hz-drop hz-soft">{{ forloop.counter }}</td><th scope="row" class="hz-name"><a href="{% url "obligations:year" row.org_id year %}">{{ row.org.name }}</a></th><td class="hz-sub">{% if row.superior %}<span class="hz-rel">{% if row.relation == "GUIDES" %}<i>指导</i>隶属{% else %}<i class="is-own">隶属</i>{% endif %}{{ row.superior }}</span>{% endif %}</td><td class="hz-r hz-drop">{{ row.members }}</td>
{% for cell in row.line %}{% if cell.reason is None %}<td class="hz-cell is-na" data-label="{{ cell.word }}"></td>{% elif not cell.due %}<td class="hz-cell is-na" data-label="{{ cell.word }}"><span title="{{ cell.reason }}">不适用</span></td>{% else %}@CELL@{% endif %}{% endfor %}
<td class="hz-c hz-sum">{% if row.unseen %}<a href="{{ rows_url }}&what=unseen&body={{ row.org_id }}"><span class="hz-chip is-mind"><span class="hz-g sh-gap" aria-hidden="true"></span><span class="hz-only-phone">未见记录</span>{{ row.unseen }}</span></a>{% else %}<span class="hz-none hz-wide">0</span>{% endif %}</td><td class="hz-r hz-drop hz-soft">{{ row.last_on|date:"m-d" }}</td></tr>
{% endfor %}"""
CELL = """<td class="hz-cell{% if cell.unseen %} is-short{% elif cell.made_up or cell.late %} is-late{% endif %}"><a href="{{ rows_url }}&body={{ row.org_id }}&duty={{ cell.duty }}" data-label="{{ cell.word }}"><span class="hz-only-phone">{{ cell.word }}</span><span>{{ cell.held }}<small>/{{ cell.due }}</small></span>{% if cell.unseen %}<span class="is-mind hz-mk"><span class="hz-g sh-gap" role="img" aria-label="未见记录"></span>{{ cell.unseen }}</span>{% elif cell.late %}<span class="is-mind hz-mk"><span class="hz-g sh-tri" role="img" aria-label="逾期召开"></span>{{ cell.late }}</span>{% elif cell.made_up %}<span class="is-mind hz-mk"><span class="hz-g sh-plus" role="img" aria-label="补记"></span>{{ cell.made_up }}</span>{% endif %}</a></td>"""


def gap(page: str) -> int:
    """Work the peer's table out, and set its template up from the page it has to equal."""
    user = Account.objects.get(username=OFFICER)
    asked = GapFilter({}).asked(timezone.localdate())
    grid = obligations.gap(user, obligations.bureau_for(user), asked["period"], timezone.now())
    with connection.schema_editor() as editor:
        editor.create_model(StockRow)
        editor.create_model(StockCell)
    for place, row in enumerate(grid.rows):
        made = StockRow.objects.create(
            org=row.org, place=place, members=row.members, relation=row.relation, superior=row.superior,
            unseen=row.totals.unseen, last_on=row.last_on,
        )  # fmt: skip
        StockCell.objects.bulk_create(
            StockCell(
                row=made, duty=cell.duty.code, word=str(cell.duty.short), due=cell.totals.due, held=cell.totals.held,
                reason=None if cell.reason is None else str(cell.reason), made_up=cell.totals.made_up,
                late=cell.totals.late, unseen=cell.totals.unseen,
            )
            for cell in row.cells
        )  # fmt: skip
    _views["gap"] = STOCK.from_string(_around(page, "<tbody>", "</tbody>", "<tbody>" + GAP.replace("@CELL@", CELL)))
    _views["dues"] = grid.question.plan_dues()
    _views["rows_url"] = f"/obligations/rows/?period={asked['period'].code}&on={asked['on'].isoformat()}"
    return len(grid.rows)


def stock_gap(request: HttpRequest) -> HttpResponse:
    """The grid, computed; or with ``stored`` the table as it was worked out."""
    user: Any = request.user
    context = {"rows_url": _views["rows_url"], "year": timezone.localdate().year}
    if "stored" in request.GET:
        stored = list(StockRow.objects.select_related("org").prefetch_related("cells").order_by("place"))
        for row in stored:
            row.line = row.cells.all()
        return HttpResponse(_views["gap"].render({**context, "rows": stored}, request))
    return HttpResponse(_views["gap"].render({**context, "rows": computed(user.bureau_id)}, request))


def computed(bureau: int) -> list[dict[str, Any]]:
    """Each body's cells from plain rows: one query per kind of row, the rest in Python."""
    today, dues = timezone.localdate(), _views["dues"]
    first, last = min(due.start for due in dues), max(due.stop for due in dues)
    duties = {due.duty.code: due.duty for due in dues}
    latest = {due.duty.code: due for due in sorted(dues, key=lambda due: due.start)}
    holds = Q(from_on__lte=today) & (Q(to_on__isnull=True) | Q(to_on__gt=today))
    above = {
        row.org_id: row.superior
        for row in Superior.objects.filter(holds, org__bureau=bureau, relation="BELONGS").select_related("superior")
    }
    members, teams, acts = defaultdict(list), defaultdict(list), defaultdict(list)
    for org, *member in Membership.objects.filter(org__bureau=bureau).values_list(
        "org", "standing", "from_on", "to_on"
    ):
        members[org].append(member)
    for parent, *team in Placement.objects.filter(org__bureau=bureau, org__kind="TEAM").values_list(
        "parent", "from_on", "to_on"
    ):
        teams[parent].append(team)
    waived = set(Waiver.objects.filter(bureau=bureau, revoked_at=None).values_list("body", "duty", "period"))
    tags = {due.duty.tag for due in dues}
    counted = Credit.objects.filter(
        bureau=bureau, person=None, voided_at=None, tag__in=tags, recorded_at__lte=timezone.now()
    )
    last_on = dict(counted.filter(held_on__lte=today).values_list("body").annotate(Max("held_on")))
    credits = counted.filter(belongs_on__gte=first, belongs_on__lt=last)
    for body, tag, *act in credits.values_list("body", "tag", "belongs_on", "held_on", "recorded_at"):
        acts[body, tag].append(act)
    kinds = {kind for due in dues for kind in due.duty.bearers}
    newest = max(due.reference_day(today) for due in dues)
    rows = []
    for org in Org.objects.filter(bureau=bureau, kind__in=kinds).order_by("sort", "id"):
        sums: dict[str, list[int]] = {}
        bodies = {}
        for due in dues:
            ref = due.reference_day(today)
            body = bodies.get(ref)
            if body is None:
                body = bodies[ref] = Body(
                    kind=org.kind, opened=org.opened_on, closed=org.closed_on, retired=org.retired,
                    full_members=sum(standing == "FULL" and _holds(start, end, ref) for standing, start, end in members[org.pk]),
                    teams=any(_holds(start, end, ref) for start, end in teams[org.pk]),
                    sectors=frozenset([org.sector]), stages=frozenset([org.stage]),
                )  # fmt: skip
            if not exists(body, due, today):
                continue
            good = made_up = late = late_made_up = 0
            for belongs, held, recorded in acts[org.pk, due.duty.tag]:
                if due.start <= belongs < due.stop:
                    in_time = timezone.localtime(recorded).date() < due.locks
                    if held >= due.closes:
                        late, late_made_up = late + 1, late_made_up + (not in_time)
                    else:
                        good, made_up = good + in_time, made_up + (not in_time)
            cell = stand(
                Facts(good, made_up, late, late_made_up), due, today, owed=why_not(body, due, today) is None,
                waived=(org.pk, due.duty.code, due.code) in waived,
            )  # fmt: skip
            found = sums.setdefault(due.duty.code, [0] * 5)
            for at, number in enumerate((cell.need, cell.held, cell.made_up, cell.late, cell.unseen)):
                found[at] += number
        if not sums:
            continue
        line = []
        for code, duty in duties.items():
            word = str(duty.short)
            if code not in sums:
                line.append({"word": word, "reason": None})
                continue
            need, held, made_up, late, unseen = sums[code]
            reason = ""
            if not need:
                body = bodies.get(latest[code].reference_day(today))
                known = Features(org.pk, body.full_members, body.teams, False, 0) if body else None
                reason = str(reason_of(latest[code], org, known, today))
            line.append(
                {"word": word, "duty": code, "reason": reason, "due": need, "held": held, "made_up": made_up, "late": late, "unseen": unseen}
            )  # fmt: skip
        superior = above.get(org.pk)
        rows.append(
            {
                "org": org, "org_id": org.pk, "line": line, "unseen": sum(found[4] for found in sums.values()),
                "members": sum(_holds(start, end, newest) for standing, start, end in members[org.pk] if standing in STANDINGS),
                "relation": "GUIDES" if superior and superior.kind == "UPPER" else "BELONGS",
                "superior": superior.name if superior else "", "last_on": last_on.get(org.pk),
            }
        )  # fmt: skip
    return rows


def _holds(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or end > on)
