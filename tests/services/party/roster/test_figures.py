"""B38 in the demo: 24, 8 and 18 are counts of rows; other counts asked for come out, rows elsewhere change nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.core.measures import queries
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Membership, Post
from hongzhu.core.registers.models import Title
from tests.core.measures.test_figures import SIZES, TODAY

pytestmark = pytest.mark.django_db


def computed() -> dict[str, Any]:
    found = queries.figures(Bureau.objects.get(code="huaibei"), timezone.now())
    return {figure.code: figure.computed for figure in found if figure.row == "B38"}


def behind(code: str) -> list[Membership]:
    bureau, now = Bureau.objects.get(code="huaibei"), timezone.now()
    return list(queries.rows_behind(queries.open_figure(bureau, code, now), now))


def told(members: int, titled: int, in_posts: int) -> dict[str, int]:
    return {"B38_members": members, "B38_titled": titled, "B38_in_posts": in_posts}


def test_the_texts_own_figures_overlap_and_agree() -> None:
    fill.fill(TODAY, sizes=(SIZES["huaibei"],))
    assert computed() == told(24, 8, 18)
    figures = queries.figures(Bureau.objects.get(code="huaibei"), timezone.now())
    assert all(figure.agrees for figure in figures if figure.row == "B38")
    titled, posted = ({row.person_id for row in behind(code)} for code in ("B38_titled", "B38_in_posts"))
    assert len(titled) + len(posted) > 24
    assert titled & posted


@pytest.mark.parametrize("seed", [3, 29])
def test_other_counts_come_out_as_asked(seed: int) -> None:
    rng = random.Random(seed)
    members = rng.randint(9, 40)
    titled, in_posts = rng.randint(1, members), rng.randint(1, members)
    asked = replace(Counts(), branch_members=members, branch_titled=titled, branch_in_posts=in_posts)
    fill.fill(TODAY, sizes=(SIZES["huaibei"],), counts=asked)
    assert computed() == told(members, titled, in_posts)


def test_rows_gone_change_the_figure_and_rows_elsewhere_do_not() -> None:
    fill.fill(TODAY, sizes=(SIZES["huaibei"],))
    first = behind("B38_members")[0].org
    other = Membership.objects.filter(org__bureau=first.bureau, org__kind="BRANCH").exclude(org=first).order_by("pk")[0]
    both = ({row.person_id for row in behind("B38_titled")}, {row.person_id for row in behind("B38_in_posts")})

    Title.objects.create(
        bureau=first.bureau, person=other.person, kind="BACKBONE", level="CITY", from_on=date(2010, 1, 1)
    )
    Post.objects.filter(person=other.person).update(from_on=date(2010, 1, 1))
    assert computed() == told(24, 8, 18)

    one = next(iter(both[0] - both[1]))
    Title.objects.filter(person=one).update(to_on=date(2020, 12, 31))
    assert computed()["B38_titled"] == 7
    two = next(iter(both[1] - both[0]))
    Post.objects.filter(person=two).update(to_on=date(2020, 12, 31))
    assert computed()["B38_in_posts"] == 17
    Membership.objects.filter(person=two, org=first).update(to_on=date(2020, 12, 31))
    assert computed() == told(23, 7, 17)
    Membership.objects.filter(person=two, org=first).update(to_on=date(2021, 1, 1))
    assert computed()["B38_members"] == 24
