"""A case from filing to hand-over: the main job, end to end."""

from __future__ import annotations

import pytest

from apps.cases.actions.decision import hand_over_result
from apps.cases.choices import Status
from apps.cases.models import CaseEvent
from tests import given

pytestmark = pytest.mark.django_db


def test_a_civil_extract_taken_at_one_ward_is_decided_in_another():
    desk, holder = given.ward_committee("Phường Trúc Bạch"), given.ward_committee("Phường Phúc Xá")
    case = given.taken_at_counter(desk=desk)
    case = given.at_competent_agency(given.accepted(case))
    assert case.receiving_agency == desk
    assert case.current_agency == case.competent_agency == holder

    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    from apps.accounts.choices import Role
    from apps.cases.actions.decision import approve_result

    approve_result(case.code, by=given.staff(holder, Role.APPROVER), at=given.NOW, request_key=given.key())
    case = given.released(given.fresh(case))
    assert case.status == Status.RESOLVED
    assert case.current_agency == desk
    hand_over_result(
        case.code,
        delivery="counter",
        recipient="Trần Thị Bưởi, căn cước đã xem",
        by=given.receptionist(desk),
        at=given.NOW,
        request_key=given.key(),
    )
    assert given.fresh(case).status == Status.DELIVERED
    kinds = list(CaseEvent.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
    assert kinds == [
        "application_submitted",
        "payment_recorded",
        "intake_accepted",
        "case_routed",
        "handover_received",
        "handler_assigned",
        "result_proposed",
        "result_approved",
        "result_released",
        "result_handed_over",
    ]
