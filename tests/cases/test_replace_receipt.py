"""Another error on a receipt: a receipt with a number of its own names the wrong one; nothing is deleted, nothing reused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.choices import Role
from apps.cases.actions.wrong_receipts import replace_receipt
from apps.cases.choices import EventKind
from apps.cases.errors import ReasonMissing
from apps.cases.history import read_entry, receipts_told
from apps.cases.models import CaseReceipt
from apps.receipts.actions.numbering import Unnumbered, take_numbers
from apps.receipts.actions.series import close_for_succession, close_series
from apps.receipts.errors import (
    AmountIsComputed,
    CorrectionUnknown,
    FeeTextOfNoRule,
    NoOpenSeries,
    NothingCorrected,
    NothingLeft,
    NoticeIsEnough,
    ReceiptNotOfCase,
    ReceiptReplaced,
    WordsOfAnotherAmount,
)
from apps.receipts.models import Receipt, ReceiptSeries, Refund, RefundDecision, RefundProposal
from apps.receipts.selectors import chain_of, state_of
from apps.receipts.succession import issuing_body
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db
ROLES = (Role.CASHIER, Role.HEAD, Role.APPROVER)


def play(case, *, receipt=None, reason="Nhập nhầm số giấy tờ.", at=given.NOW, corrections=None, **right):
    wanted = right or {"identity": "001185999999"}
    return lambda by, key: replace_receipt(
        case.code,
        receipt=receipt or given.wrong_receipt(case).uuid,
        corrections=wanted if corrections is None else corrections,
        reason=reason,
        by=by,
        at=at,
        request_key=key,
    )


def paid():
    return given.accepted(given.taken_at_counter())


def refunded(receipt: Receipt, amount: int) -> None:
    """So many đồng of the receipt's one line went back."""
    fee = receipt.payment.lines.get().fee
    proposal = RefundProposal.objects.create(
        uuid=uuid4(),
        payment=receipt.payment,
        fee=fee,
        ground="fee_lowered",
        amount=amount,
        opened_at=given.NOW,
    )
    decided_by = receipt.payment.taken_by
    RefundDecision.objects.create(
        proposal=proposal,
        is_granted=True,
        method="transfer",
        reason="Thu thừa",
        decided_by=decided_by,
        decided_at=given.NOW,
    )
    Refund.objects.create(
        proposal=proposal, amount=amount, method="transfer", reference="CK 1", paid_at=given.NOW
    )


def test_only_who_answers_for_the_money_of_the_collecting_body_replaces():
    case = given.accepted_case(given.FOOD_SAFETY)
    at = given.wrong_receipt(case).series.collecting_body
    event = doors.only_official(case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=ROLES)
    assert event.kind == EventKind.RECEIPT_REPLACED


def test_the_new_one_has_the_next_number_names_the_wrong_one_and_says_the_rest_again():
    case = paid()
    wrong = given.wrong_receipt(case)
    event = doors.acted(case, lambda: play(case)(given.answers_for(wrong), given.key()))
    new = given.wrong_receipt(case)
    assert (new.number, new.series, new.replaces) == (wrong.number + 1, wrong.series, wrong)
    assert (new.payment, new.amount) == (wrong.payment, wrong.amount)
    said, before = new.snapshot, wrong.snapshot
    assert said["payer"] == {**before["payer"], "id_number": "001185999999"}
    assert said["replaces"] == {
        "form": "EBL01",
        "series": wrong.series.code,
        "number": wrong.number,
        "issued_at": "2026-11-23T09:00:00+07:00",
        "reason": "Nhập nhầm số giấy tờ.",
    }
    same = set(before) - {"payer", "replaces", "issued_at"}
    assert {name: said[name] for name in same} == {name: before[name] for name in same}
    assert receipts_told(read_entry(event.body)) == [str(new.uuid)]
    assert Receipt.objects.get(pk=wrong.pk).snapshot == before


