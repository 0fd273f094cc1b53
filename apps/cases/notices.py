"""What the applicant is told, and after which acts: a notice is a row of the act itself, read on their page at once.

Where there is an address, outbox rows send it as well. The row holds codes only; the text is made from the event and the
words in force at its time whenever it is shown or sent, so that it stays what was told then, in the language of whoever
reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery
from apps.calendars.selectors import working_calendar
from apps.cases.choices import EventKind, Omission, Outcome, ReopenGround, Status, StopGround
from apps.cases.errors import CaseUnknown
from apps.cases.history import read_entry
from apps.cases.models import Case, CaseEvent, CaseNotice, Obligation
from apps.cases.policies import works_on
from apps.cases.selectors import SeenCase, rules_asked
from apps.cases.told import TOLD, is_told
from apps.cases.tracking import secret_of
from apps.core.canonical import read_moment
from apps.core.models import OutboxRow
from apps.core.spoken import dong, moment
from apps.notifications.channels import Message
from apps.notifications.choices import Channel, NoticeKind, SendingState
from apps.notifications.delivery import (
    body_of,
    message_for,
    owed_for,
    phone_channels_on,
    sendings_of,
    subject_of,
)
from apps.notifications.models import Notice, Sending
from apps.notifications.selectors import Words
from apps.procedures.choices import Channel as FiledBy
from apps.receipts.choices import RefundMethod
from apps.receipts.models import FeeDue

_NOTICES = UUID("5f2b6d0e-4f0e-4f5e-9a59-6c1c8f3f5d11")


class NoticeRows(NamedTuple):
    """The rows of one notice, in the order in which they are inserted; without an address nothing is sent or owed."""

    notice: Notice
    of_case: CaseNotice
    sendings: list[Sending]
    owed: list[OutboxRow]

    @property
    def all(self) -> Sequence[Model]:
        return [self.notice, self.of_case, *self.sendings, *self.owed]


def notice_rows(
    case: Case,
    kind: EventKind,
    *,
    sequence: int,
    event_id: int,
    at: datetime,
    notice_id: int | None = None,
    is_sent: bool = True,
    **params: int,
) -> NoticeRows:
    """The notice of an event, once for ever: its uuid, and so the id of its message, follows from case and sequence.

    `params` is what it says beyond the event: `owed`, in đồng, what must be paid before acceptance. Of the cases of one
    application the first tells of the filing by mail, for all of them.
    """
    notice = Notice(
        pk=notice_id,
        uuid=uuid5(_NOTICES, f"{case.code}:{sequence}"),
        template=TOLD[kind],
        language=case.application.language,
        params={"case": case.code, "event": sequence, **params},
        created_at=at,
    )
    sendings = sendings_of(notice, _addresses(case, TOLD[kind], at)) if is_sent else []
    owed = [owed_for(sending, at) for sending in sendings]
    return NoticeRows(notice, CaseNotice(case=case, event_id=event_id, notice=notice), sendings, owed)


def _addresses(case: Case, kind: NoticeKind, at: datetime) -> dict[Channel, str]:
    """Where a notice goes: to the e-mail address, and to the telephone where a channel is on and its words are for it."""
    found = {Channel.EMAIL: case.application.contact_email}
    phone = "".join(case.application.contact_phone.split())
    on = phone_channels_on() if phone else []
    if on and Words([kind]).at(kind, at).is_for_phone:
        found |= dict.fromkeys(on, phone)
    return found


def owe_notices(events: Iterable[tuple[Case, CaseEvent]]) -> list[OutboxRow]:
    """Tells the applicants of those of these events that are told, on their pages at once; returns what is still owed."""
    told = []
    for case, event in events:
        entry = read_entry(bytes(event.body))
        if is_told(entry, wanted=case.application.delivery):
            told.append(
                notice_rows(case, entry.kind, sequence=event.sequence, event_id=event.pk, at=event.at)
            )
    Notice.objects.bulk_create([each.notice for each in told])
    CaseNotice.objects.bulk_create([each.of_case for each in told])
    Sending.objects.bulk_create([sending for each in told for sending in each.sendings])
    return [row for each in told for row in each.owed]


def message_of(uuid: UUID, channel: str) -> tuple[Sending, Message]:
    """A sending and the message that it carries, in the language of the application."""
    row = (
        CaseNotice.objects.select_related(
            "notice",
            "event__text",
            "event__from_agency",
            "event__to_agency",
            "case__application",
            "case__version__procedure",
            "case__receiving_agency",
            "case__competent_agency",
            "case__returning_agency",
        )
        .filter(notice__uuid=uuid)
        .get()
    )
    notice, case = row.notice, row.case
    sending = Sending.objects.get(notice=notice, channel=channel)
    sending.notice = notice
    words = Words([notice.template, NoticeKind.LETTER])
    secret = secret_of(case.code, case.tracking_generation) if _carries_secret(row) else ""
    with translation.override(notice.language):
        message = message_for(
            sending,
            words.at(notice.template, notice.created_at),
            words.at(NoticeKind.LETTER, notice.created_at),
            _values(row, case),
            secret,
        )
    return sending, message


def _carries_secret(row: CaseNotice) -> bool:
    """Only the first message of a case: told once more in each, it would be read by whoever looks on."""
    return row.event.kind == EventKind.APPLICATION_SUBMITTED


@dataclass(frozen=True, slots=True)
class SendingShown:
    """By which channel a notice goes to the applicant, and how that stands. `sent_at` is None until it has been sent."""

    channel: Channel
    state: SendingState
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice as it reads on a page, in the reader's language; without an address it was told on the page only."""

    sequence: int
    about: EventKind
    at: datetime
    subject: str
    text: str
    sendings: list[SendingShown]


