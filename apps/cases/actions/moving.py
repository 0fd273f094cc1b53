"""Open cases are moved to the version in force: proposed with what becomes of each, then done on a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.actors import Actor, the_program
from apps.cases.actions.acting import Act
from apps.cases.choices import EventKind
from apps.cases.errors import NothingToMove
from apps.cases.models import Case
from apps.cases.policies import Standing
from apps.cases.selectors.moving import (
    KIND,
    Move,
    MoveOutcome,
    entries_known,
    move_of,
    moves_to,
    open_cases_elsewhere,
)
from apps.core import jobs
from apps.core.canonical import spell_moment
from apps.core.models import Job, JobRow, OutboxRow
from apps.procedures.errors import LimitNotEstablished, VersionNotInForce, VersionUnknown
from apps.procedures.models import ProcedureVersion
from apps.procedures.policies import may_change_catalogue
from apps.procedures.selectors import rules_of

TASK = "apps.cases.tasks.move_cases"
# Cases are locked while their chunk is moved: few at a time, so that no clerk waits.
CHUNK = 50
# How many cases are read at once for a proposal.
_TOGETHER = 500


def propose_move(version_id: int, *, by: Actor, at: datetime) -> Job:
    """Stores what would become of every open case that stands on another version. No case is touched.

    Raises NotAllowed, VersionUnknown, VersionNotInForce, LimitNotEstablished, NothingToMove.
    """
    may_change_catalogue(by)
    version = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if version is None:
        raise VersionUnknown(field="version")
    if not ProcedureVersion.objects.in_force_on(timezone.localdate(at)).filter(pk=version_id).exists():
        raise VersionNotInForce()
    target = rules_of(version_id)
    if not target.is_limit_established:
        raise LimitNotEstablished(field="version", code=version.procedure.code)
    cases = list(
        open_cases_elsewhere(version.procedure_id, version_id).select_related("application__connecting_unit")
    )
    if not cases:
        raise NothingToMove()
    rows: list[JobRow] = []
    for start in range(0, len(cases), _TOGETHER):
        some = cases[start : start + _TOGETHER]
        for case, move in zip(some, moves_to(some, target, at), strict=True):
            rows.append(
                JobRow(
                    position=len(rows) + 1,
                    key=case.code,
                    outcome=move.outcome,
                    content={"version": version_id},
                    difference=_told(move),
                )
            )
    numbers = sorted({rules_of(pk).version.number for pk in {case.version_id for case in cases}})
    subject = f"{version.procedure.code}: {', '.join(map(str, numbers))} → {version.number}"
    job = Job(kind=KIND, subject=subject, proposed_by=by.user_id, proposed_at=at)
    return jobs.propose(job, rows)


def start_move(job_id: int, *, decision: str, by: Actor, at: datetime) -> Job:
    """Does what was proposed, by a worker. Raises NotAllowed, JobUnknown, JobNotOpen, JobUnderWay, DecisionMissing."""
    may_change_catalogue(by)
    about = move_of(job_id, seen_by=by).subject.partition(": ")[0]
    return jobs.start(
        job_id, kind=KIND, task=TASK, decision=decision, actor_id=by.user_id, at=at, about=about
    )


def drop_move(job_id: int, *, by: Actor, at: datetime) -> Job:
    """Puts a proposal away. Raises NotAllowed, JobUnknown, JobNotOpen."""
    may_change_catalogue(by)
    return jobs.drop(job_id, kind=KIND, at=at)


def settle(rows: Sequence[JobRow], at: datetime) -> None:
    """Moves some cases, each asked once more what becomes of it; whoever cannot be moved stays, with the reason."""
    job = rows[0].job
    by = Actor(user_id=job.started_by, name="") if job.started_by else the_program("administration")
    codes = [row.key for row in rows]
    locked = Case.objects.filter(code__in=codes).order_by("pk").select_for_update(no_key=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True))
    # Read again under the lock, as `lock_case` does.
    cases = {
        case.code: case
        for case in Case.objects.filter(pk__in=ids).select_related(
            "application__connecting_unit", "current_agency__unit"
        )
    }
    here = list(cases.values())
    found = zip(here, moves_to(here, rules_of(rows[0].content["version"]), at), strict=True)
    moves = {case.code: move for case, move in found}
    entries = entries_known(here)
    owed: list[OutboxRow] = []
    for row in rows:
        case, move = cases[row.key], moves[row.key]
        row.outcome, row.difference = move.outcome, _told(move)
        if move.outcome == MoveOutcome.STAYS:
            continue
        act = Act(
            case=case,
            by=by,
            at=max(at, case.last_event_at),
            standing=Standing(),
            _entries=entries[case.pk],
        )
        # By the calendar that the proposal was reckoned with: a changed one moves cases by a decision of its own.
        act.record(
            EventKind.VERSION_CHANGED,
            changes=move.changes,
            data=move.data,
            text=job.decision,
            calendar_version=case.calendar_version_id,
        )
        owed += act.owed
    OutboxRow.objects.bulk_create(owed)


def _told(move: Move) -> dict[str, Any]:
    if move.due is None:
        return {"reason": move.reason.value if move.reason else ""}
    return {"due_at": [spell_moment(each) for each in move.due]}
