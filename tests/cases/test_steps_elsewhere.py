"""Steps at several agencies and levels: the case goes there and comes back, and to decide stays where it was."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.correcting import correct_paper
from apps.cases.actions.decision import approve_result, propose_result
from apps.cases.actions.ending import stop_case
from apps.cases.actions.extension import extend_deadline
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.actions.mending import reopen_case, undo_last
from apps.cases.choices import EventKind, Outcome, Status
from apps.cases.errors import (
    AttachmentUnknown,
    CaseUnknown,
    NotYours,
    ProductMissing,
    VerbNotOpen,
)
from apps.cases.models import ActPaper, CaseEvent, Handover
from apps.cases.selectors import act_paper_file, case_seen_by, correctable_of, entries_of, step_turns
from tests import given
from tests.cases import doors, legs
from tests.cases.legs import complete, data_of

pytestmark = pytest.mark.django_db


def test_a_case_goes_to_the_ward_to_the_city_and_back_to_the_district_that_decides_it():
    legs.three_levels()
    case = legs.accepted_here()
    district = case.competent_agency
    assert (case.current_agency, case.step_agency_id) == (district, legs.ward_agency().pk)
    assert data_of(case)["agency"] == legs.ward_agency().pk

    case = legs.received(case)
    assert (case.current_agency, case.competent_agency) == (legs.ward_agency(), district)
    verifier = given.handler_of(case)
    promised = case.promised_due_at
    case = legs.verified(case, verifier)
    assert (case.status, case.current_agency) == (Status.IN_PROGRESS, legs.ward_agency())

    case = legs.received(case)
    assert (case.current_agency, case.handler_id) == (legs.city_agency(), None)
    head = given.staff(case.current_agency, Role.HEAD)
    doors.acted(case, lambda: complete(case)(head, given.key()))

    case = legs.received(given.fresh(case))
    assert (case.current_agency, case.step_agency_id, case.competent_agency) == (district, None, district)
    assert case.promised_due_at == promised
    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    approve_result(case.code, by=given.staff(district, Role.APPROVER), at=given.NOW, request_key=given.key())
    case = given.released(given.fresh(case))
    assert case.status == Status.RESOLVED
    kinds = list(CaseEvent.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
    assert kinds.count(EventKind.HANDOVER_RECEIVED) == 3
    assert Handover.objects.filter(case=case, is_for_step=True).count() == 3


def test_what_a_counter_of_the_ward_took_stays_there_for_its_own_step_and_is_decided_at_the_district():
    legs.three_levels()
    case = given.accepted(given.taken_at_counter(given.HOUSEHOLD, desk=legs.ward_agency()))
    assert case.step_agency_id == legs.ward_agency().pk
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert case.competent_agency.kind.code == "district_finance"
    assert not Handover.objects.filter(case=case).exists()
    verifier = given.handler_of(case)
    case = legs.verified(case, verifier)
    assert Handover.objects.get(case=case).to_agency == legs.city_agency()


def test_the_record_that_a_step_must_leave_is_asked_for_and_kept_with_its_hash():
    legs.three_levels()
    case, verifier = legs.at_the_ward()
    with doors.refused(ProductMissing, field="attachment") as told:
        complete(case)(verifier, given.key())
    assert "xác minh" in told.value.message or "verification" in told.value.message
    with doors.refused(AttachmentUnknown, field="attachment"):
        complete(case, attachment=given.uploaded(given.receptionist(case.current_agency)))(
            verifier, given.key()
        )
    case = legs.verified(case, verifier)
    paper = ActPaper.objects.get(case=case)
    assert data_of(case)["paper"] == bytes(paper.attachment.sha256).hex()
    file = act_paper_file(case.code, paper.event.sequence, seen_by=verifier)
    assert file.content.startswith(b"%PDF")
    for stranger in (given.act_as(case.application.filed_by), doors.supervisor(given.ward())):
        with pytest.raises(CaseUnknown):
            act_paper_file(case.code, paper.event.sequence, seen_by=stranger)


def test_a_note_that_a_step_must_leave_is_not_left_empty():
    legs.three_levels()
    case, head = legs.at_the_city()
    with doors.refused(ProductMissing, field="note"):
        complete(case, note="  ")(head, given.key())


def test_a_step_of_the_head_is_completed_by_the_head_and_by_no_handler():
    legs.three_levels()
    case, head = legs.at_the_city()
    handler = given.handler_of(case)
    with doors.refused(NotYours):
        complete(case)(handler, given.key())
    doors.acted(case, lambda: complete(case)(head, given.key()))


def test_whoever_decides_proposes_nothing_while_a_step_is_elsewhere():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    for at in (case.current_agency, case.competent_agency):
        with doors.refused(NotYours):
            propose_result(
                case.code,
                outcome=Outcome.GRANTED,
                text="Đủ điều kiện",
                by=given.staff(at, Role.HANDLER),
                at=given.NOW,
                request_key=given.key(),
            )


def test_the_ward_sends_the_offer_back_and_the_district_offers_it_once_more_for_the_step():
    legs.three_levels()
    case = legs.accepted_here()
    return_handover(
        case.code,
        reason="Sai địa bàn",
        by=given.receptionist(legs.ward_agency()),
        at=given.NOW,
        request_key=given.key(),
    )
    hand_over_case(
        case.code,
        to_agency=doors.other_ward().pk,
        reason="Địa điểm thuộc phường khác",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    receive_handover(
        case.code, by=given.receptionist(doors.other_ward()), at=given.NOW, request_key=given.key()
    )
    after = given.fresh(case)
    assert after.current_agency == doors.other_ward()
    assert after.step_agency_id == doors.other_ward().pk
    assert after.competent_agency == case.competent_agency


def test_a_step_whose_condition_does_not_hold_is_passed_over():
    legs.three_levels(condition={"fact": "channel", "op": "eq", "value": "counter"})
    case = legs.accepted_here()
    assert Handover.objects.get(case=case).to_agency == legs.city_agency()


def test_each_step_has_its_clock_beside_that_of_the_case():
    legs.three_levels()
    case = legs.received(legs.verified(*legs.at_the_ward()))
    turns = step_turns(case, entries_of(case), list(CaseEvent.objects.filter(case=case).order_by("sequence")))
    assert [turn.step.code for turn in turns] == ["intake", "verification", "city_review"]
    assert [turn.ended is None for turn in turns] == [False, False, True]
    assert turns[1].due_at < turns[2].due_at == case.step_due_at < case.due_at
    assert turns[2].is_late_at(given.after(case.due_at, minutes=1))
    assert not turns[1].is_late_at(given.after(case.due_at, minutes=1))


def test_what_went_to_another_agency_is_not_undone():
    legs.three_levels()
    case = legs.verified(*legs.at_the_ward())
    with doors.refused(VerbNotOpen):
        undo_last(
            case.code,
            reason="Nhầm",
            by=given.staff(case.current_agency, Role.HEAD),
            at=given.NOW,
            request_key=given.key(),
        )


def test_the_district_extends_the_time_also_while_the_ward_verifies_and_the_ward_does_not():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    until = datetime(2026, 12, 8, 17, 0, tzinfo=given.HANOI)

    def extend(by):
        return extend_deadline(
            case.code, until=until, reason="Cần xác minh thêm", by=by, at=given.NOW, request_key=given.key()
        )

    with doors.refused(NotYours):
        extend(given.staff(case.current_agency, Role.HEAD))
    extend(given.staff(case.competent_agency, Role.HEAD))
    document = case.documents.get(document__kind="form_04").document
    assert document.snapshot["agency"] == case.competent_agency.name


def test_what_the_district_wrote_meanwhile_the_district_corrects_and_the_ward_does_not():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    ward, district = (given.staff(each, Role.HEAD) for each in (case.current_agency, case.competent_agency))
    until = datetime(2026, 12, 8, 17, 0, tzinfo=given.HANOI)
    extend_deadline(
        case.code, until=until, reason="Cần xác minh thêm", by=district, at=given.NOW, request_key=given.key()
    )
    wrong = case.documents.get(document__kind="form_04").document

    def correct(by):
        correct_paper(
            case.code, document=wrong.uuid, reason="Sai lý do", by=by, at=given.NOW, request_key=given.key()
        )

    with doors.refused(NotYours):
        correct(ward)
    assert wrong not in [row.document for row in correctable_of(case, by=ward)]
    correct(district)
    new = case.documents.get(document__kind="form_04", replaces__isnull=False)
    assert (new.issuer, new.document.snapshot["agency"]) == (
        case.competent_agency,
        case.competent_agency.name,
    )
    assert new.document.snapshot["desk"]["parent_name"] == case.competent_agency.name


def test_stopped_at_the_ward_by_the_district_it_is_reopened_where_it_was():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()

    def stop(by):
        return stop_case(
            case.code, ground="ruling", text="Theo bản án", by=by, at=given.NOW, request_key=given.key()
        )

    complete(case, attachment=given.uploaded(_verifier)) and None
    with doors.refused(VerbNotOpen):
        stop(given.staff(case.competent_agency, Role.HEAD))
    verifier_done = legs.verified(case, _verifier)
    case = legs.received(verifier_done)
    with doors.refused(NotYours):
        stop(given.staff(case.current_agency, Role.HEAD))
    stop(given.staff(case.competent_agency, Role.HEAD))
    reopen_case(
        case.code,
        ground="court",
        reason="Bản án bị hủy",
        by=given.staff(case.competent_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    after = given.fresh(case)
    assert (after.status, after.current_agency, after.step_agency_id) == (
        Status.IN_PROGRESS,
        legs.city_agency(),
        legs.city_agency().pk,
    )
    assert not Handover.objects.filter(case=case, answered_at__isnull=True).exists()


def test_staff_of_the_district_see_the_case_while_it_is_at_the_ward():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    seen = case_seen_by(case.code, seen_by=given.staff(case.competent_agency, Role.HANDLER))
    assert "complete_step" not in seen.verbs
