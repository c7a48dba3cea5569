"""A whole real year of organisation life (``users.md``, section 6), ending on the demo's day."""

from __future__ import annotations

import calendar
from datetime import date, time, timedelta

from hongzhu.core.activities.models import FixedDay, Plan
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind, Org
from hongzhu.core.people.models import Membership, Person, Post, Standing
from hongzhu.core.policies.models import MonthlyGuide
from hongzhu.kit.china import workdays

from . import proceedings
from .acts import Planned, Writer
from .world import HANDOVER, World

# month -> (theme of the Party day, lecture title when it has one, readings)
MONTHS = {
    1: ("盘点一年、谋划新年", "", ("年度工作总结要点",)),
    2: ("寒假值守与家访", "", ("新学期工作要点",)),
    3: ("学雷锋、进社区", "雷锋精神与教师本分", ("关于开展学雷锋志愿服务的安排", "开学师德要求")),
    4: ("清明祭扫、国家安全教育", "", ("国家安全知识",)),
    5: ("学党章、学党规", "", ("党章总纲", "党章第一章 党员")),
    6: ("迎七一、守初心", "入党为什么、在岗做什么", ("支部工作条例有关规定",)),
    7: ("庆祝建党纪念日", "", ("庆祝建党有关文章",)),
    8: ("开学第一课备课", "", ("师德师风有关规定",)),
    9: ("新教师入职、教师节", "做有理想信念的好老师", ("教育家精神有关论述",)),
    10: ("走访学区老人、爱国主义教育", "", ("爱国主义教育法",)),
    11: ("学党章、守师德", "从党章看教师的本分", ("党章第二章 党的组织制度", "消防安全常识")),
    12: ("总结评议准备", "", ("民主评议党员有关规定",)),
}
# What the lectures of these months are about (Act.extra['topic'])
TOPICS = {3: "ethics", 6: "two_studies", 9: "ethics", 11: "constitution"}
COMMITTEE = (
    "年度计划、慰问名单",
    "组织生活会准备",
    "评议准备、春季安全",
    "清明祭扫分工",
    "发展对象有关工作",
    "七一活动安排",
    "暑期师德学习",
    "开学准备、工作交接",
    "新教师组织关系",
    "期中教学与安全",
    "发展党员有关工作",
    "年终总结、归档",
)
MEETINGS = {1: "民主评议党员", 2: "听取半年工作、讨论发展党员", 3: "讨论转正事项", 4: "听取年度工作、讨论计划"}
VOTED = (2, 3)  # quarters whose members' meeting votes
# Who spoke or hosted (place among the branches), month, theme, meeting, level (K07).
EXCHANGES = (
    (1, 3, "交流课后服务做法", "学区党建工作交流会", "COUNTY"),
    (4, 5, "交流党员先锋岗做法", "教育系统党建工作推进会", "COUNTY"),
    (1, 6, "交流师德教育做法", "全市教育系统经验交流会", "CITY"),
    (6, 9, "交流结对帮扶做法", "中小学党建工作座谈会", "PROVINCIAL"),
    (7, 10, "承办党支部标准化建设现场会", "教育系统现场推进会", "COUNTY"),
)
# February, July and August hold 40–60 % of the usual number of acts.
QUIET = {2, 7, 8}


