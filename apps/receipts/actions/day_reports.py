"""The day's list to the tax authority: each receipt is told on exactly one, made the same day and sent by the outbox."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.calendars.selectors import latest_version_id, working_calendar
from apps.core import outbox
from apps.core.errors import NotFound
from apps.core.models import OutboxRow
from apps.core.transactions import lock_one, verb_transaction
from apps.receipts.choices import DayReportState, ReceiptForm, ReportMedium
from apps.receipts.errors import (
    DayReportNotRejected,
    DayReportNotWaiting,
    DayReportNotYours,
    DayReportUnknown,
    ExplanationMissing,
)
from apps.receipts.models import DayReport, DayReportEdition, DayReportFile
from apps.receipts.policies import answers_for_money_of
from apps.receipts.tax_authority import tax_authority
from apps.units.models import Agency

RENDER = "apps.receipts.tasks.render_day_report"
SEND = "apps.receipts.tasks.send_day_report"
# "On failure within 3 working days" (Thông tư 91/2026/TT-BTC).
WORKING_DAYS_TO_SEND = 3
EXPLANATION_AT_MOST = 500

log = logging.getLogger(__name__)

# What is told, each kind by a statement of its own with the same columns: of a body and a day, or of all.
_RECEIPTS = """
    SELECT r.uuid AS source, r.id AS turn, CASE WHEN r.replaces_id IS NULL THEN 'issued' ELSE 'replacement' END AS kind,
        r.id AS receipt_id, r.replaces_id AS related_id, s.collecting_body_id AS body_id,
        (r.issued_at AT TIME ZONE %(zone)s)::date AS day, s.form, s.code AS series, r.number,
        (r.issued_at AT TIME ZONE %(zone)s)::date AS issued_on, r.amount, r.snapshot,
        (w.issued_at AT TIME ZONE %(zone)s)::date AS adjusted_day,
        coalesce(r.snapshot #>> '{replaces,reason}', '') AS explanation
    FROM receipts_receipt r
    JOIN receipts_receiptseries s ON s.id = r.series_id
    LEFT JOIN receipts_receipt w ON w.id = r.replaces_id
    WHERE s.form = ANY(%(forms)s)
"""
# A notice of an error (04/SS-CTĐT) moves no money: it is told on the day on which it was given, of the receipt as it stands.
_NOTICES = """
    SELECT n.uuid AS source, n.id AS turn, 'notice' AS kind, r.id AS receipt_id, NULL::bigint AS related_id, n.body_id,
        (n.noticed_at AT TIME ZONE %(zone)s)::date AS day, s.form, s.code AS series, r.number,
        (r.issued_at AT TIME ZONE %(zone)s)::date AS issued_on, NULL::bigint AS amount, r.snapshot,
        (r.issued_at AT TIME ZONE %(zone)s)::date AS adjusted_day, n.reason AS explanation
    FROM receipts_receiptnotice n
    JOIN receipts_receipt r ON r.id = n.receipt_id
    JOIN receipts_receiptseries s ON s.id = r.series_id
    WHERE s.form = ANY(%(forms)s)
"""
_TO_TELL = " UNION ALL ".join((_RECEIPTS, _NOTICES))

_UNTOLD = f"""
    SELECT DISTINCT t.body_id, t.day FROM ({_TO_TELL}) AS t
    WHERE t.day <= %(until)s AND NOT EXISTS (SELECT FROM receipts_dayreportline l WHERE l.source = t.source)
    ORDER BY t.day, t.body_id
"""

# One statement sees one state of the database: whoever makes the same part at the same moment waits, and makes nothing.
_MAKE = f"""
    WITH told AS (
        SELECT t.*, row_number() OVER (ORDER BY t.form, t.series, t.number, t.kind, t.turn) AS position
        FROM ({_TO_TELL}) AS t
        WHERE t.body_id = %(body)s AND t.day = %(day)s
            AND NOT EXISTS (SELECT FROM receipts_dayreportline l WHERE l.source = t.source)
    ), list AS (
        INSERT INTO receipts_dayreport
            (uuid, collecting_body_id, day, part, lines_in_all, total, made_at, send_by, state)
        SELECT %(uuid)s, %(body)s, %(day)s,
            (SELECT coalesce(max(part), 0) + 1 FROM receipts_dayreport
                WHERE collecting_body_id = %(body)s AND day = %(day)s),
            count(*), coalesce(sum(amount), 0), %(at)s, %(send_by)s, 'made'
        FROM told HAVING count(*) > 0
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO receipts_dayreportline
        (report_id, position, source, kind, receipt_id, related_id, form, series, number, issued_on, fee_name, rate,
        amount, adjusted_day, explanation, note)
    SELECT list.id, t.position, t.source, t.kind, t.receipt_id, t.related_id, t.form, t.series, t.number, t.issued_on,
        coalesce(fees.names, ''), fees.rate, t.amount, t.adjusted_day, t.explanation, ''
    FROM list, told t CROSS JOIN LATERAL (
        SELECT string_agg(line ->> 'name', '; ' ORDER BY place) AS names,
            CASE count(*) WHEN 1 THEN min((line ->> 'unit_price')::bigint) END AS rate
        FROM jsonb_array_elements(t.snapshot -> 'lines') WITH ORDINALITY AS e (line, place)
    ) AS fees
"""


def make_lists(until: date, *, at: datetime) -> int:
    """Makes the lists of all bodies that issued something on a day, up to and with `until`, that no list tells yet.

    Each list is a transaction of its own: after a crash the next run makes the rest, and nothing twice. A day on which
    nothing is untold makes none. Returns how many were made.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, {"until": until, **_common()})
        untold = cursor.fetchall()
    bodies = Agency.objects.in_bulk({body for body, _day in untold})
    made = 0
    for body, day in untold:
        try:
            made += make_list(bodies[body], day, at=at) is not None
        except Exception:
            # The lists of the others do not wait for this one; the next run tries it again.
            log.exception("the list of agency %s for %s cannot be made", body, day)
    return made


def make_list(body: Agency, day: date, *, at: datetime) -> DayReport | None:
    """The list of what a body has not told yet of a day, with its first edition; None where there is nothing.

    The files and the sending are owed in the same transaction.
    """
    with verb_transaction():
        uuid = uuid4()
        with connection.cursor() as cursor:
            cursor.execute(
                _MAKE,
                {
                    "uuid": uuid,
                    "body": body.pk,
                    "day": day,
                    "at": at,
                    "send_by": send_by(body, day),
                    **_common(),
                },
            )
            if not cursor.rowcount:
                return None
        report = DayReport.objects.select_related("collecting_body").get(uuid=uuid)
        _new_edition(report, 1, at=at)
    return report


def _common() -> dict[str, Any]:
    return {"zone": settings.TIME_ZONE, "forms": ReceiptForm.values}


def send_by(body: Agency, day: date) -> datetime:
    """The end of the third working day after a day, by the body's own calendar."""
    calendar = working_calendar(latest_version_id(body))
    return calendar.end_of_counted_day(calendar.add_counted_days(day, WORKING_DAYS_TO_SEND))


def _new_edition(
    report: DayReport, number: int, *, at: datetime, explanation: str = "", made_by: int | None = None
) -> DayReportEdition:
    body = report.collecting_body
    edition = DayReportEdition.objects.create(
        report=report,
        number=number,
        body={"name": body.name, "tax_code": body.tax_code or None, "address": body.address},
        explanation=explanation,
        made_by_id=made_by,
        made_at=at,
    )
    outbox.owe(RENDER, rendering_of(edition), at, edition=edition.pk).save()
    return edition


def rendering_of(edition: DayReportEdition) -> str:
    """The effect under which the files of an edition are made; `edition` with its report."""
    return f"day-report:{edition.report.uuid}:{edition.number}"


def sending_of(edition: DayReportEdition) -> str:
    """The effect under which an edition is sent; `edition` with its report."""
    return f"day-report-sent:{edition.report.uuid}:{edition.number}"


def owe_sending(edition: DayReportEdition, at: datetime) -> None:
    """Owes the sending of an edition whose files are there, once; while the settings name no address nothing is owed."""
    if tax_authority().is_on:
        row = outbox.owe(SEND, sending_of(edition), at, edition=edition.pk)
        OutboxRow.objects.bulk_create([row], ignore_conflicts=True)


def see_to_sendings(at: datetime) -> None:
    """Owes what was not owed while there was no address, and takes up again what the outbox gave up.

    What is not accepted past its time raises an alarm, once.
    """
    for edition in unanswered_editions():
        if any(file.medium == ReportMedium.XML for file in edition.files.all()):
            owe_sending(edition, at)
    failed = outbox.failed_rows().filter(task__in=[RENDER, SEND])
    for row in failed:
        outbox.send_again(row.pk, at)
    late = DayReport.objects.exclude(state=DayReportState.ACCEPTED).filter(
        send_by__lt=at, alarmed_at__isnull=True
    )
    for report in late.order_by("id"):
        if DayReport.objects.filter(pk=report.pk, alarmed_at__isnull=True).update(alarmed_at=at):
            log.error(
                "the list %s of agency %s for %s is %s; the tax authority was to have it by %s",
                report.uuid,
                report.collecting_body_id,
                report.day,
                report.state,
                timezone.localtime(report.send_by).isoformat(timespec="minutes"),
            )


def unanswered_editions() -> list[DayReportEdition]:
    """The last edition of each list that is not answered, with its files."""
    newest = DayReportEdition.objects.filter(report=OuterRef("report")).order_by("-number")
    return list(
        DayReportEdition.objects.filter(
            report__state__in=[DayReportState.MADE, DayReportState.SENT], pk=Subquery(newest.values("pk")[:1])
        )
        .select_related("report")
        .prefetch_related("files")
        .order_by("pk")
    )


def send_again(report: UUID, *, by: Actor, at: datetime) -> None:
    """A person has a list that was given up, or for which there was no address, sent now.

    Raises DayReportUnknown, DayReportNotYours, DayReportNotWaiting.
    """
    with verb_transaction():
        found = _locked(report, by)
        edition = _last_edition(found)
        rows = OutboxRow.objects.filter(effect__in=[sending_of(edition), rendering_of(edition)])
        failed = [row for row in rows if row.failed_at is not None]
        is_unowed = (
            not rows.filter(task=SEND).exists() and DayReportFile.objects.filter(edition=edition).exists()
        )
        is_open = found.state in (DayReportState.MADE, DayReportState.SENT)
        if not is_open or not (failed or (is_unowed and tax_authority().is_on)):
            raise DayReportNotWaiting()
        for row in failed:
            outbox.send_again(row.pk, at)
        if is_unowed:
            owe_sending(edition, at)


def make_anew(report: UUID, *, explanation: str, by: Actor, at: datetime) -> DayReportEdition:
    """A rejected list again, as another edition with the body as it stands now and why it is made anew; it is sent.

    Raises ExplanationMissing, DayReportUnknown, DayReportNotYours, DayReportNotRejected.
    """
    said = explanation.strip()
    if not said or len(said) > EXPLANATION_AT_MOST:
        raise ExplanationMissing(field="explanation")
    with verb_transaction():
        found = _locked(report, by)
        if found.state != DayReportState.REJECTED:
            raise DayReportNotRejected()
        DayReport.objects.filter(pk=found.pk).update(
            state=DayReportState.MADE, sent_at=None, answered_at=None
        )
        number = _last_edition(found).number + 1
        return _new_edition(found, number, at=at, explanation=said, made_by=by.account_id)


def _locked(uuid: UUID, by: Actor) -> DayReport:
    try:
        report = lock_one(DayReport.objects.filter(uuid=uuid))
    except NotFound as error:
        raise DayReportUnknown(field="report") from error
    if not answers_for_money_of(report.collecting_body_id, by):
        raise DayReportNotYours()
    return report


def _last_edition(report: DayReport) -> DayReportEdition:
    last = report.editions.aggregate(last=Max("number"))["last"]
    return DayReportEdition.objects.select_related("report__collecting_body").get(report=report, number=last)
