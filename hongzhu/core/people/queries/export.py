"""The tables people know, handed out: 人员 and 党员名册 with their usual columns, identity numbers and phones masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.core.people.rules import PARTY_STANDING
from hongzhu.kit.dates import month_text

Export = tuple[Sequence[str], Iterable[Sequence[Any]]]
MASK = "***********"


def masked_number(person: Person) -> str:
    """All but the last character hidden."""
    return f"{'*' * 17}{person.id_tail or '*'}" if person.id_sealed else ""


def roster(memberships: QuerySet[Membership], on: date) -> list[dict[str, Any]]:
    """党员名册 (users.md, other sheets): one row per membership with the posts held that day. Two queries."""
    rows = list(memberships.select_related("person", "org").order_by("org__sort", "org_id", "person__search_key", "pk"))
    posts: dict[int, list[str]] = {}
    held = Post.objects.filter(orgs.on_day(on), person__in=[row.person_id for row in rows]).order_by("from_on", "pk")
    for post in held:
        posts.setdefault(post.person_id, []).append(str(post.get_kind_display()))
    return [
        {
            "number": number,
            "membership": row,
            "person": row.person,
            "posts": _("、").join(dict.fromkeys(posts.get(row.person_id, []))),
            "phone": MASK if row.person.phone_sealed else "",
        }
        for number, row in enumerate(rows, start=1)
    ]


def roster_sheet(rows: list[dict[str, Any]]) -> Export:
    """The roster as header and cells, in the order in which the office keeps it."""
    header = [
        _("序号"), _("姓名"), _("性别"), _("民族"), _("出生年月"), _("学历"), _("入党时间"), _("转正时间"), _("岗位/职务"),
        _("党员类别"), _("在职/离退休"), _("组织关系状态"), _("联系电话"), _("所在党组织"), _("备注"),
    ]  # fmt: skip
    return header, [
        (
            row["number"], one.name, one.get_sex_display() if one.sex != "0" else "", one.ethnic,
            month_text(one.born_on) if one.born_on else "", one.get_education_display() if one.education else "",
            member.joined_on, member.full_on, row["posts"], str(member.get_standing_display()),
            _("离退休") if member.retired else _("在职"), str(member.get_left_out_display()), row["phone"],
            member.org.name, "",
        )
        for row in rows
        for one, member in [(row["person"], row["membership"])]
    ]  # fmt: skip


def export_members(context: ImportContext) -> Export:
    """Every Party member of the bureau on the day."""
    found = Membership.objects.filter(orgs.on_day(context.on), org__bureau=context.bureau, standing__in=PARTY_STANDING)
    if context.reach is not None:
        found = found.filter(org__in=context.reach.order_by().values("pk"))
    return roster_sheet(roster(found, context.on))


def export_people(context: ImportContext) -> Export:
    """Every person on the books of a unit of the bureau on the day. Two queries."""
    held = Engagement.objects.filter(orgs.on_day(context.on), person__bureau=context.bureau).select_related("unit")
    if context.reach is not None:
        held = held.filter(unit__in=context.reach.order_by().values("pk"))
    places: dict[int, dict[str, Engagement]] = {}
    for row in held:
        places.setdefault(row.person_id, {})[row.relation] = row
    header = [
        _("姓名"), _("性别"), _("民族"), _("出生日期"), _("学历"), _("任教学科"), _("身份证号"), _("工号"), _("手机号"),
        _("人事关系所在单位"), _("工作单位"), _("在岗情况"),
    ]  # fmt: skip
    people = Person.objects.filter(bureau=context.bureau).order_by("search_key", "pk")

    def lines() -> Iterable[Sequence[Any]]:
        for one in people.iterator(chunk_size=2000):
            where = places.get(one.pk, {})
            if context.reach is not None and not where:
                continue
            own, work = where.get("PERSONNEL"), where.get("WORKPLACE")
            yield (
                one.name, one.get_sex_display() if one.sex != "0" else "", one.ethnic, one.born_on,
                one.get_education_display() if one.education else "", one.subject, masked_number(one), one.staff_no,
                MASK if one.phone_sealed else "", own.unit.name if own else "", work.unit.name if work else "",
                str(work.get_reason_display()) if work else "",
            )  # fmt: skip

    return header, lines()
