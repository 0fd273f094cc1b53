"""The lists of a district as queries: which rows each holds, since when, and to which agency each row is charged.

A time that ran out is charged to the agency that held it then, as the ledger says: while a handover waits that is the
sender, and after it was received what had run out before stays the sender's. A handover and an opinion are charged to the agency that
should answer, everything else to the one that holds the case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.cases.choices import STOPPED_CLOCK, EventKind, Routing, Status
from apps.cases.deadlines import STOPPED_BY
from apps.cases.models import (
    Case,
    CaseEvent,
    CaseLink,
    Handover,
    LateEntry,
    OpinionRequest,
    SupplementRequest,
)
from apps.cases.selectors import ENDED
from apps.supervision.choices import ListName, Spans
from apps.units.models import AdministrativeUnit

SOON = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class District:
    """A district as one supervisor sees it at a moment: its wards and every agency on them, past ones too."""

    unit: AdministrativeUnit
    wards: tuple[AdministrativeUnit, ...]
    agencies: dict[int, int]
    at: datetime
    spans: Spans
    soon_by_calendar: dict[str, datetime] = field(default_factory=dict)

    @property
    def agency_ids(self) -> list[int]:
        return list(self.agencies)

    def agencies_on(self, unit_id: int) -> list[int]:
        return [agency for agency, unit in self.agencies.items() if unit == unit_id]


def _agency(column: str) -> ExpressionWrapper:
    """The id of an agency as a number: lists of different tables are joined by it."""
    return ExpressionWrapper(F(column), output_field=BigIntegerField())


def _in_sight(district: District, prefix: str = "") -> Q:
    ids = district.agency_ids
    return Q(**{f"{prefix}receiving_agency_id__in": ids}) | Q(**{f"{prefix}competent_agency_id__in": ids})


def open_cases(district: District) -> QuerySet[Case]:
    """The open cases in sight: what the district or a ward below received or decides."""
    return Case.objects.filter(_in_sight(district)).exclude(status__in=ENDED)


def _is_soon(district: District) -> Q:
    soon = Q(pk__in=[])
    for code, moment in district.soon_by_calendar.items():
        soon |= Q(current_agency__calendar_code=code, due_at__lte=moment)
    others = ~Q(current_agency__calendar_code__in=list(district.soon_by_calendar))
    latest = max(district.soon_by_calendar.values(), default=district.at)
    return soon | (others & Q(due_at__lte=latest))


def held_now(district: District) -> dict[ListName, tuple[Q, str]]:
    """Lists of open cases charged to the agency that holds them now: which cases, and the column that says since when."""
    return {
        ListName.DUE_SOON: (
            Q(is_clock_running=True, due_at__gte=district.at) & _is_soon(district),
            "due_at",
        ),
        # Released, a case is at the agency that hands the result over.
        ListName.NOT_DELIVERED: (Q(status=Status.RESOLVED), "ended_at"),
        ListName.EXTENDED: (Q(renewed_due_at__isnull=False), "renewed_due_at"),
        ListName.UNROUTED: (Q(routing=Routing.UNROUTABLE), "received_at"),
    }


def ran_out(district: District) -> dict[ListName, tuple[Q, str]]:
    """Lists of open cases of which a time has run out: which cases, and the column of that time."""
    at = district.at
    return {
        ListName.LATE_AT_INTAKE: (Q(status=Status.SUBMITTED, is_clock_running=True, due_at__lt=at), "due_at"),
        ListName.OVERDUE: (
            Q(is_clock_running=True, due_at__lt=at) & ~Q(status=Status.SUBMITTED),
            "due_at",
        ),
        ListName.STEP_LATE: (
            Q(status__in=(Status.ACCEPTED, Status.IN_PROGRESS), is_clock_running=True, step_due_at__lt=at),
            "step_due_at",
        ),
        ListName.WITHDRAWAL_UNANSWERED: (
            Q(status=Status.WITHDRAWAL_REQUESTED, withdrawal_due_at__lt=at),
            "withdrawal_due_at",
        ),
    }


def held_when(moment: str) -> QuerySet[CaseEvent]:
    """The last event of a case at or before a moment of its columns: who held the case then. For a subquery over cases."""
    return CaseEvent.objects.filter(case=OuterRef("pk"), at__lte=OuterRef(moment)).order_by("-sequence")


def _awaited_supplements(district: District) -> QuerySet[SupplementRequest]:
    return (
        SupplementRequest.objects.filter(_in_sight(district, "case__"))
        .exclude(case__status__in=ENDED)
        .annotate(charged=_agency("case__current_agency_id"), since=F("asked_at"))
    )


def _last_asked() -> QuerySet[CaseEvent]:
    """The last act that asked the applicant for something, for a subquery over cases."""
    return CaseEvent.objects.filter(case=OuterRef("pk"), kind__in=list(STOPPED_BY)).order_by("-sequence")


def rows_of(name: ListName, district: District) -> QuerySet[Any]:
    """The rows of one list, each with `charged`, the agency it counts for, and `since`."""
    if name in (timed := ran_out(district)):
        condition, moment = timed[name]
        then = Subquery(held_when(moment).values("to_agency_id")[:1])
        charged = Coalesce(then, F("current_agency_id"), output_field=BigIntegerField())
        return open_cases(district).filter(condition).annotate(charged=charged, since=F(moment))
    if name in (held := held_now(district)):
        condition, since = held[name]
        return (
            open_cases(district)
            .filter(condition)
            .annotate(charged=_agency("current_agency_id"), since=F(since))
        )
    if name == ListName.LONG_STOP:
        before = district.at - timedelta(days=district.spans.long_stop)
        return (
            open_cases(district)
            .filter(status__in=STOPPED_CLOCK)
            .annotate(charged=_agency("current_agency_id"), since=Subquery(_last_asked().values("at")[:1]))
            .filter(since__lt=before)
        )
    if name == ListName.SECOND_SUPPLEMENT:
        return _awaited_supplements(district).filter(number__gte=2)
    if name == ListName.HANDOVER_NOT_RECEIVED:
        return Handover.objects.filter(
            _in_sight(district, "case__"), answered_at__isnull=True, due_at__lt=district.at
        ).annotate(charged=_agency("to_agency_id"), since=F("due_at"))
    if name == ListName.OPINION_NOT_GIVEN:
        return OpinionRequest.objects.filter(
            _in_sight(district, "case__"), ended_at__isnull=True, due_at__lt=district.at
        ).annotate(charged=_agency("to_agency_id"), since=F("due_at"))
    if name == ListName.RESULT_NOT_ACKNOWLEDGED:
        # Whoever accepts the case acknowledges what it rests on.
        return CaseLink.objects.filter(
            _in_sight(district, "case__"),
            case__status=Status.SUBMITTED,
            case__is_clock_running=True,
            acknowledge_by__lt=district.at,
        ).annotate(charged=_agency("case__current_agency_id"), since=F("acknowledge_by"))
    since_when = district.at - timedelta(days=district.spans.recent)
    if name == ListName.ENDED_WITHOUT_RESULT:
        # Reopened since, it is in another list.
        return Case.objects.filter(
            _in_sight(district), status__in=(Status.DECLINED, Status.STOPPED), ended_at__gte=since_when
        ).annotate(charged=_agency("current_agency_id"), since=F("ended_at"))
    if name == ListName.LATE_ENTRY:
        return LateEntry.objects.filter(
            _in_sight(district, "case__"), entered_at__gte=since_when, entered_at__lte=district.at
        ).annotate(charged=_agency("case__receiving_agency_id"), since=F("entered_at"))
    assert name == ListName.MENDED
    # By agencies of the district: an index that begins with the agency finds them.
    return CaseEvent.objects.filter(
        _in_sight(district, "case__"),
        to_agency_id__in=district.agency_ids,
        kind__in=(EventKind.ACT_UNDONE, EventKind.CASE_REOPENED),
        at__gte=since_when,
        at__lte=district.at,
    ).annotate(charged=_agency("to_agency_id"), since=F("at"))
