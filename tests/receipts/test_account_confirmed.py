"""An account that the city opened is paid into once the body has confirmed it: by another than who opened it, once, on a decision."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.choices import Role
from apps.cases.actions.online_payment import open_order
from apps.core.errors import NotAllowed
from apps.core.jobs import DecisionMissing
from apps.core.models import AdministrativeAct
from apps.receipts.actions.accounts import confirm_account, end_account
from apps.receipts.books import accounts, accounts_answered_for
from apps.receipts.errors import (
    AccountConfirmed,
    AccountUnconfirmed,
    AccountUnknown,
    OnlinePaymentOff,
    OwnAccount,
)
from apps.receipts.models import BankStatement, CollectionAccount, PaymentOrder
from apps.receipts.selectors import account_of
from tests import given, online
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db


def confirmed(account: CollectionAccount, by, decision: str = given.DECISION) -> CollectionAccount:
    return confirm_account(account.pk, decision=decision, by=by, at=given.NOW)


def test_nobody_pays_into_an_account_and_no_statement_of_it_is_taken_before_the_body_has_confirmed_it():
    case = given.filed_with_a_fee()
    payer = online.payer_of(case)
    body, accountant = case.competent_agency, books.accountant(case.competent_agency)
    account = books.an_unconfirmed_account(body)

    def ask():
        return open_order(case.code, by=payer, at=given.NOW, request_key=given.key())

    assert account_of(body, MONDAY) is None
    assert accounts(seen_by=accountant, kept=True) == []
    with pytest.raises(OnlinePaymentOff):
        ask()
    with pytest.raises(AccountUnconfirmed):
        books.proposed(account, [(MONDAY, "FT1", 5, "")], by=accountant)
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        BankStatement.objects.create(
            uuid=uuid4(),
            account=account,
            sha256=b"1",
            starts_on=MONDAY,
            ends_on=MONDAY,
            opening=0,
            closing=0,
            imported_by_id=accountant.user_id,
            imported_at=given.NOW,
        )
    assert told.value.__cause__.diag.constraint_name == "statement_of_a_confirmed_account"
    assert not PaymentOrder.objects.exists()
    account = confirmed(account, given.staff(body, Role.APPROVER))
    assert account_of(body, MONDAY) == account
    assert accounts(seen_by=accountant, kept=True) == [account]
    ask()
    assert PaymentOrder.objects.get().collecting_body == body
    books.taken_in(account, (MONDAY, "FT1", 5, ""), by=accountant)
    assert BankStatement.objects.get().account == account


def test_it_is_confirmed_once_by_who_answers_for_the_money_of_the_body_and_did_not_open_it():
    body, other = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    both = given.administrator()
    given.PostFactory(user_id=both.user_id, agency=body, role=Role.HEAD)
    both = given.act_as(given.User(pk=both.user_id))
    account = books.an_unconfirmed_account(body, by=both)
    strangers = [
        given.administrator(),
        books.accountant(),
        books.auditor(),
        given.staff(body, Role.CASHIER),
        given.staff(other, Role.HEAD),
    ]
    for by in strangers:
        with pytest.raises(NotAllowed):
            confirmed(account, by)
    with pytest.raises(OwnAccount):
        confirmed(account, both)
    with pytest.raises(DatabaseError, match="account_confirmed_by_another"), transaction.atomic():
        CollectionAccount.objects.filter(pk=account.pk).update(
            confirmed_by_id=both.user_id, confirmed_at=given.NOW, confirming_decision=given.DECISION
        )
    head = given.staff(body, Role.HEAD)
    with pytest.raises(DecisionMissing):
        confirmed(account, head, " ")
    assert not CollectionAccount.objects.filter(confirmed_at__isnull=False).exists()
    done = confirmed(account, head)
    assert (done.confirmed_by_id, done.confirmed_at, done.confirming_decision) == (
        head.user_id,
        given.NOW,
        given.DECISION,
    )
    with pytest.raises(AccountConfirmed):
        confirmed(account, given.staff(body, Role.APPROVER))
    act = AdministrativeAct.objects.get(kind="collection_account", body__act="confirmed")
    assert (act.subject, act.actor_id) == (f"account:{account.pk}", head.user_id)


def test_what_was_said_of_an_account_is_never_said_otherwise():
    account = books.an_account()
    rows = CollectionAccount.objects.filter(pk=account.pk)
    other = given.administrator().user_id
    for change in (
        {"number": "001100999999"},
        {"note": "Số mới"},
        {"opened_by_id": other},
        {"confirmed_by_id": other},
        {"confirmed_by_id": None, "confirmed_at": None, "confirming_decision": ""},
        {"valid_to": date(2026, 12, 1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    end_account(
        account.pk, on=date(2026, 12, 1), decision=given.DECISION, by=given.administrator(), at=given.NOW
    )
    for change in ({"valid_to": date(2027, 1, 1)}, {"ended_by_id": other}, {"ending_decision": "Khác"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    ended = rows.get()
    assert (ended.number, ended.valid_to) == (account.number, date(2026, 12, 1))


def test_an_account_that_ended_unconfirmed_is_confirmed_no_more():
    account = books.an_unconfirmed_account()
    end_account(
        account.pk, on=date(2026, 12, 1), decision=given.DECISION, by=given.administrator(), at=given.NOW
    )
    with pytest.raises(AccountUnknown):
        confirmed(account, given.staff(account.agency, Role.HEAD))
    assert account_of(account.agency, MONDAY) is None


def test_who_answers_for_a_body_sees_its_accounts_and_no_others():
    account = books.an_unconfirmed_account()
    books.an_account(given.ward_committee("Phường Trúc Bạch"))
    assert list(accounts_answered_for(seen_by=given.staff(account.agency, Role.HEAD))) == [account]
    for who in (books.accountant(), given.administrator(), given.citizen()):
        with pytest.raises(NotAllowed):
            accounts_answered_for(seen_by=who)
