"""Sending a case back to the step before, with what is wrong."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.choices import EventKind
from apps.cases.errors import (
    NoEarlierStep,
    ReasonMissing,
)
from apps.cases.models import ActPaper, Handover
from tests import given
from tests.cases import doors, legs
from tests.cases.legs import back

pytestmark = pytest.mark.django_db


def test_the_city_sends_the_case_back_to_the_ward_with_what_is_wrong():
    legs.three_levels()
    case, head = legs.at_the_city()
    event = doors.only_official(case, back(case), right=head, at=case.current_agency, roles=(Role.HEAD,))
    assert event.kind == EventKind.STEP_SENT_BACK
    assert doors.text_of(event) == "Biên bản thiếu chữ ký"
    case = given.fresh(case)
    assert Handover.objects.get(case=case, answered_at__isnull=True).to_agency == legs.ward_agency()
    case = legs.received(case)
    assert (case.current_agency, case.step_agency_id) == (legs.ward_agency(), legs.ward_agency().pk)
    assert case.promised_due_at == given.fresh(case).promised_due_at
    again = given.handler_of(case)
    case = legs.verified(case, again)
    assert ActPaper.objects.filter(case=case).count() == 2


def test_nothing_is_sent_back_before_a_step_was_done_or_without_a_reason():
    legs.three_levels()
    case, verifier = legs.at_the_ward()
    with doors.refused(NoEarlierStep):
        back(case)(verifier, given.key())
    case = legs.received(legs.verified(case, verifier))
    with doors.refused(ReasonMissing, field="reason"):
        back(case, reason=" ")(given.staff(case.current_agency, Role.HEAD), given.key())
