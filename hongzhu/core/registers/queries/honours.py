"""The honours register (C23)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Honour
from hongzhu.kit.perms import Perm
from hongzhu.kit.tables.write import write_xlsx


def visible_to(user: Any) -> QuerySet[Honour]:
    """Honours of bodies in the user's part and of the people there."""
    if not access.may(user, rules.VIEW):
        return Honour.objects.none()
    mine = access.within(user, rules.VIEW, "org") | Q(person__in=access.visible_people(user).order_by().values("pk"))
    return (
        Honour.objects.filter(mine, bureau=access.bureau_of(user))
        .select_related("org", "person")
        .order_by("-granted_on", "-id")
    )


def open_honour(user: Any, pk: int, perm: Perm = rules.VIEW) -> Honour:
    """The door of one honour; changing it is asked at its body, or at the role for a person in view."""
    honour: Honour = get_object_or_404(visible_to(user), pk=pk)
    if honour.org is not None:
        access.check(user, perm, honour.org)
    else:
        access.require(user, perm)
    return honour


def narrowed(rows: QuerySet[Honour], *, level: str = "", year: int | None = None, text: str = "") -> QuerySet[Honour]:
    if level:
        rows = rows.filter(level=level)
    if year:
        rows = rows.filter(granted_on__year=year)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(org__name__icontains=text) | Q(person__name__icontains=text))
    return rows


def of_year(user: Any, org: Org, on: date) -> QuerySet[Honour]:
    """What a body, and the Party organisations living in it, were granted in the calendar year of ``on``."""
    hosted = Org.objects.filter(orgs.on_day(on, "hostings__"), hostings__unit=org).values("pk")
    return visible_to(user).filter(
        Q(org=org) | Q(org__in=hosted), granted_on__year=on.year, granted_on__lte=on, revoked_on__isnull=True
    )


def register_xlsx(rows: QuerySet[Honour]) -> bytes:
    """The register as a table."""
    header = (
        _("荣誉名称"), _("单位"), _("个人"), _("级别"), _("授予机关"), _("授予日期"), _("文号"), _("有效期至"), _("荣誉撤销日期"),
    )  # fmt: skip
    told = (
        (
            row.title, row.org.name if row.org else "", row.person.name if row.person else "", row.get_level_display(),
            row.granted_by, row.granted_on, row.document, row.valid_to, row.revoked_on,
        )
        for row in rows.iterator(chunk_size=2000)
    )  # fmt: skip
    return write_xlsx(_("荣誉登记册"), header, told)
