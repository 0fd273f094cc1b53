"""A collecting body has ended by reorganisation: its successor collects what is due, and answers for all that it left."""

from __future__ import annotations

from io import BytesIO

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.cases.actions.payment import record_payment
from apps.cases.actions.settling import MoneyTold, settle_order
from apps.cases.actions.wrong_receipts import notify_receipt_error, replace_receipt
from apps.cases.errors import CaseUnknown, NotYours
from apps.cases.models import CaseReceipt
from apps.cases.selectors import case_seen_by
from apps.cases.selectors.refunds import refunds_waiting
from apps.core.errors import NotAllowed
from apps.documents.actions import read_file
from apps.operations.integrity.money import SETTLED
from apps.operations.integrity.walking import by_sql
from apps.receipts import books as audited
from apps.receipts.actions.cashiers import close_session, open_session
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.actions.series import close_series
from apps.receipts.choices import MessageOutcome, PaymentMethod
from apps.receipts.errors import NoOpenSeries, NotYourDesk
from apps.receipts.models import (
    BankMatch,
    CashierSession,
    DayReport,
    Payment,
    Receipt,
    ReceiptNotice,
    ReceiptSeries,
)
from apps.receipts.policies import answers_for_money_of
from apps.receipts.selectors import session_seen
from tests import given
from tests.documents.reading import squeezed, text_of
from tests.online import ordered
from tests.receipts import books
from tests.receipts.authority import SCHEMA

pytestmark = pytest.mark.django_db


def unsettled() -> list[str]:
    """What the check of integrity says of payments and their receipts."""
    return [fault.wrong for fault in by_sql("settled_fees", SETTLED)(1, 2**62)]


def pay(case, amount):
    by = given.cashier(case.current_agency)
    return record_payment(
        case.code, amount=amount, method="cash", by=by, at=given.NOW, request_key=given.key()
    )


def correct(verb, case, by, **right):
    receipt = given.wrong_receipt(case).uuid
    said = {"receipt": receipt, "corrections": right, "reason": "Ghi sai", "at": given.NOW}
    return verb(case.code, by=by, request_key=given.key(), **said)


# What is still to be paid


def test_the_next_payment_of_a_case_is_collected_and_receipted_by_the_successor():
    case = given.taken_at_counter()
    successor = given.succeeded(case.current_agency)
    pay(case, 8_000)
    receipt = given.wrong_receipt(case)
    assert (receipt.series.collecting_body, receipt.number) == (successor, 1)
    assert receipt.payment.collecting_body == successor
    assert receipt.snapshot["collecting_body"]["name"] == successor.name
    assert unsettled() == []


def test_where_the_successor_has_no_open_series_no_money_is_taken_and_the_refusal_names_it():
    case = given.taken_at_counter()
    successor = given.succeeded(case.current_agency)
    own = ReceiptSeries.objects.get(collecting_body=successor, year=2026)
    close_series(own.pk, reason="Hết", by=given.administrator(), at=given.NOW)
    with pytest.raises(NoOpenSeries) as told:
        pay(case, 8_000)
    assert successor.title in told.value.message
    assert not Payment.objects.exists() and not Receipt.objects.exists()


def test_money_that_comes_for_an_order_of_the_ended_body_stays_its_own_and_is_receipted_by_the_successor():
    case = given.filed_with_a_fee()
    body = case.competent_agency
    account = books.an_account(body)
    order = ordered(case)
    successor = given.succeeded(body)
    told = MoneyTold("FT1", order.amount, given.NOW, PaymentMethod.TRANSFER)
    assert settle_order(order.code, told, at=given.NOW) == MessageOutcome.SETTLED
    receipt = given.wrong_receipt(case)
    assert (receipt.payment.collecting_body, receipt.series.collecting_body) == (body, successor)
    assert unsettled() == []
    # The accountant of the successor takes in what the bank of the ended body says, and finds it there.
    by = books.accountant(successor)
    books.taken_in(account, (books.MONDAY, "FT1", order.amount, f"NOP {order.code}"), by=by)
    assert BankMatch.objects.get().payment == receipt.payment


