"""Every difference is found, shown to those who may see it, explained by the accountant, and never gone by being explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from apps.accounts.choices import Role
from apps.cases import tasks
from apps.cases.periodic import match_bank_lines
from apps.core.errors import NotAllowed
from apps.receipts.actions.bank_matches import match_line, match_open_lines, withdraw_match
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.actions.differences import explain_difference
from apps.receipts.choices import (
    DifferenceKind,
    GatewayMessageKind,
    MatchedHow,
    MessageOutcome,
    OrderOutcome,
    PaymentMethod,
    RefundGround,
    RefundMethod,
)
from apps.receipts.errors import DifferenceUnknown, NoOpenSeries, NotMatched, OwnMoney, ReasonMissing
from apps.receipts.matching import payout_reference
from apps.receipts.models import (
    BankLine,
    BankMatch,
    CashierSession,
    DifferenceExplanation,
    GatewayMessage,
    Payment,
    PaymentOrder,
    Refund,
    RefundDecision,
    RefundProposal,
)
from apps.receipts.reconciliation import Asked, counts, differences
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER, MONDAY
from tests.receipts.test_drawers import closed, opened

pytestmark = pytest.mark.django_db

Kind = DifferenceKind
TUESDAY = MONDAY + timedelta(days=1)


def found(kind=None, *, at=LATER, by=None, **asked):
    """The differences of a kind as a city's auditor sees them two weeks later, when all time has passed."""
    rows = differences(
        Asked(MONDAY - timedelta(days=30), timezone.localdate(at), kind=kind, **asked),
        at=at,
        seen_by=by or books.auditor(),
    )
    # Papers are made by workers, who do not work here.
    return [row for row in rows if row.kind != Kind.RECEIPT_UNSIGNED or kind == Kind.RECEIPT_UNSIGNED]


def told(kind=None, **said):
    return [(row.kind, row.name, row.amount) for row in found(kind, **said)]


def explained(row, reason, *, by):
    return explain_difference(row.kind, row.subject, reason=reason, by=by, at=LATER, request_key=given.key())


def a_refund(
    payment, amount, *, method=RefundMethod.TRANSFER, reference="UNC1", is_paid=True, is_granted=True
):
    proposal = RefundProposal.objects.create(
        uuid=uuid4(), payment=payment, ground=RefundGround.PAID_TWICE, amount=amount, opened_at=given.NOW
    )
    if is_granted:
        RefundDecision.objects.create(
            proposal=proposal,
            is_granted=True,
            method=method,
            reason="Nộp hai lần",
            decided_by_id=given.staff(given.ward_committee(), Role.HEAD).user_id,
            decided_at=given.NOW,
        )
    if is_granted and is_paid:
        Refund.objects.create(
            proposal=proposal, amount=amount, method=method, reference=reference, paid_at=given.NOW
        )
    return proposal


def unapplied(payment, amount):
    """Money that came a second time for the same order and settles nothing."""
    return Payment.objects.create(
        uuid=uuid4(),
        collecting_body=payment.collecting_body,
        order=payment.order,
        amount=amount,
        method=payment.method,
        reference=f"{payment.reference}-2",
        taken_at=given.NOW,
    )


def test_where_everything_agrees_nothing_differs():
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    books.taken_in(account, (MONDAY, "FT1", payment.amount, f"TRAN {payment.order.code}"))
    make_lists(given.NOW.date(), at=given.NOW)
    assert told() == [(Kind.SESSION_LEFT_OPEN, "23/11/2026", 200_000)]
    match = BankMatch.objects.get()
    assert (match.how, match.payment, match.matched_by) == (MatchedHow.ORDER_CODE, payment, None)


def test_a_line_of_nothing_of_ours_and_a_payment_that_no_line_shows():
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    books.taken_in(account, (MONDAY, "FT9", 9_000, "khong ro"), (MONDAY, "FT8", -500, "phi ngan hang"))
    assert set(told(Kind.LINE_WITHOUT_PAYMENT)) == {
        (Kind.LINE_WITHOUT_PAYMENT, "FT8", -500),
        (Kind.LINE_WITHOUT_PAYMENT, "FT9", 9_000),
    }
    assert told(Kind.PAYMENT_WITHOUT_LINE) == [(Kind.PAYMENT_WITHOUT_LINE, "FT1", payment.amount)]


