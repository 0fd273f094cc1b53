"""What a filing costs: every rule of the version whose condition holds, with its reason. Pure; whole đồng."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from apps.procedures.choices import BorneBy, Quantity
from apps.procedures.conditions import Facts, holds

if TYPE_CHECKING:
    from apps.procedures.models import FeeRule

FIRST_PAGES = 2


@dataclass(frozen=True, slots=True)
class AssessedFee:
    """One line. `amount` is None where the price is not established: nothing is collected, and that is said.

    `exempted`, in đồng, is what an exemption has taken off it.
    """

    rule: FeeRule
    quantity: int
    amount: int | None
    exempted: int = 0

    @property
    def owed(self) -> int:
        """What the applicant owes for this line, in đồng."""
        return self.amount or 0 if self.rule.borne_by == BorneBy.APPLICANT else 0


def assess(rules: Iterable[FeeRule], facts: Facts, day: date) -> list[AssessedFee]:
    """The lines that apply to these facts on a day; a line outside its dated legal basis does not."""
    lines = []
    for rule in rules:
        in_force = (rule.basis_from is None or rule.basis_from <= day) and (
            rule.basis_to is None or day < rule.basis_to
        )
        if in_force and holds(rule.condition, facts):
            quantity = _quantity(Quantity(rule.quantity), facts)
            if quantity:
                amount = _amount(rule, quantity, facts)
                waived = _waived(rule, amount, facts, day)
                net = None if amount is None else amount - waived
                lines.append(AssessedFee(rule=rule, quantity=quantity, amount=net, exempted=waived))
    return lines


def _waived(rule: FeeRule, amount: int | None, facts: Facts, day: date) -> int:
    """What the rule's exemption takes off an amount on a day: whole đồng, never more than the law gives."""
    if not amount or rule.exempt_percent is None or not rule.exempt_condition:
        return 0
    is_in_force = (rule.exempt_from is None or rule.exempt_from <= day) and (
        rule.exempt_to is None or day < rule.exempt_to
    )
    return amount * rule.exempt_percent // 100 if is_in_force and holds(rule.exempt_condition, facts) else 0


class Priced(Protocol):
    """A line with an amount in đồng, or None where its price is not established."""

    @property
    def amount(self) -> int | None: ...


def is_established(lines: Iterable[Priced]) -> bool:
    """Whether every line has a price; free is a price of 0, and no line at all is an absence."""
    found = list(lines)
    return bool(found) and all(line.amount is not None for line in found)


def _quantity(quantity: Quantity, facts: Facts) -> int:
    copies, pages = _number(facts.get("copies")), _number(facts.get("pages"))
    match quantity:
        case Quantity.ONE:
            return 1
        case Quantity.COPIES:
            return copies
        case Quantity.FIRST_PAGES:
            return copies * min(pages, FIRST_PAGES)
        case Quantity.FURTHER_PAGES:
            return copies * max(pages - FIRST_PAGES, 0)


def _amount(rule: FeeRule, quantity: int, facts: Facts) -> int | None:
    if rule.unit_price is None:
        return None
    amount = rule.unit_price * quantity
    return amount if rule.most is None else min(amount, rule.most * _number(facts.get("copies")))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 1