def notices_of(seen: SeenCase, *, seen_by: Actor) -> list[NoticeShown]:
    """What the applicant was told, newest first; for their side and for staff who work on the case.

    Raises CaseUnknown for who sees the case and only supervises: the texts are between office and applicant.
    """
    if not works_on(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="code")
    rows = list(
        CaseNotice.objects.filter(case=seen.case)
        .select_related("notice", "event__text", "event__from_agency", "event__to_agency")
        .prefetch_related("notice__sendings")
        .order_by("-event__sequence")
    )
    words = Words(row.notice.template for row in rows)
    language = (translation.get_language() or "vi")[:2]
    shown = []
    for row in rows:
        values = _values(row, seen.case)
        in_force = words.at(row.notice.template, row.notice.created_at)
        shown.append(
            NoticeShown(
                sequence=row.event.sequence,
                about=EventKind(row.event.kind),
                at=row.notice.created_at,
                subject=subject_of(in_force, language, values),
                text=body_of(in_force, language, values),
                sendings=_sendings(row.notice),
            )
        )
    return shown


def _sendings(notice: Notice) -> list[SendingShown]:
    order = list(Channel)
    found = sorted(notice.sendings.all(), key=lambda each: order.index(Channel(each.channel)))
    return [SendingShown(Channel(each.channel), SendingState(each.state), each.sent_at) for each in found]


def _together(case: Case) -> str:
    """The cases that the application opened, each with its procedure on a line, where they are several."""
    if not rules_asked(case).is_group:
        return ""
    cases = Case.objects.filter(application_id=case.application_id).select_related("version__procedure")
    return "\n".join(f"{each.code}: {each.version.procedure.title}" for each in cases.order_by("pk"))


