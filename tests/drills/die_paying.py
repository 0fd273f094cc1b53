"""A process of its own that takes money at a counter and is killed at one step of it."""

from __future__ import annotations

import os
import sys
from typing import Any

from tests.drills.dying import dying

# Each step, and after which call of it the process dies; 0: before it begins.
STEPS: dict[str, tuple[str, int]] = {
    "before the case is locked": ("lock", 0),
    "after the case is locked": ("lock", 1),
    "after the money is settled": ("settle", 1),
    "after the event is recorded": ("record", 1),
    "before the number is taken": ("numbers", 0),
    "after the number is taken, before the commit": ("numbers", 1),
    "after the commit": ("pay", 1),
}
KEY = "a-cashier-whose-machine-goes-out"


def main(step: str, code: str, user_id: int, at: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from datetime import datetime

    from apps.accounts.models import User
    from apps.cases.actions import acting, collecting, payment
    from apps.interface.actors import actor_of

    places: dict[str, tuple[Any, str]] = {
        "lock": (acting, "lock_case"),
        "settle": (collecting, "settle"),
        "record": (acting.Act, "record"),
        "numbers": (collecting, "take_numbers"),
        "pay": (payment, "record_payment"),
    }
    name, times = STEPS[step]
    owner, attribute = places[name]
    setattr(owner, attribute, dying(getattr(owner, attribute), times))
    moment = datetime.fromisoformat(at)
    payment.record_payment(
        code,
        amount=8000,
        method="cash",
        by=actor_of(User.objects.get(pk=user_id), moment.date()),
        at=moment,
        request_key=KEY,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
