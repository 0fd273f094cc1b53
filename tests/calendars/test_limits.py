"""Limits of the five units: cut-offs, days off, Tết, working Saturdays, late decisions, intake and shares."""

from datetime import UTC, datetime, time, timedelta

import pytest

from apps.calendars.working_time import (
    HANOI,
    Channel,
    DayException,
    DayKind,
    Limit,
    Stop,
    StopMode,
    Unit,
    clock_start,
    due_after_stops,
    due_at,
    intake_due,
    received_at,
    share_due,
)
from tests.calendars.given import INTAKE_LIMITS, SAME_DAY_15, hanoi, official_calendar, working_days

calendar = official_calendar()
saturday_calendar = official_calendar("saturday_morning")
STORM = DayException(DayKind.CLOSURE, "storm", "12/2026", moves_due_times=True)
POWER_CUT = DayException(DayKind.CLOSURE, "power cut", "13/2026", moves_due_times=False)


def days(count: int, cut_off: time | None = None) -> Limit:
    return Limit(count, Unit.DAY, cut_off)


# Cut-offs


@pytest.mark.parametrize("hour", [15, 16, 17])
def test_a_cut_off_is_passed_only_strictly_after_it(hour: int) -> None:
    limit = Limit(1, Unit.SAME_DAY, time(hour))
    at = hanoi("2026-11-09", f"{hour}:00")
    assert due_at(calendar, at, limit) == hanoi("2026-11-09", "17:00")
    assert due_at(calendar, at + timedelta(microseconds=1), limit) == hanoi("2026-11-10", "17:00")


def test_same_day_without_cut_off_is_cut_off_by_the_end_of_the_last_session() -> None:
    limit = Limit(1, Unit.SAME_DAY)
    assert due_at(calendar, hanoi("2026-11-09", "16:59"), limit) == hanoi("2026-11-09", "17:00")
    assert due_at(calendar, hanoi("2026-11-09", "17:30"), limit) == hanoi("2026-11-10", "17:00")


def test_same_day_with_a_cut_off_after_closing_time_is_never_due_before_it_was_received() -> None:
    limit = Limit(1, Unit.SAME_DAY, time(18))
    assert due_at(calendar, hanoi("2026-11-09", "17:30"), limit) == hanoi("2026-11-10", "17:00")


def test_same_day_received_early_in_the_morning_is_due_that_day() -> None:
    assert due_at(calendar, hanoi("2026-11-09", "00:00"), SAME_DAY_15) == hanoi("2026-11-09", "17:00")


def test_same_day_received_on_a_day_without_counted_session_is_due_on_the_next_counted_day() -> None:
    assert due_at(saturday_calendar, hanoi("2026-11-07", "09:00"), SAME_DAY_15) == hanoi(
        "2026-11-09", "17:00"
    )
    assert due_at(calendar, hanoi("2026-11-24", "10:00"), SAME_DAY_15) == hanoi("2026-11-25", "17:00")


def test_a_cut_off_moves_the_day_of_receipt_of_a_limit_in_days_and_adds_nothing_else() -> None:
    before, after = hanoi("2026-11-09", "15:00"), hanoi("2026-11-09", "15:01")
    assert due_at(calendar, before, working_days(3, time(15))) == hanoi("2026-11-12", "17:00")
    assert due_at(calendar, after, working_days(3, time(15))) == hanoi("2026-11-13", "17:00")
    assert due_at(calendar, before, days(3, time(15))) == hanoi("2026-11-12", "17:00")
    assert due_at(calendar, after, days(3, time(15))) == hanoi("2026-11-13", "17:00")


def test_with_a_cut_off_a_day_off_lies_after_the_last_working_days_cut_off() -> None:
    friday_late, saturday, monday = (
        hanoi("2026-11-06", "15:01"),
        hanoi("2026-11-07", "09:00"),
        hanoi("2026-11-09", "15:00"),
    )
    for received in (friday_late, saturday, monday):
        assert due_at(saturday_calendar, received, working_days(1, time(15))) == hanoi("2026-11-10", "17:00")


def test_without_a_cut_off_a_day_off_is_itself_the_uncounted_day_of_receipt() -> None:
    saturday = hanoi("2026-11-07", "09:00")
    assert due_at(saturday_calendar, saturday, working_days(1)) == hanoi("2026-11-09", "17:00")
    assert due_at(saturday_calendar, saturday, days(5)) == hanoi("2026-11-12", "17:00")


