"""A case as its applicant reads it: facts as rows, the timeline, money, and the files to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.applications.selectors import attachments_of
from apps.cases.choices import ENDED_CLOCK, Outcome, Status
from apps.cases.selectors import (
    Owed,
    SeenCase,
    documents_of,
    fees_of,
    owed_of,
    receipts_of,
    receipts_readable,
    replaced_among,
    results_of,
)
from apps.cases.status_shown import StatusShown, to_have_the_result
from apps.core.spoken import day, dong, moment
from apps.procedures.choices import BorneBy
from apps.web.ui.case_parts import correction_note, numbered_note, paper_title, replaced_note
from apps.web.ui.due_times import due_of, undecided_between, withdrawal_due_of
from apps.web.ui.parts import Due, SummaryRow, Text, TimelineEvent

if TYPE_CHECKING:
    from apps.cases.models import Case


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One fee of a case; `amount` in đồng, None where no price is established; `owed` what the applicant still has to pay."""

    name: str
    amount: int | None
    quantity: int
    legal_basis: str
    exempted: int
    exempt_basis: str
    is_borne_by_budget: bool
    is_paid: bool
    owed: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the applicant waits for and until when: the answer of the office, never the office's own countdown."""

    what: Text
    due: Due


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file of the case; an empty `url` means that it is still being made, or that the reader may not have it."""

    title: str
    at: datetime
    url: str
    note: str = ""
    is_withheld: bool = False
    data_url: str = ""  # the same as data for programs, where there is such a file


def awaited(case: Case, at: datetime) -> Awaited:
    """What comes next and when: the answer on acceptance, then the promised result; what ended, since when."""
    due = due_of(case, at)
    if case.status in ENDED_CLOCK:
        has_result = case.status in (Status.RESOLVED, Status.DELIVERED)
        return Awaited(_("Result ready since") if has_result else _("Ended"), due)
    if answer := withdrawal_due_of(case, at):
        return Awaited(_("Answer on the withdrawal due"), answer)
    if case.is_prerequisite_awaited:
        return Awaited(_("Waits for the result of another case"), due)
    if not case.is_clock_running:
        return Awaited(_("The time of the office stands still"), due)
    promised = case.renewed_due_at or case.promised_due_at
    if promised is None:
        return Awaited(_("Answer on acceptance due"), due)
    undecided = undecided_between(case, case.received_at, promised)
    return Awaited(_("Result promised"), Due(promised, due.state, due.remaining, undecided))


def to_do_of(case: Case, owed: Owed) -> Text:
    """What the applicant must do now, in a few words; empty when the next act is the administration's."""
    if case.status == Status.AWAITING_SUPPLEMENT:
        return _("Complete the file")
    if case.status == Status.AWAITING_PAYMENT:
        return _("Fulfil the obligation")
    if case.is_draft_awaited:
        return _("Check the draft")
    if owed.is_payable and case.status not in (Status.DECLINED, Status.STOPPED, Status.DELIVERED):
        return _("Pay %(amount)s") % {"amount": dong(owed.amount)}
    if case.status == Status.RESOLVED:
        return to_have_the_result(case)
    return ""


def status_rows(shown: StatusShown) -> list[SummaryRow]:
    """Everything that a status must show, what people ask for first on top, empty facts left out."""
    facts = (
        (_("Outcome"), shown.outcome),
        (_("Result promised"), _promise(shown)),
        (_("Answer on acceptance due"), moment(shown.intake_due_at)),
        (_("Answer on the withdrawal due"), moment(shown.withdrawal_due_at)),
        (_("You answer by"), moment(shown.applicant_due_at)),
        (_("Where the case is now"), shown.current_agency),
        (_("Handled by"), shown.handled_by),
        (_("Decided by"), shown.competent_agency),
        (_("Result handed over at"), shown.returning_agency),
        (_("Received at"), moment(shown.received_at)),
        (_("Received by"), _joined(shown.received_by, shown.receiving_agency)),
        (_("Accepted at"), moment(shown.accepted_at)),
        (_("Handled since"), moment(shown.handling_since)),
        (_("Ended at"), moment(shown.ended_at)),
        (_("Procedure"), f"{shown.procedure} ({shown.procedure_code})"),
    )
    return [SummaryRow(label, value) for label, value in facts if value]


def _promise(shown: StatusShown) -> str:
    """The promised time; while the clock stands still there is none to hold."""
    if shown.status in ENDED_CLOCK:
        return moment(shown.promised_at)
    if not shown.is_clock_running and shown.promised_at:
        return _("To be set again when the clock runs: it stands still now.")
    return moment(shown.promised_at)


