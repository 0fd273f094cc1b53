"""Cases on which the verbs of steps and opinions are open at the desk, who plays them, and what they type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.choices import EventKind
from apps.cases.models import Case
from tests import given
from tests.cases import legs
from tests.cases.asked import answerer, asked_case

Parts = tuple[Case, Actor, dict[str, Any]]


def skip_step() -> Parts:
    legs.three_levels()
    case, _verifier = legs.at_the_ward()
    return case, given.staff(case.current_agency, Role.HEAD), {"reason": "Đã xác minh trong hồ sơ trước"}


def send_back_step() -> Parts:
    legs.three_levels()
    case, head = legs.at_the_city()
    return case, head, {"reason": "Biên bản thiếu chữ ký"}


def request_opinion() -> Parts:
    case, handler = given.assigned_case()
    to = given.agency("ward_police", case.current_agency.unit)
    return case, handler, {"to_agency": to.pk, "hours": "8", "question": "Cư trú từ khi nào?"}


def give_opinion() -> Parts:
    case, _handler = asked_case()
    return case, answerer(), {"number": "1", "text": "Đã đăng ký năm 1990"}


def remind_opinion() -> Parts:
    case, handler = asked_case()
    return case, handler, {"number": "1"}


def revoke_opinion() -> Parts:
    case, handler = asked_case()
    return case, handler, {"number": "1", "reason": "Đã có trong dữ liệu"}


SCENES: dict[str, tuple[Callable[[], Parts], EventKind]] = {
    "skip_step": (skip_step, EventKind.STEP_SKIPPED),
    "send_back_step": (send_back_step, EventKind.STEP_SENT_BACK),
    "request_opinion": (request_opinion, EventKind.OPINION_REQUESTED),
    "give_opinion": (give_opinion, EventKind.OPINION_GIVEN),
    "remind_opinion": (remind_opinion, EventKind.OPINION_REMINDED),
    "revoke_opinion": (revoke_opinion, EventKind.OPINION_REVOKED),
}
