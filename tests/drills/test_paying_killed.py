"""From the money on the counter to its number: a process killed at any step took everything or nothing, and once."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from apps.cases.actions.payment import record_payment
from apps.cases.models import CaseReceipt
from apps.core.models import OutboxRow
from apps.core.request_keys import Replayed
from apps.operations.integrity import check
from apps.receipts.models import Payment, Receipt
from tests import given
from tests.drills import die_paying
from tests.drills.die_paying import KEY, STEPS
from tests.drills.dying import killed_in

pytestmark = pytest.mark.commits


@pytest.fixture
def killed(committing_db):
    with killed_in(die_paying.__name__, database=committing_db) as killed:
        yield killed


def test_a_cashier_whose_machine_goes_out_at_any_step_has_taken_all_or_nothing_and_takes_it_once(killed):
    desk = given.ward_committee()
    for number, step in enumerate(STEPS, 1):
        case, cashier = given.taken_at_counter(desk=desk), given.cashier(desk)
        assert killed(step, code=case.code, user_id=cashier.user_id, at=given.NOW.isoformat()) == -9, step
        was_taken = step == "after the commit"
        assert Payment.objects.count() == Receipt.objects.count() == number - 1 + was_taken, step
        assert CaseReceipt.objects.filter(case=case).count() == was_taken, step
        assert check(at=given.NOW).broken == {}, step
        # The cashier presses the button again.
        with pytest.raises(Replayed) if was_taken else nullcontext():
            record_payment(case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=KEY)
        receipt = CaseReceipt.objects.get(case=case).receipt
        assert receipt.number == number, step
        assert OutboxRow.objects.filter(effect=f"receipt:{receipt.uuid}").count() == 1, step
        assert check(at=given.NOW).broken == {}, step
