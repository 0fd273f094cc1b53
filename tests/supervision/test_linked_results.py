"""A result that another agency was sent and has not acknowledged within 2 working hours is the supervisor's to see."""

from __future__ import annotations

import pytest

from apps.supervision.choices import ListName
from tests import given
from tests.cases import linked
from tests.cases.linked import BIRTH, RESIDENCE
from tests.supervision.district import in_list

pytestmark = pytest.mark.django_db


def test_whoever_has_not_accepted_within_two_working_hours_is_listed_until_they_do():
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    assert not in_list(ListName.RESULT_NOT_ACKNOWLEDGED, cases[RESIDENCE], given.after(given.NOW, days=9))
    case = linked.follow(cases)[RESIDENCE]
    in_time, late = given.after(given.NOW, hours=2), given.after(given.NOW, hours=2, minutes=1)
    assert not in_list(ListName.RESULT_NOT_ACKNOWLEDGED, case, in_time)
    assert in_list(ListName.RESULT_NOT_ACKNOWLEDGED, case, late)
    case = given.accepted(case, at=late)
    assert not in_list(ListName.RESULT_NOT_ACKNOWLEDGED, case, late)


def test_a_case_that_waits_is_never_late_at_intake():
    cases = linked.routed()
    long_after = given.after(given.NOW, days=30)
    assert in_list(ListName.LATE_AT_INTAKE, cases[BIRTH], long_after)
    assert not in_list(ListName.LATE_AT_INTAKE, cases[RESIDENCE], long_after)
