"""The tracking secret again: whoever lost it gets another at a counter, on a form 01 that replaces the one before."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import acting
from apps.cases.choices import EventKind
from apps.cases.errors import IdentityUnchecked
from apps.cases.models import CaseEvent
from apps.cases.papers import issue_form_01_again
from apps.cases.tracking import hash_of, secret_of


def issue_secret_again(
    code: str, *, is_identity_checked: bool, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """A desk issues form 01 again with a new tracking secret, to a party whom it has identified.

    From then on the secret before opens nothing. The ledger tells the generation, never the secret. Raises
    IdentityUnchecked, and what all verbs raise.
    """
    body = {"is_identity_checked": is_identity_checked}
    with acting("issue_secret_again", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not is_identity_checked:
            raise IdentityUnchecked(field="is_identity_checked")
        generation = act.case.tracking_generation + 1
        act.case.tracking_hash = hash_of(secret_of(act.case.code, generation))
        event = act.record(EventKind.SECRET_ISSUED_AGAIN, changes={"tracking_generation": generation})
        issue_form_01_again(act, event)
        return event
