"""A bank's statement in a file, spreadsheet or CSV: its lines as they are, or every fault by its line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.jobs import JobUnknown
from apps.core.loading import Faults
from apps.core.models import Job
from apps.core.spreadsheets import MOST_ROWS, Row, read_table
from apps.receipts.models import MEMO_AT_MOST, REFERENCE_AT_MOST

# The head of each column as banks write it, ours first.
COLUMNS: Mapping[str, Sequence[str]] = {
    "account": ("Số tài khoản", "Account", "Account number"),
    "booked_at": ("Ngày giao dịch", "Ngày hiệu lực", "Date", "Transaction date"),
    "reference": ("Số tham chiếu", "Số bút toán", "Mã giao dịch", "Reference"),
    "debit": ("Ghi nợ", "Phát sinh nợ", "Debit"),
    "credit": ("Ghi có", "Phát sinh có", "Credit"),
    "memo": ("Nội dung", "Diễn giải", "Description", "Memo"),
}
# No line of a fee comes near: a larger amount is a slip of whoever typed it.
MOST_AMOUNT = 10**12
_HEADER_WITHIN = 50
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,13}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


KIND = "bank_statement"
# By the ending under which the file of a statement is stored.
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def kind_of(account_id: int) -> str:
    """The kind of the jobs of one account: statements of one are taken in one after another."""
    return f"{KIND}:{account_id}"


def account_of_job(job: Job) -> int:
    """The account whose statement a job takes in. Raises JobUnknown for a job of another kind."""
    kind, _colon, account = job.kind.partition(":")
    if kind != KIND or not account.isdecimal():
        raise JobUnknown(field="job")
    return int(account)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as the file has it, with its number in the file; `amount` in đồng, negative for what went out."""

    number: int
    booked_at: datetime
    amount: int
    memo: str
    reference: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Of which account and days the statement should be, and its balances in đồng as the bank's own summary says."""

    account: str
    starts_on: date
    ends_on: date
    opening: int
    closing: int


def ending_of(content: bytes) -> str:
    """What a statement is by what is in it, whatever it is called: `xlsx` or `csv`. An old workbook is read, and refused, as one."""
    return "xlsx" if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else "csv"


def read_statement(content: bytes, expected: Expected, faults: Faults) -> list[ReadLine]:
    """The lines of a statement in their order; faults are added to `faults`, and then the lines mean nothing.

    The opening balance plus all lines must be the closing balance: a line that is missing or doubled is found by it.
    """
    rows = (
        read_table(content, COLUMNS, faults) if ending_of(content) == "xlsx" else _read_csv(content, faults)
    )
    if faults.found:
        return []
    lines = [line for number, cells in rows if (line := _line(number, cells, expected, faults))]
    if not rows:
        faults.add("", "", _("the file has no line"))
    _refuse_doubles(lines, faults)
    if not faults.found:
        _refuse_unbalanced(lines, expected, faults)
    return lines


def _read_csv(content: bytes, faults: Faults) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("", "", _("is neither a workbook nor a text in UTF-8 (byte %d)") % error.start)
        return []
    if "\x00" in text:
        faults.add("", "", _("is not a text"))
        return []
    head = "\n".join(text.splitlines()[:_HEADER_WITHIN])
    delimiter = max(",;\t", key=head.count)
    try:
        return list(_rows_below_header(csv.reader(io.StringIO(text), delimiter=delimiter), faults))
    except csv.Error as error:
        faults.add("", "", _("is not a table: %s") % error)
        return []


def _rows_below_header(table: Any, faults: Faults) -> Iterator[Row]:
    places: dict[str, int] = {}
    count = 0
    for cells in table:
        number = table.line_num
        if not places:
            found = _places(cells)
            if len(found) == len(COLUMNS):
                places = found
            elif number >= _HEADER_WITHIN:
                break
            continue
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            faults.add(_("line %d") % number, "", _("a statement has at most %d lines") % MOST_ROWS)
            return
        if len(cells) <= max(places.values()):
            faults.add(_("line %d") % number, "", _("has too few cells"))
            continue
        yield number, {name: cells[place].strip() for name, place in places.items()}
    if not places:
        heads = ", ".join(f"“{spellings[0]}”" for spellings in COLUMNS.values())
        faults.add("", "", _("no line names the columns %s") % heads)


