"""How a due time stands, in counted time: late, due within 8 working hours, paused, done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.calendars.selectors import working_calendar
from apps.cases.choices import ENDED_CLOCK
from apps.core.spoken import working_time
from apps.web.ui.parts import Due, DueState

if TYPE_CHECKING:
    from apps.cases.models import Case, Handover, OpinionRequest

SOON = timedelta(hours=8)


def due_of(case: Case, at: datetime) -> Due:
    """The due time of whoever holds a case, as it stands at a moment, in working hours of the case's calendar."""
    if case.status in ENDED_CLOCK:
        # Beside "ended" stands when it ended, not when it was due.
        return Due(case.ended_at, DueState.DONE)
    if not case.is_clock_running:
        return Due(None, DueState.PAUSED)
    return _standing(case, case.received_at, case.due_at, at)


def due_of_handover(handover: Handover, at: datetime) -> Due:
    """By when the agency that a case is offered to must answer."""
    return _standing(handover.case, handover.offered_at, handover.due_at, at)


def due_of_opinion(opinion: OpinionRequest, at: datetime) -> Due:
    """By when the agency that was asked answers."""
    return _standing(opinion.case, opinion.asked_at, opinion.due_at, at)


def withdrawal_due_of(case: Case, at: datetime) -> Due | None:
    """How the answer to a withdrawal that waits stands; None where none waits."""
    if case.withdrawal_due_at is None:
        return None
    return _standing(case, case.received_at, case.withdrawal_due_at, at)


def _standing(case: Case, start: datetime, due_at: datetime, at: datetime) -> Due:
    calendar, undecided = working_calendar(case.calendar_version_id), undecided_between(case, start, due_at)
    if at > due_at:
        late = calendar.working_between(due_at, at)
        # Late by nothing that counts yet: at night, or what a counter must take at once.
        said = _("by %(time)s") % {"time": working_time(late)} if late >= timedelta(minutes=1) else ""
        return Due(due_at, DueState.LATE, said, undecided)
    left = calendar.working_between(at, due_at)
    state = DueState.SOON if left <= SOON else DueState.ON_TIME
    return Due(due_at, state, _("%(time)s left") % {"time": working_time(left)}, undecided)


def undecided_between(case: Case, start: datetime, due_at: datetime) -> str:
    """The years, as a text, whose days off are not decided and through which a due time of a case was reckoned."""
    years = working_calendar(case.calendar_version_id).undecided_years(start, due_at)
    return ", ".join(map(str, years))
