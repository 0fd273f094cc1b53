"""What tests of online payment begin with: a gateway that really listens, a case with something due, an order of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import LazySettings

from apps.cases.actions.online_payment import open_order
from apps.cases.actions.settling import hear_callback
from apps.cases.models import Case
from apps.operations.gateway_simulator import Simulator, running
from apps.receipts.choices import MessageOutcome
from apps.receipts.gateways import gateway_on
from apps.receipts.models import CollectionAccount, PaymentOrder
from apps.units.models import Agency
from tests import given
from tests.receipts import books

KEY, MERCHANT = "a-key-that-only-the-two-of-us-know", "MOTCUA"


@contextmanager
def gateway(settings: LazySettings) -> Iterator[Simulator]:
    """A gateway at work, named in the settings; its clock is that of the tests."""
    with running(KEY, MERCHANT, clock=lambda: given.NOW) as simulator:
        settings.PAYMENT_GATEWAY = {"name": "city", "url": simulator.url, "merchant": MERCHANT, "key": KEY}
        yield simulator


def payer_of(case: Case) -> Any:
    """Who filed it."""
    return given.act_as(case.application.filed_by)


def ordered(case: Case, *, at: datetime = given.NOW) -> PaymentOrder:
    """The one order of what is due."""
    [order] = open_order(case.code, by=payer_of(case), at=at, request_key=given.key())
    return order


def heard(
    simulator: Simulator,
    order: PaymentOrder,
    state: str,
    transaction: dict[str, Any] | None = None,
    *,
    at: datetime = given.NOW,
    **signed: Any,
) -> MessageOutcome:
    """What a signed callback brings about, sent at the moment that it is heard unless another is said."""
    body, headers = simulator.callback(order.code, state, transaction, **{"sent_at": at, **signed})
    return hear_callback(gateway_on(), body, headers, at=at)


def paid_online(simulator: Simulator, order: PaymentOrder, amount: int | None = None) -> MessageOutcome:
    """Somebody pays at the gateway, and its callback comes."""
    return heard(simulator, order, "paid", simulator.pay(order.code, amount))


def with_account(body: Agency) -> CollectionAccount:
    return books.an_account(
        body,
        bank_name="Ngân hàng thử nghiệm",
        number="0011002345678",
        holder=body.name,
        note="Tài khoản của bản mô phỏng",
    )
