"""无此情况 wipes nothing: not what a colleague saved, not what was handed in, not what stands on the page unsaved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Line, Return
from tests.core.collections.conftest import NOW, ON, return_of, sent, submitted
from tests.core.collections.test_views import page, post

Status = Return.Status


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any) -> None:
    clock.set(2026, 11, 18, 10)


def kept(cast: Any, answer: Return, given: Any = None) -> Return:
    """A draft of the organiser's: three cells in two rows of free rows, one of a unit's."""
    return actions.keep(answer=answer, given=given or {0: {"7": 3}}, version=0, by=cast.actor("organiser"), on=ON)


def none(cast: Any, answer: Return, version: int) -> Return:
    return actions.hand_in_none(
        answer=answer, version=version, by=cast.actor("branch_secretary"), on=ON, now=NOW
    )  # fmt: skip


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(token|seen|version|rows)" value="([^"]*)"', text))


def stands(answer: Return, status: str, *given: dict[str, Any]) -> None:
    """Nothing was written: the status and what is saved are the same."""
    answer.refresh_from_db()
    assert answer.status == status
    assert [line.given for line in Line.objects.filter(answer=answer).order_by("place")] == list(given)
    assert Entry.objects.latest("seq").did != "collections.hand_in_none"


class TestActions:
    @pytest.mark.parametrize("given", [{0: {"7": 3}}, {0: {"7": 3}, 1: {"7": 0, "8": "旧"}}])
    def test_what_a_colleague_saved_is_counted_and_stays(self, cast: Any, given: Any) -> None:
        answer = kept(cast, return_of(sent(cast, about="FREE"), cast.branch), given)
        cells = sum(len(row) for row in given.values())
        with pytest.raises(ValidationError, match=f"没有报：这张表里已填了{cells}格。确实没有要报的，请先清空再报"):
            none(cast, answer, 1)
        stands(answer, Status.WAITING, *given.values())

    def test_an_emptied_draft_is_reported(self, cast: Any) -> None:
        answer = kept(cast, return_of(sent(cast), cast.branch))
        actions.keep(answer=answer, given={0: {}}, version=1, by=cast.actor("organiser"), on=ON)
        assert none(cast, answer, 2).status == Status.NONE

    def test_what_was_handed_in_stays(self, cast: Any) -> None:
        answer = submitted(cast, sent(cast))
        with pytest.raises(ValidationError, match="已填了1格"):
            none(cast, answer, 1)
        stands(answer, Status.SUBMITTED, {"7": 3})

    def test_rows_of_people_that_were_handed_in_are_sent_back_first(self, cast: Any) -> None:
        columns = [actions.ColumnWish(place=1, title="姓名", field="t.person")]
        answer = submitted(cast, sent(cast, columns=columns, about="MEMBER"), given={})
        with pytest.raises(ValidationError, match="里面有9人。确实没有要报的，请联系青禾县教育局退回修改后再报"):
            none(cast, answer, 1)
        stands(answer, Status.SUBMITTED, *[{}] * 9)
        actions.send_back(answer=answer, reason="没有要报的", by=cast.actor("party_office"), on=ON, now=NOW)
        assert none(cast, answer, 2).status == Status.NONE

    @pytest.mark.parametrize(("version", "taken"), [(0, True), (1, False), (-1, False)])
    def test_of_the_version_that_was_seen(self, cast: Any, version: int, taken: bool) -> None:
        answer = return_of(sent(cast), cast.branch)
        if taken:
            assert none(cast, answer, version).status == Status.NONE
        else:
            with pytest.raises(ValidationError, match="刚刚保存过这份表"):
                none(cast, answer, version)
            stands(answer, Status.PREFILLED)

    def test_a_report_with_words_is_none_of_it(self, cast: Any) -> None:
        answer = return_of(sent(cast, kind="REPORT"), cast.branch)
        part = answer.request.parts.get(place=2)
        actions.submit_report(
            answer=answer, texts={part.pk: "书记培训少。"}, plan=[], version=0, by=cast.actor("organiser"), on=ON, now=NOW,
            hand_in=False,
        )  # fmt: skip
        with pytest.raises(ValidationError, match="已填了1格"):
            none(cast, answer, 1)


class TestPage:
    def tried(self, client: Client, answer: Return, **data: Any) -> str:
        """What the page gives back: nothing was written."""
        entries = Entry.objects.count()
        shown = post(client, "return_none", answer.pk, **data)
        assert shown.status_code == 200
        assert Entry.objects.count() == entries
        text: str = shown.content.decode()
        assert f'action="{reverse("collections:return_page", args=[answer.pk])}"' in text
        return text

    def test_the_button_sends_the_tables_own_form_and_enter_does_not_press_it(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        address = f'formaction="{reverse("collections:return_none", args=[answer.pk])}"'
        for _time in range(2):
            text = page(client, "return_page", answer.pk).content.decode()
            form = text[text.index('<form id="answer"') :]
            buttons = re.findall(r"<button[^>]*>", form[: form.index("</form>")])
            assert [address in button for button in buttons].index(True) > 0
            submitted(cast, request)

    def test_what_is_typed_and_not_saved_comes_back(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        given = hidden(page(client, "return_page", answer.pk).content.decode())
        text = self.tried(client, answer, **given, r0_7="三台半", r0_8="旧")
        assert "没有报：这张表里已填了2格。确实没有要报的，请先清空再报。已填内容还在。" in text
        assert 'value="三台半"' in text and 'value="旧"' in text
        assert "还没有填" not in self.tried(client, answer, **given, r0_7="", r0_8="旧")
        stands(answer, Status.PREFILLED)

    def test_a_colleagues_draft_comes_up_and_stays_however_often_it_is_tapped(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        given = hidden(page(client, "return_page", answer.pk).content.decode())
        kept(cast, answer)
        text = self.tried(client, answer, **given, r0_7="", r0_8="旧")
        assert "周予安刚刚保存过" in text and "对方填的是：3" in text
        assert re.search(r'name="r0_7" value="3"', text) and 'value="旧"' in text
        text = self.tried(client, answer, **hidden(text), r0_7="3", r0_8="")
        assert "已填了1格" in text
        # Nor by a form that does not show the cells at all.
        assert "已填了1格" in self.tried(client, answer, version="1")
        stands(answer, Status.PREFILLED, {"7": 3})

    @pytest.mark.parametrize("begun", ["draft", "handed in"])
    def test_emptied_on_the_page_it_is_reported(self, cast: Any, client: Client, begun: str) -> None:
        request = sent(cast)
        answer = kept(cast, return_of(request, cast.branch)) if begun == "draft" else submitted(cast, request)
        cast.login(client, "branch_secretary")
        given = hidden(page(client, "return_page", answer.pk).content.decode())
        assert post(client, "return_none", answer.pk, **given, r0_7="", r0_8=" ").status_code == 302
        answer.refresh_from_db()
        assert (answer.status, Line.objects.get(answer=answer).given) == (Status.NONE, {})

    def test_a_choice_once_saved_can_be_taken_back(self, cast: Any, client: Client) -> None:
        column = actions.ColumnWish(place=1, title="有没有", type="CHOICE", options=("有", "没有"), required=True)
        answer = return_of(sent(cast, columns=[column]), cast.branch)
        cast.login(client, "branch_secretary")
        blank = '<input type="radio" name="r0_1" value=""'
        assert blank not in page(client, "return_page", answer.pk).content.decode()
        kept(cast, answer, {0: {"1": "有"}})
        text = page(client, "return_page", answer.pk).content.decode()
        assert blank in text
        assert post(client, "return_none", answer.pk, **hidden(text), r0_1="").status_code == 302

    def test_a_second_tap_and_one_on_a_page_of_before_it_change_nothing(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        given = hidden(page(client, "return_page", answer.pk).content.decode())
        assert [post(client, "return_none", answer.pk, **given).status_code for _tap in range(2)] == [302, 302]
        entries = Entry.objects.count()
        assert "刚刚保存过" in self.tried(client, answer, **given, r0_8="旧")
        assert Entry.objects.count() == entries

    def test_a_report_says_so_on_its_page(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast, kind="REPORT"), cast.branch)
        cast.login(client, "branch_secretary")
        assert post(client, "return_none", answer.pk).url == reverse("collections:return_page", args=[answer.pk])
        stands(answer, answer.status)
