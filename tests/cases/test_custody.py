"""An original paper that was filed has exactly one holder: where the case is, or the applicant."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils.html import escape

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.applications.choices import Delivery
from apps.applications.models import OriginalSeen
from apps.cases.actions.custody import give_back_originals
from apps.cases.actions.decision import approve_result, hand_over_result
from apps.cases.actions.ending import stop_case
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.actions.intake import accept_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.errors import OriginalsElsewhere, PaperUnknown
from apps.cases.models import Case, OriginalCustody
from apps.cases.selectors import custody_of
from apps.operations.integrity import check
from apps.procedures.selectors import rules_of
from tests import given
from tests.api.calls import Caller
from tests.cases import doors
from tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_afterwards(db):
    yield
    assert "originals" not in check(at=given.NOW, with_files=False).broken


def taken_in(**filing: object) -> Case:
    """A permit taken in at the counter of a district that does not decide it."""
    return given.taken_at_counter(given.PERMIT, desk=desk(), **filing)


def desk():
    return given.agency("district_committee", given.ward("Phường Hàng Bạc").parent)


def holder(case: Case):
    (turn,) = custody_of(case)
    return turn.holder


def test_what_is_filed_at_a_counter_is_with_its_desk_from_then_on():
    case = taken_in()
    (turn,) = custody_of(case)
    assert (turn.component.code, turn.holder, turn.left_at) == ("permit", case.receiving_agency, None)
    assert (turn.given_by, turn.given_at, turn.received_at) == (None, given.NOW, given.NOW)
    assert turn.received_by_id == case.application.filed_by_id


def test_what_was_only_shown_was_given_back_at_once_and_has_no_custody():
    case = given.taken_at_counter()
    seen = OriginalSeen.objects.filter(application=case.application)
    assert {row.component.mode for row in seen} <= {"original_shown"}
    assert custody_of(case) == []


def test_it_goes_with_the_handover_when_that_is_received_and_not_before():
    case = given.accepted(taken_in())
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert holder(case) == case.receiving_agency
    later = given.after(given.NOW, hours=2)
    by = given.receptionist(case.competent_agency)
    receive_handover(case.code, by=by, at=later, request_key=given.key())
    (turn,) = custody_of(case)
    assert (turn.holder, turn.received_at, turn.received_by_id) == (
        case.competent_agency,
        later,
        by.user_id,
    )
    assert turn.given_at == given.NOW
    first = OriginalCustody.objects.get(case=case, left_at__isnull=False)
    assert (first.holder, first.left_at) == (case.receiving_agency, later)


def test_a_returned_handover_leaves_it_with_the_sender():
    case = given.accepted(taken_in())
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    return_handover(
        case.code,
        reason="Không thuộc thẩm quyền",
        by=given.receptionist(case.competent_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert holder(case) == case.receiving_agency
    assert OriginalCustody.objects.filter(case=case).count() == 1


def released(**filing: object) -> Case:
    """Taken in at a counter, decided elsewhere, its result back at the counter."""
    case = given.at_competent_agency(given.accepted(taken_in(**filing)))
    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    by = given.staff(case.current_agency, Role.APPROVER)
    approve_result(case.code, by=by, at=given.NOW, request_key=given.key())
    return given.released(given.fresh(case))


def hand_over(case: Case, delivery: str):
    return hand_over_result(
        case.code,
        delivery=delivery,
        recipient="Trần Thị Bưởi, căn cước đã xem",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )


def test_it_travels_back_with_the_result_and_is_given_to_whoever_fetches_that():
    case = released()
    (turn,) = custody_of(case)
    assert (turn.holder, turn.received_at) == (case.returning_agency, None)
    hand_over(case, "counter")
    (back,) = custody_of(case)
    assert (back.holder, back.received_at) == (None, given.NOW)
    turn.refresh_from_db()
    assert turn.received_at == turn.left_at == given.NOW


def test_by_post_it_is_on_its_way_with_the_carrier():
    case = released(delivery=Delivery.POST, delivery_address="Số 3, ngõ 12, phố Nghĩa Dũng")
    hand_over(case, "post")
    (back,) = custody_of(case)
    assert (back.holder, back.received_at) == (None, None)


def test_a_result_that_goes_into_the_account_leaves_the_original_at_the_desk():
    CitizenFactory(full_name="Trần Thị Bưởi", identity_number="001185000001")
    case = released()
    hand_over(case, "electronic")
    assert holder(case) == case.returning_agency


def test_a_reopened_case_takes_it_back_to_where_it_is_decided():
    case = released()
    reopen_case(
        case.code,
        ground="official_error",
        reason="Ghi sai số",
        by=given.staff(case.competent_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert holder(case) == case.competent_agency == given.fresh(case).current_agency


def test_a_stopped_case_leaves_it_where_it_is():
    case = given.at_competent_agency(given.accepted(taken_in()))
    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    stop_case(
        case.code,
        ground="ruling",
        text="Theo quyết định của Tòa án",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert holder(case) == case.current_agency


def asked() -> Case:
    """Status 5 at intake, filed online: the district waits for the original."""
    case = given.case_at_intake(given.PERMIT)
    request_supplement(
        case.code,
        items=[Item("Bản chính giấy phép", "Phải nộp bản chính")],
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def provide(case: Case, by, *originals: str):
    return provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="",
        originals=originals,
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )


def test_an_original_brought_with_a_supplement_is_seen_and_kept():
    case = asked()
    clerk = given.receptionist(case.current_agency)
    provide(case, clerk, "permit")
    (turn,) = custody_of(case)
    assert (turn.holder, turn.received_by_id) == (case.current_agency, clerk.user_id)
    assert OriginalSeen.objects.get(application=case.application).seen_by_id == clerk.user_id


def test_it_is_taken_in_where_the_case_is_and_by_nobody_online():
    case = asked()
    assert case.current_agency != case.receiving_agency
    for by in (given.act_as(case.application.filed_by), given.receptionist(case.receiving_agency)):
        with doors.refused(OriginalsElsewhere, field="originals"):
            provide(case, by, "permit")


def test_a_paper_of_which_no_original_is_asked_for_is_not_taken_in():
    case = asked()
    upload = next(row.code for row in rules_of(case.version_id).components if row.mode != "original_filed")
    clerk = given.receptionist(case.current_agency)
    for code in ("diary", upload):
        with doors.refused(PaperUnknown, field="originals"):
            provide(case, clerk, code)


def test_what_was_given_back_can_be_brought_again():
    case = given.declined_with_originals()
    desk = given.staff(case.competent_agency, Role.RECEPTIONIST, Role.HEAD)
    sent = {"by": desk, "at": given.NOW}
    give_back_originals(case.code, recipient="Chủ hồ sơ", request_key=given.key(), **sent)
    reopen_case(case.code, ground="official_error", reason="Nhầm", request_key=given.key(), **sent)
    accept_intake(case.code, request_key=given.key(), **sent)
    items = [Item("Bản chính giấy phép", "Đã trả lại")]
    asking = {"items": items, "omission": "office"}
    request_supplement(case.code, **asking, request_key=given.key(), **sent)
    provide(case, desk, "permit")
    assert holder(case) == case.current_agency
    assert OriginalCustody.objects.filter(case=case).count() == 3


def test_the_database_knows_one_holder_at_a_time():
    case = taken_in()
    with pytest.raises(IntegrityError, match="original_held_once"), transaction.atomic():
        OriginalCustody.objects.create(
            case=case, component=custody_of(case)[0].component, given_at=given.NOW, received_at=given.NOW
        )


def test_the_desk_the_supervisor_and_a_program_read_who_holds_it(client):
    case = taken_in()
    clerk = given.receptionist(case.receiving_agency)
    (shown,) = Caller(clerk).get(f"/cases/{case.code}").json()["originals"]
    assert (shown["component"], shown["holder"]["id"]) == ("permit", case.receiving_agency_id)
    supervisor = given.staff(desk(), Role.SUPERVISOR)
    for who, address in ((clerk, "desk"), (supervisor, "oversight")):
        client.force_login(User.objects.get(pk=who.user_id))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        read = client.get(f"/{address}/cases/{case.code}/").content.decode()
        assert "Original papers" in read and "since " in read


def test_the_applicant_reads_where_the_original_is(client):
    case = given.completed_with_originals()
    client.force_login(User.objects.get(pk=case.application.filed_by_id))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    read = client.get(f"/cases/{case.code}/").content.decode()
    assert "Original papers" in read and escape(case.current_agency.name_en) in read


def test_a_handover_by_hand_carries_it_as_well():
    case = given.at_competent_agency(given.accepted(taken_in()))
    to = given.ward_committee("Phường Hàng Bạc")
    sent = {"to_agency": to.pk, "reason": "Thuộc thẩm quyền nơi khác"}
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(case.code, **sent, by=head, at=given.NOW, request_key=given.key())
    receive_handover(case.code, by=given.receptionist(to), at=given.NOW, request_key=given.key())
    (turn,) = custody_of(case)
    assert (turn.holder, turn.given_by_id) == (to, head.user_id)
