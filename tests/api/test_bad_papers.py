"""Wrong papers and answers over HTTP: each named by its field, and nothing changes."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import given
from tests.api.calls import ROOT, Caller, at_counter, online, uploads
from tests.api.refusals import errors_of, nothing_changes, refused

pytestmark = pytest.mark.django_db


# Papers and answers


def test_a_missing_required_paper_is_refused_at_its_field():
    who, business = given.representative()
    paper = next(iter(uploads(given.FOOD_SAFETY, who)))
    with nothing_changes():
        answer = Caller(who).post("/applications", online(given.FOOD_SAFETY, business=business))
    found = (
        errors_of(answer)
        if answer.json()["data"].get("errors")
        else {(answer.json()["code"], answer.json()["field"])}
    )
    assert ("paper_missing", f"attachments.{paper}") in found


def test_a_file_of_somebody_else_is_refused():
    who, business = given.representative()
    files = uploads(given.FOOD_SAFETY, given.citizen())
    with nothing_changes():
        answer = Caller(who).post(
            "/applications", online(given.FOOD_SAFETY, business=business, attachments=files)
        )
    assert "attachment_unknown" in answer.content.decode()
    assert answer.status_code == 422


def test_the_same_file_given_twice_is_refused():
    who, business = given.representative()
    files = {code: [uuids[0], uuids[0]] for code, uuids in uploads(given.FOOD_SAFETY, who).items()}
    with nothing_changes():
        answer = Caller(who).post(
            "/applications", online(given.FOOD_SAFETY, business=business, attachments=files)
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "file_given_twice")


def test_the_same_original_ticked_twice_counts_once():
    clerk = Caller(given.receptionist(given.ward_committee()))
    body = at_counter()
    body["originals"] = body["originals"] * 2
    assert clerk.post("/applications", body).status_code == 201


def test_every_fault_of_a_filing_is_told_together():
    who = given.citizen()
    body = online(answers={"nonsense": 1})
    with nothing_changes():
        found = errors_of(Caller(who).post("/applications", body))
    assert ("answer_unknown", "answers.nonsense") in found
    assert any(code == "answer_missing" for code, _field in found)


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("trang.pdf", b"", 422, "file_empty"),
        ("trang.pdf", b"MZ\x90\x00" + b"\x00" * 200, 415, "file_kind_refused"),
        ("trang.pdf", b"%PDF-1.7 nothing more", 415, "file_kind_refused"),
        ("../../etc/passwd.png", b"GIF89a<script>alert(1)</script>", 415, "file_kind_refused"),
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, 415, "file_kind_refused"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(name, content, status, code):
    caller = Caller(given.citizen())
    with nothing_changes():
        answer = caller.client.post(f"{ROOT}/attachments", {"file": SimpleUploadedFile(name, content)})
        refused(answer, status, code, "file")


def test_an_archive_that_explodes_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 10_000_000)
    caller = Caller(given.citizen())
    with nothing_changes():
        answer = caller.client.post(
            f"{ROOT}/attachments", {"file": SimpleUploadedFile("a.pdf", out.getvalue())}
        )
        refused(answer, 415, "file_kind_refused", "file")


def test_a_file_too_large_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 1_048_576
    caller = Caller(given.citizen())
    content = given.a_pdf() + b"\n" * 1_048_576
    with nothing_changes():
        answer = caller.client.post(f"{ROOT}/attachments", {"file": SimpleUploadedFile("a.pdf", content)})
        refused(answer, 413, "file_too_large", "file")


def test_a_request_without_a_file_is_refused():
    caller = Caller(given.citizen())
    with nothing_changes():
        refused(caller.client.post(f"{ROOT}/attachments", {"x": "1"}), 422, "file_missing", "file")


def test_a_picture_is_kept_without_what_was_hidden_in_it():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    file = SimpleUploadedFile("../../anh.png", out.getvalue() + b"<script>alert(1)</script>")
    answer = Caller(given.citizen()).client.post(f"{ROOT}/attachments", {"file": file})
    assert answer.status_code == 201 and answer.json()["filename"] == "anh.png"
    assert answer.json()["size"] < len(out.getvalue()) + 25
