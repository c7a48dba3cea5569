"""Professional titles of people: who holds which on a day (B38)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Title
from hongzhu.kit.perms import Perm
from hongzhu.kit.tables.write import write_xlsx


def visible_to(user: Any) -> QuerySet[Title]:
    """Titles of the people in the user's part."""
    if not access.may(user, rules.VIEW):
        return Title.objects.none()
    people = access.visible_people(user).order_by().values("pk")
    return (
        Title.objects.filter(person__in=people, bureau=access.bureau_of(user))
        .select_related("person")
        .order_by("person__search_key", "person_id", "-from_on", "-id")
    )


def open_title(user: Any, pk: int, perm: Perm = rules.VIEW) -> Title:
    """The door of one title: seen with its holder; changing it is asked at the role."""
    title: Title = get_object_or_404(visible_to(user), pk=pk)
    access.require(user, perm)
    return title


def narrowed(
    rows: QuerySet[Title], *, on: date, kind: str = "", level: str = "", text: str = "", ended: bool = False
) -> QuerySet[Title]:
    """Those held on a day (``ended``: those that had ended by then), of a kind, a level, a name."""
    rows = rows.filter(to_on__lte=on) if ended else rows.filter(orgs.on_day(on))
    if kind:
        rows = rows.filter(kind=kind)
    if level:
        rows = rows.filter(level=level)
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(person__name__icontains=text) | Q(person__search_key__contains=text.lower())
        )
    return rows


def register_xlsx(rows: QuerySet[Title]) -> bytes:
    """The register as a table."""
    header = (_("姓名"), _("专业称号"), _("称号名称"), _("级别"), _("授予机关"), _("授予日期"), _("有效期至"))
    told = (
        (
            row.person.name, str(row.get_kind_display()), row.name, str(row.get_level_display()), row.granted_by,
            row.from_on, row.to_on,
        )
        for row in rows.iterator(chunk_size=2000)
    )  # fmt: skip
    return write_xlsx(_("专业称号登记册"), header, told)
