"""A bank's statement is read whole and shown, then taken in: no file twice, no line twice, nothing that does not add up."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import translation

from apps.accounts.choices import Role
from apps.core import outbox, request_keys, spreadsheets
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, Job, JobRow, JobState, OutboxRow
from apps.core.request_keys import Replayed
from apps.documents.actions import read_file
from apps.operations.integrity import check
from apps.receipts.actions.accounts import end_account
from apps.receipts.actions.statements import FORGET, drop_statement, start_statement
from apps.receipts.bank_file import COLUMNS
from apps.receipts.books import all_accounts
from apps.receipts.choices import LineOutcome
from apps.receipts.errors import (
    AccountMalformed,
    AccountOverlaps,
    StatementFileNotKept,
    StatementKnown,
    StatementRefused,
)
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


def stored() -> list[str]:
    """Every file in the storage."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def faults_of(account, content=None, *, lines=(), **said) -> list[str]:
    before = BankStatement.objects.count(), OutboxRow.objects.count(), stored()
    with pytest.raises(StatementRefused) as refused:
        books.proposed(account, lines, content=content, **said)
    assert (BankStatement.objects.count(), OutboxRow.objects.count(), stored()) == before
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


def test_the_file_is_kept_as_the_bank_gave_it_and_nobody_can_say_that_it_was_another():
    account = books.an_account()
    content = books.as_csv(account, LINES)
    job = books.proposed(account, LINES)
    (name,) = stored()
    assert name.startswith("bank-statements/2026/11/23/") and name.endswith(".csv")
    assert job.rows.get(position=0).content["storage_name"] == name
    start_statement(job, by=books.accountant(), at=given.after(given.NOW, hours=1), request_key=given.key())
    statement = BankStatement.objects.get()
    assert (statement.storage_name, statement.size, statement.stored_at) == (name, len(content), given.NOW)
    assert read_file(statement) == content
    for change in ({"storage_name": "elsewhere"}, {"size": 1}, {"stored_at": given.NOW}, {"sha256": b""}):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            BankStatement.objects.update(**change)
    statement.pk, statement.uuid, statement.sha256, statement.storage_name = None, uuid4(), b"other", None
    with pytest.raises(DatabaseError, match="statement_has_its_file"), transaction.atomic():
        statement.save(force_insert=True)
    assert BankStatement.objects.count() == 1


def test_the_file_of_a_proposal_that_is_put_away_is_deleted_and_no_other():
    account, by = books.an_account(), books.accountant()
    first, second = books.proposed(account, LINES, by=by), books.proposed(account, LINES, by=by)
    kept = first.rows.get(position=0).content["storage_name"]
    assert len(stored()) == 2
    drop_statement(second, by=by, at=given.NOW)
    assert len(stored()) == 2
    assert given.carry_out(given.NOW, "forget_statement") == 1
    assert stored() == [kept]
    start_statement(first, by=by, at=given.NOW, request_key=given.key())
    given.carry_out(given.NOW)
    assert stored() == [kept] and read_file(BankStatement.objects.get()) == books.as_csv(account, LINES)
    assert check(at=given.NOW).broken == {}


def test_what_is_taken_in_is_not_forgotten_whatever_a_worker_is_told():
    account = books.an_account()
    books.taken_in(account, *LINES)
    job = Job.objects.get()
    outbox.owe(FORGET, "forget:again", given.NOW, job=job.pk).save()
    with pytest.raises(JobRow.DoesNotExist):
        given.carry_out(given.NOW, "forget_statement")
    assert read_file(BankStatement.objects.get()) == books.as_csv(account, LINES)


def test_of_a_proposal_that_somebody_else_made_first_no_file_is_left(monkeypatch):
    account, by, key = books.an_account(), books.accountant(), given.key()
    books.proposed(account, LINES, by=by, request_key=key)
    before = stored()
    with pytest.raises(Replayed):
        books.proposed(account, LINES, by=by, request_key=key)
    # Both looked before either had answered.
    monkeypatch.setattr(request_keys, "refuse_replay", lambda **_: None)
    with pytest.raises(Replayed):
        books.proposed(account, LINES, by=by, request_key=key)
    assert stored() == before and Job.objects.count() == 1


def test_a_proposal_that_is_older_than_the_keeping_of_files_is_given_again():
    account, by = books.an_account(), books.accountant()
    job = books.proposed(account, LINES, by=by)
    head = job.rows.get(position=0)
    before = {name: each for name, each in head.content.items() if name not in ("storage_name", "size")}
    JobRow.objects.filter(pk=head.pk).update(content=before)
    with pytest.raises(StatementFileNotKept):
        start_statement(job, by=by, at=given.NOW, request_key=given.key())
    job.refresh_from_db()
    assert job.state == JobState.PROPOSED and not BankStatement.objects.exists()
    drop_statement(job, by=by, at=given.NOW)
    assert given.carry_out(given.NOW, "forget_statement") == 1
    books.taken_in(account, *LINES, by=by)
    assert BankStatement.objects.count() == 1


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

    statement = books.taken_in(account, (MONDAY, "FT1", 1_008_000, ""), content=workbook(write))
    assert books.line("FT1").amount == 1_008_000
    assert statement.storage_name.endswith(".xlsx")
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
