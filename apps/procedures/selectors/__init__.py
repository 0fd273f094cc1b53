"""What may be asked of the catalogue. The catalogue is public; how it came about is not."""

from apps.procedures.selectors.catalogue import catalogue, fields_of_catalogue, open_among, with_openness
from apps.procedures.selectors.rules import (
    PartInForce,
    VersionRules,
    as_limit,
    closed_because,
    is_said_of_fees,
    most_with_verification,
    parts_in_force,
    rules_for_filing,
    rules_in_force,
    rules_of,
    window_of,
)

__all__ = [
    "PartInForce",
    "VersionRules",
    "as_limit",
    "catalogue",
    "closed_because",
    "fields_of_catalogue",
    "is_said_of_fees",
    "most_with_verification",
    "open_among",
    "parts_in_force",
    "rules_for_filing",
    "rules_in_force",
    "rules_of",
    "window_of",
    "with_openness",
]
