"""What a list or a pack stands on is one tap away: the document whose number it cites (A28)."""

from __future__ import annotations

from typing import Any

from hongzhu.core.documents import queries
from hongzhu.core.registers import actions as registers
from hongzhu.core.registers.queries import names
from tests.core.documents.conftest import ON, issued, signed


def test_a_number_in_a_sentence_is_found(stage: Any, django_assert_num_queries: Any) -> None:
    document = issued(stage)
    text = f"依据{document.number}第三条"
    user = stage.accounts["party_office"]
    assert queries.cited(user, [text]) == {text: document}
    queries.visible_to(user)
    with django_assert_num_queries(0):
        assert queries.cited(user, ["局务会议定", ""]) == {}


def test_ten_is_not_one_and_a_draft_is_not_cited(stage: Any) -> None:
    document = issued(stage)
    longer = document.number.replace("〕1号", "〕10号")
    assert longer != document.number
    user = stage.accounts["party_office"]
    assert queries.cited(user, [longer]) == {}
    draft = signed(stage)
    type(draft).objects.filter(pk=draft.pk).update(number=longer)
    assert queries.cited(user, [longer]) == {}


def test_what_one_may_not_see_is_not_linked(stage: Any) -> None:
    document = issued(stage)
    assert queries.cited(stage.accounts["outsider"], [document.number]) == {}


def test_the_list_of_names_leads_to_the_paper(stage: Any, client: Any, monkeypatch: Any) -> None:
    document = issued(stage)
    type(stage.bureau).objects.filter(pk=stage.bureau.pk).update(pack="jinan")
    stage.bureau.refresh_from_db()
    spec = next(one.spec for one in names.lists(stage.bureau, ON))
    registers.add_name(
        bureau=stage.bureau,
        code=spec.code,
        text="重点工作",
        document=document.number,
        by=stage.actor("party_office"),
        on=ON,
    )
    stage.login(client, "party_office")
    monkeypatch.setattr("hongzhu.core.registers.views.groups.timezone.localdate", lambda: ON)
    assert f'href="/documents/{document.pk}/"' in client.get("/registers/names/").content.decode()
