"""A list of receipts of the old regime (.xlsx or .csv), read and checked whole before anything is taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Faults, LoadRefused
from apps.core.loading import read_table as read_csv
from apps.core.spreadsheets import read_table as read_workbook
from apps.receipts.models import LegacyReceipt
from apps.receipts.regimes import LEGACY, is_legacy_possible
from apps.units.models import Agency

# By the name of a field, the headers under which a workbook may have it; a CSV has the names.
COLUMNS = {
    "collecting_body": ("collecting_body", "Mã định danh cơ quan thu"),
    "form": ("form", "Mẫu số"),
    "series": ("series", "Ký hiệu"),
    "number": ("number", "Số"),
    "payer": ("payer", "Người nộp"),
    "fee_name": ("fee_name", "Tên phí, lệ phí"),
    "amount": ("amount", "Số tiền"),
    "issued_on": ("issued_on", "Ngày lập"),
}
_MOST_TEXT = 300
_MOST_AMOUNT = 10**15

Key = tuple[str, str, str, int]


def read_legacy_receipts(path: Path, *, at: datetime) -> tuple[list[LegacyReceipt], int]:
    """The receipts of a list that are not there yet, as rows not yet stored, and how many are there already.

    A number keeps the zeros with which it was printed; a cell that lost them gets them back. Raises LoadRefused with every
    fault: an unknown body, a form, series or number that Thông tư 303/2016/TT-BTC did not have, an amount that is no whole
    number of đồng, a day on which the form could not be used, a doubled row, a receipt that is there with other contents.
    """
    faults = Faults(path.name)
    rows = list(_rows(path, faults))
    codes = {str(row["collecting_body"]).strip() for _where, row in rows}
    bodies: dict[str, list[Agency]] = {}
    for agency in Agency.objects.filter(identification_code__in=codes):
        bodies.setdefault(agency.identification_code, []).append(agency)
    found: dict[Key, tuple[str, LegacyReceipt]] = {}
    for where, row in rows:
        receipt = _receipt(row, where, bodies, path.name, at, faults)
        if receipt is None:
            continue
        if key_of(receipt) in found:
            faults.add(where, "number", _("the same receipt stands at %s") % found[key_of(receipt)][0])
        found.setdefault(key_of(receipt), (where, receipt))
    there = {
        key_of(row): row
        for row in LegacyReceipt.objects.filter(number__in={receipt.number for _, receipt in found.values()})
    }
    new = []
    for key, (where, receipt) in found.items():
        if key not in there:
            new.append(receipt)
        elif any(getattr(there[key], name) != getattr(receipt, name) for name in _CONTENTS):
            faults.add(where, "number", _("this receipt is there already, with other contents"))
    if faults.found:
        raise LoadRefused(faults.found)
    return new, len(found) - len(new)


_CONTENTS = ("payer", "fee_name", "amount", "issued_on")


def key_of(receipt: LegacyReceipt) -> Key:
    """By what a receipt of the old regime is found; several bodies may have used the same series."""
    return receipt.form, receipt.series, receipt.number, receipt.collecting_body_id


def _rows(path: Path, faults: Faults) -> Iterable[tuple[str, dict[str, Any]]]:
    if path.suffix == ".csv":
        return [(_("line %d") % line, dict(row)) for line, row in read_csv(path, tuple(COLUMNS), faults)]
    return [(_("row %d") % row, cells) for row, cells in read_workbook(path.read_bytes(), COLUMNS, faults)]


def _receipt(
    row: dict[str, Any],
    where: str,
    bodies: dict[str, list[Agency]],
    source: str,
    at: datetime,
    faults: Faults,
) -> LegacyReceipt | None:
    before = len(faults.found)
    agencies = bodies.get(str(row["collecting_body"]).strip(), [])
    if len(agencies) != 1:
        faults.add(where, "collecting_body", _("no one agency has this identification code"))
    form, series = str(row["form"]).strip(), str(row["series"]).strip()
    # A spreadsheet takes a number for a quantity and drops its zeros.
    number = _whole(row["number"])
    printed = f"{number:07d}" if number is not None else str(row["number"]).strip()
    if not LEGACY.fits(form, series, printed):
        faults.add(where, "number", _("form, series and number are not those of %s") % LEGACY.law)
    amount, day = _whole(row["amount"]), _day(row["issued_on"])
    if amount is None or not 0 < amount <= _MOST_AMOUNT:
        faults.add(where, "amount", _("must be a whole number of đồng"))
    if day is None or not is_legacy_possible(series, day) or day > at.date():
        faults.add(where, "issued_on", _("must be a day on which this form could be used"))
    texts = {name: str(row[name]).strip() for name in ("payer", "fee_name")}
    for name, text in texts.items():
        if not 0 < len(text) <= _MOST_TEXT:
            message = _("must be a text of %(least)d to %(most)d characters")
            faults.add(where, name, message % {"least": 1, "most": _MOST_TEXT})
    if len(faults.found) > before or amount is None or day is None:
        return None
    return LegacyReceipt(
        collecting_body=agencies[0],
        form=form,
        series=series,
        number=printed,
        amount=amount,
        issued_on=day,
        source=source[:200],
        imported_at=at,
        **texts,
    )


def _whole(value: Any) -> int | None:
    """A whole number that is not negative, as a cell holds it or as it is typed; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value >= 0 and value == int(value) else None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for spelled in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(str(value).strip(), spelled).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None
