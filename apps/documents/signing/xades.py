"""XAdES (baseline B-B), enveloped: the signature of structured data, over the whole of it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from lxml.etree import SubElement, _Element
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.util import SigningSettings, namespaces
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from apps.documents.signing.signers import Signer

DS = namespaces.ds


def place_for_signature(parent: _Element) -> None:
    """Marks where in the data its signature will stand."""
    SubElement(parent, f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS})


def sign_xml(root: _Element, signer: Signer, *, at: datetime, what: str = "Biên lai điện tử") -> bytes:
    """The data with its signature where the place was marked; it covers everything else in the file, `what` it is besides."""
    key: Any = _key(signer)
    xades = _Xades(at, key.method, what)
    signed = xades.sign(root, key=key, cert=key.certificates, always_add_key_value=False)
    content: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return content


class _Xades(XAdESSigner):
    """signxml's signer, with the time of signing told to it."""

    def __init__(self, at: datetime, method: SignatureMethod, what: str) -> None:
        super().__init__(
            signature_algorithm=method,
            c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
            data_object_format=XAdESDataObjectFormat(what, "text/xml"),
        )
        self._at = at

    def add_signing_time(
        self, signed_signature_properties: _Element, sig_root: _Element, signing_settings: SigningSettings
    ) -> None:
        tag = f"{{{namespaces.xades}}}SigningTime"
        time = SubElement(signed_signature_properties, tag, nsmap=self.namespaces)
        time.text = self._at.isoformat(timespec="seconds")


class _Key:
    """What signxml asks of a private key, answered by a signer."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.certificates = [
            x509.load_der_x509_certificate(each)
            for each in (signer.certificate, *signer.chain)
            if each == signer.certificate or not _is_root(each)
        ]
        public: Any = self.certificates[0].public_key()
        self.key_size = public.key_size
        is_curve = isinstance(public, ec.EllipticCurvePublicKey)
        self.method = SignatureMethod.ECDSA_SHA256 if is_curve else SignatureMethod.RSA_SHA256

    def sign(self, data: bytes, *_: Any, **__: Any) -> bytes:
        return self._signer.sign_digest(hashlib.sha256(data).digest())


def _is_root(certificate: bytes) -> bool:
    parsed = x509.load_der_x509_certificate(certificate)
    return parsed.subject == parsed.issuer


@lru_cache(maxsize=1024)
def _key(signer: Signer) -> _Key:
    return _Key(signer)