class Year:
    """Plans a calendar year of acts for every branch of one bureau; nothing is held after ``today``."""

    def __init__(self, world: World, writer: Writer, year: int, today: date) -> None:
        self.world, self.writer, self.year, self.today = world, writer, year, today
        self.random = writer.random
        self.rosters = self._rosters()
        self.committees: dict[int, list[tuple[int, date, date | None]]] = {}
        for branch, who, since, until in Post.objects.filter(org__in=world.branches).values_list(
            "org", "person", "from_on", "to_on"
        ):
            self.committees.setdefault(branch, []).append((who, since, until))
        known = workdays.seed(year)
        self.off = known.off if known else frozenset()

    def plan(self) -> None:
        self._settings()
        for branch in self.world.branches:
            self._branch(branch)
        for branch in self.with_teams():
            for month in range(1, 13):
                day = self._friday(month, 2)
                if day <= self.today and not self._skips():
                    self._add(
                        branch,
                        "team_meeting",
                        f"{month}月学习与分工",
                        day,
                        ("team_meeting",),
                        minutes=60,
                        parts=("study",),
                        process=proceedings.under(("集中学习", proceedings.GROUPS.format(month=month))),
                    )
        self._oaths()
        self._joint()
        self._exchanges()

    def with_teams(self) -> list[Org]:
        """Branches that have Party groups: they owe the group meetings."""
        parents = {team.name.rsplit("第", 1)[0] for team in self.world.teams}
        return [branch for branch in self.world.branches if branch.name in parents]

    def _oaths(self) -> None:
        """At the start of each term every school's staff takes the oath of ethics (E07); a few records are missing."""
        for day in (date(self.year - 1, 9, 1), date(self.year, 2, 26), date(self.year, 9, 1)):
            for school in [*self.world.schools, *self.world.kindergartens]:
                staff = self.world.staff.get(school.pk, [])
                if day > self.today or self._skips():
                    continue
                self.writer.add(
                    Planned(
                        body=school,
                        kind="ethics_oath",
                        theme="师德宣誓",
                        held_on=day,
                        roster=[(who, "MEMBER") for who in staff],
                        tags=("ethics_oath",),
                        recorder=staff[0] if staff else None,
                        parts=("oath",),
                        minutes=40,
                        place="学校礼堂",
                    )
                )

    def _rosters(self) -> dict[int, list[tuple[Person, Membership]]]:
        found: dict[int, list[tuple[Person, Membership]]] = {}
        bodies = [*self.world.branches, *self.world.teams]
        for row in Membership.objects.filter(org__in=bodies).select_related("person").order_by("id"):
            found.setdefault(row.org_id, []).append((row.person, row))
        return found

    def _roster(self, body: Org, on: date) -> list[tuple[Person, str]]:
        rows = []
        for who, row in self.rosters.get(body.pk, []):
            if row.from_on <= on and (row.to_on is None or row.to_on > on):
                rows.append((who, f"{row.standing}|LEFT_OUT" if row.left_out else row.standing))
        return rows

    def _committee(self, branch: Org, on: date) -> list[tuple[Person, str]]:
        """Who holds a post of the branch that day; the register and the records agree."""
        seated = self.committees.get(branch.pk, [])
        now = {who for who, since, until in seated if since <= on and (until is None or until > on)}
        return [(who, standing) for who, standing in self._roster(branch, on) if who.pk in now]

    def _secretary(self, branch: Org, on: date) -> Person:
        """Who was secretary that day: one branch handed over in August."""
        handover = self.world.special.get("handover")
        if handover and handover.pk == branch.pk and on < HANDOVER:
            return self.world.members[branch.pk][2]
        return self.world.secretary[branch.pk]

    def _working(self, day: date) -> date:
        """The day itself, or the next on which people are at work."""
        while day in self.off:
            day += timedelta(days=1)
        return day

    def _skips(self) -> bool:
        """3–6 % of due acts are never seen."""
        return self.random.random() < 0.035

    def _friday(self, month: int, week: int) -> date:
        first = date(self.year, month, 1)
        friday = first + timedelta(days=(4 - first.weekday()) % 7 + 7 * (week - 1))
        roll = self.random.random()
        return self._working(friday + timedelta(days=0 if roll < 0.7 else self.random.choice((-2, -1, 3, 4))))

    def _add(self, body: Org, kind: str, theme: str, on: date, tags: tuple[str, ...], **more: object) -> None:
        branch = body.pk
        secretary = self._secretary(body, on)
        planned = Planned(
            body=body,
            kind=kind,
            theme=theme,
            held_on=on,
            roster=self._roster(body, on),
            tags=tags,
            recorder=self.world.organiser[branch],
            chair=secretary,
            place="党员活动室",
            **more,  # type: ignore[arg-type]
        )
        if kind == "committee_meeting":
            planned.roster = self._committee(body, on)
        late = self.random.random()
        if late < 0.06:
            # 补记: recorded after the period has locked, ten days after its end.
            month_end = on.replace(day=calendar.monthrange(on.year, on.month)[1])
            recorded = month_end + timedelta(days=self.random.randint(12, 34))
            if recorded < self.today:
                planned.recorded_at = self.writer.at(recorded, 20)
        self.writer.add(planned)

    def _branch(self, branch: Org) -> None:
        full = sum(1 for _who, row in self.rosters.get(branch.pk, []) if row.standing == Standing.FULL)
        # The branch people sign in to still has its November to record.
        first = branch.pk == self.world.branches[0].pk
        for month in range(1, 13):
            open_month = first and (self.year, month) == (self.today.year, self.today.month)
            if date(self.year, month, 28) < branch.opened_on or open_month:
                continue
            self._theme_day(branch, month)
            if full >= 7 and not self._skips():
                self._held(
                    branch,
                    "committee_meeting",
                    COMMITTEE[month - 1],
                    self._friday(month, 1),
                    ("committee_meeting",),
                    minutes=60,
                    parts=("deliberation",),
                    process=proceedings.under(("议事", proceedings.DECIDED[month - 1])),
                    decision="按分工落实本月重点工作" if month % 3 == 0 else "",
                )
            usual = 0.5 if month in QUIET else 1.0
            if self.random.random() < 0.75 * usual:
                self._held(
                    branch,
                    "study",
                    f"{month}月专题学习",
                    self._friday(month, 2),
                    ("study", "study_hours"),
                    parts=("study",),
                    process=proceedings.under(("集中学习", proceedings.SESSIONS[month - 1])),
                )
            if self.random.random() < 0.5 * usual:
                theme = self.random.choice(tuple(proceedings.SERVED))
                self._held(
                    branch,
                    "service",
                    theme,
                    self._friday(month, 4),
                    ("service",),
                    parts=("service",),
                    process=proceedings.under(("志愿服务", f"{month}月{proceedings.SERVED[theme]}")),
                    minutes=120,
                )
        for quarter, month in ((1, 3), (2, 6), (3, 9), (4, 12)):
            if not self._skips():
                self._held(
                    branch,
                    "members_meeting",
                    MEETINGS[quarter],
                    self._friday(month, 4),
                    ("members_meeting",),
                    parts=("deliberation", "vote") if quarter in VOTED else ("deliberation",),
                    process=proceedings.under(("议事", proceedings.MET[quarter])),
                    vote=MEETINGS[quarter] if quarter in VOTED else "",
                )
        for kind, theme in (("org_life", "组织生活会"), ("appraisal", "民主评议党员")):
            day = self._working(date(self.year, 3, self.random.randint(2, 27)))
            if self._skips():
                continue
            if self.random.random() < 0.05:
                day = self._working(date(self.year, 4, self.random.randint(2, 20)))
            if day >= branch.opened_on and day <= self.today and branch.opened_on.year < self.year:
                self._add(
                    branch,
                    kind,
                    f"{self.year - 1}年度{theme}",
                    day,
                    (kind,),
                    belongs_on=date(self.year - 1, 12, 31),
                    minutes=150,
                )

    def _held(self, branch: Org, kind: str, theme: str, day: date, tags: tuple[str, ...], **more: object) -> None:
        if branch.opened_on <= day <= self.today:
            self._add(branch, kind, theme, day, tags, **more)

    def _theme_day(self, branch: Org, month: int) -> None:
        if self._skips():
            return
        day = self._friday(month, 3)
        theme, lecture, readings = MONTHS[month]
        parts, tags = ["study"], ["theme_day", "study_hours"]
        more: dict[str, object] = {}
        said = [("集中学习", proceedings.STUDIED[month - 1])]
        if lecture:
            parts.append("lecture")
            tags.append("lecture")
            secretary = self._secretary(branch, day)
            told = proceedings.LECTURED.format(who=secretary.name, title=lecture)
            said.append(("党课", told))
            more = {"lecture_title": lecture, "lecturer": secretary, "lecturer_post": "SECRETARY"}
            more["topic"] = TOPICS[month]
            if month in (3, 9):
                tags.append("secretary_lecture")
        self._held(
            branch,
            "theme_day",
            theme,
            day,
            tuple(tags),
            parts=tuple(parts),
            process=proceedings.under(*said),
            readings=tuple((title, None) for title in readings),
            **more,
        )

    def _joint(self) -> None:
        """One theme day held by two branches together: one record, credited to both."""
        one, two = self.world.branches[9], self.world.branches[10]
        day = date(self.year, 10, 23)
        if day <= self.today:
            roster = self._roster(one, day) + self._roster(two, day)
            self.writer.homes |= {who.pk: two.pk for who, _row in self.rosters.get(two.pk, [])}
            self.writer.add(
                Planned(
                    body=one,
                    kind="service",
                    theme="两校联合护学志愿服务",
                    held_on=day,
                    roster=roster,
                    tags=("service",),
                    recorder=self.world.organiser[one.pk],
                    chair=self.world.secretary[one.pk],
                    parts=("service",),
                    also=((two, "service", ("service",)),),
                    minutes=120,
                )
            )

    def _exchanges(self) -> None:
        """A few branches spoke at meetings of some level. Nothing here is drawn by lot: the rest of the year stays as it is."""
        for place, month, theme, meeting, level in EXCHANGES:
            branch, middle = self.world.branches[place], date(self.year, month, 15)
            day = self._working(middle + timedelta(days=2 - middle.weekday()))
            if branch.opened_on <= day <= self.today:
                self.writer.add(
                    Planned(
                        body=branch,
                        kind="exchange",
                        theme=theme,
                        held_on=day,
                        roster=[],
                        tags=("exchange",),
                        recorder=self.world.organiser[branch.pk],
                        recorded_at=self.writer.at(min(day + timedelta(days=2), self.today), 20),
                        parts=("exchange",),
                        lecturer=self._secretary(branch, day),
                        lecturer_post="SECRETARY",
                        place="会议承办单位",
                        extra={"meeting": meeting, "level": level},
                    )
                )

    def _settings(self) -> None:
        world = self.world
        FixedDay.objects.bulk_create(
            [
                FixedDay(
                    body=branch, weekday=4, week=3, starts_at=time(15, 30), ends_at=time(17, 0), place="党员活动室"
                )
                for branch in world.branches
            ],
            ignore_conflicts=True,  # in January and February two years are written, and the fixed day is one
        )
        plans = []
        for branch in world.branches:
            if branch.kind not in BRANCH_KINDS and branch.kind != Kind.BRANCH:
                continue
            for month, (theme, _lecture, _readings) in MONTHS.items():
                plans.append(
                    Plan(
                        bureau=world.bureau,
                        body=branch,
                        kind="theme_day",
                        month_on=date(self.year, month, 1),
                        theme=theme,
                    )
                )
        Plan.objects.bulk_create(plans, batch_size=4000)
        guides = []
        for month, (theme, _lecture, readings) in MONTHS.items():
            first = date(self.year, month, 1)
            if first > self.today:
                continue
            guides.append(
                MonthlyGuide(
                    bureau=world.bureau,
                    issuer=world.root,
                    month_on=first,
                    status=MonthlyGuide.Status.ISSUED,
                    themes=[{"kind": "theme_day", "theme": theme}],
                    readings=[{"title": title} for title in readings],
                    meetings=[{"text": "支委会1次，主题党日1次"}],
                    reports=[],
                    issued_on=min(self.today, first + timedelta(days=2)),
                )
            )
        MonthlyGuide.objects.bulk_create(guides)
