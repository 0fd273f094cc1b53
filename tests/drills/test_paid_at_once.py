"""Callback, reconciler and counter at the same moment: the money is settled once, the rest goes back, nothing is lost."""

from __future__ import annotations

import pytest

from apps.cases.actions.intake import decline_intake
from apps.cases.actions.online_payment import open_order
from apps.cases.actions.payment import record_payment
from apps.cases.actions.settling import hear_callback, reconcile
from apps.cases.models import CaseEvent
from apps.cases.selectors import owed_at
from apps.operations.integrity import check
from apps.receipts.choices import MessageOutcome
from apps.receipts.errors import NothingDue
from apps.receipts.gateways import gateway_on
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt, RefundProposal
from tests import given
from tests.drills.at_once import at_once, errors
from tests.online import ordered, payer_of

pytestmark = pytest.mark.commits
FEE = 700_000
ROUNDS = 3


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    """Whatever came at once, every invariant holds."""
    yield
    assert check(at=given.NOW).broken == {}


def told(simulator, order, paid):
    """The gateway tells of a transaction."""
    body, headers = simulator.callback(order.code, "paid", paid)
    return lambda: hear_callback(gateway_on(), body, headers, at=given.NOW)


def settled_once(case, order):
    assert owed_at(case) == 0
    assert Receipt.objects.filter(payment__order=order).count() == 1
    assert Payment.objects.filter(order=order).count() == 1
    assert not RefundProposal.objects.filter(payment__order=order).exists()


def test_a_callback_twice_at_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        paid = simulator.pay(order.code)
        answers = at_once(*[told(simulator, order, paid)] * 4)
        assert sorted(answers) == ["repeated"] * 3 + ["settled"]
        settled_once(case, order)


def test_callback_and_reconciler_at_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        act = told(simulator, order, simulator.pay(order.code))
        answers = at_once(act, lambda order=order: reconcile(order.code, at=given.NOW), act)
        assert errors(answers) == []
        settled_once(case, order)
        outcomes = GatewayMessage.objects.filter(order=order).exclude(kind="created")
        assert sorted(outcomes.values_list("outcome", flat=True)) == ["repeated", "repeated", "settled"]


def test_counter_and_callback_at_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        by = given.cashier(case.current_agency)
        counter = lambda case=case, by=by: record_payment(  # noqa: E731
            case.code, amount=FEE, method="cash", by=by, at=given.NOW, request_key=given.key()
        )
        at_counter, online_said = at_once(counter, told(simulator, order, simulator.pay(order.code)))
        receipts = Receipt.objects.filter(payment__lines__fee__order_lines__order=order)
        assert receipts.count() == 1
        assert owed_at(case) == 0
        if isinstance(at_counter, CaseEvent):
            assert online_said == MessageOutcome.NOT_APPLIED
            assert RefundProposal.objects.get(payment__order=order).amount == FEE
        else:
            assert type(at_counter) is NothingDue
            assert online_said == MessageOutcome.SETTLED
            assert not RefundProposal.objects.filter(payment__order=order).exists()


def test_declined_and_paid_at_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        by = given.receptionist(case.current_agency)
        decline = lambda case=case, by=by: decline_intake(  # noqa: E731
            case.code, reason="papers_missing", text="Thiếu", by=by, at=given.NOW, request_key=given.key()
        )
        answers = at_once(decline, told(simulator, order, simulator.pay(order.code)))
        assert errors(answers) == []
        payment = Payment.objects.get(order=order)
        is_applied = payment.lines.exists()
        assert payment.refund_proposals.filter(fee=None).exists() is not is_applied
        assert payment.receipts.count() == int(is_applied)


def test_one_transaction_told_of_two_orders_at_once(simulator):
    mine, other = (ordered(given.filed_with_a_fee()) for _ in range(2))
    paid = simulator.pay(mine.code)
    answers = at_once(told(simulator, mine, paid), told(simulator, other, paid))
    assert errors(answers) == []
    assert Payment.objects.filter(reference=paid["number"]).count() == 1
    assert Receipt.objects.count() == 1


def test_what_is_due_is_ordered_twice_at_once(simulator):
    case = given.filed_with_a_fee()
    by = payer_of(case)
    opening = lambda: open_order(case.code, by=by, at=given.NOW, request_key=given.key())  # noqa: E731
    answers = at_once(opening, opening, opening)
    assert errors(answers) == []
    assert PaymentOrder.objects.count() == len(simulator.orders) == 1
