"""The check of integrity over what banks say: silent on lawful play, and naming what was changed by force, each in its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import override_settings

from apps.core.models import AccessRecord, RequestKey
from apps.operations.integrity import bank, check, outbox
from apps.operations.integrity.invariants import WRONG
from apps.operations.integrity.walking import by_sql
from apps.receipts.actions.bank_matches import match_line, match_open_lines, withdraw_match
from apps.receipts.actions.differences import explain_difference
from apps.receipts.choices import DifferenceKind, MatchedHow, OrderOutcome, PaymentMethod
from apps.receipts.matching import payout_reference
from apps.receipts.models import BankLine, BankMatch, BankStatement, Payment, PaymentOrder
from tests import databases, given
from tests.api.calls import Caller
from tests.api.refusals import refused
from tests.operations.forcing import Force, as_owner
from tests.receipts import books
from tests.receipts.books import LATER, MONDAY

pytestmark = pytest.mark.commits

GUARDED = (
    "receipts_bankstatement",
    "receipts_bankline",
    "receipts_bankmatch",
    "receipts_payment",
    "receipts_cashmovement",
    "receipts_collectionaccount",
    "receipts_collectingsuccession",
)
NO_ROW = "00000000-0000-4000-8000-000000000000"
TUESDAY = MONDAY + timedelta(days=1)


def paid(reference: str, method: PaymentMethod = PaymentMethod.TRANSFER) -> Payment:
    payment = books.paid_by_bank(given.taken_at_counter(), reference, method=method)
    PaymentOrder.objects.filter(pk=payment.order_id).update(closed_at=given.NOW, outcome=OrderOutcome.SETTLED)
    return payment


def the_bank_tells() -> None:
    """A transfer by its code, a pay-out of two, a deposit, a refund; one match by hand that was wrong, and withdrawn."""
    account, by, desk = books.an_account(), books.accountant(), given.ward_committee()
    transferred, others = paid("FT1"), [paid("G1", PaymentMethod.ONLINE), paid("G2", PaymentMethod.ONLINE)]
    late, wrong = paid("FT6"), paid("FT7")
    books.a_deposit(desk, 100_000, "NT01")
    refunded = given.case_at_intake()
    given.paid_online(refunded, 50_000)
    given.refund_decided(refunded, "transfer")
    refund = given.refund_paid(refunded).refund
    total = sum(payment.amount for payment in others)
    first = [
        (MONDAY, "FT1", transferred.amount - 1_000, f"TRAN {transferred.order.code}"),
        (MONDAY, "NH1", 100_000, "nop tien mat NT01"),
        (MONDAY, refund.reference, -50_000, "hoan phi"),
    ]
    days = (MONDAY, TUESDAY)
    books.taken_in(account, *first, by=by, at=LATER)
    # The next one begins on the same day, and brings what is new.
    more = [
        (TUESDAY, "NH2", total, f"{payout_reference('sandbox', MONDAY)} TT"),
        (TUESDAY, "NH3", 9_000, "khong ro"),
        (TUESDAY, "FT7", wrong.amount, f"NOP {wrong.order.code}"),
    ]
    books.taken_in(account, *first, *more, by=by, at=LATER, days=days)
    by_hand = match_line(
        books.line("NH3").uuid,
        [("payment", late.pk)],
        reason="Ghi thiếu",
        by=by,
        at=LATER,
        request_key=given.key(),
    )
    withdraw_match(
        by_hand[0].pk, reason="Nhầm", by=by, at=given.after(LATER, hours=1), request_key=given.key()
    )
    match_line(
        books.line("NH3").uuid,
        [("payment", late.pk)],
        reason="Đúng",
        by=by,
        at=LATER,
        request_key=given.key(),
    )
    by_code = BankMatch.objects.get(payment=wrong)
    withdraw_match(
        by_code.pk, reason="Của người khác", by=by, at=given.after(LATER, hours=1), request_key=given.key()
    )
    assert match_open_lines(account.pk, at=given.after(LATER, hours=2)) == 0
    less = f"line:{books.line('FT1').uuid}"
    explain_difference(
        DifferenceKind.AMOUNTS_DIFFER, less, reason="Phí", by=by, at=LATER, request_key=given.key()
    )
    given.succeeded(desk)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, worker_id, tmp_path_factory) -> Iterator[str]:
    media = str(tmp_path_factory.mktemp("bank"))
    with django_db_blocker.unblock(), databases.cloned(f"{worker_id}_bank"):
        with override_settings(MEDIA_ROOT=media), time_machine.travel(given.NOW, tick=False):
            the_bank_tells()
        yield media


@pytest.fixture
def force(city) -> Iterator[Force]:
    with as_owner(GUARDED) as run:
        yield run


def broken() -> dict[str, set[str]]:
    """What is wrong with the rows of each invariant of banks that is broken."""
    proofs = {"bank_accounts": bank.ACCOUNTS, "statements": bank.STATEMENTS, "matches": bank.MATCHES}
    found = {name: list(by_sql(name, sql, zone=settings.TIME_ZONE)(1, 2**62)) for name, sql in proofs.items()}
    return {name: {fault.wrong for fault in faults} for name, faults in found.items() if faults}


def test_what_banks_tell_by_verbs_is_whole(city):
    found = check(at=given.NOW, with_files=False)
    assert found.broken == {}
    assert found.counts["receipts_bankstatement"] == 2
    hows = BankMatch.objects.filter(withdrawn_at__isnull=True).values_list("how", flat=True)
    assert sorted(hows) == ["by_hand", "order_code", "payout", "payout", "reference", "reference"]
    assert BankMatch.objects.filter(withdrawn_at__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("propose_statement", "999999"),
        ("start_statement", "999999"),
        ("match_line", NO_ROW),
        ("withdraw_match", NO_ROW),
        ("explain_difference", f"line:{NO_ROW}"),
        # What answers another verb does not answer this one.
        ("explain_difference", "1"),
    ],
)
def test_an_answer_to_an_accountant_that_names_nothing_is_found(force, verb, answer):
    sql = by_sql("answered_once", outbox.ANSWERED)
    assert RequestKey.objects.filter(verb=verb).exists() and list(sql(1, 2**62)) == []
    force("UPDATE core_requestkey SET answer = %s WHERE verb = %s", answer, verb)
    assert {(fault.row, fault.wrong) for fault in sql(1, 2**62)} == {(f"{verb} {answer}", "no_answer")}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("UPDATE receipts_bankstatement SET opening = opening + 1", "statement_without_its_file"),
        ("UPDATE receipts_bankstatement SET ends_on = ends_on + 1", "statement_without_its_file"),
        ("UPDATE receipts_bankstatement SET sha256 = sha256 || sha256", "statement_without_its_file"),
        (
            "UPDATE receipts_bankstatement SET storage_name = 'x' || storage_name",
            "statement_without_its_file",
        ),
        ("UPDATE receipts_bankstatement SET size = size + 1", "statement_without_its_file"),
        (
            "UPDATE core_jobrow SET content = content - 'storage_name' WHERE outcome = 'head'",
            "statement_without_its_file",
        ),
        (
            "UPDATE receipts_bankstatement SET closing = closing + 1; UPDATE core_jobrow SET content ="
            " jsonb_set(content, '{closing}', to_jsonb((content ->> 'closing')::bigint + 1)) WHERE outcome = 'head'",
            "statement_not_balanced",
        ),
        (
            "DELETE FROM receipts_bankmatch WHERE line_id = (SELECT id FROM receipts_bankline WHERE reference = 'NH1');"
            " DELETE FROM receipts_bankline WHERE reference = 'NH1'",
            "lines_missing",
        ),
        ("UPDATE receipts_bankline SET amount = amount + 1 WHERE reference = 'NH2'", "line_told_otherwise"),
        (
            "UPDATE receipts_bankline SET booked_at = booked_at - interval '1 day' WHERE reference = 'NH2'",
            "lines_missing",
        ),
        (
            "INSERT INTO receipts_bankline (uuid, statement_id, account_id, position, booked_at, amount, memo, reference)"
            " SELECT gen_random_uuid(), statement_id, account_id, 99, booked_at, 1, '', 'NH9' FROM receipts_bankline"
            " WHERE reference = 'NH2'",
            "line_of_no_file",
        ),
    ],
)
def test_a_statement_that_is_not_as_it_was_taken_in(force, change, wrong):
    force(change)
    assert broken()["statements"] == {wrong}


def test_the_file_of_a_statement_that_changed_or_is_gone_is_found(city, settings):
    settings.MEDIA_ROOT = city
    statement = BankStatement.objects.order_by("-pk")[0]
    path = Path(city) / statement.storage_name
    content = path.read_bytes()

    def files_broken() -> dict[str, str]:
        return {name: f"{each.row}: {each.wrong}" for name, each in check(at=given.NOW).broken.items()}

    assert files_broken() == {}
    try:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert files_broken() == {"stored_files": f"statement {statement.uuid}: file_wrong"}
        path.unlink()
        assert files_broken() == {"stored_files": f"statement {statement.uuid}: file_unreadable"}
    finally:
        path.write_bytes(content)


def test_a_statement_older_than_the_keeping_of_files_is_whole_and_says_that_its_file_is_not_kept(force):
    force(
        "ALTER TABLE receipts_bankstatement DROP CONSTRAINT statement_has_its_file; UPDATE receipts_bankstatement"
        " SET storage_name = NULL, size = NULL, stored_at = NULL"
    )
    # Its job still names a file.
    assert broken() == {"statements": {"statement_without_its_file"}}
    force("UPDATE core_jobrow SET content = content - 'storage_name' - 'size' WHERE outcome = 'head'")
    assert broken() == {} and list(bank.stored_statements(1, 2**62)) == []
    auditor, uuid = Caller(books.auditor()), BankStatement.objects.order_by("pk")[0].uuid
    page = auditor.client.get(f"/audit/statements/{uuid}/").content.decode()
    assert "before files of statements were kept" in page and f"/audit/statements/{uuid}/file/" not in page
    asked = auditor.client.post(f"/audit/statements/{uuid}/file/", {"reason": "Đối chiếu"})
    assert asked.status_code == 409
    path = f"/books/bank-statements/{uuid}"
    assert auditor.get(path).json()["size"] is None
    refused(auditor.post(f"{path}/file", {"reason": "Đối chiếu"}), 409, "statement_file_not_kept")
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        # Of a body that nobody has succeeded.
        (
            "UPDATE receipts_payment SET collecting_body_id = %(other)s WHERE reference = 'FT1'",
            "matched_to_another",
        ),
        ("UPDATE receipts_cashmovement SET kind = 'change' WHERE reference = 'NT01'", "matched_to_another"),
        ("UPDATE receipts_bankline SET memo = 'khong ro' WHERE reference = 'FT1'", "matched_otherwise"),
        (
            "UPDATE receipts_bankline SET memo = replace(memo, '20261123', '20261122') WHERE reference = 'NH2'",
            "matched_otherwise",
        ),
        (
            "UPDATE receipts_cashmovement SET amount = amount - 1 WHERE reference = 'NT01'",
            "matched_otherwise",
        ),
        (
            "UPDATE receipts_bankmatch SET line_id = (SELECT id FROM receipts_bankline WHERE amount < 0)"
            " WHERE how = 'by_hand'",
            "matched_otherwise",
        ),
        ("UPDATE receipts_bankmatch SET how = 'payout' WHERE how = 'order_code'", "matched_otherwise"),
        (
            "DROP INDEX match_of_payment_once; UPDATE receipts_bankmatch SET payment_id ="
            " (SELECT id FROM receipts_payment WHERE reference = 'G2') WHERE payment_id ="
            " (SELECT id FROM receipts_payment WHERE reference = 'G1')",
            "matched_twice",
        ),
        (
            "DROP INDEX match_of_line_known_once; INSERT INTO receipts_bankmatch (line_id, payment_id, how, reason,"
            " matched_at, withdrawn_reason) SELECT l.id, p.id, 'order_code', '', now(), '' FROM receipts_bankline l,"
            " receipts_payment p WHERE l.reference = 'FT1' AND p.reference = 'FT7'; UPDATE receipts_bankline SET memo ="
            " (SELECT string_agg(o.code, ' ') FROM receipts_paymentorder o) WHERE reference = 'FT1'",
            "line_is_two_things",
        ),
        (
            "INSERT INTO receipts_bankmatch (line_id, payment_id, how, reason, matched_at, withdrawn_reason)"
            " SELECT line_id, payment_id, how, '', withdrawn_at, '' FROM receipts_bankmatch"
            " WHERE withdrawn_reason = 'Của người khác'",
            "matched_after_withdrawal",
        ),
        (
            "ALTER TABLE receipts_bankmatch DROP CONSTRAINT match_withdrawn_says_why; UPDATE receipts_bankmatch"
            " SET withdrawn_by_id = NULL WHERE withdrawn_at IS NOT NULL",
            "half_withdrawn",
        ),
    ],
)
def test_a_match_that_is_not_what_its_line_is(force, change, wrong):
    force(change % {"other": given.ward_committee("Phường Hàng Bạc").pk} if "%(" in change else change)
    assert broken()["matches"] == {wrong}


def test_what_a_body_that_ended_left_is_matched_in_its_successors_account_and_in_no_others(force):
    successor = given.ward_committee("Phường Trúc Bạch")
    force("UPDATE receipts_collectionaccount SET agency_id = %s", successor.pk)
    opened_elsewhere = {"bank_accounts": {"account_opened_by_no_act"}}
    assert broken() == opened_elsewhere
    force("DELETE FROM receipts_collectingsuccession")
    assert broken() == {"matches": {"matched_to_another"}, **opened_elsewhere}


_UNCONFIRMED = "confirmed_by_id = NULL, confirmed_at = NULL, confirming_decision = ''"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ("number = '001100999999'", "account_opened_by_no_act"),
        ("opening_decision = 'Khác'", "account_opened_by_no_act"),
        (_UNCONFIRMED, "account_unconfirmed"),
        ("confirming_decision = 'Khác'", "account_confirmed_by_no_act"),
        (
            "valid_to = '2027-01-01', ended_by_id = opened_by_id, ended_at = opened_at, ending_decision = 'Khác'",
            "account_ended_by_no_act",
        ),
    ],
)
def test_an_account_is_what_the_administration_recorded_of_it(force, changed, wrong):
    force(f"UPDATE receipts_collectionaccount SET {changed}")
    assert broken() == {"bank_accounts": {wrong}}


@pytest.mark.django_db
def test_the_database_itself_refuses_a_match_that_cannot_be_and_a_line_of_another_day():
    account, cash = books.an_account(), given.wrong_receipt(given.paid(given.taken_at_counter())).payment
    transferred = books.paid_by_bank(given.taken_at_counter(), "FT1")
    elsewhere = books.an_account(given.ward_committee("Phường Trúc Bạch"))
    books.taken_in(account, (MONDAY, "FT9", 5, "khong ro"))
    books.taken_in(elsewhere, (MONDAY, "FT8", transferred.amount, "khong ro"))
    line, other = books.line("FT9"), books.line("FT8")

    def refused(on: BankLine, payment: Payment, how: MatchedHow) -> None:
        with pytest.raises(DatabaseError) as told, transaction.atomic():
            BankMatch.objects.create(line=on, payment=payment, how=how, matched_at=given.NOW)
        assert told.value.__cause__.diag.constraint_name == "match_of_what_it_can_be"

    refused(line, cash, MatchedHow.ORDER_CODE)
    refused(line, transferred, MatchedHow.PAYOUT)
    refused(line, transferred, MatchedHow.REFERENCE)
    refused(other, transferred, MatchedHow.REFERENCE)
    line.pk, line.uuid = None, uuid4()
    line.reference, line.position, line.booked_at = "FT10", 9, given.after(given.NOW, days=1)
    with pytest.raises(DatabaseError, match="the days of its statement"), transaction.atomic():
        line.save(force_insert=True)
    assert not BankMatch.objects.exists()


def test_every_sentence_of_banks_is_there():
    for wrong in (
        "account_unconfirmed",
        "statement_not_balanced",
        "lines_missing",
        "matched_to_another",
        "half_withdrawn",
    ):
        assert str(WRONG[wrong])
