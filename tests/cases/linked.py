"""Linked procedures, filed and played: the birth of a child (3.000722), and a death (2.002913) once its limits are set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result
from apps.cases.choices import Outcome
from apps.cases.models import Case
from tests import given

BIRTH_GROUP = "3.000722"
DEATH_GROUP = "2.002913"
BIRTH, RESIDENCE, INSURANCE, CARD = "1.001193", "1.004222", "3.000722.BHYT", "3.000722.CC"
DEATH, REMOVAL, BENEFIT = "1.000656", "2.002913.XTT", "2.002913.MTP"


def birth_answers(*, card: bool = True, born_on: str = "2026-11-10") -> dict[str, Any]:
    return {
        "request_content": "Đăng ký khai sinh, thường trú, cấp thẻ BHYT cho con",
        "child_name": "Trần Thị Mít",
        "child_born_on": born_on,
        "wants_identity_card": card,
    }


def filed(code: str = BIRTH_GROUP, *, at: datetime = given.NOW, **filing: Any) -> dict[str, Case]:
    """The cases of one application by the code of their procedure, in order, each in status 1 and not yet routed."""
    if code == BIRTH_GROUP:
        filing.setdefault("answers", birth_answers())
    first = given.filed_online(code, at=at, **filing)
    return cases_of(first)


def routed(code: str = BIRTH_GROUP, *, at: datetime = given.NOW, **filing: Any) -> dict[str, Case]:
    """The same, each in sight of its own agency."""
    cases = filed(code, at=at, **filing)
    given.carry_out(at, "route_case")
    return again(cases)


def cases_of(first: Case) -> dict[str, Case]:
    found = Case.objects.filter(application=first.application_id).order_by("pk")
    return {case.version.procedure.code: given.fresh(case) for case in found}


def again(cases: dict[str, Case]) -> dict[str, Case]:
    """The cases as they stand now."""
    return {code: given.fresh(case) for code, case in cases.items()}


def decided(case: Case, *, outcome: Outcome = Outcome.GRANTED, at: datetime = given.NOW) -> Case:
    """A case in status 1 played to its released result."""
    case = given.accepted(given.fresh(case), at=at)
    handler = given.handler_of(case, at=at)
    case = given.proposed(given.fresh(case), handler, outcome=outcome, at=at)
    approve_result(
        case.code, by=given.staff(case.current_agency, Role.APPROVER), at=at, request_key=given.key()
    )
    return given.released(given.fresh(case), at=at)


def follow(cases: dict[str, Case], *, at: datetime = given.NOW) -> dict[str, Case]:
    """The workers tell whoever waits; the cases as they then stand."""
    given.carry_out(at, "follow_prerequisite")
    return again(cases)


def statuses(cases: dict[str, Case]) -> dict[str, int]:
    return {code: case.status for code, case in again(cases).items()}


def limits_set_by_decision() -> None:
    """The administrator decides on a limit for each part of the death group that has none: 3 working days, as an example."""

    def limit(rows: list[dict[str, Any]]) -> None:
        rows[0].update(value=3, is_established=True, note="Theo quyết định", note_en="By decision")

    for code in (REMOVAL, BENEFIT):
        given.new_version(
            code,
            basics=lambda basics: basics.update(closed_note="", closed_note_en=""),
            time_limits=limit,
        )
