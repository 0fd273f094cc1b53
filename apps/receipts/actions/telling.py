"""A day's list on its way to the tax authority: its files made and stored, handed over, and what is answered kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core import outbox
from apps.core.file_store import store
from apps.documents.actions import read_file
from apps.receipts.actions.day_reports import owe_sending
from apps.receipts.choices import AnswerOutcome, DayReportState, ReportMedium
from apps.receipts.models import DayReport, DayReportAnswer, DayReportEdition, DayReportFile
from apps.receipts.rendering import (
    MOST_PRINTED,
    key_of,
    lines_of,
    sign_list,
    snapshot_of,
    write_sheet,
    write_xml,
)
from apps.receipts.tax_authority import Answer, TryAgain, Unknown, tax_authority

_STATES = {
    AnswerOutcome.ACCEPTED: DayReportState.ACCEPTED,
    AnswerOutcome.REJECTED: DayReportState.REJECTED,
}


def edition_of(pk: int) -> DayReportEdition:
    return DayReportEdition.objects.select_related("report__collecting_body").get(pk=pk)


def make_files(
    row_id: int,
    edition: DayReportEdition,
    render: Callable[..., bytes],
    *,
    clock: Callable[[], datetime],
) -> None:
    """Makes and stores the three files of an edition, outside any transaction, and owes its sending with their rows.

    `render` makes a paper of a snapshot. A crash in between leaves files that nothing refers to.
    """
    with TemporaryDirectory() as folder:
        sheet, xml = Path(folder) / "list.xlsx", Path(folder) / "list.xml"
        write_sheet(sheet, edition, lines_of(edition))
        write_xml(xml, edition, lines_of(edition))
        sign_list(xml, edition.report.collecting_body, at=timezone.localtime(clock()))
        paper = Path(folder) / "list.pdf"
        paper.write_bytes(render("list_01", snapshot_of(edition, islice(lines_of(edition), MOST_PRINTED))))
        at = clock()
        files = [
            _stored(edition, medium, path, at)
            for medium, path in (
                (ReportMedium.XML, xml),
                (ReportMedium.XLSX, sheet),
                (ReportMedium.PDF, paper),
            )
        ]

    def change() -> None:
        DayReportFile.objects.bulk_create(files)
        owe_sending(edition, at)

    outbox.effect(row_id, at, change)


def _stored(edition: DayReportEdition, medium: ReportMedium, path: Path, at: datetime) -> DayReportFile:
    with path.open("rb") as file:
        kept = store(f"day-reports/{edition.report.day:%Y/%m/%d}/{uuid4()}.{medium.value}", file)
    return DayReportFile(edition=edition, medium=medium, stored_at=at, **kept._asdict())


def tell(row_id: int, edition: DayReportEdition, *, clock: Callable[[], datetime]) -> None:
    """Hands an edition over, or asks what became of it. Raises TryAgain, for the outbox to send it again.

    A list whose answer was lost is handed over under the same key: the authority takes it once.
    """
    report, key = edition.report, key_of(edition)
    if report.state in _STATES.values() or _is_overtaken(edition):
        outbox.effect(row_id, clock(), lambda: None)
        return
    try:
        answer = _answered(edition, key)
    except TryAgain as error:
        if error.answer is not None:
            _keep(edition, error.answer, clock())
        raise
    at = clock()
    if answer.outcome == AnswerOutcome.RECEIVED:
        with transaction.atomic(durable=True):
            _waiting(report).update(state=DayReportState.SENT, sent_at=report.sent_at or at)
            _keep(edition, answer, at)
        raise TryAgain("answer_awaited")

    def change() -> None:
        _keep(edition, answer, at)
        _waiting(report).update(state=_STATES[answer.outcome], sent_at=report.sent_at or at, answered_at=at)

    outbox.effect(row_id, at, change)


def _answered(edition: DayReportEdition, key: str) -> Answer:
    authority = tax_authority()
    if edition.report.state == DayReportState.SENT:
        try:
            return authority.ask(key)
        except Unknown:
            # It has lost the list: once more.
            pass
    xml = read_file(edition.files.get(medium=ReportMedium.XML))
    return authority.hand_over(key, xml)


def _is_overtaken(edition: DayReportEdition) -> bool:
    return DayReportEdition.objects.filter(report=edition.report_id, number__gt=edition.number).exists()


def _waiting(report: DayReport) -> QuerySet[DayReport]:
    return DayReport.objects.filter(pk=report.pk, state__in=[DayReportState.MADE, DayReportState.SENT])


def _keep(edition: DayReportEdition, answer: Answer, at: datetime) -> None:
    """Every answer stays; one that only says the same again, while it is waited for, is not kept twice."""
    said = {"status": answer.status, "body": answer.body, "outcome": answer.outcome}
    if not DayReportAnswer.objects.filter(edition=edition, **said).exists():
        DayReportAnswer.objects.create(
            edition=edition,
            **said,
            reference=answer.reference,
            reasons=list(answer.reasons),
            received_at=at,
        )
