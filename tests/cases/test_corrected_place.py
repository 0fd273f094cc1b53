"""The place that ties a case to its agency, declared wrongly and corrected by a supplement."""

from __future__ import annotations

import pytest

from apps.applications.models import ApplicationRevision
from apps.applications.selectors import connecting_unit_of
from apps.cases.choices import Status
from apps.cases.errors import UnitEnded, UnitNotAWard, UnitUnknown
from apps.core.models import OutboxRow
from apps.units.models import AdministrativeUnit
from tests import given
from tests.cases import doors
from tests.cases.test_provide_supplement import applicant_of, asked_at_intake, assert_whole, play

pytestmark = pytest.mark.django_db


def test_at_intake_a_corrected_place_brings_the_case_to_the_agency_that_is_competent_there():
    case = asked_at_intake(given.case_at_intake())
    right = given.ward("Phường Trúc Bạch")
    event = doors.acted(case, lambda: play(case, message="", unit=right.pk)(applicant_of(case), given.key()))
    assert given.fresh(case).routing == "pending"
    assert OutboxRow.objects.get(effect=f"route:{case.code}:{event.sequence}").done_at is None
    given.carry_out(given.NOW, "route_case")
    routed = given.fresh(case)
    assert routed.competent_agency == routed.current_agency == given.ward_committee("Phường Trúc Bạch")
    assert routed.receiving_agency == case.receiving_agency
    assert_whole()


def test_what_was_filed_stays_as_filed_and_the_place_that_counts_is_the_corrected_one():
    case = asked_at_intake(given.case_at_intake())
    right = given.ward("Phường Trúc Bạch")
    play(case, unit=right.pk)(applicant_of(case), given.key())
    application = given.fresh(case).application
    assert application.connecting_unit == given.ward()
    assert connecting_unit_of(application) == right
    assert ApplicationRevision.objects.get(application=application, number=2).connecting_unit == right


def test_a_case_that_could_not_be_routed_is_routed_once_its_place_is_mended():
    case = asked_at_intake(given.unroutable_case())
    right = given.ward("Phường Trúc Bạch")
    play(case, unit=right.pk)(applicant_of(case), given.key())
    given.carry_out(given.NOW, "route_case")
    routed = given.fresh(case)
    assert (routed.routing, routed.routing_reason) == ("routed", "")
    assert routed.competent_agency == given.ward_committee("Phường Trúc Bạch")


def test_a_case_taken_at_a_counter_is_accepted_there_and_goes_where_the_corrected_place_says():
    case = asked_at_intake(given.taken_at_counter())
    play(case, unit=given.ward("Phường Trúc Bạch").pk)(given.receptionist(case.current_agency), given.key())
    assert given.fresh(case).current_agency == case.receiving_agency
    case = given.at_competent_agency(given.accepted(given.fresh(case)))
    assert case.current_agency == given.ward_committee("Phường Trúc Bạch")


def test_once_accepted_a_corrected_place_is_kept_and_moves_nothing_by_itself():
    case, _ = given.case_awaiting_supplement()
    right = given.ward("Phường Trúc Bạch")
    assert doors.owed_by(lambda: play(case, unit=right.pk)(applicant_of(case), given.key())) == [
        "send_notice"
    ]
    after = given.fresh(case)
    assert (after.status, after.current_agency, after.competent_agency) == (
        Status.ACCEPTED,
        case.current_agency,
        case.competent_agency,
    )
    assert connecting_unit_of(after.application) == right


def test_the_place_as_it_was_declared_corrects_nothing():
    case = asked_at_intake(given.case_at_intake())
    assert doors.owed_by(lambda: play(case, unit=given.ward().pk)(applicant_of(case), given.key())) == [
        "send_notice"
    ]
    revision = ApplicationRevision.objects.get(application=case.application, number=2)
    assert revision.connecting_unit is None


def test_a_place_that_is_no_ward_or_unknown_or_has_ended_is_refused():
    case = asked_at_intake(given.case_at_intake())
    ended = given.ward("Phường Cống Vị")
    AdministrativeUnit.objects.filter(pk=ended.pk).update(valid_to=given.NOW.date())
    for unit, refusal in [
        (10**9, UnitUnknown),
        (given.ward().parent.pk, UnitNotAWard),
        (ended.pk, UnitEnded),
    ]:
        with doors.refused(refusal, field="connecting_unit"):
            play(case, unit=unit)(applicant_of(case), given.key())
