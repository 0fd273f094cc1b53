"""Before filing: what a filing would cost, where it would go and be decided. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.filing import CheckedFiling, Filing, check_filing, may_repeat
from apps.cases.actions.openings import Opening, openings_of
from apps.cases.choices import UnroutableReason
from apps.cases.selectors import StillOpen, competent_agency
from apps.procedures.models import Procedure
from apps.procedures.selectors import rules_for_filing
from apps.procedures.tariff import AssessedFee, is_established
from apps.units.models import AdministrativeUnit, Agency


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """One case that the filing would open: who decides it, and after which results."""

    procedure: Procedure
    decided_by: str
    after: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a filing that stands. `owed` is the applicant's, in đồng; of a group, for all its cases."""

    applicant: str
    receiving: Agency
    competent: Agency | None
    unroutable: UnroutableReason | None
    place: AdministrativeUnit | None
    fees: list[AssessedFee]
    still_open: StillOpen
    cases: list[OpeningShown]

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
    openings = openings_of(rules, checked.facts, at)
    found = [_decider(opening, checked, at) for opening in openings]
    first = found[0]
    return Preview(
        applicant=checked.side.applicant.said.name,
        receiving=checked.agency,
        competent=None if isinstance(first, UnroutableReason) else first,
        unroutable=first if isinstance(first, UnroutableReason) else None,
        place=checked.unit,
        fees=[line for opening in openings for line in opening.fees(at)],
        still_open=may_repeat(filing, checked, seen_by=by),
        cases=[
            OpeningShown(
                procedure=opening.rules.procedure,
                decided_by=str(agency.label) if isinstance(agency, UnroutableReason) else agency.title,
                after=[openings[place].rules.procedure.title for place in opening.waits_for],
            )
            for opening, agency in zip(openings, found, strict=True)
        ],
    )


def _decider(opening: Opening, checked: CheckedFiling, at: datetime) -> Agency | UnroutableReason:
    return competent_agency(
        opening.rules,
        opening.facts,
        connecting_unit=checked.unit,
        receiving_agency=checked.agency,
        at=at,
    )
