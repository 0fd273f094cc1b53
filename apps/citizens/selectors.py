"""What may be asked of people: each person their own particulars. Callers have asked who may see more."""

from __future__ import annotations

from apps.citizens.models import Citizen


def citizen_of(citizen_id: int) -> Citizen:
    """One person with their residence, for a form that they fill in themselves."""
    return Citizen.objects.select_related("permanent_residence__parent").get(pk=citizen_id)
