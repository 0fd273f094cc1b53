"""A certification authority for development and tests: it certifies any agency, and says in every certificate what it is.

Keys and certificates lie in a folder, one file each. Whoever comes first makes a file, and everybody reads what is
there: a file appears whole, under its name, or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from apps.documents.signing.signers import Identity

NAME = "Cơ quan chứng thực THỬ NGHIỆM Một Cửa"
PLAINLY = "Chứng thư THỬ NGHIỆM, không có giá trị pháp lý"
Certify = Callable[[ec.EllipticCurvePrivateKey], x509.Certificate]
_DIGEST = utils.Prehashed(hashes.SHA256())
# Tests travel in time: a certificate of a test is never too young or too old.
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_COMMON_NAME_BYTES = 64


class TestSigner:
    """Signs with a key that lies in a file."""

    # pytest collects classes by their names.
    __test__ = False
    is_test = True

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: bytes, chain: Sequence[bytes]) -> None:
        self._key = key
        self.certificate = certificate
        self.chain = chain

    def sign_digest(self, digest: bytes) -> bytes:
        return self._key.sign(digest, ec.ECDSA(_DIGEST))


def signer_for(identity: Identity) -> TestSigner:
    """The agency's signer; its key and certificate are made when it signs for the first time."""
    folder = Path(settings.TEST_AUTHORITY_FOLDER)
    root_key, root = _root(folder)
    # A name that has changed is another certificate.
    name = hashlib.sha256(f"{identity.code}\n{identity.name}\n{identity.tax_code}".encode()).hexdigest()[:12]
    key, certificate = _kept(
        folder / f"{identity.code}-{name}.pem", lambda key: _agency_certificate(identity, key, root_key, root)
    )
    return TestSigner(key, certificate.public_bytes(Encoding.DER), [root.public_bytes(Encoding.DER)])


def root_certificate() -> bytes:
    """The authority's own certificate, DER."""
    _key, root = _root(Path(settings.TEST_AUTHORITY_FOLDER))
    return root.public_bytes(Encoding.DER)


@cache
def _root(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    return _kept(folder / "authority.pem", _root_certificate)


def _kept(path: Path, certify: Certify) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The key and the certificate in a file, made now if there is none."""
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _appear(path, pem + certify(key).public_bytes(Encoding.PEM))
    pem = path.read_bytes()
    kept = load_pem_private_key(pem, None)
    assert isinstance(kept, ec.EllipticCurvePrivateKey)
    return kept, x509.load_pem_x509_certificate(pem)


def _appear(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or not at all; one that another process made meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return


def _root_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name(NAME, PLAINLY)
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _agency_certificate(
    identity: Identity,
    key: ec.EllipticCurvePrivateKey,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
) -> x509.Certificate:
    shown = f"THỬ NGHIỆM - {identity.name}".encode()[:_COMMON_NAME_BYTES].decode(errors="ignore").strip()
    name = _name(shown, PLAINLY, organisation=identity.name, number=identity.tax_code or identity.code)
    return (
        _builder(name, root.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
    )


def _name(common: str, unit: str, *, organisation: str = "Một Cửa", number: str = "") -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        *([(NameOID.SERIAL_NUMBER, number)] if number else []),
        (NameOID.COMMON_NAME, common),
    ]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )
