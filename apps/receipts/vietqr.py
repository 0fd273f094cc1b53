"""VietQR: the EMVCo merchant-presented code that a Vietnamese bank's app reads as a transfer, filled in. Pure."""

from __future__ import annotations

import re

# Napas, and its service of a transfer to an account.
_NAPAS, _TO_ACCOUNT = "A000000727", "QRIBFTTA"
_DONG, _VIETNAM = "704", "VN"
_BIN = re.compile(r"\d{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
_MEMO = re.compile(r"[0-9A-Za-z ]{1,25}")


def transfer_code(*, bank_bin: str, account: str, amount: int, memo: str) -> str:
    """The text of the code for one transfer of `amount` đồng with a memo; it is to be used once (dynamic).

    EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode; Napas' profile of it. Raises ValueError.
    """
    if not (_BIN.fullmatch(bank_bin) and _ACCOUNT.fullmatch(account) and _MEMO.fullmatch(memo)):
        raise ValueError("a bank's BIN has 6 digits; account and memo have plain letters and digits")
    if not 0 < amount < 10**13:
        raise ValueError("an amount is positive and has at most 13 digits")
    beneficiary = _field("00", bank_bin) + _field("01", account)
    merchant = _field("00", _NAPAS) + _field("01", beneficiary) + _field("02", _TO_ACCOUNT)
    fields = (
        ("00", "01"),
        ("01", "12"),
        ("38", merchant),
        ("53", _DONG),
        ("54", str(amount)),
        ("58", _VIETNAM),
        ("62", _field("08", memo)),
    )
    text = "".join(_field(tag, value) for tag, value in fields) + "6304"
    return f"{text}{checksum(text.encode('ascii')):04X}"


def checksum(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, begun with 0xFFFF, over everything before its own four digits."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
