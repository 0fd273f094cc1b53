"""What may be asked of receipts. Anybody who holds one may ask whether it is ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Sum

from apps.accounts.actors import Actor
from apps.core.models import AdministrativeAct
from apps.core.printed_codes import as_stored, can_be_code
from apps.procedures.policies import can_change_catalogue
from apps.receipts.corrections import as_it_counts as as_it_counts
from apps.receipts.errors import ReceiptUnknown, SeriesUnknown
from apps.receipts.models import (
    LOOKUP_CODE_LENGTH,
    CollectingSuccession,
    FeeDue,
    LegacyReceipt,
    Payment,
    Receipt,
    ReceiptNotice,
    ReceiptSeries,
    Refund,
)
from apps.receipts.policies import bodies_kept, can_keep_series
from apps.units.models import Agency

MOST_BODIES_SHOWN = 40
MOST_ACTS_SHOWN = 50


def receipt_by_lookup(code: str) -> Receipt:
    """The receipt with the code that is printed on it, spaces and hyphens dropped. Raises ReceiptUnknown."""
    spelled = as_stored(code)
    receipt = (
        Receipt.objects.select_related("series__collecting_body").filter(lookup_code=spelled).first()
        if can_be_code(spelled, LOOKUP_CODE_LENGTH)
        else None
    )
    if receipt is None:
        raise ReceiptUnknown(field="lookup_code")
    return receipt


def is_trial(receipt: Receipt) -> bool:
    """Whether it is unsigned, and so has no value as a receipt yet."""
    return not receipt.snapshot.get("signature")


@dataclass(frozen=True, slots=True)
class Link:
    """One receipt of a chain of corrections, with the notices about it; the last one is in force."""

    receipt: Receipt
    notices: tuple[ReceiptNotice, ...]
    is_in_force: bool

    @property
    def notice_count(self) -> int:
        return len(self.notices)

    @property
    def reason(self) -> str:
        """Why it was issued in place of the one before; empty for the first."""
        replaces = self.receipt.snapshot.get("replaces")
        return str(replaces["reason"]) if replaces else ""


def chain_of(receipt: Receipt) -> list[Link]:
    """The whole chain of corrections of which a receipt is one, oldest first, the same from either end.

    All of a chain are receipts of one payment.
    """
    rows = (
        Receipt.objects.filter(payment_id=receipt.payment_id)
        .select_related("series__collecting_body")
        .prefetch_related("notices")
    )
    after = {row.replaces_id: row for row in rows}
    found: list[Receipt] = []
    current = after.get(None)
    while current is not None:
        found.append(current)
        current = after.get(current.pk)
    return [
        Link(
            row,
            tuple(sorted(row.notices.all(), key=lambda notice: notice.pk)),
            is_in_force=place == len(found),
        )
        for place, row in enumerate(found, 1)
    ]


State = Literal["in_force", "noticed", "replaced"]


def state_of(receipt: Receipt) -> State:
    """How a receipt stands: in force, in force with a notice of what is wrong in it, or replaced by another."""
    if Receipt.objects.filter(replaces=receipt).exists():
        return "replaced"
    return "noticed" if ReceiptNotice.objects.filter(receipt=receipt).exists() else "in_force"


def issuing_body(body: Agency) -> Agency:
    """Who answers today for the receipts of a collecting body: itself, or who has succeeded it."""
    successions = CollectingSuccession.objects.select_related("successor")
    while (found := successions.filter(body=body).first()) is not None:
        body = found.successor
    return body


def left_of(payment: Payment) -> dict[FeeDue, int]:
    """What of each settled line has not been refunded, in đồng, in the order of the receipt."""
    lines = payment.lines.select_related("fee__rule").order_by("pk")
    refunded = dict(
        Refund.objects.filter(proposal__payment=payment, proposal__fee__isnull=False)
        .values_list("proposal__fee")
        .annotate(Sum("amount"))
    )
    return {line.fee: (line.fee.amount or 0) - refunded.get(line.fee_id, 0) for line in lines}


def bodies_with_series(*, seen_by: Actor, name: str = "") -> list[Agency]:
    """The collecting bodies whose series the actor keeps, with how many are open; by a part of the name where many are."""
    bodies = Agency.objects.filter(receipt_series__isnull=False)
    if not can_change_catalogue(seen_by):
        bodies = Agency.objects.filter(pk__in=bodies_kept(seen_by))
    if name:
        bodies = bodies.filter(name__icontains=name)
    counted = bodies.annotate(series_count=Count("receipt_series")).select_related("unit__parent")
    return list(counted.order_by("kind_id", "name", "pk")[:MOST_BODIES_SHOWN])


def body_kept(agency_id: int, *, seen_by: Actor) -> Agency:
    """A collecting body whose series the actor keeps. Raises SeriesUnknown, which is also for who keeps none there."""
    body = Agency.objects.select_related("unit__parent").filter(pk=agency_id).first()
    if body is None or not can_keep_series(body.pk, seen_by):
        raise SeriesUnknown(field="agency")
    return body


def series_of(body: Agency, *, seen_by: Actor) -> list[ReceiptSeries]:
    """All series of a body, newest first; none for who does not keep them."""
    if not can_keep_series(body.pk, seen_by):
        return []
    rows = ReceiptSeries.objects.filter(collecting_body=body).select_related("collecting_body")
    return list(rows.order_by("-year", "form", "face_value", "pk"))


def acts_on_series(body: Agency, *, seen_by: Actor) -> Sequence[AdministrativeAct]:
    """What was done with the series of a body, newest first; nothing for who does not keep them."""
    if not can_keep_series(body.pk, seen_by):
        return []
    return list(
        AdministrativeAct.objects.filter(subject=f"series:{body.pk}").order_by("-id")[:MOST_ACTS_SHOWN]
    )


def legacy_receipts(form: str, series: str, number: str) -> list[LegacyReceipt]:
    """Receipts of the old regime by what is printed on them; several bodies may have used the same series.

    The caller has asked who reads it.
    """
    rows = LegacyReceipt.objects.filter(form=form, series=series, number=number.zfill(7))
    return list(rows.select_related("collecting_body").order_by("pk"))
