"""The day's lists to the tax authority as a reader may see them: lists, lines that lead to cases, files, answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, ExpressionWrapper, F, IntegerField, Max, Q, QuerySet, Value

from apps.accounts.actors import Actor
from apps.cases.models import Case, CaseReceipt
from apps.cases.policies import agencies_worked_at, can_supervise
from apps.cases.selectors import Download
from apps.core.errors import NotFound
from apps.core.models import OutboxRow
from apps.documents.actions import read_file
from apps.receipts.actions.day_reports import sending_of
from apps.receipts.choices import DayReportState, ReportMedium
from apps.receipts.errors import DayReportFileNotMade, DayReportUnknown
from apps.receipts.models import DayReport, DayReportAnswer, DayReportEdition, DayReportFile, DayReportLine
from apps.receipts.policies import answers_for_money_of, books_of
from apps.receipts.tax_authority import tax_authority
from apps.supervision.errors import NoMoneyRead
from apps.supervision.policies import can_read_money_of, money_in_sight, reads_money_reports

MEDIA_TYPES = {
    ReportMedium.XML: "application/xml",
    ReportMedium.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportMedium.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class ListFigures:
    """How many lists wait for their answer, were rejected, and are past their time."""

    waiting: int
    rejected: int
    past_time: int


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a list; the case only where the reader may see it, and as what: in the books, from above or at the desk."""

    line: DayReportLine
    case_code: str
    seen_as: Literal["books", "above", "desk", ""]


@dataclass(frozen=True, slots=True)
class SeenList:
    """One list with its editions and answers, and what the reader may do: nothing but for who answers for the body."""

    report: DayReport
    editions: Sequence[DayReportEdition]
    answers: Sequence[DayReportAnswer]
    files: Sequence[DayReportFile]
    last_error: str
    is_past_time: bool
    is_authority_on: bool
    answers_for_it: bool
    reads_books_of_it: bool
    can_send_again: bool
    can_make_anew: bool


def lists_readable(
    *, seen_by: Actor, day: date | None = None, state: str = "", past: datetime | None = None
) -> QuerySet[DayReport]:
    """The lists of the bodies whose money the actor reads, newest first; `newest` is a number that grows that way.

    Of a day, in a state, or not accepted and past their time at the moment `past`. Raises NoMoneyRead.
    """
    if not reads_money_reports(seen_by):
        raise NoMoneyRead()
    newest = ExpressionWrapper(Value(999_999_999) - F("id"), output_field=IntegerField())
    found = DayReport.objects.select_related("collecting_body").filter(
        money_in_sight(seen_by, "collecting_body__")
    )
    if day is not None:
        found = found.filter(day=day)
    if state:
        found = found.filter(state=state)
    if past is not None:
        found = found.filter(_past_time(past))
    return found.annotate(newest=newest).order_by("newest")


def figures_of_lists(*, seen_by: Actor, at: datetime) -> ListFigures:
    """Raises NoMoneyRead."""
    found = (
        lists_readable(seen_by=seen_by)
        .order_by()
        .aggregate(
            waiting=Count("pk", filter=Q(state__in=[DayReportState.MADE, DayReportState.SENT])),
            rejected=Count("pk", filter=Q(state=DayReportState.REJECTED)),
            past_time=Count("pk", filter=_past_time(at)),
        )
    )
    return ListFigures(**found)


def _past_time(at: datetime) -> Q:
    return Q(send_by__lt=at) & ~Q(state=DayReportState.ACCEPTED)


def list_readable(uuid: UUID, *, seen_by: Actor) -> DayReport:
    """Raises DayReportUnknown, also where the actor may not read it."""
    found = DayReport.objects.select_related("collecting_body__unit").filter(uuid=uuid).first()
    if found is None or not can_read_money_of(found.collecting_body, seen_by):
        raise DayReportUnknown(field="report")
    return found


def list_seen(uuid: UUID, *, seen_by: Actor, at: datetime) -> SeenList:
    """Raises DayReportUnknown."""
    report = list_readable(uuid, seen_by=seen_by)
    editions = list(report.editions.select_related("made_by").order_by("number"))
    last = editions[-1]
    last.report = report
    files = list(last.files.order_by("id"))
    sending = OutboxRow.objects.filter(effect=sending_of(last)).first()
    is_open = report.state in (DayReportState.MADE, DayReportState.SENT)
    is_stuck = sending.failed_at is not None if sending else bool(files) and tax_authority().is_on
    answers_for_it = answers_for_money_of(report.collecting_body_id, seen_by)
    return SeenList(
        report=report,
        editions=editions,
        answers=list(
            DayReportAnswer.objects.filter(edition__report=report)
            .select_related("edition")
            .order_by("-received_at", "-id")
        ),
        files=files,
        last_error=sending.last_error if sending and is_open else "",
        is_past_time=report.state != DayReportState.ACCEPTED and report.send_by < at,
        is_authority_on=tax_authority().is_on,
        answers_for_it=answers_for_it,
        reads_books_of_it=books_of(seen_by).covers(report.collecting_body),
        can_send_again=answers_for_it and is_open and is_stuck,
        can_make_anew=answers_for_it and report.state == DayReportState.REJECTED,
    )


def lines_of_list(report: DayReport) -> QuerySet[DayReportLine]:
    """The lines of a list that was seen, in order; page them by `position`."""
    return (
        DayReportLine.objects.filter(report=report)
        .select_related("report", "receipt__series__collecting_body", "related__series__collecting_body")
        .order_by("position")
    )


def as_seen(lines: Sequence[DayReportLine], seen: SeenList, *, seen_by: Actor) -> list[SeenLine]:
    """Lines of one page of a list with the cases that the reader may see: one query for all of them."""
    of_receipt = {
        row.receipt_id: row.case
        for row in CaseReceipt.objects.filter(
            receipt_id__in=[line.receipt.uuid for line in lines]
        ).select_related("case__receiving_agency__unit", "case__competent_agency__unit")
    }
    return [_seen_line(line, of_receipt.get(line.receipt.uuid), seen, seen_by) for line in lines]


def _seen_line(line: DayReportLine, case: Case | None, seen: SeenList, by: Actor) -> SeenLine:
    if case is None:
        return SeenLine(line, "", "")
    if seen.reads_books_of_it:
        return SeenLine(line, case.code, "books")
    agencies = {
        case.receiving_agency_id,
        case.competent_agency_id,
        case.current_agency_id,
        case.returning_agency_id,
    }
    if agencies & set(agencies_worked_at(by)):
        return SeenLine(line, case.code, "desk")
    return SeenLine(line, case.code, "above") if can_supervise(case, by) else SeenLine(line, "", "")


def list_file(uuid: UUID, medium: str, *, seen_by: Actor) -> Download:
    """The last edition of a list as XML, spreadsheet or paper. Raises DayReportUnknown, DayReportFileNotMade, NotFound.

    Raises FileDamaged when the bytes are no longer those that were hashed.
    """
    report = list_readable(uuid, seen_by=seen_by)
    if medium not in ReportMedium.values:
        raise NotFound()
    last = report.editions.aggregate(last=Max("number"))["last"]
    stored = DayReportFile.objects.filter(edition__report=report, edition__number=last, medium=medium).first()
    if stored is None:
        raise DayReportFileNotMade()
    name = (
        f"01-TH-BLDT-{report.collecting_body.identification_code}-{report.day:%Y%m%d}-"
        f"{report.part}-{last}.{medium}"
    )
    return Download(name, MEDIA_TYPES[ReportMedium(medium)], read_file(stored))