def test_a_payment_has_three_working_days_to_be_seen_at_the_bank():
    """Tuesday the 24th is a holiday: Monday's payment has Wednesday, Thursday and Friday."""
    books.paid_by_bank(given.taken_at_counter(), "FT1")
    late = [
        bool(told(Kind.PAYMENT_WITHOUT_LINE, at=given.after(given.NOW, days=days))) for days in range(1, 7)
    ]
    assert late == [False, False, False, False, True, True]


def test_a_payout_is_all_payments_of_the_day_and_what_it_lacks_is_a_difference():
    account = books.an_account()
    cases = [given.taken_at_counter(filer=given.person_at_counter(n)) for n in (1, 2)]
    payments = [
        books.paid_by_bank(case, f"G{n}", method=PaymentMethod.ONLINE) for n, case in enumerate(cases)
    ]
    total = sum(payment.amount for payment in payments)
    memo = f"{payout_reference('sandbox', MONDAY)} TT"
    books.taken_in(account, (TUESDAY, "FT1", total - 500, memo), days=(MONDAY, TUESDAY), at=LATER)
    assert {match.payment for match in BankMatch.objects.all()} == set(payments)
    assert told(Kind.AMOUNTS_DIFFER) == [(Kind.AMOUNTS_DIFFER, "FT1", -500)]
    assert told(Kind.PAYMENT_WITHOUT_LINE) == []


def test_a_statement_begins_where_the_one_before_it_leaves_off_or_is_a_difference():
    account = books.an_account()
    first, second, third = (MONDAY + timedelta(days=days) for days in (0, 1, 3))
    books.taken_in(account, (first, "FT1", 9_000, ""), opening=100, at=LATER)
    # The same day again with what came after, and the day after that: no difference.
    more = [(first, "FT1", 9_000, ""), (second, "FT2", -500, "")]
    books.taken_in(account, *more, days=(first, second), opening=100, at=LATER)
    books.taken_in(account, (second, "FT2", -500, ""), days=(second, second), opening=9_100, at=LATER)
    assert told(Kind.STATEMENT_JUMPS) == []
    # 600 đ moved on the day between, and nobody took that day in.
    books.taken_in(account, (third, "FT4", 1, ""), days=(third, third), opening=9_200, at=LATER)
    assert told(Kind.STATEMENT_JUMPS) == [(Kind.STATEMENT_JUMPS, f"{third:%d/%m/%Y}", 600)]
    between = third - timedelta(days=1)
    books.taken_in(account, (between, "FT3", 600, ""), days=(between, between), opening=8_600, at=LATER)
    assert told(Kind.STATEMENT_JUMPS) == []
    # Another account has its own balances.
    other = books.an_account(given.ward_committee("Phường Trúc Bạch"))
    books.taken_in(other, (third, "FT1", 1, ""), days=(third, third), opening=7, at=LATER)
    assert told(Kind.STATEMENT_JUMPS) == []


def test_a_deposit_is_seen_by_its_reference_and_amount_or_missed():
    account, desk = books.an_account(), given.ward_committee()
    by = given.cashier(desk)
    for reference in ("NT01", "NT02"):
        books.a_deposit(desk, 100_000, reference, by=by)
    books.taken_in(account, (MONDAY, "FT1", 100_000, "nop tien mat NT01"))
    assert told(Kind.DEPOSIT_NOT_ARRIVED) == [(Kind.DEPOSIT_NOT_ARRIVED, "NT02", 100_000)]


def test_a_refund_is_seen_at_the_bank_or_missed_or_undecided_or_unpaid():
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    a_refund(unapplied(payment, 9_000), 9_000, reference="UNC1")
    assert told(Kind.REFUND_NOT_SEEN) == [(Kind.REFUND_NOT_SEEN, "UNC1", -9_000)]
    books.taken_in(account, (MONDAY, "UNC1", -9_000, "hoan phi"))
    assert told(Kind.REFUND_NOT_SEEN) == []
    line = given.after(given.NOW, days=20)
    second = Payment.objects.create(
        uuid=uuid4(),
        collecting_body=payment.collecting_body,
        order=payment.order,
        amount=5,
        method=payment.method,
        reference="FT3",
        taken_at=given.NOW,
    )
    undecided = a_refund(second, 5, is_granted=False)
    assert told(Kind.REFUND_UNDECIDED, at=line) == [(Kind.REFUND_UNDECIDED, "FT3", 5)]
    RefundDecision.objects.create(
        proposal=undecided,
        is_granted=True,
        method=RefundMethod.TRANSFER,
        reason="Nộp thừa",
        decided_by_id=given.staff(given.ward_committee(), Role.HEAD).user_id,
        decided_at=given.NOW,
    )
    assert told(Kind.REFUND_UNDECIDED, at=line) == []
    assert told(Kind.REFUND_UNPAID, at=line) == [(Kind.REFUND_UNPAID, "FT3", 5)]


