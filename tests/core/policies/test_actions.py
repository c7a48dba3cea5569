"""Shipping, drafting, numbers without gaps, calendars, terms, guides: what changes and what is refused."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.models import CalendarDay, MonthlyGuide, NumberSeries, PackVersion, SchoolTerm
from hongzhu.core.policies.pack import folder
from hongzhu.core.policies.pack.change import Edit

pytestmark = pytest.mark.django_db


def test_shipping_twice_changes_nothing():
    first = actions.ship()
    entries = Entry.objects.count()
    assert len(first) == 18
    assert actions.ship() == []
    assert (PackVersion.objects.count(), Entry.objects.count()) == (18, entries)


def test_a_changed_file_under_the_same_number_is_refused(tmp_path: Path):
    shutil.copytree(folder.PACKS / "national", tmp_path / "national")
    actions.ship(root=tmp_path)
    stored = list(PackVersion.objects.order_by("version").values_list("digest", flat=True))
    changed = tmp_path / "national" / "obligations.yaml"
    changed.write_text(changed.read_text(encoding="utf-8").replace("years: 5", "years: 4"), encoding="utf-8")
    folder.shipped.cache_clear()
    try:
        with pytest.raises(ValidationError, match="加一个新版本"):
            actions.ship(root=tmp_path)
    finally:
        folder.shipped.cache_clear()
    assert list(PackVersion.objects.order_by("version").values_list("digest", flat=True)) == stored


def draft(cast):
    return actions.draft(bureau=cast.bureau, by=cast.actor("party_office"), on=date(2026, 11, 20))


def publish(cast, version, **changes):
    given = {
        "valid_from": date(2027, 1, 1),
        "basis": "青教党〔2026〕3号",
        "by": cast.actor("party_office"),
        "now": timezone.now(),
    }
    return actions.publish(version=version, **(given | changes))


def test_one_open_draft_and_a_copy_of_the_version_in_force(cast, shipped):
    made = draft(cast)
    assert draft(cast).pk == made.pk
    assert made.extends == "national@3"
    assert made.body == queries.version_on(cast.bureau, date(2026, 11, 20)).body
    assert made.version == 4


def test_a_published_version_never_changes(cast, shipped):
    made = publish(cast, draft(cast))
    edit = [Edit("obligations", "duties", "theme_day_monthly", "count", 2)]
    with pytest.raises(ValidationError, match="不能再改"):
        actions.edit(version=made, edits=edit, by=cast.actor("party_office"), now=timezone.now())
    with pytest.raises(ValidationError, match="不能再改"):
        actions.discard(version=made, by=cast.actor("party_office"), on=date(2026, 11, 20))
    with pytest.raises(ValidationError, match="不能再改"):
        publish(cast, made)
    assert PackVersion.objects.get(pk=made.pk).body == made.body


def test_publishing_records_basis_and_day(cast, shipped):
    publish(cast, draft(cast))
    entry = Entry.objects.get(did="policies.publish")
    assert "青教党〔2026〕3号" in entry.detail
    assert "2027-01-01" in entry.detail


@pytest.mark.parametrize(("changes", "words"), [({"basis": "  "}, "依据"), ({"valid_from": date(2026, 6, 30)}, "晚于")])
def test_publishing_needs_a_basis_and_a_later_day(cast, shipped, changes, words):
    publish(cast, draft(cast), valid_from=date(2026, 7, 1))
    second = draft(cast)
    with pytest.raises(ValidationError, match=words):
        publish(cast, second, **changes)
    assert PackVersion.objects.get(pk=second.pk).status == "DRAFT"


def test_discarding_leaves_the_version_in_force(cast, shipped):
    before = queries.version_on(cast.bureau, date(2026, 11, 20)).pk
    actions.discard(version=draft(cast), by=cast.actor("party_office"), on=date(2026, 11, 20))
    assert not PackVersion.objects.filter(bureau=cast.bureau).exists()
    assert queries.version_on(cast.bureau, date(2026, 11, 20)).pk == before


# --- numbers ------------------------------------------------------------------------------------------


def number(cast, **changes):
    return actions.next_number(**({"bureau": cast.bureau, "key": "documents.notice", "year": 2026} | changes))


def test_numbers_follow_without_gaps_by_series_year_and_bureau(cast):
    assert [number(cast), number(cast), number(cast)] == [1, 2, 3]
    assert [number(cast, key="documents.reply"), number(cast, year=2027), number(cast, bureau=cast.far_bureau)] == [
        1,
        1,
        1,
    ]


def test_a_number_goes_back_with_its_transaction(cast):
    assert number(cast) == 1
    with pytest.raises(RuntimeError, match="lost"), transaction.atomic():
        assert number(cast) == 2
        raise RuntimeError("lost")
    assert number(cast) == 2
    assert NumberSeries.objects.get().last == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_needs_a_transaction():
    with pytest.raises(RuntimeError, match="transaction"):
        actions.next_number(bureau=None, key="x", year=2026)  # type: ignore[arg-type]


# --- calendar -----------------------------------------------------------------------------------------


@pytest.fixture
def calendar():
    actions.seed_calendar(years=[2026])


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a make-up Saturday
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
    ],
)
def test_workdays_of_2026(cast, calendar, day, n, expected):
    assert queries.add_workdays(cast.bureau, day, n) == (expected, False)


def test_past_the_calendar_a_date_is_provisional(cast, calendar):
    assert queries.add_workdays(cast.bureau, date(2026, 12, 30), 1) == (date(2026, 12, 31), False)
    assert queries.add_workdays(cast.bureau, date(2026, 12, 31), 1)[1] is True


def test_the_bureaus_own_day_stands_above_the_country_and_only_there(cast, calendar):
    actions.set_day(
        bureau=cast.bureau, on=date(2026, 10, 1), kind="WORKDAY", name="值班", by=cast.actor("party_office")
    )
    assert queries.is_workday(cast.bureau, date(2026, 10, 1))
    assert not queries.is_workday(cast.far_bureau, date(2026, 10, 1))
    with pytest.raises(ValidationError, match="已经登记过"):
        actions.set_day(
            bureau=cast.bureau, on=date(2026, 10, 1), kind="HOLIDAY", name="x", by=cast.actor("party_office")
        )


def test_the_countrys_days_stay(cast, calendar):
    national = CalendarDay.objects.filter(bureau__isnull=True).first()
    with pytest.raises(ValidationError, match="不能删"):
        actions.remove_day(day=national, by=cast.actor("party_office"))
    assert CalendarDay.objects.filter(pk=national.pk).exists()
    assert actions.seed_calendar(years=[2026]) == 0


def test_calendar_runs_read_like_the_notice(cast, calendar):
    runs = queries.calendar_runs(cast.bureau, 2026)
    assert (runs[0].first, runs[0].last, runs[0].days) == (date(2026, 1, 1), date(2026, 1, 3), 3)
    assert (date(2026, 2, 15), date(2026, 2, 23)) in [(run.first, run.last) for run in runs]


def test_terms_do_not_overlap_and_end_after_they_begin(cast):
    def term(first, last):
        return actions.set_term(
            bureau=cast.bureau, name="学期", from_on=first, to_on=last, by=cast.actor("party_office")
        )

    term(date(2026, 9, 1), date(2027, 1, 23))
    with pytest.raises(ValidationError, match="重叠"):
        term(date(2027, 1, 22), date(2027, 7, 5))
    with pytest.raises(ValidationError, match="不晚于"):
        term(date(2028, 2, 1), date(2028, 2, 1))
    term(date(2027, 1, 23), date(2027, 7, 5))
    assert SchoolTerm.objects.count() == 2
    assert queries.term_of(cast.bureau, date(2027, 1, 22)).from_on == date(2026, 9, 1)
    assert queries.term_of(cast.bureau, date(2027, 1, 23)).from_on == date(2027, 1, 23)
    assert queries.term_of(cast.bureau, date(2027, 7, 5)) is None


# --- guides -------------------------------------------------------------------------------------------


def guide(cast, month, issuer=None, **content):
    return actions.write_guide(
        bureau=cast.bureau, issuer=issuer or cast.committee, month_on=month, content=content, by=cast.actor("party_office")
    )  # fmt: skip


def issued(cast, month, issuer=None, theme="学习讨论"):
    made = guide(cast, month, issuer, themes=[{"kind": "theme_day", "theme": theme}])
    return actions.issue_guide(guide=made, by=cast.actor("party_office"), on=month)


def test_only_the_issued_guide_of_the_month_is_found(cast, shipped):
    made = guide(cast, date(2026, 11, 15), themes=[{"kind": "theme_day", "theme": "学习讨论"}])
    assert queries.guide_for(cast.branch, date(2026, 11, 3)) is None
    actions.issue_guide(guide=made, by=cast.actor("party_office"), on=date(2026, 11, 2))
    assert queries.guide_for(cast.branch, date(2026, 11, 3)).pk == made.pk
    assert queries.guide_for(cast.branch, date(2026, 12, 1)) is None


def test_a_guide_reaches_those_below_its_issuer_and_the_nearest_wins(cast, shipped):
    """A general branch's guide is its own branches': another branch of the bureau has the committee's."""
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    general = issued(cast, november, cast.general_branch)
    for body in (cast.other_branch, cast.other_school, cast.committee, cast.root, cast.far_branch):
        assert queries.guide_for(body, november) is None, body
    whole = issued(cast, november)
    later = issued(cast, december)
    for body in (cast.branch, cast.school, cast.class_one, cast.general_branch):
        expected = whole if body == cast.class_one else general
        assert queries.guide_for(body, november) == expected, body
    for body in (cast.other_branch, cast.other_school, cast.committee, cast.root):
        assert queries.guide_for(body, november) == whole, body
    assert queries.guide_for(cast.far_branch, november) is None
    year = [date(2026, month, 1) for month in range(1, 13)]
    assert queries.guides_for(cast.branch, year) == {november: general, december: later}
    assert queries.guides_for(cast.other_branch, year) == {november: whole, december: later}
    own = issued(cast, november, cast.root)
    assert queries.guide_for(cast.root, november) == own
    assert queries.guide_for(cast.other_school, november) == whole, "its branch's superior comes before its bureau"


