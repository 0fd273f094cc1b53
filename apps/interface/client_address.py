"""Where a request comes from: the one answer for throttles and logs, behind as many proxies as the operator named."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client, as the outermost trusted proxy saw it; empty when the server knows none.

    Each proxy appends to X-Forwarded-For the address from which it was called, so only the last TRUSTED_PROXIES
    entries are true; whatever stands before them was written by the client. An entry that is no address is not
    believed: the request then counts as the proxy's own.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return peer
    told = [entry.strip() for entry in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    trusted = told[-settings.TRUSTED_PROXIES :]
    try:
        return str(ip_address(trusted[0]))
    except ValueError:
        return peer


def address_counted(request: HttpRequest) -> str:
    """The address by which failures are counted: of IPv4 the whole, of IPv6 its first 64 bits.

    A subscriber is given a whole /64 and has 2⁶⁴ addresses to guess from. IPv4 written as IPv6 counts as IPv4.
    """
    client = client_address(request)
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
