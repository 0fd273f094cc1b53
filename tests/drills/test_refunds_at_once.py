"""Money goes back once: two who decide, two cashiers, two tabs of one drawer, the gateway's worker twice."""

from __future__ import annotations

from functools import partial

import pytest

from apps.accounts.choices import Role
from apps.cases import tasks
from apps.cases.actions.acting import Replayed
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.refund import decide_refund, pay_refund
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts import gateways
from apps.receipts.choices import RefundState
from apps.receipts.drawers import drawer_of
from apps.receipts.errors import DrawerHoldsLess, NoRefundToDecide, NoRefundToPay
from apps.receipts.models import CashierSession, Refund, RefundDecision
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    yield
    assert check(at=given.NOW, with_files=False).broken == {}


def decides(case, by, *, is_granted=True):
    return partial(
        decide_refund,
        case.code,
        refund=given.refund_of(case).uuid,
        is_granted=is_granted,
        method="cash" if is_granted else "",
        reason="Theo quy định",
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )


def pays(case, by, *, key=None):
    return partial(
        pay_refund,
        case.code,
        refund=given.refund_of(case).uuid,
        recipient="Người nộp, căn cước đã xem",
        reference="",
        by=by,
        at=given.NOW,
        request_key=key or given.key(),
    )


def granted():
    case = given.declined_after_payment()
    given.refund_decided(case)
    return case


def kinds(answers) -> list[type]:
    return [type(error) for error in errors(answers)]


def test_two_who_decide_otherwise_decide_once():
    case = given.declined_after_payment()
    heads = [given.staff(case.current_agency, Role.HEAD) for _ in range(2)]
    answers = at_once(decides(case, heads[0], is_granted=False), decides(case, heads[1], is_granted=False))
    assert (kinds(answers), RefundDecision.objects.count()) == ([NoRefundToDecide], 1)


def test_two_cashiers_pay_once():
    case = granted()
    cashiers = [given.cashier(case.current_agency) for _ in range(2)]
    answers = at_once(*(pays(case, by) for by in cashiers))
    assert (kinds(answers), Refund.objects.count()) == ([NoRefundToPay], 1)


def test_the_same_form_sent_twice_pays_once():
    case = granted()
    by, key = given.cashier(case.current_agency), given.key()
    answers = at_once(pays(case, by, key=key), pays(case, by, key=key))
    assert (kinds(answers), Refund.objects.count()) == ([Replayed], 1)


def test_two_tabs_of_one_drawer_pay_no_more_than_it_holds():
    first, second = granted(), granted()
    by = given.cashier(first.current_agency, opening_balance=12_000)
    answers = at_once(pays(first, by), pays(second, by))
    assert (kinds(answers), Refund.objects.count()) == ([DrawerHoldsLess], 1)
    assert drawer_of(CashierSession.objects.get(cashier_id=by.user_id)).expected_cash == 4_000


def test_a_case_reopened_while_its_refund_is_decided_has_its_money_or_asks_it_again():
    case = given.declined_after_payment()
    head = given.staff(case.receiving_agency, Role.HEAD)
    reopens = partial(
        reopen_case,
        case.code,
        ground="official_error",
        reason="Nhầm",
        by=head,
        at=given.NOW,
        request_key=given.key(),
    )
    answers = at_once(decides(case, given.staff(case.current_agency, Role.HEAD)), reopens)
    state, owed = given.refund_of(case).state, given.owed_at(case)
    assert (state, owed) in {(RefundState.GRANTED, 8_000), (RefundState.WITHDRAWN, 0)}
    assert len(errors(answers)) == (state == RefundState.WITHDRAWN)


def test_a_row_read_by_two_workers_at_once_asks_the_gateway_once(monkeypatch):
    asked = []

    def pays_back(payment, amount, code):
        asked.append(code)
        return gateways.Refunded("R1", '{"reference": "R1"}')

    monkeypatch.setattr(gateways, "refund_at_gateway", pays_back)
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    given.refund_decided(case, "gateway")
    row = OutboxRow.objects.get(task__endswith="refund_at_gateway")
    at_once(*(partial(tasks.refund_at_gateway, row.pk) for _ in range(2)))
    assert (len(asked), Refund.objects.count()) == (1, 1)
