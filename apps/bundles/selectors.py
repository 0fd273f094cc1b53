"""Which receipts a bundle would hold, and the bundles that somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.bundles.choices import BundleOf
from apps.bundles.errors import BundleUnknown
from apps.bundles.models import Bundle, BundlePart
from apps.cases.models import CaseReceipt
from apps.cases.selectors import (
    in_order_of_numbers,
    issued_in_year,
    issued_on,
    receipts_as_payer,
    receipts_of_desks,
)
from apps.documents.actions import require_ready
from apps.receipts.models import CashierSession
from apps.receipts.policies import can_print_receipts_of, desks_printed_for
from apps.units.models import Agency

# The law of electronic receipts keeps them ten years.
FIRST_YEAR = 2016
_MEDIA_TYPES = {"zip": "application/zip", "pdf": "application/pdf"}
_SHOWN = 20


_IN_FORCE = Q(receipt__replaced_by__isnull=True)
_SUMS = {
    "count": Count("pk", filter=_IN_FORCE),
    "amount": Sum("receipt__amount", filter=_IN_FORCE, default=0),
    "replaced": Count("pk", filter=~_IN_FORCE),
    "replaced_amount": Sum("receipt__amount", filter=~_IN_FORCE, default=0),
}


@dataclass(frozen=True, slots=True)
class StoredBundle:
    """A file that the actor may have, too large to be read whole: where it is stored, and under which name it is given."""

    filename: str
    media_type: str
    storage_name: str
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How many receipts are in force and their đồng, and the same of those that others replace."""

    count: int
    amount: int
    replaced: int
    replaced_amount: int

    @property
    def total(self) -> int:
        return self.count + self.replaced


NOTHING = Sums(0, 0, 0, 0)


def of_year(year: int, *, seen_by: Actor, business_id: int | None = None) -> QuerySet[CaseReceipt]:
    """A payer's receipts of a year, the earliest first, replaced ones among them."""
    return issued_in_year(receipts_as_payer(seen_by=seen_by, business_id=business_id), year)


def of_day(agency_id: int, day: date, *, seen_by: Actor) -> QuerySet[CaseReceipt]:
    """Receipts issued on a day for money taken at an agency's desk or for it, by body, series and number."""
    payment = "receipt__payment__"
    here = Q(**{f"{payment}taken_at_desk": agency_id}) | Q(**{f"{payment}collecting_body": agency_id})
    return issued_on(receipts_of_desks(seen_by=seen_by), day).filter(here)


def of_session(session_id: int, *, seen_by: Actor) -> QuerySet[CaseReceipt]:
    """Receipts of the money that a cashier took in a session, by body, series and number."""
    rows = receipts_of_desks(seen_by=seen_by).filter(receipt__payment__session=session_id)
    return in_order_of_numbers(rows)


def sums_of(rows: QuerySet[CaseReceipt]) -> Sums:
    return Sums(**rows.order_by().aggregate(**_SUMS))


def sums_by_session(sessions: Iterable[CashierSession], *, seen_by: Actor) -> dict[int, Sums]:
    """What each of some sessions has taken, as far as the actor may read it."""
    session = "receipt__payment__session"
    rows = receipts_of_desks(seen_by=seen_by).filter(**{f"{session}__in": list(sessions)})
    found = rows.order_by().values(session).annotate(**_SUMS)
    return {row.pop(session): Sums(**row) for row in found}


def desks_printed(*, seen_by: Actor) -> list[Agency]:
    """The agencies at which the actor takes money or answers for it."""
    held = desks_printed_for(seen_by)
    return list(Agency.objects.filter(pk__in=held).order_by("identification_code"))


def sessions_on(agency_id: int, day: date, *, seen_by: Actor) -> list[CashierSession]:
    """The sessions that were opened at a desk on a day, for those who take money there or answer for it."""
    if not can_print_receipts_of(agency_id, seen_by):
        return []
    begin = datetime.combine(day, time.min, timezone.get_current_timezone())
    sessions = CashierSession.objects.filter(
        desk=agency_id, opened_at__gte=begin, opened_at__lt=begin + timedelta(days=1)
    )
    return list(sessions.select_related("cashier", "desk").order_by("opened_at", "id"))


def bundles_asked(*of: BundleOf, seen_by: Actor) -> list[Bundle]:
    """The last that the actor asked for, of these kinds, the newest first."""
    rows = bundles_of(seen_by=seen_by).filter(of__in=of)
    return list(rows.order_by("-id")[:_SHOWN])


def bundles_of(*, seen_by: Actor) -> QuerySet[Bundle]:
    """Everything that the actor asked for; nothing for anybody else."""
    rows = Bundle.objects.select_related("business", "agency", "session__cashier", "asked_by")
    return rows.filter(asked_by=seen_by.user_id) if seen_by.user_id is not None else rows.none()


def bundle_seen(uuid: UUID, *, seen_by: Actor) -> Bundle:
    """Raises BundleUnknown, also where somebody else asked for it."""
    found = bundles_of(seen_by=seen_by).filter(uuid=uuid).first()
    if found is None:
        raise BundleUnknown(field="bundle")
    return found


def bundle_file(uuid: UUID, *, seen_by: Actor) -> StoredBundle:
    """The file, for whoever asked for it and may still read every receipt in it.

    Raises BundleUnknown, FileNotReady, FileFailed, FileCleared.
    """
    bundle = bundle_seen(uuid, seen_by=seen_by)
    require_ready(bundle)
    held = BundlePart.objects.filter(bundle=bundle).values_list("receipts", flat=True)
    readable = set(selection(bundle, seen_by=seen_by).order_by().values_list("receipt__id", flat=True))
    if not readable.issuperset(receipt for part in held for receipt in part):
        raise BundleUnknown(field="bundle")
    assert bundle.storage_name and bundle.sha256 is not None and bundle.size is not None
    return StoredBundle(
        filename=f"{_name(bundle)}.{bundle.medium}",
        media_type=_MEDIA_TYPES[bundle.medium],
        storage_name=bundle.storage_name,
        sha256=bytes(bundle.sha256),
        size=bundle.size,
    )


def selection(bundle: Bundle, *, seen_by: Actor) -> QuerySet[CaseReceipt]:
    """What the same bundle would hold if the actor asked for it now."""
    match bundle.of:
        case BundleOf.YEAR:
            assert bundle.year is not None
            return of_year(bundle.year, seen_by=seen_by, business_id=bundle.business_id)
        case BundleOf.DAY:
            assert bundle.agency_id is not None and bundle.day is not None
            return of_day(bundle.agency_id, bundle.day, seen_by=seen_by)
    assert bundle.session_id is not None
    return of_session(bundle.session_id, seen_by=seen_by)


def _name(bundle: Bundle) -> str:
    """A name of a file: no person is named in it."""
    if bundle.of == BundleOf.YEAR:
        return f"bien-lai-{bundle.year}"
    assert bundle.agency is not None
    name = f"bien-lai-{bundle.agency.identification_code}-{bundle.day:%Y%m%d}"
    return f"{name}-phien-{bundle.session_id}" if bundle.session_id else name
