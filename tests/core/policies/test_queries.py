"""Which version governs which day; what a bureau's own edition changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.pack.change import Edit
from hongzhu.kit.packs import by_code

pytestmark = pytest.mark.django_db


def test_the_regime_of_schools_changes_with_2022(cast, shipped):
    before = queries.pack_for(cast.bureau, date(2021, 12, 31))
    since = queries.pack_for(cast.bureau, date(2022, 1, 1))

    assert "school_party_meeting" not in by_code(before.section("activities").kinds)
    assert "school_party_meeting" in by_code(since.section("activities").kinds)
    assert [r.code for r in before.section("people").regimes] == ["principal_responsibility"]
    assert by_code(since.section("people").regimes)["principal_responsibility"].to_on == date(2022, 1, 1)


def test_a_day_before_the_first_version_is_governed_by_the_first(cast, shipped):
    assert queries.version_on(cast.bureau, date(1999, 1, 1)).version == 1


def test_without_shipped_packs_there_is_no_pack(cast):
    with pytest.raises(queries.NoPack):
        queries.pack_for(cast.bureau, date(2026, 1, 1))


def test_repeated_calls_cost_one_light_query(cast, shipped, django_assert_num_queries):
    queries.pack_for(cast.bureau, date(2026, 1, 1))
    with django_assert_num_queries(1) as log:
        pack = queries.pack_for(cast.bureau, date(2026, 1, 1))
    assert '"body"' not in log[0]["sql"]
    assert pack.section("activities").kinds


def test_timeline_answers_many_days_in_one_query(cast, shipped, django_assert_num_queries):
    queries.timeline(cast.bureau)
    with django_assert_num_queries(1):
        line = queries.timeline(cast.bureau)
        answers = [
            line.on(date(2021, 12, 31)).version,
            line.on(date(2022, 1, 1)).version,
            line.on(date(1990, 1, 1)).version,
        ]
    assert answers == [1, 2, 1]
    assert [start for start, _pack in line.spans()] == [None, date(2022, 1, 1), date(2026, 1, 1)]


def test_own_edition_governs_from_its_day_and_only_its_bureau(cast, shipped):
    made = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 3, 1))
    edit = Edit("obligations", "duties", "lecture_quarterly", "count", 2)
    actions.edit(version=made, edits=[edit], by=cast.actor("party_office"), now=timezone.now())
    actions.publish(
        version=made,
        valid_from=date(2026, 4, 1),
        basis="青教党〔2026〕3号",
        by=cast.actor("party_office"),
        now=timezone.now(),
    )

    def count(bureau, day):
        return by_code(queries.pack_for(bureau, day).section("obligations").duties)["lecture_quarterly"].count

    assert count(cast.bureau, date(2026, 3, 31)) == 1
    assert count(cast.bureau, date(2026, 4, 1)) == 2
    assert count(cast.far_bureau, date(2026, 4, 1)) == 1


def test_a_draft_governs_nothing(cast, shipped):
    made = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 3, 1))
    assert queries.version_on(cast.bureau, date(2030, 1, 1)).pk != made.pk


def test_a_refused_edit_changes_nothing(cast, shipped):
    made = actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 3, 1))
    before = made.body
    with pytest.raises(ValidationError, match="太小"):
        actions.edit(
            version=made,
            edits=[Edit("obligations", "duties", "lecture_quarterly", "count", 0)],
            by=cast.actor("party_office"),
            now=timezone.now(),
        )
    made.refresh_from_db()
    assert made.body == before
