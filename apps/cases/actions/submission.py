"""Filing: an application becomes a case, or the cases of a group, online by its applicant or at a counter by a receptionist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.actions import given_with
from apps.applications.choices import RevisionKind
from apps.applications.models import Application, ApplicationRevision, DataLookup, OriginalSeen
from apps.calendars.selectors import working_calendar
from apps.calendars.working_time import Channel as ArrivalChannel
from apps.calendars.working_time import received_at
from apps.cases import ledger
from apps.cases.actions.custody import first_turns
from apps.cases.actions.filing import (
    CheckedFiling,
    Filing,
    LateEntry,
    check_filing,
    desk_of,
    refuse_late_entry,
)
from apps.cases.actions.openings import Opening, openings_of
from apps.cases.choices import EventKind, Routing, Status
from apps.cases.codes import case_code
from apps.cases.models import Case, CaseEvent, CaseFee, CaseLink
from apps.cases.models import LateEntry as LateEntryMark
from apps.cases.notices import notice_rows
from apps.cases.tracking import hash_of, secret_of
from apps.core import outbox, request_keys
from apps.core.errors import KeyReused, Refusal
from apps.core.models import OutboxRow
from apps.core.request_keys import Replayed
from apps.core.transactions import verb_transaction
from apps.procedures.choices import Channel, PayBefore
from apps.procedures.models import Component
from apps.procedures.selectors import VersionRules, rules_for_filing
from apps.procedures.tariff import is_established
from apps.receipts.actions.fees import new_fees
from apps.receipts.models import FeeDue
from apps.units.models import Agency

# What is due at these gates must be paid before the desk can accept the application.
_AT_INTAKE = (PayBefore.FILING, PayBefore.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing that was made: the first event of each case, all fee lines assessed, and what was checked."""

    events: list[CaseEvent]
    fees: list[FeeDue]
    checked: CheckedFiling

    @property
    def event(self) -> CaseEvent:
        return self.events[0]

    @property
    def case(self) -> Case:
        """The only case, or of a group the first: the others follow it or stand beside it."""
        return self.event.case


def submit_application(filing: Filing, *, by: Actor, at: datetime, request_key: str) -> Filed:
    """Files an application: one case in status 1 at the desk that received it, fees assessed, routing owed.

    Of a group one for each part whose condition holds, all in the same transaction, each with its code, its own rules and
    fees; those that wait for another's result say so in their first event, and their clock stands.

    Raises Faults with one refusal for each fault found, or a single refusal: ProcedureUnknown, ProcedureNotInForce,
    ProcedureClosed, LimitNotEstablished, ChannelNotOpen, NotYours (at a counter without the post), DeskUnknown,
    LateEntryAtDesk, LateEntryIncomplete, LateEntryTimeWrong, what `side_of` raises, KeyReused; and Replayed when the same request was answered before.
    """
    body = asdict(filing)
    try:
        desk = None if filing.channel == Channel.ONLINE else desk_of(filing, by, timezone.localdate(at))
        refuse_late_entry(filing, desk, at)
        # What was taken on paper stands as of the day on which it was taken.
        since = filing.late_entry.taken_at if filing.late_entry else at
        rules = rules_for_filing(filing.procedure_code, filing.channel, timezone.localdate(since))
        if desk is None:
            checked = check_filing(filing, rules, by=by, at=at)
            openings = openings_of(rules, checked.facts, at)
            reserved = [_reserve(checked.agency, opening.rules, at) for opening in openings]
            with verb_transaction():
                return _file(filing, checked, openings, reserved, body, by=by, at=at, request_key=request_key)
        # A group is filed online only: at a desk there is one case.
        reserved = [_reserve(desk, rules, at)]
        with verb_transaction():
            # At a counter the people themselves may be new: they become known in the transaction that files for them.
            checked = check_filing(filing, rules, by=by, at=at, desk=desk)
            openings = openings_of(rules, checked.facts, at)
            return _file(filing, checked, openings, reserved, body, by=by, at=at, request_key=request_key)
    except KeyReused:
        raise
    except Refusal:
        _raise_if_answered(by, request_key, body)
        raise


