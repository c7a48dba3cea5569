"""去更正 leads the unit's own people to a page they may open and where the record is changed, or says who changes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.access import queries as access
from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Return
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from tests.core.collections.conftest import NOW as SENT
from tests.core.collections.conftest import ON, drafted


@pytest.fixture(autouse=True)
def _pack(cast: Any, clock: Any) -> None:
    policies.ship()
    clock.set(2026, 11, 18, 10)


def asked(cast: Any, *codes: str) -> Return:
    fields = {one.code: one for source in registry.book.fields.values() for one in source.fields}
    columns = [
        actions.ColumnWish(place=n, title=str(fields[code].title), field=code) for n, code in enumerate(codes, start=1)
    ]
    request = drafted(cast, columns=columns)
    request = actions.send(request=request, by=cast.actor("party_office"), on=ON, now=SENT)
    return Return.objects.get(request=request, org=cast.branch)


@pytest.mark.parametrize("name", ["branch_secretary", "organiser", "school_secretary"])
def test_every_way_that_is_offered_can_be_gone(cast: Any, client: Any, name: str) -> None:
    cast.login(client, name)
    user, gone = cast.accounts[name], {}
    for source in registry.book.fields.values():
        pk = cast.branch.pk if source.of == "unit" else cast.people[0].pk
        for one in source.fields:
            assert one.correct is not None
            if not one.perm or access.may(user, registry.book.perms[one.perm]):
                gone[one.correct(pk)] = 0
    for url in gone:
        gone[url] = client.get(url, follow=True).status_code
    assert {url: code for url, code in gone.items() if code != 200} == {}


def test_duties_are_put_right_on_the_year_of_the_body(cast: Any) -> None:
    fields = {one.code: one for one in registry.book.fields["obligations.units"].fields}
    assert {one.correct(7) for one in fields.values()} == {"/obligations/body/7/2026/"}


@pytest.mark.parametrize(
    ("code", "perm"),
    [
        ("orgs.name", "orgs.change"),
        ("people.secretary", "people.change"),
        ("people.sex", "people.change"),
        ("registers.honours", "registers.keep"),
        ("registers.contact", "registers.assign"),
        ("registers.rank", "registers.keep"),
    ],
)
def test_who_changes_a_record_is_declared(code: str, perm: str) -> None:
    fields = {one.code: one for source in registry.book.fields.values() for one in source.fields}
    assert fields[code].perm == perm


def test_who_may_not_change_it_is_told_who_does(cast: Any, client: Any) -> None:
    answer = asked(cast, "orgs.name", "people.members")
    cast.login(client, "branch_secretary")
    page = client.get(f"/collections/returns/{answer.pk}/").content.decode()
    assert "请党建办更正" in page
    assert f'href="/orgs/{cast.branch.pk}/"' not in page
    assert f"{reverse('people:roster')}?org={cast.branch.pk}" in page


def test_a_post_is_handed_over_from_the_page_of_posts(cast: Any, client: Any) -> None:
    cast.login(client, "branch_secretary")
    page = client.get("/people/posts/").content.decode()
    post = cast.accounts["branch_secretary"].person.posts.get()
    assert f'href="/people/posts/{post.pk}/succeed/"' in page
    cast.login(client, "inspector")
    assert f'href="/people/posts/{post.pk}/succeed/"' not in client.get("/people/posts/").content.decode()
