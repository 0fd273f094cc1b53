"""The calendar of the fixtures keeps the law: paid holidays, swaps in pairs, decisions, what is open."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.calendars.given import day_rows, official_calendar, weekly_tables

YEARS = (2024, 2025, 2026, 2027)
ROWS = day_rows()


def rows_of(year: int, *kinds: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["date"].startswith(str(year)) and (not kinds or row["kind"] in kinds)]


def day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["date"])


def test_each_day_has_one_row_and_the_rows_are_in_order() -> None:
    dates = [row["date"] for row in ROWS]
    assert dates == sorted(set(dates))
    assert {day(row).year for row in ROWS} == set(YEARS)


@pytest.mark.parametrize(("year", "paid"), [(2024, 11), (2025, 11), (2026, 12), (2027, 12)])
def test_each_year_has_its_paid_holidays_five_of_them_tet(year: int, paid: int) -> None:
    holidays = rows_of(year, "holiday")
    assert len(holidays) == paid
    assert sum(row["name_vi"].startswith("Tết Âm lịch") for row in holidays) == 5
    assert sum(row["name_vi"].startswith("Quốc khánh") for row in holidays) == 2


@pytest.mark.parametrize(("year", "counted"), [(2024, 251), (2025, 250), (2026, 249), (2027, 249)])
def test_each_year_has_its_working_days(year: int, counted: int) -> None:
    assert official_calendar().counted_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == counted


@pytest.mark.parametrize("year", YEARS)
def test_every_holiday_on_a_weekend_is_made_up_on_a_working_day_after_it(year: int) -> None:
    on_weekend = [row for row in rows_of(year, "holiday") if day(row).weekday() >= 5]
    made_up = rows_of(year, "compensation")
    assert len(on_weekend) == len(made_up)
    assert all(day(row).weekday() < 5 for row in made_up)
    for row in made_up:
        before = day(row) - timedelta(days=1)
        assert not official_calendar().is_counted_day(before)


def test_every_swap_gives_a_weekday_for_a_saturday_by_one_decision() -> None:
    off, work = ([row for row in ROWS if row["kind"] == kind] for kind in ("swapped_off", "swapped_work"))
    assert all(day(row).weekday() < 5 for row in off)
    assert all(day(row).weekday() == 5 for row in work)
    assert Counter(row["decision"] for row in off) == Counter(row["decision"] for row in work)
    pairs = {
        ("2024-04-29", "2024-05-04"),
        ("2025-05-02", "2025-04-26"),
        ("2026-01-02", "2026-01-10"),
        ("2026-08-31", "2026-08-22"),
    }
    for gone, given in pairs:
        assert gone in {row["date"] for row in off}
        assert given in {row["date"] for row in work}
    assert len(off) == len(pairs)


def test_culture_day_is_a_holiday_from_2026_on_only() -> None:
    calendar = official_calendar()
    assert calendar.is_counted_day(date(2025, 11, 24))
    assert not calendar.is_counted_day(date(2026, 11, 24))
    assert not calendar.is_counted_day(date(2027, 11, 24))


@pytest.mark.parametrize(
    ("first", "last", "back"),
    [
        ("2024-02-08", "2024-02-14", "2024-02-15"),
        ("2025-01-25", "2025-02-02", "2025-02-03"),
        ("2026-02-14", "2026-02-22", "2026-02-23"),
        ("2027-02-04", "2027-02-10", "2027-02-11"),
    ],
)
def test_tet_is_one_stretch_without_a_counted_day(first: str, last: str, back: str) -> None:
    calendar = official_calendar()
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    assert calendar.is_counted_day(begins - timedelta(days=1))
    assert calendar.counted_days_between(begins - timedelta(days=1), ends) == 0
    assert calendar.next_counted_day(ends) == date.fromisoformat(back)


def test_every_established_day_names_its_decision_and_every_other_says_what_is_missing() -> None:
    for row in ROWS:
        if row["established"] == "true":
            assert row["decision"], row
            assert date.fromisoformat(row["decided_on"]) < day(row), row
        else:
            assert row["established"] == "false", row
            assert row["note"], row


def test_no_day_of_2027_is_established() -> None:
    assert {row["established"] for row in rows_of(2027)} == {"false"}
    assert {row["established"] for row in ROWS if day(row).year < 2027} == {"true"}


def test_names_are_given_in_both_languages() -> None:
    assert all(row["name_vi"] and row["name_en"] for row in ROWS)


def test_saturday_mornings_open_in_one_calendar_and_count_in_none() -> None:
    tables = weekly_tables()
    assert tables["standard"]["opening"] == tables["standard"]["counted"]
    assert tables["saturday_morning"]["counted"] == tables["standard"]["counted"]
    assert len(tables["saturday_morning"]["opening"].days[5]) == 1
