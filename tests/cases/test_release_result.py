"""Releasing a result: number, date, file, signer; the clock ends; a corrected one supersedes the old."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.applications.choices import Delivery
from apps.applications.errors import FileKindRefused
from apps.cases.actions.decision import approve_result, release_result
from apps.cases.actions.handover import hand_over_case
from apps.cases.actions.mending import reopen_case
from apps.cases.choices import EventKind, Outcome, Status
from apps.cases.errors import (
    AttachmentUnknown,
    HandoverOpen,
    NotApproved,
    NumberMissing,
    NumberTaken,
    ResultDateWrong,
)
from apps.cases.history import read_entry
from apps.cases.models import CaseResult
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, number="15/TL-UBND", attachment=None, dated_on=date(2026, 11, 23), at=given.NOW):
    return lambda by, key: release_result(
        case.code,
        number=number,
        dated_on=dated_on,
        attachment=attachment or uuid4(),
        by=by,
        at=at,
        request_key=key,
    )


def test_only_the_registrar_releases_and_the_clock_ends():
    case = given.approved_case(delivery=Delivery.COUNTER)
    at = case.current_agency
    by = given.staff(at, Role.REGISTRAR)
    file = given.uploaded(by)
    event = doors.only_official(case, play(case, attachment=file), right=by, at=at, roles=(Role.REGISTRAR,))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.RESULT_RELEASED,
        Status.IN_PROGRESS,
        Status.RESOLVED,
    )
    after = given.fresh(case)
    assert (after.ended_at, after.handler, after.current_agency) == (
        given.NOW,
        None,
        case.returning_agency,
    )
    result = CaseResult.objects.get(case=case)
    assert (result.number, result.outcome, result.attachment.uuid) == ("15/TL-UBND", "granted", file)
    assert (result.signed_by_id, result.released_by_id) == (case.approved_by_id, by.user_id)
    assert read_entry(event.body).data["sha256"] == bytes(result.attachment.sha256).hex()


@pytest.mark.parametrize(
    ("delivery", "tasks"),
    [
        (Delivery.COUNTER, ["send_notice"]),
        (Delivery.POST, ["send_notice"]),
        (Delivery.ELECTRONIC, ["deliver_result", "send_notice"]),
    ],
)
def test_a_release_owes_a_notice_and_electronic_delivery_where_it_was_chosen(delivery, tasks):
    case = given.approved_case(delivery=delivery, delivery_address="Số 1, phố Huế")
    by = given.staff(case.current_agency, Role.REGISTRAR)
    file = given.uploaded(by)
    assert doors.owed_by(lambda: play(case, attachment=file)(by, given.key())) == tasks


def test_a_refusal_is_released_the_same_way():
    case = given.approved_case(outcome=Outcome.REFUSED)
    case = given.released(case)
    assert (case.status, CaseResult.objects.get(case=case).outcome) == (Status.RESOLVED, "refused")


def test_nothing_is_released_before_it_is_approved():
    case, _ = given.proposed_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    with doors.refused(NotApproved):
        play(case)(by, given.key())


def test_a_result_has_a_number():
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    with doors.refused(NumberMissing, field="number"):
        play(case, number=" ")(by, given.key())


def test_a_result_has_a_file_that_the_registrar_uploaded():
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    for foreign in (uuid4(), given.uploaded(given.citizen())):
        with doors.refused(AttachmentUnknown, field="attachment"):
            play(case, attachment=foreign)(by, given.key())


def test_nothing_is_released_while_the_case_is_being_handed_over():
    case = given.approved_case()
    hand_over_case(
        case.code,
        to_agency=doors.other_ward().pk,
        reason="Nhầm nơi",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    by = given.staff(case.current_agency, Role.REGISTRAR)
    file = given.uploaded(by)
    with doors.refused(HandoverOpen):
        play(case, attachment=file)(by, given.key())


def reopened(case, at=given.NOW):
    """A resolved case opened again, decided anew and signed."""
    reopen_case(
        case.code,
        ground="official_error",
        reason="Sai ngày sinh",
        by=given.staff(case.competent_agency, Role.HEAD),
        at=at,
        request_key=given.key(),
    )
    case = given.fresh(case)
    handler = given.handler_of(case, at=at)
    case = given.proposed(given.fresh(case), handler, at=at)
    approve_result(
        case.code,
        by=given.staff(case.current_agency, Role.APPROVER),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_a_corrected_result_names_and_supersedes_the_old_one():
    case = given.released(given.approved_case(delivery=Delivery.COUNTER), number="15/TL-UBND")
    given.released(reopened(case), number="16/TL-UBND")
    first, second = CaseResult.objects.filter(case=case).order_by("pk")
    assert (first.number, second.number, second.supersedes) == ("15/TL-UBND", "16/TL-UBND", first)
    doors.adds_up(case)


def test_an_agency_gives_a_number_once_in_a_year_of_dates():
    first = given.released(given.approved_case(), number="15/TL-UBND")
    case = given.approved_case()
    assert case.competent_agency == first.competent_agency
    by = given.staff(case.current_agency, Role.REGISTRAR)
    file = given.uploaded(by)
    for spelled in ("15/TL-UBND", " 15/TL-UBND "):
        with doors.refused(NumberTaken, field="number"):
            play(case, number=spelled, attachment=file)(by, given.key())
    next_year = given.after(given.NOW, days=43)
    play(case, attachment=file, dated_on=next_year.date(), at=next_year)(by, given.key())
    assert CaseResult.objects.filter(number="15/TL-UBND").count() == 2


def test_another_agency_may_give_the_same_number():
    given.released(given.approved_case(), number="15/TL-UBND")
    elsewhere = given.ward("Phường Trúc Bạch")
    case = given.released(given.approved_case(connecting_unit_id=elsewhere.pk), number="15/TL-UBND")
    result = CaseResult.objects.get(case=case)
    assert result.agency == case.competent_agency == given.ward_committee("Phường Trúc Bạch")


def test_a_corrected_result_has_a_number_of_its_own():
    case = reopened(given.released(given.approved_case(delivery=Delivery.COUNTER), number="15/TL-UBND"))
    by = given.staff(case.current_agency, Role.REGISTRAR)
    file = given.uploaded(by)
    with doors.refused(NumberTaken, field="number"):
        play(case, attachment=file)(by, given.key())
    assert CaseResult.objects.filter(case=case).count() == 1


def test_a_result_is_not_released_twice():
    case = given.resolved_case()
    doors.only_open_in(case, play(case), by=given.staff(case.competent_agency, Role.REGISTRAR))


def test_the_same_request_releases_once():
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    file = given.uploaded(by)
    doors.answers_once(
        case,
        play(case, attachment=file),
        by=by,
        other=play(case, number="99/TL-UBND", attachment=file),
    )


@pytest.mark.parametrize("day", [date(1990, 5, 17), date(2026, 11, 22), date(2026, 11, 26)])
def test_a_result_is_dated_neither_before_it_was_approved_nor_ahead(day):
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    release = play(case, attachment=given.uploaded(by), dated_on=day, at=given.after(given.NOW, days=2))
    with doors.refused(ResultDateWrong, field="dated_on") as told:
        release(by, given.key())
    assert "23/11/2026" in told.value.message and "25/11/2026" in told.value.message


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)])
def test_a_result_bears_any_date_from_its_approval_to_its_release(day):
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    release = play(case, attachment=given.uploaded(by), dated_on=day, at=given.after(given.NOW, days=2))
    doors.acted(case, lambda: release(by, given.key()))
    assert CaseResult.objects.get(case=case).dated_on == day


def test_a_corrected_result_is_not_dated_before_the_new_approval():
    first = given.released(given.approved_case(delivery=Delivery.COUNTER))
    later = given.after(given.NOW, days=2)
    case = reopened(first, at=later)
    by = given.staff(case.current_agency, Role.REGISTRAR)
    with doors.refused(ResultDateWrong, field="dated_on"):
        play(case, attachment=given.uploaded(by), dated_on=date(2026, 11, 24), at=later)(by, given.key())


def test_a_result_is_a_pdf_and_no_picture_of_one():
    case = given.approved_case()
    by = given.staff(case.current_agency, Role.REGISTRAR)
    picture = given.uploaded_picture(by)
    with doors.refused(FileKindRefused, field="attachment"):
        play(case, attachment=picture)(by, given.key())
