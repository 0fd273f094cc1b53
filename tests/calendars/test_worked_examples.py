"""The worked examples of the clock: counted 08-12 and 13-17, Tuesday 24 November 2026 a holiday."""

from apps.calendars.working_time import (
    Limit,
    Stop,
    StopMode,
    TimeSet,
    Unit,
    due_after_stops,
    due_as_set,
    due_at,
)
from tests.calendars.given import SAME_DAY_15, hanoi, official_calendar, working_days

calendar = official_calendar()


def test_same_day_received_at_the_cut_off_is_due_that_evening() -> None:
    assert due_at(calendar, hanoi("2026-11-23", "15:00"), SAME_DAY_15) == hanoi("2026-11-23", "17:00")


def test_same_day_received_a_minute_after_the_cut_off_is_due_on_the_next_counted_day() -> None:
    assert due_at(calendar, hanoi("2026-11-23", "15:01"), SAME_DAY_15) == hanoi("2026-11-25", "17:00")


def test_three_working_days_skip_the_holiday() -> None:
    assert due_at(calendar, hanoi("2026-11-23", "10:00"), working_days(3)) == hanoi("2026-11-27", "17:00")


def test_eight_working_hours_run_from_the_moment_across_the_holiday() -> None:
    limit = Limit(8, Unit.WORKING_HOUR)
    assert due_at(calendar, hanoi("2026-11-23", "14:00"), limit) == hanoi("2026-11-25", "14:00")


def test_three_working_days_after_a_supplement() -> None:
    accepted = hanoi("2026-12-07", "09:00")
    asked, complete = hanoi("2026-12-08", "10:00"), hanoi("2026-12-11", "14:00")

    restarted = due_after_stops(
        calendar, accepted, working_days(3), [Stop(asked, complete, StopMode.RESTART)]
    )
    resumed = due_after_stops(calendar, accepted, working_days(3), [Stop(asked, complete, StopMode.RESUME)])

    assert restarted == hanoi("2026-12-16", "17:00")
    assert resumed == hanoi("2026-12-15", "17:00")


def test_received_after_the_cut_off_on_the_friday_before_tet_it_is_due_when_tet_is_over() -> None:
    """Off from Saturday 14 to Sunday 22 February 2026."""
    assert due_at(calendar, hanoi("2026-02-13", "15:00"), SAME_DAY_15) == hanoi("2026-02-13", "17:00")
    assert due_at(calendar, hanoi("2026-02-13", "15:01"), SAME_DAY_15) == hanoi("2026-02-23", "17:00")
    assert due_at(calendar, hanoi("2026-02-13", "10:00"), working_days(1)) == hanoi("2026-02-23", "17:00")


def test_a_saturday_that_is_worked_for_a_monday_counts_and_that_monday_does_not() -> None:
    """Saturday 22 August 2026 is worked for Monday 31 August, before National Day."""
    assert due_at(calendar, hanoi("2026-08-21", "15:01"), SAME_DAY_15) == hanoi("2026-08-22", "17:00")
    assert due_at(calendar, hanoi("2026-08-28", "10:00"), working_days(1)) == hanoi("2026-09-03", "17:00")


def test_a_time_that_was_agreed_moves_by_the_counted_time_of_a_stop_over_a_holiday() -> None:
    agreed = TimeSet(hanoi("2026-11-20", "09:00"), hanoi("2026-11-27", "11:00"))
    stop = Stop(hanoi("2026-11-23", "15:00"), hanoi("2026-11-25", "10:00"), StopMode.RESUME)
    assert due_as_set(calendar, agreed, [stop]) == hanoi("2026-11-27", "16:00")
    assert due_as_set(calendar, agreed, [Stop(stop.start, None)]) == agreed.until
