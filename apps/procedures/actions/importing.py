"""The national list into the catalogue: proposed with its difference, then done on a decision, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import jobs
from apps.core.loading import Faults
from apps.core.models import Job, JobRow
from apps.procedures.errors import ListRefused
from apps.procedures.models import Procedure
from apps.procedures.national_list import (
    KIND,
    LISTED,
    Difference,
    Outcome,
    difference,
    differences,
    level_of,
    read_national_list,
)
from apps.procedures.policies import may_change_catalogue

TASK = "apps.procedures.tasks.import_catalogue"


def propose_import(content: bytes, filename: str, *, is_whole: bool, by: Actor, at: datetime) -> Job:
    """Reads and checks a whole spreadsheet and stores what it would change. Nothing of the catalogue is touched.

    `is_whole` says that the file is everything its ministries have: what it lacks has left the list.
    Raises NotAllowed, ListRefused with every fault by row and column.
    """
    may_change_catalogue(by)
    faults = Faults(filename)
    listed = read_national_list(content, faults)
    if faults.found:
        raise ListRefused(faults.found)
    job = Job(kind=KIND, subject=filename[:200], proposed_by=by.user_id, proposed_at=at)
    return jobs.propose(
        job, [_row(n, each) for n, each in enumerate(differences(listed, is_whole=is_whole), 1)]
    )


def _row(position: int, found: Difference) -> JobRow:
    return JobRow(
        position=position,
        key=found.code,
        outcome=found.outcome,
        content=dict(found.content),
        difference={name: list(pair) for name, pair in found.changes.items()},
    )


def start_import(job_id: int, *, decision: str, by: Actor, at: datetime) -> Job:
    """Does what was proposed, by a worker. Raises NotAllowed, JobUnknown, JobNotOpen, JobUnderWay, DecisionMissing."""
    may_change_catalogue(by)
    return jobs.start(job_id, kind=KIND, task=TASK, decision=decision, actor_id=by.user_id, at=at)


def drop_import(job_id: int, *, by: Actor, at: datetime) -> Job:
    """Puts a proposal away. Raises NotAllowed, JobUnknown, JobNotOpen."""
    may_change_catalogue(by)
    return jobs.drop(job_id, kind=KIND, at=at)


def settle(rows: Sequence[JobRow], at: datetime) -> None:
    """Writes some rows of the list into the catalogue, each compared once more with what stands there now."""
    codes = [row.key for row in rows]
    locked = (
        Procedure.objects.filter(code__in=codes).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    stored = {each.code: each for each in locked}
    new, changed = [], []
    for row in rows:
        procedure = stored.get(row.key)
        found = difference(procedure, row.key, row.content)
        row.outcome, row.difference = (
            found.outcome,
            {name: list(pair) for name, pair in found.changes.items()},
        )
        if procedure is None:
            if found.outcome == Outcome.NEW:
                new.append(_as_listed(row.key, row.content))
        elif found.outcome == Outcome.GONE:
            procedure.left_list_on = timezone.localdate(at)
            changed.append(procedure)
        elif found.outcome in {Outcome.CHANGED, Outcome.BACK}:
            procedure.left_list_on = None
            for name in LISTED:
                setattr(procedure, name, row.content[name])
            procedure.level = procedure.level or level_of(procedure.carried_out_by)
            changed.append(procedure)
    Procedure.objects.bulk_create(new)
    Procedure.objects.bulk_update(changed, [*LISTED, "level", "left_list_on"])


def _as_listed(code: str, content: dict[str, Any]) -> Procedure:
    return Procedure(
        code=code,
        **content,
        level=level_of(content["carried_out_by"]),
        for_citizens=False,
        for_businesses=False,
        is_verified=True,
    )
