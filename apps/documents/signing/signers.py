"""Who signs in the name of an agency: the interface, and its choice by a setting."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

TEST_AUTHORITY = "apps.documents.signing.test_authority.signer_for"


@dataclass(frozen=True, slots=True)
class Identity:
    """The agency in whose name is signed: its identification code, its name, its tax code (empty while not established)."""

    code: str
    name: str
    tax_code: str = ""


class Signer(Hashable, Protocol):
    """The certificate of an agency and whatever holds its key: a file, a token, a remote service.

    One signer serves one process and may keep a session open; it is asked by one thread at a time.
    """

    @property
    def certificate(self) -> bytes:
        """The agency's certificate, DER. Its key is RSA, or on the curve P-256."""

    @property
    def chain(self) -> Sequence[bytes]:
        """The certificates above it, DER, the issuer first; a root may be left out."""

    @property
    def is_test(self) -> bool:
        """Whether it is of a test authority: what it signs has no legal value, and says so."""

    def sign_digest(self, digest: bytes) -> bytes:
        """The signature of a SHA-256 digest: ECDSA as DER, or RSA by PKCS#1 v1.5.

        Raises any error when the key cannot be had now: the receipt stays due, and is tried again.
        """


class SignerUnset(Exception):
    """No signer is set, or one that may not be used here: receipts stay due until there is one."""

    kind = "signer_unset"


@lru_cache(maxsize=1024)
def signer_for(identity: Identity) -> Signer:
    """The signer of an agency, parsed once in a process. Raises SignerUnset, and what the signer itself raises."""
    path = settings.RECEIPT_SIGNER
    if not path:
        raise SignerUnset("RECEIPT_SIGNER is not set")
    if path == TEST_AUTHORITY and not settings.TEST_AUTHORITY_ALLOWED:
        raise SignerUnset("the test authority is not allowed here")
    found: Signer = import_string(path)(identity)
    return found


def refuse_unsafe_signer() -> None:
    """Raises ImproperlyConfigured where a test authority is set that nobody has allowed."""
    if settings.RECEIPT_SIGNER == TEST_AUTHORITY and not settings.TEST_AUTHORITY_ALLOWED:
        raise ImproperlyConfigured(
            "RECEIPT_SIGNER is the test authority: what it signs has no legal value. Set a token or a signing service "
            "(docs/operations.md), or TEST_AUTHORITY_ALLOWED=1."
        )


def fingerprint_of(certificate: bytes) -> bytes:
    """SHA-256 of a certificate in DER."""
    return hashlib.sha256(certificate).digest()


def certificate_of(signer: Signer) -> x509.Certificate:
    """The certificate of a signer, parsed."""
    return x509.load_der_x509_certificate(signer.certificate)


def trust_roots() -> list[bytes]:
    """The roots, DER, under which a signature may be one of ours: those of the setting, and the test authority's."""
    roots = []
    if settings.RECEIPT_TRUST_ROOTS:
        pem = Path(settings.RECEIPT_TRUST_ROOTS).read_bytes()
        roots += [_der(root) for root in x509.load_pem_x509_certificates(pem)]
    if settings.TEST_AUTHORITY_ALLOWED:
        from apps.documents.signing.test_authority import root_certificate

        roots.append(root_certificate())
    return roots


def _der(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)
