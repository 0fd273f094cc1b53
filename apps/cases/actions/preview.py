"""Before filing: what a filing would cost, where it would go and be decided. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.filing import Filing, check_filing, may_repeat
from apps.cases.choices import UnroutableReason
from apps.cases.selectors import StillOpen, competent_agency, fees_before_filing
from apps.procedures.selectors import rules_for_filing
from apps.procedures.tariff import AssessedFee, is_established
from apps.units.models import AdministrativeUnit, Agency


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a filing that stands. `owed` is the applicant's, in đồng."""

    applicant: str
    receiving: Agency
    competent: Agency | None
    unroutable: UnroutableReason | None
    place: AdministrativeUnit | None
    fees: list[AssessedFee]
    still_open: StillOpen

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.fees)

    @property
    def is_fee_established(self) -> bool:
        return is_established(self.fees)


def preview_application(filing: Filing, *, by: Actor, at: datetime) -> Preview:
    """Checks a filing as `submit_application` would, and raises the same refusals."""
    rules = rules_for_filing(filing.procedure_code, filing.channel, timezone.localdate(at))
    checked = check_filing(filing, rules, by=by, at=at)
    found = competent_agency(
        checked.rules, checked.facts, connecting_unit=checked.unit, receiving_agency=checked.agency, at=at
    )
    return Preview(
        applicant=checked.side.applicant.said.name,
        receiving=checked.agency,
        competent=None if isinstance(found, UnroutableReason) else found,
        unroutable=found if isinstance(found, UnroutableReason) else None,
        place=checked.unit,
        fees=fees_before_filing(checked.rules, checked.facts, at),
        still_open=may_repeat(filing, checked, seen_by=by),
    )