# Units


def test_clock_hours_run_through_nights_and_days_off() -> None:
    limit = Limit(24, Unit.CLOCK_HOUR)
    assert due_at(calendar, hanoi("2026-02-13", "10:00"), limit) == hanoi("2026-02-14", "10:00")


def test_working_hours_started_at_night_begin_with_the_next_session() -> None:
    limit = Limit(4, Unit.WORKING_HOUR)
    assert due_at(calendar, hanoi("2026-11-08", "22:15"), limit) == hanoi("2026-11-09", "12:00")


def test_working_hours_keep_seconds() -> None:
    start = datetime(2026, 11, 9, 16, 59, 30, tzinfo=HANOI)
    assert due_at(calendar, start, Limit(1, Unit.WORKING_HOUR)) == datetime(
        2026, 11, 10, 8, 59, 30, tzinfo=HANOI
    )


def test_a_last_day_off_moves_to_the_next_counted_day() -> None:
    assert due_at(calendar, hanoi("2026-11-13", "10:00"), days(1)) == hanoi("2026-11-16", "17:00")
    assert due_at(calendar, hanoi("2026-11-14", "10:00"), days(10)) == hanoi("2026-11-25", "17:00")


def test_a_last_day_on_a_working_saturday_stays() -> None:
    assert due_at(calendar, hanoi("2026-08-12", "10:00"), days(10)) == hanoi("2026-08-22", "17:00")


# Tết, working Saturdays, closures, days announced late


def test_what_is_received_on_the_friday_before_tet_waits_until_after_it() -> None:
    friday = hanoi("2026-02-13", "16:00")
    assert due_at(calendar, hanoi("2026-02-13", "15:00"), SAME_DAY_15) == hanoi("2026-02-13", "17:00")
    assert due_at(calendar, friday, SAME_DAY_15) == hanoi("2026-02-23", "17:00")
    assert due_at(calendar, friday, working_days(3)) == hanoi("2026-02-25", "17:00")
    assert due_at(calendar, friday, Limit(8, Unit.WORKING_HOUR)) == hanoi("2026-02-23", "16:00")
    assert due_at(calendar, friday, days(5)) == hanoi("2026-02-23", "17:00")
    assert due_at(calendar, friday, days(11)) == hanoi("2026-02-24", "17:00")


def test_a_working_saturday_counts_as_a_whole_day() -> None:
    assert due_at(calendar, hanoi("2026-08-21", "10:00"), working_days(1)) == hanoi("2026-08-22", "17:00")
    assert due_at(calendar, hanoi("2026-08-22", "14:00"), SAME_DAY_15) == hanoi("2026-08-22", "17:00")
    assert due_at(calendar, hanoi("2026-08-22", "15:01"), SAME_DAY_15) == hanoi("2026-08-24", "17:00")
    assert due_at(calendar, hanoi("2026-01-09", "16:00"), Limit(4, Unit.WORKING_HOUR)) == hanoi(
        "2026-01-10", "11:00"
    )


def test_the_day_swapped_off_for_it_does_not_count() -> None:
    assert due_at(calendar, hanoi("2026-08-28", "15:01"), SAME_DAY_15) == hanoi("2026-09-03", "17:00")


def test_a_working_saturday_takes_mondays_sessions_where_saturday_has_its_own() -> None:
    ordinary, swapped_in = hanoi("2026-08-15").date(), hanoi("2026-08-22").date()
    assert len(saturday_calendar.opening_sessions(ordinary)) == 1
    assert saturday_calendar.opening_sessions(swapped_in) == saturday_calendar.opening_week.days[0]
    assert saturday_calendar.counted_sessions(ordinary) == ()


def test_a_day_announced_late_moves_the_due_times_of_cases_under_way() -> None:
    before = official_calendar(without=["2026-08-22", "2026-08-31"])
    received = hanoi("2026-08-28", "10:00")
    assert due_at(before, received, working_days(2)) == hanoi("2026-09-03", "17:00")
    assert due_at(calendar, received, working_days(2)) == hanoi("2026-09-04", "17:00")


