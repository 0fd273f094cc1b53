"""The whole money: random lives of a case, and after each act due − paid − refunded is explained row by row."""

from __future__ import annotations

import pytest
from django.utils import timezone

from apps.cases.models import CaseFee
from apps.cases.selectors import account_of_case, owed_at
from apps.operations.integrity import check, ledger, money, receipts
from apps.operations.integrity.walking import by_sql
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.choices import MessageOutcome, MoneyState, PaymentMethod
from apps.receipts.models import (
    FeeDue,
    Payment,
    PaymentOrder,
    Receipt,
    ReceiptNotice,
    ReceiptSeries,
    RefundProposal,
)
from tests import given, online
from tests.cases.money_life import Bank, Life

pytestmark = pytest.mark.django_db

LIVES, STEPS = 3, 28
ACTS = {
    "pay",
    "pay_what_is_not_due",
    "decline",
    "accept",
    "ask",
    "give",
    "withdraw",
    "stop",
    "reopen",
    "decide",
    "change_the_way",
    "pay_back",
    "order",
    "pay_the_order",
    "pay_another_amount",
    "pay_late",
    "hear_it_again",
    "hear_that_it_failed",
    "hear_a_forged_one",
    "the_bank_tells",
    "notify",
    "replace",
    "replace_after_refund",
    "give_fewer",
    "grant",
}
# What a callback can bring about.
OUTCOMES = {
    MessageOutcome.SETTLED,
    MessageOutcome.NOT_APPLIED,
    MessageOutcome.REPEATED,
    MessageOutcome.CLOSED,
    MessageOutcome.NOTED,
    MessageOutcome.ASKED,
}


def faults(life: Life) -> list[str]:
    """What the statements of integrity find of the money that there is."""
    passes = [
        (Payment, by_sql("settled_fees", money.SETTLED)),
        (PaymentOrder, by_sql("settled_fees", money.ORDERS)),
        (RefundProposal, by_sql("refunds", money.REFUNDS)),
        (ReceiptSeries, by_sql("receipt_numbers", money.NUMBERS)),
        (Receipt, by_sql("receipt_corrections", receipts.CHAINS)),
        (ReceiptNotice, by_sql("receipt_corrections", receipts.NOTICES)),
    ]
    found = [fault.wrong for model, find in passes for fault in find(*_keys(model))]
    case = life.case.pk
    found += [fault.wrong for fault in by_sql("accounts", money.ACCOUNTS)(case, case)]
    return found + [fault.wrong for fault in ledger.replayed(case, case)]


def _keys(model) -> tuple[int, int]:
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return (keys[0], keys[-1]) if keys else (1, 1)


def explained(life: Life) -> None:
    """Each column of the account is what the cashbox counted, each row is possible, and the rest follows from them."""
    account = account_of_case(life.case)
    assert account.paid == life.came_in
    assert account.refunded == life.went_back
    in_force = CaseFee.objects.filter(case=life.case, fee__in=FeeDue.objects.in_force())
    assert account.due == sum(in_force.values_list("fee__amount", flat=True))
    for row in account.rows:
        assert row.paid in (0, row.due) if row.fee else row.due == 0
        assert row.refunded >= 0 and row.refunded + row.going_back <= row.paid
    unapplied = sum(row.paid for row in account.rows if row.fee is None)
    assert account.due - account.paid + unapplied == account.still_due == owed_at(life.case)
    assert account.still_due >= 0
    assert (account.state == MoneyState.DUE) == (account.still_due > 0)


@pytest.fixture
def gateway(settings):
    with online.gateway(settings) as simulator:
        yield simulator


def test_due_minus_paid_minus_refunded_is_explained_row_by_row_after_every_act(gateway):
    met: set[str] = set()
    outcomes: set[MessageOutcome] = set()
    bank, at = Bank(), given.NOW
    for seed in range(LIVES):
        life = Life(seed, gateway, bank, met, at=at)
        for _ in range(STEPS):
            life.step()
            try:
                explained(life)
                assert faults(life) == []
            except AssertionError as error:
                error.add_note(f"seed {seed}, played: {dict(life.played)}")
                raise
        outcomes |= life.outcomes
        at = life.at
    make_lists(timezone.localdate(at), at=at)
    assert check(at=at).broken == {}
    # The lives have met every act of money, whatever a callback can bring about, and a transfer that settles.
    assert met == ACTS, ACTS - met
    assert outcomes >= OUTCOMES, OUTCOMES - outcomes
    assert Payment.objects.filter(method=PaymentMethod.TRANSFER, lines__isnull=False).exists()
