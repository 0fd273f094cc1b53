"""Fees of a case under way: assessed again when a supplement changes the answers on which they rest."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.cases.actions.acting import Act
from apps.cases.actions.refunding import AFTER_ACCEPTANCE, told_of
from apps.cases.models import CaseFee
from apps.cases.selectors import facts_of_case, fees_of
from apps.procedures.tariff import assess
from apps.receipts.actions.fees import assess_again


def fees_assessed_again(act: Act) -> dict[str, Any]:
    """Assesses the tariff of the day of filing with the answers as they stand now; what the event says of it.

    `fees` (new) and `withdrawn` name lines by uuid; what is proposed to be paid back is said as everywhere.
    """
    filed_on = timezone.localdate(act.case.application.filed_at)
    lines = assess(act.rules.fee_rules, facts_of_case(act.case), filed_on)
    gate_instead = AFTER_ACCEPTANCE if act.case.accepted_at else {}
    done = assess_again(fees_of(act.case), lines, at=act.at, gate_instead=gate_instead)
    CaseFee.objects.bulk_create([CaseFee(case=act.case, fee=fee) for fee in done.added])
    return {
        "fees": [str(fee.uuid) for fee in done.added],
        "withdrawn": [str(fee.uuid) for fee in done.withdrawn],
        **told_of(act, done.refunds, done.refunds_withdrawn),
    }
