"""A due time can be told to a person: which days counted, which did not, by whose decision, what moved it."""

from datetime import date, time, timedelta

from apps.calendars.working_time import (
    ClockStopped,
    CountedDay,
    DayException,
    DayKind,
    LastDayMoved,
    Limit,
    LimitProlonged,
    LimitRestarted,
    ReceiptCause,
    ReceiptDayNotCounted,
    ReceiptMoved,
    SkippedDay,
    Stop,
    StopGivenBack,
    StopMode,
    TimeAgreed,
    TimeRenewed,
    TimeSet,
    Unit,
    explain,
    explain_renewed,
)
from tests.calendars.given import SAME_DAY_15, hanoi, official_calendar, working_days

calendar = official_calendar()
culture_day = calendar.rows_on(date(2026, 11, 24))


def test_working_days_name_the_days_counted_and_the_holiday_with_its_decision() -> None:
    told = explain(calendar, hanoi("2026-11-23", "10:00"), working_days(3))
    assert told.due == hanoi("2026-11-27", "17:00")
    assert told.reasons == (
        ReceiptDayNotCounted(date(2026, 11, 23)),
        SkippedDay(date(2026, 11, 24), culture_day),
        CountedDay(date(2026, 11, 25), 1, None, ()),
        CountedDay(date(2026, 11, 26), 2, None, ()),
        CountedDay(date(2026, 11, 27), 3, None, ()),
    )
    assert told.skipped_days[0].rows[0].kind is DayKind.HOLIDAY
    assert told.skipped_days[0].rows[0].decision == "Nghị quyết 28/2026/QH16, điều 2"


def test_a_passed_cut_off_is_told_with_the_days_off_it_led_over() -> None:
    told = explain(calendar, hanoi("2026-11-23", "15:01"), SAME_DAY_15)
    moved = ReceiptMoved(date(2026, 11, 23), date(2026, 11, 25), ReceiptCause.CUT_OFF_PASSED, time(15))
    counted = CountedDay(date(2026, 11, 25), 1, None, ())
    assert told.reasons == (moved, SkippedDay(date(2026, 11, 24), culture_day), counted)


def test_receipt_on_a_day_off_and_after_the_last_session_are_told_apart() -> None:
    same_day = Limit(1, Unit.SAME_DAY)
    on_sunday = explain(calendar, hanoi("2026-11-08", "10:00"), same_day)
    at_night = explain(calendar, hanoi("2026-11-09", "20:00"), same_day)
    assert on_sunday.reasons[:2] == (
        ReceiptMoved(date(2026, 11, 8), date(2026, 11, 9), ReceiptCause.DAY_OFF, None),
        SkippedDay(date(2026, 11, 8), ()),
    )
    assert at_night.reasons[0] == ReceiptMoved(
        date(2026, 11, 9), date(2026, 11, 10), ReceiptCause.DAY_OVER, None
    )


def test_working_hours_tell_how_much_each_day_gave() -> None:
    told = explain(calendar, hanoi("2026-11-23", "14:00"), Limit(8, Unit.WORKING_HOUR))
    assert told.reasons == (
        CountedDay(date(2026, 11, 23), 1, timedelta(hours=3), ()),
        SkippedDay(date(2026, 11, 24), culture_day),
        CountedDay(date(2026, 11, 25), 2, timedelta(hours=5), ()),
    )


def test_a_limit_in_days_tells_why_its_last_day_moved() -> None:
    told = explain(calendar, hanoi("2026-11-14", "10:00"), Limit(10, Unit.DAY))
    assert told.due == hanoi("2026-11-25", "17:00")
    assert told.reasons == (
        ReceiptDayNotCounted(date(2026, 11, 14)),
        LastDayMoved(date(2026, 11, 24), date(2026, 11, 25)),
        SkippedDay(date(2026, 11, 24), culture_day),
    )


def test_a_working_saturday_is_told_with_its_decision() -> None:
    told = explain(calendar, hanoi("2026-08-21", "10:00"), working_days(1))
    (counted,) = told.counted_days
    assert counted.day == date(2026, 8, 22)
    assert counted.rows[0].kind is DayKind.SWAPPED_WORK
    assert "9441/TB-BNV" in counted.rows[0].decision


def test_a_closure_that_moves_nothing_is_told_on_the_day_that_counted() -> None:
    power_cut = DayException(DayKind.CLOSURE, "power cut", "13/2026")
    closed = official_calendar(extra=[("2026-11-10", power_cut)])
    (counted,) = explain(closed, hanoi("2026-11-09", "10:00"), working_days(1)).counted_days
    assert counted.rows == (power_cut,)


def test_stops_are_told() -> None:
    start = hanoi("2026-12-07", "09:00")
    ended = Stop(hanoi("2026-12-08", "10:00"), hanoi("2026-12-11", "14:00"), StopMode.RESUME)
    restarting = Stop(ended.start, ended.end, StopMode.RESTART)
    still_open = Stop(hanoi("2026-12-14", "10:00"), None)

    resumed = explain(calendar, start, working_days(3), [ended])
    restarted = explain(calendar, start, working_days(3), [restarting, still_open])

    assert StopGivenBack(ended, 3) in resumed.reasons
    assert resumed.due == hanoi("2026-12-15", "17:00")
    assert restarted.reasons[:2] == (LimitRestarted(restarting), ReceiptDayNotCounted(date(2026, 12, 11)))
    assert restarted.reasons[-1] == ClockStopped(still_open)
    assert restarted.due == hanoi("2026-12-16", "17:00")


def test_a_stop_of_hours_is_told_as_time() -> None:
    ended = Stop(hanoi("2026-11-23", "10:00"), hanoi("2026-11-25", "10:00"), StopMode.RESUME)
    told = explain(calendar, hanoi("2026-11-23", "08:00"), Limit(8, Unit.WORKING_HOUR), [ended])
    assert StopGivenBack(ended, timedelta(hours=8)) in told.reasons


def test_clock_hours_need_no_days() -> None:
    told = explain(calendar, hanoi("2026-11-23", "20:00"), Limit(8, Unit.CLOCK_HOUR))
    assert told.reasons == ()
    assert told.due == hanoi("2026-11-24", "04:00")


def test_a_longer_limit_names_the_one_before() -> None:
    told = explain(calendar, hanoi("2026-11-23", "10:00"), working_days(8), shorter=working_days(3))
    assert told.reasons[0] == LimitProlonged(working_days(3))
    assert told.due == hanoi("2026-12-04", "17:00")


def test_a_time_that_was_agreed_is_the_only_reason_unless_the_limit_is_later() -> None:
    start, agreed = (
        hanoi("2026-11-23", "10:00"),
        TimeSet(hanoi("2026-11-23", "11:00"), hanoi("2026-12-03", "11:00")),
    )
    told = explain(calendar, start, working_days(3), agreed=agreed)
    assert (told.due, told.reasons) == (agreed.until, (TimeAgreed(agreed, agreed.until),))
    later = explain(calendar, start, working_days(20), agreed=agreed)
    assert later == explain(calendar, start, working_days(20))


def test_a_new_time_is_told_with_the_stop_that_is_still_open() -> None:
    renewed = TimeSet(hanoi("2026-11-23", "11:00"), hanoi("2026-12-03", "11:00"))
    ended = Stop(hanoi("2026-11-25", "10:00"), hanoi("2026-11-25", "12:00"))
    still_open = Stop(hanoi("2026-11-26", "10:00"), None)
    assert explain_renewed(calendar, renewed, [ended, still_open]) == (
        TimeRenewed(renewed, hanoi("2026-12-03", "14:00")),
        ClockStopped(still_open),
    )
