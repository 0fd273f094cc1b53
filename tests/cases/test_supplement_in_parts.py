"""A supplement given in parts: each a revision of its own, and one declaration of completeness that moves the case."""

from __future__ import annotations

import pytest

from apps.applications.models import ApplicationRevision
from apps.applications.selectors import answers_of
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ItemsMissing, VerbNotOpen
from apps.cases.history import read_entry
from apps.cases.models import SupplementRequest
from tests import given
from tests.cases import doors
from tests.cases.test_provide_supplement import applicant_of, asked_at_intake, assert_whole

pytestmark = pytest.mark.django_db


def gives(case, *, is_complete=False, message="", answers=None, unit=None):
    from apps.cases.actions.supplement import provide_supplement

    return lambda by, key: provide_supplement(
        case.code,
        answers=answers or {},
        attachments={},
        message=message,
        connecting_unit=unit,
        is_complete=is_complete,
        by=by,
        at=given.NOW,
        request_key=key,
    )


def test_a_part_is_a_revision_and_the_case_waits_on():
    case, _ = given.case_awaiting_supplement()
    event = doors.acted(case, lambda: gives(case, message="Phần một")(applicant_of(case), given.key()))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.SUPPLEMENT_PART_GIVEN,
        Status.AWAITING_SUPPLEMENT,
        Status.AWAITING_SUPPLEMENT,
    )
    assert SupplementRequest.objects.get(case=case).completed_at is None
    assert ApplicationRevision.objects.get(application=case.application, number=2).message == "Phần một"


def test_completeness_is_declared_once_and_needs_nothing_new_after_a_part():
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    with doors.refused(ItemsMissing, field="message"):
        gives(case, is_complete=True)(by, given.key())
    gives(case, message="Phần một")(by, given.key())
    with doors.refused(ItemsMissing, field="message"):
        gives(case)(by, given.key())
    event = doors.acted(case, lambda: gives(case, is_complete=True)(by, given.key()))
    assert (event.kind, event.to_status) == (EventKind.SUPPLEMENT_PROVIDED, Status.ACCEPTED)
    with doors.refused(VerbNotOpen):
        gives(case, is_complete=True, message="Nữa")(by, given.key())
    assert_whole()


def test_what_parts_change_is_added_up():
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    gives(case, answers={"copies": 2})(by, given.key())
    gives(case, answers={"request_content": "Xin hai bản"}, is_complete=True)(by, given.key())
    answers = answers_of(case.application_id)
    assert (answers["copies"], answers["request_content"]) == (2, "Xin hai bản")
    assert_whole()


def test_a_place_corrected_in_a_part_routes_the_case_once_the_file_is_complete():
    case = asked_at_intake(given.case_at_intake())
    right = given.ward("Phường Trúc Bạch")
    doors.acted(case, lambda: gives(case, unit=right.pk)(applicant_of(case), given.key()))
    assert given.fresh(case).current_agency == case.current_agency
    assert given.carry_out(given.NOW, "route_case") == 0
    doors.acted(case, lambda: gives(case, is_complete=True)(applicant_of(case), given.key()))
    given.carry_out(given.NOW, "route_case")
    assert given.fresh(case).current_agency == given.ward_committee("Phường Trúc Bạch")
    assert_whole()


def test_a_part_that_is_taken_back_by_the_next_moves_nothing():
    case = asked_at_intake(given.case_at_intake())
    wrong, right = given.ward("Phường Trúc Bạch"), case.application.connecting_unit
    gives(case, unit=wrong.pk)(applicant_of(case), given.key())
    event = doors.acted(
        case, lambda: gives(case, unit=right.pk, is_complete=True)(applicant_of(case), given.key())
    )
    assert "routing" not in read_entry(event.body).changes
    assert given.fresh(case).current_agency == case.current_agency


def test_the_same_part_is_given_once():
    case, _ = given.case_awaiting_supplement()
    doors.answers_once(case, gives(case, message="Phần một"), by=applicant_of(case))
