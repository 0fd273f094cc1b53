"""The page on which a receipt is verified by its file: what it says, what it does not tell, and that guessing is slowed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.documents.actions import read_file
from apps.receipts.models import Receipt
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt() -> Receipt:
    given.accepted_case(given.FOOD_SAFETY, by=given.citizen(full_name="Nguyễn Văn Kín"))
    given.carry_out(given.NOW, "render_receipt")
    return Receipt.objects.get()


def dropped(client, content: bytes, lookup: str = "", name: str = "bien-lai.pdf"):
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/r/file/", {"lookup": lookup, "file": SimpleUploadedFile(name, content)})
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    return answer


def test_the_file_as_it_was_issued_is_genuine_and_shows_what_may_be_compared(nobody, receipt):
    for stored in (receipt.paper.document.file, receipt.paper.document.data):
        for lookup in ("", receipt.lookup_code):
            answer = dropped(nobody, read_file(stored), lookup)
            page = answer.content.decode()
            assert answer.status_code == 200
            assert "Genuine and unchanged" in page
            assert "26TAA" in page
            assert "700.000" in page
            assert "It has no legal value." in page
            assert "Kín" not in page
            assert "no-store" in answer.headers["Cache-Control"]


def test_one_altered_byte_is_told(nobody, receipt):
    content = bytearray(read_file(receipt.paper.document.file))
    content[3_000] ^= 1
    page = dropped(nobody, bytes(content), receipt.lookup_code).content.decode()
    assert "The file was altered" in page
    assert "Does not hold" in page
    assert "Genuine" not in page


def test_a_bomb_is_refused_with_a_sentence(nobody, receipt):
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    answer = dropped(nobody, bomb, name="bien-lai.xml")
    assert answer.status_code == 422
    assert "The file holds what no receipt holds" in answer.content.decode()


def test_no_file_is_asked_for_again(nobody):
    answer = nobody.post("/r/file/", {})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert nobody.get("/r/file/").status_code == 405


def test_a_code_that_is_almost_right_shows_nothing(nobody, receipt):
    almost = receipt.lookup_code[:-1] + ("A" if receipt.lookup_code[-1] != "A" else "B")
    for address in (f"/r/{almost}", f"/r/{receipt.lookup_code[:-1]}", f"/r/{receipt.lookup_code}A"):
        answer = nobody.get(address)
        assert answer.status_code == 404
        assert "700.000" not in answer.content.decode()
    answer = dropped(nobody, read_file(receipt.paper.document.file), almost)
    assert answer.status_code == 422
    assert "700.000" not in answer.content.decode()


def test_dropping_files_that_are_not_ours_is_slowed_and_who_holds_a_receipt_is_not(nobody, receipt, settings):
    settings.GUESS_LIMIT = 2
    assert [dropped(nobody, given.a_pdf()).status_code for _ in range(4)] == [422, 422, 429, 429]
    assert dropped(nobody, read_file(receipt.paper.document.file)).status_code == 200


def test_a_receipt_that_is_being_signed_is_said_to_be(nobody):
    given.accepted_case(given.FOOD_SAFETY)
    receipt = Receipt.objects.get()
    page = nobody.get(f"/r/{receipt.lookup_code}").content.decode()
    assert "is being signed" in page
    assert "Compare what stands below" not in page
