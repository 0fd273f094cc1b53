"""The worked examples of the clock: counted 08-12 and 13-17, Tuesday 24 November 2026 a holiday."""

from apps.calendars.working_time import Limit, Stop, StopMode, Unit, due_after_stops, due_at
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
