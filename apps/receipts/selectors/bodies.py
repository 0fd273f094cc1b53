"""What is known of collecting bodies: their accounts at banks, and what they told the tax authority."""

from __future__ import annotations

from datetime import date

from apps.receipts.models import CollectionAccount, DayReport, DayReportLine, Receipt
from apps.units.models import Agency


def account_of(body: Agency, day: date) -> CollectionAccount | None:
    """The confirmed account into which a body collects on a day; None where none is."""
    confirmed = CollectionAccount.objects.valid_on(day).filter(confirmed_at__isnull=False)
    return confirmed.filter(agency=body).first()


def lines_telling(receipt: Receipt) -> list[DayReportLine]:
    """The lines of day's lists that told the tax authority of a receipt, each with its list."""
    return list(receipt.report_lines.select_related("report").order_by("pk"))


def lists_of_day(body_id: int, day: date) -> list[DayReport]:
    """The lists of a body for a day, its parts in order."""
    return list(DayReport.objects.filter(collecting_body=body_id, day=day).order_by("part"))
