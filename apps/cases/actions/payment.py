"""Payment at the counter: the payment, its ledger row and the receipt's number are one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery, PartyRole
from apps.applications.selectors import party_in_role
from apps.cases.actions.acting import Act, acting
from apps.cases.choices import EventKind, Status, UnroutableReason
from apps.cases.errors import NotCompetent, ReasonUnknown
from apps.cases.models import CaseEvent, CaseReceipt
from apps.cases.papers import receipt_snapshot
from apps.cases.policies import can_take_money_at
from apps.cases.selectors import competent_agency_of, fees_of, still_owed
from apps.core.models import OutboxRow
from apps.receipts.actions import open_series_of, settle, take_number
from apps.receipts.choices import PaymentMethod
from apps.receipts.errors import AmountNotDue, FeeNotEstablished, NothingDue, ReferenceTooLong
from apps.receipts.models import REFERENCE_AT_MOST, FeeDue, Payment, ReceiptSeries
from apps.units.models import Agency


def record_payment(
    code: str, *, amount: int, method: str, reference: str = "", by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Records that the applicant paid what is due, in đồng, and issues the receipt of the collecting body.

    The number is taken by the very last statement, so that nothing slow happens while other issuers wait and a
    rollback leaves no gap. (Nghị định 254/2026/NĐ-CP.) Raises NothingDue, FeeNotEstablished, AmountNotDue,
    ReasonUnknown (method), ReferenceTooLong, NotCompetent (no collecting body yet), NoOpenSeries, and what all verbs raise.
    """
    body = {"amount": amount, "method": method, "reference": reference}
    with acting("record_payment", code, by=by, at=at, request_key=request_key, body=body) as act:
        if method not in PaymentMethod.values:
            raise ReasonUnknown(field="method")
        if len(reference) > REFERENCE_AT_MOST:
            raise ReferenceTooLong(field="reference", most=REFERENCE_AT_MOST)
        due = _due(act, amount)
        collecting_body = _collecting_body(act)
        series = open_series_of(collecting_body, at=act.at)
        payment = settle(
            due,
            collecting_body=collecting_body,
            desk=_desk(act),
            method=PaymentMethod(method),
            reference=reference,
            by=by,
            at=act.at,
        )
        uuid = uuid4()
        event = act.record(
            EventKind.PAYMENT_RECORDED,
            data={"payment": str(payment.uuid), "receipt": str(uuid), "amount": amount, "method": method},
        )
        CaseReceipt.objects.create(case=act.case, receipt_id=uuid)
        if act.case.status == Status.RESOLVED and act.case.application.delivery == Delivery.ELECTRONIC:
            act.owe("apps.cases.tasks.deliver_result", f"deliver:{event.pk}", code=code)
        act.owe("apps.cases.tasks.render_receipt", f"receipt:{uuid}", receipt=str(uuid), event=event.pk)
        _issue(act, uuid, series, payment, receipt_snapshot(act, payment, due, collecting_body, _payer(act)))
        return event


def _issue(act: Act, uuid: UUID, series: ReceiptSeries, payment: Payment, snapshot: dict[str, Any]) -> None:
    """What the act owes is written first: the number is the last thing before commit."""
    OutboxRow.objects.bulk_create(act.owed)
    act.owed.clear()
    take_number(uuid=uuid, series=series, payment=payment, snapshot=snapshot, at=act.at)


def _due(act: Act, amount: int) -> list[FeeDue]:
    """The lines to be paid now. While one in force has no established price nothing is collected at all."""
    fees = fees_of(act.case)
    if not all(fee.is_established for fee in fees):
        raise FeeNotEstablished()
    open_lines = still_owed(fees)
    if not open_lines:
        raise NothingDue()
    total = sum(fee.amount or 0 for fee in open_lines)
    if amount != total:
        raise AmountNotDue(field="amount", due=f"{total:,}".replace(",", "."), given=str(amount))
    return open_lines


def _collecting_body(act: Act) -> Agency:
    """By default the competent agency, whichever desk takes the money."""
    if act.case.competent_agency is not None:
        return act.case.competent_agency
    found = competent_agency_of(act.case, at=act.at)
    if isinstance(found, UnroutableReason):
        raise NotCompetent()
    return found


def _desk(act: Act) -> Agency:
    """The cashier's own desk, among the agencies of the case."""
    case = act.case
    for agency in (case.receiving_agency, case.current_agency, case.competent_agency):
        if agency is not None and can_take_money_at(agency.pk, act.by):
            return agency
    return case.returning_agency


def _payer(act: Act) -> Any:
    return party_in_role(act.case.application, PartyRole.PAYER) or party_in_role(
        act.case.application, PartyRole.APPLICANT
    )
