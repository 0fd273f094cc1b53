"""Differences over HTTP, and what an accountant does: takes statements in, matches lines, withdraws, explains, each once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.choices import Role
from apps.core.models import Job
from apps.receipts.choices import DifferenceKind
from apps.receipts.models import BankMatch, BankStatement, DifferenceExplanation, Payment
from tests import given
from tests.api.calls import Caller
from tests.api.reading import banked, found, only
from tests.api.refusals import errors_of, nothing_changes, refused
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Caller:
    return Caller(books.auditor())


# Differences


def two_unknown_lines() -> Any:
    account = books.an_account()
    books.taken_in(account, (MONDAY, "FT-1", 9_000, "khong ro"), (MONDAY, "FT-2", 7_000, "khong ro"))
    return account


def test_differences_are_listed_with_who_explained_them(auditor):
    account = two_unknown_lines()
    rows = found(auditor, "differences", kind="line_without_payment", body=account.agency_id)
    assert sorted((row["name"], row["amount"]) for row in rows) == [("FT-1", 9_000), ("FT-2", 7_000)]
    assert all(not row["is_explained"] and row["collecting_body"]["id"] == account.agency_id for row in rows)
    line = books.line("FT-1")
    path = f"/books/differences/line_without_payment/line:{line.uuid}"
    caller = Caller(by := books.accountant())
    said = caller.post(f"{path}/explain", {"reason": "Lãi tiền gửi"})
    assert (said.status_code, said.json()[0]["reason"]) == (201, "Lãi tiền gửi")
    one = auditor.get(path).json()
    assert (one["is_explained"], one["explained_by"], one["amount"]) == (True, by.name, 9_000)
    assert [each["explained_by"]["id"] for each in one["explanations"]] == [by.user_id]
    assert [row["name"] for row in found(auditor, "differences", explained="true")] == ["FT-1"]
    assert "FT-1" not in [row["name"] for row in found(auditor, "differences", explained="false")]
    assert found(auditor, "differences", last="2026-11-22") == []


def test_every_kind_of_difference_can_be_asked_for(auditor):
    for kind in DifferenceKind:
        assert found(auditor, "differences", kind=kind.value) == []


def test_differences_are_read_page_by_page_and_back_though_many_stand_since_one_moment(auditor):
    account = books.an_account()
    books.taken_in(account, *[(MONDAY, f"FT-{n}", n, "khong ro") for n in range(1, 8)])
    whole = [row["subject"] for row in found(auditor, "differences")]
    assert len(whole) == 7
    pages, path = [], "/books/differences?limit=3"
    while path:
        page = auditor.get(path).json()
        pages.append([row["subject"] for row in page["results"]])
        path, back = (
            (page[side] or "").removeprefix("http://testserver/api/v1") for side in ("next", "previous")
        )
    assert pages == [whole[:3], whole[3:6], whole[6:]]
    assert [row["subject"] for row in auditor.get(back).json()["results"]] == pages[1]
    refused(auditor.get("/books/differences", cursor="x"), 422, "cursor_malformed", "cursor")


# What an accountant does


def sent_statement(account: Any, *lines: Any, **said: Any) -> dict[str, Any]:
    """A statement of Monday as a program sends it; by default it balances."""
    total = sum(line[2] for line in lines)
    return {
        "account": account.pk,
        "starts_on": "2026-11-23",
        "ends_on": "2026-11-23",
        "opening": 1_000_000,
        "closing": 1_000_000 + total,
        "file": SimpleUploadedFile("sao-ke.csv", books.as_csv(account, lines)),
        **said,
    }


def sends(caller: Caller, body: dict[str, Any], key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key or given.key()}
    return caller.client.post("/api/v1/books/bank-statements", body, headers=headers)


def test_an_accountant_has_a_statement_read_and_takes_it_in_each_once():
    account = books.an_account()
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OURS")
    line = (MONDAY, "FT-OURS", 8_000, payment.order.code)
    caller, key, start = Caller(books.accountant()), given.key(), given.key()
    read = sends(caller, sent_statement(account, line), key)
    job = read.json()
    assert (read.status_code, job["state"], job["new"], job["statement"]) == (201, "proposed", 1, None)
    again = sends(caller, sent_statement(account, line), key)
    assert (again.status_code, again["Idempotent-Replay"], again.json()) == (200, "true", job)
    refused(sends(caller, sent_statement(account, line, opening=1), key), 409, "request_key_reused")
    assert not BankStatement.objects.exists()
    path = f"/books/statement-jobs/{job['id']}"
    assert caller.post(f"{path}/start", key=start).json()["state"] == "running"
    assert caller.post(f"{path}/start", key=start)["Idempotent-Replay"] == "true"
    refused(caller.post(f"{path}/start"), 409, "job_not_open", "job")
    given.carry_out(given.NOW, "take_statement", "match_account")
    done = caller.get(path).json()
    assert (done["state"], done["statement"]) == ("done", str(BankStatement.objects.get().uuid))
    assert only(caller, "bank-lines", statement=done["statement"])["matched"] == 8_000
    refused(sends(caller, sent_statement(account, line)), 409, "statement_known", "file")
    assert sends(caller, sent_statement(account, line), key).json() == done
    assert only(caller, "accounts")["number"] == account.number


def test_a_statement_that_does_not_add_up_is_told_by_its_faults_and_nothing_is_kept():
    account, caller = books.an_account(), Caller(books.accountant())
    faulty = sends(caller, sent_statement(account, (MONDAY, "FT1", 8_000, "x"), closing=5))
    told = refused(faulty, 422, "statement_refused", "file")["data"]
    assert told["count"] == len(told["faults"]) == 1 and told["faults"][0]["message"]
    for name, value in (("opening", "1.5"), ("starts_on", "x"), ("account", 0), ("closing", 10**16)):
        answer = sends(caller, {**sent_statement(account), name: value})
        assert {field for _code, field in errors_of(answer)} == {name}
    missing = sent_statement(account)
    del missing["file"]
    assert {field for _code, field in errors_of(sends(caller, missing))} == {"file"}
    refused(caller.post("/books/bank-statements", {"account": account.pk}), 415, "media_type_refused")
    assert not Job.objects.filter(kind__startswith="bank_statement").exists()


def test_a_statement_is_taken_in_by_nobody_but_the_bodys_accountant():
    account = books.an_account()
    job = books.proposed(account, [(MONDAY, "FT1", 8_000, "x")])
    path = f"/books/statement-jobs/{job.pk}"
    stranger = Caller(books.accountant(given.ward_committee("Phường Trúc Bạch")))
    with nothing_changes():
        refused(sends(stranger, sent_statement(account)), 404, "account_unknown", "account")
        refused(sends(Caller(books.auditor()), sent_statement(account)), 403, "not_allowed")
        refused(
            sends(Caller(given.receptionist(account.agency)), sent_statement(account)), 403, "not_allowed"
        )
        refused(sends(Caller(), sent_statement(account)), 401, "not_signed_in")
        for caller in (stranger, Caller(books.auditor())):
            refused(caller.get(path), 404, "job_unknown", "job")
            refused(caller.post(f"{path}/start"), 404, "job_unknown", "job")
    assert Job.objects.get(pk=job.pk).state == "proposed" and not BankStatement.objects.exists()


def unmatched() -> tuple[Payment, Any]:
    """Ours and a line of the bank that nothing says is the same."""
    account = books.an_account()
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OURS")
    books.taken_in(account, (MONDAY, "FT-BANK", 9_000, "khong ro"))
    return payment, books.line("FT-BANK")


def test_an_accountant_matches_a_line_once_and_withdraws_it_and_both_stay_to_be_read():
    payment, line = unmatched()
    caller, path = Caller(by := books.accountant()), f"/books/bank-lines/{line.uuid}"
    sent, key = {"ours": [f"payment:{payment.uuid}"], "reason": "Ngân hàng ghi sai"}, given.key()
    done = caller.post(f"{path}/match", sent, key=key)
    assert (done.status_code, done.json()["matched"]) == (200, 8_000)
    again = caller.post(f"{path}/match", sent, key=key)
    assert (again.status_code, again["Idempotent-Replay"]) == (200, "true")
    assert again.json() == done.json()
    refused(caller.post(f"{path}/match", {**sent, "reason": "x"}, key=key), 409, "request_key_reused")
    match = BankMatch.objects.get()
    assert (match.matched_by_id, match.reason) == (by.user_id, "Ngân hàng ghi sai")
    refused(caller.post(f"{path}/match", sent), 422, "not_matched", "ours")
    taken_back, key = {"match": match.pk, "reason": "Chọn nhầm"}, given.key()
    for _time in "12":
        (shown,) = caller.post(f"{path}/withdraw", taken_back, key=key).json()["matches"]
        assert shown["withdrawn_reason"] == "Chọn nhầm"
    refused(caller.post(f"{path}/withdraw", taken_back), 409, "match_withdrawn", "match")
    assert BankMatch.objects.count() == 1


def test_a_deposit_and_a_refund_are_named_as_differences_name_them():
    account, desk = books.an_account(), given.ward_committee()
    deposit = books.a_deposit(desk, 100_000, "NT01", by=given.cashier(desk, opening_balance=500_000))
    books.taken_in(account, (MONDAY, "FT-CASH", 100_000, "khong ro"))
    path = f"/books/bank-lines/{books.line('FT-CASH').uuid}"
    sent = {"ours": [f"deposit:{deposit.uuid}"], "reason": "Giấy nộp tiền NT01"}
    (match,) = Caller(books.accountant()).post(f"{path}/match", sent).json()["matches"]
    assert (match["subject"], match["amount"]) == (f"deposit:{deposit.uuid}", 100_000)


def test_of_a_body_that_it_has_succeeded_a_body_matches_what_waits():
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OURS")
    successor = given.succeeded(payment.collecting_body)
    books.taken_in(books.an_account(successor), (MONDAY, "FT-BANK", 8_000, "khong ro"))
    path = f"/books/bank-lines/{books.line('FT-BANK').uuid}/match"
    sent = {"ours": [f"payment:{payment.uuid}"], "reason": "Đã sáp nhập"}
    refused(Caller(books.accountant(payment.collecting_body)).post(path, sent), 404, "line_unknown", "line")
    assert Caller(books.accountant(successor)).post(path, sent).json()["matched"] == 8_000


def test_neither_an_auditor_nor_another_bodys_accountant_matches_withdraws_or_explains():
    payment, line = unmatched()
    path = f"/books/bank-lines/{line.uuid}"
    matched = {"ours": [f"payment:{payment.uuid}"], "reason": "Ngân hàng ghi sai"}
    explain = f"/books/differences/line_without_payment/line:{line.uuid}/explain"
    acts = [
        (f"{path}/match", matched),
        (f"{path}/withdraw", {"match": 1, "reason": "x"}),
        (explain, {"reason": "x"}),
    ]
    both = given.staff(given.city_agency("city_committee"), Role.AUDITOR, Role.ACCOUNTANT)
    stranger = books.accountant(given.ward_committee("Phường Trúc Bạch"))
    for url, body in acts:
        with nothing_changes():
            refused(Caller(books.auditor()).post(url, body), 403, "not_allowed")
            refused(Caller(both).post(url, body), 403, "not_allowed")
            assert Caller(stranger).post(url, body).status_code == 404
            assert Caller(given.receptionist(line.account.agency)).post(url, body).status_code == 403
            assert Caller().post(url, body).status_code == 401
    assert not BankMatch.objects.exists() and not DifferenceExplanation.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"ours": [], "reason": "x"}, "ours"),
        ({"ours": ["receipt:1"], "reason": "x"}, "ours.0"),
        ({"ours": "payment", "reason": "x"}, "ours"),
        ({"reason": "x"}, "ours"),
        ({"ours": [f"payment:{'-' * 36}"], "reason": "x"}, "ours.0"),
    ],
)
def test_what_names_nothing_of_ours_is_told_by_its_field(sent, field):
    _payment, line = unmatched()
    with nothing_changes():
        answer = Caller(books.accountant()).post(f"/books/bank-lines/{line.uuid}/match", sent)
    assert {named for _code, named in errors_of(answer)} == {field}


def test_a_match_without_a_reason_or_of_something_of_another_body_is_refused():
    payment, line = unmatched()
    caller, path = Caller(books.accountant()), f"/books/bank-lines/{line.uuid}/match"
    other = given.paid(given.case_at_intake(given.FOOD_SAFETY, by=given.citizen()))
    theirs = Payment.objects.exclude(pk=payment.pk).get()
    assert theirs.collecting_body != line.account.agency, other
    ours = f"payment:{payment.uuid}"
    refused(caller.post(path, {"ours": [ours], "reason": " "}), 422, "reason_missing", "reason")
    for named in (f"payment:{theirs.uuid}", f"payment:{uuid4()}", f"deposit:{payment.uuid}"):
        sent = {"ours": [ours, named], "reason": "x"}
        refused(caller.post(path, sent), 422, "not_matched", "ours")
    assert not BankMatch.objects.exists()


def test_a_match_of_another_line_is_not_withdrawn_through_this_one():
    _case, _payment, line = banked()
    books.taken_in(line.account, (MONDAY, "FT-OTHER", -500, "phi"), opening=5)
    sent = {"match": BankMatch.objects.get().pk, "reason": "x"}
    answer = Caller(books.accountant()).post(
        f"/books/bank-lines/{books.line('FT-OTHER').uuid}/withdraw", sent
    )
    refused(answer, 404, "line_unknown", "match")
    assert BankMatch.objects.get().withdrawn_at is None


def test_an_explanation_sent_again_stands_once_and_one_without_a_reason_not_at_all():
    two_unknown_lines()
    line, caller = books.line("FT-1"), Caller(books.accountant())
    path = f"/books/differences/line_without_payment/line:{line.uuid}/explain"
    refused(caller.post(path, {"reason": " "}), 422, "reason_missing", "reason")
    refused(
        caller.post(f"/books/differences/line_without_payment/line:{uuid4()}/explain", {"reason": "x"}),
        404,
        "difference_unknown",
        "difference",
    )
    key = given.key()
    first = caller.post(path, {"reason": "Lãi tiền gửi"}, key=key)
    again = caller.post(path, {"reason": "Lãi tiền gửi"}, key=key)
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 200, "true")
    assert first.json() == again.json()
    assert DifferenceExplanation.objects.count() == 1
