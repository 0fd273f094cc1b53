"""Due times: a pure function of the version's limits, the calendar's version and the ledger. Never counted down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from apps.calendars.selectors import AnswerTimes
from apps.calendars.working_time import (
    Channel,
    Limit,
    Stop,
    StopMode,
    TimeSet,
    Unit,
    WorkingCalendar,
    clock_start,
    due_after_stops,
    due_as_set,
    due_at,
    intake_due,
    received_at,
    share_due,
)
from apps.cases.choices import ENDED_CLOCK, STOPPED_CLOCK, EventKind, Status
from apps.cases.history import Entry, effective
from apps.core.canonical import read_moment
from apps.procedures.selectors import VersionRules, as_limit, window_of

# What stops the clock, and what sets it going again.
STOPPED_BY: dict[EventKind, EventKind] = {
    EventKind.SUPPLEMENT_REQUESTED: EventKind.SUPPLEMENT_PROVIDED,
    EventKind.PAYMENT_REQUESTED: EventKind.OBLIGATION_FULFILLED,
    EventKind.CONFIRMATION_ASKED: EventKind.DRAFT_CONFIRMED,
}


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What a version says of time: its limits by position, what a supplement does, each step's share of the whole.

    `windows` are how long the applicant may take, by the act that asks them; None where the version sets none.
    """

    limits: Mapping[int, Limit]
    after_supplement: StopMode
    shares: Sequence[tuple[int, Fraction]]
    windows: Mapping[EventKind, Limit | None]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Times of one case. `due_at` is when whoever holds it must have acted; it means nothing while the clock stands.

    `withdrawal_due_at` is by when a withdrawal that waits is answered; `applicant_due_at` by when the applicant answers
    what the case waits for. Neither moves anything else.
    """

    intake_due_at: datetime
    due_at: datetime
    is_clock_running: bool
    statutory_due_at: datetime | None = None
    promised_due_at: datetime | None = None
    renewed_due_at: datetime | None = None
    step_due_at: datetime | None = None
    withdrawal_due_at: datetime | None = None
    applicant_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the due times of an accepted case rest on: from when, which limit, what interrupted it, what was decided.

    `limit` is that of acceptance, or the longer one with the time to verify (`is_prolonged`); `of_outcome` the limit
    that the outcome proposed has of its own. `agreed` and `renewed` are times that were set by decision.
    """

    calendar: WorkingCalendar
    start: datetime
    limit: Limit
    stops: Sequence[Stop]
    is_prolonged: bool = False
    of_outcome: Limit | None = None
    agreed: TimeSet | None = None
    renewed: TimeSet | None = None

    @property
    def promised_due(self) -> datetime:
        """The promise of form 01: re-set by stops and prolongations, and by nothing else."""
        return self._due(self.limit)

    @property
    def statutory_due(self) -> datetime:
        """By the law's limit: the same, until the outcome proposed has a limit of its own."""
        return self._due(self.of_outcome or self.limit)

    @property
    def renewed_due(self) -> datetime | None:
        """The new time of form 04; the promise stays beside it."""
        return due_as_set(self.calendar, self.renewed, self.stops) if self.renewed else None

    @property
    def due(self) -> datetime:
        """When the case must be done: by promise and law, or by the new time once that is given."""
        first = min(self.promised_due, self.statutory_due)
        return max(first, self.renewed_due or first)

    def _due(self, limit: Limit) -> datetime:
        due = due_after_stops(self.calendar, self.start, limit, self.stops)
        return max(due, due_as_set(self.calendar, self.agreed, self.stops)) if self.agreed else due


def clock_rules(rules: VersionRules) -> ClockRules:
    """What a version says of time, as the pure function wants it. Raises ValueError when a limit is not established."""
    return ClockRules(
        limits={limit.position: as_limit(limit) for limit in rules.time_limits},
        after_supplement=StopMode(rules.version.after_supplement),
        shares=[(step.position, Fraction(step.share, step.share_of)) for step in rules.steps],
        windows={
            EventKind.SUPPLEMENT_REQUESTED: window_of(rules.version, "supplement"),
            EventKind.PAYMENT_REQUESTED: window_of(rules.version, "payment"),
            EventKind.CONFIRMATION_ASKED: window_of(rules.version, "confirmation"),
        },
    )


def derive(
    entries: Sequence[Entry],
    rules: ClockRules,
    calendar_of: Callable[[int], WorkingCalendar],
    answer_times_of: Callable[[int], AnswerTimes],
    step: int | None,
) -> Deadlines:
    """All due times of a case from its events. `entries` begins with the submission.

    A calendar and the times to answer are asked for by the version of the calendar that an event names.
    """
    counting = effective(entries)
    _, intake_due_at = intake_times(counting, calendar_of, answer_times_of)
    is_clock_running = _is_running(counting)
    withdrawal_due_at = _withdrawal_due(counting, calendar_of, answer_times_of)
    applicant_due_at = _applicant_due(counting, rules, calendar_of)
    reckoning = reckon(entries, rules, calendar_of, answer_times_of)
    if reckoning is None:
        return Deadlines(
            intake_due_at=intake_due_at,
            due_at=intake_due_at,
            is_clock_running=is_clock_running,
            step_due_at=intake_due_at,
            withdrawal_due_at=withdrawal_due_at,
            applicant_due_at=applicant_due_at,
        )
    due = reckoning.due
    return Deadlines(
        intake_due_at=intake_due_at,
        due_at=due,
        is_clock_running=is_clock_running,
        statutory_due_at=reckoning.statutory_due,
        promised_due_at=reckoning.promised_due,
        renewed_due_at=reckoning.renewed_due,
        step_due_at=_step_due(reckoning, due, rules.shares, step),
        withdrawal_due_at=withdrawal_due_at,
        applicant_due_at=applicant_due_at,
    )


