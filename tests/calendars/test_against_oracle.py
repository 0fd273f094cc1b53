"""The arithmetic and the minute-by-minute oracle agree on random calendars, moments, limits and stops."""

from datetime import date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.calendars.working_time import HANOI, Limit, TimeSet, Unit, due_after_stops, due_as_set, due_at
from tests.calendars.scenarios import (
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


@THOROUGH
@given(scenarios(), minutes(), minutes())
def test_counted_time_between_two_moments(given_: Scenario, a: datetime, b: datetime) -> None:
    worked = given_.calendar.working_between(moment(a), moment(b))
    assert worked == timedelta(minutes=given_.oracle.minutes_between(a, b))


@THOROUGH
@given(scenarios(), minutes(), st.integers(0, 24 * 60))
def test_adding_counted_time(given_: Scenario, start: datetime, added: int) -> None:
    reached = given_.calendar.add_working(moment(start), timedelta(minutes=added))
    assert reached == moment(given_.oracle.add_minutes(start, added))


@THOROUGH
@given(scenarios(), minutes())
def test_the_next_opening(given_: Scenario, start: datetime) -> None:
    opening = given_.calendar.opening_at_or_after(moment(start))
    assert opening == moment(given_.oracle.opening_at_or_after(start))


@THOROUGH
@given(scenarios(), days(), days(), st.integers(1, 20))
def test_counted_days(given_: Scenario, first: date, last: date, count: int) -> None:
    calendar, oracle = given_.calendar, given_.oracle
    assert calendar.is_counted_day(first) == oracle.is_counted_day(first)
    assert calendar.counted_days_between(first, last) == oracle.counted_days_after(first, last)
    assert calendar.add_counted_days(first, count) == oracle.add_counted_days(first, count)
    assert calendar.counted_day_on_or_after(first) == oracle.add_counted_days(first - timedelta(days=1), 1)
    if oracle.is_counted_day(first):
        assert calendar.end_of_counted_day(first) == moment(oracle.close_of(first))


@settings(THOROUGH, max_examples=250)
@given(scenarios(), minutes(), limits())
def test_due_times_of_every_unit(
    given_: Scenario, start: datetime, limit: tuple[int, Unit, int | None]
) -> None:
    value, unit, cut_off = limit
    due = due_at(given_.calendar, moment(start), limit_of(*limit))
    assert due == moment(given_.oracle.due(start, value, unit.value, cut_off))
    assert due.tzinfo is HANOI


@settings(THOROUGH, max_examples=250)
@given(scenarios(), minutes(), limits(), st.data())
def test_due_times_after_stops(
    given_: Scenario, start: datetime, limit: tuple[int, Unit, int | None], data: st.DataObject
) -> None:
    value, unit, cut_off = limit
    plain = data.draw(stops_after(start))
    due = due_after_stops(given_.calendar, moment(start), limit_of(*limit), [stop(s) for s in plain])
    assert due == moment(given_.oracle.due(start, value, unit.value, cut_off, plain))


@THOROUGH
@given(scenarios(), minutes(), st.integers(4, 20), st.data())
def test_working_hours_with_stops_are_those_of_a_clock_that_stands_still(
    given_: Scenario, start: datetime, hours: int, data: st.DataObject
) -> None:
    plain = data.draw(stops_after(start, at_most=2))
    calendar, limit = given_.calendar, Limit(hours, Unit.WORKING_HOUR)
    for position, one in enumerate(plain):
        before = due_after_stops(calendar, moment(start), limit, [stop(s) for s in plain[:position]])
        assume(moment(one.start) < before)
    due = due_after_stops(calendar, moment(start), limit, [stop(s) for s in plain])
    assert due == moment(given_.oracle.running_minutes_due(start, hours, plain))


@THOROUGH
@given(scenarios(), minutes(), minutes(), st.data())
def test_a_time_set_by_decision_is_moved_by_the_stops_since_then(
    given_: Scenario, start: datetime, until: datetime, data: st.DataObject
) -> None:
    plain = data.draw(stops_after(start))
    decided = data.draw(st.sampled_from([start, *(stop.end for stop in plain)]))
    moved = due_as_set(given_.calendar, TimeSet(moment(decided), moment(until)), [stop(s) for s in plain])
    assert moved == moment(given_.oracle.set_by_decision(decided, until, plain))
