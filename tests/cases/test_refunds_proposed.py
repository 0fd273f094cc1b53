"""Money goes back by itself: which act proposes what, what it does not, and what becomes of it when a case goes on."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.intake import accept_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.supplement import provide_supplement
from apps.cases.choices import Status
from apps.cases.errors import FeesUnpaid
from apps.cases.history import read_entry
from apps.cases.models import CaseRefund
from apps.cases.selectors import account_of_case, fees_of, owed_at
from apps.operations.integrity import check
from apps.procedures.choices import PayBefore
from apps.receipts.choices import MoneyState, RefundState
from apps.receipts.models import RefundDecision, RefundProposal
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def told(case) -> dict:
    return read_entry(bytes(doors.event_of(case).body)).data


def stopped(case, *, ground="ruling", at=given.NOW):
    stop_case(
        case.code,
        ground=ground,
        text="Theo quyết định",
        by=given.staff(case.current_agency, Role.HEAD),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)


def reopened(case, *, at=given.NOW):
    reopen_case(
        case.code,
        ground="official_error",
        reason="Dừng nhầm",
        by=given.staff(case.competent_agency or case.receiving_agency, Role.HEAD),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)


def account(case):
    found = account_of_case(case)
    return found.due, found.paid, found.refunded, found.going_back, found.state


def assert_whole() -> None:
    assert check(at=given.NOW, with_files=False).broken == {}


def test_a_declined_application_that_was_paid_is_proposed_to_be_paid_back_by_the_act_itself():
    case = given.declined_after_payment()
    refund = given.refund_of(case)
    assert (refund.ground, refund.amount, refund.state) == ("declined", 8_000, RefundState.PROPOSED)
    assert refund.fee == fees_of(case)[0]
    assert (told(case)["refunds"], told(case)["going_back"]) == ([str(refund.uuid)], 8_000)
    assert account(case) == (8_000, 8_000, 0, 8_000, MoneyState.SETTLED)
    assert_whole()


def test_nothing_is_proposed_where_nothing_was_paid():
    case = given.taken_at_counter()
    request_withdrawal(
        case.code,
        reason="Không cần",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert (RefundProposal.objects.count(), "refunds" in told(case)) == (0, False)
    assert account(given.fresh(case))[-1] == MoneyState.DUE


def test_nothing_is_proposed_of_what_the_budget_bears():
    case, _handler = given.awaiting_payment(given.CIVIL_EXTRACT)
    assert [fee.borne_by for fee in fees_of(case)] == ["budget"]
    stopped(case)
    assert RefundProposal.objects.count() == 0
    assert account(given.fresh(case))[-1] == MoneyState.NOTHING


def test_a_withdrawal_before_acceptance_is_cancelled_by_the_applicant():
    case = given.paid(given.taken_at_counter())
    request_withdrawal(
        case.code,
        reason="Không cần",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert given.refund_of(case).ground == "cancelled"


def test_a_case_stopped_before_anything_is_signed_proposes_each_line_once():
    case, handler = proposed_at_counter()
    stopped(case)
    refund = given.refund_of(case)
    assert (refund.ground, refund.amount, CaseRefund.objects.count()) == ("stopped", 8_000, 1)
    assert_whole()


def proposed_at_counter():
    case = given.at_competent_agency(given.accepted(given.taken_at_counter()))
    handler = given.handler_of(case)
    return given.proposed(given.fresh(case), handler), handler


def test_once_a_result_is_signed_the_service_is_done_but_for_what_is_due_at_hand_over():
    from apps.cases.actions.decision import approve_result

    case = given.taken_at_counter()
    given.also_due(case, PayBefore.HAND_OVER)
    case = given.at_competent_agency(given.accepted(case))
    case = given.proposed(case, given.handler_of(case))
    approver = given.staff(case.current_agency, Role.APPROVER)
    approve_result(case.code, by=approver, at=given.NOW, request_key=given.key())
    stopped(given.fresh(case))
    [refund] = RefundProposal.objects.all()
    assert (refund.fee.pay_before, refund.amount) == (PayBefore.HAND_OVER, 5_000)


def test_a_case_stopped_after_its_result_was_released_and_reopened_gives_nothing_back():
    case = given.taken_at_counter()
    case = given.at_competent_agency(given.accepted(case))
    case = given.proposed(case, given.handler_of(case))
    from apps.cases.actions.decision import approve_result

    approver = given.staff(case.current_agency, Role.APPROVER)
    approve_result(case.code, by=approver, at=given.NOW, request_key=given.key())
    case = reopened(given.released(given.fresh(case)))
    assert case.approved_by_id is None
    stopped(case)
    assert RefundProposal.objects.count() == 0


def test_a_fee_assessed_lower_again_and_again_proposes_the_difference_as_it_stands_last():
    case = given.paid(given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 4}))
    ask_supplement(case)
    supplemented(case, 3, is_complete=False)
    first = given.refund_of(case)
    assert (first.ground, first.amount) == ("fee_lowered", 8_000)
    supplemented(case, 3, is_complete=False)
    assert RefundProposal.objects.count() == 1
    supplemented(case, 1, is_complete=False)
    assert told(case)["refunds_withdrawn"] == [str(first.uuid)]
    assert (given.refund_of(case).amount, RefundProposal.objects.count()) == (24_000, 2)
    supplemented(case, 4)
    states = [refund.state for refund in RefundProposal.objects.with_state().order_by("pk")]
    assert states == [RefundState.WITHDRAWN, RefundState.WITHDRAWN]
    assert owed_at(given.fresh(case)) == 0
    assert_whole()


def ask_supplement(case) -> None:
    from apps.cases.actions.supplement import Item, request_supplement

    request_supplement(
        case.code,
        items=[Item("Tờ khai", "Khai lại")],
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )


def supplemented(case, copies: int, *, is_complete: bool = True) -> None:
    provide_supplement(
        case.code,
        answers={"copies": copies},
        attachments={},
        message="",
        is_complete=is_complete,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )


def test_what_was_paid_back_is_asked_again_when_the_fee_rises():
    case = given.paid(given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 3}))
    ask_supplement(case)
    supplemented(case, 1, is_complete=False)
    given.refund_decided(case)
    supplemented(case, 2)
    case = given.fresh(case)
    assert [(fee.amount, hasattr(fee, "settlement")) for fee in fees_of(case)] == [
        (24_000, True),
        (8_000, False),
    ]
    assert owed_at(case) == 8_000
    assert_whole()


def test_what_somebody_decided_shall_stay_is_not_proposed_again_by_the_next_supplement():
    case = given.paid(given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 3}))
    ask_supplement(case)
    supplemented(case, 2, is_complete=False)
    given.refund_decided(case, is_granted=False)
    supplemented(case, 2, is_complete=False)
    assert RefundProposal.objects.count() == 1
    supplemented(case, 1)
    assert [refund.amount for refund in RefundProposal.objects.order_by("pk")] == [8_000, 8_000]
    assert_whole()


def test_a_case_that_is_reopened_withdraws_what_nobody_has_decided():
    case = reopened(given.declined_after_payment())
    refund = given.refund_of(case)
    assert (refund.state, refund.decision.decided_by) == (RefundState.WITHDRAWN, None)
    assert told(case)["refunds_withdrawn"] == [str(refund.uuid)]
    assert (case.status, owed_at(case), len(fees_of(case))) == (Status.SUBMITTED, 0, 1)
    accept_intake(
        case.code, by=given.receptionist(case.current_agency), at=given.NOW, request_key=given.key()
    )
    assert_whole()


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_fee_whose_refund_was_granted_is_asked_again_when_the_case_is_reopened(is_paid):
    case = given.declined_after_payment()
    given.refund_decided(case)
    if is_paid:
        given.refund_paid(case)
    case = reopened(case)
    before, again = fees_of(case)
    assert (again.amount, again.rule, again.pay_before) == (8_000, before.rule, PayBefore.ACCEPTANCE)
    assert told(case)["fees"] == [str(again.uuid)]
    assert owed_at(case) == 8_000
    desk = given.receptionist(case.current_agency)
    with doors.refused(FeesUnpaid):
        accept_intake(case.code, by=desk, at=given.NOW, request_key=given.key())
    given.accepted(case)
    assert_whole()


def test_a_case_that_ends_twice_gives_back_what_was_paid_for_each_time_and_not_more():
    case = given.declined_after_payment()
    given.refund_decided(case)
    case = given.paid(reopened(case))
    doors.acted(
        case,
        lambda: request_withdrawal(
            case.code,
            reason="Không cần",
            by=given.receptionist(case.current_agency),
            at=given.NOW,
            request_key=given.key(),
        ),
    )
    states = [(each.amount, each.state) for each in RefundProposal.objects.with_state().order_by("pk")]
    assert states == [(8_000, RefundState.GRANTED), (8_000, RefundState.PROPOSED)]
    assert account(given.fresh(case)) == (16_000, 16_000, 0, 16_000, MoneyState.SETTLED)
    case = reopened(given.fresh(case))
    assert (len(fees_of(case)), owed_at(case), RefundDecision.objects.count()) == (2, 0, 2)
    assert_whole()


def test_what_was_refused_when_the_case_ended_stays_paid_when_it_goes_on():
    case = given.declined_after_payment()
    given.refund_decided(case, is_granted=False)
    case = reopened(case)
    assert (len(fees_of(case)), owed_at(case)) == (1, 0)
