"""Revoking a request for an opinion."""

from __future__ import annotations

import pytest

from apps.cases.actions.opinions import revoke_opinion
from apps.cases.choices import EventKind
from apps.cases.errors import (
    CaseUnknown,
    VerbNotOpen,
)
from tests import given
from tests.cases import doors
from tests.cases.asked import answerer, asked_case, give, propose

pytestmark = pytest.mark.django_db


def test_a_revoked_question_is_out_of_sight_and_the_case_goes_on():
    case, handler = asked_case()
    reader = answerer()
    event = doors.acted(
        case,
        lambda: revoke_opinion(
            case.code,
            number=1,
            reason="Đã có trong dữ liệu",
            by=handler,
            at=given.NOW,
            request_key=given.key(),
        ),
    )
    assert event.kind == EventKind.OPINION_REVOKED
    with doors.refused(VerbNotOpen) as told:
        give(case)(reader, given.key())
    doors.tells_of(told.value, event)
    propose(given.fresh(case), handler)
    with doors.refused(CaseUnknown):
        give(case)(reader, given.key())
