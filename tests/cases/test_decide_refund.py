"""A refund is decided by a person of the collecting body, on the fee's own rule, once; its way may be changed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.refund import decide_refund
from apps.cases.errors import NotYours, ReasonMissing, ReasonUnknown
from apps.cases.history import read_entry
from apps.cases.notices import notices_of
from apps.cases.selectors import case_seen_by, refunds_waiting
from apps.core.models import OutboxRow
from apps.receipts.actions.cashiers import open_session
from apps.receipts.choices import RefundState
from apps.receipts.errors import (
    AlwaysReturned,
    DecidedAlready,
    NoRefundToDecide,
    NotPaidOnline,
    NotRefundable,
    ReasonTooLong,
    RefundUnknown,
)
from apps.receipts.models import RefundDecision, RefundOtherWay
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, **changed):
    sent = {
        "refund": given.refund_of(case).uuid,
        "is_granted": True,
        "method": "cash",
        "reason": "Hồ sơ không được tiếp nhận",
        **changed,
    }

    def played(by, key):
        return decide_refund(case.code, **sent, by=by, at=given.NOW, request_key=key)

    return played


def head_of(case):
    return given.staff(given.refund_of(case).payment.collecting_body, Role.HEAD)


def decide(case, **changed):
    return doors.acted(case, lambda: play(case, **changed)(head_of(case), given.key()))


def test_only_the_head_or_the_approver_of_the_collecting_body_decides():
    case = given.declined_after_payment(by=given.citizen())
    roles = (Role.HEAD, Role.APPROVER)
    event = doors.only_official(case, play(case), right=head_of(case), at=case.current_agency, roles=roles)
    assert read_entry(bytes(event.body)).data == {
        "refund": str(given.refund_of(case).uuid),
        "is_granted": True,
        "method": "cash",
        "amount": 700_000,
    }
    assert doors.text_of(event) == "Hồ sơ không được tiếp nhận"
    refund = given.refund_of(case)
    assert (refund.state, refund.method) == (RefundState.GRANTED, "cash")


def test_whoever_took_the_money_never_decides_that_it_goes_back():
    case = given.taken_at_counter()
    both = given.staff(case.current_agency, Role.CASHIER, Role.HEAD)
    open_session(case.current_agency_id, opening_balance=0, by=both, at=given.NOW, request_key=given.key())
    from apps.cases.actions.ending import request_withdrawal
    from apps.cases.actions.payment import record_payment

    record_payment(case.code, amount=8_000, method="cash", by=both, at=given.NOW, request_key=given.key())
    desk = given.receptionist(case.current_agency)
    request_withdrawal(case.code, reason="Thôi", by=desk, at=given.NOW, request_key=given.key())
    with doors.refused(NotYours):
        play(case)(both, given.key())
    assert not refunds_waiting(seen_by=both).exists()
    decide(case)


def test_a_repeat_decides_once():
    case = given.declined_after_payment()
    doors.answers_once(case, play(case), by=head_of(case))
    assert RefundDecision.objects.count() == 1


def test_it_stays_where_it_is_refused_with_a_reason_that_the_applicant_is_told():
    who = given.citizen()
    case = given.declined_after_payment(by=who)
    decide(case, is_granted=False, method="", reason="Đã thẩm định xong")
    refund = given.refund_of(case)
    assert (refund.state, refund.method) == (RefundState.REFUSED, "")
    [told, *_] = notices_of(case_seen_by(case.code, seen_by=who), seen_by=who)
    assert "700.000" in told.text and "Đã thẩm định xong" in told.text
    with doors.refused(NoRefundToDecide) as refused:
        play(case)(head_of(case), given.key())
    doors.tells_of(refused.value, doors.event_of(case))


def test_a_fee_that_its_own_rule_calls_not_refundable_is_only_refused():
    def kept(rules):
        rules[0]["is_refundable"] = False

    given.new_version(given.CIVIL_EXTRACT, fee_rules=kept)
    case = given.declined_after_payment()
    refund = given.refund_of(case)
    with doors.refused(NotRefundable) as told:
        play(case)(head_of(case), given.key())
    assert refund.fee.rule.title in told.value.message
    decide(case, is_granted=False, method="")


def test_money_that_settled_nothing_is_only_granted():
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    with doors.refused(AlwaysReturned):
        play(case, is_granted=False, method="")(head_of(case), given.key())
    decide(case, method="transfer")
    assert given.refund_of(case).state == RefundState.GRANTED


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"refund": uuid4()}, RefundUnknown, "refund"),
        ({"reason": " "}, ReasonMissing, "reason"),
        ({"reason": "x" * 501}, ReasonTooLong, "reason"),
        ({"method": ""}, ReasonUnknown, "method"),
        ({"method": "gold"}, ReasonUnknown, "method"),
        ({"is_granted": False}, ReasonUnknown, "method"),
        # It was paid in cash.
        ({"method": "gateway"}, NotPaidOnline, "method"),
    ],
)
def test_what_cannot_be_decided_so(changed, refusal, field):
    case = given.declined_after_payment()
    with doors.refused(refusal, field=field):
        play(case, **changed)(head_of(case), given.key())


def test_a_refund_of_another_case_is_unknown_in_this_one():
    case, other = given.declined_after_payment(), given.declined_after_payment()
    with doors.refused(RefundUnknown, field="refund"):
        play(case, refund=given.refund_of(other).uuid)(head_of(case), given.key())


def test_until_it_is_paid_by_a_person_the_way_may_be_changed_and_nothing_else():
    case = given.declined_after_payment()
    decide(case)
    for changed in ({}, {"is_granted": False, "method": ""}):
        with doors.refused(DecidedAlready):
            play(case, **changed)(head_of(case), given.key())
    with doors.refused(NotPaidOnline):
        play(case, method="gateway")(head_of(case), given.key())
    decide(case, method="transfer", reason="Không đến nhận được")
    assert (given.refund_of(case).method, RefundOtherWay.objects.count()) == ("transfer", 1)
    decide(case, method="cash", reason="Đến nhận được")
    given.refund_paid(case)
    with doors.refused(NoRefundToDecide):
        play(case, method="transfer")(head_of(case), given.key())


def test_granted_through_the_gateway_a_worker_is_owed_once_and_nobody_changes_the_way_meanwhile():
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    assert "refund_at_gateway" in doors.owed_by(lambda: decide(case, method="gateway"))
    row = OutboxRow.objects.get(task__endswith="refund_at_gateway")
    refund = given.refund_of(case)
    assert row.payload == {"code": case.code, "refund": str(refund.uuid)}
    with doors.refused(NoRefundToDecide):
        play(case, method="cash")(head_of(case), given.key())


def test_the_list_of_the_deciders_and_of_the_cashiers():
    case = given.declined_after_payment()
    head, cashier = head_of(case), given.cashier(case.current_agency)
    stranger = given.staff(doors.other_ward(), Role.HEAD, Role.CASHIER)

    def listed(by):
        return [row.case_id for row in refunds_waiting(seen_by=by)]

    assert (listed(head), listed(cashier), listed(stranger)) == ([case.pk], [], [])
    decide(case)
    assert (listed(head), listed(cashier), listed(stranger)) == ([], [case.pk], [])
    given.refund_paid(case)
    assert (listed(head), listed(cashier)) == ([], [])
