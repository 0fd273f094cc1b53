"""Bad input over HTTP: each gets a code, a sentence in the reader's language, its field, and changes nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.accounts.choices import Role
from apps.applications.models import Application, Attachment
from apps.businesses.models import Business
from apps.cases.models import Case, CaseEvent
from apps.citizens.models import Citizen
from apps.core.models import OutboxRow, RequestKey
from apps.procedures.models import Procedure, ProcedureVersion
from apps.receipts.models import Payment, Receipt
from apps.units.models import AdministrativeUnit
from tests import given
from tests.api.calls import ROOT, Caller, at_counter, online, uploads
from tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db

COUNTED = (
    Application,
    Attachment,
    Business,
    Case,
    CaseEvent,
    Citizen,
    OutboxRow,
    RequestKey,
    Payment,
    Receipt,
)


def standing() -> list[Any]:
    counts: list[Any] = [model.objects.count() for model in COUNTED]
    return [
        *counts,
        *Case.objects.order_by("id").values_list("code", "status", "last_sequence", "handler_id"),
    ]


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = standing()
    yield
    assert standing() == before


def refused(answer: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The one shape of a refusal, its code and its field."""
    body = answer.json()
    assert (answer.status_code, body["code"], body["field"]) == (status, code, field), body
    assert set(body) == {"code", "message", "field", "data"}
    assert body["message"] and body["message"][0].isupper()
    return body


def errors_of(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return {(error["code"], error["field"]) for error in answer.json()["data"]["errors"]}


# Ids


@pytest.mark.parametrize("code", ["x", "H26", "H26.001.00001-261124", "1;drop", "%00", "Ⅷ" * 30])
def test_a_malformed_case_code_is_not_found_and_says_what_one_looks_like(code):
    caller = Caller(given.citizen())
    with nothing_changes():
        answers = caller.get(f"/cases/{code}"), caller.post(f"/cases/{code}/accept-intake")
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} <= {"case_code_malformed", "not_found"}


def test_an_unknown_case_code_is_not_found():
    who = given.citizen()
    with nothing_changes():
        refused(Caller(who).get("/cases/H26.001.00001-261124-0001"), 404, "case_unknown", "code")
        refused(
            Caller(who).post("/cases/H26.001.00001-261124-0001/accept-intake"), 404, "case_unknown", "code"
        )


@pytest.mark.parametrize("number", ["12345", "abcdefghijkl", "101185000001"])
def test_a_malformed_personal_id_is_refused_at_its_field(number):
    clerk = Caller(given.receptionist(given.ward_committee()))
    body = at_counter()
    body["filer"]["identity_number"] = number
    with nothing_changes():
        refused(clerk.post("/applications", body), 422, "personal_id_malformed", "filer.identity_number")


@pytest.mark.parametrize("kind", ["personal_id", "passport", "other"])
def test_a_paper_without_its_number_is_refused_at_its_field(kind):
    clerk = Caller(given.receptionist(given.ward_committee()))
    body = at_counter()
    body["filer"] |= {"identity_kind": kind, "identity_number": ""}
    with nothing_changes():
        refused(clerk.post("/applications", body), 422, "identity_number_missing", "filer.identity_number")


@pytest.mark.parametrize(
    ("country", "code"), [("", "identity_country_missing"), ("XX", "identity_country_unknown")]
)
def test_a_passport_without_a_country_that_there_is_is_refused_at_its_field(country, code):
    clerk, citizen = Caller(given.receptionist(given.ward_committee())), Caller(given.citizen())
    passport = {"identity_kind": "passport", "identity_number": "B1", "identity_country": country}
    body = at_counter()
    body["filer"] |= passport
    with nothing_changes():
        refused(clerk.post("/applications", body), 422, code, "filer.identity_country")
        online_body = online(applicant={"name": "Anne Moreau", **passport}, authority="Vợ")
        answer = citizen.post("/applications", online_body)
        refused(answer, 422, code, "applicant.identity_country")


