"""A receipt's signatures: verified by programs that are not ours, over every byte, in the name of its collecting body."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from io import BytesIO

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader
from signxml.exceptions import InvalidSignature
from signxml.xades import XAdESVerifier

from apps.documents.receipt_data import DataUnsound, receipt_data, schema
from apps.documents.receipt_files import signed_files
from apps.documents.rendering import render_for_signing
from apps.documents.signing import Identity, SignerUnset, signer_for, signers, test_authority, trust_roots
from apps.documents.signing.pades import NoPlace, sign_pdf
from tests import databases
from tests.documents.reading import squeezed, text_of
from tests.documents.signed import BODY, SIGNED_AT, by_poppler, said, signed

DS = "{http://www.w3.org/2000/09/xmldsig#}"
OURS = "{urn:motcua:bien-lai:1}"


@pytest.fixture(scope="module")
def files():
    return signed()


def certificate():
    return x509.load_der_x509_certificate(signer_for(BODY).certificate)


def test_poppler_finds_one_valid_signature_over_the_whole_file_by_the_collecting_body(files, tmp_path):
    verdict = by_poppler(files.pdf, tmp_path)
    assert (verdict.signatures, verdict.is_valid, verdict.is_whole) == (1, True, True)
    assert verdict.kind == "ETSI.CAdES.detached"
    assert verdict.signer == "THỬ NGHIỆM - Ủy ban nhân dân phường Hàng Bạc"


@pytest.mark.parametrize("place", [9, 2_000, 20_000, -2_000, -30])
def test_one_altered_byte_is_told_by_poppler(files, tmp_path, place):
    altered = bytearray(files.pdf)
    altered[place] ^= 0x01
    assert not by_poppler(bytes(altered), tmp_path).is_valid


def test_the_pdf_is_archivable_tagged_and_carries_its_data(files):
    pdf = pypdf.PdfReader(BytesIO(files.pdf))
    root = pdf.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    assert 'pdfaid:conformance="A"' in metadata or "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    [intent] = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_data()
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]
    [attached] = root["/AF"]
    assert attached["/AFRelationship"] == "/Data"
    assert attached["/EF"]["/F"].get_object()["/Subtype"].endswith("xml")
    assert attached["/EF"]["/F"].get_object()["/Params"]["/ModDate"] == "D:20261123020700Z"
    assert pdf.attachments == {"bien-lai-26TAA-1.xml": [files.data]}
    [field] = root["/AcroForm"]["/Fields"]
    assert field["/FT"] == "/Sig"
    assert field["/F"] & 4


def test_the_paper_says_who_signed_and_when_and_that_it_was_a_test_authority(files):
    text = squeezed(text_of(files.pdf))
    assert squeezed("Ký bởi: Ủy ban nhân dân phường Hàng Bạc") in text
    assert squeezed("Ngày ký: 09:07 ngày 23/11/2026") in text
    assert squeezed("biên lai này không có giá trị pháp lý") in text
    assert files.snapshot["signature"] == {
        "signed_by": "Ủy ban nhân dân phường Hàng Bạc",
        "signed_at": "2026-11-23T09:07:00+07:00",
        "certificate": files.certificate.hex(),
        "is_test": True,
    }


def test_the_same_snapshot_and_data_give_the_same_bytes_before_they_are_signed(files):
    assert render_for_signing(files.snapshot, files.data) == render_for_signing(files.snapshot, files.data)


# Data


def test_the_data_says_all_that_the_law_asks_and_fits_its_schema(files):
    root = etree.fromstring(files.data)
    assert schema().validate(root), schema().error_log

    def of(path):
        return root.findtext("/".join(f"{OURS}{part}" for part in path.split("/")))

    general, content = "DLBLai/TTChung", "DLBLai/NDBLai"
    assert of(f"{general}/TBLai") == "Biên lai thu phí, lệ phí"
    assert [of(f"{general}/{name}") for name in ("KHMSBLai", "KHBLai", "SBLai")] == ["EBL01", "26TAA", "1"]
    assert of(f"{general}/NThu") == "2026-11-23T09:05:00+07:00"
    assert of(f"{general}/NLap") == "2026-11-23T09:06:00+07:00"
    assert of(f"{general}/NKy") == "2026-11-23T09:07:00+07:00"
    assert of(f"{general}/MTCuu") == "7KQ2M6XD4TRAUVWX"
    assert of(f"{content}/CQThu/Ten") == "Ủy ban nhân dân phường Hàng Bạc"
    assert of(f"{content}/CQThu/MST") == ""
    assert of(f"{content}/NNop/Ten") == "Nguyễn Thị Ánh Nguyệt"
    assert of(f"{content}/DSKThu/KThu/Loai") == "Phí"
    assert of(f"{content}/DSKThu/KThu/TTien") == of(f"{content}/TToan/TgTTTBSo") == "16000"
    assert of(f"{content}/TToan/TgTTTBChu") == "Mười sáu nghìn đồng"
    assert "001190012345" not in files.data.decode()


def test_a_replacement_names_the_wrong_receipt_and_the_acceptance_of_its_series():
    wrong = {
        "form": "EBL01",
        "series": "26TAA",
        "number": 7,
        "issued_at": "2026-11-20T09:00:00+07:00",
        "reason": "Sai số tiền",
    }
    acceptance = {"number": "12/TB-CT", "accepted_on": "2026-07-02"}
    root = etree.fromstring(signed(replaces=wrong, series_acceptance=acceptance).data)
    replaced = root.find(f".//{OURS}BLTThe")
    assert [each.text for each in replaced] == ["EBL01", "26TAA", "7", wrong["issued_at"], "Sai số tiền"]
    assert [each.text for each in root.find(f".//{OURS}TBCNhan")] == ["12/TB-CT", "2026-07-02"]


@pytest.mark.parametrize(
    "change",
    [{"form": "01BLP0-001"}, {"series": "26XAA"}, {"number": 0}, {"number": 100_000_000}, {"total": -1}],
    ids=str,
)
def test_what_is_no_receipt_of_the_law_is_not_signed(change):
    with pytest.raises(DataUnsound) as refusal:
        signed(**change)
    assert "Nguyệt" not in str(refusal.value)


def test_letters_that_xml_cannot_hold_do_not_stop_a_receipt():
    payer = {**said()["payer"], "name": "An\x0b & <b>\ud800 😀"}
    root = receipt_data({**said(payer=payer), "signature": {"signed_at": SIGNED_AT.isoformat()}})
    assert root.findtext(f".//{OURS}NNop/{OURS}Ten") == "An\ufffd & <b>\ufffd 😀"


def test_the_signature_of_the_data_is_verified_by_a_library_of_xades(files):
    results = XAdESVerifier().verify(etree.fromstring(files.data), x509_cert=certificate())
    assert results[0].signed_xml.tag == f"{OURS}BLai"
    altered = files.data.replace("Mười sáu".encode(), "Mười bảy".encode())
    assert altered != files.data
    with pytest.raises(InvalidSignature):
        XAdESVerifier().verify(etree.fromstring(altered), x509_cert=certificate())


def test_the_signature_of_the_data_is_verified_step_by_step_by_the_rules_of_the_standard(files):
    """Canonical XML 1.0, SHA-256 and ECDSA, with nothing of the library that signed."""
    root = etree.fromstring(files.data)
    signature = next(root.iter(f"{DS}Signature"))
    references = list(signature.iter(f"{DS}Reference"))
    assert [each.get("URI", "") == "" for each in references] == [True, False, False]
    for each in references[1:]:
        [node] = root.xpath("//*[@Id=$id]", id=each.get("URI")[1:])
        digest = hashlib.sha256(etree.tostring(node, method="c14n")).digest()
        assert base64.b64encode(digest).decode() == each.findtext(f"{DS}DigestValue")
    value = base64.b64decode(signature.findtext(f"{DS}SignatureValue"))
    signed_info = etree.tostring(signature.find(f"{DS}SignedInfo"), method="c14n")
    half = len(value) // 2
    der = utils.encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
    certificate().public_key().verify(der, signed_info, ec.ECDSA(hashes.SHA256()))
    signature.getparent().remove(signature)
    digest = hashlib.sha256(etree.tostring(root, method="c14n")).digest()
    assert base64.b64encode(digest).decode() == references[0].findtext(f"{DS}DigestValue")


# Signers


class RsaSigner:
    """A token with an RSA key and a chain above it."""

    is_test = False

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "UBND phường")])
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CA")])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(self.key.public_key())
            .serial_number(2**100)
            .not_valid_before(test_authority._FROM)
            .not_valid_after(test_authority._UNTIL)
            .sign(self.key, hashes.SHA256())
            .public_bytes(Encoding.DER)
        )
        self.chain = [signer_for(BODY).certificate]

    def sign_digest(self, digest):
        return self.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_a_key_of_another_kind_signs_as_well(tmp_path):
    signer = RsaSigner()
    files = signed(signer)
    verdict = by_poppler(files.pdf, tmp_path)
    assert (verdict.is_valid, verdict.is_whole, verdict.signer) == (True, True, "UBND phường")
    owner = x509.load_der_x509_certificate(signer.certificate)
    XAdESVerifier().verify(etree.fromstring(files.data), x509_cert=owner)
    assert files.snapshot["signature"]["is_test"] is False
    assert "thử nghiệm" not in text_of(files.pdf)


def test_the_certificate_that_signed_is_named_among_what_is_signed(files):
    signature = PdfFileReader(BytesIO(files.pdf)).embedded_signatures[0]
    attributes = {each["type"].native: each["values"] for each in signature.signer_info["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    [named] = attributes["signing_certificate_v2"][0]["certs"]
    assert named["cert_hash"].native == files.certificate


def test_a_token_that_is_away_gives_no_file():
    class Away(type(signer_for(BODY))):
        def sign_digest(self, digest):
            raise ConnectionError("no token")

    away = Away(None, signer_for(BODY).certificate, [])
    with pytest.raises(ConnectionError):
        signed_files(said(), away, at=SIGNED_AT)


@pytest.mark.parametrize("prepared", [b"%PDF-1.7 nothing", b""])
def test_a_pdf_without_an_open_place_is_not_signed(prepared, files):
    for pdf in (prepared, files.pdf):
        with pytest.raises(NoPlace):
            sign_pdf(pdf, signer_for(BODY))


def test_without_a_signer_and_with_a_test_authority_that_is_not_allowed_nothing_is_signed(settings):
    signers.signer_for.cache_clear()
    settings.RECEIPT_SIGNER = ""
    with pytest.raises(SignerUnset):
        signer_for(BODY)
    settings.RECEIPT_SIGNER = signers.TEST_AUTHORITY
    settings.TEST_AUTHORITY_ALLOWED = False
    with pytest.raises(SignerUnset):
        signer_for(BODY)
    assert trust_roots() == []


def test_the_program_does_not_start_with_a_test_authority_that_is_not_allowed(settings):
    settings.TEST_AUTHORITY_ALLOWED = False
    with pytest.raises(ImproperlyConfigured, match="test authority"):
        signers.refuse_unsafe_signer()
    settings.RECEIPT_SIGNER = ""
    signers.refuse_unsafe_signer()


def test_certificates_say_plainly_what_they_are():
    for each in (certificate(), x509.load_der_x509_certificate(test_authority.root_certificate())):
        [unit] = each.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
        assert unit.value == "Chứng thư THỬ NGHIỆM, không có giá trị pháp lý"
        assert "THỬ NGHIỆM" in each.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value


FIRST_COMER = """
import sys, django
django.setup()
from apps.documents.signing import Identity, signer_for
sys.stdin.readline()
print(signer_for(Identity("H26.9", "Sở Nông nghiệp và Phát triển nông thôn Hà Nội")).certificate.hex())
"""


def test_processes_that_start_at_once_sign_with_one_certificate(tmp_path):
    env = {
        **os.environ,
        "TEST_AUTHORITY_FOLDER": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_COMER],
            cwd=databases.ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for each in started:
        each.stdin.write("now\n")
        each.stdin.flush()
    certificates = {each.communicate(timeout=60)[0] for each in started}
    assert len(certificates) == 1
    assert len(certificates.pop()) > 500
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pem", ".pem"]


def test_an_agency_that_changes_its_name_has_another_certificate():
    other = signer_for(Identity(BODY.code, "Ủy ban nhân dân phường khác"))
    assert other.certificate != signer_for(BODY).certificate
    assert signed(other).certificate != signed().certificate
