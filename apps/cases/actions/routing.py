"""Routing: the program brings a case to the agency that the law makes competent, or leaves it visibly where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.calendars.selectors import latest_version_id
from apps.cases.actions.acting import Act
from apps.cases.actions.custody import send_along
from apps.cases.actions.handover import offer
from apps.cases.choices import EventKind, Routing, UnroutableReason
from apps.cases.models import Case, CaseEvent
from apps.cases.selectors import competent_agency_of
from apps.cases.transitions import OPEN_IN
from apps.procedures.choices import Channel
from apps.units.models import Agency


def route(act: Act) -> CaseEvent | None:
    """Routes a locked case once; None when it is routed already or no longer needs it.

    What came online goes to the competent agency's intake queue at once. What was taken at a desk, from a person or
    from the post, was accepted there and is handed over with its papers: until it is received, it and its time are the
    desk's.
    """
    case = act.case
    if case.routing == Routing.ROUTED or case.status not in OPEN_IN["route_case"]:
        return None
    agency = competent_agency_of(case, at=act.at)
    if isinstance(agency, UnroutableReason):
        if case.routing == Routing.UNROUTABLE and case.routing_reason == agency:
            return None
        return act.record(
            EventKind.ROUTING_FAILED,
            changes={"routing": Routing.UNROUTABLE, "routing_reason": agency},
            data={"reason": agency.value},
        )
    changes = {"routing": Routing.ROUTED, "routing_reason": "", "competent_agency_id": agency.pk}
    if case.step_agency_id == agency.pk:
        changes["step_agency_id"] = None
    is_for_step = case.step_agency_id is not None and case.step_agency_id != agency.pk
    target = case.step_agency_id if is_for_step and case.step_agency_id else agency.pk
    is_elsewhere = target != case.current_agency_id
    if is_elsewhere and case.accepted_at is not None:
        # A person at the desk may have been quicker; their offer stands, and is answered first.
        if act.standing.open_handover is None:
            offer(act, target, is_for_step=is_for_step)
    elif is_elsewhere:
        send_along(act, agency.pk)
        changes["current_agency_id"] = agency.pk
    return act.record(EventKind.CASE_ROUTED, changes=changes, data={"agency": agency.pk})


def place_of(found: Agency | UnroutableReason) -> int | str:
    """Where answers point, as an event says it: the id of the agency, or why there is none."""
    return found.value if isinstance(found, UnroutableReason) else found.pk


def to_be_routed_again(case: Case, before: int | str, after: int | str) -> dict[str, Any]:
    """The changes that send a case at intake back to be routed, where its answers now point to another `place_of`.

    It waits at its receiving agency, as every case does that is not routed. A look-up that gives what it gave before
    moves nothing: a person may have chosen the agency meanwhile.
    """
    if case.routing == Routing.PENDING or after in (before, case.competent_agency_id):
        return {}
    return {
        "routing": Routing.PENDING,
        "routing_reason": "",
        "competent_agency_id": None,
        "current_agency_id": case.receiving_agency_id,
    }


def calendar_of_clock(case: Case, at: datetime) -> int:
    """The calendar that the case clock starts and stays on: the competent agency's, else the one that holds the case."""
    agency = competent_agency_of(case, at=at)
    return latest_version_id(case.current_agency if isinstance(agency, UnroutableReason) else agency)


def is_taken_at_desk(case: Case) -> bool:
    """Whether the desk that received the case accepts it before it is routed."""
    return case.application.channel != Channel.ONLINE
