"""Why each due time of a case is what it is, in a sentence: “Thursday, 17:00, because …”, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.calendars.selectors import answer_times, working_calendar
from apps.calendars.working_time import (
    Channel,
    ClockStopped,
    CountedDay,
    Explanation,
    LastDayMoved,
    Limit,
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
    Unit,
    explain,
    explain_renewed,
)
from apps.cases.choices import EventKind
from apps.cases.deadlines import ClockRules, Reckoning, intake_times, reckon
from apps.cases.history import Entry, effective, last_of
from apps.core.spoken import day, in_vietnamese, moment
from apps.procedures.choices import LimitUnit


@dataclass(frozen=True, slots=True)
class DueExplained:
    """One of the due times that are kept apart, and the sentence that says why it is then.

    `kind` is intake, promised, statutory or renewed.
    """

    kind: str
    title: str
    at: datetime
    sentence: str


def due_explained(entries: Sequence[Entry], rules: ClockRules) -> tuple[DueExplained, ...]:
    """The due times of a case, each with its sentence: at intake the answer on acceptance, then what is promised, what
    the law says where that is another time, and the new time where one was given."""
    reckoning = reckon(entries, rules, working_calendar, answer_times)
    if reckoning is None:
        return tuple(_of_intake(effective(entries)))
    return tuple(_of_case(reckoning, _limit_before(entries, rules, reckoning)))


def _limit_before(entries: Sequence[Entry], rules: ClockRules, reckoning: Reckoning) -> Limit | None:
    """What the limit was before facts had to be verified."""
    accepted = last_of(entries, EventKind.INTAKE_ACCEPTED)
    return rules.limits[accepted.data["limit"]] if accepted and reckoning.is_prolonged else None


def _of_intake(counting: Sequence[Entry]) -> Iterator[DueExplained]:
    filed = counting[0]
    limit = answer_times(filed.calendar_version).intake[Channel(filed.data["channel"])]
    if limit is None:
        return
    received, due = intake_times(counting, working_calendar, answer_times)
    told = explain(working_calendar(filed.calendar_version), received, limit)
    yield DueExplained("intake", _("Answer on acceptance due"), due, _sentence(told))


def _of_case(reckoning: Reckoning, before: Limit | None) -> Iterator[DueExplained]:
    calendar, start, stops = reckoning.calendar, reckoning.start, reckoning.stops
    told = explain(calendar, start, reckoning.limit, stops, shorter=before, agreed=reckoning.agreed)
    yield DueExplained("promised", _("Result promised"), told.due, _sentence(told))
    if reckoning.of_outcome is not None:
        by_law = explain(calendar, start, reckoning.of_outcome, stops, agreed=reckoning.agreed)
        yield DueExplained("statutory", _("By the law's limit"), by_law.due, _sentence(by_law))
    if reckoning.renewed is not None and reckoning.renewed_due is not None:
        reasons = list(_said(explain_renewed(calendar, reckoning.renewed, stops)))
        yield DueExplained(
            "renewed", _("New time"), reckoning.renewed_due, _because(reckoning.renewed_due, reasons)
        )


def _sentence(told: Explanation) -> str:
    is_named = any(isinstance(reason, TimeAgreed) for reason in told.reasons)
    first = [] if is_named else [_limit_from(told)]
    return _because(told.due, [*first, *_said(told.reasons)])


def _because(due: datetime, reasons: Iterable[str]) -> str:
    return _("%(when)s, because %(reasons)s.") % {"when": moment(due), "reasons": "; ".join(reasons)}


def _limit_from(told: Explanation) -> str:
    restarted = next((reason for reason in told.reasons if isinstance(reason, LimitRestarted)), None)
    since = restarted.stop.end if restarted and restarted.stop.end else told.start
    if told.limit.unit is Unit.SAME_DAY:
        return _("what is received on %(start)s is settled the same day") % {"start": moment(since)}
    said = {"limit": in_words(told.limit), "start": moment(since)}
    if restarted:
        return _("the file was complete on %(start)s and from then on the full %(limit)s are counted") % said
    return _("%(limit)s are counted from %(start)s") % said


def in_words(limit: Limit) -> str:
    """A limit as it is read: “3 working days”."""
    return f"{limit.value} {LimitUnit(limit.unit.value).label}"


def _said(reasons: Sequence[Reason]) -> Iterator[str]:
    """The reasons that change something, in words; weekly days off are counted together."""
    for reason in reasons:
        match reason:
            case LimitProlonged(before):
                yield _("with the time to verify, instead of %(limit)s") % {"limit": in_words(before)}
            case ReceiptMoved():
                yield _moved(reason)
            case ReceiptDayNotCounted():
                yield _("the day of receipt is not counted")
            case SkippedDay(on, rows) if rows:
                names = ", ".join(row.name if in_vietnamese() else row.name_en or row.name for row in rows)
                yield _("%(day)s is no working day (%(name)s)") % {"day": day(on), "name": names}
            case CountedDay(on, _number, _worked, rows) if rows:
                names = ", ".join(row.name if in_vietnamese() else row.name_en or row.name for row in rows)
                yield _("%(day)s is a working day (%(name)s)") % {"day": day(on), "name": names}
            case LastDayMoved(last_day, _to):
                yield _("the last day, %(day)s, is a day off, so that the next working day counts") % {
                    "day": day(last_day)
                }
            case StopGivenBack(stop, given):
                yield _("the clock stood from %(start)s to %(end)s, for which %(given)s are given back") % {
                    "start": moment(stop.start),
                    "end": moment(stop.end),
                    "given": _given(given),
                }
            case TimeAgreed(agreed):
                yield _("the applicant agreed to this time in writing on %(day)s") % {
                    "day": day(agreed.decided_at)
                }
            case TimeRenewed(renewed):
                yield _("the office gave a new time on %(day)s, with an apology") % {
                    "day": day(renewed.decided_at)
                }
            case ClockStopped(stop):
                yield _("the clock has stood since %(start)s, so that it will be later") % {
                    "start": moment(stop.start)
                }
    if weekly := sum(isinstance(reason, SkippedDay) and not reason.rows for reason in reasons):
        yield ngettext(
            "%(count)d weekly day off is not counted", "%(count)d weekly days off are not counted", weekly
        ) % {"count": weekly}


def _moved(reason: ReceiptMoved) -> str:
    said = {"day": day(reason.received_on), "other": day(reason.counts_on)}
    if reason.cause is ReceiptCause.CUT_OFF_PASSED and reason.cut_off is not None:
        said["cut_off"] = f"{reason.cut_off:%H:%M}"
        return _("received after %(cut_off)s it counts from %(other)s") % said
    if reason.cause is ReceiptCause.DAY_OFF:
        return _("%(day)s is no working day, so that it counts from %(other)s") % said
    return _("received after the end of the day it counts from %(other)s") % said


def _given(given: int | timedelta) -> str:
    """Days as they count for the limit, or hours and minutes."""
    if isinstance(given, int):
        return ngettext("%(count)d day", "%(count)d days", given) % {"count": given}
    hours, minutes = divmod(int(given.total_seconds()) // 60, 60)
    return f"{hours}:{minutes:02d}"
