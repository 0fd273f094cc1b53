"""A difference is explained by an accountant, or by who stands in for one: a row that says why, beside a difference that stays."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import request_keys
from apps.core.errors import NotAllowed
from apps.core.transactions import verb_transaction
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import OwnMoney, ReasonMissing
from apps.receipts.models import DifferenceExplanation
from apps.receipts.policies import can_explain, is_second_pair_of_eyes
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
        hands = hands_of(subject)
        if not is_second_pair_of_eyes(hands, by):
            raise OwnMoney()
        if not can_explain(found.body_id, hands, by, timezone.localdate(at)):
            raise NotAllowed()
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