def test_it_may_as_well_arrive_at_the_bank_of_the_successor_and_of_no_other():
    case = given.filed_with_a_fee()
    body = case.competent_agency
    books.an_account(body)
    order = ordered(case)
    successor = given.succeeded(body)
    line = (books.MONDAY, "FT1", order.amount, f"NOP {order.code}")
    books.taken_in(books.an_account(given.ward_committee()), line)
    assert not Payment.objects.exists() and not BankMatch.objects.exists()
    books.taken_in(books.an_account(successor), line)
    assert BankMatch.objects.get().payment == Payment.objects.get(collecting_body=body, order=order)


def test_a_case_that_stays_with_the_ended_body_is_paid_and_receipted_at_the_desk_of_the_successor():
    case = given.taken_at_counter()
    successor = given.succeeded(case.current_agency)
    elsewhere = given.cashier(given.ward_committee("Phường Hàng Bạc"))
    by = given.cashier(successor)
    paid = {"amount": 8_000, "method": "cash", "at": given.NOW}
    with pytest.raises(CaseUnknown):
        record_payment(case.code, by=elsewhere, request_key=given.key(), **paid)
    record_payment(case.code, by=by, request_key=given.key(), **paid)
    payment = Payment.objects.get()
    assert (payment.taken_at_desk, payment.collecting_body) == (successor, successor)
    # No drawer is opened where there is no desk any more, but by who still holds a post there.
    with pytest.raises(NotYourDesk):
        open_session(
            case.current_agency_id,
            opening_balance=0,
            by=given.staff(successor, Role.CASHIER),
            at=given.NOW,
            request_key=given.key(),
        )


# What was wrong


def test_the_successors_own_people_answer_for_a_wrong_receipt_though_the_case_stays_where_it_was():
    case = given.accepted(given.taken_at_counter())
    wrong = given.wrong_receipt(case)
    body = wrong.series.collecting_body
    head = given.staff(body, Role.HEAD)
    successor = given.succeeded(body)
    by = given.staff(successor, Role.HEAD)
    assert {"notify_receipt_error", "replace_receipt"} <= set(case_seen_by(case.code, seen_by=by).verbs)
    correct(notify_receipt_error, case, by, name="Trần Thị Bưởi Hoa")
    assert ReceiptNotice.objects.get().body == successor
    # Who headed the body that has ended answers no more.
    with pytest.raises(NotYours):
        correct(replace_receipt, case, head, identity="001185999999")
    correct(replace_receipt, case, given.staff(successor, Role.CASHIER), identity="001185999999")
    new = given.wrong_receipt(case)
    assert (new.replaces, new.series.collecting_body) == (wrong, successor)
    # A number is unique only within its body, and the new receipt is of another.
    assert new.snapshot["replaces"]["body"] == body.name
    assert unsettled() == []


def test_the_successors_clerks_see_its_cases_and_do_nothing_in_them_and_others_see_nothing():
    case = given.accepted(given.taken_at_counter())
    successor = given.succeeded(case.current_agency)
    seen = case_seen_by(case.code, seen_by=given.staff(successor, Role.HANDLER))
    assert seen.verbs == []
    for other in (
        given.staff(given.ward_committee("Phường Hàng Bạc"), Role.HEAD, Role.HANDLER),
        given.staff(successor, Role.ADMINISTRATOR),
    ):
        with pytest.raises(CaseUnknown):
            case_seen_by(case.code, seen_by=other)
    assert CaseReceipt.objects.filter(case=case).count() == 1


# Refunds, drawers, lists, books


def test_a_refund_that_the_ended_body_owes_is_decided_and_transferred_by_the_successor():
    case = given.declined_after_payment()
    successor = given.succeeded(given.refund_of(case).payment.collecting_body)
    by = given.staff(successor, Role.HEAD)
    assert [row.proposal for row in refunds_waiting(seen_by=by)] == [given.refund_of(case)]
    assert not refunds_waiting(
        seen_by=given.staff(given.ward_committee("Phường Hàng Bạc"), Role.HEAD)
    ).exists()
    assert given.refund_decided(case, "transfer", by=by).state == "granted"
    assert given.refund_paid(case, by=given.staff(successor, Role.CASHIER)).state == "paid"


