"""Working time as pure arithmetic: sessions, dated exceptions, limits, stops and the due times that follow.

Nothing here reads a database, a setting or the clock. A caller builds one `WorkingCalendar` for an agency
and a version, and asks it questions; the same question always has the same answer. Moments are aware
`datetime`s, of any zone on the way in and of Asia/Ho_Chi_Minh on the way out; a date is a date in Hanoi.

Two tables of sessions are kept apart: *opening* sessions say when a desk receives and hands over, *counted*
sessions say which time counts towards a limit. A day with at least one counted session is a counted day.
"""

from apps.calendars.working_time.calendar import (
    DayException,
    DayKind,
    Session,
    Week,
    WorkingCalendar,
)
from apps.calendars.working_time.explanation import (
    ClockStopped,
    CountedDay,
    Explanation,
    LastDayMoved,
    LimitProlonged,
    LimitRestarted,
    Reason,
    ReceiptCause,
    ReceiptDayNotCounted,
    ReceiptMoved,
    SkippedDay,
    StopGivenBack,
    TimeAgreed,
    TimeRenewed,
    explain,
    explain_renewed,
)
from apps.calendars.working_time.limits import (
    Channel,
    Limit,
    Stop,
    StopMode,
    TimeSet,
    Unit,
    clock_start,
    day_of_receipt,
    due_after_stops,
    due_as_set,
    due_at,
    intake_due,
    received_at,
    share_due,
)
from apps.calendars.working_time.moments import (
    HANOI,
)

__all__ = [
    "HANOI",
    "Channel",
    "ClockStopped",
    "CountedDay",
    "DayException",
    "DayKind",
    "Explanation",
    "LastDayMoved",
    "Limit",
    "LimitProlonged",
    "LimitRestarted",
    "Reason",
    "ReceiptCause",
    "ReceiptDayNotCounted",
    "ReceiptMoved",
    "Session",
    "SkippedDay",
    "Stop",
    "StopGivenBack",
    "StopMode",
    "TimeAgreed",
    "TimeRenewed",
    "TimeSet",
    "Unit",
    "Week",
    "WorkingCalendar",
    "clock_start",
    "day_of_receipt",
    "due_after_stops",
    "due_as_set",
    "due_at",
    "explain",
    "explain_renewed",
    "intake_due",
    "received_at",
    "share_due",
]
