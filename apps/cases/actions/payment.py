"""Payment at the counter: the payment, its ledger row and the receipt's number are one transaction."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.collecting import collect, issue
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ReasonUnknown
from apps.cases.models import CaseEvent
from apps.cases.policies import is_desk_of
from apps.cases.selectors import fees_of, still_owed
from apps.receipts.actions.cashiers import session_to_take_money
from apps.receipts.actions.payments import Taken
from apps.receipts.choices import AT_COUNTER, PaymentMethod
from apps.receipts.errors import (
    AmountNotDue,
    FeeNotEstablished,
    NothingDue,
    ReferenceTooLong,
    SessionElsewhere,
    SlipMissing,
)
from apps.receipts.models import REFERENCE_AT_MOST, FeeDue


def record_payment(
    code: str, *, amount: int, method: str, reference: str = "", by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Records that the applicant paid at the counter what is due, in đồng, and issues a receipt of each collecting body.

    The cashier takes the money in their open session; `reference` is the number of the card slip. The numbers are taken by
    the very last statements, so that nothing slow happens while other issuers wait and a rollback leaves no gap.
    (Nghị định 254/2026/NĐ-CP.) Raises NothingDue, FeeNotEstablished, AmountNotDue, ReasonUnknown (method), ReferenceTooLong,
    SlipMissing, NoOpenSession, SessionNotOfToday, SessionElsewhere, NotCompetent (no collecting body yet), NoOpenSeries, and what all
    verbs raise.
    """
    body = {"amount": amount, "method": method, "reference": reference}
    with acting("record_payment", code, by=by, at=at, request_key=request_key, body=body) as act:
        if method not in AT_COUNTER:
            raise ReasonUnknown(field="method")
        if len(reference) > REFERENCE_AT_MOST:
            raise ReferenceTooLong(field="reference", most=REFERENCE_AT_MOST)
        if method == PaymentMethod.CARD and not reference.strip():
            raise SlipMissing(field="reference")
        due = due_now(act)
        _refuse_another_amount(due, amount)
        session = session_to_take_money(by=by, at=act.at)
        if not is_desk_of(act.case, session.desk_id):
            raise SessionElsewhere(desk=session.desk.title)
        taken = Taken(PaymentMethod(method), act.at, reference, session=session)
        collected = collect(act, due, taken)
        event = act.record(EventKind.PAYMENT_RECORDED, data={**collected.told, "method": method})
        deliver_if_paid(act, event)
        issue(act, collected.receipts, event.pk)
        return event


def due_now(act: Act) -> list[FeeDue]:
    """The lines to be paid now. While one in force has no established price nothing is collected at all.

    Raises FeeNotEstablished, NothingDue.
    """
    fees = fees_of(act.case)
    if not all(fee.is_established for fee in fees):
        raise FeeNotEstablished()
    open_lines = still_owed(fees)
    if not open_lines:
        raise NothingDue()
    return open_lines


def _refuse_another_amount(due: list[FeeDue], amount: int) -> None:
    total = sum(fee.amount or 0 for fee in due)
    if amount != total:
        due_said, given_said = (f"{each:,}".replace(",", ".") for each in (total, amount))
        raise AmountNotDue(field="amount", due=due_said, given=given_said)


def deliver_if_paid(act: Act, event: CaseEvent) -> None:
    """A result that waited in the applicant's store for what was due before hand-over is delivered now."""
    if act.case.status == Status.RESOLVED and act.case.application.delivery == Delivery.ELECTRONIC:
        act.owe("apps.cases.tasks.deliver_result", f"deliver:{event.pk}", code=act.case.code)
