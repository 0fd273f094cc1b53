"""The contract: valid OpenAPI 3.1, true to every answer, and nothing sent by its rules brings the server down."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from apps.accounts.choices import Role
from config.wsgi import application
from tests import given
from tests.api.calls import ROOT, Caller, at_counter, online

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def contract(tmp_path_factory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("contract") / "openapi.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(place))
    return json.loads(place.read_text())


def test_the_contract_is_valid_openapi_3_1(contract):
    assert contract["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(contract).validate()


def test_every_operation_says_what_a_refusal_looks_like(contract):
    for operations in contract["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"]["content"]["application/json"]["schema"] == {
                "$ref": "#/components/schemas/Refused"
            }
            assert operation["description"]


def test_the_contract_is_served_as_it_is_checked(contract):
    served = Caller().get("/schema/").json()
    assert set(served["paths"]) == set(contract["paths"])


def conforms(contract: dict[str, Any], path: str, answer: Any, method: str = "get") -> None:
    """The answer is as the contract says of this address."""
    responses = contract["paths"][f"/api/v1{path}"][method]["responses"]
    said = responses.get(str(answer.status_code), responses["default"])
    schema = {**said["content"]["application/json"]["schema"], "components": contract["components"]}
    Draft202012Validator(schema).validate(answer.json())


def test_answers_of_every_kind_are_as_the_contract_says(contract):
    who = given.citizen()
    applicant = Caller(who)
    filed = applicant.post("/applications", online())
    conforms(contract, "/applications", filed, "post")
    given.resolved_case(by=who)
    case, handler = given.case_awaiting_supplement(by=who)
    given.carry_out(given.NOW, "render_paper")
    clerk = Caller(given.staff(case.current_agency, Role.RECEPTIONIST, Role.CASHIER))
    counter = clerk.post("/applications", at_counter()).json()["code"]
    paid = clerk.post(f"/cases/{counter}/record-payment", {"amount": 8000, "method": "cash"})
    conforms(contract, "/cases/{code}/record-payment", paid, "post")
    for caller in (applicant, clerk, Caller(handler)):
        conforms(contract, "/cases/{code}", caller.get(f"/cases/{case.code}"))
        conforms(contract, "/cases/{code}/events", caller.get(f"/cases/{case.code}/events"))
        conforms(contract, "/me", caller.get("/me"))
        conforms(contract, "/cases", caller.get("/cases"))
        conforms(contract, "/inbox", caller.get("/inbox"))
        for path in ("/handovers", "/sent-on", "/unrouted", "/procedures", "/units", "/agencies"):
            conforms(contract, path, caller.get(path))
    revealed = clerk.post(f"/cases/{case.code}/reveal", {"reason": "Đối chiếu"})
    conforms(contract, "/cases/{code}/reveal", revealed, "post")
    for row in applicant.get("/procedures", limit=100).json()["results"]:
        conforms(contract, "/procedures/{code}", applicant.get(f"/procedures/{row['code']}"))


# Requests made from the contract itself


def played(count: int):
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
