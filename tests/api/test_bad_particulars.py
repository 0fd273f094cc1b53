"""Wrong ids, tax codes, places and procedures over HTTP: each named by its field, and nothing changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from apps.accounts.choices import Role
from apps.citizens.models import Citizen
from apps.procedures.models import Procedure, ProcedureVersion
from apps.units.models import AdministrativeUnit
from tests import given
from tests.api.calls import Caller, at_counter, online
from tests.api.refusals import nothing_changes, refused
from tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db


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
    ProcedureVersion.objects.filter(procedure=of).update(in_force_to=date(2026, 11, 23))
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
