"""A bank's statement is read whole and shown, then taken in: no file twice, no line twice, nothing that does not add up."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from apps.accounts.choices import Role
from apps.core import spreadsheets
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, JobState, OutboxRow
from apps.receipts.actions.accounts import end_account
from apps.receipts.actions.statements import drop_statement, start_statement
from apps.receipts.bank_file import COLUMNS
from apps.receipts.books import all_accounts
from apps.receipts.choices import LineOutcome
from apps.receipts.errors import AccountMalformed, AccountOverlaps, StatementKnown, StatementRefused
from apps.receipts.models import BankLine, BankStatement
from apps.receipts.selectors import account_of
from tests import given
from tests.receipts import books
from tests.receipts.books import HEAD, MONDAY
from tests.workbooks import fill, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _faults_in_english():
    with translation.override("en"):
        yield


LINES = [
    (MONDAY, "FT001", 8_000, "NGUYEN THI BUOI chuyen tien"),
    (MONDAY, "FT002", -3_000, "hoan phi"),
]


def faults_of(account, content=None, *, lines=(), **said) -> list[str]:
    before = BankStatement.objects.count(), OutboxRow.objects.count()
    with pytest.raises(StatementRefused) as refused:
        books.proposed(account, lines, content=content, **said)
    assert (BankStatement.objects.count(), OutboxRow.objects.count()) == before
    return [str(fault) for fault in refused.value.faults]


def csv_of(account, *rows: str) -> bytes:
    return "\n".join([HEAD, *(row.replace("ACC", account.number) for row in rows)]).encode()


def test_a_proposal_shows_every_line_and_takes_nothing_in():
    account = books.an_account()
    job = books.proposed(account, LINES)
    assert list(job.rows.values_list("key", "outcome")) == [
        ("", LineOutcome.HEAD),
        ("FT001", LineOutcome.NEW),
        ("FT002", LineOutcome.NEW),
    ]
    assert not BankStatement.objects.exists()
    assert drop_statement(job, by=books.accountant(), at=given.NOW).state == JobState.DROPPED


def test_taken_in_it_is_a_statement_with_its_lines_in_the_order_of_the_file():
    account = books.an_account()
    statement = books.taken_in(account, *LINES)
    assert (statement.opening, statement.closing) == (1_000_000, 1_005_000)
    found = list(statement.lines.order_by("position").values_list("reference", "amount", "memo"))
    assert found == [("FT001", 8_000, "NGUYEN THI BUOI chuyen tien"), ("FT002", -3_000, "hoan phi")]
    acts = AdministrativeAct.objects.filter(kind=f"bank_statement:{account.pk}")
    assert acts.get().decision == "sao-ke.csv"


def test_a_file_is_taken_in_once_also_when_it_was_proposed_twice():
    account, by = books.an_account(), books.accountant()
    first, second = books.proposed(account, LINES, by=by), books.proposed(account, LINES, by=by)
    start_statement(first, by=by, at=given.NOW, request_key=given.key())
    given.carry_out(given.NOW, "take_statement", "match_account")
    with pytest.raises(StatementKnown):
        start_statement(second, by=by, at=given.NOW, request_key=given.key())
    with pytest.raises(StatementKnown):
        books.proposed(account, LINES, by=by)
    assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 2)


def test_statements_that_overlap_bring_only_the_lines_that_are_new():
    account = books.an_account()
    books.taken_in(account, *LINES)
    second = books.taken_in(account, *LINES, (MONDAY, "FT003", 500, ""))
    assert list(second.lines.values_list("reference", flat=True)) == ["FT003"]
    assert BankLine.objects.count() == 3


def test_a_known_reference_with_another_amount_is_told_by_its_line():
    account = books.an_account()
    books.taken_in(account, *LINES)
    told = faults_of(account, lines=[(MONDAY, "FT001", 8_001, "")])
    assert told == [
        "sao-ke.csv, line 2, FT001: another statement has this reference on the same day with another amount"
    ]


def test_a_bank_that_uses_a_reference_again_on_another_day_tells_another_line():
    account = books.an_account()
    books.taken_in(account, *LINES)
    later = MONDAY + timedelta(days=365)
    days, at = (MONDAY, later), given.after(given.NOW, days=365)
    second = books.taken_in(account, *LINES, (later, "FT001", 9_000, ""), days=days, at=at)
    assert list(second.lines.values_list("reference", "amount")) == [("FT001", 9_000)]
    assert BankLine.objects.filter(reference="FT001").count() == 2
    again = second.lines.get()
    again.pk, again.uuid, again.position = None, uuid4(), 99
    with pytest.raises(DatabaseError, match="bank_line_once"), transaction.atomic():
        again.save(force_insert=True)
    assert BankLine.objects.count() == 3


def test_what_does_not_add_up_is_refused():
    account = books.an_account()
    assert "not the closing balance of 1005001" in faults_of(account, lines=LINES, closing=1_005_001)[0]


def test_a_line_of_another_account_is_refused():
    account, other = books.an_account(), books.an_account(given.ward_committee("Phường Trúc Bạch"))
    told = faults_of(account, books.as_csv(other, LINES), lines=LINES)
    assert told[0] == "sao-ke.csv, line 2, Số tài khoản: is of another account"


@pytest.mark.parametrize(
    "amounts",
    ["0,-8000", "0,8000.5", "0,=1+1", "0,1e9", "0,8 000", "0,0", "5,5", "0,1000000000001", "0,1.00"],
)
def test_an_amount_that_is_none_is_told_by_its_line(amounts):
    account = books.an_account()
    told = faults_of(account, csv_of(account, f"ACC,23/11/2026,FT1,{amounts},x"))
    assert told and all(fault.startswith("sao-ke.csv, line 2") for fault in told)


@pytest.mark.parametrize("day", ["23/11/2025", "24/11/2026", "31/02/2026", "11/23/2026", "=TODAY()", "", "0"])
def test_a_day_of_another_year_or_none_is_told_by_its_line(day):
    account = books.an_account()
    assert "line 2, Ngày giao dịch" in faults_of(account, csv_of(account, f"ACC,{day},FT1,0,5,x"))[0]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (MONDAY, MONDAY - timedelta(days=1)),
        (MONDAY, MONDAY + timedelta(days=1)),
        (date(2025, 1, 1), date(2025, 1, 2)),
        (date(2025, 11, 1), MONDAY),
    ],
)
def test_days_that_cannot_be_a_statement_are_refused(first, last):
    assert faults_of(books.an_account(), lines=LINES, days=(first, last))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 50,
        HEAD.encode("utf-16"),
        f"{HEAD}\n".encode()
        + "0011,23/11/2026,FT1,0,5,Bưởi".encode("cp1258", "replace").replace(b"?", b"\xff"),
        b"a,b\n1,2\n",
        f'{HEAD}\n"0011,23/11'.encode(),
        f"{HEAD}\n0011,23/11/2026\n".encode(),
        b"%PDF-1.7 not a statement",
        b"PK\x03\x04 not a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook",
    ],
)
def test_what_is_no_statement_is_refused(content):
    assert faults_of(books.an_account(), content)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(spreadsheets, "_MOST_UNPACKED", 1_000_000)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_001)
    assert len(packed.getvalue()) < 5_000
    assert faults_of(books.an_account(), packed.getvalue()) == ["sao-ke.csv: the workbook is too large"]


def test_a_reference_twice_in_one_file_is_told():
    account = books.an_account()
    told = faults_of(account, lines=[LINES[0], LINES[0]])
    assert told == ["sao-ke.csv, line 3, Số tham chiếu: has the reference of line 2"]


def test_a_memo_loses_its_control_characters_and_keeps_a_formula_as_text():
    account = books.an_account()
    memo = "=HYPERLINK(A1)\u202e ghi\u200b chu\x07"
    books.taken_in(account, (MONDAY, "FT1", 5, memo))
    assert books.line("FT1").memo == "=HYPERLINK(A1) ghi chu"


def test_a_workbook_is_read_as_well_and_its_formulas_are_refused():
    account = books.an_account()
    heads = [spellings[-1] for spellings in COLUMNS.values()]

    def write(book):
        sheet = book.add_worksheet()
        fill(sheet, [["Sao kê"], heads, [account.number, "23/11/2026 08:15", "FT1", "", "1.008.000", "nop"]])

    books.taken_in(account, (MONDAY, "FT1", 1_008_000, ""), content=workbook(write))
    assert books.line("FT1").amount == 1_008_000
    assert books.line("FT1").booked_at == given.after(given.NOW, minutes=-45)

    def write_formula(book):
        sheet = book.add_worksheet()
        fill(sheet, [heads, [account.number, "23/11/2026", "FT2", "", "", "x"]])
        sheet.write_formula(1, 4, "=1+1")

    assert "formulas" in faults_of(account, workbook(write_formula))[0]


def test_only_the_accountant_of_the_body_takes_a_statement_in():
    account = books.an_account()
    others = [
        books.auditor(),
        books.accountant(given.ward_committee("Phường Trúc Bạch")),
        given.staff(account.agency, Role.CASHIER, Role.HEAD, Role.RECEPTIONIST, Role.ADMINISTRATOR),
    ]
    job = books.proposed(account, LINES)
    for by in others:
        for refused in (
            lambda by=by: books.proposed(account, LINES, by=by),
            lambda by=by: start_statement(job, by=by, at=given.NOW, request_key=given.key()),
            lambda by=by: drop_statement(job, by=by, at=given.NOW),
        ):
            with pytest.raises(NotAllowed):
                refused()
    assert not BankStatement.objects.exists()


def test_a_body_has_one_account_at_a_time_and_each_change_is_recorded():
    account = books.an_account()
    body = account.agency
    with pytest.raises(AccountOverlaps):
        books.an_account(body, valid_from=date(2026, 6, 1))
    by = given.administrator()
    assert list(all_accounts(seen_by=by)) == [account]
    for other in (books.accountant(account.agency), books.auditor(), given.citizen()):
        with pytest.raises(NotAllowed):
            all_accounts(seen_by=other)
    with pytest.raises(AccountMalformed):
        end_account(account.pk, on=date(2026, 1, 1), decision=given.DECISION, by=by, at=given.NOW)
    end_account(account.pk, on=date(2026, 6, 1), decision=given.DECISION, by=by, at=given.NOW)
    second = books.an_account(body, valid_from=date(2026, 6, 1))
    assert [account_of(body, day) for day in (date(2025, 12, 31), date(2026, 5, 31), date(2026, 6, 1))] == [
        None,
        account,
        second,
    ]
    acts = AdministrativeAct.objects.filter(kind="collection_account").order_by("id")
    assert [act.body["act"] for act in acts] == ["opened", "confirmed", "ended", "opened", "confirmed"]
    account.refresh_from_db()
    assert (account.ended_by_id, account.ended_at, account.ending_decision) == (
        by.user_id,
        given.NOW,
        given.DECISION,
    )
    for who in (books.accountant(), books.auditor(), given.staff(body, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            end_account(second.pk, on=MONDAY, decision=given.DECISION, by=who, at=given.NOW)
    with pytest.raises(AccountMalformed):
        books.an_account(given.ward_committee("Phường Trúc Bạch"), bank_bin="97O436")
