"""What may be read of imports of the national list."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery

from apps.accounts.actors import Actor
from apps.core.jobs import JobUnknown
from apps.core.models import Job, JobRow
from apps.procedures.models import Procedure
from apps.procedures.national_list import KIND, Outcome
from apps.procedures.policies import can_change_catalogue

MOST_SHOWN = 50


def imports_made(*, seen_by: Actor) -> QuerySet[Job]:
    """The newest imports; nothing for whoever may not change the catalogue."""
    jobs = Job.objects.filter(kind=KIND).order_by("-id")
    return jobs[:MOST_SHOWN] if can_change_catalogue(seen_by) else jobs.none()


def import_of(job_id: int, *, seen_by: Actor) -> Job:
    """One import. Raises JobUnknown, also for whoever may not change the catalogue."""
    job = Job.objects.filter(pk=job_id, kind=KIND).first()
    if job is None or not can_change_catalogue(seen_by):
        raise JobUnknown(field="job")
    return job


def counts_of(job: Job) -> dict[Outcome, int]:
    """How many rows have each outcome."""
    counted = job.rows.order_by().values("outcome").annotate(number=Count("pk"))
    return {Outcome(row["outcome"]): row["number"] for row in counted}


def rows_of(job: Job, outcome: Outcome) -> QuerySet[JobRow]:
    """The rows of one outcome, in the order of the list, each with the name that is stored now."""
    stored = Procedure.objects.filter(code=OuterRef("key")).values("name")[:1]
    return job.rows.filter(outcome=outcome).annotate(stored_name=Subquery(stored)).order_by("position")
