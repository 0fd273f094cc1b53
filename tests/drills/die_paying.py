"""Taking money at a counter, and the steps at which the process that takes it is killed."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.cases.actions import acting, collecting, payment
from apps.interface.actors import actor_of
from tests.drills.dying import Steps

STEPS: Steps = {
    "before the case is locked": (acting, "lock_case", 0),
    "after the case is locked": (acting, "lock_case", 1),
    "after the money is settled": (collecting, "settle", 1),
    "after the event is recorded": (acting.Act, "record", 1),
    "before the number is taken": (collecting, "take_numbers", 0),
    "after the number is taken, before the commit": (collecting, "take_numbers", 1),
    "after the commit": (payment, "record_payment", 1),
}
KEY = "a-cashier-whose-machine-goes-out"


def play(code: str, user_id: int, at: str) -> None:
    moment = datetime.fromisoformat(at)
    payment.record_payment(
        code,
        amount=8000,
        method="cash",
        by=actor_of(User.objects.get(pk=user_id), moment.date()),
        at=moment,
        request_key=KEY,
    )
