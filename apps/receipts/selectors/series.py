"""Series of receipts as those keep them who may, and who stands for a body that has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core.models import AdministrativeAct
from apps.procedures.policies import can_change_catalogue
from apps.receipts.choices import ReceiptForm
from apps.receipts.errors import SeriesUnknown
from apps.receipts.models import CollectingSuccession, ReceiptSeries
from apps.receipts.policies import bodies_kept, can_keep_series
from apps.receipts.succession import issuing_body
from apps.units.models import Agency

MOST_BODIES_SHOWN = 40
MOST_ACTS_SHOWN = 50


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


@dataclass(frozen=True, slots=True)
class Succession:
    """Who stands today for a body that has ended, by which decision; and whether money can be taken there."""

    successor: Agency
    decision: str
    decided_on: date
    has_open_series: bool


def succession_of(body: Agency, *, at: datetime) -> Succession | None:
    """For a page of a body already shown to somebody; None where it stands itself."""
    recorded = CollectingSuccession.objects.filter(body=body).first()
    if recorded is None:
        return None
    successor = issuing_body(body)
    is_open = ReceiptSeries.objects.filter(
        collecting_body=successor,
        form=ReceiptForm.NO_FACE_VALUE,
        year=timezone.localdate(at).year,
        closed_at__isnull=True,
    )
    return Succession(successor, recorded.decision, recorded.decided_on, is_open.exists())


def acts_on_series(body: Agency, *, seen_by: Actor) -> Sequence[AdministrativeAct]:
    """What was done with the series of a body, newest first; nothing for who does not keep them."""
    if not can_keep_series(body.pk, seen_by):
        return []
    return list(
        AdministrativeAct.objects.filter(subject=f"series:{body.pk}").order_by("-id")[:MOST_ACTS_SHOWN]
    )