def test_a_replacement_owes_its_paper_and_tells_the_payer():
    case = paid()
    by = given.answers_for(given.wrong_receipt(case))
    assert "render_receipt" in doors.owed_by(lambda: play(case)(by, given.key()))


def test_it_takes_over_what_a_notice_had_corrected():
    case = given.notified(paid())
    assert given.replaced(case).snapshot["payer"]["name"] == "Trần Thị Bưởi Hồng"


def test_the_amount_is_what_was_paid_less_what_was_refunded_and_in_words_again():
    case = paid()
    refunded(given.wrong_receipt(case), 3000)
    play(case, corrections={})(given.answers_for(given.wrong_receipt(case)), given.key())
    new = given.wrong_receipt(case)
    assert (new.amount, new.snapshot["total"]) == (5000, 5000)
    assert new.snapshot["total_in_words"] == "Năm nghìn đồng"
    assert [line["amount"] for line in new.snapshot["lines"]] == [5000]
    assert any("3.000 đ" in note for note in new.snapshot["notes"])


def test_of_what_was_refunded_whole_no_receipt_is_issued():
    case = paid()
    refunded(given.wrong_receipt(case), 8000)
    with doors.refused(NothingLeft):
        play(case)(given.answers_for(given.wrong_receipt(case)), given.key())


@pytest.mark.parametrize(
    ("right", "refusal"),
    [
        ({"name": "Tên khác"}, NoticeIsEnough),
        ({"address": "Số 5", "amount_in_words": "Tám ngàn đồng"}, NoticeIsEnough),
        ({"identity": ""}, NothingCorrected),
        ({"identity": "001185000001"}, NothingCorrected),
        ({"amount": "9000"}, AmountIsComputed),
        ({"total": "9000"}, AmountIsComputed),
        ({"identity": "001185999999", "amount_in_words": "Chín nghìn đồng"}, WordsOfAnotherAmount),
        ({"method": "barter"}, CorrectionUnknown),
        ({"collected_at": "2027-01-01T00:00:00+07:00"}, CorrectionUnknown),
        ({"collected_at": "2026-13-01T00:00:00"}, CorrectionUnknown),
        ({"collected_at": "2026-06-30T23:59:59+07:00"}, CorrectionUnknown),
        ({"collected_at": "0001-01-01T00:00:00+14:00"}, CorrectionUnknown),
        ({"collected_at": "9999-12-31T23:59:59-14:00"}, CorrectionUnknown),
        ({"legal_basis.2": "Nghị quyết"}, CorrectionUnknown),
        ({"number": "5"}, CorrectionUnknown),
    ],
)
def test_what_no_replacement_can_answer_is_refused(right, refusal):
    case = paid()
    wrong = given.wrong_receipt(case)
    with doors.refused(refusal, field="corrections"):
        play(case, **right)(given.answers_for(wrong), given.key())
    assert ReceiptSeries.objects.get(pk=wrong.series_id).last_number == wrong.number


def test_every_other_field_can_be_put_right():
    case = paid()

    def renamed(rules):
        rules[0] |= {"name": "Lệ phí cấp bản sao", "legal_basis": "Thông tư 5/2026/TT-BTC"}

    given.new_version(given.CIVIL_EXTRACT, fee_rules=renamed)
    right = {
        "name": "Trần Thị Bưởi Hồng",
        "method": "card",
        "collected_at": "2026-11-23T08:55:00+07:00",
        "fee_name.1": "Lệ phí cấp bản sao",
        "legal_basis.1": "Thông tư 5/2026/TT-BTC",
    }
    said = given.replaced(case, **right).snapshot
    assert (said["payer"]["name"], said["payment_method"]) == ("Trần Thị Bưởi Hồng", "Thẻ")
    assert said["collected_at"] == "2026-11-23T08:55:00+07:00"
    assert said["lines"][0]["name"] == "Lệ phí cấp bản sao"
    assert said["lines"][0]["legal_basis"] == "Thông tư 5/2026/TT-BTC"


