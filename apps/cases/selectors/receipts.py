"""Receipts across cases, as rows to be listed or put together: those of a payer, and those of desks and bodies.

Both say in one statement what `can_read_receipt` says of each.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncYear
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.models import CaseReceipt
from apps.cases.policies import ACTING_PARTIES
from apps.cases.selectors.sight import filed_by_mandate
from apps.receipts.policies import receipts_in_sight

_SHOWN = (
    "case",
    "receipt__series__collecting_body",
    "receipt__paper",
    "receipt__replaces",
    "receipt__replaced_by",
)


def receipts_as_payer(*, seen_by: Actor, business_id: int | None = None) -> QuerySet[CaseReceipt]:
    """What the actor, or a business that they act for, has paid; of one business alone where it is named.

    Who was named as payer when the money was taken is the payer; where nobody was, the applicant's side is. Nothing for
    anybody else.
    """
    rows = CaseReceipt.objects.select_related(*_SHOWN)
    mine = Q(business_id__in=seen_by.business_ids)
    if business_id is not None:
        mine &= Q(business_id=business_id)
    elif seen_by.citizen_id:
        mine |= Q(citizen_id=seen_by.citizen_id)
    of_case = Party.objects.filter(application_id=OuterRef("case__application_id"))
    current = of_case.filter(mine, valid_to__isnull=True)
    taken_at = OuterRef("receipt__payment__taken_at")
    payer = of_case.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=taken_at), role=PartyRole.PAYER, valid_from__lte=taken_at
    ).order_by("id")
    mandate_is_over = (
        Exists(current.filter(role=PartyRole.FILER))
        & ~Exists(current.filter(role=PartyRole.APPLICANT))
        & Exists(of_case.filter(filed_by_mandate()))
    )
    return (
        rows.filter(case__application_id__in=Party.objects.filter(mine).values("application_id"))
        .annotate(payer=Subquery(payer.values("id")[:1]))
        .filter(
            Q(payer__in=Party.objects.filter(mine, role=PartyRole.PAYER).values("id"))
            | (Q(payer__isnull=True) & Exists(current.filter(role__in=ACTING_PARTIES)) & ~mandate_is_over)
        )
    )


def receipts_of_desks(*, seen_by: Actor) -> QuerySet[CaseReceipt]:
    """Receipts of money that was taken at the actor's desks or for a body where the actor answers for money."""
    return CaseReceipt.objects.select_related(*_SHOWN).filter(receipts_in_sight(seen_by))


def issued_in_year(rows: QuerySet[CaseReceipt], year: int) -> QuerySet[CaseReceipt]:
    """Those issued in a year of Hanoi, the earliest first."""
    return _issued(rows, date(year, 1, 1), date(year + 1, 1, 1)).order_by("receipt__issued_at", "receipt__id")


def issued_on(rows: QuerySet[CaseReceipt], day: date) -> QuerySet[CaseReceipt]:
    """Those issued on a day of Hanoi, by body, series and number."""
    return in_order_of_numbers(_issued(rows, day, day + timedelta(days=1)))


def in_order_of_numbers(rows: QuerySet[CaseReceipt]) -> QuerySet[CaseReceipt]:
    series = "receipt__series__"
    return rows.order_by(
        F(f"{series}collecting_body__identification_code"),
        F(f"{series}form"),
        F(f"{series}code"),
        F(f"{series}id"),
        F("receipt__number"),
    )


def years_issued(rows: QuerySet[CaseReceipt]) -> list[int]:
    """The years of Hanoi in which any of them was issued, the latest first."""
    years = (
        rows.order_by().annotate(of_year=TruncYear("receipt__issued_at")).values_list("of_year", flat=True)
    )
    return sorted({year.year for year in years.distinct()}, reverse=True)


def _issued(rows: QuerySet[CaseReceipt], first: date, beyond: date) -> QuerySet[CaseReceipt]:
    tz = timezone.get_current_timezone()
    begin, end = (datetime.combine(day, time.min, tz) for day in (first, beyond))
    return rows.filter(receipt__issued_at__gte=begin, receipt__issued_at__lt=end)
