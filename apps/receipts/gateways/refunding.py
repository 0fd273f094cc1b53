"""Money given back through the gateway that it came by, once for each code, whatever was lost on the way."""

from __future__ import annotations

from apps.receipts.gateways.configured import gateway_named
from apps.receipts.gateways.interface import Refunded, Refused, TryAgain
from apps.receipts.models import Payment


def refund_at_gateway(payment: Payment, amount: int, code: str) -> Refunded:
    """Gives back `amount` đồng of an online payment, once for each code.

    Never to be called inside a transaction. Where the answer is lost the gateway is asked whether it knows the code.
    Raises TryAgain (call again with the same code), Refused (it was not done and will not be).
    """
    order = payment.order
    if order is None:
        raise Refused("not_of_a_gateway")
    gateway = gateway_named(order.gateway)
    if gateway is None:
        raise TryAgain("gateway_off")
    if done := gateway.refunded(code):
        return done
    try:
        return gateway.refund(order.code, transaction=payment.reference, amount=amount, code=code)
    except TryAgain:
        if done := gateway.refunded(code):
            return done
        raise
