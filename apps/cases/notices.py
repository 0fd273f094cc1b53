"""What the applicant is told, and after which acts: a notice is a row of the act itself, read on their page at once.

Where there is an address an outbox row sends it as well. The row holds codes only; the text is made from the event and
the template whenever it is shown or sent, so that it stays what was told then, in the language of whoever reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from django.core.mail import EmailMessage

from apps.accounts.actors import Actor
from apps.calendars.selectors import working_calendar
from apps.cases.choices import EventKind, Omission, Outcome, ReopenGround, Status, StopGround
from apps.cases.errors import CaseUnknown
from apps.cases.history import read_entry
from apps.cases.models import Case, CaseEvent, CaseNotice, Obligation
from apps.cases.policies import works_on
from apps.cases.selectors import SeenCase, rules_asked
from apps.cases.tracking import secret_of
from apps.core import outbox
from apps.core.canonical import read_moment
from apps.core.models import OutboxRow
from apps.notifications.delivery import compose, text_of
from apps.notifications.models import Notice

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

_NOTICES = UUID("5f2b6d0e-4f0e-4f5e-9a59-6c1c8f3f5d11")

# The template of each act that the applicant is told of; `templates/notices/<name>.txt`.
TEMPLATES: dict[EventKind, str] = {
    EventKind.APPLICATION_SUBMITTED: "submitted",
    EventKind.INTAKE_ACCEPTED: "accepted",
    EventKind.INTAKE_DECLINED: "declined",
    EventKind.SUPPLEMENT_REQUESTED: "supplement_requested",
    EventKind.PAYMENT_REQUESTED: "payment_requested",
    EventKind.CONFIRMATION_ASKED: "confirmation_asked",
    EventKind.APPLICANT_REMINDED: "reminded",
    EventKind.DEADLINE_EXTENDED: "extended",
    EventKind.LATE_APOLOGISED: "late",
    EventKind.PROLONGED_TO_VERIFY: "prolonged",
    EventKind.PROLONGED_BY_AGREEMENT: "prolonged",
    EventKind.WITHDRAWAL_DECLINED: "withdrawal_declined",
    EventKind.CASE_STOPPED: "stopped",
    EventKind.CASE_REOPENED: "reopened",
    EventKind.RESULT_RELEASED: "released",
    EventKind.RESULT_HANDED_OVER: "handed_over",
    EventKind.SECRET_ISSUED_AGAIN: "secret_issued_again",
    EventKind.VERSION_CHANGED: "version_changed",
    EventKind.DUE_TIMES_REDERIVED: "due_times_rederived",
}
_CARRY_THE_SECRET = (EventKind.APPLICATION_SUBMITTED, EventKind.INTAKE_ACCEPTED)


class NoticeRows(NamedTuple):
    """The rows of one notice, in the order in which they are inserted; `owed` is empty where there is no address."""

    notice: Notice
    of_case: CaseNotice
    owed: list[OutboxRow]


def notice_rows(
    case: Case,
    kind: EventKind,
    *,
    sequence: int,
    event_id: int,
    at: datetime,
    notice_id: int | None = None,
    is_by_mail: bool = True,
    **params: int,
) -> NoticeRows:
    """The notice of an event, once for ever: its uuid, and so the id of its message, follows from case and sequence.

    `params` is what it says beyond the event: `owed`, in đồng, what must be paid before acceptance. Of the cases of one
    application the first tells of the filing by mail, for all of them.
    """
    notice = Notice(
        pk=notice_id,
        uuid=uuid5(_NOTICES, f"{case.code}:{sequence}"),
        template=TEMPLATES[kind],
        language=case.application.language,
        email=case.application.contact_email if is_by_mail else "",
        params={"case": case.code, "event": sequence, **params},
        created_at=at,
    )
    owed = []
    if notice.email:
        effect = f"notice:{case.code}:{sequence}"
        owed.append(outbox.owe("apps.cases.tasks.send_notice", effect, at, notice=str(notice.uuid)))
    return NoticeRows(notice, CaseNotice(case=case, event_id=event_id, notice=notice), owed)


def owe_notice(act: Act, event: CaseEvent) -> None:
    """The applicant is told of this event: on their page with the act itself, by e-mail soon after."""
    rows = notice_rows(
        act.case, EventKind(event.kind), sequence=event.sequence, event_id=event.pk, at=event.at
    )
    rows.notice.save(force_insert=True)
    rows.of_case.save(force_insert=True)
    act.owed += rows.owed


def message_of(uuid: UUID) -> tuple[Notice, EmailMessage]:
    """A notice and the message that it becomes, in the language of the application."""
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
    return row.notice, compose(row.notice, _context(row, row.case, by_mail=True))


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice as it reads on a page, in the reader's language.

    `is_by_email` is false where there is no address: then it was told on the page only. `sent_at` is None until the
    e-mail has been sent.
    """

    sequence: int
    about: EventKind
    at: datetime
    subject: str
    text: str
    is_by_email: bool
    sent_at: datetime | None


