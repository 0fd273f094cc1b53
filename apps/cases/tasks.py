"""What workers do: each takes the id of an outbox row, and closes it in the transaction of the effect.

A task may be delivered twice, at once or again: the second finds somebody at work or its row closed, or rolls back.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from celery import shared_task
from django.utils import timezone

from apps.accounts.actors import CLOCK, DELIVERY, LINKER, REFUNDS, ROUTER
from apps.applications.choices import Delivery
from apps.cases.actions import calendar_change, dependants, gateway_statement, refund
from apps.cases.actions.acting import acting_for_program
from apps.cases.actions.decision import deliver
from apps.cases.actions.lapse import lapse, remind
from apps.cases.actions.linked import follow
from apps.cases.actions.moving import CHUNK, TASK, settle
from apps.cases.actions.routing import route
from apps.cases.actions.settling import ASK, reconcile, settle_by_bank_line
from apps.cases.choices import Status
from apps.cases.notices import message_of
from apps.cases.papers import receipt_paper
from apps.cases.selectors import owed_at
from apps.core import jobs, outbox
from apps.core.canonical import fingerprint
from apps.core.outbox import consumer
from apps.documents.actions import write_data, write_file
from apps.documents.models import Document, StoredFile
from apps.documents.signing import Identity, signer_for
from apps.notifications.delivery import deliver as deliver_notice
from apps.procedures.choices import PayBefore
from apps.receipts import gateways
from apps.receipts.actions import statements
from apps.receipts.actions.bank_matches import match_open_lines, settle_named_orders
from apps.receipts.models import Receipt, ReceiptDocument, RefundProposal

_RECEIPTS = UUID("6b1de1c4-3c57-4b0f-9a55-51b7c1b6f0d3")


@shared_task(name="apps.cases.tasks.route_case")
@consumer
def route_case(row_id: int, payload: dict[str, Any]) -> None:
    """Routes a case that was filed or accepted."""
    with acting_for_program(payload["code"], row_id, by=ROUTER, at=timezone.now()) as act:
        route(act)


@shared_task(name=dependants.TASK)
@consumer
def follow_prerequisite(row_id: int, payload: dict[str, Any]) -> None:
    """Starts the clock of a case that waited for another, or stops it, once that one has ended."""
    with acting_for_program(payload["code"], row_id, by=LINKER, at=timezone.now()) as act:
        follow(act, payload["prerequisite"])


@shared_task(name="apps.cases.tasks.deliver_result")
@consumer
def deliver_result(row_id: int, payload: dict[str, Any]) -> None:
    """Puts a released result into the applicant's own store, where they chose that."""
    with acting_for_program(payload["code"], row_id, by=DELIVERY, at=timezone.now()) as act:
        # What is due before hand-over is still open: its payment will owe this delivery again.
        if act.case.status == Status.RESOLVED and not owed_at(act.case, PayBefore.HAND_OVER):
            deliver(act, Delivery.ELECTRONIC, "")


@shared_task(name="apps.cases.tasks.lapse_waiting")
@consumer
def lapse_waiting(row_id: int, payload: dict[str, Any]) -> None:
    """Lapses what a case waited for, or takes its draft as confirmed, once the applicant's window has ended."""
    with acting_for_program(payload["code"], row_id, by=CLOCK, at=timezone.now()) as act:
        lapse(act)


@shared_task(name="apps.cases.tasks.remind_applicant")
@consumer
def remind_applicant(row_id: int, payload: dict[str, Any]) -> None:
    """Tells the applicant that their window ends soon."""
    with acting_for_program(payload["code"], row_id, by=CLOCK, at=timezone.now()) as act:
        remind(act)


@shared_task(name=ASK)
@consumer
def ask_gateway(row_id: int, payload: dict[str, Any]) -> None:
    """Asks the payment gateway what happened to an order, and acts on it; asked twice, it acts once."""
    reconcile(payload["order"], at=timezone.now())
    outbox.close(row_id, timezone.now())


@shared_task(name=gateway_statement.READ)
@consumer
def read_gateway_statement(row_id: int, payload: dict[str, Any]) -> None:
    """Reads the payment gateway's own list of a day."""
    day = date.fromisoformat(payload["day"])
    gateway_statement.read_statement(row_id, payload["gateway"], day, at=timezone.now())