def _raise_if_answered(by: Actor, request_key: str, body: Mapping[str, Any]) -> None:
    """A repeated request gets its first answer even if it could not be filed anew today."""
    first = request_keys.answered(
        actor_id=by.account_id, key=request_key, verb="submit_application", body=body
    )
    if first is not None:
        raise Replayed(first)


@dataclass(frozen=True, slots=True)
class _Reserved:
    """What a filing takes before its transaction: a gap in any of these is allowed, reuse is not."""

    code: str
    application: int
    revision: int
    case: int
    event: int
    notice: int
    fees: list[int]


_RESERVE = """
    INSERT INTO cases_codeserial (agency_id, day, last) VALUES (%(agency)s, %(day)s, 1)
    ON CONFLICT (agency_id, day) DO UPDATE SET last = cases_codeserial.last + 1
    RETURNING last,
        nextval(pg_get_serial_sequence('applications_application', 'id')),
        nextval(pg_get_serial_sequence('applications_applicationrevision', 'id')),
        nextval(pg_get_serial_sequence('cases_case', 'id')),
        nextval(pg_get_serial_sequence('cases_caseevent', 'id')),
        nextval(pg_get_serial_sequence('notifications_notice', 'id')),
        ARRAY(
            SELECT nextval(pg_get_serial_sequence('receipts_feedue', 'id')) FROM generate_series(1, %(fees)s)
        )
"""


def _reserve(agency: Agency, rules: VersionRules, at: datetime) -> _Reserved:
    """A new case code and the keys of the rows to come, in a statement of its own before the verb.

    With its keys known beforehand a filing is written in one statement.
    """
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, {"agency": agency.pk, "day": day, "fees": len(rules.fee_rules)})
        serial, *keys = cursor.fetchone()
    return _Reserved(case_code(agency.identification_code, day, serial), *keys)


def _file(
    filing: Filing,
    checked: CheckedFiling,
    openings: Sequence[Opening],
    reserved: Sequence[_Reserved],
    body: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    request_key: str,
) -> Filed:
    first = request_keys.claim(
        actor_id=by.account_id,
        key=request_key,
        verb="submit_application",
        body=body,
        answer=reserved[0].code,
        at=at,
    )
    if first is not None:
        raise Replayed(first)
    late = filing.late_entry
    filed_at = late.taken_at if late else at
    application = Application(
        pk=reserved[0].application,
        uuid=uuid4(),
        version=checked.rules.version,
        channel=filing.channel,
        filed_at=filed_at,
        filed_by_id=by.account_id,
        connecting_unit=checked.unit,
        delivery=checked.delivery,
        delivery_address=filing.delivery_address,
        language=filing.language,
        has_consent=filing.has_consent,
        contact_email=checked.email,
        contact_phone=filing.contact_phone,
    )
    filed = Filed([], [], checked)
    for place, opening in enumerate(openings):
        keys = reserved[place]
        case = Case(
            pk=keys.case,
            code=keys.code,
            application=application,
            version=opening.rules.version,
            receiving_agency=checked.agency,
            tracking_hash=hash_of(secret_of(keys.code, 1)),
            calendar_version_id=checked.calendar_version,
        )
        declared: list[Model] = []
        if place == 0:
            declared = [
                application,
                *checked.side.rows(application, at),
                *_declaration(application, filing, checked, keys, by=by, at=at),
                *first_turns(case, _seen(checked), holder=checked.agency.pk, by=by, at=at),
                *([_mark_of(case, late, at)] if late else []),
            ]
        fees = _fees(opening, keys, filed_at, at)
        told = notice_rows(
            case,
            EventKind.APPLICATION_SUBMITTED,
            sequence=1,
            event_id=keys.event,
            at=at,
            notice_id=keys.notice,
            is_sent=place == 0,
            owed=_owed_at_intake(fees),
        )
        waits_for = [reserved[other] for other in opening.waits_for]
        event = ledger.record(
            case,
            EventKind.APPLICATION_SUBMITTED,
            by=by,
            at=at,
            entries=[],
            changes=_first_state(filing, checked, opening.rules, filed_at),
            data={
                "channel": filing.channel.value,
                "application": str(application.uuid),
                "fees": [str(fee.uuid) for fee in fees],
                **({"held": checked.papers.held} if checked.papers.held and place == 0 else {}),
                **({"late_entry": late.form_number.strip()} if late else {}),
                **({"group": checked.rules.procedure.code} if checked.rules.is_group else {}),
                **({"waits_for": [each.code for each in waits_for]} if waits_for else {}),
            },
            text=late.reason.strip() if late else "",
            event_id=keys.event,
            beside=[
                *declared,
                *fees,
                *(CaseFee(case=case, fee=fee) for fee in fees),
                *(
                    CaseLink(application=application, case=case, prerequisite_id=each.case)
                    for each in waits_for
                ),
                *told.all,
                *_routing_owed(keys, filing.channel, at),
            ],
        )
        filed.events.append(event)
        filed.fees.extend(fees)
    return filed


