"""The page of checking: which paper, of which case and agency, whether it counts; nothing of any person."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from apps.accounts.choices import Role
from apps.applications.models import Attachment
from apps.cases.actions.correcting import correct_paper
from apps.cases.models import CaseDocument
from apps.cases.selectors import paper_file
from apps.documents.models import Document, StoredFile
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued():
    """A case with its form 01 made, and whose it is."""
    who = given.citizen(full_name="Nguyễn Văn Kín", address="Số 99 ngõ Kín", phone="0911222333")
    case = given.accepted_case(by=who)
    given.carry_out(given.NOW, "render_paper")
    return case, CaseDocument.objects.get(case=case).document, who


def page(answer) -> str:
    return answer.content.decode()


def test_it_tells_form_case_agency_time_hash_and_that_it_counts(nobody, issued) -> None:
    case, document, _who = issued
    said = page(nobody.get(f"/p/{document.check_code}"))
    for told in ("counts", "Form 01", case.code, case.current_agency.name, bytes(document.file.sha256).hex()):
        assert told in said
    for hidden in ("Kín", "0911222333", document.snapshot["tracking"]["secret"], "/papers/"):
        assert hidden not in said


@pytest.mark.parametrize("spelled", [str.lower, lambda code: " ".join((code[:4], code[4:8], code[8:]))])
def test_a_code_is_taken_however_it_is_spelled(nobody, issued, spelled) -> None:
    _case, document, _who = issued
    answer = nobody.get("/p/", {"code": spelled(document.check_code)})
    assert answer.status_code == 302
    assert nobody.get(answer["Location"]).status_code == 200


def test_one_that_was_corrected_says_since_when_and_the_new_one_counts(nobody, issued) -> None:
    case, document, _who = issued
    correct_paper(
        case.code,
        document=document.uuid,
        reason="Sai địa chỉ",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.after(given.NOW, days=2),
        request_key=given.key(),
    )
    old = page(nobody.get(f"/p/{document.check_code}"))
    assert "This paper was replaced" in old and "25 November 2026" in old
    new = Document.objects.latest("id")
    assert "counts" in page(nobody.get(f"/p/{new.check_code}"))


def test_a_file_is_compared_and_not_kept(nobody, issued) -> None:
    case, document, who = issued
    content = paper_file(case.code, document.uuid, seen_by=who).content
    before = (Attachment.objects.count(), StoredFile.objects.count())
    for held, said in ((content, "The same file"), (content + b"\n", "Not the same file")):
        file = SimpleUploadedFile("giay.pdf", held, "application/pdf")
        assert said in page(nobody.post(f"/p/{document.check_code}", {"file": file}))
    assert (Attachment.objects.count(), StoredFile.objects.count()) == before


def test_no_file_and_one_too_large_are_refused(nobody, issued) -> None:
    _case, document, _who = issued
    assert nobody.post(f"/p/{document.check_code}").status_code == 422
    with override_settings(ATTACHMENT_MAX_BYTES=4):
        file = SimpleUploadedFile("giay.pdf", b"%PDF-1.7", "application/pdf")
        assert nobody.post(f"/p/{document.check_code}", {"file": file}).status_code == 422


def test_a_code_that_was_never_given_is_not_found_and_guessing_is_slowed(nobody, settings) -> None:
    settings.GUESS_LIMIT = 3
    answers = [nobody.get(f"/p/{'A' * 11}{letter}").status_code for letter in "BCDEFG"]
    assert answers[0] == 404 and answers[-1] == 429
    assert nobody.get("/p/").status_code == 200


def test_the_api_tells_the_same(nobody, issued) -> None:
    case, document, _who = issued
    told = nobody.get(f"/api/v1/papers/{document.check_code}").json()
    assert told == {
        "check_code": document.check_code,
        "kind": "form_01",
        "case_code": case.code,
        "issued_by": case.current_agency.name,
        "issued_at": "2026-11-23T09:00:00+07:00",
        "sha256": bytes(document.file.sha256).hex(),
        "is_current": True,
        "replaced_at": None,
    }
    assert nobody.get("/api/v1/papers/AAAABBBBCCCC").json()["code"] == "check_code_unknown"