def _values(row: CaseNotice, case: Case) -> dict[str, str]:
    """What a notice may name (`apps.notifications.names`): codes, agencies, times as the event promised them; no person."""
    event = row.event
    entry = read_entry(bytes(event.body))
    said, kind = entry.data, entry.kind
    kept = getattr(event, "text", None)
    agency = event.from_agency if kind == EventKind.RESULT_RELEASED else event.to_agency
    promised = [read_moment(each) for each in said.get("promised", ())]
    delivery = said.get("delivery", case.application.delivery)
    obligation = Obligation.objects.get(pk=said["obligation"]) if "obligation" in said else None
    waits_for = ", ".join(said.get("waits_for", ()))
    at_counter = case.application.channel == FiledBy.COUNTER
    values: dict[str, str | bool] = {
        "code": case.code,
        "procedure": case.version.procedure.title,
        "agency": agency.title if agency else "",
        "desk": case.returning_agency.title,
        "due_at": moment(promised[1] if promised else event.due_at),
        "promised_before": moment(promised[0]) if promised else "",
        "expected_at": moment(read_moment(said["expected"])) if said.get("expected") else "",
        "applicant_due_at": moment(entry.answer_by),
        "owed": dong(row.notice.params.get("owed") or None),
        "reason": kept.text if kept is not None and kept.redacted_at is None and kind in _SAYS_WHY else "",
        "decision": said.get("decision", ""),
        "not_established": "\n".join(_unestablished(case, event)),
        "outcome": str(Outcome(said["outcome"]).label) if kind == EventKind.RESULT_RELEASED else "",
        "authority": obligation.authority if obligation else "",
        "obligation": obligation.what if obligation else "",
        "amount": dong(obligation.amount or None) if obligation else "",
        "reference": obligation.reference if obligation else "",
        "going_back": dong(said["amount"]) if "refund" in said else dong(said.get("going_back")),
        "refund_way": str(RefundMethod(said["method"]).label) if "refund" in said and said["method"] else "",
        "due_again": dong(_asked_again(said["fees"]))
        if kind == EventKind.CASE_REOPENED and "fees" in said
        else "",
        "is_refund_granted": bool(said.get("is_granted")),
        "is_refund_cash": "refund" in said and said["method"] == RefundMethod.CASH,
        "is_refund_withdrawn": kind == EventKind.CASE_REOPENED and "refunds_withdrawn" in said,
        "waits_for": waits_for,
        "together": _together(case) if kind == EventKind.APPLICATION_SUBMITTED else "",
        "answer_by": "" if at_counter or waits_for else moment(event.due_at),
        "at_counter": at_counter,
        "at_intake": entry.to_status == Status.SUBMITTED,
        "is_our_fault": said.get("omission") == Omission.OFFICE
        or said.get("ground") == ReopenGround.OFFICIAL_ERROR,
        "is_withdrawn": said.get("ground") == StopGround.APPLICANT_REQUEST,
        "is_agreed": kind == EventKind.PROLONGED_BY_AGREEMENT,
        "is_payment": entry.to_status == Status.AWAITING_PAYMENT,
        "is_refused": kind == EventKind.RESULT_RELEASED and said.get("outcome") != Outcome.GRANTED,
        "by_counter": delivery == Delivery.COUNTER,
        "by_post": delivery == Delivery.POST,
        "by_page": delivery == Delivery.ELECTRONIC,
        "form": str(said.get("form", "")).rpartition("_")[2],
    }
    return {name: value if isinstance(value, str) else "1" if value else "" for name, value in values.items()}


# Of whose event the text was written for the applicant; drafts, notes for colleagues and who fetched a result were not.
_SAYS_WHY = (
    EventKind.INTAKE_DECLINED,
    EventKind.SUPPLEMENT_REQUESTED,
    EventKind.DEADLINE_EXTENDED,
    EventKind.LATE_APOLOGISED,
    EventKind.PROLONGED_TO_VERIFY,
    EventKind.PROLONGED_BY_AGREEMENT,
    EventKind.WITHDRAWAL_DECLINED,
    EventKind.CASE_STOPPED,
    EventKind.CASE_REOPENED,
    EventKind.REFUND_DECIDED,
    EventKind.PAPER_CORRECTED,
    EventKind.RECEIPT_NOTICED,
    EventKind.RECEIPT_REPLACED,
    EventKind.VERSION_CHANGED,
)


def _asked_again(fees: list[str]) -> int:
    return sum(fee.amount or 0 for fee in FeeDue.objects.filter(uuid__in=fees))


def _unestablished(case: Case, event: CaseEvent) -> list[str]:
    """What of a message is ours and not the law's, in sentences."""
    found = []
    years = (
        working_calendar(event.calendar_version_id).undecided_years(
            min(case.received_at, event.due_at), event.due_at
        )
        if event.due_at
        else []
    )
    if years:
        found.append(
            _(
                "This time is reckoned with a calendar of %(years)s that has not been decided yet: it may move."
            )
            % {"years": ", ".join(map(str, years))}
        )
    if not case.receiving_agency.is_code_established:
        found.append(
            _(
                "The identification code of the agency, with which this case's code begins, is ours and not the State's."
            )
        )
    return found
