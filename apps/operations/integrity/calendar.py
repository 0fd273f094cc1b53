"""Decisions on the calendar: each case that one moves has its event, or is still owed it."""

from __future__ import annotations

from collections.abc import Collection

from apps.calendars.choices import CALENDAR_CHANGE
from apps.calendars.models import CalendarVersion
from apps.core.models import Job, JobState, OutboxRow

OWED = """
    SELECT count(*) FROM core_jobrow r JOIN core_job j ON j.id = r.job_id
    WHERE j.kind = %(kind)s AND j.state = 'running' AND r.done_at IS NULL
"""

MOVES = """
    SELECT r.id, r.key, 'not_moved'
    FROM core_jobrow r JOIN core_job j ON j.id = r.job_id
    WHERE r.id BETWEEN %(first)s AND %(last)s AND j.kind = %(kind)s AND j.state IN ('running', 'done')
        AND CASE WHEN r.done_at IS NULL
            THEN NOT EXISTS (
                SELECT FROM core_outboxrow o
                WHERE o.effect = j.kind || ':' || j.id AND o.done_at IS NULL AND o.failed_at IS NULL)
            ELSE r.outcome <> 'none' AND NOT EXISTS (
                SELECT FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
                WHERE c.code = r.key AND e.kind = 'due_times_rederived'
                    AND (convert_from(e.body, 'UTF8')::jsonb -> 'data' ->> 'job')::bigint = j.id) END
    ORDER BY r.id
"""


def behind_by_decision(versions: Collection[int]) -> set[int]:
    """Of these versions those to which a decision has brought every open case, so that none may be behind them.

    What files have brought holds for cases whose clock starts from then on, and moves none.
    """
    if _is_owed():
        return set()
    made = CalendarVersion.objects.filter(pk__in=versions, change__isnull=False)
    return set(made.values_list("pk", flat=True))


def _is_owed() -> bool:
    running = Job.objects.filter(kind=CALENDAR_CHANGE, state=JobState.RUNNING).values_list("pk", flat=True)
    effects = [f"{CALENDAR_CHANGE}:{job}" for job in running]
    return OutboxRow.objects.filter(effect__in=effects, done_at__isnull=True, failed_at__isnull=True).exists()