def test_what_a_gateway_says_is_paid_and_nobody_knows_here():
    case = given.accepted_case()
    order = books.an_order(case, 8_000)
    GatewayMessage.objects.create(
        gateway="sandbox",
        kind=GatewayMessageKind.CALLBACK,
        order=order,
        body="{}",
        is_authentic=True,
        outcome=MessageOutcome.CONTRADICTS,
        received_at=given.NOW,
    )
    forged = {"kind": GatewayMessageKind.CALLBACK, "body": "{}", "outcome": MessageOutcome.FORGED}
    GatewayMessage.objects.create(gateway="sandbox", is_authentic=False, received_at=given.NOW, **forged)
    PaymentOrder.objects.filter(pk=order.pk).update(closed_at=given.NOW, outcome=OrderOutcome.SETTLED)
    assert told(Kind.UNKNOWN_HERE) == [(Kind.UNKNOWN_HERE, order.code, 8_000)] * 2


def test_what_a_gateway_told_and_no_order_knows_is_explained_by_an_accountant_of_the_city():
    GatewayMessage.objects.create(
        gateway="sandbox",
        kind=GatewayMessageKind.CALLBACK,
        body="{}",
        is_authentic=True,
        outcome=MessageOutcome.UNKNOWN,
        received_at=given.NOW,
    )
    (row,) = found(Kind.UNKNOWN_HERE)
    city, ward = books.accountant(given.city_agency("city_agriculture")), books.accountant()
    assert row.body_id is None
    assert found(Kind.UNKNOWN_HERE, by=ward) == []
    assert [each.subject for each in found(Kind.UNKNOWN_HERE, by=city)] == [row.subject]
    for who, refusal in ((ward, DifferenceUnknown), (books.auditor(), NotAllowed)):
        with pytest.raises(refusal):
            explained(row, "Giao dịch thử", by=who)
    assert not DifferenceExplanation.objects.exists()
    explained(row, "Giao dịch thử của cổng", by=city)
    assert [each.reason for each in found(Kind.UNKNOWN_HERE)] == ["Giao dịch thử của cổng"]
    assert DifferenceExplanation.objects.get().body_id is None


def test_an_accountant_of_the_city_sees_and_explains_nothing_of_another_body():
    books.taken_in(books.an_account(), (MONDAY, "FT9", 9_000, "khong ro"))
    (row,) = found(Kind.LINE_WITHOUT_PAYMENT)
    city = books.accountant(given.city_agency("city_agriculture"))
    assert found(by=city) == []
    with pytest.raises(DifferenceUnknown):
        explained(row, "Lãi", by=city)
    assert not DifferenceExplanation.objects.exists()


def test_a_drawer_counted_otherwise_and_one_left_open():
    desk = given.ward_committee()
    by = given.cashier(desk)
    assert told() == [(Kind.SESSION_LEFT_OPEN, "23/11/2026", 200_000)]
    CashierSession.objects.filter(cashier_id=by.user_id).update(
        closed_by_id=by.user_id,
        closed_at=given.after(given.NOW, hours=8),
        expected_cash=200_000,
        counted_cash=195_000,
        expected_cards=0,
        counted_cards=0,
        explanation="Trả thừa tiền lẻ",
    )
    assert told() == [(Kind.SESSION_DIFFERENCE, "23/11/2026", -5_000)]


def test_cash_that_lacks_is_not_evened_out_with_slips_that_are_too_many():
    by = given.cashier(given.ward_committee())
    CashierSession.objects.filter(cashier_id=by.user_id).update(
        closed_by_id=by.user_id,
        closed_at=given.after(given.NOW, hours=8),
        expected_cash=200_000,
        counted_cash=150_000,
        expected_cards=0,
        counted_cards=50_000,
        explanation="Nhầm",
    )
    assert set(told()) == {
        (Kind.SESSION_DIFFERENCE, "23/11/2026", -50_000),
        (Kind.CARDS_DIFFERENCE, "23/11/2026", 50_000),
    }


