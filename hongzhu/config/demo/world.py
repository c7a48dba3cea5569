"""Bodies and people of one demo bureau, with the edge cases of ``users.md`` section 6."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hongzhu.core.access.models import Grant, Role
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Change, Hosting, Org, Placement, Superior
from hongzhu.core.people.models import Account, Engagement, Establishment, Membership, Person, Post, PostKind, Standing
from hongzhu.kit.crypto import vault
from hongzhu.kit.pinyin import search_key

from .names import SCHOOL_STEMS, TOWNS, Names

PASSWORD = "hongzhu-demo"
FOUNDED = date(2018, 9, 1)
MAY_BRANCH = date(2026, 5, 8)
HANDOVER = date(2026, 8, 20)
COMMITTEE_FROM = 7  # full members: a branch of so many has a committee
# What is taught, most often first; "": not on file yet.
TAUGHT = {
    "": ("",),  # not a school
    "PRESCHOOL": ("学前教育", "学前教育", "学前教育", "学前教育", ""),
    "PRIMARY": (
        "语文", "数学", "英语", "语文", "数学", "科学", "体育与健康", "道德与法治", "语文", "音乐", "数学", "美术", "信息科技", "",
    ),
}  # fmt: skip
TAUGHT_ABOVE = (
    "语文", "数学", "英语", "物理", "化学", "历史", "地理", "生物学", "语文", "数学", "英语", "体育与健康", "信息科技", "",
)  # fmt: skip
DIRECTORS = 5  # a director and four deputies; the other leaders sit on the committee only


@dataclass(frozen=True, slots=True)
class Size:
    """How large a bureau is: units by kind, branches, general branches, classes for each school that has them."""

    code: str
    name: str
    short: str
    schools: int
    kindergartens: int
    branches: int
    generals: int
    rural_generals: int = 0
    new_generals_2020: int = 0
    new_branches_2020: int = 0
    classes: int = 0
    private: int = 2
    edge_cases: bool = False
    first_branch: int = 0  # members of the first branch, where a text says how many


@dataclass
class World:
    """What was built, for the year's acts and the figures."""

    size: Size
    bureau: Bureau
    root: Org
    committee: Org
    leading_group: Org
    study_group: Org
    schools: list[Org] = field(default_factory=list)
    kindergartens: list[Org] = field(default_factory=list)
    classes: list[Org] = field(default_factory=list)
    generals: list[Org] = field(default_factory=list)
    branches: list[Org] = field(default_factory=list)
    teams: list[Org] = field(default_factory=list)
    host_of: dict[int, Org] = field(default_factory=dict)
    members: dict[int, list[Person]] = field(default_factory=dict)
    secretary: dict[int, Person] = field(default_factory=dict)
    organiser: dict[int, Person] = field(default_factory=dict)
    staff: dict[int, list[Person]] = field(default_factory=dict)
    officers: dict[str, Person] = field(default_factory=dict)
    accounts: list[tuple[str, str]] = field(default_factory=list)
    special: dict[str, Org] = field(default_factory=dict)


