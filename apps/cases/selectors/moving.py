"""What would become of open cases under another version of their procedure, and what became of those that were moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import ApplicationRevision, OriginalSeen, Party, RevisionAttachment
from apps.calendars.selectors import answer_times, working_calendar
from apps.cases import deadlines
from apps.cases.choices import ENDED_CLOCK, EventKind, Status, StayReason
from apps.cases.history import Entry, read_entry
from apps.cases.models import Case, CaseEvent, OriginalCustody
from apps.cases.selectors.facts import (
    age_of_subject,
    facts_at_filing,
    facts_of,
    group_code,
    rules_asked,
)
from apps.core.jobs import JobUnknown
from apps.core.models import Job, JobRow
from apps.procedures.choices import Channel
from apps.procedures.conditions import Facts, holds
from apps.procedures.forms import date_in, faults_in
from apps.procedures.models import Step
from apps.procedures.policies import can_change_catalogue
from apps.procedures.selectors import VersionRules, rules_of

KIND = "move_cases"
MOST_SHOWN = 20


class MoveOutcome(TextChoices):
    """What becomes of one case."""

    DUE_CHANGES = "due_changes", _("Moved, another time is promised")
    MOVES = "moves", _("Moved, the same time is promised")
    STAYS = "stays", _("Stays on its version")


@dataclass(frozen=True, slots=True)
class Move:
    """One case under another version: what changes, or why it stays."""

    outcome: MoveOutcome
    reason: StayReason | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    due: tuple[datetime, datetime] | None = None


@dataclass(slots=True)
class _Known:
    """What must be read of one case to say what becomes of it."""

    entries: list[Entry] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    papers: set[str] = field(default_factory=set)
    corrected_unit: Any = None
    applicant: Party | None = None
    holds_original: bool = False


def open_cases_elsewhere(procedure_id: int, version_id: int) -> QuerySet[Case]:
    """Open cases of a procedure that stand on another of its versions, the oldest first."""
    return (
        Case.objects.filter(version__procedure=procedure_id)
        .exclude(version=version_id)
        .exclude(status__in=ENDED_CLOCK)
        .order_by("pk")
    )


def moves_to(cases: Sequence[Case], target: VersionRules, at: datetime) -> list[Move]:
    """What becomes of each of these cases; a handful of queries for all of them together.

    The cases come with `application__connecting_unit`. Raises ValueError when a limit of the version is not established.
    """
    clock = deadlines.clock_rules(target)
    known = _known(cases)
    return [_move(case, known[case.pk], target, clock, at) for case in cases]


def entries_known(cases: Sequence[Case]) -> dict[int, list[Entry]]:
    """The ledgers of several cases at once."""
    found: dict[int, list[Entry]] = defaultdict(list)
    bodies = CaseEvent.objects.filter(case__in=cases).order_by("case_id", "sequence")
    for case_id, body in bodies.values_list("case_id", "body"):
        found[case_id].append(read_entry(bytes(body)))
    return found


def _known(cases: Sequence[Case]) -> dict[int, _Known]:
    entries = entries_known(cases)
    known = {case.pk: _Known(entries=entries[case.pk]) for case in cases}
    of_application: dict[int, list[_Known]] = defaultdict(list)
    for case in cases:
        of_application[case.application_id].append(known[case.pk])
    within = list(of_application)
    revisions = ApplicationRevision.objects.filter(application__in=within).select_related("connecting_unit")
    for revision in revisions.order_by("application_id", "number"):
        for each in of_application[revision.application_id]:
            each.answers.update(revision.answers)
            each.corrected_unit = revision.connecting_unit or each.corrected_unit
    for party in Party.objects.filter(
        application__in=within, role=PartyRole.APPLICANT, valid_to__isnull=True
    ):
        for each in of_application[party.application_id]:
            each.applicant = party
    given = RevisionAttachment.objects.filter(revision__application__in=within, component__isnull=False)
    shown = OriginalSeen.objects.filter(application__in=within)
    for application, code in [
        *given.values_list("revision__application_id", "component__code"),
        *shown.values_list("application_id", "component__code"),
    ]:
        for each in of_application[application]:
            each.papers.add(code)
    held = OriginalCustody.objects.filter(case__in=cases, left_at__isnull=True, holder__isnull=False)
    for case_id in held.values_list("case_id", flat=True):
        known[case_id].holds_original = True
    return known


def _move(case: Case, known: _Known, target: VersionRules, clock: deadlines.ClockRules, at: datetime) -> Move:
    if reason := _stays_because(case, known, target):
        return Move(MoveOutcome.STAYS, reason)
    step = _step_in(case, target)
    data: dict[str, Any] = {"from_version": case.version_id, "to_version": target.version.pk}
    if case.accepted_at is not None:
        data["limit"] = _limit_in(target, _facts(case, known, target))
    changes = {"version_id": target.version.pk, "step": step}
    entry = Entry(
        sequence=case.last_sequence + 1,
        kind=EventKind.VERSION_CHANGED,
        at=max(at, case.last_event_at),
        from_status=Status(case.status),
        to_status=Status(case.status),
        calendar_version=case.calendar_version_id,
        changes=changes,
        data=data,
    )
    derived = deadlines.derive([*known.entries, entry], clock, working_calendar, answer_times, step)
    data["is_promise_changed"] = is_other = case.promised_due_at != derived.promised_due_at
    return Move(
        MoveOutcome.DUE_CHANGES if is_other else MoveOutcome.MOVES,
        changes=changes,
        data=data,
        due=(case.due_at, derived.due_at),
    )


def _stays_because(case: Case, known: _Known, target: VersionRules) -> StayReason | None:
    if case.status in ENDED_CLOCK:
        return StayReason.ENDED
    if case.version_id == target.version.pk:
        return StayReason.THERE_ALREADY
    if case.step is not None and _step_in(case, target) is None:
        return StayReason.STEP_MISSING
    # A part of a group was asked nothing of its own: form and papers are the group's, which stays.
    is_part = rules_asked(case).is_group
    if not is_part and faults_in(known.answers, target.version.form_schema, facts=facts_at_filing(case)):
        return StayReason.FORM_DIFFERS
    if known.holds_original:
        return StayReason.ORIGINAL_HELD
    if not is_part and known.papers - {row.code for row in target.components}:
        return StayReason.PAPER_MISSING
    return None


def _step_in(case: Case, target: VersionRules) -> int | None:
    """The same step in another version: of the same code, closed by the same act, done at the same place."""
    if case.step is None:
        return None
    step = rules_of(case.version_id).step(case.step)
    same = (row.position for row in target.steps if _identity(row) == _identity(step))
    return next(same, None)


def _identity(step: Step) -> tuple[object, ...]:
    return step.code, step.act, step.agency_kind_id, step.factor


def _limit_in(target: VersionRules, facts: Facts) -> int:
    limits = target.time_limits
    return next((limit.position for limit in limits if holds(limit.condition, facts)), limits[0].position)


def _facts(case: Case, known: _Known, target: VersionRules) -> Facts:
    particulars = known.applicant.particulars if known.applicant else {}
    filed_on = timezone.localdate(case.application.filed_at)
    return facts_of(
        target,
        channel=Channel(case.application.channel),
        answers=known.answers,
        applicant_kind="business" if known.applicant and known.applicant.is_organisation else "citizen",
        connecting_unit=known.corrected_unit or case.application.connecting_unit,
        subject_age=age_of_subject(known.answers, date_in(particulars.get("born_on")), filed_on),
        filed_on=filed_on,
        group=group_code(case),
    )


# What administrators see of it


def moves_made(code: str, *, seen_by: Actor) -> QuerySet[Job]:
    """The newest movings of a procedure's cases; nothing for whoever may not change the catalogue."""
    jobs = Job.objects.filter(kind=KIND, subject__startswith=f"{code}: ").order_by("-id")
    return jobs[:MOST_SHOWN] if can_change_catalogue(seen_by) else jobs.none()


def move_of(job_id: int, *, seen_by: Actor) -> Job:
    """One moving. Raises JobUnknown, also for whoever may not change the catalogue."""
    job = Job.objects.filter(pk=job_id, kind=KIND).first()
    if job is None or not can_change_catalogue(seen_by):
        raise JobUnknown(field="job")
    return job


def counts_of_move(job: Job) -> dict[MoveOutcome, int]:
    """How many cases have each outcome."""
    counted = job.rows.order_by().values("outcome").annotate(number=Count("pk"))
    return {MoveOutcome(row["outcome"]): row["number"] for row in counted}


def rows_of_move(job: Job, outcome: MoveOutcome) -> QuerySet[JobRow]:
    """The cases of one outcome."""
    return job.rows.filter(outcome=outcome).order_by("position")


def can_move_to(version_id: int, procedure_id: int, *, seen_by: Actor) -> int:
    """How many open cases stand on another version of the procedure."""
    return open_cases_elsewhere(procedure_id, version_id).count() if can_change_catalogue(seen_by) else 0