def test_what_was_left_in_a_drawer_and_is_not_there_when_it_is_opened_again():
    by, tomorrow = given.cashier(given.ward_committee()), given.after(given.NOW, days=1)
    [session] = CashierSession.objects.filter(cashier_id=by.user_id)
    closed(session, by, 200_000)
    other = given.cashier(given.ward_committee())
    closed(CashierSession.objects.get(cashier_id=other.user_id), other, 200_000)
    opened(by, balance=120_000, at=tomorrow)
    opened(other, balance=200_000, at=tomorrow)
    assert told(Kind.OPENED_OTHERWISE) == [(Kind.OPENED_OTHERWISE, "24/11/2026", -80_000)]


def test_a_receipt_without_its_paper_is_an_alarm_after_a_working_hour():
    given.paid(given.taken_at_counter())
    times = [
        bool(told(Kind.RECEIPT_UNSIGNED, at=given.after(given.NOW, minutes=minutes))) for minutes in (59, 61)
    ]
    assert times == [False, True]
    given.carry_out(given.NOW, "render_receipt")
    assert told(Kind.RECEIPT_UNSIGNED) == []


def test_explained_it_stays_and_says_why_until_its_amount_is_another():
    account = books.an_account()
    books.taken_in(account, (MONDAY, "FT9", 9_000, "khong ro"))
    row = found(Kind.LINE_WITHOUT_PAYMENT)[0]
    by = books.accountant()
    for who in (books.auditor(), books.accountant(given.ward_committee("Phường Trúc Bạch"))):
        with pytest.raises((NotAllowed, DifferenceUnknown)):
            explained(row, "Không rõ", by=who)
    with pytest.raises(ReasonMissing):
        explained(row, "  ", by=by)
    assert not DifferenceExplanation.objects.exists()
    explained(row, "Chuyển nhầm, đã báo ngân hàng", by=by)
    after = found(Kind.LINE_WITHOUT_PAYMENT)
    assert [(each.subject, each.amount, each.reason) for each in after] == [
        (row.subject, row.amount, "Chuyển nhầm, đã báo ngân hàng")
    ]
    counted = {each.kind: each for each in counts(Asked.until(LATER.date()), at=LATER, seen_by=by)}
    assert (counted[row.kind].count, counted[row.kind].unexplained) == (1, 0)
    assert found(Kind.LINE_WITHOUT_PAYMENT, is_explained=False) == []
    with pytest.raises(DifferenceUnknown):
        explained(replace(row, kind=Kind.AMOUNTS_DIFFER), "x", by=by)


def test_matched_by_hand_withdrawn_and_matched_again():
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    books.taken_in(account, (MONDAY, "FT7", 9_000, "khong ro"), (MONDAY, "FT8", -9_000, "khong ro"))
    line, out, by = books.line("FT7"), books.line("FT8"), books.accountant()
    ours = [("payment", payment.pk)]

    def match(on=line, chosen=ours, reason="Ngân hàng ghi thiếu", who=by):
        return match_line(on.uuid, chosen, reason=reason, by=who, at=LATER, request_key=given.key())

    for wrong in (
        {"chosen": []},
        {"chosen": [("payment", 0)]},
        {"chosen": [("deposit", payment.pk)]},
        {"on": out},
    ):
        with pytest.raises(NotMatched):
            match(**wrong)
    with pytest.raises(ReasonMissing):
        match(reason=" ")
    with pytest.raises(NotAllowed):
        match(who=books.auditor())
    assert not BankMatch.objects.exists()
    (made,) = match()
    assert told(Kind.AMOUNTS_DIFFER) == [(Kind.AMOUNTS_DIFFER, "FT7", 9_000 - payment.amount)]
    with pytest.raises(NotMatched):
        match()
    withdraw_match(made.pk, reason="Nhầm", by=by, at=LATER, request_key=given.key())
    assert len(told(Kind.LINE_WITHOUT_PAYMENT)) == 2
    match()
    assert BankMatch.objects.count() == 2


def test_a_cashier_who_keeps_the_accounts_explains_no_drawer_that_they_kept_or_counted():
    desk = given.ward_committee()
    both, other = given.staff(desk, Role.CASHIER, Role.ACCOUNTANT), books.accountant()
    own = closed(opened(both), both, 199_000, explanation="Thiếu")
    head = given.staff(desk, Role.HEAD, Role.ACCOUNTANT)
    closed(opened(given.staff(desk, Role.CASHIER)), head, 0, explanation="Mất", reason="Vắng")
    mine, counted = sorted(
        found(Kind.SESSION_DIFFERENCE), key=lambda row: row.subject != f"session:{own.uuid}"
    )
    for row, who in ((mine, both), (counted, head)):
        with pytest.raises(OwnMoney):
            explained(row, "Trả nhầm tiền thừa", by=who)
    assert not DifferenceExplanation.objects.exists()
    for row, who in ((mine, other), (counted, both), (mine, head)):
        explained(row, "Đã kiểm đếm lại", by=who)
    assert DifferenceExplanation.objects.count() == 3