def notices_of(seen: SeenCase, *, seen_by: Actor) -> list[NoticeShown]:
    """What the applicant was told, newest first; for their side and for staff who work on the case.

    Raises CaseUnknown for who sees the case and only supervises: the texts are between office and applicant.
    """
    if not works_on(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="code")
    rows = (
        CaseNotice.objects.filter(case=seen.case)
        .select_related("notice", "event__text", "event__from_agency", "event__to_agency")
        .order_by("-event__sequence")
    )
    shown = []
    for row in rows:
        subject, text = text_of(row.notice.template, _context(row, seen.case, by_mail=False))
        shown.append(
            NoticeShown(
                sequence=row.event.sequence,
                about=EventKind(row.event.kind),
                at=row.notice.created_at,
                subject=subject,
                text=text,
                is_by_email=bool(row.notice.email),
                sent_at=row.notice.sent_at,
            )
        )
    return shown


def _together(case: Case) -> list[tuple[str, str]]:
    """The cases that the application opened, code and procedure, where they are several."""
    if not rules_asked(case).is_group:
        return []
    cases = Case.objects.filter(application_id=case.application_id).select_related("version__procedure")
    return [(each.code, each.version.procedure.title) for each in cases.order_by("pk")]


def _context(row: CaseNotice, case: Case, *, by_mail: bool) -> dict[str, Any]:
    """What a notice may say: codes, the procedure, agencies, and times as the event promised them; no person.

    The tracking secret is in the first messages by mail only. On a page it would be told to staff and to whoever looks
    on, once more for each notice; the applicant's page shows it in a place of its own, to them alone.
    """
    event, kind = row.event, EventKind(row.event.kind)
    entry = read_entry(bytes(event.body))
    said = entry.data
    calendar = working_calendar(event.calendar_version_id)
    kept = getattr(event, "text", None)
    is_released = kind == EventKind.RESULT_RELEASED
    with_secret = by_mail and kind in _CARRY_THE_SECRET
    return {
        "case": case,
        "procedure": case.version.procedure,
        "agency": event.from_agency if is_released else event.to_agency,
        "due_at": event.due_at,
        "undecided": ", ".join(
            map(str, calendar.undecided_years(min(case.received_at, event.due_at), event.due_at))
        ),
        "waits_for": ", ".join(said.get("waits_for", ())),
        "together": _together(case) if kind == EventKind.APPLICATION_SUBMITTED else [],
        "owed": row.notice.params.get("owed", 0),
        "delivery": said.get("delivery", case.application.delivery),
        "outcome": Outcome(said["outcome"]).label if is_released else "",
        "expected_at": read_moment(said["expected"]) if said.get("expected") else None,
        "is_agreed": kind == EventKind.PROLONGED_BY_AGREEMENT,
        "is_payment": event.to_status == Status.AWAITING_PAYMENT,
        "obligation": Obligation.objects.get(pk=said["obligation"]) if "obligation" in said else None,
        "applicant_due_at": entry.answer_by,
        "is_granted": said.get("outcome") == Outcome.GRANTED,
        "is_withdrawn": said.get("ground") == StopGround.APPLICANT_REQUEST,
        "is_our_fault": said.get("omission") == Omission.OFFICE
        or said.get("ground") == ReopenGround.OFFICIAL_ERROR,
        "promised": [read_moment(each) for each in said.get("promised", ())],
        "decision": said.get("decision", ""),
        "text": kept.text if kept is not None and kept.redacted_at is None else "",
        "by_mail": by_mail,
        "secret": secret_of(case.code, case.tracking_generation) if with_secret else "",
    }
