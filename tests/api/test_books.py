"""The books over HTTP: an accounting program reads what the posts of its reader let them see, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.businesses.actions import Organisation
from apps.businesses.choices import BusinessKind
from apps.cases.models import CaseEvent
from apps.core.models import AccessRecord, OutboxRow
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.choices import RefundState
from apps.receipts.models import (
    DayReport,
    Payment,
    Receipt,
    RefundProposal,
)
from tests import given
from tests.api.calls import Caller
from tests.api.reading import banked, found, only
from tests.api.refusals import errors_of, refused
from tests.factories import a_tax_code
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db

# Of whoever pays in these tests.
PRIVATE = ("Trần Thị Bưởi", "BUOI", "001185000001", "0987654321", "Số 3, ngõ 12")
LISTS = (
    "accounts",
    "payments",
    "receipts",
    "receipt-series",
    "refunds",
    "bank-statements",
    "bank-lines",
    "differences",
)


@pytest.fixture
def auditor() -> Caller:
    return Caller(books.auditor())


def one_each(payment: Payment, line: Any) -> dict[str, str]:
    """One of everything that hangs on a payment, by its address."""
    receipt = Receipt.objects.get(payment=payment)
    return {
        "payment": f"/books/payments/{payment.uuid}",
        "receipt": f"/books/receipts/{receipt.uuid}",
        "series": f"/books/receipt-series/{receipt.series_id}",
        "statement": f"/books/bank-statements/{line.statement.uuid}",
        "line": f"/books/bank-lines/{line.uuid}",
    }


# Who reads


def test_nobody_is_asked_to_sign_in_and_whoever_keeps_no_books_is_refused():
    case, payment, line = banked()
    others = [
        given.receptionist(case.current_agency),
        given.staff(case.current_agency, Role.CASHIER, Role.HEAD, Role.APPROVER, Role.REGISTRAR),
        given.citizen(),
        given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR, Role.ADMINISTRATOR),
    ]
    for path in (*(f"/books/{each}" for each in LISTS), *one_each(payment, line).values()):
        refused(Caller().get(path), 401, "not_signed_in")
        for who in others:
            refused(Caller(who).get(path), 403, "not_allowed")


def test_an_auditor_of_a_district_and_the_bodys_accountant_see_it_and_those_of_another_see_nothing():
    _case, payment, line = banked()
    district = given.ward().parent
    elsewhere = given.ward("Phường Hàng Bạc").parent
    mine = [books.auditor(), books.auditor(given.agency("district_committee", district)), books.accountant()]
    others = [
        books.auditor(given.agency("district_committee", elsewhere)),
        books.accountant(given.ward_committee("Phường Trúc Bạch")),
    ]
    ones = one_each(payment, line)
    for who in mine:
        caller = Caller(who)
        assert [row["uuid"] for row in found(caller, "payments")] == [str(payment.uuid)]
        assert [row["uuid"] for row in found(caller, "bank-lines")] == [str(line.uuid)]
        assert len(found(caller, "receipts")) == len(found(caller, "bank-statements")) == 1
        assert [caller.get(path).status_code for path in ones.values()] == [200] * len(ones)
    for who in others:
        caller = Caller(who)
        for each in LISTS:
            rows = found(caller, each)
            # Series are there of every body from the beginning.
            assert rows == [] or (each == "receipt-series" and {row["held"] for row in rows} == {0}), each
        for path in ones.values():
            assert caller.get(path).status_code == 404, path
        assert found(caller, "payments", body=payment.collecting_body_id) == []


def test_payers_are_masked_everywhere_and_reading_leaves_nothing_behind(auditor):
    _case, payment, line = banked()
    given.carry_out(given.NOW, "render_receipt")
    before = CaseEvent.objects.count(), OutboxRow.objects.count()
    for path in (*(f"/books/{each}" for each in LISTS), *one_each(payment, line).values()):
        said = auditor.get(path).content.decode()
        for hidden in PRIVATE:
            assert hidden not in said, (path, hidden)
    assert payment.order.code in only(auditor, "bank-lines")["memo"]
    assert not AccessRecord.objects.exists()
    assert (CaseEvent.objects.count(), OutboxRow.objects.count()) == before


# Payments


def test_a_payment_tells_its_fees_its_receipt_its_order_and_its_bank_line(auditor):
    case, payment, line = banked()
    row = only(auditor, "payments")
    receipt = Receipt.objects.get(payment=payment)
    assert row["bank_line"] == {"uuid": str(line.uuid), "reference": payment.reference}
    assert (row["amount"], row["settled"], row["method"]) == (8_000, 8_000, "transfer")
    assert [(fee["amount"], fee["unit_price"], fee["quantity"]) for fee in row["fees"]] == [(8_000, 8_000, 1)]
    assert [(each["uuid"], each["is_replaced"]) for each in row["receipts"]] == [(str(receipt.uuid), False)]
    assert (row["order"]["code"], row["session"], row["taken_by"]) == (payment.order.code, None, None)
    assert (row["case"], row["channel"], row["refunds"]) == (case.code, "counter", [])
    assert auditor.get(f"/books/payments/{payment.uuid}").json() == row


def test_a_payment_in_cash_names_its_session_and_no_line_of_a_bank(auditor):
    given.paid(given.taken_at_counter())
    row, payment = only(auditor, "payments"), Payment.objects.get()
    assert (row["session"], row["taken_by"]["id"]) == (str(payment.session.uuid), payment.taken_by_id)
    assert (row["order"], row["bank_line"]) == (None, None)


def test_payments_are_narrowed_by_body_days_method_channel_reference_and_bank(auditor):
    case, payment, _line = banked()
    given.paid(given.taken_at_counter(filer=given.person_at_counter(2)))
    online = given.paid(given.case_at_intake(given.FOOD_SAFETY, by=given.citizen()))
    body = case.current_agency.pk
    assert online.current_agency.pk != body
    amounts = lambda **asked: sorted(row["amount"] for row in found(auditor, "payments", **asked))  # noqa: E731
    assert amounts() == [8_000, 8_000, 700_000]
    assert amounts(body=body) == [8_000, 8_000]
    assert amounts(method="transfer") == amounts(reference=payment.reference.lower()) == [8_000]
    assert amounts(method="cash", body=body) == [8_000]
    assert amounts(channel="online") == [700_000]
    assert amounts(channel="counter") == [8_000, 8_000]
    assert amounts(banked="true") == [8_000]
    assert amounts(banked="false") == [8_000, 700_000]
    monday, sunday, tuesday = "2026-11-23", "2026-11-22", "2026-11-24"
    assert amounts(first=monday, last=monday) == [8_000, 8_000, 700_000]
    assert amounts(first=tuesday) == amounts(last=sunday) == []


def test_the_days_are_days_in_hanoi(auditor):
    past_midnight = given.after(given.NOW, hours=16)
    books.paid_by_bank(given.taken_at_counter(), "FT-LATE", at=past_midnight)
    assert found(auditor, "payments", last="2026-11-23") == []
    row = only(auditor, "payments", first="2026-11-24", last="2026-11-24")
    assert row["taken_at"] == "2026-11-24T01:00:00+07:00"


@pytest.mark.parametrize(
    ("what", "asked", "field"),
    [
        ("payments", {"first": "23/11/2026"}, "first"),
        ("payments", {"last": "9999-12-31"}, "last"),
        ("receipts", {"first": "2026-02-30"}, "first"),
        ("payments", {"method": "gold"}, "method"),
        ("payments", {"channel": "pigeon"}, "channel"),
        ("payments", {"body": "0"}, "body"),
        ("payments", {"body": 10**30}, "body"),
        ("payments", {"reference": "a\x00b"}, "reference"),
        ("receipts", {"form": "EBL09"}, "form"),
        ("receipts", {"number": "0"}, "number"),
        ("receipts", {"state": "lost"}, "state"),
        ("receipts", {"series": "26TAAA"}, "series"),
        ("refunds", {"state": "x"}, "state"),
        ("refunds", {"payment": "x"}, "payment"),
        ("bank-lines", {"statement": "1"}, "statement"),
        ("bank-statements", {"first": "x"}, "first"),
        ("receipt-series", {"year": "x"}, "year"),
        ("accounts", {"body": "x"}, "body"),
        ("differences", {"kind": "x"}, "kind"),
        ("differences", {"first": "2026-11-24", "last": "2026-11-23"}, "last"),
        ("differences", {"first": "2024-11-24", "last": "2026-11-23"}, "last"),
        ("differences", {"first": "9999-12-31", "last": "9999-12-31"}, "last"),
        ("differences", {"body": "-1"}, "body"),
    ],
)
def test_what_cannot_be_asked_is_told_by_its_field(auditor, what, asked, field):
    assert {named for _code, named in errors_of(auditor.get(f"/books/{what}", **asked))} == {field}


def test_before_the_first_year_nothing_differs(auditor):
    assert auditor.get("/books/differences", last="0001-01-02").json()["results"] == []


def test_what_does_not_exist_is_not_found(auditor):
    for path in (
        *(
            f"{each}/{uuid4()}"
            for each in ("payments", "receipts", "refunds", "bank-lines", "bank-statements")
        ),
        f"receipts/{uuid4()}/pdf",
        "receipt-series/999999",
        "statement-jobs/999999",
        "differences/nonsense/line:1",
        "differences/line_without_payment/line:1",
    ):
        assert auditor.get(f"/books/{path}").status_code == 404, path


def test_a_list_is_read_page_by_page_in_the_order_in_which_it_was_recorded(auditor):
    for number in range(1, 6):
        given.paid(given.taken_at_counter(filer=given.person_at_counter(number)))
    for what, model in (("payments", Payment), ("receipts", Receipt)):
        read, path = [], f"/books/{what}?limit=2"
        while path:
            page = auditor.get(path).json()
            read += [row["uuid"] for row in page["results"]]
            path = (page["next"] or "").removeprefix("http://testserver/api/v1")
        assert read == [str(row.uuid) for row in model.objects.order_by("id")]


# Receipts and series


def test_a_receipt_tells_its_number_its_files_its_signature_and_the_list_that_told_of_it(auditor):
    case, payment, _line = banked()
    receipt = Receipt.objects.get()
    unsigned = only(auditor, "receipts")
    assert (unsigned["signature"], unsigned["files"], unsigned["is_trial"]) == (None, [], True)
    given.carry_out(given.NOW, "render_receipt")
    make_lists(MONDAY, at=given.NOW)
    row, paper, report = only(auditor, "receipts"), Receipt.objects.get().paper, DayReport.objects.get()
    assert (row["form"], row["series"], row["number"]) == ("EBL01", receipt.series.code, receipt.number)
    assert (row["amount"], row["state"], row["case"]) == (8_000, "in_force", case.code)
    assert {file["medium"]: file["sha256"] for file in row["files"]} == {
        "pdf": bytes(paper.document.file.sha256).hex(),
        "xml": bytes(paper.document.data.sha256).hex(),
    }
    assert row["signature"]["certificate_sha256"] == bytes(paper.certificate).hex()
    assert [(told["list"], told["day"], told["kind"]) for told in row["day_lists"]] == [
        (str(report.uuid), "2026-11-23", "issued")
    ]
    assert row["payer"]["name"] == "T. T. Bưởi" and row["payer"]["number"].endswith("•001")
    assert [(line["amount"], line["quantity"]) for line in row["lines"]] == [(8_000, 1)]
    assert (row["payment"], row["replaces"], row["replaced_by"]) == (str(payment.uuid), None, None)
    assert [each["uuid"] for each in row["chain"]] == [row["uuid"]]
    assert auditor.get(f"/books/receipts/{receipt.uuid}").json() == row
    assert auditor.get(f"/day-lists/{report.uuid}").status_code == 200


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        (BusinessKind.ENTERPRISE, a_tax_code(7), a_tax_code(7)),
        # A household's code is its owner's own number.
        (BusinessKind.HOUSEHOLD, "001185000077", "•••••••••077"),
    ],
)
def test_of_an_organisation_that_paid_the_name_is_public_and_only_a_households_number_is_hidden(
    auditor, kind, number, shown
):
    payer = Organisation(name="Công ty Sen Vàng", number=number, kind=kind, address="Số 9, phố Hàng Đào")
    given.paid(given.taken_at_counter(payer=payer))
    seen = only(auditor, "receipts")["payer"]
    assert (seen["name"], seen["number"], seen["address"]) == ("Công ty Sen Vàng", shown, "•••••")


def test_the_chain_of_corrections_is_read_from_either_end(auditor):
    case = given.notified(given.paid(given.taken_at_counter()))
    assert only(auditor, "receipts", state="noticed")["notices"][0]["reason"] == "Nhập nhầm tên."
    given.replaced(case)
    first, second = found(auditor, "receipts")
    assert (first["state"], second["state"]) == ("replaced", "in_force")
    assert (first["replaced_by"], second["replaces"]) == (second["uuid"], first["uuid"])
    assert first["chain"] == second["chain"]
    assert [each["is_replaced"] for each in first["chain"]] == [True, False]
    assert [row["uuid"] for row in found(auditor, "receipts", state="replaced")] == [first["uuid"]]
    assert [row["uuid"] for row in found(auditor, "receipts", state="in_force")] == [second["uuid"]]
    assert found(auditor, "receipts", state="noticed") == []


def test_a_receipt_is_found_by_form_series_and_number(auditor):
    banked()
    given.paid(given.taken_at_counter(filer=given.person_at_counter(2)))
    wanted = Receipt.objects.latest("id")
    named = {"form": "EBL01", "series": wanted.series.code, "number": wanted.number}
    body = wanted.series.collecting_body_id
    assert only(auditor, "receipts", body=body, **named)["uuid"] == str(wanted.uuid)
    assert found(auditor, "receipts", **{**named, "form": "EBL02"}) == []


def test_a_receipts_files_are_taken_with_a_line_in_the_access_log(auditor):
    banked()
    receipt = Receipt.objects.get()
    path = f"/books/receipts/{receipt.uuid}"
    assert auditor.get(f"{path}/pdf").status_code == 409
    given.carry_out(given.NOW, "render_receipt")
    assert auditor.get(f"{path}/pdf").content.startswith(b"%PDF")
    assert auditor.get(f"{path}/exe").status_code == 404
    stranger = Caller(books.accountant(given.ward_committee("Phường Trúc Bạch")))
    assert stranger.get(f"{path}/xml").status_code == 404
    assert list(AccessRecord.objects.values_list("subject", flat=True)) == [f"receipt:{receipt.uuid}/pdf"]


def test_a_series_holds_as_many_receipts_as_its_last_number(auditor):
    banked()
    series = Receipt.objects.get().series
    row = only(auditor, "receipt-series", body=series.collecting_body_id, used="true")
    assert (row["id"], row["last_number"], row["held"]) == (series.pk, 1, 1)
    assert auditor.get(f"/books/receipt-series/{series.pk}").json() == row
    unused = found(auditor, "receipt-series", used="false", limit=200)
    assert unused and all(each["last_number"] == each["held"] == 0 for each in unused)
    assert found(auditor, "receipt-series", year=2001) == []


# Refunds


def test_a_refund_tells_its_ground_its_decision_and_how_it_went_back(auditor):
    case = given.declined_after_payment()
    row = only(auditor, "refunds")
    assert (row["state"], row["decision"], row["paid"], row["case"]) == ("proposed", None, None, case.code)
    given.refund_decided(case)
    assert only(auditor, "refunds", state="granted")["decision"]["is_granted"] is True
    given.refund_paid(case)
    row, payment = only(auditor, "refunds", state="paid"), Payment.objects.get()
    assert (row["paid"]["amount"], row["paid"]["method"]) == (row["amount"], "cash")
    assert (row["payment"], row["collecting_body"]["id"]) == (str(payment.uuid), payment.collecting_body_id)
    assert auditor.get(f"/books/refunds/{row['uuid']}").json() == row
    (of_payment,) = only(auditor, "payments", body=payment.collecting_body_id)["refunds"]
    assert of_payment == {name: row[name] for name in of_payment}
    assert found(auditor, "refunds", state="proposed") == []
    assert found(auditor, "refunds", payment=uuid4()) == []
    stranger = Caller(books.accountant(given.ward_committee("Phường Trúc Bạch")))
    assert found(stranger, "refunds") == []
    assert stranger.get(f"/books/refunds/{row['uuid']}").status_code == 404


# The bank


def test_a_line_tells_what_of_ours_it_is(auditor):
    _case, payment, line = banked()
    row = only(auditor, "bank-lines")
    assert (row["amount"], row["matched"], row["reference"]) == (8_000, 8_000, payment.reference)
    (match,) = row["matches"]
    assert (match["subject"], match["how"], match["matched_by"]) == (
        f"payment:{payment.uuid}",
        "order_code",
        None,
    )
    assert auditor.get(f"/books/bank-lines/{line.uuid}").json() == row
    statement = only(auditor, "bank-statements")
    assert (statement["opening"], statement["closing"], statement["lines"]) == (1_000_000, 1_008_000, 1)
    assert statement["sha256"] == bytes(line.statement.sha256).hex()
    assert auditor.get(f"/books/bank-statements/{statement['uuid']}").json() == statement


def test_lines_are_narrowed_by_statement_body_days_and_whether_they_are_matched(auditor):
    _case, payment, line = banked()
    account = line.account
    books.taken_in(account, (MONDAY, "FT-OTHER", -500, "phi"), opening=5)
    amounts = lambda **asked: [row["amount"] for row in found(auditor, "bank-lines", **asked)]  # noqa: E731
    assert amounts() == [8_000, -500]
    assert amounts(matched="true") == amounts(statement=line.statement.uuid) == [8_000]
    assert amounts(matched="false") == amounts(reference="ft-other") == [-500]
    assert amounts(body=payment.collecting_body_id, first="2026-11-23", last="2026-11-23") == [8_000, -500]
    assert amounts(body=given.ward_committee("Phường Trúc Bạch").pk) == amounts(first="2026-11-24") == []
    assert len(found(auditor, "bank-statements", first="2026-11-23", last="2026-11-23")) == 2
    assert found(auditor, "bank-statements", first="2026-11-24") == []


def test_the_states_of_refunds_are_in_the_database_what_they_are_of_one():
    case = given.declined_after_payment()
    seen = set()
    for act in (lambda: None, lambda: given.refund_decided(case), lambda: given.refund_paid(case)):
        act()
        (proposal,) = RefundProposal.objects.with_state()
        seen.add(proposal.state)
        for state in RefundState:
            assert RefundProposal.objects.in_state(state).exists() == (state == proposal.state), state
    assert seen == {RefundState.PROPOSED, RefundState.GRANTED, RefundState.PAID}
