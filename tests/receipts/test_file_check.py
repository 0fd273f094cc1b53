"""What is said of a file that somebody takes for a receipt: genuine, altered, another, or none of ours."""

from __future__ import annotations

import io
import random

import pytest
from pypdf import PdfWriter

from apps.cases import tasks
from apps.core.models import OutboxRow
from apps.documents.actions import read_file
from apps.documents.signing import signer_for
from apps.documents.signing.examining import examine
from apps.documents.signing.signers import trust_roots
from apps.receipts import file_check
from apps.receipts.choices import FileVerdict
from apps.receipts.errors import FileNotOurs, FileUnread
from apps.receipts.file_check import check_file
from apps.receipts.models import Receipt
from apps.receipts.selectors import receipt_by_lookup
from tests import given
from tests.documents.signed import BODY, signed
from tests.documents.test_signatures import RsaSigner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _examined_here(monkeypatch):
    """Without a process for each file: that is proven elsewhere."""
    monkeypatch.setattr(file_check, "finding_of", lambda content: examine(content, trust_roots()))


def a_receipt() -> Receipt:
    given.paid(given.taken_at_counter())
    row = OutboxRow.objects.filter(task__endswith="render_receipt").latest("pk")
    tasks.render_receipt(row.pk)
    return receipt_by_lookup(Receipt.objects.latest("pk").lookup_code)


def files_of(receipt: Receipt) -> tuple[bytes, bytes]:
    return read_file(receipt.paper.document.file), read_file(receipt.paper.document.data)


def test_both_files_as_they_were_issued_are_genuine_with_and_without_the_code():
    receipt = a_receipt()
    for content in files_of(receipt):
        for asked in (None, receipt):
            told = check_file(content, of=asked)
            assert (told.verdict, told.receipt) == (FileVerdict.GENUINE, receipt)
            assert (told.is_intact, told.is_trusted) == (True, True)
            assert told.signed_by == receipt.series.collecting_body.name


def test_one_altered_byte_anywhere_is_told_where_the_receipt_is_known():
    receipt = a_receipt()
    for content in files_of(receipt):
        for place in [0, len(content) - 1, *random.Random(9).sample(range(len(content)), 25)]:
            altered = bytearray(content)
            altered[place] ^= 0x04
            assert check_file(bytes(altered), of=receipt).verdict == FileVerdict.ALTERED, place


def test_one_altered_byte_anywhere_is_never_genuine_where_it_is_not():
    receipt = a_receipt()
    for content in files_of(receipt):
        for place in random.Random(8).sample(range(len(content)), 25):
            altered = bytearray(content)
            altered[place] ^= 0x04
            try:
                assert check_file(bytes(altered)).verdict == FileVerdict.ALTERED, place
            except (FileNotOurs, FileUnread):
                continue


def test_what_was_added_after_signing_is_an_alteration():
    receipt = a_receipt()
    pdf, _data = files_of(receipt)
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Title": "900.000 đ"})
    out = io.BytesIO()
    writer.write(out)
    for asked in (None, receipt):
        assert check_file(out.getvalue(), of=asked).verdict == FileVerdict.ALTERED


def test_the_same_data_spelled_otherwise_is_signed_by_us_and_not_what_was_issued():
    receipt = a_receipt()
    _pdf, data = files_of(receipt)
    told = check_file(data + b"\n")
    assert (told.verdict, told.receipt, told.is_intact) == (FileVerdict.OTHER_BYTES, receipt, True)


def test_another_receipt_of_ours_is_not_the_one_with_this_code():
    first, second = a_receipt(), a_receipt()
    for content in files_of(second):
        assert check_file(content, of=first).verdict == FileVerdict.OF_ANOTHER


def test_a_receipt_of_a_code_that_we_did_not_give_is_not_ours_though_our_authority_certified_it():
    forged = signed(signer_for(BODY))
    for content in (forged.pdf, forged.data):
        with pytest.raises(FileNotOurs):
            check_file(content)


def test_a_forgery_with_a_code_of_ours_is_not_ours():
    receipt = a_receipt()
    check = {"url": "https://motcua.example/r/x", "code": receipt.lookup_code}
    forged = signed(RsaSigner(), check=check)
    for content in (forged.pdf, forged.data):
        for asked in (None, receipt):
            with pytest.raises(FileNotOurs):
                check_file(content, of=asked)


def test_a_paper_that_carries_no_signature_is_not_ours():
    receipt = a_receipt()
    for asked in (None, receipt):
        with pytest.raises(FileNotOurs):
            check_file(given.a_pdf(), of=asked)


def test_nothing_is_genuine_while_the_receipt_is_not_signed():
    given.paid(given.taken_at_counter())
    receipt = Receipt.objects.get()
    check = {"url": "https://motcua.example/r/x", "code": receipt.lookup_code}
    for asked in (None, receipt):
        with pytest.raises(FileNotOurs):
            check_file(signed(check=check).pdf, of=asked)


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"%PDF-1.7\n", b"<x", b"<!DOCTYPE x><x/>"])
def test_what_cannot_be_read_is_refused_with_a_sentence(content):
    receipt = a_receipt()
    for asked in (None, receipt):
        with pytest.raises(FileUnread) as refusal:
            check_file(content, of=asked)
        assert refusal.value.message.endswith(".")
