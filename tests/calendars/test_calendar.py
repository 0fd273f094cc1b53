"""The calendar itself: weeks and rows, what it refuses, counted days; no question changes an answer."""

from datetime import UTC, date, time, timedelta

import pytest

from apps.calendars.working_time import DayException, DayKind, Session, Week, WorkingCalendar
from tests.calendars.given import AFTERNOON, MORNING, OFFICE_WEEK, SATURDAY_WEEK, hanoi, official_calendar

HOLIDAY = DayException(DayKind.HOLIDAY, "a holiday", "1/2026")
SWAPPED_WORK = DayException(DayKind.SWAPPED_WORK, "a swap", "2/2026")
CLOSURE = DayException(DayKind.CLOSURE, "a storm", "3/2026")
MONDAY, SATURDAY = date(2026, 11, 9), date(2026, 11, 14)


def test_a_session_must_end_after_it_starts() -> None:
    with pytest.raises(ValueError, match="must end after"):
        Session(time(12), time(12))


def test_overlapping_sessions_are_refused() -> None:
    with pytest.raises(ValueError, match="without overlap"):
        Week.of({0: (MORNING, Session(time(11), time(13)))})


def test_a_week_without_sessions_or_with_an_eighth_day_is_refused() -> None:
    with pytest.raises(ValueError, match="without any session"):
        Week.of({})
    with pytest.raises(ValueError, match="Weekdays"):
        Week.of({7: (MORNING,)})
    with pytest.raises(ValueError, match="seven days"):
        Week(((MORNING,),))


def test_sessions_of_a_day_are_put_in_order() -> None:
    assert Week.of({0: (AFTERNOON, MORNING)}).days[0] == (MORNING, AFTERNOON)


def test_two_rows_that_contradict_each_other_on_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows: holiday and swapped_work"):
        WorkingCalendar.of_rows(OFFICE_WEEK, OFFICE_WEEK, [(MONDAY, HOLIDAY), (MONDAY, SWAPPED_WORK)])


def test_a_closure_may_share_its_day_with_another_row() -> None:
    calendar = WorkingCalendar.of_rows(
        OFFICE_WEEK, OFFICE_WEEK, [(SATURDAY, SWAPPED_WORK), (SATURDAY, CLOSURE)]
    )
    assert calendar.rows_on(SATURDAY) == (SWAPPED_WORK, CLOSURE)
    assert calendar.opening_sessions(SATURDAY) == ()
    assert calendar.counted_sessions(SATURDAY) == (MORNING, AFTERNOON)


def test_only_closures_stand_among_the_closures() -> None:
    with pytest.raises(ValueError, match="closure"):
        WorkingCalendar(OFFICE_WEEK, OFFICE_WEEK, {}, closures={MONDAY: HOLIDAY})


def test_changing_the_rows_handed_in_does_not_change_the_calendar() -> None:
    rows: dict[date, DayException] = {}
    calendar = WorkingCalendar(OFFICE_WEEK, OFFICE_WEEK, rows)
    rows[MONDAY] = HOLIDAY
    assert calendar.is_counted_day(MONDAY)
    assert calendar.rows_on(MONDAY) == ()


@pytest.mark.parametrize("kind", [DayKind.HOLIDAY, DayKind.COMPENSATION, DayKind.SWAPPED_OFF])
def test_a_day_off_of_any_kind_neither_opens_nor_counts(kind: DayKind) -> None:
    calendar = WorkingCalendar(OFFICE_WEEK, OFFICE_WEEK, {MONDAY: DayException(kind)})
    assert calendar.opening_sessions(MONDAY) == calendar.counted_sessions(MONDAY) == ()
    assert not calendar.is_counted_day(MONDAY)


def test_saturday_opens_but_does_not_count_where_the_agency_says_so() -> None:
    calendar = WorkingCalendar(SATURDAY_WEEK, OFFICE_WEEK, {})
    assert calendar.opening_sessions(SATURDAY) == (MORNING,)
    assert not calendar.is_counted_day(SATURDAY)
    assert calendar.working_between(hanoi("2026-11-14", "08:00"), hanoi("2026-11-14", "12:00")) == timedelta()


