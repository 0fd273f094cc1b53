"""The books at once: statements, matches, refunds, replaced receipts, and a body that ends while money comes."""

from __future__ import annotations

from functools import partial

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.payment import record_payment
from apps.cases.actions.refund import decide_refund, pay_refund
from apps.cases.actions.settling import hear_callback, reconcile
from apps.cases.actions.wrong_receipts import replace_receipt
from apps.core.errors import Refusal
from apps.core.models import JobState
from apps.operations.integrity import check
from apps.receipts.actions.bank_matches import match_line, match_open_lines, withdraw_match
from apps.receipts.actions.series import close_for_succession
from apps.receipts.actions.statements import start_statement
from apps.receipts.errors import MatchedAlready, MatchWithdrawn, NoOpenSeries, NotMatched
from apps.receipts.gateways import gateway_on
from apps.receipts.models import BankLine, BankMatch, BankStatement, Payment, PaymentOrder, Receipt
from tests import given
from tests.drills.at_once import at_once, errors
from tests.online import ordered
from tests.receipts import books
from tests.receipts.books import LATER, MONDAY

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    yield
    assert check(at=given.NOW, with_files=False).broken == {}


def starts(job, by):
    return lambda: start_statement(job, by=by, at=given.NOW, request_key=given.key())


def test_one_file_that_two_have_proposed_is_taken_in_once():
    account = books.an_account()
    lines = [(MONDAY, "FT1", 8_000, "le phi"), (MONDAY, "FT2", -3_000, "hoan phi")]
    people = [books.accountant() for _ in range(3)]
    jobs = [books.proposed(account, lines, by=by) for by in people]
    lost = errors(at_once(*map(starts, jobs, people)))
    assert len(lost) == 2 and all(isinstance(error, Refusal) for error in lost), lost
    given.carry_out(given.NOW, "take_statement", "match_account")
    assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 2)


def test_of_two_files_that_contradict_each_other_one_is_taken_in():
    account, people = books.an_account(), [books.accountant() for _ in range(2)]
    jobs = [
        books.proposed(account, [(MONDAY, "FT1", amount, "le phi")], by=by)
        for amount, by in zip((8_000, 9_000), people, strict=True)
    ]
    lost = errors(at_once(*map(starts, jobs, people)))
    given.carry_out(given.NOW, "take_statement", "match_account")
    # Whoever waited may still take theirs in, and is told then.
    for job, by in zip(jobs, people, strict=True):
        job.refresh_from_db()
        if job.state == JobState.PROPOSED:
            with pytest.raises(Refusal):
                start_statement(job, by=by, at=given.NOW, request_key=given.key())
    assert len(lost) == 1 and isinstance(lost[0], Refusal), lost
    assert BankStatement.objects.count() == BankLine.objects.count() == 1


def an_open_line(reference="BANK1", amount=8_000):
    """A payment by transfer and a line that nobody can tell to be it by itself."""
    account = books.CollectionAccount.objects.first() or books.an_account()
    payment = books.paid_by_bank(given.taken_at_counter(), f"OURS-{reference}")
    PaymentOrder.objects.filter(pk=payment.order_id).update(closed_at=given.NOW, outcome="settled")
    books.taken_in(account, (MONDAY, reference, amount, "khong ro"))
    return account, payment, books.line(reference)


def matches(line, payment, by):
    return lambda: match_line(
        line.uuid, [("payment", payment.pk)], reason="Đúng", by=by, at=LATER, request_key=given.key()
    )


def test_two_accountants_and_the_worker_match_one_payment_once():
    account, payment, line = an_open_line()
    acts = [matches(line, payment, books.accountant()) for _ in range(3)]
    answers = at_once(*acts, lambda: match_open_lines(account.pk, at=LATER))
    lost = errors(answers)
    assert len(lost) == 2 and {type(error) for error in lost} <= {MatchedAlready, NotMatched}, lost
    assert BankMatch.objects.get().payment_id == payment.pk