def test_one_passport_is_one_citizen_over_the_api_and_another_country_another():
    clerk = Caller(given.receptionist(given.ward_committee()))
    for country in ("FR", "fr", "BE"):
        body = at_counter()
        body["filer"] |= {
            "name": "Anne Moreau",
            "identity_kind": "passport",
            "identity_number": "C4F8K21X",
            "identity_country": country,
        }
        assert clerk.post("/applications", body).status_code == 201
    found = Citizen.objects.order_by("id").values_list("identity_country", flat=True)
    assert list(found) == ["FR", "BE"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"has_consent": False}, "consent_missing", "has_consent"),
        (
            {"applicant": {"name": "Lê Minh An", "identity_kind": "none"}, "authority": ""},
            "authority_missing",
            "authority",
        ),
        ({"applicant": {"name": "An"}}, "identity_number_missing", "applicant.identity_number"),
        ({"payer": {}}, "payer_unknown", "payer"),
        (
            {"payer": {"organisation": {"name": "An", "number": "0100233489"}}},
            "tax_code_check_digit_wrong",
            "payer.number",
        ),
    ],
)
def test_who_is_on_an_application_is_refused_at_its_field(changes, code, field):
    clerk = Caller(given.receptionist(given.ward_committee()))
    with nothing_changes():
        refused(clerk.post("/applications", {**at_counter(), **changes}), 422, code, field)


def test_the_answer_to_a_filing_tells_of_a_case_that_it_may_repeat():
    clerk = Caller(given.receptionist(given.ward_committee()))
    first = clerk.post("/applications", at_counter()).json()
    assert first["still_open"] == []
    second = clerk.post("/applications", at_counter()).json()
    assert (second["still_open"], second["is_still_open_elsewhere"]) == ([first["code"]], False)
    stranger = Caller(given.receptionist(given.ward_committee("Phường Hàng Bạc")))
    third = stranger.post("/applications", at_counter()).json()
    assert (third["still_open"], third["is_still_open_elsewhere"]) == ([], True)


def test_a_personal_id_known_under_another_name_is_refused():
    clerk = Caller(given.receptionist(given.ward_committee()))
    CitizenFactory(full_name="Trần Thị Bưởi", identity_number="001185000001")
    body = at_counter()
    body["filer"]["name"] = "Lê Văn Khác"
    with nothing_changes():
        refused(clerk.post("/applications", body), 409, "identity_paper_taken", "filer.identity_number")


@pytest.mark.parametrize("field", ["connecting_unit", "filer.residence", "organisation.seat"])
def test_a_place_that_does_not_exist_is_refused_at_its_field(field):
    clerk = Caller(given.receptionist(given.ward_committee()))
    body = at_counter(organisation={"name": "Công ty Sông Hồng", "number": "0100233488"})
    part, _dot, name = field.rpartition(".")
    (body[part] if part else body)[name] = 987_654_321
    with nothing_changes():
        refused(clerk.post("/applications", body), 422, "unit_unknown", field)


def test_a_desk_that_does_not_exist_is_refused():
    who = given.citizen()
    with nothing_changes():
        refused(
            Caller(who).post("/applications", online(receiving_agency=987_654_321)),
            422,
            "desk_unknown",
            "receiving_agency",
        )


def test_a_business_of_somebody_else_is_refused():
    _theirs, business = given.representative()
    who = given.citizen()
    with nothing_changes():
        refused(
            Caller(who).post("/applications", online(business=business)), 422, "applicant_unknown", "business"
        )


def test_an_agency_or_a_handler_that_does_not_exist_is_refused():
    case = given.accepted_case()
    head = Caller(given.staff(case.current_agency, Role.HEAD))
    with nothing_changes():
        answer = head.post(
            f"/cases/{case.code}/hand-over-case", {"to_agency": 987_654_321, "reason": "Nhầm cơ quan"}
        )
        refused(answer, 422, "agency_unknown", "to_agency")
        answer = head.post(f"/cases/{case.code}/assign-handler", {"handler": 987_654_321})
        refused(answer, 422, "not_a_handler", "handler")