def reckon(
    entries: Sequence[Entry],
    rules: ClockRules,
    calendar_of: Callable[[int], WorkingCalendar],
    answer_times_of: Callable[[int], AnswerTimes],
) -> Reckoning | None:
    """What the due times of a case rest on; None until it is accepted."""
    counting = effective(entries)
    accepted = _accepted(counting)
    if accepted is None:
        return None
    received, intake_due_at = intake_times(counting, calendar_of, answer_times_of)
    # Chosen at acceptance, and again where the case was moved to another version.
    moved = _last(counting, EventKind.VERSION_CHANGED)
    chosen = (
        moved
        if moved is not None and moved.sequence > accepted.sequence and "limit" in moved.data
        else accepted
    )
    limit = rules.limits[chosen.data["limit"]]
    start = clock_start(limit, received=received, accepted=accepted.at, intake_due_at=intake_due_at)
    prolonged = _last(counting, EventKind.PROLONGED_TO_VERIFY)
    if prolonged is not None:
        limit = with_verification(limit, Limit(prolonged.data["value"], Unit(prolonged.data["unit"])))
    of_outcome = _limit_of_outcome(counting)
    return Reckoning(
        calendar=calendar_of(counting[-1].calendar_version),
        start=start,
        limit=limit,
        stops=_stops(counting, accepted, start, rules.after_supplement),
        is_prolonged=prolonged is not None,
        of_outcome=None if of_outcome is None or prolonged else rules.limits[of_outcome],
        agreed=_time_set(_last(counting, EventKind.PROLONGED_BY_AGREEMENT)),
        renewed=_time_set(_last(counting, EventKind.DEADLINE_EXTENDED)),
    )


def with_verification(limit: Limit, in_all: Limit) -> Limit:
    """A limit prolonged to what it is in all with the time to verify; where it counts days the cut-off stays."""
    is_in_hours = in_all.unit in (Unit.WORKING_HOUR, Unit.CLOCK_HOUR)
    return Limit(in_all.value, in_all.unit, None if is_in_hours else limit.cut_off)


def _last(counting: Sequence[Entry], kind: EventKind) -> Entry | None:
    return next((entry for entry in reversed(counting) if entry.kind == kind), None)


def _accepted(counting: Sequence[Entry]) -> Entry | None:
    return _last(counting, EventKind.INTAKE_ACCEPTED)


def _time_set(entry: Entry | None) -> TimeSet | None:
    return TimeSet(entry.at, read_moment(entry.data["until"])) if entry else None


def _limit_of_outcome(counting: Sequence[Entry]) -> int | None:
    """The place of the limit that the proposed outcome has of its own; None where it has none, or was taken back."""
    position: int | None = None
    for entry in counting:
        if entry.kind == EventKind.RESULT_PROPOSED:
            position = entry.data.get("limit")
        elif entry.changes.get("proposed_by_id", entry) is None:
            position = None
    return position


# No stored version has this id.
_ANOTHER_CALENDAR = 0


def rederived(
    entries: Sequence[Entry],
    rules: ClockRules,
    calendar: WorkingCalendar,
    calendar_of: Callable[[int], WorkingCalendar],
    answer_times_of: Callable[[int], AnswerTimes],
    step: int | None,
) -> Deadlines:
    """The due times that these events would have if one more, which did nothing else, named another calendar."""
    last = entries[-1]
    named = replace(
        last,
        sequence=last.sequence + 1,
        kind=EventKind.DUE_TIMES_REDERIVED,
        from_status=last.to_status,
        calendar_version=_ANOTHER_CALENDAR,
        changes={},
        data={},
    )

    def calendar_named(version: int) -> WorkingCalendar:
        return calendar if version == _ANOTHER_CALENDAR else calendar_of(version)

    return derive([*entries, named], rules, calendar_named, answer_times_of, step)


def _is_running(counting: Sequence[Entry]) -> bool:
    """Whether time counts: not while something is awaited from the applicant, nor before the result of another case has
    come, nor at the end. A withdrawal that was asked for leaves the clock as it was."""
    status = next(
        entry.to_status for entry in reversed(counting) if entry.to_status != Status.WITHDRAWAL_REQUESTED
    )
    if status in (*STOPPED_CLOCK, *ENDED_CLOCK) or cases_awaited(counting):
        return False
    return awaited_since(counting) is None