def _places(cells: Sequence[str]) -> dict[str, int]:
    spelled = {_plain(cell): place for place, cell in reversed(list(enumerate(cells)))}
    found = {}
    for name, spellings in COLUMNS.items():
        for each in spellings:
            if _plain(each) in spelled:
                found[name] = spelled[_plain(each)]
                break
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _line(number: int, cells: Mapping[str, Any], expected: Expected, faults: Faults) -> ReadLine | None:
    before = len(faults.found)
    where = _("line %d") % number
    account = clean(cells["account"]).replace(" ", "")
    if account != expected.account:
        faults.add(where, COLUMNS["account"][0], _("is of another account"))
    booked_at = _moment(cells["booked_at"])
    if booked_at is None:
        faults.add(where, COLUMNS["booked_at"][0], _("is not a day such as 23/11/2026"))
    elif not expected.starts_on <= timezone.localdate(booked_at) <= expected.ends_on:
        faults.add(where, COLUMNS["booked_at"][0], _("is not within the days of the statement"))
    reference = clean(cells["reference"])
    if not 1 <= len(reference) <= REFERENCE_AT_MOST:
        faults.add(where, COLUMNS["reference"][0], _("must have 1 to %d characters") % REFERENCE_AT_MOST)
    amount = _signed(where, cells, faults)
    if len(faults.found) > before or booked_at is None:
        return None
    return ReadLine(number, booked_at, amount, clean(cells["memo"])[:MEMO_AT_MOST], reference)


def clean(cell: object) -> str:
    """A cell as text, composed, without control and direction characters, its spaces single."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(_CONTROLS.sub(" ", unicodedata.normalize("NFC", str(cell))).split())


def _signed(where: str, cells: Mapping[str, Any], faults: Faults) -> int:
    """What came in, or what went out with a minus: one of the two columns says it."""
    amounts = {}
    for side in ("debit", "credit"):
        amount = _amount(cells[side])
        if amount is None or amount > MOST_AMOUNT:
            told = _("must be a whole number of đồng from 0 to %d") % MOST_AMOUNT
            faults.add(where, COLUMNS[side][0], told)
            return 0
        amounts[side] = amount
    if bool(amounts["debit"]) == bool(amounts["credit"]):
        faults.add(where, "", _("must have an amount in one of the columns of debit and credit"))
    return amounts["credit"] - amounts["debit"]


def _amount(cell: object) -> int | None:
    """Whole đồng; thousands may be set apart with dots or with commas. None where it is no such amount."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return int(cell) if cell >= 0 and float(cell).is_integer() else None
    text = clean(cell)
    if not text or text == "-":
        return 0
    return int(re.sub(r"[.,]", "", text)) if _GROUPED.fullmatch(text) else None


def _moment(cell: object) -> datetime | None:
    if isinstance(cell, datetime):
        return timezone.make_aware(cell) if timezone.is_naive(cell) else cell
    if isinstance(cell, date):
        return timezone.make_aware(datetime.combine(cell, time()))
    found = _DAY.fullmatch(clean(cell))
    try:
        if found:
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            return timezone.make_aware(datetime.combine(date(year, month, day), time(hour, minute, second)))
        return timezone.make_aware(datetime.combine(date.fromisoformat(clean(cell)), time()))
    except ValueError:
        return None


def _refuse_doubles(lines: Iterable[ReadLine], faults: Faults) -> None:
    first: dict[tuple[str, date], int] = {}
    for line in lines:
        named = (line.reference, timezone.localdate(line.booked_at))
        if named in first:
            told = _("has the reference of line %d") % first[named]
            faults.add(_("line %d") % line.number, COLUMNS["reference"][0], told)
        first.setdefault(named, line.number)


def _refuse_unbalanced(lines: Iterable[ReadLine], expected: Expected, faults: Faults) -> None:
    reached = expected.opening + sum(line.amount for line in lines)
    if reached != expected.closing:
        told = _(
            "the opening balance and all lines make %(reached)d đ, and not the closing balance of %(closing)d đ"
        )
        faults.add("", "", told % {"reached": reached, "closing": expected.closing})
