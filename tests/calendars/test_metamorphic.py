"""Laws that hold for every calendar, without any oracle: later is never earlier, and nothing is lost."""

from datetime import date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.calendars.working_time import (
    DayKind,
    Limit,
    Stop,
    StopMode,
    Unit,
    due_after_stops,
    due_at,
    explain,
    share_due,
)
from tests.calendars.scenarios import (
    HOUR_UNITS,
    THOROUGH,
    Scenario,
    days,
    limit_of,
    limits,
    minutes,
    moment,
    scenarios,
    stop,
    stops_after,
)

PlainLimit = tuple[int, Unit, int | None]


@THOROUGH
@given(scenarios(), limits(), minutes(), minutes())
def test_a_later_start_is_never_due_earlier(
    given_: Scenario, limit: PlainLimit, a: datetime, b: datetime
) -> None:
    earlier, later = sorted((moment(a), moment(b)))
    asked = limit_of(*limit)
    assert due_at(given_.calendar, earlier, asked) <= due_at(given_.calendar, later, asked)


@THOROUGH
@given(scenarios(), limits(), minutes())
def test_nothing_is_due_before_it_starts_and_days_end_with_a_session(
    given_: Scenario, limit: PlainLimit, start: datetime
) -> None:
    due = due_at(given_.calendar, moment(start), limit_of(*limit))
    assert due >= moment(start)
    if limit[1] not in HOUR_UNITS:
        assert due == given_.calendar.end_of_counted_day(due.date())


@THOROUGH
@given(scenarios(), limits(), minutes())
def test_a_longer_limit_is_never_due_earlier(given_: Scenario, limit: PlainLimit, start: datetime) -> None:
    value, unit, cut_off = limit
    assume(unit is not Unit.SAME_DAY)
    longer = due_at(given_.calendar, moment(start), limit_of(value + 1, unit, cut_off))
    assert due_at(given_.calendar, moment(start), limit_of(*limit)) <= longer


@THOROUGH
@given(
    scenarios(),
    limits(),
    minutes(),
    days(),
    st.sampled_from([DayKind.HOLIDAY, DayKind.COMPENSATION, DayKind.SWAPPED_OFF, DayKind.CLOSURE]),
)
def test_a_day_off_more_never_makes_anything_due_earlier(
    given_: Scenario, limit: PlainLimit, start: datetime, day: date, kind: DayKind
) -> None:
    assume(not given_.calendar.rows_on(day))
    changed = given_.with_row(day, kind, moves=True)
    assert due_at(given_.calendar, moment(start), limit_of(*limit)) <= due_at(
        changed, moment(start), limit_of(*limit)
    )


@THOROUGH
@given(scenarios(), limits(), minutes(), days())
def test_a_closure_that_moves_no_due_time_moves_none(
    given_: Scenario, limit: PlainLimit, start: datetime, day: date
) -> None:
    assume(not given_.calendar.rows_on(day))
    changed = given_.with_row(day, DayKind.CLOSURE, moves=False)
    assert due_at(given_.calendar, moment(start), limit_of(*limit)) == due_at(
        changed, moment(start), limit_of(*limit)
    )


@THOROUGH
@given(scenarios(), limits(), minutes(), st.data())
def test_resumed_stops_never_bring_the_due_time_forward(
    given_: Scenario, limit: PlainLimit, start: datetime, data: st.DataObject
) -> None:
    stops = [Stop(s.start, s.end, StopMode.RESUME) for s in map(stop, data.draw(stops_after(start)))]
    asked = limit_of(*limit)
    dues = [due_after_stops(given_.calendar, moment(start), asked, stops[:n]) for n in range(len(stops) + 1)]
    assert dues == sorted(dues)


@THOROUGH
@given(scenarios(), limits(), minutes(), st.data())
def test_a_later_completion_is_never_due_earlier(
    given_: Scenario, limit: PlainLimit, start: datetime, data: st.DataObject
) -> None:
    stops = [stop(s) for s in data.draw(stops_after(start, at_most=2))]
    assume(stops)
    last = stops[-1]
    assert last.end is not None
    later = Stop(last.start, last.end + timedelta(minutes=data.draw(st.integers(0, 4000))), last.mode)
    asked = limit_of(*limit)
    due = due_after_stops(given_.calendar, moment(start), asked, stops)
    assert due <= due_after_stops(given_.calendar, moment(start), asked, [*stops[:-1], later])


@THOROUGH
@given(scenarios(), minutes(), minutes(), minutes(), st.integers(0, 59_999_999))
def test_counted_time_adds_up_to_the_microsecond(
    given_: Scenario, a: datetime, b: datetime, c: datetime, micro: int
) -> None:
    first, second, third = sorted(moment(m) + timedelta(microseconds=micro) for m in (a, b, c))
    between = given_.calendar.working_between
    assert between(first, third) == between(first, second) + between(second, third)
    assert between(third, first) == timedelta()


@THOROUGH
@given(scenarios(), minutes(), st.integers(1, 10**11))
def test_adding_counted_time_reaches_the_earliest_moment_by_which_it_has_passed(
    given_: Scenario, start: datetime, micro: int
) -> None:
    worked = timedelta(microseconds=micro)
    reached = given_.calendar.add_working(moment(start), worked)
    just_before = reached - timedelta(microseconds=1)
    assert given_.calendar.working_between(moment(start), reached) == worked
    assert given_.calendar.working_between(moment(start), just_before) == worked - timedelta(microseconds=1)


@THOROUGH
@given(scenarios(), limits(), minutes(), st.data())
def test_steps_are_due_in_order_and_never_after_the_case(
    given_: Scenario, limit: PlainLimit, start: datetime, data: st.DataObject
) -> None:
    stops = [stop(s) for s in data.draw(stops_after(start, at_most=2))]
    due = due_after_stops(given_.calendar, moment(start), limit_of(*limit), stops)
    shares = [share_due(given_.calendar, moment(start), due, n, 8, stops) for n in range(1, 9)]
    assert shares == sorted(shares)
    assert shares[-1] == due
    assert shares[0] >= moment(start)


@THOROUGH
@given(scenarios(), limits(), minutes(), st.data())
def test_an_explanation_ends_at_the_due_time_and_accounts_for_every_day(
    given_: Scenario, limit: PlainLimit, start: datetime, data: st.DataObject
) -> None:
    value, unit, _ = limit
    calendar, asked = given_.calendar, limit_of(*limit)
    stops = [stop(s) for s in data.draw(stops_after(start, at_most=2))]
    assert explain(calendar, moment(start), asked, stops).due == due_after_stops(
        calendar, moment(start), asked, stops
    )

    plain = explain(calendar, moment(start), asked)
    counted, skipped = plain.counted_days, plain.skipped_days
    assert all(calendar.is_counted_day(reason.day) for reason in counted)
    assert not any(calendar.is_counted_day(reason.day) for reason in skipped)
    if unit is Unit.WORKING_DAY:
        assert [reason.number for reason in counted] == list(range(1, value + 1))
        assert counted[-1].day == plain.due.date()
    if unit is Unit.WORKING_HOUR:
        spent = [reason.worked for reason in counted if reason.worked is not None]
        assert sum(spent, timedelta()) == timedelta(hours=value)


@THOROUGH
@given(scenarios(), minutes(), st.integers(1, 20))
def test_working_hours_due_within_leave_exactly_those_hours(
    given_: Scenario, start: datetime, hours: int
) -> None:
    due = due_at(given_.calendar, moment(start), Limit(hours, Unit.WORKING_HOUR))
    assert given_.calendar.working_between(moment(start), due) == timedelta(hours=hours)
