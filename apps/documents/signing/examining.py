"""Reads a file that anybody may have sent, in a process of its own: what it does to memory and time ends with that.

`python -m apps.documents.signing.examining` takes the roots and the file on its standard input and tells its finding.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from apps.documents.signing.findings import (
    ENCRYPTED,
    FORBIDDEN,
    MOST_BYTES,
    OTHER_KIND,
    TOO_LARGE,
    UNREADABLE,
    Finding,
)

MEMORY = 512 * 1024 * 1024
SECONDS = 8
_MOST_OBJECTS = 5_000
_MOST_DATA = 256 * 1024
_NAMESPACE = "urn:motcua:bien-lai:1"
_LOOKUP_CODE = f"{{{_NAMESPACE}}}DLBLai/{{{_NAMESPACE}}}TTChung/{{{_NAMESPACE}}}MTCuu"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_SIGNING_TIME = ".//{http://uri.etsi.org/01903/v1.3.2#}SigningTime"


def examine(content: bytes, roots: Sequence[bytes]) -> Finding:
    """The finding of a file. Whatever a parser makes of bytes that harm it is a file that cannot be read."""
    if len(content) > MOST_BYTES:
        return Finding(fault=TOO_LARGE)
    try:
        if content.startswith(b"%PDF-"):
            return _pdf(content, roots)
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return _xml(content, roots)
    except Exception:
        return Finding(fault=UNREADABLE)
    return Finding(fault=OTHER_KIND)


def _pdf(content: bytes, roots: Sequence[bytes]) -> Finding:
    from pyhanko.pdf_utils.reader import PdfFileReader

    if len(re.findall(rb"\d\s+obj\b", content)) > _MOST_OBJECTS:
        return Finding(fault=FORBIDDEN)
    reader = PdfFileReader(io.BytesIO(content))
    if reader.encrypted:
        return Finding(fault=ENCRYPTED)
    found = Finding(lookup_code=_code_inside(reader))
    signatures = reader.embedded_signatures
    if not signatures:
        return found
    found = replace(found, is_signed=True)
    try:
        return _signed_pdf(signatures[0], found, roots)
    except Exception:
        # A signature that cannot be read does not hold.
        return found


def _signed_pdf(signature: Any, found: Finding, roots: Sequence[bytes]) -> Finding:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    at = signature.self_reported_timestamp
    certificate = signature.signer_cert
    status = validate_pdf_signature(
        signature,
        signer_validation_context=_context(roots, at, signature.other_embedded_certs),
        key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature"}),
        skip_diff=True,
    )
    return replace(
        found,
        is_intact=bool(status.intact and status.valid),
        is_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        is_trusted=bool(status.trusted),
        certificate=certificate.sha256.hex(),
        signed_by=_organisation(certificate),
        signed_at=at.isoformat() if at else "",
    )


def _code_inside(reader: Any) -> str:
    """The look-up code in the data that a receipt carries inside it; empty where there is none."""
    try:
        [_name, first, *_] = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        data = first.get_object()["/EF"]["/F"].data
        if len(data) > _MOST_DATA or not _is_plain(data):
            return ""
        return _code(_parsed(data))
    except Exception:
        return ""


def _xml(content: bytes, roots: Sequence[bytes]) -> Finding:
    from asn1crypto import x509

    if len(content) > _MOST_DATA or not _is_plain(content):
        return Finding(fault=FORBIDDEN)
    root = _parsed(content)
    if root.tag != f"{{{_NAMESPACE}}}BLai":
        return Finding(fault=OTHER_KIND)
    found = Finding(lookup_code=_code(root))
    encoded = [each.text or "" for each in root.iter(f"{_DS}X509Certificate")]
    if not encoded:
        return found
    found = replace(found, is_signed=True)
    try:
        first, *others = (x509.Certificate.load(base64.b64decode(each)) for each in encoded)
        return _signed_xml(root, first, others, found, roots)
    except Exception:
        return found


def _signed_xml(
    root: Any, certificate: Any, others: Sequence[Any], found: Finding, roots: Sequence[bytes]
) -> Finding:
    from cryptography.x509 import load_der_x509_certificate
    from signxml.exceptions import InvalidSignature
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

    found = replace(found, certificate=certificate.sha256.hex(), signed_by=_organisation(certificate))
    try:
        data, properties, *_ = XAdESVerifier().verify(
            root,
            x509_cert=load_der_x509_certificate(certificate.dump()),
            expect_config=XAdESSignatureConfiguration(location=f".//{{{_NAMESPACE}}}CQThu/"),
        )
    except InvalidSignature:
        return replace(found, is_trusted=_leads_to(certificate, others, roots, None))
    assert data.signed_xml is not None and data.signed_xml.tag == root.tag
    assert properties.signed_xml is not None
    signed_at = properties.signed_xml.findtext(_SIGNING_TIME)
    return replace(
        found,
        is_intact=True,
        is_whole=True,
        is_trusted=_leads_to(certificate, others, roots, datetime.fromisoformat(signed_at)),
        signed_at=signed_at,
        # What is signed, and not what only stands in the file.
        lookup_code=_code(data.signed_xml),
    )


def _is_plain(content: bytes) -> bool:
    """UTF-8 without any definition of types or entities: nothing that a parser would follow or blow up."""
    content.decode("utf-8")
    return b"\0" not in content and b"<!DOCTYPE" not in content and b"<!ENTITY" not in content


def _parsed(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _code(root: Any) -> str:
    return (root.findtext(_LOOKUP_CODE) or "")[:40]


def _organisation(certificate: Any) -> str:
    said = certificate.subject.native
    return str(said.get("organization_name") or said.get("common_name") or "")


def _context(roots: Sequence[bytes], at: datetime | None, others: Sequence[Any]) -> Any:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[x509.Certificate.load(each) for each in roots],
        other_certs=list(others),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _leads_to(certificate: Any, others: Sequence[Any], roots: Sequence[bytes], at: datetime | None) -> bool:
    from pyhanko_certvalidator import CertificateValidator

    validator: Any = CertificateValidator(certificate, others, validation_context=_context(roots, at, others))
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
    except Exception:
        return False
    return True


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    roots = [base64.b64decode(each) for each in json.loads(sys.stdin.buffer.readline())]
    try:
        found = examine(sys.stdin.buffer.read(), roots)
    except MemoryError:
        found = Finding(fault=UNREADABLE)
    sys.stdout.write(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
