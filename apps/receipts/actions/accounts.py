"""Accounts into which fees are collected: opened and ended by an administrator, confirmed by the body, each on a decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from apps.accounts.actors import Actor
from apps.core.administration import note_administration
from apps.core.errors import NotAllowed, NotFound
from apps.core.jobs import DecisionMissing
from apps.core.transactions import lock_one, verb_transaction
from apps.receipts.errors import AccountConfirmed, AccountUnknown, OwnAccount
from apps.receipts.models import CollectionAccount
from apps.receipts.policies import answers_for_money_of, can_confirm, may_change_accounts

KIND = "collection_account"


def open_account(account: CollectionAccount, *, decision: str, by: Actor, at: datetime) -> CollectionAccount:
    """Stores a new account of a body; nobody pays into it before it is confirmed.

    Raises NotAllowed, DecisionMissing, AccountOverlaps, AccountMalformed.
    """
    may_change_accounts(by)
    account.opened_by_id, account.opened_at = by.account_id, at
    account.opening_decision = _needed(decision)
    with verb_transaction():
        account.save(force_insert=True)
        _note("opened", account, account.opening_decision, by, at)
    return account


def confirm_account(account_id: int, *, decision: str, by: Actor, at: datetime) -> CollectionAccount:
    """Somebody who answers for the body's money says that the account is the body's: from now on it is paid into.

    Raises AccountUnknown, NotAllowed, OwnAccount, AccountConfirmed, DecisionMissing.
    """
    with verb_transaction():
        account = _standing(account_id)
        if not answers_for_money_of(account.agency_id, by):
            raise NotAllowed()
        if not can_confirm(account, by):
            raise OwnAccount()
        if account.is_confirmed:
            raise AccountConfirmed()
        account.confirmed_by_id, account.confirmed_at = by.account_id, at
        account.confirming_decision = _needed(decision)
        account.save(update_fields=["confirmed_by", "confirmed_at", "confirming_decision"])
        _note("confirmed", account, account.confirming_decision, by, at)
    return account


def end_account(account_id: int, *, on: date, decision: str, by: Actor, at: datetime) -> CollectionAccount:
    """From that day on the account is the body's no more. Raises NotAllowed, DecisionMissing, AccountUnknown, AccountMalformed."""
    may_change_accounts(by)
    with verb_transaction():
        account = _standing(account_id)
        account.valid_to, account.ended_by_id, account.ended_at = on, by.account_id, at
        account.ending_decision = _needed(decision)
        account.save(update_fields=["valid_to", "ended_by", "ended_at", "ending_decision"])
        _note("ended", account, account.ending_decision, by, at)
    return account


def _standing(account_id: int) -> CollectionAccount:
    """An account whose end is not set, locked."""
    standing: QuerySet[CollectionAccount] = CollectionAccount.objects.filter(valid_to__isnull=True)
    try:
        return lock_one(standing.filter(pk=account_id))
    except NotFound as error:
        raise AccountUnknown(field="account") from error


def _needed(decision: str) -> str:
    if not decision.strip():
        raise DecisionMissing(field="decision")
    return decision.strip()


def _note(act: str, account: CollectionAccount, decision: str, by: Actor, at: datetime) -> None:
    said: dict[str, Any] = {
        "act": act,
        "agency": account.agency_id,
        "bank": account.bank_bin,
        "number": account.number,
        "valid_from": account.valid_from.isoformat(),
        "valid_to": account.valid_to.isoformat() if account.valid_to else None,
    }
    note_administration(
        KIND, subject=f"account:{account.pk}", decision=decision, actor_id=by.user_id, at=at, **said
    )
