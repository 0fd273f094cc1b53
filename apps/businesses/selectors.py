"""For whom a person may act."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from apps.businesses.models import Business
from apps.citizens.models import Citizen


def businesses_of(user_id: int, day: date) -> tuple[int | None, frozenset[int]]:
    """The citizen behind an account and the businesses that the citizen may act for on a day, in one query."""
    rows = Citizen.objects.filter(user_id=user_id).values_list(
        "id", "mandates__business_id", "mandates__valid_from", "mandates__valid_to"
    )
    citizen_id: int | None = None
    businesses = set()
    for person, business, valid_from, valid_to in rows:
        citizen_id = person
        if business is not None and valid_from <= day and (valid_to is None or day < valid_to):
            businesses.add(business)
    return citizen_id, frozenset(businesses)


def named(business_ids: frozenset[int]) -> list[Business]:
    """These businesses, for their own representative to choose from."""
    return list(Business.objects.filter(Q(pk__in=business_ids)).select_related("seat").order_by("name"))
