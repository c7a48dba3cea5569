"""党员名册 of 3,000 members with its five derived columns (posts, where away, taking part, hours, honours), as the bureau's
Party office sees the first page; to which month dues are paid is told to who keeps a branch's dues, not to the office.

Ours is the page itself: scope by the tree of the day, permissions, read-only transaction, policy pack, menus, translated
strings, the shared template tags. The peer is stock Django behind the very same middleware, sign-in and session: a plain
view with the simplest ORM queries that yield the same rows (one for each derived column), and a plain template that gives
the same HTML (compared before measuring). It knows no scope, no pack and no language: the floors of hours are constants,
its words literals, and everything outside the list is text with ``url``, ``static`` and ``csrf_token`` tags only.

Both sides go through Django's test client in one process, turn by turn; CPU time. The number of queries is printed too.
"""

from __future__ import annotations

import re
import sys
import types
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import clear_url_caches, include, path
from django.utils import timezone

from benchmarks.bar import Bar, duel, scratch_database
from benchmarks.bench_list import OFFICER, STOCK, _around, _literal, _page, _same, spread
from hongzhu.config.demo import fill
from hongzhu.core.activities.models import Attendance
from hongzhu.core.credits.models import Credit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Post
from hongzhu.core.registers.models import Honour

LIMIT, ROUNDS, MEMBERS = 1.5, 15, 3_000
URL = "/party/roster/"
COMMITTEE = ("SECRETARY", "DEPUTY_SECRETARY", "ORGANISER", "PUBLICITY", "DISCIPLINE", "COMMITTEE_MEMBER")
BODIES = ("COMMITTEE", "GENERAL_BRANCH", "BRANCH", "JOINT_BRANCH")
FLOORS = {False: 3200, True: 5600}
_views: dict[str, Any] = {}


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
        members = _filled_up()
        client = Client()
        client.force_login(Account.objects.get(username=OFFICER))
        page = _page(client, URL)
        _views["page"] = STOCK.from_string(_template(page))
        _same(page, _page(client, f"/stock{URL}"))
        asked: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
            client.get(URL)
        ours, peer = duel(lambda: client.get(URL), lambda: client.get(f"/stock{URL}"), rounds=ROUNDS, warm=3)
        note = (
            f"{members:,} members, 50 on the page, {len(asked)} queries; {len(page.encode()) / 1024:,.0f} KiB of HTML, equal "
            f"on both sides; {spread(ours)} to {spread(peer)}"
        )
        figures = {"ours": f"{ours.ms} CPU", "stock": f"{peer.ms} CPU"}
        yield Bar("roster page", figures, ours.median / peer.median, LIMIT, note=note)
    clear_url_caches()


def _template(page: str) -> str:
    """The peer's page: head, filters and rows as a template of its own, all around them as text."""
    first, last = '<div class="hz-head hz-no-paper">', '<p class="hz-sheet-foot'
    own = page[page.index(first) : page.index(last)]
    head, rest = own.split('<form class="hz-filter', 1)
    lists = rest[rest.index("<span") : rest.index("<select")]
    count = re.sub(r"共\d+人", "共{{ page.paginator.count }}人", _literal(head))
    return _around(page, first, last, LIST.replace("@HEAD@", count).replace("@LISTS@", lists))


def _filled_up() -> int:
    """Members of the demo, and as many more as are wanting to 3,000, spread over the branches."""
    today = timezone.localdate()
    there = _members(today).count()
    branches = list(Org.objects.filter(kind="BRANCH").order_by("id"))
    people = Person.objects.bulk_create(
        [
            Person(bureau=branches[0].bureau, name=f"温名册{number}", search_key=f"wenmingce{number}")
            for number in range(max(0, MEMBERS - there))
        ]
    )
    Membership.objects.bulk_create(
        [
            Membership(person=who, org=branches[place % len(branches)], standing="FULL", from_on=date(2020, 1, 1))
            for place, who in enumerate(people)
        ]
    )
    return _members(today).count()


def _members(on: date) -> Any:
    return Membership.objects.filter(_holds(on), org__kind__in=BODIES, standing__in=("FULL", "PROBATIONARY"))


def _holds(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gt=on))


def _urls() -> str:
    """The house's addresses, and the peer's page beside them."""
    module = types.ModuleType("benchmarks.stock_roster_urls")
    module.urlpatterns = [path("stock/party/roster/", stock), path("", include("hongzhu.config.urls"))]  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return module.__name__


