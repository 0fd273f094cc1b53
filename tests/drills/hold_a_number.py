"""A process of its own that takes a receipt number and never commits: to be killed in the middle."""

from __future__ import annotations

import os
import sys
import time


def main(code: str, amount: int, user_id: int, at: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from datetime import datetime

    from apps.accounts.models import User
    from apps.cases.actions import collecting, payment
    from apps.interface.actors import actor_of
    from apps.receipts.models import Receipt

    take_numbers = collecting.take_numbers

    def take_and_wait(receipts, **arguments: object) -> None:
        take_numbers(receipts, **arguments)
        sys.stdout.write(f"{Receipt.objects.get(uuid=receipts[0].uuid).number}\n")
        sys.stdout.flush()
        time.sleep(600)

    collecting.take_numbers = take_and_wait
    moment = datetime.fromisoformat(at)
    payment.record_payment(
        code,
        amount=amount,
        method="cash",
        by=actor_of(User.objects.get(pk=user_id), moment.date()),
        at=moment,
        request_key="a-process-to-be-killed",
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
