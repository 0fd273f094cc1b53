"""The container of a PAdES signature (CMS, RFC 5652 and 5035): one signer, three signed attributes, written out as DER.

Ours because of its time: of one structure that is always the same, the general libraries make thousands of objects, 15 ms
a receipt against 0.2. They check it: pyHanko on the page of checking, poppler in the tests.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from apps.documents.signing.signers import Signer, certificate_of

SEQUENCE, SET, INTEGER, OCTETS, OID, CONTEXT_0 = 0x30, 0x31, 0x02, 0x04, 0x06, 0xA0


def der(tag: int, *parts: bytes) -> bytes:
    """One value of ASN.1 by the distinguished rules."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _oid(hexadecimal: str) -> bytes:
    return der(OID, bytes.fromhex(hexadecimal))


DATA = _oid("2A864886F70D010701")
SIGNED_DATA = _oid("2A864886F70D010702")
CONTENT_TYPE = _oid("2A864886F70D010903")
MESSAGE_DIGEST = _oid("2A864886F70D010904")
SIGNING_CERTIFICATE_V2 = _oid("2A864886F70D010910022F")
SHA256 = der(SEQUENCE, _oid("608648016503040201"))
ECDSA_WITH_SHA256 = der(SEQUENCE, _oid("2A8648CE3D040302"))
SHA256_WITH_RSA = der(SEQUENCE, _oid("2A864886F70D01010B"), b"\x05\x00")


@dataclass(frozen=True)
class _Fixed:
    """What is the same in every signature of a signer."""

    certificates: bytes
    named: bytes
    content_type: bytes
    signing_certificate: bytes
    algorithm: bytes


@lru_cache(maxsize=1024)
def _fixed(signer: Signer) -> _Fixed:
    certificate = certificate_of(signer)
    serial = certificate.serial_number
    is_curve = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    digest = hashlib.sha256(signer.certificate).digest()
    named = der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, digest))))
    return _Fixed(
        der(CONTEXT_0, *sorted({signer.certificate, *signer.chain})),
        der(
            SEQUENCE,
            certificate.issuer.public_bytes(),
            der(INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big")),
        ),
        der(SEQUENCE, CONTENT_TYPE, der(SET, DATA)),
        der(SEQUENCE, SIGNING_CERTIFICATE_V2, der(SET, named)),
        ECDSA_WITH_SHA256 if is_curve else SHA256_WITH_RSA,
    )


def container(digest: bytes, signer: Signer) -> bytes:
    """The signature of content that has this SHA-256 digest. Raises what the signer raises."""
    fixed = _fixed(signer)
    attributes = sorted(
        [
            fixed.content_type,
            der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, digest))),
            fixed.signing_certificate,
        ]
    )
    signature = signer.sign_digest(hashlib.sha256(der(SET, *attributes)).digest())
    version = der(INTEGER, b"\x01")
    signed = der(
        SEQUENCE,
        version,
        fixed.named,
        SHA256,
        der(CONTEXT_0, *attributes),
        fixed.algorithm,
        der(OCTETS, signature),
    )
    content = der(
        SEQUENCE, version, der(SET, SHA256), der(SEQUENCE, DATA), fixed.certificates, der(SET, signed)
    )
    return der(SEQUENCE, SIGNED_DATA, der(CONTEXT_0, content))
