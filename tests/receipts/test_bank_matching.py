"""Which bank line is which payment, deposit or refund: what is certain is matched, what is not is left alone."""

from __future__ import annotations

from datetime import date

from apps.receipts.choices import MatchedHow
from apps.receipts.matching import OpenLine, Ours, pairs, payout_reference

CODE = "ABCDEFGH2345"


def matched(lines, ours):
    return [(pair.line.pk, pair.ours.side, pair.ours.pk, pair.how) for pair in pairs(lines, ours)]


def test_a_transfer_is_known_by_the_code_of_its_order_whatever_the_amount():
    line = OpenLine(1, 90_000, f"NGUYEN VAN A chuyen tien {CODE.lower()} le phi", "FT1")
    paid = Ours("payment", 7, 100_000, reference="FT1", code=CODE)
    assert matched([line], [paid]) == [(1, "payment", 7, MatchedHow.ORDER_CODE)]


def test_an_order_paid_twice_keeps_each_payment_at_the_line_that_told_it():
    lines = [OpenLine(1, 5, CODE, "FT1"), OpenLine(2, 5, CODE, "FT2"), OpenLine(3, 5, CODE, "FT3")]
    paid = [
        Ours("payment", 8, 5, reference="FT2", code=CODE),
        Ours("payment", 7, 5, reference="FT1", code=CODE),
    ]
    assert matched(lines, paid) == [
        (1, "payment", 7, MatchedHow.ORDER_CODE),
        (2, "payment", 8, MatchedHow.ORDER_CODE),
    ]


def test_a_code_inside_a_longer_word_is_no_code_and_a_line_that_went_out_pays_no_order():
    paid = Ours("payment", 7, 5, reference="FT9", code=CODE)
    assert matched([OpenLine(1, 5, f"X{CODE}", "FT1"), OpenLine(2, -5, CODE, "FT2")], [paid]) == []


def test_one_payout_is_every_payment_of_the_day_less_what_went_back_through_the_gateway():
    payout = payout_reference("sandbox", date(2026, 11, 23))
    ours = [
        Ours("payment", 1, 100, reference="G1", payout=payout),
        Ours("payment", 2, 200, reference="G2", payout=payout),
        Ours("refund", 3, -50, reference="G3", payout=payout),
        Ours("payment", 4, 400, reference="G4", payout=payout_reference("sandbox", date(2026, 11, 22))),
    ]
    line = OpenLine(9, 250, "Payout sandbox 20261123 TT", "FT9")
    assert matched([line], ours) == [
        (9, "payment", 1, MatchedHow.PAYOUT),
        (9, "payment", 2, MatchedHow.PAYOUT),
        (9, "refund", 3, MatchedHow.PAYOUT),
    ]


def test_a_deposit_and_a_refund_need_their_reference_and_their_amount():
    ours = [Ours("deposit", 1, 500, reference="NT 01"), Ours("refund", 2, -300, reference="UNC 7")]
    assert matched(
        [OpenLine(1, 500, "nop tien NT-01", "A"), OpenLine(2, -300, "hoan phi", "UNC 7")], ours
    ) == [
        (1, "deposit", 1, MatchedHow.REFERENCE),
        (2, "refund", 2, MatchedHow.REFERENCE),
    ]
    assert (
        matched([OpenLine(1, 501, "nop tien NT-01", "A"), OpenLine(2, 300, "hoan phi", "UNC 7")], ours) == []
    )


def test_what_two_of_ours_could_be_is_left_to_a_person():
    ours = [Ours("deposit", 1, 500, reference="NT01"), Ours("deposit", 2, 500, reference="NT01")]
    assert matched([OpenLine(1, 500, "NT01", "A")], ours) == []


def test_nothing_of_ours_is_matched_twice():
    ours = [Ours("deposit", 1, 500, reference="NT01")]
    lines = [OpenLine(1, 500, "NT01", "A"), OpenLine(2, 500, "NT01", "B")]
    assert matched(lines, ours) == [(1, "deposit", 1, MatchedHow.REFERENCE)]
