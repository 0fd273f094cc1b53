"""A granted refund is paid once: cash out of an open drawer that holds it, or a transfer that the bank has made."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.refund import pay_refund
from apps.cases.errors import NotYours
from apps.cases.history import read_entry
from apps.cases.notices import notices_of
from apps.cases.selectors import account_of_case, case_seen_by
from apps.receipts.actions.cashiers import open_session
from apps.receipts.choices import MoneyState, RefundState
from apps.receipts.drawers import drawer_of
from apps.receipts.errors import (
    DrawerHoldsLess,
    NoOpenSession,
    NoRefundToPay,
    RecipientMissing,
    ReferenceMissing,
    ReferenceTooLong,
    RefundUnknown,
    SessionElsewhere,
)
from apps.receipts.models import CashierSession, Refund
from tests import given
from tests.cases import doors
from tests.cases.test_decide_refund import head_of

pytestmark = pytest.mark.django_db

WHO = "Trần Thị Bưởi, căn cước 001185000001"


def play(case, **changed):
    sent = {"refund": given.refund_of(case).uuid, "recipient": WHO, "reference": "", **changed}
    return lambda by, key: pay_refund(case.code, **sent, by=by, at=given.NOW, request_key=key)


def granted(method="cash", **filed):
    case = given.declined_after_payment(**filed)
    given.refund_decided(case, method)
    return case


def cashier_of(case, opening_balance=1_000_000):
    return given.cashier(case.current_agency, opening_balance=opening_balance)


def test_only_a_cashier_of_a_desk_of_the_case_pays_cash_out_of_the_drawer():
    case = granted(by=given.citizen())
    right = cashier_of(case)
    roles = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
    event = doors.only_official(case, play(case), right=right, at=case.current_agency, roles=roles)
    refund = given.refund_of(case)
    data = {"refund": str(refund.uuid), "amount": 700_000, "method": "cash"}
    assert (read_entry(bytes(event.body)).data, doors.text_of(event)) == (data, WHO)
    paid = refund.refund
    session = CashierSession.objects.get(cashier_id=right.user_id)
    assert (paid.amount, paid.session, paid.paid_by_id) == (700_000, session, right.user_id)
    assert drawer_of(session).expected_cash == 300_000
    assert (refund.state, account_of_case(case).state) == (RefundState.PAID, MoneyState.REFUNDED)


def test_a_transfer_is_entered_by_the_head_or_the_cashier_of_the_collecting_body():
    case = granted("transfer", by=given.citizen())
    right = given.staff(case.current_agency, Role.HEAD)
    doors.only_official(
        case,
        play(case, recipient="", reference="FT26328001"),
        right=right,
        at=case.current_agency,
        roles=(Role.HEAD, Role.CASHIER),
    )
    paid = given.refund_of(case).refund
    assert (paid.method, paid.reference, paid.session, paid.paid_by_id) == (
        "transfer",
        "FT26328001",
        None,
        right.user_id,
    )


def test_whoever_granted_it_does_not_pay_it_out():
    case = given.declined_after_payment()
    both = given.staff(case.current_agency, Role.HEAD, Role.CASHIER)
    open_session(
        case.current_agency_id, opening_balance=100_000, by=both, at=given.NOW, request_key=given.key()
    )
    given.refund_decided(case, by=both)
    with doors.refused(NotYours):
        play(case)(both, given.key())


def test_a_repeat_pays_once_and_a_second_cashier_is_told_who_did():
    case = granted()
    event = doors.answers_once(case, play(case), by=cashier_of(case))
    with doors.refused(NoRefundToPay) as told:
        play(case)(cashier_of(case), given.key())
    doors.tells_of(told.value, event)
    assert Refund.objects.count() == 1


def test_nobody_pays_what_nobody_has_granted():
    case = given.declined_after_payment()
    with doors.refused(NotYours):
        play(case)(cashier_of(case), given.key())
    given.refund_decided(case, is_granted=False)
    with doors.refused(NotYours):
        play(case)(cashier_of(case), given.key())


def test_nobody_pays_by_hand_what_the_gateway_pays():
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    given.refund_decided(case, "gateway")
    for by in (cashier_of(case), head_of(case)):
        with doors.refused(NotYours):
            play(case, reference="FT1")(by, given.key())


@pytest.mark.parametrize(
    ("method", "changed", "refusal", "field"),
    [
        ("cash", {"recipient": " "}, RecipientMissing, "recipient"),
        ("cash", {"refund": "00000000-0000-0000-0000-000000000000"}, RefundUnknown, "refund"),
        ("transfer", {"reference": " "}, ReferenceMissing, "reference"),
        ("transfer", {"reference": "9" * 81}, ReferenceTooLong, "reference"),
    ],
)
def test_what_cannot_be_paid_so(method, changed, refusal, field):
    case = granted(method)
    by = cashier_of(case)
    with doors.refused(refusal, field=field):
        play(case, **changed)(by, given.key())


def test_cash_leaves_only_an_open_drawer_of_a_desk_of_the_case_that_holds_it():
    case = granted()
    with doors.refused(NoOpenSession):
        play(case)(given.staff(case.current_agency, Role.CASHIER), given.key())
    with doors.refused(DrawerHoldsLess) as told:
        play(case)(cashier_of(case, 7_999), given.key())
    assert "7.999" in told.value.message and "8.000" in told.value.message
    elsewhere = given.cashier(doors.other_ward())
    given.PostFactory(user_id=elsewhere.user_id, agency=case.current_agency, role=Role.CASHIER)
    from apps.accounts.models import User

    with doors.refused(SessionElsewhere):
        play(case)(given.act_as(User.objects.get(pk=elsewhere.user_id)), given.key())
    exactly = cashier_of(case, 8_000)
    play(case)(exactly, given.key())
    assert drawer_of(CashierSession.objects.get(cashier_id=exactly.user_id)).expected_cash == 0


def test_the_applicant_is_told_that_it_was_paid():
    who = given.citizen()
    case = granted(by=who)
    play(case)(cashier_of(case), given.key())
    told = notices_of(case_seen_by(case.code, seen_by=who), seen_by=who)
    assert "700.000" in told[0].text and WHO not in told[0].text
