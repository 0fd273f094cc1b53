"""The receipts of a day, or of a cashier's session, as one PDF: who may print which, and in which order they stand."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.bundles.actions import ask_day, ask_session
from apps.bundles.errors import DayWrong, DeskUnknown, NoReceipts, SessionUnknown
from apps.bundles.models import Bundle
from apps.bundles.selectors import of_day, sessions_on
from apps.cases.actions.payment import record_payment
from apps.cases.selectors import owed_at
from apps.core.models import OutboxRow
from apps.documents.choices import FileState
from apps.receipts.models import CashierSession
from tests import given
from tests.bundles.paid import RENDER, made, paid_by, pdf_of, receipt_of
from tests.documents.reading import squeezed

pytestmark = pytest.mark.django_db

TODAY = given.NOW.date()


def refused(refusal, ask):
    with pytest.raises(refusal) as told:
        ask()
    assert told.value.message
    assert not Bundle.objects.exists() and not OutboxRow.objects.filter(task__contains="bundles").exists()


def several(count=3, *, at=given.NOW):
    """Paid by several businesses at the city's desk; each by a cashier of their own."""
    cases = []
    for number in range(count):
        by, business = given.representative()
        cases.append(paid_by(by, business_id=business, at=given.after(at, minutes=number)))
    return cases


def test_the_head_of_the_body_and_the_desk_print_the_day_in_order_of_numbers():
    cases = several()
    yesterday = several(1, at=given.after(given.NOW, days=-3))
    desk = cases[0].current_agency
    for role in (Role.HEAD, Role.CASHIER, Role.RECEPTIONIST):
        by = given.staff(desk, role)
        rows = list(of_day(desk.pk, TODAY, seen_by=by))
        assert [row.case_id for row in rows] == [case.pk for case in cases]
    bundle = made(ask_day(desk.pk, TODAY, by=by, at=given.NOW))
    texts = [squeezed(page.extract_text()) for page in pdf_of(bundle, by).pages]
    assert bundle.state == FileState.READY and len(texts) == 2 + 3
    numbers = [receipt_of(case).number for case in cases]
    assert numbers == sorted(numbers)
    assert [case.code in text for case, text in zip(cases, texts[2:], strict=True)] == [True] * 3
    total = sum(receipt_of(case).amount for case in cases)
    assert f"{total:,}".replace(",", ".") in texts[0]
    assert squeezed(desk.name) in texts[0] and yesterday[0].code not in texts[1]


def test_nobody_else_prints_it():
    (case,) = several(1)
    desk = case.current_agency
    for by in (
        given.staff(given.ward_committee(), *Role),
        given.staff(desk, Role.HANDLER, Role.REGISTRAR),
        given.citizen(),
    ):
        refused(DeskUnknown, lambda by=by: ask_day(desk.pk, TODAY, by=by, at=given.NOW))
    elsewhere = given.staff(given.ward_committee(), Role.HEAD)
    refused(NoReceipts, lambda: ask_day(given.ward_committee().pk, TODAY, by=elsewhere, at=given.NOW))
    head = given.staff(desk, Role.HEAD)
    refused(DayWrong, lambda: ask_day(desk.pk, TODAY.replace(day=30), by=head, at=given.NOW))


def test_one_cashiers_session_holds_what_that_cashier_took():
    cases = several(2)
    desk = cases[0].current_agency
    first, second = CashierSession.objects.filter(desk=desk).order_by("id")
    by = given.staff(desk, Role.CASHIER)
    assert sessions_on(desk.pk, TODAY, seen_by=by) == [first, second]
    bundle = made(ask_session(second.uuid, by=by, at=given.NOW))
    texts = [squeezed(page.extract_text()) for page in pdf_of(bundle, by).pages]
    assert bundle.total == 1 and cases[1].code in texts[2] and cases[0].code not in "".join(texts)
    assert squeezed(second.cashier.full_name) in texts[0]
    stranger = given.staff(given.ward_committee(), *Role)
    assert sessions_on(desk.pk, TODAY, seen_by=stranger) == []
    with pytest.raises(SessionUnknown):
        ask_session(second.uuid, by=stranger, at=given.NOW)


def test_what_a_ward_takes_for_another_body_is_in_the_day_of_both_and_of_no_third():
    case = given.case_at_intake(given.FOOD_SAFETY)
    body = case.competent_agency
    by = given.cashier(case.current_agency)
    record_payment(
        case.code, amount=owed_at(case), method="cash", by=by, at=given.NOW, request_key=given.key()
    )
    given.carry_out(given.NOW, RENDER)
    payment = receipt_of(case).payment
    head, desk = (
        given.staff(payment.collecting_body, Role.HEAD),
        given.staff(payment.taken_at_desk, Role.CASHIER),
    )
    assert body is not None
    assert [row.case_id for row in of_day(payment.collecting_body_id, TODAY, seen_by=head)] == [case.pk]
    assert [row.case_id for row in of_day(payment.taken_at_desk_id, TODAY, seen_by=desk)] == [case.pk]
    third = given.staff(given.ward_committee("Phường Trúc Bạch"), *Role)
    assert not of_day(payment.taken_at_desk_id, TODAY, seen_by=third).exists()
