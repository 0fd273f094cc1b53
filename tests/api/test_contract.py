"""The contract: valid OpenAPI 3.1, true to every answer, and nothing sent by its rules brings the server down."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from hypothesis import given as given_example
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.accounts.choices import Role
from apps.receipts.actions.day_reports import make_lists
from tests import given
from tests.api.calls import Caller, at_counter, online
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def contract(tmp_path_factory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("contract") / "openapi.json"
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(place)
    )
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
    opening = {"desk": case.current_agency.pk, "opening_balance": 0}
    drawer = clerk.post("/cashier-sessions", opening)
    conforms(contract, "/cashier-sessions", drawer, "post")
    paid = clerk.post(f"/cases/{counter}/record-payment", {"amount": 8000, "method": "cash"})
    assert paid.status_code == 200
    conforms(contract, "/cases/{code}/record-payment", paid, "post")
    session = f"/cashier-sessions/{drawer.json()['uuid']}"
    moved = clerk.post(f"{session}/movements", {"kind": "change", "amount": 50_000})
    conforms(contract, "/cashier-sessions/{session}/movements", moved, "post")
    found = {"count": {"50000": 1}, "counted_cards": 0, "explanation": "Thiếu 8.000 đồng"}
    conforms(contract, "/cashier-sessions/{session}/close", clerk.post(f"{session}/close", found), "post")
    conforms(contract, "/cashier-sessions", clerk.get("/cashier-sessions"))
    conforms(contract, "/cashier-sessions/{session}", clerk.get(session))
    for caller in (applicant, clerk, Caller(handler)):
        conforms(contract, "/cases/{code}", caller.get(f"/cases/{case.code}"))
        conforms(contract, "/cases/{code}/events", caller.get(f"/cases/{case.code}/events"))
        conforms(contract, "/cases/{code}/notices", caller.get(f"/cases/{case.code}/notices"))
        conforms(contract, "/me", caller.get("/me"))
        conforms(contract, "/cases", caller.get("/cases"))
        conforms(contract, "/inbox", caller.get("/inbox"))
        for path in ("/handovers", "/sent-on", "/unrouted", "/procedures", "/units", "/agencies"):
            conforms(contract, path, caller.get(path))
    revealed = clerk.post(f"/cases/{case.code}/reveal", {"reason": "Đối chiếu"})
    conforms(contract, "/cases/{code}/reveal", revealed, "post")
    for row in applicant.get("/procedures", limit=100).json()["results"]:
        conforms(contract, "/procedures/{code}", applicant.get(f"/procedures/{row['code']}"))


def test_the_books_are_answered_as_the_contract_says(contract):
    account, case = books.an_account(), given.declined_after_payment()
    given.refund_decided(case)
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OURS")
    books.taken_in(account, (MONDAY, "FT-BANK", 9_000, "khong ro"))
    given.carry_out(given.NOW, "render_receipt")
    make_lists(MONDAY, at=given.NOW)
    caller, line = Caller(books.accountant()), books.line("FT-BANK")
    difference = f"line_without_payment/line:{line.uuid}"
    explained = caller.post(f"/books/differences/{difference}/explain", {"reason": "Đang hỏi ngân hàng"})
    conforms(contract, "/books/differences/{kind}/{subject}/explain", explained, "post")
    conforms(contract, "/books/differences/{kind}/{subject}", caller.get(f"/books/differences/{difference}"))
    sent = {"ours": [f"payment:{payment.uuid}"], "reason": "Ngân hàng ghi sai"}
    matched = caller.post(f"/books/bank-lines/{line.uuid}/match", sent)
    conforms(contract, "/books/bank-lines/{uuid}/match", matched, "post")
    conforms(contract, "/books/accounts", caller.get("/books/accounts"))
    job = books.proposed(account, [(MONDAY, "FT-NEXT", 1_000, "x")])
    for path, method in (
        ("/books/statement-jobs/{job}", "get"),
        ("/books/statement-jobs/{job}/start", "post"),
    ):
        answer = getattr(caller, method)(path.format(job=job.pk))
        conforms(contract, path, answer, method)
    for what in ("payments", "receipts", "refunds", "bank-statements", "bank-lines", "differences"):
        rows = caller.get(f"/books/{what}")
        assert rows.json()["results"], what
        conforms(contract, f"/books/{what}", rows)
        if what != "differences":
            one = caller.get(f"/books/{what}/{rows.json()['results'][0]['uuid']}")
            conforms(contract, f"/books/{what}/{{uuid}}", one)
    series = caller.get("/books/receipt-series")
    conforms(contract, "/books/receipt-series", series)
    one = caller.get(f"/books/receipt-series/{series.json()['results'][0]['id']}")
    conforms(contract, "/books/receipt-series/{series_id}", one)
    match = matched.json()["matches"][0]["id"]
    withdrawn = caller.post(f"/books/bank-lines/{line.uuid}/withdraw", {"match": match, "reason": "Nhầm"})
    conforms(contract, "/books/bank-lines/{uuid}/withdraw", withdrawn, "post")


# Requests made from the contract itself


class Everyone:
    """An official who holds every post where a case is, and the applicant of that case."""

    def __init__(self) -> None:
        who, _business = given.representative()
        self.case = given.accepted_case(by=who)
        self.callers = [
            Caller(given.staff(self.case.current_agency, *Role)),
            Caller(who),
            Caller(),
        ]

    def send(self, made: schemathesis.Case) -> None:
        if "code" in made.path_parameters:
            is_case = "/cases/" in made.path
            made.path_parameters["code"] = self.case.code if is_case else given.CIVIL_EXTRACT
        prepared = requests.Request(**made.as_transport_kwargs(base_url="http://testserver")).prepare()
        headers = {name: value for name, value in prepared.headers.items() if name.lower() != "cookie"}
        kind = headers.pop("Content-Type", "application/json")
        for caller in self.callers:
            # A fault of the program is raised again by the client, whatever it answered.
            answer = caller.client.generic(
                prepared.method, prepared.path_url, prepared.body or b"", kind, headers=headers
            )
            assert answer.status_code < 500, answer.content
            if answer.status_code >= 400:
                assert set(answer.json()) == {"code", "message", "field", "data"}


@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
def test_no_request_made_from_the_contract_brings_the_server_down(contract, mode):
    everyone = Everyone()
    operations = [result.ok() for result in schemathesis.openapi.from_dict(contract).get_all_operations()]
    assert len(operations) > 40
    made_from = set()
    for operation in operations:
        if operation.path.endswith("/schema/"):
            continue

        @settings(
            max_examples=5,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=[*HealthCheck],
        )
        @given_example(made=operation.as_strategy(generation_mode=mode))
        def played(made: schemathesis.Case) -> None:
            everyone.send(made)

        try:
            played()
        except Unsatisfiable:
            # Nothing can be wrong in a request that holds nothing.
            continue
        made_from.add(operation.label)
    assert len(made_from) >= len(operations) - 8
