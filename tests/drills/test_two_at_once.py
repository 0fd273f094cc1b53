"""The same case, the same moment: one wins, and the other is told who did what."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from apps.accounts.choices import Role
from apps.businesses.actions import Organisation
from apps.businesses.models import Business
from apps.cases.actions.custody import give_back_originals
from apps.cases.actions.decision import (
    approve_result,
    hand_over_result,
    propose_result,
    release_result,
    send_back,
)
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal, stop_case
from apps.cases.actions.filing import Filing
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.mending import reopen_case, undo_last
from apps.cases.actions.payment import record_payment
from apps.cases.actions.steps import complete_step
from apps.cases.actions.submission import submit_application
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.choices import EventKind
from apps.cases.errors import (
    AlreadyAssigned,
    AlreadyUndone,
    HandoverOpen,
    NoOriginalHeld,
    NothingProposed,
    StepNeedsItsAct,
    VerbNotOpen,
)
from apps.cases.models import Case, CaseEvent, CaseResult, Handover, OriginalCustody
from apps.cases.tasks import route_case
from apps.citizens.actions import Person
from apps.citizens.choices import IdentityKind
from apps.citizens.models import Citizen
from apps.core import outbox
from apps.core.models import OutboxRow, RequestKey
from apps.core.request_keys import Replayed
from apps.operations.integrity import check
from apps.procedures.choices import Channel, StepAct
from apps.procedures.selectors import rules_of
from apps.receipts.errors import NothingDue
from apps.receipts.models import Receipt
from tests import given
from tests.cases import doors
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    """Whatever was played at once, every invariant holds."""
    yield
    assert check(at=given.NOW).broken == {}


def at_proposing(case, handler):
    """Every step before the proposal done."""
    while rules_of(case.version_id).step(case.step).act == StepAct.COMPLETE_STEP:
        complete_step(case.code, note="", by=handler, at=given.NOW, request_key=given.key())
        case = given.fresh(case)
    return case


def play(verb, case, by, **body):
    return lambda: verb(case.code, by=by, at=given.NOW, request_key=given.key(), **body)


def one_wins(case, *acts, refusals):
    """Exactly one act happened; every other was refused in one of these ways and is told who did what, and when.

    Nothing but the one act is left behind; whoever lost hears the same again, and changes nothing again.
    """
    before = doors.world()
    answers = at_once(*acts)
    lost = errors(answers)
    assert len(lost) == len(acts) - 1, answers
    assert all(isinstance(error, refusals) for error in lost), lost
    after, won = doors.world(), doors.event_of(case)
    for only in ("CaseEvent", "keys"):
        assert after[only] == before[only] + 1
    for at_most in ("EventText", "CaseNotice", "CaseReceipt", "CaseResult", "CaseDocument", "Payment"):
        assert after[at_most] - before[at_most] in (0, 1), at_most
    doors.adds_up(case)
    for act, answer in zip(acts, answers, strict=True):
        if answer in lost:
            doors.tells_of(answer, won)
            with doors.refused(type(answer)) as told:
                act()
            doors.tells_of(told.value, won)
    return lost


def test_two_clerks_accept_and_the_second_is_told_who_was_quicker():
    case = given.case_at_intake()
    clerks = [given.receptionist(case.current_agency) for _ in range(2)]
    (lost,) = one_wins(case, *(play(accept_intake, case, by) for by in clerks), refusals=VerbNotOpen)
    assert lost.data["status"] == str(given.fresh(case).get_status_display())


def test_two_clerks_decline_once():
    case = given.case_at_intake()
    clerks = [given.receptionist(case.current_agency) for _ in range(2)]
    one_wins(
        case,
        *(play(decline_intake, case, by, reason="papers_missing", text="Thiếu") for by in clerks),
        refusals=VerbNotOpen,
    )


def test_one_accepts_while_another_declines():
    case = given.case_at_intake()
    accepts, declines = (given.receptionist(case.current_agency) for _ in range(2))
    one_wins(
        case,
        play(accept_intake, case, accepts),
        play(decline_intake, case, declines, reason="papers_missing", text="Thiếu"),
        refusals=VerbNotOpen,
    )


def test_a_desk_accepts_while_the_applicant_withdraws():
    case = given.case_at_intake()
    clerk = given.receptionist(case.current_agency)
    filer = given.act_as(case.application.filed_by)
    answers = at_once(play(accept_intake, case, clerk), play(request_withdrawal, case, filer, reason="Thôi"))
    assert all(isinstance(error, VerbNotOpen) for error in errors(answers))
    doors.adds_up(case)


def test_two_handlers_take_the_same_case():
    case = given.accepted_case()
    handlers = [given.staff(case.current_agency, Role.HANDLER) for _ in range(2)]
    one_wins(
        case,
        *(play(assign_handler, case, by, handler=by.user_id) for by in handlers),
        refusals=VerbNotOpen,
    )


def test_two_heads_give_a_case_to_the_same_handler():
    case = given.accepted_case()
    handler = given.staff(case.current_agency, Role.HANDLER)
    heads = [given.staff(case.current_agency, Role.HEAD) for _ in range(2)]
    one_wins(
        case,
        *(play(assign_handler, case, by, handler=handler.user_id) for by in heads),
        refusals=AlreadyAssigned,
    )


def test_a_step_is_completed_once():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    one_wins(case, *[play(complete_step, case, handler, note="")] * 2, refusals=StepNeedsItsAct)


def test_handler_and_head_ask_for_one_supplement():
    case, handler = given.assigned_case()
    both = (handler, given.staff(case.current_agency, Role.HEAD))
    asked = {"items": [Item("Văn bản ủy quyền", "Chưa có chứng thực")], "omission": "applicant"}
    one_wins(case, *(play(request_supplement, case, by, **asked) for by in both), refusals=VerbNotOpen)


def test_a_proposal_is_made_once():
    case, handler = given.assigned_case()
    case = at_proposing(case, handler)
    one_wins(
        case,
        *[play(propose_result, case, handler, outcome="granted", text="Đủ")] * 2,
        refusals=StepNeedsItsAct,
    )


def test_two_approvers_sign_once():
    case, _ = given.proposed_case()
    approvers = [given.staff(case.current_agency, Role.APPROVER) for _ in range(2)]
    one_wins(case, *(play(approve_result, case, by) for by in approvers), refusals=NothingProposed)


def test_two_approvers_send_back_once():
    case, _ = given.proposed_case()
    approvers = [given.staff(case.current_agency, Role.APPROVER) for _ in range(2)]
    one_wins(case, *(play(send_back, case, by, text="Chưa rõ") for by in approvers), refusals=NothingProposed)


def test_one_approver_signs_while_another_sends_back():
    case, _ = given.proposed_case()
    signs, returns = (given.staff(case.current_agency, Role.APPROVER) for _ in range(2))
    one_wins(
        case,
        play(approve_result, case, signs),
        play(send_back, case, returns, text="Chưa rõ"),
        refusals=NothingProposed,
    )


def test_two_heads_undo_one_act():
    case, _ = given.proposed_case()
    heads = [given.staff(case.current_agency, Role.HEAD) for _ in range(2)]
    one_wins(case, *(play(undo_last, case, by, reason="Nhầm") for by in heads), refusals=AlreadyUndone)


def test_a_withdrawal_is_answered_once():
    case = given.accepted_case()
    filer = given.act_as(case.application.filed_by)
    request_withdrawal(case.code, reason="Thôi", by=filer, at=given.NOW, request_key=given.key())
    desk, head = given.receptionist(case.current_agency), given.staff(case.current_agency, Role.HEAD)
    one_wins(
        case,
        play(decline_withdrawal, case, desk, reason="Đã có quyết định"),
        play(stop_case, case, head, ground="applicant_request", text="Theo đơn"),
        refusals=VerbNotOpen,
    )


def test_two_registrars_release_once():
    case = given.approved_case()
    registrars = [given.staff(case.current_agency, Role.REGISTRAR) for _ in range(2)]
    one_wins(
        case,
        *(
            play(
                release_result,
                case,
                by,
                number=f"{place}/TL",
                dated_on=date(2026, 11, 23),
                attachment=given.uploaded(by),
            )
            for place, by in enumerate(registrars)
        ),
        refusals=VerbNotOpen,
    )
    assert CaseResult.objects.filter(case=case).count() == 1


def test_a_result_is_handed_over_once():
    case = given.resolved_case()
    by = given.receptionist(case.returning_agency)
    one_wins(
        case,
        *[play(hand_over_result, case, by, delivery="counter", recipient="Bưởi")] * 2,
        refusals=VerbNotOpen,
    )


def test_two_clerks_give_the_same_originals_back_once():
    case = given.declined_with_originals()
    clerks = [given.receptionist(case.current_agency) for _ in range(2)]
    acts = [play(give_back_originals, case, by, recipient="Chủ hồ sơ, căn cước đã xem") for by in clerks]
    one_wins(case, *acts, refusals=NoOriginalHeld)
    assert OriginalCustody.objects.filter(case=case, left_at__isnull=True).count() == 1
    assert OriginalCustody.objects.filter(case=case).count() == 2


def test_two_clerks_receive_a_handover_and_its_originals_once():
    desk = given.agency("district_committee", given.ward("Phường Hàng Bạc").parent)
    case = given.accepted(given.taken_at_counter(given.PERMIT, desk=desk))
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    clerks = [given.receptionist(case.competent_agency) for _ in range(2)]
    one_wins(case, *(play(receive_handover, case, by) for by in clerks), refusals=VerbNotOpen)
    (turn,) = OriginalCustody.objects.filter(case=case, left_at__isnull=True)
    assert turn.holder_id == case.competent_agency_id
    assert OriginalCustody.objects.filter(case=case).count() == 2


def test_a_case_is_offered_to_one_agency_at_a_time():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    to = [given.ward_committee(name).pk for name in ("Phường Trúc Bạch", "Phường Hàng Bạc")]
    one_wins(
        case,
        *(play(hand_over_case, case, by, to_agency=pk, reason="Đúng nơi") for pk in to),
        refusals=HandoverOpen,
    )
    assert Handover.objects.filter(case=case).count() == 1


def test_an_offer_is_answered_once():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    receives, returns = (given.receptionist(case.competent_agency) for _ in range(2))
    one_wins(
        case,
        play(receive_handover, case, receives),
        play(return_handover, case, returns, reason="Không phải"),
        refusals=VerbNotOpen,
    )


def test_two_clerks_return_a_case_that_leaves_their_sight():
    case = given.accepted_case()
    wrong = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code,
        to_agency=wrong.pk,
        reason="Đúng nơi",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    clerks = [given.receptionist(wrong) for _ in range(2)]
    acts = [play(return_handover, case, by, reason="Không phải") for by in clerks]
    one_wins(case, *acts, refusals=VerbNotOpen)


def test_applicant_and_desk_complete_the_same_file():
    case, _ = given.case_awaiting_supplement()
    both = (given.act_as(case.application.filed_by), given.receptionist(case.current_agency))
    one_wins(
        case,
        *(play(provide_supplement, case, by, answers={}, attachments={}, message="Đủ") for by in both),
        refusals=VerbNotOpen,
    )


def test_two_heads_stop_and_then_reopen_once():
    case, _ = given.proposed_case()
    heads = [given.staff(case.current_agency, Role.HEAD) for _ in range(2)]
    one_wins(
        case,
        *(play(stop_case, case, by, ground="ruling", text="Bản án") for by in heads),
        refusals=VerbNotOpen,
    )
    one_wins(
        case,
        *(play(reopen_case, case, by, ground="court", reason="Bản án mới") for by in heads),
        refusals=VerbNotOpen,
    )


def test_two_cashiers_take_the_money_once():
    case = given.taken_at_counter()
    cashiers = [given.cashier(case.current_agency) for _ in range(2)]
    one_wins(
        case,
        *(play(record_payment, case, by, amount=8000, method="cash") for by in cashiers),
        refusals=NothingDue,
    )
    assert Receipt.objects.count() == 1


def test_the_same_button_pressed_five_times_at_once_acts_once():
    case = given.case_at_intake()
    by, key = given.receptionist(case.current_agency), given.key()
    answers = at_once(*[lambda: accept_intake(case.code, by=by, at=given.NOW, request_key=key)] * 5)
    replays = errors(answers)
    assert len(replays) == 4
    assert {(type(error), error.code) for error in replays} == {(Replayed, case.code)}
    assert CaseEvent.objects.filter(case=case, kind=EventKind.INTAKE_ACCEPTED).count() == 1


def test_the_same_application_sent_five_times_at_once_is_filed_once():
    by, key = given.citizen(), given.key()
    filing = Filing(
        procedure_code=given.CIVIL_EXTRACT,
        channel=Channel.ONLINE,
        answers=given.answers(given.CIVIL_EXTRACT),
        connecting_unit_id=given.ward().pk,
        attachments=given.required_uploads(given.CIVIL_EXTRACT, by),
    )
    answers = at_once(*[lambda: submit_application(filing, by=by, at=given.NOW, request_key=key)] * 5)
    replays = errors(answers)
    assert len(replays) == 4, answers
    case = Case.objects.get()
    assert {(type(error), error.code) for error in replays} == {(Replayed, case.code)}
    assert RequestKey.objects.filter(key=key).count() == 1


def test_two_workers_route_the_same_case_once():
    case = given.filed_online()
    row = OutboxRow.objects.get(effect=f"route:{case.code}")
    assert errors(at_once(*[lambda: route_case(row.pk)] * 4)) == []
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1


def test_many_filings_at_one_desk_at_once_get_codes_of_their_own():
    desk = given.ward_committee()
    given.taken_at_counter(desk=desk)
    answers = at_once(*[lambda: given.taken_at_counter(desk=desk).code] * 8)
    assert errors(answers) == []
    assert sorted(answers) == [f"{desk.identification_code}-261123-{serial:04d}" for serial in range(2, 10)]


def test_two_relays_never_take_the_same_row():
    for place in range(30):
        outbox.owe("apps.cases.tasks.route_case", f"trial:{place}", given.NOW, code="X").save()
    batches = at_once(*[lambda: outbox.take_due(given.NOW, most=10)] * 3)
    taken = [pk for batch in batches for pk, _ in batch]
    assert len(taken) == len(set(taken)) == 30


def test_two_counters_take_the_first_application_of_one_person_and_both_are_filed():
    desks = [
        given.receptionist(given.ward_committee(name)) for name in ("Phường Phúc Xá", "Phường Trúc Bạch")
    ]

    def take(desk, person):
        filing = Filing(
            procedure_code=given.CIVIL_EXTRACT,
            channel=Channel.COUNTER,
            answers=given.answers(given.CIVIL_EXTRACT),
            filer=person,
            organisation=Organisation(name="Công ty An", number="0100233488"),
            authority="Giấy giới thiệu số 12",
            has_consent=True,
            connecting_unit_id=given.ward().pk,
            originals=["identity"],
        )
        return submit_application(filing, by=desk, at=given.NOW, request_key=given.key())

    people = [given.person_at_counter(number) for number in range(1, 4)]
    people += [Person("Anne Moreau", IdentityKind.PASSPORT, f"C4F8K2{number}", "FR") for number in (1, 2)]
    for person in people:
        answers = at_once(*(partial(take, desk, person) for desk in desks))
        assert errors(answers) == []
    assert Case.objects.count() == 10
    assert Citizen.objects.count() == 5
    assert Business.objects.count() == 1
