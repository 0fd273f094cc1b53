"""Supplements: asked for once at intake and once in handling, in writing; given in parts, declared complete once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.actions import declare
from apps.applications.choices import RevisionKind
from apps.applications.models import Application, ApplicationRevision
from apps.applications.selectors import answers_of, connecting_unit_of
from apps.cases.actions.acting import Act, acting, answered_at
from apps.cases.actions.custody import send_along, take_in
from apps.cases.actions.fees import fees_assessed_again
from apps.cases.actions.filed_papers import tied_to_papers
from apps.cases.actions.filing import place_named
from apps.cases.actions.parties import name_concerned_again
from apps.cases.actions.routing import place_of, to_be_routed_again
from apps.cases.choices import EventKind, Omission, Status
from apps.cases.errors import ItemsMissing, ReasonUnknown, SupplementOnce
from apps.cases.history import Entry, last_of
from apps.cases.models import CaseEvent, SupplementRequest
from apps.cases.papers import issue_form_02
from apps.cases.selectors import agency_by_answers, answers_read, facts_of_case
from apps.core.errors import Faults, Refusal


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to complete, and why."""

    item: str
    reason: str


def request_supplement(
    code: str, *, items: Sequence[Item], omission: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Asks the applicant to complete the file (form 02); the clock stops until it is complete.

    Raises ItemsMissing, ReasonUnknown (whose omission), SupplementOnce, and what all verbs raise.
    """
    body = {"items": [[each.item, each.reason] for each in items], "omission": omission}
    with acting("request_supplement", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not items or not all(each.item.strip() and each.reason.strip() for each in items):
            raise ItemsMissing(field="items")
        if omission not in Omission.values:
            raise ReasonUnknown(field="omission")
        is_at_intake = act.case.accepted_at is None
        asked = SupplementRequest.objects.filter(case=act.case)
        if asked.filter(is_at_intake=is_at_intake).exists():
            raise SupplementOnce()
        request = SupplementRequest.objects.create(
            case=act.case,
            number=asked.count() + 1,
            is_at_intake=is_at_intake,
            omission=omission,
            items=[{"item": each.item, "reason": each.reason} for each in items],
            asked_at=act.at,
            asked_by_id=act.by.account_id,
        )
        event = act.record(
            EventKind.SUPPLEMENT_REQUESTED,
            changes={"status": Status.AWAITING_SUPPLEMENT},
            data={"request": request.pk, "omission": omission},
            text="\n".join(f"{each.item}: {each.reason}" for each in items),
        )
        issue_form_02(act, event, request)
        return event


def provide_supplement(
    code: str,
    *,
    answers: Mapping[str, Any],
    attachments: Mapping[str, Sequence[UUID]],
    message: str,
    originals: Sequence[str] = (),
    connecting_unit: int | None = None,
    is_complete: bool = True,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Gives a part of what was asked for, or declares the file complete: then the case goes back to where it was.

    Each part is a new revision with what changed; until `is_complete` is said, once, the clock stands.

    What rests on changed answers is decided again in the same act: the people whom they name, the fees (as of the
    day of filing) and, while the case is at intake, which agency is competent; once accepted nothing moves by itself,
    the agency hands over. `attachments` are uuids of uploaded files by the code of the paper or by the number of the
    item of the request that they answer, from 1. `originals` are codes of papers whose original was brought to the desk
    where the case is. `connecting_unit` is the id of the right place, where the one that was filed is wrong.
    Raises the faults of changed answers, UnitUnknown, UnitNotAWard, UnitEnded, PaperUnknown, AttachmentUnknown,
    OriginalsElsewhere, ItemsMissing when nothing is given, and what all verbs raise.
    """
    body = {
        "answers": answers,
        "attachments": attachments,
        "message": message,
        "originals": originals,
        "connecting_unit": connecting_unit,
        "is_complete": is_complete,
    }
    with acting("provide_supplement", code, by=by, at=at, request_key=request_key, body=body) as act:
        asked = last_of(act.entries, EventKind.SUPPLEMENT_REQUESTED)
        assert asked is not None and asked.from_status is not None
        parts = _parts_since(act, asked)
        is_elsewhere = connecting_unit is not None
        is_empty = not (answers or any(attachments.values()) or originals or is_elsewhere or message.strip())
        if is_empty and not (is_complete and parts):
            raise ItemsMissing(field="message")
        request = SupplementRequest.objects.filter(case=act.case, completed_at__isnull=True).get()
        pointed_to = place_of(agency_by_answers(act.case, at=act.at))
        kept = take_in(act, originals)
        revision = _declare(act, request, answers, attachments, connecting_unit, message)
        if answers:
            _name_concerned_again(act)
        said = {
            "request": request.pk,
            "revision": revision.number,
            **fees_assessed_again(act),
            **({"originals": kept} if kept else {}),
        }
        if not is_complete:
            return act.record(EventKind.SUPPLEMENT_PART_GIVEN, data={**said, "pointed_to": pointed_to})
        request.completed_at = act.at
        request.revision = revision
        request.save(update_fields=["completed_at", "revision"])
        moved = {}
        if asked.from_status == Status.SUBMITTED:
            # Where the answers pointed before the first part: what they pointed to then moves nothing.
            before = parts[0].data["pointed_to"] if parts else pointed_to
            moved = to_be_routed_again(act.case, before, place_of(agency_by_answers(act.case, at=act.at)))
            if moved:
                send_along(act, act.case.receiving_agency_id)
        event = act.record(
            EventKind.SUPPLEMENT_PROVIDED,
            changes={"status": asked.from_status, **moved},
            data={**said, "complete_at": answered_at(act)},
        )
        if moved:
            code = act.case.code
            act.owe("apps.cases.tasks.route_case", f"route:{code}:{event.sequence}", code=code)
        return event


def _parts_since(act: Act, asked: Entry) -> list[Entry]:
    return [
        entry
        for entry in act.entries
        if entry.kind == EventKind.SUPPLEMENT_PART_GIVEN and entry.sequence > asked.sequence
    ]


def _declare(
    act: Act,
    request: SupplementRequest,
    answers: Mapping[str, Any],
    attachments: Mapping[str, Sequence[UUID]],
    connecting_unit: int | None,
    message: str,
) -> ApplicationRevision:
    """The new revision. Raises the faults found, all at once."""
    application_id, unit = act.case.application_id, None
    if act.asked.is_group:
        # Another case of the application may be supplemented at this moment: their revisions have one row of numbers.
        Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application_id)
    faults: list[Refusal] = []
    if answers:
        answers = _changes(act, answers, faults)
    asked = {row.code: row.pk for row in act.asked.components}
    files = tied_to_papers(attachments, asked, faults, by=act.by, items=request.items_by_number)
    if connecting_unit is not None:
        unit = place_named(connecting_unit, "connecting_unit", timezone.localdate(act.at), faults)
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
    last = ApplicationRevision.objects.filter(application_id=application_id).order_by("-number").first()
    return declare(
        act.case.application,
        number=(last.number if last else 0) + 1,
        kind=RevisionKind.SUPPLEMENT,
        answers=dict(answers),
        files=files,
        connecting_unit=None if unit == connecting_unit_of(act.case.application) else unit,
        message=message,
        by=act.by,
        at=act.at,
    )


def _changes(act: Act, answers: Mapping[str, Any], faults: list[Refusal]) -> dict[str, Any]:
    """The changed answers that stand; null takes back what is no longer asked for because others changed."""
    before = answers_of(act.case.application_id)
    schema, day = act.asked.version.form_schema, timezone.localdate(act.at)
    reading = answers_read({**before, **answers}, schema, facts_of_case(act.case), day)
    faults += reading.faults
    dropped = {name: None for name in before if name not in reading.answers}
    return {name: reading.answers[name] for name in answers if name in reading.answers} | dropped


def _name_concerned_again(act: Act) -> None:
    application = act.case.application
    answers, schema = answers_of(application.pk), act.asked.version.form_schema
    name_concerned_again(application, answers, schema, at=act.at)
