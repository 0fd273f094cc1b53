"""What an accountant does acts once by its key: sent again it is answered by the first time, and another act needs another key."""

from __future__ import annotations

import pytest

from apps.core.errors import KeyReused
from apps.core.request_keys import Replayed
from apps.receipts.actions.bank_matches import match_line, withdraw_match
from apps.receipts.actions.differences import explain_difference
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import MatchWithdrawn, ReasonMissing
from apps.receipts.models import BankLine, BankMatch, DifferenceExplanation, Payment
from apps.receipts.reconciliation import open_ours
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER, MONDAY

pytestmark = pytest.mark.django_db
KIND = DifferenceKind.LINE_WITHOUT_PAYMENT


@pytest.fixture
def by():
    return books.accountant()


@pytest.fixture
def line() -> BankLine:
    books.taken_in(books.an_account(), (MONDAY, "FT-BANK", 9_000, "khong ro"))
    return books.line("FT-BANK")


@pytest.fixture
def payment() -> Payment:
    return books.paid_by_bank(given.taken_at_counter(), "FT-OURS")


def test_a_line_is_matched_once(by, line, payment):
    ours = [("payment", payment.pk)]
    said = {"reason": "Ghi sai", "by": by, "at": LATER, "request_key": given.key()}
    (made,) = match_line(line.uuid, ours, **said)
    with pytest.raises(Replayed) as before:
        match_line(line.uuid, ours, **said)
    assert before.value.code == str(line.uuid)
    with pytest.raises(KeyReused):
        match_line(line.uuid, ours, **{**said, "reason": "Khác"})
    assert BankMatch.objects.get() == made


def test_a_match_is_withdrawn_once_and_with_another_key_not_again(by, line, payment):
    (made,) = match_line(
        line.uuid,
        [("payment", payment.pk)],
        reason="Ghi sai",
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )
    said = {"reason": "Nhầm", "by": by, "request_key": given.key()}
    withdraw_match(made.pk, at=given.NOW, **said)
    with pytest.raises(Replayed):
        withdraw_match(made.pk, at=LATER, **said)
    with pytest.raises(MatchWithdrawn):
        withdraw_match(made.pk, at=LATER, **{**said, "request_key": given.key()})
    assert BankMatch.objects.get().withdrawn_at == given.NOW


def test_a_difference_is_explained_once_and_a_refusal_gives_the_key_back(by, line):
    subject, key = f"line:{line.uuid}", given.key()
    with pytest.raises(ReasonMissing):
        explain_difference(KIND, subject, reason=" ", by=by, at=LATER, request_key=key)
    explain_difference(KIND, subject, reason="Lãi", by=by, at=LATER, request_key=key)
    with pytest.raises(Replayed):
        explain_difference(KIND, subject, reason="Lãi", by=by, at=LATER, request_key=key)
    assert DifferenceExplanation.objects.get().reason == "Lãi"


def test_of_all_that_waits_only_what_is_named_is_read(line, payment):
    books.a_deposit(line.account.agency, 100_000, "NT01")
    body = line.account.agency_id
    assert {ours.side for ours in open_ours(body)} == {"payment", "deposit"}
    for named in ([("payment", payment.pk)], [("payment", payment.pk), ("deposit", 0), ("refund", 1)]):
        assert [(ours.side, ours.pk) for ours in open_ours(body, named)] == [("payment", payment.pk)]
    assert list(open_ours(body, [])) == []