def test_counted_days_after_a_day_and_on_it() -> None:
    calendar = official_calendar()
    monday, tuesday, wednesday = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
    assert calendar.next_counted_day(monday) == wednesday
    assert calendar.counted_day_on_or_after(monday) == monday
    assert calendar.counted_day_on_or_after(tuesday) == wednesday
    assert calendar.add_counted_days(tuesday, 0) == tuesday
    assert calendar.counted_days_between(monday, wednesday) == 1
    assert calendar.counted_days_between(wednesday, monday) == 0
    assert calendar.end_of_counted_day(monday) == hanoi("2026-11-23", "17:00")


def test_a_day_off_has_no_end() -> None:
    with pytest.raises(ValueError, match="no counted session"):
        official_calendar().end_of_counted_day(date(2026, 11, 24))


def test_going_backwards_is_refused() -> None:
    calendar = official_calendar()
    with pytest.raises(ValueError, match="forwards"):
        calendar.add_counted_days(MONDAY, -1)
    with pytest.raises(ValueError, match="forwards"):
        calendar.add_working(hanoi("2026-11-09", "10:00"), timedelta(hours=-1))


def test_adding_no_working_time_stays_at_the_moment_even_at_night() -> None:
    night = hanoi("2026-11-09", "22:00")
    assert official_calendar().add_working(night, timedelta()) == night


def test_working_time_that_ends_with_a_session_ends_before_the_break() -> None:
    assert official_calendar().add_working(hanoi("2026-11-09", "08:00"), timedelta(hours=4)) == hanoi(
        "2026-11-09", "12:00"
    )


def test_a_due_time_beyond_the_last_year_is_refused() -> None:
    with pytest.raises(OverflowError):
        official_calendar().add_working(hanoi("9999-12-31", "16:00"), timedelta(hours=40))
    with pytest.raises(OverflowError):
        official_calendar().add_counted_days(date(9999, 12, 1), 40)


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    used = official_calendar()
    questions = [hanoi(f"{year}-12-30", "16:00") for year in (2026, 2035, 2024, 2019, 2026, 2040)]
    for moment in questions:
        fresh = official_calendar()
        reached = used.add_working(moment, timedelta(hours=3000))
        assert reached == fresh.add_working(moment, timedelta(hours=3000))
        assert used.working_between(moment, reached) == timedelta(hours=3000)
        assert used.opening_at_or_after(moment) == fresh.opening_at_or_after(moment)
        assert used.counted_days_between(moment.date(), reached.date()) == 375


def test_one_row_that_no_decision_backs_leaves_its_whole_year_undecided() -> None:
    rows = [
        (date(2026, 11, 24), HOLIDAY),
        (date(2027, 1, 1), HOLIDAY),
        (date(2027, 2, 8), DayException(DayKind.HOLIDAY, "Tết", is_established=False)),
    ]
    calendar = WorkingCalendar.of_rows(OFFICE_WEEK, OFFICE_WEEK, rows)
    assert calendar.undecided_years(hanoi("2026-11-23", "09:00"), hanoi("2026-12-31", "17:00")) == ()
    assert calendar.undecided_years(hanoi("2026-12-30", "09:00"), hanoi("2027-01-04", "17:00")) == (2027,)
    assert calendar.undecided_years(hanoi("2027-01-04", "09:00"), hanoi("2028-01-04", "17:00")) == (
        2027,
        2028,
    )


def test_a_year_without_a_row_is_undecided_and_a_closure_decides_no_year() -> None:
    calendar = WorkingCalendar.of_rows(OFFICE_WEEK, OFFICE_WEEK, [(date(2028, 3, 1), CLOSURE)])
    assert calendar.undecided_years(hanoi("2028-03-01"), hanoi("2028-03-02")) == (2028,)


def test_the_year_is_that_of_hanoi() -> None:
    calendar = WorkingCalendar.of_rows(OFFICE_WEEK, OFFICE_WEEK, [(MONDAY, HOLIDAY)])
    last_evening = hanoi("2026-12-31", "23:59").astimezone(UTC)
    assert calendar.undecided_years(last_evening, last_evening) == ()
    assert calendar.undecided_years(last_evening, hanoi("2027-01-01").astimezone(UTC)) == (2027,)
