"""Which gateway the settings name. Where they name none, nothing is paid online, and the pages say so."""

from __future__ import annotations

from django.conf import settings

from apps.receipts.gateways.by_http import ByHttp, Keys
from apps.receipts.gateways.interface import PaymentGateway


def gateway_on() -> PaymentGateway | None:
    """The gateway of new orders; None where online payment is off."""
    said = settings.PAYMENT_GATEWAY
    if not said["url"]:
        return None
    return ByHttp(said["name"], said["url"], Keys(said["merchant"], said["key"].encode()))


def gateway_named(name: str) -> PaymentGateway | None:
    """The gateway of an order, or of a callback's address; None where the settings do not name it (any more)."""
    gateway = gateway_on()
    return gateway if gateway is not None and gateway.name == name else None
