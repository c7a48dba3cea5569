"""一肩挑 moves by one record: the posts that go along, where they begin, what is refused, what the form asks."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Hosting, Org
from hongzhu.core.people.models import Post
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import cadres as actions
from hongzhu.services.party.models import CadreMove, FurtherPost
from hongzhu.services.party.queries import cadres
from hongzhu.services.party.queries import sending_paper as papers

TODAY = date(2026, 11, 20)
ON = date(2026, 11, 16)
NEW = "/party/sending/cadres/new/"


@pytest.fixture
def stage(cast: Any) -> Any:
    """唐见山 is secretary of the branch and head of its school."""
    policies.ship()
    Post.objects.create(person=head(cast), org=cast.school, kind="PRINCIPAL", from_on=date(2020, 9, 1))
    return cast


def head(cast: Any) -> Any:
    return cast.branch_secretary.person


def post(cast: Any, kind: str) -> Post:
    return Post.objects.get(person=head(cast), kind=kind, to_on__isnull=True)


def held(cast: Any) -> set[tuple[str, int]]:
    return set(Post.objects.filter(person=head(cast), to_on__isnull=True).values_list("kind", "org"))


def move(cast: Any, **more: Any) -> CadreMove:
    told: dict[str, Any] = {
        "bureau": cast.bureau, "person": head(cast), "kind": "EXCHANGE", "from_org": cast.school,
        "from_post": "PRINCIPAL", "to_org": cast.other_school, "to_post": "PRINCIPAL",
        "along": [post(cast, "SECRETARY")], "by": cast.actor("party_office"),
    }  # fmt: skip
    return actions.open_move(**told | more)


def effect(cast: Any, row: CadreMove) -> CadreMove:
    by = {"by": cast.actor("party_office"), "today": TODAY}
    actions.inspect_cadre(move=row, on=date(2026, 11, 2), **by)
    actions.deliberate_move(move=row, on=date(2026, 11, 5), **by)
    return actions.effect_move(move=row, on=ON, number="", **by)


def refused(write: Any, *args: Any, **call: Any) -> str:
    def state() -> Any:
        rows = [list(model.objects.order_by("pk").values()) for model in (CadreMove, FurtherPost, Post)]
        return rows, Entry.objects.count()

    before = state()
    with pytest.raises(ValidationError) as caught:
        write(*args, **call)
    assert state() == before
    return str(caught.value.messages[0])


def test_one_record_ends_both_posts_and_begins_both(stage: Any) -> None:
    row = effect(stage, move(stage))
    assert held(stage) == {("PRINCIPAL", stage.other_school.pk), ("SECRETARY", stage.other_branch.pk)}
    ended = Post.objects.filter(person=head(stage), to_on=ON)
    assert set(ended.values_list("kind", "org")) == {("PRINCIPAL", stage.school.pk), ("SECRETARY", stage.branch.pk)}
    assert set(Post.objects.filter(person=head(stage), to_on=None).values_list("from_on", flat=True)) == {ON}
    assert CadreMove.objects.get() == row
    entry = Entry.objects.latest("seq")
    assert entry.did == "party.effect_move"
    assert str(stage.other_branch.pk) in entry.detail and "SECRETARY" in entry.detail


def test_from_the_party_side_the_school_post_goes_along(stage: Any) -> None:
    told = {"from_org": stage.branch, "from_post": "SECRETARY", "to_org": stage.other_branch, "to_post": "SECRETARY"}
    effect(stage, move(stage, along=[post(stage, "PRINCIPAL")], **told))
    assert held(stage) == {("PRINCIPAL", stage.other_school.pk), ("SECRETARY", stage.other_branch.pk)}


def test_what_is_not_ticked_stays(stage: Any) -> None:
    effect(stage, move(stage, along=[]))
    assert held(stage) == {("PRINCIPAL", stage.other_school.pk), ("SECRETARY", stage.branch.pk)}
    assert not FurtherPost.objects.exists()


def test_who_is_relieved_leaves_both(stage: Any) -> None:
    effect(stage, move(stage, kind="RELIEVE", to_org=None, to_post=""))
    assert held(stage) == set()
    assert FurtherPost.objects.get().to_org is None


@pytest.mark.parametrize("acting", [True, False])
def test_who_minded_the_work_goes_on_minding_it(stage: Any, acting: bool) -> None:
    Post.objects.filter(person=head(stage), kind="SECRETARY").update(acting=acting)
    effect(stage, move(stage))
    assert post(stage, "SECRETARY").acting is acting


def test_a_target_without_a_party_organisation_is_refused(stage: Any) -> None:
    Hosting.objects.filter(org=stage.other_branch).update(to_on=date(2026, 1, 1))
    told = refused(move, stage)
    assert "“双桥小学”还没有党组织" in told and "已填内容还在" in told
    assert move(stage, along=[]).pk  # without the tick it goes


def another_body(cast: Any, kind: str, *hosts: Org) -> Org:
    return orgs.set_up(
        kind=kind, name=f"双桥{kind}", parent=cast.committee, hosts=hosts, belongs_to=cast.committee,
        guided_by=cast.committee, bureau=cast.bureau, by=cast.actor("party_office"), on=date(2019, 1, 1),
    )  # fmt: skip


def test_two_branches_are_refused_and_one_above_them_takes_the_post(stage: Any) -> None:
    another_body(stage, "BRANCH", stage.other_school)
    assert "“双桥小学”有几个党组织" in refused(move, stage)
    above = another_body(stage, "GENERAL_BRANCH", stage.other_school)
    effect(stage, move(stage))
    assert ("SECRETARY", above.pk) in held(stage)


def test_a_closed_branch_is_no_place(stage: Any) -> None:
    closed = another_body(stage, "GENERAL_BRANCH", stage.other_school)
    Org.objects.filter(pk=closed.pk).update(closed_on=date(2026, 1, 1))
    assert move(stage).further.get().to_org == stage.other_branch


@pytest.mark.parametrize("units", [0, 2])
def test_a_party_organisation_that_is_not_of_one_unit_takes_no_school_post(stage: Any, units: int) -> None:
    third = orgs.set_up(
        kind="SCHOOL", name="第三小学", parent=stage.root, stage="PRIMARY", sector="PUBLIC", bureau=stage.bureau,
        by=stage.actor("party_office"), on=date(2019, 1, 1),
    )  # fmt: skip
    joint = another_body(stage, "JOINT_BRANCH", stage.other_school, third)
    if not units:
        Hosting.objects.filter(org=joint).update(to_on=date(2026, 1, 1))
    told = {"from_org": stage.branch, "from_post": "SECRETARY", "to_org": joint, "to_post": "SECRETARY"}
    assert "不是只设在一个单位" in refused(move, stage, along=[post(stage, "PRINCIPAL")], **told)


def test_only_posts_of_the_unit_that_is_left_go_along(stage: Any) -> None:
    elsewhere = Post.objects.create(
        person=head(stage), org=stage.other_branch, kind="ORGANISER", from_on=date(2024, 1, 1)
    )
    assert "不在原单位" in refused(move, stage, along=[elsewhere])
    others = Post.objects.get(person=stage.school_secretary.person, kind="PRINCIPAL")
    assert "不在原单位" in refused(move, stage, along=[others])
    told = {"kind": "APPOINT", "from_org": None, "from_post": ""}
    assert "不在原单位" in refused(move, stage, **told)
    assert [one.kind for one in cadres.further_posts(head(stage), stage.school, "PRINCIPAL", stage.other_school)] == [
        "SECRETARY"
    ]


def test_within_one_unit_one_post_changes(stage: Any) -> None:
    for target in (stage.school, stage.branch):
        assert cadres.further_posts(head(stage), stage.school, "PRINCIPAL", target) == []


def test_a_further_post_lost_in_between_undoes_the_whole_effect(stage: Any) -> None:
    row = move(stage)
    by = {"by": stage.actor("party_office"), "today": TODAY}
    actions.inspect_cadre(move=row, on=date(2026, 11, 2), **by)
    actions.deliberate_move(move=row, on=date(2026, 11, 5), **by)
    Post.objects.filter(person=head(stage), kind="SECRETARY").update(to_on=date(2026, 11, 10))
    assert "不担任原职务“书记”" in refused(actions.effect_move, move=row, on=ON, number="", **by)
    assert post(stage, "PRINCIPAL").org == stage.school


@pytest.mark.parametrize(("on", "may"), [(date(2026, 11, 16), False), (date(2026, 11, 15), True)])
def test_a_further_post_begun_that_day_or_later_undoes_it_too(stage: Any, on: date, may: bool) -> None:
    Post.objects.filter(person=head(stage), kind="SECRETARY").update(from_on=on)
    row = move(stage)
    if may:
        assert effect(stage, row).effective_on == ON
    else:
        with pytest.raises(ValidationError, match="日期要晚于开始日期"):
            effect(stage, row)
        assert held(stage) == {("PRINCIPAL", stage.school.pk), ("SECRETARY", stage.branch.pk)}


def test_a_post_held_there_already_is_not_begun_twice(stage: Any) -> None:
    row = move(stage)
    Post.objects.create(person=head(stage), org=stage.other_branch, kind="SECRETARY", from_on=date(2024, 1, 1))
    with pytest.raises(ValidationError, match="已经在这个职务上"):
        effect(stage, row)
    assert ("PRINCIPAL", stage.school.pk) in held(stage)


def typed(cast: Any, **more: Any) -> dict[str, Any]:
    return {
        "person": "唐见山", "kind": "EXCHANGE", "from_org": cast.school.pk, "from_post": "PRINCIPAL",
        "to_org": cast.other_school.pk, "to_post": "PRINCIPAL",
    } | more  # fmt: skip


def asked(page: Any) -> dict[str, Any]:
    """The question as the page puts it: its mark, and what is ticked."""
    form = page.context["form"]
    return {"asked": form["asked"].value(), "along": form["along"].value()}


def test_the_form_asks_once_with_everything_ticked(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    page = client.post(NEW, typed(stage))
    secretary = post(stage, "SECRETARY")
    assert page.status_code == 200 and not CadreMove.objects.exists()
    text = page.content.decode()
    assert "柳林中心小学党支部 书记" in text and "一并变动的职务" in text and "还有别的职务" in text
    question = asked(page)
    assert question["along"] == [str(secretary.pk)]
    assert text.count(" checked") == 1
    assert 'href="#id_along_0"' in text  # from the summary to the question, at the end of a long form
    assert client.post(NEW, typed(stage, **question)).status_code == 302
    assert CadreMove.objects.get().further.get().kind == "SECRETARY"


def test_a_tick_taken_away_is_kept_away(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    question = asked(client.post(NEW, typed(stage)))
    assert client.post(NEW, typed(stage, asked=question["asked"])).status_code == 302
    assert not CadreMove.objects.get().further.exists()


def test_a_refusal_keeps_the_ticks(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    Hosting.objects.filter(org=stage.other_branch).update(to_on=date(2026, 1, 1))
    question = asked(client.post(NEW, typed(stage)))
    page = client.post(NEW, typed(stage, **question))
    assert "还没有党组织" in page.content.decode() and asked(page) == question


@pytest.mark.parametrize("wrong", [{"person": "没有这个人"}, {"kind": "RELIEVE", "to_org": "", "from_post": ""}])
def test_a_question_not_shown_again_is_put_again(stage: Any, client: Any, wrong: dict[str, Any]) -> None:
    stage.login(client, "party_office")
    question = asked(client.post(NEW, typed(stage)))
    page = client.post(NEW, typed(stage, **question | wrong))
    assert page.status_code == 200 and page.context["form"]["asked"].value() == ""
    assert "along" not in page.context["form"].fields
    again = client.post(NEW, typed(stage, asked=""))
    assert asked(again) == question and not CadreMove.objects.exists()


def test_whoever_has_come_to_hold_more_is_asked_again(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    question = asked(client.post(NEW, typed(stage)))
    teacher = Post.objects.create(person=head(stage), org=stage.school, kind="TEACHER", from_on=date(2026, 11, 1))
    page = client.post(NEW, typed(stage, **question))
    assert asked(page)["along"] == [str(post(stage, "SECRETARY").pk), str(teacher.pk)]
    assert client.post(NEW, typed(stage, **asked(page))).status_code == 302
    assert CadreMove.objects.get().further.count() == 2


def test_nobody_is_asked_about_nothing(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    told = {"person": "何以宁"}  # head of the school and nothing else
    assert client.post(NEW, typed(stage, **told)).status_code == 302
    assert not FurtherPost.objects.exists()


def test_page_list_excel_and_papers_name_all_posts(stage: Any, client: Any) -> None:
    row = move(stage)
    stage.login(client, "party_office")
    left, taken = "柳林中心小学 校（园）长、柳林中心小学党支部 书记", "双桥小学 校（园）长、双桥小学党支部 书记"
    for address in ("/party/sending/cadres/", f"/party/sending/cadres/{row.pk}/"):
        page = client.get(address).content.decode()
        assert left in page and taken in page
    book = openpyxl.load_workbook(io.BytesIO(client.get("/party/sending/cadres/export/").content))
    cells = {cell for line in book.active.iter_rows(values_only=True) for cell in line}
    assert {left, taken} <= cells
    request = docx.Document(io.BytesIO(papers.move_request(row, TODAY)))
    told = {cell.text for line in request.tables[0].rows for cell in line.cells}
    assert {left.replace(" ", ""), taken.replace(" ", "")} <= told
    notice = docx.Document(io.BytesIO(papers.move_notice(row, None)))
    text = "".join(line.text for line in notice.paragraphs)
    assert f"现任{left.replace(' ', '')}，拟任{taken.replace(' ', '')}。" in text


def test_the_list_asks_as_much_for_three_as_for_one(stage: Any, client: Any, django_assert_num_queries: Any) -> None:
    stage.login(client, "party_office")
    row = move(stage)
    client.get("/party/sending/cadres/")
    with CaptureQueriesContext(connection) as one:
        client.get("/party/sending/cadres/")
    for _number in range(2):
        row.pk = None
        row.save()
        for kind in ("SECRETARY", "ORGANISER"):
            FurtherPost.objects.create(move=row, kind=kind, from_org=stage.branch, to_org=stage.other_branch)
    with django_assert_num_queries(len(one)):
        page = client.get("/party/sending/cadres/")
    assert page.content.decode().count("双桥小学党支部 组织委员") == 2
