"""Fee lines: assessed again by rule, and what the database itself refuses of them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.cases.selectors import fees_of
from apps.procedures.models import FeeRule
from apps.procedures.tariff import AssessedFee
from apps.receipts.actions.fees import assess_again
from apps.receipts.models import FeeDue, PaymentLine, Receipt
from tests import given

pytestmark = pytest.mark.django_db


def a_fee() -> FeeDue:
    [fee] = fees_of(given.taken_at_counter())
    return fee


def a_paid_fee() -> FeeDue:
    [fee] = fees_of(given.paid(given.taken_at_counter()))
    return fee


def line(rule: FeeRule, quantity: int, amount: int | None) -> AssessedFee:
    return AssessedFee(rule=rule, quantity=quantity, amount=amount)


@pytest.mark.parametrize(
    ("amount", "quantity"),
    [
        (16_000, 1),
        (8_001, 1),
        # A cap leaves less than price times quantity: as few units as explain the difference.
        (20_000, 2),
    ],
)
def test_a_difference_is_explained_by_as_few_units_as_it_takes(amount, quantity):
    fee = a_paid_fee()
    done = assess_again([fee], [line(fee.rule, 9, amount)], at=given.NOW)
    assert [(each.quantity, each.amount) for each in done.added] == [(quantity, amount - 8_000)]
    assert (done.withdrawn, done.refunds) == ([], [])


def test_a_difference_asked_before_is_withdrawn_when_another_is_asked():
    fee = a_paid_fee()
    [earlier] = assess_again([fee], [line(fee.rule, 2, 16_000)], at=given.NOW).added
    standing = FeeDue.objects.select_related("settlement").in_force().order_by("pk")
    again = assess_again(list(standing), [line(fee.rule, 2, 16_000)], at=given.NOW)
    assert (again.added, again.withdrawn) == ([], [])
    done = assess_again(list(standing), [line(fee.rule, 1, 8_000)], at=given.NOW)
    assert (done.added, done.withdrawn, done.refunds) == ([], [earlier], [])


def test_a_rule_that_no_longer_applies_is_withdrawn_or_is_proposed_to_be_paid_back():
    unpaid, paid = a_fee(), a_paid_fee()
    done = assess_again([unpaid], [], at=given.NOW)
    assert (done.withdrawn, done.refunds) == ([unpaid], [])
    done = assess_again([paid], [], at=given.NOW)
    [refund] = done.refunds
    assert (done.withdrawn, refund.fee, refund.amount, refund.ground) == ([], paid, 8_000, "fee_lowered")
    assert FeeDue.objects.get(pk=paid.pk).withdrawn_at is None


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE receipts_feedue SET amount = 1 WHERE id = %s",
        "UPDATE receipts_feedue SET borne_by = 'budget' WHERE id = %s",
        "DELETE FROM receipts_feedue WHERE id = %s",
        "TRUNCATE receipts_feedue CASCADE",
    ],
)
def test_the_program_changes_nothing_of_a_line_but_its_withdrawal(edit):
    fee = a_fee()
    with pytest.raises(ProgrammingError, match="permission denied|is refused"), transaction.atomic():
        connection.cursor().execute(edit, [fee.pk] if "%s" in edit else None)


def test_a_withdrawal_is_not_taken_back():
    fee = a_fee()
    FeeDue.objects.filter(pk=fee.pk).update(withdrawn_at=given.NOW)
    for moment in (None, given.after(given.NOW, hours=1)):
        with pytest.raises(ProgrammingError, match="is refused"), transaction.atomic():
            FeeDue.objects.filter(pk=fee.pk).update(withdrawn_at=moment)


def test_a_settled_line_is_not_withdrawn():
    fee = a_paid_fee()
    with pytest.raises(IntegrityError, match="is settled"), transaction.atomic():
        FeeDue.objects.filter(pk=fee.pk).update(withdrawn_at=given.NOW)


def test_a_line_withdrawn_or_without_a_price_is_not_settled():
    a_paid_fee()
    payment = Receipt.objects.get().payment
    withdrawn = a_fee()
    FeeDue.objects.filter(pk=withdrawn.pk).update(withdrawn_at=given.NOW)
    [unset] = fees_of(given.filed_online("1.001699"))
    for fee in (withdrawn, unset):
        with pytest.raises(IntegrityError, match="is not settled"), transaction.atomic():
            PaymentLine.objects.create(payment=payment, fee=fee)


@pytest.mark.parametrize(
    ("unit_price", "amount", "guard"),
    [
        (8_000, None, "fee_price_and_amount_together"),
        (None, 0, "fee_price_and_amount_together"),
        (8_000, 8_001, "fee_amount_explained"),
    ],
)
def test_a_line_has_price_and_amount_or_neither(unit_price, amount, guard):
    known = a_fee()
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        FeeDue.objects.create(
            uuid="33333333-3333-3333-3333-333333333333",
            rule_id=known.rule_id,
            kind=known.kind,
            name="Phí",
            name_en="Fee",
            unit_price=unit_price,
            quantity=1,
            amount=amount,
            borne_by=known.borne_by,
            pay_before="acceptance",
            assessed_at=given.NOW,
        )
