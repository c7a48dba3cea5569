from datetime import date, timedelta

import pytest

from hongzhu.kit.china import workdays

SEED = workdays.seed(2026)
KNOWN = {"off": SEED.off, "makeup": SEED.makeup}


@pytest.mark.parametrize(
    ("start", "count", "result"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 2, 24), -1, date(2026, 2, 14)),
    ],
)
def test_section_18_boundaries(start, count, result):
    assert workdays.add_workdays(start, count, **KNOWN) == result


def test_next_workday_keeps_a_workday():
    assert workdays.next_workday(date(2026, 2, 14), **KNOWN) == date(2026, 2, 14)
    assert workdays.next_workday(date(2026, 2, 15), **KNOWN) == date(2026, 2, 24)
    assert workdays.next_workday(date(2026, 11, 21), **KNOWN) == date(2026, 11, 23)


def test_2026_has_248_working_days():
    assert workdays.count_workdays(date(2026, 1, 1), date(2026, 12, 31), **KNOWN) == 248
    assert workdays.count_workdays(date(2026, 1, 4), date(2026, 1, 4), **KNOWN) == 1
    assert workdays.count_workdays(date(2026, 1, 5), date(2026, 1, 4), **KNOWN) == 0


def test_the_seed_is_the_notice_and_nothing_past_its_end():
    assert len(SEED.off) == 33
    assert SEED.makeup == {date(2026, m, d) for m, d in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}
    assert workdays.seed(1990) is None
    assert workdays.seed(2090) is None


def test_a_list_of_days_off_without_end_is_an_error():
    forever = {date(2026, 1, 1) + timedelta(days=n) for n in range(5000)}
    with pytest.raises(ValueError, match="days off"):
        workdays.add_workdays(date(2026, 1, 1), 1, off=forever, makeup=())