def test_a_cashier_who_keeps_the_accounts_says_of_no_deposit_of_theirs_what_became_of_it():
    desk = given.ward_committee()
    account, both, other = (
        books.an_account(),
        given.staff(desk, Role.CASHIER, Role.ACCOUNTANT),
        books.accountant(),
    )
    opened(both)
    deposit = books.a_deposit(desk, 100_000, "NT01", by=both)
    books.taken_in(account, (MONDAY, "FT7", 90_000, "khong ro"))
    line, ours = books.line("FT7"), [("deposit", deposit.pk)]
    (row,) = found(Kind.DEPOSIT_NOT_ARRIVED)
    with pytest.raises(OwnMoney):
        explained(row, "Nộp sau", by=both)
    with pytest.raises(OwnMoney):
        match_line(line.uuid, ours, reason="Ngân hàng ghi thiếu", by=both, at=LATER, request_key=given.key())
    with pytest.raises(DatabaseError) as told_by_database, transaction.atomic():
        BankMatch.objects.create(
            line=line,
            deposit=deposit,
            how=MatchedHow.BY_HAND,
            matched_by_id=both.user_id,
            matched_at=LATER,
            reason="Ngân hàng ghi thiếu",
        )
    assert told_by_database.value.__cause__.diag.constraint_name == "match_by_another"
    assert not BankMatch.objects.exists()
    (made,) = match_line(
        line.uuid, ours, reason="Ngân hàng ghi thiếu", by=other, at=LATER, request_key=given.key()
    )
    with pytest.raises(OwnMoney):
        withdraw_match(made.pk, reason="Nhầm", by=both, at=LATER, request_key=given.key())
    (row,) = found(Kind.AMOUNTS_DIFFER)
    with pytest.raises(OwnMoney):
        explained(row, "Phí", by=both)
    assert BankMatch.objects.get().withdrawn_at is None
    assert not DifferenceExplanation.objects.exists()


def test_nothing_is_matched_twice_whatever_runs_at_once():
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    books.taken_in(account, (MONDAY, "FT1", payment.amount, payment.order.code))
    assert match_open_lines(account.pk, at=LATER) == 0
    first = BankMatch.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        BankMatch.objects.create(
            line=first.line, payment=payment, how=MatchedHow.ORDER_CODE, matched_at=LATER
        )
    assert BankMatch.objects.get() == first


@pytest.mark.parametrize("table", ["bankstatement", "bankline", "bankmatch", "differenceexplanation"])
def test_what_the_bank_said_and_what_was_said_of_it_is_never_edited(table):
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    books.taken_in(account, (MONDAY, "FT1", payment.amount, payment.order.code), (MONDAY, "FT2", 5, ""))
    row = found(Kind.LINE_WITHOUT_PAYMENT)[0]
    explained(row, "Lãi", by=books.accountant())
    for sql in (f"UPDATE receipts_{table} SET id = id", f"DELETE FROM receipts_{table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_line_that_names_an_unpaid_order_settles_it():
    account, case = books.an_account(), given.accepted_case()
    order = books.an_order(case, 8_000)
    account = account if account.agency == order.collecting_body else books.an_account(order.collecting_body)
    books.taken_in(account, (MONDAY, "FT1", 8_000, f"LE PHI {order.code}"), (MONDAY, "FT2", 5, "khac"))
    assert BankMatch.objects.get().payment.order == order
    assert BankLine.objects.filter(matches__isnull=True).count() == 1
    match_bank_lines()
    assert Payment.objects.filter(order=order).count() == 1


def test_an_order_that_cannot_be_settled_now_keeps_no_other_line_from_being_matched(monkeypatch):
    def settle(order, line, at):
        raise NoOpenSeries(body="x")

    monkeypatch.setattr(tasks, "settle_by_bank_line", settle)
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT1")
    order = books.an_order(case, 8_000, body=payment.collecting_body)
    books.taken_in(
        account, (MONDAY, "FT2", 8_000, order.code), (MONDAY, "FT1", payment.amount, payment.order.code)
    )
    assert BankMatch.objects.get().payment == payment
    assert told(Kind.LINE_WITHOUT_PAYMENT) == [(Kind.LINE_WITHOUT_PAYMENT, "FT2", 8_000)]
