"""The due times of any life of a case are what the minute-by-minute oracle says: stops, prolongations, extension."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.calendars.selectors import AnswerTimes
from apps.calendars.working_time import Channel, Limit, StopMode, Unit
from apps.cases.choices import EventKind, Status
from apps.cases.deadlines import STOPPED_BY, ClockRules, Deadlines, derive
from apps.cases.history import Entry
from apps.core.canonical import spell_moment
from tests.calendars.oracle import PlainStop
from tests.calendars.scenarios import THOROUGH, Scenario, limit_of, limits, minutes, moment, scenarios

DAY = Limit(1, Unit.WORKING_DAY)
TIMES = AnswerTimes(dict.fromkeys(Channel), DAY, DAY, DAY, DAY, DAY)
STANDING = {
    EventKind.SUPPLEMENT_REQUESTED: Status.AWAITING_SUPPLEMENT,
    EventKind.PAYMENT_REQUESTED: Status.AWAITING_PAYMENT,
    EventKind.CONFIRMATION_ASKED: Status.IN_PROGRESS,
}


@dataclass
class Life:
    """A case from its acceptance on, told twice: as entries of a ledger, and in plain values."""

    start: datetime
    limit: tuple[int, Unit, int | None]
    after_supplement: str
    entries: list[Entry] = field(default_factory=list)
    stops: list[PlainStop] = field(default_factory=list)
    verified: tuple[int, Unit] | None = None
    agreed: tuple[datetime, datetime] | None = None
    renewed: tuple[datetime, datetime] | None = None

    def note(self, kind: EventKind, at: datetime, status: Status, **said: Any) -> None:
        data = {name: spell_moment(moment(v)) if isinstance(v, datetime) else v for name, v in said.items()}
        changes = {"received_at": moment(at)} if kind == EventKind.APPLICATION_SUBMITTED else {}
        before = self.entries[-1].to_status if self.entries else None
        self.entries.append(Entry(len(self.entries) + 1, kind, moment(at), before, status, 1, changes, data))

    def derived(self, given_: Scenario) -> Deadlines:
        rules = ClockRules(
            limits={1: limit_of(*self.limit)},
            after_supplement=StopMode(self.after_supplement),
            shares=[(1, Fraction(1, 2)), (2, Fraction(1, 2))],
            windows=dict.fromkeys(STOPPED_BY),
        )
        return derive(self.entries, rules, lambda _: given_.calendar, lambda _: TIMES, 1)


@st.composite
def lives(draw: st.DrawFn, at_most: int = 5) -> Life:
    """Accepted at a counter; then stops that end, and decisions on its time, in any order."""
    life = Life(draw(minutes()), draw(limits()), draw(st.sampled_from(["restart", "resume"])))
    life.note(EventKind.APPLICATION_SUBMITTED, life.start, Status.SUBMITTED, channel="counter")
    life.note(EventKind.INTAKE_ACCEPTED, life.start, Status.ACCEPTED, limit=1)
    spans = st.integers(0, 4 * 1440).map(lambda n: timedelta(minutes=n))
    now = life.start
    for act in draw(st.lists(st.sampled_from(["stop", "verify", "agree", "extend"]), max_size=at_most)):
        now += draw(spans)
        if act == "stop":
            kind = draw(st.sampled_from(list(STOPPED_BY)))
            end = now + draw(spans)
            life.note(kind, now, STANDING[kind])
            life.note(STOPPED_BY[kind], end, Status.ACCEPTED, complete_at=end)
            is_supplement = kind == EventKind.SUPPLEMENT_REQUESTED
            life.stops.append(PlainStop(now, end, life.after_supplement if is_supplement else "resume"))
            now = end
        elif act == "verify":
            life.verified = (draw(st.integers(1, 12)), draw(st.sampled_from([Unit.WORKING_DAY, Unit.DAY])))
            value, unit = life.verified
            life.note(EventKind.PROLONGED_TO_VERIFY, now, Status.ACCEPTED, value=value, unit=unit.value)
        else:
            until = now + draw(spans)
            is_agreed = act == "agree"
            kind = EventKind.PROLONGED_BY_AGREEMENT if is_agreed else EventKind.DEADLINE_EXTENDED
            life.note(kind, now, Status.ACCEPTED, until=until)
            if is_agreed:
                life.agreed = (now, until)
            else:
                life.renewed = (now, until)
    return life


@settings(THOROUGH, max_examples=250)
@given(scenarios(), lives())
def test_every_due_time_is_what_walking_minute_by_minute_gives(given_: Scenario, life: Life) -> None:
    value, unit, cut_off = life.limit
    if life.verified is not None:
        value, unit = life.verified
    promised = given_.oracle.due(life.start, value, unit.value, cut_off, life.stops)
    if life.agreed is not None:
        promised = max(promised, given_.oracle.set_by_decision(*life.agreed, life.stops))
    renewed = given_.oracle.set_by_decision(*life.renewed, life.stops) if life.renewed else None
    derived = life.derived(given_)
    assert derived.promised_due_at == derived.statutory_due_at == moment(promised)
    assert derived.renewed_due_at == (moment(renewed) if renewed else None)
    assert derived.due_at == moment(max(promised, renewed or promised))
    assert derived.is_clock_running
    assert derived.applicant_due_at is None


@THOROUGH
@given(scenarios(), lives())
def test_the_step_is_due_with_the_case_at_the_latest(given_: Scenario, life: Life) -> None:
    derived = life.derived(given_)
    assert derived.step_due_at is not None
    assert derived.step_due_at <= derived.due_at


@THOROUGH
@given(scenarios(), lives(), st.integers(0, 4 * 1440))
def test_an_extension_moves_neither_promise_nor_law(given_: Scenario, life: Life, later: int) -> None:
    before = life.derived(given_)
    at = life.entries[-1].at.replace(tzinfo=None)
    life.note(EventKind.DEADLINE_EXTENDED, at, Status.ACCEPTED, until=at + timedelta(minutes=later))
    after = life.derived(given_)
    assert (after.promised_due_at, after.statutory_due_at) == (
        before.promised_due_at,
        before.statutory_due_at,
    )


@THOROUGH
@given(scenarios(), lives(), st.sampled_from(sorted(STOPPED_BY)), st.integers(0, 4 * 1440))
def test_while_something_is_awaited_the_clock_stands_and_what_was_promised_stays(
    given_: Scenario, life: Life, kind: EventKind, later: int
) -> None:
    before = life.derived(given_)
    at = life.entries[-1].at.replace(tzinfo=None) + timedelta(minutes=later)
    life.note(kind, at, STANDING[kind])
    after = life.derived(given_)
    assert not after.is_clock_running
    assert (after.promised_due_at, after.renewed_due_at) == (before.promised_due_at, before.renewed_due_at)
