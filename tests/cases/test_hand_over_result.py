"""Handing over a result: to an identified person, a carrier, or into the applicant's own store."""

from __future__ import annotations

import pytest

from apps.applications.choices import Delivery
from apps.cases.actions.decision import hand_over_result
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AccountMissing, DeliveryIncomplete, FeesUnpaid, NotYours
from apps.cases.history import read_entry
from apps.cases.models import CaseNotice
from apps.cases.policies import DESK
from apps.citizens.models import Citizen
from apps.procedures.choices import PayBefore
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, delivery="counter", recipient="Trần Thị Bưởi, căn cước đã xem"):
    return lambda by, key: hand_over_result(
        case.code, delivery=delivery, recipient=recipient, by=by, at=given.NOW, request_key=key
    )


def test_only_the_desk_of_the_returning_agency_hands_the_result_over():
    case = given.resolved_case()
    at = case.returning_agency
    event = doors.only_official(case, play(case), right=given.receptionist(at), at=at, roles=DESK)
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.RESULT_HANDED_OVER,
        Status.RESOLVED,
        Status.DELIVERED,
    )
    assert doors.text_of(event) == "Trần Thị Bưởi, căn cước đã xem"
    assert read_entry(event.body).data == {"delivery": "counter"}


def test_who_decided_elsewhere_does_not_hand_over():
    case = given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch"))
    case = given.at_competent_agency(given.accepted(case))
    handler = given.handler_of(case)
    from apps.accounts.choices import Role
    from apps.cases.actions.decision import approve_result

    case = given.proposed(given.fresh(case), handler)
    approve_result(
        case.code,
        by=given.staff(case.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    case = given.released(given.fresh(case))
    with doors.refused(NotYours):
        play(case)(given.receptionist(case.competent_agency), given.key())
    doors.acted(case, lambda: play(case)(given.receptionist(case.returning_agency), given.key()))


@pytest.mark.parametrize(
    ("delivery", "recipient", "field"),
    [("by hand", "An", "delivery"), ("counter", " ", "recipient"), ("post", "", "recipient")],
)
def test_it_must_be_said_how_and_to_whom(delivery, recipient, field):
    case = given.resolved_case()
    with doors.refused(DeliveryIncomplete, field=field):
        play(case, delivery, recipient)(given.receptionist(case.returning_agency), given.key())


def test_the_applicant_is_told():
    case = given.resolved_case()
    by = given.receptionist(case.returning_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["send_notice"]


def test_what_is_due_before_hand_over_is_paid_first():
    case = given.resolved_case()
    given.also_due(case, PayBefore.HAND_OVER)
    by = given.receptionist(case.returning_agency)
    with doors.refused(FeesUnpaid):
        play(case)(by, given.key())
    given.paid(given.fresh(case))
    doors.acted(case, lambda: play(case)(by, given.key()))


def test_nothing_is_put_into_an_account_that_nobody_has():
    case = given.resolved_case()
    Citizen.objects.update(user=None)
    by = given.receptionist(case.returning_agency)
    with doors.refused(AccountMissing, field="delivery"):
        hand_over_result(
            case.code, delivery="electronic", recipient="", by=by, at=given.NOW, request_key=given.key()
        )


def test_a_result_delivered_otherwise_than_it_was_wanted_is_told():
    case = given.resolved_case(delivery=Delivery.COUNTER)
    by = given.receptionist(case.returning_agency)
    hand_over_result(
        case.code, delivery="electronic", recipient="", by=by, at=given.NOW, request_key=given.key()
    )
    assert CaseNotice.objects.filter(event=doors.event_of(case)).exists()


def test_what_was_asked_for_electronically_the_program_delivers_by_itself():
    case = given.resolved_case(delivery=Delivery.ELECTRONIC)
    given.carry_out(given.NOW, "deliver_result")
    case = given.fresh(case)
    assert case.status == Status.DELIVERED
    event = doors.event_of(case)
    assert (event.kind, event.by_id) == (EventKind.RESULT_HANDED_OVER, None)
    doors.adds_up(case)


def test_a_result_handed_over_by_a_person_first_is_not_delivered_again_by_the_program():
    case = given.resolved_case(delivery=Delivery.ELECTRONIC)
    play(case)(given.receptionist(case.returning_agency), given.key())
    sequence = given.fresh(case).last_sequence
    given.carry_out(given.NOW, "deliver_result")
    assert given.fresh(case).last_sequence == sequence


def test_nothing_is_handed_over_before_it_is_released():
    case = given.approved_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.returning_agency))


def test_the_same_request_hands_over_once():
    case = given.resolved_case()
    by = given.receptionist(case.returning_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, recipient="Khác"))
