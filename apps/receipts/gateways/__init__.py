"""Payment gateways behind one interface: an order goes out, what happened to it comes back, money may go back."""

from apps.receipts.gateways.configured import gateway_named, gateway_on
from apps.receipts.gateways.interface import (
    Answer,
    Asked,
    Callback,
    Created,
    Forged,
    GatewayFailed,
    OrderState,
    PaymentGateway,
    Refunded,
    Refused,
    StatementLine,
    Transaction,
    TryAgain,
)
from apps.receipts.gateways.refunding import refund_at_gateway

__all__ = [
    "Answer",
    "Asked",
    "Callback",
    "Created",
    "Forged",
    "GatewayFailed",
    "OrderState",
    "PaymentGateway",
    "Refunded",
    "Refused",
    "StatementLine",
    "Transaction",
    "TryAgain",
    "gateway_named",
    "gateway_on",
    "refund_at_gateway",
]
