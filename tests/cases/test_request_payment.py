"""An obligation that another authority has set: what, whose, how much; the clock stands."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.obligation import request_payment
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AmountWrong, ObligationMissing
from apps.cases.models import Obligation
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, what="Thuế trước bạ", authority="Chi cục Thuế", amount=None, reference="", at=given.NOW):
    return lambda by, key: request_payment(
        case.code,
        what=what,
        authority=authority,
        amount=amount,
        reference=reference,
        by=by,
        at=at,
        request_key=key,
    )


def test_the_handler_or_the_head_asks_and_the_case_waits_in_status_6():
    case, handler = given.assigned_case()
    at = case.current_agency
    event = doors.only_official(
        case, play(case, amount=1_500_000), right=handler, at=at, roles=(Role.HEAD, Role.RECEPTIONIST)
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.PAYMENT_REQUESTED,
        Status.ACCEPTED,
        Status.AWAITING_PAYMENT,
    )
    row = Obligation.objects.get(case=case)
    assert (row.what, row.authority, row.amount, row.voucher) == (
        "Thuế trước bạ",
        "Chi cục Thuế",
        1_500_000,
        "",
    )
    assert not given.fresh(case).is_clock_running


def test_the_applicant_is_told():
    case, handler = given.assigned_case()
    assert doors.owed_by(lambda: play(case)(handler, given.key())) == ["send_notice"]


def test_at_intake_the_receptionist_asks():
    case = given.case_at_intake()
    event = doors.acted(case, lambda: play(case)(given.receptionist(case.current_agency), given.key()))
    assert event.from_status == Status.SUBMITTED


@pytest.mark.parametrize(("what", "authority", "field"), [("", "Thuế", "what"), ("Thuế", " ", "authority")])
def test_it_says_what_and_whose(what, authority, field):
    case, handler = given.assigned_case()
    with doors.refused(ObligationMissing, field=field):
        play(case, what=what, authority=authority)(handler, given.key())


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_is_unknown_or_more_than_nothing(amount):
    case, handler = given.assigned_case()
    with doors.refused(AmountWrong, field="amount"):
        play(case, amount=amount)(handler, given.key())


def test_one_at_a_time():
    case, handler = given.awaiting_payment()
    doors.only_open_in(case, play(case), by=handler)


def test_the_same_request_asks_once():
    case, handler = given.assigned_case()
    doors.answers_once(case, play(case), by=handler)
