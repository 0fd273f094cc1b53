"""Verbs that are not open, repeated requests and bodies that say nothing: refused in one shape, and nothing changes."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from tests import given
from tests.api.calls import ROOT, Caller, online
from tests.api.refusals import nothing_changes, refused

pytestmark = pytest.mark.django_db


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
