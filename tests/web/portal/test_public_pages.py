"""Tracking by code and secret, and the check of a receipt: what is told, and what never is."""

from __future__ import annotations

import pytest

from apps.cases.actions.tracking import issue_secret_again
from apps.cases.tracking import secret_of
from apps.receipts.models import Receipt
from tests import given

pytestmark = pytest.mark.django_db


def test_code_and_secret_show_the_status_without_signing_in(nobody) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who)
    typed = {"code": case.code, "secret": secret_of(case.code, 1)}
    for address in ("/track/", f"/track/{case.code}"):
        answer = nobody.post(address, typed)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Accepted" in page and "Where it stands" in page and "Timeline" in page


def test_the_status_tells_nothing_of_the_applicant(nobody) -> None:
    who = given.citizen(full_name="Nguyễn Văn Kín", address="Số 99 ngõ Kín", phone="0911222333")
    case = given.accepted_case(by=who)
    page = nobody.post("/track/", {"code": case.code, "secret": secret_of(case.code, 1)}).content.decode()
    for secret in ("Kín", "0911222333", "/papers/", "/attachments/"):
        assert secret not in page


@pytest.mark.parametrize("odd", ["lower", "spaced", "hyphens"])
def test_a_secret_is_taken_however_it_is_spaced(nobody, odd: str) -> None:
    case = given.filed_online()
    secret = secret_of(case.code, 1)
    spelled = {
        "lower": secret.lower(),
        "spaced": " ".join(secret[i : i + 4] for i in range(0, 16, 4)),
        "hyphens": "-".join(secret[i : i + 4] for i in range(0, 16, 4)),
    }[odd]
    assert nobody.post("/track/", {"code": f" {case.code.lower()} ", "secret": spelled}).status_code == 200


def test_the_code_alone_tells_nothing(nobody) -> None:
    case = given.filed_online()
    page = nobody.get(f"/track/{case.code}").content.decode()
    assert f'value="{case.code}"' in page and "Where it stands" not in page
    assert nobody.post("/track/", {"code": case.code, "secret": ""}).status_code == 422


def test_a_wrong_secret_and_an_unknown_code_are_told_apart_by_nothing(nobody) -> None:
    case = given.filed_online()
    answers = [
        nobody.post("/track/", {"code": code, "secret": "A" * 16})
        for code in (case.code, "H26.001.00001-990101-9999", "nonsense")
    ]
    assert {answer.status_code for answer in answers} == {404}
    for answer in answers:
        assert "No case matches this code and secret together." in answer.content.decode()


def test_guessing_is_slowed_and_who_knows_is_not(nobody, settings) -> None:
    settings.GUESS_LIMIT = 3
    case = given.filed_online()
    wrong = {"code": case.code, "secret": "A" * 16}
    assert [nobody.post("/track/", wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert nobody.post("/track/", {**wrong, "secret": secret_of(case.code, 1)}).status_code == 200


def test_a_secret_issued_again_voids_the_one_before_which_is_slowed_like_any_guess(nobody, settings) -> None:
    settings.GUESS_LIMIT = 3
    case = given.accepted_case()
    desk = given.receptionist(case.current_agency)
    issue_secret_again(case.code, is_identity_checked=True, by=desk, at=given.NOW, request_key=given.key())
    old = {"code": case.code, "secret": secret_of(case.code, 1)}
    assert [nobody.post("/track/", old).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert nobody.post("/track/", {**old, "secret": secret_of(case.code, 2)}).status_code == 200


def test_a_genuine_receipt_shows_what_stands_on_it_and_nothing_of_its_payer(nobody) -> None:
    who = given.citizen(full_name="Nguyễn Văn Kín")
    given.accepted_case(given.FOOD_SAFETY, by=who)
    receipt = Receipt.objects.get()
    for address in (f"/r/{receipt.lookup_code}", f"/r/{receipt.lookup_code.lower()}"):
        answer = nobody.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200
        for said in (
            "This receipt was issued here, and is being signed",
            "EBL",
            "26TAA",
            "700.000",
            "Department of",
        ):
            assert said in page, said
        assert "Kín" not in page


def test_a_code_that_is_not_ours_is_said_to_be_none(nobody) -> None:
    answer = nobody.get("/r/ABCDEFGHABCDEFGH")
    assert answer.status_code == 404
    assert "No such receipt was issued here" in answer.content.decode()


def test_a_typed_code_leads_to_its_address(nobody) -> None:
    assert nobody.get("/r/", {"lookup": " abcd efgh-ABCD EFGH "}).url == "/r/abcdefghABCDEFGH"
    for nothing in ("", "///", "…"):
        answer = nobody.get("/r/", {"lookup": nothing})
        assert answer.status_code == 200, nothing


def test_guessing_receipts_is_slowed(nobody, settings) -> None:
    settings.GUESS_LIMIT = 2
    codes = ["A" * 16, "B" * 16, "C" * 16]
    assert [nobody.get(f"/r/{code}").status_code for code in codes] == [404, 404, 429]
