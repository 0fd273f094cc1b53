"""What came in is settled and receipted: one payment and one receipt for each collecting body, the numbers last of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.applications.selectors import party_in_role
from apps.cases.actions.acting import Act
from apps.cases.choices import UnroutableReason
from apps.cases.errors import NotCompetent
from apps.cases.models import CaseReceipt
from apps.cases.papers import receipt_snapshot
from apps.cases.selectors import collecting_body
from apps.core.models import OutboxRow
from apps.receipts.actions.numbering import Unnumbered, face_value_of, open_series_of, take_numbers
from apps.receipts.actions.payments import Taken, settle
from apps.receipts.models import FeeDue
from apps.receipts.succession import issuing_body
from apps.units.models import Agency

RENDER = "apps.cases.tasks.render_receipt"


@dataclass(frozen=True, slots=True)
class Collected:
    """What an act collected: receipts that lack only their numbers."""

    receipts: list[Unnumbered]

    @property
    def amount(self) -> int:
        """In đồng."""
        return sum(receipt.amount for receipt in self.receipts)

    @property
    def told(self) -> dict[str, Any]:
        """What the ledger says of it: uuids, in one order."""
        return {
            "payments": [str(receipt.payment.uuid) for receipt in self.receipts],
            "receipts": [str(receipt.uuid) for receipt in self.receipts],
            "amount": self.amount,
        }


def by_collecting_body(act: Act, fees: Sequence[FeeDue]) -> list[tuple[Agency, list[FeeDue]]]:
    """The lines that are one settlement and one receipt: those of a collecting body, but each with a face value by itself.

    Raises NotCompetent.
    """
    found: dict[tuple[int, int | None], tuple[Agency, list[FeeDue]]] = {}
    for fee in fees:
        body = collecting_body_of(act, fee)
        by_itself = fee.pk if face_value_of([fee]) is not None else None
        found.setdefault((body.pk, by_itself), (body, []))[1].append(fee)
    return list(found.values())


def collecting_body_of(act: Act, fee: FeeDue) -> Agency:
    """By default the competent agency, whichever desk takes the money; another where the fee's rule authorises it.

    Raises NotCompetent.
    """
    found = collecting_body(act.case, fee.rule, at=act.at)
    if isinstance(found, UnroutableReason):
        raise NotCompetent()
    return found


def collect(act: Act, fees: Sequence[FeeDue], taken: Taken, *, amount: int | None = None) -> Collected:
    """Settles these lines, each collecting body's in one payment. Raises NotCompetent, NoOpenSeries.

    What came for an order is its collecting body's, whichever agency is competent now, and receipted by its successor where
    it has ended since; `amount`, in đồng, may then be more than the lines. The act records its event and then calls `issue`.
    """
    payer = payer_of(act)
    receipts = []
    settlements = (
        [(taken.order.collecting_body, list(fees))] if taken.order else by_collecting_body(act, fees)
    )
    for body, lines in settlements:
        issuer = issuing_body(body)
        series = open_series_of(issuer, at=act.at, face_value=face_value_of(lines))
        payment = settle(lines, collecting_body=body, taken=taken, amount=amount)
        snapshot = receipt_snapshot(act, payment, lines, issuer, payer)
        receipts.append(Unnumbered(series, payment, snapshot["total"], snapshot, uuid4()))
    return Collected(receipts)


def issue(act: Act, receipts: Sequence[Unnumbered], event: int) -> None:
    """Ties the receipts to the case and numbers them. What the act owes is written first: numbers are the last before commit.

    `event` is the id of the act's event.
    """
    CaseReceipt.objects.bulk_create(
        [CaseReceipt(case=act.case, receipt_id=receipt.uuid) for receipt in receipts]
    )
    for receipt in receipts:
        act.owe(RENDER, f"receipt:{receipt.uuid}", receipt=str(receipt.uuid), event=event)
    OutboxRow.objects.bulk_create(act.owed)
    act.owed.clear()
    take_numbers(receipts, at=act.at)


def payer_of(act: Act) -> Party:
    """Who pays: the payer that was named, else the applicant."""
    payer = party_in_role(act.case.application, PartyRole.PAYER) or party_in_role(
        act.case.application, PartyRole.APPLICANT
    )
    assert payer is not None
    return payer
