"""The accounts of the demo are opened by the city and confirmed by the heads of the bodies, by the same verbs as any other."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.core.models import AdministrativeAct
from apps.operations.demo_accounts import ensure_accounts
from apps.operations.integrity import bank
from apps.operations.integrity.walking import by_sql
from apps.operations.people import ensure_people
from apps.receipts.models import CollectionAccount
from apps.receipts.selectors import account_of
from tests import given

pytestmark = pytest.mark.django_db


def test_they_are_opened_and_confirmed_once_by_two_people():
    ensure_people(given.NOW)
    new = ensure_accounts(given.NOW)
    assert new > 0
    assert ensure_accounts(given.NOW) == 0
    assert AdministrativeAct.objects.filter(kind="collection_account").count() == 2 * new
    paid_into = account_of(given.city_agency("city_agriculture"), given.NOW.date())
    assert paid_into is not None
    city, head = User.objects.get(username="quantri"), User.objects.get(username="truongphong.so")
    assert (paid_into.opened_by, paid_into.confirmed_by) == (city, head)
    assert CollectionAccount.objects.filter(confirmed_at__isnull=True).count() == 0
    assert list(by_sql("bank_accounts", bank.ACCOUNTS)(1, 2**62)) == []