def timeline_of(shown: StatusShown) -> list[TimelineEvent]:
    """What happened, newest first; the newest is where an open case stands."""
    is_open = shown.status not in ENDED_CLOCK
    events = [TimelineEvent(at=each.at, title=each.kind.label, by=each.agency) for each in shown.milestones]
    if events:
        last = events[-1]
        events[-1] = TimelineEvent(at=last.at, title=last.title, by=last.by, is_current=is_open)
    return events[::-1]


def fee_lines(seen: SeenCase) -> list[FeeLine]:
    """The fees in force, each with who bears it and whether it is paid."""
    in_english = get_language() == "en"
    lines = []
    for fee in fees_of(seen.case):
        is_paid = hasattr(fee, "settlement")
        lines.append(
            FeeLine(
                name=fee.name_en if in_english else fee.name,
                amount=fee.amount,
                quantity=fee.quantity,
                legal_basis=fee.legal_basis,
                exempted=fee.exempted,
                exempt_basis=fee.exempt_basis,
                is_borne_by_budget=fee.borne_by == BorneBy.BUDGET,
                is_paid=is_paid,
                owed=0 if is_paid or not fee.is_owed_by_applicant else fee.amount or 0,
            )
        )
    return lines


def can_pay(seen: SeenCase) -> bool:
    """Whether there is something to pay online in the case."""
    is_open = seen.case.status not in (Status.DECLINED, Status.STOPPED, Status.DELIVERED)
    return is_open and owed_of(fees_of(seen.case)).is_payable


def receipt_links(seen: SeenCase, *, seen_by: Actor) -> list[FileLink]:
    """Receipts by number; one whose paper is not made yet, or that somebody else paid, has no link."""
    readable = receipts_readable(seen, seen_by=seen_by)
    links = []
    for row in receipts_of(seen.case):
        receipt = row.receipt
        is_given = hasattr(receipt, "paper") and receipt.uuid in readable
        links.append(
            FileLink(
                title=_("Receipt %(series)s number %(number)s")
                % {"series": receipt.series.code, "number": receipt.number},
                at=receipt.issued_at,
                url=reverse("portal:receipt", args=[seen.case.code, receipt.uuid]) if is_given else "",
                note=" · ".join(
                    filter(
                        None,
                        [
                            dong(receipt.amount),
                            receipt.series.collecting_body.title,
                            correction_note(receipt),
                        ],
                    )
                ),
                is_withheld=receipt.uuid not in readable,
                data_url=reverse("portal:receipt_data", args=[seen.case.code, receipt.uuid])
                if is_given
                else "",
            )
        )
    return links


def paper_links(seen: SeenCase) -> list[FileLink]:
    """The statutory papers issued in the case; of a form 01 issued again only the last holds the secret that counts."""
    rows = documents_of(seen.case, with_internal=False)
    replaced = replaced_among(rows)
    return [
        FileLink(
            title=_paper_title(row.document.kind),
            at=row.document.created_at,
            url=reverse("portal:paper", args=[seen.case.code, row.document.uuid])
            if hasattr(row.document, "file")
            else "",
            note=replaced_note(replaced.get(row.document.uuid)) or numbered_note(row),
        )
        for row in rows
    ]


def result_links(seen: SeenCase) -> list[FileLink]:
    """Results with number and date; a corrected one stands beside the one it replaces."""
    return [
        FileLink(
            title=_("%(outcome)s: number %(number)s of %(day)s")
            % {"outcome": Outcome(row.outcome).label, "number": row.number, "day": day(row.dated_on)},
            at=row.released_at,
            url=reverse("portal:result", args=[seen.case.code, row.pk]),
        )
        for row in results_of(seen.case)
    ]


def attachment_links(seen: SeenCase) -> list[FileLink]:
    """The files that the applicant gave."""
    return [
        FileLink(
            title=row.attachment.filename,
            at=row.revision.declared_at,
            url=reverse("portal:attachment", args=[seen.case.code, row.attachment.uuid]),
            note=row.component.title if row.component else row.asked_item,
        )
        for row in attachments_of(seen.case.application_id)
    ]


def _paper_title(kind: str) -> str:
    titles = {
        "form_01": _("Receipt of the papers and appointment for the result (form 01)"),
        "form_02": _("Request to complete the file (form 02)"),
        "form_03": _("Refusal to accept the application (form 03)"),
        "form_04": _("Apology and new appointment (form 04)"),
        "form_04ss": _("Notice of a wrong receipt (form 04/SS-CTĐT)"),
        "form_05": _("Notice that the case is stopped (form 05)"),
    }
    return titles.get(kind) or paper_title(kind)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