def test_themes_are_set_for_schools_too(cast, shipped):
    """E04: the year's themes of ethics education are set by the month, for schools."""
    kinds = dict(queries.theme_kinds(guide(cast, date(2026, 11, 1))))
    assert {"theme_day", "staff_study", "ethics_study"} <= set(kinds)
    assert "leading_group" not in kinds


def test_an_empty_or_issued_guide_is_not_issued(cast, shipped):
    made = guide(cast, date(2026, 11, 1))
    with pytest.raises(ValidationError, match="还是空的"):
        actions.issue_guide(guide=made, by=cast.actor("party_office"), on=date(2026, 11, 2))
    made = guide(cast, date(2026, 11, 1), reports=[{"text": "年度总结"}])
    actions.issue_guide(guide=made, by=cast.actor("party_office"), on=date(2026, 11, 2))
    with pytest.raises(ValidationError, match="已经印发"):
        actions.issue_guide(guide=made, by=cast.actor("party_office"), on=date(2026, 11, 3))
    with pytest.raises(ValidationError, match="不能清空"):
        guide(cast, date(2026, 11, 1))
    assert MonthlyGuide.objects.get().reports == [{"text": "年度总结"}]


def test_copying_leaves_due_days_behind(cast, shipped):
    guide(cast, date(2026, 12, 1), reports=[{"text": "年度总结", "due_on": "2026-12-20"}])
    assert queries.guide_to_copy(cast.committee, date(2027, 1, 1), "month")["reports"] == [{"text": "年度总结"}]
    assert queries.guide_to_copy(cast.committee, date(2027, 12, 1), "year")["reports"] == [{"text": "年度总结"}]
    assert queries.guide_to_copy(cast.committee, date(2027, 1, 1), "none") == {}
    assert queries.guide_to_copy(cast.committee, date(2027, 3, 1), "month") == {}
