"""Series of receipts as those keep them who may, and receipts of the old regime."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from apps.accounts.actors import Actor
from apps.core.models import AdministrativeAct
from apps.procedures.policies import can_change_catalogue
from apps.receipts.errors import SeriesUnknown
from apps.receipts.models import LegacyReceipt, ReceiptSeries
from apps.receipts.policies import bodies_kept, can_keep_series
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