def _mark_of(case: Case, late: LateEntry, at: datetime) -> LateEntryMark:
    """The supervisor sees what was entered late."""
    return LateEntryMark(
        case=case, form_number=late.form_number.strip(), taken_at=late.taken_at, entered_at=at
    )


def _first_state(filing: Filing, checked: CheckedFiling, rules: VersionRules, at: datetime) -> dict[str, Any]:
    return {
        "status": Status.SUBMITTED,
        "version_id": rules.version.pk,
        "routing": Routing.PENDING,
        "receiving_agency_id": checked.agency.pk,
        "returning_agency_id": checked.agency.pk,
        "current_agency_id": checked.agency.pk,
        "step": rules.steps[0].position if rules.steps else None,
        "received_at": received_at(
            working_calendar(checked.calendar_version), at, ArrivalChannel(filing.channel)
        ),
    }


def _declaration(
    application: Application,
    filing: Filing,
    checked: CheckedFiling,
    reserved: _Reserved,
    *,
    by: Actor,
    at: datetime,
) -> list[Model]:
    """What is declared and given: the first revision, its files, the originals that a clerk saw."""
    revision = ApplicationRevision(
        pk=reserved.revision,
        application=application,
        number=1,
        kind=RevisionKind.SUBMISSION,
        answers=checked.answers,
        declared_at=at,
        declared_by_id=by.account_id,
    )
    originals = [
        OriginalSeen(application=application, component=component, seen_by_id=by.account_id, seen_at=at)
        for component in _seen(checked)
    ]
    lookups = [
        DataLookup(application=application, component_id=component, outcome=outcome, looked_up_at=at)
        for component, outcome in checked.papers.lookups.items()
    ]
    return [revision, *given_with(revision, checked.papers.files), *originals, *lookups]


def _seen(checked: CheckedFiling) -> list[Component]:
    return [row for row in checked.rules.components if row.pk in checked.papers.seen]


def _fees(opening: Opening, reserved: _Reserved, filed_at: datetime, at: datetime) -> list[FeeDue]:
    fees = new_fees(opening.fees(filed_at), at=at)
    # A key was reserved for every rule; those that do not apply leave a gap.
    for fee, key in zip(fees, reserved.fees, strict=False):
        fee.pk = key
    return fees


def _owed_at_intake(fees: list[FeeDue]) -> int:
    """What must be paid before acceptance, in đồng; nothing where one line has no price: then nothing is collected."""
    if not is_established(fees):
        return 0
    return sum(fee.amount or 0 for fee in fees if fee.is_owed_by_applicant and fee.pay_before in _AT_INTAKE)


def _routing_owed(reserved: _Reserved, channel: Channel, at: datetime) -> list[OutboxRow]:
    """Online the case is routed at once; at a counter the desk accepts it first and routing sends it on."""
    if channel != Channel.ONLINE:
        return []
    code = reserved.code
    return [outbox.owe("apps.cases.tasks.route_case", f"route:{code}", at, code=code)]
