"""Work on many rows: proposed as a dry run, begun by a decision, done chunk by chunk so that a crash loses no row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core import outbox
from apps.core.administration import note_administration
from apps.core.errors import Invalid, NotFound, Refusal, refuses_constraint
from apps.core.models import Job, JobRow, JobState
from apps.core.transactions import lock_one, verb_transaction

CHUNK = 500
Settle = Callable[[Sequence[JobRow], datetime], None]
More = Callable[[Job, datetime], Sequence[JobRow]]


class JobUnknown(NotFound):
    code = "job_unknown"
    text = _("There is no such job.")


class JobNotOpen(Refusal):
    code = "job_not_open"
    text = _("This job was already started or dropped.")


class JobUnderWay(Refusal):
    code = "job_under_way"
    text = _("A job of this kind is under way. Wait until it has ended.")


class DecisionMissing(Invalid):
    code = "decision_missing"
    text = _("Enter the number and date of the decision on which this is done.")


refuses_constraint("job_of_a_kind_once_at_a_time", JobUnderWay)


def propose(job: Job, rows: Sequence[JobRow], *, beside: Callable[[Job], None] = lambda job: None) -> Job:
    """Stores a job with all its rows; nothing is done until somebody starts it.

    `beside` is what is stored with it, in the same transaction. Raises what `beside` raises.
    """
    with verb_transaction():
        job.total = len(rows)
        job.save(force_insert=True)
        beside(job)
        for row in rows:
            row.job = job
        JobRow.objects.bulk_create(rows, batch_size=CHUNK)
    return job


def start(
    job_id: int,
    *,
    kind: str,
    task: str,
    decision: str,
    actor_id: int | None,
    at: datetime,
    about: str = "",
    beside: Callable[[Job], None] = lambda job: None,
) -> Job:
    """Begins a proposed job on a decision: a worker does it. `about` is what the record names it by, if not its number.

    `beside` is what is done at once, in the same transaction. Raises JobUnknown, JobNotOpen, JobUnderWay,
    DecisionMissing, and what `beside` raises.
    """
    if not decision.strip():
        raise DecisionMissing(field="decision")
    with verb_transaction():
        job = _open(job_id, kind)
        job.state, job.decision = JobState.RUNNING, decision.strip()
        job.started_by, job.started_at = actor_id, at
        job.save(update_fields=["state", "decision", "started_by", "started_at"])
        note_administration(
            kind,
            subject=about or f"job:{job.pk}",
            decision=job.decision,
            actor_id=actor_id,
            at=at,
            job=job.pk,
        )
        outbox.owe(task, f"{kind}:{job.pk}", at, job=job.pk).save()
        beside(job)
    return job


def drop(job_id: int, *, kind: str, at: datetime, beside: Callable[[Job], None] = lambda job: None) -> Job:
    """Puts a proposal away; `beside` is what is stored with that, in the same transaction. Raises JobUnknown, JobNotOpen."""
    with verb_transaction():
        job = _open(job_id, kind)
        job.state, job.ended_at = JobState.DROPPED, at
        job.save(update_fields=["state", "ended_at"])
        beside(job)
    return job


def _open(job_id: int, kind: str) -> Job:
    try:
        job = lock_one(Job.objects.filter(pk=job_id, kind=kind))
    except NotFound as error:
        raise JobUnknown(field="job") from error
    if job.state != JobState.PROPOSED:
        raise JobNotOpen(field="job")
    return job


def carry_out(
    job_id: int,
    row_id: int,
    settle: Settle,
    *,
    clock: Callable[[], datetime],
    more: More = lambda job, at: (),
    chunk: int | None = None,
) -> None:
    """Settles the open rows of a running job, a chunk a transaction; the last one closes the outbox row `row_id`.

    `settle` changes what the rows are about and sets their outcome and difference to what became of them. `more` gives
    what has come to be done since the proposal, once all rows are done; their keys and positions are new ones.
    """
    while _settle_some(job_id, row_id, settle, more, chunk or CHUNK, clock()):
        pass


def _settle_some(job_id: int, row_id: int, settle: Settle, more: More, chunk: int, at: datetime) -> bool:
    """Whether there was something to settle, or something more was found."""
    with transaction.atomic(durable=True):
        job = lock_one(Job.objects.filter(pk=job_id))
        rows = list(JobRow.objects.filter(job=job, done_at__isnull=True).order_by("position")[:chunk])
        if not rows and job.state == JobState.RUNNING and (found := more(job, at)):
            for row in found:
                row.job = job
            JobRow.objects.bulk_create(found, batch_size=CHUNK)
            Job.objects.filter(pk=job.pk).update(total=F("total") + len(found))
            return True
        if not rows:
            if outbox.close(row_id, at):
                Job.objects.filter(pk=job.pk).update(state=JobState.DONE, ended_at=at)
            return False
        settle(rows, at)
        for row in rows:
            row.done_at = at
        JobRow.objects.bulk_update(rows, ["outcome", "difference", "done_at"])
        Job.objects.filter(pk=job.pk).update(done=F("done") + len(rows))
        return True
