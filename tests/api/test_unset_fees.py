"""A fee without an established price, as programs read it: a line that stands, never 0, and a total that says so."""

from __future__ import annotations

import pytest

from apps.cases.tracking import secret_of
from tests import given
from tests.api.calls import Caller, online, uploads

pytestmark = pytest.mark.django_db

UNSET = "1.001699"


def test_the_answer_to_a_filing_has_the_line_and_marks_the_total():
    by = given.citizen()
    key, body = given.key(), online(UNSET, attachments=uploads(UNSET, by))
    for status in (201, 200):
        answer = Caller(by).post("/applications", body, key=key)
        assert answer.status_code == status, answer.content
        filed = answer.json()
        [fee] = filed["fees"]
        assert (fee["amount"], fee["is_established"], fee["owed"]) == (None, False, 0)
        assert filed["is_fee_established"] is False


def test_a_case_and_its_public_status_mark_it():
    by = given.citizen()
    case = given.case_at_intake(UNSET, by=by)
    shown = Caller(by).get(f"/cases/{case.code}").json()
    [fee] = shown["fees"]
    assert (fee["unit_price"], fee["amount"], fee["is_established"]) == (None, None, False)
    assert shown["shown"]["is_fee_established"] is False
    tracked = Caller().post("/status", {"code": case.code, "secret": secret_of(case.code, 1)}).json()
    assert (tracked["is_fee_established"], tracked["to_do"]) == (False, "")


def test_while_one_price_is_unset_nobody_is_told_to_pay_the_others():
    case = given.taken_at_counter("1.013831")
    desk = Caller(given.receptionist(case.current_agency))
    shown = desk.get(f"/cases/{case.code}").json()["shown"]
    assert (shown["owed"], shown["is_fee_established"], shown["to_do"]) == (28_000, False, "")


def test_an_established_fee_is_marked_so_also_where_it_is_free():
    for procedure, amount in ((given.HOUSEHOLD, 0), (given.FOOD_SAFETY, 700_000)):
        by = given.citizen()
        case = given.case_at_intake(procedure, by=by)
        shown = Caller(by).get(f"/cases/{case.code}").json()
        assert [(fee["amount"], fee["is_established"]) for fee in shown["fees"]] == [(amount, True)]
        assert shown["shown"]["is_fee_established"] is True
