"""Refunds: somebody of the collecting body decides, a cashier, a transfer or the gateway pays; each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, acting
from apps.cases.choices import EventKind
from apps.cases.errors import ReasonMissing, ReasonUnknown
from apps.cases.models import CaseEvent
from apps.cases.policies import is_desk_of, refunds_decided_by, refunds_paid_by
from apps.receipts.actions.cashiers import session_to_take_money
from apps.receipts.actions.orders import Heard, keep_message
from apps.receipts.actions.refunds import paid_elsewhere, pay_out
from apps.receipts.choices import (
    GatewayMessageKind,
    MessageOutcome,
    PaymentMethod,
    RefundMethod,
    RefundState,
)
from apps.receipts.errors import (
    AlwaysReturned,
    DecidedAlready,
    NotPaidOnline,
    NotRefundable,
    ReasonTooLong,
    RecipientMissing,
    ReferenceMissing,
    ReferenceTooLong,
    RefundUnknown,
    SessionElsewhere,
)
from apps.receipts.gateways import Refunded, Refused
from apps.receipts.models import (
    REFERENCE_AT_MOST,
    Refund,
    RefundDecision,
    RefundFailure,
    RefundOtherWay,
    RefundProposal,
)

TASK = "apps.cases.tasks.refund_at_gateway"
REASON_AT_MOST = 500


def decide_refund(
    code: str,
    *,
    refund: UUID,
    is_granted: bool,
    method: str,
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Decides on the fee's own rule whether money goes back, and how; what settled nothing always does.

    `method` is empty where it is not granted. What is granted through the gateway a worker pays back. A granted refund
    that a person was to pay, or that the gateway did not, is decided anew as to its way only: cash or transfer.
    Raises RefundUnknown, ReasonMissing, ReasonTooLong, ReasonUnknown (method), NotRefundable, AlwaysReturned,
    NotPaidOnline, DecidedAlready, NoRefundToDecide, and what all verbs raise.
    """
    body = {"refund": str(refund), "is_granted": is_granted, "method": method, "reason": reason}
    with acting("decide_refund", code, by=by, at=at, request_key=request_key, body=body) as act:
        proposal = _found(refund, refunds_decided_by(by, act.standing))
        if not reason.strip():
            raise ReasonMissing(field="reason")
        if len(reason) > REASON_AT_MOST:
            raise ReasonTooLong(field="reason", most=REASON_AT_MOST)
        if method not in (RefundMethod.values if is_granted else ("",)):
            raise ReasonUnknown(field="method")
        if proposal.state == RefundState.PROPOSED:
            _decide(act, proposal, is_granted, method, reason)
        else:
            _decide_another_way(act, proposal, is_granted, method, reason)
        return act.record(
            EventKind.REFUND_DECIDED,
            data={
                "refund": str(proposal.uuid),
                "is_granted": is_granted,
                "method": method,
                "amount": proposal.amount,
            },
            text=reason,
        )


def _found(uuid: UUID, among: Sequence[RefundProposal]) -> RefundProposal:
    """Raises RefundUnknown."""
    found = next((proposal for proposal in among if proposal.uuid == uuid), None)
    if found is None:
        raise RefundUnknown(field="refund")
    return found


def _decide(act: Act, proposal: RefundProposal, is_granted: bool, method: str, reason: str) -> None:
    fee = proposal.fee
    if is_granted and fee is not None and not fee.rule.is_refundable:
        raise NotRefundable(rule=fee.rule.title, basis=fee.rule.legal_basis or "–")
    if not is_granted and fee is None:
        raise AlwaysReturned()
    if method == RefundMethod.GATEWAY:
        if proposal.payment.method != PaymentMethod.ONLINE:
            raise NotPaidOnline(field="method")
        act.owe(TASK, f"refund:{proposal.uuid}", code=act.case.code, refund=str(proposal.uuid))
    RefundDecision.objects.create(
        proposal=proposal,
        is_granted=is_granted,
        method=method,
        reason=reason,
        decided_by_id=act.by.account_id,
        decided_at=act.at,
    )


