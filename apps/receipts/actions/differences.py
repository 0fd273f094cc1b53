"""A difference is explained by the accountant of the body, what is of no body by one of the city: a row that says why, beside a difference that stays."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.core import request_keys
from apps.core.transactions import verb_transaction
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import OwnMoney, ReasonMissing
from apps.receipts.models import DifferenceExplanation
from apps.receipts.policies import can_explain, may_keep_accounts_of
from apps.receipts.reconciliation import difference_of, hands_of


def explain_difference(
    kind: DifferenceKind,
    subject: str,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> DifferenceExplanation:
    """Says why a difference is there, as it stands now; who explains it again adds a row.

    Raises NotAllowed, OwnMoney, DifferenceUnknown, ReasonMissing, Replayed, KeyReused.
    """
    with verb_transaction():
        request_keys.claim_once(
            actor_id=by.account_id,
            key=request_key,
            verb="explain_difference",
            body={"kind": kind.value, "subject": subject, "reason": reason},
            answer=subject,
            at=at,
        )
        found = difference_of(kind, subject, at=at, seen_by=by)
        may_keep_accounts_of(found.body_id, by)
        if not can_explain(found.body_id, hands_of(subject), by):
            raise OwnMoney()
        if not reason.strip():
            raise ReasonMissing(field="reason")
        return DifferenceExplanation.objects.create(
            kind=kind,
            subject=subject,
            amount=found.amount,
            body_id=found.body_id,
            reason=reason.strip(),
            explained_by_id=by.account_id,
            explained_at=at,
        )
