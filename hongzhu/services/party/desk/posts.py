"""What waits in posts and promises; a member's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Due, Fact
from hongzhu.services.party import rules
from hongzhu.services.party.models import MemberPost
from hongzhu.services.party.queries import posts
from hongzhu.services.party.rules import posts as post_rules


@registry.link("party.memberpost")
def post_url(pk: int) -> str:
    return reverse("party:posts_page", args=[pk])


@registry.link("party.postplace")
def place_url(pk: int) -> str:
    return reverse("party:posts_place", args=[pk])


@registry.link("party.promise")
def promise_url(pk: int) -> str:
    return reverse("party:posts_promise_page", args=[pk])


@registry.waiting("party_posts")
def waiting(user: Any, today: date) -> list[Due]:
    """The own promise sent back; for who keeps a branch: claims to agree to, posts nobody has looked at for a year,
    promises reported kept by others. Four queries beside the scope.
    """
    found = []
    mine = posts.own_promises(user.person_id).filter(done_on__isnull=True).exclude(returned_for="")
    if access.may(user, post_rules.OWN) and mine.exists():
        url = reverse("party:posts_own")
        found.append(Due(title=_("我的承诺"), text=_("支部退回，补充后再报"), url=url, action=_("补充")))
    if not access.may(user, rules.KEEP):
        return found
    rows = posts.visible_to(user).filter(access.within(user, rules.KEEP, "org"))
    words = (("claims", _("认领的岗位待同意"), _("同意")), ("review", _("满一年没有复核的岗位"), _("复核")))
    for state, title, action in words:
        if count := posts.narrowed(rows, today, state=state).count():
            url = f"{reverse('party:posts_list')}?state={state}"
            found.append(Due(title=title, text=_("%(n)s个") % {"n": count}, url=url, action=action))
    reported = posts.to_confirm(posts.visible_promises(user)).filter(access.within(user, rules.KEEP, "org"))
    years = list(reported.exclude(person=user.person_id).order_by().values_list("year", flat=True))
    for year in sorted(set(years)):
        url = f"{reverse('party:posts_promise_list')}?state=reported&year={year}"
        text = _("%(n)s项") % {"n": years.count(year)}
        found.append(Due(title=_("党员报了兑现的承诺"), text=text, url=url, action=_("确认")))
    return found


@registry.personal("party_posts", title=gettext_lazy("岗位与承诺"), order=45)
def own_facts(person: Any, on: date) -> list[Fact]:
    """Posts held and this year's promise. Two queries."""
    held = MemberPost.objects.filter(person=person, to_on__isnull=True).count()
    promise = posts.own_promises(person.pk).filter(year=on.year).first()
    url = reverse("party:posts_own")
    return [
        Fact(_("示范岗与责任区"), held, url, _("个")),
        Fact(_("今年的承诺"), promise.item if promise else _("还没有"), url, chip=post_rules.promise_chip(promise)),
    ]
