"""Doing without a step: by the role that the version names, for a reason."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.choices import EventKind
from apps.cases.errors import (
    HandoverOpen,
    NotYours,
    StepNeedsItsAct,
)
from apps.cases.models import ActPaper, Handover
from tests import given
from tests.cases import doors, legs
from tests.cases.legs import complete, skip

pytestmark = pytest.mark.django_db


def test_until_the_next_agency_receives_the_case_the_step_is_nobodys():
    legs.three_levels()
    case = legs.accepted_here()
    with doors.refused(HandoverOpen):
        skip(case)(given.staff(case.current_agency, Role.HEAD), given.key())


def test_who_may_skip_a_step_skips_it_for_a_reason_and_nobody_else():
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    event = doors.only_official(
        case,
        skip(case),
        right=given.staff(case.current_agency, Role.HEAD),
        at=case.current_agency,
        roles=(Role.HEAD,),
    )
    assert event.kind == EventKind.STEP_SKIPPED
    assert not ActPaper.objects.filter(case=case).exists()
    assert Handover.objects.get(case=case, answered_at__isnull=True).to_agency == legs.city_agency()


def test_a_step_that_nobody_may_skip_is_skipped_by_nobody():
    legs.three_levels()
    case, head = legs.at_the_city()
    with doors.refused(NotYours):
        skip(case)(head, given.key())


def test_a_step_that_the_proposal_closes_is_neither_completed_nor_skipped():
    case, handler = given.assigned_case()
    with doors.refused(StepNeedsItsAct):
        complete(case)(handler, given.key())
    with doors.refused(NotYours):
        skip(case)(given.staff(case.current_agency, Role.HEAD), given.key())
