"""Settling an order that was paid online, and the steps at which the process that hears of it is killed."""

from __future__ import annotations

from datetime import datetime

from apps.cases.actions import acting, collecting, settling
from apps.receipts.gateways import gateway_on
from tests.drills.dying import Steps

STEPS: Steps = {
    "before the case is locked": (settling, "lock_case", 0),
    "after the case is locked": (settling, "lock_case", 1),
    "after the money is settled": (collecting, "settle", 1),
    "after the order is closed": (settling, "close_order", 1),
    "after the event is recorded": (acting.Act, "record", 1),
    "after what was heard is kept": (settling, "keep_message", 1),
    "before the number is taken": (collecting, "take_numbers", 0),
    "after the number is taken, before the commit": (collecting, "take_numbers", 1),
    "after the commit": (settling, "settle_order", 1),
}


def play(order: str, at: str, callback: tuple[str, dict[str, str]] | None = None) -> None:
    """Hears a callback, or without one asks the gateway."""
    moment = datetime.fromisoformat(at)
    if callback is None:
        settling.reconcile(order, at=moment)
    else:
        body, headers = callback
        settling.hear_callback(gateway_on(), body.encode(), headers, at=moment)
