"""An obligation that another authority has set, such as a tax: the clock stands until it is proven to be fulfilled."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import acting, answered_at
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AmountWrong, ObligationMissing, VoucherMissing
from apps.cases.history import last_of
from apps.cases.models import CaseEvent, Obligation


def request_payment(
    code: str,
    *,
    what: str,
    authority: str,
    amount: int | None = None,
    reference: str = "",
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Waits for an obligation that another authority has set; our own fees close their gates and stop no clock.

    `amount` is in đồng, None while it is not known; `reference` is the authority's notice. Raises ObligationMissing,
    AmountWrong, ConfirmationAwaited, and what all verbs raise. (Quyết định 1610/QĐ-TTPVHCC: the time does not count.)
    """
    body = {"what": what, "authority": authority, "amount": amount, "reference": reference}
    with acting("request_payment", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not what.strip() or not authority.strip():
            raise ObligationMissing(field="authority" if what.strip() else "what")
        if amount is not None and amount <= 0:
            raise AmountWrong(field="amount")
        obligation = Obligation.objects.create(
            case=act.case,
            number=Obligation.objects.filter(case=act.case).count() + 1,
            what=what.strip(),
            authority=authority.strip(),
            amount=amount,
            reference=reference.strip(),
            asked_at=act.at,
            asked_by_id=act.by.account_id,
        )
        return act.record(
            EventKind.PAYMENT_REQUESTED,
            changes={"status": Status.AWAITING_PAYMENT},
            data={"obligation": obligation.pk},
        )


def fulfil_obligation(code: str, *, voucher: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The obligation is proven to be fulfilled: the case goes back to where it was and what was left of its time runs.

    `voucher` is the number of the proof. Raises VoucherMissing, and what all verbs raise.
    """
    body = {"voucher": voucher}
    with acting("fulfil_obligation", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not voucher.strip():
            raise VoucherMissing(field="voucher")
        asked = last_of(act.entries, EventKind.PAYMENT_REQUESTED)
        assert asked is not None and asked.from_status is not None
        obligation = Obligation.objects.get(case=act.case, fulfilled_at__isnull=True)
        obligation.voucher = voucher.strip()
        obligation.fulfilled_at = act.at
        obligation.fulfilled_by_id = act.by.account_id
        obligation.save(update_fields=["voucher", "fulfilled_at", "fulfilled_by"])
        return act.record(
            EventKind.OBLIGATION_FULFILLED,
            changes={"status": asked.from_status},
            data={"obligation": obligation.pk, "complete_at": answered_at(act)},
        )