def cases_awaited(counting: Sequence[Entry]) -> list[str]:
    """The codes of the cases whose results this one still waits for, in their order."""
    delivered = {
        entry.data["prerequisite"] for entry in counting if entry.kind == EventKind.PREREQUISITE_DELIVERED
    }
    return [code for code in counting[0].data.get("waits_for", ()) if code not in delivered]


def awaited_since(counting: Sequence[Entry]) -> Entry | None:
    """The act that asked the applicant for what the case waits for; None while it waits for nothing."""
    asking = next((entry for entry in reversed(counting) if entry.kind in STOPPED_BY), None)
    if asking is None or counting[-1].to_status in ENDED_CLOCK:
        return None
    answered = _last(counting, STOPPED_BY[asking.kind])
    return asking if answered is None or answered.sequence < asking.sequence else None


def _applicant_due(
    counting: Sequence[Entry], rules: ClockRules, calendar_of: Callable[[int], WorkingCalendar]
) -> datetime | None:
    """By when the applicant answers: the version's window from the request, or from the reopening after it."""
    asking = awaited_since(counting)
    window = rules.windows[asking.kind] if asking else None
    if asking is None or window is None:
        return None
    reopened = _last(counting, EventKind.CASE_REOPENED)
    since = reopened if reopened and reopened.sequence > asking.sequence else asking
    return due_at(calendar_of(since.calendar_version), since.at, window)


def intake_times(
    counting: Sequence[Entry],
    calendar_of: Callable[[int], WorkingCalendar],
    answer_times_of: Callable[[int], AnswerTimes],
) -> tuple[datetime, datetime]:
    """When the file counts as received, and by when intake was due: a supplement at intake begins both again, and so
    do an obligation fulfilled there, reopening a case that had not been accepted, and the result of the case before it."""
    filed, accepted = counting[0], _accepted(counting)
    calendar = calendar_of(filed.calendar_version)
    channel = Channel(filed.data["channel"])
    received: datetime = filed.changes["received_at"]
    for entry in counting:
        if accepted is not None and entry.sequence >= accepted.sequence:
            break
        # A calendar that changed before acceptance moves the time to answer as well.
        calendar = calendar_of(entry.calendar_version)
        if entry.to_status != Status.SUBMITTED:
            continue
        if entry.kind in STOPPED_BY.values():
            received = _complete_at(entry)
        elif entry.kind == EventKind.PREREQUISITE_DELIVERED:
            received = entry.changes.get("received_at", received)
        elif entry.kind == EventKind.CASE_REOPENED:
            received = received_at(calendar, entry.at, channel)
    return received, intake_due(calendar, received, channel, answer_times_of(filed.calendar_version).intake)


def _withdrawal_due(
    counting: Sequence[Entry],
    calendar_of: Callable[[int], WorkingCalendar],
    answer_times_of: Callable[[int], AnswerTimes],
) -> datetime | None:
    """By when the withdrawal that waits is answered; asked for online at night it counts as received at the next opening."""
    if counting[-1].to_status != Status.WITHDRAWAL_REQUESTED:
        return None
    asked = next(entry for entry in reversed(counting) if entry.kind == EventKind.WITHDRAWAL_REQUESTED)
    calendar = calendar_of(counting[-1].calendar_version)
    received = received_at(calendar, asked.at, Channel.ONLINE)
    return due_at(calendar, received, answer_times_of(asked.calendar_version).withdrawal)


def _stops(
    counting: Sequence[Entry], accepted: Entry, start: datetime, after_supplement: StopMode
) -> list[Stop]:
    """The spans after acceptance in which the clock stood still. Only a supplement may begin the limit again: while the
    applicant pays or reads a draft the file is complete, and what was left of the limit is left."""
    stops: list[Stop] = []
    opened: datetime | None = None
    mode = StopMode.RESUME
    for entry in counting:
        if entry.sequence <= accepted.sequence:
            continue
        if entry.kind in STOPPED_BY:
            # Completed at night counts from the next opening; asked again before that, the clock never ran.
            opened = max([entry.at, start, *(stop.end for stop in stops if stop.end)])
            mode = after_supplement if entry.kind == EventKind.SUPPLEMENT_REQUESTED else StopMode.RESUME
        elif entry.kind in STOPPED_BY.values() and opened is not None:
            stops.append(Stop(opened, max(_complete_at(entry), opened), mode))
            opened = None
    if opened is not None:
        stops.append(Stop(opened, None, mode))
    return stops


def _complete_at(entry: Entry) -> datetime:
    """When the answer counts as received: the opening of the next session for what came online at night."""
    return read_moment(entry.data["complete_at"])


def _step_due(
    reckoning: Reckoning, due: datetime, shares: Sequence[tuple[int, Fraction]], step: int | None
) -> datetime:
    """The share of the time that this step and those before it may use, never after the case."""
    used = sum((share for position, share in shares if step is None or position <= step), Fraction())
    if not 0 < used < 1:
        return due
    return share_due(
        reckoning.calendar, reckoning.start, due, used.numerator, used.denominator, reckoning.stops
    )
