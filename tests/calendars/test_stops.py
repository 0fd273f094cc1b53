"""What stops do to a due time: restart, resume, several in a row, over a holiday, and while still open."""

from datetime import time

import pytest

from apps.calendars.working_time import Limit, Stop, StopMode, Unit, due_after_stops, due_at
from tests.calendars.given import SAME_DAY_15, hanoi, official_calendar, working_days

calendar = official_calendar()
RESTART, RESUME = StopMode.RESTART, StopMode.RESUME


def stop(asked: str, complete: str | None, mode: StopMode) -> Stop:
    """A stop between two moments written as `2026-11-23 10:00`."""
    return Stop(hanoi(*asked.split()), None if complete is None else hanoi(*complete.split()), mode)


# A supplement over a holiday: asked Monday 23 November, Tuesday is off, complete on Wednesday


def test_a_supplement_over_a_holiday_with_a_limit_in_working_days() -> None:
    accepted = hanoi("2026-11-20", "09:00")
    asked, complete = "2026-11-23 10:00", "2026-11-25 10:00"
    resumed = due_after_stops(calendar, accepted, working_days(3), [stop(asked, complete, RESUME)])
    restarted = due_after_stops(calendar, accepted, working_days(3), [stop(asked, complete, RESTART)])
    assert due_at(calendar, accepted, working_days(3)) == hanoi("2026-11-26", "17:00")
    assert resumed == hanoi("2026-11-27", "17:00")
    assert restarted == hanoi("2026-11-30", "17:00")


def test_a_supplement_over_a_holiday_gives_back_only_counted_hours() -> None:
    start, limit = hanoi("2026-11-23", "08:00"), Limit(8, Unit.WORKING_HOUR)
    one = stop("2026-11-23 10:00", "2026-11-25 10:00", RESUME)
    assert due_after_stops(calendar, start, limit, [one]) == hanoi("2026-11-25", "17:00")


def test_a_supplement_gives_back_calendar_days_to_a_limit_in_days() -> None:
    start, limit = hanoi("2026-11-20", "09:00"), Limit(5, Unit.DAY)
    one = stop("2026-11-23 10:00", "2026-11-25 10:00", RESUME)
    assert due_after_stops(calendar, start, limit, [one]) == hanoi("2026-11-27", "17:00")


def test_calendar_days_are_given_back_before_the_last_day_is_moved_off_a_day_off() -> None:
    start, limit = hanoi("2026-11-20", "09:00"), Limit(8, Unit.DAY)
    one = stop("2026-11-23 10:00", "2026-11-25 10:00", RESUME)
    assert due_at(calendar, start, limit) == hanoi("2026-11-30", "17:00")
    assert due_after_stops(calendar, start, limit, [one]) == hanoi("2026-11-30", "17:00")


def test_a_stop_gives_back_its_clock_time_to_a_limit_in_clock_hours() -> None:
    start, limit = hanoi("2026-11-20", "09:00"), Limit(24, Unit.CLOCK_HOUR)
    one = stop("2026-11-20 22:00", "2026-11-21 01:30", RESUME)
    assert due_after_stops(calendar, start, limit, [one]) == hanoi("2026-11-21", "12:30")


# Restart


def test_a_restart_applies_the_cut_off_to_completion() -> None:
    start = hanoi("2026-11-09", "09:00")
    in_time = stop("2026-11-09 10:00", "2026-11-11 15:00", RESTART)
    late = stop("2026-11-09 10:00", "2026-11-11 15:01", RESTART)
    assert due_after_stops(calendar, start, SAME_DAY_15, [in_time]) == hanoi("2026-11-11", "17:00")
    assert due_after_stops(calendar, start, SAME_DAY_15, [late]) == hanoi("2026-11-12", "17:00")
    limit = working_days(2, time(15))
    assert due_after_stops(calendar, start, limit, [in_time]) == hanoi("2026-11-13", "17:00")
    assert due_after_stops(calendar, start, limit, [late]) == hanoi("2026-11-16", "17:00")


def test_a_restart_of_hours_gives_them_all_again() -> None:
    start, limit = hanoi("2026-11-09", "08:00"), Limit(8, Unit.WORKING_HOUR)
    one = stop("2026-11-09 16:00", "2026-11-11 10:00", RESTART)
    assert due_after_stops(calendar, start, limit, [one]) == hanoi("2026-11-12", "10:00")


# Same-day matters that resume


def test_same_day_resumed_on_the_same_day_stays_due_that_day() -> None:
    one = stop("2026-11-09 10:00", "2026-11-09 16:30", RESUME)
    assert due_after_stops(calendar, hanoi("2026-11-09", "09:00"), SAME_DAY_15, [one]) == hanoi(
        "2026-11-09", "17:00"
    )


def test_same_day_resumed_days_later_is_due_on_the_day_of_completion_whatever_the_cut_off() -> None:
    one = stop("2026-11-09 10:00", "2026-11-11 16:30", RESUME)
    assert due_after_stops(calendar, hanoi("2026-11-09", "09:00"), SAME_DAY_15, [one]) == hanoi(
        "2026-11-11", "17:00"
    )