def test_a_working_saturday_announced_late_brings_a_due_time_forward() -> None:
    before = official_calendar(without=["2026-08-22", "2026-08-31"])
    received = hanoi("2026-08-20", "10:00")
    assert due_at(before, received, working_days(2)) == hanoi("2026-08-24", "17:00")
    assert due_at(calendar, received, working_days(2)) == hanoi("2026-08-22", "17:00")


def test_a_closure_moves_due_times_only_if_its_decision_says_so() -> None:
    received = hanoi("2026-09-09", "10:00")
    closed_day = "2026-09-10"
    storm = official_calendar(extra=[(closed_day, STORM)])
    power_cut = official_calendar(extra=[(closed_day, POWER_CUT)])
    assert due_at(calendar, received, working_days(1)) == hanoi(closed_day, "17:00")
    assert due_at(power_cut, received, working_days(1)) == hanoi(closed_day, "17:00")
    assert due_at(storm, received, working_days(1)) == hanoi("2026-09-11", "17:00")
    for closed in (storm, power_cut):
        assert closed.opening_at_or_after(hanoi(closed_day, "09:00")) == hanoi("2026-09-11", "08:00")


def test_a_working_saturday_closed_by_a_storm_does_not_count() -> None:
    storm = official_calendar(extra=[("2026-08-22", STORM)])
    assert due_at(storm, hanoi("2026-08-21", "10:00"), working_days(1)) == hanoi("2026-08-24", "17:00")


def test_years_without_rows_follow_the_week() -> None:
    assert due_at(calendar, hanoi("2031-01-01", "10:00"), working_days(3)) == hanoi("2031-01-06", "17:00")
    assert due_at(calendar, hanoi("2027-12-31", "16:00"), working_days(1)) == hanoi("2028-01-03", "17:00")
    assert due_at(calendar, hanoi("2019-12-31", "16:00"), Limit(2, Unit.WORKING_HOUR)) == hanoi(
        "2020-01-01", "09:00"
    )


# Receipt, intake and the start of the clock


def test_online_is_received_at_submission_or_at_the_next_opening() -> None:
    assert received_at(calendar, hanoi("2026-11-20", "10:00"), Channel.ONLINE) == hanoi("2026-11-20", "10:00")
    assert received_at(calendar, hanoi("2026-11-20", "12:30"), Channel.ONLINE) == hanoi("2026-11-20", "13:00")
    assert received_at(calendar, hanoi("2026-11-20", "20:00"), Channel.ONLINE) == hanoi("2026-11-23", "08:00")
    assert received_at(calendar, hanoi("2026-11-23", "17:00"), Channel.ONLINE) == hanoi("2026-11-23", "17:00")
    assert received_at(calendar, hanoi("2026-11-23", "17:01"), Channel.ONLINE) == hanoi("2026-11-25", "08:00")


def test_where_saturday_morning_is_open_online_is_received_then() -> None:
    saturday = hanoi("2026-11-07", "09:00")
    assert received_at(saturday_calendar, saturday, Channel.ONLINE) == saturday
    assert received_at(calendar, saturday, Channel.ONLINE) == hanoi("2026-11-09", "08:00")


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.POST])
def test_counter_and_post_are_received_at_that_moment(channel: Channel) -> None:
    assert received_at(calendar, hanoi("2026-11-20", "20:00"), channel) == hanoi("2026-11-20", "20:00")


def test_intake_is_due_at_once_at_the_counter_in_hours_online_and_in_days_by_post() -> None:
    at = hanoi("2026-11-23", "14:00")
    assert intake_due(calendar, at, Channel.COUNTER, INTAKE_LIMITS) == at
    assert intake_due(calendar, at, Channel.ONLINE, INTAKE_LIMITS) == hanoi("2026-11-25", "14:00")
    assert intake_due(calendar, at, Channel.POST, INTAKE_LIMITS) == hanoi("2026-11-25", "17:00")


def test_an_unset_intake_limit_is_not_at_once() -> None:
    with pytest.raises(KeyError):
        intake_due(calendar, hanoi("2026-11-23", "14:00"), Channel.POST, {Channel.COUNTER: None})


