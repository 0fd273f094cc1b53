"""Cases on which the verbs about time are open at the desk, who plays them, and what they type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.choices import EventKind
from apps.cases.models import Case
from tests import given

Parts = tuple[Case, Actor, dict[str, Any]]
NEW_DAY = {"until_on_day": "1", "until_on_month": "12", "until_on_year": "2026", "until_at": "17:00"}


def _by_head(case: Case, typed: dict[str, Any]) -> Parts:
    return case, given.staff(case.current_agency, Role.HEAD), {"reason": "Xác minh thêm", **typed}


def request_payment() -> Parts:
    case, handler = given.assigned_case()
    return case, handler, {"what": "Thuế trước bạ", "authority": "Chi cục Thuế", "amount": "1.500.000"}


def fulfil_obligation() -> Parts:
    case, _handler = given.awaiting_payment()
    return case, given.receptionist(case.current_agency), {"voucher": "BL 0000123"}


def ask_confirmation() -> Parts:
    case, handler = given.assigned_case(given.BIRTH)
    return case, handler, {"draft": "Họ, chữ đệm, tên: Trần Văn Mít"}


def confirm_draft() -> Parts:
    case, _handler = given.awaiting_confirmation()
    typed = {"is_correct": "no", "text": "Sai tên đệm"}
    return case, given.receptionist(case.current_agency), typed


def prolong_for_verification() -> Parts:
    return _by_head(given.accepted_case(given.RECOGNITION), {"value": "8"})


def prolong_by_agreement() -> Parts:
    given.law_says(given.CIVIL_EXTRACT, is_agreement_provided=True)
    return _by_head(given.accepted_case(), {"agreement": "Biên bản ngày 23/11/2026", **NEW_DAY})


def extend_deadline() -> Parts:
    return _by_head(given.accepted_case(), NEW_DAY)


def apologise_late() -> Parts:
    return _by_head(given.accepted_case(at=given.after(given.NOW, days=-4)), {})


SCENES: dict[str, tuple[Callable[[], Parts], EventKind]] = {
    "request_payment": (request_payment, EventKind.PAYMENT_REQUESTED),
    "fulfil_obligation": (fulfil_obligation, EventKind.OBLIGATION_FULFILLED),
    "ask_confirmation": (ask_confirmation, EventKind.CONFIRMATION_ASKED),
    "confirm_draft": (confirm_draft, EventKind.DRAFT_CONFIRMED),
    "prolong_for_verification": (prolong_for_verification, EventKind.PROLONGED_TO_VERIFY),
    "prolong_by_agreement": (prolong_by_agreement, EventKind.PROLONGED_BY_AGREEMENT),
    "extend_deadline": (extend_deadline, EventKind.DEADLINE_EXTENDED),
    "apologise_late": (apologise_late, EventKind.LATE_APOLOGISED),
}
