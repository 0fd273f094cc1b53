"""What may be read of decisions on the calendar: the proposals, and what each does to open cases."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from apps.accounts.actors import Actor
from apps.calendars.choices import CALENDAR_CHANGE
from apps.cases.choices import Move
from apps.core.jobs import JobUnknown
from apps.core.models import Job, JobRow
from apps.procedures.policies import can_change_catalogue

MOST_SHOWN = 50


def changes_made(*, seen_by: Actor) -> QuerySet[Job]:
    """The newest decisions and proposals; nothing for whoever may not make one."""
    jobs = Job.objects.filter(kind=CALENDAR_CHANGE).order_by("-id")
    return jobs[:MOST_SHOWN] if can_change_catalogue(seen_by) else jobs.none()


def change_of(job_id: int, *, seen_by: Actor) -> Job:
    """One change with its days. Raises JobUnknown, also for whoever may not make one."""
    jobs = Job.objects.filter(kind=CALENDAR_CHANGE).select_related("calendar_change")
    job = jobs.filter(pk=job_id).first()
    if job is None or not can_change_catalogue(seen_by):
        raise JobUnknown(field="job")
    return job


def moves_counted(job: Job) -> dict[Move, int]:
    """How many cases it moves in which way."""
    counted = job.rows.order_by().values("outcome").annotate(number=Count("pk"))
    return {Move(row["outcome"]): row["number"] for row in counted}


def cases_moved(job: Job, outcome: Move) -> QuerySet[JobRow]:
    """The cases that it moves in one way."""
    return job.rows.filter(outcome=outcome).order_by("position")
