"""What is asked: lines as assessed, and what another assessment changes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import uuid4

from apps.procedures.tariff import AssessedFee
from apps.receipts.actions.refunds import propose, withdraw
from apps.receipts.choices import RefundGround, RefundState
from apps.receipts.models import FeeDue, RefundProposal


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
    """What another assessment changed: lines, and proposals to pay back what was settled beyond what is asked now."""

    added: list[FeeDue]
    withdrawn: list[FeeDue]
    refunds: list[RefundProposal]
    refunds_withdrawn: list[RefundProposal]


def assess_again(
    standing: Sequence[FeeDue],
    lines: Sequence[AssessedFee],
    *,
    at: datetime,
    gate_instead: Mapping[str, str] = MappingProxyType({}),
) -> Reassessment:
    """Brings the lines in force to what is asked now, rule by rule: settled ones stay, others are kept or withdrawn.

    `standing` are the lines in force with their settlement. Where more is asked than was settled under a rule, and did not
    go back, a new line asks the difference; where less is asked, it is proposed to pay back the rest. A proposal
    of before that nobody has decided is kept where it says the same, and else withdrawn. `gate_instead` gives, for
    a gate that has passed, the one before which a new line is due.
    """
    asked = {line.rule.pk: line for line in lines}
    standing_by_rule: dict[int, list[FeeDue]] = {rule: [] for rule in asked}
    for fee in standing:
        standing_by_rule.setdefault(_rule_now(fee, asked), []).append(fee)
    going_back = _going_back(standing)
    done = Reassessment([], [], [], [])
    wanted: list[AssessedFee] = []
    for rule, fees in standing_by_rule.items():
        line = asked.get(rule)
        settled = [fee for fee in fees if hasattr(fee, "settlement")]
        unsettled = [fee for fee in fees if not hasattr(fee, "settlement")]
        refunds = [refund for fee in settled for refund in going_back[fee.pk]]
        paid = sum(fee.amount or 0 for fee in settled) - _gone(refunds)
        still_asked = _beyond(line, paid) if line else None
        kept = [fee for fee in unsettled if still_asked and _is_same(fee, still_asked)][:1]
        done.withdrawn.extend(fee for fee in unsettled if fee not in kept)
        if still_asked and not kept:
            wanted.append(still_asked)
        if line is None or line.amount is not None:
            stays = (line.amount or 0 if line else 0) + _kept(refunds)
            _propose_again(done, settled, going_back, max(paid - stays, 0), at)
    done.added.extend(new_fees(wanted, at=at))
    for fee in done.added:
        fee.pay_before = gate_instead.get(fee.pay_before, fee.pay_before)
    FeeDue.objects.bulk_create(done.added)
    FeeDue.objects.filter(pk__in=[fee.pk for fee in done.withdrawn]).update(withdrawn_at=at)
    return done


def _rule_now(fee: FeeDue, asked: Mapping[int, AssessedFee]) -> int:
    """The rule under which a line stands today: its own, or of a case moved to another version the one of its name."""
    if fee.rule_id in asked:
        return fee.rule_id
    name = (fee.rule.kind, fee.rule.name)
    found = [rule for rule, line in asked.items() if (line.rule.kind, line.rule.name) == name]
    return found[0] if len(found) == 1 else fee.rule_id


def _going_back(fees: Sequence[FeeDue]) -> dict[int, list[RefundProposal]]:
    """What of each settled line went back, may, or may not, because it was assessed lower or the case had ended."""
    found: dict[int, list[RefundProposal]] = {fee.pk: [] for fee in fees}
    for refund in RefundProposal.objects.filter(fee__in=fees).with_state().order_by("pk"):
        found[refund.fee_id or 0].append(refund)
    return found


# Money that is the payer's again, or will be as soon as it is paid.
_GRANTED = (RefundState.GRANTED, RefundState.FAILED, RefundState.PAID)


def _gone(refunds: Iterable[RefundProposal]) -> int:
    return sum(refund.amount for refund in refunds if refund.state in _GRANTED)


def _kept(refunds: Iterable[RefundProposal]) -> int:
    """What was assessed lower, and stays all the same because somebody decided so."""
    return sum(
        refund.amount
        for refund in refunds
        if refund.state == RefundState.REFUSED and refund.ground == RefundGround.FEE_LOWERED
    )


def _propose_again(
    done: Reassessment,
    settled: Sequence[FeeDue],
    going_back: Mapping[int, Sequence[RefundProposal]],
    surplus: int,
    at: datetime,
) -> None:
    """Proposes to pay back a surplus of lines, the latest first, in place of what was proposed before."""
    before = [
        refund
        for fee in settled
        for refund in going_back[fee.pk]
        if refund.state == RefundState.PROPOSED and refund.ground == RefundGround.FEE_LOWERED
    ]
    if sum(refund.amount for refund in before) == surplus:
        return
    withdraw(before, why=RefundGround.FEE_LOWERED, at=at)
    done.refunds_withdrawn.extend(before)
    for fee in reversed(settled):
        back = min(surplus, (fee.amount or 0) - _gone(going_back[fee.pk]))
        if back:
            payment = fee.settlement.payment
            done.refunds.append(
                propose(payment, ground=RefundGround.FEE_LOWERED, amount=back, fee=fee, at=at)
            )
        surplus -= back


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