@pytest.mark.parametrize("path", ["/units/987654321", "/procedures/9.999999", "/receipts/AAAAAAAAAAAAAAAA"])
def test_what_does_not_exist_is_not_found(path):
    assert Caller().get(path).status_code == 404


# Tax codes


@pytest.mark.parametrize(
    ("number", "code"),
    [("0100233489", "tax_code_check_digit_wrong"), ("01002", "tax_code_malformed")],
)
def test_a_wrong_tax_code_is_refused_at_its_field(number, code):
    clerk = Caller(given.receptionist(given.ward_committee()))
    body = at_counter(organisation={"name": "Công ty Sông Hồng", "number": number})
    with nothing_changes():
        refused(clerk.post("/applications", body), 422, code, "organisation.number")


# Places and procedures that are no longer, or not yet


def test_a_ward_that_ended_is_refused_and_named():
    ward = given.ward()
    ended = AdministrativeUnit.objects.create(
        code="09999",
        name="Phường Cũ",
        name_en="Old Ward",
        level="ward",
        kind="phường",
        parent=ward.parent,
        valid_to=given.NOW.date() - timedelta(days=30),
    )
    who = given.citizen()
    with nothing_changes():
        body = refused(
            Caller(who).post("/applications", online(connecting_unit=ended.pk)),
            422,
            "unit_ended",
            "connecting_unit",
        )
    assert "Old Ward" in body["message"]


def test_a_procedure_not_in_force_is_refused():
    of = Procedure.objects.get(code=given.CIVIL_EXTRACT)
    Procedure.objects.filter(pk=of.pk).update(code="2.009635")
    ProcedureVersion.objects.filter(procedure=of).update(in_force_from=date(2027, 1, 1))
    who = given.citizen()
    with nothing_changes():
        body = {"procedure": "2.009635", "answers": {}}
        refused(Caller(who).post("/applications", body), 422, "procedure_not_in_force", "procedure")
    refused(Caller().get("/procedures/2.009635"), 422, "procedure_not_in_force", "procedure")


def test_an_unknown_procedure_is_refused():
    who = given.citizen()
    with nothing_changes():
        refused(
            Caller(who).post("/applications", {"procedure": "9.999999", "answers": {}}),
            404,
            "procedure_unknown",
            "procedure",
        )


def test_a_closed_procedure_is_refused_with_its_reason():
    closed = next(
        row for row in Caller().get("/procedures", limit=100).json()["results"] if not row["is_open"]
    )
    told = Caller().get(f"/procedures/{closed['code']}").json()
    assert told["is_open"] is False and told["closed_reason"]
    who = given.citizen()
    with nothing_changes():
        answer = Caller(who).post("/applications", {"procedure": closed["code"], "answers": {}})
        assert answer.status_code == 422
        assert answer.json()["code"] in {"procedure_closed", "limit_not_established"}


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


# Verbs


def test_a_verb_not_open_in_this_status_tells_who_did_what():
    case = given.accepted_case()
    clerk = given.receptionist(case.current_agency)
    with nothing_changes():
        body = refused(Caller(clerk).post(f"/cases/{case.code}/accept-intake"), 409, "verb_not_open")
    assert body["data"]["last_act"] == "Accepted" and body["data"]["last_by"]


def test_a_verb_on_a_case_one_may_not_know_is_not_found():
    case = given.case_at_intake()
    stranger, elsewhere = given.citizen(), given.receptionist(given.ward_committee("Phường Trúc Bạch"))
    for actor in (stranger, elsewhere):
        with nothing_changes():
            refused(Caller(actor).post(f"/cases/{case.code}/accept-intake"), 404, "case_unknown", "code")
            refused(Caller(actor).get(f"/cases/{case.code}"), 404, "case_unknown", "code")


