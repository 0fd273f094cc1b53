"""Completing a file: a new revision, never an edit; the case goes back to where it was."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.applications.models import ApplicationRevision
from apps.applications.selectors import answers_of
from apps.cases.actions.decision import approve_result
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.intake import accept_intake
from apps.cases.actions.supplement import provide_supplement, request_supplement
from apps.cases.choices import EventKind, Status
from apps.cases.errors import (
    AttachmentUnknown,
    CaseUnknown,
    FeesUnpaid,
    ItemsMissing,
    NotCompetent,
    NotYours,
    PaperUnknown,
)
from apps.cases.history import read_entry
from apps.cases.models import SupplementRequest
from apps.cases.selectors import fees_of, owed_at
from apps.core.errors import Faults
from apps.core.models import OutboxRow
from apps.interface.actors import NOBODY
from apps.operations.integrity import check
from apps.procedures.errors import AnswerUnknown
from apps.procedures.selectors import rules_of
from apps.receipts.models import FeeDue, Payment, RefundProposal
from tests import given
from tests.cases import doors
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db


def play(case, answers=None, attachments=None, message="Đã bổ sung", at=given.NOW, unit=None):
    return lambda by, key: provide_supplement(
        case.code,
        answers=answers or {},
        attachments=attachments or {},
        message=message,
        connecting_unit=unit,
        by=by,
        at=at,
        request_key=key,
    )


def applicant_of(case):
    return given.act_as(case.application.filed_by)


def test_the_applicant_or_a_desk_that_took_the_papers_completes_the_file_and_nobody_else():
    for right in ("applicant", "desk"):
        case, _ = given.case_awaiting_supplement()
        at = case.current_agency
        strangers = [
            (NOBODY, CaseUnknown),
            (given.citizen(), CaseUnknown),
            (given.receptionist(doors.other_ward()), CaseUnknown),
            (given.staff(at, Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR, Role.CASHIER), NotYours),
            (doors.supervisor(at.unit), NotYours),
        ]
        for actor, refusal in strangers:
            with doors.refused(refusal):
                play(case)(actor, given.key())
        by = applicant_of(case) if right == "applicant" else given.receptionist(at)
        event = doors.acted(case, lambda play=play(case), by=by: play(by, given.key()))
        assert event.kind == EventKind.SUPPLEMENT_PROVIDED


def test_a_file_completed_in_handling_goes_back_to_the_status_it_had():
    case, _ = given.case_awaiting_supplement()
    event = play(case)(applicant_of(case), given.key())
    assert (event.from_status, event.to_status) == (Status.AWAITING_SUPPLEMENT, Status.ACCEPTED)
    request = SupplementRequest.objects.get(case=case)
    assert request.completed_at == given.NOW
    assert request.revision.number == 2


def test_a_file_completed_at_intake_goes_back_to_intake():
    case = given.case_at_intake()
    request_supplement(
        case.code,
        items=ITEMS,
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    play(case)(applicant_of(case), given.key())
    assert given.fresh(case).status == Status.SUBMITTED


def test_changed_answers_are_a_new_revision_and_the_first_stays_as_it_was():
    case, _ = given.case_awaiting_supplement()
    first = ApplicationRevision.objects.get(application=case.application, number=1)
    name = next(
        name
        for name, of in rules_of(case.version_id).version.form_schema["properties"].items()
        if of["type"] == "string" and "enum" not in of and "format" not in of
    )
    play(case, answers={name: "Nội dung mới"})(applicant_of(case), given.key())
    assert answers_of(case.application_id)[name] == "Nội dung mới"
    second = ApplicationRevision.objects.get(application=case.application, number=2)
    assert second.answers == {name: "Nội dung mới"}
    assert ApplicationRevision.objects.get(pk=first.pk).answers == first.answers


def test_new_files_are_tied_to_the_paper_asked_for():
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    component = rules_of(case.version_id).components[0]
    file = given.uploaded(by)
    play(case, attachments={component.code: [file]}, message="")(by, given.key())
    row = ApplicationRevision.objects.get(application=case.application, number=2).attachments.get()
    assert (row.component_id, row.attachment.uuid) == (component.pk, file)


def test_a_file_for_an_item_that_is_no_paper_of_the_procedure_is_tied_to_the_words_of_the_request():
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    file = given.uploaded(by)
    play(case, attachments={"1": [file]}, message="")(by, given.key())
    row = ApplicationRevision.objects.get(application=case.application, number=2).attachments.get()
    assert (row.component_id, row.asked_item, row.attachment.uuid) == (None, "Văn bản ủy quyền", file)


@pytest.mark.parametrize("number", ["0", "2", "-1", "01"])
def test_a_file_for_an_item_that_was_not_asked_for_is_refused(number):
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    file = given.uploaded(by)
    with doors.refused(PaperUnknown, field=f"attachments.{number}"):
        play(case, attachments={number: [file]})(by, given.key())


def test_an_empty_supplement_is_refused():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(ItemsMissing, field="message"):
        play(case, message="  ")(applicant_of(case), given.key())


def test_somebody_elses_file_is_refused():
    case, _ = given.case_awaiting_supplement()
    component = rules_of(case.version_id).components[0].code
    foreign = given.uploaded(given.citizen())
    with doors.refused(AttachmentUnknown, field=f"attachments.{component}"):
        play(case, attachments={component: [foreign]})(applicant_of(case), given.key())


def test_a_paper_that_the_procedure_does_not_ask_for_is_refused():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(PaperUnknown, field="attachments.diary"):
        play(case, attachments={"diary": [uuid4()]})(applicant_of(case), given.key())


def test_all_faults_are_told_together():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(Faults) as told:
        play(case, answers={"unheard_of": 1}, attachments={"diary": [uuid4()]})(
            applicant_of(case), given.key()
        )
    assert [(type(fault), fault.field) for fault in told.value.faults] == [
        (AnswerUnknown, "answers.unheard_of"),
        (PaperUnknown, "attachments.diary"),
    ]


def test_nothing_is_completed_that_was_not_asked_for():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=applicant_of(case))


def test_the_same_request_completes_once():
    case, _ = given.case_awaiting_supplement()
    doors.answers_once(case, play(case), by=applicant_of(case), other=play(case, message="Khác"))


# Fees, when the answers on which they rest change


def copies(number: int) -> dict[str, object]:
    return {**given.answers(given.CIVIL_EXTRACT), "copies": number}


def asked_at_intake(case):
    """Status 5, asked for at intake by the desk that holds the case."""
    request_supplement(
        case.code,
        items=ITEMS,
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def supplemented(case, **answers):
    """The desk enters what the person at the counter changes; what the ledger says of it."""
    event = doors.acted(
        case,
        lambda: play(case, answers=answers)(given.receptionist(case.current_agency), given.key()),
    )
    return read_entry(event.body).data


def assert_whole() -> None:
    """What the ledger tells of fees and routing is so."""
    broken = check(at=given.NOW).broken
    assert broken.keys() & {"assessed_fees", "settled_fees", "effects_once", "case_state"} == set()


def lines(case):
    return [(fee.quantity, fee.amount, hasattr(fee, "settlement")) for fee in fees_of(case)]


def test_an_unpaid_fee_is_withdrawn_and_assessed_anew():
    case = asked_at_intake(given.taken_at_counter(answers=copies(1)))
    [before] = fees_of(case)
    data = supplemented(case, copies=3)
    [after] = fees_of(case)
    assert (after.quantity, after.amount, after.assessed_at) == (3, 24_000, given.NOW)
    assert (data["fees"], data["withdrawn"]) == ([str(after.uuid)], [str(before.uuid)])
    withdrawn = FeeDue.objects.get(pk=before.pk)
    assert (withdrawn.withdrawn_at, withdrawn.amount) == (given.NOW, 8_000)
    assert owed_at(case) == 24_000
    given.paid(given.fresh(case))
    assert Payment.objects.get().amount == 24_000
    assert_whole()


def test_a_paid_fee_stays_and_the_difference_is_asked_in_a_line_of_its_own():
    case = asked_at_intake(given.paid(given.taken_at_counter(answers=copies(1))))
    data = supplemented(case, copies=3)
    assert lines(case) == [(1, 8_000, True), (2, 16_000, False)]
    assert (len(data["fees"]), data["withdrawn"], "refunds" in data) == (1, [], False)
    assert owed_at(case) == 16_000
    given.paid(given.fresh(case))
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [8_000, 16_000]
    assert owed_at(case) == 0
    assert_whole()


def test_what_an_accepted_case_is_asked_beyond_what_it_paid_is_due_before_the_decision():
    case = given.at_competent_agency(given.accepted(given.taken_at_counter(answers=copies(1))))
    handler = given.handler_of(case)
    request_supplement(
        case.code, items=ITEMS, omission="applicant", by=handler, at=given.NOW, request_key=given.key()
    )
    desk = given.receptionist(case.current_agency)
    play(given.fresh(case), answers={"copies": 3})(desk, given.key())
    assert [fee.pay_before for fee in fees_of(case) if not hasattr(fee, "settlement")] == ["decision"]
    case = given.proposed(given.fresh(case), handler)
    approver = given.staff(case.competent_agency, Role.APPROVER)
    with doors.refused(FeesUnpaid):
        approve_result(case.code, by=approver, at=given.NOW, request_key=given.key())
    given.paid(given.fresh(case))
    approve_result(case.code, by=approver, at=given.NOW, request_key=given.key())


def test_where_less_is_asked_than_was_paid_the_rest_is_proposed_to_be_paid_back():
    case = asked_at_intake(given.paid(given.taken_at_counter(answers=copies(3))))
    data = supplemented(case, copies=1)
    [refund] = RefundProposal.objects.all()
    assert (refund.ground, refund.amount, refund.fee.amount) == ("fee_lowered", 16_000, 24_000)
    told = (data["fees"], data["withdrawn"], data["refunds"], data["going_back"])
    assert told == ([], [], [str(refund.uuid)], 16_000)
    assert lines(case) == [(3, 24_000, True)]
    assert owed_at(case) == 0
    assert_whole()


def test_another_rule_that_applies_now_takes_the_place_of_the_one_before():
    case = asked_at_intake(given.taken_at_counter("2.001035"))
    [before] = fees_of(case)
    assert before.amount == 50_000
    data = supplemented(case, transaction_kind="change")
    [after] = fees_of(case)
    assert (after.amount, after.rule_id != before.rule_id) == (30_000, True)
    assert data["withdrawn"] == [str(before.uuid)]


def test_answers_on_which_no_fee_rests_leave_the_lines_as_they_are():
    case = asked_at_intake(given.taken_at_counter())
    before = list(FeeDue.objects.order_by("pk").values())
    data = supplemented(case, request_content="Xin cấp bản sao trích lục kết hôn")
    assert (data["fees"], data["withdrawn"], "refunds" in data) == ([], [], False)
    assert list(FeeDue.objects.order_by("pk").values()) == before


def test_what_the_citys_budget_bears_is_assessed_again_as_well():
    case, _ = given.case_awaiting_supplement(answers=copies(1))
    play(case, answers={"copies": 2})(applicant_of(case), given.key())
    [fee] = fees_of(case)
    assert (fee.amount, fee.borne_by, owed_at(case)) == (16_000, "budget", 0)


def test_a_price_that_is_not_established_stays_unset():
    case = asked_at_intake(given.case_at_intake("1.001699", by=given.citizen()))
    before = list(FeeDue.objects.order_by("pk").values())
    assert [fee["amount"] for fee in before] == [None]
    play(case, answers={"request_content": "Xác định mức độ khuyết tật"})(applicant_of(case), given.key())
    assert list(FeeDue.objects.order_by("pk").values()) == before


def test_a_supplement_that_is_refused_withdraws_no_fee():
    case = asked_at_intake(given.taken_at_counter(answers=copies(1)))
    before = list(FeeDue.objects.order_by("pk").values())
    with doors.refused(PaperUnknown):
        play(case, answers={"copies": 3}, attachments={"diary": [uuid4()]})(
            given.receptionist(case.current_agency), given.key()
        )
    assert list(FeeDue.objects.order_by("pk").values()) == before


# Competence, when the answers on which it rests change

CORRECTION = "1.004859"
OF_AGE, A_CHILD = "1990-05-17", "2016-05-17"


def born(day: str) -> dict[str, object]:
    return {**given.answers(CORRECTION), "subject_born_on": day}


def test_at_intake_a_case_whose_answers_point_to_another_agency_is_routed_again():
    case = asked_at_intake(given.case_at_intake(CORRECTION, answers=born(OF_AGE)))
    assert case.current_agency.kind.code == "district_committee"
    event = doors.acted(
        case, lambda: play(case, answers={"subject_born_on": A_CHILD})(applicant_of(case), given.key())
    )
    waiting = given.fresh(case)
    assert (waiting.status, waiting.routing, waiting.competent_agency) == (Status.SUBMITTED, "pending", None)
    assert waiting.current_agency == case.receiving_agency
    assert OutboxRow.objects.get(effect=f"route:{case.code}:{event.sequence}").done_at is None
    with doors.refused(NotCompetent):
        accept_intake(
            case.code,
            by=given.receptionist(waiting.current_agency),
            at=given.NOW,
            request_key=given.key(),
        )
    given.carry_out(given.NOW, "route_case")
    routed = given.fresh(case)
    assert (routed.routing, routed.competent_agency.kind.code) == ("routed", "ward_committee")
    assert routed.current_agency == routed.competent_agency
    doors.adds_up(case)
    assert_whole()


def test_answers_that_point_to_the_same_agency_move_nothing():
    case = asked_at_intake(given.case_at_intake(CORRECTION, answers=born(OF_AGE)))
    assert doors.owed_by(
        lambda: play(case, answers={"subject_born_on": "1991-01-01"})(applicant_of(case), given.key())
    ) == ["send_notice"]
    after = given.fresh(case)
    assert (after.routing, after.competent_agency, after.current_agency) == (
        "routed",
        case.competent_agency,
        case.current_agency,
    )


def test_once_accepted_nothing_moves_by_itself():
    case, _ = given.case_awaiting_supplement(CORRECTION, answers=born(OF_AGE))
    assert doors.owed_by(
        lambda: play(case, answers={"subject_born_on": A_CHILD})(applicant_of(case), given.key())
    ) == ["send_notice"]
    after = given.fresh(case)
    assert (after.status, after.competent_agency, after.current_agency) == (
        Status.ACCEPTED,
        case.competent_agency,
        case.current_agency,
    )


def test_an_agency_that_a_person_chose_keeps_the_case_while_the_look_up_still_finds_none():
    case = given.unroutable_case()
    to = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Phường đã sáp nhập",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    receive_handover(case.code, by=given.receptionist(to), at=given.NOW, request_key=given.key())
    case = asked_at_intake(given.fresh(case))
    assert doors.owed_by(lambda: play(case, answers={"copies": 2})(applicant_of(case), given.key())) == [
        "send_notice"
    ]
    assert (given.fresh(case).routing, given.fresh(case).competent_agency) == ("routed", to)
