"""Custody of original papers: taken in at a desk, carried wherever the case goes, given back to the applicant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from apps.accounts.actors import Actor
from apps.applications.models import OriginalSeen
from apps.cases.actions.acting import Act, acting
from apps.cases.choices import EventKind
from apps.cases.errors import OriginalsElsewhere, PaperUnknown, RecipientMissing
from apps.cases.models import Case, CaseEvent, OriginalCustody
from apps.cases.policies import can_take_in_originals
from apps.procedures.choices import ComponentMode
from apps.procedures.models import Component

_ORIGINALS = (ComponentMode.ORIGINAL_SHOWN, ComponentMode.ORIGINAL_FILED)


def first_turns(
    case: Case, components: Iterable[Component], *, holder: int, by: Actor, at: datetime
) -> list[OriginalCustody]:
    """Rows, not yet stored: a desk took these from the applicant. What was only shown was given back at once."""
    return [
        OriginalCustody(
            case=case,
            component=component,
            holder_id=holder,
            given_at=at,
            received_at=at,
            received_by_id=by.account_id,
        )
        for component in components
        if component.mode == ComponentMode.ORIGINAL_FILED
    ]


def take_in(act: Act, codes: Sequence[str]) -> list[int]:
    """Originals brought with a supplement to the desk where the case is; the ids of those that it keeps.

    Raises OriginalsElsewhere (also for what is sent online), PaperUnknown.
    """
    if not codes:
        return []
    if not can_take_in_originals(act.case, act.by):
        raise OriginalsElsewhere(field="originals", agency=act.case.current_agency.title)
    asked = {row.code: row for row in act.asked.components if row.mode in _ORIGINALS}
    if not set(codes) <= set(asked):
        raise PaperUnknown(field="originals")
    brought = [asked[code] for code in dict.fromkeys(codes)]
    OriginalSeen.objects.bulk_create(
        [
            OriginalSeen(
                application=act.case.application, component=row, seen_by_id=act.by.account_id, seen_at=act.at
            )
            for row in brought
        ],
        ignore_conflicts=True,
    )
    open_turns = {turn.component_id: turn for turn in _open_turns(act.case)}
    held = {component for component, turn in open_turns.items() if turn.holder_id is not None}
    new = [row for row in brought if row.pk not in held]
    kept = first_turns(act.case, new, holder=act.case.current_agency_id, by=act.by, at=act.at)
    _end(act, [open_turns[turn.component_id] for turn in kept if turn.component_id in open_turns])
    OriginalCustody.objects.bulk_create(kept)
    return [turn.component_id for turn in kept]


def carry(act: Act, to_agency: int | None, *, offered_at: datetime, offered_by: int | None) -> None:
    """A handover is received: the originals are given and received with it."""
    _move(act, to_agency, given_at=offered_at, given_by=offered_by, received_at=act.at)


def send_along(act: Act, to_agency: int | None) -> None:
    """The case goes to an agency that acknowledges nothing; the originals are on their way to it until it acts on them."""
    _move(act, to_agency, given_at=act.at, given_by=act.by.user_id, received_at=None)


def give_back(act: Act, *, is_in_person: bool) -> list[int]:
    """The applicant has the originals again, or the carrier to them; the ids of the papers given."""
    return _move(
        act, None, given_at=act.at, given_by=act.by.user_id, received_at=act.at if is_in_person else None
    )


def give_back_originals(code: str, *, recipient: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The desk that still holds originals of an ended case gives them back; `recipient` says to whom, identified.

    Raises RecipientMissing, NoOriginalHeld, and what all verbs raise.
    """
    with acting(
        "give_back_originals", code, by=by, at=at, request_key=request_key, body={"recipient": recipient}
    ) as act:
        if not recipient.strip():
            raise RecipientMissing(field="recipient")
        given = give_back(act, is_in_person=True)
        return act.record(EventKind.ORIGINALS_GIVEN_BACK, data={"originals": given}, text=recipient)


def _open_turns(case: Case) -> list[OriginalCustody]:
    return list(OriginalCustody.objects.filter(case=case, left_at__isnull=True).order_by("id"))


def _move(
    act: Act,
    holder: int | None,
    *,
    given_at: datetime,
    given_by: int | None,
    received_at: datetime | None,
) -> list[int]:
    """Every original that an agency holds goes to another holder, or to the applicant (nobody)."""
    moving = [turn for turn in _open_turns(act.case) if turn.holder_id not in (None, holder)]
    _end(act, moving)
    is_official = received_at is not None and holder is not None
    OriginalCustody.objects.bulk_create(
        OriginalCustody(
            case=act.case,
            component_id=turn.component_id,
            holder_id=holder,
            given_at=given_at,
            given_by_id=given_by,
            received_at=received_at,
            received_by_id=act.by.user_id if is_official else None,
        )
        for turn in moving
    )
    return [turn.component_id for turn in moving]


def _end(act: Act, turns: Sequence[OriginalCustody]) -> None:
    """Whoever passes a paper on has evidently had it."""
    for turn in turns:
        turn.left_at = act.at
        if turn.received_at is None:
            turn.received_at = act.at
            turn.received_by_id = act.by.user_id if turn.holder_id is not None else None
    OriginalCustody.objects.bulk_update(turns, ["left_at", "received_at", "received_by"])
