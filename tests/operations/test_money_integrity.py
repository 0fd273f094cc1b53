"""The check of integrity over money: silent while it comes and goes, and naming what was changed by force, each in its words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import override_settings

from apps.accounts.choices import Role
from apps.cases.actions.mending import reopen_case
from apps.operations.integrity import check
from apps.operations.integrity.invariants import WRONG
from apps.receipts.models import PaymentOrder, Receipt, Refund, RefundProposal
from tests import databases, given
from tests.operations.forcing import Force, as_owner

pytestmark = pytest.mark.commits

GUARDED = (
    "receipts_feedue",
    "receipts_payment",
    "receipts_paymentline",
    "receipts_paymentorder",
    "receipts_receipt",
    "receipts_receiptdocument",
    "receipts_refundproposal",
    "receipts_refunddecision",
    "receipts_refundotherway",
    "receipts_refund",
    "cases_casereceipt",
    "cases_caserefund",
    "procedures_feerule",
    "receipts_cashiersession",
)


def money_comes_and_goes() -> None:
    """Proposed, refused, withdrawn, paid in cash and by a transfer, owed by the gateway; and two that were only paid."""
    given.declined_after_payment()
    refused = given.declined_after_payment()
    given.refund_decided(refused, is_granted=False)
    reopened = given.declined_after_payment()
    reopen_case(
        reopened.code,
        ground="official_error",
        reason="Nhầm",
        by=given.staff(reopened.receiving_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    in_cash = given.declined_after_payment()
    given.refund_decided(in_cash)
    given.refund_paid(in_cash)
    online = given.case_at_intake()
    given.paid_online(online, 50_000)
    given.refund_decided(online, "transfer")
    given.refund_paid(online)
    given.paid_online(online, 70_000)
    given.refund_decided(online, "gateway")
    given.paid(given.taken_at_counter())
    given.paid(given.taken_at_counter())
    given.carry_out(given.NOW, "route_case", "render_paper", "render_receipt")


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, worker_id, tmp_path_factory) -> Iterator[str]:
    media = str(tmp_path_factory.mktemp("money"))
    with django_db_blocker.unblock(), databases.cloned(f"{worker_id}_money"):
        with override_settings(MEDIA_ROOT=media), time_machine.travel(given.NOW, tick=False):
            money_comes_and_goes()
        yield media


@pytest.fixture
def force(city, settings) -> Iterator[Force]:
    settings.MEDIA_ROOT = city
    with as_owner(GUARDED) as run:
        yield run


def broken() -> dict[str, str]:
    """What is wrong with the first row of each invariant that is broken."""
    return {name: fault.wrong for name, fault in check(at=given.NOW, with_files=False).broken.items()}


def test_money_that_comes_and_goes_by_verbs_is_whole(city):
    assert broken() == {}
    states = {refund.state for refund in RefundProposal.objects.with_state()}
    assert states == {"proposed", "refused", "withdrawn", "paid", "granted"}


PAID = Refund.objects.filter(method="cash")
# The payments that no refund is of.
ONLY_PAID = Receipt.objects.filter(payment__refund_proposals__isnull=True).order_by("pk")


def test_a_payment_that_its_lines_do_not_explain(force):
    force("UPDATE receipts_payment SET amount = amount + 1 WHERE id = %s", ONLY_PAID[0].payment_id)
    found = broken()
    assert (found["settled_fees"], found["accounts"]) == ("payment_not_explained", "account_not_explained")
    assert found["money_told"] == "payments_differ"


def test_a_payment_whose_receipt_is_gone(force):
    row = ONLY_PAID[0]
    force("DELETE FROM cases_casereceipt WHERE receipt_id = %s", row.uuid)
    force("DELETE FROM receipts_receiptdocument WHERE receipt_id = %s", row.pk)
    force("DELETE FROM receipts_receipt WHERE id = %s", row.pk)
    found = broken()
    assert (found["settled_fees"], found["money_told"]) == ("receipt_not_one", "receipts_differ")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        # A replacement that names a receipt of another payment.
        ("UPDATE receipts_receipt SET replaces_id = %(other)s WHERE id = %(receipt)s", "receipt_not_one"),
        ("UPDATE receipts_receipt SET amount = amount + 1 WHERE id = %(receipt)s", "amounts_differ"),
        (
            "UPDATE receipts_payment SET collecting_body_id = %(body)s WHERE id = %(payment)s",
            "other_collecting_body",
        ),
        (
            "UPDATE receipts_feedue SET withdrawn_at = now() WHERE id ="
            " (SELECT fee_id FROM receipts_paymentline WHERE payment_id = %(payment)s)",
            "line_wrong",
        ),
    ],
)
def test_a_receipt_or_a_line_that_is_not_the_payments_own(force, change, wrong):
    receipt, other = ONLY_PAID[:2]
    names = {
        "receipt": receipt.pk,
        "other": other.pk,
        "payment": receipt.payment_id,
        "body": given.ward_committee("Phường Hàng Bạc").pk,
    }
    spelled = change % {name: str(value) for name, value in names.items()}
    force(spelled)
    assert broken()["settled_fees"] == wrong


def test_a_chain_that_goes_over_to_another_payment(force):
    receipt, other = ONLY_PAID[:2]
    # A second receipt of the payment that says it replaces one of another.
    force(
        """INSERT INTO receipts_receipt
            (uuid, series_id, number, payment_id, amount, snapshot, lookup_code, issued_at, replaces_id)
        SELECT gen_random_uuid(), series_id, (SELECT max(number) + 1 FROM receipts_receipt x
            WHERE x.series_id = r.series_id), payment_id, amount, snapshot, reverse(lookup_code), issued_at, %s
        FROM receipts_receipt r WHERE id = %s""",
        other.pk,
        receipt.pk,
    )
    assert broken()["settled_fees"] == "receipt_not_one"
    force("UPDATE receipts_receipt SET replaces_id = %s WHERE replaces_id = %s", receipt.pk, other.pk)
    found = broken()
    # Now it is one chain, and only its case does not know it.
    assert (found["settled_fees"], found.get("money_told", "")) == (
        "receipt_of_no_case",
        "",
    )


def test_a_settled_order_that_nobody_paid_and_a_payment_of_an_order_left_open(force):
    order = PaymentOrder.objects.order_by("pk").first()
    force("UPDATE receipts_paymentorder SET closed_at = NULL, outcome = '' WHERE id = %s", order.pk)
    assert broken() == {"settled_fees": "order_not_settled"}
    force(
        """INSERT INTO receipts_paymentorder (uuid, code, collecting_body_id, amount, gateway, gateway_reference,
            pay_url, created_at, expires_at, closed_at, outcome)
        SELECT gen_random_uuid(), 'ABCDEFGHKLMN', collecting_body_id, amount, gateway, '', '', created_at,
            expires_at, created_at, 'settled' FROM receipts_paymentorder WHERE id = %s""",
        order.pk,
    )
    force(
        "UPDATE receipts_paymentorder SET closed_at = created_at, outcome = 'settled' WHERE id = %s", order.pk
    )
    assert broken() == {"settled_fees": "order_without_payment"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("DELETE FROM cases_caserefund WHERE proposal_id = %s", "refund_of_no_case"),
        (
            "UPDATE cases_caserefund SET case_id = (SELECT min(id) FROM cases_case) WHERE proposal_id = %s",
            "refund_of_no_case",
        ),
        ("UPDATE receipts_refundproposal SET amount = amount + 1 WHERE id = %s", "more_than_paid"),
        (
            "UPDATE procedures_feerule SET is_refundable = false WHERE id = (SELECT f.rule_id FROM receipts_feedue f"
            " JOIN receipts_refundproposal p ON p.fee_id = f.id WHERE p.id = %s)",
            "against_the_rule",
        ),
        (
            "UPDATE receipts_refunddecision d SET decided_by_id = pay.taken_by_id FROM receipts_refundproposal p"
            " JOIN receipts_payment pay ON pay.id = p.payment_id WHERE p.id = d.proposal_id AND p.id = %s",
            "decided_by_who_took",
        ),
        (
            "UPDATE receipts_refund r SET paid_by_id = d.decided_by_id FROM receipts_refunddecision d"
            " WHERE d.proposal_id = r.proposal_id AND r.proposal_id = %s",
            "paid_by_who_decided",
        ),
        ("UPDATE receipts_refund SET amount = amount - 1 WHERE proposal_id = %s", "not_as_granted"),
        (
            "UPDATE receipts_refunddecision SET method = 'transfer' WHERE proposal_id = %s",
            "not_as_granted",
        ),
        (
            "UPDATE receipts_refunddecision SET is_granted = false, method = '' WHERE proposal_id = %s",
            "not_as_granted",
        ),
    ],
)
def test_a_refund_that_is_not_as_it_was_granted(force, change, wrong):
    force(change, PAID.get().proposal_id)
    assert broken()["refunds"] == wrong


def test_a_refund_that_is_gone_and_one_that_the_gateway_will_never_pay(force):
    paid = PAID.get()
    force("DELETE FROM receipts_refund WHERE id = %s", paid.pk)
    assert broken() == {"money_told": "refunds_differ"}
    force("DELETE FROM core_outboxrow WHERE task LIKE '%%refund_at_gateway'")
    assert broken() == {"money_told": "refunds_differ", "refunds": "never_paid"}


def test_a_decision_that_no_act_made(force):
    open_one = RefundProposal.objects.get(decision__isnull=True)
    force(
        """INSERT INTO receipts_refunddecision (proposal_id, is_granted, method, reason, decided_by_id, decided_at)
        SELECT %s, true, 'cash', 'x', decided_by_id, decided_at FROM receipts_refunddecision
        WHERE decided_by_id IS NOT NULL LIMIT 1""",
        open_one.pk,
    )
    assert broken() == {"money_told": "refunds_differ"}


def test_every_sentence_of_money_is_there():
    for wrong in ("chain_broken_off", "receipt_of_no_line", "never_paid", "payments_differ"):
        assert str(WRONG[wrong])
