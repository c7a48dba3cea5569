from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit import dates
from hongzhu.kit.dates import DateRefused, Period, parse_date, parse_typed

DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("period", "code", "title", "first", "last"),
    [
        (Period.month(2026, 11), "2026-11", "2026年11月", date(2026, 11, 1), date(2026, 11, 30)),
        (Period.month(2026, 12), "2026-12", "2026年12月", date(2026, 12, 1), date(2026, 12, 31)),
        (Period.month(2028, 2), "2028-02", "2028年2月", date(2028, 2, 1), date(2028, 2, 29)),
        (Period.quarter(2026, 1), "2026Q1", "2026年一季度", date(2026, 1, 1), date(2026, 3, 31)),
        (Period.quarter(2026, 4), "2026Q4", "2026年四季度", date(2026, 10, 1), date(2026, 12, 31)),
        (Period.half(2026, 1), "2026H1", "2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        (Period.half(2026, 2), "2026H2", "2026年下半年", date(2026, 7, 1), date(2026, 12, 31)),
        (Period.year(2026), "2026", "2026年", date(2026, 1, 1), date(2026, 12, 31)),
        (
            Period.span(date(2026, 11, 3), date(2026, 11, 20)),
            "2026-11-03..2026-11-20",
            "2026年11月3日至20日",
            date(2026, 11, 3),
            date(2026, 11, 20),
        ),
    ],
)
def test_period_names_and_edges(period, code, title, first, last):
    assert (period.code, period.title, period.start, period.last_day) == (code, title, first, last)
    assert Period.parse(code) == period
    assert first in period and last in period
    assert first - timedelta(days=1) not in period and period.end not in period


@pytest.mark.parametrize("code", ["", "26", "2026-13", "2026-00", "2026Q5", "2026Q0", "2026H3", "2026-1", "2026Q4 "])
def test_a_wrong_code_is_no_period(code):
    with pytest.raises(ValueError):
        Period.parse(code)


def test_a_period_ends_after_it_starts():
    with pytest.raises(ValueError):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_neighbours_cross_the_year():
    assert Period.month(2026, 12).next() == Period.month(2027, 1)
    assert Period.month(2026, 1).prev() == Period.month(2025, 12)
    assert Period.quarter(2026, 4).next() == Period.quarter(2027, 1)
    assert Period.half(2026, 1).prev() == Period.half(2025, 2)
    assert Period.year(2026).prev() == Period.year(2025)
    days = Period.span(date(2026, 3, 2), date(2026, 3, 8))
    assert days.next() == Period.span(date(2026, 3, 9), date(2026, 3, 15))
    assert days.next().prev() == days


def test_parts_start_inside():
    assert [p.code for p in Period.year(2026).parts("quarter")] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert [p.code for p in Period.half(2026, 2).parts("month")] == [f"2026-{m:02}" for m in range(7, 13)]
    assert Period.month(2026, 2).parts("quarter") == []
    assert [p.code for p in Period(date(2026, 3, 31), date(2026, 4, 2)).parts("month")] == ["2026-04"]
    assert Period(date(2026, 4, 1), date(2026, 4, 2)).parts("quarter") == [Period.quarter(2026, 2)]
    assert Period(date(2026, 4, 2), date(2026, 7, 1)).parts("quarter") == []


@given(DAYS, st.sampled_from(["month", "quarter", "half", "year"]))
def test_covering_holds_the_day_and_tiles_the_calendar(day, every):
    period = Period.covering(every, day)
    assert day in period
    assert period.every == every
    assert period.next().start == period.end
    assert period.prev().end == period.start
    assert Period.parse(period.code) == period


def test_shanghai_day_turns_at_sixteen_utc():
    assert dates.day_of(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert dates.day_of(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == date(2026, 11, 21)
    assert dates.day_of(datetime(2026, 11, 20, 0, 0, tzinfo=timezone(timedelta(hours=8)))) == date(2026, 11, 20)
    with pytest.raises(ValueError):
        dates.day_of(datetime(2026, 11, 20))


def test_dates_as_people_write_them():
    day = date(2026, 11, 20)
    assert dates.day_text(day) == "11月20日"
    assert dates.weekday_day_text(day) == "11月20日 周五"
    assert dates.full_text(day) == "2026年11月20日"
    assert dates.month_text(day) == "2026年11月"
    assert dates.range_text(day, day) == "2026年11月20日"
    assert dates.range_text(day, date(2026, 11, 22)) == "2026年11月20日至22日"
    assert dates.range_text(day, date(2026, 12, 2), year=False) == "11月20日至12月2日"
    assert dates.range_text(date(2026, 12, 30), date(2027, 1, 2), year=False) == "2026年12月30日至2027年1月2日"
    with translation.override("en"):
        assert "2026" in Period.month(2026, 11).title


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-20",
        "2026/11/20",
        "2026.11.20",
        "20261120",
        "2026年11月20日",
        "2026年11月20号",
        " ２０２６－１１－２０ ",
        "2026-11-20 00:00:00",
        "2026-11-20T08:30",
        "2026年11月20日 周五",
        "2026年11月20日(星期五)",
        "'2026-11-20",
        20261120,
        20261120.0,
        46346,
        46346.75,
        "46346",
        date(2026, 11, 20),
        datetime(2026, 11, 20, 23, 59),
        datetime(2026, 11, 19, 16, 0, tzinfo=UTC),
    ],
)
def test_one_day_in_all_its_forms(typed):
    assert parse_date(typed) == date(2026, 11, 20)


@pytest.mark.parametrize("typed", ["2026.11", "2026-11", "2026/11", "202611", "2026年11月", 202611])
def test_month_precision_only_where_allowed(typed):
    assert parse_typed(typed) == dates.Typed(date(2026, 11, 1), "month")
    with pytest.raises(DateRefused, match="没有写到日"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-31", "11月31日不存在，请改日期"),
        ("20261131", "11月31日不存在，请改日期"),
        ("2026年2月30日", "2月30日不存在，请改日期"),
        ("2026-02-29", "2026年2月29日不存在，请改日期"),
        ("2026-13-01", "没有13月，请改日期"),
        ("2026-00-01", "没有0月，请改日期"),
        ("2026-11-32", "没有32日，请改日期"),
        ("2026-11-00", "没有0日，请改日期"),
        ("26-11-20", "年份只有两位"),
        ("1899-12-31", "1899年不在1900年到2100年之间"),
        ("2101-01-01", "2101年不在1900年到2100年之间"),
        ("明天", "看不懂日期“明天”"),
        ("2026年11-20", "看不懂日期"),
        ("", "没有填日期"),
        (2026, "分不清年和月"),
        (2026.1, "分不清年和月"),
        (60, "看不懂日期"),
        (float("nan"), "看不懂日期"),
        (float("inf"), "看不懂日期"),
        (-5, "看不懂日期"),
        (True, "这一格不是日期"),
        (None, "这一格不是日期"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(DateRefused) as error:
        parse_typed(typed)
    assert sentence in str(error.value)


def test_leap_day_and_calendar_ends():
    assert parse_date("2028-02-29") == date(2028, 2, 29)
    assert parse_date("1900-01-01") == date(1900, 1, 1)
    assert parse_date("2100-12-31") == date(2100, 12, 31)
    assert parse_date(61) == date(1900, 3, 1)


@given(DAYS)
def test_every_day_reads_back(day):
    for form in (f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}", dates.full_text(day)):
        assert parse_date(form) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    try:
        parse_typed(text)
    except DateRefused as error:
        assert str(error)
