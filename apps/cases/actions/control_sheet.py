"""The control sheet of a case, form 06: made when staff ask for it, and the same paper until the ledger has moved."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, lock_case
from apps.cases.errors import CaseUnknown, PartyMayNotAct
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.paper_rights import can_read_internal
from apps.cases.papers import issue_control_sheet
from apps.cases.policies import works_at_agency_of
from apps.cases.selectors import standing_of
from apps.core.models import OutboxRow
from apps.core.transactions import verb_transaction


def ask_control_sheet(code: str, *, by: Actor, at: datetime) -> CaseDocument:
    """The control sheet as far as the ledger reaches: the one there is, or a new one that replaces it.

    It changes nothing in the case and adds nothing to its ledger. Raises CaseUnknown, also for whoever does not work
    at an agency of the case; PartyMayNotAct.
    """
    with verb_transaction():
        case = lock_case(code)
        standing = standing_of(case, by)
        if not works_at_agency_of(case, by, standing):
            raise CaseUnknown(field="code")
        if not can_read_internal(case, by, standing):
            raise PartyMayNotAct()
        last = CaseEvent.objects.get(case=case, sequence=case.last_sequence)
        before = (
            CaseDocument.objects.filter(case=case, document__kind="form_06")
            .select_related("document__file")
            .order_by("event__sequence")
            .last()
        )
        if before is not None and before.event_id == last.pk:
            return before
        act = Act(case=case, by=by, at=max(at, case.last_event_at), standing=standing)
        sheet = issue_control_sheet(act, last, replaces=before)
        OutboxRow.objects.bulk_create(act.owed)
        return sheet
