"""One person by what somebody types: a list of thousands of names is no list to choose from, and hides namesakes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Engagement, Membership, Person

HINT = gettext_lazy("写全名或工号；有同名的，在名字后面空一格写单位")
SHOWN = 6


def one_of(people: QuerySet[Person], text: str) -> Person:
    """The person meant by a name, a staff number, or a name with its unit or month of birth (韩知微 柳林小学).

    ValidationError, with whom it may have meant, when that is nobody or several. Three queries at most.
    """
    text = " ".join(text.split())
    found = list(people.filter(Q(name=text) | Q(staff_no=text)).distinct()[: SHOWN + 1]) if text else []
    name, _space, rest = text.partition(" ")
    if not found and rest:
        found = _with(people.filter(name=name), rest)
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(
            _("有%(count)s位“%(name)s”，请在名字后面空一格写单位或出生年月，或填工号：%(people)s")
            % {"count": len(found), "name": text, "people": _told(found)}
        )
    near = list(people.filter(Q(name__icontains=name) | Q(search_key__contains=name.lower())).distinct()[:SHOWN])
    if near:
        raise ValidationError(_("没有叫“%(name)s”的人。是不是：%(people)s") % {"name": text, "people": _told(near)})
    raise ValidationError(_("没有叫“%(name)s”的人，请核对姓名，或先登记这个人。") % {"name": text})


def _with(people: QuerySet[Person], rest: str) -> list[Person]:
    on = timezone.localdate()
    works = Engagement.objects.filter(orgs.on_day(on), unit__name__contains=rest).values("person")
    belongs = Membership.objects.filter(orgs.on_day(on), org__name__contains=rest).values("person")
    there = list(people.filter(Q(pk__in=works) | Q(pk__in=belongs) | Q(staff_no=rest)).distinct()[: SHOWN + 1])
    return there or [one for one in people.distinct() if one.born_on and one.born_on.isoformat().startswith(rest)]


def _told(people: list[Person]) -> str:
    """“韩知微 柳林小学 1990-04”: enough to tell namesakes apart, and to type."""
    units: dict[int, str] = dict(
        Engagement.objects.filter(
            orgs.on_day(timezone.localdate()), person__in=people, relation="WORKPLACE"
        ).values_list("person", "unit__name")
    )
    words: list[Any] = [
        " ".join(filter(None, (one.name, units.get(one.pk, ""), f"{one.born_on:%Y-%m}" if one.born_on else "")))
        for one in people[:SHOWN]
    ]
    return str(_("、").join(words))
