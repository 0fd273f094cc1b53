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
    WorkingCalendar,
    clock_start,
    due_after_stops,
    due_at,
    intake_due,
    received_at,
    share_due,
)
from apps.cases.choices import ENDED_CLOCK, STOPPED_CLOCK, EventKind, Status
from apps.cases.history import Entry, effective
from apps.core.canonical import read_moment
from apps.procedures.selectors import VersionRules, as_limit


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What a version says of time: its limits by position, what a supplement does, each step's share of the whole."""

    limits: Mapping[int, Limit]
    after_supplement: StopMode
    shares: Sequence[tuple[int, Fraction]]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Times of one case. `due_at` is when whoever holds it must have acted; it means nothing while the clock stands.

    `withdrawal_due_at` is by when a withdrawal that waits is answered; it moves nothing else.
    """

    intake_due_at: datetime
    due_at: datetime
    is_clock_running: bool
    statutory_due_at: datetime | None = None
    promised_due_at: datetime | None = None
    renewed_due_at: datetime | None = None
    step_due_at: datetime | None = None
    withdrawal_due_at: datetime | None = None


def clock_rules(rules: VersionRules) -> ClockRules:
    """What a version says of time, as the pure function wants it. Raises ValueError when a limit is not established."""
    return ClockRules(
        limits={limit.position: as_limit(limit) for limit in rules.time_limits},
        after_supplement=StopMode(rules.version.after_supplement),
        shares=[(step.position, Fraction(step.share, step.share_of)) for step in rules.steps],
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
    filed = counting[0]
    accepted = next((entry for entry in reversed(counting) if entry.kind == EventKind.INTAKE_ACCEPTED), None)
    intake_limits = answer_times_of(filed.calendar_version).intake
    received, intake_due_at = _intake(counting, filed, accepted, calendar_of, intake_limits)
    withdrawal_due_at = _withdrawal_due(counting, calendar_of, answer_times_of)
    is_clock_running = _is_running(counting)
    if accepted is None:
        return Deadlines(
            intake_due_at=intake_due_at,
            due_at=intake_due_at,
            is_clock_running=is_clock_running,
            step_due_at=intake_due_at,
            withdrawal_due_at=withdrawal_due_at,
        )
    calendar = calendar_of(counting[-1].calendar_version)
    limit = rules.limits[accepted.data["limit"]]
    start = clock_start(limit, received=received, accepted=accepted.at, intake_due_at=intake_due_at)
    stops = _stops(counting, accepted, start, rules.after_supplement)
    due = due_after_stops(calendar, start, limit, stops)
    return Deadlines(
        intake_due_at=intake_due_at,
        due_at=due,
        is_clock_running=is_clock_running,
        statutory_due_at=due,
        promised_due_at=due,
        step_due_at=_step_due(calendar, start, due, stops, rules.shares, step),
        withdrawal_due_at=withdrawal_due_at,
    )


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
    """Whether time counts: not while something is awaited from the applicant, nor at the end. A withdrawal that was
    asked for leaves the clock as it was."""
    status = next(
        entry.to_status for entry in reversed(counting) if entry.to_status != Status.WITHDRAWAL_REQUESTED
    )
    return status not in (*STOPPED_CLOCK, *ENDED_CLOCK)


def _intake(
    counting: Sequence[Entry],
    filed: Entry,
    accepted: Entry | None,
    calendar_of: Callable[[int], WorkingCalendar],
    intake_limits: Mapping[Channel, Limit | None],
) -> tuple[datetime, datetime]:
    """When the file counts as received, and by when intake was due: a supplement at intake begins both again, and so
    does reopening a case that had not been accepted."""
    calendar = calendar_of(filed.calendar_version)
    channel = Channel(filed.data["channel"])
    received: datetime = filed.changes["received_at"]
    for entry in counting:
        if accepted is not None and entry.sequence >= accepted.sequence:
            break
        # A calendar that changed before acceptance moves the time to answer as well.
        calendar = calendar_of(entry.calendar_version)
        if entry.kind == EventKind.SUPPLEMENT_PROVIDED and entry.to_status == Status.SUBMITTED:
            received = _complete_at(entry)
        elif entry.kind == EventKind.CASE_REOPENED and entry.to_status == Status.SUBMITTED:
            received = received_at(calendar, entry.at, channel)
    return received, intake_due(calendar, received, channel, intake_limits)


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


def _stops(counting: Sequence[Entry], accepted: Entry, start: datetime, mode: StopMode) -> list[Stop]:
    """The spans after acceptance in which the clock stood still."""
    stops: list[Stop] = []
    opened: datetime | None = None
    for entry in counting:
        if entry.sequence <= accepted.sequence:
            continue
        if entry.kind == EventKind.SUPPLEMENT_REQUESTED:
            # Completed at night counts from the next opening; asked again before that, the clock never ran.
            opened = max([entry.at, start, *(stop.end for stop in stops if stop.end)])
        elif entry.kind == EventKind.SUPPLEMENT_PROVIDED and opened is not None:
            stops.append(Stop(opened, max(_complete_at(entry), opened), mode))
            opened = None
    if opened is not None:
        stops.append(Stop(opened, None, mode))
    return stops


def _complete_at(entry: Entry) -> datetime:
    """When the completed file counts as received: the opening of the next session for what came online at night."""
    return read_moment(entry.data["complete_at"])


def _step_due(
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    stops: Sequence[Stop],
    shares: Sequence[tuple[int, Fraction]],
    step: int | None,
) -> datetime:
    """The share of the time that this step and those before it may use, never after the case."""
    used = sum((share for position, share in shares if step is None or position <= step), Fraction())
    if not 0 < used < 1:
        return due
    return share_due(calendar, start, due, used.numerator, used.denominator, stops)