@shared_task(name="apps.cases.tasks.render_paper")
@consumer
def render_paper(row_id: int, payload: dict[str, Any]) -> None:
    """Makes and stores the PDF of a statutory paper."""
    from apps.documents.rendering import render_pdf

    document = Document.objects.get(pk=payload["document"])
    stored = write_file(document, render_pdf(document.kind, document.snapshot))  # type: ignore[arg-type]
    _store(row_id, stored)


@shared_task(name="apps.cases.tasks.render_receipt")
@consumer
def render_receipt(row_id: int, payload: dict[str, Any]) -> None:
    """Makes, signs and stores the files of a receipt whose number is safe on disk: from then on it is available.

    Whatever breaks on the way, a token that is away or a full disk, leaves the row due and nothing to be seen.
    """
    from apps.documents.receipt_files import signed_files

    receipt = Receipt.objects.select_related("series__collecting_body").get(uuid=payload["receipt"])
    body = receipt.series.collecting_body
    signer = signer_for(Identity(body.identification_code, body.name, body.tax_code))
    # A clock that was set back meanwhile does not sign before the issue.
    at = timezone.localtime(max(timezone.now(), receipt.issued_at))
    made = signed_files(receipt_paper(receipt), signer, at=at)
    document = Document(
        uuid=uuid5(_RECEIPTS, str(receipt.uuid)),
        kind="receipt",
        snapshot=made.snapshot,
        snapshot_hash=fingerprint(made.snapshot),
        created_at=at,
    )
    pdf, data = write_file(document, made.pdf), write_data(document, made.data)
    pdf.stored_at = data.stored_at = timezone.now()

    def change() -> None:
        document.save(force_insert=True)
        for stored in (pdf, data):
            stored.document = document
            stored.save(force_insert=True)
        ReceiptDocument.objects.create(
            receipt=receipt, document=document, certificate=made.certificate, signed_at=at
        )

    outbox.effect(row_id, pdf.stored_at, change)


def _store(row_id: int, stored: StoredFile) -> None:
    stored.stored_at = timezone.now()
    outbox.effect(row_id, stored.stored_at, lambda: stored.save(force_insert=True))


@shared_task(name="apps.cases.tasks.send_notice")
@consumer
def send_notice(row_id: int, payload: dict[str, Any]) -> None:
    """Sends a notice by one channel to the address that the applicant gave; on their page it stands already."""
    sending, message = message_of(UUID(payload["notice"]), payload["channel"])
    deliver_notice(row_id, sending, message, clock=timezone.now)


@shared_task(name=refund.TASK)
@consumer
def refund_at_gateway(row_id: int, payload: dict[str, Any]) -> None:
    """Has the gateway pay back what was granted, and then records it; asked twice under one code, it pays once."""
    proposal = RefundProposal.objects.select_related("payment__order").get(uuid=payload["refund"])
    answer: gateways.Refunded | gateways.Refused
    try:
        answer = gateways.refund_at_gateway(proposal.payment, proposal.amount, str(proposal.uuid))
    except gateways.Refused as refused:
        answer = refused
    with acting_for_program(payload["code"], row_id, by=REFUNDS, at=timezone.now()) as act:
        if isinstance(answer, gateways.Refunded):
            refund.paid_by_gateway(act, proposal, answer)
        else:
            refund.refused_by_gateway(act, proposal, answer)


@shared_task(name=TASK)
@consumer
def move_cases(row_id: int, payload: dict[str, Any]) -> None:
    """Moves open cases to another version of their procedure, some a transaction."""
    jobs.carry_out(payload["job"], row_id, settle, clock=timezone.now, chunk=CHUNK)


@shared_task(name=calendar_change.TASK)
@consumer
def change_calendar(row_id: int, payload: dict[str, Any]) -> None:
    """Re-derives the open cases that a decision on the calendar moves, some dozens a transaction."""
    jobs.carry_out(
        payload["job"],
        row_id,
        calendar_change.settle,
        clock=timezone.now,
        more=calendar_change.moved_besides,
        chunk=calendar_change.CHUNK,
    )


@shared_task(name=statements.MATCH)
@consumer
def match_account(row_id: int, payload: dict[str, Any]) -> None:
    """Settles the orders that lines of a bank name, each in its own transaction, and then matches what is certain."""
    account, at = payload["account"], timezone.now()
    settle_named_orders(account, settle=settle_by_bank_line, at=at)
    outbox.effect(row_id, at, lambda: _match(account))


def _match(account_id: int) -> None:
    match_open_lines(account_id, at=timezone.now())