def test_the_successors_list_says_whose_receipt_it_replaces_or_explains():
    first, second = (given.accepted(given.taken_at_counter(filer=given.person_at_counter(n))) for n in (1, 2))
    body = given.wrong_receipt(first).series.collecting_body
    make_lists(given.NOW.date(), at=given.NOW)
    successor = given.succeeded(body)
    by = given.staff(successor, Role.HEAD)
    correct(replace_receipt, first, by, identity="001185999999")
    correct(notify_receipt_error, second, by, name="Trần Thị Bưởi Hoa")
    # Of its own receipts it need not say whose they are.
    correct(replace_receipt, first, by, identity="001185999998")
    make_lists(given.NOW.date(), at=given.NOW)
    given.carry_out(given.NOW, "render_day_report")
    report = DayReport.objects.get(collecting_body=successor)

    def content(medium):
        return read_file(report.editions.get().files.get(medium=medium))

    document = etree.fromstring(content("xml"))
    SCHEMA.assertValid(document)
    told = [
        (line.findtext("TThai"), line.findtext("BLLQuan/TNNT"), line.findtext("TBao/TNNT"))
        for line in document.iterfind(".//DLieu")
    ]
    assert sorted(told, key=str) == sorted(
        [("3", body.name, None), ("3", None, None), ("4", None, body.name)], key=str
    )
    rows = CalamineWorkbook.from_filelike(BytesIO(content("xlsx"))).get_sheet_by_index(0).to_python()
    named = {
        (row[8], body.name in row[10], body.name in row[11]) for row in rows if row[0] and row[8:9] != [""]
    }
    assert {
        ("Thay thế", True, False),
        ("Thay thế", False, False),
        ("Giải trình sai sót", False, True),
    } <= named
    assert squeezed(text_of(content("pdf"))).count(squeezed(body.name)) == 2


def test_a_drawer_that_was_left_open_is_counted_by_who_heads_the_successor():
    cashier = given.cashier(given.ward_committee())
    drawer = CashierSession.objects.get(cashier_id=cashier.user_id)
    by = given.staff(given.succeeded(given.ward_committee()), Role.HEAD)
    assert session_seen(drawer.uuid, seen_by=by) == drawer
    said = {"count": {200_000: 1}, "counted_cards": 0, "explanation": "", "reason": "Cơ quan đã kết thúc"}
    close_session(drawer.uuid, by=by, at=given.NOW, request_key=given.key(), **said)
    drawer.refresh_from_db()
    assert drawer.closed_by_id == by.user_id


def test_the_books_of_the_ended_body_are_read_and_kept_by_those_of_its_successor():
    body = given.ward_committee()
    given.paid(given.taken_at_counter())
    account = books.an_account(body)
    auditor, accountant = (
        given.staff(given.ward_committee("Phường Trúc Bạch"), role)
        for role in (Role.AUDITOR, Role.ACCOUNTANT)
    )
    for reader in (auditor, accountant):
        assert not audited.series(seen_by=reader).filter(collecting_body=body).exists()
    with pytest.raises(NotAllowed):
        books.proposed(account, [], by=accountant)
    successor = given.succeeded(body)
    # As their next request finds them.
    auditor, accountant = (given.act_as(User(pk=each.user_id)) for each in (auditor, accountant))
    for reader in (auditor, accountant):
        assert audited.series(seen_by=reader).filter(collecting_body=body).exists()
        assert account in audited.accounts(seen_by=reader)
    assert audited.accounts(seen_by=accountant, kept=True) == [account]
    books.taken_in(account, (books.MONDAY, "FT1", 5, ""), by=accountant)
    assert answers_for_money_of(body.pk, given.staff(successor, Role.APPROVER))
    assert not answers_for_money_of(successor.pk, given.staff(body, Role.APPROVER))
