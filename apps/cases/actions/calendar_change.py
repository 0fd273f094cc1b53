"""A decision on days of the calendar: shown first with every open case that it moves, then done, case by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.actors import CALENDAR, Actor
from apps.calendars.actions import apply_change
from apps.calendars.choices import CALENDAR_CHANGE
from apps.calendars.errors import ClosedAgencyUnknown
from apps.calendars.models import Calendar, CalendarChange
from apps.calendars.selectors import calendars_in_force, newest_for, newest_versions, working_calendar
from apps.calendars.soundness import (
    DayChange,
    LineKey,
    agencies_touched,
    changed,
    read_change,
    refuse_unsound,
)
from apps.calendars.working_time import HANOI, WorkingCalendar
from apps.cases import ledger
from apps.cases.actions.answers_due import move_answers
from apps.cases.choices import EventKind, Move
from apps.cases.models import Case, CaseEvent
from apps.cases.notices import owe_notices
from apps.cases.selectors.calendar import (
    CaseMove,
    cases_to_keep,
    entries_of_all,
    has_a_time_to_keep,
    moves,
    times_moved,
    with_newest_calendar,
)
from apps.core import jobs
from apps.core.canonical import spell_moment
from apps.core.models import Job, JobRow, OutboxRow
from apps.procedures.policies import may_change_catalogue
from apps.units.models import Agency

TASK = "apps.cases.tasks.change_calendar"
# Cases of a chunk stay locked while it is written: few, so that no clerk waits.
CHUNK = 50


def propose_calendar_change(days: Sequence[DayChange], *, by: Actor, at: datetime) -> Job:
    """Checks a change of days whole and stores it with a row for each open case that it would move. Changes nothing.

    Raises NotAllowed, NoDayNamed, Faults with every fault at `<row>.<field>`.
    """
    may_change_catalogue(by)
    before = calendars_in_force()
    refuse_unsound(before, days, today=timezone.localdate(at))
    after = changed(before, days)
    built: dict[LineKey, WorkingCalendar] = {}

    def calendar_for(case: Case) -> WorkingCalendar:
        key = after.line_of(case.calendar_version.calendar_id, case.clock_agency)  # type: ignore[attr-defined]
        if key not in built:
            built[key] = after.working(key)
        return built[key]

    found = list(moves(_may_move(days), calendar_for))
    job = Job(
        kind=CALENDAR_CHANGE, subject=_said(days), proposed_by=by.user_id, proposed_at=at, total=len(found)
    )
    rows = [_row(number, move, at) for number, move in enumerate(found, 1)]
    stands_on = sorted(version for line in before.lines.values() if (version := line.version_id))
    change = CalendarChange(job=job, days=[day.spelled() for day in days], stands_on=stands_on)
    return jobs.propose(job, rows, beside=lambda job: change.save(force_insert=True))


def closed_agency(code: str, day: date) -> tuple[int, int]:
    """The agency with an identification code, and its calendar. Raises ClosedAgencyUnknown."""
    agency = Agency.objects.valid_on(day).filter(identification_code=code.strip().upper()).first()
    calendar = Calendar.objects.filter(code=agency.calendar_code).first() if agency else None
    if agency is None or calendar is None:
        raise ClosedAgencyUnknown(field="agency", code=code)
    return agency.pk, calendar.pk


def start_calendar_change(job_id: int, *, decision: str, by: Actor, at: datetime) -> Job:
    """Writes the new versions of the calendars at once; a worker then re-derives the cases that they move.

    Raises NotAllowed, JobUnknown, JobNotOpen, JobUnderWay, DecisionMissing, CalendarMoved when another change came
    first, and Faults when a day has passed meanwhile.
    """
    may_change_catalogue(by)

    def apply(job: Job) -> None:
        apply_change(job.calendar_change, at=at)
        move_answers(_first_of([read_change(each) for each in job.calendar_change.days]))

    return jobs.start(
        job_id, kind=CALENDAR_CHANGE, task=TASK, decision=decision, actor_id=by.user_id, at=at, beside=apply
    )


def drop_calendar_change(job_id: int, *, by: Actor, at: datetime) -> Job:
    """Puts a proposal away. Raises NotAllowed, JobUnknown, JobNotOpen."""
    may_change_catalogue(by)
    return jobs.drop(job_id, kind=CALENDAR_CHANGE, at=at)


def moved_besides(job: Job, at: datetime) -> list[JobRow]:
    """Open cases that the new calendars move and the proposal did not know: filed or accepted since then."""
    newest = newest_versions()

    def calendar_for(case: Case) -> WorkingCalendar:
        return working_calendar(_newest_of(case, newest))

    days = [read_change(each) for each in job.calendar_change.days]
    known = set(job.rows.values_list("key", flat=True))
    behind = [move for move in moves(_may_move(days), calendar_for) if move.case.code not in known]
    return [_row(job.total + number, move, at) for number, move in enumerate(behind, 1)]


def settle(rows: Sequence[JobRow], at: datetime) -> None:
    """Re-derives some cases, each compared once more under its lock: what has moved by another act stays as it is."""
    job, newest = rows[0].job, newest_versions()
    cases = _locked([row.key for row in rows])
    entries = entries_of_all(cases.values())
    moved: list[tuple[Case, CaseEvent]] = []
    for row in rows:
        case = cases[row.key]
        version = _newest_of(case, newest)
        is_behind = has_a_time_to_keep(case) and case.calendar_version_id != version
        times = times_moved(case, entries[case.pk], working_calendar(version)) if is_behind else {}
        if not times:
            row.outcome, row.difference = Move.NONE, {}
            continue
        move = CaseMove(case, times)
        row.outcome, row.difference = move.outcome(at), _spelled(move)
        data = {"job": job.pk, "decision": job.decision, **_promise(move)}
        event = ledger.record(
            case,
            EventKind.DUE_TIMES_REDERIVED,
            by=CALENDAR,
            at=max(at, case.last_event_at),
            entries=entries[case.pk],
            data=data,
            calendar_version=version,
        )
        moved.append((case, event))
    OutboxRow.objects.bulk_create(owe_notices(moved))


def _promise(move: CaseMove) -> dict[str, Any]:
    """The time that was promised and the one that is, where the change moves it: then the applicant is told."""
    promised = move.times.get("promised_due_at")
    return {"promised": list(promised)} if promised else {}


def _may_move(days: Sequence[DayChange]) -> QuerySet[Case]:
    return cases_to_keep(after=_first_of(days), agencies=agencies_touched(days))


def _first_of(days: Sequence[DayChange]) -> datetime:
    """The beginning of the first of the days: no time before it moves."""
    return datetime.combine(min(day.date for day in days), time(), HANOI)


def _locked(codes: Sequence[str]) -> dict[str, Case]:
    """The cases, locked in one order and read again once the locks are held."""
    locked = Case.objects.filter(code__in=codes).order_by("pk").select_for_update(no_key=True, of=("self",))
    keys = [case.pk for case in locked.only("pk")]
    cases = with_newest_calendar(Case.objects.filter(pk__in=keys).order_by("pk"))
    return {case.code: case for case in cases.select_related("application", "calendar_version")}


def _newest_of(case: Case, newest: Mapping[LineKey, int]) -> int:
    return newest_for(newest, case.calendar_version.calendar_id, case.clock_agency)  # type: ignore[attr-defined]


def _row(position: int, move: CaseMove, at: datetime) -> JobRow:
    return JobRow(
        position=position,
        key=move.case.code,
        outcome=move.outcome(at),
        content={"agency": move.case.current_agency_id},
        difference=_spelled(move),
    )


def _spelled(move: CaseMove) -> dict[str, list[str | None]]:
    """Each time that moves, before and after."""
    times = {name: pair for name, pair in move.times.items() if name.endswith("_at")}
    return {name: [spell_moment(each) if each else None for each in pair] for name, pair in times.items()}


def _said(days: Sequence[DayChange]) -> str:
    """The days in short, as the job is called."""
    return "; ".join(f"{day.date:%d/%m/%Y} {day.name}".strip() for day in days)[:200]