@pytest.mark.parametrize("name", ["fee_name.1", "legal_basis.1"])
def test_who_takes_money_does_not_write_what_it_was_taken_for(name):
    case = paid()
    wrong = given.wrong_receipt(case)

    def renamed(rules):
        rules[0] |= {"name": "Phí tự đặt", "legal_basis": "Phí tự đặt"}

    # A draft is not published.
    given.drafted(given.CIVIL_EXTRACT, fee_rules=renamed)
    with doors.refused(FeeTextOfNoRule, field="corrections") as told:
        play(case, **{name: "Phí tự đặt"})(given.answers_for(wrong), given.key())
    assert "Phí tự đặt" in told.value.message
    assert ReceiptSeries.objects.get(pk=wrong.series_id).last_number == wrong.number


def test_a_replaced_receipt_is_not_replaced_again_but_the_one_in_its_place_can_be():
    case = paid()
    wrong = given.wrong_receipt(case)
    second = given.replaced(case)
    with doors.refused(ReceiptReplaced, field="receipt"):
        play(case, receipt=wrong.uuid)(given.answers_for(wrong), given.key())
    third = given.replaced(case, identity="001185888888")
    assert third.replaces == second
    numbers = [(link.receipt.number, link.is_in_force) for link in chain_of(wrong)]
    assert numbers == [(1, False), (2, False), (3, True)]
    assert [link.receipt.pk for link in chain_of(third)] == [link.receipt.pk for link in chain_of(second)]
    assert [state_of(each) for each in (wrong, second, third)] == ["replaced", "replaced", "in_force"]


def test_the_database_refuses_to_replace_a_receipt_twice():
    case = paid()
    wrong = given.wrong_receipt(case)
    given.replaced(case)
    again = Unnumbered(wrong.series, wrong.payment, wrong.amount, {}, uuid4(), replaces=wrong)
    with pytest.raises(IntegrityError, match="replaces_id"), transaction.atomic():
        take_numbers([again], at=given.NOW)


def test_a_receipt_of_another_case_or_none_is_not_found():
    case, other = paid(), paid()
    by = given.answers_for(given.wrong_receipt(case))
    for uuid in (given.wrong_receipt(other).uuid, uuid4()):
        with doors.refused(ReceiptNotOfCase, field="receipt"):
            play(case, receipt=uuid)(by, given.key())


def test_it_says_why():
    case = paid()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="")(given.answers_for(given.wrong_receipt(case)), given.key())


def test_in_a_closed_series_nothing_is_replaced():
    case = paid()
    wrong = given.wrong_receipt(case)
    close_series(wrong.series_id, reason="Mất dấu", by=given.answers_for(wrong), at=given.NOW)
    with doors.refused(NoOpenSeries):
        play(case)(given.answers_for(wrong), given.key())
    assert CaseReceipt.objects.filter(case=case).count() == 1


def test_of_a_body_that_has_ended_the_successor_issues_in_its_own_series():
    case = paid()
    wrong, successor = given.wrong_receipt(case), given.ward_committee("Phường Trúc Bạch")
    body = wrong.series.collecting_body
    close_for_succession(
        body,
        successor,
        decision="1656/NQ",
        decided_on=given.NOW.date(),
        by=given.administrator(),
        at=given.NOW,
    )
    assert issuing_body(body) == successor
    # The case itself goes to the successor with the others.
    case.competent_agency = case.current_agency = successor
    case.save(update_fields=["competent_agency", "current_agency"])
    play(case)(given.staff(successor, Role.HEAD), given.key())
    new = given.wrong_receipt(case)
    assert (new.series.collecting_body, new.number, new.replaces) == (successor, 1, wrong)
    assert new.snapshot["collecting_body"]["name"] == successor.name
