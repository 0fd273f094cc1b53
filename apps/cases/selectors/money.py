"""What a case costs: its fee lines in force, what of them is still owed, and whose receipts are whose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.models import Case, CaseFee, CaseReceipt
from apps.cases.policies import Standing, can_read_receipt
from apps.cases.selectors.refunds import Account, account_of, refunds_by_case
from apps.cases.selectors.sight import SeenCase
from apps.procedures.tariff import is_established
from apps.receipts.models import FeeDue


def fees_of(case: Case) -> list[FeeDue]:
    """Fee lines in force of a case with their settlement, in the order they were assessed."""
    return _fees_by_case([case]).get(case.pk, [])


def _fees_by_case(cases: Sequence[Case]) -> dict[int, list[FeeDue]]:
    rows = (
        CaseFee.objects.filter(case__in=cases, fee__in=FeeDue.objects.in_force())
        .select_related("fee__rule__collector_kind", "fee__settlement__payment")
        .order_by("fee_id")
    )
    fees: dict[int, list[FeeDue]] = {}
    for row in rows:
        fees.setdefault(row.case_id, []).append(row.fee)
    return fees


def owed_at(case: Case, *gates: str) -> int:
    """What the applicant must still pay before these gates (any gate when none is named), in đồng.

    While one line has no established price nothing is collected, and so nothing closes a gate.
    """
    fees = fees_of(case)
    if not is_established(fees):
        return 0
    return sum(fee.amount or 0 for fee in still_owed(fees) if not gates or fee.pay_before in gates)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the applicant still owes, in đồng. Not established: a price is unset, nothing is collected, 0 is no total."""

    amount: int
    is_established: bool

    @property
    def is_payable(self) -> bool:
        """While one price is unset nothing is collected of the others either."""
        return self.is_established and self.amount > 0


def still_owed(fees: Iterable[FeeDue]) -> list[FeeDue]:
    """Those that the applicant still has to pay, of lines as `fees_of` gives them."""
    return [fee for fee in fees if fee.is_owed_by_applicant and not hasattr(fee, "settlement")]


def owed_of(fees: Sequence[FeeDue]) -> Owed:
    """The sum of lines as `fees_of` gives them."""
    return Owed(sum(fee.amount or 0 for fee in still_owed(fees)), is_established(fees))


def owed_by_case(cases: Sequence[Case]) -> dict[int, Owed]:
    """What the applicant still owes in each of these cases, for a page of cases already shown to somebody."""
    fees = _fees_by_case(cases)
    return {case.pk: owed_of(fees.get(case.pk, [])) for case in cases}


def receipts_readable(seen: SeenCase, *, seen_by: Actor) -> frozenset[UUID]:
    """The uuids of those receipts of the case that `receipt_file` would give the actor."""
    rows = CaseReceipt.objects.filter(case=seen.case).select_related("receipt__payment")
    return readable_among(rows, seen.case, seen.standing, seen_by)


def readable_among(
    rows: Iterable[CaseReceipt], case: Case, standing: Standing, actor: Actor
) -> frozenset[UUID]:
    payers = Party.objects.filter(application_id=case.application_id, role=PartyRole.PAYER).order_by("id")
    found = list(payers)
    return frozenset(
        row.receipt.uuid
        for row in rows
        if can_read_receipt(row.receipt.payment, _payer_at(found, row), actor, standing)
    )


def _payer_at(payers: Iterable[Party], row: CaseReceipt) -> Party | None:
    """Who was named as payer when the money was taken."""
    at = row.receipt.payment.taken_at
    return next(
        (each for each in payers if each.valid_from <= at and (each.valid_to is None or at < each.valid_to)),
        None,
    )


def cases_of_payments(payments: Iterable[int]) -> dict[int, str]:
    """The code of the case in which each payment was taken, by the payment's key."""
    return dict(
        CaseReceipt.objects.filter(receipt__payment__in=list(payments)).values_list(
            "receipt__payment_id", "case__code"
        )
    )


def account_of_case(case: Case) -> Account:
    """What was due, paid and refunded in a case, row by row; for a page of a case already shown to somebody."""
    return account_of(fees_of(case), refunds_by_case([case]).get(case.pk, []))
