"""What is asked: lines as assessed, and what another assessment changes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import uuid4

from apps.procedures.tariff import AssessedFee
from apps.receipts.models import FeeDue


def new_fees(lines: Iterable[AssessedFee], *, at: datetime) -> list[FeeDue]:
    """Rows, not yet stored, one for each line in the same order; names are frozen as assessed."""
    return [
        FeeDue(
            uuid=uuid4(),
            rule=line.rule,
            kind=line.rule.kind,
            name=line.rule.name,
            name_en=line.rule.name_en,
            unit_price=line.rule.unit_price,
            quantity=line.quantity,
            amount=line.amount,
            borne_by=line.rule.borne_by,
            pay_before=line.rule.pay_before,
            legal_basis=line.rule.legal_basis,
            exempted=line.exempted,
            exempt_basis=line.rule.exempt_basis if line.exempted else "",
            assessed_at=at,
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Reassessment:
    """What another assessment changed. `overpaid`: đồng settled beyond what is asked now; nothing is refunded here."""

    added: list[FeeDue]
    withdrawn: list[FeeDue]
    overpaid: int


def assess_again(
    standing: Sequence[FeeDue],
    lines: Sequence[AssessedFee],
    *,
    at: datetime,
    gate_instead: Mapping[str, str] = MappingProxyType({}),
) -> Reassessment:
    """Brings the lines in force to what is asked now, rule by rule: settled ones stay, others are kept or withdrawn.

    `standing` are the lines in force with their settlement. Where more is asked than was settled under a rule, a new
    line asks the difference; where less is asked, nothing is collected. `gate_instead` gives, for a gate that
    has passed, the one before which a new line is due.
    """
    asked = {line.rule.pk: line for line in lines}
    standing_by_rule: dict[int, list[FeeDue]] = {rule: [] for rule in asked}
    for fee in standing:
        standing_by_rule.setdefault(fee.rule_id, []).append(fee)
    wanted: list[AssessedFee] = []
    withdrawn: list[FeeDue] = []
    overpaid = 0
    for rule, fees in standing_by_rule.items():
        line = asked.get(rule)
        settled = sum(fee.amount or 0 for fee in fees if hasattr(fee, "settlement"))
        unsettled = [fee for fee in fees if not hasattr(fee, "settlement")]
        still_asked = _beyond(line, settled) if line else None
        kept = [fee for fee in unsettled if still_asked and _is_same(fee, still_asked)][:1]
        withdrawn += [fee for fee in unsettled if fee not in kept]
        if still_asked and not kept:
            wanted.append(still_asked)
        overpaid += max(settled - (line.amount or 0 if line else 0), 0)
    added = new_fees(wanted, at=at)
    for fee in added:
        fee.pay_before = gate_instead.get(fee.pay_before, fee.pay_before)
    FeeDue.objects.bulk_create(added)
    FeeDue.objects.filter(pk__in=[fee.pk for fee in withdrawn]).update(withdrawn_at=at)
    return Reassessment(added, withdrawn, overpaid)


def _beyond(line: AssessedFee, settled: int) -> AssessedFee | None:
    """What a line asks beyond what was settled under its rule, in as few units of its price as explain it."""
    if line.amount is None or not settled:
        return line
    more = line.amount - settled
    if more <= 0:
        return None
    return replace(line, quantity=-(-more // (line.rule.unit_price or 1)), amount=more)


def _is_same(fee: FeeDue, line: AssessedFee) -> bool:
    return (fee.quantity, fee.amount, fee.exempted) == (line.quantity, line.amount, line.exempted)
