"""What was asked of other agencies and what they answered; the list of those who are to answer; how each step went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from apps.accounts.actors import Actor
from apps.calendars.selectors import answer_times, working_calendar
from apps.cases import deadlines
from apps.cases.choices import EventKind
from apps.cases.history import Entry, effective
from apps.cases.models import ActPaper, Case, CaseEvent, OpinionRequest
from apps.cases.policies import agencies_giving_opinions
from apps.cases.selectors.sight import SeenCase
from apps.procedures.models import Step
from apps.procedures.selectors import rules_of


def opinions_of(seen: SeenCase) -> list[OpinionRequest]:
    """Every request for an opinion in a case, oldest first; not for the applicant's side."""
    if not seen.is_official or seen.standing.is_party:
        return []
    return list(
        OpinionRequest.objects.filter(case=seen.case)
        .select_related("from_agency", "to_agency", "question__text", "answer__text", "ended_by", "asked_by")
        .order_by("number")
    )


def opinions_waiting(*, seen_by: Actor) -> QuerySet[OpinionRequest]:
    """What the actor's agencies were asked and have not answered, the first due first."""
    return (
        OpinionRequest.objects.filter(
            to_agency_id__in=agencies_giving_opinions(seen_by), ended_at__isnull=True
        )
        .select_related("case__version__procedure", "from_agency", "to_agency")
        .order_by("due_at", "id")
    )


def act_papers_of(seen: SeenCase) -> list[ActPaper]:
    """The files that acts of the office left, without those of acts undone; not for the applicant's side."""
    if not seen.is_official or seen.standing.is_party:
        return []
    return list(
        ActPaper.objects.filter(case=seen.case)
        .select_related("attachment", "event__to_agency", "event__by")
        .order_by("event__sequence")
    )


@dataclass(frozen=True, slots=True)
class StepTurn:
    """One turn of a step: from when to when it was under way, by when it was due, who ended it and how.

    `ended` is None while the step is under way. `due_at` is the step's share of the time, as it stood at its end.
    """

    step: Step
    since: datetime
    due_at: datetime
    ended: CaseEvent | None

    def is_late_at(self, at: datetime) -> bool:
        return (self.ended.at if self.ended else at) > self.due_at


def step_turns(case: Case, entries: list[Entry], events: list[CaseEvent]) -> list[StepTurn]:
    """The clock of each step beside that of the case, from the ledger; `entries` and `events` are the same acts."""
    by_sequence = {event.sequence: event for event in events}
    versions = _versions(entries, case.version_id)
    turns: list[StepTurn] = []
    position: int | None = None
    since = entries[0].at
    counting = effective(entries)
    for place, entry in enumerate(counting):
        after = entry.changes.get("step", position)
        if after == position:
            continue
        if position is not None:
            version = versions[entry.sequence]
            due = _step_due(counting[:place], version, position)
            turns.append(StepTurn(rules_of(version).step(position), since, due, by_sequence[entry.sequence]))
        position, since = after, entry.at
    if position is not None and case.step_due_at is not None:
        turns.append(StepTurn(rules_of(case.version_id).step(position), since, case.step_due_at, None))
    return turns


def _versions(entries: list[Entry], last: int) -> dict[int, int]:
    """The version under which the steps before each act are numbered."""
    found = {}
    for entry in reversed(entries):
        last = entry.data.get("from_version", last)
        found[entry.sequence] = last
    return found


def _step_due(entries: list[Entry], version: int, step: int) -> datetime:
    rules = deadlines.clock_rules(rules_of(version))
    derived = deadlines.derive(entries, rules, working_calendar, answer_times, step)
    return derived.step_due_at or derived.due_at


# An act that ends a step without its being done.
NOT_DONE = frozenset({EventKind.STEP_SENT_BACK, EventKind.PROPOSAL_SENT_BACK, EventKind.STEP_SKIPPED})
