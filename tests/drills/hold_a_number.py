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
    from apps.cases.actions import payment
    from apps.interface.actors import actor_of

    take_number = payment.take_number

    def take_and_wait(**arguments: object) -> int:
        number = take_number(**arguments)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        time.sleep(600)
        return number

    payment.take_number = take_and_wait
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
