"""Which open cases a calendar moves, and the version of its calendar that a case goes on with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.calendars.models import CalendarVersion
from apps.calendars.selectors import answer_times, working_calendar
from apps.calendars.working_time import WorkingCalendar
from apps.cases import deadlines
from apps.cases.choices import Move
from apps.cases.history import Entry, read_entry
from apps.cases.models import Case, CaseEvent
from apps.procedures.selectors import rules_of

AT_ONCE = 500
Times = dict[str, tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A case that another calendar moves: each time that changes, as it stands and as it would be."""

    case: Case
    times: Times

    def outcome(self, at: datetime) -> Move:
        """What it means for whoever holds the case."""
        if "due_at" not in self.times:
            return Move.INSIDE
        before, after = self.times["due_at"]
        assert before is not None and after is not None
        if after > before:
            return Move.LATER
        return Move.LATE if after < at <= before else Move.SOONER


def with_newest_calendar(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Adds `clock_agency`, whose closures stop the clock of a case, and `newest_calendar`, the version in force for it.

    The week stays that of the calendar on which the clock started. The agency is the competent one; until it is known,
    the one whose version the case is on, else the one that holds it.
    """
    versions = CalendarVersion.objects.filter(
        Q(agency__isnull=True) | Q(agency=OuterRef("clock_agency")),
        calendar=OuterRef("calendar_version__calendar"),
    ).order_by("-number")
    return cases.annotate(
        clock_agency=Coalesce("competent_agency_id", F("calendar_version__agency"), "current_agency_id"),
        newest_calendar=Subquery(versions.values("id")[:1]),
    )


def newest_calendar_of(case: Case) -> int:
    """The version in force for a case from `with_newest_calendar`."""
    newest: int = case.newest_calendar  # type: ignore[attr-defined]
    return newest


def adopted_calendar(case: Case, entries: Sequence[Entry]) -> int:
    """The version under which the next act on a case from `with_newest_calendar` is recorded.

    The newest, where it moves nothing by itself or where the clock stands, so that no due time means anything. What it
    does move is moved by an event of its own, of which the applicant hears: until then the case stays on its version.
    """
    newest = newest_calendar_of(case)
    if newest == case.calendar_version_id or stands_still(case):
        return newest
    return case.calendar_version_id if times_moved(case, entries, working_calendar(newest)) else newest


def stands_still(case: Case) -> bool:
    """Whether nobody has a time to keep until the applicant has answered."""
    return not case.is_clock_running and case.withdrawal_due_at is None and case.ended_at is None


def has_a_time_to_keep(case: Case) -> bool:
    """Whether a case is open and some office must act by a time."""
    return case.ended_at is None and not stands_still(case)


def times_moved(case: Case, entries: Sequence[Entry], calendar: WorkingCalendar) -> Times:
    """The due times of a case that another calendar would change."""
    derived = deadlines.rederived(
        entries,
        deadlines.clock_rules(rules_of(case.version_id)),
        calendar,
        working_calendar,
        answer_times,
        case.step,
    )
    pairs = {each.name: (getattr(case, each.name), getattr(derived, each.name)) for each in fields(derived)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def cases_to_keep(*, after: datetime, agencies: set[int] | None) -> QuerySet[Case]:
    """Cases with a time to keep that ends after a moment, at all agencies or at these; what a later day may move."""
    ends = Q(due_at__gte=after) | Q(withdrawal_due_at__gte=after) | Q(renewed_due_at__gte=after)
    waits = Q(is_clock_running=True) | Q(withdrawal_due_at__isnull=False)
    cases = with_newest_calendar(Case.objects.filter(waits, ends, ended_at__isnull=True))
    if agencies is not None:
        cases = cases.filter(Q(clock_agency__in=agencies))
    return cases.select_related("calendar_version")


def moves(cases: QuerySet[Case], calendar_for: Callable[[Case], WorkingCalendar]) -> Iterator[CaseMove]:
    """Those of the cases that their calendar moves, in the order of their keys, some hundreds read at once."""
    after = 0
    while some := list(cases.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = some[-1].pk
        entries = entries_of_all(some)
        for case in some:
            if times := times_moved(case, entries[case.pk], calendar_for(case)):
                yield CaseMove(case, times)


def entries_of_all(cases: Iterable[Case]) -> dict[int, list[Entry]]:
    """The ledgers of several cases, each in order."""
    found: dict[int, list[Entry]] = defaultdict(list)
    events = CaseEvent.objects.filter(case__in=[case.pk for case in cases]).order_by("case_id", "sequence")
    for case_id, body in events.values_list("case_id", "body"):
        found[case_id].append(read_entry(bytes(body)))
    return found
