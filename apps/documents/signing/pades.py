"""PAdES (baseline B-B): the signature of a PDF whose place was left open when it was written.

The file is written once, with the field and an empty place; the place is filled, and nothing is parsed or appended.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from apps.documents.signing.cms import container
from apps.documents.signing.signers import Signer

# Hexadecimal digits of the place: a chain of three certificates with RSA keys needs half of them.
ROOM = 12_288
CONTENTS = b"/Contents<" + b"0" * ROOM + b">"
RANGE = b"/ByteRange[0 " + b"*" * 10 + b" " + b"*" * 10 + b" " + b"*" * 10 + b"]"


class NoPlace(ValueError):
    """The PDF has no open place for a signature, or the signature is larger than the place."""


def place_for(signed_by: str, signed_at: datetime) -> bytes:
    """The signature dictionary of a PDF, with its open place; the time and the name are what readers show."""
    offset = signed_at.strftime("%z")
    moment = f"D:{signed_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'".encode()
    name = b"<FEFF" + signed_by.encode("utf-16-be").hex().upper().encode() + b">"
    head = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
    return head + RANGE + CONTENTS + b"/M(" + moment + b")/Name" + name + b">>"


def sign_pdf(prepared: bytes, signer: Signer) -> bytes:
    """The PDF with its place filled; the signature covers every byte but the place.

    Raises NoPlace, and what the signer raises.
    """
    start, at_range = prepared.find(CONTENTS), prepared.find(RANGE)
    if start < 0 or at_range < 0 or prepared.find(CONTENTS, start + 1) >= 0:
        raise NoPlace("there is no open place, or several")
    start += len("/Contents")
    end = start + ROOM + 2
    whole = bytearray(prepared)
    said = f"/ByteRange[0 {start} {end} {len(prepared) - end}]".encode()
    whole[at_range : at_range + len(RANGE)] = said.ljust(len(RANGE))
    digest = hashlib.sha256(memoryview(whole)[:start])
    digest.update(memoryview(whole)[end:])
    packed = container(digest.digest(), signer).hex().encode()
    if len(packed) > ROOM:
        raise NoPlace("the signature is larger than its place")
    whole[start + 1 : end - 1] = packed.ljust(ROOM, b"0")
    return bytes(whole)