def _decide_another_way(
    act: Act, proposal: RefundProposal, is_granted: bool, method: str, reason: str
) -> None:
    is_same = proposal.state == RefundState.GRANTED and method == proposal.method
    if not is_granted or is_same:
        raise DecidedAlready()
    if method == RefundMethod.GATEWAY:
        raise NotPaidOnline(field="method")
    RefundOtherWay.objects.create(
        proposal=proposal, method=method, reason=reason, decided_by_id=act.by.account_id, decided_at=act.at
    )


def pay_refund(
    code: str, *, refund: UUID, recipient: str, reference: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Pays back all of what was granted, once: cash out of the cashier's drawer, or a transfer that the bank has made.

    For cash `recipient` says who had it and by which paper they showed who they are; whoever decided does not pay it out.
    For a transfer `reference` is the bank's number of it. Raises RefundUnknown, RecipientMissing, ReferenceMissing,
    ReferenceTooLong, NoOpenSession, SessionNotOfToday, SessionElsewhere, DrawerHoldsLess, NoRefundToPay, and what all
    verbs raise.
    """
    body = {"refund": str(refund), "recipient": recipient, "reference": reference}
    with acting("pay_refund", code, by=by, at=at, request_key=request_key, body=body) as act:
        proposal = _found(refund, refunds_paid_by(act.case, by, act.standing))
        if len(reference) > REFERENCE_AT_MOST:
            raise ReferenceTooLong(field="reference", most=REFERENCE_AT_MOST)
        if proposal.method == RefundMethod.CASH:
            if not recipient.strip():
                raise RecipientMissing(field="recipient")
            session = session_to_take_money(by=by, at=act.at)
            if not is_desk_of(act.case, session.desk_id):
                raise SessionElsewhere(desk=session.desk.title)
            paid = pay_out(proposal, session, reference=reference, at=act.at)
        else:
            if not reference.strip():
                raise ReferenceMissing(field="reference")
            paid = paid_elsewhere(
                proposal,
                method=RefundMethod.TRANSFER,
                reference=reference,
                by_id=act.by.account_id,
                at=act.at,
            )
        return _record_paid(act, paid, recipient)


def paid_by_gateway(act: Act, proposal: RefundProposal, answer: Refunded) -> CaseEvent:
    """The gateway has paid it back, under a number of its own; the program plays this for an outbox row."""
    _keep_answer(act, proposal, answer.said, MessageOutcome.PAID_BACK)
    paid = paid_elsewhere(
        proposal, method=RefundMethod.GATEWAY, reference=answer.number, by_id=None, at=act.at
    )
    return _record_paid(act, paid, "")


def refused_by_gateway(act: Act, proposal: RefundProposal, refused: Refused) -> CaseEvent:
    """The gateway's last word is no: nothing went back, and somebody decides on another way."""
    _keep_answer(act, proposal, refused.said, MessageOutcome.NOT_PAID_BACK)
    RefundFailure.objects.create(proposal=proposal, said=refused.kind[:REFERENCE_AT_MOST], at=act.at)
    return act.record(EventKind.REFUND_FAILED, data={"refund": str(proposal.uuid), "amount": proposal.amount})


def _keep_answer(act: Act, proposal: RefundProposal, said: str, outcome: MessageOutcome) -> None:
    order = proposal.payment.order
    if order is not None and said:
        heard = Heard(order.gateway, GatewayMessageKind.REFUND, said)
        keep_message(heard, order, outcome, refund=proposal, at=act.at)


def _record_paid(act: Act, paid: Refund, recipient: str) -> CaseEvent:
    return act.record(
        EventKind.REFUND_PAID,
        data={"refund": str(paid.proposal.uuid), "amount": paid.amount, "method": paid.method},
        text=recipient,
    )