def test_a_verb_of_another_post_is_refused():
    case = given.case_at_intake()
    handler = given.staff(case.current_agency, Role.HANDLER)
    with nothing_changes():
        refused(Caller(handler).post(f"/cases/{case.code}/accept-intake"), 403, "not_your_post")


def test_nobody_is_asked_to_sign_in():
    case = given.case_at_intake()
    with nothing_changes():
        for answer in (
            Caller().get(f"/cases/{case.code}"),
            Caller().post(f"/cases/{case.code}/accept-intake"),
            Caller().post("/applications", online()),
            Caller().get("/inbox"),
        ):
            refused(answer, 401, "not_signed_in")
            assert answer["WWW-Authenticate"] == "Session"


def test_a_write_without_the_csrf_token_is_refused():
    case = given.case_at_intake()
    clerk = Caller(given.receptionist(case.current_agency))
    clerk.client.handler.enforce_csrf_checks = True
    with nothing_changes():
        refused(clerk.post(f"/cases/{case.code}/accept-intake"), 403, "csrf_failed")


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("decline-intake", {"reason": "because", "text": "x"}, "reason"),
        ("decline-intake", {"reason": "papers_missing"}, "text"),
        ("decline-intake", {"reason": "papers_missing", "text": "  "}, "text"),
        ("request-supplement", {"items": [], "omission": "applicant"}, "items"),
        ("request-supplement", {"items": [{"item": "x"}], "omission": "applicant"}, "items.0.reason"),
        ("record-payment", {"amount": -1, "method": "cash"}, "amount"),
        ("record-payment", {"amount": 0, "method": "cash"}, "amount"),
        ("record-payment", {"amount": 8000.5, "method": "cash"}, "amount"),
        ("record-payment", {"amount": "8.000,5", "method": "cash"}, "amount"),
        ("record-payment", {"amount": True, "method": "cash"}, "amount"),
        ("record-payment", {"amount": 10**30, "method": "cash"}, "amount"),
        ("record-payment", {"amount": None, "method": "cash"}, "amount"),
        ("record-payment", {"amount": 8000, "method": "gold"}, "method"),
        ("record-payment", {"amount": 8000, "method": "cash", "reference": "9" * 81}, "reference"),
        ("record-payment", {"amount": 8000, "method": "cash", "reference": "a\x00b"}, "reference"),
    ],
)
def test_a_body_that_the_verb_cannot_use_is_refused_at_its_field(verb, body, field):
    case = given.case_at_intake()
    clerk = Caller(given.staff(case.current_agency, Role.RECEPTIONIST, Role.CASHIER))
    with nothing_changes():
        answer = clerk.post(f"/cases/{case.code}/{verb}", body)
        assert answer.status_code == 422, answer.content
        assert answer.json()["field"] == field, answer.content


def test_a_wrong_amount_is_refused_and_told_what_is_due():
    case = given.taken_at_counter()
    cashier = Caller(given.staff(case.current_agency, Role.CASHIER))
    with nothing_changes():
        answer = cashier.post(f"/cases/{case.code}/record-payment", {"amount": 1, "method": "cash"})
        body = refused(answer, 422, "amount_not_due", "amount")
    assert body["data"]["due"] == "8.000"


# Requests that come again