def stock(request: HttpRequest) -> HttpResponse:
    """What a plain project would write: a query for each thing the page shows."""
    user: Any = request.user
    on = timezone.localdate()
    bodies = Org.objects.filter(bureau=user.bureau_id, kind__in=BODIES).order_by("sort", "id").values_list("id", "name")
    rows = _members(on).filter(org__bureau=user.bureau_id).select_related("person", "org")
    page = Paginator(rows.order_by("org__sort", "org_id", "person__search_key", "id"), 50).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    people = [row.person_id for row in shown]
    posts, officers = defaultdict(list), set()
    for post in Post.objects.filter(_holds(on), person__in=people).select_related("org").order_by("from_on", "id"):
        posts[post.person_id].append(post.get_kind_display())
        if post.kind in COMMITTEE and post.org.kind in BODIES:
            officers.add(post.person_id)
    attended = Attendance.objects.filter(person__in=people, act__held_on__year=on.year, act__held_on__lte=on)
    attended = attended.exclude(act__status="VOIDED").exclude(state__in=("LEFT_OUT", "OBSERVER")).values("person")
    there = {
        row["person"]: row
        for row in attended.annotate(due=Count("id"), present=Count("id", filter=Q(state="PRESENT"))).order_by()
    }
    hours = dict(
        Credit.objects.filter(person__in=people, tag="study_hours", belongs_on__year=on.year, voided_at=None)
        .values_list("person").annotate(Sum("amount")).order_by()
    )  # fmt: skip
    honours = dict(
        Honour.objects.filter(person__in=people, revoked_on=None, granted_on__lte=on)
        .values_list("person").annotate(Count("id")).order_by()
    )  # fmt: skip
    places = defaultdict(dict)
    for row in Engagement.objects.filter(_holds(on), person__in=people).select_related("unit"):
        places[row.person_id][row.relation] = row
    for row in shown:
        who = row.person_id
        row.posts = "、".join(dict.fromkeys(posts[who]))
        row.there = there.get(who)
        row.hours = f"{hours[who] / 100:g}" if who in hours else None
        row.floor = f"{FLOORS[who in officers] / 100:g}"
        row.honours = honours.get(who)
        own, work = places[who].get("PERSONNEL"), places[who].get("WORKPLACE")
        row.away = ""
        if own and work and own.unit_id != work.unit_id:
            row.away = (
                f"人事关系{own.unit.name}，{work.get_reason_display() if work.reason else '工作单位'}{work.unit.name}"
            )
        elif own and work and work.reason:
            row.away = work.get_reason_display()
    context = {"page": page, "rows": shown, "bodies": bodies, "on": on, "count": f"{page.paginator.count:,}"}
    return HttpResponse(_views["page"].render(context, request))


LIST = """@HEAD@
<form class="hz-filter mb-2" method="get" data-auto>
@LISTS@
<select class="form-select" name="org" aria-label="党组织"><option value="">全部党组织</option>{% for pk, name in bodies %}<option value="{{ pk }}">{{ name }}</option>{% endfor %}</select>
<label class="hz-soft" for="id_on">截至</label><input class="form-control" type="date" name="on" id="id_on" value="{{ on|date:"Y-m-d" }}">
<input class="form-control hz-w-q" type="search" name="q" value="{{ request.GET.q }}" aria-label="姓名" placeholder="姓名、拼音">
<button class="btn">查看</button></form>
<div class="hz-scroll"><table class="table hz-list hz-stackable"><caption class="hz-hide">党员名册</caption><thead><tr>
<th scope="col" class="hz-r">序号</th><th scope="col">姓名</th><th scope="col">所在党组织</th><th scope="col">党员类别</th><th scope="col">入党时间</th><th scope="col">岗位/职务</th><th scope="col" class="hz-r">参加</th><th scope="col" class="hz-r">学时</th><th scope="col" class="hz-r">荣誉</th></tr></thead><tbody>
{% for m in rows %}<tr><td class="hz-r hz-drop hz-soft">{{ forloop.counter0|add:page.start_index }}</td><th scope="row" class="hz-name"><a href="{% url "party:roster_person" m.person_id %}">{{ m.person.name }}</a></th><td class="hz-sub">{{ m.org.name }}{% if m.away %}<br><small class="hz-soft">{{ m.away }}</small>{% endif %}</td><td class="hz-sum">{{ m.get_standing_display }}{% if m.retired %}，离退休{% endif %}{% if m.left_out %}，{{ m.get_left_out_display }}{% endif %}</td><td class="hz-nw hz-drop">{{ m.joined_on|date:"Y年n月j日" }}</td><td class="hz-sub">{{ m.posts }}</td><td class="hz-num" data-label="参加">{% if m.there %}{{ m.there.present }}<small class="hz-soft">/{{ m.there.due }}</small>{% endif %}</td><td class="hz-num" data-label="学时">{% if m.hours %}{{ m.hours }}{% else %}<span class="hz-soft">未见记录</span>{% endif %}<small class="hz-soft">/{{ m.floor }}</small></td><td class="hz-num{% if not m.honours %} hz-drop{% endif %}" data-label="荣誉">{% if m.honours %}{{ m.honours }}{% endif %}</td></tr>
{% endfor %}</tbody></table></div><nav class="hz-pager" aria-label="翻页"><span>第{{ page.start_index }}至{{ page.end_index }}条，共{{ count }}条</span>{% if page.has_other_pages %}<span class="hz-pager-go">{% if page.has_previous %}<a class="btn btn-sm" href="?page={{ page.previous_page_number }}" rel="prev">上一页</a>{% endif %}{% if page.has_next %}<a class="btn btn-sm" href="?page={{ page.next_page_number }}" rel="next">下一页</a>{% endif %}</span>{% endif %}</nav>
"""
