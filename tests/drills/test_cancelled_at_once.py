"""An order is cancelled and paid at the same moment: one of them ends it, and the money is accounted for either way."""

from __future__ import annotations

import pytest

from apps.cases.actions.online_payment import cancel_order, open_order
from apps.cases.actions.settling import hear_callback, reconcile
from apps.cases.models import CaseRefund
from apps.cases.selectors import owed_at
from apps.operations.integrity import check
from apps.receipts.choices import MessageOutcome, OrderOutcome
from apps.receipts.errors import OrderEnded
from apps.receipts.gateways import gateway_on
from apps.receipts.models import Payment, PaymentOrder, Receipt, RefundProposal
from tests import given
from tests.drills.at_once import at_once, errors
from tests.online import ordered, paid_online, payer_of

pytestmark = pytest.mark.commits
ROUNDS = 3


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    """Whatever came at once, every invariant holds."""
    yield
    assert check(at=given.NOW).broken == {}


def cancels(case, order):
    by, key = payer_of(case), given.key()
    return lambda: cancel_order(case.code, order.code, by=by, at=given.NOW, request_key=key)


def told(simulator, order, paid):
    """The gateway tells of a transaction."""
    body, headers = simulator.callback(order.code, "paid", paid)
    return lambda: hear_callback(gateway_on(), body, headers, at=given.NOW)


def of(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def test_cancelled_and_paid_at_the_gateway_at_once(simulator):
    """Whichever the gateway hears first; the callback comes with it, and its money is never lost."""
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        cancelled, paid = at_once(cancels(case, order), lambda order=order: paid_online(simulator, order))
        assert paid in (MessageOutcome.SETTLED, MessageOutcome.REPEATED)
        assert of(order).outcome == OrderOutcome.SETTLED
        # Cancelled first, the money came late; else there was nothing to cancel any more.
        if isinstance(cancelled, PaymentOrder):
            assert of(order).cancelled_by_id == payer_of(case).user_id
        else:
            assert type(cancelled) is OrderEnded
            assert of(order).cancelled_by_id is None
        accounted_for_once(case, order)


def test_cancelled_and_its_callback_at_once(simulator):
    """The gateway let go of the order, and tells of money that had begun to come before."""
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        paid = simulator.pay(order.code)
        simulator.orders[order.code] |= {"state": "cancelled", "transactions": []}
        cancelled, outcome = at_once(cancels(case, order), told(simulator, order, paid))
        assert outcome == MessageOutcome.SETTLED
        assert isinstance(cancelled, PaymentOrder) or type(cancelled) is OrderEnded
        accounted_for_once(case, order)


def test_cancelled_asked_after_and_told_of_at_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        paid = simulator.pay(order.code)
        cancelled, *others = at_once(
            cancels(case, order),
            told(simulator, order, paid),
            lambda order=order: reconcile(order.code, at=given.NOW),
        )
        assert type(cancelled) is OrderEnded
        assert errors(others) == []
        assert of(order).cancelled_by_id is None
        accounted_for_once(case, order)


def test_cancelled_twice_at_once_one_of_them_ends_it(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order = ordered(case)
        answers = at_once(cancels(case, order), cancels(case, order))
        [refused] = errors(answers)
        assert type(refused) is OrderEnded
        assert of(order).outcome == OrderOutcome.CANCELLED
        assert not Payment.objects.filter(order=order).exists()


def test_cancelled_and_ordered_anew_at_once_the_case_is_paid_once(simulator):
    for _ in range(ROUNDS):
        case = given.filed_with_a_fee()
        order, by = ordered(case), payer_of(case)
        opens = lambda case=case, by=by: open_order(  # noqa: E731
            case.code, by=by, at=given.NOW, request_key=given.key()
        )
        answers = at_once(cancels(case, order), opens)
        assert errors(answers) == []
        assert of(order).outcome == OrderOutcome.CANCELLED
        paid_online(simulator, ordered(case))
        assert owed_at(case) == 0
        assert not CaseRefund.objects.filter(case=case).exists()


def accounted_for_once(case, order) -> None:
    assert owed_at(case) == 0
    assert Payment.objects.filter(order=order).count() == 1
    assert Receipt.objects.filter(payment__order=order).count() == 1
    assert not RefundProposal.objects.filter(payment__order=order).exists()
