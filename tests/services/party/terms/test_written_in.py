"""另选他人: whom voters wrote on the ballot is counted with the candidates, and elected like them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Post
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.actions.terms import Votes
from hongzhu.services.party.models import Election, ElectionSeat
from hongzhu.services.party.queries import terms as queries
from hongzhu.services.party.queries import terms_paper as paper

from . import stage
from .stage import CONFIRMED, HELD, REPORTED, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


def seats(election: Election) -> list[tuple[str, int | None, bool, bool]]:
    rows = queries.candidates(election)
    return [(row.person.name, row.votes, row.elected, row.written_in) for row in rows]


def test_a_name_written_in_takes_a_seat_and_its_post(cast: Any) -> None:
    """Three seats, four candidates, and a fifth of whom six of eight wrote the name."""
    election = stage.allowed(cast)
    other = cast.people[5]
    stage.hold(cast, election, 8, 7, 2, 1, others=[(other, Votes(6, None, "PUBLICITY"))])
    names = [person.name for person in cast.people[:4]]
    assert seats(election) == [
        (names[0], 8, True, False), (names[1], 7, True, False), (names[2], 2, False, False),
        (names[3], 1, False, False), (other.name, 6, True, True),
    ]  # fmt: skip
    assert [row.person.name for row in queries.printed(election)] == names
    election.refresh_from_db()
    actions.report(election=election, number="4号", by=cast.actor("branch_secretary"), on=REPORTED, today=TODAY)
    actions.confirm(election=election, number="9号", by=cast.actor("district_officer"), on=CONFIRMED, today=TODAY)
    assert Post.objects.get(person=other, org=cast.branch, to_on__isnull=True).kind == "PUBLICITY"


def test_held_again_the_lines_take_the_place_of_the_last(cast: Any) -> None:
    election = stage.allowed(cast)
    stage.hold(cast, election, 8, 7, 2, 1, others=[(cast.people[5], Votes(6)), (cast.people[6], Votes(0))])
    stage.hold(cast, election, votes={}, others=[(cast.people[6], Votes(5))])
    assert [row for row in seats(election) if row[3]] == [(cast.people[6].name, 5, True, True)]
    assert ElectionSeat.objects.get(written_in=True).kind == "COMMITTEE_MEMBER"
    stage.hold(cast, election, votes={})
    assert not ElectionSeat.objects.filter(written_in=True).exists()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([(0, 3)], "唐见山已是候选人，得票请填在候选人名下"),
        ([(5, 3), (5, 2)], "有人写了两次"),
        ([(8, 3)], "苏念慈在2026年10月28日不是本组织的正式党员，没有被选举权，得票不算"),
        ([(4, 1), (5, 1), (6, 1), (7, 1)], "另选他人最多登记3人"),
        ([(5, 9)], "有人的得票多于有效票"),
        ([(5, 2)], "得票总数超过"),
        ([(5, 0, "HEAD")], "另选他人的职务只能是"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(cast: Any, lines: list[Any], words: str) -> None:
    election = stage.allowed(cast)
    before = (list(ElectionSeat.objects.order_by("pk").values()), Entry.objects.count())
    others = [(cast.people[place], Votes(votes, None, *kind)) for place, votes, *kind in lines]
    with pytest.raises(ValidationError, match=words):
        stage.hold(cast, election, 8, 8, 6, 1, others=others)
    assert before == (list(ElectionSeat.objects.order_by("pk").values()), Entry.objects.count())


def test_candidates_must_still_be_enough_without_them(cast: Any) -> None:
    election = stage.allowed(cast)
    election.candidates.order_by("id").last().delete()
    with pytest.raises(ValidationError, match="候选人要有4人"):
        stage.hold(cast, election, 8, 7, 6, others=[(cast.people[5], Votes(1))])


def text(data: bytes) -> str:
    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in made.paragraphs), *cells])


def test_papers_of_before_name_the_candidates_the_report_also_them(cast: Any) -> None:
    election, other = stage.allowed(cast), cast.people[5].name
    stage.hold(cast, election, 8, 7, 2, 1, others=[(cast.people[5], Votes(6))])
    election.refresh_from_db()
    for build in (paper.request, paper.reply, paper.ballot):
        assert other not in text(build(election)) and cast.people[0].name in text(build(election))
    assert f"{other}（另选）得赞成票6票，当选" in text(paper.result_report(election))


def test_the_form_takes_three_lines_and_shows_them_again(cast: Any, client: Any) -> None:
    election, other = stage.allowed(cast), cast.people[5].name
    cast.login(client, "branch_secretary")
    url = reverse("party:election_hold", args=[election.pk])
    form = client.get(url).context["form"]
    assert len(form.written) == 3 and not form.has_written
    told = {"on": HELD.isoformat(), "entitled": 8, "present": 8, "issued": 8, "returned": 8, "valid": 8}
    for row, votes in zip(form.ballot, (8, 7, 2, 1), strict=True):
        told |= {f"votes_{row.pk}": votes, f"kind_{row.pk}": row.kind}
    line = {"other_name_1": other, "other_votes_1": 6, "other_kind_1": "PUBLICITY"}

    def fault(**given: Any) -> tuple[dict[str, Any], bool]:
        form = client.post(url, told | given).context["form"]
        return dict(form.errors), form.has_written

    assert fault(other_name_2=other) == ({"other_votes_2": ["请填这个人的得票。"]}, True)
    assert fault(other_votes_3=1) == ({"other_name_3": ["请填这些票选的是谁。"]}, True)
    errors, shown = fault(other_name_1="没有此人", other_votes_1=1)
    assert "没有叫“没有此人”的人" in errors["other_name_1"][0] and shown
    assert not ElectionSeat.objects.filter(votes__isnull=False).exists()

    page = client.post(url, told | line, follow=True).content.decode()
    assert "已登记选举结果" in page and f'{other} <small class="hz-soft">另选他人</small>' in page
    form = client.get(url).context["form"]
    again = [field.value() for field in form.written[0]]
    assert again == [other, 6, "PUBLICITY", None] and form.has_written
