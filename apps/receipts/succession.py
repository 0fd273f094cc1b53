"""Which collecting body stands for which that has ended: a chain of decisions on reorganisation, read from either end."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from apps.receipts.models import CollectingSuccession
from apps.units.models import Agency


def issuing_body(body: Agency) -> Agency:
    """Who issues and answers today for a collecting body: itself, or who has succeeded it."""
    return [body, *successors_of(body)][-1]


def successors_of(body: Agency) -> list[Agency]:
    """Who has succeeded a body that has ended, and who that one, to the one that stands today."""
    successions, found = CollectingSuccession.objects.select_related("successor"), [body]
    while (next_one := successions.filter(body=found[-1]).first()) is not None:
        found.append(next_one.successor)
    return found[1:]


def succeeded_by(bodies: Collection[int]) -> frozenset[int]:
    """All bodies that have ended and for which one of these stands today."""
    each = Agency.objects.filter(pk__in=bodies).values_list(succeeded_by_each("units_agency.id"), flat=True)
    return frozenset(body for ended in each for body in ended)


def succeeded_by_each(agency: str) -> RawSQL:
    """The same of the agency in a column of a query, as an array in it: who asks for posts asks no second time."""
    return RawSQL(
        f"""ARRAY(
            WITH RECURSIVE ended AS (
                SELECT body_id FROM receipts_collectingsuccession WHERE successor_id = {agency}
                UNION
                SELECT s.body_id FROM receipts_collectingsuccession s JOIN ended ON s.successor_id = ended.body_id
            ) SELECT body_id FROM ended ORDER BY body_id
        )""",
        (),
        output_field=ArrayField(BigIntegerField()),
    )
