"""By when another agency answers an offer or a question, in its own calendar; moved where that calendar changes."""

from __future__ import annotations

from datetime import datetime

from apps.calendars.selectors import answer_times, latest_version_id, working_calendar
from apps.calendars.working_time import Limit, Unit, due_at
from apps.cases.models import Handover, OpinionRequest
from apps.units.models import Agency


def handover_due(agency: Agency, offered_at: datetime) -> datetime:
    """Within the time to answer (4 working hours by default) of the agency that is offered a case."""
    version = latest_version_id(agency)
    return due_at(working_calendar(version), offered_at, answer_times(version).handover)


def opinion_due(agency: Agency, asked_at: datetime, hours: int) -> datetime:
    """Within the working hours given, in the calendar of the agency that is asked."""
    calendar = working_calendar(latest_version_id(agency))
    return due_at(calendar, asked_at, Limit(hours, Unit.WORKING_HOUR))


def move_answers(after: datetime) -> None:
    """Derives again every time to answer that ends after a moment, once the calendars have changed.

    These times stand beside the cases and are in no ledger.
    """
    for offer in Handover.objects.filter(answered_at__isnull=True, due_at__gte=after).select_related(
        "to_agency"
    ):
        _move(offer, handover_due(offer.to_agency, offer.offered_at))
    for asked in OpinionRequest.objects.filter(ended_at__isnull=True, due_at__gte=after).select_related(
        "to_agency"
    ):
        _move(asked, opinion_due(asked.to_agency, asked.asked_at, asked.hours))


def _move(row: Handover | OpinionRequest, due: datetime) -> None:
    if row.due_at != due:
        row.due_at = due
        row.save(update_fields=["due_at"])