def test_same_day_resumed_on_a_day_off_is_due_on_the_next_counted_day() -> None:
    one = stop("2026-11-13 14:00", "2026-11-14 09:00", RESUME)
    assert due_after_stops(calendar, hanoi("2026-11-13", "09:00"), SAME_DAY_15, [one]) == hanoi(
        "2026-11-16", "17:00"
    )


def test_same_day_already_late_when_the_request_was_made_stays_late() -> None:
    one = stop("2026-11-10 10:00", "2026-11-11 10:00", RESUME)
    assert due_after_stops(calendar, hanoi("2026-11-09", "09:00"), SAME_DAY_15, [one]) == hanoi(
        "2026-11-10", "17:00"
    )


# Several stops, late stops, open stops


def test_several_resumed_stops_add_up() -> None:
    stops = [
        stop("2026-12-08 10:00", "2026-12-09 10:00", RESUME),
        stop("2026-12-10 10:00", "2026-12-14 10:00", RESUME),
    ]
    assert due_after_stops(calendar, hanoi("2026-12-07", "09:00"), working_days(3), stops) == hanoi(
        "2026-12-15", "17:00"
    )


def test_stops_may_touch_the_start_and_one_another() -> None:
    start, limit = hanoi("2026-11-09", "08:00"), Limit(8, Unit.WORKING_HOUR)
    stops = [
        stop("2026-11-09 08:00", "2026-11-09 09:00", RESUME),
        stop("2026-11-09 09:00", "2026-11-09 10:00", RESUME),
        stop("2026-11-09 10:00", "2026-11-09 10:00", RESUME),
    ]
    assert due_after_stops(calendar, start, limit, stops) == hanoi("2026-11-10", "10:00")


def test_a_restart_makes_what_came_before_it_not_matter() -> None:
    start = hanoi("2026-12-07", "09:00")
    resume, restart = (
        stop("2026-12-08 10:00", "2026-12-09 10:00", RESUME),
        stop("2026-12-10 10:00", "2026-12-14 10:00", RESTART),
    )
    both = due_after_stops(calendar, start, working_days(3), [resume, restart])
    assert (
        both == due_after_stops(calendar, start, working_days(3), [restart]) == hanoi("2026-12-17", "17:00")
    )


def test_a_resume_after_a_restart_counts_from_the_restart() -> None:
    stops = [
        stop("2026-12-08 10:00", "2026-12-09 10:00", RESTART),
        stop("2026-12-10 10:00", "2026-12-11 10:00", RESUME),
    ]
    assert due_after_stops(calendar, hanoi("2026-12-07", "09:00"), working_days(3), stops) == hanoi(
        "2026-12-15", "17:00"
    )


def test_a_stop_after_the_due_time_leaves_the_delay_as_it_was() -> None:
    start, limit = hanoi("2026-11-09", "08:00"), Limit(8, Unit.WORKING_HOUR)
    late_by_two_hours = stop("2026-11-10 10:00", "2026-11-12 08:00", RESUME)
    due = due_after_stops(calendar, start, limit, [late_by_two_hours])
    assert calendar.working_between(due, hanoi("2026-11-12", "08:00")).total_seconds() == 2 * 3600


def test_while_a_stop_is_open_the_due_time_is_as_it_stood() -> None:
    start = hanoi("2026-12-07", "09:00")
    ended = stop("2026-12-08 10:00", "2026-12-09 10:00", RESUME)
    for mode in StopMode:
        opened = stop("2026-12-10 10:00", None, mode)
        assert due_after_stops(calendar, start, working_days(3), [opened]) == hanoi("2026-12-10", "17:00")
        assert due_after_stops(calendar, start, working_days(3), [ended, opened]) == hanoi(
            "2026-12-11", "17:00"
        )


# Stops that cannot have been


def test_stops_out_of_order_are_refused() -> None:
    start = hanoi("2026-12-07", "09:00")
    first = stop("2026-12-08 10:00", "2026-12-09 10:00", RESUME)
    overlapping = stop("2026-12-09 09:59", "2026-12-10 10:00", RESUME)
    with pytest.raises(ValueError, match="cannot begin before"):
        due_after_stops(calendar, start, working_days(3), [first, overlapping])


def test_a_stop_before_the_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot begin before"):
        due_after_stops(
            calendar,
            hanoi("2026-12-08", "10:01"),
            working_days(3),
            [stop("2026-12-08 10:00", "2026-12-09 10:00", RESUME)],
        )


def test_a_stop_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end before"):
        due_after_stops(
            calendar,
            hanoi("2026-12-07", "09:00"),
            working_days(3),
            [stop("2026-12-09 10:00", "2026-12-08 10:00", RESUME)],
        )


def test_a_stop_after_an_open_one_is_refused() -> None:
    stops = [stop("2026-12-08 10:00", None, RESUME), stop("2026-12-09 10:00", "2026-12-10 10:00", RESUME)]
    with pytest.raises(ValueError, match="still open"):
        due_after_stops(calendar, hanoi("2026-12-07", "09:00"), working_days(3), stops)
