"""Scopes, the ways several bodies make one number, and headline figures beside their text."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from hongzhu.core.measures import queries
from hongzhu.core.measures.queries import MeasureScope
from hongzhu.core.orgs import actions as orgs_actions
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import actions as policies
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row
from tests.cast import SYSTEM

YEAR = Period.year(2026)
DAY = date(2026, 11, 20)


def run(scope: MeasureScope, **params: Any) -> dict[int, int | None]:
    return {row.org_id: row.value for row in queries.values("measures.sample", scope, YEAR, timezone.now(), **params)}


def test_a_scope_is_a_bureau_or_a_part_of_its_tree(cast: Any, publish: Any) -> None:
    publish({cast.school.pk: 3, cast.branch.pk: 4, cast.other_branch.pk: 5, cast.far_branch.pk: 6})
    here = MeasureScope(cast.bureau.pk)
    part = MeasureScope(cast.bureau.pk, orgs.path_of(cast.general_branch, DAY), DAY)
    before = MeasureScope(cast.bureau.pk, orgs.path_of(cast.general_branch, DAY), date(2018, 1, 1))

    assert run(here) == {cast.school.pk: 3, cast.branch.pk: 4, cast.other_branch.pk: 5}
    assert run(here, only="BRANCH") == {cast.branch.pk: 4, cast.other_branch.pk: 5}
    assert run(part) == {cast.branch.pk: 4}
    assert run(before) == {}
    assert run(MeasureScope(cast.far_bureau.pk)) == {cast.far_branch.pk: 6}


@pytest.mark.parametrize(("how", "expected"), [("sum", 9), ("min", 2), ("max", 4)])
def test_several_bodies_make_one_number(publish: Any, db: None, how: str, expected: int) -> None:
    publish({}, combine=how)
    assert queries.combined("measures.sample", [Row(1, 2), Row(2, 3), Row(3, 4)]) == expected
    assert queries.combined("measures.sample", [Row(1, 2), Row(2, None), Row(3, 3), Row(4, 4)]) == expected


def test_missing_is_not_zero(publish: Any, db: None) -> None:
    publish({})
    assert queries.combined("measures.sample", []) is None
    assert queries.combined("measures.sample", [Row(1, None)]) is None
    assert queries.combined("measures.sample", [Row(1, 0)]) == 0


def test_an_unknown_measure_is_named(db: None) -> None:
    with pytest.raises(KeyError, match=r"orgs.nothing: no such measure.*orgs\.set_up"):
        queries.measure("orgs.nothing")


def spec(**given: Any) -> Any:
    usual = {"code": "X01", "row": "B29", "text": "2个", "counts": "样本", "measure": "measures.sample",
             "params": {}, "scope": "bureau", "period": "2026"}  # fmt: skip
    return SimpleNamespace(**usual | given)


@pytest.mark.parametrize(
    ("text", "value", "agrees"),
    [("2个", 2, True), ("2个", 3, False), ("1600余", 1601, True), ("1600余", 1600, False), ("3节以上", 9, True)],
)
def test_a_figure_stands_beside_its_text(
    cast: Any, publish: Any, monkeypatch: pytest.MonkeyPatch, text: str, value: int, agrees: bool
) -> None:
    publish({cast.branch.pk: value, cast.far_branch.pk: 1000})
    monkeypatch.setattr(queries, "figure_specs", lambda bureau, on: (spec(text=text),))

    (figure,) = queries.figures(cast.bureau, timezone.now())

    assert (figure.computed, figure.agrees, figure.text, figure.bureau) == (value, agrees, text, cast.bureau.name)
    assert figure.title == "样本"


def test_without_a_record_nothing_agrees(cast: Any, publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    publish({})
    monkeypatch.setattr(queries, "figure_specs", lambda bureau, on: (spec(text="0个"),))
    (figure,) = queries.figures(cast.bureau, timezone.now())
    assert (figure.computed, figure.agrees) == (None, False)


def test_scope_of_one_kind_is_the_first_such_body_as_it_stood(cast: Any) -> None:
    scope = queries.scope_of(cast.bureau, "GENERAL_BRANCH", YEAR)
    inside = set(Org.objects.filter(scope.orgs("")).values_list("pk", flat=True))

    assert cast.branch.pk in inside
    assert cast.other_branch.pk not in inside
    assert not Org.objects.filter(queries.scope_of(cast.bureau, "UNION", YEAR).orgs("")).exists()
    assert not Org.objects.filter(queries.scope_of(cast.bureau, "GENERAL_BRANCH", Period.year(2015)).orgs("")).exists()
    assert queries.scope_of(cast.bureau, "bureau", YEAR) == MeasureScope(cast.bureau.pk)


def test_figures_come_from_the_bureaus_pack(cast: Any) -> None:
    assert queries.figures(cast.bureau, timezone.now()) == []

    policies.ship()
    bureau = orgs_actions.open_bureau(code="rc", name="样县教育局", pack="rencheng", by=SYSTEM, on=DAY).bureau
    found = queries.figures(bureau, timezone.now())

    assert {figure.measure for figure in found} == {
        "orgs.set_up", "party.admitted", "party.cadre_moves", "party.elections_completed",
    }  # fmt: skip
    assert not any(figure.agrees for figure in found)
    assert queries.open_figure(bureau, found[0].code, timezone.now()) == found[0]
    with pytest.raises(Http404):
        queries.open_figure(bureau, "Z99", timezone.now())


def test_rows_behind_a_figure_open_where_their_room_shows_them(
    cast: Any, publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish({cast.branch.pk: 1})
    monkeypatch.setattr(queries, "figure_specs", lambda bureau, on: (spec(),))
    figure = queries.open_figure(cast.bureau, "X01", timezone.now())

    (thing,) = queries.rows_behind(figure, timezone.now())

    assert thing == cast.branch
    assert queries.address_of(thing) == f"/units/{cast.branch.pk}/"
    assert queries.address_of(cast.bureau) == ""


def test_a_measure_without_rows_has_no_drill_down(cast: Any, publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    publish({})
    monkeypatch.setattr(queries, "figure_specs", lambda bureau, on: (spec(),))
    figure = queries.open_figure(cast.bureau, "X01", timezone.now())
    monkeypatch.setattr(queries, "measure", lambda code: SimpleNamespace(rows=None))
    with pytest.raises(Http404):
        queries.rows_behind(figure, timezone.now())


@pytest.mark.parametrize("name", ["district_officer", "branch_secretary", "member", "system_admin"])
def test_only_who_sees_the_whole_bureau(cast: Any, name: str) -> None:
    assert queries.open_bureau(cast.party_office) == cast.bureau
    with pytest.raises(PermissionDenied):
        queries.open_bureau(cast.accounts[name])


def test_an_officer_of_a_part_is_told_why(cast: Any) -> None:
    from hongzhu.core.access.models import Grant

    Grant.objects.filter(person=cast.section_officer.person).update(org=cast.general_branch)
    with pytest.raises(PermissionDenied, match="一部分"):
        queries.open_bureau(cast.section_officer)
