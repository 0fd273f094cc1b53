"""The frame of every verb: one durable transaction, the request key, the lock, the refusals that all verbs share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.accounts.actors import Actor
from apps.calendars.selectors import working_calendar
from apps.calendars.working_time import Channel, received_at
from apps.cases import ledger
from apps.cases.actions.closed import refuse_closed, tell_who
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown
from apps.cases.history import Entry, effective
from apps.cases.models import Case, CaseEvent
from apps.cases.notices import owe_notices
from apps.cases.policies import Standing
from apps.cases.selectors import entries_of, rules_asked, standing_of
from apps.cases.selectors.calendar import adopted_calendar, with_newest_calendar
from apps.core import outbox, request_keys
from apps.core.canonical import spell_moment
from apps.core.errors import NotFound, Refusal
from apps.core.models import OutboxRow
from apps.core.request_keys import Replayed
from apps.core.transactions import lock_one, verb_transaction
from apps.procedures.choices import StepAct
from apps.procedures.selectors import VersionRules, rules_of


@dataclass
class Act:
    """A verb under way on a locked case."""

    case: Case
    by: Actor
    at: datetime
    standing: Standing
    owed: list[OutboxRow] = field(default_factory=list)
    _entries: list[Entry] | None = None

    @property
    def rules(self) -> VersionRules:
        return rules_of(self.case.version_id)

    @property
    def asked(self) -> VersionRules:
        """The version whose form and papers the applicant was asked for."""
        return rules_asked(self.case)

    @property
    def entries(self) -> list[Entry]:
        """The ledger as it stood when the act began, read once."""
        if self._entries is None:
            self._entries = entries_of(self.case)
        return self._entries

    @property
    def effective_entries(self) -> list[Entry]:
        """Those that count: without what was undone."""
        return effective(self.entries)

    def record(
        self,
        kind: EventKind,
        *,
        changes: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        text: str = "",
        calendar_version: int | None = None,
    ) -> CaseEvent:
        """Appends the act's one event, under the newest version of the case's calendar where that moves nothing by itself.

        Where it is one that the applicant is told of (`apps.cases.told`), the notice is written with it.
        """
        event = ledger.record(
            self.case,
            kind,
            by=self.by,
            at=self.at,
            changes=changes,
            data=data,
            text=text,
            calendar_version=calendar_version or adopted_calendar(self.case, self.entries),
            entries=self.entries,
        )
        self.owed += owe_notices([(self.case, event)])
        return event

    def undecided(self) -> dict[str, Any]:
        """The changes that take a proposal or a decision back: the step of proposing is open again."""
        proposing = next((step for step in self.rules.steps if step.act == StepAct.PROPOSE_RESULT), None)
        return {
            "proposed_by_id": None,
            "approved_by_id": None,
            "outcome": "",
            "step": proposing.position if proposing else self.case.step,
            "step_agency_id": None,
        }

    def owe(self, task: str, effect: str, **payload: Any) -> None:
        """An effect that follows; its row is written when the act ends, in the same transaction."""
        self.owed.append(outbox.owe(task, effect, self.at, **payload))


@contextmanager
def acting(
    verb: str, code: str, *, by: Actor, at: datetime, request_key: str, body: Mapping[str, Any] | None = None
) -> Iterator[Act]:
    """Locks the case and lets the verb through, or refuses.

    Raises Replayed, KeyReused, CaseUnknown (also when the actor may not know of the case), PartyMayNotAct, NotYours,
    VerbNotOpen, HandoverOpen. A refusal that somebody's act has brought about says who did what, and when.
    """
    with verb_transaction():
        if by.user_id is not None:
            first = request_keys.claim(
                actor_id=by.user_id,
                key=request_key,
                verb=verb,
                body={"code": code, **(body or {})},
                answer=code,
                at=at,
            )
            if first is not None:
                raise Replayed(first)
        case = lock_case(code)
        standing = standing_of(case, by)
        refuse_closed(verb, case, by, standing)
        act = Act(case=case, by=by, at=max(at, case.last_event_at), standing=standing)
        try:
            yield act
        except Refusal as refusal:
            tell_who(refusal, case, act.entries)
            raise
        OutboxRow.objects.bulk_create(act.owed)


@contextmanager
def acting_for_program(code: str, row_id: int, *, by: Actor, at: datetime) -> Iterator[Act]:
    """A verb that the program plays for an outbox row: the row is closed in the same transaction.

    Raises AlreadyDone, which rolls back, when another worker was quicker.
    """
    with verb_transaction():
        case = lock_case(code)
        if not outbox.close(row_id, at):
            raise outbox.AlreadyDone
        act = Act(case=case, by=by, at=max(at, case.last_event_at), standing=standing_of(case, by))
        yield act
        OutboxRow.objects.bulk_create(act.owed)


def lock_case(code: str) -> Case:
    """The case, locked for this transaction. Raises CaseUnknown."""
    try:
        locked = lock_one(Case.objects.filter(code=code).only("pk"))
    except NotFound as error:
        raise CaseUnknown(field="code") from error
    # Read again once the lock is held: a lock taken through joins loses the row when another act has just moved the
    # case to another agency.
    return (
        with_newest_calendar(Case.objects.all())
        .select_related(
            "application",
            "receiving_agency__unit",
            "competent_agency__unit",
            "current_agency__unit",
            "step_agency__unit",
        )
        .get(pk=locked.pk)
    )


def answered_at(act: Act) -> str:
    """When an answer of the applicant's side counts as received: brought to a desk now, sent online at the next opening."""
    channel = Channel.ONLINE if act.standing.is_acting_party else Channel.COUNTER
    calendar = working_calendar(adopted_calendar(act.case, act.entries))
    return spell_moment(received_at(calendar, act.at, channel))
