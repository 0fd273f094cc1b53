"""The cases of one application side by side, as one person may see them, and when all of them are done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.actors import Actor
from apps.calendars.selectors import working_calendar
from apps.calendars.working_time import due_at as due_of_limit
from apps.cases.choices import ENDED_CLOCK, Outcome, Status
from apps.cases.models import Case, CaseLink, CaseResult
from apps.cases.policies import can_see
from apps.cases.selectors.facts import rules_asked
from apps.cases.selectors.sight import WITH_NAMES, standings_of
from apps.procedures.selectors import VersionRules, as_limit


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """One case of an application. `due_at` is when its result is promised; None before there is a promise to keep.

    A reader who may not see the case knows its procedure, and where a case that they see waits for it or it for that
    one, its code and status: what the ledger of that one tells of it. Nothing else.
    """

    case: Case
    is_seen: bool
    is_known: bool
    waits_for: tuple[str, ...]
    due_at: datetime | None
    result: CaseResult | None

    @property
    def code(self) -> str:
        return self.case.code if self.is_known else ""

    @property
    def procedure(self) -> str:
        return self.case.version.procedure.title

    @property
    def procedure_code(self) -> str:
        return self.case.version.procedure.code

    @property
    def status(self) -> Status | None:
        return Status(self.case.status) if self.is_known else None

    @property
    def agency(self) -> str:
        """Who decides it, or holds it until that is known."""
        return (self.case.competent_agency or self.case.current_agency).title if self.is_seen else ""

    @property
    def outcome(self) -> str:
        """What was decided, once that is released."""
        is_told = self.is_seen and self.case.status in (Status.RESOLVED, Status.DELIVERED)
        return str(Outcome(self.case.outcome).label) if is_told and self.case.outcome else ""

    @property
    def is_waiting(self) -> bool:
        """Whether its time has not begun, since the result before it is not there."""
        return self.is_known and self.case.is_prerequisite_awaited


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that one application opened, in their order.

    `due_at` is when the last of them is promised, or the limit that the procedure states for the whole, whichever is
    later since time with the applicant does not count; None while a case has no promise yet, or where the reader does not
    see all of them (`is_whole`).
    """

    code: str
    title: str
    cases: tuple[LinkedCase, ...]
    due_at: datetime | None
    is_ended: bool
    is_whole: bool


def group_of(case: Case, *, seen_by: Actor) -> Group | None:
    """The group of a case already shown to somebody, as far as they may see it; None for a case opened alone."""
    rules = rules_asked(case)
    if not rules.is_group:
        return None
    cases = list(_cases_of(case))
    standings = standings_of(cases, seen_by)
    return _group(
        case, cases, rules, {each.pk for each in cases if can_see(each, seen_by, standings[each.pk])}
    )


def group_by_secret(case: Case) -> Group | None:
    """The same for whoever holds the secret of one of its cases: they were filed together by the same person."""
    rules = rules_asked(case)
    if not rules.is_group:
        return None
    cases = list(_cases_of(case))
    return _group(case, cases, rules, {each.pk for each in cases})


def _cases_of(case: Case) -> list[Case]:
    found = Case.objects.filter(application_id=case.application_id).select_related(*WITH_NAMES)
    return list(found.order_by("pk"))


def _group(case: Case, cases: list[Case], rules: VersionRules, seen: set[int]) -> Group:
    links = list(CaseLink.objects.filter(application_id=case.application_id).select_related("result"))
    by_pk = {each.pk: each for each in cases}
    waits_for: dict[int, list[str]] = defaultdict(list)
    known = set(seen)
    results: dict[int, CaseResult | None] = {}
    for link in links:
        waits_for[link.case_id].append(by_pk[link.prerequisite_id].code)
        if link.case_id in seen:
            known.add(link.prerequisite_id)
        if link.prerequisite_id in seen:
            known.add(link.case_id)
        if link.case_id == case.pk:
            results[link.prerequisite_id] = link.result
    shown = tuple(
        LinkedCase(
            case=each,
            is_seen=each.pk in seen,
            is_known=each.pk in known,
            waits_for=tuple(waits_for[each.pk]) if each.pk in seen else (),
            due_at=_promised(each) if each.pk in seen else None,
            result=results.get(each.pk),
        )
        for each in cases
    )
    is_whole = len(seen) == len(cases)
    return Group(
        code=rules.procedure.code,
        title=rules.procedure.title,
        cases=shown,
        due_at=_due_of(cases, rules) if is_whole else None,
        is_ended=all(each.status in ENDED_CLOCK for each in cases),
        is_whole=is_whole,
    )


def _promised(case: Case) -> datetime | None:
    """When the result is promised; None while the clock stands, and where the case ended without one."""
    if case.status in (Status.DECLINED, Status.STOPPED):
        return None
    if not case.is_clock_running and case.status not in ENDED_CLOCK:
        return None
    return case.renewed_due_at or case.promised_due_at


def _due_of(cases: list[Case], rules: VersionRules) -> datetime | None:
    going_on = [case for case in cases if case.status not in (Status.DECLINED, Status.STOPPED)]
    promised = [_promised(case) for case in going_on]
    latest = max((due for due in promised if due is not None), default=None)
    first = cases[0]
    if rules.total_limit is not None and first.accepted_at is not None:
        start = min(first.accepted_at, first.intake_due_at)
        total = due_of_limit(working_calendar(first.calendar_version_id), start, as_limit(rules.total_limit))
        return max(total, latest or total)
    return None if None in promised else latest