class Builder:
    """Builds one bureau; every random choice comes from the bureau's own seed."""

    def __init__(self, size: Size, today: date, tick: Callable[[int], None]) -> None:
        self.size, self.today, self.tick = size, today, tick
        self.random = random.Random(f"hongzhu:{size.code}")
        self.names = Names(size.code)
        self.sort = 0
        self.paths: dict[int, str] = {}
        self.headed: set[int] = set()
        self.hash = make_password(PASSWORD)

    def build(self) -> World:
        size = self.size
        bureau = Bureau.objects.create(code=size.code, name=size.name, pack=size.code)
        self.bureau = bureau
        root = self.org("BUREAU", size.name, None, short_name=size.short)
        committee = self.org("COMMITTEE", f"{size.short}教育系统党委", root, hosts=[root])
        leading = self.org("LEADING_GROUP", f"{size.short}教育系统党建工作领导小组", root, opened=date(2020, 1, 6))
        study = self.org("STUDY_GROUP", f"{size.short}教育局党组理论学习中心组", root)
        self.world = World(size, bureau, root, committee, leading, study)
        for name in ("党建工作办公室", "办公室", "人事股", "基础教育股", "安全稳定股"):
            self.org("SECTION", f"{size.short}教育局{name}", root)
        self.units()
        self.party()
        self.people()
        self.offices()
        return self.world

    # Bodies

    def org(
        self,
        kind: str,
        name: str,
        parent: Org | None,
        *,
        opened: date = FOUNDED,
        hosts: list[Org] | None = None,
        belongs: Org | None = None,
        guides: Org | None = None,
        **facts: Any,
    ) -> Org:
        self.sort += 10
        # Party organisations come first in lists of bodies, then units, then classes.
        later = {"SCHOOL": 100_000, "KINDERGARTEN": 200_000, "CLASS": 300_000}.get(kind, 0)
        made = Org.objects.create(
            bureau=self.bureau,
            kind=kind,
            name=name,
            search_key=search_key(name),
            opened_on=opened,
            sort=self.sort + later,
            **facts,
        )
        path = (self.paths[parent.pk] if parent else "") + orgs.segment(made.pk)
        self.paths[made.pk] = path
        Placement.objects.create(org=made, parent=parent, path=path, from_on=opened)
        for unit in hosts or []:
            Hosting.objects.create(org=made, unit=unit, from_on=opened)
        for relation, above in ((Superior.Relation.BELONGS, belongs), (Superior.Relation.GUIDES, guides)):
            if above:
                Superior.objects.create(org=made, superior=above, relation=relation, from_on=opened)
        Change.objects.create(org=made, step=Change.Step.SET_UP, on=opened, new_name=name)
        return made

    def units(self) -> None:
        size, world = self.size, self.world
        stages = ["PRIMARY"] * 6 + ["JUNIOR"] * 2 + ["NINE_YEAR", "SENIOR"]
        words = {"PRIMARY": "小学", "JUNIOR": "初级中学", "NINE_YEAR": "九年一贯制学校", "SENIOR": "高级中学"}
        for number in range(size.schools):
            stage = stages[number % len(stages)]
            place = TOWNS[number % len(TOWNS)] + ("镇" if number >= len(TOWNS) else "")
            stem = SCHOOL_STEMS[(number // len(TOWNS) * 7 + number) % len(SCHOOL_STEMS)]
            name = self.unique(f"{place}{stem if stem != place else '中心'}{words[stage]}")
            private = number >= size.schools - size.private
            school = self.org(
                "SCHOOL",
                name,
                world.root,
                stage=stage,
                sector="PRIVATE" if private else "PUBLIC",
                area="涉农" if number % 3 else "城区",
                school_code=self.school_code(stage, number),
            )
            world.schools.append(school)
        for number in range(size.kindergartens):
            name = self.unique(
                f"{TOWNS[number % len(TOWNS)]}{'中心' if number < len(TOWNS) else SCHOOL_STEMS[number % 60]}幼儿园"
            )
            world.kindergartens.append(
                self.org(
                    "KINDERGARTEN",
                    name,
                    world.root,
                    stage="PRESCHOOL",
                    sector="PRIVATE" if number % 4 == 3 else "PUBLIC",
                    area="涉农" if number % 2 else "城区",
                    school_code=self.school_code("PRESCHOOL", number),
                )
            )
        for number in range(size.classes):
            school = world.schools[number % max(1, min(len(world.schools), size.classes // 6))]
            grade, room = divmod(number // max(1, min(len(world.schools), size.classes // 6)), 3)
            world.classes.append(
                self.org("CLASS", f"{school.name}{'一二三四五六七八九'[grade % 9]}年级{room + 1}班", school)
            )
        self.tick(1)

    def unique(self, name: str) -> str:
        taken = self.__dict__.setdefault("_taken", set())
        number, free = 2, name
        while free in taken:
            free, number = name.replace("学", f"第{'零一二三四五六七八九十'[number % 11]}学", 1), number + 1
            if number > 10:
                free = f"{name}（{number}校区）"
        taken.add(free)
        return free

    def school_code(self, stage: str, number: int) -> str:
        kind = {"PRESCHOOL": "11", "PRIMARY": "21", "JUNIOR": "31", "NINE_YEAR": "31", "SENIOR": "34"}[stage]
        return f"{kind}37{number:06d}"

    def party(self) -> None:
        size, world = self.size, self.world
        committee = world.committee
        for number in range(size.generals):
            rural = number < size.rural_generals
            fresh = number >= size.generals - size.new_generals_2020
            world.generals.append(
                self.org(
                    "GENERAL_BRANCH",
                    f"{TOWNS[number % len(TOWNS)]}{'镇' if rural else ''}学区党总支",
                    committee,
                    opened=date(2020, 4, 20) if fresh else FOUNDED,
                    belongs=committee,
                    guides=committee,
                    area="涉农" if rural else "城区",
                )
            )
        units = [*world.schools, *world.kindergartens]
        for number in range(size.branches):
            unit = units[number % len(units)]
            again = number // len(units)
            general = world.generals[number % len(world.generals)] if world.generals and number % 4 else None
            fresh = size.branches - size.new_branches_2020 <= number
            opened = date(2020, 3, 9) if fresh else FOUNDED
            name = f"{unit.name}{('', '第二', '第三')[min(again, 2)]}党支部"
            branch = self.org(
                "BRANCH",
                name,
                general or committee,
                opened=opened,
                hosts=[unit],
                belongs=general or committee,
                guides=committee,
            )
            world.branches.append(branch)
            world.host_of[branch.pk] = unit
        if size.edge_cases:
            self.edge_branches()
        self.tick(1)

    def edge_branches(self) -> None:
        """The odd branches replace ordinary ones, so that the total stays what the text says."""
        world, committee = self.world, self.world.committee
        town = self.org("UPPER", "柳林镇党委", None, opened=FOUNDED)
        owned = world.branches[1]
        Superior.objects.filter(org=owned, relation="BELONGS").update(superior=town)
        world.special["township"] = owned
        for key, index in (("retired", 2), ("joint", 3), ("may", 4), ("fifty_three", 5), ("small", 6), ("teams", 7)):
            world.special[key] = world.branches[index]
        retired, joint, may = world.branches[2], world.branches[3], world.branches[4]
        Org.objects.filter(pk=retired.pk).update(retired=True, name=f"{self.size.short}教育局离退休党支部")
        hosts = world.schools[20:23] if len(world.schools) > 23 else world.schools[:3]
        Org.objects.filter(pk=joint.pk).update(kind="JOINT_BRANCH", name=f"{TOWNS[3]}村小联合党支部")
        Hosting.objects.filter(org=joint).delete()
        Hosting.objects.bulk_create([Hosting(org=joint, unit=unit, from_on=FOUNDED) for unit in hosts])
        if self.today > MAY_BRANCH:
            Org.objects.filter(pk=may.pk).update(opened_on=MAY_BRANCH)
            Change.objects.filter(org=may).update(on=MAY_BRANCH, approval="教党组〔2026〕7号")
            for table in (Placement, Hosting, Superior):
                table.objects.filter(org=may).update(from_on=MAY_BRANCH)
        for branch in (retired, joint, may):
            branch.refresh_from_db()
            Org.objects.filter(pk=branch.pk).update(search_key=search_key(branch.name))
        _ = committee

    # People

    def branch_size(self, number: int) -> int:
        """Section 7: 3–6 15 %, 7–15 35 %, 16–30 35 %, 31–50 13 %, over 50 2 %."""
        roll = self.random.random()
        for limit, low, high in ((0.15, 3, 6), (0.5, 7, 15), (0.85, 16, 30), (0.985, 31, 48)):
            if roll < limit:
                return self.random.randint(low, high)
        return self.random.randint(50, 52)

    def people(self) -> None:
        world = self.world
        wanted: list[tuple[Org, int]] = []
        for number, branch in enumerate(world.branches):
            size = self.branch_size(number)
            if branch.pk == getattr(world.special.get("fifty_three"), "pk", 0):
                size = 53
            elif branch.pk == getattr(world.special.get("small"), "pk", 0):
                size = 5
            elif branch.pk == getattr(world.special.get("teams"), "pk", 0):
                size = 34
            elif branch.pk == getattr(world.special.get("may"), "pk", 0):
                size = 9
            elif number == 0 and self.size.first_branch:
                size = self.size.first_branch
            wanted.append((branch, size))
        total = sum(size for _branch, size in wanted)
        people = self.make_people(total, taught=self.taught(wanted))
        memberships, posts, engagements = [], [], []
        at = 0
        for branch, size in wanted:
            group = people[at : at + size]
            at += size
            opened = Org.objects.only("opened_on").get(pk=branch.pk).opened_on
            unit = world.host_of[branch.pk]
            retired = branch.pk == getattr(world.special.get("retired"), "pk", 0)
            world.members[branch.pk] = group
            world.secretary[branch.pk], world.organiser[branch.pk] = group[0], group[1]
            for place, who in enumerate(group):
                joined = date(self.random.randint(1988, 2021), self.random.randint(1, 12), self.random.randint(1, 28))
                if who.born_on is not None and joined.year < who.born_on.year + 19:  # nobody joins before eighteen
                    joined = joined.replace(year=who.born_on.year + 19 + place % 4)
                told = bool(self.size.first_branch) and branch.pk == world.branches[0].pk
                probation = place == size - 1 and size > 6 and branch.sort % 30 == 0 and not told
                row = Membership(
                    person=who,
                    org=branch,
                    standing=Standing.FULL,
                    joined_on=joined,
                    full_on=joined.replace(year=joined.year + 1),
                    from_on=opened,
                    retired=retired or (place == size - 2 and size > 12 and branch.sort % 40 == 0),
                )
                if probation:
                    ends_now = branch.sort % 60 == 0
                    row.standing, row.full_on = Standing.PROBATIONARY, None
                    row.joined_on = row.from_on = max(opened, date(2025, 11, 28) if ends_now else date(2026, 6, 18))
                elif row.retired and place % 3 == 2:
                    row.left_out = Membership.LeftOut.AGED
                memberships.append(row)
                away = place == 3 and branch.sort % 70 == 0 and len(world.schools) > 1 and unit != world.schools[-1]
                engagements.append(Engagement(person=who, unit=unit, relation="PERSONNEL", from_on=opened))
                engagements.append(
                    Engagement(
                        person=who,
                        unit=world.schools[-1] if away else unit,
                        relation="WORKPLACE",
                        from_on=opened,
                        reason=Engagement.Reason.SECONDED if away else Engagement.Reason.NORMAL,
                    )
                )
            self.branch_posts(branch, group, unit, opened, posts)
            world.staff.setdefault(unit.pk, []).extend(group)
        Membership.objects.bulk_create(memberships, batch_size=2000)
        Engagement.objects.bulk_create(engagements, batch_size=2000)
        Post.objects.bulk_create(posts, batch_size=2000)
        Establishment.objects.bulk_create(
            [
                Establishment(org=branch, kind=PostKind.SECRETARY, seats=1, from_on=branch.opened_on)
                for branch in world.branches
            ]
        )
        self.teams()
        self.tick(2)

    def taught(self, wanted: list[tuple[Org, int]]) -> list[str]:
        """Who teaches what, by place and not by chance: all other demo data stays as it is. Some is not on file yet."""
        found = []
        for number, (branch, size) in enumerate(wanted):
            stage = self.world.host_of[branch.pk].stage
            subjects = TAUGHT.get(stage, TAUGHT_ABOVE)
            found += [subjects[(number + place) % len(subjects)] for place in range(size)]
        return found

    def make_people(self, count: int, *, taught: Sequence[str] = ()) -> list[Person]:
        rows = []
        for number in range(count):
            name = self.names.person()
            rows.append(
                Person(
                    bureau=self.bureau,
                    name=name,
                    search_key=search_key(name),
                    sex=self.random.choice("12"),
                    ethnic="汉族",
                    born_on=date(
                        self.random.randint(1962, 1999), self.random.randint(1, 12), self.random.randint(1, 28)
                    ),
                    education=self.random.choice(("COLLEGE", "BACHELOR", "BACHELOR", "BACHELOR", "MASTER")),
                    subject=taught[number] if taught else "",
                )
            )
        # Invented numbers in a range no operator assigns (100 0000 0000 up): they can ring at nobody's.
        phones = [f"100{self.random.randint(0, 99999999):08d}" for _row in rows]
        box = vault()
        for row, phone in zip(rows, phones, strict=True):
            row.phone_sealed = box.seal(phone, bind=f"{row.uuid}|phone")
            row.phone_index = box.index(phone, column="phone")
        return Person.objects.bulk_create(rows, batch_size=2000)

    def branch_posts(self, branch: Org, group: list[Person], unit: Org, opened: date, posts: list[Post]) -> None:
        edge = self.size.edge_cases and branch.pk == self.world.branches[8].pk and self.today > HANDOVER
        if edge:
            # The secretary changed on 20 August: the old one stays a member.
            posts.append(Post(person=group[2], org=branch, kind=PostKind.SECRETARY, from_on=opened, to_on=HANDOVER))
            posts.append(Post(person=group[0], org=branch, kind=PostKind.SECRETARY, from_on=HANDOVER))
            self.world.special["handover"] = branch
        else:
            posts.append(Post(person=group[0], org=branch, kind=PostKind.SECRETARY, from_on=opened))
        posts.append(Post(person=group[1], org=branch, kind=PostKind.ORGANISER, from_on=opened))
        if len(group) >= COMMITTEE_FROM:
            posts.append(Post(person=group[2], org=branch, kind=PostKind.PUBLICITY, from_on=opened))
            posts.append(Post(person=group[4], org=branch, kind=PostKind.DISCIPLINE, from_on=opened))
        if unit.pk not in self.headed:  # a school with two branches has one head
            principal = group[0] if branch.sort % 20 == 0 else group[2]
            posts.append(Post(person=principal, org=unit, kind=PostKind.PRINCIPAL, from_on=opened))
            self.headed.add(unit.pk)

    def teams(self) -> None:
        """Party groups in the large branches of the running year's bureaus."""
        world = self.world
        for branch in world.branches:
            group = world.members[branch.pk]
            if len(group) < 31 or not self.size.edge_cases:
                continue
            half = len(group) // 2
            for number, part in enumerate((group[:half], group[half:])):
                team = self.org("TEAM", f"{branch.name}第{'一二'[number]}党小组", branch, belongs=branch, guides=branch)
                world.teams.append(team)
                world.members[team.pk] = part
                world.secretary[team.pk] = world.organiser[team.pk] = part[0]
                Post.objects.create(person=part[0], org=team, kind=PostKind.TEAM_LEADER, from_on=FOUNDED)
                Membership.objects.bulk_create(
                    [Membership(person=who, org=team, standing=Standing.MEMBER, from_on=FOUNDED) for who in part]
                )

    def offices(self) -> None:
        """The bureau's officers, the leading bodies, and the accounts whose names ``hongzhu demo`` prints."""
        world = self.world
        officers = self.make_people(16)
        roles = (
            ("dangban", Role.PARTY_OFFICE, world.root),
            ("gushi", Role.SECTION_OFFICER, world.root),
            ("xuncha", Role.INSPECTOR, world.root),
            ("sysadmin", Role.SYSTEM_ADMIN, world.root),
            ("secadmin", Role.SECURITY_ADMIN, world.root),
            ("audadmin", Role.AUDIT_ADMIN, world.root),
        )
        for who, (username, role, org) in zip(officers, roles, strict=False):
            self.account(who, username, role, org)
            world.officers[username] = who
        leaders = officers[6:]
        for number, who in enumerate(leaders):
            if number < DIRECTORS:
                kind = PostKind.DIRECTOR if number == 0 else PostKind.DEPUTY_DIRECTOR
                Post.objects.create(person=who, org=world.root, from_on=FOUNDED, kind=kind)
            for body in (world.committee, world.leading_group, world.study_group):
                standing = Standing.HEAD if number == 0 and body != world.committee else Standing.MEMBER
                Membership.objects.create(person=who, org=body, standing=standing, from_on=max(FOUNDED, body.opened_on))
        Post.objects.create(person=leaders[0], org=world.committee, kind=PostKind.SECRETARY, from_on=FOUNDED)
        world.members[world.committee.pk] = world.members[world.leading_group.pk] = world.members[
            world.study_group.pk
        ] = leaders
        for body in (world.committee, world.leading_group, world.study_group):
            world.secretary[body.pk] = world.organiser[body.pk] = leaders[0]
        if world.generals:
            general_officer = self.make_people(1)[0]
            self.account(general_officer, "xuequ", Role.DISTRICT_OFFICER, world.generals[0])
        for number, branch in enumerate(world.branches):
            self.account(world.secretary[branch.pk], f"shuji{number + 1}", Role.BRANCH_SECRETARY, branch)
            self.account(world.organiser[branch.pk], f"zuzhi{number + 1}", Role.ORGANISER, branch)
        first = world.branches[0]
        self.account(world.members[first.pk][2], "dangyuan1", Role.MEMBER, first)
        head = self.make_people(1)[0]
        self.account(head, "xiaozhang1", Role.SCHOOL_SECRETARY, world.host_of[first.pk])
        self.tick(1)

    def account(self, who: Person, username: str, role: str, org: Org) -> None:
        Grant.objects.create(bureau=self.bureau, person=who, role=role, org=org, from_on=max(FOUNDED, org.opened_on))
        name = username if self.size.code == "rencheng" else f"{self.size.code}_{username}"
        Account.objects.create(
            bureau=self.bureau, person=who, username=name, password=self.hash, password_set_at=timezone.now()
        )
        self.world.accounts.append((name, role))
