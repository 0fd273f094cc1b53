"""What tests of the day's list begin with: receipts of a ward, one that replaces another, and a day's list made."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from apps.receipts.actions.day_reports import make_lists
from apps.receipts.actions.numbering import Unnumbered, take_numbers
from apps.receipts.models import DayReport, Receipt
from tests import given


def receipt(at: datetime = given.NOW, **filing) -> Receipt:
    """Paid at a ward's counter."""
    given.paid(given.taken_at_counter(at=at, **filing), at=at)
    return Receipt.objects.select_related("series__collecting_body", "payment").order_by("pk").last()


def replacement(wrong: Receipt, at: datetime = given.NOW, reason: str = "Sai số bản sao") -> Receipt:
    """The number that follows, for the same payment, naming the wrong one."""
    replaces = {
        "form": wrong.series.form,
        "series": wrong.series.code,
        "number": wrong.number,
        "issued_at": wrong.snapshot["issued_at"],
        "reason": reason,
    }
    snapshot = {**wrong.snapshot, "replaces": replaces}
    right = Unnumbered(wrong.series, wrong.payment, wrong.amount, snapshot, uuid4(), replaces=wrong)
    take_numbers([right], at=at)
    return Receipt.objects.get(uuid=right.uuid)


def list_made(at: datetime = given.NOW) -> DayReport:
    """The one list of a day with one receipt, and its files."""
    receipt(at)
    assert make_lists(timezone.localdate(at), at=at) == 1
    given.carry_out(at, "render_day_report")
    return DayReport.objects.get()
