"""Accounts into which fees are collected: opened and ended by an administrator, on a decision, with a record of it."""

from __future__ import annotations

from datetime import date, datetime

from apps.accounts.actors import Actor
from apps.core.administration import note_administration
from apps.core.errors import NotFound
from apps.core.jobs import DecisionMissing
from apps.core.transactions import lock_one, verb_transaction
from apps.receipts.errors import AccountUnknown
from apps.receipts.models import CollectionAccount
from apps.receipts.policies import may_change_accounts

KIND = "collection_account"


def open_account(account: CollectionAccount, *, decision: str, by: Actor, at: datetime) -> CollectionAccount:
    """Stores a new account of a body. Raises NotAllowed, DecisionMissing, AccountOverlaps, AccountMalformed."""
    may_change_accounts(by)
    _need(decision)
    with verb_transaction():
        account.save(force_insert=True)
        _note("opened", account, decision, by, at)
    return account


def end_account(account_id: int, *, on: date, decision: str, by: Actor, at: datetime) -> CollectionAccount:
    """From that day on the account is the body's no more. Raises NotAllowed, DecisionMissing, AccountUnknown, AccountMalformed."""
    may_change_accounts(by)
    _need(decision)
    with verb_transaction():
        try:
            account = lock_one(CollectionAccount.objects.filter(pk=account_id, valid_to__isnull=True))
        except NotFound as error:
            raise AccountUnknown(field="account") from error
        account.valid_to = on
        account.save(update_fields=["valid_to"])
        _note("ended", account, decision, by, at)
    return account


def _need(decision: str) -> None:
    if not decision.strip():
        raise DecisionMissing(field="decision")


def _note(act: str, account: CollectionAccount, decision: str, by: Actor, at: datetime) -> None:
    note_administration(
        KIND,
        subject=f"account:{account.pk}",
        decision=decision.strip(),
        actor_id=by.user_id,
        at=at,
        act=act,
        agency=account.agency_id,
        bank=account.bank_bin,
        number=account.number,
        valid_from=account.valid_from.isoformat(),
        valid_to=account.valid_to.isoformat() if account.valid_to else None,
        is_established=account.is_established,
    )