def test_a_repeated_filing_gets_the_same_case_and_has_no_second_effect():
    caller, key, body = Caller(given.citizen()), given.key(), online()
    first = caller.post("/applications", body, key=key)
    with nothing_changes():
        again = caller.post("/applications", body, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replay"] == "true" and "Idempotent-Replay" not in first
    assert again.json()["code"] == first.json()["code"]
    assert again.json()["tracking_secret"] == first.json()["tracking_secret"]


def test_a_repeated_verb_answers_with_the_case_as_it_stands_now():
    case = given.paid(given.case_at_intake())
    clerk, key = Caller(given.receptionist(case.current_agency)), given.key()
    assert clerk.post(f"/cases/{case.code}/accept-intake", key=key).status_code == 200
    given.handler_of(given.fresh(case))
    with nothing_changes():
        again = clerk.post(f"/cases/{case.code}/accept-intake", key=key)
    assert again.status_code == 200 and again["Idempotent-Replay"] == "true"
    assert again.json()["case"]["handler"] is not None


def test_the_same_key_with_another_body_is_refused():
    caller, key = Caller(given.citizen()), given.key()
    assert caller.post("/applications", online(), key=key).status_code == 201
    for other in (online(contact_phone="0900000000"), {"procedure": "9.999999", "answers": {}}):
        with nothing_changes():
            refused(caller.post("/applications", other, key=key), 409, "request_key_reused")


@pytest.mark.parametrize("key", ["short", "with space in it", "x" * 81])
def test_a_missing_or_malformed_key_is_refused(key):
    caller = Caller(given.citizen())
    with nothing_changes():
        refused(
            caller.post("/applications", online(), key=key), 400, "request_key_missing", "Idempotency-Key"
        )


# Bodies


@pytest.mark.parametrize("content", [b"{", b"not json", b"\xff\xfe", b'{"a": 1e}', b'"\\ud800"', b"[" * 5000])
def test_a_body_that_is_not_json_is_refused(content):
    caller = Caller(given.citizen())
    with nothing_changes():
        refused(caller.send("/applications", content), 400, "not_json")


@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'"x"'])
def test_a_body_that_is_no_object_is_refused(content):
    caller = Caller(given.citizen())
    with nothing_changes():
        refused(caller.send("/applications", content), 400, "not_an_object")


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (b'{"procedure": "2.000635", "answers": {"copies": 1.5}}', "number_not_whole", "answers.copies"),
        (b'{"procedure": "2.000635", "answers": {"a": "x\\u0000"}}', "character_refused", "answers.a"),
        (
            b'{"procedure": "2.000635", "answers": ' + b'{"a":' * 30 + b"1" + b"}" * 31,
            "nested_too_deep",
            None,
        ),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(content, code, field):
    caller = Caller(given.citizen())
    with nothing_changes():
        answer = caller.send("/applications", content)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert field is None or answer.json()["field"] == field


def test_a_body_too_large_is_refused(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
    caller = Caller(given.citizen())
    content = b'{"procedure": "' + b"x" * 1_100_000 + b'"}'
    with nothing_changes():
        refused(caller.send("/applications", content), 413, "body_too_large")


def test_another_media_type_is_refused():
    caller = Caller(given.citizen())
    with nothing_changes():
        refused(caller.send("/applications", b"<a/>", "text/xml"), 415, "media_type_refused")


def test_another_method_is_refused():
    answer = Caller(given.citizen()).client.delete(f"{ROOT}/cases")
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_an_address_that_does_not_exist_is_refused_in_the_same_shape():
    refused(Caller().get("/nothing/here"), 404, "not_found")


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"cursor": "WzEsMl0"}, {"limit": "0"}, {"limit": "many"}])
def test_a_page_that_is_not_ours_is_refused_at_its_field(query):
    answer = Caller().get("/units", **query)
    assert answer.status_code == 422 and answer.json()["field"] in query


@pytest.mark.parametrize(
    "query",
    [{"status": "11"}, {"agency": "x"}, {"due_before": "soon"}, {"routing": "lost"}, {"handler": "1.5"}],
)
def test_a_filter_that_means_nothing_is_refused_at_its_field(query):
    clerk = Caller(given.receptionist(given.ward_committee()))
    answer = clerk.get("/inbox", **query)
    assert answer.status_code == 422 and answer.json()["field"] in query, answer.content


# Languages


def test_a_refusal_speaks_the_readers_language():
    vietnamese = Caller(language="vi").get("/cases")
    english = Caller(language="en").get("/cases")
    assert english.json()["message"] == "Sign in first."
    assert vietnamese.json()["code"] == english.json()["code"]
