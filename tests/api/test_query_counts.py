"""What lists and a submission ask of the database: never more for more rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.models import Case, CaseEvent
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.choices import RefundMethod
from apps.receipts.models import CollectionAccount
from apps.units.models import Agency
from tests import given
from tests.api.calls import Caller, at_counter, online, statements, uploads
from tests.factories import a_tax_code
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db

LIST, SUBMISSION = 8, 15


def counted(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        call()
    return statements(captured)


# Lists


def cases_at(clerk_unit: str, how_many: int, by) -> None:
    for _ in range(how_many):
        given.filed_online(by=by, connecting_unit_id=given.ward(clerk_unit).pk)
    given.carry_out(given.NOW, "route_case")


def the_same_at_2_and_at_20(caller: Caller, path: str, add: Callable[[int], None]) -> None:
    add(2)
    at_two = counted(lambda: caller.get(path))
    assert len(caller.get(path).json()["results"]) == 2
    add(18)
    at_twenty = counted(lambda: caller.get(path))
    assert len(caller.get(path).json()["results"]) == 20
    assert len(at_two) == len(at_twenty), at_twenty
    assert len(at_twenty) <= LIST, at_twenty


def test_the_inbox_costs_the_same_for_2_cases_and_for_20():
    who = given.citizen()
    clerk = Caller(given.receptionist(given.ward_committee()))
    the_same_at_2_and_at_20(clerk, "/inbox", lambda n: cases_at("Phường Phúc Xá", n, who))


def test_my_cases_cost_the_same_for_2_cases_and_for_20():
    who = given.citizen()
    the_same_at_2_and_at_20(Caller(who), "/cases", lambda n: cases_at("Phường Phúc Xá", n, who))


def test_cases_sent_on_cost_the_same_for_2_cases_and_for_20():
    who = given.citizen(of=given.ward("Phường Trúc Bạch"))
    clerk = Caller(given.receptionist(given.ward_committee("Phường Trúc Bạch")))
    the_same_at_2_and_at_20(clerk, "/sent-on", lambda n: cases_at("Phường Phúc Xá", n, who))


def handed_over(how_many: int) -> None:
    for number in range(how_many):
        case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
        given.carry_out(given.NOW, "route_case")
        assert given.fresh(case).competent_agency == given.ward_committee(), number


def test_handovers_cost_the_same_for_2_and_for_20():
    clerk = Caller(given.receptionist(given.ward_committee()))
    the_same_at_2_and_at_20(clerk, "/handovers", handed_over)


def test_notices_cost_the_same_for_2_and_for_7():
    who = given.citizen()
    caller = Caller(who)
    two, seven = given.accepted_case(by=who), given.resolved_case(by=who)
    head = given.staff(seven.competent_agency, Role.HEAD)
    for again in (1, 2):
        reopen_case(
            seven.code,
            ground="court",
            reason="Bản án",
            by=head,
            at=given.NOW,
            request_key=given.key(),
        )
        if again == 1:
            seven = given.fresh(seven)
            handler = given.handler_of(seven)
            seven = given.proposed(seven, handler)
            approve_result(
                seven.code,
                by=given.staff(seven.current_agency, Role.APPROVER),
                at=given.NOW,
                request_key=given.key(),
            )
            given.released(given.fresh(seven), number="16/TL-UBND")
    asked = {}
    for case, how_many in ((two, 2), (seven, 7)):
        path = f"/cases/{case.code}/notices"
        assert len(caller.get(path).json()) == how_many
        asked[how_many] = counted(lambda path=path: caller.get(path))
    assert len(asked[2]) == len(asked[7]) <= LIST, asked[7]


def booked(account: CollectionAccount, how_many: int) -> None:
    """Money of which everything is known: its line at the bank, its receipt with its paper, its notice, its list, its refund."""
    for _ in range(how_many):
        case = given.taken_at_counter()
        payment = books.paid_by_bank(case, f"FT{given.key()}")
        line = (MONDAY, payment.reference, payment.amount, payment.order.code)
        unknown = (MONDAY, f"FT{given.key()}", 9_000, "khong ro")
        books.taken_in(account, line, unknown)
        given.notified(case)
        decline_intake(
            case.code,
            reason="not_competent",
            text="Nộp sai nơi",
            by=given.receptionist(case.current_agency),
            at=given.NOW,
            request_key=given.key(),
        )
        given.refund_decided(given.fresh(case), RefundMethod.TRANSFER)
        given.refund_paid(case)
    given.carry_out(given.NOW, "render_receipt")
    make_lists(MONDAY, at=given.NOW)


def test_the_books_cost_the_same_for_2_rows_and_for_20():
    caller, account = Caller(books.auditor()), books.an_account()
    paths = [
        "/books/payments",
        "/books/receipts",
        "/books/refunds",
        "/books/bank-statements",
        "/books/bank-lines?matched=true",
        "/books/differences?kind=line_without_payment",
    ]
    asked: dict[str, list[int]] = {path: [] for path in paths}
    for add, rows in ((2, 2), (18, 20)):
        booked(account, add)
        for path in paths:
            assert len(caller.get(path).json()["results"]) == rows, path
            counts = counted(lambda path=path: caller.get(path))
            assert len(counts) <= LIST, "\n".join(counts)
            asked[path].append(len(counts))
    assert {path: few for path, (few, many) in asked.items() if few != many} == {}
    series = [len(counted(lambda n=n: caller.get("/books/receipt-series", limit=n))) for n in (2, 20)]
    assert series[0] == series[1] <= LIST


def test_the_accounts_of_bodies_cost_the_same_for_2_and_for_20():
    bodies = iter(Agency.objects.filter(kind__code="ward_committee").order_by("pk")[:20])

    def opened(how_many: int) -> None:
        for body in islice(bodies, how_many):
            books.an_account(body)

    the_same_at_2_and_at_20(Caller(books.auditor()), "/books/accounts", opened)


@pytest.mark.parametrize("path", ["/procedures", "/units", "/agencies"])
def test_public_lists_cost_one_query_for_any_number_of_rows(path):
    caller = Caller()
    assert (
        len(counted(lambda: caller.get(path, limit=2)))
        == len(counted(lambda: caller.get(path, limit=20)))
        == 1
    )


def test_a_later_page_costs_as_much_as_the_first():
    clerk = Caller(given.receptionist(given.ward_committee()))
    cases_at("Phường Phúc Xá", 5, given.citizen())
    first = clerk.get("/inbox", limit=2)
    following = first.json()["next"].removeprefix("http://testserver/api/v1")
    assert len(counted(lambda: clerk.get(following))) == len(counted(lambda: clerk.get("/inbox", limit=2)))


# A submission


def submission(caller: Caller, body: dict, again: dict) -> list[str]:
    """The second of two: what is frozen is known to the process by then."""
    assert caller.post("/applications", body).status_code == 201
    asked = counted(lambda: caller.post("/applications", again))
    assert CaseEvent.objects.filter(case=Case.objects.latest("id")).count() == 1
    return asked


def test_a_citizen_files_online_in_at_most_15_queries():
    who = given.citizen(of=given.ward("Phường Trúc Bạch"))
    body = online(given.CIVIL_EXTRACT, contact_email="an@example.vn")
    assert len(asked := submission(Caller(who), body, body)) <= SUBMISSION, asked


def test_a_business_files_online_with_papers_and_a_fee_in_at_most_15_queries():
    who, business = given.representative()
    bodies = [
        online(given.FOOD_SAFETY, business=business, attachments=uploads(given.FOOD_SAFETY, who))
        for _ in "12"
    ]
    assert bodies[0]["attachments"]
    assert len(asked := submission(Caller(who), *bodies)) <= SUBMISSION, asked


def test_a_receptionist_files_for_a_new_person_and_organisation_with_papers_in_at_most_15_queries():
    desk = given.ward_committee()
    clerk = given.staff(desk, Role.RECEPTIONIST, Role.CASHIER)
    bodies = [
        at_counter(
            given.FOOD_SAFETY,
            number,
            attachments=uploads(given.FOOD_SAFETY, clerk),
            organisation={
                "name": "Công ty TNHH Nông sản",
                "number": a_tax_code(7000 + number),
                "seat": given.ward("Phường Trúc Bạch").pk,
            },
        )
        for number in (1, 2)
    ]
    assert len(asked := submission(Caller(clerk), *bodies)) <= SUBMISSION, asked
