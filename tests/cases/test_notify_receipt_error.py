"""A name, an address or the amount in words is wrong: a notice (04/SS-CTĐT), and no number is taken."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.wrong_receipts import notify_receipt_error
from apps.cases.choices import EventKind
from apps.cases.errors import NotYours, ReasonMissing
from apps.cases.models import CaseDocument, CaseReceipt
from apps.cases.selectors import case_seen_by
from apps.receipts.corrections import as_it_counts
from apps.receipts.errors import (
    AmountIsComputed,
    CorrectionUnknown,
    NothingCorrected,
    ReceiptNotOfCase,
    ReceiptReplaced,
    ReplacementIsNeeded,
    WordsOfAnotherAmount,
)
from apps.receipts.models import Receipt, ReceiptNotice
from apps.receipts.selectors import chain_of, state_of
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db
ROLES = (Role.CASHIER, Role.HEAD, Role.APPROVER)


def play(case, *, receipt=None, reason="Nhập nhầm.", **right):
    return lambda by, key: notify_receipt_error(
        case.code,
        receipt=receipt or given.wrong_receipt(case).uuid,
        corrections=right or {"name": "Trần Thị Bưởi Hồng"},
        reason=reason,
        by=by,
        at=given.NOW,
        request_key=key,
    )


def paid():
    return given.accepted(given.taken_at_counter())


def test_only_who_answers_for_the_money_of_the_collecting_body_gives_notice():
    case = given.accepted_case(given.FOOD_SAFETY)
    at = given.wrong_receipt(case).series.collecting_body
    event = doors.only_official(case, play(case), right=given.staff(at, Role.CASHIER), at=at, roles=ROLES)
    assert event.kind == EventKind.RECEIPT_NOTICED


def test_the_head_of_the_desk_that_only_took_the_money_is_refused():
    desk = given.ward_committee("Phường Trúc Bạch")
    case = given.accepted(given.taken_at_counter(desk=desk))
    with doors.refused(NotYours):
        play(case)(given.staff(desk, Role.HEAD), given.key())


def test_a_notice_takes_no_number_and_leaves_the_receipt_as_it_was():
    case = paid()
    wrong, count = given.wrong_receipt(case), Receipt.objects.count()
    last = wrong.series.last_number
    event = doors.acted(case, lambda: play(case, address="Số 5")(given.answers_for(wrong), given.key()))
    notice = ReceiptNotice.objects.get()
    assert (notice.receipt, notice.year, notice.number) == (wrong, 2026, 1)
    assert notice.corrections == {"address": {"was": wrong.snapshot["payer"]["address"], "right": "Số 5"}}
    after = given.wrong_receipt(case)
    assert (after.pk, after.snapshot, after.series.last_number) == (wrong.pk, wrong.snapshot, last)
    assert Receipt.objects.count() == count == CaseReceipt.objects.filter(case=case).count()
    assert event.to_status == event.from_status == case.status


def test_its_paper_names_the_receipt_what_stood_there_and_what_is_right():
    case = given.notified(paid())
    paper = CaseDocument.objects.select_related("document").get(case=case, document__kind="form_04ss")
    said = paper.document.snapshot
    receipt = given.wrong_receipt(case)
    assert (said["receipt"]["series"], said["receipt"]["number"]) == (receipt.series.code, receipt.number)
    assert [row["right"] for row in said["corrections"]] == ["Trần Thị Bưởi Hồng"]
    assert paper.issuer == receipt.series.collecting_body
    assert paper.document == ReceiptNotice.objects.get().document


def test_a_notice_owes_its_paper_and_a_message_and_no_receipt():
    case = paid()
    by = given.answers_for(given.wrong_receipt(case))
    owed = doors.owed_by(lambda: play(case)(by, given.key()))
    assert "render_paper" in owed and "render_receipt" not in owed


def test_notices_of_a_body_are_numbered_one_after_the_other():
    first, second = paid(), paid()
    for case in (first, second):
        given.notified(case)
    given.notified(first, address="Số 7")
    assert list(ReceiptNotice.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]


def test_a_second_notice_speaks_of_what_the_first_one_has_corrected():
    case = given.notified(given.notified(paid()), name="Trần Thị Hồng Bưởi")
    assert ReceiptNotice.objects.latest("pk").corrections["name"]["was"] == "Trần Thị Bưởi Hồng"
    assert as_it_counts(given.wrong_receipt(case))["payer"]["name"] == "Trần Thị Hồng Bưởi"
    with doors.refused(NothingCorrected):
        play(case, name="Trần Thị Hồng Bưởi")(given.answers_for(given.wrong_receipt(case)), given.key())


@pytest.mark.parametrize(
    ("right", "refusal"),
    [
        ({"identity": "001185999999"}, ReplacementIsNeeded),
        ({"name": "Tên khác", "method": "card"}, ReplacementIsNeeded),
        ({"name": "  "}, NothingCorrected),
        ({"amount": "9000"}, AmountIsComputed),
        ({"amount_in_words": "Tám triệu đồng"}, WordsOfAnotherAmount),
        ({"amount_in_words": "Tám nghìn"}, WordsOfAnotherAmount),
        ({"colour": "red"}, CorrectionUnknown),
        ({"fee_name.7": "Phí"}, CorrectionUnknown),
    ],
)
def test_what_no_notice_can_answer_is_refused(right, refusal):
    case = paid()
    with doors.refused(refusal, field="corrections"):
        play(case, **right)(given.answers_for(given.wrong_receipt(case)), given.key())
    assert not ReceiptNotice.objects.exists()


def test_the_amount_in_words_is_put_into_other_words_of_the_same_amount():
    case = paid()
    play(case, amount_in_words="Tám ngàn đồng chẵn")(
        given.answers_for(given.wrong_receipt(case)), given.key()
    )
    assert as_it_counts(given.wrong_receipt(case))["total_in_words"] == "Tám ngàn đồng chẵn"


def test_a_replaced_receipt_gets_no_notice_and_another_case_has_no_such_receipt():
    case, other = paid(), paid()
    wrong = given.wrong_receipt(case)
    given.replaced(case)
    with doors.refused(ReceiptReplaced):
        play(case, receipt=wrong.uuid)(given.answers_for(wrong), given.key())
    with doors.refused(ReceiptNotOfCase):
        play(other, receipt=wrong.uuid)(given.answers_for(wrong), given.key())


def test_a_notice_says_why():
    case = paid()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(given.answers_for(given.wrong_receipt(case)), given.key())


def test_the_receipt_stands_as_noticed():
    case = paid()
    receipt = given.wrong_receipt(case)
    assert state_of(receipt) == "in_force"
    given.notified(case)
    assert state_of(receipt) == "noticed"
    [link] = chain_of(receipt)
    assert (link.is_in_force, link.notice_count) == (True, 1)


def test_it_is_offered_only_where_there_is_a_receipt():
    case = given.case_at_intake()
    verbs = case_seen_by(case.code, seen_by=given.staff(case.current_agency, Role.HEAD)).verbs
    assert not {"notify_receipt_error", "replace_receipt"} & set(verbs)