def test_a_match_withdrawn_and_made_anew_at_once_stands_once_or_not_at_all():
    for n in range(3):
        account, payment, line = an_open_line(f"BANK{n}")
        [match] = matches(line, payment, books.accountant())()
        takes_back = partial(withdraw_match, match.pk, reason="Nhầm", at=LATER)
        people = [books.accountant() for _ in range(4)]
        answers = at_once(
            partial(takes_back, by=people[0], request_key=given.key()),
            partial(takes_back, by=people[1], request_key=given.key()),
            matches(line, payment, people[2]),
            lambda account=account: match_open_lines(account.pk, at=LATER),
        )
        assert [type(error) for error in errors(answers[:2])] == [MatchWithdrawn]
        assert {type(error) for error in errors(answers[2:])} <= {MatchedAlready, NotMatched}
        rows = BankMatch.objects.filter(payment=payment)
        assert rows.filter(withdrawn_at__isnull=False).count() == 1
        assert rows.filter(withdrawn_at__isnull=True).count() == (not isinstance(answers[2], Exception))


def test_a_receipt_replaced_while_its_refund_is_paid_is_of_what_is_left_or_was_whole_before():
    """Money goes back of a line whose receipt somebody replaces: whoever is second sees what the first has done."""
    case = given.declined_after_payment()
    given.refund_decided(case)
    wrong, refund = given.wrong_receipt(case), given.refund_of(case)
    pays = partial(
        pay_refund,
        case.code,
        refund=refund.uuid,
        recipient="Người nộp, căn cước đã xem",
        reference="",
        by=given.cashier(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    replaces = partial(
        replace_receipt,
        case.code,
        receipt=wrong.uuid,
        corrections={"identity": "001185000999"},
        reason="Nhập nhầm",
        by=given.answers_for(wrong),
        at=given.NOW,
        request_key=given.key(),
    )
    paid, replaced = at_once(pays, replaces)
    assert not isinstance(paid, Exception), paid
    assert Receipt.objects.filter(payment=wrong.payment).count() == 2 - isinstance(replaced, Exception)
    # Replaced before, it was of the whole; after, nothing was left to be receipted.
    assert {receipt.amount for receipt in Receipt.objects.filter(payment=wrong.payment)} == {wrong.amount}


def test_a_refund_decided_while_its_receipt_is_replaced():
    case = given.declined_after_payment()
    wrong, refund = given.wrong_receipt(case), given.refund_of(case)
    decides = partial(
        decide_refund,
        case.code,
        refund=refund.uuid,
        is_granted=True,
        method="cash",
        reason="Theo quy định",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    replaces = [
        partial(
            replace_receipt,
            case.code,
            receipt=wrong.uuid,
            corrections={"identity": f"00118500099{n}"},
            reason="Nhập nhầm",
            by=given.answers_for(wrong),
            at=given.NOW,
            request_key=given.key(),
        )
        for n in range(2)
    ]
    answers = at_once(decides, *replaces)
    assert not isinstance(answers[0], Exception) and len(errors(answers)) == 1
    assert Receipt.objects.filter(payment=wrong.payment).count() == 2


def test_a_body_that_ends_while_money_comes_at_the_counter_and_online_loses_none(simulator):
    online, counters = given.filed_with_a_fee(), [given.taken_at_counter() for _ in range(4)]
    order = ordered(online)
    paid = simulator.pay(order.code)
    body, headers = simulator.callback(order.code, "paid", paid)
    cashier = given.cashier(given.ward_committee())
    answers = at_once(
        lambda: close_for_succession(
            given.ward_committee(),
            given.ward_committee("Phường Trúc Bạch"),
            decision=given.DECISION,
            decided_on=MONDAY,
            by=given.administrator(),
            at=given.NOW,
        ),
        lambda: hear_callback(gateway_on(), body, headers, at=given.NOW),
        *(
            partial(
                record_payment,
                case.code,
                amount=8000,
                method="cash",
                by=cashier,
                at=given.NOW,
                request_key=given.key(),
            )
            for case in counters
        ),
    )
    assert not isinstance(answers[0], Exception) and not isinstance(answers[1], Exception)
    assert {type(error) for error in errors(answers)} <= {NoOpenSeries}
    if answers[1] == "asked":
        reconcile(order.code, at=given.NOW)
    assert Payment.objects.filter(order=order).count() == 1
    assert Receipt.objects.count() == 5 - len(errors(answers))