def test_the_clock_starts_at_acceptance_but_never_after_the_intake_limit() -> None:
    received, intake = hanoi("2026-11-23", "14:00"), hanoi("2026-11-25", "14:00")
    early, late = hanoi("2026-11-23", "16:00"), hanoi("2026-11-26", "09:00")
    limit = working_days(3)
    assert clock_start(limit, received=received, accepted=early, intake_due_at=intake) == early
    assert clock_start(limit, received=received, accepted=late, intake_due_at=intake) == intake
    assert clock_start(SAME_DAY_15, received=received, accepted=early, intake_due_at=intake) == received


# Shares of steps


def test_steps_are_due_at_their_share_of_the_counted_time() -> None:
    start, due = hanoi("2026-11-23", "14:00"), hanoi("2026-11-25", "14:00")
    shares = [share_due(calendar, start, due, numerator, 8) for numerator in (1, 5, 7, 8)]
    assert shares == [
        hanoi("2026-11-23", "15:00"),
        hanoi("2026-11-25", "10:00"),
        hanoi("2026-11-25", "12:00"),
        due,
    ]


def test_a_resumed_stop_belongs_to_no_step() -> None:
    start = hanoi("2026-11-23", "14:00")
    stops = [Stop(hanoi("2026-11-23", "15:30"), hanoi("2026-11-25", "10:00"), StopMode.RESUME)]
    due = due_after_stops(calendar, start, Limit(8, Unit.WORKING_HOUR), stops)
    assert due == hanoi("2026-11-26", "08:30")
    assert share_due(calendar, start, due, 1, 8, stops) == hanoi("2026-11-23", "15:00")
    assert share_due(calendar, start, due, 5, 8, stops) == hanoi("2026-11-25", "14:30")
    assert share_due(calendar, start, due, 8, 8, stops) == due


def test_after_a_restart_steps_share_the_time_since_it() -> None:
    stops = [Stop(hanoi("2026-11-09", "09:00"), hanoi("2026-11-10", "08:00"), StopMode.RESTART)]
    due = hanoi("2026-11-10", "17:00")
    assert share_due(calendar, hanoi("2026-11-09", "08:00"), due, 1, 8, stops) == hanoi("2026-11-10", "09:00")


def test_without_counted_time_between_a_step_is_due_with_the_case() -> None:
    start, due = hanoi("2026-11-09", "20:00"), hanoi("2026-11-10", "04:00")
    assert share_due(calendar, start, due, 1, 8) == due


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 8), (9, 8), (-1, 8)])
def test_a_share_outside_the_whole_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="share"):
        share_due(
            calendar, hanoi("2026-11-09", "08:00"), hanoi("2026-11-10", "17:00"), numerator, denominator
        )


# What a limit may be, and the zone of moments


def test_any_zone_goes_in_and_hanoi_comes_out() -> None:
    due = due_at(calendar, datetime(2026, 11, 23, 8, 1, tzinfo=UTC), SAME_DAY_15)
    assert due == hanoi("2026-11-25", "17:00")
    assert due.tzinfo is HANOI
    assert received_at(calendar, datetime(2026, 11, 20, 3, tzinfo=UTC), Channel.ONLINE).tzinfo is HANOI


def test_a_moment_without_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 8)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        due_at(calendar, naive, working_days(1))
    with pytest.raises(ValueError, match="time zone"):
        calendar.opening_at_or_after(naive)


@pytest.mark.parametrize("unit", [Unit.WORKING_HOUR, Unit.CLOCK_HOUR, Unit.WORKING_DAY, Unit.DAY])
def test_a_limit_of_nothing_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Limit(0, unit)


def test_a_same_day_limit_of_several_days_is_refused() -> None:
    with pytest.raises(ValueError, match="same-day"):
        Limit(2, Unit.SAME_DAY)


def test_stored_strings_are_taken_and_unknown_ones_refused() -> None:
    assert Limit(8, "working_hour").unit is Unit.WORKING_HOUR  # type: ignore[arg-type]
    assert DayException("closure").kind is DayKind.CLOSURE  # type: ignore[arg-type]
    at_night = hanoi("2026-11-20", "20:00")
    assert received_at(calendar, at_night, "online") == hanoi("2026-11-23", "08:00")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="fortnight"):
        Limit(1, "fortnight")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pause"):
        Stop(at_night, None, "pause")  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", [Unit.WORKING_HOUR, Unit.CLOCK_HOUR])
def test_a_cut_off_on_hours_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="cut-off"):
        Limit(8, unit, time(15))
