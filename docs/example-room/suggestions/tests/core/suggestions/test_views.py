"""The pages: what is typed arrives, a refused answer says why, the list asks the same number of questions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.suggestions import actions, desk, queries
from hongzhu.core.suggestions.models import Suggestion
from tests.core.suggestions.doors import TYPED, a_suggestion

DAY = date(2026, 11, 20)
LIST = "suggestions:suggestion_list"


def test_handing_in_and_answering(cast: Any, client: Any) -> None:
    cast.login(client, "member")
    answer = client.post(reverse("suggestions:suggestion_new"), TYPED)
    made = Suggestion.objects.get()
    assert answer.url == reverse(LIST)
    assert (made.org, made.text) == (cast.branch, TYPED["text"])

    cast.login(client, "party_office")
    assert [item.title for item in desk.waiting(cast.party_office, DAY)] == [str(made)]
    assert "许青原" not in client.get(reverse("suggestions:suggestion", args=[made.pk])).content.decode()
    client.post(reverse("suggestions:suggestion_reply", args=[made.pk]), {"text": "下一版加"})
    assert desk.waiting(cast.party_office, DAY) == []

    cast.login(client, "member")
    page = client.get(reverse("suggestions:suggestion", args=[made.pk])).content.decode()
    assert "下一版加" in page


def test_nothing_typed_is_lost(cast: Any, client: Any) -> None:
    cast.login(client, "member")
    page = client.post(reverse("suggestions:suggestion_new"), TYPED | {"about": ""})

    assert page.status_code == 200
    assert TYPED["text"] in page.content.decode()
    assert not Suggestion.objects.exists()


def test_a_second_answer_is_refused_in_words(cast: Any, client: Any) -> None:
    made = a_suggestion(cast)
    actions.reply(suggestion=made, text="照办", by=cast.actor("party_office"), on=DAY)
    cast.login(client, "party_office")

    page = client.post(reverse("suggestions:suggestion_reply", args=[made.pk]), {"text": "不办"}).content.decode()

    assert "已经答复过" in page
    assert "不办" in page


def test_only_ones_own_and_ones_part_of_the_tree(cast: Any) -> None:
    made = a_suggestion(cast)
    assert list(queries.visible_to(cast.member)) == [made]
    assert list(queries.visible_to(cast.party_office)) == [made]
    for name in ("branch_secretary", "neighbour", "outsider", "inspector", "system_admin"):
        assert list(queries.visible_to(cast.accounts[name])) == []
    assert desk.waiting(cast.member, DAY) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_list_has_a_fixed_number_of_queries(
    cast: Any, client: Any, django_assert_max_num_queries: Any, rows: int
) -> None:
    for _row in range(rows):
        a_suggestion(cast)
    cast.login(client, "party_office")

    with django_assert_max_num_queries(14):
        page = client.get(reverse(LIST))

    assert len(page.context["rows"]) == rows
    assert desk.suggestion_url(7) == "/suggestions/7/"
