"""Filling an empty database with the demo, bureau by bureau, each in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from hongzhu.core.access.models import Grant
from hongzhu.core.audit import actions as audit
from hongzhu.core.audit.models import Entry
from hongzhu.core.credits import actions as credits
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Account
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.models import CalendarDay, SchoolTerm
from hongzhu.kit.china import workdays
from hongzhu.kit.refs import Actor, Ref

from . import extras, rooms
from . import figures as behind
from .acts import Writer
from .world import PASSWORD, Builder, Size, World
from .year import Year

DID = "config.demo"
DEMO = Actor.system("演示数据")
QUICK = (
    Size(
        "rencheng",
        "任城区教育和体育局",
        "任城",
        schools=90,
        kindergartens=40,
        branches=151,
        generals=18,
        rural_generals=7,
        new_generals_2020=1,
        new_branches_2020=7,
        edge_cases=True,
    ),
    Size("yongkang", "永康市教育局", "永康", schools=60, kindergartens=20, branches=86, generals=9, edge_cases=True),
    Size("huaibei", "淮北市教育局", "淮北", schools=12, kindergartens=4, branches=14, generals=2),
    Size("yunyang", "十堰市郧阳区教育局", "郧阳", schools=24, kindergartens=8, branches=40, generals=4, classes=120),
    Size("jinan", "济南市教育局", "济南", schools=16, kindergartens=6, branches=22, generals=3),
)
FULL = tuple(
    Size(
        size.code,
        size.name,
        size.short,
        schools=163,
        kindergartens=130,
        branches=max(size.branches, 150),
        generals=18,
        rural_generals=size.rural_generals,
        new_generals_2020=size.new_generals_2020,
        private=12,
        new_branches_2020=size.new_branches_2020,
        classes=max(size.classes, 1200),
        edge_cases=True,
    )
    for size in QUICK
)
CODES = tuple(size.code for size in QUICK)


def filled() -> set[int]:
    """Bureaus that the demo made, by the entry that closes each one's transaction: there wholly, or not at all."""
    return set(Entry.objects.filter(did=DID).values_list("bureau", flat=True))


def present() -> bool:
    """Whether the whole demo is already in this database."""
    return Bureau.objects.filter(code__in=CODES, pk__in=filled()).count() == len(CODES)


def occupied() -> bool:
    """Whether somebody else's data is in this database. A demo interrupted half way is not: the next run adds the rest."""
    ours = filled()
    return Bureau.objects.exclude(pk__in=ours).exists() or Account.objects.exclude(bureau__in=ours).exists()


def fill(
    today: date,
    *,
    full: bool = False,
    counts: behind.Counts | None = None,
    progress: bool = False,
    sizes: tuple[Size, ...] = (),
) -> dict[str, Any]:
    """Fill the demo; ``sizes`` and ``counts`` let a test ask for another world. Returns what was made.

    A bureau that an earlier, interrupted run finished stays as it is; the report names only those made now.
    """
    counts = counts or behind.Counts()
    policies.ship()
    calendar(today)
    report: dict[str, Any] = {
        "filled": True,
        "today": today.isoformat(),
        "bureaus": [],
        "accounts": [],
        "password": PASSWORD,
    }
    done = set(Bureau.objects.filter(pk__in=filled()).values_list("code", flat=True))
    wanted = tuple(size for size in sizes or (FULL if full else QUICK) if size.code not in done)
    with tqdm(total=len(wanted) * 12, disable=not progress, unit="步", desc="演示数据") as bar:
        for size in wanted:
            with transaction.atomic():
                world, acts = one(size, today, counts, bar.update)
                audit.record(
                    by=DEMO,
                    did=DID,
                    to=Ref.to(world.root),
                    bureau=world.bureau.pk,
                    acts=acts,
                    today=today.isoformat(),
                )
            report["bureaus"].append(
                {"code": size.code, "name": size.name, "branches": len(world.branches), "acts": acts}
            )
            report["accounts"].extend(world.accounts if size.code == "rencheng" else world.accounts[:1])
    return report


def one(size: Size, today: date, counts: behind.Counts, tick: Any) -> tuple[World, int]:
    """One bureau: bodies and people, acts behind its figures, and for the two running bureaus the whole year."""
    world = Builder(behind.sized(size, counts), today, tick).build()
    writer = Writer(world.bureau, today, f"acts:{size.code}")
    terms(world, today)
    if size.code == "yunyang":
        behind.yunyang(world, writer, counts)
    if size.code == "huaibei":
        behind.huaibei(world, writer, counts)
    if size.edge_cases:
        for year in (today.year - 1, today.year) if today.month < 3 else (today.year,):
            Year(world, writer, year, today).plan()
    tick(2)
    writer.flush()
    tick(2)
    extras.add(world, writer, today)
    tick(2)
    credits.rebuild(bureau=world.bureau.pk, now=timezone.now())  # of the acts above, and of the visits among the extras
    rooms.add(world, counts, today)
    tick(1)
    return world, writer.written


def calendar(today: date) -> None:
    """National holidays and make-up days, as far as they have been announced; beyond, dates are 暂定."""
    rows = []
    for year in range(2019, today.year + 2):
        known = workdays.seed(year)
        if known is None:
            continue
        rows += [CalendarDay(on=day, kind=CalendarDay.Kind.HOLIDAY, name="法定节假日") for day in sorted(known.off)]
        rows += [CalendarDay(on=day, kind=CalendarDay.Kind.WORKDAY, name="调休上班") for day in sorted(known.makeup)]
    if not CalendarDay.objects.filter(bureau__isnull=True).exists():
        CalendarDay.objects.bulk_create(rows)


def terms(world: World, today: date) -> None:
    """Two terms a year."""
    rows = []
    for year in (today.year - 1, today.year):
        rows.append(
            SchoolTerm(bureau=world.bureau, name=f"{year}年春季学期", from_on=date(year, 2, 20), to_on=date(year, 7, 5))
        )
        rows.append(
            SchoolTerm(
                bureau=world.bureau, name=f"{year}年秋季学期", from_on=date(year, 9, 1), to_on=date(year + 1, 1, 20)
            )
        )
    SchoolTerm.objects.bulk_create(rows)


def there() -> dict[str, Any]:
    """The report where the demo is already in the database: nothing made, and whom one may be."""
    roles = Grant.objects.filter(bureau__in=filled(), person__account__username__in=SHOWN).order_by("pk")
    known = dict(roles.values_list("person__account__username", "role"))
    return {"filled": False, "bureaus": [], "accounts": list(known.items()), "password": PASSWORD}


def readable(report: dict[str, Any]) -> str:
    """What ``hongzhu demo`` prints: the bureaus and whom one may be."""
    lines = [
        "演示数据已填好（人员均为虚构）。 The demo is filled; all people are invented."
        if report["filled"]
        else "演示数据已在，没有重填。 The demo is already there."
    ]
    lines += [f"  {one['name']}：{one['branches']}个支部，{one['acts']}次组织生活" for one in report["bureaus"]]
    shown = [row for row in report["accounts"] if row[0] in SHOWN]
    lines += ["", f"账号（密码都是 {report['password']}）", *(f"  {name:<12}{role}" for name, role in shown)]
    return "\n".join(lines)


SHOWN = {
    "dangban",
    "gushi",
    "xuequ",
    "xuncha",
    "xiaozhang1",
    "shuji1",
    "zuzhi1",
    "dangyuan1",
    "sysadmin",
    "secadmin",
    "audadmin",
}
