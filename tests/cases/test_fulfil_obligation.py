"""An obligation is proven to be fulfilled: the case goes back to where it was, with what was left of its time."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.obligation import fulfil_obligation, request_payment
from apps.cases.choices import EventKind, Status
from apps.cases.errors import VoucherMissing
from apps.cases.models import Obligation
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

ROLES = (Role.HANDLER, Role.HEAD, Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=given.HANOI)


def play(case, voucher="BL 0000123", at=given.NOW):
    return lambda by, key: fulfil_obligation(case.code, voucher=voucher, by=by, at=at, request_key=key)


def test_a_desk_or_who_handles_enters_the_proof_and_nobody_else():
    case, handler = given.awaiting_payment()
    event = doors.only_official(case, play(case), right=handler, at=case.current_agency, roles=ROLES)
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.OBLIGATION_FULFILLED,
        Status.AWAITING_PAYMENT,
        Status.ACCEPTED,
    )
    row = Obligation.objects.get(case=case)
    assert (row.voucher, row.fulfilled_at, row.fulfilled_by_id) == ("BL 0000123", given.NOW, handler.user_id)


def test_the_time_of_the_obligation_is_given_back_and_the_limit_does_not_begin_again():
    """3 working days from Monday the 7th: Thursday; two counted days with the tax office give two back."""
    case, _ = given.awaiting_payment(given.RECOGNITION, at=moment(7, 9), asked_at=moment(8, 10))
    doors.acted(
        case, lambda: play(case, at=moment(10, 14))(given.receptionist(case.current_agency), given.key())
    )
    after = given.fresh(case)
    assert after.due_at == after.promised_due_at == after.statutory_due_at == moment(14, 17)


def test_it_needs_the_number_of_the_proof():
    case, handler = given.awaiting_payment()
    with doors.refused(VoucherMissing, field="voucher"):
        play(case, voucher=" ")(handler, given.key())


def test_nothing_is_fulfilled_that_was_not_asked_for():
    case, handler = given.assigned_case()
    doors.only_open_in(case, play(case), by=handler)


def test_fulfilled_at_intake_intake_begins_again():
    case = given.case_at_intake(at=moment(7, 9))
    desk = given.receptionist(case.current_agency)
    request_payment(
        case.code, what="Thuế", authority="Thuế", by=desk, at=moment(7, 10), request_key=given.key()
    )
    doors.acted(case, lambda: play(case, at=moment(9, 10))(desk, given.key()))
    after = given.fresh(case)
    assert (after.status, after.intake_due_at) == (Status.SUBMITTED, moment(10, 10))


def test_the_same_request_fulfils_once():
    case, handler = given.awaiting_payment()
    doors.answers_once(case, play(case), by=handler)
